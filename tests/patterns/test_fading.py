"""How fast a signal fades: a planted half-life is found and lies in its interval; where nothing fades none is told."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import duckdb
import numpy as np

from idealfit.patterns.fading import days_since, fading_of, with_half_lives
from idealfit.profile.content import Criterion, Layer, Profile
from idealfit.profile.half_lives import DEFAULTS, SETTING, default_of
from idealfit.profile.predicate import Happened
from idealfit.records.company import Company


def deals(seed: int, half_life: float | None, n: int = 2400) -> tuple[np.ndarray, np.ndarray]:
    """Days since the last event of each deal, and whether it was won."""
    draw = np.random.default_rng(seed)
    days = np.where(draw.random(n) < 0.4, draw.integers(0, 240, n), np.inf)
    gain = np.where(np.isfinite(days), 0.5, 0.0) if half_life is None else 1.8 * np.exp2(-days / half_life)
    return days, draw.random(n) < 1 / (1 + np.exp(1.4 - gain))


def test_a_planted_half_life_is_found_and_lies_in_its_interval() -> None:
    inside = []
    for seed in range(6):
        for true in (30, 90):
            days, won = deals(seed, true)
            found = fading_of(days, won, np.arange(len(won)))
            assert found is not None
            assert true / 2 < found.days < true * 2
            inside.append(found.low <= true <= found.high)
    assert sum(inside) >= 10


def test_nothing_is_learned_where_nothing_fades_or_the_deals_are_few() -> None:
    for seed in range(6):
        days, won = deals(seed, None)
        assert fading_of(days, won, np.arange(len(won))) is None
        days, won = deals(seed, 30, n=80)
        assert fading_of(days, won, np.arange(len(won))) is None
        days, won = deals(seed, 30, n=600)
        assert fading_of(days, won, np.arange(len(won)) // 200) is None


EVENTS = """
CREATE TABLE events AS SELECT * FROM (VALUES
    ('a', 'Funding_Round', 'seed', DATE '2025-01-01', NULL::DATE), ('a', 'funding_round', 'B', DATE '2025-03-01', NULL),
    ('b', 'funding_round', 'seed', DATE '2025-01-01', DATE '2025-06-01')) AS t(account_id, event_type, detail,
    occurred_at, known_at);
CREATE TABLE activities AS SELECT * FROM (VALUES ('a', 'pricing_page', NULL, DATE '2025-03-05', 'inbound')) AS
    t(account_id, activity_type, channel, occurred_at, direction);
"""


def rows() -> Any:
    """Two deals of company a, one of company b."""
    opened = np.array(["2025-03-11", "2025-02-01", "2025-03-11"], dtype="datetime64[D]")
    names = np.array(["a", "a", "b"], dtype=object)
    return cast(
        Any,
        SimpleNamespace(account_id=names, opened=opened, outcome=np.array([1, 0, 0]), account=np.array([0, 0, 1])),
    )


def test_days_are_counted_to_the_day_before_the_opening_from_what_was_known_then() -> None:
    with duckdb.connect() as con:
        con.execute(EVENTS)
        assert days_since(con, rows(), Happened("funding_round", 90)).tolist() == [9.0, 30.0, np.inf]
        assert days_since(con, rows(), Happened("funding_round", 90, "Seed")).tolist() == [68.0, 30.0, np.inf]
        assert days_since(con, rows(), Happened("pricing_page", None)).tolist() == [5.0, np.inf, np.inf]


def test_a_profile_says_where_each_half_life_comes_from() -> None:
    criteria = [
        Criterion(id=name, when=f"happened('{kind}', within => '{days} days')", points=points, half_life=half)
        for name, kind, days, points, half in (
            ("funded", "Funding Round", 120, 5, None),
            ("asked", "demo_request", 30, 5, None),
            ("odd", "moon_phase", 365, 5, "182 days"),
            ("brief", "job_posting", 30, 5, None),
            ("bad", "layoff", 180, -5, None),
        )
    ]
    criteria += [
        Criterion(id=name, when=f"count_of('docs_visit', within => '90 days') {test}", points=5)
        for name, test in (("often", ">= 2"), ("seldom", "< 2"))
    ]
    profile = Profile(profile="Fading", layers={"situational": Layer(weight=1, criteria=tuple(criteria))})
    with duckdb.connect() as con:
        con.execute(EVENTS)
        made = with_half_lives(con, profile, rows(), Company(half_lives={"demo_request": 10}))
    told = {one.id: (one.half_life, one.half_life_from) for _layer, one in made.criteria}
    assert told["funded"][0] == "90 days"
    assert SETTING in str(told["funded"][1])
    assert told["asked"] == ("10 days", "company.yaml")
    assert told["odd"][0] == "182 days"
    assert told["often"][0] == "30 days"
    assert told["brief"] == told["bad"] == told["seldom"] == (None, None)
    assert all(SETTING in one.source and one.days >= 1 for one in DEFAULTS.values())
    assert default_of(" Funding Round ") == DEFAULTS["funding_round"]

"""Layers of many criteria, and of more alternatives than one number holds: looked up as the Python scorer reckons."""

from __future__ import annotations

from datetime import date, timedelta

import duckdb
import pytest

from idealfit.profile.document import Profile
from idealfit.profile.evaluating import AccountFacts, Occurrence
from idealfit.scores.coded import LARGEST_GROUP, MOST, codes_of
from idealfit.scores.score import score_account, score_tables
from idealfit.scores.scorecard import scorecard

DAY = date(2026, 6, 30)
SEEN = date(2026, 5, 20)


def wide(alternatives: int) -> Profile:
    """Nine criteria of their own, so many alternatives, and points that fade, over the numbers a0, a1, …"""
    own = [
        {"id": f"o{at}", "when": f"a{at % 5} > {10 * at}", "points": at + 1 if at % 4 else -at - 1} for at in range(9)
    ]
    group = [
        {"id": f"g{at}", "when": f"a{at % 5} > {7 * at}", "points": 3 + at, "group": "best", "known_true_rate": 0.3}
        for at in range(alternatives)
    ]
    faded = {"id": "f", "when": "happened('visit', within => '90 days')", "points": 12, "half_life": "15 days"}
    layers = {"firmographic": {"criteria": own}, "need": {"weight": 20, "criteria": group}}
    layers["behavioral"] = {"weight": 12.5, "criteria": [faded]}
    barred = [{"id": f"e{at}", "when": f"a{at} > 90", "because": "x"} for at in range(3)]
    return Profile.model_validate({"profile": "wide", "layers": layers, "exclusions": barred})


@pytest.mark.parametrize("alternatives", [4, 10])
def test_what_is_looked_up_is_what_is_reckoned_for_one_account(alternatives: int):
    profile = wide(alternatives)
    assert (3**alternatives > LARGEST_GROUP) == (alternatives == 10)
    codes = codes_of(scorecard(profile), (), "n")
    assert len([one for one in codes if one.layer == "firmographic"]) == 2
    assert all(len(list(one.values())) <= MOST for one in codes)
    con = duckdb.connect()
    values = ", ".join(
        f"nullif(i * {37 + 6 * at} % 101, {at + i})::DOUBLE AS a{at}" for at, i in enumerate((3, 0, 9, 4, 1))
    )
    con.execute(f"CREATE TABLE accounts AS SELECT i::VARCHAR AS account_id, {values} FROM range(40) AS t(i)")
    con.execute(
        "CREATE TABLE events AS SELECT i::VARCHAR AS account_id, 'visit' AS event_type, NULL::VARCHAR AS detail, "
        f"TIMESTAMP '{SEEN}' - INTERVAL 1 DAY * i AS occurred_at, NULL::TIMESTAMP AS known_at FROM range(40) AS t(i)"
    )
    report = score_tables(con, profile, as_of=DAY, top=2)
    rows = con.execute("SELECT s.*, a0, a1, a2, a3, a4 FROM scores AS s JOIN accounts USING (account_id)").fetchall()
    names = [one[0] for one in con.description or ()]
    true = 0
    for row in rows:
        told = dict(zip(names, row, strict=True))
        facts = AccountFacts(
            {name: told[name] for name in ("a0", "a1", "a2", "a3", "a4")},
            (Occurrence("visit", None, SEEN - timedelta(days=int(told["account_id"]))),),
        )
        one = score_account(profile, facts, DAY)
        true += one.states["g2"] is True
        for name in ("tier", "tier_low", "tier_high", "score", "low", "high", "fit", "timing", "completeness"):
            assert told[name] == getattr(one, name), (told["account_id"], name)
        reasons = [reason.id for reason in one.reasons if reason.state == "true" and reason.points > 0]
        assert told["reason_1"] == next(iter(reasons), None)
    assert report.hits["g2"].true == true > 0

"""Quarters worked again: worked, skipped and not told are all deals, and every given-up win has a name."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import numpy as np
import pytest

from idealfit.evidence.economics import Economics
from idealfit.evidence.table import Evidence
from idealfit.patterns.replay import Part, Quarter, last_quarters, replay_of
from patterns.made import evidence


def company(rows: int = 730) -> tuple[Evidence, Economics]:
    """A deal a day from the first of 2024 on, three of ten won, the last ones open."""
    place = np.arange(rows)
    y = np.where(place > 700, -1, (place % 10 < 3).astype(np.int64))
    won = y == 1
    months = np.where(won, 10.0, np.nan)
    made = evidence(y, amount=np.where(won, 100.0 + place, np.nan), months=months, ended=won & (place % 20 == 0))
    yearly = np.where(won, 100.0 + place, np.nan)
    empty = np.full(rows, np.nan)
    economics = Economics(
        yearly, months, yearly * 10 / 12, np.where(won, 0.8, np.nan), empty, empty, np.full(rows, 30.0),
        np.full(rows, 4.0), 0.8, False, 0.0, 24.0, "EUR",
    )  # fmt: skip
    return made, economics


def parts(one: Quarter) -> tuple[Part, Part, Part]:
    return one.worked, one.skipped, one.untold


SPANS = last_quarters(date(2025, 12, 31), 4)


@pytest.mark.parametrize(
    ("as_of", "first", "last"),
    [
        (date(2026, 7, 7), date(2025, 7, 1), date(2026, 6, 30)),
        (date(2026, 6, 30), date(2025, 7, 1), date(2026, 6, 30)),
        (date(2026, 6, 29), date(2025, 4, 1), date(2026, 3, 31)),
        (date(2026, 1, 1), date(2025, 1, 1), date(2025, 12, 31)),
    ],
)
def test_the_last_quarters_are_those_that_have_ended(as_of: date, first: date, last: date) -> None:
    spans = last_quarters(as_of, 4)
    assert (spans[0][0], spans[-1][1]) == (first, last)
    assert all((after[0] - before[1]).days == 1 for before, after in pairwise(spans))


@pytest.mark.parametrize(("level", "capacity"), [("A", None), ("AB", None), ("ABC", None), ("AB", 25)])
def test_worked_skipped_and_not_told_are_all_deals(level: str, capacity: int | None) -> None:
    made, economics = company()
    tiers = np.array(["A", "B", "C", "excluded", "unknown"])[np.arange(made.rows) % 5]
    order = (np.arange(made.rows) % 7).astype(float)
    replay = replay_of(made, economics, tiers, order, SPANS, level=level, capacity=capacity)
    inside = made.opened >= np.datetime64("2025-01-01")
    assert sum(one.deals for one in replay.quarters) == replay.total.deals == int(inside.sum())
    for one in (*replay.quarters, replay.total):
        assert (
            sum(part.won for part in parts(one))
            + sum(part.lost for part in parts(one))
            + sum(part.open for part in parts(one))
            == one.deals
        )
        assert sum(one.tiers.values()) == one.deals
        ids = [code for part in parts(one) for code in part.records]
        assert len(ids) == len(set(ids)) == one.deals
    kept = sum(part.amount or 0 for part in parts(replay.total))
    assert kept == pytest.approx(float(np.nansum(made.amount[inside])))


def test_the_wins_given_up_are_those_of_the_skipped_with_names_and_what_became_of_them() -> None:
    made, economics = company()
    tiers = np.where(np.arange(made.rows) % 2 == 0, "C", "A")
    total = replay_of(made, economics, tiers, np.zeros(made.rows), SPANS, level="A").total
    assert len(total.given_up) == total.skipped.won
    assert [one.amount for one in total.given_up] == sorted((one.amount for one in total.given_up), reverse=True)
    assert sum(one.left is True for one in total.given_up) == total.skipped.customers_left > 0
    assert total.skipped.days_worked == 4.0 * (total.skipped.won + total.skipped.lost)


def test_a_capacity_works_the_best_so_many_of_each_quarter_and_never_the_excluded() -> None:
    made, economics = company()
    tiers = np.where(np.arange(made.rows) % 3 == 0, "excluded", "B")
    order = np.arange(made.rows, dtype=float)
    replay = replay_of(made, economics, tiers, order, SPANS, capacity=10)
    for one in replay.quarters:
        assert one.worked.deals == 10
        rows = np.isin(made.deal_id, one.worked.records)
        assert not np.any(tiers[rows] == "excluded")
        assert one.worked.records[-1] == max(one.worked.records)


def test_the_more_tiers_are_worked_the_more_wins_are_kept() -> None:
    made, economics = company()
    tiers = np.array(["A", "B", "C"])[np.arange(made.rows) % 3]
    replay = replay_of(made, economics, tiers, np.zeros(made.rows), SPANS)
    kept = [level.total.worked.won for level in replay.levels]
    assert kept == sorted(kept)
    assert replay.levels[-1].total.skipped.deals == 0

"""The best customers by several outcomes at once, counted by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from idealfit.errors import BestNotKnown
from idealfit.evidence.follow_up import FollowUp
from idealfit.evidence.table import Evidence
from idealfit.patterns.best import parse_best
from idealfit.patterns.best_customers import best_customers, chosen
from patterns.made import evidence

NAT = np.datetime64("NaT", "D")


def customers(**columns: Any) -> Evidence:
    """Eight won deals and two lost ones. Of the customers 0 to 5 are here for two years or left after `months`, 6 and 7
    came half a year ago.
    """
    months = np.array([24, 24, 24, 24, 6, 3, 6, 6, np.nan, np.nan])
    ended = np.array([0, 0, 0, 0, 1, 1, 0, 0, 0, 0], dtype=bool)
    nrr = np.array([1.2, 1.05, 0.9, np.nan, 0, 0, np.nan, np.nan, np.nan, np.nan])
    nps = np.array([9, 10, 5, np.nan, 2, np.nan, np.nan, 9, np.nan, np.nan])
    made = evidence([1] * 8 + [0, 0], months=months, ended=ended, reach="wins+value+retention", **columns)
    began = made.opened.astype("datetime64[D]")
    followed = FollowUp(
        first_revenue=np.where(np.isfinite(nrr), 100.0, np.nan),
        later_revenue=100 * nrr,
        revenue_on=np.where(np.isfinite(nrr), began + 365, NAT),
        nps=nps,
        answered_on=np.where(np.isfinite(nps), began + 90, NAT),
        referred=np.full(10, np.nan),
        basis="changes",
    )
    return replace(made, started=np.where(np.isfinite(months), began, NAT), follow_up=followed)


def passes(text: str, **columns: Any) -> list[float]:
    return [float(one) for one in best_customers(customers(**columns), parse_best(text)).passes]


NAN = pytest.approx(np.nan, nan_ok=True)


def test_retention_is_still_a_customer_after_a_year_and_unknown_before_it() -> None:
    assert passes("retention & cycle <= 1000 days")[:8] == [1, 1, 1, 1, 0, 0, NAN, NAN]
    assert passes("retention >= 6 months & cycle <= 1000 days")[:8] == [1, 1, 1, 1, 1, 0, 1, 1]


def test_a_part_that_fails_decides_whatever_is_not_known_of_the_others() -> None:
    made = passes("retention & nrr > 110%")
    assert made[:8] == [1, 0, 0, NAN, 0, 0, NAN, NAN]
    assert all(np.isnan(made[8:]))


def test_nps_asks_for_promoters() -> None:
    assert passes("nps & cycle <= 1000 days")[:8] == [1, 1, 0, NAN, 0, NAN, NAN, 1]


def test_cycle_takes_the_quicker_half_where_no_number_is_named() -> None:
    days = np.array([10.0, 20, 30, 40, 50, 60, 70, 80, 5, 5])
    found = best_customers(customers(cycle=days), parse_best("cycle & retention >= 1 month"))
    assert [float(one) for one in found.passes[:8]] == [1, 1, 1, 1, 0, 0, 0, 0]
    assert found.parts[0].words == "signed within 45 days (the quicker half)"


def test_lost_deals_and_other_customers_are_what_the_best_are_set_against() -> None:
    made = chosen(customers(), parse_best("retention & nrr > 110%"), "deal")
    assert made.unit == "customer"
    assert made.evidence.outcome.tolist() == [1, 0, 0, -1, 0, 0, -1, -1, 0, 0]
    assert "1 of 8 customers that pass every part" in made.told[0]
    assert "4 other customers and 2 lost deals" in made.told[0]
    assert made.few.startswith("Only 1 of 8 customers are best")
    assert "'nrr > 110%'" in made.few


def test_one_outcome_of_deals_leaves_the_evidence_as_it_is() -> None:
    made = customers()
    for text in ("value", "retention", "nrr", "cycle"):
        seen = chosen(made, parse_best(text), "deal")
        assert seen.evidence is made
        assert (seen.best, seen.unit, seen.told) == (text, "deal", ())


def test_what_the_records_do_not_tell_is_refused_with_what_to_add() -> None:
    for text, remedy in (("margin", "tickets"), ("retention & margin > 50%", "tickets"), ("deal size", "amount")):
        with pytest.raises(BestNotKnown) as refused:
            chosen(customers(), parse_best(text), "deal")
        assert remedy in refused.value.remedy


def test_customers_without_deals_are_set_against_other_customers() -> None:
    made = replace(customers(), reach="customers", outcome=np.array([1, 0, 0, 1, 0, 0, 0, 0, 0, 0]))
    seen = chosen(made, parse_best("retention"), "customer")
    assert seen.best == "retention >= 12 months"
    assert seen.evidence.outcome.tolist() == [1, 1, 1, 1, 0, 0, -1, -1, -1, -1]


def test_where_every_customer_is_best_there_is_nobody_to_set_them_against() -> None:
    made = replace(customers(), reach="customers", ended=np.zeros(10, dtype=bool))
    with pytest.raises(BestNotKnown, match="nobody to set them against"):
        chosen(made, parse_best("retention"), "customer")


def test_a_backtest_may_learn_of_a_customer_only_when_its_fate_was_known() -> None:
    made = customers()
    seen = chosen(made, parse_best("retention & nrr > 110%"), "deal").evidence
    opened = made.opened.astype("datetime64[D]")
    waited = (seen.closed.astype("datetime64[D]") - opened).astype(int)
    assert waited[0] == 365  # a year of staying, and of revenue
    assert waited[5] == pytest.approx(91, abs=1)  # left after three months: known then
    assert waited[8] == 30  # lost: known when it was closed


def test_who_began_within_the_last_year_does_not_count_even_where_it_left_already() -> None:
    made = customers()
    late = made.opened.astype("datetime64[D]").copy()
    late[[0, 4, 8]] = np.datetime64("2025-12-01", "D")  # a customer who is here, one who left, a deal that was lost
    made = replace(made, opened=late, started=np.where(np.isnat(made.started), NAT, late))
    outcome = chosen(made, parse_best("retention & cycle <= 1000 days"), "deal").evidence.outcome
    assert outcome[[0, 4, 8]].tolist() == [-1, -1, -1]
    assert outcome[[1, 5, 9]].tolist() == [1, 0, 0]

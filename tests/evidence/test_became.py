"""What became of a group of customers, against what is counted by hand and against drawn truths."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from evidence.tables import engine, evidence_of
from idealfit.evidence.became import became, mean, ratio


def company(count: int = 12) -> Any:
    """Customers that began on 2024-06-30 (two years before the as-of) and pay 1000; every third left after 6 months."""
    names = [f"c{number:02}" for number in range(count)]
    deals = [
        {"deal_id": one, "account_id": one, "created_at": "2024-05-01", "closed_at": "2024-06-30", "outcome": "won",
         "amount": 1000}
        for one in names
    ] + [{"deal_id": "lost", "account_id": "l", "created_at": "2024-05-01", "closed_at": "2024-06-30",
          "outcome": "lost"}]  # fmt: skip
    subscriptions = [
        {"subscription_id": one, "account_id": one, "started_at": "2024-06-30", "arr_start": 1000, "arr_current": 1000,
         "ended_at": "2024-12-30" if number % 3 == 0 else None}
        for number, one in enumerate(names)
    ]  # fmt: skip
    changes = [
        {"subscription_id": one, "changed_at": "2025-01-15", "delta_arr": 500}
        for number, one in enumerate(names)
        if number % 3 == 1
    ]
    surveys = [
        {"account_id": one, "answered_at": "2025-01-01", "nps": 10 if number % 2 else 3}
        for number, one in enumerate(names)
    ]
    accounts = [{"account_id": one} for one in (*names, "l")]
    accounts.append({"account_id": "new", "referred_by_account_id": "c01"})
    return engine(
        accounts=accounts, deals=deals, subscriptions=subscriptions, subscription_changes=changes, surveys=surveys
    )


def test_every_outcome_of_a_group_is_what_is_counted_by_hand() -> None:
    evidence, _rows = evidence_of(company())
    made = became(evidence, evidence.outcome == 1, horizon=24)
    assert (made.customers, made.ended) == (12, 4)
    assert made.kept_year is not None
    assert made.kept_year.value == pytest.approx(8 / 12)
    assert made.months_kept is not None
    assert made.months_kept.value == pytest.approx((4 * 183 / 30.4375 + 8 * 730 / 30.4375) / 12, abs=0.1)
    assert made.nrr is not None
    assert made.nrr.value == pytest.approx((4 * 0 + 4 * 1500 + 4 * 1000) / 12000)
    assert made.nps is not None
    assert made.nps.value == 0
    assert made.referred is not None
    assert made.referred.value == pytest.approx(1 / 12)
    assert made.leaving is not None
    assert made.leaving.value == pytest.approx(4 / (4 * 183 / 30.4375 + 8 * 730 / 30.4375))
    assert made.margin is None


def test_of_fewer_than_five_customers_nothing_is_said() -> None:
    evidence, _rows = evidence_of(company(4))
    made = became(evidence, evidence.outcome == 1)
    assert made.customers == 4
    assert (made.kept_year, made.nrr, made.nps) == (None, None, None)


def test_a_ratio_has_the_interval_of_a_ratio() -> None:
    above, below = np.array([1.0, 2, 3, 0, 4]), np.array([1.0, 2, 2, 1, 4])
    made = ratio(above, below)
    assert made is not None
    assert made.value == 1.0
    # residuals 0, 0, 1, -1, 0: s = sqrt(2 * 5 / 4) / 10; t with four degrees of freedom 2.776
    assert made.high - made.value == pytest.approx(2.776 * np.sqrt(2.5) / 10, rel=1e-3)


def test_the_interval_of_nrr_holds_the_truth() -> None:
    rng = np.random.default_rng(5)
    held = 0
    for _ in range(400):
        first = rng.lognormal(9, 1, 80)
        kept = rng.random(80) < 0.85
        made = ratio(first * kept * rng.lognormal(0.1, 0.3, 80), first)
        assert made is not None
        held += made.low <= 0.85 * np.exp(0.1 + 0.045) <= made.high
    assert 0.88 <= held / 400 <= 0.98


def test_a_mean_is_as_wide_as_its_accounts_make_it() -> None:
    values = np.repeat([1.0, 3.0, 5.0], 10)
    alone = mean(values, np.arange(30))
    clustered = mean(values, np.repeat([0, 1, 2], 10))
    assert alone is not None
    assert clustered is not None
    assert clustered.high - clustered.low > 3 * (alone.high - alone.low)

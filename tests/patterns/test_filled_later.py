"""A column that is filled in because of the outcome gives itself away by its history, and by the age of customers."""

from __future__ import annotations

import numpy as np
import pytest

from evidence.tables import AS_OF, engine, evidence_of
from idealfit.evidence.filling import Filling
from idealfit.patterns.filled_later import filled_after_closing, grows_with_age
from idealfit.patterns.leakage import admit
from patterns.made import category, evidence


def aged(won_old: float, won_new: float, lost_old: float, lost_new: float, seed: int = 1) -> str | None:
    """The proof for a column known for these shares of deals closed long ago and lately."""
    generator = np.random.default_rng(seed)
    rows = 1200
    y = (generator.random(rows) < 0.4).astype(np.int64)
    late = np.linspace(0, 1, rows)
    share = np.where(y == 1, won_old + late * (won_new - won_old), lost_old + late * (lost_new - lost_old))
    known = generator.random(rows) < share
    fact = category("region", ["x" if one else None for one in known])
    return grows_with_age(fact, evidence(y, fact))


def test_what_is_filled_in_while_somebody_is_a_customer_grows_with_age() -> None:
    proof = aged(0.95, 0.1, 0.3, 0.3)
    assert proof is not None
    assert "won lately" in proof


@pytest.mark.parametrize(
    "shares",
    [(0.9, 0.2, 0.9, 0.2), (0.2, 0.9, 0.5, 0.5), (0.8, 0.7, 0.5, 0.5), (0.6, 0.6, 0.2, 0.2)],
    ids=["enriched up to a day", "begun lately", "a little", "known more often of winners"],
)
def test_other_reasons_for_a_gap_are_no_leak(shares: tuple[float, float, float, float]) -> None:
    assert aged(*shares) is None


def test_a_history_that_begins_after_winning_is_a_proof() -> None:
    assert filled_after_closing(Filling(3, 60, 0, 2, 100, 300)) is not None
    assert filled_after_closing(Filling(40, 30, 0, 2, 100, 300)) is None  # most of it was known before
    assert filled_after_closing(Filling(3, 60, 20, 170, 100, 300)) is None  # lost accounts are filled in as often
    assert filled_after_closing(None) is None


def test_the_history_of_a_workspace_refuses_the_column() -> None:
    accounts, deals, changes = [], [], []
    for place in range(120):
        won = place % 3 == 0
        key = f"a{place}"
        accounts.append({"account_id": key, "name": key, "setup": "x" if won else None, "industry": "Health"})
        deals.append(
            {"deal_id": f"d{place}", "account_id": key, "created_at": "2025-01-01", "closed_at": "2025-02-01",
             "outcome": "won" if won else "lost"}
        )  # fmt: skip
        if won:
            changes.append({"account_id": key, "field": "Setup", "new_value": "x", "changed_at": "2025-03-01"})
    con = engine(types={"setup": "text"}, accounts=accounts, deals=deals, account_history=changes)
    made, _rows = evidence_of(con, as_of=AS_OF)
    assert made.filled["setup"].won_after == 40
    refused = {one.attribute: one for one in admit(made, {fact.name: fact.info for fact in made.facts}).rejected}
    assert refused["setup"].reason == "leakage"
    assert "on 40 of 40 won accounts after the deal had been closed" in refused["setup"].proof

"""Customers against the market list: what is common there singles out nobody, and luck among few is shrunken."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from evidence.tables import attributes_of, day, engine, evidence_of
from idealfit.evidence.table import Fact
from idealfit.patterns.likeness import Likeness, alike, likenesses
from idealfit.patterns.roster import Company, companies_of


def made(*, market: int = 200, customers: int = 14) -> tuple[Any, list[Company], tuple[Fact, ...]]:
    """Customers: twelve of fourteen are banks (a tenth of the market is), nine of ten speak English (as in the market);
    the plan was entered when they bought.
    """
    generator = np.random.default_rng(3)
    rows, deals = [], []
    for one in range(market + customers + 20):
        bought, lost = one < customers, customers <= one < customers + 20
        bank = one < 12 if bought else generator.random() < 0.1
        rows.append(
            {
                "account_id": f"a{one:03d}",
                "name": f"Company {one}",
                "industry": "Bank" if bank else str(generator.choice(["Shop", "Farm", "School"])),
                "language": "English" if generator.random() < 0.9 else "French",
                "plan": str(generator.choice(["Gold", "Silver"])) if bought or lost else None,
                "employees": int(generator.integers(10, 1000)),
            }
        )
        if bought or lost:
            closed = {"created_at": day(one), "closed_at": day(one + 20 + one % 7), "amount": 1000 + 10 * one}
            outcome = "won" if bought else "lost"
            deals.append({"deal_id": f"d{one}", "account_id": f"a{one:03d}", "outcome": outcome, **closed})
    con = engine(types={"language": "text", "plan": "text"}, accounts=rows, deals=deals)
    evidence, unit = evidence_of(con)
    facts = tuple(fact for fact in evidence.facts if fact.form == "column")
    return con, companies_of(con, evidence, unit.unit), facts


@pytest.fixture(scope="module")
def found() -> list[Likeness]:
    return likenesses(*made())


def test_what_customers_have_more_often_than_the_market_comes_first_with_its_counts(found: list[Likeness]) -> None:
    first = found[0]
    assert first.attribute == "industry"
    assert (first.counts["good"], first.counts["of"]) == (12, 14)
    assert first.counts["market"] < 0.2 * first.counts["of_market"]
    assert first.effect > 1


def test_what_everybody_has_and_what_is_entered_on_buying_are_not_among_them(found: list[Likeness]) -> None:
    effects = {one.attribute: one.effect for one in found}
    assert "plan" not in effects
    assert effects.get("language", 0.0) < 0.5
    assert all(effect < 0.5 * effects["industry"] for name, effect in effects.items() if name != "industry")


def test_so_few_customers_say_less_than_their_share() -> None:
    few = likenesses(*made(customers=4))
    many = likenesses(*made())
    bank = {one.attribute: one.effect for one in few}.get("industry", 0.0)
    assert bank < many[0].effect


def test_without_a_market_what_customers_share_is_counted_against_nobody() -> None:
    con, companies, facts = made(market=0)
    assert likenesses(con, companies, facts) == []
    shared = alike(con, companies, facts, attributes_of(con))
    assert shared[0]["when"] == "industry = 'Bank'"
    assert (shared[0]["counts"]["good"], shared[0]["counts"]["of"]) == (12, 14)
    assert "of_market" not in shared[0]["counts"]

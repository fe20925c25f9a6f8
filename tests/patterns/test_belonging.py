"""Whom a motion is sold to: told where one fact tells its deals from the others, and not where none does."""

from __future__ import annotations

import numpy as np

from evidence.tables import engine, evidence_of
from idealfit.patterns.belonging import Belonging, belonging
from idealfit.profile.text import to_text


def told(*, by: str, mixed: float = 0.0) -> Belonging | None:
    """200 deals; the motion's are those with at least 300 employees, or in two countries; `mixed` of them are not."""
    generator = np.random.default_rng(4)
    size = generator.integers(1, 100, 200) * 10
    country = generator.choice(["France", "Italy", "Spain", "Poland"], 200)
    rows = [
        {"account_id": f"a{one:03d}", "employees": int(size[one]), "country": str(country[one])} for one in range(200)
    ]
    deals = [{"deal_id": f"d{one:03d}", "account_id": f"a{one:03d}", "outcome": "won"} for one in range(200)]
    evidence, _unit = evidence_of(engine(accounts=rows, deals=deals))
    places = [int(str(code)[1:]) for code in evidence.account_id]
    own = np.isin(country, ["France", "Italy"])[places] if by == "country" else (size >= 300)[places]
    own = np.where(generator.random(200) < mixed, ~own, own)
    return belonging(evidence.facts, evidence.account, own, ~own)


def test_a_range_or_a_set_of_values_that_tells_the_deals_apart_is_found() -> None:
    by_size, by_country = told(by="employees"), told(by="country")
    assert by_size is not None
    assert by_country is not None
    assert to_text(by_size.candidate.predicate()).startswith("employees >= ")
    assert to_text(by_country.candidate.predicate()) in (
        "country IN ('France', 'Italy')",
        "country IN ('Italy', 'France')",
    )
    assert (by_country.inside, by_country.outside) == (by_country.of, by_country.of_others)


def test_what_tells_two_of_three_deals_is_not_told() -> None:
    assert told(by="country", mixed=0.3) is None

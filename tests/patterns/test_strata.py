"""What turns round within sources or sellers is caught and told; what holds there is left alone."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from idealfit.evidence.table import Evidence
from idealfit.patterns.candidate import Candidate
from idealfit.patterns.checks import add_checks
from idealfit.patterns.search import search
from idealfit.patterns.strata import Strata, reversal_told, strata_of, told_otherwise
from idealfit.patterns.target import targets_of
from idealfit.patterns.value import value_effects
from patterns.made import binned_of, category, drawn, evidence, flag, noise


def simpson(seed: int = 1, *, column: str = "owner") -> tuple[Evidence, Candidate]:
    """The trait is worse with either seller, and the better seller has nearly all of it: overall it looks better."""
    generator = np.random.default_rng(seed)
    rows = 3000
    good = generator.random(rows) < 0.5
    trait = generator.random(rows) < np.where(good, 0.85, 0.15)
    y = drawn(generator, np.where(good, 0.6, -2.2) - 0.7 * trait)
    who = np.where(good, "Ana", "Bo").astype(object)
    made = evidence(y, flag("trait", trait), *noise(generator, np.arange(rows)), **{column: who})
    (binned,) = binned_of(made, ["trait"])
    return made, Candidate(binned, (1,))


def by(made: tuple[Strata, ...], name: str) -> Strata:
    return next(one for one in made if one.by == name)


def test_a_direction_that_turns_round_within_every_seller_is_seen() -> None:
    made, candidate = simpson()
    found = by(strata_of(candidate, made), "seller")
    assert found.change == "reverses"
    assert found.overall > 1.2
    assert found.within.high < 1
    assert abs(math.log(found.within.value) + 0.7) < 0.25
    text = reversal_told(found)
    assert "the other way" in text
    assert "same seller" in text


def test_its_levels_are_all_deals_and_its_counts_those_of_the_records() -> None:
    made, candidate = simpson()
    found = by(strata_of(candidate, made), "seller")
    assert sum(level.match + level.rest for level in found.levels) == made.rows
    ana = next(level for level in found.levels if level.name == "Ana")
    hers = (made.owner == "Ana") & (candidate.mask() == 1)
    assert (ana.match_won, ana.match) == (int((hers & (made.outcome == 1)).sum()), int(hers.sum()))


@pytest.mark.parametrize("column", ["motion", "product", "pipeline"])
def test_what_turns_round_within_every_motion_or_product_is_told_first_and_refuses_nothing(column: str) -> None:
    made, candidate = simpson(column=column)
    first = strata_of(candidate, made)[0]
    assert (first.by, first.change) == (column, "reverses")
    assert not strata_of(candidate, made, handling_only=True)


def test_what_looks_good_only_by_who_sold_it_is_refused_with_its_counts() -> None:
    made, _candidate = simpson()
    targets = targets_of(made)[:1]
    result = search(binned_of(made), targets, seed=1)
    model = value_effects(result.found, targets, best="win_rate", horizon=24)
    told = dict(
        zip([one.candidate.key for one in model.effects], told_otherwise(model.effects, targets, made), strict=True)
    )
    assert told["trait"] is not None
    assert "seller" in told["trait"]


def test_a_trait_that_holds_within_every_source_is_left_alone() -> None:
    generator = np.random.default_rng(2)
    trait = generator.random(2000) < 0.4
    source = generator.choice(np.array(["web", "fair", "partner"], dtype=object), 2000)
    y = drawn(generator, -1.0 + 0.9 * trait + 0.8 * (source == "fair"))
    made = evidence(y, flag("trait", trait), category("colour", generator.choice(["red", "blue"], 2000)), source=source)
    (binned,) = binned_of(made, ["trait"])
    found = strata_of(Candidate(binned, (1,)), made)
    assert {one.by for one in found} == {"source", "colour"}
    assert {one.change for one in found} == {"holds"}


def test_without_two_large_strata_nothing_is_said() -> None:
    generator = np.random.default_rng(3)
    y = drawn(generator, np.zeros(200))
    made = evidence(y, flag("trait", generator.random(200) < 0.5), source=np.full(200, "web", dtype=object))
    (binned,) = binned_of(made, ["trait"])
    assert strata_of(Candidate(binned, (1,)), made) == ()


def test_counts_that_the_reason_has_are_not_said_again_with_what_turns_them_round() -> None:
    made, candidate = simpson()
    told = reversal_told(by(strata_of(candidate, made), "seller"))
    counts = told.removeprefix("Overall ").partition("; ")[0]
    pattern = SimpleNamespace(candidate=candidate, effect=SimpleNamespace(by_target={"win": (-0.7, 0.1)}))
    blocks: dict[str, dict[str, Any]] = {"trait": {"because": f"{counts}."}}
    add_checks(blocks, cast(Any, (SimpleNamespace(id="trait", pattern=pattern),)), made)
    assert blocks["trait"]["because"].count(counts) == 1
    assert "it is the other way" in blocks["trait"]["because"]

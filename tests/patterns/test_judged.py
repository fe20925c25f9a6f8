"""A profile of who stays shows who stays beside its criteria, and proves nothing of it by wins."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from idealfit.patterns.candidate import Candidate
from idealfit.patterns.evidence_document import rivals_named
from idealfit.patterns.judged import because_judged, judged_of
from idealfit.patterns.search import Found, search
from idealfit.patterns.sides import WHO_YOU_HAVE, sides_in, sides_of
from idealfit.patterns.target import targets_of
from idealfit.patterns.value import value_effects
from idealfit.records.attribute import AttributeInfo
from patterns.made import binned_of, category, drawn, evidence, flag, sold

ROWS = 400


def made():
    """All were won; of those with the trait half left within half a year, of the others nobody."""
    trait = np.arange(ROWS) % 2
    rows = evidence(np.ones(ROWS, dtype=int), flag("Hard", trait))
    ended = (trait == 1) & (np.arange(ROWS) % 4 == 1)
    return replace(rows, months=np.where(ended, 6.0, 24.0), ended=ended, cycle_days=np.where(trait, 90.0, 30.0)), trait


def test_by_retention_the_shares_that_stay_stand_beside_a_criterion() -> None:
    rows, trait = made()
    judged = judged_of("retention", trait.astype(float), rows)
    assert judged is not None
    assert (judged["match"]["value"], judged["rest"]["value"]) == (0.5, 1.0)
    assert because_judged(judged, "200 of 200 won, elsewhere 200 of 200; 70 in 100 leave within a year.") == (
        "50% stay a year (of 200), elsewhere 100% stay a year (of 200); 200 of 200 won, elsewhere 200 of 200."
    )


def test_by_cycle_days_are_shown_and_by_value_only_wins() -> None:
    rows, trait = made()
    judged = judged_of("cycle", trait.astype(float), rows)
    assert judged is not None
    assert (judged["match"]["value"], judged["rest"]["value"]) == (90.0, 30.0)
    assert judged_of("value", trait.astype(float), rows) is None


def test_the_sides_are_called_what_they_are() -> None:
    rows = evidence([1, 0])
    assert sides_in(rows).good == "won deals"
    stays = replace(rows, reach="customers", notes=("This says who stays among those who bought, not who buys",))
    assert sides_in(stays).bad == "who left"
    assert sides_in(replace(rows, reach="customers", notes=(f"There is only {WHO_YOU_HAVE}",))).rows == "companies"
    assert sides_of("advance").did == "advanced"


def test_what_was_found_among_wins_is_not_supported_by_who_stays() -> None:
    generator = np.random.default_rng(71)
    trait = np.arange(1200) % 2
    rows = sold(generator, drawn(generator, 1.5 * trait - 1.2), flag("Hard", trait))
    targets = targets_of(rows)
    win = next(one for one in targets if one.name == "win")
    found = (Found(Candidate(binned_of(rows)[0], (1,)), win, 1e-9, 1e-8, 8.0),)
    supported = {
        best: value_effects(found, targets, best=best, horizon=24.0).effects[0].supported
        for best in ("win_rate", "retention")
    }
    assert supported == {"win_rate": True, "retention": False}


def test_what_may_stand_for_a_criterion_is_named_by_its_label() -> None:
    generator = np.random.default_rng(72)
    kind = generator.integers(0, 6, 1500)
    won = drawn(generator, np.log(3.0) * np.isin(kind, [1, 4]) - 1.6)
    facts = [category("trade", [f"t{one}" for one in kind]), category("code", [f"c{one}" for one in kind])]
    rows = evidence(won, *facts)
    targets = targets_of(rows)
    found = search(binned_of(rows), targets, seed=1, rounds=60).found
    model = value_effects(found, targets, best="win_rate", horizon=24.0)
    names = {name: AttributeInfo(name, f"the {name}", "text") for name in ("trade", "code")}
    said = [one for effect in model.effects for one in rivals_named(effect.found, names)]
    assert len(said) == 1 and said[0] in ("the trade", "the code")

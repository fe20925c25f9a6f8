"""The comparison of choices of best as one JSON document, with the sentences that its reader needs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from idealfit.evidence.became import Became
from idealfit.evidence.estimate import Estimate, Floats
from idealfit.evidence.table import Evidence
from idealfit.patterns.best import BESTS, Best
from idealfit.patterns.choice_trial import ChoiceTrial, Yield
from idealfit.patterns.choices import SURE, ChoiceFound, Comparison, Trait
from idealfit.patterns.classical import Classical, ClassicalTrait
from idealfit.patterns.comparison_words import GOOD as GOOD_ROWS
from idealfit.patterns.comparison_words import ROWS, both_of, name_of
from idealfit.patterns.wording import words_of
from idealfit.profile.parsing import to_text
from idealfit.records.attribute import AttributeInfo

SCHEMA_VERSION = 1
MOST_RECORDS = 5_000
TENTH = 0.1

WORDS: dict[Best, str] = {
    "value": "what working an account is expected to bring: chance of winning, months kept, growth, contract, margin",
    "win_rate": "who buys",
    "retention": "who stays",
    "nrr": "what customers pay after a year, over what they paid at first (those who left pay nothing)",
    "cycle": "who signs quickly",
    "deal_size": "who signs the largest contracts",
    "nps": "who praises us",
    "margin": "of whom most is left after support",
}
"""What each choice asks for."""

GOOD = {"win": 1, "churn": -1, "growth": 1, "amount": 1, "margin": 1, "cycle": -1, "nps": 1}
"""Whether more of an outcome is good (1) or bad."""


def comparison_document(
    comparison: Comparison,
    classical: Classical,
    trial: ChoiceTrial | None,
    *,
    evidence: Evidence,
    attributes: Mapping[str, AttributeInfo],
    as_of: date,
    unit: str,
    top_tenths: Mapping[Best, frozenset[str]],
    market: Sequence[float | None],
    accounts: int,
) -> dict[str, Any]:
    """The whole document. `top_tenths`: of each choice the accounts of its top tenth; `market`: the share of all
    accounts that has each trait of the recipe; `accounts`: how many there are. Numbers are rounded to six digits.
    """
    yields = {one.name: one for one in trial.yields} if trial is not None else {}
    choices = [_choice(one, yields.get(one.choice.text), top_tenths, attributes) for one in comparison.choices]
    traits = [_trait(one, attributes) for one in comparison.traits]
    recipe = _classical(classical, evidence, attributes, market, yields.get("classical"))
    everyone = yields.get("everyone")
    made: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "as_of": as_of.isoformat(),
        "unit": unit,
        "accounts": accounts,
        "choices": choices,
        "traits": traits,
        "trial": None
        if trial is None
        else {"at": trial.at.isoformat() if trial.at else None, "deals": trial.deals, "share": trial.share},
        "everyone": _yield(everyone) if everyone is not None else None,
        "classical": recipe,
    }
    made["differences"] = differences(made)
    recipe["wrong"] = what_is_wrong(made)
    return made


def _choice(
    one: ChoiceFound,
    brought: Yield | None,
    top_tenths: Mapping[Best, frozenset[str]],
    attributes: Mapping[str, AttributeInfo],
) -> dict[str, Any]:
    own = top_tenths.get(one.choice.text, frozenset())
    return {
        "best": one.choice.text,
        "words": WORDS.get(one.choice.text, "customers that pass every part"),
        "told": list(one.told),
        "why_not": one.why_not,
        "criteria": [
            {
                "attribute": pattern.attribute,
                "sentence": words_of(pattern.candidate.predicate(), attributes),
                "when": to_text(pattern.candidate.predicate()),
                "polarity": pattern.polarity,
                "grade": pattern.grade,
                "points": pattern.points,
                "exclusion": pattern.exclusion,
                "records": {
                    word: [
                        str(code)
                        for code in one.evidence.deal_id[
                            (pattern.candidate.mask() == 1) & (one.evidence.outcome == value)
                        ][:MOST_RECORDS]
                    ]
                    for word, value in (("won", 1), ("lost", 0))
                },
                "strength": _number(pattern.effect.value) if pattern.effect else None,
                "error": _number(pattern.effect.error) if pattern.effect else None,
            }
            for pattern in one.patterns
        ],
        "yield": _yield(brought) if brought is not None else None,
        "top_tenth": len(own),
        "shared_top": {
            other: _number(len(own & theirs) / len(own))
            for other, theirs in top_tenths.items()
            if other != one.choice.text and own
        },
    }


def _trait(trait: Trait, attributes: Mapping[str, AttributeInfo]) -> dict[str, Any]:
    return {
        "attribute": trait.attribute,
        "sentence": words_of(trait.candidate.predicate(), attributes),
        "when": to_text(trait.candidate.predicate()),
        "choices": {
            best: {"polarity": polarity, "grade": trait.grades[best], "points": trait.points[best]}
            for best, polarity in trait.polarity.items()
        },
        "outcomes": {name: _factor(name, *effect) for name, effect in trait.outcomes.items()},
        "turns": trait.turns,
    }


def _factor(name: str, beta: float, error: float) -> dict[str, Any]:
    """An effect as a factor (of odds, of the rate of leaving, of money, of days; for NPS the difference in points)."""
    sure = error > 0 and abs(beta) > SURE * error
    good = None if not sure else beta * GOOD[name] > 0
    if name == "nps":
        ends = [100 * beta, 100 * (beta - 1.96 * error), 100 * (beta + 1.96 * error)]
    else:
        ends = [math.exp(beta), math.exp(beta - 1.96 * error), math.exp(min(beta + 1.96 * error, 50))]
    return {"value": _number(ends[0]), "low": _number(ends[1]), "high": _number(ends[2]), "good": good}


def _yield(one: Yield) -> dict[str, Any]:
    return {
        "deals": one.deals,
        "won": one.won,
        "win_rate": _estimate(one.win_rate),
        "worth": _estimate(one.worth),
        "amount": _estimate(one.amount),
        "cycle": _estimate(one.cycle),
        "customers": _became(one.customers),
        "records": {word: list(ids[:MOST_RECORDS]) for word, ids in one.records.items()},
    }


def _became(one: Became) -> dict[str, Any]:
    return one.as_dict()


def _classical(
    made: Classical,
    evidence: Evidence,
    attributes: Mapping[str, AttributeInfo],
    market: Sequence[float | None],
    brought: Yield | None,
) -> dict[str, Any]:
    return {
        "by": made.by,
        "valued": made.valued,
        "top": len(made.rows),
        "total": made.total,
        "names": [str(name) for name in evidence.name[made.rows]],
        "records": [str(one) for one in evidence.deal_id[made.rows]],
        "also_best": made.also_best,
        "left": made.left,
        "thin": made.thin,
        "traits": [_classical_trait(one, attributes, share) for one, share in zip(made.traits, market, strict=True)],
        "yield": _yield(brought) if brought is not None else None,
    }


def _classical_trait(
    one: ClassicalTrait, attributes: Mapping[str, AttributeInfo], share: float | None
) -> dict[str, Any]:
    predicate = one.candidate.predicate()
    return {
        "sentence": words_of(predicate, attributes),
        "when": to_text(predicate),
        "held": one.held,
        "known": one.known,
        "market": _number(share),
        "among_won": _estimate(one.among_won),
        "among_lost": _estimate(one.among_lost),
        "won_with": _estimate(one.won_with),
        "won_without": _estimate(one.won_without),
        "leaves_with": _estimate(one.leaves_with),
        "leaves_without": _estimate(one.leaves_without),
        "finding": one.finding,
    }


def differences(made: Mapping[str, Any]) -> list[str]:
    """What a head of sales must know of how the choices differ, a sentence each."""
    said = []
    asked = [one for one in made["choices"] if not one["why_not"]]
    names = [one["best"] for one in asked]
    shared = [one["sentence"] for one in made["traits"] if len(one["choices"]) == len(names) > 1]
    if shared:
        said.append(f"Whoever counts as best: {_listed(shared)}.")
    said += [text for one in made["traits"] if (text := _turned(one))]
    said += [
        f"By {name_of(one['best'])} nothing was found that sets accounts apart." for one in asked if not one["criteria"]
    ]
    said += [f"{name_of(one['best'])}: {one['why_not']}." for one in made["choices"] if one["why_not"]]
    return said


def _turned(trait: Mapping[str, Any]) -> str:
    """What is to be said of a trait that one choice seeks and another avoids, or that has two sides; '' else."""
    sides: dict[str, list[str]] = {}
    for best, each in trait["choices"].items():
        sides.setdefault(each["polarity"], []).append(name_of(best))
    if len(sides) > 1:
        tail = f": it {trait['turns']}" if trait["turns"] else ""
        good, bad = _listed(sides["seek"]), _listed(sides["exclude"])
        return f"{_capital(trait['sentence'])} turns round: good by {good}, bad by {bad}{tail}."
    return f"{_capital(trait['sentence'])}: {trait['turns']}." if trait["turns"] else ""


def what_is_wrong(made: Mapping[str, Any]) -> list[str]:
    """What the classical recipe gets wrong on these records, each with its count."""
    recipe = made["classical"]
    traits, said = recipe["traits"], []
    if not recipe["top"]:
        return ["There are no customers to make it of."]
    good, others = both_of(made)
    common = [one for one in traits if one["finding"] == "as common among lost deals"]
    losing = [one for one in traits if one["finding"] == "wins less"]
    leaving = [one for one in traits if one["finding"] == "wins and leaves"]
    if common:
        said.append(
            f"{len(common)} of its {len(traits)} traits {'is' if len(common) == 1 else 'are'} no more common among "
            f"{good} than among {others}: {_listed([one['sentence'] for one in common][:4])}."
        )
    for some, one, several in (
        (losing, "goes with losing", "go with losing"),
        (leaving, "wins and leaves", "win and leave"),
    ):
        if some:
            listed = _listed([each["sentence"] for each in some][:4])
            said.append(f"{len(some)} {one if len(some) == 1 else several}: {listed}.")
    usual = [one for one in traits if one["market"] is not None and one["market"] >= 0.6]
    if usual:
        had = "1 is" if len(usual) == 1 else f"{len(usual)} are"
        said.append(f"{had} had by six of ten companies of the market or more: that singles out nobody.")
    if recipe["also_best"] is not None and recipe["by"] == "revenue" and recipe["also_best"] < 0.9 * recipe["top"]:
        said.append(
            f"Biggest is not best: of the {recipe['top']} largest customers {recipe['also_best']} are among the "
            f"{recipe['top']} that turned out to be worth most"
            + (f"; {recipe['left']} have left since" if recipe["left"] else "")
            + (f"; on {recipe['thin']} support ate most of the margin" if recipe["thin"] else "")
            + "."
        )
    said.append(f"It has no intervals and never looks at {others}: nothing in it could have failed.")
    return said + _beside(made)


def _beside(made: Mapping[str, Any]) -> list[str]:
    """The recipe's yield on later deals beside that of the first choice."""
    recipe, ours = made["classical"]["yield"], next((one for one in made["choices"] if one["yield"]), None)
    everyone = made["everyone"]
    if recipe is None or ours is None or everyone is None:
        return []
    parts = []
    good = GOOD_ROWS[made["unit"]]
    for key, label, form in (("win_rate", good, "{:.0%}"), ("worth", "worth a deal worked", "{:,.0f}")):
        triple = [each[key]["value"] for each in (recipe, ours["yield"], everyone) if each[key] is not None]
        if len(triple) == 3:
            parts.append(f"{label} {form.format(triple[0])} against {form.format(triple[1])} ({form.format(triple[2])} "
                         "of all)")  # fmt: skip
    share, rows = made["trial"]["share"], ROWS[made["unit"]]
    rows = f"later {rows}" if made["trial"]["at"] else rows
    return (
        [f"Worked on the same {rows}, the first {share:.0%}: {'; '.join(parts)} by {name_of(ours['best'])}."]
        if parts
        else []
    )


def top_tenth(score: Floats, accounts: Sequence[str]) -> frozenset[str]:
    """The accounts of the highest tenth; equal scores in an order that has nothing to do with them."""
    if not len(score) or float(np.ptp(score)) == 0:
        return frozenset()
    mixed = np.random.default_rng(20_260_101).permutation(len(score))
    order = mixed[np.argsort(-score[mixed], kind="stable")]
    return frozenset(accounts[place] for place in order[: max(1, round(TENTH * len(score)))])


def in_order(names: Sequence[Best]) -> list[Best]:
    """Choices in the order of `BESTS`, groups last."""
    return sorted(names, key=lambda name: (BESTS.index(name) if name in BESTS else len(BESTS), name))


def _listed(items: Sequence[str]) -> str:
    return ", ".join(items[:-1]) + f" and {items[-1]}" if len(items) > 1 else "".join(items)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _estimate(estimate: Estimate | None) -> dict[str, Any] | None:
    return estimate.as_dict() if estimate is not None else None


def _number(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(f"{value:.6g}")

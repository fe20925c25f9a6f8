"""What few customers have in common, as assumed criteria: a hypothesis to work with until there is evidence.

Against a market list a trait counts by how much more often customers have it, shrunken, and by what is generally
believed of its layer (`DEFAULT_WEIGHTS`): that is a prior, and the page says so.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from idealfit.patterns.hypothesis import FEW_WINS, MOST
from idealfit.patterns.wording import identifier
from idealfit.profile.content import DEFAULT_WEIGHTS, Criterion, Layer, Profile
from idealfit.records.attribute import LAYERS, AttributeInfo, describe

POINTS, MOST_POINTS = 3, 5
"""All the same where nothing tells one assumption from another; else one to five."""

NOTABLY_MORE = 1.2

LEAST_PRIOR = 15.0
"""What a layer counts of which nothing is generally believed."""


def with_assumed(
    profile: Profile, document: dict[str, Any], attributes: Mapping[str, AttributeInfo]
) -> tuple[Profile, dict[str, Any]]:
    """`profile` and evidence.json with assumed criteria, from what the customers share (`customers.shared`), up to six
    with the suggestive ones that were found. They weigh less than those, and change no
    probability.

    Only where the verdict is `insufficient` and there are few wins; else both as they are.
    """
    found = [one for one in document["criteria"] if one.get("seen") != "call"]
    named = {str(one.get("attribute")) for one in found}
    shared = [one for one in document["customers"].get("shared") or [] if one["attribute"] not in named]
    shared = shared[: max(0, MOST - len(found))]
    if document["verdict"] != "insufficient" or not shared or document["sample"]["won"] > FEW_WINS:
        return profile, document
    taken = {one["id"] for one in document["criteria"]}
    points = _points(shared, attributes, found)
    entries: list[dict[str, Any]] = []
    by_layer: dict[Any, list[Criterion]] = {}
    for one, worth in zip(shared, points, strict=True):
        info = attributes.get(one["attribute"]) or describe(one["attribute"])
        name = identifier(info.label, taken)
        taken.add(name)
        because = _because(one["counts"], float(one.get("pays", 1.0)))
        rate = _commonness(one["counts"])
        criterion = Criterion(
            id=name, when=one["when"], points=worth, because=because, known_true_rate=rate, grade="assumed"
        )
        by_layer.setdefault(info.layer, []).append(criterion)
        entries.append(_entry(name, info, one, because, worth))
    made = document | {"criteria": [*document["criteria"], *entries]}
    if any("effect" in one for one in shared):
        made["warnings"] = [_PRIORS, *document["warnings"]]
    return profile.model_copy(update={"layers": _joined(profile, by_layer)}), made


def _joined(profile: Profile, assumed: Mapping[Any, list[Criterion]]) -> dict[Any, Layer]:
    """The layers with the assumed criteria behind what was found; each weighs its points."""
    layers = {}
    for layer in LAYERS:
        there = profile.layers.get(layer)
        if layer not in assumed:
            if there is not None:
                layers[layer] = there
            continue
        weight = (there.weight if there is not None else 0.0) + sum(one.points for one in assumed[layer])
        criteria = (*(there.criteria if there is not None else ()), *assumed[layer])
        layers[layer] = Layer(weight=float(weight), criteria=criteria)
    return layers


def _commonness(counts: Mapping[str, int]) -> float | None:
    """The share of the market list that has it; None without one."""
    return round(counts["market"] / counts["of_market"], 3) if counts.get("of_market") else None


_PRIORS = (
    "Nothing is proven: what customers have more often than the market list counts by how much more often, and by what "
    "is generally believed of its layer ("
    + ", ".join(f"{layer} {weight:.0f}" for layer, weight in DEFAULT_WEIGHTS.items() if weight)
    + f", any other {LEAST_PRIOR:.0f})"
)


def _points(
    shared: Sequence[Mapping[str, Any]], attributes: Mapping[str, AttributeInfo], found: Sequence[Mapping[str, Any]]
) -> list[int]:
    """One to five by effect and layer, and no more than half of the largest points of what was found; three each where
    no effect is known.
    """
    most = MOST_POINTS
    if found:
        most = max(1, min(MOST_POINTS, math.ceil(max(abs(int(one.get("points") or 0)) for one in found) / 2)))
    effects = []
    for one in shared:
        layer = (attributes.get(one["attribute"]) or describe(one["attribute"])).layer
        effects.append(float(one.get("effect", 0.0)) * max(DEFAULT_WEIGHTS.get(layer, 0.0), LEAST_PRIOR))
    largest = max(effects, default=0.0)
    return [max(1, round(most * effect / largest)) if largest > 0 else min(POINTS, most) for effect in effects]


def _because(counts: Mapping[str, int], pays: float) -> str:
    said = f"{counts['good']} of {counts['of']} customers have it"
    if counts.get("of_market"):
        said += f", and {100 * counts['market'] / counts['of_market']:.0f} in 100 companies on the list"
    if counts.get("of_fast", 0) > 1:
        said += f", {counts['fast']} of {counts['of_fast']} who decided fast against us"
    if pays >= NOTABLY_MORE:
        said += f"; they pay about {pays:.1f} times as much"
    return f"{said}; nobody has tested that it matters."


def _entry(name: str, info: AttributeInfo, one: Mapping[str, Any], because: str, points: int) -> dict[str, Any]:
    counts = one["counts"]
    good, of, others, of_others = (int(counts[key]) for key in ("good", "of", "others", "of_others"))
    return {
        "id": name,
        "layer": info.layer,
        "polarity": "seek",
        "attribute": info.source_name or info.name,
        "when": one["when"],
        "points": points,
        "grade": "assumed",
        "seen": "list",
        "exclusion": False,
        "sentence": one["sentence"],
        "because": because,
        "counts": {
            "match_won": good,
            "match_lost": others,
            "match_open": 0,
            "rest_won": of - good,
            "rest_lost": of_others - others,
            "accounts": good + others,
        },
        "rates": {
            "match": round(good / (good + others), 6) if good + others else None,
            "rest": round((of - good) / (of - good + of_others - others), 6)
            if of - good + of_others - others
            else None,
            "known_true_rate": None,
        },
        "interval": {"of": "odds_ratio", "value": None, "low": None, "high": None, "level": 0.95},
        "q_value": None,
        "stability": None,
        "later": None,
        "records": {"won": [], "lost": [], "open": []},
    }

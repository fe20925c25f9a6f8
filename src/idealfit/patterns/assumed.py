"""What few customers have in common, as assumed criteria: a hypothesis to work with until there is evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from idealfit.patterns.wording import identifier
from idealfit.profile.content import Criterion, Layer, Profile
from idealfit.records.attribute import LAYERS, AttributeInfo, describe

FEW_WINS = 40
"""Up to so many wins the customers themselves are the best hypothesis; with more, a test has had its chance."""

POINTS = 3
"""All the same: nothing tells one assumption from another."""


def with_assumed(
    profile: Profile, document: dict[str, Any], attributes: Mapping[str, AttributeInfo]
) -> tuple[Profile, dict[str, Any]]:
    """`profile` and evidence.json with up to six assumed criteria, from what the customers share (`customers.shared`).

    Only where the verdict is `insufficient`, nothing was found and there are few wins; else both as they are.
    """
    shared = document["customers"].get("shared") or []
    if document["verdict"] != "insufficient" or document["criteria"] or document["sample"]["won"] > FEW_WINS:
        return profile, document
    taken: set[str] = set()
    entries: list[dict[str, Any]] = []
    by_layer: dict[Any, list[Criterion]] = {}
    for one in shared:
        info = attributes.get(one["attribute"]) or describe(one["attribute"])
        name = identifier(info.label, taken)
        taken.add(name)
        because = (
            f"{one['counts']['good']} of {one['counts']['of']} customers have it; nobody has tested that it matters."
        )
        criterion = Criterion(id=name, when=one["when"], points=POINTS, because=because, grade="assumed")
        by_layer.setdefault(info.layer, []).append(criterion)
        entries.append(_entry(name, info, one, because))
    layers = {
        layer: Layer(weight=float(POINTS * len(by_layer[layer])), criteria=tuple(by_layer[layer]))
        for layer in LAYERS
        if layer in by_layer
    }
    return profile.model_copy(update={"layers": layers}), document | {"criteria": entries}


def _entry(name: str, info: AttributeInfo, one: Mapping[str, Any], because: str) -> dict[str, Any]:
    counts = one["counts"]
    good, of, others, of_others = (int(counts[key]) for key in ("good", "of", "others", "of_others"))
    return {
        "id": name,
        "layer": info.layer,
        "polarity": "seek",
        "attribute": info.source_name or info.name,
        "when": one["when"],
        "points": POINTS,
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

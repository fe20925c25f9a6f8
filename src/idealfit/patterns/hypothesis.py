"""The order of a hypothesis made of few customers: who pays more is told by their contracts, who buys hardly at all.

Points are put on one scale, the log of expected value. What a slope of contract values says (`paying`) counts as it is,
shrunken; what was found of winning among so few deals is mostly the luck of the search, and counts for less.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from idealfit.patterns.drafting import MIN_WINS
from idealfit.patterns.wording import identifier
from idealfit.profile.content import Criterion, Layer, Profile
from idealfit.records.attribute import LAYERS, AttributeInfo, describe

FEW_WINS = 40
"""Up to so many wins the customers themselves are the best hypothesis; with more, a test has had its chance."""

MOST = 6
"""Criteria of a hypothesis."""

MOST_POINTS, FEWER_POINTS = 15, 5
"""The most that a criterion of a hypothesis is worth; below ten wins, where not even a chance is printed, the fewer."""

FOUND_COUNTS = 0.4
"""What is left of an effect that was found among few deals: the best of many is bolder than it will be (in made-up
companies of 25 customers nothing more than this served the order).
"""

WIN_ERROR = 0.3
"""How unsure a step's effect on winning is: so far may win rates of larger and smaller companies differ unseen."""

_BY_VALUE = frozenset({"value", "deal_size"})


def with_paying(
    profile: Profile, document: dict[str, Any], attributes: Mapping[str, AttributeInfo]
) -> tuple[Profile, dict[str, Any]]:
    """`profile` and evidence.json with the steps of `customers.paying` as suggestive criteria, first among at most six,
    and with their effects in the model's contract value. Only where the verdict is `insufficient`, wins are few and
    worth is what counts; else both as they are.
    """
    steps = document["customers"].get("paying") or []
    few = document["verdict"] == "insufficient" and document["sample"]["won"] <= FEW_WINS
    if not steps or not few or document["best"] not in _BY_VALUE:
        return profile, document
    scored = [one for one in document["criteria"] if one["seen"] == "list" and one["points"]]
    scored = [one for one in scored if one["attribute"] not in {step["attribute"] for step in steps}]
    scored.sort(key=lambda one: (-abs(_effect(one)), one["id"]))
    kept = {one["id"]: _effect(one) for one in scored[: MOST - len(steps)]}
    others = [one for one in document["criteria"] if one["seen"] != "list" or not one["points"]]
    worth = [step["effect"] + step["wins"] for step in steps]
    most = max(*map(abs, worth), *map(abs, kept.values()), 1e-9)
    cap = MOST_POINTS if document["sample"]["won"] >= MIN_WINS else FEWER_POINTS
    points = {name: _points(effect, most, cap) for name, effect in kept.items()}
    taken = {one["id"] for one in document["criteria"]}
    entries = [_entry(step, attributes, taken, _points(one, most, cap)) for step, one in zip(steps, worth, strict=True)]
    found = [one | {"points": points[one["id"]]} for one in scored if one["id"] in kept]
    left = [_left_out(one) for one in document["criteria"] if one not in others and one["id"] not in kept]
    # where no earlier profile was judged, effects on winning are held back already (`drafting.shrinkage`)
    held_back = (document["backtest"].get("calibration") or {}).get("slope") is None
    model = _with_steps(_held_back(profile.model, scored, kept, 1.0 if held_back else FOUND_COUNTS), entries, steps)
    made = document | {
        "criteria": [*entries, *found, *others],
        "rejected": [*document["rejected"], *left],
        "warnings": [_SCALE, *document["warnings"]],
    }
    gone = {one["id"] for one in document["criteria"]} - {one["id"] for one in made["criteria"]}
    return profile.model_copy(update={"layers": _layers(profile, entries, points, gone), "model": model}), made


_SCALE = (
    "So few customers say more of who pays than of who buys: points count by how much larger contracts are, shrunken, "
    f"and what was found of winning counts {FOUND_COUNTS:.0%} of what it seems"
)


def _effect(one: Mapping[str, Any]) -> float:
    return FOUND_COUNTS * float((one.get("value") or {}).get("log_effect") or 0.0)


def _points(effect: float, most: float, cap: int) -> int:
    return int(math.copysign(max(1, round(cap * abs(effect) / most)), effect))


def _left_out(one: Mapping[str, Any]) -> dict[str, Any]:
    proof = f"{one['because'].rstrip('.')}; a hypothesis of {MOST} criteria has no room for it"
    return {"attribute": one["attribute"], "reason": "unsupported", "proof": proof}


def _entry(
    step: Mapping[str, Any], attributes: Mapping[str, AttributeInfo], taken: set[str], points: int
) -> dict[str, Any]:
    """One step as an entry of `criteria`."""
    info = _info(step["attribute"], attributes)
    name = identifier(info.label, taken)
    taken.add(name)
    counts = step["counts"]
    won, lost, rest_won, rest_lost = (counts[key] for key in ("match_won", "match_lost", "rest_won", "rest_lost"))
    times = step["pays"] if step["effect"] > 0 else 1 / max(step["pays"], 1e-9)
    size = "as large as" if step["effect"] > 0 else "smaller than"
    return {
        "id": name,
        "layer": info.layer,
        "polarity": "seek" if points > 0 else "exclude",
        "attribute": step["attribute"],
        "when": step["when"],
        "points": points,
        "grade": "suggestive",
        "seen": "list",
        "exclusion": False,
        "sentence": step["sentence"],
        "because": f"{won:,} of {won + lost:,} won, elsewhere {rest_won:,} of {rest_won + rest_lost:,}; their "
        f"contracts and quotes are about {times:.1f} times {size} those of the others ({step['with']:,} companies and "
        f"{step['without']:,}), whether or not they buy more often.",
        "counts": counts,
        "rates": {
            "match": round(won / (won + lost), 6) if won + lost else None,
            "rest": round(rest_won / (rest_won + rest_lost), 6) if rest_won + rest_lost else None,
            "known_true_rate": step["market"],
        },
        "interval": {"of": "odds_ratio", "value": None, "low": None, "high": None, "level": 0.95},
        "q_value": step["by_luck"],
        "stability": None,
        "later": None,
        "records": step["records"],
        "value": {
            "log_effect": round(step["effect"] + step["wins"], 4),
            "error": step["error"],
            "parts": {"amount": step["effect"], "win": step["wins"]},
        },
    }


def _info(attribute: str, attributes: Mapping[str, AttributeInfo]) -> AttributeInfo:
    """What is known of a column by its own name."""
    named = next((info for info in attributes.values() if info.source_name == attribute), None)
    return attributes.get(attribute) or named or describe(attribute)


_PARTS = ("win", "amount", "margin", "months", "growth")


def _held_back(
    model: Mapping[str, Any] | None, scored: Sequence[Mapping[str, Any]], kept: Mapping[str, float], winning: float
) -> dict[str, Any] | None:
    """The model with what is left of each effect that was found (`winning`: the share that is left of those on
    winning), and without those that have no room; the chance of the usual company stays.
    """
    if model is None:
        return None
    made = dict(model)
    for part in (name for name in _PARTS if name in model):
        effects = dict(model[part]["effects"])
        errors = dict(model[part].get("errors") or {})
        moved = 0.0
        for one in scored:
            before = float(effects.pop(one["id"], 0.0))
            if one["id"] in kept:
                effects[one["id"]] = round((winning if part == "win" else FOUND_COUNTS) * before, 4)
            else:
                errors.pop(one["id"], None)
            counts = one["counts"]
            here, there = (counts[f"{side}_won"] + counts[f"{side}_lost"] for side in ("match", "rest"))
            moved += (before - effects.get(one["id"], 0.0)) * here / max(here + there, 1)
        made[part] = {**model[part], "effects": effects, "errors": errors}
        if part == "win":
            made[part]["intercept"] = round(float(model[part]["intercept"]) + moved, 4)
        else:
            made[part]["base"] = round(float(model[part]["base"]) * math.exp(moved), 6)
    return made


def _with_steps(
    model: Mapping[str, Any] | None, entries: Sequence[Mapping[str, Any]], steps: Sequence[Mapping[str, Any]]
) -> dict[str, Any] | None:
    """The model with the steps' effects on contract value and on winning; the usual company's stay."""
    if model is None or "amount" not in model:
        return None if model is None else dict(model)
    made = dict(model)
    for part, name in (("amount", "effect"), ("win", "wins")):
        content = dict(model[part])
        effects, errors = dict(content["effects"]), dict(content.get("errors") or {})
        usual = 0.0
        for entry, step in zip(entries, steps, strict=True):
            effects[entry["id"]] = step[name]
            errors[entry["id"]] = step["error"] if part == "amount" else WIN_ERROR
            usual += step[name] * step["with"] / (step["with"] + step["without"])
        content |= {"effects": effects, "errors": errors}
        if part == "amount":
            content["base"] = round(float(content["base"]) * math.exp(-usual), 4)
        else:
            content["intercept"] = round(float(content["intercept"]) - usual, 4)
        made[part] = content
    return made


def _layers(
    profile: Profile, entries: Sequence[Mapping[str, Any]], points: Mapping[str, int], gone: set[str]
) -> dict[Any, Layer]:
    """The layers with the steps first, what was found with its new points, and without what had no room."""
    made = {}
    for layer in LAYERS:
        there = profile.layers.get(layer)
        own = [one for one in entries if one["layer"] == layer]
        before = [
            one.model_copy(update={"points": points.get(one.id, one.points)})
            for one in (there.criteria if there is not None else ())
            if one.id not in gone
        ]
        criteria = (*(_criterion(one) for one in own), *before)
        weight = float(sum(abs(one.points) for one in criteria if one.seen == "list"))
        if criteria:
            made[layer] = Layer(weight=weight, active=weight > 0, criteria=criteria)
    return made


def _criterion(entry: Mapping[str, Any]) -> Criterion:
    kept = ("polarity", "attribute", "sentence", "counts", "rates", "interval", "q_value", "value")
    return Criterion(
        id=entry["id"],
        when=entry["when"],
        points=entry["points"],
        because=entry["because"],
        known_true_rate=entry["rates"]["known_true_rate"],
        grade="suggestive",
        evidence={name: entry[name] for name in kept if entry[name] is not None},
    )

"""The truth of a planted company as JSON: what was planted, the traps, and the hidden outcome of every idle account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from world_plan import CHANGE_MONTH, MONTHS, Plan, Trait
from worlds import MONTH, World, confounded_levels

Texts: TypeAlias = NDArray[np.object_]


def header(plan: Plan, name: str) -> str:
    """A column's header in the house style of this company (tools and roles are values, no columns)."""
    if plan.header == "title" or name == name.lower() or name.startswith(("tech:", "role:")):
        return name
    plain = name.lower().replace(" ", "_")
    return plain if plan.header == "snake" else f"{plain}_c"


def truth_of(world: World, ids: Texts) -> dict[str, Any]:
    """What was planted, and the hidden outcome of every account never worked."""
    plan, market = world.plan, world.market
    hidden = np.flatnonzero(world.never_worked)
    traps = {
        header(plan, name): kind
        for name, kind in {
            "Setup Path": "leak", "Kickoff Booked": "leak", "Missing Piece": "leak", "Touches Logged": "us",
            "Headcount Class": "proxy", "Directory Group": "proxy", "revenue": "proxy", "region": "proxy",
        }.items()
    }  # fmt: skip
    if plan.variant == "confounded":
        traps[header(plan, confounded_levels(plan)[0][0])] = "confounded"
    return {
        "seed": plan.seed,
        "variant": plan.variant,
        "as_of": str(plan.as_of),
        "changed_on": str(plan.as_of - timedelta(days=round((MONTHS - CHANGE_MONTH) * MONTH)))
        if plan.earlier
        else None,
        "link": plan.link,
        "traits": [_told(plan, trait) for trait in plan.truth],
        "earlier": [_told(plan, trait) for trait in plan.earlier],
        "other": [_told(plan, trait) for trait in plan.other],
        "attributes": sorted(_attributes(plan)),
        "traps": traps,
        "market": {
            "account_id": ids[hidden].tolist(),
            "chance": np.round(world.chance[hidden], 5).tolist(),
            "value": np.round(world.value[hidden], 1).tolist(),
            "decoy": world.decoy[hidden].astype(int).tolist(),
            "second": market.second[hidden].astype(int).tolist() if plan.other else [],
        },
    }


def _attributes(plan: Plan) -> set[str]:
    """The names of all that matters today ('tech:', 'role:' and event types too), but for what only a call tells."""
    found = {"employees"} if plan.elasticity else set()
    for trait in plan.everything():
        parts: Sequence[Trait] = trait.parts or (trait,)
        if trait.kind != "call" and any((trait.odds, trait.hazard, trait.amount, trait.support)):
            found |= {header(plan, part.attribute) for part in parts}
    return found


def _told(plan: Plan, trait: Trait) -> dict[str, Any]:
    return {
        "kind": trait.kind,
        "attribute": header(plan, trait.attribute),
        "measure": trait.measure,
        "odds": round(trait.odds, 3),
        "hazard": round(trait.hazard, 3),
        "amount": round(trait.amount, 3),
        "support": round(trait.support, 3),
        "levels": [plan.levels[trait.attribute][index] for index in trait.levels],
        "low": None if not np.isfinite(trait.low) else trait.low,
        "high": None if not np.isfinite(trait.high) else trait.high,
        "within": trait.within,
        "least": trait.least,
        "parts": [_told(plan, part) for part in trait.parts],
    }

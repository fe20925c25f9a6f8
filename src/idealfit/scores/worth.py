"""The parts of one account's expected value: chance, contract, margin, months kept, growth and what working it costs.

The same arithmetic as `expected_value`, which does it in SQL for all accounts; here each factor is kept, since a figure
that nobody can take apart is a figure that nobody believes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from idealfit.profile.content import Profile
from idealfit.scores.expected_value import LEAST_RATE, shares_of


@dataclass(frozen=True)
class Worth:
    """`value` = chance x contract x margin x years - cost. `contract` is paid a year, `margin` what is left of it,
    `years` the time kept within `horizon_months`, growth in what is paid counted in; all but `chance` are None where
    no contract value is known.
    """

    chance: float
    contract: float | None
    margin: float | None
    years: float | None
    horizon_months: float
    cost: float
    value: float | None


def worth_of(
    profile: Profile, states: Mapping[str, bool | None], shares: Mapping[str, float] | None = None
) -> Worth | None:
    """What working an account is worth by the profile's model; `states` gives true, false or unknown (None) by the id
    of criteria and exclusions, and what is not in it has no part. None without a model. `shares`: what `shares_of`
    gives, where somebody has it already.
    """
    model = profile.model
    if not model or "win" not in model:
        return None
    shares = shares_of(profile) if shares is None else shares

    def total(part: str) -> float:
        effects: Mapping[str, float] = model[part]["effects"]
        return sum(
            effect * _state(states[name], shares.get(name, 0.25)) for name, effect in effects.items() if name in states
        )

    chance = 1 / (1 + math.exp(-(float(model["win"].get("intercept", 0.0)) + total("win"))))
    cost, horizon = float(model.get("cost") or 0.0), float(model["horizon_months"])
    if "amount" not in model:
        return Worth(chance, None, None, None, horizon, cost, None)
    contract = float(model["amount"]["base"]) * math.exp(total("amount"))
    margin = float(model["margin"]["base"]) * math.exp(total("margin")) if "margin" in model else 1.0
    hazard = max(float(model["months"]["base"]), LEAST_RATE) * math.exp(total("months")) if "months" in model else 0.0
    growth = (
        (math.log(max(float(model["growth"]["base"]), LEAST_RATE)) + total("growth")) / 12 if "growth" in model else 0.0
    )
    years = _area(hazard - growth, horizon) / 12
    return Worth(chance, contract, margin, years, horizon, cost, chance * contract * margin * years - cost)


def _state(state: bool | None, share: float) -> float:
    return share if state is None else float(state)


def _area(rate: float, horizon: float) -> float:
    """The restricted mean of a constant rate: (1 - exp(-r H)) / r, and H where nothing is lost."""
    return horizon if abs(rate) < LEAST_RATE else (1 - math.exp(-rate * horizon)) / rate

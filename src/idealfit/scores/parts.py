"""What each criterion adds to fit, timing or score: parts of a tenth of a point that add up to what is shown.

A layer's value is (counted - least) / (most - least), and an axis is the weighted mean of its layers: so a criterion
adds 100 x weight x counted / (sum of weights x (most - least)), and every account starts from where nothing counts at
all. The parts are whole tenths by largest remainders, so that they add up to the printed number to the last digit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from idealfit.scores.one_account import reckoned
from idealfit.scores.scorecard import Scorecard

AXES = ("fit", "timing", "score")


@dataclass(frozen=True)
class Parts:
    """`total` = `start` + the sum of `adds` (id → part), all in tenths of a point of 100. `start` is what an account
    has of which no criterion holds. Of alternatives (one group) the best counts, the others add 0.
    """

    axis: str
    total: int
    start: int
    adds: Mapping[str, int]


def parts_of(
    plan: Scorecard, states: Mapping[str, bool | None], full: Mapping[str, int] | None, axis: str
) -> Parts | None:
    """The parts of `fit`, `timing` or `score` of an account; None where no layer gives it."""
    layers = plan.axis(axis)
    weight = sum(layer.weight for layer in layers)
    if not weight:
        return None
    found = reckoned(plan, states, full)
    total = {"fit": found.fit, "timing": found.timing, "score": found.score}[axis] or 0
    exact: dict[str, Fraction] = {"": Fraction(0)}
    for layer in layers:
        unit = Fraction(1000 * layer.weight, weight * (layer.most - layer.least))
        exact[""] -= unit * layer.least
        for group in layer.groups:
            best = max(group, key=lambda item: found.counted[item.id])
            for item in group:
                exact[item.id] = unit * found.counted[item.id] if item is best else Fraction(0)
    whole = {name: value.numerator // value.denominator for name, value in exact.items()}
    missing = total - sum(whole.values())
    order = sorted(exact, key=lambda name: (whole[name] - exact[name], name))
    for name in order[:missing]:
        whole[name] += 1
    start = whole.pop("")
    return Parts(axis, total, start, whole)

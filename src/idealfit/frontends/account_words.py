"""What is told of one account in sentences: what would change its tier, who is like it, why it stands where it does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idealfit.scores.account_told import Turning
    from idealfit.scores.alike import Alike
    from idealfit.scores.learning import Gain
    from idealfit.scores.neighbours import Compared

HOWS = {"find out": "find out", "can happen": "can change", "only time": "changes only with time"}
LABELS = {"tech": "tools", "sub_industry": "sub-industry", "business_model": "business model"}
MOST_SHARES = 5
LEAST_MOVED = 0.05
"""So many points of fit are shown as 0.1; fewer are none."""


def turn_words(turn: Turning, tier: str) -> str:
    """'B to A (fit 83.1): employees, find out: 100 to 500 employees'."""
    fit = "" if turn.fit is None else f" (fit {turn.fit:.1f})"
    said = "; ".join(
        f"{change.what}, {HOWS.get(change.how, change.how)}: {', '.join(change.texts)}" for change in turn.changes
    )
    return f"{tier} to {turn.tier}{fit}: {said}"


LEAST_TOLD = 0.005
"""A probability below is none to tell of."""


def gain_words(gain: Gain, currency: str) -> str:
    """What finding something out is expected to move: '30% chance of another tier; moves fit by 4.2'. What it does not
    move is not told: something that says when, and not who, moves no fit.
    """
    said = []
    if gain.tier >= LEAST_TOLD:
        said.append(f"{gain.tier:.0%} chance of another tier")
    if gain.priority - gain.tier >= LEAST_TOLD:
        said.append(f"{gain.priority:.0%} chance of another timing or priority")
    if gain.fit >= LEAST_MOVED:
        said.append(f"moves fit by {gain.fit:.1f}")
    if gain.value is not None and gain.value >= 0.5:
        said.append(f"moves the value by {currency} {gain.value:,.0f}".replace("  ", " "))
    return "; ".join(said) or "moves neither tier nor timing by much"


def common_words(one: Alike, texts: Mapping[str, str]) -> str:
    """What an account has in common with the one that was asked about; `texts`: every criterion in words, by id."""
    said = [texts.get(name, name) for name in one.criteria]
    for column, (own, other) in one.attributes.items():
        label = LABELS.get(column, column)
        if isinstance(own, list):
            said.append(f"{label} {', '.join(map(str, own))}")
        elif isinstance(own, int | float):
            said.append(f"{label} {other:,.0f} (here {own:,.0f})")
        else:
            said.append(f"{label} {own}")
    return "; ".join(said)


def compared_words(how: str, other: Compared, texts: Mapping[str, str], currency: str) -> str:
    """'Ahead of Harbour Freight: fit 80.0 against 71.5, which is uses Okta +8.5: +8.5 in all'."""
    form = {"value": f"{currency} {{:,.0f}}", "chance": "{:.2f}%"}.get(other.unit, "{:.1f}")
    what = {"value": "expected value", "chance": "chance"}.get(other.unit, "fit")
    begin = (
        f"{how} {other.name or other.account_id}: {what} {form.format(other.mine)} against {form.format(other.theirs)}"
    )
    if not other.shares:
        return f"{begin}: the same in every criterion; ties go by the id"
    shown = list(other.shares.items())[:MOST_SHARES]
    rest = sum(list(other.shares.values())[MOST_SHARES:])
    signed = form.replace("{:", "{:+")
    said = [f"{texts.get(name, name)} {signed.format(share)}" for name, share in shown]
    if len(other.shares) > MOST_SHARES:
        said.append(f"{len(other.shares) - MOST_SHARES} more {signed.format(rest)}")
    return f"{begin}, which is {'; '.join(said)}: {signed.format(other.difference)} in all"

"""What is told of one account in sentences: what would change its tier, who is like it, why it stands where it does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idealfit.scores.account_told import Turning
    from idealfit.scores.alike import Alike
    from idealfit.scores.neighbours import Compared

HOWS = {"find out": "find out", "can happen": "can change", "only time": "changes only with time"}
LABELS = {"tech": "tools", "sub_industry": "sub-industry", "business_model": "business model"}
MOST_SHARES = 5


def turn_words(turn: Turning, tier: str) -> str:
    """'B to A (fit 83.1): employees, find out: 100 to 500 employees'."""
    fit = "" if turn.fit is None else f" (fit {turn.fit:.1f})"
    said = "; ".join(
        f"{change.what}, {HOWS.get(change.how, change.how)}: {', '.join(change.texts)}" for change in turn.changes
    )
    return f"{tier} to {turn.tier}{fit}: {said}"


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

"""A and B beside the rest: what became of their judged deals, and what they hold now, each figure with the two on one
scale.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from idealfit.frontends.web.whiskers import Against, against
from idealfit.frontends.web.wording import number, percent
from idealfit.workspace.chart_findings import worth_together
from idealfit.workspace.overseeing import Overview

AB: Final = ("A", "B")


@dataclass(frozen=True)
class Figure:
    """One figure of A and B in words, with its interval, and the same of the rest, named `other`; `drawn`: both on one
    scale, None where one of them is not known.
    """

    name: str
    value: str
    interval: str
    other: str
    other_value: str
    other_interval: str
    drawn: Against | None


def figures(document: Mapping[str, Any], share: str, worth: str) -> list[Figure]:
    """What was judged: the share won, called `share`; what a deal was worth, called `worth` ('' leaves it out); how
    many are kept, deal size and days to close. None in evidence of before.
    """
    both = _sides(document)
    if len(both) != len(AB):
        return []
    shown: list[tuple[str, str, Callable[[float | None], str]]] = [
        (share, "win_rate", percent),
        *([(worth, "value", number)] if worth else []),
        ("Kept after a year", "retention", percent),
        ("Deal size", "amount", number),
        ("Days to close", "cycle_days", number),
    ]
    return [_judged(name, both[0].get(key), both[1].get(key), form) for name, key, form in shown]


def held_now(found: Overview, *, deals: bool) -> Figure:
    """How much of the open pipeline lies in A and B, beside how many of the accounts; these alone without `deals`."""
    open_deals = {} if found.pipeline is None else {one.tier: one.deals for one in found.pipeline.tiers}
    accounts = _part(found.accounts)
    if not deals:
        return Figure("Accounts in A and B", accounts[0], accounts[1], "", "", "", None)
    opened = _part(open_deals)
    drawn = None if opened[2] is None or accounts[2] is None else against(_certain(opened[2]), _certain(accounts[2]))
    return Figure("Open deals in A and B", opened[0], opened[1], "of the accounts", accounts[0], accounts[1], drawn)


def _part(counts: Mapping[str, int]) -> tuple[str, str, float | None]:
    whole, inside = sum(counts.values()), sum(counts.get(one, 0) for one in AB)
    said = f"{inside:,} of {whole:,}"
    return (percent(inside / whole), said, inside / whole) if whole else ("none", said, None)


def _certain(value: float) -> dict[str, float]:
    return {"value": value, "low": value, "high": value}


def _judged(
    name: str,
    one: Mapping[str, Any] | None,
    other: Mapping[str, Any] | None,
    form: Callable[[float | None], str],
) -> Figure:
    said = [_said(each, form) for each in (one, other)]
    return Figure(name, *said[0], "the rest", *said[1], against(one, other) if one and other else None)


def _said(one: Mapping[str, Any] | None, form: Callable[[float | None], str]) -> tuple[str, str]:
    return (form(one["value"]), f"{form(one['low'])} to {form(one['high'])}") if one else ("not known", "")


def _sides(document: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    backtest = document.get("backtest") or {}
    tiers = backtest.get("tiers") or ()
    rest = [str(one["tier"]) for one in tiers if one["tier"] not in AB]
    sides = zip(backtest.get("sides") or (), (AB, rest), strict=False)
    return [{**one, "value": worth_together(tiers, names)} for one, names in sides]

"""More than one profile in the evidence, told with figures: what won before and since, or here and there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from idealfit.frontends.cli.console import Screen
from idealfit.frontends.result_words import won_of, won_word

SHOWN = 6


def print_profiles(screen: Screen, evidence: Mapping[str, Any]) -> None:
    """Each change at a date and each division, with the wins of what it moved on both sides."""
    found = list(_profiles(evidence))
    if not found:
        return
    won = won_word(evidence)
    screen.heading("More than one profile in this evidence")
    for one, before, after in found:
        screen.line(f"{str(one['sentence']).rstrip('.')}.")
        moved = one.get("moved") or []
        rows = [
            (
                each["sentence"],
                *(won_of(each[side]["counts"], part) for side in ("before", "after") for part in ("match", "rest")),
            )
            for each in (moved if screen.verbose else moved[:SHOWN])
        ]
        screen.table(("criterion", f"{before}: {won}", "elsewhere", f"{after}: {won}", "elsewhere"), rows)
        if one.get("low"):
            screen.line(f"  The day lies between {one['low']} and {one['high']}, 95 times in 100.")


def print_parts(screen: Screen, evidence: Mapping[str, Any]) -> None:
    """A line for each profile beside that of all deals: its deals, its verdict, its file, and to whom it is sold."""
    parts = evidence.get("profiles") or ()
    if not parts:
        return
    screen.heading("One profile for each")
    rows = []
    for one in parts:
        scored = [each for each in one["criteria"] if each.get("seen") != "call"]
        proven = sum(each["grade"] == "supported" for each in scored)
        rows.append(
            (
                one["value"],
                f"{one['won']:,} of {one['closed']:,}",
                _VERDICTS.get(one["verdict"], "too few deals"),
                f"{len(scored)} ({proven} supported)" if one["file"] else "",
                (one["sold_to"] or {}).get("sentence", ""),
                one["file"] or "none",
            )
        )
    screen.table(("deals of", won_word(evidence), "verdict", "criteria", "sold to", "profile"), rows)


_VERDICTS = {"profile": "profile", "insufficient": "hypothesis", "no_signal": "no signal"}


def told_of_profiles(evidence: Mapping[str, Any]) -> set[str]:
    """The sentences that `print_profiles` has said, so that nothing is said twice."""
    return {str(one["sentence"]) for one, _before, _after in _profiles(evidence)}


def _profiles(evidence: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], str, str]]:
    """Each change or division, and the names of its two sides."""
    for one in evidence.get("changes") or ():
        yield one, f"before {one['at']}", "since then"
    for one in evidence.get("divisions") or ():
        yield one, "the others", str(one["value"])

"""The period that speaks for today: the deals are searched, a change is tested for, and what is older than the last
proven change no longer counts for what wins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from idealfit.evidence.table import Evidence
from idealfit.evidence.window import Window, first_window, length, since_day, usual_start
from idealfit.patterns.best import Best, is_group
from idealfit.patterns.candidate import Binned
from idealfit.patterns.change import Change, find_change, opening_days
from idealfit.patterns.search import SearchResult, search
from idealfit.patterns.sides import sides_in
from idealfit.patterns.standing import still_seen, with_standing
from idealfit.patterns.target import Target, TargetName, targets_of
from idealfit.patterns.value import counted

MOST_CHANGES = 2
LEAST_TESTED = 240
"""Closed deals from which on a change could be seen at all."""


@dataclass(frozen=True)
class Period:
    """What is learned from: the evidence (rows before the window marked), its targets, what was found in it, the window
    and why, and the changes that were proven, latest last. `tested`: whether a change could have been seen.
    """

    evidence: Evidence
    targets: tuple[Target, ...]
    result: SearchResult
    window: Window
    changes: tuple[Change, ...]
    tested: bool


def searched(best: Best) -> tuple[TargetName, ...]:
    """The outcomes that are searched: winning and leaving always, so that what wins and churns is seen whatever counts
    as best.
    """
    return ("win",) if is_group(best) else tuple(dict.fromkeys(("win", "churn", *counted(best))))


def settle_period(
    evidence: Evidence,
    binned: Sequence[Binned],
    wanted: Sequence[TargetName],
    *,
    seed: int,
    asked: date | None = None,
    rounds: int | None = None,
) -> Period:
    """Search; test whether other things count from some day on; if so, search again from that day on.

    Only what is opened since then says what wins, beside what was found before and still shows; who stays and what is
    paid is learned from all customers, since a change there is not shown by it, and is proven where those won since
    then show it too. `asked`: use deals opened from this day
    on, whatever the data say.
    """
    held, begun = first_window(evidence, asked)
    targets = tuple(target for target in targets_of(held) if target.name in wanted)
    contrast = {0, 1} <= set(held.outcome.tolist())
    # with one outcome only there is nothing to set apart: customers by name and whom to ask are all that can be said
    result = search(binned, targets, seed=seed, rounds=rounds) if contrast else SearchResult((), (), 0)
    changes: list[Change] = []
    tested = False
    if contrast and evidence.in_time:
        days = opening_days(evidence)
        while len(changes) < MOST_CHANGES:
            win = targets[0]
            known = [one.candidate for one in result.found if one.target.name == "win"]
            found = find_change(binned, win, days, known, seed=seed, rounds=min(rounds or 150, 150))
            tested = tested or found is not None or bool(np.isfinite(days[win.rows]).sum() >= LEAST_TESTED)
            if found is None:
                break
            changes.append(found)
            held = since_day(held, found.at)
            since_then = targets_of(held)
            recent = next(target for target in since_then if target.name == "win")
            targets = tuple(recent if target.name == "win" else target for target in targets)
            since = still_seen(search(binned, targets, seed=seed, rounds=rounds), since_then)
            result = with_standing(result, since, recent, {one.candidate.key for one in found.moved})
    window = _window(held, begun, asked, changes, tested)
    return Period(held, targets, result, window, tuple(changes), tested)


def _window(held: Evidence, begun: date | None, asked: date | None, changes: Sequence[Change], tested: bool) -> Window:
    months, closed, older = length(held)
    if changes:
        last = changes[-1]
        at: date = last.at.astype(date)
        said = (
            f"What wins changed about {spoken(last.at)} (between {spoken(last.low)} and {spoken(last.high)}): the "
            f"{closed:,} deals opened since then and closed say what wins; of the {older:,} older ones only what still "
            "shows since then is kept"
        )
        return Window(at, months, closed, older, "change", said)
    if asked is not None:
        said = f"Deals opened since {spoken(np.datetime64(asked))}, as asked: {closed:,} closed; {older:,} left out"
        return Window(asked, months, closed, older, "asked", said)
    if not held.in_time or months == 0:
        said = f"The {sides_in(held).rows} have no dates: all {closed:,} are used, whenever they were"
        return Window(None, 0.0, closed, 0, "undated", said)
    _start, usual = usual_start(held)
    sides = sides_in(held)
    counted = f"closed {sides.rows}" if "deals" in sides.rows else sides.rows
    said = f"All {months:.0f} months are used ({closed:,} {counted})"
    if usual:
        said += f", not only the last {usual}"
    if tested:
        said += f": nothing moved that these {sides.rows} could show"
    elif usual:
        said += ": they are too few to spare any, and too few to show whether something moved"
    if older:
        said += f"; {older:,} {sides.rows} from more than five years ago are left out"
    return Window(begun, months, closed, older, "five_years" if older else "all", said)


def spoken(day: np.datetime64) -> str:
    """A day in words: '14 March 2025'."""
    moment: date = day.astype("datetime64[D]").astype(date)
    return f"{moment.day} {moment:%B %Y}"

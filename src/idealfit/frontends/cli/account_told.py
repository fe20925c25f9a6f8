"""What `idealfit account` says beside the figures: reasons, what to find out, what would change the tier, who is like
it, and why it stands where it does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from idealfit.frontends.account_words import LEAST_MOVED, LEAST_TOLD, common_words, compared_words, turn_words
from idealfit.frontends.cli.console import Screen
from idealfit.workspace.tier_words import priority_words

if TYPE_CHECKING:
    from idealfit.scores.account_told import AccountTold, Said, Turning
    from idealfit.scores.alike import Alike
    from idealfit.workspace.remembering import Remembered

STATES = {"true": "yes", "false": "no", "unknown": "not known"}
AXES = {"fit": "Fit", "timing": "Timing"}


def print_told(screen: Screen, told: AccountTold, tier: str, currency: str) -> None:
    """Everything, in the order in which a rep asks."""
    print_reasons(screen, told)
    print_find_out(screen, told, currency)
    print_turns(screen, told.turns, tier)
    print_alike(screen, "Won, and like it", told.won_like_it, told.texts)
    print_alike(screen, "Lost, and like it", told.lost_like_it, told.texts)
    print_neighbours(screen, told, currency)


def print_reasons(screen: Screen, told: AccountTold) -> None:
    """Every criterion with the account's value, what it adds, and the evidence; and that they add up."""
    screen.heading("Why")
    rows = [
        (one.text, one.value or "", STATES.get(one.state, one.state), _added(one, told.texts), _evidence(one))
        for one in told.reasons
    ]
    screen.table(("criterion", "here", "so", "adds", "evidence"), rows)
    for axis, name in AXES.items():
        if axis in told.axes:
            mine = told.axes[axis]
            added = mine.total - mine.start
            sign = "+" if added >= 0 else "-"
            screen.line(
                f"  {name} {mine.total:.1f} = {mine.start:.1f} to begin with {sign} {abs(added):.1f} from these."
            )


def _added(one: Said, texts: Mapping[str, str]) -> str:
    """What a criterion adds to fit or timing, or which of its alternatives does."""
    for axis in ("fit", "timing"):
        if one.adds.get(axis):
            return f"{one.adds[axis]:+.1f} {axis}"
    return f"counted in: {texts[one.instead]}" if one.instead is not None else ""


def _evidence(one: Said) -> str:
    accounts = f" ({one.accounts:,} accounts)" if one.accounts else ""
    return f"{one.because.rstrip('.')}{accounts}" if one.because else "assumed"


def print_find_out(screen: Screen, told: AccountTold, currency: str) -> None:
    """What is not known, most telling first."""
    if not told.find_out:
        return
    screen.heading("What to find out next")
    rows = []
    for one in told.find_out:
        tiers = sorted(one.gain.tiers.items())
        likely = ", ".join(f"{tier} {share:.0%}" for tier, share in tiers if share >= LEAST_TOLD)
        value = "" if one.gain.value is None else f"{currency} {one.gain.value:,.0f}"
        timing = f"{one.gain.priority:.0%}"
        moved = f"{one.gain.fit:.1f}" if one.gain.fit >= LEAST_MOVED else ""
        other = f"{one.gain.tier:.0%}" if one.gain.tier >= LEAST_TOLD else ""
        rows.append((one.what, other, timing, likely if other else "", moved, value))
    heads = ["find out", "other tier", "other priority", "likely then", "fit moves by", "value moves by"]
    # a column that says nothing beside the others is left out
    shown = [0, 1, 3, 4]
    if any(one.gain.priority - one.gain.tier > LEAST_TOLD for one in told.find_out):
        shown.insert(2, 2)
    if any(row[-1] for row in rows):
        shown.append(5)
    screen.table([heads[at] for at in shown], [[row[at] for at in shown] for row in rows])


def print_turns(screen: Screen, turns: Sequence[Turning], tier: str) -> None:
    """The fewest changes to each other tier."""
    if not turns:
        return
    screen.heading("What would change the tier")
    screen.items([turn_words(turn, tier) for turn in turns])


def print_alike(screen: Screen, title: str, accounts: Sequence[Alike], texts: Mapping[str, str]) -> None:
    """Accounts that were worked to an end, and what they have in common with this one."""
    if not accounts:
        return
    screen.heading(title)
    screen.table(
        ("account", "name", "closed", "alike", "in common"),
        [
            (one.account_id, one.name or "", one.on or "", f"{one.likeness:.0%}", common_words(one, texts))
            for one in accounts
        ],
    )


def print_neighbours(screen: Screen, told: AccountTold, currency: str) -> None:
    """Ahead of the one and behind the other, and what makes the difference."""
    items = [
        text
        for how, other in (("Ahead of", told.ahead_of), ("Behind", told.behind))
        if other is not None
        for text in (compared_words(how, other, told.texts, currency),)
    ]
    if items:
        screen.heading("Why this rank")
        screen.items(items)


def print_history(screen: Screen, history: Sequence[Remembered]) -> None:
    """What the score was, newest first, and why it changed; nothing where there is only the first one."""
    if len(history) < 2:
        return
    screen.heading("History")
    rows = []
    for one in history:
        moved = [
            f"{step} {figure} {part:+.1f}"
            for step, parts in one.parts.items()
            for figure, part in parts.items()
            if part and figure != "score"
        ]
        numbers = (
            f"{one.fit:.1f}" if one.fit is not None else "",
            f"{one.timing:.1f}" if one.timing is not None else "",
        )
        said = priority_words(one.priority)
        rows.append((one.as_of.isoformat(), said, *numbers, ", ".join(moved), "; ".join(one.because)))
    screen.table(("as of", "priority", "fit", "timing", "moved by", "because"), rows)

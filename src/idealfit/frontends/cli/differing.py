"""`idealfit diff`: what one version of a profile says that another did not, and what that does."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from idealfit.frontends.cli.console import Screen, shown_path
from idealfit.frontends.cli.options import DEFAULT_WORKSPACE, Json, Quiet, Records

if TYPE_CHECKING:
    from idealfit.evidence.estimate import Estimate
    from idealfit.patterns.consequence import Consequence, Rates
    from idealfit.workspace.differing import DiffAnswer, Effect
    from idealfit.workspace.keeping import Kept

_NAMED = 3
_SHOWN = 8
_HEADINGS = {
    "scored": "What changes who is worked",
    "said": "What changes in what is said",
    "recorded": "What changes on record only",
}
FEWEST = 5
"""From so many accounts with closed deals on, a win rate of those who enter or leave is told."""

Motion = Annotated[str | None, typer.Option("--motion", metavar="NAME", help="The profile of this motion.")]


def diff(
    a: Annotated[
        str | None,
        typer.Argument(metavar="A", help="A version's number, 'last', 'approved', 'current', 'proposed', or a file."),
    ] = None,
    b: Annotated[
        str | None, typer.Argument(metavar="B", help="The same; default: the profile in the workspace.")
    ] = None,
    workspace: Annotated[Path | None, typer.Argument(metavar="WORKSPACE", show_default=False)] = None,
    *,
    option: Annotated[
        Path | None,
        typer.Option("--workspace", "-w", metavar="FOLDER", help="The workspace, instead of as third argument."),
    ] = None,
    motion: Motion = None,
    each: Annotated[
        bool, typer.Option("--each", help="Score every change by itself, even where there are many.")
    ] = False,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="Write the accounts that change tier to a .csv file.")
    ] = None,
    records: Records = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Tell what changed between two versions of a profile: in meaning, in accounts and in expected win rate.

    Without A and B: the proposed profile against the one in use, or that one against its last version.
    """
    screen = Screen(json=json, quiet=quiet)
    folder = workspace or option
    if folder is None and b is None and a is not None and (Path(a) / "ledger.sqlite").is_file():
        folder, a = Path(a), None  # 'idealfit diff WORKSPACE': the workspace stands where a version could
    if folder is None and ((DEFAULT_WORKSPACE / "ledger.sqlite").is_file() or not _are_files(a, b)):
        folder = DEFAULT_WORKSPACE
    from idealfit.workspace import differing

    answer = differing.diff(a, b, folder, motion=motion, each=each, to=to)
    print_diff(screen, answer, records=records)
    if to is not None:
        screen.line(f"The accounts that change tier: {shown_path(to)}")
    screen.document(differing.diff_document(answer))


def _are_files(a: str | None, b: str | None) -> bool:
    return a is not None and b is not None and Path(a).is_file() and Path(b).is_file()


def print_diff(screen: Screen, answer: DiffAnswer, *, records: bool = False) -> None:
    """The answer on the screen: the sum first, then every change with what it does."""
    where = f"{answer.a.label} → {answer.b.label}"
    if not answer.changes:
        screen.headline(f"{where}: they say the same.")
        return
    scored = [one for one in answer.changes if one.change.bearing == "scored"]
    if len(scored) == 1 and answer.total is not None:
        screen.headline(f"{scored[0].change.text}: {summed(answer.total)}")
    elif answer.total is not None:
        many = len(answer.changes)
        screen.headline(f"{where}: {many} change{'s' * (many > 1)}; {summed(answer.total)}")
    else:
        many = len(answer.changes)
        screen.headline(f"{where}: {many} change{'s' * (many > 1)}.")
    for text in (answer.why_none, answer.deals_of):
        if text:
            screen.line(f"{text.rstrip('.')}.")
    if answer.total is not None:
        _print_total(screen, answer, answer.total, records=records)
    for bearing, heading in _HEADINGS.items():
        told = [one for one in answer.changes if one.change.bearing == bearing]
        if told:
            screen.heading(heading)
            screen.items([_told(one, answer) for one in told])
    if answer.not_each:
        screen.line("  What each of them does by itself: --each.")


def print_proposal(screen: Screen, kept: Kept) -> None:
    """What a build says of a profile that a person changed: that it was kept, and what the proposal would change."""
    if kept.told:
        screen.line()
        screen.line(f"The profile in use: {kept.told}")
    if kept.proposed is None:
        return
    screen.line()
    screen.line(
        "A person has changed the profile: it was kept and used, and this run's lies beside it "
        "(profile.proposed.yaml). To take it over would mean"
    )
    told = [change.text for change in kept.changes if change.bearing != "recorded"]
    more = [f"and {len(told) - _SHOWN} more"] if len(told) > _SHOWN else []
    screen.items([*told[:_SHOWN], *more] or ["newer figures behind what it says already"])
    if kept.typed:
        screen.line(f"  what you typed is in it too, marked: {', '.join(kept.typed)}")
    if kept.total is not None:
        screen.line(f"  in all: {summed(kept.total)}")
    screen.line("  which accounts, and why: idealfit diff current proposed")


def summed(found: Consequence) -> str:
    """'212 accounts enter, 14 leave; expected win rate -1.8 points' (enter: become A or B)."""
    told = _entering(len(found.enter), len(found.leave))
    moved = sum(len(move.accounts) for move in found.moves)
    out = sum(len(move.accounts) for move in found.moves if move.after == "excluded")
    if out:
        told += f", {out:,} become{'s' * (out == 1)} excluded"
    if not found.enter and not found.leave and moved > out:
        told += f", {moved - out:,} change{'s' * (moved - out == 1)} tier"
    if found.retimed and not moved:
        told += f", {found.retimed:,} get{'s' * (found.retimed == 1)} another timing"
    change = None if found.deals is None else found.deals.difference
    return told if change is None or not (found.enter or found.leave or change.high) else f"{told}; {_points(change)}"


def _entering(enter: int, leave: int) -> str:
    if not enter and not leave:
        return "no account enters or leaves"
    come = f"{enter:,} account{'s' * (enter != 1)} enter{'s' * (enter == 1)}"
    gone = f"{leave:,} leave{'s' * (leave == 1)}"
    return f"{come}, {gone}"


def _points(change: Estimate) -> str:
    sign = "" if round(change.value * 100, 1) else "±"
    value = f"{change.value * 100:+.1f}".replace("-", "−")  # noqa: RUF001 - a minus
    return f"expected win rate {sign}{value.lstrip('+') if sign else value} points"


def _print_total(screen: Screen, answer: DiffAnswer, total: Consequence, *, records: bool) -> None:
    screen.line(f"Enter and leave: become A or B, or no longer are. As of {answer.as_of}.")
    if total.deals is not None:
        _print_deals(screen, total.deals, answer.currency)
    rows = [(tier, old, new, f"{new - old:+,}") for tier, (old, new) in total.tiers.items() if old or new]
    screen.heading("Accounts by tier")
    screen.table(("tier", "before", "after", "change"), rows)
    if total.retimed:
        screen.line(f"Another timing (now, soon, later): {total.retimed:,} accounts.")
    if total.moves:
        screen.heading("Who moves")
        moves = [
            (f"{one.before} → {one.after}", len(one.accounts), _some(one.accounts, answer.names)) for one in total.moves
        ]
        screen.table(("tier", "accounts", "such as"), moves)
        if records:
            for one in total.moves:
                screen.line(f"  {one.before} → {one.after}: {', '.join(one.accounts)}")
            if total.deals is not None:
                for name, ids in total.deals.records.items():
                    screen.line(f"  deals that {name}: {', '.join(ids) or 'none'}")


def _print_deals(screen: Screen, deals: Rates, currency: str) -> None:
    if deals.before is None or deals.after is None or deals.difference is None:
        screen.line("Closed deals: none of an account that was A or B when its deal opened, before or after.")
        return
    change = deals.difference
    if not change.high and not change.low:
        screen.line(f"Closed deals of A and B as they were then: the same, {_won(deals.after)}.")
        return
    wide = f"{change.low * 100:+.1f} to {change.high * 100:+.1f} points at {change.level:.0%}"
    sure = "" if change.low > 0 or change.high < 0 or not change.high else ": it may as well be none"
    screen.line(
        f"Closed deals of A and B as they were then: {_won(deals.before)} → {_won(deals.after)} ({wide}{sure})."
    )
    for word, side in (("enter", deals.entering), ("leave", deals.leaving)):
        if side is not None:
            few = "" if side.accounts >= FEWEST else ", too few to tell"
            screen.line(f"  of those that {word}: {_won(side)}{few}")
    if deals.worth is not None and change.high:
        worth, money = deals.worth, f"{currency} " if currency else ""
        told = f"{worth.value:+,.0f} ({worth.low:+,.0f} to {worth.high:+,.0f})"
        screen.line(f"What a worked deal brought: {money}{told}.")


def _won(side: Estimate) -> str:
    return f"{round(side.value * side.n):,} of {side.n:,} won ({side.value:.1%})"


def _told(effect: Effect, answer: DiffAnswer) -> str:
    lines, found = [effect.change.text], effect.matched
    if found is not None:
        matches = (
            f"matches {found.before:,} → {found.after:,} accounts ({_entering(len(found.enter), len(found.leave))})"
        )
        deals = found.deals
        if not found.enter and not found.leave:
            matches = f"matches the same {found.after:,} accounts"
        lines.append(f"{matches}{_some_of(found.enter, answer)}")
        if deals is not None and deals.after is not None:
            before = f"{_won(deals.before)} → " if deals.before is not None else ""
            lines.append(f"closed deals that it matched: {before}{_won(deals.after)}")
        elif deals is not None and deals.before is not None:
            lines.append(f"closed deals that it matched: {_won(deals.before)}")
    if effect.alone is not None and effect.alone is not answer.total:
        lines.append(f"by itself: {summed(effect.alone)}")
    return "\n      ".join(lines)


def _some_of(accounts: tuple[str, ...], answer: DiffAnswer) -> str:
    return f": {_some(accounts, answer.names)}" if accounts else ""


def _some(accounts: tuple[str, ...], names: Mapping[str, str]) -> str:
    more = f" and {len(accounts) - _NAMED:,} more" if len(accounts) > _NAMED else ""
    return ", ".join(names.get(one, one) for one in accounts[:_NAMED]) + more

"""`idealfit agree`: ten accounts, blind, to two or more people; how far they read the profile alike."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from idealfit.frontends.cli.console import Screen, can_ask, shown_path
from idealfit.frontends.cli.options import DEFAULT_WORKSPACE, Json, Quiet

if TYPE_CHECKING:
    from idealfit.performance.agreement import Agreement
    from idealfit.workspace.agreeing import AgreeAnswer


def agree(
    workspace: Annotated[Path, typer.Argument(metavar="WORKSPACE", help="Whose profile and accounts.")] = (
        DEFAULT_WORKSPACE
    ),
    *,
    judge: Annotated[
        str | None,
        typer.Option("--as", metavar="NAME", help="Judge the accounts here in the terminal, one at a time."),
    ] = None,
    rep: Annotated[
        list[str] | None, typer.Option("--rep", metavar="NAME", help="Who gets a sheet. Give it two times or more.")
    ] = None,
    filled: Annotated[
        list[Path] | None, typer.Option("--filled", metavar="FILE", help="A sheet filled in. Two times or more.")
    ] = None,
    to: Annotated[Path, typer.Option("--to", metavar="FOLDER", help="Where the sheets are written.")] = Path(),
    motion: Annotated[str | None, typer.Option("--motion", metavar="NAME", help="The profile of this motion.")] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Give the same ten accounts to several people, and tell how far they judge them alike.

    Each judges in the terminal (--as NAME; stop with q, go on another day) or on a sheet (--rep, then --filled).
    Without any of these: what those who have judged in the terminal agree on.
    """
    screen = Screen(json=json, quiet=quiet)
    from idealfit.errors import UsageError
    from idealfit.workspace import agreeing, sitting

    if judge is not None:
        if json or not can_ask():
            raise UsageError(
                "Nobody is there to judge: accounts are judged in a terminal",
                remedy="Run it in a terminal without --json, or write sheets: --rep NAME --rep NAME.",
            )
        from idealfit.frontends.cli.judging import judge_here

        if judge_here(screen, sitting.sit_down(workspace, judge, motion=motion)):
            _after(screen, workspace, motion)
        return
    if rep:
        sheets = agreeing.agree_sheets(workspace, rep, to=to, motion=motion)
        screen.headline(f"{len(sheets.accounts)} accounts to judge by '{sheets.profile}', a sheet each:")
        for file in sheets.files:
            screen.line(f"  {shown_path(file)}")
        screen.line("Fill them in without talking, then: idealfit agree --filled FILE --filled FILE")
        screen.document({"schema_version": 1, **vars(sheets)})
        return
    answer = (
        agreeing.agree_on(workspace, filled, motion=motion) if filled else sitting.agree_now(workspace, motion=motion)
    )
    print_agreement(screen, answer)
    screen.document({"schema_version": 1, **vars(answer)})


def _after(screen: Screen, workspace: Path, motion: str | None) -> None:
    """What is next once somebody has judged all: the agreement, unless another one is still at it, who is to judge
    blind.
    """
    from idealfit.workspace import sitting

    found = sitting.round_of(workspace, motion=motion)
    if found.waiting:
        left = ", ".join(f"{person} ({count} to go)" for person, count in found.waiting.items())
        screen.line(f"Still judging: {left}. The agreement is told when all are through: idealfit agree")
    elif len(found.complete) < 2:
        screen.line("Now somebody else, without talking about it: idealfit agree --as NAME")
    else:
        screen.line()
        print_agreement(screen, sitting.agree_now(workspace, motion=motion))


def print_agreement(screen: Screen, answer: AgreeAnswer) -> None:
    """The agreement on the verdicts, on each criterion, and the accounts on which people part."""
    found = answer.verdicts
    if found is None:
        screen.headline("No account was judged by everybody: nothing can be told.")
        return
    screen.headline(
        f"{' and '.join(answer.people)} agree on {found.share:.0%} of {found.things} accounts{_beyond(found)}."
    )
    if found.things < 20:
        screen.line("So few accounts tell little: read the cases below rather than the number.")
    for person, share in answer.with_profile.items():
        if share is not None:
            screen.line(f"  {person} and the profile: {share:.0%} the same")
    rows = [(asked, f"{one.share:.0%}", one.things) for asked, one in answer.criteria.items()]
    if rows:
        screen.heading("On each criterion (what they part on first)")
        screen.table(("asked", "same answer", "accounts"), rows)
    if answer.parted:
        screen.heading("Where they part")
        for one in answer.parted:
            said = ", ".join(f"{person} {verdict or 'nothing'}" for person, verdict in one.verdicts.items())
            why = f"; they read differently: {', '.join(one.criteria)}" if one.criteria else ""
            screen.line(f"  - {one.name}: {said}, the profile {one.profile or 'unknown'}{why}")


def _beyond(found: Agreement) -> str:
    if found.kappa is None:
        return ""
    kappa = found.kappa
    wide = f", {kappa.low:.2f} to {kappa.high:.2f}" if kappa.low > -1 or kappa.high < 1 else ", no interval"
    return f" ({found.method}'s kappa {kappa.value:.2f}{wide}: {found.beyond} beyond chance)"

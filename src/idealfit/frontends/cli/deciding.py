"""What people decide about a profile, with who and why: `save`, `accept`, `decline`, `approve`, `retire`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from idealfit.frontends.cli.console import Screen, shown_path
from idealfit.frontends.cli.options import DEFAULT_WORKSPACE, Json, Quiet, Workspace
from idealfit.frontends.cli.reading import as_date

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from idealfit.workspace.approving import Approval

Because = Annotated[str, typer.Option("--because", metavar="TEXT", help="The reason, in words others will understand.")]
Motion = Annotated[str | None, typer.Option("--motion", metavar="NAME", help="The profile of this motion.")]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who decides it.")]
On = Annotated[str | None, typer.Option("--on", metavar="DATE", help="The day of the decision; default: today.")]


def save(
    *,
    because: Because,
    by: Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who saves it.")] = None,
    status: Annotated[
        str | None, typer.Option("--status", metavar="STATUS", help="Make it a hypothesis or a draft with that.")
    ] = None,
    workspace: Workspace = DEFAULT_WORKSPACE,
    motion: Motion = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Freeze the profile as it is now as a version, with the reason."""
    screen = Screen(json=json, quiet=quiet)
    from idealfit.workspace.approving import set_status
    from idealfit.workspace.deciding import save as save_version

    if status is not None:
        set_status(workspace, status, by=by, because=because, on=_day(None), motion=motion)
    saved = save_version(workspace, because=because, by=by, motion=motion)
    mark = f"({saved.content_sha256[:12]})"
    if saved.new or status is not None:
        screen.headline(f"Version {saved.version} of '{saved.profile}' is frozen {mark}.")
    else:
        screen.headline(
            f"Version {saved.version} of '{saved.profile}' says the same {mark}; the reason is kept with it."
        )
    if saved.told:
        screen.line(saved.told)
    if saved.new or status is not None:
        print_again(screen, workspace, motion)
    screen.document(saved)


def accept(
    exclusion: Annotated[str, typer.Argument(metavar="ID", help="The id of a proposed exclusion.")],
    *,
    by: By,
    because: Because,
    on: On = None,
    workspace: Workspace = DEFAULT_WORKSPACE,
    motion: Motion = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Make a proposed exclusion a hard one: accounts for which it is true are excluded from the next scoring on."""
    screen = Screen(json=json, quiet=quiet)
    from idealfit.workspace.deciding import accept as accept_exclusion

    accepted = accept_exclusion(workspace, exclusion, by=by, because=because, on=_day(on), motion=motion)
    screen.headline(f"'{accepted.id}' excludes from now on ({shown_path(accepted.file)}).")
    _print_lapsed(screen, accepted.lapsed)
    print_again(screen, workspace, motion)
    screen.document(accepted)


def decline(
    exclusion: Annotated[str, typer.Argument(metavar="ID", help="The id of a proposed exclusion.")],
    *,
    by: By,
    because: Because,
    on: On = None,
    workspace: Workspace = DEFAULT_WORKSPACE,
    motion: Motion = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Decide against a proposed exclusion: it leaves the profile, and no build proposes it again."""
    screen = Screen(json=json, quiet=quiet)
    from idealfit.workspace.deciding import decline as decline_exclusion

    declined = decline_exclusion(workspace, exclusion, by=by, because=because, on=_day(on), motion=motion)
    screen.headline(f"'{declined.id}' excludes nobody, and is not proposed again ({shown_path(declined.file)}).")
    _print_lapsed(screen, declined.lapsed)
    print_again(screen, workspace, motion)
    screen.document(declined)


def approve(
    *,
    team: Annotated[
        str, typer.Option("--as", metavar="TEAM", help="The team that agrees: sales, marketing, customer_success.")
    ],
    by: By,
    because: Because,
    on: On = None,
    workspace: Workspace = DEFAULT_WORKSPACE,
    motion: Motion = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Sign the profile as it is now for a team; with every owner's signature it is approved."""
    screen = Screen(json=json, quiet=quiet)
    from idealfit.workspace.approving import approve as sign

    print_approval(screen, sign(workspace, team=team, by=by, because=because, on=_day(on), motion=motion))
    print_again(screen, workspace, motion)


def retire(
    *,
    by: By,
    because: Because,
    on: On = None,
    workspace: Workspace = DEFAULT_WORKSPACE,
    motion: Motion = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Retire the profile: it stays in the history, and nobody is to work by it."""
    screen = Screen(json=json, quiet=quiet)
    from idealfit.workspace.approving import set_status

    retired = set_status(workspace, "retired", by=by, because=because, on=_day(on), motion=motion)
    screen.headline(f"'{retired.profile}' is retired (version {retired.version}).")
    print_again(screen, workspace, motion)
    screen.document(retired)


def print_approval(screen: Screen, approval: Approval) -> None:
    """Who signed what, and who has yet to."""
    found = approval.standing
    team = (approval.team or "").replace("_", " ")
    screen.headline(f"{approval.by} signed version {approval.version} of '{approval.profile}' for {team}.")
    if found.status == "approved":
        screen.line("Every owner has signed: it is approved.", "bold green")
    elif found.missing:
        screen.line(f"Still to sign: {', '.join(one.replace('_', ' ') for one in found.missing)}.")
    for note in approval.notes:
        screen.line(note)
    screen.document(approval)


def print_again(screen: Screen, workspace: Path, motion: str | None) -> None:
    """Print the page anew where a build has left one, so that it shows what was decided; or say that it is behind."""
    from idealfit.errors import IdealfitError
    from idealfit.workspace.printing import reprint

    try:
        printed = reprint(workspace, motion=motion)
    except IdealfitError as error:
        screen.line(f"The page does not show it yet ({error.what}): idealfit page --to profile.pdf prints it.")
        return
    if printed:
        screen.line(f"Printed again: {', '.join(shown_path(file) for file in printed)}")


def _print_lapsed(screen: Screen, lapsed: tuple[str, ...]) -> None:
    if lapsed:
        screen.line(
            f"The profile is another one with that: {', '.join(lapsed)} signed it before and have to sign again."
        )


def _day(text: str | None) -> date:
    from datetime import date

    return as_date(text) or date.today()

"""`idealfit history` and `idealfit revert`: the versions of a profile, and the way back to one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from idealfit.frontends.cli.console import Screen, shown_path
from idealfit.frontends.cli.deciding import print_again
from idealfit.frontends.cli.options import DEFAULT_WORKSPACE, Json, Quiet, Workspace

if TYPE_CHECKING:
    from idealfit.store.versions import ProfileDecision
    from idealfit.workspace.versioning import Entry, History

Motion = Annotated[str | None, typer.Option("--motion", metavar="NAME", help="The profile of this motion.")]


def history(
    workspace: Annotated[Path | None, typer.Argument(metavar="WORKSPACE", show_default=False)] = None,
    *,
    option: Annotated[
        Path | None, typer.Option("--workspace", "-w", metavar="FOLDER", help="The workspace, as for other commands.")
    ] = None,
    motion: Motion = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """List the versions of the profile: who, why, when, on which evidence, and what was decided of each."""
    screen = Screen(json=json, quiet=quiet)
    from idealfit.workspace.versioning import history as versions_of

    print_history(screen, found := versions_of(workspace or option or DEFAULT_WORKSPACE, motion=motion))
    screen.document({"schema_version": 1, **vars(found)})


def revert(
    version: Annotated[str, typer.Argument(metavar="VERSION", help="A version's number, 'last' or 'approved'.")],
    *,
    because: Annotated[str, typer.Option("--because", metavar="TEXT", help="Why.")],
    by: Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who decides it.")] = None,
    workspace: Workspace = DEFAULT_WORKSPACE,
    motion: Motion = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Bring a version back, as a new one: nothing is lost, not even what was changed and never saved."""
    screen = Screen(json=json, quiet=quiet)
    from datetime import date

    from idealfit.workspace.versioning import revert as go_back

    back = go_back(workspace, version, because=because, by=by, on=date.today(), motion=motion)
    screen.headline(f"'{back.profile}' is as in version {back.to} again: version {back.version}.")
    if back.kept is not None:
        screen.line(f"What stood in the file until now is version {back.kept}.")
    print_again(screen, workspace, motion)
    screen.line("Nobody has signed it yet; scores and page follow with the next build.")
    screen.document(back)


def print_history(screen: Screen, found: History) -> None:
    """The standing of the file, then the versions, the newest first."""
    standing = found.standing
    if standing is None:
        screen.headline(f"'{found.profile}': the file is gone; 'idealfit revert last' writes it again.")
    else:
        which = f"version {found.current}" if found.current is not None else "changed since the last version"
        screen.headline(f"'{found.profile}': {standing.status}, {which}.")
        if standing.told:
            screen.line(standing.told)
        if found.current is None:
            screen.line(
                "To see what changed: 'idealfit diff last current'; to keep it: 'idealfit save --because TEXT'."
            )
        for one in standing.signatures:
            day = f", {one.on}" if one.on else ""
            screen.line(f"  signed for {one.team.replace('_', ' ')}: {one.by}{day}")
        if standing.missing and standing.signatures:
            screen.line(f"  still to sign: {', '.join(one.replace('_', ' ') for one in standing.missing)}")
        if standing.undecided:
            screen.line(f"  nobody has decided yet on: {', '.join(standing.undecided)}")
    for version in reversed(found.versions):
        _print_version(screen, version)


def _print_version(screen: Screen, version: Entry) -> None:
    by = f" by {version.author}" if version.author else ""
    screen.line()
    screen.line(f"Version {version.number}, {version.at:%Y-%m-%d %H:%M}{by} ({version.content_sha256[:12]})", "bold")
    screen.line(f"  {version.because}")
    if version.evidence is not None:
        kept = f" ({shown_path(version.evidence_file)})" if version.evidence_file is not None else ", no longer there"
        screen.line(f"  evidence {version.evidence[:12]}{kept}")
    for decision in version.decisions:
        screen.line(f"  {_decided(decision)}")


def _decided(decision: ProfileDecision) -> str:
    words = {
        "signed": f"signed for {(decision.subject or '').replace('_', ' ')}",
        "withdrawn": f"signature of {(decision.subject or '').replace('_', ' ')} taken back",
        "reverted": f"version {decision.subject} brought back",
        "noted": "saved again",
    }
    by = f" by {decision.by}" if decision.by else ""
    day = f", {decision.on}" if decision.on else ""
    why = f": {decision.because}" if decision.because and decision.kind != "reverted" else ""
    return f"{words.get(decision.kind, decision.kind)}{by}{day}{why}"

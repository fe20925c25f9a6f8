"""`idealfit save` and `idealfit accept`: what people decide about a profile, with who and why."""

from __future__ import annotations

from typing import Annotated

import typer

from idealfit.frontends.cli.console import Screen, shown_path
from idealfit.frontends.cli.options import DEFAULT_WORKSPACE, Json, Quiet, Workspace
from idealfit.frontends.cli.reading import as_date

Because = Annotated[str, typer.Option("--because", metavar="TEXT", help="The reason, in words others will understand.")]
Motion = Annotated[str | None, typer.Option("--motion", metavar="NAME", help="The profile of this motion.")]


def save(
    *,
    because: Because,
    by: Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who saves it.")] = None,
    workspace: Workspace = DEFAULT_WORKSPACE,
    motion: Motion = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Freeze the profile as it is now as a version, with the reason."""
    screen = Screen(json=json, quiet=quiet)
    from idealfit.deciding import save as save_version

    saved = save_version(workspace, because=because, by=by, motion=motion)
    screen.headline(f"Version {saved.version} of '{saved.profile}' is frozen ({saved.content_sha256[:12]}).")
    screen.document(saved)


def accept(
    exclusion: Annotated[str, typer.Argument(metavar="ID", help="The id of a proposed exclusion.")],
    *,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who decides it.")],
    because: Because,
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help="The day of the decision; default: today.")
    ] = None,
    workspace: Workspace = DEFAULT_WORKSPACE,
    motion: Motion = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Make a proposed exclusion a hard one: accounts for which it is true are excluded from the next scoring on."""
    screen = Screen(json=json, quiet=quiet)
    from datetime import date

    from idealfit.deciding import accept as accept_exclusion

    day = as_date(on) or date.today()
    accepted = accept_exclusion(workspace, exclusion, by=by, because=because, on=day, motion=motion)
    screen.headline(f"'{accepted.id}' excludes from now on ({shown_path(accepted.file)}).")
    screen.document(accepted)

"""`idealfit interview`: whom to ask, why them, and a sheet to fill in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from idealfit.frontends.cli.console import Screen, shown_path
from idealfit.frontends.cli.options import DEFAULT_WORKSPACE, Json, Quiet

_HEADINGS = {"customer": "customer", "loss": "lost", "colleague": "colleague"}


def interview(
    workspace: Annotated[Path, typer.Argument(metavar="WORKSPACE", help="Whose records.")] = DEFAULT_WORKSPACE,
    *,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="Write the sheet with the questions, as Markdown.")
    ] = None,
    motion: Annotated[str | None, typer.Option("--motion", metavar="NAME", help="The profile of this motion.")] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Name whom to interview and why: best customers, regretted losses, colleagues; with a sheet of questions."""
    screen = Screen(json=json, quiet=quiet)
    from idealfit.workspace.interviewing import interview as whom_to_ask

    found = whom_to_ask(workspace, to=to, motion=motion)
    screen.headline(f"{len(found.people)} interviews, from the records as of {found.as_of}:")
    screen.table(("who", "name", "why"), [(_HEADINGS[one.kind], one.name, one.why) for one in found.people])
    for why in found.missing:
        screen.line(f"Not to be named: {why}.")
    where = f"The sheet: {shown_path(to)}" if to is not None else "A sheet with the questions: --to interviews.md"
    screen.line(where)
    screen.document({"schema_version": 1, **vars(found)})

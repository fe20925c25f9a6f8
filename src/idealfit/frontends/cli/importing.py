"""`idealfit import` and `idealfit imports`: the records alone, what they were before, and going back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from idealfit.errors import UsageError
from idealfit.frontends.cli.console import ProgressBar, Screen, can_ask, shown_path
from idealfit.frontends.cli.options import (
    DEFAULT_WORKSPACE,
    AsOf,
    CompanyFile,
    Json,
    MergeAbove,
    Query,
    Quiet,
    Source,
    Table,
    Verbose,
    Workspace,
)
from idealfit.frontends.cli.reading import as_date


def import_(
    folder: Annotated[
        str,
        typer.Argument(
            metavar="DIR",
            help="A folder of exports, one file, or a database (postgresql://user@host/db, sqlite:///f.db).",
        ),
    ],
    *,
    workspace: Workspace = DEFAULT_WORKSPACE,
    as_of: AsOf = None,
    mapping: Annotated[
        Path | None, typer.Option("--map", metavar="FILE", help="A mapping file to use instead of guessing.")
    ] = None,
    update: Annotated[
        bool, typer.Option("--update", help="The files hold only what changed: all other rows stay as they were.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Let an export that is older than the last one take its place.")
    ] = False,
    table: Table = None,
    query: Query = None,
    company: CompanyFile = None,
    merge_above: MergeAbove = None,
    keep_personal: Annotated[
        bool, typer.Option("--keep-personal", help="Keep names, e-mail addresses and phone numbers of contacts.")
    ] = False,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Read, map, clean and keep a company's exports, without looking for a profile."""
    screen = Screen(json=json, quiet=quiet, verbose=verbose)
    day = as_date(as_of)
    with ProgressBar(screen) as progress:
        from idealfit.frontends.cli.questions import asker
        from idealfit.workspace.importing import import_records

        report = import_records(
            Source(folder, tuple(table or ()), tuple(query or ()), company).origin(),
            workspace,
            as_of=day,
            mapping=mapping,
            answer=asker(progress) if can_ask() and not (screen.json or screen.quiet) else None,
            progress=progress,
            keep_personal=keep_personal,
            update=update,
            replacing=replace,
            merge_above=merge_above,
        )
    from idealfit.frontends.cli.report import print_records

    print_records(screen, report, workspace)
    screen.document({"schema_version": 1, "import": report.as_dict(), "quality": report.quality})


def imports(
    workspace: Annotated[
        Path, typer.Argument(metavar="WORKSPACE", help="Whose imports. Default: ./idealfit.")
    ] = DEFAULT_WORKSPACE,
    *,
    back_to: Annotated[
        int | None, typer.Option("--back-to", metavar="N", help="Make the tables of import N the current ones again.")
    ] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who decides it.")] = None,
    because: Annotated[str | None, typer.Option("--because", metavar="TEXT", help="Why.")] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """List the imports of a workspace, newest first; or go back to one of them."""
    screen = Screen(json=json, quiet=quiet)
    from idealfit.workspace.importing import back_to_import, past_imports

    if back_to is not None:
        if not by or not because:
            raise UsageError(
                "Going back to an import needs --by and --because", remedy="Say who decides it and why: it is kept."
            )
        done = back_to_import(workspace, back_to, by=by, because=because)
        screen.headline(f"The tables of import {back_to} are the current ones again; this is import {done.number}.")
        screen.line("A profile, scores and lists made of later tables are as they were: build again to renew them.")
        screen.document({"schema_version": 1, "import": done})
        return
    found = past_imports(workspace)
    screen.headline(f"{len(found)} import{'s' * (len(found) != 1)} in {shown_path(workspace)}.")
    rows = [
        (
            each.number,
            "current" if each.current else "",
            f"{each.at:%Y-%m-%d %H:%M}",
            each.as_of or "",
            each.command + (f" ({each.by}: {each.because})" if each.because else ""),
            ", ".join(f"{table} {count:,}" for table, count in each.tables.items()),
        )
        for each in found
    ]
    if rows:
        screen.table(("import", "", "at (UTC)", "as of", "what", "rows"), rows)
    screen.document({"schema_version": 1, "imports": found})

"""`idealfit mapping`: what an import would make of a folder's files, as a table to look at or a file to edit."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from idealfit.frontends.cli.console import ProgressBar, Screen, is_terminal, shown_path
from idealfit.frontends.cli.options import Json, Quiet, Verbose

if TYPE_CHECKING:
    from idealfit.workspace.mapping import Proposal


def mapping(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder of exports (CSV, Excel, zip, JSON lines).")],
    *,
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE", help="Write the mapping into this file.")] = None,
    start: Annotated[
        Path | None, typer.Option("--map", metavar="FILE", help="Begin with this mapping, and guess only the rest.")
    ] = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Show how a folder's files and columns would be read, each with its reason; nothing is imported.

    On a terminal the mapping is a table; into a file (--to) or a pipe it is written as YAML, to be edited and given to
    'build' or 'import' with --map.
    """
    screen = Screen(json=json, quiet=quiet, verbose=verbose)
    with ProgressBar(screen) as progress:
        from idealfit.workspace.mapping import propose_mapping

        proposal = propose_mapping(folder, mapping=start, to=to, progress=progress)
    if to is not None:
        count = len(proposal.files)
        screen.headline(f"{shown_path(to)}: the mapping of {count} file{'s' * (count != 1)}")
        screen.items(proposal.notes)
    elif json or is_terminal(sys.stdout):
        _show(screen, proposal)
    else:
        screen.headline(proposal.text().rstrip("\n"))
    screen.document(_document(proposal))


def _show(screen: Screen, proposal: Proposal) -> None:
    count = len(proposal.files)
    screen.headline(f"{proposal.source}: {count} table{'s' * (count != 1)} read; nothing was imported")
    screen.items(proposal.notes)
    for each in proposal.files:
        entry = each.mapping
        screen.heading(f"{entry.file} → {entry.table} ({entry.confidence:.0%} sure: {entry.reason})")
        rows = [
            (
                column.header,
                column.mapping.to or "(left out)",
                column.mapping.level.replace("_", " "),
                f"{column.mapping.confidence:.0%}",
                column.mapping.reason,
                ", ".join(column.samples),
            )
            for column in each.columns
        ]
        screen.table(("column", "becomes", "level", "sure", "why", "such as"), rows)
    if proposal.questions:
        screen.heading("To decide")
        screen.items([f"{question.text} (read as {question.proposal})" for question in proposal.questions])


def _document(proposal: Proposal) -> dict[str, object]:
    files = [
        {
            **each.mapping.model_dump(mode="json", exclude={"columns"}),
            "columns": {
                column.header: {**column.mapping.model_dump(mode="json"), "samples": list(column.samples)}
                for column in each.columns
            },
        }
        for each in proposal.files
    ]
    return {
        "schema_version": 1,
        "source": proposal.source,
        "files": files,
        "questions": [vars(question) for question in proposal.questions],
        "notes": list(proposal.notes),
        "unused": [list(pair) for pair in proposal.unused],
    }

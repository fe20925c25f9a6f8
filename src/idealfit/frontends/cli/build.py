"""`idealfit build`: from a folder of exports to a profile, scores, lists and a page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from idealfit.frontends.cli.console import ProgressBar, Screen, can_ask
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

if TYPE_CHECKING:
    from idealfit.workspace.building import BuildResult

Best = Annotated[
    str | None,
    typer.Option(
        "--best",
        metavar="NAME",
        help="Who counts as best: value (the default), win_rate, retention, nrr, cycle, deal_size, nps or margin; or "
        "several at once: 'retention & nrr > 110% & cycle'.",
    ),
]


def build(
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
    best: Best = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--since", metavar="DATE", help="Learn from deals opened from this day on (default: the data decide)."
        ),
    ] = None,
    motion: Annotated[
        str | None, typer.Option("--motion", metavar="NAME", help="Build the profile of this motion only.")
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option("--map", metavar="FILE", help="A mapping file to use instead of guessing.")
    ] = None,
    update: Annotated[
        bool,
        typer.Option(
            "--update", help="The files hold only what changed: all other rows stay, and all are learned from."
        ),
    ] = False,
    table: Table = None,
    query: Query = None,
    company: CompanyFile = None,
    keep: Annotated[
        list[str] | None,
        typer.Option("--keep", metavar="FIELD", help="Use a column that would be refused by name. May be repeated."),
    ] = None,
    merge_above: MergeAbove = None,
    keep_personal: Annotated[
        bool, typer.Option("--keep-personal", help="Keep names, e-mail addresses and phone numbers of contacts.")
    ] = False,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Find the profile in a company's own exports, and write it, score with it and prove it."""
    screen = Screen(json=json, quiet=quiet, verbose=verbose)
    result = run_build(
        screen,
        Source(folder, tuple(table or ()), tuple(query or ()), company),
        workspace,
        as_of=as_of,
        best=best,
        motion=motion,
        since=since,
        mapping=mapping,
        keep=tuple(keep or ()),
        keep_personal=keep_personal,
        merge_above=merge_above,
        update=update,
    )
    from idealfit.frontends.cli.report import build_document, print_build

    print_build(screen, result)
    screen.document(build_document(result))


def run_build(
    screen: Screen,
    source: Source,
    workspace: Path,
    *,
    as_of: str | None = None,
    best: str | None = None,
    motion: str | None = None,
    since: str | None = None,
    mapping: Path | None = None,
    keep: tuple[str, ...] = (),
    keep_personal: bool = False,
    merge_above: float | None = None,
    update: bool = False,
) -> BuildResult:
    """The build itself, with a progress bar and, where a person can answer, at most one screen of questions."""
    day = as_date(as_of)
    with ProgressBar(screen) as progress:
        from idealfit.frontends.cli.questions import asker
        from idealfit.workspace import building as verbs

        return verbs.build(
            source.origin(),
            workspace,
            as_of=day,
            best=best,
            motion=motion,
            since=as_date(since),
            mapping=mapping,
            answer=asker(progress) if can_ask() and not (screen.json or screen.quiet) else None,
            progress=progress,
            keep=keep,
            keep_personal=keep_personal,
            merge_above=merge_above,
            update=update,
        )

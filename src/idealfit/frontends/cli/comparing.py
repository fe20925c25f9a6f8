"""`idealfit compare`: how the profile differs by who counts as best, beside the classical recipe."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from idealfit.frontends.cli.console import ProgressBar, Screen
from idealfit.frontends.cli.options import DEFAULT_WORKSPACE, AsOf, Json, Quiet, Records, Verbose
from idealfit.frontends.cli.reading import as_date


def is_choice(text: str) -> bool:
    """Whether `text` could be a choice of best, and no folder."""
    from idealfit.errors import BestUnreadable
    from idealfit.workspace.comparing import parse_best

    try:
        parse_best(text)
    except BestUnreadable:
        return False
    return True


def compare(
    source: Annotated[
        Path, typer.Argument(metavar="WORKSPACE", help="A workspace, or a folder of exports.")
    ] = DEFAULT_WORKSPACE,
    choices: Annotated[
        list[str] | None,
        typer.Argument(metavar="[BEST]...", help="More choices of best, after --best.", show_default=False),
    ] = None,
    *,
    best: Annotated[
        list[str] | None,
        typer.Option(
            "--best",
            metavar="NAME...",
            help="Who counts as best: value, win_rate, retention, nrr, cycle, deal_size, nps, margin, or several at "
            "once ('retention & nrr > 110% & cycle'). Several may follow; without any, all are compared.",
        ),
    ] = None,
    recipe_by: Annotated[
        str, typer.Option("--recipe-by", metavar="NAME", help="The recipe's top customers by: revenue or value.")
    ] = "revenue",
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FOLDER", help="Where comparison.html and comparison.md are written.")
    ] = None,
    workspace: Annotated[
        Path | None,
        typer.Option("--workspace", "-w", metavar="FOLDER", help="The workspace, as with the other questions."),
    ] = None,
    as_of: AsOf = None,
    records: Records = False,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Compare the profiles by who counts as best, and hold the classical recipe against the same records."""
    screen = Screen(json=json, quiet=quiet, verbose=verbose)
    day = as_date(as_of)
    named = [*(best or ()), *(choices or ())]
    if not source.exists() and is_choice(str(source)):
        # 'idealfit compare --best value retention': the second name stands where a workspace could
        source, named = DEFAULT_WORKSPACE, [*(best or ()), str(source), *(choices or ())]
    if workspace is not None:
        if source != DEFAULT_WORKSPACE:
            raise typer.BadParameter("Name the workspace once: as the argument, or by --workspace.")
        source = workspace
    from idealfit.frontends.cli.comparing_report import print_comparison, print_comparison_records
    from idealfit.workspace import comparing

    with ProgressBar(screen) as progress:
        answer = comparing.compare(source, named, as_of=day, by=recipe_by, to=to, progress=progress)
    print_comparison(screen, answer.document, answer.files, verbose=verbose)
    if records:
        print_comparison_records(screen, answer.document)
    screen.document(answer.document)

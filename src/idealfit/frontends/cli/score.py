"""`idealfit score`: a profile file and a list of accounts in, every account scored with reasons out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from idealfit.frontends.cli.console import ProgressBar, Screen
from idealfit.frontends.cli.options import AsOf, Json, Quiet, Verbose
from idealfit.frontends.cli.reading import as_date


def score(
    profile: Annotated[
        Path, typer.Argument(metavar="PROFILE", help="A profile file (YAML), or a folder with one a motion.")
    ],
    accounts: Annotated[
        Path, typer.Argument(metavar="ACCOUNTS", help="Accounts: a file, a folder like DIR, a workspace.")
    ],
    *,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="Write the scores here (.csv or .parquet).")
    ] = None,
    as_of: AsOf = None,
    mapping: Annotated[
        Path | None, typer.Option("--map", metavar="FILE", help="A mapping file to use instead of guessing.")
    ] = None,
    criteria: Annotated[
        bool, typer.Option("--criteria", help="Add one column a criterion: true, false or empty.")
    ] = False,
    card: Annotated[bool, typer.Option("--card", help="Add the points and the route of the simple card.")] = False,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Score accounts with a profile file; no deals are needed. With a workspace or a folder of profiles, one a motion,
    every account gets the score of its best motion, and what each of them says.
    """
    screen = Screen(json=json, quiet=quiet, verbose=verbose)
    day = as_date(as_of)
    with ProgressBar(screen) as progress:
        from idealfit.scoring import score as score_accounts

        result = score_accounts(
            profile, accounts, to=to, as_of=day, mapping=mapping, criteria=criteria, card=card, progress=progress
        )
    from idealfit.frontends.cli.report import print_score, score_document

    print_score(screen, result)
    screen.document(score_document(result))

"""`idealfit score`: a profile file and a list of accounts in, every account scored with reasons out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from idealfit.frontends.cli.console import ProgressBar, Screen
from idealfit.frontends.cli.options import AsOf, Json, Quiet, Verbose
from idealfit.frontends.cli.reading import as_date

if TYPE_CHECKING:
    from idealfit.workspace.scoring_elsewhere import ElsewhereResult

On: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--on",
        metavar="ENGINE",
        help="Score where the tables are: postgresql://user@host/db, spark, spark://host:7077. Default: duckdb.",
    ),
]
TableNames: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--table", metavar="NAME=TABLE", help="With --on: where events, contacts, … are. May be repeated."),
]
Top: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--top", min=1, max=20, metavar="N", help="Only the N criteria that add most, as columns, for millions."
    ),
]
Since: TypeAlias = Annotated[
    Path | None,
    typer.Option("--since", metavar="SCORES", help="Score anew only what changed since this .parquet file."),
]
Changed: TypeAlias = Annotated[
    list[Path] | None,
    typer.Option("--changed", metavar="FILE", help="With --since: whose account_id changed. May be repeated."),
]


def score(
    profile: Annotated[
        Path, typer.Argument(metavar="PROFILE", help="A profile file (YAML), or a folder with one a motion.")
    ],
    accounts: Annotated[
        Path | None,
        typer.Argument(
            metavar="ACCOUNTS",
            help="Accounts: a file, a folder like DIR, a workspace; with --on also the table's name. Without: PROFILE "
            "is a workspace, whose own accounts are scored anew, and its scores and lists replaced.",
        ),
    ] = None,
    *,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to", metavar="FILE", help="Write the scores here (.csv or .parquet; with --on also table:NAME)."
        ),
    ] = None,
    on: On = None,
    table: TableNames = None,
    as_of: AsOf = None,
    mapping: Annotated[
        Path | None, typer.Option("--map", metavar="FILE", help="A mapping file to use instead of guessing.")
    ] = None,
    criteria: Annotated[
        bool, typer.Option("--criteria", help="Add one column a criterion: true, false or empty.")
    ] = False,
    card: Annotated[bool, typer.Option("--card", help="Add the points and the route of the simple card.")] = False,
    top: Top = None,
    since: Since = None,
    changed: Changed = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Score accounts with a profile file; no deals are needed. With a workspace or a folder of profiles, one a motion,
    every account gets the score of its best motion, and what each of them says.
    """
    screen = Screen(json=json, quiet=quiet, verbose=verbose)
    day = as_date(as_of)
    if accounts is None:
        given = (to, on, table, as_of, mapping, top, since, changed)
        _score_anew(screen, profile, plain=not (criteria or card or any(one is not None for one in given)))
        return
    from idealfit.frontends.cli.report import print_score, score_document

    if on is not None and on != "duckdb":
        _made_here(since)
        elsewhere = _elsewhere(profile, accounts, on, to, table or (), day, mapping, top, criteria=criteria, card=card)
        print_score(screen, elsewhere.told)
        if elsewhere.table is not None:
            screen.line()
            screen.line(f"Written: the table {elsewhere.table}")
        screen.document(score_document(elsewhere.told) | {"engine": elsewhere.engine, "table": elsewhere.table})
        return
    if since is not None:
        from idealfit.workspace.rescoring import rescore

        rescored = rescore(profile, accounts, since=since, changed=changed or (), to=to, as_of=day)
        print_score(screen, rescored)
        screen.document(score_document(rescored))
        return
    with ProgressBar(screen) as progress:
        from idealfit.workspace.scoring import score as score_accounts

        result = score_accounts(
            profile,
            accounts,
            to=to,
            as_of=day,
            mapping=mapping,
            criteria=criteria,
            card=card,
            top=top,
            progress=progress,
        )
    print_score(screen, result)
    screen.document(score_document(result))


def _score_anew(screen: Screen, workspace: Path, *, plain: bool) -> None:
    """The accounts of a workspace by its profile as it is now; `plain`: no option says how."""
    from idealfit.errors import UsageError
    from idealfit.frontends.cli.report import print_score, score_document

    if not plain or not workspace.is_dir():
        raise UsageError(
            "Without ACCOUNTS a workspace is scored anew, by its own profile and without options",
            remedy="Name the accounts: idealfit score PROFILE ACCOUNTS; or a workspace: idealfit score WORKSPACE.",
        )
    with ProgressBar(screen) as progress:
        from idealfit.workspace.scoring_anew import best_anew, score_anew

        result = best_anew(workspace, score_anew(workspace, progress=progress))
    print_score(screen, result)
    screen.document(score_document(result))


def _made_here(since: Path | None) -> None:
    from idealfit.errors import UsageError

    if since is not None:
        raise UsageError("--since is of scores that are made here", remedy="Leave it or --on away.")


def _elsewhere(
    profile: Path,
    accounts: Path,
    on: str,
    to: Path | None,
    tables: Sequence[str],
    day: date | None,
    mapping: Path | None,
    top: int | None,
    *,
    criteria: bool,
    card: bool,
) -> ElsewhereResult:
    from idealfit.workspace.scoring_elsewhere import score_elsewhere

    place = None if to is None else str(to)
    return score_elsewhere(
        profile,
        str(accounts),
        on=on,
        to=place,
        tables=tables,
        as_of=day,
        criteria=criteria,
        card=card,
        mapping=mapping,
        top=top,
    )

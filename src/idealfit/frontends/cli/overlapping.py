"""`idealfit overlap`: what one criterion adds to another on the accounts of a workspace."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from idealfit.frontends.cli.console import Screen, shown_path
from idealfit.frontends.cli.options import AsOf, Json, Quiet, Verbose
from idealfit.frontends.cli.reading import as_date

if TYPE_CHECKING:
    from idealfit.scores.overlap import Overlap, Part

SHOWN = 15
"""So many pairs are shown, those that share most first; --json has all of them."""
SAYS = {
    "equivalent": "true of the same accounts",
    "first implies second": "the first says all that the second says of it",
    "second implies first": "the second says all that the first says of it",
    "apart": "no account in common",
    "overlapping": "some in common",
    None: "true of no account",
}


def overlap(
    profile: Annotated[
        Path, typer.Argument(metavar="PROFILE", help="A profile file (YAML), or a folder with one a motion.")
    ],
    workspace: Annotated[Path, typer.Argument(metavar="WORKSPACE", help="The accounts that are counted.")],
    statements: Annotated[
        list[str] | None,
        typer.Argument(metavar="[STATEMENT]...", help="Ids of criteria, or predicates in quotes. Default: all pairs."),
    ] = None,
    *,
    as_of: AsOf = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Show what each criterion adds to another: accounts that both are true of, or one alone, and how many were won.

    With a folder of profiles, one a motion: the accounts in A or B that two motions share.
    """
    screen = Screen(json=json, quiet=quiet, verbose=verbose)
    day = as_date(as_of)
    from idealfit.workspace.overlapping import overlap as compared

    found = compared(profile, workspace, statements or (), as_of=day)
    count = len(found.pairs)
    what = "motions (in tier A or B of each)" if found.of_motions else "statements"
    screen.headline(
        f"{shown_path(profile)}: {count:,} {'pair' if count == 1 else 'pairs'} of {what} on {found.accounts:,} "
        f"accounts as of {found.as_of}"
    )
    screen.items([f"'{one}' and '{other}' say the same, whatever the accounts" for one, other in found.same])
    screen.table(
        ("first", "second", "both", "first only", "second only", "not known", "so"),
        [_row(pair) for pair in found.pairs[:SHOWN]],
    )
    screen.items(found.warnings)
    if count > SHOWN:
        screen.line(f"and {count - SHOWN:,} more that share less; --json has all of them")
    screen.document(found)


def _row(pair: Overlap) -> tuple[str, str, str, str, str, int, str]:
    both, first, second = (_part(each) for each in (pair.both, pair.only_first, pair.only_second))
    return (pair.first, pair.second, both, first, second, pair.unknown.accounts, SAYS[pair.relation])


def _part(part: Part) -> str:
    return f"{part.accounts:,} ({part.won:,} of {part.closed:,} won)" if part.closed else f"{part.accounts:,}"

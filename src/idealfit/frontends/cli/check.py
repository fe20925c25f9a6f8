"""`idealfit check`: does the profile file say what its author thinks it says, on the accounts of a workspace?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from idealfit.frontends.cli.console import Screen, shown_path
from idealfit.frontends.cli.options import DEFAULT_WORKSPACE, AsOf, Json, Quiet, Verbose
from idealfit.frontends.cli.reading import as_date


def check(
    profile: Annotated[Path, typer.Argument(metavar="PROFILE", help="A profile file (YAML).")],
    workspace: Annotated[
        Path | None, typer.Argument(metavar="WORKSPACE", help="Check it on the accounts here. Default: ./idealfit.")
    ] = None,
    *,
    as_of: AsOf = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Check a profile file: its language, and on a workspace's accounts unknown attributes and idle criteria."""
    screen = Screen(json=json, quiet=quiet, verbose=verbose)
    day = as_date(as_of)
    from idealfit.checking import check as check_profile

    place = workspace or (DEFAULT_WORKSPACE if DEFAULT_WORKSPACE.is_dir() else None)
    result = check_profile(profile, place, as_of=day)
    count = len(result.findings)
    on = f" on {shown_path(place)}" if place else " (no workspace given: only its language was checked)"
    screen.headline(
        f"{shown_path(profile)}: {f'{count} finding' + 's' * (count != 1) if count else 'nothing found'}{on}"
    )
    screen.items(result.findings)
    if result.criteria:
        screen.heading("Criteria on these accounts")
        rows = [(one.id, one.true, one.false, one.unknown) for one in result.criteria]
        screen.table(("id", "true", "false", "unknown"), rows)
    screen.document(result)

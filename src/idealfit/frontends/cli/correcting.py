"""`idealfit correct`: what an account has in a column, said by hand; listed, and taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from idealfit.frontends.cli.console import Screen
from idealfit.frontends.cli.options import DEFAULT_WORKSPACE, Json, Quiet, Workspace

if TYPE_CHECKING:
    from idealfit.workspace.correcting import Corrected


def correct(
    account: Annotated[
        str | None, typer.Argument(metavar="[ACCOUNT]", help="An account's id, domain or name; none with --list.")
    ] = None,
    column: Annotated[
        str | None, typer.Argument(metavar="[COLUMN]", help="What is wrong: employees, industry.")
    ] = None,
    value: Annotated[
        str | None, typer.Argument(metavar="[VALUE]", help="What is right; put commas between the parts of a list.")
    ] = None,
    *,
    unknown: Annotated[bool, typer.Option("--unknown", help="It is not known: what was imported is wrong.")] = False,
    take_back: Annotated[bool, typer.Option("--take-back", help="Let the records count again.")] = False,
    listed: Annotated[bool, typer.Option("--list", help="Print what was corrected, newest first.")] = False,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who says so.")] = "",
    because: Annotated[str, typer.Option("--because", metavar="TEXT", help="Why, or how you know.")] = "",
    workspace: Workspace = DEFAULT_WORKSPACE,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Correct a value of an account by hand. It stays over every import, and counts from the next scoring on."""
    screen = Screen(json=json, quiet=quiet)
    from idealfit.workspace import correcting

    if listed:
        found = None if account is None else correcting.account_named(workspace, account)
        lines = correcting.corrected_values(workspace, account_id=found)
        screen.headline(f"{len(lines):,} corrections by hand." if len(lines) != 1 else "1 correction by hand.")
        screen.table(
            ("on", "account", "column", "says", "imported", "by", "because"),
            [
                (
                    one.at.date().isoformat(),
                    one.account_id,
                    one.attribute,
                    "taken back" if one.taken_back else _words(one.value),
                    _words(one.was),
                    one.by,
                    one.because,
                )
                for one in lines
            ],
        )
        screen.document({"schema_version": 1, "corrections": lines})
        return
    _need(account, column, value, without_value=unknown or take_back)
    whose, what = account or "", column or ""
    if take_back:
        done = correcting.take_back(workspace, whose, what, by=by, because=because)
    else:
        said = None if unknown else value
        done = correcting.correct(workspace, whose, what, said, by=by, because=because)
    _tell(screen, done)
    screen.document({"schema_version": 1, **vars(done)})


def _need(account: str | None, column: str | None, value: str | None, *, without_value: bool) -> None:
    from idealfit.errors import Position, UsageError

    if account is None or column is None:
        raise UsageError(
            "Say which account, and which of its values",
            where=Position("ACCOUNT COLUMN"),
            remedy="As in: idealfit correct example.com employees 250 --by 'Your name' --because 'They told us'.",
        )
    if (value is None) != without_value:
        raise UsageError(
            "Say what is right" if value is None else "A value that is unknown or taken back has no other value",
            where=Position("VALUE", value=value),
            remedy="Give one of: the value, --unknown, --take-back.",
        )


def _tell(screen: Screen, done: Corrected) -> None:
    column = done.column
    if column.correction is None:
        screen.headline(
            f"{done.name} ({done.account_id}): {column.label} is {_words(column.imported)} again, as imported."
        )
    else:
        screen.headline(
            f"{done.name} ({done.account_id}): {column.label} is {_words(column.value)}, by hand; "
            f"imported: {_words(column.imported)}."
        )
    screen.line("It counts from the next scoring on: on the page of the account, or with the next 'idealfit build'.")


def _words(value: object) -> str:
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float | int):
        return f"{value:,.0f}" if float(value).is_integer() else f"{value:,}"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)

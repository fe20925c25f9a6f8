"""`idealfit sql`: a profile as the SQL of a warehouse, to be read, run or kept as a model in dbt."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from idealfit.frontends.cli.console import Screen, shown_path
from idealfit.frontends.cli.options import AsOf, Json
from idealfit.frontends.cli.reading import as_date


def sql(
    profile: Annotated[
        Path, typer.Argument(metavar="PROFILE", help="A profile file (YAML), or a folder with one a motion.")
    ],
    *,
    dialect: Annotated[
        str,
        typer.Option(
            "--dialect", "-d", metavar="NAME", help="duckdb, postgres, spark, databricks, snowflake or bigquery."
        ),
    ] = "duckdb",
    form: Annotated[
        str | None, typer.Option("--as", metavar="FORM", help="dbt-model: a model for dbt, and its properties.")
    ] = None,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="Write it here; a model's properties beside it (.yml).")
    ] = None,
    table: Annotated[
        list[str] | None,
        typer.Option(
            "--table",
            metavar="NAME=TABLE",
            help="Where a table is: accounts, events, activities, account_history, contacts or leads. May be repeated.",
        ),
    ] = None,
    source: Annotated[
        str | None, typer.Option("--source", metavar="NAME", help="For dbt: the source that holds the tables.")
    ] = None,
    as_of: AsOf = None,
    criteria: Annotated[
        bool, typer.Option("--criteria", help="Add one column a criterion: true, false or empty.")
    ] = False,
    card: Annotated[bool, typer.Option("--card", help="Add the points and the route of the simple card.")] = False,
    texts: Annotated[bool, typer.Option("--texts", help="Put the words of each reason beside its code.")] = False,
    merged: Annotated[
        bool, typer.Option("--merged", help="Accounts have a column duplicate_of: such rows get that account's score.")
    ] = False,
    json: Json = False,
) -> None:
    """Print a profile as one SQL statement that scores every account where the tables are: commented, in named steps.
    Reads tables with the canonical names and columns, or those of --table.
    """
    screen = Screen(json=json)
    from idealfit.workspace.translating import sql as made_of

    made = made_of(
        profile,
        dialect=dialect,
        form=form,
        tables=table or (),
        source=source,
        as_of=as_date(as_of),
        criteria=criteria,
        card=card,
        texts=texts,
        merged=merged,
        to=to,
    )
    for path in made.written:
        screen.line(f"Written: {shown_path(path)}")
    if not made.written and not json:
        sys.stdout.write(made.text)  # as it is: a terminal's line breaks have no place in a statement
    screen.document({"schema_version": 1, **vars(made)})

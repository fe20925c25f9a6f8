"""The options that several commands share, each written once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from idealfit.workspace.importing import Origin

AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="DATE",
        help="The day that counts as today (2026-09-30). Default: company.yaml, else the latest past date in the data.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
Records = Annotated[bool, typer.Option("--records", help="Print the ids of the records behind every figure.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print only the first line of the answer.")]
Verbose = Annotated[
    bool, typer.Option("--verbose", "-v", help="Print every guess and every rejected attribute; show traces of faults.")
]
Workspace = Annotated[
    Path, typer.Option("--workspace", "-w", metavar="FOLDER", help="Where tables, profile and results are kept.")
]
MergeAbove = Annotated[
    float | None,
    typer.Option(
        "--merge-above",
        metavar="P",
        help="Merge two accounts unasked from this probability on that they are one (0.9 to 1, which merges nothing). "
        "Default: company.yaml, else 0.99.",
    ),
]
Table = Annotated[
    list[str] | None,
    typer.Option("--table", metavar="[NAME=]TABLE", help="A table or view of the database to read. May be repeated."),
]
Query = Annotated[
    list[str] | None,
    typer.Option("--query", metavar="NAME=SELECT", help="A query whose rows are a table named NAME. May be repeated."),
]
CompanyFile = Annotated[
    Path | None, typer.Option("--company", metavar="FILE", help="The company.yaml to use with a database.")
]
DEFAULT_WORKSPACE = Path("idealfit")


@dataclass(frozen=True)
class Source:
    """What a person names to be read: a folder, a file or a database's address, and of that what to read."""

    name: str
    tables: tuple[str, ...] = ()
    queries: tuple[str, ...] = ()
    company: Path | None = None

    def origin(self) -> Origin:
        """Where that is. Raises UsageError subclasses."""
        from idealfit.workspace.importing import origin_of

        return origin_of(self.name, tables=self.tables, queries=self.queries, company=self.company)

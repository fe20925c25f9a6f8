"""The options that several commands share, each written once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="DATE",
        help="The day that counts as today (2026-09-30). Default: company.yaml, else the latest past date in the data.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
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
DEFAULT_WORKSPACE = Path("idealfit")

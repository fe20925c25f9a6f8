"""The reviewed tables that stand beside this code (folder `tables`): tab-separated lines, '#' before what explains."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "tables"


@lru_cache(maxsize=16)
def reference_table(name: str) -> tuple[tuple[str, ...], ...]:
    """The rows of the table `name` ('places'), cell by cell."""
    lines = (_FOLDER / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    return tuple(tuple(line.split("\t")) for line in lines if line and not line.startswith("#"))

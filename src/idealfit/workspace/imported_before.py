"""The imports that a workspace has had: read from the ledger, without what imports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from idealfit.store.ledger import open_ledger
from idealfit.store.place import Place, open_place


@dataclass(frozen=True)
class PastImport:
    """One import of a workspace: its number, when it ran (UTC), what it said, how many rows each table had then, and
    whether its tables are the current ones."""

    number: int
    command: str
    at: datetime
    as_of: date | None
    tables: dict[str, int]
    since: tuple[str, ...]
    current: bool
    by: str | None = None
    because: str | None = None


def past_imports(workspace: Path) -> tuple[PastImport, ...]:
    """Every import of a workspace, newest first. Raises WorkspaceMissing and NotAWorkspace."""
    return imports_in(open_place(workspace))


def imports_in(place: Place) -> tuple[PastImport, ...]:
    """The same of a place that is open."""
    ledger = open_ledger(place)
    rows, current = ledger.known_snapshots(), ledger.current_snapshots()
    found, seen = [], False
    for run in ledger.runs_of_kind("import"):
        tables = run.summary.get("tables") or {}
        # of several imports of the same records the last one is the current
        is_current = not seen and bool(tables) and tables == current
        seen = seen or is_current
        found.append(
            PastImport(
                run.run_id,
                run.command,
                run.at,
                run.as_of,
                {table: rows.get((table, snapshot), (0, ""))[0] for table, snapshot in tables.items()},
                tuple(run.summary.get("since") or ()),
                is_current,
                run.summary.get("by"),
                run.summary.get("because"),
            )
        )
    return tuple(found)

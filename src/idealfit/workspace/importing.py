"""The records alone: importing them without looking for a profile, the imports there were, and going back to one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from idealfit.errors import NoSuchImport, Position, UpdateRefused, WorkspaceDamaged
from idealfit.records.origin import Origin, must_be_there, origin_of
from idealfit.records.publishing import put_back
from idealfit.records.report import ImportReport, Question
from idealfit.store.ledger import Run, open_ledger
from idealfit.store.place import Place, open_place
from idealfit.store.staging import staged
from idealfit.store.turn import refuse_to_wait
from idealfit.workspace.imported_before import PastImport, past_imports

__all__ = [
    "ImportTold",
    "Origin",
    "PastImport",
    "back_to_import",
    "import_records",
    "must_hold_records",
    "origin_of",
    "past_imports",
    "told_of_import",
]


@dataclass(frozen=True)
class ImportTold:
    """What the current import has to tell beside its counts: what was taken as read, the files that are not used with
    the reason, and what it found beside the import before it."""

    notes: tuple[str, ...]
    unused: tuple[tuple[str, str], ...]
    since: tuple[str, ...]


def import_records(
    folder: Origin,
    workspace: Path,
    *,
    as_of: date | None = None,
    mapping: Path | None = None,
    answer: Callable[[Question], str] | None = None,
    progress: Callable[[str, float], None] | None = None,
    keep_personal: bool = False,
    update: bool = False,
    replacing: bool = False,
    merge_above: float | None = None,
) -> ImportReport:
    """Import `folder` (or a database: `records.origin`) into `workspace` without looking for a profile: tables,
    quality.json, rejects and changes.

    `update`: the files hold only what changed since the last import. `replacing`: an export that is older than the last
    import takes its place, instead of going into the history. `merge_above`: see `import_folder`.
    Raises InputError and UsageError subclasses; the workspace is then as it was.
    """
    must_be_there(folder)
    with staged(open_place(workspace, create=True), "an import", progress) as place:
        if update:
            must_hold_records(place)
        from idealfit.records.intake import import_folder  # slow to load, and most only look at what was imported

        return import_folder(
            folder,
            place,
            mapping=mapping,
            as_of=as_of,
            keep_personal=keep_personal,
            answer=answer,
            progress=progress,
            update=update,
            replacing=replacing,
            merge_above=merge_above,
        )


def must_hold_records(place: Place) -> None:
    """Raise UpdateRefused where there is no import that files could add to."""
    if open_ledger(place).get_value("import") is None:
        raise UpdateRefused(
            "There is nothing to update: this workspace holds no import yet",
            where=Position(str(place.root)),
            remedy="Import a whole export first, without --update.",
        )


def told_of_import(workspace: Path) -> ImportTold | None:
    """What the import whose tables are the current ones told; None before the first."""
    report = open_ledger(open_place(workspace)).get_value("import")
    if not isinstance(report, dict):
        return None
    unused = tuple((str(file), str(why)) for file, why in report.get("unused", ()))
    return ImportTold(tuple(report.get("notes", ())), unused, tuple(report.get("since", ())))


def back_to_import(workspace: Path, number: int, *, by: str, because: str) -> PastImport:
    """Make the tables of import `number` the current ones again, with what was known of them; its own line in the list.

    Nothing is lost: the tables of the imports after it stay, and can be gone to in the same way. What a build made of
    later tables (profile, scores, lists) is left as it is. Raises NoSuchImport, WorkspaceDamaged;
    WorkspaceBusy at once where a run is under way.
    """
    with staged(open_place(workspace), "going back to an import", refuse_to_wait) as place:
        ledger = open_ledger(place)
        runs = {run.run_id: run for run in ledger.runs_of_kind("import")}
        run = runs.get(number)
        document = None if run is None else ledger.get_value(str(run.summary.get("kept")))
        if run is None or not run.summary.get("tables") or not isinstance(document, dict):
            known = ", ".join(str(one) for one in sorted(runs) if runs[one].summary.get("kept")) or "none"
            raise NoSuchImport(
                f"There is no import {number} to go back to",
                where=Position(str(place.root)),
                remedy=f"'idealfit imports' lists them; those that can be gone back to: {known}.",
            )
        ledger.publish(
            _snapshots_of(place, run),
            kind="import",
            command=f"back to import {number}",
            as_of=run.as_of,
            summary={"kept": run.summary["kept"], "by": by, "because": because},
            instead_of=ledger.current_snapshots(),
        )
        put_back(place, ledger, document)
    return past_imports(workspace)[0]


def _snapshots_of(place: Place, run: Run) -> dict[str, tuple[str, int, str]]:
    """Table → (id, rows, SHA-256) of an import's snapshots, each of which must still be there."""
    known = open_ledger(place).known_snapshots()
    found = {}
    for table, snapshot in run.summary["tables"].items():
        path = place.snapshots / table / f"{snapshot}.parquet"
        if (table, snapshot) not in known or not path.is_file():
            raise WorkspaceDamaged(
                f"The table '{table}' of import {run.run_id} is gone",
                where=Position(file=str(path)),
                remedy="Restore the workspace folder from a backup, or import that export again.",
            )
        found[table] = (snapshot, *known[table, snapshot])
    return found

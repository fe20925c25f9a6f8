"""The end of an import run: the tables made current, the files about them written, the run kept to go back to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from idealfit.records.changes import write_changes
from idealfit.records.comparing.last_import import BASIS, Basis
from idealfit.records.imported import REPORT
from idealfit.records.quality import keeping
from idealfit.records.quality.page import quality_page
from idealfit.records.recognising.guessing import save_mapping
from idealfit.records.report import ImportReport
from idealfit.store.delimited_output import write_csv
from idealfit.store.ledger import Ledger, open_ledger
from idealfit.store.place import Place, write_aside, write_text
from idealfit.store.snapshots import publish_tables

SAME_RECORDS = "the same records as before: nothing has changed"
"""A note about this run and not about the records: it stands in no file, so that the same build writes the same."""
_OF_A_RUN = (REPORT, BASIS, keeping.KEY)
"""What the ledger says of the current import beside its tables: kept with each run, and put back with it."""


def publish(
    con: duckdb.DuckDBPyConnection,
    place: Place,
    source: str,
    report: ImportReport,
    relations: Mapping[str, str],
    *,
    basis: Basis,
    command: str,
    before: Mapping[str, str],
    filed: bool = False,
) -> ImportReport:
    """Save the mapping as `source`, publish the tables and write the files about them; answers the report as kept.

    `command` is what the ledger says of the run;
    `before` are the snapshots that this import was compared with. `filed`: an older export, which only the history has
    learnt from: what is said of the current tables stays as it is. Raises WriteFailed and WorkspaceBusy.
    """
    ledger = open_ledger(place)
    save_mapping(place, source, report.mappings)
    report = replace(report, tables_written=True)
    told = report if not filed else None
    values = {key: ledger.get_value(key) for key in _OF_A_RUN}
    values[BASIS] = basis.as_dict()
    if told is not None:
        values[REPORT] = told.as_dict()
        values[keeping.KEY] = keeping.to_keep(place, told.quality)
    quality = told.quality if told is not None else _quality_of(place)
    document = json.loads(json.dumps({"values": values, "quality": quality}, default=str))
    key = f"import {hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()[:20]}"
    publish_tables(
        place,
        con,
        dict(relations),
        kind="import",
        command=command,
        as_of=report.as_of,
        summary={"notes": list(report.notes[:50]), "since": list(report.since[:50]), "kept": key},
        instead_of=before,
    )
    if before and dict(before) == ledger.current_snapshots():
        report = replace(report, notes=(SAME_RECORDS, *report.notes))
    ledger.set_value(key, document)
    for name, value in values.items():
        ledger.set_value(name, value)
    if told is not None:
        _write_quality(place, quality, company=report.company.name)
        write_aside(place.outputs / "changes.csv", partial(write_changes, report.changes))
    _write_rejects(place, source, report)
    return report if told is not None else replace(report, quality=quality)


def _write_quality(place: Place, quality: Mapping[str, Any], *, company: str | None) -> None:
    text = json.dumps(quality, indent=2, ensure_ascii=False, default=str) + "\n"
    write_text(place.outputs / "quality.json", text)
    write_text(place.outputs / "quality.html", quality_page(quality, company=company))


def _write_rejects(place: Place, source: str, report: ImportReport) -> None:
    rows = [(problem.file, problem.line, problem.column, problem.value, problem.reason) for problem in report.problems]

    def write(path: Path) -> None:
        write_csv(path, ("file", "line", "column", "value", "reason"), rows)

    write_aside(place.outputs / "rejects" / f"{source}.csv", write)


def _quality_of(place: Place) -> dict[str, Any]:
    path = place.root / "quality.json"
    found = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return found if isinstance(found, dict) else {}


def put_back(place: Place, ledger: Ledger, document: Mapping[str, Any]) -> None:
    """What the ledger and the files said of an earlier import, said again; its tables are published by the caller."""
    for name, value in document["values"].items():
        ledger.set_value(name, value)
    report = document["values"].get(REPORT) or {}
    _write_quality(place, document["quality"], company=(report.get("company") or {}).get("name"))

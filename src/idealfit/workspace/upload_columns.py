"""How the files of an upload are read: proposed for every column, and corrected by a person before the import."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from idealfit.errors import MappingUnreadable
from idealfit.records.attribute import Level
from idealfit.records.mapping import FLAT, LOOKUP, UNUSED, ColumnMapping, FileMapping, MappingFile
from idealfit.records.mapping_file import dump_mapping, load_mapping
from idealfit.records.recognising.guess_table import CARRIED, canonical_column
from idealfit.records.recognising.guess_words import CARRIERS, WORDS
from idealfit.records.tables import TABLES
from idealfit.store.place import write_text
from idealfit.workspace.mapping import ProposedFile, propose_mapping
from idealfit.workspace.uploading import Upload

SAID: Final = "A person said so."
CHOSEN: Final[tuple[Level, ...]] = ("account", "deal", "after_fact", "identifier", "personal")
"""What a column without a canonical meaning may be used as, by a person's word."""
BRINGS: Final = {"contacts": frozenset({"deal_contacts"}), "accounts": frozenset({"account_history"})}
"""What the rows of a table may bring with them of others."""
MADE: Final = frozenset({"duplicate_pairs", "score_history"})
"""Tables that an import makes, whatever the files hold."""


@dataclass(frozen=True)
class Said:
    """What a person says of one file; what is not named stays as it was proposed.

    `columns`: header → the column that it becomes, None to leave it out. `levels`: header → what it is used as.
    `units`: header → what its numbers are counted in. `missing`: header → the words that mean no value in it.
    `outcomes`: stage or result → won, lost or open. `pipelines`: pipeline → its purpose. `orders`: header → how its
    dates are written (dmy, mdy).
    """

    table: str | None = None
    columns: Mapping[str, str | None] = field(default_factory=dict)
    levels: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, Sequence[str]] = field(default_factory=dict)
    outcomes: Mapping[str, str] = field(default_factory=dict)
    pipelines: Mapping[str, str] = field(default_factory=dict)
    orders: Mapping[str, str] = field(default_factory=dict)


def propose_columns(upload: Upload, progress: Callable[[str, float], None]) -> int:
    """Read the files of an upload and keep what an import would make of each column, beside what a person has said so
    far; how many files. Raises what the reading of files raises.
    """
    said = upload.mapping if upload.mapping.is_file() else None
    proposal = propose_mapping(upload.files, mapping=said, to=upload.mapping, progress=progress)
    tables = [*TABLES, FLAT, LOOKUP, UNUSED]
    columns = {name: sorted(_owners(name)) for name in tables}
    document = {
        "tables": tables,
        "columns": columns,
        "files": [_file(one) for one in proposal.files],
        "questions": [
            {
                "about": one.about,
                "file": one.file,
                "column": one.column,
                "of": one.id.split(":", 2)[2] if one.about in ("pipeline", "outcome") else "",
                "text": one.text,
                "choices": [one.proposal, *one.alternatives],
            }
            for one in proposal.questions
        ],
        "undecided_dates": [list(one) for one in proposal.undecided_dates],
        "notes": list(proposal.notes),
        "unused": [list(one) for one in proposal.unused],
    }
    write_text(upload.proposal, json.dumps(document, ensure_ascii=False))
    return len(proposal.files)


def _file(one: ProposedFile) -> dict[str, Any]:
    return {
        **one.mapping.model_dump(include={"file", "table", "reason", "confidence", "outcomes"}),
        "rows": one.rows,
        "columns": [
            {
                "header": column.header,
                "samples": list(column.samples),
                "missing": list(column.missing),
                "unread": list(column.unread),
                "counted_in": column.counted_in,
                "read_as": [list(one) for one in column.becomes],
                **column.mapping.model_dump(include={"to", "level", "reason", "confidence"}),
            }
            for column in one.columns
        ],
    }


def tables_left_out(proposal: Mapping[str, Any], current: Mapping[str, int]) -> dict[str, int]:
    """The tables in use (table → rows) of which the files of a proposal hold nothing: what would be gone where they
    took the place of all records.
    """
    held = {file["table"] for file in proposal["files"]}
    if FLAT in held:
        held |= {"accounts", "deals"}
    for table, brought in BRINGS.items():
        held |= brought if table in held else frozenset()
    return {table: rows for table, rows in current.items() if rows and table not in {*held, *MADE}}


def keep_mapping(upload: Upload, changes: Mapping[str, Said]) -> None:
    """Correct the proposed mapping by what a person says of each file.

    A file whose table is another one has all its columns guessed anew. Raises MappingUnreadable for a word that is
    none; then the mapping is as it was.
    """
    before = upload.mapping.read_text(encoding="utf-8")
    mapping = load_mapping(upload.mapping)
    files = [_as_said(entry, changes.get(entry.file, Said())) for entry in mapping.files]
    write_text(upload.mapping, dump_mapping(MappingFile(source=mapping.source, files=files)))
    try:
        load_mapping(upload.mapping)
    except MappingUnreadable:
        write_text(upload.mapping, before)  # what cannot be read could not be corrected any more
        raise


def _as_said(entry: FileMapping, said: Said) -> FileMapping:
    if said.table not in (None, entry.table):
        return entry.model_copy(update={"table": said.table, "columns": {}, "reason": SAID, "confidence": 1.0})
    columns = {header: _column_as_said(entry.table, header, column, said) for header, column in entry.columns.items()}
    return entry.model_copy(
        update={
            "columns": columns,
            "outcomes": {**entry.outcomes, **said.outcomes},
            "pipelines": {**entry.pipelines, **said.pipelines},
        }
    )


def _column_as_said(table: str, header: str, column: ColumnMapping, said: Said) -> ColumnMapping:
    """A column with what was said of it; what becomes a canonical column is used as that one is."""
    to = said.columns.get(header, column.to)
    level, order = said.levels.get(header, column.level), said.orders.get(header, column.format)
    owner = None if to is None else _owners(table).get(to)
    unit, missing = said.units.get(header, column.unit), said.missing.get(header, column.missing)
    read = {"format": order, "unit": unit, "missing": None if missing is None else list(missing)}
    if to != column.to and to is not None and owner is not None:
        return canonical_column(owner, to, SAID).model_copy(update=read)
    if to is not None and level == "personal" == column.level:  # kept by a person's word, so it is about none
        level = "account"
    if to is not None and level == "personal":
        to = None
    if (to, level) == (column.to, column.level):
        return column.model_copy(update=read)  # how its values are read says nothing of why it was taken for what it is
    return column.model_copy(update={**read, "to": to, "level": level, "reason": SAID, "confidence": 1.0})


def _owners(table: str) -> dict[str, str]:
    """The columns that a file's may become, each with its table: a flat file has those of companies and of deals, one
    of deals or leads may carry what describes their company.
    """
    own = dict.fromkeys(_known("deals" if table == FLAT else table), "deals" if table == FLAT else table)
    if table == FLAT:
        return own | dict.fromkeys(_known("accounts"), "accounts")
    return dict.fromkeys(CARRIED if table in CARRIERS else (), "accounts") | own


def _known(table: str) -> frozenset[str]:
    """The columns of a table that have a meaning."""
    return frozenset() if table not in TABLES else frozenset({*TABLES[table].columns, *WORDS.get(table, {})})

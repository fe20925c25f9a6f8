"""The mapping of a folder before anything is imported: every guess with its reason, how sure, and sample values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from idealfit.accounts.quantity import DecimalMark
from idealfit.records.assembling.column_typing import base_table, decided_decimal, typed_column
from idealfit.records.assembling.explained_ids import explain_ids
from idealfit.records.assembling.merge_lists import read_merge_lists
from idealfit.records.counted import counted
from idealfit.records.mapping import LOOKUP, UNUSED, ColumnMapping, FileMapping, MappingFile
from idealfit.records.mapping_file import dump_mapping, load_mapping
from idealfit.records.origin import Origin, folders_of, read_origin, source_name
from idealfit.records.questions import find_questions, undecided_dates
from idealfit.records.reading.raw_table import RawTable, shorten
from idealfit.records.recognising.column_profile import FileProfile, profile_file
from idealfit.records.recognising.guess_level import holds_addresses
from idealfit.records.recognising.guessing import map_files
from idealfit.records.recognising.header_unit import COUNTED, UNITS, says_own_unit, unit_in
from idealfit.records.recognising.saved import vanished
from idealfit.records.report import Question
from idealfit.store.engine import connect

SAMPLES = 3
_PERSONAL = frozenset({"email", "account_email"})


@dataclass(frozen=True)
class ProposedColumn:
    """One column: what it becomes and why; `samples` are its commonest values, none where it is about persons."""

    header: str
    mapping: ColumnMapping
    samples: tuple[str, ...]
    missing: tuple[str, ...] = ()
    """The words that are read as no value."""
    unread: tuple[str, ...] = ()
    """The commonest texts from which no value of the column's type can be read."""
    counted_in: str | None = None
    """What its numbers are counted in ('one', 'thousands' …); None where that is not asked of the column."""
    becomes: tuple[tuple[str, float], ...] = ()
    """Sample values that are not taken as they stand, each with the number that it is read as."""


@dataclass(frozen=True)
class ProposedFile:
    """One file of the folder: the table that it is, and its columns."""

    mapping: FileMapping
    columns: tuple[ProposedColumn, ...]
    rows: int = 0


@dataclass(frozen=True)
class Proposal:
    """A folder's mapping as it would be used, with what would be asked and what a person should know."""

    source: str
    files: tuple[ProposedFile, ...]
    questions: tuple[Question, ...]
    notes: tuple[str, ...]
    unused: tuple[tuple[str, str], ...]
    undecided_dates: tuple[tuple[str, str], ...] = ()
    """File and column of each date that reads both ways: one question is asked for all of them."""

    def text(self) -> str:
        """The mapping file: sample values and the open questions as comments, to be reviewed, edited and shared."""
        samples = {(each.mapping.file, column.header): column.samples for each in self.files for column in each.columns}

        def comment(file: str, header: str) -> str:
            values = samples.get((file, header), ())
            return "such as " + ", ".join(repr(value) for value in values) if values else ""

        whole = MappingFile(source=self.source, files=[each.mapping for each in self.files])
        asked = "".join(f"# To decide: {question.text} Read as: {question.proposal}.\n" for question in self.questions)
        return f"{asked}{dump_mapping(whole, comment)}"


def propose_mapping(
    folder: Origin, *, mapping: Path | None = None, progress: Callable[[str, float], None] | None = None
) -> Proposal:
    """What an import of `folder` would make of its files; nothing is imported or written.

    `mapping` is a mapping file to complete: what it says stands, what it does not name is guessed. Raises
    MappingUnreadable, and what the reading of files raises.
    """
    con = connect(*folders_of(folder))
    reading = read_origin(con, folder, progress=progress or (lambda _file, _share: None))
    known = [load_mapping(mapping)] if mapping is not None else []
    reading, defining = explain_ids(con, reading, known)
    _, reading, listing = read_merge_lists(con, reading, known)
    profiles = [profile_file(con, raw) for raw in reading.tables if raw.columns]
    mappings, _ = map_files(profiles, [*known, defining, listing])
    files = tuple(_proposed(profile, entry) for profile, entry in zip(profiles, mappings, strict=True))
    questions = find_questions(profiles, mappings)
    return Proposal(
        source_name(folder),
        files,
        questions,
        (*vanished(profiles, known), *_rows_aside(reading.tables)),
        tuple(reading.unused),
        tuple((file, header) for file, header, *_ in undecided_dates(profiles, mappings)),
    )


def _rows_aside(tables: Sequence[RawTable]) -> tuple[str, ...]:
    """The rows that cannot be read at all, a line for each file."""
    return tuple(
        f"{raw.file}: {counted(len(raw.rejected), 'row')} cannot be read and will be left out, the first in line "
        f"{raw.rejected[0].line} ({raw.rejected[0].reason}). Mend it at the source, or go on without"
        for raw in tables
        if raw.rejected
    )


def _proposed(profile: FileProfile, entry: FileMapping) -> ProposedFile:
    if entry.table in (UNUSED, LOOKUP):
        return ProposedFile(entry, (), profile.rows)
    decimal = decided_decimal(profile, entry)
    columns = tuple(
        _column(profile, entry, header, column, samples_of(column, profile.counts.get(header, {})), decimal)
        for header, column in entry.columns.items()
    )
    return ProposedFile(entry, columns, profile.rows)


def _column(
    profile: FileProfile,
    entry: FileMapping,
    header: str,
    column: ColumnMapping,
    samples: tuple[str, ...],
    decimal: DecimalMark | None,
) -> ProposedColumn:
    """A column with how its values are read, which is not told of persons nor of what is left out."""
    if column.to is None or header not in profile.counts or not samples:
        return ProposedColumn(header, column, samples)
    typed = typed_column(profile, base_table(entry), header, column, None, decimal)
    counts = profile.counts[header]
    missing = tuple(dict.fromkeys(text.strip() for text in typed.missing if text.strip())) if typed.missing else ()
    unread = sorted(typed.bad, key=lambda text: (-counts.get(text, 0), text))[:SAMPLES]
    asked = typed.type == "number" and (column.to in COUNTED or column.unit is not None)
    if not asked:
        return ProposedColumn(header, column, samples, column.missing_or(missing), tuple(unread))
    unit = column.unit or unit_in(header) or "one"
    numbers = {} if typed.values is None else {text: typed.values.get(text) for text in samples}
    becomes = [
        (text, round(float(number) * (1 if says_own_unit(text) else UNITS.get(unit, 1)), 6))
        for text, number in numbers.items()
        if isinstance(number, int | float) and unit in UNITS and UNITS[unit] > 1
    ]
    return ProposedColumn(header, column, samples, column.missing_or(missing), tuple(unread), unit, tuple(becomes[:1]))


def samples_of(column: ColumnMapping, counts: Mapping[str, int]) -> tuple[str, ...]:
    """The commonest values of a column, on one line each; none of a column about persons."""
    if column.level == "personal" or column.to in _PERSONAL or holds_addresses(counts):
        return ()
    common = sorted(counts, key=lambda text: (-counts[text], text))[:SAMPLES]
    return tuple(shorten(text, 30) for text in common)

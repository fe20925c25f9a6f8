"""One import run: a folder of files in, the canonical tables published in the workspace, and a report of everything."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from idealfit.errors import NoAccounts, Position
from idealfit.records.assembling.canonical import Canonical, make_canonical
from idealfit.records.assembling.column_typing import decided_order
from idealfit.records.assembling.conversion import Converted, base_table, convert_file
from idealfit.records.assembling.finishing import fill_known_at
from idealfit.records.assembling.latest_day import latest_day
from idealfit.records.assembling.lookups import find_lookup, join_lookup
from idealfit.records.attribute import AttributeInfo
from idealfit.records.changes import summed_changes, write_changes
from idealfit.records.company import Company, read_company
from idealfit.records.mapping import LOOKUP, UNUSED, FileMapping, load_mapping
from idealfit.records.quality.judging import churn_notes, judge
from idealfit.records.quality.keeping import keep, load_kept
from idealfit.records.quality.page import quality_page
from idealfit.records.questions import apply_answer, find_questions
from idealfit.records.reading.raw_table import RejectedRow
from idealfit.records.reading.source import read_folder
from idealfit.records.recognising.column_profile import FileProfile, profile_file
from idealfit.records.recognising.guess_table import FITS_NONE
from idealfit.records.recognising.guessing import guesses_of, map_files, save_mapping, saved_mappings, source_name
from idealfit.records.report import CellProblem, Change, Guess, ImportReport, Question, TableCount
from idealfit.store.delimited_output import write_csv
from idealfit.store.engine import connect
from idealfit.store.ledger import open_ledger
from idealfit.store.place import Place, write_aside, write_text
from idealfit.store.snapshots import publish_tables

SAME_RECORDS = "the same records as before: nothing has changed"
"""A note about this run and not about the records: it stands in no file, so that the same build writes the same."""

Progress = Callable[[str, float], None]
__all__ = [
    "CellProblem",
    "Change",
    "Guess",
    "ImportReport",
    "Question",
    "TableCount",
    "import_folder",
    "load_attributes",
    "load_report",
]


def import_folder(
    folder: Path,
    place: Place,
    *,
    mapping: Path | None = None,
    as_of: date | None = None,
    keep_personal: bool = False,
    answer: Callable[[Question], str] | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Read every file of `folder`, map, type, link and clean it, and publish the canonical tables in `place`.

    `mapping` overrides what the workspace has saved, which overrides guesses. `answer` is asked at most three
    questions; without it the safe reading is taken. Raises InputError subclasses: NoAccounts, CompanyFileUnreadable,
    MappingUnreadable, and what the reading of files raises.
    """
    told = progress or (lambda _text, _share: None)
    company = read_company(folder)
    con = connect(folder if folder.is_dir() else folder.parent, place.root)
    told("reading files", 0.0)
    reading = read_folder(con, folder, progress=lambda file, share: told(f"reading {file}".rstrip(), 0.4 * share))
    profiles = [profile_file(con, raw) for raw in reading.tables if raw.columns]
    told("recognising columns", 0.4)
    known = ([load_mapping(mapping)] if mapping is not None else []) + saved_mappings(place)
    mappings, _ = map_files(profiles, known)
    questions = find_questions(profiles, mappings)
    if answer is not None:
        for question in questions:
            mappings = apply_answer(profiles, mappings, question, answer(question))
    told("converting values", 0.5)
    parts, mappings, notes, joined = _convert_all(con, profiles, mappings, keep_personal=keep_personal)
    fitting_none = [(entry.file, entry.reason) for entry in mappings if entry.table == UNUSED]
    _need_rows(folder, parts, [*fitting_none, *reading.unused])
    told("linking accounts", 0.7)
    canonical = make_canonical(con, parts, as_of=as_of or company.as_of)
    day = as_of or company.as_of or latest_day(con, canonical.tables)
    if "events" in canonical.tables and day is not None:
        fill_known_at(con, day)
    canonical = canonical.finished(con)
    rejected = {raw.file: raw.rejected for raw in reading.tables}
    counts = _counts(canonical, profiles, rejected)
    unasked = [] if answer is not None else [_not_asked(question) for question in questions]
    raw_notes = [*reading.notes, *(f"{raw.file}: {note}" for raw in reading.tables for note in raw.notes)]
    unused = [
        *reading.unused,
        *((entry.file, entry.reason) for entry in mappings if entry.table == UNUSED),
        *canonical.unused,
    ]
    report = ImportReport(
        tables=counts,
        mappings=tuple(mappings),
        guesses=guesses_of(mappings),
        questions=questions,
        unused=tuple((str(file), str(reason)) for file, reason in unused),
        notes=tuple(dict.fromkeys([*unasked, *canonical.notes, *joined, *notes, *raw_notes])),
        as_of=day,
        company=company,
        attributes=canonical.attributes,
        deal_columns=canonical.deal_columns,
        quality={},
        tables_written=False,
        links=canonical.links,
        problems=(
            *_problems_of_rows(rejected),
            *canonical.rejected,
            *(problem for part in parts for problem in part.problems),
        ),
        changes=summed_changes([*(change for part in parts for change in part.changes), *canonical.changes]),
    )
    told("judging quality", 0.8)
    report = _judged(con, place, report, canonical, parts)
    told("writing tables", 0.9)
    report = _publish(con, place, source_name(folder), report, canonical.relations)
    told("imported", 1.0)
    return report


def _judged(
    con: duckdb.DuckDBPyConnection, place: Place, report: ImportReport, canonical: Canonical, parts: Sequence[Converted]
) -> ImportReport:
    """The report with its quality; contradictions about who left come first among its notes."""
    invalid: dict[str, Counter[str]] = defaultdict(Counter)
    withheld: dict[str, list[str]] = defaultdict(list)
    for part in parts:
        table = base_table(part.mapping)
        invalid[table].update(part.invalid)
        withheld[table] += [
            header for header, column in part.mapping.columns.items() if column.level == "personal" and not column.to
        ]
    quality = judge(con, report, canonical.relations, invalid=invalid, withheld=withheld, kept=load_kept(place))
    return replace(report, quality=quality, notes=tuple(dict.fromkeys([*churn_notes(quality), *report.notes])))


def _not_asked(question: Question) -> str:
    return f"not asked, the safe reading was taken: {question.text} ({question.proposal})"


def _problems_of_rows(rejected: Mapping[str, Iterable[RejectedRow]]) -> list[CellProblem]:
    """Rows that could not be read at all, file by file, as problems for the file of rejects."""
    return [
        CellProblem(row.file, row.line, row.column, row.value, f"row rejected: {row.reason}")
        for rows in rejected.values()
        for row in rows
    ]


def _convert_all(
    con: duckdb.DuckDBPyConnection, profiles: list[FileProfile], mappings: list[FileMapping], *, keep_personal: bool
) -> tuple[list[Converted], list[FileMapping], list[str], list[str]]:
    """Every mapped file typed, look-ups joined: the parts, the mappings with look-ups, notes, what was joined."""
    orders = {
        decided_order(profile, entry)
        for profile, entry in zip(profiles, mappings, strict=True)
        if entry.table not in (UNUSED, LOOKUP)
    } - {None}
    fallback = next(iter(orders)) if len(orders) == 1 else None
    used: list[tuple[FileProfile, Converted]] = []
    for index, (profile, entry) in enumerate(zip(profiles, mappings, strict=True)):
        if entry.table not in (UNUSED, LOOKUP):
            used.append(
                (profile, convert_file(con, profile, entry, index, fallback=fallback, keep_personal=keep_personal))
            )
    joined: list[str] = []
    mappings = list(mappings)
    for index, profile in enumerate(profiles):
        if mappings[index].table not in (UNUSED, LOOKUP):
            continue
        entry = mappings[index]
        free = entry.table == UNUSED and entry.reason == FITS_NONE  # a person's or a reasoned 'unused' stays so
        found = find_lookup(profile, used) if free else entry
        if found is None or not found.joins:
            continue
        mappings[index] = found
        lookup = convert_file(con, profile, found, index, fallback=fallback, keep_personal=keep_personal)
        target = next(iter(found.joins.values())).split(": ", 1)[0]
        for at, (other, part) in enumerate(used):
            if other.file == target:
                part, told = join_lookup(con, lookup, profile, part)  # noqa: PLW2901
                used[at] = (other, part)
                joined += told
    parts = [part for _, part in used]
    mappings = _with_missing_words(mappings, parts)
    notes = [note for part in parts for note in part.notes]
    withheld = sum(part.withheld for part in parts)
    if withheld:
        notes.insert(
            0,
            f"{withheld:,} cells with names, e-mail addresses or phones of persons were withheld "
            f"(--keep-personal keeps them)",
        )
    return parts, mappings, notes, joined


def _with_missing_words(mappings: Sequence[FileMapping], parts: Sequence[Converted]) -> list[FileMapping]:
    """The mappings with the words of each column that were read as no value, for a person to see and edit."""
    found = {part.mapping.file: part.missing for part in parts}
    filled = []
    for entry in mappings:
        words = found.get(entry.file, {})
        columns = {
            header: column.model_copy(update={"missing": list(words[header])}) if header in words else column
            for header, column in entry.columns.items()
        }
        filled.append(entry.model_copy(update={"columns": columns}) if words else entry)
    return filled


def _need_rows(folder: Path, parts: list[Converted], unused: Sequence[tuple[object, object]]) -> None:
    """Raise NoAccounts where nothing of the folder can be used."""
    if any(part.rows for part in parts):
        return
    reasons = [f"{part.mapping.file} (a table without rows)" for part in parts]
    reasons += [f"{file} ({str(reason).rstrip('.')})" for file, reason in unused]
    more = f" and {len(reasons) - 5} more" if len(reasons) > 5 else ""
    raise NoAccounts(
        f"No accounts in this folder: found {', '.join(reasons[:5]) or 'no file at all'}{more}",
        where=Position(folder.name),
        remedy="Give a folder with a table of companies (accounts.csv), or of deals, or name the files "
        "in a mapping with --map.",
    )


def _counts(canonical: Canonical, profiles: list[FileProfile], rejected: Mapping[str, Any]) -> dict[str, TableCount]:
    """Rows read, kept, merged and rejected of every table; rows that the reading set aside were read and rejected."""
    counts = {}
    for name, count in canonical.counts.items():
        aside = sum(len(rejected.get(file, ())) for file in count.files) if not count.derived else 0
        counts[name] = replace(count, read=count.read + aside, rejected=count.rejected + aside)
    return counts


def _publish(
    con: duckdb.DuckDBPyConnection, place: Place, source: str, report: ImportReport, relations: Mapping[str, str]
) -> ImportReport:
    """Save the mapping, publish the tables, and write quality.json and the rejects; answers the report as kept."""
    ledger = open_ledger(place)
    before = ledger.current_snapshots()
    save_mapping(place, source, report.mappings)
    publish_tables(
        place,
        con,
        dict(relations),
        kind="import",
        command=f"import {source}",
        as_of=report.as_of,
        summary={"notes": list(report.notes[:50])},
    )
    if before and before == ledger.current_snapshots():
        report = replace(report, notes=(SAME_RECORDS, *report.notes))
    report = replace(report, tables_written=True)
    ledger.set_value("import", report.as_dict())
    keep(place, report.quality)
    write_text(
        place.outputs / "quality.json", json.dumps(report.quality, indent=2, ensure_ascii=False, default=str) + "\n"
    )
    write_text(place.outputs / "quality.html", quality_page(report.quality, company=report.company.name))
    folder = place.outputs / "rejects"
    rows = [(problem.file, problem.line, problem.column, problem.value, problem.reason) for problem in report.problems]

    def write(path: Path) -> None:
        write_csv(path, ("file", "line", "column", "value", "reason"), rows)

    write_aside(folder / f"{source}.csv", write)
    write_aside(place.outputs / "changes.csv", partial(write_changes, report.changes))
    return report


def load_report(place: Place) -> dict[str, Any] | None:
    """The last import's report as JSON (see `ImportReport.as_dict`), None before the first."""
    value = open_ledger(place).get_value("import")
    return value if isinstance(value, dict) else None


def load_attributes(place: Place) -> dict[str, AttributeInfo]:
    """What is known of every column of `accounts`, from the last import; a level, layer or label that a person changed
    in the mappings since then stands."""
    report = load_report(place)
    if report is None:
        return {}
    found = {name: AttributeInfo(**info) for name, info in report["attributes"].items()}
    for mapping in saved_mappings(place):
        for entry in mapping.files:
            if entry.table not in ("accounts", "flat"):
                continue
            for header, column in entry.columns.items():
                name = column.to or header
                if name in found and column.to is not None:
                    found[name] = replace(
                        found[name], level=column.level, layer=column.layer, label=column.label or found[name].label
                    )
    return found


def company_of(place: Place) -> Company:
    """The company settings that the last import read."""
    report = load_report(place)
    return Company() if report is None else Company.model_validate(report["company"])

"""One import run: a folder of files in, the canonical tables published in the workspace, and a report of everything."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb

from idealfit.errors import NoAccounts, Position
from idealfit.records.assembling.canonical import Canonical, make_canonical
from idealfit.records.assembling.column_typing import decided_order
from idealfit.records.assembling.conversion import Converted, base_table, convert_file
from idealfit.records.assembling.currency import Rates
from idealfit.records.assembling.duplicates import Deduplication, decisions_of, pair_relations, write_pairs
from idealfit.records.assembling.explained_ids import explain_ids
from idealfit.records.assembling.finishing import fill_known_at
from idealfit.records.assembling.latest_day import latest_day
from idealfit.records.assembling.lookups import find_lookup, join_lookup
from idealfit.records.assembling.merge_lists import MergeList, read_merge_lists
from idealfit.records.assembling.originals import as_they_are
from idealfit.records.assembling.pipelines import with_pipelines
from idealfit.records.assembling.rates import given_rates, with_money
from idealfit.records.changes import summed_changes
from idealfit.records.company import FILE_NAMES, Company, merging_above
from idealfit.records.comparing.dated_exports import Dated, set_older_apart
from idealfit.records.comparing.last_import import LastImport, last_import
from idealfit.records.comparing.older_states import State, put_together
from idealfit.records.comparing.succession import Days, Succession, attributes_of, compare_with_last
from idealfit.records.comparing.update import with_last
from idealfit.records.imported import company_of, load_attributes, load_report
from idealfit.records.mapping import LOOKUP, UNUSED, FileMapping, MappingFile
from idealfit.records.mapping_file import load_mapping, saved_mappings
from idealfit.records.origin import (
    Origin,
    company_of_origin,
    folders_of,
    read_origin,
    says_company,
    source_name,
    told_as,
)
from idealfit.records.publishing import SAME_RECORDS, publish
from idealfit.records.quality.judging import churn_notes, judge
from idealfit.records.quality.keeping import load_kept
from idealfit.records.questions import apply_answer, as_taken, find_questions
from idealfit.records.reading.raw_table import RejectedRow
from idealfit.records.reading.source import FolderReading
from idealfit.records.recognising.column_profile import FileProfile, let_go, profile_file
from idealfit.records.recognising.guess_table import FITS_NONE
from idealfit.records.recognising.guessing import guesses_of, map_files
from idealfit.records.recognising.saved import vanished
from idealfit.records.report import CellProblem, Change, Guess, ImportReport, Question, TableCount
from idealfit.store.engine import connect
from idealfit.store.place import Place

Progress = Callable[[str, float], None]
__all__ = [
    "SAME_RECORDS",
    "CellProblem",
    "Change",
    "Guess",
    "ImportReport",
    "Question",
    "TableCount",
    "company_of",
    "import_folder",
    "load_attributes",
    "load_report",
]


def import_folder(
    folder: Origin,
    place: Place,
    *,
    mapping: Path | None = None,
    as_of: date | None = None,
    keep_personal: bool = False,
    answer: Callable[[Question], str] | None = None,
    progress: Progress | None = None,
    update: bool = False,
    replacing: bool = False,
    merge_above: float | None = None,
    spoken: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> ImportReport:
    """Read every file of `folder`, or of a database, map, type, link and clean it, and publish the canonical tables
    in `place`.

    `mapping` overrides what the workspace has saved, which overrides guesses. `answer` is asked at most three
    questions; without it the safe reading is taken. `update`: the files hold changes only, and the rows of the last
    import that they do not replace stay. An export that is older than the last import goes into the history, and takes
    its place only where `replacing`. `spoken`: the words of a profile that will be asked of these records, column by
    column: of several names of one thing the profile's stands. `merge_above`: the probability from which two accounts
    are merged unasked, instead of company.yaml's. Raises InputError subclasses: NoAccounts, CompanyFileUnreadable,
    MappingUnreadable, UpdateRefused, and what the reading of files raises; WorkspaceBusy.
    """
    told = progress or (lambda _text, _share: None)
    last = last_import(place)
    base = last if update else None
    company = merging_above(_company_of(folder, base), merge_above)
    con = connect(*folders_of(folder), place.root)
    read = _recognise(con, folder, place, company, mapping=mapping, updating=base is not None, answer=answer, told=told)
    told("converting values", 0.5)
    made = _convert(con, folder, read, keep_personal=keep_personal)
    told("linking accounts", 0.7)
    parts, updated = with_last(con, base, made.parts)
    duplicates = Deduplication(decisions_of(place), company.merge_above)
    canonical, days = _canonical(con, parts, read, company, as_of, spoken, duplicates)
    rejected = {raw.file: raw.rejected for raw in read.reading.tables}
    succession = compare_with_last(
        con,
        canonical,
        _counts(canonical, made.dated.profiles, rejected),
        [with_pipelines(entry, canonical.pipelines) for entry in made.mappings],
        last=last,
        dated=made.dated,
        states=made.states,
        days=days,
        update=update,
        replacing=replacing,
    )
    read = replace(read, asked=answer is not None)
    report = _report(read, made, canonical, parts, succession, company, days, updated)
    told("judging quality", 0.8)
    canonical = replace(canonical, relations=succession.relations)
    report = _of_last(report, succession) if succession.filed else _judged(con, place, report, canonical, parts)
    told("writing tables", 0.9)
    report = publish(
        con,
        place,
        source_name(folder),
        report,
        {**succession.relations, **pair_relations(succession.filed)},
        basis=succession.basis,
        command=f"import {told_as(folder)}",
        before={} if last is None else last.snapshots,
        filed=succession.filed,
    )
    if not succession.filed:
        write_pairs(con, place)
    told("imported", 1.0)
    return report


@dataclass(frozen=True)
class _Recognised:
    """What was read and what each table is taken for. `known` are the mappings that were at hand, `asked` whether
    somebody was there to be asked."""

    reading: FolderReading
    profiles: list[FileProfile]
    mappings: list[FileMapping]
    known: list[MappingFile]
    questions: tuple[Question, ...]
    rates: Rates
    merge_lists: Sequence[MergeList]
    asked: bool = False


@dataclass(frozen=True)
class _Made:
    """The typed files: those of the tables as `parts`, older dated exports apart, and what to tell of them."""

    dated: Dated
    states: list[State]
    unusable: Sequence[tuple[str, str]]
    parts: list[Converted]
    mappings: list[FileMapping]
    notes: list[str]
    joined: list[str]


def _recognise(
    con: duckdb.DuckDBPyConnection,
    folder: Origin,
    place: Place,
    company: Company,
    *,
    mapping: Path | None,
    updating: bool,
    answer: Callable[[Question], str] | None,
    told: Progress,
) -> _Recognised:
    told("reading files", 0.0)
    reading = read_origin(con, folder, progress=lambda file, share: told(f"reading {file}".rstrip(), 0.4 * share))
    rates, reading = given_rates(con, company, reading)
    known = ([load_mapping(mapping)] if mapping is not None else []) + saved_mappings(place)
    reading, defining = explain_ids(con, reading, known)
    merge_lists, reading, listing = read_merge_lists(con, reading, known)
    profiles = [profile_file(con, raw) for raw in reading.tables if raw.columns]
    told("recognising columns", 0.4)
    mappings, _ = map_files(profiles, [*known, defining, listing], accounts_there=updating)
    questions = find_questions(profiles, mappings)
    if answer is not None:
        for question in questions:
            mappings = apply_answer(profiles, mappings, question, answer(question))
    return _Recognised(reading, profiles, mappings, known, questions, rates, merge_lists)


def _convert(con: duckdb.DuckDBPyConnection, folder: Origin, read: _Recognised, *, keep_personal: bool) -> _Made:
    dated = set_older_apart(con, read.profiles, read.mappings)
    states, unusable = put_together(con, dated, keep_personal=keep_personal)
    parts, mappings, notes, joined = _convert_all(con, dated.profiles, dated.mappings, keep_personal=keep_personal)
    fitting_none = [(entry.file, entry.reason) for entry in mappings if entry.table == UNUSED]
    _need_rows(folder, parts, [*fitting_none, *read.reading.unused])
    return _Made(dated, states, unusable, parts, mappings, notes, joined)


def _canonical(
    con: duckdb.DuckDBPyConnection,
    parts: Sequence[Converted],
    read: _Recognised,
    company: Company,
    as_of: date | None,
    spoken: Mapping[str, Collection[str]],
    duplicates: Deduplication,
) -> tuple[Canonical, Days]:
    """The finished tables, and the day up to which they speak."""
    canonical = make_canonical(
        con,
        parts,
        as_of=as_of or company.as_of,
        rates=read.rates,
        spoken=spoken,
        merge_lists=read.merge_lists,
        duplicates=duplicates,
    )
    canonical = canonical.without_made_up(con, company.domain, as_they_are(parts))
    days = Days(as_of or company.as_of, latest_day(con, canonical.tables))
    day = days.said or days.in_data
    if "events" in canonical.tables and day is not None:
        fill_known_at(con, day)
    return canonical.finished(con), days


def _report(
    read: _Recognised,
    made: _Made,
    canonical: Canonical,
    parts: Sequence[Converted],
    succession: Succession,
    company: Company,
    days: Days,
    updated: Sequence[str],
) -> ImportReport:
    """Everything to tell of the import, before its quality is judged."""
    questions = read.questions if read.asked else as_taken(read.questions, canonical.pipelines)
    unasked = [] if read.asked else [_not_asked(question) for question in questions]
    of_files = [*read.reading.notes, *(f"{raw.file}: {note}" for raw in read.reading.tables for note in raw.notes)]
    of_files = [*vanished(made.dated.profiles, read.known), *of_files]
    mappings = [with_pipelines(entry, canonical.pipelines) for entry in made.mappings]
    unused = [
        *read.reading.unused,
        *((entry.file, entry.reason) for entry in mappings if entry.table == UNUSED),
        *canonical.unused,
        *made.unusable,
        *succession.unused,
    ]
    mappings = [*mappings, *(entry for files in made.dated.older.values() for _, entry in files)]
    rejected = {raw.file: raw.rejected for raw in read.reading.tables}
    notes = [*unasked, *succession.notes, *canonical.notes, *made.joined, *made.notes, *of_files]
    return ImportReport(
        tables=succession.counts,
        mappings=tuple(mappings),
        guesses=guesses_of(mappings),
        questions=questions,
        unused=tuple((str(file), str(reason)) for file, reason in unused),
        notes=tuple(dict.fromkeys(notes)),
        as_of=days.said or days.in_data,
        company=with_money(company, canonical.money),
        attributes=canonical.attributes,
        deal_columns=canonical.deal_columns,
        quality={},
        tables_written=False,
        links=canonical.links,
        pipelines=canonical.pipelines,
        problems=(
            *_problems_of_rows(rejected),
            *canonical.rejected,
            *succession.problems,
            *(problem for part in parts for problem in part.problems),
        ),
        changes=summed_changes([*(change for part in parts for change in part.changes), *canonical.changes]),
        since=(*updated, *succession.since),
    )


def _company_of(folder: Origin, last: LastImport | None) -> Company:
    """What the company says of itself; in an update that does not say it, what it said last."""
    if last is None or says_company(folder, FILE_NAMES):
        return company_of_origin(folder)
    return Company.model_validate(last.report["company"])


def _of_last(report: ImportReport, succession: Succession) -> ImportReport:
    """The report of an older export, which leaves the tables, and what is known of them, as they are."""
    before = succession.last.report if succession.last is not None else {}
    day = before.get("as_of")
    return replace(
        report,
        as_of=None if day is None else date.fromisoformat(day),
        company=Company.model_validate(before.get("company", {})),
        attributes=attributes_of(before, "attributes"),
        deal_columns=attributes_of(before, "deal_columns"),
    )


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
            profile.typed.clear()  # every value of every column, once a distinct text: no longer needed
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
    for profile in profiles:
        let_go(con, profile)
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


def _need_rows(folder: Origin, parts: list[Converted], unused: Sequence[tuple[object, object]]) -> None:
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

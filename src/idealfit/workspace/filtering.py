"""`filter`: a profile as the filter of another tool, with what it loses, held against the accounts of a workspace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np

from idealfit.activation.filters.adapting import Setting
from idealfit.activation.filters.checking import Checked, FilterFile, check_filter, filter_file
from idealfit.activation.filters.checklist import CHECKLISTS, Checklist, checklist_file
from idealfit.activation.filters.naming import columns_in
from idealfit.activation.filters.statement import Difference, Rule, Way
from idealfit.activation.filters.translation import WHATS, Accounts, Subject, rules_of, way_of
from idealfit.activation.filters.wanted import Reader
from idealfit.activation.filters.ways import NAMES, TOOLS, Kind
from idealfit.errors import FormUnknown, Position, UsageError
from idealfit.patterns.drafting import spoken_for
from idealfit.profile.content import Profile
from idealfit.profile.document import load_profile
from idealfit.profile.predicate import Predicate, attributes
from idealfit.records.imported import company_of, load_attributes, load_report
from idealfit.records.mapping import FileMapping
from idealfit.records.mapping_file import load_mapping
from idealfit.scores.currency import with_currency
from idealfit.scores.score import score_tables
from idealfit.scores.states import column_types, criterion_states
from idealfit.store.engine import quote
from idealfit.store.place import Place, open_place, write_bytes
from idealfit.workspace.asking import tables_of

__all__ = ["Checked", "Difference", "Filtered", "Way", "make_filter", "named_fields"]

CRMS: Final = ("hubspot", "salesforce")
_SCORES, _ASKED, _LIVE = "idealfit filter scores", "idealfit filter asked", "idealfit filter accounts"


@dataclass(frozen=True)
class Filtered:
    """A profile as a tool's filter. `what` it stands for: tier-ab, tier-a or matching; `ways`: what the tool takes,
    each with its text, what it loses criterion by criterion, and the difference among `accounts` (None without any).
    `rules`: HubSpot's score rules of the points card. `notes`: what was assumed. `written`: the files.
    """

    profile: str
    tool: str
    what: str
    as_of: date
    accounts: int | None
    ways: tuple[Way, ...]
    rules: tuple[Rule, ...]
    titles: tuple[str, ...]
    notes: tuple[str, ...]
    written: tuple[Path, ...] = ()
    checked: Checked | None = None


def make_filter(
    profile: Path,
    tool: str,
    workspace: Path | None = None,
    *,
    what: str = "tier-ab",
    to: Sequence[Path] = (),
    fields: Mapping[str, str] | None = None,
    rolling: bool = False,
    ids: bool = False,
    as_of: date | None = None,
    check: Path | None = None,
) -> Filtered:
    """`profile` as a filter of `tool` (hubspot, salesforce, apollo, zoominfo, linkedin) for its accounts of tier A or
    B, of A, or for those of which everything holds (`what`); given a `workspace`, combinations are chosen by its
    accounts, and what was written is read back and held against them.

    `to`: a folder for all that the tool takes and a checklist, or files: one ending in .html, .pdf or .md is the
    checklist, any other the tool's file. `fields` names columns as the tool calls them; `rolling` lets days move on
    with the tool's own today; `ids` names the accounts that differ. `check`: a filter of the tool in a file, as it was
    written or edited since, is held against the accounts too. Raises UsageError, FormUnknown, ProfileFileError,
    FilterUnreadable, WriteFailed, and what opening a workspace raises.
    """
    kinds = TOOLS.get(tool)
    if kinds is None:
        raise FormUnknown(
            f"No filter is written for {tool[:40]!r}",
            where=Position(file="--for", value=tool[:40]),
            remedy=f"Name one of {', '.join(TOOLS)}.",
        )
    if what not in WHATS:
        raise FormUnknown(
            f"A filter does not stand for {what[:40]!r}",
            where=Position(file="--what", value=what[:40]),
            remedy=f"Name one of {', '.join(WHATS)}.",
        )
    document = load_profile(profile)
    place = open_place(workspace) if workspace is not None else None
    con = tables_of(place) if place is not None else None
    try:
        file = None if check is None else _file_of(check, kinds, place)
        subject, notes = _subject(document, tool, what, place, con, fields, rolling, as_of, file)
        name = f"{document.profile}: {_WHAT[what]}"
        ways = tuple(way_of(subject, kind, name, ids=ids) for kind in (kinds if file is None else (file.kind,)))
        found = None if file is None else check_filter(subject, file, ids=ids)
    finally:
        if con is not None:
            con.close()
    made = Filtered(
        profile=document.profile,
        tool=tool,
        what=what,
        as_of=subject.as_of,
        accounts=None if subject.accounts is None else len(subject.accounts.ids),
        ways=ways,
        rules=rules_of(subject) if tool == "hubspot" else (),
        titles=subject.titles,
        notes=notes,
        checked=found,
    )
    return _written(made, to) if to else made


def named_fields(texts: Sequence[str]) -> dict[str, str]:
    """'employees=NumberOfEmployees' and more of that form: column of ours → the tool's field. Raises UsageError."""
    found = {}
    for text in texts:
        column, sign, name = text.partition("=")
        if not sign or not column.strip() or not name.strip():
            raise UsageError(
                "A field is named as COLUMN=NAME",
                where=Position(file="--field", value=text[:60]),
                remedy="Write --field employees=NumberOfEmployees.",
            )
        found[column.strip()] = name.strip()
    return found


def _file_of(path: Path, kinds: Sequence[Kind], place: Place | None) -> FilterFile:
    if place is None:
        raise UsageError(
            "A filter is checked against the accounts of a workspace",
            where=Position(file="--check", value=str(path)),
            remedy="Name the workspace after the profile.",
        )
    return filter_file(path, kinds)


def _lower(names: Iterable[str]) -> set[str]:
    return {name.lower() for name in names}


_WHAT = {"tier-ab": "tier A or B", "tier-a": "tier A", "matching": "all criteria"}


def _subject(
    document: Profile,
    tool: str,
    what: str,
    place: Place | None,
    con: duckdb.DuckDBPyConnection | None,
    fields: Mapping[str, str] | None,
    rolling: bool,
    as_of: date | None,
    file: FilterFile | None,
) -> tuple[Subject, tuple[str, ...]]:
    day = as_of or document.as_of
    files: tuple[FileMapping, ...] = ()
    columns = None
    if place is not None and con is not None:
        last = (load_report(place) or {}).get("as_of")
        day = day or (date.fromisoformat(last) if last else None)
        files = _mappings(place)
        columns = column_types(con, "accounts")
        document = with_currency(
            spoken_for(con, document), company_of(place), day or date.today(), load_attributes(place)
        )
    day = day or date.today()
    types = {name: info.type for name, info in document.dictionary.items()}
    reader = Reader(day, document.coverage, columns, types)
    predicates = [one.predicate for _, one in document.criteria] + [one.predicate for one in document.exclusions]
    read = dict.fromkeys(reader.find(name) or name for one in predicates for name in attributes(one))
    if file is not None and columns is not None:
        every = columns_in(NAMES[tool], [*read, *columns], files, fields) if tool in CRMS else {}
        read |= {
            name: None
            for name in columns
            if (every[name].name if name in every else name.lower()) in file.fields and name.lower() not in _lower(read)
        }
    money = frozenset({"revenue", *(name.lower() for name in document.coverage.amounts)})
    named = columns_in(NAMES[tool], read, files, fields) if tool in CRMS else {}
    setting = Setting(
        columns=named,
        kinds={name: reader.kind(name) or "text" for name in read},
        currency=document.coverage.currency,
        rates=document.coverage.rates,
        money=money,
        rolling=rolling,
    )
    titles = () if tool in CRMS else tuple(one.title for one in document.personas if one.title)
    accounts = None if con is None else _accounts(con, document, reader, read, place)
    subject = Subject(document, what, reader, setting, accounts, titles)  # type: ignore[arg-type]  # checked before
    return subject, _notes(tool, setting, rolling, day)


def _notes(tool: str, setting: Setting, rolling: bool, day: date) -> tuple[str, ...]:
    """What was taken for granted."""
    notes = []
    own = [f"{column} is {one.name}" for column, one in setting.columns.items() if one.own]
    standard = [f"{column} is {one.name}" for column, one in setting.columns.items() if not one.own and not one.assumed]
    assumed = [f"{column} is {one.name}" for column, one in setting.columns.items() if one.assumed]
    if own:
        notes.append(f"Fields named by your own files: {', '.join(own)}")
    if standard:
        notes.append(f"Standard fields of {NAMES[tool]}: {', '.join(standard)}")
    if assumed:
        notes.append(
            f"Fields of yours whose names nobody says, so they are assumed: {', '.join(assumed)}. "
            "Name them with --field COLUMN=NAME"
        )
    if tool == "hubspot" and any(setting.kinds.get(one) == "text" for one in setting.columns):
        notes.append("Fields of your own are taken for single-line texts; a dropdown takes the names of its options")
    if not rolling and any(what in {"date", "timestamp"} for what in setting.kinds.values()):
        notes.append(f"Days are fixed as of {day}: make the filter anew, or let them move on with --rolling")
    notes.append("Texts are compared without case and outer blanks, as the profile does")
    return tuple(notes)


def _mappings(place: Place) -> tuple[FileMapping, ...]:
    folder = place.root / "mappings"
    paths = sorted(folder.glob("*.yaml")) if folder.is_dir() else []
    return tuple(file for path in paths for file in load_mapping(path).files)


def _accounts(
    con: duckdb.DuckDBPyConnection, document: Profile, reader: Reader, read: Mapping[str, Any], place: Place | None
) -> Accounts:
    """Every account that is not merged into another, in the order of the ids."""
    attributes_of = load_attributes(place) if place is not None else None
    company = company_of(place) if place is not None else None
    score_tables(con, document, as_of=reader.as_of, attributes=attributes_of, company=company, into=_SCORES)
    con.execute(f"CREATE OR REPLACE TEMP VIEW {quote(_LIVE)} AS SELECT * FROM accounts WHERE duplicate_of IS NULL")
    asked = {one.id: one.predicate for _, one in document.criteria}
    asked |= {one.id: one.predicate for one in document.exclusions}
    states = _answers(con, document, reader, asked)
    order = f"SELECT account_id FROM {quote(_LIVE)} ORDER BY account_id"
    ids = [str(row[0]) for row in con.execute(order).fetchall()]
    tiers = dict(con.execute(f"SELECT account_id, tier FROM {quote(_SCORES)}").fetchall())
    columns = {}
    for name in read:
        if reader.columns is not None and name in reader.columns:
            rows = con.execute(f"SELECT {quote(name)} FROM {quote(_LIVE)} ORDER BY account_id").fetchall()
            columns[name] = [row[0] for row in rows]

    def ask(predicate: Predicate) -> Sequence[bool | None]:
        return _answers(con, document, reader, {"p": predicate})["p"]

    return Accounts(
        ids=ids,
        true={name: np.array([one is True for one in found], dtype=np.bool_) for name, found in states.items()},
        unknown={name: np.array([one is None for one in found], dtype=np.bool_) for name, found in states.items()},
        tiers=[tiers.get(one, "unknown") for one in ids],
        columns=columns,
        ask=ask,
    )


def _answers(
    con: duckdb.DuckDBPyConnection, document: Profile, reader: Reader, asked: Mapping[str, Predicate]
) -> dict[str, list[bool | None]]:
    """What each predicate says of every account, in the order of the ids."""
    names = {f"p{at}": one for at, one in enumerate(asked.values())}
    criterion_states(con, names, rows=_LIVE, as_of=reader.as_of, coverage=document.coverage, into=_ASKED)
    chosen = ", ".join(map(quote, names)) or "NULL"
    rows = con.execute(f"SELECT {chosen} FROM {quote(_ASKED)} ORDER BY account_id").fetchall()
    return {name: [row[at] for row in rows] for at, name in enumerate(asked)}


def _written(made: Filtered, to: Sequence[Path]) -> Filtered:
    """The files: a folder takes all, a file what its ending says."""
    sheet = Checklist.of(made.profile, made.tool, made.what, made.as_of, made.ways, made.rules, made.titles, made.notes)
    written: list[Path] = []
    for path in to:
        if path.suffix == "" or path.is_dir():
            files = {f"{made.tool}-{way.file}": way.text.encode("utf-8") for way in made.ways}
            files |= {f"{made.tool}-checklist{form}": checklist_file(sheet, form) for form in (".html", ".pdf")}
            written += [_file(path / name, data) for name, data in files.items()]
        elif path.suffix.lower() in CHECKLISTS:
            written.append(_file(path, checklist_file(sheet, path.suffix.lower())))
        else:
            written.append(_file(path, _way_for(made.ways, path).text.encode("utf-8")))
    return Filtered(**{**vars(made), "written": tuple(written)})


def _file(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_bytes(path, data)
    return path


def _way_for(ways: Sequence[Way], path: Path) -> Way:
    """The one whose own file ends like `path`; the only one there is, whatever the ending."""
    for way in ways:
        if way.file.rpartition(".")[2] == path.suffix.lower().removeprefix("."):
            return way
    endings = ", ".join(f".{way.file.rpartition('.')[2]}" for way in ways)
    raise UsageError(
        f"Nothing that the tool takes is written as '{path.suffix}'",
        where=Position(str(path)),
        remedy=f"Name a folder, or a file that ends in {endings}, or in .html, .pdf or .md for the checklist.",
    )

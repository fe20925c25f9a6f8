"""Older exports of a table in one folder: the newest is the table, the older ones tell how it was on their days.

Files of one table are older and newer states of it only where they hold the same ids; parts of it (one file a year)
hold different ones and stay parts.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePosixPath

import duckdb

from idealfit.accounts.moment import parse_moment
from idealfit.accounts.name import squash
from idealfit.records.mapping import FLAT, FileMapping
from idealfit.records.recognising.column_profile import FileProfile
from idealfit.store.engine import quote

PART = "part"
"""What a mapping's `exported` says of a file that is a part of its table and no state of it."""

_SAME, _OTHER = 0.5, 0.1
_IN_NAME = (
    re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)[-_. ]?(?P<m>0[1-9]|1[0-2])[-_. ]?(?P<d>0[1-9]|[12]\d|3[01])(?!\d)"),
    re.compile(r"(?<!\d)(?P<d>0[1-9]|[12]\d|3[01])[-_. ](?P<m>0[1-9]|1[0-2])[-_. ](?P<y>(?:19|20)\d\d)(?!\d)"),
    re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)[-_. ]?(?P<m>0[1-9]|1[0-2])(?!\d)"),
    re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)[-_. ]?q(?P<q>[1-4])(?!\d)", re.IGNORECASE),
    re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)(?!\d)"),
)
_NEWEST = re.compile(r"(?i)(?<![a-z])(current|latest|newest|new|today|now)(?![a-z])")
_SAYS_WHEN = re.compile(
    r"(export|snapshot|extract)(ed)?(at|on|date|time)?|dateexported|(data)?asof(date)?|reportdate",
)


@dataclass(frozen=True)
class Dated:
    """The older exports of a folder by their days, ascending; what is left is the folder as it is now.

    `newest` is the day of the newest export of each table, where its name or a column says it.
    """

    profiles: list[FileProfile]
    mappings: list[FileMapping]
    older: dict[date, list[tuple[FileProfile, FileMapping]]] = field(default_factory=dict)
    newest: dict[str, date] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def day_in_name(file: str) -> date | None:
    """The day that a file's name bears; of a month, a quarter or a year its last day, by which it was surely so."""
    stem = PurePosixPath(file.replace("#", "/")).stem
    for pattern in _IN_NAME:
        if match := pattern.search(stem):
            parts = match.groupdict()
            year, month = int(parts["y"]), int(parts.get("m") or 3 * int(parts.get("q") or 4))
            last = monthrange(year, month)[1]
            day = int(parts.get("d") or last)
            return date(year, month, day) if day <= last else None
    return None


def _stem(file: str) -> str:
    """A file's name without its day, to find the exports of one table by."""
    stem = PurePosixPath(file.replace("#", "/")).stem
    for pattern in _IN_NAME:
        if pattern.search(stem):
            stem = pattern.sub(" ", stem, count=1)
            break
    return squash(_NEWEST.sub(" ", stem.replace("_", " ")))


def _day_in_column(profile: FileProfile) -> date | None:
    """The day on which a file was exported, where one of its columns says it, the same in every row."""
    for header in profile.raw.columns:
        if _SAYS_WHEN.fullmatch(squash(header)) and len(profile.counts[header]) == 1:
            text = next(iter(profile.counts[header]))
            read = {parse_moment(text, "dmy"), parse_moment(text, "mdy")} - {None}
            if len(read) == 1 and (moment := read.pop()) is not None:
                return moment.date()
    return None


def set_older_apart(
    con: duckdb.DuckDBPyConnection, profiles: Sequence[FileProfile], mappings: Sequence[FileMapping]
) -> Dated:
    """The files of a folder, its dated older exports of accounts and deals set apart. A mapping's `exported` (a day, or
    'part') is a person's word; else the day is read from the file's name, or from a column such as 'Exported at'."""
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    days: dict[int, date | None] = {}
    for at, (profile, mapping) in enumerate(zip(profiles, mappings, strict=True)):
        if mapping.table not in ("accounts", "deals", FLAT) or mapping.exported == PART:
            continue
        said = date.fromisoformat(mapping.exported) if mapping.exported else None
        days[at] = said or day_in_name(profile.file) or _day_in_column(profile)
        groups[mapping.table, _stem(profile.file)].append(at)
    older: dict[date, list[tuple[FileProfile, FileMapping]]] = defaultdict(list)
    newest: dict[str, date] = {}
    notes: list[str] = []
    apart: set[int] = set()
    for (table, _), members in sorted(groups.items(), key=lambda item: item[1]):
        if len(members) == 1 and (day := days[members[0]]) is not None:
            newest[table] = max(day, newest.get(table, day))
        chosen = _newest(members, days)
        if chosen is None:
            continue
        states = []
        for at in members:
            day = days[at]
            if at == chosen or day is None:
                continue
            share = _shared(con, profiles[at], mappings[at], profiles[chosen], mappings[chosen])
            if share >= _SAME:
                states.append(at)
                older[day].append((profiles[at], _read_alike(profiles[at], mappings[at], mappings[chosen], day)))
            elif share > _OTHER:
                notes.append(
                    f"{profiles[at].file} shares {share:.0%} of its ids with {profiles[chosen].file}: taken for a part "
                    f"of the same table; 'exported: {day}' in the mapping makes it an older export"
                )
        if states:
            apart |= set(states)
            notes.append(
                f"{profiles[chosen].file} is the newest of {len(states) + 1} exports of {table}; the older ones "
                f"({', '.join(profiles[at].file for at in sorted(states, key=lambda at: (days[at], at)))}) tell what "
                "was true on their days"
            )
            if (day := days[chosen]) is not None:
                newest[table] = max(day, newest.get(table, day))
    left = [at for at in range(len(profiles)) if at not in apart]
    return Dated(
        [profiles[at] for at in left],
        [mappings[at] for at in left],
        dict(sorted(older.items())),
        newest,
        tuple(notes),
    )


def _newest(members: Sequence[int], days: dict[int, date | None]) -> int | None:
    """Which of the files of one table is the newest: the only one without a day, else that of the latest day. None
    where nothing tells."""
    undated = [at for at in members if days[at] is None]
    if len(members) < 2 or len(undated) > 1:
        return None
    if undated:
        return undated[0]
    latest = max(day for at in members if (day := days[at]) is not None)
    last = [at for at in members if days[at] == latest]
    return last[0] if len(last) == 1 else None


def _key_of(mapping: FileMapping) -> str | None:
    """The header that tells the rows of accounts or deals apart."""
    wanted = ("account_id", "name", "domain") if mapping.table == "accounts" else ("deal_id",)
    return next((header for to in wanted if (header := mapping.target(to)) is not None), None)


def _shared(
    con: duckdb.DuckDBPyConnection, one: FileProfile, by_one: FileMapping, other: FileProfile, by_other: FileMapping
) -> float:
    """The share of the smaller file's ids that the other one has as well; 0 where they have no key in common."""
    first, second = _key_of(by_one), _key_of(by_other)
    if first is None or second is None or by_one.columns[first].to != by_other.columns[second].to:
        return 0.0
    sides = [
        f"SELECT DISTINCT lower(trim({quote(header)})) AS k FROM {quote(profile.raw.relation)} "
        f"WHERE {quote(header)} IS NOT NULL"
        for header, profile in ((first, one), (second, other))
    ]
    common, few = con.execute(
        f"SELECT (SELECT count(*) FROM ({sides[0]} INTERSECT {sides[1]})), "
        f"least((SELECT count(*) FROM ({sides[0]})), (SELECT count(*) FROM ({sides[1]})))"
    ).fetchall()[0]
    return common / few if few else 0.0


def _read_alike(profile: FileProfile, mapping: FileMapping, newest: FileMapping, day: date) -> FileMapping:
    """The mapping of an older export: its columns are read as those of the newest one are."""
    columns = {header: newest.columns.get(header, column) for header, column in mapping.columns.items()}
    return mapping.model_copy(
        update={
            "file": profile.file,
            "columns": columns,
            "outcomes": {**mapping.outcomes, **newest.outcomes},
            "exported": day.isoformat(),
        }
    )

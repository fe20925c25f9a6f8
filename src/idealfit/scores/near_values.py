"""Words that a profile asks for and no record has, where another is near: 'Sofware', 'fundinground', 'Otka'."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import duckdb

from idealfit.accounts.folding import fold
from idealfit.profile.parsing import suggest
from idealfit.profile.predicate import (
    Attribute,
    Comparison,
    CountOf,
    Happened,
    Includes,
    OneOf,
    Predicate,
    Text,
    Upcoming,
    Uses,
    walk,
)
from idealfit.records.tables import ColumnType
from idealfit.scores import sql
from idealfit.store.engine import quote

MOST = 2_000
"""So many different values of a column, the most frequent, are looked through for a near one."""
FIRST = 100_000
"""In so many rows every word is looked for first: what is there need not be looked for in the rest."""
_EVENTS, _TOOLS = "events", "tools"


@dataclass(frozen=True)
class NearValue:
    """A word of the statement `id` that no record has, where (a column, 'events' or 'tools'), and the nearest one."""

    id: str
    where: str
    word: str
    near: str


def near_values(
    con: duckdb.DuckDBPyConnection, predicates: Mapping[str, Predicate], columns: Mapping[str, ColumnType]
) -> tuple[NearValue, ...]:
    """The words of `predicates` (by id) that no account or event has, where another word is near.

    `columns` are those of the table `accounts` with their types; `events` and `activities` are read where they exist.
    """
    folded = {name.lower(): name for name in columns}
    asked: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for name, predicate in predicates.items():
        for where, word in _words(predicate):
            asked[where][word].append(name)
    found: list[NearValue] = []
    for where, words in asked.items():
        source = _source(con, where, folded, columns)
        if source is None:
            continue
        begin = _there(con, f"FROM ({source}) LIMIT {FIRST}")
        if {fold(word) for word in words} <= {fold(value) for value in begin}:
            continue
        there = _there(con, source)
        held = {fold(value) for value in there}
        missing = {word for word in words if fold(word) not in held}
        if len(there) == MOST:
            missing = {word for word in missing if not _holds(con, source, word)}
        for word in missing:
            near = suggest(word, there)
            if near is not None:
                found += [NearValue(name, where, word, near) for name in dict.fromkeys(words[word])]
    order = {name: number for number, name in enumerate(predicates)}
    return tuple(sorted(found, key=lambda one: (order[one.id], one.where, one.word)))


def _words(predicate: Predicate) -> Iterable[tuple[str, str]]:
    """Where each word of a predicate is looked up ('column industry', 'events', 'tools'), and the word."""
    for part in walk(predicate):
        match part:
            case Comparison("=" | "<>", Attribute(name), Text(word)) | Comparison(
                "=" | "<>", Text(word), Attribute(name)
            ):
                yield f"column {name.lower()}", word
            case OneOf(Attribute(name), choices):
                yield from ((f"column {name.lower()}", one.value) for one in choices if isinstance(one, Text))
            case Includes(name, words):
                yield from ((f"column {name.lower()}", word) for word in words)
            case Uses(words):
                yield from ((_TOOLS, word) for word in words)
            case Happened(event) | CountOf(event) | Upcoming(event):
                yield _EVENTS, event


def _source(
    con: duckdb.DuckDBPyConnection, where: str, folded: Mapping[str, str], columns: Mapping[str, ColumnType]
) -> str | None:
    """A query of every value there is, as its column `value`; None where there is nothing to look up in."""
    if where == _EVENTS:
        there = {row[0] for row in con.execute("SELECT DISTINCT table_name FROM duckdb_columns()").fetchall()}
        parts = [
            f"SELECT {kind} AS value FROM {table}"
            for table, kind in (("events", "event_type"), ("activities", "activity_type"))
            if table in there
        ]
        return " UNION ALL ".join(parts) or None
    name = folded.get("tech" if where == _TOOLS else where.removeprefix("column "))
    if name is None or columns[name] not in {"text", "list"}:
        return None
    value = f"unnest({quote(name)})" if columns[name] == "list" else quote(name)
    return f"SELECT {value} AS value FROM accounts"


def _there(con: duckdb.DuckDBPyConnection, source: str) -> list[str]:
    frequent = f"GROUP BY value ORDER BY count(*) DESC, value LIMIT {MOST}"
    rows = con.execute(f"SELECT value FROM ({source}) WHERE trim(value) <> '' {frequent}").fetchall()
    return [str(row[0]) for row in rows]


def _holds(con: duckdb.DuckDBPyConnection, source: str, word: str) -> bool:
    plain = sql.text_of(sql.plain(sql.column("value")))
    return bool(con.execute(f"SELECT count(*) FROM ({source}) WHERE {plain} = ?", [fold(word)]).fetchall()[0][0])


def told(one: NearValue) -> str:
    """'no account has the industry 'Sofware'; did you mean 'Software'?'."""
    missing = {_EVENTS: f"no event is of the type '{one.word}'", _TOOLS: f"no account uses '{one.word}'"}
    column = one.where.removeprefix("column ").replace("_", " ")
    said = missing.get(one.where, f"no account has the {column} '{one.word}'")
    return f"{said}; did you mean '{one.near}'?"

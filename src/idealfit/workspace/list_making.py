"""The list of scored accounts made ready for many questions at once: a small SQLite file beside the workspace's tables.

It is derived and disposable: named after what it was made from, written aside and renamed, never read as a source.
`rows` holds each account's values as JSON in the order of the ranking, `search` the texts that are searched, a line
each, and where each begins, `columns` each column as an array: numbers as doubles, texts as the rank of their value, so
that filtering, counting and sorting are steps over arrays.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import duckdb
import numpy as np

from idealfit.errors import EvidenceMissing, Position
from idealfit.evidence.economics import commonest_currency
from idealfit.records.attribute import AttributeInfo
from idealfit.records.corrected import load_corrected
from idealfit.records.imported import load_attributes, load_report
from idealfit.store.derived import derived, derived_path
from idealfit.store.engine import connect, literal, quote
from idealfit.store.ledger import open_ledger
from idealfit.store.place import Place
from idealfit.workspace.last_scoring import counted_until

FORMAT: Final = 3
KIND: Final = "accounts"
MOST_LABELS: Final = 5_000
"""A text column with more different values is sorted and searched, not chosen from."""
_BATCH: Final = 10_000

Kind: TypeAlias = Literal["number", "share", "score", "money", "date", "boolean", "text", "list"]

_SCORES: Final[tuple[tuple[str, str, Kind], ...]] = (
    ("tier", "tier", "text"),
    ("tier_low", "tier at worst", "text"),
    ("tier_high", "tier at best", "text"),
    ("fit", "fit", "score"),
    ("timing", "timing", "score"),
    ("timing_band", "when", "text"),
    ("priority", "priority", "text"),
    ("score", "score", "score"),
    ("low", "score at worst", "score"),
    ("high", "score at best", "score"),
    ("completeness", "how much is known", "share"),
    ("p_win", "chance of winning", "share"),
    ("expected_value", "expected value", "money"),
    ("rank", "rank", "number"),
)
_MADE: Final[tuple[tuple[str, str, Kind], ...]] = (
    ("why", "why", "text"),
    ("find_out", "find out first", "text"),
)
_LEFT_OUT: Final = {"account_id", "duplicate_of", "test_record"}
_WHY: Final = """
    CASE WHEN len(list_filter(s.reasons, r -> r.layer = 'exclusion' AND r.state = 'true')) > 0
    THEN array_to_string(list_transform(
        list_filter(s.reasons, r -> r.layer = 'exclusion' AND r.state = 'true')[1:2], r -> r.text), '; ')
    ELSE concat_ws('; ',
        nullif(array_to_string(list_transform(list_reverse_sort(list_transform(
            list_filter(s.reasons, r -> r.state = 'true' AND r.points > 0),
            r -> {'telling': r.points * telling[concat_ws(' ', s.tier, 'true', r.id)], 'text': r.text}
        ))[1:CASE WHEN s.tier = 'C' THEN 1 ELSE 2 END], r -> r.text), '; '), ''),
        nullif(array_to_string(list_transform(list_reverse_sort(list_transform(
            list_filter(s.reasons, r -> r.state = 'false' AND r.layer <> 'exclusion'),
            r -> {'telling': telling[concat_ws(' ', s.tier, 'false', r.id)], 'text': 'but ' || r.text}
        ))[1:1], r -> r.text), '; '), ''))
    END"""
"""What sets an account apart: what excludes it, else its strongest reasons and the one that is missed most."""
_TELLING: Final = """
    CREATE TEMP TABLE telling AS
    WITH each AS (
        SELECT s.tier, r.id, r.state, max(r.points) AS most, count(*) AS many
        FROM (SELECT tier, unnest(reasons) AS r FROM found_scores WHERE duplicate_of IS NULL) s
        WHERE r.state IN ('true', 'false') AND r.layer <> 'exclusion' GROUP BY ALL
    ), of_tier AS (SELECT tier, count(*) AS many FROM found_scores WHERE duplicate_of IS NULL GROUP BY tier)
    SELECT map_from_entries(list((concat_ws(' ', tier, state, id),
        CASE state WHEN 'true' THEN 1 ELSE weight END * (1 + ln(of_tier.many / each.many))))) AS telling
    FROM each JOIN of_tier USING (tier) JOIN (SELECT id, max(most) AS weight FROM each GROUP BY id) USING (id)"""
"""A reason tells the more, the more points it brings, or costs, and the fewer of the same tier it holds for: what is
true of every A account sets none of them apart."""
_FIND_OUT: Final = (
    "regexp_replace(list_filter(s.reasons, r -> r.state = 'unknown')[1].text, '^(unknown|check before you call): ', '')"
    " || '?'"
)
_ORDER: Final = "list_position(['A', 'B', 'unknown', 'C', 'excluded'], s.tier)"


@dataclass(frozen=True)
class ListColumn:
    """A column that the list can show: its name in an address, the words for it, what it holds."""

    name: str
    label: str
    kind: Kind


def list_stamp(place: Place) -> str:
    """What the list is made from, in a few letters: another one when scores or records have changed.

    Raises EvidenceMissing before the first scores.
    """
    scores = place.root / "scores.parquet"
    try:
        found = scores.stat()
    except FileNotFoundError:
        raise EvidenceMissing(
            "The workspace holds no scores yet",
            where=Position(scores.name),
            remedy="Run 'idealfit build FOLDER' first; this page then shows the accounts.",
        ) from None
    parts = [FORMAT, found.st_mtime_ns, found.st_size, open_ledger(place).current_snapshots().get("accounts")]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def make_list(place: Place, tell: Callable[[float], None] = lambda _share: None) -> Path:
    """The list's file, made if it is not there. `tell` is told shares from 0 to 1.
    Raises what reading the scores raises.
    """

    def made(path: Path) -> None:
        with closing(connect(place.root)) as con:
            load_corrected(con, place, until=counted_until(place))
            columns = _gather(con, place)
            company = (load_report(place) or {}).get("company") or {}
            _write(con, columns, str(company.get("currency") or commonest_currency(con)), path, tell)

    return derived(place, KIND, list_stamp(place), made)


def is_made(place: Place) -> bool:
    """Whether the list's file is there."""
    return derived_path(place, KIND, list_stamp(place)).is_file()


def _gather(con: duckdb.DuckDBPyConnection, place: Place) -> list[ListColumn]:
    """The temporary table `listed`, one row an account that is not merged into another, `n` its place; its columns."""
    path = str(place.root / "scores.parquet")
    con.execute("CREATE TEMP VIEW found_scores AS SELECT * FROM read_parquet(" + literal(path) + ")")
    have = {str(row[0]) for row in con.execute("DESCRIBE found_scores").fetchall()}
    scores = [ListColumn(*one) for one in _SCORES if one[0] in have]
    attributes = load_attributes(place)
    own = _own_columns(con, attributes, {one.name for one in scores} | {one[0] for one in _MADE})
    shown = [f"s.{quote(one.name)}" for one in scores]
    shown += [f"{_WHY} AS why", f"{_FIND_OUT} AS find_out", 'a.account_id AS "id"']
    shown += [f"{_value(column)} AS {quote(one.name)}" for one, column in own]
    order = "s.rank NULLS LAST, " if "rank" in have else ""
    con.execute(_TELLING)
    con.execute(
        f"CREATE TEMP TABLE listed AS SELECT row_number() OVER (ORDER BY {order}{_ORDER}, s.fit DESC NULLS LAST, "
        f's.timing DESC NULLS LAST, s.account_id) - 1 AS "n of all", {", ".join(shown)} '
        "FROM found_scores s JOIN accounts a ON a.account_id = s.account_id CROSS JOIN telling "
        "WHERE s.duplicate_of IS NULL"
    )
    made = [ListColumn(*one) for one in _MADE]
    return _filled(con, [*scores, *made, ListColumn("id", "id", "text"), *(one for one, _column in own)])


def _filled(con: duckdb.DuckDBPyConnection, columns: list[ListColumn]) -> list[ListColumn]:
    """Those columns of which at least one account has a value."""
    counts = ", ".join(f"count({quote(one.name)})" for one in columns)
    found = con.execute(f"SELECT {counts} FROM listed").fetchall()[0]
    return [one for one, count in zip(columns, found, strict=True) if count]


def _own_columns(
    con: duckdb.DuckDBPyConnection, attributes: dict[str, AttributeInfo], taken: set[str]
) -> list[tuple[ListColumn, tuple[str, str]]]:
    """The columns of `accounts` that are shown, each with its name and type there."""
    found = []
    for row in con.execute("DESCRIBE accounts").fetchall():
        name, kind = str(row[0]), str(row[1])
        if name in _LEFT_OUT or name.endswith(" (as in file)"):
            continue
        info = attributes.get(name)
        label = info.label if info is not None and info.label else name.replace("_", " ")
        key = name if name.casefold() not in {*taken, "id"} else f"own {name}"
        found.append((ListColumn(key, label, _kind(kind)), (name, kind)))
    return found


def _kind(duckdb_type: str) -> Kind:
    if duckdb_type.endswith("[]"):
        return "list"
    if duckdb_type == "VARCHAR":
        return "text"
    if duckdb_type == "BOOLEAN":
        return "boolean"
    return "date" if duckdb_type.startswith(("DATE", "TIMESTAMP")) else "number"


def _value(column: tuple[str, str]) -> str:
    name, kind = column
    return f"CAST(a.{quote(name)} AS DATE)" if kind.startswith("TIMESTAMP") else f"a.{quote(name)}"


def _write(
    con: duckdb.DuckDBPyConnection,
    columns: list[ListColumn],
    currency: str,
    target: Path,
    tell: Callable[[float], None],
) -> None:
    with closing(sqlite3.connect(target)) as index:
        index.execute("PRAGMA journal_mode = OFF")
        index.execute("PRAGMA synchronous = OFF")
        index.execute("CREATE TABLE rows (n INTEGER PRIMARY KEY, row TEXT)")
        index.execute("CREATE TABLE search (texts BLOB, starts BLOB)")
        index.execute("CREATE TABLE money (currency TEXT)")
        index.execute("INSERT INTO money VALUES (?)", (currency,))
        index.execute("CREATE TABLE columns (place INTEGER, name TEXT, label TEXT, kind TEXT, data BLOB, labels TEXT)")
        values = ", ".join(quote(one.name) for one in columns)
        names = {one.name for one in columns}
        searched = ", ".join(quote(name) for name in ("name", "domain", "id") if name in names) or "''"
        query = (
            f'SELECT "n of all", CAST(json_array({values}) AS VARCHAR), '
            f"replace(strip_accents(lower(concat_ws(' ', {searched}))), chr(10), ' ') FROM listed ORDER BY 1"
        )
        total, texts, starts, at = con.execute("SELECT count(*) FROM listed").fetchall()[0][0], [], [], 0
        for batch in _batches(con.execute(query)):
            index.executemany("INSERT INTO rows VALUES (?, ?)", [(n, row) for n, row, _text_ in batch])
            for _n, _row, text in batch:
                texts.append(text.encode("utf-8"))
                starts.append(at)
                at += len(texts[-1]) + 1
            tell(0.3 + 0.5 * len(starts) / total)
        held = (b"\n".join(texts), np.asarray(starts, dtype="<i8").tobytes())
        index.execute("INSERT INTO search VALUES (?, ?)", held)
        for place, column in enumerate(columns):
            tell(0.8 + 0.2 * place / len(columns))
            data, labels = _array(con, column)
            kept = None if labels is None else json.dumps(labels, ensure_ascii=False)
            index.execute(
                "INSERT INTO columns VALUES (?, ?, ?, ?, ?, ?)",
                (place, column.name, column.label, column.kind, data, kept),
            )
        index.commit()


def _batches(found: duckdb.DuckDBPyConnection) -> Iterator[list[Any]]:
    while batch := found.fetchmany(_BATCH):
        yield batch


def _array(con: duckdb.DuckDBPyConnection, column: ListColumn) -> tuple[bytes | None, list[str] | None]:
    """A column as an array in the order of the list: doubles (NaN where missing), or for texts the rank of the value
    (-1 where missing) with the values in their order, unless there are too many.
    """
    name = quote(column.name)
    if column.kind == "list":
        return None, None
    if column.kind != "text":
        value = f"epoch({name}) / 86400" if column.kind == "date" else name
        found = con.execute(f'SELECT CAST({value} AS DOUBLE) AS v FROM listed ORDER BY "n of all"').fetchnumpy()["v"]
        return np.ma.filled(np.ma.asarray(found, dtype=np.float64), np.nan).astype("<f8").tobytes(), None
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE ranked AS SELECT v, row_number() OVER (ORDER BY lower(v), v) - 1 AS place "
        f"FROM (SELECT DISTINCT {name} AS v FROM listed WHERE {name} IS NOT NULL)"
    )
    codes = con.execute(
        f"SELECT CAST(COALESCE(r.place, -1) AS INTEGER) AS v FROM listed l LEFT JOIN ranked r ON r.v = l.{name} "
        'ORDER BY l."n of all"'
    ).fetchnumpy()["v"]
    count = con.execute("SELECT count(*) FROM ranked").fetchall()[0][0]
    labels = None
    if count <= MOST_LABELS:
        labels = [str(row[0]) for row in con.execute("SELECT v FROM ranked ORDER BY place").fetchall()]
    return np.asarray(codes, dtype="<i4").tobytes(), labels

"""Facts of account columns: numbers, texts, yes or no, lists, as they were known at each row's moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import duckdb
import numpy as np

from idealfit.accounts.folding import fold
from idealfit.evidence.as_known import held_as, make_as_known
from idealfit.evidence.columns import number_columns, object_columns
from idealfit.evidence.fact import Fact, Floats, Kind, Objects, category_values, encode, mostly_written
from idealfit.evidence.fill import Seen, seen_of
from idealfit.records.attribute import AttributeInfo
from idealfit.store.engine import quote

AT_ONCE = 25
"""So many columns of texts are fetched together: a text of Python's own takes far more room than the column."""

_KINDS: dict[str, Kind] = {"number": "number", "boolean": "boolean", "list": "list", "text": "category"}

HOLDS = ("parent_id",)
"""Identifiers of which it says something that there is one: a company without it has no parent."""


def attribute_facts(
    con: duckdb.DuckDBPyConnection, attributes: Mapping[str, AttributeInfo], *, rows: str, seen: bool
) -> list[Fact]:
    """Account columns of level `account`, as they were at the `t` of each of `rows`; the other levels are refused by
    name. `seen`: `rows` are those of the evidence, so that it can be told who sees a column.
    """
    wanted, held, read = make_known_columns(con, attributes, rows=rows)
    who = seen_of(con, [info.name for info in (*wanted, *held)], rows) if seen else {}
    made = {fact.name: fact for fact in (*_numbers(con, wanted), *_texts(con, wanted), *_lists(con, wanted))}
    total = con.execute(f"SELECT COUNT(*) FROM {quote(rows)}").fetchall()[0][0]
    facts = [_with_origin(made[info.name], who.get(info.name, Seen()), read, total) for info in wanted]
    facts = [_filled(fact) if _only_yes(fact) else fact for fact in facts]
    return [*facts, *_holding(con, held, who, read, total)]


def make_known_columns(
    con: duckdb.DuckDBPyConnection, attributes: Mapping[str, AttributeInfo], *, rows: str
) -> tuple[list[AttributeInfo], list[AttributeInfo], dict[str, int]]:
    """Make the table `as_known`: each of `rows` with the account columns of level `account` as they were at its `t`.
    Answers these columns, those of which it only counts that there is a value, and how many rows of each were read from
    a history.
    """
    present = [name for (name, *_) in con.execute("DESCRIBE accounts").fetchall()]
    infos = [attributes[name] for name in present if name in attributes and not _end_of_range(name, attributes)]
    wanted = [info for info in infos if info.level == "account" and info.type in _KINDS]
    held = [info for info in infos if info.name in HOLDS]
    read = make_as_known(con, [(info.name, info.type) for info in (*wanted, *held)], rows=rows, into="as_known")
    return wanted, held, read


def _end_of_range(name: str, attributes: Mapping[str, AttributeInfo]) -> bool:
    """Whether a column is an end of another's ranges, made by an import: it says nothing that the other does not."""
    base = name.removesuffix("_low").removesuffix("_high")
    return base != name and base in attributes and attributes[name].source_name is None


def _with_origin(fact: Fact, seen: Seen, read: Mapping[str, int], rows: int) -> Fact:
    """The fact with who can see it, and whether it was read from a history."""
    column = fact.column or fact.name
    share = 1 - read.get(column, 0) / rows if rows else 0.0
    return replace(
        fact,
        fill_worked=seen.fill_worked,
        fill_unworked=seen.fill_unworked,
        varied_worked=seen.varied_worked,
        varied_unworked=seen.varied_unworked,
        dated=column in read,
        as_today=share,
    )


def _numbers(con: duckdb.DuckDBPyConnection, wanted: Sequence[AttributeInfo]) -> list[Fact]:
    infos = [info for info in wanted if info.type in ("number", "boolean")]
    columns = number_columns(con, "as_known", [held_as(info.name) for info in infos], "row_number")
    bands = _bands(con, [info.name for info in infos if info.type == "number"])
    return [
        Fact(info.name, _KINDS[info.type], info, values, ~np.isnan(values), bands=bands.get(info.name, ()))
        for info, values in zip(infos, columns, strict=True)
    ]


def _texts(con: duckdb.DuckDBPyConnection, wanted: Sequence[AttributeInfo]) -> list[Fact]:
    infos = [info for info in wanted if info.type == "text"]
    facts = []
    for start in range(0, len(infos), AT_ONCE):
        part = infos[start : start + AT_ONCE]
        for info, raw in zip(part, _fetched(con, [info.name for info in part]), strict=True):
            levels, codes, spelling = encode(raw.tolist())
            values = category_values(levels, codes)
            facts.append(
                Fact(info.name, "category", info, values, codes >= 0, spelling=spelling, levels=levels, codes=codes)
            )
    return facts


def _lists(con: duckdb.DuckDBPyConnection, wanted: Sequence[AttributeInfo]) -> list[Fact]:
    facts = []
    for info in (info for info in wanted if info.type == "list"):
        (raw,) = _fetched(con, [info.name])
        shared: dict[tuple[str | None, ...], frozenset[str] | None] = {}
        counts: dict[str, int] = {}
        values = np.empty(len(raw), dtype=object)
        for place, cell in enumerate(raw):
            if not cell:
                continue
            key = tuple(cell)
            if key not in shared:
                shared[key] = frozenset(text for text in (fold(str(item)) for item in key if item) if text) or None
            values[place] = shared[key]
            for item in key:
                if item:
                    counts[item] = counts.get(item, 0) + 1
        known = np.fromiter((value is not None for value in values), bool, count=len(values))
        covered = frozenset(covered_tools(con)) if info.name == "tech" else None
        facts.append(
            Fact(info.name, "list", info, values, known, spelling=mostly_written(counts.items()), covered=covered)
        )
    return facts


def _fetched(con: duckdb.DuckDBPyConnection, names: Sequence[str]) -> list[Objects]:
    listed = ", ".join(f"{quote(held_as(name))} AS c{index}" for index, name in enumerate(names))
    found = object_columns(con, f"SELECT {listed} FROM as_known ORDER BY row_number")
    return [found[f"c{index}"] for index in range(len(names))]


def _bands(con: duckdb.DuckDBPyConnection, names: Sequence[str]) -> dict[str, tuple[tuple[float, float, float], ...]]:
    """Of each number that was read from ranges ('201-500'): the middle that stands for a range, and its ends."""
    present = {name for (name, *_) in con.execute("DESCRIBE accounts").fetchall()}
    found = {}
    for name in names:
        low, high = f"{name}_low", f"{name}_high"
        if low not in present or high not in present:
            continue
        rows = con.execute(
            f"""
            SELECT {quote(name)}, MIN({quote(low)}), MAX({quote(high)}) FROM accounts
            WHERE {quote(name)} IS NOT NULL AND {quote(low)} <= {quote(name)} AND {quote(high)} >= {quote(name)}
              AND {quote(low)} < {quote(high)}
            GROUP BY {quote(name)} HAVING COUNT(DISTINCT ({quote(low)}, {quote(high)})) = 1 ORDER BY 1
            """
        ).fetchall()
        if rows:
            found[name] = tuple((float(middle), float(first), float(last)) for middle, first, last in rows)
    return found


def covered_tools(con: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """The tools (in lower case) that the column `tech` names for at least 1 % of the accounts that have a list: a list
    without one of these says that it is not used, a list without another tool says nothing of it.
    """
    found = con.execute(
        """
        WITH listed AS (SELECT tech FROM accounts WHERE LEN(tech) > 0),
        named AS (SELECT UNNEST(LIST_DISTINCT(LIST_TRANSFORM(tech, tool -> LOWER(TRIM(tool))))) AS tool FROM listed)
        SELECT tool FROM named GROUP BY tool HAVING COUNT(*) >= 0.01 * (SELECT COUNT(*) FROM listed) ORDER BY tool
        """
    ).fetchall()
    return tuple(row[0] for row in found)


def _only_yes(fact: Fact) -> bool:
    """Whether a yes/no column knows only 'yes': who fills in such a column leaves it empty for 'no'."""
    values: Floats = fact.values
    return fact.kind == "boolean" and bool(fact.known.any()) and not fact.known.all() and bool(values[fact.known].all())


def _filled(fact: Fact) -> Fact:
    """That the column holds anything, as a fact that is known of every row."""
    values = fact.known.astype(float)
    return replace(fact, kind="boolean", form="filled", values=values, known=np.ones(len(values), dtype=bool))


def _holding(
    con: duckdb.DuckDBPyConnection,
    held: Sequence[AttributeInfo],
    who: Mapping[str, Seen],
    read: Mapping[str, int],
    rows: int,
) -> list[Fact]:
    """Whether there is an identifier of the sort that a company has or has not (a parent)."""
    facts = []
    for info in held:
        (raw,) = _fetched(con, [info.name])
        values = np.fromiter((cell is not None for cell in raw), float, count=len(raw))
        own = AttributeInfo(
            info.name, _HOLDING.get(info.name, info.label), "boolean", source_name=info.source_name or info.name
        )
        fact = Fact(f"has {info.name}", "boolean", own, values, np.ones(len(raw), dtype=bool), column=info.name)
        facts.append(_with_origin(replace(fact, form="filled"), who.get(info.name, Seen()), read, rows))
    return [fact for fact in facts if fact.values.any()]


_HOLDING = {"parent_id": "has a parent company"}

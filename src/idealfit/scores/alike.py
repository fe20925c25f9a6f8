"""Accounts like one: won ones and lost ones, by what they are, never by what became of them.

The likeness is Gower's (1971): the mean over everything that is known of both of how near they are (0 to 1), a
criterion as heavy as its share of all points, industry, country, size and tools as heavy as a tenth of these each.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from idealfit.scores.scorecard import Scorecard
from idealfit.scores.table import state_column
from idealfit.store.engine import quote

SHOWN = 3
LEAST_LIKE = 0.5
"""Who is less alike than this is not like it."""
BESIDE = 0.1
"""What an attribute weighs beside all criteria together (1)."""
_SAME = ("industry", "sub_industry", "country", "business_model")
_NUMBERS = ("employees", "revenue")
_FAR = math.log(10)
"""Ten times as many is as far as can be."""


@dataclass(frozen=True)
class Alike:
    """An account like the one asked about: `likeness` 0 to 1; `criteria` that hold of both; `attributes`, column →
    (its own value, the other's) where they agree or are near; `outcome` won or lost, `on` the day, where known.
    """

    account_id: str
    name: str | None
    outcome: str
    on: str | None
    likeness: float
    criteria: tuple[str, ...]
    attributes: Mapping[str, tuple[Any, Any]]


def alike(
    con: duckdb.DuckDBPyConnection, plan: Scorecard, account_id: str, shown: int = SHOWN
) -> tuple[tuple[Alike, ...], tuple[Alike, ...]]:
    """`Likeness.of`, for one account."""
    return Likeness(con, plan).of(account_id, shown)


class Likeness:
    """Who is like whom among the accounts of a connection, gathered once: made over the tables `scores` (with `c_`
    columns), `accounts` and `deals`. What is compared is today's.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, plan: Scorecard) -> None:
        self._con, self._plan = con, plan
        self._parts, self._columns, self._tools = _gather(con, plan)

    def of(self, account_id: str, shown: int = SHOWN) -> tuple[tuple[Alike, ...], tuple[Alike, ...]]:
        """The likest accounts with a won new-business deal, and with only lost ones; both lists the likest first."""
        con, parts = self._con, self._parts
        found = con.execute("SELECT * FROM compared WHERE account_id = $id", {"id": account_id}) if parts else None
        own = found.fetchone() if found is not None else None
        if found is None or own is None:
            return (), ()
        mine = dict(zip([str(one[0]) for one in found.description or ()], own, strict=True))
        known = " + ".join(f"CASE WHEN {part} IS NULL THEN 0 ELSE {weight!r} END" for part, weight in parts)
        near = " + ".join(f"COALESCE({part}, 0) * {weight!r}" for part, weight in parts)
        rows = _nearest(con, account_id, known, near, sum(weight for _part, weight in parts), shown)
        like = [row for row in rows if row["likeness"] >= LEAST_LIKE]
        told = [_told(row, mine, self._plan, self._columns, self._tools) for row in like]
        won, lost = (tuple(one for one in told if one.outcome == outcome) for outcome in ("won", "lost"))
        return won, lost


def _gather(con: duckdb.DuckDBPyConnection, plan: Scorecard) -> tuple[list[tuple[str, float]], tuple[str, ...], bool]:
    """The tables `compared` (every account) and `closed` (what became of those that were worked to an end); the parts
    of a likeness, the columns beside the criteria, and whether tools are among them.
    """
    there = {str(row[0]) for row in con.execute("DESCRIBE accounts").fetchall()}
    same = [name for name in _SAME if name in there]
    numbers = [name for name in _NUMBERS if name in there]
    tools = "tech" in there
    parts = _criteria(plan) + [_same(name) for name in same] + [_near(name) for name in numbers]
    if tools:
        parts.append(_overlap())
    shown = [f"s.{quote(state_column(name))}" for name in plan.scored]
    shown += [f"a.{quote(name)}" for name in (*same, *numbers, *(["tech"] if tools else []))]
    columns = "".join(f", {one}" for one in shown)
    called = "a.name" if "name" in there else "NULL"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE compared AS SELECT s.account_id, {called} AS name{columns} FROM scores s "
        "JOIN accounts a USING (account_id) WHERE s.duplicate_of IS NULL"
    )
    con.execute("""
        CREATE OR REPLACE TEMP TABLE closed AS
        SELECT COALESCE(a.duplicate_of, d.account_id) AS account_id,
               CASE WHEN bool_or(d.outcome = 'won') THEN 'won' ELSE 'lost' END AS outcome,
               max(CASE WHEN d.outcome = 'won' THEN d.closed_at END) AS won_at, max(d.closed_at) AS closed_at
        FROM deals d JOIN accounts a USING (account_id)
        WHERE d.outcome IN ('won', 'lost') AND COALESCE(d.deal_type, 'new_business') = 'new_business'
        GROUP BY ALL
    """)
    return parts, (*same, *numbers), tools


def _nearest(
    con: duckdb.DuckDBPyConnection, account_id: str, known: str, near: str, whole: float, shown: int
) -> list[dict[str, Any]]:
    """The rows of `compared` that are likest, of won accounts and of lost ones: `known` and `near` are what is known of
    both accounts and how much of that is alike, `whole` what could be known.
    """
    rows = con.execute(
        f"""
        WITH compare AS (
            SELECT o.*, c.outcome, CAST(COALESCE(c.won_at, c.closed_at) AS DATE) AS closed_on, {known} AS known,
                   {near} AS near
            FROM compared o JOIN closed c USING (account_id),
                 (SELECT * FROM compared WHERE account_id = $id) AS t
            WHERE o.account_id <> $id
        )
        SELECT *, near / known AS likeness FROM compare WHERE known > 0.5 * {whole!r}
        QUALIFY row_number() OVER (PARTITION BY outcome ORDER BY near / known DESC, known DESC, account_id) <= $shown
        ORDER BY likeness DESC, known DESC, account_id
        """,
        {"id": account_id, "shown": shown},
    )
    names = [str(column[0]) for column in rows.description or ()]
    return [dict(zip(names, row, strict=True)) for row in rows.fetchall()]


def _criteria(plan: Scorecard) -> list[tuple[str, float]]:
    """Of each criterion and exclusion: 1 where it is the same of both, and its share of all points."""
    weight = {layer.name: layer.weight / max(1, layer.most - layer.least) for layer in plan.layers}
    sizes = {item.id: weight[item.layer] * abs(item.points) for item in plan.items}
    typical = sum(sizes.values()) / len(sizes) if sizes else 1.0
    sizes |= {one.id: typical for one in plan.barriers}
    whole = sum(sizes.values()) or 1.0
    return [
        (f"CAST(o.{quote(state_column(name))} = t.{quote(state_column(name))} AS DOUBLE)", round(size / whole, 6))
        for name, size in sizes.items()
        if size
    ]


def _same(name: str) -> tuple[str, float]:
    return f"CAST(LOWER(TRIM(o.{quote(name)})) = LOWER(TRIM(t.{quote(name)})) AS DOUBLE)", BESIDE


def _near(name: str) -> tuple[str, float]:
    own, other = f"o.{quote(name)}", f"t.{quote(name)}"
    gap = f"ABS(LN({own}) - LN({other})) / {_FAR!r}"
    return f"CASE WHEN {own} > 0 AND {other} > 0 THEN 1 - LEAST(1, {gap}) END", BESIDE


def _overlap() -> tuple[str, float]:
    """Jaccard's share of tools in common."""
    own, other = (f"list_distinct(list_transform({side}.tech, lambda x: LOWER(TRIM(x))))" for side in "ot")
    both, either = f"len(list_intersect({own}, {other}))", f"len(list_distinct(list_concat({own}, {other})))"
    return f"CASE WHEN len(o.tech) > 0 AND len(t.tech) > 0 THEN {both} / {either} END", BESIDE


def _told(
    row: Mapping[str, Any], mine: Mapping[str, Any], plan: Scorecard, columns: Sequence[str], tools: bool
) -> Alike:
    shared: dict[str, tuple[Any, Any]] = {}
    for name in columns:
        own, other = mine[name], row[name]
        if own is None or other is None:
            continue
        if name in _NUMBERS:
            if own > 0 and other > 0 and abs(math.log(own / other)) <= math.log(1.5):
                shared[name] = (own, other)
        elif str(own).strip().casefold() == str(other).strip().casefold():
            shared[name] = (own, other)
    if tools and mine["tech"] and row["tech"]:
        wanted = {str(tool).strip().casefold() for tool in mine["tech"]}
        both = sorted({str(tool).strip() for tool in row["tech"] if str(tool).strip().casefold() in wanted})
        if both:
            shared["tech"] = (both, both)
    held = tuple(name for name in plan.scored if row[state_column(name)] is True and mine[state_column(name)] is True)
    on = row["closed_on"]
    return Alike(
        row["account_id"],
        row["name"],
        row["outcome"],
        None if on is None else on.isoformat(),
        round(row["likeness"], 3),
        held,
        shared,
    )

"""Who was ever worked, against everyone on the list: where nobody was, a score is an extrapolation, and says so.

A company is like another where it is in the same band of size, the same industry and the same country, and where what
is known of the most decisive criteria differs in one of them at most.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from idealfit.profile.content import Criterion, Exclusion, Profile
from idealfit.profile.sentence import sentence
from idealfit.records.attribute import AttributeInfo
from idealfit.store.engine import quote

ENOUGH = 5
"""So few closed accounts like it are no evidence, as five are the least that support a pattern."""

BANDS = ((1, 9), (10, 49), (50, 199), (200, 999), (1_000, 4_999), (5_000, None))
MOST_LEVELS, LEAST_KNOWN, MOST_CRITERIA, MOST_CELLS = 12, 0.3, 6, 60
NOTABLE = 1.25
"""A trait that was worked less than a quarter more or less often than the rest is not worth a line."""

_DIMENSIONS = ("size", "industry", "country")
_OTHER = "others"


def add_selection(
    con: duckdb.DuckDBPyConnection,
    profile: Profile,
    *,
    states: str,
    scores: str,
    attributes: Mapping[str, AttributeInfo] | None = None,
) -> dict[str, Any]:
    """Add `worked_like_it` and `extrapolated` to the table `scores`, and answer `selection` of evidence.json.

    `states` is a table of scores with a column `c_<id>` a criterion (`score_tables(criteria=True)`); the tables
    `accounts`, `deals` and, where discovery ran, `evidence_rows` say who was worked and what came of it.
    `worked_like_it`: of the closed accounts like this one, how many there are, in whichever respect there are fewest.
    """
    _make_market(con)
    criteria = _decisive(con, profile, states)
    dimensions = _make_dimensions(con)
    _make_likeness(con, states, criteria, dimensions)
    _mark(con, scores)
    totals = _totals(con)
    traits = [*_of_dimensions(con, dimensions, totals), *_of_criteria(con, profile, states, totals, attributes)]
    return {
        **totals,
        "dimensions": dimensions,
        "traits": traits,
        "cells": _cells(con, dimensions),
        "sentence": _told(totals, traits),
    }


def _make_market(con: duckdb.DuckDBPyConnection) -> None:
    """`selection_market`: account_id, worked, closed, won: all that could buy or did, each company once."""
    there = {row[0] for row in con.execute("SELECT table_name FROM information_schema.tables").fetchall()}
    rows = "SELECT account_id, y FROM evidence_rows" if "evidence_rows" in there else "SELECT NULL, NULL WHERE FALSE"
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE selection_market AS
        WITH outcome(account_id, y) AS ({rows}),
        ended AS (
            SELECT account_id, BOOL_OR(y >= 0) AS closed, BOOL_OR(y = 1) AS won FROM outcome GROUP BY account_id
        ),
        worked AS (
            SELECT account_id FROM deals WHERE account_id IS NOT NULL
            UNION SELECT account_id FROM subscriptions WHERE account_id IS NOT NULL
            UNION SELECT account_id FROM invoices WHERE account_id IS NOT NULL
            UNION SELECT account_id FROM accounts WHERE status IN ('customer', 'former')
        )
        SELECT a.account_id, a.account_id IN (SELECT account_id FROM worked) AS worked,
               a.account_id IN (SELECT account_id FROM worked) AND COALESCE(e.closed, FALSE) AS closed,
               COALESCE(e.won, FALSE) OR COALESCE(a.status IN ('customer', 'former'), FALSE) AS won
        FROM accounts a LEFT JOIN ended e USING (account_id)
        WHERE a.duplicate_of IS NULL AND a.test_record IS NULL
          AND (COALESCE(a.status, 'prospect') IN ('prospect', 'customer', 'former')
               OR a.account_id IN (SELECT account_id FROM worked))
        """
    )


def _decisive(con: duckdb.DuckDBPyConnection, profile: Profile, states: str) -> list[str]:
    """The ids of the criteria that weigh most, of those that `states` has."""
    there = {row[0] for row in con.execute(f"DESCRIBE {quote(states)}").fetchall()}
    scored = [one for _layer, one in profile.criteria if one.seen == "list" and one.points and f"c_{one.id}" in there]
    return [one.id for one in sorted(scored, key=lambda one: (-abs(one.points), one.id))[:MOST_CRITERIA]]


def _make_dimensions(con: duckdb.DuckDBPyConnection) -> list[str]:
    """`selection_dimensions`: account_id and one text a dimension that the accounts know something of; which these
    are. Levels beyond the twelve commonest are one.
    """
    columns = {row[0]: row[1] for row in con.execute("DESCRIBE accounts").fetchall()}
    sizes = " ".join(
        f"WHEN employees >= {low} {'' if high is None else f'AND employees < {high + 1} '}"
        f"THEN '{f'{low:,} or more' if high is None else f'{low:,} to {high:,}'} employees'"
        for low, high in BANDS
    )
    said = {
        name: f"CASE {sizes} END" if name == "size" else f"NULLIF(TRIM({quote(name)}), '')"
        for name in _DIMENSIONS
        if ("employees" if name == "size" else name) in columns
    }
    cells = ", ".join(f"{text} AS {quote(name)}" for name, text in said.items())
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE selection_dimensions AS
        SELECT m.account_id, m.worked, m.closed, m.won{", " if cells else ""}{cells}
        FROM selection_market m JOIN accounts USING (account_id)
        """
    )
    kept = []
    for name in said:
        known, levels = con.execute(
            f"SELECT AVG(CAST({quote(name)} IS NOT NULL AS INTEGER)), COUNT(DISTINCT {quote(name)}) "
            "FROM selection_dimensions"
        ).fetchall()[0]
        if levels < 2 or (known or 0.0) < LEAST_KNOWN:
            continue
        kept.append(name)
        con.execute(
            f"""
            UPDATE selection_dimensions SET {quote(name)} = '{_OTHER}'
            WHERE {quote(name)} IS NOT NULL AND {quote(name)} NOT IN (
                SELECT {quote(name)} FROM selection_dimensions WHERE {quote(name)} IS NOT NULL
                GROUP BY 1 ORDER BY COUNT(*) DESC, 1 LIMIT {MOST_LEVELS}
            )
            """
        )
    return kept


def _make_likeness(con: duckdb.DuckDBPyConnection, states: str, criteria: list[str], dimensions: list[str]) -> None:
    """`selection_likeness`: account_id and `like_it`, the fewest closed accounts that are like it in any respect."""
    columns = [quote(f"c_{one}") for one in criteria]
    code = " || ".join(f"CASE WHEN {one} THEN '1' WHEN NOT {one} THEN '0' ELSE '?' END" for one in columns) or "''"
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE selection_codes AS
        SELECT account_id, {code} AS code FROM {quote(states)} WHERE duplicate_of IS NULL
        """
    )
    found = con.execute(
        """
        SELECT c.code, COUNT(*) FILTER (WHERE m.closed) FROM selection_codes c
        LEFT JOIN selection_market m USING (account_id) GROUP BY c.code ORDER BY c.code
        """
    ).fetchall()
    near = _near([row[0] for row in found], np.array([row[1] for row in found], dtype=np.int64))
    con.register("selection_near", {"code": np.array([row[0] for row in found], dtype=object), "like_code": near})
    least = ", ".join(["n.like_code", *(f"COALESCE({quote('like_' + name)}, w.all_closed)" for name in dimensions)])
    joins = " ".join(
        f"LEFT JOIN (SELECT {quote(name)}, COUNT(*) FILTER (WHERE closed) AS {quote('like_' + name)} "
        f"FROM selection_dimensions WHERE {quote(name)} IS NOT NULL GROUP BY 1) AS {quote('of_' + name)} "
        f"ON {quote('of_' + name)}.{quote(name)} = d.{quote(name)}"
        for name in dimensions
    )
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE selection_likeness AS
        SELECT c.account_id, LEAST({least}) AS like_it
        FROM selection_codes c JOIN selection_near n USING (code)
        CROSS JOIN (SELECT COUNT(*) FILTER (WHERE closed) AS all_closed FROM selection_market) w
        LEFT JOIN selection_dimensions d ON d.account_id = c.account_id {joins}
        """
    )
    con.unregister("selection_near")


def _near(codes: list[str], closed: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each combination the closed accounts of all combinations that differ from it in one known place at most."""
    if not codes or not codes[0]:
        return np.full(len(codes), closed.sum(), dtype=np.int64)
    letters = np.array([list(code) for code in codes])
    differ = np.zeros((len(codes), len(codes)), dtype=np.int64)
    for place in range(letters.shape[1]):
        one = letters[:, place]
        both = (one[:, None] != "?") & (one[None, :] != "?")
        differ += both & (one[:, None] != one[None, :])
    near: NDArray[np.int64] = (differ <= 1) @ closed
    return near


def _mark(con: duckdb.DuckDBPyConnection, scores: str) -> None:
    con.execute(
        f"""
        CREATE OR REPLACE TABLE {quote(scores)} AS
        SELECT s.*, l.like_it AS worked_like_it, l.like_it < {ENOUGH} AS extrapolated
        FROM {quote(scores)} s
        LEFT JOIN selection_likeness l ON l.account_id = COALESCE(s.duplicate_of, s.account_id)
        ORDER BY s.account_id
        """
    )


def _totals(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    accounts, worked, closed, won, extrapolated, never = con.execute(
        f"""
        SELECT COUNT(*), COUNT(*) FILTER (WHERE worked), COUNT(*) FILTER (WHERE closed), COUNT(*) FILTER (WHERE won),
               COUNT(*) FILTER (WHERE NOT worked AND like_it < {ENOUGH}),
               COUNT(*) FILTER (WHERE NOT worked AND like_it = 0)
        FROM selection_market LEFT JOIN selection_likeness USING (account_id)
        """
    ).fetchall()[0]
    return {
        "accounts": accounts,
        "worked": worked,
        "closed": closed,
        "won": won,
        "extrapolated": extrapolated,
        "without_any": never,
    }


def _of_dimensions(
    con: duckdb.DuckDBPyConnection, dimensions: list[str], totals: Mapping[str, int]
) -> list[dict[str, Any]]:
    """For each level of each dimension how many accounts, worked, closed and won, and how much more often worked."""
    found = []
    for name in dimensions:
        rows = con.execute(
            f"""
            SELECT {quote(name)}, COUNT(*), COUNT(*) FILTER (WHERE worked), COUNT(*) FILTER (WHERE closed),
                   COUNT(*) FILTER (WHERE won)
            FROM selection_dimensions WHERE {quote(name)} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1
            """
        ).fetchall()
        found += [_trait("dimension", name, str(level), counts, totals) for level, *counts in rows]
    return found


def _of_criteria(
    con: duckdb.DuckDBPyConnection,
    profile: Profile,
    states: str,
    totals: Mapping[str, int],
    attributes: Mapping[str, AttributeInfo] | None,
) -> list[dict[str, Any]]:
    """The same for the accounts that meet each criterion or exclusion that a list shows: of what is known only where
    somebody worked the account, that it was worked often says nothing.
    """
    there = {row[0] for row in con.execute(f"DESCRIBE {quote(states)}").fetchall()}
    found = []
    listed = [criterion for _layer, criterion in profile.criteria if criterion.seen == "list"]
    ones: list[Criterion | Exclusion] = [*listed, *profile.exclusions]
    for one in ones:
        if f"c_{one.id}" not in there:
            continue
        counts = con.execute(
            f"""
            SELECT COUNT(*), COUNT(*) FILTER (WHERE worked), COUNT(*) FILTER (WHERE closed), COUNT(*) FILTER (WHERE won)
            FROM {quote(states)} JOIN selection_market USING (account_id) WHERE {quote(f"c_{one.id}")}
            """
        ).fetchall()[0]
        words = one.label or sentence(one.predicate, attributes or profile.dictionary)
        found.append(_trait("criterion", one.id, words, list(counts), totals))
    return found


def _trait(kind: str, of: str, level: str, counts: list[int], totals: Mapping[str, int]) -> dict[str, Any]:
    """One line, of a level of a dimension or of a criterion. `ratio` is how much more often these were worked than the
    others, with a 95 % interval (log ratio of two rates); None where one of the two is empty.
    """
    accounts, worked, closed, won = counts
    others, worked_others = totals["accounts"] - accounts, totals["worked"] - worked
    ratio = low = high = None
    if accounts and others and worked and worked_others:
        ratio = (worked / accounts) / (worked_others / others)
        error = math.sqrt(max(1 / worked - 1 / accounts + 1 / worked_others - 1 / others, 0.0))
        low, high = (round(ratio * math.exp(sign * 1.96 * error), 4) for sign in (-1, 1))
        ratio = round(ratio, 4)
    return {
        "kind": kind,
        "of": of,
        "level": level,
        "accounts": accounts,
        "worked": worked,
        "closed": closed,
        "won": won,
        "ratio": ratio,
        "low": low,
        "high": high,
        "extrapolated": closed < ENOUGH,
    }


def _cells(con: duckdb.DuckDBPyConnection, dimensions: list[str]) -> list[dict[str, Any]]:
    """The map: size x industry x country, the cells with most accounts first."""
    if not dimensions:
        return []
    names = ", ".join(quote(name) for name in dimensions)
    known = " AND ".join(f"{quote(name)} IS NOT NULL" for name in dimensions)
    rows = con.execute(
        f"""
        SELECT {names}, COUNT(*), COUNT(*) FILTER (WHERE worked), COUNT(*) FILTER (WHERE closed),
               COUNT(*) FILTER (WHERE won)
        FROM selection_dimensions WHERE {known} GROUP BY {names} ORDER BY COUNT(*) DESC, {names} LIMIT {MOST_CELLS}
        """
    ).fetchall()
    wide = len(dimensions)
    return [
        {
            "levels": list(row[:wide]),
            **dict(zip(("accounts", "worked", "closed", "won"), row[wide:], strict=True)),
            "extrapolated": row[wide + 2] < ENOUGH,
        }
        for row in rows
    ]


def _told(totals: Mapping[str, int], traits: list[dict[str, Any]]) -> str:
    """What a person should know of it, in at most two sentences; '' where everyone was worked or nobody was."""
    accounts, worked = totals["accounts"], totals["worked"]
    never = accounts - worked
    if not worked or not never:
        return ""
    said = f"Of {accounts:,} companies on the list {worked:,} were ever worked"
    if most := _most_chosen(traits):
        often = f"{most['ratio']:.1f} times as often" if most["ratio"] > 1 else f"{most['ratio']:.2f} times as often"
        said += f"; {_whom(most)} {often} as the others"
    lonely = totals["extrapolated"]
    if not lonely:
        return said
    return f"{said}. {lonely:,} are like hardly anybody who was: their scores are a guess from others"


def _most_chosen(traits: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The trait whose accounts were most clearly worked more, or less, often than the others."""
    apart = [one for one in traits if one["ratio"] and one["level"] != _OTHER]
    apart = [one for one in apart if (one["low"] > 1 and one["ratio"] > NOTABLE) or one["high"] < 1 / NOTABLE]

    def clear(one: Mapping[str, Any]) -> tuple[float, str, str]:
        width = max(math.log(one["high"] / one["low"]), 1e-9)
        return abs(math.log(one["ratio"])) / width, one["of"], one["level"]

    return max(apart, key=clear, default=None)


def _whom(one: Mapping[str, Any]) -> str:
    if one["kind"] == "criterion":
        return f"those that meet '{one['level']}'"
    return f"those {'with' if one['of'] == 'size' else 'in'} {one['level']}"

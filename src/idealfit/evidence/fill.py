"""Who can see a column: how often it is known, and how much it varies, where somebody worked and where nobody did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from idealfit.store.engine import quote

ENOUGH_ACCOUNTS = 30
AT_ONCE = 100


@dataclass(frozen=True)
class Seen:
    """The shares of accounts with deals (`worked`) and of others for which a column is known, and the shares of those
    known values that are not the commonest one; None where there are too few accounts to tell.
    """

    fill_worked: float | None = None
    fill_unworked: float | None = None
    varied_worked: float | None = None
    varied_unworked: float | None = None


def seen_of(con: duckdb.DuckDBPyConnection, names: Sequence[str], rows: str) -> dict[str, Seen]:
    """Of each of the account columns, who can see it. `rows` are the evidence's: their accounts were worked."""
    _mark_worked(con, rows)
    types = {name: kind for (name, kind, *_) in con.execute("DESCRIBE accounts").fetchall()}
    fills = _fill_rates(con, names, types)
    spreads = _variations(con, [name for name in names if not types[name].endswith("[]")])
    return {
        name: Seen(
            fills.get(True, {}).get(name),
            fills.get(False, {}).get(name),
            spreads.get(name, {}).get(True),
            spreads.get(name, {}).get(False),
        )
        for name in names
    }


def contacts_seen(con: duckdb.DuckDBPyConnection) -> Seen:
    """The share of worked and of never-worked accounts that have any contact."""
    rows = con.execute(
        """
        SELECT worked, COUNT(*), AVG(CASE WHEN has THEN 1.0 ELSE 0.0 END) FROM (
            SELECT a.account_id IN (SELECT account_id FROM deals WHERE account_id IS NOT NULL) AS worked,
                   a.account_id IN (SELECT account_id FROM contacts WHERE account_id IS NOT NULL) AS has
            FROM accounts a WHERE a.duplicate_of IS NULL) GROUP BY worked
        """
    ).fetchall()
    shares = {row[0]: row[2] for row in rows if row[1] >= ENOUGH_ACCOUNTS}
    return Seen(shares.get(True), shares.get(False))


def _mark_worked(con: duckdb.DuckDBPyConnection, rows: str) -> None:
    """The table `worked_accounts`: account_id, worked (somebody had a deal with it, or it bought); other kinds of
    company left out."""
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE worked_accounts AS
        WITH worked AS (
            SELECT account_id FROM deals WHERE account_id IS NOT NULL
            UNION SELECT account_id FROM {quote(rows)}
            UNION SELECT account_id FROM subscriptions WHERE account_id IS NOT NULL
        ), marked AS (
            SELECT a.account_id, a.account_id IN (FROM worked) AS worked
            FROM accounts a
            WHERE a.duplicate_of IS NULL
              AND (COALESCE(a.status, 'prospect') = 'prospect' OR a.account_id IN (FROM worked))
        )
        SELECT account_id, worked FROM marked
        WHERE worked IN (SELECT worked FROM marked GROUP BY worked HAVING COUNT(*) >= $enough)
        """,
        {"enough": ENOUGH_ACCOUNTS},
    )


def _fill_rates(
    con: duckdb.DuckDBPyConnection, names: Sequence[str], types: dict[str, str]
) -> dict[bool, dict[str, float]]:
    """For worked accounts and for others, the share of known values of each column."""
    if not names:
        return {}
    filled = ", ".join(
        f"AVG(CASE WHEN {f'LEN({quote(name)}) > 0' if types[name].endswith('[]') else f'{quote(name)} IS NOT NULL'} "
        f"THEN 1.0 ELSE 0.0 END)"
        for name in names
    )
    rows = con.execute(
        f"SELECT worked, {filled} FROM accounts JOIN worked_accounts USING (account_id) GROUP BY worked"
    ).fetchall()
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in rows}


def _variations(con: duckdb.DuckDBPyConnection, names: list[str]) -> dict[str, dict[bool, float]]:
    """For each column, the share of known values that are not the commonest, among worked (True) and other accounts.

    Two passes over many columns at once: the commonest values, then how many are them.
    """
    found: dict[str, dict[bool, float]] = {name: {} for name in names}
    for start in range(0, len(names), AT_ONCE):
        part = names[start : start + AT_ONCE]
        usual = ", ".join(f"MODE({quote(name)}) AS m{index}" for index, name in enumerate(part))
        counted = ", ".join(
            f"COUNT({quote(name)}), COUNT(*) FILTER (WHERE {quote(name)} = m{index})" for index, name in enumerate(part)
        )
        rows = con.execute(
            f"""
            WITH held AS (SELECT * FROM accounts JOIN worked_accounts USING (account_id)),
            usual AS (SELECT worked AS side, {usual} FROM held GROUP BY worked)
            SELECT worked, {counted} FROM held JOIN usual ON held.worked = usual.side GROUP BY worked
            """
        ).fetchall()
        for worked, *counts in rows:
            for index, name in enumerate(part):
                known, same = counts[2 * index], counts[2 * index + 1]
                if known >= ENOUGH_ACCOUNTS:
                    found[name][worked] = 1 - same / known
    return found

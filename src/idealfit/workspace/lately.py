"""What the last week of the records brought: deals opened, won and lost, in A and B and elsewhere, and who left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import duckdb

WEEK = timedelta(days=7)
_FRESH = (
    ("deals", "created_at"),
    ("deals", "closed_at"),
    ("activities", "occurred_at"),
    ("events", "occurred_at"),
    ("subscriptions", "started_at"),
)
"""Where the newest day of a table stands."""


@dataclass(frozen=True)
class Side:
    """Deals of one side (A and B, or the rest) in a week, and the amount of those won in the home currency; None where
    no amount is known."""

    opened: int
    won: int
    lost: int
    amount: float | None


@dataclass(frozen=True)
class Week:
    """The seven days up to `until`. `left`: customers whose subscription ended; None where there is no such table."""

    since: date
    until: date
    ab: Side
    rest: Side
    left: int | None


def week(con: duckdb.DuckDBPyConnection, until: date | None, home: str) -> Week | None:
    """The seven days of the deals up to `until`, by the tiers in the table `scored` (account_id, tier) and the rates in
    `list_rates` (`home`: the currency of an amount that names none); None without deals or a last day.
    """
    if until is None or not _rows(con, "deals"):
        return None
    days = {"after": until - WEEK, "until": until}
    rows = con.execute(
        """
        WITH judged AS (
            SELECT coalesce(s.tier IN ('A', 'B'), false) AS ab, d.outcome, d.amount * r.rate AS amount,
                CAST(d.created_at AS DATE) BETWEEN $after + 1 AND $until AS opened,
                coalesce(CAST(d.closed_at AS DATE) BETWEEN $after + 1 AND $until, false) AS closed
            FROM deals d LEFT JOIN scored s USING (account_id)
            LEFT JOIN list_rates r ON r.currency = coalesce(nullif(upper(trim(d.currency)), ''), $home)
            WHERE d.deal_type IS DISTINCT FROM 'not_sales'
        )
        SELECT ab, count(*) FILTER (opened), count(*) FILTER (closed AND outcome = 'won'),
            count(*) FILTER (closed AND outcome = 'lost'), sum(amount) FILTER (closed AND outcome = 'won')
        FROM judged GROUP BY 1
        """,
        {**days, "home": home},
    ).fetchall()
    sides = {bool(row[0]): Side(*row[1:]) for row in rows}
    none = Side(0, 0, 0, None)
    left = None
    if _rows(con, "subscriptions"):
        gone = (
            "SELECT count(DISTINCT account_id) FROM subscriptions "
            "WHERE CAST(ended_at AS DATE) BETWEEN $after + 1 AND $until"
        )
        found = con.execute(gone, days).fetchone()
        left = int(found[0]) if found else 0
    return Week(days["after"], until, sides.get(True, none), sides.get(False, none), left)


def freshest(con: duckdb.DuckDBPyConnection, until: date | None) -> tuple[tuple[str, date], ...]:
    """The newest day that each table speaks of, none beyond `until`: (table, day), where it names one."""
    newest: dict[str, date] = {}
    for table, column in _FRESH:
        found = con.execute(
            f"SELECT max(day) FROM (SELECT CAST({column} AS DATE) AS day FROM {table}) "
            "WHERE $until IS NULL OR day <= $until",
            {"until": until},
        ).fetchone()
        if found and found[0] is not None:
            newest[table] = max(newest.get(table, found[0]), found[0])
    return tuple(newest.items())


def _rows(con: duckdb.DuckDBPyConnection, table: str) -> bool:
    return con.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is not None

"""Where two tables of one company tell different stories."""

from __future__ import annotations

from collections.abc import Collection

import duckdb

from idealfit.records.assembling.assembly import columns_of, count_of
from idealfit.store.engine import quote


def churn_against_flags(con: duckdb.DuckDBPyConnection, tables: Collection[str]) -> list[str]:
    """Accounts flagged as churned against churn events and ended subscriptions, where they disagree."""
    columns = columns_of(con, "all_accounts")
    flag = next((name for name, kind in columns.items() if kind == "BOOLEAN" and "churn" in name.lower()), None)
    if flag is None:
        return []
    flagged = count_of(con, "all_accounts", f"{quote(flag)} AND duplicate_of IS NULL")
    found = []
    if "events" in tables:
        events, accounts, unflagged = con.execute(
            f"SELECT count(*), count(DISTINCT e.account_id), count(DISTINCT e.account_id) FILTER (NOT a.{quote(flag)}) "
            "FROM all_events e LEFT JOIN all_accounts a USING (account_id) WHERE e.event_type = 'churn'"
        ).fetchall()[0]
        if events and (unflagged or accounts != flagged):
            found.append(
                f"churn is told twice and differently: {events:,} churn events on {accounts:,} accounts, "
                f"but '{flag}' is set on {flagged:,} accounts "
                f"({unflagged:,} accounts have a churn event and no flag)"
            )
    if "subscriptions" in tables and "ended_at" in columns_of(con, "all_subscriptions"):
        active, ended = con.execute(
            "WITH state AS (SELECT account_id, count(*) FILTER (ended_at IS NULL) AS running FROM "
            "all_subscriptions WHERE account_id IS NOT NULL GROUP BY 1) "
            f"SELECT count(*) FILTER (a.{quote(flag)} AND running > 0), count(*) FILTER (NOT "
            f"a.{quote(flag)} AND running = 0) FROM state JOIN all_accounts a USING (account_id)"
        ).fetchall()[0]
        if active:
            found.append(f"{active:,} accounts have '{flag}' set and a subscription that still runs")
        if ended:
            found.append(f"{ended:,} accounts have no '{flag}' though all their subscriptions have ended")
    return found

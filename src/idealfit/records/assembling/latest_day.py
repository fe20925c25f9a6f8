"""Up to which day the records speak: the latest past date among what happened, never a deadline or a typo."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime

import duckdb

from idealfit.records.assembling.assembly import columns_of
from idealfit.store.engine import quote

_HAPPENED = {
    "deals": (("created_at", "true"), ("closed_at", "outcome <> 'open'")),
    "activities": (("occurred_at", "true"),),
    "tickets": (("opened_at", "true"),),
    "subscriptions": (("started_at", "true"), ("ended_at", "true")),
    "invoices": (("issued_at", "true"),),
    "usage": (("period", "true"),),
    "surveys": (("answered_at", "true"),),
    "leads": (("created_at", "true"),),
    "deal_stages": (("entered_at", "true"),),
}


def latest_day(con: duckdb.DuckDBPyConnection, tables: Collection[str], today: date | None = None) -> date | None:
    """The latest date in `all_<table>` that is no outlier: at most a year after the 99th percentile of all dates, and
    not after `today` (the clock's, where not given; it only guards against dates that cannot have happened yet).
    None where no table has a date.
    """
    parts = []
    for table, columns in _HAPPENED.items():
        if table in tables:
            present = columns_of(con, f"all_{table}")
            parts += [
                f"SELECT CAST({quote(name)} AS DATE) AS day FROM {quote('all_' + table)} WHERE "
                f"{quote(name)} IS NOT NULL AND {where}"
                for name, where in columns
                if name in present
            ]
    if not parts:
        return None
    limit = today or datetime.now(UTC).date()
    found = con.execute(
        f"WITH days AS ({' UNION ALL '.join(parts)}), past AS (SELECT day FROM days WHERE day <= ?) "
        "SELECT max(day) FROM past WHERE day <= (SELECT quantile_disc(day, 0.99) FROM past) + INTERVAL 366 DAY",
        [limit],
    ).fetchall()[0][0]
    return found if found is None or isinstance(found, date) else date.fromisoformat(str(found))

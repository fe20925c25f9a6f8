"""Facts of dated events and of what buyers did: how many of a type, of a detail, in each window before a moment; and
deadlines ahead of it.

An event counts from the day it was known. Our records cover every account from the first of that type on: before it
nothing is known, and a window that begins before it is unknown where nothing is seen in it. A type is compared without
case, and one that both tables hold is one type, as in the profile's language.
"""

from __future__ import annotations

from datetime import date

import duckdb
import numpy as np

from idealfit.evidence.columns import moments_of
from idealfit.evidence.fact import WINDOWS, Fact
from idealfit.records.attribute import AttributeInfo, Layer
from idealfit.store.engine import quote

MOST_TYPES, MOST_DETAILS, MOST_DETAILS_OF_A_TYPE = 100, 60, 12
LEAST_ACCOUNTS = 5
_NAMES = (*(f"w{days}" for days in WINDOWS), "ever")


def event_facts(con: duckdb.DuckDBPyConnection, *, rows: str, as_of: date) -> list[Fact]:
    """The facts of each type of event and of inbound activity, of their details, and of deadlines, for `rows`."""
    _make_occurrences(con, as_of)
    topics = _topics(con)
    if not topics:
        return []
    moments = moments_of(con, rows)
    return [*_windows(con, rows, moments, topics), *_deadlines(con, rows, moments)]


def _make_occurrences(con: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """`occurrences`: what happened, once known; a future event of which nobody says since when it was known is left
    out.
    """
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE occurrences AS
        SELECT account_id, LOWER(TRIM(event_type)) AS kind, TRIM(event_type) AS written, 'events' AS origin,
               NULLIF(TRIM(detail), '') AS detail,
               CAST(occurred_at AS DATE) AS occurred_on, CAST(COALESCE(known_at, occurred_at) AS DATE) AS known_on
        FROM events
        WHERE account_id IS NOT NULL AND TRIM(event_type) <> '' AND occurred_at IS NOT NULL
          AND (known_at IS NOT NULL OR CAST(occurred_at AS DATE) <= $as_of)
        UNION ALL
        SELECT account_id, LOWER(TRIM(activity_type)), TRIM(activity_type), 'activities', NULLIF(TRIM(channel), ''),
               CAST(occurred_at AS DATE), CAST(occurred_at AS DATE)
        FROM activities
        WHERE account_id IS NOT NULL AND TRIM(activity_type) <> '' AND occurred_at IS NOT NULL
          AND LOWER(TRIM(direction)) = 'inbound'
        """,
        {"as_of": as_of},
    )


def _topics(con: duckdb.DuckDBPyConnection) -> list[tuple[int, str, str, date, str | None]]:
    """What may become a fact, as the table `topics` and as (number, type as written, table, first day, detail): types
    of five accounts or more, and their details of five or more where there is more than one to tell apart.
    """
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE kinds AS
        WITH spelled AS (
            SELECT kind, written, origin, COUNT(*) AS times FROM occurrences GROUP BY ALL
        ), mostly AS (
            SELECT kind, FIRST(written ORDER BY times DESC, written) AS written,
                   FIRST(origin ORDER BY times DESC, origin DESC) AS origin
            FROM spelled GROUP BY kind
        )
        SELECT kind, written, origin, first_on, accounts FROM mostly JOIN (
            SELECT kind, COUNT(DISTINCT account_id) AS accounts, MIN(known_on) AS first_on
            FROM occurrences GROUP BY kind HAVING accounts >= {LEAST_ACCOUNTS}
        ) USING (kind) ORDER BY accounts DESC, kind LIMIT {MOST_TYPES}
        """
    )
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE details AS
        WITH held AS (
            SELECT kind, LOWER(detail) AS part, COUNT(DISTINCT account_id) AS accounts,
                   MODE(detail ORDER BY detail) AS written
            FROM occurrences WHERE detail IS NOT NULL GROUP BY ALL
        ), several AS (
            SELECT kind FROM occurrences GROUP BY kind HAVING COUNT(DISTINCT COALESCE(LOWER(detail), '')) > 1
        )
        SELECT kind, part, written, accounts FROM held SEMI JOIN several USING (kind) SEMI JOIN kinds USING (kind)
        WHERE accounts >= {LEAST_ACCOUNTS}
        QUALIFY ROW_NUMBER() OVER (PARTITION BY kind ORDER BY accounts DESC, part) <= {MOST_DETAILS_OF_A_TYPE}
        ORDER BY accounts DESC, kind, part LIMIT {MOST_DETAILS}
        """
    )
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE topics AS
        SELECT ROW_NUMBER() OVER (ORDER BY part IS NOT NULL, accounts DESC, kind, part) - 1 AS number, * FROM (
            SELECT kind, NULL AS part, written, origin, first_on, NULL AS detail, accounts FROM kinds
            UNION ALL
            SELECT d.kind, d.part, k.written, k.origin, k.first_on, d.written, d.accounts
            FROM details d JOIN kinds k USING (kind)
        )
        """
    )
    return con.execute("SELECT number, written, origin, first_on, detail FROM topics ORDER BY number").fetchall()


def _windows(
    con: duckdb.DuckDBPyConnection,
    rows: str,
    moments: np.ndarray[tuple[int], np.dtype[np.datetime64]],
    topics: list[tuple[int, str, str, date, str | None]],
) -> list[Fact]:
    counted = ", ".join(f"COUNT(*) FILTER (WHERE o.occurred_on > r.t - {days}) AS w{days}" for days in WINDOWS)
    found = con.execute(
        f"""
        WITH numbered AS (SELECT *, ROW_NUMBER() OVER (ORDER BY row_number) - 1 AS place FROM {quote(rows)})
        SELECT t.number, r.place, {counted}, COUNT(*) AS ever
        FROM numbered r JOIN occurrences o
          ON o.account_id = r.account_id AND o.occurred_on <= r.t AND o.known_on <= r.t
        JOIN topics t ON t.kind = o.kind AND (t.part IS NULL OR t.part = LOWER(o.detail))
        GROUP BY t.number, r.place ORDER BY t.number
        """
    ).fetchnumpy()
    windows = np.stack([np.asarray(found[name], dtype=np.float32) for name in _NAMES], 1)
    places, ends = np.asarray(found["place"]), np.asarray(found["number"])
    facts = []
    for number, written, origin, first_on, detail in topics:
        here = slice(*np.searchsorted(ends, [number, number + 1]))
        counts = np.zeros((len(moments), len(_NAMES)), dtype=np.float32)
        counts[places[here]] = windows[here]
        since = np.datetime64(first_on, "D")
        known = np.array(moments >= since) & ~np.isnat(moments)
        for place, days in enumerate(WINDOWS):
            begun = moments - np.timedelta64(days, "D") >= since
            counts[~begun & (counts[:, place] == 0), place] = np.nan
        facts.append(_fact(written, origin, detail, counts, known))
    return facts


def _fact(written: str, origin: str, detail: str | None, counts: np.ndarray, known: np.ndarray) -> Fact:
    layer: Layer = "behavioral" if origin == "activities" else "situational"
    label = written.replace("_", " ").lower()
    name = f"{origin}.{written}"
    if detail is not None:
        label, name = f"{label} ({detail.replace('_', ' ').lower()})", f"{name}: {detail.lower()}"
    info = AttributeInfo(written, label, "text", layer=layer)
    return Fact(name, "event", info, counts, known, event_source=origin, dated=True, detail=detail)


def _deadlines(
    con: duckdb.DuckDBPyConnection, rows: str, moments: np.ndarray[tuple[int], np.dtype[np.datetime64]]
) -> list[Fact]:
    """For each type of which five accounts had one that was known before its day, how many lay ahead of a row's T and
    were known by then, by window: unknown where one lies ahead of which nobody says since when it was known.
    """
    kinds = con.execute(
        f"""
        SELECT LOWER(TRIM(event_type)) AS kind, MODE(TRIM(event_type) ORDER BY event_type) AS written,
               MIN(CAST(COALESCE(known_at, occurred_at) AS DATE)) AS first_on,
               COUNT(DISTINCT account_id) FILTER (WHERE CAST(known_at AS DATE) < CAST(occurred_at AS DATE)) AS accounts
        FROM events WHERE account_id IS NOT NULL AND TRIM(event_type) <> '' AND occurred_at IS NOT NULL
        GROUP BY kind HAVING accounts >= {LEAST_ACCOUNTS} ORDER BY accounts DESC, kind LIMIT {MOST_TYPES}
        """
    ).fetchall()
    counted = ", ".join(
        f"COUNT(*) FILTER (WHERE e.known_on <= r.t AND e.occurred_on <= r.t + {days}) AS w{days}, "
        f"COUNT(*) FILTER (WHERE e.known_on IS NULL AND e.occurred_on <= r.t + {days}) AS u{days}"
        for days in WINDOWS
    )
    facts = []
    for kind, written, first_on, _accounts in kinds:
        found = con.execute(
            f"""
            WITH numbered AS (SELECT *, ROW_NUMBER() OVER (ORDER BY row_number) - 1 AS place FROM {quote(rows)}),
            ahead AS (
                SELECT account_id, CAST(occurred_at AS DATE) AS occurred_on, CAST(known_at AS DATE) AS known_on
                FROM events WHERE LOWER(TRIM(event_type)) = $kind
            )
            SELECT r.place, {counted} FROM numbered r JOIN ahead e
              ON e.account_id = r.account_id AND e.occurred_on > r.t AND e.occurred_on <= r.t + {max(WINDOWS)}
            GROUP BY r.place
            """,
            {"kind": kind},
        ).fetchnumpy()
        counts = np.zeros((len(moments), len(_NAMES)), dtype=np.float32)
        for place, days in enumerate(WINDOWS):
            coming = np.asarray(found[f"w{days}"], dtype=np.float32)
            unsure = np.asarray(found[f"u{days}"]) > 0
            counts[np.asarray(found["place"]), place] = np.where((coming == 0) & unsure, np.nan, coming)
        counts[:, -1] = counts[:, len(WINDOWS) - 1]
        covered = np.array(moments >= np.datetime64(first_on, "D")) & ~np.isnat(moments)
        known = ~np.isnat(moments) & (covered | np.any(counts > 0, axis=1))
        counts[~covered[:, None] & (counts == 0)] = np.nan
        info = AttributeInfo(written, f"{written.replace('_', ' ').lower()} ahead", "text", layer="situational")
        facts.append(
            Fact(
                f"upcoming.{written}", "event", info, counts, known, event_source="events", dated=True, form="upcoming"
            )
        )
    return facts

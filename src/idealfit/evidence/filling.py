"""When attributes were filled in: before the account's first deal was closed or after, from `account_history`."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb


@dataclass(frozen=True)
class Filling:
    """Of one attribute: accounts of which the history shows that it was first filled in, by the outcome of their first
    closed deal and by whether that was before the deal was closed or on or after that day; and all accounts of each
    outcome.
    """

    won_before: int
    won_after: int
    lost_before: int
    lost_after: int
    won: int
    lost: int


def filled_in(con: duckdb.DuckDBPyConnection) -> dict[str, Filling]:
    """The filling of every attribute with a history, by its name in lower case. Reads `evidence_rows` and
    `account_history`; an account without a closed, dated deal does not count.
    """
    rows = con.execute(
        """
        WITH first_closed AS (
            SELECT account_id, MIN(closed_on) AS closed_on, ARG_MIN(y, closed_on) AS y
            FROM evidence_rows WHERE y >= 0 AND closed_on IS NOT NULL GROUP BY account_id
        ), filled AS (
            SELECT LOWER(field) AS field, account_id, MIN(CAST(changed_at AS DATE)) AS filled_on
            FROM account_history
            WHERE changed_at IS NOT NULL AND COALESCE(TRIM(old_value), '') = '' AND TRIM(new_value) <> ''
            GROUP BY ALL
        )
        SELECT f.field,
               COUNT(*) FILTER (WHERE y = 1 AND filled_on < closed_on),
               COUNT(*) FILTER (WHERE y = 1 AND filled_on >= closed_on),
               COUNT(*) FILTER (WHERE y = 0 AND filled_on < closed_on),
               COUNT(*) FILTER (WHERE y = 0 AND filled_on >= closed_on),
               (SELECT COUNT(*) FROM first_closed WHERE y = 1), (SELECT COUNT(*) FROM first_closed WHERE y = 0)
        FROM filled f JOIN first_closed USING (account_id)
        GROUP BY f.field
        """
    ).fetchall()
    return {str(name): Filling(*(int(count) for count in counts)) for name, *counts in rows}

"""What customers said of us in surveys (NPS), and whom they sent: account by account, as far as it is known."""

from __future__ import annotations

from datetime import date

import duckdb

PROMOTER, DETRACTOR = 9.0, 6.0
"""Answers from 9 on are promoters', up to 6 detractors' (Reichheld 2003)."""


def make_answers(con: duckdb.DuckDBPyConnection, *, as_of: date) -> None:
    """Make the table `answers`: account_id, score (0 to 10, the mean of its answers), answered_on (its last answer).

    Answers on another scale than 0 to 10 are left out; an undated one counts as known today.
    """
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE answers AS
        SELECT account_id, AVG(nps) AS score, COALESCE(MAX(CAST(answered_at AS DATE)), $as_of) AS answered_on
        FROM surveys
        WHERE account_id IS NOT NULL AND nps BETWEEN 0 AND 10
          AND (answered_at IS NULL OR CAST(answered_at AS DATE) <= $as_of)
        GROUP BY account_id
        """,
        {"as_of": as_of},
    )


def make_referrals(con: duckdb.DuckDBPyConnection, *, as_of: date) -> None:
    """Make the table `referrals`: account_id, referred (companies it sent), bought (those of them that became
    customers), first_on (the first deal of any of them; NULL where none is dated).

    A company counts as sent once a deal with it was opened by `as_of`, or where it has none at all.
    """
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE referrals AS
        WITH sent AS (
            SELECT a.referred_by_account_id AS account_id, a.account_id AS sent_id,
                   MIN(CAST(d.created_at AS DATE)) AS opened_on, BOOL_OR(d.outcome = 'won'
                       AND (d.closed_at IS NULL OR CAST(d.closed_at AS DATE) <= $as_of)) AS bought
            FROM accounts a LEFT JOIN deals d ON d.account_id = a.account_id
            WHERE a.referred_by_account_id IS NOT NULL AND a.referred_by_account_id <> a.account_id
              AND a.duplicate_of IS NULL
            GROUP BY ALL
        )
        SELECT account_id, COUNT(*) AS referred, COUNT(*) FILTER (WHERE bought) AS bought, MIN(opened_on) AS first_on
        FROM sent WHERE opened_on IS NULL OR opened_on <= $as_of GROUP BY account_id
        """,
        {"as_of": as_of},
    )

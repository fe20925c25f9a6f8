"""A accounts that nobody has touched for too long."""

from __future__ import annotations

from datetime import date

import duckdb

from idealfit.activation.settings import ListSettings

NEGLECTED_COLUMNS = (
    "account_id",
    "name",
    "domain",
    "tier_range",
    "situation",
    "last_touch",
    "days_untouched",
    "last_heard_from",
    "owner",
    "action",
)


def make_neglected(con: duckdb.DuckDBPyConnection, *, as_of: date, settings: ListSettings) -> bool:
    """Make the table `neglected_rows` (columns of neglected.csv), open deals first, accounts never opened last.

    A touch is ours: an activity that is not the buyer's own, a deal opened, moved or closed, a conversation, or the
    account's `last_activity_at`. What the buyer did stands beside it (`last_heard_from`). Accounts that are rightly
    left alone (lost recently, refused, partners, …) are not neglected. An account without any touch is listed only
    where the records hold touches at all, which is what this returns: else nobody can tell.
    """
    _make_touches(con, as_of)
    row = con.execute(
        "SELECT (SELECT COUNT(*) FROM activities WHERE direction IS DISTINCT FROM 'inbound') > 0 "
        "OR (SELECT COUNT(last_activity_at) FROM accounts) > 0"
    ).fetchone()
    recorded = bool(row and row[0])
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE neglected_rows AS
        WITH quiet AS (
            SELECT t.account_id, t.name, t.domain, COALESCE(w.tier_range, t.tier) AS tier_range,
                   CASE WHEN t.open_deals > 0 THEN 'an open deal gone quiet'
                        WHEN t.code = 'customer' THEN 'a customer gone quiet'
                        WHEN k.last_touch IS NULL THEN 'never opened' ELSE 'opened once, then left' END AS situation,
                   k.last_touch, $as_of - k.last_touch AS days_untouched, k.last_heard_from,
                   COALESCE(t.open_deal.owner, t.owner_id) AS owner
            FROM account_standing t
            LEFT JOIN account_touches k USING (account_id) LEFT JOIN account_words w USING (account_id)
            WHERE t.tier = 'A' AND (t.list = 'targets' OR t.code IN ('customer', 'open_deal', 'beyond_limit'))
              AND (k.last_touch <= $as_of - $after OR (k.last_touch IS NULL AND $recorded))
        )
        SELECT *, CASE situation WHEN 'an open deal gone quiet' THEN 'Call, or close the deal'
                       WHEN 'a customer gone quiet' THEN 'Ask how it goes'
                       WHEN 'never opened' THEN IF(owner IS NULL, 'Give it an owner and open it', 'Open it')
                       ELSE 'Pick it up again' END AS action
        FROM quiet
        ORDER BY CASE situation WHEN 'an open deal gone quiet' THEN 1 WHEN 'opened once, then left' THEN 2
                                WHEN 'a customer gone quiet' THEN 3 ELSE 4 END,
                 last_heard_from DESC NULLS LAST, days_untouched DESC NULLS LAST, account_id
        """,
        {"as_of": as_of, "after": settings.neglected_after_days, "recorded": recorded},
    )
    return recorded


def _make_touches(con: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """`account_touches`: per account the last day that we did something, and the last day that they did."""
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE account_touches AS
        WITH touched AS (
            SELECT account_id, last_activity_at AS moment, false AS theirs FROM accounts
            UNION ALL SELECT account_id, occurred_at, COALESCE(direction = 'inbound', false) FROM activities
            UNION ALL SELECT account_id, created_on, false FROM sales_deals
            UNION ALL SELECT account_id, closed_on, false FROM sales_deals WHERE outcome <> 'open'
            UNION ALL SELECT d.account_id, s.entered_at, false FROM deal_stages s JOIN sales_deals d USING (deal_id)
            UNION ALL SELECT account_id, held_at, false FROM conversations
        )
        SELECT COALESCE(a.duplicate_of, a.account_id) AS account_id,
               MAX(CAST(t.moment AS DATE)) FILTER (WHERE NOT theirs) AS last_touch,
               MAX(CAST(t.moment AS DATE)) FILTER (WHERE theirs) AS last_heard_from
        FROM touched t JOIN accounts a USING (account_id)
        WHERE CAST(t.moment AS DATE) <= $as_of
        GROUP BY ALL
        """,
        {"as_of": as_of},
    )

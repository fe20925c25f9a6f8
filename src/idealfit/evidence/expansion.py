"""What became of a customer's revenue in its first year: the net revenue retention (NRR) of each customer.

NRR is what a customer pays a year, twelve months after it began, over what it paid when it began; 0 where it has left.
Only customers that began at least twelve months before the as-of count: all of them were followed for so long, whether
they stayed or left, so that none is left out because of what became of it.
"""

from __future__ import annotations

from datetime import date
from typing import Literal, TypeAlias

import duckdb

Basis: TypeAlias = Literal["changes", "contracts", "signed", "deals", "invoices", "none"]
"""Where a customer's revenue is read: dated changes of subscriptions; what contracts were and are; which subscriptions
had begun and ended; expansion and renewal deals; invoices of the second twelve months over the first; nowhere.
"""

SEVERAL = 10
"""So many customers must have signed a second subscription on a later day before that tells of growth."""

GRACE_DAYS = 31
"""A customer whose contract had run out on the day of reading and who signed again within so long had not left."""

TOLD: dict[Basis, str] = {
    "changes": "Revenue after twelve months (NRR) is read from the dated changes of subscriptions",
    "contracts": "Revenue after twelve months (NRR) is read between what each subscription was at its start and is "
    "now, as if it had grown steadily: no change is dated",
    "signed": "Revenue after twelve months (NRR) is read from which subscriptions had begun and ended by then",
    "deals": "Revenue after twelve months (NRR) is read from won expansion deals and from renewals",
    "invoices": "Revenue kept (NRR) is what was invoiced in the second twelve months over the first: there are no "
    "contracts",
    "none": "",
}


def make_expansion(con: duckdb.DuckDBPyConnection, *, as_of: date) -> Basis:
    """Make the table `expansion`: account_id, first_revenue (a year, at the start), later_revenue (twelve months
    later; 0 where the customer had left), known_on (the day from which that is known).

    Reads `subscriptions`, `subscription_changes`, `deals`, `invoices`, and the tables `customers` and `exchange_rates`
    of `outcome.make_outcomes`. Answers where the revenue was read.
    """
    con.execute(
        "CREATE OR REPLACE TEMP TABLE expansion "
        "(account_id VARCHAR, first_revenue DOUBLE, later_revenue DOUBLE, known_on DATE)"
    )
    contracts, changes, later, several = _found(con)
    if contracts and (changes or later):
        _of_contracts(con, as_of)
        return "changes" if changes else "contracts"
    if _of_deals(con, as_of, contracts=contracts > 0):
        return "deals"
    if several >= SEVERAL:
        _of_contracts(con, as_of)
        return "signed"
    if not contracts and _of_invoices(con, as_of):
        return "invoices"
    return "none"


def _found(con: duckdb.DuckDBPyConnection) -> tuple[int, int, int, int]:
    """How many subscriptions have a value, how many dated changes there are, how many tell what they are now, and how
    many accounts signed one with a value on more than one day.
    """
    row = con.execute(
        """
        SELECT COUNT(*) FILTER (WHERE COALESCE(arr_start, arr_current) > 0),
               (SELECT COUNT(*) FROM subscription_changes WHERE delta_arr <> 0 AND changed_at IS NOT NULL),
               COUNT(*) FILTER (WHERE arr_start > 0 AND arr_current <> arr_start),
               (SELECT COUNT(*) FROM (
                   SELECT account_id FROM subscriptions WHERE COALESCE(arr_start, arr_current) > 0
                   GROUP BY account_id HAVING COUNT(DISTINCT CAST(started_at AS DATE)) > 1))
        FROM subscriptions WHERE started_at IS NOT NULL AND account_id IS NOT NULL
        """
    ).fetchone()
    return row if row else (0, 0, 0, 0)


def _of_contracts(con: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """Each account's subscriptions on two days: its first, and twelve months later.

    A subscription with dated changes is its start plus the changes up to the day; one without is read on the steady
    line between its start and what it is now. A change on the day of the start is the start itself.
    """
    con.execute(
        """
        INSERT INTO expansion
        WITH dated AS (
            SELECT s.subscription_id, s.account_id, s.arr_start, s.arr_current,
                   CAST(s.started_at AS DATE) AS started_on,
                   CASE WHEN CAST(s.ended_at AS DATE) <= $as_of THEN CAST(s.ended_at AS DATE) END AS ended_on,
                   MIN(CAST(s.started_at AS DATE)) OVER (PARTITION BY s.account_id) AS first_on
            FROM subscriptions s
            WHERE s.account_id IN (SELECT account_id FROM customers) AND CAST(s.started_at AS DATE) <= $as_of
        ),
        reading AS (
            SELECT *, CAST(first_on + INTERVAL 12 MONTH AS DATE) AS day_12 FROM dated
            WHERE CAST(first_on + INTERVAL 12 MONTH AS DATE) <= $as_of
        ),
        changed AS (
            SELECT r.subscription_id, SUM(c.delta_arr) AS total,
                   COALESCE(SUM(c.delta_arr) FILTER (WHERE CAST(c.changed_at AS DATE) <= r.day_12), 0) AS by_12
            FROM reading r JOIN subscription_changes c USING (subscription_id)
            WHERE CAST(c.changed_at AS DATE) > r.started_on AND CAST(c.changed_at AS DATE) <= $as_of
            GROUP BY r.subscription_id
        ),
        valued AS (
            SELECT r.*, c.by_12,
                   CASE WHEN r.arr_start > 0 THEN r.arr_start
                        WHEN r.arr_current IS NOT NULL THEN r.arr_current - COALESCE(c.total, 0) END AS start_value
            FROM reading r LEFT JOIN changed c USING (subscription_id)
        ),
        read AS (
            SELECT account_id, day_12, started_on, first_on, start_value,
                   CASE WHEN started_on > day_12 OR ended_on <= day_12 THEN 0
                        WHEN by_12 IS NOT NULL THEN start_value + by_12
                        WHEN start_value > 0 AND arr_current > 0 THEN start_value * POWER(
                            arr_current / start_value,
                            LEAST((day_12 - started_on) / GREATEST(COALESCE(ended_on, $as_of) - started_on, 1), 1))
                        WHEN arr_current = 0 AND ended_on IS NULL THEN 0
                        ELSE start_value END AS value_12
            FROM valued
        ),
        summed AS (
            SELECT account_id, ANY_VALUE(day_12) AS day_12,
                   SUM(start_value) FILTER (WHERE started_on = first_on) AS first_revenue,
                   SUM(GREATEST(value_12, 0)) AS later_revenue,
                   SUM(start_value) FILTER (WHERE started_on > day_12 AND started_on <= day_12 + $grace) AS signed_again
            FROM read GROUP BY account_id
        )
        SELECT account_id, first_revenue,
               CASE WHEN later_revenue > 0 THEN later_revenue ELSE COALESCE(signed_again, 0) END, day_12
        FROM summed WHERE first_revenue > 0 AND later_revenue IS NOT NULL
        """,
        {"as_of": as_of, "grace": GRACE_DAYS},
    )


def _of_deals(con: duckdb.DuckDBPyConnection, as_of: date, *, contracts: bool) -> bool:
    """The first won deal with what expansions added within twelve months, and with what a renewal made of it.

    A renewal won up to three months after the twelve sets the revenue anew, one lost, or a subscription that has ended,
    sets it to nothing. Answers whether there is any expansion or renewal deal to read.
    """
    any_later = con.execute(
        "SELECT COUNT(*) FROM deals WHERE deal_type IN ('expansion', 'renewal') AND outcome IN ('won', 'lost') "
        "AND account_id IS NOT NULL AND CAST(closed_at AS DATE) <= $as_of",
        {"as_of": as_of},
    ).fetchall()[0][0]
    if not any_later:
        return False
    begun = (
        "SELECT account_id, arr AS first_revenue, started_on AS first_on, ended_on FROM customers WHERE arr > 0"
        if contracts
        else """
        SELECT d.account_id, d.amount AS first_revenue, d.closed_on AS first_on, c.ended_on
        FROM deal_outcomes d LEFT JOIN customers c USING (account_id) WHERE d.first_win AND d.amount > 0
        """
    )
    con.execute(
        f"""
        INSERT INTO expansion
        WITH begun AS ({begun}),
        reading AS (
            SELECT *, CAST(first_on + INTERVAL 12 MONTH AS DATE) AS day_12 FROM begun
            WHERE CAST(first_on + INTERVAL 12 MONTH AS DATE) <= $as_of
        ),
        further AS (
            SELECT r.account_id,
                   COALESCE(SUM(d.amount * x.rate) FILTER (
                       WHERE d.deal_type = 'expansion' AND d.outcome = 'won'
                         AND CAST(d.closed_at AS DATE) BETWEEN r.first_on AND r.day_12), 0) AS added,
                   ARG_MAX(CASE WHEN d.outcome = 'won' THEN COALESCE(d.amount * x.rate, r.first_revenue) ELSE 0 END,
                           d.closed_at) FILTER (
                       WHERE d.deal_type = 'renewal'
                         AND CAST(d.closed_at AS DATE) BETWEEN r.first_on AND LEAST(r.day_12 + 90, $as_of)) AS renewed
            FROM reading r JOIN deals d USING (account_id)
            LEFT JOIN exchange_rates x ON x.currency = COALESCE(UPPER(d.currency), '')
            WHERE d.outcome IN ('won', 'lost') AND d.deal_type IN ('expansion', 'renewal')
            GROUP BY r.account_id, r.first_revenue
        )
        SELECT r.account_id, r.first_revenue,
               CASE WHEN r.ended_on <= r.day_12 OR f.renewed = 0 THEN 0
                    ELSE COALESCE(f.renewed, r.first_revenue) + COALESCE(f.added, 0) END,
               r.day_12
        FROM reading r LEFT JOIN further f USING (account_id)
        """,
        {"as_of": as_of},
    )
    return True


def _of_invoices(con: duckdb.DuckDBPyConnection, as_of: date) -> bool:
    """What was invoiced in months 13 to 24 over months 1 to 12, for accounts first invoiced two years ago or more."""
    con.execute(
        """
        INSERT INTO expansion
        WITH paid AS (
            SELECT i.account_id, CAST(i.issued_at AS DATE) AS day, i.amount * r.rate AS amount,
                   MIN(CAST(i.issued_at AS DATE)) OVER (PARTITION BY i.account_id) AS first_on
            FROM invoices i JOIN exchange_rates r ON r.currency = COALESCE(UPPER(i.currency), '')
            WHERE i.account_id IS NOT NULL AND i.issued_at IS NOT NULL AND CAST(i.issued_at AS DATE) <= $as_of
        )
        SELECT account_id,
               SUM(amount) FILTER (WHERE day < CAST(first_on + INTERVAL 12 MONTH AS DATE)) AS first_revenue,
               COALESCE(GREATEST(SUM(amount) FILTER (
                   WHERE day >= CAST(first_on + INTERVAL 12 MONTH AS DATE)
                     AND day < CAST(first_on + INTERVAL 24 MONTH AS DATE)), 0), 0),
               CAST(ANY_VALUE(first_on) + INTERVAL 24 MONTH AS DATE)
        FROM paid GROUP BY account_id
        HAVING CAST(ANY_VALUE(first_on) + INTERVAL 24 MONTH AS DATE) <= $as_of AND first_revenue > 0
        """,
        {"as_of": as_of},
    )
    return bool(con.execute("SELECT COUNT(*) FROM expansion").fetchall()[0][0])

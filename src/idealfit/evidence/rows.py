"""Which rows the evidence has: deals; or, where there are none, customers; or a customer list beside a market list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from idealfit.errors import InputError
from idealfit.evidence.outcome import OutcomeNotes, make_outcomes
from idealfit.evidence.table import Reach
from idealfit.records.company import Company

ENOUGH_CUSTOMERS = 20
ENOUGH_ENDED = 5


class NoOutcomes(InputError):
    """There is nothing to learn from: neither deals nor subscriptions nor invoices nor customers."""

    code = "IF601"


@dataclass(frozen=True)
class Rows:
    """What `make_rows` made: how far the data reaches, what a row is ('deal', 'customer', 'account'), and its notes."""

    reach: Reach
    unit: str
    notes: tuple[str, ...]
    outcomes: OutcomeNotes


def make_rows(
    con: duckdb.DuckDBPyConnection,
    company: Company,
    *,
    as_of: date,
    moved_in_on: Sequence[date] = (),
    motion: str | None = None,
) -> Rows:
    """Make the table `evidence_rows`: row_number, deal_id, account_id, y (1, 0, -1 open), created_on, closed_on, t,
    amount, cycle_days, source, initiated_by, owner_id, started_on (as a customer), months, ended, arr, margin.

    Rows are new-business deals where any was won or lost; else customers, the best third of them by revenue a month
    since they began against the others, or, where nothing tells of revenue, those who stayed against those who left;
    else accounts, customers against the rest. `motion`: of deals only those of this motion. Raises `NoOutcomes` where
    there is none of these, `NoSuchMotion` where the deals tell their motion and none is of this one.
    """
    outcomes = make_outcomes(
        con,
        as_of=as_of,
        currency=company.currency,
        rates=company.undated_rates,
        gross_margin=company.gross_margin,
        cost_per_ticket=company.cost_per_ticket,
        cost_per_hour=company.cost_per_hour,
        moved_in_on=moved_in_on,
        motion=motion,
    )
    closed = _number(con, "SELECT COUNT(*) FROM deal_outcomes WHERE outcome <> 'open'")
    if closed:
        return Rows(_rows_of_deals(con), "deal", outcomes.sentences, outcomes)
    if _number(con, "SELECT COUNT(*) FROM customers WHERE arr IS NOT NULL"):
        return _rows_of_customers(con, outcomes, as_of)
    if _number(con, "SELECT COUNT(*) FROM invoices WHERE account_id IS NOT NULL AND amount > 0"):
        return _rows_of_invoices(con, outcomes, as_of)
    if _number(con, "SELECT COUNT(*) FROM customers"):
        return _rows_of_stays(con, outcomes)
    if _number(con, "SELECT COUNT(*) FROM accounts WHERE status IN ('customer', 'former')"):
        return _rows_of_statuses(con, outcomes)
    raise NoOutcomes(
        "Nothing says which accounts bought: there are no won or lost deals, no subscriptions, no invoices and no "
        f"customers{_why_no_deal_counts(con, as_of)}",
        remedy="Add an export of deals with their outcome, of subscriptions or of invoices, or a column 'status' in "
        "accounts (a list of nothing but customers: name the file customers.csv)",
    )


def _why_no_deal_counts(con: duckdb.DuckDBPyConnection, as_of: date) -> str:
    """Deals there are, but none that could count: why, in words; '' where there are no deals."""
    found = con.execute(
        "SELECT COUNT(*), COUNT(*) FILTER (WHERE account_id IS NULL), "
        "COUNT(*) FILTER (WHERE CAST(COALESCE(created_at, closed_at) AS DATE) > $as_of), "
        "COUNT(*) FILTER (WHERE outcome = 'open') FROM deals",
        {"as_of": as_of},
    ).fetchone()
    total, unlinked, later, still_open = found or (0, 0, 0, 0)
    if not total:
        return ""
    said = [
        f"{count:,} {words}"
        for count, words in (
            (unlinked, "belong to no account of the accounts file"),
            (later, f"lie after the day that counts as today ({as_of})"),
            (still_open, "are still open"),
        )
        if count
    ]
    return f". Of {total:,} deals {', '.join(said)}" if said else f". {total:,} deals are there, none of new business"


def _number(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    found = con.execute(sql).fetchone()
    return int(found[0]) if found else 0


_EMPTY = "NULL::DOUBLE"
_UNHANDLED = "NULL::VARCHAR AS source, NULL::VARCHAR AS initiated_by, NULL::VARCHAR AS owner_id"


def _rows_of_deals(con: duckdb.DuckDBPyConnection) -> Reach:
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE evidence_rows AS
        SELECT ROW_NUMBER() OVER (ORDER BY d.created_on NULLS LAST, d.deal_id) AS row_number,
               d.deal_id, d.account_id, CASE d.outcome WHEN 'won' THEN 1 WHEN 'lost' THEN 0 ELSE -1 END AS y,
               d.created_on, d.closed_on, d.t, d.amount, d.cycle_days, d.source, d.initiated_by, d.owner_id,
               CASE WHEN d.first_win THEN c.started_on END AS started_on,
               CASE WHEN d.first_win THEN c.months END AS months,
               CASE WHEN d.first_win THEN CASE WHEN c.ended THEN 1 ELSE 0 END END AS ended,
               CASE WHEN d.first_win THEN c.arr END AS arr,
               CASE WHEN d.first_win THEN c.margin END AS margin
        FROM deal_outcomes d JOIN accounts a USING (account_id) LEFT JOIN customers c USING (account_id)
        """
    )
    followed = _number(con, "SELECT COUNT(*) FROM evidence_rows WHERE months IS NOT NULL")
    ended = _number(con, "SELECT COUNT(*) FROM evidence_rows WHERE ended = 1")
    won = _number(con, "SELECT COUNT(*) FROM evidence_rows WHERE y = 1")
    valued = _number(con, "SELECT COUNT(*) FROM evidence_rows WHERE y = 1 AND COALESCE(amount, arr) > 0")
    has_value = won > 0 and valued >= 0.5 * won
    if has_value and followed >= ENOUGH_CUSTOMERS and ended >= ENOUGH_ENDED:
        return "wins+value+retention"
    return "wins+value" if has_value else "wins"


def _best_third(con: duckdb.DuckDBPyConnection, source: str, as_of: date) -> None:
    """Rows from `source` (account_id, started_on, a_month, purse, months, ended, arr, margin): 1 for the best third by
    revenue a month. What is not in the company's currency has a `purse` of its own, in which it is ranked.
    """
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE evidence_rows AS
        WITH source AS ({source}),
        ranked AS (SELECT *, PERCENT_RANK() OVER (PARTITION BY purse ORDER BY a_month DESC) AS place FROM source)
        SELECT ROW_NUMBER() OVER (ORDER BY started_on NULLS LAST, s.account_id) AS row_number,
               s.account_id AS deal_id, s.account_id, CASE WHEN place < 1.0 / 3 THEN 1 ELSE 0 END AS y,
               started_on AS created_on, NULL::DATE AS closed_on, started_on - 1 AS t,
               CASE WHEN purse = '' THEN s.a_month * 12 END AS amount,
               {_EMPTY} AS cycle_days, {_UNHANDLED},
               started_on, months, CASE WHEN ended THEN 1 ELSE 0 END AS ended, arr, margin
        FROM ranked s JOIN accounts a USING (account_id)
        """,
        {"as_of": as_of},
    )


def _rows_of_customers(con: duckdb.DuckDBPyConnection, outcomes: OutcomeNotes, as_of: date) -> Rows:
    _best_third(
        con,
        """
        SELECT c.account_id, c.started_on, c.months, c.ended, c.arr, c.margin, '' AS purse,
               p.paid / GREATEST($as_of - c.started_on, 30) * 30.4375 AS a_month
        FROM customers c JOIN (
            SELECT account_id, SUM(
                COALESCE(arr_current, arr_start, 0) / 365.25
                * GREATEST(LEAST(COALESCE(CAST(ended_at AS DATE), $as_of), $as_of) - CAST(started_at AS DATE), 0)
            ) AS paid
            FROM subscriptions
            WHERE started_at IS NOT NULL AND CAST(started_at AS DATE) <= $as_of
            GROUP BY account_id
        ) p USING (account_id)
        """,
        as_of,
    )
    note = (
        "There are no deals: the best third of customers, by revenue a month since they began, is set against the "
        "other customers. This says who is worth having among those who bought, not who buys"
    )
    return Rows("customers", "customer", (note, *outcomes.sentences), outcomes)


def _rows_of_invoices(con: duckdb.DuckDBPyConnection, outcomes: OutcomeNotes, as_of: date) -> Rows:
    _best_third(
        con,
        f"""
        SELECT i.account_id, MIN(CAST(issued_at AS DATE)) AS started_on, ANY_VALUE(c.months) AS months,
               ANY_VALUE(c.ended) AS ended, {_EMPTY} AS arr, {_EMPTY} AS margin,
               CASE WHEN rate IS NULL THEN UPPER(i.currency) ELSE '' END AS purse,
               SUM(amount * COALESCE(rate, 1))
               / GREATEST(COALESCE($as_of - MIN(CAST(issued_at AS DATE)), 365), 30) * 30.4375 AS a_month
        FROM invoices i LEFT JOIN exchange_rates r ON r.currency = COALESCE(UPPER(i.currency), '')
            LEFT JOIN customers c ON c.account_id = i.account_id
        WHERE i.account_id IS NOT NULL AND (issued_at IS NULL OR CAST(issued_at AS DATE) <= $as_of)
        GROUP BY i.account_id, purse
        QUALIFY ROW_NUMBER() OVER (PARTITION BY i.account_id ORDER BY COUNT(*) DESC, purse) = 1
        """,
        as_of,
    )
    note = (
        "There are no deals: the best third of customers, by amount invoiced a month since their first invoice, is set "
        "against the other customers. This says who is worth having among those who bought, not who buys"
    )
    return Rows("customers", "customer", (note, *outcomes.sentences), outcomes)


def _rows_of_stays(con: duckdb.DuckDBPyConnection, outcomes: OutcomeNotes) -> Rows:
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE evidence_rows AS
        SELECT ROW_NUMBER() OVER (ORDER BY started_on NULLS LAST, c.account_id) AS row_number, c.account_id AS deal_id,
               c.account_id, CASE WHEN ended THEN 0 ELSE 1 END AS y, started_on AS created_on, NULL::DATE AS closed_on,
               started_on - 1 AS t, {_EMPTY} AS amount, {_EMPTY} AS cycle_days, {_UNHANDLED}, started_on, months,
               CASE WHEN ended THEN 1 ELSE 0 END AS ended, arr, margin
        FROM customers c JOIN accounts a USING (account_id)
        """
    )
    return Rows("customers", "customer", (_WHO_STAYS, *outcomes.sentences), outcomes)


_BOUGHT = "('customer', 'former')"
_KNOWN = "('customer', 'former', 'prospect')"
_WHO_STAYS = (
    "There are no deals and nothing tells of revenue: customers who stayed are set against those who left. This says "
    "who stays among those who bought, not who buys"
)


def _rows_of_statuses(con: duckdb.DuckDBPyConnection, outcomes: OutcomeNotes) -> Rows:
    """Customers and former ones against the rest; where the rest are fewer than those who left, those who stayed
    against those who left."""
    rest, left, stayed = (
        _number(con, f"SELECT COUNT(*) FROM accounts WHERE COALESCE(status, 'prospect') = '{status}'")
        for status in ("prospect", "former", "customer")
    )
    stays = left > rest and stayed > 0
    good, counted = ("('customer')", "('customer', 'former')") if stays else (_BOUGHT, _KNOWN)
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE evidence_rows AS
        SELECT ROW_NUMBER() OVER (ORDER BY account_id) AS row_number, account_id AS deal_id, account_id,
               CASE WHEN status IN {good} THEN 1 ELSE 0 END AS y, NULL::DATE AS created_on,
               NULL::DATE AS closed_on, NULL::DATE AS t, {_EMPTY} AS amount, {_EMPTY} AS cycle_days, {_UNHANDLED},
               NULL::DATE AS started_on, {_EMPTY} AS months, {_EMPTY} AS ended, {_EMPTY} AS arr, {_EMPTY} AS margin
        FROM accounts
        WHERE duplicate_of IS NULL AND COALESCE(status, 'prospect') IN {counted}
        """
    )
    if stays:
        return Rows("customers", "account", (_WHO_STAYS,), outcomes)
    note = "There is only a list of customers beside a list of other companies: this says who you have, not who you win"
    return Rows("customers", "account", (note,), outcomes)

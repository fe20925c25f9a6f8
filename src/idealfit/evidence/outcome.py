"""What became of each deal and of each customer: won or lost, how much, how long, kept or churned, at what cost.

Two tables are made in the engine. `deal_outcomes` has one row a new-business deal with an account; `customers` one row
an account that ever bought, with how long it stayed (right-censored at the as-of) and what it left after support.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import duckdb

from idealfit.evidence.motions import mark_motion

DAYS_PER_MONTH = 30.4375
LOGGED_WON, LOGGED_CLOSED = 0.9, 0.6
"""The shares of won and of closed deals with an activity from which on a deal without any was never worked."""


@dataclass(frozen=True)
class OutcomeNotes:
    """What a reader must know about the outcomes: one sentence each, and the counts behind them."""

    sentences: tuple[str, ...]
    deals: int
    without_account: int
    not_new_business: int
    unknown_type: int
    undated: int
    never_worked: int = 0
    currencies: tuple[str, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)


def make_outcomes(
    con: duckdb.DuckDBPyConnection,
    *,
    as_of: date,
    currency: str | None = None,
    rates: dict[str, float] | None = None,
    gross_margin: float = 0.8,
    cost_per_ticket: float = 0.0,
    cost_per_hour: float = 0.0,
    moved_in_on: Sequence[date] = (),
    motion: str | None = None,
) -> OutcomeNotes:
    """Make the tables `deal_outcomes` and `customers` from the views `deals`, `accounts`, `subscriptions`, `tickets`.

    `deal_outcomes`: deal_id, account_id, source, initiated_by, owner_id, outcome, created_on, closed_on, t (the day
    before the deal opened; the moment of evidence), amount (in `currency`; NULL where it is unknown or cannot be
    converted), cycle_days, first_win (the
    account's first won deal). `customers`: account_id, started_on, ended_on, months, ended, arr (a year, of the
    contracts signed within a month of the first), cost_a_month (support and hours served) and tickets_a_month, margin
    (share of revenue left after cost of sales, support and hours served; NULL where nothing is known of any; where
    costs are recorded, a customer without any cost nothing). A ticket costs what it says, else its hours times
    `cost_per_hour`, else `cost_per_ticket`.
    `rates` gives units of `currency` for one unit of another. Deals of another type than new business are left out; a
    deal of unknown type counts as new business. A lost deal that nobody worked is left out, where activities are logged
    well enough to tell (`_mark_never_worked`). Deals opened after `as_of` are left out, one that was closed later was
    still open. `motion`: count deals of this motion only (`motions.mark_motion`). `moved_in_on`: days of migrations, on
    which deals were created that had been opened before; when is not known.
    """
    _make_rates(con, currency, rates or {})
    _mark_never_worked(con, as_of)
    about_motions = mark_motion(con, motion)
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE deal_outcomes AS
        WITH typed AS (
            SELECT d.deal_id, d.account_id, d.deal_type, d.source, d.initiated_by, d.owner_id,
                   CASE WHEN CAST(d.closed_at AS DATE) > $as_of THEN 'open' ELSE d.outcome END AS outcome,
                   CASE WHEN NOT list_contains($moved, CAST(d.created_at AS DATE))
                        THEN CAST(d.created_at AS DATE) END AS created_on,
                   CASE WHEN d.outcome <> 'open' AND CAST(d.closed_at AS DATE) <= $as_of
                        THEN CAST(d.closed_at AS DATE) END AS closed_on,
                   CASE WHEN d.amount > 0 THEN d.amount * r.rate END AS amount
            FROM deals d LEFT JOIN exchange_rates r ON r.currency = COALESCE(UPPER(d.currency), '')
            WHERE d.account_id IS NOT NULL
              AND d.account_id NOT IN (SELECT account_id FROM accounts WHERE test_record IS NOT NULL)
              AND COALESCE(d.deal_type, 'new_business') = 'new_business'
              AND (d.created_at IS NULL OR CAST(d.created_at AS DATE) <= $as_of)
              AND d.deal_id NOT IN (SELECT deal_id FROM never_worked)
              AND d.deal_id NOT IN (SELECT deal_id FROM other_motions)
        )
        SELECT *, created_on - 1 AS t,
               CASE WHEN closed_on >= created_on THEN closed_on - created_on END AS cycle_days,
               outcome = 'won' AND ROW_NUMBER() OVER (
                   PARTITION BY account_id, outcome ORDER BY closed_on NULLS LAST, created_on NULLS LAST, deal_id
               ) = 1 AS first_win
        FROM typed
        """,
        {"as_of": as_of, "moved": list(moved_in_on)},
    )
    _make_customers(
        con, as_of=as_of, gross_margin=gross_margin, cost_per_ticket=cost_per_ticket, cost_per_hour=cost_per_hour
    )
    notes = _notes(con, as_of, moved_in_on)
    return replace(notes, sentences=(*about_motions, *notes.sentences))


def _mark_never_worked(con: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """Make `never_worked`: lost deals of which nothing at all is on record from a month before they were opened until
    they closed: no activity of the account in either direction, no conversation, nobody named on the deal, no second
    stage. That says something only where nine of ten won deals and most closed ones have an activity; deals opened
    before the log of activities began are not judged.
    """
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE never_worked AS
        WITH logged AS (
            SELECT account_id, CAST(occurred_at AS DATE) AS day FROM activities
            WHERE account_id IS NOT NULL AND occurred_at IS NOT NULL
        ),
        closed AS (
            SELECT deal_id, outcome, account_id,
                   CAST(created_at AS DATE) AS first_day, CAST(closed_at AS DATE) AS last_day
            FROM deals
            WHERE outcome <> 'open' AND account_id IS NOT NULL AND COALESCE(deal_type, 'new_business') = 'new_business'
              AND CAST(closed_at AS DATE) <= $as_of AND CAST(created_at AS DATE) >= (SELECT MIN(day) FROM logged)
        ),
        seen AS (
            SELECT c.deal_id, c.outcome, COUNT(l.day) > 0 AS worked
            FROM closed c LEFT JOIN logged l
              ON l.account_id = c.account_id AND l.day BETWEEN c.first_day - 30 AND c.last_day
            GROUP BY c.deal_id, c.outcome
        ),
        touched AS (
            SELECT deal_id FROM deal_contacts UNION SELECT deal_id FROM conversations
            UNION SELECT deal_id FROM deal_stages GROUP BY deal_id HAVING COUNT(*) > 1
        )
        SELECT deal_id FROM seen ANTI JOIN touched USING (deal_id)
        WHERE outcome = 'lost' AND NOT worked
          AND (SELECT AVG(CAST(worked AS INTEGER)) FROM seen WHERE outcome = 'won') >= $logged_won
          AND (SELECT AVG(CAST(worked AS INTEGER)) FROM seen) >= $logged_closed
        """,
        {"as_of": as_of, "logged_won": LOGGED_WON, "logged_closed": LOGGED_CLOSED},
    )


def _make_rates(con: duckdb.DuckDBPyConnection, currency: str | None, rates: dict[str, float]) -> None:
    """One row a currency that may be added: the company's own, those with a given rate, and no currency at all."""
    con.execute("CREATE OR REPLACE TEMP TABLE exchange_rates (currency VARCHAR, rate DOUBLE)")
    found = [
        row[0]
        for row in con.execute(
            "SELECT COALESCE(UPPER(currency), '') FROM (FROM (SELECT currency FROM deals) UNION ALL "
            "(SELECT currency FROM invoices)) GROUP BY 1 ORDER BY COUNT(*) DESC, 1"
        ).fetchall()
    ]
    home = (currency or next((code for code in found if code), "")).upper()
    known = {code.upper(): rate for code, rate in rates.items()} | {home: 1.0, "": 1.0}
    for code, rate in known.items():
        con.execute("INSERT INTO exchange_rates VALUES (?, ?)", [code, rate])


def _make_customers(
    con: duckdb.DuckDBPyConnection, *, as_of: date, gross_margin: float, cost_per_ticket: float, cost_per_hour: float
) -> None:
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE customers AS
        WITH signed AS (
            SELECT *, MIN(CAST(started_at AS DATE)) OVER (PARTITION BY account_id) AS first_on
            FROM subscriptions
            WHERE account_id IN (SELECT account_id FROM accounts WHERE test_record IS NULL)
              AND started_at IS NOT NULL AND CAST(started_at AS DATE) <= $as_of
        ),
        subscribed AS (
            SELECT account_id,
                   MIN(first_on) AS started_on,
                   CASE WHEN COUNT(*) = COUNT(*) FILTER (WHERE CAST(ended_at AS DATE) <= $as_of)
                        THEN MAX(CAST(ended_at AS DATE)) END AS ended_on,
                   SUM(COALESCE(arr_start, arr_current)) FILTER (
                       WHERE COALESCE(arr_start, arr_current) > 0 AND CAST(started_at AS DATE) <= first_on + 31
                   ) AS arr,
                   AVG(CASE WHEN gross_margin > 1 THEN gross_margin / 100 ELSE gross_margin END) AS margin
            FROM signed GROUP BY account_id
        ),
        supported AS (
            SELECT t.account_id, COUNT(*) AS tickets, SUM(COALESCE(
                       t.cost, CASE WHEN $cost_per_hour > 0 THEN t.hours * $cost_per_hour END, $cost_per_ticket
                   )) AS cost
            FROM tickets t JOIN subscribed s USING (account_id)
            WHERE t.opened_at IS NULL OR CAST(t.opened_at AS DATE) BETWEEN s.started_on AND $as_of
            GROUP BY t.account_id
        ),
        served AS (
            SELECT i.account_id, SUM(i.hours) * $cost_per_hour AS cost, SUM(i.amount * r.rate) AS invoiced
            FROM invoices i JOIN subscribed s USING (account_id)
            LEFT JOIN exchange_rates r ON r.currency = COALESCE(UPPER(i.currency), '')
            WHERE i.issued_at IS NULL OR CAST(i.issued_at AS DATE) BETWEEN s.started_on AND $as_of
            GROUP BY i.account_id
        ),
        lived AS (
            SELECT s.*, GREATEST(COALESCE(s.ended_on, $as_of) - s.started_on, 1) / $month AS months,
                   s.ended_on IS NOT NULL AS ended, COALESCE(p.cost, 0) + COALESCE(v.cost, 0) AS cost,
                   COALESCE(p.tickets, 0) AS tickets, v.invoiced
            FROM subscribed s LEFT JOIN supported p USING (account_id) LEFT JOIN served v USING (account_id)
        ),
        earned AS (
            SELECT *, CASE WHEN arr > 0 THEN arr * months / 12 WHEN invoiced > 0 THEN invoiced END AS revenue FROM lived
        )
        SELECT account_id, started_on, ended_on, months, ended, arr, cost / months AS cost_a_month,
               tickets / months AS tickets_a_month,
               CASE WHEN margin IS NOT NULL OR (SELECT SUM(cost) FROM lived) > 0 THEN
                   COALESCE(margin, $gross_margin) - COALESCE(cost / revenue, 0)
               END AS margin,
               COALESCE(margin, $gross_margin) AS gross, margin IS NOT NULL AS stated,
               revenue / months AS revenue_a_month
        FROM earned
        """,
        {
            "as_of": as_of,
            "month": DAYS_PER_MONTH,
            "gross_margin": gross_margin,
            "cost_per_ticket": cost_per_ticket,
            "cost_per_hour": cost_per_hour,
        },
    )
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE service_costs AS
        SELECT t.account_id, CAST(t.opened_at AS DATE) AS day, COALESCE(
                   t.cost, CASE WHEN $cost_per_hour > 0 THEN t.hours * $cost_per_hour END, $cost_per_ticket
               ) AS cost
        FROM tickets t JOIN customers c USING (account_id)
        WHERE t.opened_at IS NULL OR CAST(t.opened_at AS DATE) BETWEEN c.started_on AND $as_of
        UNION ALL
        SELECT i.account_id, CAST(i.issued_at AS DATE), i.hours * $cost_per_hour
        FROM invoices i JOIN customers c USING (account_id)
        WHERE i.hours IS NOT NULL AND (i.issued_at IS NULL OR CAST(i.issued_at AS DATE) BETWEEN c.started_on AND $as_of)
        """,
        {"as_of": as_of, "cost_per_ticket": cost_per_ticket, "cost_per_hour": cost_per_hour},
    )


def _notes(con: duckdb.DuckDBPyConnection, as_of: date, moved_in_on: Sequence[date]) -> OutcomeNotes:
    row = con.execute(
        """
        SELECT COUNT(*), COUNT(*) FILTER (WHERE account_id IS NULL),
               COUNT(*) FILTER (WHERE COALESCE(deal_type, 'new_business') <> 'new_business'),
               COUNT(*) FILTER (WHERE deal_type IS NULL), COUNT(*) FILTER (WHERE created_at IS NULL),
               COUNT(*) FILTER (WHERE outcome <> 'open' AND CAST(closed_at AS DATE) > $as_of
                                AND (created_at IS NULL OR CAST(created_at AS DATE) <= $as_of))
        FROM deals
        """,
        {"as_of": as_of},
    ).fetchone()
    deals, without_account, other_type, unknown_type, undated, later = row or (0, 0, 0, 0, 0, 0)
    unworked = con.execute("SELECT COUNT(*) FROM never_worked").fetchall()[0][0]
    currencies = tuple(
        found[0]
        for found in con.execute(
            """
            SELECT DISTINCT UPPER(d.currency)
            FROM (SELECT currency FROM deals UNION ALL SELECT currency FROM invoices) d
            LEFT JOIN exchange_rates r ON r.currency = UPPER(d.currency)
            WHERE d.currency IS NOT NULL AND r.rate IS NULL ORDER BY 1
            """
        ).fetchall()
    )
    sentences = []
    if without_account:
        sentences.append(f"{without_account:,} of {deals:,} deals belong to no account and say nothing of who buys")
    if other_type:
        sentences.append(f"{other_type:,} deals are expansions, renewals or no sales: not counted in win rates")
    if unknown_type and unknown_type < deals:
        sentences.append(f"{unknown_type:,} deals of unknown type are counted as new business")
    elif deals and unknown_type == deals:
        sentences.append("No deal has a type: all are counted as new business")
    for day in moved_in_on:
        moved = con.execute("SELECT COUNT(*) FROM deals WHERE CAST(created_at AS DATE) = ?", [day]).fetchall()[0][0]
        sentences.append(
            f"{moved:,} deals were moved in on {day.isoformat()}: when they were opened is not known, so they serve no "
            "window and no cycle"
        )
    if unworked:
        sentences.append(
            f"{unworked:,} lost deals have no activity and no second stage on record: never worked is not lost, and "
            "they do not count"
        )
    if later:
        sentences.append(f"{later:,} deals were closed after {as_of.isoformat()}: on that day they were open")
    if currencies:
        sentences.append(f"Amounts in {', '.join(currencies)} are not added: no rate is given in company.yaml")
    return OutcomeNotes(
        tuple(sentences), deals, without_account, other_type, unknown_type, undated, unworked, currencies
    )

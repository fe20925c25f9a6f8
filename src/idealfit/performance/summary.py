"""The first questions of every sales leader, answered on day one: what is in the market, the pipeline and the wins."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb

from idealfit.activation.lists import UNDATED, Attributes, CompanySettings, ListRun, count_lists, make_lists
from idealfit.activation.settings import ListSettings
from idealfit.profile.content import Profile

NO_BUYERS = ("duplicate", "own", "test", "competitor", "vendor", "partner")
"""Rows of `accounts` that are no part of the market."""

IN_SAMPLE = (
    "By tier: today's tiers beside the deals that the profile may have been found on. What it would have done on deals "
    "that it had not seen is in the backtest"
)


def summarise(
    con: duckdb.DuckDBPyConnection,
    *,
    as_of: date | None,
    company: CompanySettings | None = None,
    profile: Profile | None = None,
    report: Attributes | None = None,
    settings: ListSettings | None = None,
    run: ListRun | None = None,
) -> dict[str, Any]:
    """What the page and the terminal say of the market, the open pipeline, last year's wins, the tiers and the lists.

    `market` {accounts, matching, A, B, unworked_matching}; `pipeline` as in `activation.pipeline.pipeline_share`;
    `wins` {since, total, in_ab, share_in_ab, without_account}: new-business deals won in the year up to as_of, of all
    time where no deal has a closing date (`since` is then None); `by_tier` as in `tier_table`; `lists` as in
    `activation.lists.count_lists`; `notes`. Figures that need scores are None where nothing is scored.
    `run`: the lists that `make_lists` has already made on this connection; without it they are made here.
    """
    from idealfit.performance.by_tier import tier_table  # with the library of numbers: who reads back needs none

    run = run or make_lists(con, profile, as_of=as_of, company=company, report=report, settings=settings)
    lists = count_lists(con, run)
    pipeline = lists.pop("pipeline")
    return {
        "as_of": None if run.as_of == UNDATED else run.as_of.isoformat(),
        "market": _market(con, run),
        "pipeline": pipeline,
        "wins": _wins(con, run),
        "by_tier": tier_table(con, as_of=run.as_of, home=run.home) if run.scored else [],
        "lists": lists,
        "notes": _notes(con, run),
    }


def _notes(con: duckdb.DuckDBPyConnection, run: ListRun) -> list[str]:
    """What must be read beside the figures, each one a sentence."""
    notes = [IN_SAMPLE] if run.scored else []
    row = con.execute(
        """
        SELECT (SELECT COUNT(*) FROM customer_states WHERE by_subscription AND has_left),
               (SELECT COUNT(*) FROM customer_states WHERE by_subscription),
               (SELECT COUNT(*) FROM subscriptions WHERE CAST(ended_at AS DATE) <= ?)
        """,
        [run.as_of],
    ).fetchone()
    left, customers, ended = row or (0, 0, 0)
    if ended and not left:
        notes.append(
            f"Retention counts customers: each of {customers:,} still has a running subscription, though {ended:,} "
            "subscriptions have ended"
        )
    return notes


def _market(con: duckdb.DuckDBPyConnection, run: ListRun) -> dict[str, Any]:
    row = con.execute(
        """
        SELECT COUNT(*), COUNT(*) FILTER (WHERE tier = 'A'), COUNT(*) FILTER (WHERE tier = 'B'),
               COUNT(*) FILTER (WHERE tier IN ('A', 'B') AND list = 'targets' AND NOT worked)
        FROM account_standing WHERE code IS NULL OR NOT list_contains(?, code)
        """,
        [list(NO_BUYERS)],
    ).fetchone()
    accounts, in_a, in_b, unworked = row or (0, 0, 0, 0)
    if not run.scored:
        return {"accounts": accounts, "matching": None, "A": None, "B": None, "unworked_matching": None}
    return {"accounts": accounts, "matching": in_a + in_b, "A": in_a, "B": in_b, "unworked_matching": unworked}


def _wins(con: duckdb.DuckDBPyConnection, run: ListRun) -> dict[str, Any]:
    row = con.execute(
        """
        WITH won AS (
            SELECT d.account_id, COALESCE(s.tier, 'unknown') AS tier, d.closed_on,
                   (SELECT COUNT(closed_on) FROM sales_deals WHERE outcome = 'won') > 0 AS dated
            FROM sales_deals d LEFT JOIN scored s USING (account_id)
            WHERE d.outcome = 'won' AND d.deal_type = 'new_business'
        )
        SELECT COUNT(*), COUNT(*) FILTER (WHERE tier IN ('A', 'B')), COUNT(*) FILTER (WHERE account_id IS NULL),
               COALESCE(BOOL_OR(dated), false), CAST($as_of - INTERVAL 1 YEAR AS DATE)
        FROM won WHERE NOT dated OR closed_on > CAST($as_of - INTERVAL 1 YEAR AS DATE)
        """,
        {"as_of": run.as_of},
    ).fetchone()
    total, in_ab, without_account, dated, since = row or (0, 0, 0, False, None)
    return {
        "since": since.isoformat() if dated and since else None,
        "total": total,
        "in_ab": in_ab if run.scored else None,
        "share_in_ab": round(in_ab / total, 6) if total and run.scored else None,
        "without_account": without_account,
    }

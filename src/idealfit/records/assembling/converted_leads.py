"""Leads that were converted: what they became (Salesforce's ConvertedAccountId, ConvertedOpportunityId), and, where no
deals are given at all, conversion as the outcome.
"""

from __future__ import annotations

from datetime import date

import duckdb

from idealfit.records.assembling.assembly import Assembled, columns_of, count_of

_ENOUGH = 20
_LATE = 0.95
_WAIT = 90
"""Days after which an open lead counts as lost where no conversion is dated."""


def follow_conversions(con: duckdb.DuckDBPyConnection, present: set[str]) -> list[str]:
    """Give converted leads the account, and their deals the lead, that the conversion made."""
    leads = columns_of(con, "all_leads")
    notes = []
    if "converted_account_id" in leads:
        if "account_id" not in leads:
            con.execute("ALTER TABLE all_leads ADD COLUMN account_id VARCHAR")
        rows = count_of(con, "all_leads", "account_id IS NULL AND converted_account_id IS NOT NULL")
        con.execute("UPDATE all_leads SET account_id = coalesce(account_id, converted_account_id)")
        notes.append(f"leads: {rows:,} name the account that they were converted into")
    if "converted_deal_id" in leads and "deals" in present and "lead_id" not in columns_of(con, "all_deals"):
        con.execute("ALTER TABLE all_deals ADD COLUMN lead_id VARCHAR")
        con.execute(
            "UPDATE all_deals SET lead_id = l.lead_id FROM (SELECT converted_deal_id AS deal, min(lead_id) AS lead_id "
            "FROM all_leads WHERE converted_deal_id IS NOT NULL GROUP BY 1) l WHERE l.deal = all_deals.deal_id"
        )
        notes.append(f"deals: {count_of(con, 'all_deals', 'lead_id IS NOT NULL'):,} are of a converted lead")
    return notes


def deals_of_leads(con: duckdb.DuckDBPyConnection, as_of: date | None) -> tuple[Assembled | None, list[str]]:
    """Make `all_deals` of leads of companies that say whether they were converted, where there are no deals: converted
    is won, late or disqualified is lost, else open. None where leads are no such list."""
    columns = columns_of(con, "all_leads")
    linked = "account_id IS NOT NULL"
    if "is_won" not in columns or count_of(con, "all_leads", f"is_won AND {linked}") < _ENOUGH:
        return None, []
    days = _WAIT
    if {"converted_at", "created_at"} <= set(columns):
        found = con.execute(
            f"SELECT quantile_cont(date_diff('day', created_at, converted_at), {_LATE}) FROM all_leads "
            "WHERE is_won AND converted_at >= created_at"
        ).fetchall()[0][0]
        days = max(1, round(found)) if found is not None else _WAIT
    late = f"created_at + INTERVAL {days} DAY <= $day" if "created_at" in columns and as_of is not None else "true"
    gone = "disqualified_at IS NOT NULL OR " if "disqualified_at" in columns else ""
    closed = "converted_at" if "converted_at" in columns else "NULL::TIMESTAMP"
    created = "created_at" if "created_at" in columns else "NULL::TIMESTAMP"
    source = ", source" if "source" in columns else ""
    con.execute(
        f"CREATE OR REPLACE TABLE all_deals AS SELECT __line__, __file__, 'lead-' || lead_id AS deal_id, account_id, "
        f"lead_id, CAST({created} AS TIMESTAMP) AS created_at, CAST({closed} AS TIMESTAMP) AS closed_at{source}, "
        f"coalesce(is_won, false) AS is_won, coalesce(is_won, false) OR ({gone}{late}) AS is_closed "
        f"FROM all_leads WHERE {linked} ORDER BY __file__, __line__",
        {"day": as_of} if "$day" in late else {},
    )
    rows = count_of(con, "all_deals")
    note = (
        f"deals: none were given; {rows:,} leads of companies stand for them: converted is won, not converted within "
        f"{days} days is lost. This says who is converted, not who buys"
    )
    return Assembled("deals", "all_deals", tuple(columns_of(con, "all_deals")), rows, 0, (), (), ()), [note]

"""A funnel instead of a list of deals: where only won deals were kept, the leads that were not won tell the losses."""

from __future__ import annotations

from datetime import date

import duckdb

from idealfit.records.assembling.assembly import columns_of, commonest, count_of
from idealfit.records.recognising.guess_level import LevelGuess, guess_level
from idealfit.records.recognising.guess_words import WORDS
from idealfit.records.tables import TABLES, ColumnType
from idealfit.store.engine import quote

_ENOUGH_WON = 20
_TYPES: dict[str, ColumnType] = {"DOUBLE": "number", "BOOLEAN": "boolean", "DATE": "date", "TIMESTAMP": "timestamp"}
LATE = 0.95
"""A lead that is older than this share of the won ones were when they were won counts as lost."""


def lost_leads(con: duckdb.DuckDBPyConnection, as_of: date | None) -> list[str]:
    """Make deals of the leads that were not won, where `all_deals` holds won deals only and names their leads: lost
    where the lead is older than nearly all won ones were (or was disqualified), else open. A lead without an account
    becomes its own. Answers what was done; nothing where the tables are not such a funnel."""
    deals, leads = columns_of(con, "all_deals"), columns_of(con, "all_leads")
    if not {"lead_id", "closed_at"} <= set(deals) or "created_at" not in leads or as_of is None:
        return []
    won = count_of(con, "all_deals", "outcome = 'won' AND lead_id IN (SELECT lead_id FROM all_leads)")
    if won < _ENOUGH_WON or won < 0.5 * count_of(con, "all_deals") or count_of(con, "all_deals", "outcome <> 'won'"):
        return []
    late = con.execute(
        f"SELECT quantile_cont(date_diff('day', l.created_at, d.closed_at), {LATE}) FROM all_deals d "
        "JOIN all_leads l USING (lead_id) WHERE d.closed_at >= l.created_at"
    ).fetchall()[0][0]
    rest = count_of(con, "all_leads", "lead_id NOT IN (SELECT lead_id FROM all_deals WHERE lead_id IS NOT NULL)")
    if late is None or rest < _ENOUGH_WON:
        return []
    days = max(1, round(late))
    _accounts_of_leads(con)
    _fill_won(con, deals)
    gone = "l.disqualified_at" if "disqualified_at" in leads else "NULL::TIMESTAMP"
    passed = f"l.created_at + INTERVAL {days} DAY"
    source = ", l.source" if "source" in leads and "source" not in deals else ""
    con.execute(
        "CREATE OR REPLACE TABLE all_deals AS SELECT * FROM all_deals UNION ALL BY NAME SELECT l.__line__, l.__file__, "
        "'lead-' || l.lead_id AS deal_id, l.account_id, l.lead_id, CAST(l.created_at AS TIMESTAMP) AS created_at, "
        f"CASE WHEN {gone} <= $day THEN {gone} WHEN {passed} <= $day THEN {passed} END AS closed_at, "
        f"CASE WHEN {gone} <= $day OR {passed} <= $day THEN 'lost' ELSE 'open' END AS outcome{source} FROM all_leads l "
        "WHERE l.lead_id NOT IN (SELECT lead_id FROM all_deals WHERE lead_id IS NOT NULL)",
        {"day": as_of},
    )
    lost, still = (count_of(con, "all_deals", f"outcome = '{outcome}'") for outcome in ("lost", "open"))
    return [
        f"deals: only won ones were kept ({won:,}); of the leads that were not won, {lost:,} are older than the "
        f"{days} days within which {LATE:.0%} of the won ones were won, and count as lost; {still:,} count as open"
    ]


def _accounts_of_leads(con: duckdb.DuckDBPyConnection) -> None:
    """A lead without an account gets that of its won deal, else one of its own."""
    con.execute(
        "UPDATE all_leads SET account_id = coalesce(account_id, (SELECT min(d.account_id) FROM all_deals d "
        "WHERE d.lead_id = all_leads.lead_id), 'lead-' || lead_id)"
    )
    con.execute(
        "CREATE OR REPLACE TABLE all_accounts AS SELECT * FROM all_accounts UNION ALL BY NAME "
        "SELECT min(__line__) AS __line__, min(__file__) AS __file__, account_id FROM all_leads "
        "WHERE account_id NOT IN (SELECT account_id FROM all_accounts) GROUP BY account_id"
    )


def _fill_won(con: duckdb.DuckDBPyConnection, deals: dict[str, str]) -> None:
    """Won deals take their account, and the day on which they began, from their lead."""
    if "created_at" not in deals:
        con.execute("ALTER TABLE all_deals ADD COLUMN created_at TIMESTAMP")
    con.execute(
        "UPDATE all_deals SET account_id = coalesce(all_deals.account_id, l.account_id), "
        "created_at = coalesce(all_deals.created_at, CAST(l.created_at AS TIMESTAMP)) "
        "FROM all_leads l WHERE l.lead_id = all_deals.lead_id"
    )


def company_columns(con: duckdb.DuckDBPyConnection) -> dict[str, LevelGuess]:
    """Move what only won deals of a funnel tell of their companies to `all_accounts`: known on won rows alone, it is
    tested, and refused with the proof, where everybody can see it. Answers the columns with their guessed level."""
    deals, accounts = columns_of(con, "all_deals"), columns_of(con, "all_accounts")
    lower = {name.lower() for name in accounts}
    known = {*TABLES["deals"].columns, *WORDS["deals"]}
    found: dict[str, LevelGuess] = {}
    for name, kind in deals.items():
        if name.startswith("__") or name in known or name.lower() in lower or name.endswith("(as in file)"):
            continue
        counts = {
            str(text): rows
            for text, rows in con.execute(
                f"SELECT CAST({quote(name)} AS VARCHAR), count(*) FROM all_deals WHERE {quote(name)} IS NOT NULL "
                "GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1000"
            ).fetchall()
        }
        guess = guess_level(name, counts, typed=_TYPES.get(kind, "text"), flat=True)
        if counts and guess.level == "account":
            found[name] = guess
    if found:
        chosen = ", ".join(f"{commonest(quote(name))} AS {quote(name)}" for name in found)
        con.execute(
            f"CREATE OR REPLACE TABLE all_accounts AS SELECT a.*, d.* EXCLUDE (account) FROM all_accounts a LEFT JOIN "
            f"(SELECT account_id AS account, {chosen} FROM all_deals WHERE account_id IS NOT NULL GROUP BY 1) d "
            "ON d.account = a.account_id ORDER BY a.__file__, a.__line__, a.account_id"
        )
        for name in found:
            con.execute(f"ALTER TABLE all_deals DROP COLUMN {quote(name)}")
    return found

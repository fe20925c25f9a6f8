"""All tables linked to their accounts, in the order in which one serves the next, with what to tell of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import duckdb

from idealfit.records.assembling.account_index import index_accounts
from idealfit.records.assembling.assembly import Assembled, columns_of, count_of
from idealfit.records.assembling.converted_leads import follow_conversions
from idealfit.records.assembling.finishing import leads_as_accounts
from idealfit.records.assembling.link_counts import count_links, told_links, told_spellings
from idealfit.records.assembling.linking import LINK, SEVERAL, link_table
from idealfit.records.report import Link
from idealfit.records.tables import TABLES
from idealfit.store.engine import literal, quote

_ORDER = ("leads", "deals", "subscriptions", "contacts")
_MUST_LINK = ("activities", "usage", "tickets", "surveys", "events", "invoices", "subscriptions", "account_history")
"""Tables that say nothing where none of their rows belongs to an account."""


@dataclass(frozen=True)
class Linked:
    """`links` in numbers and `notes` in words; `unused` are files of which no row belongs to an account."""

    links: tuple[Link, ...]
    notes: tuple[str, ...]
    unused: tuple[tuple[str, str], ...]


def link_all(
    con: duckdb.DuckDBPyConnection, assembled: dict[str, Assembled], vendors: Mapping[str, Collection[str]]
) -> Linked:
    """Fill `account_id` of every assembled table that has one; a file that links to nothing is taken out of `assembled`
    and told. `vendors` names the tools that each table's files come from, where known."""
    notes: list[str] = []
    links: list[Link] = []
    index_accounts(con, "all_accounts")
    tables = [
        table
        for table in TABLES
        if table in assembled and "account_id" in TABLES[table].columns and table != "accounts"
    ]
    if "leads" in assembled:
        notes += follow_conversions(con, set(assembled))
    for table in sorted(tables, key=lambda each: _ORDER.index(each) if each in _ORDER else len(_ORDER)):
        link_table(con, table, f"all_{table}", set(assembled))
        found = count_links(con, table, f"all_{table}")
        told = [*told_links(found, vendors.get(table, ())), *told_spellings(con, table, f"all_{table}")]
        if table == "leads" and (added := leads_as_accounts(con)):
            index_accounts(con, "all_accounts")
            told = [*added, *_own_companies(con)]
        if table == "deals" and "leads" in assembled:
            told += _through_ambiguous_leads(con)
        links += found
        notes += told
    unused = [
        pair
        for table in tables
        if table in _MUST_LINK and assembled[table].files
        for pair in _without_links(con, table, assembled)
    ]
    gone = {table for table in tables if table not in assembled}
    return Linked(
        tuple(link for link in links if link.table not in gone),
        tuple(note for note in notes if note.split(":", 1)[0] not in gone),
        tuple(unused),
    )


def _own_companies(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Leads whose company several accounts have: they keep their own company fields."""
    several = count_of(con, "all_leads", f"{LINK} = 'ambiguous name' AND account_id IS NOT NULL")
    return (
        [
            f"leads: {several:,} name a company that several accounts have: each kept its own company fields, as an "
            "account of its own"
        ]
        if several
        else []
    )


def _through_ambiguous_leads(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Deals that know their company from a lead whose company name several accounts have: how they were linked."""
    if "lead_id" not in columns_of(con, "all_deals"):
        return []
    several, own = con.execute(
        f"SELECT count(*), count(*) FILTER (l.{LINK} LIKE 'ambiguous%') FROM all_deals d JOIN all_leads l "
        f"USING (lead_id) WHERE d.{LINK} = 'through leads' AND l.{SEVERAL} > 1"
    ).fetchall()[0]
    if not several:
        return []
    picked = f"{several - own:,} of them fit one by its domain too and were linked to it; " if several > own else ""
    return [
        f"deals: {several:,} of {count_of(con, 'all_deals'):,} fit several accounts by the company name of their lead: "
        f"{picked}{own:,} take the company fields of their own lead, for an ambiguous link is not made"
    ]


def _without_links(
    con: duckdb.DuckDBPyConnection, table: str, assembled: dict[str, Assembled]
) -> list[tuple[str, str]]:
    """Take the files out of a table of which no row belongs to an account; answers them with the reason."""
    relation = f"all_{table}"
    rows = con.execute(
        f"SELECT __file__, count(*), any_value(__given__) FROM {quote(relation)} GROUP BY 1 "
        "HAVING count(account_id) = 0 ORDER BY 1"
    ).fetchall()
    for file, count, _ in rows:
        whole = assembled[table]
        con.execute(f"DELETE FROM {quote(relation)} WHERE __file__ = {literal(file)}")
        left = tuple(each for each in whole.files if each != file)
        assembled[table] = replace(whole, files=left, read=whole.read - count)
        if not left:
            del assembled[table]
    return [
        (
            file,
            f"it links to nothing: none of its {count:,} rows of {table} names an account that is here"
            + (f" (such as {given!r})" if given else ""),
        )
        for file, count, given in rows
    ]

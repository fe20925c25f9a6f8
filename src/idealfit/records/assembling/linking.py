"""Which account a row belongs to: by id, by name, by domain, or through a deal, a subscription, a contact or a lead."""

from __future__ import annotations

import re
from collections import defaultdict

import duckdb

from idealfit.accounts.domain import registrable_domain
from idealfit.accounts.name import normalised_name, squash
from idealfit.records.assembling.assembly import columns_of
from idealfit.store.engine import insert_texts, quote


def index_accounts(con: duckdb.DuckDBPyConnection, relation: str) -> None:
    """Make the look-up tables `link_id`, `link_name` and `link_domain` (k → account_id of the survivor). A name or a
    domain that several accounts share is no link."""
    columns = columns_of(con, relation)
    name = "name" if "name" in columns else "NULL"
    domain = "domain" if "domain" in columns else "NULL"
    rows = con.execute(
        f"SELECT account_id, {name}, {domain}, coalesce(duplicate_of, account_id) FROM {quote(relation)}"
    ).fetchall()
    by_name: dict[str, set[str]] = defaultdict(set)
    by_domain: dict[str, set[str]] = defaultdict(set)
    for _, called, site, survivor in rows:
        if called:
            by_name[normalised_name(called)].add(survivor)
            by_name["=" + squash(called)].add(survivor)
        if site:
            by_domain[site].add(survivor)
    _fill(con, "link_id", {row[0]: {row[3]} for row in rows})
    _fill(con, "link_name", by_name)
    _fill(con, "link_domain", by_domain)


def _fill(con: duckdb.DuckDBPyConnection, table: str, links: dict[str, set[str]]) -> None:
    con.execute(f"CREATE OR REPLACE TEMP TABLE {quote(table)} (k VARCHAR, v VARCHAR)")
    single = {key: next(iter(ids)) for key, ids in links.items() if len(ids) == 1 and key.strip("=")}
    if single:
        insert_texts(con, table, [list(single), list(single.values())])


def _name_links(con: duckdb.DuckDBPyConnection, relation: str, column: str) -> dict[str, str]:
    """The distinct names (or web addresses) of a column that fit exactly one account → its id."""
    links = dict(con.execute("SELECT k, v FROM link_name").fetchall())
    unmatched = f"{quote(column)} NOT IN (SELECT k FROM link_id)" if column == "account_id" else "true"
    names = [
        row[0]
        for row in con.execute(
            f"SELECT DISTINCT {quote(column)} FROM {quote(relation)} "
            f"WHERE {quote(column)} IS NOT NULL AND {unmatched} ORDER BY 1"
        ).fetchall()
    ]
    sites = dict(con.execute("SELECT k, v FROM link_domain").fetchall())
    found = {
        name: links.get(normalised_name(name))
        or links.get("=" + squash(name))
        or sites.get(registrable_domain(name) or "")
        for name in names
    }
    if column == "account_id":
        ids = _other_spellings(con)
        found |= {
            name: found[name] or next((ids[key] for key in _spellings(name) if key in ids), None) for name in names
        }
    return {name: account for name, account in found.items() if account is not None}


def _spellings(account_id: str) -> tuple[str, ...]:
    """An id in lower case, without the zeros that a spreadsheet takes away, and in the short form of Salesforce."""
    plain = account_id.strip().lower()
    whole = plain.removesuffix(".0").lstrip("0")
    short = (account_id.strip()[:15],) if re.fullmatch(r"001\w{12}(?:\w{3})?", account_id.strip()) else ()
    return (*short, plain, whole) if whole else (*short, plain)


def _other_spellings(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Spellings of ids that belong to one account only."""
    owners: dict[str, set[str]] = defaultdict(set)
    for key, account in con.execute("SELECT k, v FROM link_id").fetchall():
        for spelling in _spellings(key):
            owners[spelling].add(account)
    return {spelling: next(iter(accounts)) for spelling, accounts in owners.items() if len(accounts) == 1}


def _through(table: str) -> tuple[str, ...]:
    """The other tables through which a row of `table` may find its account, surest first."""
    return {
        "deals": ("lead_id",),
        "activities": ("deal_id", "contact_id"),
        "usage": ("subscription_id",),
        "contacts": ("deal_id",),
        "conversations": ("deal_id",),
        "subscriptions": ("deal_id",),
    }.get(table, ())


_HOLDERS = {"deal_id": "deals", "subscription_id": "subscriptions", "contact_id": "contacts", "lead_id": "leads"}


def link_table(con: duckdb.DuckDBPyConnection, table: str, relation: str, present: set[str]) -> list[str]:
    """Fill `account_id` of a child table in place; what could not be linked is kept with NULL and told."""
    columns = columns_of(con, relation)
    if "account_id" not in columns:
        con.execute(f"ALTER TABLE {quote(relation)} ADD COLUMN account_id VARCHAR")
    tries = ["i.v"]
    joins = ["LEFT JOIN link_id i ON i.k = r.account_id"]
    for column, alias in (("account_id", "n1"), ("account_name", "n2")):
        if column in columns:
            found = _name_links(con, relation, column)
            con.execute(f"CREATE OR REPLACE TEMP TABLE link_{alias} (k VARCHAR, v VARCHAR)")
            if found:
                insert_texts(con, f"link_{alias}", [list(found), list(found.values())])
            joins.append(f"LEFT JOIN link_{alias} {alias} ON {alias}.k = r.{column}")
            tries.append(f"{alias}.v")
    for column, alias in (("account_domain", "d1"), ("account_email", "d2"), ("email_domain", "d3")):
        if column in columns:
            joins.append(f"LEFT JOIN link_domain {alias} ON {alias}.k = r.{column}")
            tries.append(f"{alias}.v")
    for number, column in enumerate(_through(table)):
        holder = _HOLDERS[column]
        if column in columns and holder in present:
            joins.append(
                f"LEFT JOIN (SELECT {column} AS k, first(account_id ORDER BY account_id) AS v FROM "
                f"{quote('all_' + holder)} WHERE {column} IS NOT NULL GROUP BY 1) t{number} ON t{number}.k = r.{column}"
            )
            tries.append(f"t{number}.v")
    con.execute(
        f"CREATE OR REPLACE TABLE {quote(relation)} AS SELECT r.* REPLACE (coalesce({', '.join(tries)}) "
        f"AS account_id), "
        f"{'r.account_id' if 'account_id' in columns else 'NULL::VARCHAR'} AS __reference__ FROM "
        f"{quote(relation)} r {' '.join(joins)} ORDER BY r.__file__, r.__line__"
    )
    notes = _told(con, table, relation, set(columns))
    con.execute(f"ALTER TABLE {quote(relation)} DROP COLUMN __reference__")
    return notes


def _told(con: duckdb.DuckDBPyConnection, table: str, relation: str, columns: set[str]) -> list[str]:
    """How many rows name no account, and how many name one that is not there or not unique."""
    given = " OR ".join(
        f"{quote(name)} IS NOT NULL"
        for name in ("__reference__", "account_name", "account_domain")
        if name in columns | {"__reference__"}
    )
    empty, unknown = con.execute(
        f"SELECT count(*) FILTER (NOT ({given})), count(*) FILTER ({given}) FROM {quote(relation)} WHERE "
        f"account_id IS NULL"
    ).fetchall()[0]
    notes = []
    if empty:
        notes.append(f"{table}: {empty:,} rows name no account; they are kept, linked to none")
    if unknown:
        reference = (
            "coalesce("
            + ", ".join(
                quote(name)
                for name in ("__reference__", "account_name", "account_domain")
                if name in columns | {"__reference__"}
            )
            + ")"
        )
        examples = con.execute(
            f"SELECT {reference}, count(*) FROM {quote(relation)} WHERE account_id IS NULL AND ({given}) "
            f"GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 3"
        ).fetchall()
        told = ", ".join(f"{name!r}" for name, _ in examples)
        notes.append(
            f"{table}: {unknown:,} rows name an account that is not in the accounts, or that several fit "
            f"({told}); they are kept, linked to none"
        )
    return notes

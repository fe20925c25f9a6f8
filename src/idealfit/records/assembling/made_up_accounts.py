"""Accounts that are no company (tests, placeholders) and our own company, marked so that nothing is learned from them.

Nothing is removed: `test_record` says why, and such an account is no evidence and on no list. A line in the mapping
(`normalise: false` for the column of names) leaves the names unjudged.
"""

from __future__ import annotations

from collections.abc import Collection

import duckdb

from idealfit.accounts.domain import registrable_domain
from idealfit.accounts.made_up import TEST_DOMAINS, WORDS_OF_INTEREST, made_up_reason
from idealfit.records.assembling.assembly import columns_of, count_of
from idealfit.records.assembling.originals import keep_original
from idealfit.records.report import Change
from idealfit.store.engine import insert_texts, literal, quote

_TOO_MANY = 0.2
"""Where more accounts than this share look made up, the names of the whole table are (anonymised): none is marked."""
_OWNERS = 3


def mark_made_up(
    con: duckdb.DuckDBPyConnection, own_domain: str | None, as_in_file: Collection[str]
) -> tuple[list[str], tuple[Change, ...]]:
    """Give `all_accounts` the column `test_record` where an account is no company, and status 'own' to accounts of our
    own domain (`own_domain`, else the one that the owners' addresses share); answers notes and changes."""
    notes, changes = _mark_tests(con, as_in_file)
    told, more = _mark_own(con, own_domain)
    return [*notes, *told], (*changes, *more)


def _mark_tests(con: duckdb.DuckDBPyConnection, as_in_file: Collection[str]) -> tuple[list[str], list[Change]]:
    columns = columns_of(con, "all_accounts")
    if columns.get("name") != "VARCHAR" or "name" in as_in_file or "test_record" in columns:
        return [], []
    domain = "domain" if "domain" in columns else "NULL"
    rows = con.execute(
        f"SELECT account_id, name, {domain} FROM all_accounts "
        f"WHERE regexp_matches(lower(name), {literal(WORDS_OF_INTEREST)}) "
        f"{'OR domain IN (FROM (SELECT unnest($domains)))' if domain != 'NULL' else ''} ORDER BY account_id",
        {"domains": sorted(TEST_DOMAINS)} if domain != "NULL" else {},
    ).fetchall()
    found = {
        account: (name, reason)
        for account, name, where in rows
        if (reason := made_up_reason(name, None if "domain" in as_in_file else where)) is not None
    }
    total = count_of(con, "all_accounts")
    if not found or (total >= 10 and len(found) > _TOO_MANY * total):
        return [], []
    con.execute("ALTER TABLE all_accounts ADD COLUMN test_record VARCHAR")
    con.execute("CREATE OR REPLACE TEMP TABLE made_up (k VARCHAR, v VARCHAR)")
    insert_texts(con, "made_up", [list(found), [reason for _, reason in found.values()]])
    con.execute("UPDATE all_accounts SET test_record = m.v FROM made_up m WHERE m.k = account_id")
    names = ", ".join(repr(name or account) for account, (name, _) in list(found.items())[:3])
    note = (
        f"accounts: test records, {len(found):,} of them ({names}), stay, with the reason in 'test_record', and count "
        f"as no evidence and no target ('normalise: false' for the column of names undoes it)"
    )
    changes = [
        Change("accounts", "test_record", name or account, "a test record", 1, reason)
        for account, (name, reason) in found.items()
    ]
    return [note], changes


def _mark_own(con: duckdb.DuckDBPyConnection, own_domain: str | None) -> tuple[list[str], list[Change]]:
    """Accounts of our own domain have status 'own'."""
    columns = columns_of(con, "all_accounts")
    if "domain" not in columns:
        return [], []
    domain = (registrable_domain(own_domain) if own_domain else None) or _domain_of_owners(con, columns)
    if domain is None:
        return [], []
    mine = f"domain = {literal(domain)} AND coalesce(status, '') <> 'own'" if "status" in columns else ""
    rows = count_of(con, "all_accounts", mine or f"domain = {literal(domain)}")
    if not rows:
        return [], []
    if "status" not in columns:
        con.execute("ALTER TABLE all_accounts ADD COLUMN status VARCHAR")
    keep_original(con, "all_accounts", "status")
    con.execute(f"UPDATE all_accounts SET status = 'own' WHERE {mine or f'domain = {literal(domain)}'}")
    why = "company.yaml names it" if own_domain else "the owners' e-mail addresses share it"
    change = Change("accounts", "status", f"(accounts of the domain {domain})", "own", rows, f"our own domain: {why}")
    return [f"accounts: {rows:,} of the domain {domain} are our own company ({why}): status own"], [change]


def _domain_of_owners(con: duckdb.DuckDBPyConnection, columns: Collection[str]) -> str | None:
    """The domain of the owners' e-mail addresses, where the owners are addresses and nearly all share one."""
    if "owner_id" not in columns:
        return None
    rows = con.execute(
        f"SELECT lower(split_part(owner_id, '@', -1)) AS at, count(DISTINCT lower(owner_id)) FROM all_accounts "
        f"WHERE {quote('owner_id')} LIKE '%_@_%._%' GROUP BY 1 ORDER BY 2 DESC, 1"
    ).fetchall()
    owners = sum(count for _, count in rows)
    if not rows or rows[0][1] < _OWNERS or rows[0][1] < 0.8 * owners:
        return None
    return registrable_domain(rows[0][0])

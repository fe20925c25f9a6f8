"""Customers of a billing tool, known by a person's e-mail address, found among the companies of a CRM.

Two accounts at one domain with different names are two companies, or one, and nobody can tell; but where one of them is
a customer whose address is at the domain, it is that company: its name there is a person's, or the payer's.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from idealfit.accounts.duplicate import BY_LIST, Decision, ordered
from idealfit.accounts.name import squash
from idealfit.records.assembling.assembly import columns_of
from idealfit.records.assembling.conversion import Converted
from idealfit.store.engine import literal


def customers_of_companies(
    con: duckdb.DuckDBPyConnection, parts: Sequence[Converted], said: Sequence[Decision]
) -> tuple[tuple[Decision, ...], frozenset[str], list[str]]:
    """Decisions that a customer of one file of accounts is a company of another: by the domain of its address, else by
    the same name, where exactly one company fits; the companies, which survive; and what to tell. What people `said`
    of a pair stands above it."""
    files = sorted(
        part.mapping.file
        for part in parts
        if part.mapping.table == "accounts" and "email" in squash(part.sources.get("domain", ""))
    )
    columns = columns_of(con, "all_accounts")
    if not files or not {"domain", "name"} <= set(columns):
        return (), frozenset(), []
    billed = f"__file__ IN ({', '.join(map(literal, files))})"
    decided = {(one.account_a, one.account_b) for one in said}
    found: list[Decision] = []
    survivors: set[str] = set()
    counts: dict[str, int] = {}
    several = 0
    taken: set[str] = set()
    for way, key, fits in (
        ("e-mail domain", "domain", "true"),
        ("name", "lower(trim(name))", "(b.domain IS NULL OR c.domain IS NULL)"),
    ):
        rows = con.execute(
            f"SELECT b.account_id, min(c.account_id), count(DISTINCT c.account_id) FROM "
            f"(SELECT account_id, domain, {key} AS k FROM all_accounts WHERE {billed}) b JOIN "
            f"(SELECT account_id, domain, {key} AS k FROM all_accounts WHERE NOT {billed}) c "
            f"ON b.k = c.k AND {fits} GROUP BY 1 ORDER BY 1"
        ).fetchall()
        for customer, company, fitting in rows:
            pair = ordered(customer, company)
            if customer in taken or pair in decided:
                continue
            if fitting > 1:
                several += 1
                continue
            taken.add(customer)
            survivors.add(company)
            found.append(Decision(*pair, "same", f"{BY_LIST}{', '.join(files)}"))
            counts[way] = counts.get(way, 0) + 1
    if not found:
        return (), frozenset(), []
    whole = con.execute(f"SELECT count(*) FROM all_accounts WHERE {billed}").fetchall()[0][0]
    told = ", ".join(f"{count:,} by {way}" for way, count in counts.items())
    more = f"; {several:,} fit several companies and stand apart" if several else ""
    return (
        tuple(found),
        frozenset(survivors),
        [f"{', '.join(files)}: {len(found):,} of {whole:,} customers are companies of the other files ({told}){more}"],
    )

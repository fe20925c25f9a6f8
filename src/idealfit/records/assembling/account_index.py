"""The look-up tables of accounts: by id, by name, by domain; a key that several accounts have lists them all."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Set

import duckdb

from idealfit.accounts.domain import PERSONAL_PROVIDERS
from idealfit.accounts.name import normalised_name, squash
from idealfit.records.assembling.assembly import columns_of
from idealfit.store.engine import insert_texts, literal, quote

_LISTED = 200
"""How many accounts of one name are kept apart: more than two is ambiguous, a domain may still tell some of them."""
_SEPARATOR = "\x1f"
_AT_ONCE = 50_000


def index_accounts(con: duckdb.DuckDBPyConnection, relation: str) -> None:
    """Make the tables `link_id` (k, v: the survivor), `link_name` and `link_domain` (k, vs: the survivors).

    A name has two keys: as written ('=acmegmbh') and without its legal form ('acme'). The domain of a provider of
    personal e-mail is no key.
    """
    columns = columns_of(con, relation)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE link_id AS SELECT account_id AS k, coalesce(duplicate_of, account_id) AS v "
        f"FROM {quote(relation)}"
    )
    con.execute("CREATE OR REPLACE TEMP TABLE name_keys (name VARCHAR, k VARCHAR)")
    if "name" in columns:
        called = f"SELECT DISTINCT name FROM {quote(relation)} WHERE name IS NOT NULL ORDER BY 1"
        names = [row[0] for row in con.execute(called).fetchall()]
        for start in range(0, len(names), _AT_ONCE):
            some = names[start : start + _AT_ONCE]
            for keys in (["=" + squash(name) for name in some], [normalised_name(name) for name in some]):
                insert_texts(con, "name_keys", [some, keys])
    survivors = f"list_sort(list(DISTINCT coalesce(a.duplicate_of, a.account_id)))[:{_LISTED}] AS vs"
    joined = "JOIN name_keys n ON n.name = a.name" if "name" in columns else "JOIN name_keys n ON false"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE link_name AS SELECT n.k, {survivors} FROM {quote(relation)} a {joined} "
        "WHERE n.k NOT IN ('', '=') GROUP BY 1"
    )
    domain = "a.domain" if "domain" in columns else "NULL::VARCHAR"
    # written out, as names of our own are: a list that is bound costs half a millisecond a value
    personal = ", ".join(literal(each) for each in sorted(PERSONAL_PROVIDERS))
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE link_domain AS SELECT {domain} AS k, {survivors} FROM {quote(relation)} a "
        f"WHERE {domain} NOT IN ({personal}) GROUP BY 1"
    )


def fill_lists(con: duckdb.DuckDBPyConnection, table: str, links: Mapping[str, Set[str]]) -> None:
    """Make the table `table` (k, vs) of keys with the accounts that they fit."""
    con.execute("CREATE OR REPLACE TEMP TABLE joined_lists (k VARCHAR, v VARCHAR)")
    if links:
        insert_texts(con, "joined_lists", [list(links), [_SEPARATOR.join(sorted(ids)) for ids in links.values()]])
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {quote(table)} AS SELECT k, string_split(v, chr(31)) AS vs FROM joined_lists"
    )


def spellings(account_id: str) -> tuple[str, ...]:
    """An id in lower case, without the zeros that a spreadsheet takes away, and in the short form of Salesforce."""
    plain = account_id.strip().lower()
    whole = plain.removesuffix(".0").lstrip("0")
    short = (account_id.strip()[:15],) if re.fullmatch(r"001\w{12}(?:\w{3})?", account_id.strip()) else ()
    return (*short, plain, whole) if whole else (*short, plain)


def other_spellings(con: duckdb.DuckDBPyConnection, wanted: Set[str]) -> dict[str, str]:
    """Those of the `wanted` spellings of ids that belong to one account only → that account."""
    owners: dict[str, set[str]] = defaultdict(set)
    found = con.execute("SELECT k, v FROM link_id")
    while batch := found.fetchmany(_AT_ONCE):
        for key, account in batch:
            for spelling in spellings(key):
                if spelling in wanted:
                    owners[spelling].add(account)
    return {spelling: next(iter(accounts)) for spelling, accounts in owners.items() if len(accounts) == 1}

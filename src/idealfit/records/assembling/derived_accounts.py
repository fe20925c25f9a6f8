"""Accounts made of other tables, where no file holds them: one a row of a flat file, one a company named elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import duckdb

from idealfit.records.assembling.assembly import columns_of, commonest, count_of
from idealfit.records.attribute import KNOWN
from idealfit.store.engine import quote

_ENOUGH_COMPANIES = 20
_MANY_ROWS = frozenset({"invoices", "usage", "tickets", "events", "subscriptions"})
"""Tables with a row for each thing that happened: what differs from one to the next is of the thing."""
_REFERENCES = ("account_id", "account_name", "account_domain", "account_email", "email_domain")


def accounts_of_flat(con: duckdb.DuckDBPyConnection, company_columns: Collection[str]) -> str:
    """Each deal of `all_deals` its own account, of the same id; the columns that speak of the company move to it."""
    moved = [name for name in columns_of(con, "all_deals") if name in company_columns]
    chosen = "".join(f", {quote(name)}" for name in moved)
    con.execute(
        f"CREATE OR REPLACE TABLE all_accounts AS SELECT __line__, __file__, deal_id AS "
        f"account_id{chosen} FROM all_deals ORDER BY __file__, __line__"
    )
    for name in moved:
        con.execute(f"ALTER TABLE all_deals DROP COLUMN {quote(name)}")
    con.execute("ALTER TABLE all_deals ADD COLUMN account_id VARCHAR")
    con.execute("UPDATE all_deals SET account_id = deal_id")
    return f"each of the {count_of(con, 'all_deals'):,} deals is its own account: the file names no company"


def accounts_of_references(
    con: duckdb.DuckDBPyConnection, tables: Mapping[str, Collection[str]]
) -> tuple[list[str], tuple[str, ...]]:
    """One account per company that `tables` (name → its company columns) refer to, surest reference first.

    A company column keeps its commonest value per account; one that varies within accounts is of the deal, and stays
    there. Answers notes and the tables that were used; none where nothing refers to a company.
    """
    notes: list[str] = []
    used: list[str] = []
    for table, company_columns in tables.items():
        relation = f"all_{table}"
        columns = columns_of(con, relation)
        references = [name for name in _REFERENCES if name in columns]
        if table == "contacts" and not {"account_id", "account_name", "account_domain"} & set(references) and used:
            continue
        if not references:
            continue
        company = [name for name in columns if name in company_columns]
        several = {name: _several_within(con, relation, references, name) for name in company}
        kept = [name for name in company if _is_constant(name, *several[name], many_rows=table in _MANY_ROWS)]
        varying = [name for name in company if name not in kept]
        if varying:
            row = "invoice" if table == "invoices" else "event" if table == "events" else "deal"
            notes.append(f"{table}: {', '.join(varying)} vary within one company: of the {row}, not of the company")
        notes += [
            f"{table}: {several[name][0]:,} of {several[name][1]:,} companies with several rows have several values of "
            f"'{name}': the commonest stands"
            for name in kept
            if several[name][0]
        ]
        _add_accounts(con, relation, references, kept, first=not used)
        if table == "deals":
            for name in kept:
                con.execute(f"ALTER TABLE all_deals DROP COLUMN {quote(name)}")
        used.append(table)
    return notes, tuple(used)


def _key(references: Collection[str]) -> str:
    return f"coalesce({', '.join(quote(name) for name in references)})"


def _several_within(
    con: duckdb.DuckDBPyConnection, relation: str, references: Collection[str], name: str
) -> tuple[int, int]:
    """How many companies have several values of a column, of how many that have several rows."""
    varying, several = con.execute(
        f"SELECT count(*) FILTER (values > 1), count(*) FROM (SELECT {_key(references)} AS k, "
        f"count(DISTINCT {quote(name)}) AS values, count(*) AS n "
        f"FROM {quote(relation)} WHERE {_key(references)} IS NOT NULL GROUP BY 1 HAVING count(*) > 1)"
    ).fetchall()[0]
    return varying, several


def _is_constant(name: str, varying: int, several: int, *, many_rows: bool) -> bool:
    """Whether a column is of the company: at most 5 % of the companies with several rows have several values of it. A
    deal may differ in half of them where the column's name says that it is the company's, and with few such companies
    nothing speaks against it; in tables with `many_rows` neither helps."""
    if many_rows:
        return varying <= 0.05 * several
    return several < _ENOUGH_COMPANIES or varying <= (0.5 if name in KNOWN else 0.05) * several


def _add_accounts(
    con: duckdb.DuckDBPyConnection, relation: str, references: Collection[str], kept: Collection[str], *, first: bool
) -> None:
    key = _key(references)
    name = commonest("account_name") if "account_name" in references else "NULL::VARCHAR"
    domains = [quote(each) for each in ("account_domain", "account_email", "email_domain") if each in references]
    domain = commonest(f"coalesce({', '.join(domains)})") if domains else "NULL::VARCHAR"
    modes = "".join(f", {commonest(quote(each))} AS {quote(each)}" for each in kept)
    select = (
        f"SELECT min(__line__) AS __line__, min(__file__) AS __file__, {key} AS account_id, {name} AS "
        f"name, {domain} AS domain{modes} "
        f"FROM {quote(relation)} WHERE {key} IS NOT NULL GROUP BY {key}"
    )
    if first:
        con.execute(f"CREATE OR REPLACE TABLE all_accounts AS {select} ORDER BY account_id")
        return
    fresh = f"SELECT * FROM ({select}) WHERE account_id NOT IN (SELECT account_id FROM all_accounts)"
    con.execute(f"CREATE OR REPLACE TABLE all_accounts AS SELECT * FROM all_accounts UNION ALL BY NAME {fresh}")

"""Histories of accounts in whatever shape a tool exports them, made into one row a change; mass changes recognised.

Beside the long form (a field and its value a row) some tools give a row a moment with a column a property, and some
copy an account's values onto the deal when it opens. A field that was filled in for most accounts on one day, or by an
import, was not learned on that day: such changes are kept, without their date, and serve no evidence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import duckdb

from idealfit.accounts.name import squash
from idealfit.records.assembling.assembly import columns_of, count_of
from idealfit.records.recognising.guess_words import WORDS, header_keys
from idealfit.store.engine import literal, quote

_HELPERS = frozenset({"__line__", "__file__", "__link__", "__several__", "__given__"})
_NOT_FIELDS = frozenset(
    {"account_id", "account_name", "account_domain", "field", "old_value", "new_value", "changed_at", "source"}
)
_ENOUGH = 20
_MOSTLY = 0.8
_BULK = r"import|migration|data ?load|bulk|back ?fill|mass ?update"
_WHO = ("source", "sourcetype", "changesource", "changedby", "createdby", "createdbyname", "updatedby", "sourcelabel")
_COPIED = re.compile(
    r"^(?:(?:account|company|customer|client)[ _]+)?(?P<what>.+?)[ _]+(?:at|on|when|as[ _]of)[ _]+"
    r"(?:deal[ _]+|opportunity[ _]+|opp[ _]+)?(?P<when>creat\w*|open\w*|clos\w*)$",
    re.IGNORECASE,
)


def one_row_a_change(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Turn rows of `all_account_history` with a column a property into one row a change of one property."""
    columns = columns_of(con, "all_account_history")
    if "field" in columns or "changed_at" not in columns:
        return []
    named = [
        name
        for name in columns
        if name not in _HELPERS | _NOT_FIELDS and squash(name) not in (*_WHO, "id", "historyid")
    ]
    keys = [name for name in columns if name not in named]
    if not named:
        return []
    rows = count_of(con, "all_account_history")
    values = ", ".join(f"CAST({quote(name)} AS VARCHAR) AS {quote(name)}" for name in named)
    con.execute(
        f"CREATE OR REPLACE TABLE all_account_history AS WITH said AS (SELECT {', '.join(map(quote, keys))}, {values} "
        f"FROM all_account_history), long AS (UNPIVOT said ON {', '.join(map(quote, named))} INTO NAME field "
        "VALUE new_value), told AS (SELECT *, lag(new_value) OVER (PARTITION BY account_id, field ORDER BY changed_at, "
        "__file__, __line__) AS old_value FROM long) SELECT * FROM told WHERE old_value IS DISTINCT FROM new_value "
        "ORDER BY __file__, __line__, field"
    )
    return [
        f"account_history: {rows:,} rows with a column a property were read as "
        f"{count_of(con, 'all_account_history'):,} changes of {len(named)} fields"
    ]


def copied_onto_deals(con: duckdb.DuckDBPyConnection, headers: Mapping[str, str]) -> list[str]:
    """Add to `all_account_history` what deals carry of their account as it was ('Company size at creation'): known the
    day before the deal opened, or closed. `headers` are the accounts' columns with their headers in the source."""
    accounts = columns_of(con, "all_accounts")
    deals = columns_of(con, "all_deals")
    notes = []
    for name in deals:
        match = _COPIED.match(name.strip())
        field = _account_column(match["what"], accounts, headers) if match else None
        day = "closed_at" if match and match["when"].lower().startswith("clos") else "created_at"
        if match is None or field is None or day not in deals:
            continue
        con.execute(
            "CREATE TABLE IF NOT EXISTS all_account_history (__line__ BIGINT, __file__ VARCHAR, account_id VARCHAR, "
            "field VARCHAR, old_value VARCHAR, new_value VARCHAR, changed_at TIMESTAMP)"
        )
        con.execute(
            "INSERT INTO all_account_history BY NAME SELECT __line__, __file__, account_id, "
            f"{literal(field)} AS field, CAST({quote(name)} AS VARCHAR) AS new_value, "
            f"CAST({day} AS TIMESTAMP) - INTERVAL 1 DAY AS changed_at FROM all_deals "
            f"WHERE account_id IS NOT NULL AND {quote(name)} IS NOT NULL AND {day} IS NOT NULL"
        )
        rows = count_of(con, "all_deals", f"account_id IS NOT NULL AND {quote(name)} IS NOT NULL AND {day} IS NOT NULL")
        notes.append(
            f"account_history: {rows:,} values of '{field}' were copied onto deals ('{name}') and read as then"
        )
    return notes


def _account_column(text: str, accounts: Mapping[str, str], headers: Mapping[str, str]) -> str | None:
    """The column of accounts that a copied value speaks of."""
    keys = (squash(text), *header_keys(text, "accounts"))
    for column in accounts:
        own = {squash(column), squash(headers.get(column, column)), *WORDS["accounts"].get(column, "").split()}
        if not column.startswith("__") and not own.isdisjoint(keys):
            return column
    return None


def without_mass_changes(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Take the date from changes that one day or one import made to most accounts: they are kept, and serve no
    evidence. A field needs twenty changes before a day of it can be a mass."""
    columns = columns_of(con, "all_account_history")
    if not {"field", "changed_at"} <= set(columns):
        return []
    notes = _by_day(con)
    who = next((name for name in columns if squash(name) in _WHO and columns[name] == "VARCHAR"), None)
    if who is not None:
        where = f"changed_at IS NOT NULL AND regexp_matches(lower({quote(who)}), '{_BULK}')"
        rows = count_of(con, "all_account_history", where)
        if rows:
            _take_date(con, where)
            notes.append(
                f"account_history: {rows:,} changes were made by an import ('{who}'), not learned on their day: kept "
                "without a date, they serve no evidence"
            )
    return notes


def _by_day(con: duckdb.DuckDBPyConnection) -> list[str]:
    days = con.execute(
        "WITH per_day AS (SELECT field, CAST(changed_at AS DATE) AS day, count(*) AS n FROM all_account_history "
        "WHERE changed_at IS NOT NULL GROUP BY 1, 2), whole AS (SELECT field, sum(n) AS total FROM per_day GROUP BY 1) "
        f"SELECT field, day, n, total FROM per_day JOIN whole USING (field) WHERE total >= {_ENOUGH} "
        f"AND n >= {_MOSTLY} * total ORDER BY 1, 2"
    ).fetchall()
    for field, day, _, _ in days:
        _take_date(con, f"field = {literal(field)} AND CAST(changed_at AS DATE) = DATE {literal(str(day))}")
    return [
        f"account_history: {rows:,} of {total:,} changes of '{field}' fell on one day ({day}), as when a tool fills in "
        "everything at once: kept without a date, they serve no evidence"
        for field, day, rows, total in days
    ]


def _take_date(con: duckdb.DuckDBPyConnection, where: str) -> None:
    kept = quote("changed_at (as in file)")
    con.execute(f"ALTER TABLE all_account_history ADD COLUMN IF NOT EXISTS {kept} TIMESTAMP")
    con.execute(
        f"UPDATE all_account_history SET {kept} = CAST(changed_at AS TIMESTAMP), changed_at = NULL WHERE {where}"
    )

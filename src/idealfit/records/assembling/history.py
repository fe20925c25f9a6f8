"""The history of accounts in the words of our own tables: fields under our names, numbers and flags as plain text."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from idealfit.accounts.name import squash
from idealfit.accounts.quantity import parse_boolean, parse_number
from idealfit.records.assembling.assembly import columns_of
from idealfit.records.recognising.guess_words import WORDS, header_keys
from idealfit.store.engine import insert_texts, literal, quote


def name_fields(con: duckdb.DuckDBPyConnection, headers: Mapping[str, str]) -> None:
    """Rewrite `field` of `all_account_history` to the column of `all_accounts` that it speaks of, where there is one
    ('NumberOfEmployees' → employees), and the values of number and yes/no columns as plain text.

    `headers` are the columns of accounts with their headers in the source.
    """
    if "field" not in columns_of(con, "all_account_history"):
        return
    accounts = columns_of(con, "all_accounts")
    own: dict[str, str] = {}
    for column in accounts:
        for text in (column, headers.get(column, column)):
            for key in (squash(text), *header_keys(text, "accounts")):
                own.setdefault(key, column)
    fields = _distinct(con, "field")
    found = {field: name for field in fields if (name := _column_of(field, own, accounts)) is not None}
    _replace(con, "field", {field: name for field, name in found.items() if field != name}, "true")
    for name in sorted(set(found.values())):
        kind = accounts[name]
        where = f"field = {literal(name)}"
        for side in ("old_value", "new_value"):
            if kind in ("DOUBLE", "BOOLEAN") and side in columns_of(con, "all_account_history"):
                _replace(con, side, {text: _plain(text, kind) for text in _distinct(con, side, where)}, where)


def _column_of(field: str, own: Mapping[str, str], accounts: Mapping[str, str]) -> str | None:
    """The column that a field's name speaks of: by its own name, by a column's header, or by a word for its meaning."""
    if field in accounts:
        return field
    keys = (squash(field), *header_keys(field, "accounts"))
    for key in keys:
        if key in own:
            return own[key]
    for key in keys:
        for to, words in WORDS["accounts"].items():
            if key in words.split() and to in accounts:
                return to
    return None


def _plain(text: str, kind: str) -> str | None:
    if kind == "BOOLEAN":
        flag = parse_boolean(text, digits=True)
        return None if flag is None else str(flag).lower()
    number = parse_number(text)
    return None if number is None else repr(number)


def _distinct(con: duckdb.DuckDBPyConnection, column: str, where: str = "true") -> list[str]:
    found = con.execute(
        f"SELECT DISTINCT {quote(column)} FROM all_account_history "
        f"WHERE {quote(column)} IS NOT NULL AND {where} ORDER BY 1"
    ).fetchall()
    return [str(row[0]) for row in found]


def _replace(con: duckdb.DuckDBPyConnection, column: str, words: Mapping[str, str | None], where: str) -> None:
    changed = {text: value for text, value in words.items() if value != text}
    if not changed:
        return
    con.execute("CREATE OR REPLACE TEMP TABLE renamed (k VARCHAR, v VARCHAR)")
    insert_texts(con, "renamed", [list(changed), [value or "" for value in changed.values()]])
    con.execute(
        f"UPDATE all_account_history SET {quote(column)} = renamed.v FROM renamed "
        f"WHERE {quote(column)} = renamed.k AND {where}"
    )

"""Amounts in one currency: each row's own is found, and converted where the CRM did so or the user gives a rate.

What has neither stays as it is where the table can say so (deals and invoices have a currency, in which evidence ranks
them), else it is left empty: amounts of different currencies are never added. The original stands beside each.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

import duckdb

from idealfit.accounts.currency import SHARED_SIGNS, currency_code
from idealfit.accounts.name import squash
from idealfit.records.assembling.assembly import columns_of
from idealfit.records.assembling.companions import currency_column
from idealfit.records.tables import AS_IN_FILE
from idealfit.store.engine import insert_texts, literal, quote

EVER = date(1, 1, 1)
"""Since when a rate holds that has no day."""
_MONEY_AND_DAYS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "accounts": (("revenue",), ()),
    "deals": (("amount", "revenue"), ("closed_at", "won_at", "lost_at", "created_at")),
    "subscriptions": (("arr_start", "arr_current", "arr", "mrr"), ("started_at",)),
    "subscription_changes": (("delta_arr",), ("changed_at",)),
    "invoices": (("amount",), ("issued_at",)),
    "tickets": (("cost",), ("opened_at",)),
    "spend": (("amount",), ("month",)),
}
"""Every table's columns of money, and the days of which the first that is known says at which rate."""

_WITH_CURRENCY = frozenset({"deals", "invoices"})
_OF_COMPANIES = ("accounts", "deals")
"""Tables whose columns say what a company is, or may (a flat file's): any of them may be money."""
_CURRENCY_NAMES = frozenset({"currency", "currencycode", "currencyisocode", "dealcurrency"})
_CONVERTED = re.compile(
    r"^(amount|revenue|value|deal ?value|est\. ?revenue|actual revenue)\b.*"
    r"((company|home|base|corporate) currency|\(base\)|converted)|^amount ?(base|home|converted)$",
    re.IGNORECASE,
)
_SAME = 0.005
_SURE = 0.95


@dataclass(frozen=True)
class Rates:
    """The currency to convert to (None: the one that most amounts are in), and for each other one (code, since when,
    units of ours for one of theirs); `where` they were given."""

    home: str | None = None
    rates: tuple[tuple[str, date, float], ...] = ()
    where: str = "company.yaml"


@dataclass(frozen=True)
class Converted:
    """What was done: sentences, and for each (table, column) whose values changed the rule by which.

    `home` is the currency of deals and invoices, '' where none is named; `rates` what was given, and of currencies
    without a given rate the latest by which the CRM converted: code → (since when, rate) pairs. `said`: column of
    companies → the currency that its amounts are in now, where the file says any.
    """

    notes: tuple[str, ...] = ()
    rules: Mapping[tuple[str, str], str] = field(default_factory=dict)
    home: str = ""
    rates: Mapping[str, tuple[tuple[date, float], ...]] = field(default_factory=dict)
    said: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Money:
    """One column of money; `code` is the SQL of a row's currency ('' where nothing says), `day` that of its day."""

    table: str
    column: str
    code: str
    day: str


def convert_currencies(con: duckdb.DuckDBPyConnection, tables: Iterable[str], given: Rates) -> Converted:
    """Bring the money in the relations `all_<table>` into one currency."""
    tables = list(tables)
    known = [table for table in tables if table in _MONEY_AND_DAYS]
    found = [money for table in known for money in _columns_of_money(con, table, given)]
    notes: list[str] = []
    rules: dict[tuple[str, str], str] = {}
    rates: dict[str, list[tuple[date, float]]] = {}
    for code, since, rate in given.rates:
        rates.setdefault(code.upper(), []).append((since, rate))
    home = (given.home or "").upper() or _usual(con, found, given, _WITH_CURRENCY)
    to = home or _usual(con, found, given, frozenset({"accounts"}))
    if to:
        _make_rates(con, given)
        for money in found:
            told, rule, seen = _convert(con, money, to, given)
            notes += told
            if rule:
                rules[money.table, money.column] = rule
            for code, at in seen.items():
                rates.setdefault(code, [at])
    said = _said_of_companies(con, found, to)
    for table in tables:
        _drop_helpers(con, table)
    return Converted(tuple(notes), rules, home, {code: tuple(each) for code, each in sorted(rates.items())}, said)


def _said_of_companies(con: duckdb.DuckDBPyConnection, found: list[_Money], to: str) -> dict[str, str]:
    """Column of companies → the one currency that its amounts are in now, of those where the file names any."""
    said: dict[str, str] = {}
    for money in found:
        if money.table not in _OF_COMPANIES or money.column in said:
            continue
        relation, column = quote(f"all_{money.table}"), quote(money.column)
        rows = con.execute(
            f"SELECT DISTINCT {money.code} FROM {relation} WHERE {money.code} <> '' AND {column} IS NOT NULL"
        ).fetchall()
        codes = {row[0] for row in rows}
        if codes:
            said[money.column] = codes.pop() if len(codes) == 1 else to
    return said


def _columns_of_money(con: duckdb.DuckDBPyConnection, table: str, given: Rates) -> list[_Money]:
    """The columns of money of a table where anything says what they are in; each row's code stands in a new column."""
    present = columns_of(con, f"all_{table}")
    amounts, days = _MONEY_AND_DAYS[table]
    if table in _OF_COMPANIES:
        helpers = [name.removeprefix("__currency_") for name in present if name.startswith("__currency_")]
        amounts = tuple(dict.fromkeys((*amounts, *helpers)))
    day = f"CAST(coalesce({', '.join(name for name in days if name in present)}) AS DATE)"
    day = day if any(name in present for name in days) else "NULL::DATE"
    named = next((name for name in present if squash(name) in _CURRENCY_NAMES), None)
    found = []
    for column in amounts:
        cell = currency_column(column) if currency_column(column) in present else None
        if column not in present or present[column] == "VARCHAR" or (cell is None and named is None):
            continue
        code = f"__code_{column}"
        _write_codes(con, table, code, cell, named, given.home)
        if table in _WITH_CURRENCY and column == "amount":
            _write_currency(con, table, named, code)
            named = "currency"
        found.append(_Money(table, column, quote(code), day))
    return found


def _write_codes(
    con: duckdb.DuckDBPyConnection, table: str, code: str, cell: str | None, named: str | None, home: str | None
) -> None:
    """Fill the new column `code`: what the cell says of itself, else the row's currency; once a distinct pair."""
    relation = quote(f"all_{table}")
    first, second = (f"coalesce(CAST({quote(name)} AS VARCHAR), '')" if name else "''" for name in (cell, named))
    pairs = con.execute(f"SELECT DISTINCT {first}, {second} FROM {relation} ORDER BY 1, 2").fetchall()
    codes = [_code_of(own, row, home) for own, row in pairs]
    con.execute("CREATE OR REPLACE TEMP TABLE pair_codes (own VARCHAR, named VARCHAR, code VARCHAR)")
    insert_texts(con, "pair_codes", [[own for own, _ in pairs], [row for _, row in pairs], codes])
    con.execute(f"ALTER TABLE {relation} ADD COLUMN {quote(code)} VARCHAR")
    con.execute(
        f"UPDATE {relation} SET {quote(code)} = p.code FROM pair_codes p "
        f"WHERE coalesce(p.own, '') = {first} AND coalesce(p.named, '') = {second}"
    )


def _code_of(own: str, row: str, home: str | None) -> str:
    """The currency of a cell that says `own`, in a row that says `row`; '' where neither says any. A sign that several
    currencies share is the row's or our own where that is one of them."""
    named = (currency_code(row) or row.strip().upper()) if row.strip() else ""
    said = own or named
    if said not in SHARED_SIGNS:
        return said
    family = SHARED_SIGNS[said]
    for candidate in (named, (home or "").upper()):
        if candidate in family:
            return candidate
    return said if said == "kr" else family[0]


def _write_currency(con: duckdb.DuckDBPyConnection, table: str, named: str | None, code: str) -> None:
    """The row's code as `currency`, what stood there beside it where it was written otherwise."""
    relation, original = quote(f"all_{table}"), f"currency{AS_IN_FILE}"
    present = columns_of(con, f"all_{table}")
    if "currency" not in present:
        con.execute(f"ALTER TABLE {relation} ADD COLUMN currency VARCHAR")
    elif named == "currency" and original not in present:
        differs = f"currency IS NOT NULL AND currency IS DISTINCT FROM {quote(code)}"
        if con.execute(f"SELECT count(*) FROM {relation} WHERE {differs}").fetchall()[0][0]:
            con.execute(f"ALTER TABLE {relation} ADD COLUMN {quote(original)} VARCHAR")
            con.execute(f"UPDATE {relation} SET {quote(original)} = currency WHERE {differs}")
    con.execute(f"UPDATE {relation} SET currency = nullif({quote(code)}, '')")


def _usual(con: duckdb.DuckDBPyConnection, found: list[_Money], given: Rates, tables: frozenset[str]) -> str:
    """The currency that most amounts of some tables are in, of those that no rate converts; '' for none."""
    rated = {code for code, _, _ in given.rates}
    rows: dict[str, int] = {}
    for money in found:
        if money.table in tables and money.column in _MONEY_AND_DAYS[money.table][0]:
            counted = con.execute(
                f"SELECT {money.code}, count(*) FROM {quote('all_' + money.table)} "
                f"WHERE {money.code} <> '' AND {quote(money.column)} IS NOT NULL GROUP BY 1"
            ).fetchall()
            for code, count in counted:
                rows[code] = rows.get(code, 0) + count
    ranked = sorted(rows, key=lambda code: (code in rated, -rows[code], code))
    return ranked[0] if ranked else ""


def _make_rates(con: duckdb.DuckDBPyConnection, given: Rates) -> None:
    """`given_rates`: code, since when, until when (not included), rate."""
    con.execute("CREATE OR REPLACE TEMP TABLE rates_given (code VARCHAR, since DATE, rate DOUBLE)")
    for code, since, rate in given.rates:
        con.execute("INSERT INTO rates_given VALUES (?, ?, ?)", [code.upper(), since, rate])
    con.execute(
        "CREATE OR REPLACE TEMP TABLE given_rates AS SELECT code, since, rate, coalesce(lead(since) OVER "
        "(PARTITION BY code ORDER BY since), DATE '9999-12-31') AS until FROM rates_given"
    )


def _convert(
    con: duckdb.DuckDBPyConnection, money: _Money, home: str, given: Rates
) -> tuple[list[str], str | None, dict[str, tuple[date, float]]]:
    """Convert one column of money; what to tell, the rule of what changed (None: nothing did), and the latest rate by
    which the tool itself converted each currency, with its day.
    """
    relation, column = quote(f"all_{money.table}"), quote(money.column)
    foreign = f"{money.code} NOT IN ('', {literal(home)}) AND {column} IS NOT NULL"
    if not con.execute(f"SELECT count(*) FROM {relation} WHERE {foreign}").fetchall()[0][0]:
        return [], None, {}
    con.execute(f"ALTER TABLE {relation} ADD COLUMN __rate DOUBLE")
    own = _use_converted(con, money, home)
    seen = {}
    if own:
        # of one day the smallest, so that the order of the rows does not matter
        rows = con.execute(
            f"SELECT {money.code}, max({money.day}), arg_max(__rate, ({money.day}, -__rate)) FROM {relation} "
            f"WHERE {foreign} AND __rate > 0 AND {money.day} IS NOT NULL GROUP BY 1 ORDER BY 1"
        ).fetchall()
        seen = {code: (day, float(f"{rate:.6g}")) for code, day, rate in rows}
    con.execute(
        f"UPDATE {relation} SET __rate = g.rate FROM given_rates g WHERE __rate IS NULL AND {foreign} "
        f"AND g.code = {money.code} AND coalesce({money.day}, DATE '9999-12-30') >= g.since "
        f"AND coalesce({money.day}, DATE '9999-12-30') < g.until"
    )
    counted = con.execute(
        f"SELECT {money.code}, count(__rate), count(*) - count(__rate), min(__rate), max(__rate) FROM {relation} "
        f"WHERE {foreign} GROUP BY 1 ORDER BY 1"
    ).fetchall()
    notes = []
    source = f"the tool's own column '{own}'" if own else given.where
    for code, done, _, least, most in counted:
        if done:
            at = f"{least:g}" if least == most else f"{least:g} to {most:g}"
            notes.append(
                f"{money.table}: {done:,} of '{money.column}' in {code} were converted to {home} "
                f"(at {at}, by {source}); the originals stand in '{money.column}{AS_IN_FILE}'"
            )
    left = {code: without for code, _, without, _, _ in counted if without}
    if left:
        notes.append(_not_converted(con, money, left, home))
    _keep_originals(con, money, f"{foreign} AND __rate IS NOT NULL")
    written = f", currency = {literal(home)}" if money.table in _WITH_CURRENCY and money.column == "amount" else ""
    present = columns_of(con, f"all_{money.table}")
    ends = [name for name in (f"{money.column}_low", f"{money.column}_high") if present.get(name) == "DOUBLE"]
    values = ", ".join(f"{quote(name)} = round({quote(name)} * __rate, 6)" for name in (money.column, *ends))
    con.execute(f"UPDATE {relation} SET {values}{written} WHERE {foreign} AND __rate IS NOT NULL")
    if money.table not in _WITH_CURRENCY:
        _leave_out(con, money, home, f"{foreign} AND __rate IS NULL")
    con.execute(f"UPDATE {relation} SET {money.code} = {literal(home)} WHERE {foreign} AND __rate IS NOT NULL")
    con.execute(f"ALTER TABLE {relation} DROP COLUMN __rate")
    return notes, f"converted to {home} by {source}", seen


def _use_converted(con: duckdb.DuckDBPyConnection, money: _Money, home: str) -> str | None:
    """Set `__rate` from the tool's own converted amounts, where that column is in `home`: equal for rows in it."""
    relation, column = quote(f"all_{money.table}"), quote(money.column)
    for name, kind in columns_of(con, f"all_{money.table}").items():
        written = name.replace("_", " ").strip()
        if kind != "DOUBLE" or name == money.column or not _CONVERTED.search(written):
            continue
        both = f"{column} IS NOT NULL AND {quote(name)} IS NOT NULL AND {money.code} = {literal(home)}"
        same, rows = con.execute(
            f"SELECT count(*) FILTER (abs({quote(name)} - {column}) <= {_SAME}), count(*) FROM {relation} WHERE {both}"
        ).fetchall()[0]
        if rows and same >= _SURE * rows:
            con.execute(
                f"UPDATE {relation} SET __rate = {quote(name)} / {column} WHERE {column} <> 0 AND "
                f"{quote(name)} IS NOT NULL AND {money.code} NOT IN ('', {literal(home)})"
            )
            return name
    return None


def _not_converted(con: duckdb.DuckDBPyConnection, money: _Money, left: Mapping[str, int], home: str) -> str:
    """What became of the amounts in currencies (code → rows) that no rate brings to `home`, and what to give."""
    told = " and ".join(f"{rows:,} in {code}" for code, rows in left.items())
    firsts = dict(con.execute("SELECT code, min(since) FROM given_rates GROUP BY 1").fetchall())
    wanted = ", ".join(f"{code}: …" for code in left if code not in firsts)
    remedies = [f"give 'rates: {{{wanted}}}' in company.yaml"] if wanted else []
    remedies += [f"give one of {code} from before {firsts[code]}" for code in left if code in firsts]
    stays = "ranked among their own and never added to others" if money.table in _WITH_CURRENCY else "left out"
    return f"{money.table}, '{money.column}': no rate to {home}: {told} are {stays} ({'; '.join(remedies)})"


def _keep_originals(con: duckdb.DuckDBPyConnection, money: _Money, where: str) -> None:
    """The amount, and for deals and invoices its currency, beside those that `where` names."""
    relation = quote(f"all_{money.table}")
    kept = [(money.column, f"CAST({quote(money.column)} AS VARCHAR)")]
    if money.table in _WITH_CURRENCY and money.column == "amount":
        kept.append(("currency", money.code))
    for column, value in kept:
        original = f"{column}{AS_IN_FILE}"
        present = columns_of(con, f"all_{money.table}")
        if original not in present:
            con.execute(f"ALTER TABLE {relation} ADD COLUMN {quote(original)} VARCHAR")
        con.execute(f"UPDATE {relation} SET {quote(original)} = {value} WHERE {quote(original)} IS NULL AND {where}")


def _leave_out(con: duckdb.DuckDBPyConnection, money: _Money, home: str, where: str) -> None:
    """Empty what cannot be compared: amounts without a rate, unless the whole column is in one foreign currency."""
    relation, column = quote(f"all_{money.table}"), quote(money.column)
    codes = con.execute(
        f"SELECT DISTINCT CASE WHEN {money.code} = '' THEN {literal(home)} ELSE {money.code} END FROM {relation} "
        f"WHERE {column} IS NOT NULL"
    ).fetchall()
    if len(codes) < 2:
        return
    _keep_originals(con, money, where)
    con.execute(f"UPDATE {relation} SET {column} = NULL WHERE {where}")


def _drop_helpers(con: duckdb.DuckDBPyConnection, table: str) -> None:
    for name in columns_of(con, f"all_{table}"):
        if name.startswith(("__currency_", "__code_")):
            con.execute(f"ALTER TABLE {quote('all_' + table)} DROP COLUMN {quote(name)}")

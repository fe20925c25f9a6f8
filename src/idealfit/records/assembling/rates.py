"""The rates that a user gives: in company.yaml, and in a table of dates, currencies and rates among the files."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import PurePosixPath

import duckdb

from idealfit.accounts.column_type import as_moments, as_numbers
from idealfit.accounts.currency import currency_code
from idealfit.accounts.name import squash
from idealfit.records.assembling.currency import EVER, Converted, Rates
from idealfit.records.company import Company, Rate
from idealfit.records.reading.raw_table import RawTable
from idealfit.records.reading.source import FolderReading
from idealfit.store.engine import quote

_FILES = frozenset({"rates", "exchangerates", "fxrates", "fx", "currencyrates", "wechselkurse"})
_DAYS = frozenset({"date", "from", "since", "day", "validfrom", "startdate"})
_CODES = frozenset({"currency", "code", "currencycode", "isocode", "fromcurrency", "iso"})
_RATES = frozenset({"rate", "value", "exchangerate", "conversionrate"})


def given_rates(
    con: duckdb.DuckDBPyConnection, company: Company, reading: FolderReading
) -> tuple[Rates, FolderReading]:
    """The rates of company.yaml and of a file such as rates.csv, and the reading without the tables of rates.

    A file's rates come on top of company.yaml's; the one that begins later is in force.
    """
    found = [(code.upper(), dated.since or EVER, dated.rate) for code, each in company.rates.items() for dated in each]
    kept, notes, where = [], [], ["company.yaml"] if found else []
    for raw in reading.tables:
        columns = _columns(raw)
        if columns is None:
            kept.append(raw)
            continue
        read, told = _read(con, raw, columns)
        found += read
        notes.append(told)
        where.append(raw.file)
    latest = {(code, since): (code, since, rate) for code, since, rate in found}
    rest = replace(reading, tables=tuple(kept), notes=(*reading.notes, *notes))
    return Rates(company.currency, tuple(sorted(latest.values())), " and ".join(where)), rest


def with_money(company: Company, money: Converted) -> Company:
    """What the company says of itself, and what the records say of its money: the rates of a file, the latest ones by
    which the CRM converted, and the currency that all of them lead to.
    """
    if not money.rates or not money.home:
        return company
    rates = {
        code: [Rate(since=None if since == EVER else since, rate=rate) for since, rate in each]
        for code, each in money.rates.items()
        if code != money.home
    }
    return company.model_copy(update={"currency": company.currency or money.home, "rates": rates})


def _columns(raw: RawTable) -> tuple[str, str, str] | None:
    """The columns of day, currency and rate of a table that is one of rates."""
    if squash(PurePosixPath(raw.file.replace("#", "/")).stem) not in _FILES:
        return None
    named = {squash(column): column for column in raw.columns}
    found = [next((named[name] for name in sorted(named) if name in each), None) for each in (_DAYS, _CODES, _RATES)]
    day, code, rate = found
    return None if day is None or code is None or rate is None else (day, code, rate)


def _read(
    con: duckdb.DuckDBPyConnection, raw: RawTable, columns: tuple[str, str, str]
) -> tuple[list[tuple[str, date, float]], str]:
    day, code, rate = map(quote, columns)
    rows = con.execute(f"SELECT {day}, {code}, {rate} FROM {quote(raw.relation)}").fetchall()
    days = as_moments({text: 1 for text, _, _ in rows if text}).values or {}
    numbers = as_numbers({text: 1 for _, _, text in rows if text}).values or {}
    found = []
    for since, named, number in rows:
        at, value = days.get(since), numbers.get(number)
        known = currency_code(named) if named else None
        if isinstance(at, datetime) and isinstance(value, float) and value > 0 and known is not None:
            found.append((known, at.date(), value))
    left = len(rows) - len(found)
    told = f"{raw.file}: {len(found):,} rates of {len({each[0] for each in found})} currencies"
    return found, told + (f"; {left:,} rows are no day, currency and rate above 0 and were left out" if left else "")

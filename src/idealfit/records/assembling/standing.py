"""Who is still a customer, where a list of customers is all there is: from a flag, or the year of the last order."""

from __future__ import annotations

import re

import duckdb

from idealfit.records.assembling.assembly import columns_of, count_of
from idealfit.records.attribute import is_nameless
from idealfit.store.engine import quote

_LEFT = re.compile(r"(?i)churn|attrit(?:ion|ed)|^(?:has_?)?(?:left|cancell?ed|exited)$")
_LAST_YEAR = re.compile(r"(?i)last[ _]?(?:order|purchase|invoice|sale|active)[ _]?year")
_YEARS = (1980, 2100)
_CLOSE = 5


def status_from_churn(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Customers that a yes/no column says have left are former ones, the others of that column are customers: the one
    outcome of a list of customers without deals, subscriptions or invoices."""
    columns = columns_of(con, "all_accounts")
    flag = next((name for name, kind in columns.items() if kind == "BOOLEAN" and _LEFT.search(name)), None)
    if flag is None:
        return []
    con.execute("ALTER TABLE all_accounts ADD COLUMN IF NOT EXISTS status VARCHAR")
    con.execute(
        f"UPDATE all_accounts SET status = CASE WHEN {quote(flag)} THEN 'former' ELSE 'customer' END "
        f"WHERE {quote(flag)} IS NOT NULL AND coalesce(status, 'customer') = 'customer'"
    )
    left, stayed = (count_of(con, "all_accounts", f"status = '{status}'") for status in ("former", "customer"))
    return [f"accounts: '{flag}' says who left: {left:,} are former customers, {stayed:,} are customers"]


def status_from_years(con: duckdb.DuckDBPyConnection) -> tuple[list[str], tuple[str, ...]]:
    """Customers whose last order is of an earlier year than the latest one are former ones. The column says so by its
    name; in a list without a header line by its values, beside a column of years that are never later. Answers what
    to tell, and the columns that tell the outcome."""
    if "status" in columns_of(con, "all_accounts") and count_of(con, "all_accounts", "status IS NOT NULL"):
        return [], ()
    found = _last_years(con)
    if found is None:
        return [], ()
    name, why, told_by = found
    con.execute("ALTER TABLE all_accounts ADD COLUMN IF NOT EXISTS status VARCHAR")
    con.execute(
        f"UPDATE all_accounts SET status = CASE WHEN {quote(name)} < (SELECT max({quote(name)}) FROM all_accounts) "
        f"THEN 'former' ELSE 'customer' END WHERE {quote(name)} IS NOT NULL"
    )
    left, stayed = (count_of(con, "all_accounts", f"status = '{status}'") for status in ("former", "customer"))
    return [
        f"accounts: '{name}' is read as the year of the last order ({why}): {left:,} of an earlier year than the "
        f"latest are former customers, {stayed:,} are customers"
    ], told_by


def _last_years(con: duckdb.DuckDBPyConnection) -> tuple[str, str, tuple[str, ...]] | None:
    """The column of the years of last orders, the reason, and all columns that tell of them; None without one."""
    numbers = [name for name, kind in columns_of(con, "all_accounts").items() if kind == "DOUBLE"]
    years = [name for name in numbers if (_LAST_YEAR.search(name) or is_nameless(name)) and _all_years(con, name)]
    named = next((name for name in years if _LAST_YEAR.search(name)), None)
    if named is not None:
        return named, "its name says so", (named,)
    for last in years:
        for first in years:
            if first != last and _follows(con, first, last):
                why = f"no header: its years are never before those of '{first}', and most often the latest"
                return last, why, (first, last)
    return None


def _all_years(con: duckdb.DuckDBPyConnection, name: str) -> bool:
    low, high = _YEARS
    fits = f"{quote(name)} = floor({quote(name)}) AND {quote(name)} BETWEEN {low} AND {high}"
    known = count_of(con, "all_accounts", f"{quote(name)} IS NOT NULL")
    return known > 0 and known == count_of(con, "all_accounts", fits)


def _follows(con: duckdb.DuckDBPyConnection, first: str, last: str) -> bool:
    """Whether two columns of years are those of a first and a last order: the one never after the other, both begin at
    about the same time, and most of the last ones are of the latest year."""
    a, b = quote(first), quote(last)
    before, after, start, begin, latest, commonest = con.execute(
        f"SELECT count(*) FILTER ({a} > {b}), count(*) FILTER ({a} < {b}), min({a}), min({b}), max({b}), mode({b}) "
        "FROM all_accounts"
    ).fetchall()[0]
    return bool(not before and after and begin - start <= _CLOSE and commonest == latest)

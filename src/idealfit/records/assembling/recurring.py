"""What a subscription brings a month, where a file gives the price of a period and how long that period is."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from idealfit.accounts.name import squash
from idealfit.records.assembling.assembly import columns_of, count_of
from idealfit.store.engine import quote

_PRICES = ("amount", "planamount", "price", "planprice", "unitamount")
_PERIODS = ("interval", "planinterval", "billinginterval", "billingperiodunit", "billingperiod", "billingcycle")
_COUNTS = ("intervalcount", "planintervalcount", "billingfrequency")
_QUANTITIES = ("quantity", "planquantity", "seats", "licenses")
_MONTHS = {
    "day": 1 / 30.4375,
    "daily": 1 / 30.4375,
    "week": 7 / 30.4375,
    "weekly": 7 / 30.4375,
    "month": 1.0,
    "monthly": 1.0,
    "quarter": 3.0,
    "quarterly": 3.0,
    "halfyear": 6.0,
    "year": 12.0,
    "yearly": 12.0,
    "annual": 12.0,
    "annually": 12.0,
}


def monthly_amounts(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Fill `mrr` of `all_subscriptions` where it is empty: price x quantity, divided by the months of the period.

    Only where a column names the period ('month', 'year'): an amount alone is not told to be of a month.
    """
    columns = columns_of(con, "all_subscriptions")
    if {"arr_current", "arr_start"} & set(columns):
        return []
    price, period = _first(columns, _PRICES, "DOUBLE"), _first(columns, _PERIODS, "VARCHAR")
    if price is None or period is None:
        return []
    count, quantity = _first(columns, _COUNTS, "DOUBLE"), _first(columns, _QUANTITIES, "DOUBLE")
    word = f"regexp_replace(rtrim(lower({quote(period)}), 's'), '[^a-z]', '', 'g')"
    months = f"CASE {word} {' '.join(f'WHEN {_literal(each)} THEN {size}' for each, size in _MONTHS.items())} END"
    if count is not None:
        months = f"({months}) * coalesce({quote(count)}, 1)"
    times = f" * coalesce({quote(quantity)}, 1)" if quantity is not None else ""
    value = f"{quote(price)}{times} / nullif({months}, 0)"
    if "mrr" not in columns:
        con.execute("ALTER TABLE all_subscriptions ADD COLUMN mrr DOUBLE")
    rows = count_of(con, "all_subscriptions", f"mrr IS NULL AND {value} IS NOT NULL")
    if not rows:
        return []
    con.execute(f"UPDATE all_subscriptions SET mrr = {value} WHERE mrr IS NULL")
    by = f" times '{quantity}'" if quantity is not None else ""
    return [f"subscriptions: what {rows:,} bring a month is '{price}'{by} by the months of '{period}'"]


def _literal(word: str) -> str:
    return f"'{word}'"


def _first(columns: Mapping[str, str], words: tuple[str, ...], kind: str) -> str | None:
    named = {squash(name): name for name, each in columns.items() if each == kind}
    return next((named[word] for word in words if word in named), None)

"""The last touches on the tables beside accounts and deals: histories, activities, invoices, subscriptions, events."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import PurePosixPath

import duckdb

from idealfit.records.assembling.assembly import Assembled, columns_of, count_of
from idealfit.records.assembling.conversion import Converted
from idealfit.records.assembling.derived_subscriptions import derive_subscriptions
from idealfit.records.assembling.finishing import event_types
from idealfit.records.assembling.history import name_fields
from idealfit.records.assembling.history_shape import copied_onto_deals, without_mass_changes
from idealfit.records.assembling.latest_day import latest_day
from idealfit.store.engine import literal

_NOT_OF_EVENTS = frozenset({"dirty", "clean", "cleaned", "raw", "export", "data", "all", "final", "copy", "new", "csv"})
"""Words of file names that say nothing of what happened, as dates do not: 'layoffs_2023_dirty' holds layoffs."""


def finish_children(
    con: duckdb.DuckDBPyConnection,
    by_table: Mapping[str, Sequence[Converted]],
    headers: Mapping[str, str],
    assembled: dict[str, Assembled],
    as_of: date | None,
) -> list[str]:
    """Finish the child tables in place; tables that can be derived of others are added to `assembled`. `headers` are
    the columns of accounts with their headers in the source."""
    notes = _histories(con, headers, assembled)
    if "activities" in assembled:
        _directions(con, by_table["activities"])
    if "subscriptions" in assembled:
        _yearly(con)
    else:
        day = as_of or latest_day(con, assembled)
        derived, told = derive_subscriptions(con, set(assembled), day)
        notes += told
        if derived is not None:
            assembled["subscriptions"] = derived
    if "events" in assembled:
        notes += event_types(con, {part.mapping.file: _event_type(part) for part in by_table["events"]})
    return notes


def line_amounts(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Amounts of invoice lines that give a price for one and how many: the product, where no amount is given."""
    columns = columns_of(con, "all_invoices")
    if not {"unit_price", "quantity"} <= set(columns):
        return []
    if "amount" not in columns:
        con.execute("ALTER TABLE all_invoices ADD COLUMN amount DOUBLE")
    rows = count_of(con, "all_invoices", "amount IS NULL AND unit_price * quantity IS NOT NULL")
    con.execute("UPDATE all_invoices SET amount = unit_price * quantity WHERE amount IS NULL")
    return [f"invoices: {rows:,} amounts are the price for one times the quantity"] if rows else []


def _histories(
    con: duckdb.DuckDBPyConnection, headers: Mapping[str, str], assembled: dict[str, Assembled]
) -> list[str]:
    notes: list[str] = []
    if "deals" in assembled:
        if "account_history" not in assembled:
            con.execute("DROP TABLE IF EXISTS all_account_history")
        notes += copied_onto_deals(con, headers)
        if notes and "account_history" not in assembled:
            rows, columns = count_of(con, "all_account_history"), tuple(columns_of(con, "all_account_history"))
            assembled["account_history"] = Assembled(
                "account_history", "all_account_history", columns, rows, 0, (), (), ()
            )
    if "account_history" in assembled:
        name_fields(con, headers)
        notes += without_mass_changes(con)
    return notes


def _event_type(part: Converted) -> str:
    header = part.sources.get("occurred_at", "")
    if "churn" in header.lower() or "churn" in part.mapping.file.lower():
        return "churn"
    stem = PurePosixPath(part.mapping.file.replace("#", "/")).stem.lower()
    words = [word for word in re.split(r"[\W\d_]+", stem) if word and word not in _NOT_OF_EVENTS]
    return "_".join(words) or stem


def _directions(con: duckdb.DuckDBPyConnection, parts: Sequence[Converted]) -> None:
    """Visits and clicks on our site are the buyer's; other activities without a direction stay without one."""
    columns = columns_of(con, "all_activities")
    if "direction" not in columns:
        con.execute("ALTER TABLE all_activities ADD COLUMN direction VARCHAR")
    con.execute(
        "UPDATE all_activities SET direction = CASE WHEN lower(direction) IN ('inbound', 'incoming', "
        "'in', 'received') THEN 'inbound' WHEN lower(direction) IN ('outbound', 'outgoing', 'out', "
        "'sent') THEN 'outbound' ELSE lower(direction) END"
    )
    for part in parts:
        stem = PurePosixPath(part.mapping.file).stem.lower()
        if any(word in stem for word in ("web", "page", "site", "visit")):
            con.execute(
                f"UPDATE all_activities SET direction = coalesce(direction, 'inbound') WHERE __file__ = "
                f"{literal(part.mapping.file)}"
            )


def _yearly(con: duckdb.DuckDBPyConnection) -> None:
    """A monthly price is a yearly one divided by twelve, where only the monthly one is given."""
    columns = columns_of(con, "all_subscriptions")
    if "mrr" in columns:
        if "arr_current" not in columns:
            con.execute("ALTER TABLE all_subscriptions ADD COLUMN arr_current DOUBLE")
        con.execute("UPDATE all_subscriptions SET arr_current = coalesce(arr_current, mrr * 12)")

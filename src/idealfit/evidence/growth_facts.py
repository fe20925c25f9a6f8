"""Facts of growth: how much a number of an account grew over a window before a moment, from its history."""

from __future__ import annotations

import re
from collections.abc import Mapping

import duckdb
import numpy as np

from idealfit.accounts.folding import fold
from idealfit.evidence.as_known import held_as, make_as_known
from idealfit.evidence.columns import object_columns
from idealfit.evidence.fact import Fact, Floats, Objects
from idealfit.records.attribute import AttributeInfo
from idealfit.store.engine import quote

SPANS = (90, 180, 365)
"""The windows, in days, over which growth is tried."""
LEAST_ACCOUNTS, MOST_COLUMNS = 10, 20

_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,18}(?:\.[0-9]{0,18})?|\.[0-9]{1,18})", re.ASCII)


def growth_facts(con: duckdb.DuckDBPyConnection, attributes: Mapping[str, AttributeInfo], *, rows: str) -> list[Fact]:
    """value(T) / value(T - n) - 1 for each number that has a history of ten accounts or more, and each window; unknown
    without a change on file and for a row without a moment.
    """
    infos = _with_history(con, attributes)
    if not infos:
        return []
    columns = [(info.name, info.type) for info in infos]
    make_as_known(con, columns, rows=rows, into="known_now", history_only=True)
    now = _read(con, "known_now", infos)
    dated = object_columns(con, f"SELECT t FROM {quote(rows)} ORDER BY row_number")["t"]
    undated = np.fromiter((t is None for t in dated), bool, count=len(dated))
    facts = []
    for days in SPANS:
        con.execute(
            "CREATE OR REPLACE TEMP TABLE moments_before AS "
            f"SELECT row_number, account_id, t - {days} AS t FROM {quote(rows)}"
        )
        make_as_known(con, columns, rows="moments_before", into="known_before", history_only=True)
        for info, after, before in zip(infos, now, _read(con, "known_before", infos), strict=True):
            facts.append(_growth(info, days, np.where(undated, np.nan, after), before))
    return [fact for fact in facts if fact.known.any()]


def _with_history(con: duckdb.DuckDBPyConnection, attributes: Mapping[str, AttributeInfo]) -> list[AttributeInfo]:
    numbers = {
        fold(name): info for name, info in attributes.items() if info.type == "number" and info.level == "account"
    }
    found = con.execute(
        f"""
        SELECT LOWER(TRIM(field)) AS name FROM account_history
        WHERE account_id IS NOT NULL AND changed_at IS NOT NULL AND field IS NOT NULL
        GROUP BY name HAVING COUNT(DISTINCT account_id) >= {LEAST_ACCOUNTS} ORDER BY COUNT(*) DESC, name
        """
    ).fetchall()
    return [numbers[name] for (name,) in found if name in numbers][:MOST_COLUMNS]


def _read(con: duckdb.DuckDBPyConnection, table: str, infos: list[AttributeInfo]) -> list[Floats]:
    """The texts of the history as numbers."""
    listed = ", ".join(f"{quote(held_as(info.name))} AS c{index}" for index, info in enumerate(infos))
    found = object_columns(con, f"SELECT {listed} FROM {quote(table)} ORDER BY row_number")
    return [_numbers(found[f"c{index}"]) for index in range(len(infos))]


def _numbers(texts: Objects) -> Floats:
    read: dict[str | None, float] = {None: np.nan}
    for text in texts:
        if text not in read:
            number = fold(str(text))
            read[text] = float(number) if _NUMBER.fullmatch(number) else np.nan
    return np.fromiter((read[text] for text in texts), float, count=len(texts))


def _growth(info: AttributeInfo, days: int, now: Floats, then: Floats) -> Fact:
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.round(now / then, 6) - 1
    values = np.where(np.isfinite(values), np.round(values, 6), np.nan)
    own = AttributeInfo(
        info.name, f"growth of {info.label}", "number", layer="situational", source_name=info.source_name or info.name
    )
    return Fact(
        f"growth.{info.name}.{days}",
        "number",
        own,
        values,
        ~np.isnan(values),
        dated=True,
        form="growth",
        column=info.name,
        over_days=days,
    )

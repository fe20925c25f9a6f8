"""The result of a query as columns: objects, numbers, days."""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from idealfit.evidence.fact import Floats, Objects
from idealfit.store.engine import quote


def object_columns(con: duckdb.DuckDBPyConnection, sql: str, bound: object = None) -> dict[str, Objects]:
    """The result of a query as object arrays, None where NULL."""
    result = con.execute(sql, bound) if bound is not None else con.execute(sql)
    names = [column[0] for column in result.description or []]
    rows = result.fetchall()
    columns: dict[str, Objects] = {}
    for index, name in enumerate(names):
        column = np.empty(len(rows), dtype=object)
        column[:] = [row[index] for row in rows]
        columns[name] = column
    return columns


def floats(values: NDArray[Any]) -> Floats:
    """Objects as floats, NaN where None."""
    return np.array([np.nan if value is None else float(value) for value in values], dtype=float)


def days(values: NDArray[Any]) -> NDArray[np.datetime64]:
    """Dates as days, NaT where None."""
    return np.array(
        [np.datetime64("NaT") if value is None else np.datetime64(value, "D") for value in values], "datetime64[D]"
    )


def number_columns(con: duckdb.DuckDBPyConnection, table: str, names: list[str], order: str) -> list[Floats]:
    """Number or yes/no columns of a table as floats, NaN where unknown: rounded to the six decimals that the language
    compares, and unknown from 10¹² on, as there.
    """
    if not names:
        return []
    listed = ", ".join(f"CAST({quote(name)} AS DOUBLE) AS c{index}" for index, name in enumerate(names))
    found = con.execute(f"SELECT {listed} FROM {quote(table)} ORDER BY {quote(order)}").fetchnumpy()
    columns = []
    for index in range(len(names)):
        raw: Floats = np.ma.filled(np.ma.asarray(found[f"c{index}"], dtype=float), np.nan)
        rounded = np.round(raw, 6)
        columns.append(np.where(np.abs(rounded) < 1e12, rounded, np.nan))
    return columns


def moments_of(con: duckdb.DuckDBPyConnection, rows: str) -> NDArray[np.datetime64]:
    """The `t` of each of `rows`, in the order of row_number (NaT: undated)."""
    return days(object_columns(con, f"SELECT t FROM {quote(rows)} ORDER BY row_number")["t"])

"""`scores.parquet` and `scores.csv`: the same rows, written aside and renamed."""

from __future__ import annotations

import errno
from pathlib import Path

import duckdb
from sqlglot import exp

from idealfit.scores import sql
from idealfit.store.delimited_output import ACTS, GUARD, guarded
from idealfit.store.engine import literal
from idealfit.store.place import write_aside

LARGEST_WHOLE = 10**15
_PARQUET = "FORMAT parquet, COMPRESSION zstd"


def write_scores(
    con: duckdb.DuckDBPyConnection, table: str, parquet_path: Path | None, csv_path: Path | None = None
) -> None:
    """Write the relation `table`, in its order, to the paths that are given; `con` must be allowed to write there.

    Parquet keeps the types. In the CSV every field is quoted, a list or reason is JSON text, and a text that a
    spreadsheet would take for a formula begins with an apostrophe. Raises WriteFailed where the disk refuses.
    """
    if parquet_path is not None:
        rows = exp.select(exp.Star()).from_(sql.table(table))
        _copy(con, sql.text_of(rows), parquet_path, _PARQUET)
    if csv_path is not None:
        rows = _as_text(con, table)
        _copy(con, sql.text_of(rows), csv_path, "FORMAT csv, HEADER true, FORCE_QUOTE *, QUOTE '\"', ESCAPE '\"'")


def stream_scores(con: duckdb.DuckDBPyConnection, query: str, aside: Path) -> str:
    """Write the rows of `query`, in its order, to the Parquet file `aside` without keeping them in memory; answers the
    relation to read them from. For use in `write_aside`: raises OSError where the disk refuses.
    """
    _copied(con, query, aside, _PARQUET)
    return f"read_parquet({literal(str(aside.absolute()))})"


def _copy(con: duckdb.DuckDBPyConnection, query: str, path: Path, options: str) -> None:
    write_aside(path, lambda aside: _copied(con, query, aside, options))


def _copied(con: duckdb.DuckDBPyConnection, query: str, path: Path, options: str) -> None:
    try:
        con.execute(f"COPY ({query}) TO {literal(str(path))} ({options})")
    except (duckdb.IOException, duckdb.PermissionException) as problem:
        raise OSError(errno.EIO, str(problem)) from problem


def _as_text(con: duckdb.DuckDBPyConnection, table: str) -> exp.Select:
    """Every column as the text of its cell, the same text as `delimited_output.cell` gives."""
    described = con.execute(f"DESCRIBE {sql.text_of(sql.table(table))}").fetchall()
    columns = [
        exp.alias_(
            exp.Coalesce(this=_cell(sql.column(name), kind), expressions=[sql.string("")]), guarded(name), quoted=True
        )
        for name, kind, *_ in described
    ]
    return exp.select(*columns).from_(sql.table(table))


def _cell(column: exp.Expr, kind: str) -> exp.Expr:
    if kind.endswith("]") or kind.startswith(("STRUCT", "MAP")):
        text = sql.cast(sql.call("to_json", column), "TEXT")
        return sql.cases((exp.Is(this=column.copy(), expression=exp.Null()), sql.string("")), default=text)
    if kind == "VARCHAR":
        acts = sql.call("regexp_matches", column, sql.string(ACTS))
        marked = exp.DPipe(this=sql.string(GUARD), expression=column.copy())
        return sql.cases((acts, marked), default=column.copy())
    if kind in ("DOUBLE", "FLOAT"):
        whole = exp.EQ(this=column, expression=sql.call("trunc", column.copy()))
        small = exp.LT(this=exp.Abs(this=column.copy()), expression=sql.integer(LARGEST_WHOLE))
        short = sql.cast(sql.cast(column.copy(), "BIGINT", gently=True), "TEXT")
        odd = sql.call("isnan", column.copy())
        return sql.cases(
            (odd, sql.string("")), (sql.all_of([whole, small]), short), default=sql.cast(column.copy(), "TEXT")
        )
    if kind.startswith("TIMESTAMP"):
        return sql.call("strftime", column, sql.string("%Y-%m-%dT%H:%M:%S"))
    return sql.cast(column, "TEXT")

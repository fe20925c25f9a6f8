"""The tables that scoring reads, as Spark finds them: Parquet or CSV in a folder, or tables of its catalog.

Every table becomes a view with kinds that the statement knows. Parquet says itself what it holds; of CSV, where all is
text, a column is read as what the profile compares it with, and what is no such thing is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from idealfit.errors import NoAccountsToScore, Position, SparkRefused
from idealfit.profile.document import Profile
from idealfit.records.tables import TABLES, ColumnType
from idealfit.scores.engines.spark_files import Files, as_place, is_place
from idealfit.scores.expected_columns import expected_tables
from idealfit.scores.lying import WITH_CARD, Held, TableAt, TableName, Tables, known_kind

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession
    from pyspark.sql.types import DataType

VIEW = "idealfit_read_{0}"
"""The view of a table, of this session only."""
_ENDINGS = (".parquet", "", ".csv", ".csv.gz")
_NUMBER, _WHOLE_DIGITS = "decimal(18,6)", 12
_SPLIT = r"[;|,]"
"""What stands between the parts of a list in a cell of text."""


def tables_in(
    spark: SparkSession, profiles: Sequence[Profile], accounts: str, named: Mapping[TableName, str]
) -> Tables:
    """The tables by their canonical names: `accounts` is a folder that holds accounts.parquet (a file or a folder) or
    accounts.csv, such a table itself, a table of the catalog ('crm.accounts') or a database that has one; the others
    lie beside it, or where `named` says.

    Raises NoAccountsToScore, SparkRefused where a named table is not there.
    """
    files = Files(spark)
    found: dict[TableName, TableAt] = {}
    base, own = _where(spark, files, accounts)
    for name in WITH_CARD:
        place = own if name == "accounts" and own is not None else named.get(name)
        frame, from_text = _frame(spark, files, place) if place is not None else _beside(spark, files, base, name)
        if frame is None:
            if name in named and name != "accounts":
                raise SparkRefused(
                    f"There is no table {named[name]!r}",
                    where=Position(value=named[name]),
                    remedy="Name a folder or file of Parquet or CSV, or a table of Spark's catalog.",
                )
            continue
        table = _view(frame, name, _kinds(profiles, name) if from_text else None)
        if table.find("account_id") is not None:
            found[name] = table
        elif name == "accounts":
            raise NoAccountsToScore(
                "The accounts have no column 'account_id'",
                where=Position(file=accounts),
                remedy="Make a view that calls the id of a company account_id, and name that.",
            )
    if "accounts" not in found:
        raise NoAccountsToScore(
            "There are no accounts to score",
            where=Position(file=accounts),
            remedy="Name a folder with accounts.parquet or accounts.csv, or a table of Spark's catalog.",
        )
    return Tables(found["accounts"], {name: table for name, table in found.items() if name != "accounts"})


def _where(spark: SparkSession, files: Files, accounts: str) -> tuple[str, str | None]:
    """Where tables lie beside one another (a folder, or a database with a dot behind it), and the accounts themselves
    if they are what is named."""
    if is_place(accounts):
        place = as_place(accounts)
        if files.is_folder(place) and not files.is_table(place):
            return place, None
        return place.rstrip("/").rpartition("/")[0], place
    if _in_catalog(spark, accounts):
        schema, dot, _ = accounts.rpartition(".")
        return f"{schema}{dot}", accounts
    return f"{accounts}.", None


def _beside(spark: SparkSession, files: Files, base: str, name: TableName) -> tuple[DataFrame | None, bool]:
    if "/" in base:
        for ending in _ENDINGS:
            place = f"{base}/{name}{ending}"
            if files.exists(place) and (ending or files.is_table(place)):
                return _frame(spark, files, place)
        return None, False
    return _frame(spark, files, f"{base}{name}")


def _frame(spark: SparkSession, files: Files, place: str) -> tuple[DataFrame | None, bool]:
    """The table at a place, and whether all of it is text."""
    if not is_place(place):
        return (spark.table(place), False) if _in_catalog(spark, place) else (None, False)
    place = as_place(place)
    if not files.exists(place):
        return None, False
    names = list(files.names(place)) if files.is_folder(place) else [place]
    if any(name.endswith((".csv", ".csv.gz")) for name in names):
        read = spark.read.option("header", True).option("multiLine", True).option("escape", '"')
        return read.csv(place), True
    return spark.read.parquet(place), False


def _in_catalog(spark: SparkSession, table: str) -> bool:
    """Whether the catalog has the table; a name that cannot be one has none."""
    from pyspark.errors import AnalysisException, ParseException

    try:
        return bool(spark.catalog.tableExists(table))
    except (AnalysisException, ParseException):
        return False


def _kinds(profiles: Sequence[Profile], name: TableName) -> dict[str, ColumnType]:
    """The kinds of a table's columns, by their names in small letters, where the table does not say."""
    if name != "accounts":
        return dict(TABLES[name].columns)
    kinds = dict(TABLES["accounts"].columns)
    for profile in reversed(profiles):
        kinds |= {one.lower(): held.kind for one, held in expected_tables(profile, {}).accounts.columns.items()}
    return kinds


def _view(frame: DataFrame, name: TableName, texts: Mapping[str, ColumnType] | None) -> TableAt:
    held: dict[str, Held] = {}
    columns = []
    for field in frame.schema.fields:
        if texts is None:
            column, kind = _as_held(field.name, field.dataType)
        else:
            wanted = texts.get(field.name.lower()) or known_kind(field.name) or "text"
            column, kind = _from_text(field.name, wanted)
        held[field.name] = kind
        columns.append(column.alias(field.name))
    frame.select(*columns).createOrReplaceTempView(VIEW.format(name))
    return TableAt((VIEW.format(name),), held)


def quoted(name: str) -> str:
    """A name as Spark's SQL has it."""
    return "`" + name.replace("`", "``") + "`"


def _as_held(name: str, kind: DataType) -> tuple[Column, Held]:
    from pyspark.sql import functions as f
    from pyspark.sql import types as t

    column = f.col(quoted(name))
    match kind:
        case t.BooleanType():
            held = Held("boolean")
        case t.DateType():
            held = Held("date")
        case t.TimestampType() | t.TimestampNTZType():
            held = Held("timestamp")
        case t.IntegralType() | t.DecimalType():
            held = Held("number", exact=True)
            if isinstance(kind, t.DecimalType) and kind.precision - kind.scale > _WHOLE_DIGITS:
                column = column.try_cast(_NUMBER)  # NULL where it is too large, as everywhere
        case t.FractionalType():
            held = Held("number")
        case t.ArrayType():
            column, held = column.cast("array<string>"), Held("list")
        case _:
            column, held = column.cast("string"), Held("text")
    return column, held


def _from_text(name: str, kind: ColumnType) -> tuple[Column, Held]:
    from pyspark.sql import functions as f

    column = f.col(quoted(name))
    match kind:
        case "number":
            return f.trim(column).try_cast(_NUMBER), Held("number", exact=True)
        case "date" | "timestamp" | "boolean":
            return f.trim(column).try_cast(kind), Held(kind)
        case "list":
            parts = f.filter(f.split(column, _SPLIT), lambda part: f.trim(part) != "")
            return parts, Held("list")
        case _:
            return column, Held("text")

"""Scores in Spark: the way past one machine. Tables are read where they are and the result is written from where it is
made: no row comes to the driver, no row passes through Python.

Each table is read once; events, history and contacts are counted before they are joined, and everything that is joined
is spread by account. The result is written aside and takes its name when all of it is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from idealfit.errors import OutputExists, OutputNotSupported, Position, SparkRefused
from idealfit.profile.document import Profile
from idealfit.scores.engines.outcome import Outcome, counted, hits_of, ordered_best
from idealfit.scores.engines.spark_files import Files, as_place
from idealfit.scores.engines.spark_tables import quoted
from idealfit.scores.lying import TableAt, Tables
from idealfit.scores.scorecard import scorecard
from idealfit.scores.statement import score_statement
from idealfit.scores.written import statement_text

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_SCORES = "idealfit_scores"
_REASONS = "ARRAY<STRUCT<id: STRING, layer: STRING, state: STRING, points: DOUBLE, text: STRING>>"
_TIERS = ("A", "B", "C", "excluded", "unknown")
_OWN = ("account_id", "tier", "profile_version")
"""By these columns a result is known as one of scores, which may be replaced."""


@dataclass(frozen=True)
class SparkTarget:
    """Where the result goes: a folder of Parquet files, or a table of the catalog."""

    folder: str | None = None
    table: str | None = None


def scores_frame(
    profile: Profile, tables: Tables, *, spark: SparkSession, as_of: date, version: str
) -> tuple[DataFrame, tuple[str, ...]]:
    """The scores as a frame of which nothing is reckoned yet, a column a criterion included, and its columns."""
    from pyspark.sql import functions as f

    statement = score_statement(profile, tables, as_of=as_of, version=version, criteria=True)
    frame = spark.sql(statement_text(statement, "spark"))
    return frame.withColumn("reasons", f.from_json("reasons", _REASONS)), statement.shown


def score_in_spark(
    profile: Profile,
    tables: Tables,
    *,
    spark: SparkSession,
    as_of: date,
    version: str,
    target: SparkTarget,
    criteria: bool = False,
) -> Outcome:
    """Score every account of `tables` into `target`, in as many files as there are partitions.

    Counts are taken while the rows are written, in the same pass; after it twenty rows, the best, come to the driver.
    Raises OutputExists where there is something else than scores, SparkRefused.
    """
    from pyspark.sql import Observation
    from pyspark.sql import functions as f

    frame, shown = scores_frame(profile, tables, spark=spark, as_of=as_of, version=version)
    plan = scorecard(profile)
    names = [*plan.scored, *(name for name, _ in plan.unscored)]
    seen = Observation("idealfit")
    counts = [f.expr(text).alias(f"n{at}") for at, text in enumerate(counted(names, "spark"))]
    tiers = [f.count_if(f.col("tier") == tier).alias(f"tier {tier}") for tier in _TIERS]
    kept = [quoted(name) for name in shown if criteria or not name.startswith("c_")]
    made = frame.observe(seen, *counts, *tiers).select(*kept)
    if target.table is not None:
        written = _to_table(spark, made, target.table, tables)
    else:
        written = _to_folder(spark, made, target.folder or "")
    found = seen.get
    written.createOrReplaceTempView(_SCORES)
    best = [tuple(row) for row in spark.sql(ordered_best(_SCORES)).collect()]
    names_of = _names(spark, tables.accounts, [row[0] for row in best])
    numbers = [int(found[f"n{at}"]) for at in range(len(counts))]
    return Outcome(
        rows=numbers[0],
        tiers={tier: int(found[f"tier {tier}"]) for tier in _TIERS if found[f"tier {tier}"]},
        hits=hits_of(names, numbers),
        best=tuple((row[0], names_of.get(row[0]), *row[1:]) for row in best),
    )


def _to_folder(spark: SparkSession, made: DataFrame, folder: str) -> DataFrame:
    files, place = Files(spark), as_place(folder).rstrip("/")
    above, _, name = place.rpartition("/")
    aside, old = (f"{above}/.{name}.idealfit-{word}" for word in ("new", "old"))
    files.brought_back(place, old)
    if files.exists(place) and not _is_of_scores(spark, files, place):
        raise OutputExists(
            "There is something else than scores already: nothing was written",
            where=Position(folder),
            remedy="Name another folder.",
        )
    try:
        made.write.mode("overwrite").parquet(aside)
        files.put_in_place(aside, place, old)
    except OSError as problem:
        with suppress(OSError):
            files.brought_back(place, old)
        text = f"The scores could not be put in their place: {problem}"
        raise SparkRefused(text, remedy="Mend that, then run it again.") from None
    finally:
        files.remove(aside)
    return spark.read.parquet(place)


def _is_of_scores(spark: SparkSession, files: Files, place: str) -> bool:
    return files.is_table(place) and set(_OWN) <= set(spark.read.parquet(place).columns)


def _to_table(spark: SparkSession, made: DataFrame, table: str, tables: Tables) -> DataFrame:
    """The scores as a table: written aside under a name of its own, then the two are renamed one after the other.

    A run that ends between the two leaves the old scores under `…__idealfit_old`; the next run brings them back.
    """
    parts = [part.strip("`") for part in table.split(".")]
    if not all(parts):
        raise OutputNotSupported(
            "No table has this name", where=Position(value=table), remedy="Write table:crm.scores."
        )
    if _is_forgotten(spark, parts):
        raise OutputNotSupported(
            "Spark's catalog lasts as long as this run: a table in it would be gone",
            where=Position(value=table),
            remedy="Name a folder, or a lasting catalog: --on 'spark?spark.sql.catalogImplementation=hive'.",
        )
    place, aside, old = (".".join(map(quoted, [*parts[:-1], parts[-1] + end])) for end in ("", "__idealfit_new", _OLD))
    if not spark.catalog.tableExists(place) and spark.catalog.tableExists(old):
        spark.sql(f"ALTER TABLE {old} RENAME TO {place}")
    there = spark.catalog.tableExists(place)
    if there and not set(_OWN) <= set(spark.table(place).columns):
        raise OutputExists(
            f"The table {table!r} is there and is none of scores: nothing was written",
            where=Position(value=table),
            remedy="Name another table for the result.",
        )
    spark.sql(f"DROP TABLE IF EXISTS {aside}")
    made.write.saveAsTable(aside)
    if there:
        spark.sql(f"DROP TABLE IF EXISTS {old}")
        spark.sql(f"ALTER TABLE {place} RENAME TO {old}")
    spark.sql(f"ALTER TABLE {aside} RENAME TO {place}")
    spark.sql(f"DROP TABLE IF EXISTS {old}")
    return spark.table(place)


_OLD = "__idealfit_old"


def _is_forgotten(spark: SparkSession, parts: Sequence[str]) -> bool:
    """Whether the table would be in the catalog that is gone with a Spark of our own."""
    own = spark.conf.get("spark.app.name", "") == "idealfit"
    named = len(parts) > 2 or spark.catalog.currentCatalog() != "spark_catalog"
    kept = spark.conf.get("spark.sql.catalogImplementation", "in-memory") != "in-memory"
    return own and not (kept or named or spark.conf.get("spark.sql.catalog.spark_catalog", "") not in ("", None))


def _names(spark: SparkSession, accounts: TableAt, ids: Sequence[str]) -> dict[str, str]:
    from pyspark.sql import functions as f

    name, key = accounts.find("name"), accounts.find("account_id")
    if name is None or key is None:
        return {}
    keys = f.col(quoted(key)).cast("string")
    of_them: Any = spark.table(accounts.parts[0]).where(keys.isin(list(ids)))
    return {row[0]: row[1] for row in of_them.select(keys, f.col(quoted(name)).cast("string")).collect()}

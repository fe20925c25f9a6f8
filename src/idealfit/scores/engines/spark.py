"""Scores in Spark: the way past one machine. Tables are read where they are and the result is written from where it is
made: no row comes to the driver, no row passes through Python.

Each table is read once, however many motions score; events, history and contacts are counted before they are joined,
and everything that is joined is spread by account. The result is written aside and takes its name when all of it is
there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from idealfit.errors import OutputExists, OutputNotSupported, Position, SparkRefused
from idealfit.profile.document import Profile
from idealfit.scores.engines.motion_statement import SOLD, ScoredMotion, Wanted, few_of, statement_of
from idealfit.scores.engines.outcome import ScoredThere
from idealfit.scores.engines.spark_answers import answers_in_spark, as_lists
from idealfit.scores.engines.spark_files import Files, as_place
from idealfit.scores.engines.spark_motions import by_best, compared, ranked
from idealfit.scores.engines.spark_tables import quoted
from idealfit.scores.engines.spark_told import SCORES, TIERS, best_for, outcome_of, told_of, wanted_by_two
from idealfit.scores.lying import Tables
from idealfit.scores.scorecard import scorecard
from idealfit.scores.written import statement_text

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, Observation, SparkSession

_OWN = ("account_id", "tier", "profile_version")
"""By these columns a result is known as one of scores, which may be replaced."""


@dataclass(frozen=True)
class SparkTarget:
    """Where the result goes: a folder of Parquet files, or a table of the catalog."""

    folder: str | None = None
    table: str | None = None


def score_in_spark(
    profiles: Mapping[str, Profile], tables: Tables, *, spark: SparkSession, wanted: Wanted, target: SparkTarget
) -> ScoredThere:
    """Score every account of `tables` by each of `profiles` (motion → profile) into `target`, in as many files as there
    are partitions.

    Counts are taken while the rows are written, in the same pass; after it twenty rows, the best, come to the driver.
    Raises OutputExists where there is something else than scores, SparkRefused.
    """
    frame, motions, seen = _made(spark, profiles, tables, wanted)
    shown = [quoted(name) for name in frame.columns if wanted.criteria or not name.startswith("c_")]
    made = frame.select(*shown)
    if target.table is not None:
        written = _to_table(spark, made, target.table, tables)
    else:
        written = _to_folder(spark, made, target.folder or "")
    found = seen.get
    written.createOrReplaceTempView(SCORES)
    several = len(motions) > 1
    outcomes = {
        one.motion: outcome_of(scorecard(profiles[one.motion]), number, found) for number, one in enumerate(motions)
    }
    return ScoredThere(
        outcomes,
        told_of(spark, written.columns, tables.accounts),
        best_for(spark) if several else {},
        wanted_by_two(spark, [one.motion for one in motions]) if several else (),
    )


def _made(
    spark: SparkSession, profiles: Mapping[str, Profile], tables: Tables, wanted: Wanted
) -> tuple[DataFrame, list[ScoredMotion], Observation]:
    """The scores as a frame, a column a criterion included, and what is counted on the way.

    Of one profile without chances nothing is reckoned yet; else the answers lie on the executors' disks, and how they
    were made is forgotten: Spark would read and plan all of it again with every step.
    """
    from pyspark import StorageLevel
    from pyspark.sql import Observation
    from pyspark.sql import functions as f

    seen = Observation("idealfit")
    if len(profiles) > 1:
        answers = answers_in_spark(spark, profiles, tables, wanted)
        found = compared(spark, answers, wanted, tables)
        tiers = [f.col("motions")[number]["tier"] for number in range(len(profiles))]
        states = [
            {state: answers.answer(f"{one.before}{state}", packed=True) for state in scored.states}
            for one, scored in zip(answers.asked.values(), found.motions, strict=True)
        ]
        counts = _counts(tiers, states)
        rows = found.rows.observe(seen, *(count.alias(name) for name, count in counts.items()))
        rows = rows.localCheckpoint(storageLevel=StorageLevel.DISK_ONLY)
        return by_best(spark, answers, found, rows, wanted, tables), found.motions, seen
    ((motion, profile),) = profiles.items()
    if profile.model and "win" in profile.model:
        answers = answers_in_spark(spark, profiles, tables, wanted)
        few = answers.scores(spark, motion, few_of(wanted), tables)
        frame = ranked(answers.scores(spark, motion, wanted, tables), few)
    else:
        statement = statement_of(profile, tables, wanted, motion, later=True)
        frame = as_lists(spark.sql(statement_text(statement, "spark", nested=True)))
    one = ScoredMotion(motion, SCORES, tuple(frame.columns), profile.sold_to is not None)
    counts = _counts([f.col("tier")], [{state: f.col(quoted(state)) for state in one.states}])
    frame = frame.select(*(quoted(name) for name in frame.columns if name != f"c_{SOLD}"))
    return frame.observe(seen, *(count.alias(name) for name, count in counts.items())), [one], seen


def _counts(tiers: Sequence[Column], states: Sequence[Mapping[str, Column]]) -> dict[str, Column]:
    """What is counted on the way: rows, and of each motion its tiers and hits (`outcome_of`)."""
    from pyspark.sql import functions as f

    own = f.col("duplicate_of").isNull()
    counts = {"rows": f.count(f.lit(1)), "own": f.count_if(own)}
    for number, (tier, held) in enumerate(zip(tiers, states, strict=True)):
        counts |= {f"tier {number} {name}": f.count_if(tier == name) for name in TIERS}
        for state, holds in held.items():
            counts[f"true {number} {state}"] = f.count_if(own & holds)
            counts[f"false {number} {state}"] = f.count_if(own & ~holds)
    return counts


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

"""What comes after the answers in Spark: the rank of all accounts, and every account's best motion.

The rank counts accounts with the same values first and orders only these few counts in one place: nowhere are all
accounts sorted on one machine. Of several motions the few columns that decide are reckoned for every account, the
reasons only by the motion that is its best.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

from idealfit.scores.engines.motion_statement import SOLD, ScoredMotion, Wanted, criterion_columns, few_of
from idealfit.scores.engines.spark_answers import ANSWERS, Answers
from idealfit.scores.engines.spark_tables import quoted
from idealfit.scores.lying import Tables
from idealfit.scores.motions import REACHED, SAID

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

KEY = re.compile(r"rank_\d+")
LONGEST = 10_000
"""No name of a column is longer: Spark has no bound."""
_TIERS = ("A", "B", "C", "unknown", "excluded")
"""The best first."""


def ranked(frame: DataFrame, few: DataFrame) -> DataFrame:
    """`frame`, a motion's scores, with the column `rank` in place of what it is ordered by (`rank_1`, …): 1 is best,
    NULL for who is excluded; a merged duplicate has its survivor's. `few` holds the same rows, of which only what
    decides is reckoned."""
    from pyspark import StorageLevel
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    keys = [name for name in few.columns if KEY.fullmatch(name)]
    own = few.where(f.col("duplicate_of").isNull() & (f.col("tier") != "excluded"))
    own = own.select(f.col("account_id").alias("ranked_id"), *(f.col(key) for key in keys))
    own = own.localCheckpoint(storageLevel=StorageLevel.DISK_ONLY)
    order = [f.col(key).desc_nulls_last() for key in keys]
    before = Window.orderBy(*order).rowsBetween(Window.unboundedPreceding, -1)
    alike = own.groupBy(*keys).count().withColumn("ahead", f.sum("count").over(before))
    among = f.row_number().over(Window.partitionBy(*keys).orderBy(f.col("ranked_id").asc_nulls_last()))
    placed, alike = own.withColumn("among", among).alias("p"), alike.alias("a")
    same = reduce(lambda one, other: one & other, (f.col(f"p.{key}").eqNullSafe(f.col(f"a.{key}")) for key in keys))
    place = f.coalesce(f.col("ahead"), f.lit(0)) + f.col("among")
    found = placed.join(alike, same).select("ranked_id", place.cast("bigint").alias("rank"))
    whose = f.coalesce(f.col("duplicate_of"), f.col("account_id"))
    joined = frame.join(found, whose == f.col("ranked_id"), "left")
    kept = [name for name in frame.columns if name not in keys]
    return joined.select(*(f.col(quoted(name)) for name in [*kept, "rank"]))


def tells_chances(frame: DataFrame) -> bool:
    """Whether these are scores that a rank can be made of."""
    return any(KEY.fullmatch(name) for name in frame.columns)


@dataclass(frozen=True)
class Compared:
    """`rows`: the answers as `Answers.packed` gives them, beside them what each motion says of the account (`motions`)
    and the number of its `best` one."""

    rows: DataFrame
    motions: list[ScoredMotion]


def compared(spark: SparkSession, answers: Answers, wanted: Wanted, tables: Tables) -> Compared:
    """Every motion's say on every account, and which is the best, as `motions.score_motions` tells it."""
    from pyspark.sql import functions as f

    frames, motions = [], []
    for motion, asked in answers.asked.items():
        few = answers.scores(spark, motion, few_of(wanted), tables)
        frames.append(ranked(few, few) if tells_chances(few) else few)
        motions.append(ScoredMotion(motion, "", tuple(few.columns), asked.profile.sold_to is not None))
    reached = [name for name in REACHED if any(name in frame.columns for frame in frames)]
    packed = []
    for number, (frame, one) in enumerate(zip(frames, motions, strict=True)):
        said = [_told(frame, name).alias(name) for name in (*SAID, *reached)]
        told = f.struct(f.lit(one.motion).alias("motion"), *said)
        packed.append(frame.select("account_id", told.alias(f"m{number}"), _place(number, one).alias(f"p{number}")))
    joined = reduce(lambda left, right: left.join(right, "account_id"), packed)
    best = f.array_min(f.array(*(f"p{number}" for number in range(len(motions)))))["number"]
    listed = f.array(*(f"m{number}" for number in range(len(motions))))
    chosen = joined.select("account_id", best.alias("best"), listed.alias("motions"))
    rows = answers.frame.join(chosen, "account_id").select(*answers.packed("best", "motions"))
    return Compared(rows, motions)


def _told(frame: DataFrame, name: str) -> Column:
    from pyspark.sql import functions as f

    if name in frame.columns:
        return f.col(name)
    return f.lit(None).cast("bigint" if name == "rank" else "double")  # of `REACHED`


def by_best(
    spark: SparkSession, answers: Answers, found: Compared, rows: DataFrame, wanted: Wanted, tables: Tables
) -> DataFrame:
    """Of every account of `rows` (those of `found`) the scores by its best motion, the motion's name (`motion`), what
    each of them says (`motions`), and the criteria of each."""
    from pyspark.sql import functions as f

    parts, shared, kept = [], dict[str, None](), ("motions", ANSWERS)
    for number, one in enumerate(found.motions):
        mine = rows.where(f.col("best") == number)
        frame = answers.scores(spark, one.motion, wanted, tables, rows=mine, kept=kept)
        own = [name for name in frame.columns if not name.startswith("c_") and name not in kept]
        columns = {name: f.col(name) for name in own if not KEY.fullmatch(name)}
        if tells_chances(frame):
            columns["rank"] = f.col("motions")[number]["rank"]
        columns["motion"] = f.lit(one.motion)
        shared |= dict.fromkeys(columns)
        parts.append(frame.select(*(column.alias(name) for name, column in columns.items()), *map(quoted, kept)))
    together = reduce(lambda left, right: left.unionByName(right, allowMissingColumns=True), parts)
    order = [*(name for name in shared if name != "motion"), "motion", "motions"]
    return together.select(*map(quoted, order), *(_criteria(answers, found.motions) if wanted.criteria else ()))


def _criteria(answers: Answers, motions: Sequence[ScoredMotion]) -> list[Column]:
    """The criteria of each motion, by their names in one table."""
    asked, called = answers.asked.values(), criterion_columns(motions, LONGEST)
    return [
        answers.answer(f"{one.before}{state}", packed=True).alias(name)
        for one, scored, names in zip(asked, motions, called, strict=True)
        for state, name in zip(scored.states, names, strict=True)
    ]


def _place(number: int, one: ScoredMotion) -> Column:
    """A motion's place among those of an account; the least is the best (see `motions.score_motions`)."""
    from pyspark.sql import functions as f

    whom = f.lit(1)
    if one.says_sold:
        sold = f.col(quoted(f"c_{SOLD}"))
        whom = f.when(sold, 0).when(~sold, 2).otherwise(1)
    tiers = f.array_position(f.array(*(f.lit(tier) for tier in _TIERS)), f.col("tier"))
    last = f.lit(float("inf"))
    most = [f.coalesce(-f.col(name), last).alias(name) for name in ("fit", "timing")]
    return f.struct(whom.alias("whom"), tiers.alias("tier"), *most, f.lit(number).alias("number"))

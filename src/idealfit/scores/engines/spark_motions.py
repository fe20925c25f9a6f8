"""What comes after a motion's scores in Spark: the rank of all accounts, and every account's best motion.

Both need the scores more than once; they are kept on the executors' disks meanwhile, so that no table is read again.
The rank counts accounts with the same values first and orders only these few counts in one place: nowhere are all
accounts sorted on one machine.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import reduce
from typing import TYPE_CHECKING

from idealfit.scores.engines.motion_statement import SOLD, ScoredMotion, criterion_columns
from idealfit.scores.engines.spark_tables import quoted
from idealfit.scores.motions import REACHED, SAID

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

KEY = re.compile(r"rank_\d+")
LONGEST = 10_000
"""No name of a column is longer: Spark has no bound."""
_TIERS = ("A", "B", "C", "unknown", "excluded")
"""The best first."""


def ranked(frame: DataFrame) -> DataFrame:
    """`frame`, a motion's scores, with the column `rank` in place of what it is ordered by (`rank_1`, …): 1 is best,
    NULL for who is excluded; a merged duplicate has its survivor's. As it is where the profile tells no chances."""
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    keys = [name for name in frame.columns if KEY.fullmatch(name)]
    if not keys:
        return frame
    own = frame.where(f.col("duplicate_of").isNull() & (f.col("tier") != "excluded"))
    own = own.select(f.col("account_id").alias("ranked_id"), *(f.col(key) for key in keys))
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


def combined(frames: Sequence[DataFrame], motions: Sequence[ScoredMotion]) -> DataFrame:
    """Of every account the row of its best motion, the motion's name (`motion`), what each of them says (`motions`),
    and the criteria of each, as `motions.score_motions` tells them."""
    from pyspark.sql import functions as f

    shared = list(dict.fromkeys(name for one in motions for name in [*one.others, "motion"]))
    reached = [name for name in REACHED if name in shared]
    packed = [
        frame.select(f.col("account_id"), f.struct(*(quoted(name) for name in one.columns)).alias(f"m{number}"))
        for number, (frame, one) in enumerate(zip(frames, motions, strict=True))
    ]
    joined = reduce(lambda left, right: left.join(right, "account_id"), packed)
    best = f.array_min(f.array(*(_place(number, one) for number, one in enumerate(motions))))["number"]
    joined = joined.withColumn("best", best)

    def own(name: str, number: int) -> Column:
        if name in motions[number].columns:
            return f.col(f"m{number}.{quoted(name)}")
        return f.lit(None).cast("bigint" if name == "rank" else "double")  # of `REACHED`

    def of_best(name: str) -> Column:
        if name == "motion":
            return f.element_at(f.array(*(f.lit(one.motion) for one in motions)), f.col("best") + 1).alias(name)
        branches = f.when(f.lit(False), None)
        there = [number for number, one in enumerate(motions) if name in one.columns]
        for number in there:
            branches = branches.when(f.col("best") == number, own(name, number))
        return branches.alias(name)

    said = [
        f.struct(f.lit(one.motion).alias("motion"), *(own(name, number).alias(name) for name in (*SAID, *reached)))
        for number, one in enumerate(motions)
    ]
    columns = [of_best(name) for name in shared]
    columns.append(f.array(*said).alias("motions"))
    called = criterion_columns(motions, LONGEST)
    for number, one in enumerate(motions):
        columns += [own(state, number).alias(name) for state, name in zip(one.states, called[number], strict=True)]
    return joined.select(*columns)


def _place(number: int, one: ScoredMotion) -> Column:
    """A motion's place among those of an account; the least is the best (see `motions.score_motions`)."""
    from pyspark.sql import functions as f

    whom = f.lit(1)
    if one.says_sold:
        sold = f.col(f"m{number}.{quoted(f'c_{SOLD}')}")
        whom = f.when(sold, 0).when(~sold, 2).otherwise(1)
    tiers = f.array_position(f.array(*(f.lit(tier) for tier in _TIERS)), f.col(f"m{number}.tier"))
    last = f.lit(float("inf"))
    most = [f.coalesce(-f.col(f"m{number}.{name}"), last).alias(name) for name in ("fit", "timing")]
    return f.struct(whom.alias("whom"), tiers.alias("tier"), *most, f.lit(number).alias("number"))

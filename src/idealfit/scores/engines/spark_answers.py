"""The answers of all motions to every account, made in Spark once: each table is read once, however many motions ask.

They are little (true, false or NULL a criterion) and lie on the executors' disks, spread and ordered by account; what
follows from them (points, tiers, chances, reasons) is reckoned wherever it is needed, and no table is read again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from idealfit.profile.document import Profile
from idealfit.scores.answered import RAISED, Answered, Asked
from idealfit.scores.engines.motion_statement import Wanted, asked_by, statement_of
from idealfit.scores.engines.spark_tables import quoted
from idealfit.scores.lying import Tables
from idealfit.scores.statement import answers_statement
from idealfit.scores.written import statement_text

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

ANSWERS = "answers"
"""All answers of an account as one column: what is carried past many steps is planned with each of them."""
_VIEW = "idealfit_answers_{0}"
_JSON = {
    "reasons": "ARRAY<STRUCT<id: STRING, layer: STRING, state: STRING, points: DOUBLE, text: STRING>>",
    "card_reasons": "ARRAY<STRUCT<id: STRING, state: STRING, points: BIGINT, text: STRING>>",
}
"""Columns that are JSON as text in the statement."""


@dataclass(frozen=True)
class Answers:
    """`frame`: a row an account, the columns of each motion that is `asked`, and whether it asked for somebody."""

    frame: DataFrame
    asked: Mapping[str, Asked]
    hands: bool

    def scores(
        self,
        spark: SparkSession,
        motion: str,
        wanted: Wanted,
        tables: Tables,
        *,
        rows: DataFrame | None = None,
        kept: Sequence[str] = (),
    ) -> DataFrame:
        """The scores of a motion over these answers, not reckoned yet; of `rows` alone (see `packed`), if they are
        given, which may bring columns that are `kept`."""
        from pyspark.sql import functions as f

        one, number = self.asked[motion], list(self.asked).index(motion)
        names = ["account_id", "duplicate_of", *(fact.column for fact in one.last), *([RAISED] if self.hands else [])]
        own = [self.answer(one.column(name), packed=rows is not None).alias(f"c_{name}") for name in one.predicates]
        view = _VIEW.format(number if rows is None else f"of_best_{number}")
        frame = self.frame if rows is None else rows
        frame.select(*(f.col(quoted(name)) for name in (*names, *kept)), *own).createOrReplaceTempView(view)
        answers = Answered(view, hands=self.hands)
        made = statement_of(one.profile, tables, wanted, motion, later=True, answers=answers, kept=kept)
        return as_lists(spark.sql(statement_text(made, "spark", nested=True)))

    def answer(self, column: str, *, packed: bool) -> Column:
        """The answer in the column of that name."""
        from pyspark.sql import functions as f

        return f.col(ANSWERS).getField(column) if packed else f.col(quoted(column))

    def packed(self, *more: str) -> list[Column]:
        """The columns of `frame`, all answers as the one column `ANSWERS`, and `more`."""
        from pyspark.sql import functions as f

        answers = [one.column(name) for one in self.asked.values() for name in one.predicates]
        others = [name for name in self.frame.columns if name not in set(answers)]
        return [*(f.col(quoted(name)) for name in (*others, *more)), f.struct(*map(quoted, answers)).alias(ANSWERS)]


def answers_in_spark(spark: SparkSession, profiles: Mapping[str, Profile], tables: Tables, wanted: Wanted) -> Answers:
    """The answers of `profiles` (motion → profile) to every account of `tables`: they are reckoned here."""
    from pyspark import StorageLevel

    asked = {
        motion: asked_by(profile, wanted, before=f"m{number} ")
        for number, (motion, profile) in enumerate(profiles.items())
    }
    statement, hands = answers_statement(list(asked.values()), tables, wanted.as_of, hands=wanted.card)
    # with the number, Spark does not put small parts together, and remembers that they are spread by account
    parts = int(spark.conf.get("spark.sql.shuffle.partitions") or 200)
    frame = spark.sql(statement_text(statement, "spark", nested=True))
    frame = frame.repartition(parts, "account_id").sortWithinPartitions("account_id")
    return Answers(frame.localCheckpoint(storageLevel=StorageLevel.DISK_ONLY), asked, hands)


def as_lists(frame: DataFrame) -> DataFrame:
    """`frame` with lists where the statement has JSON."""
    from pyspark.sql import functions as f

    for name, kind in _JSON.items():
        if name in frame.columns:
            frame = frame.withColumn(name, f.from_json(name, kind))
    return frame

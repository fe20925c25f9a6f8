"""What is told of scores that Spark has written: the counts taken on the way, and a few rows of the result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from idealfit.scores.engines.outcome import BEST, Best, Outcome, best_of, shown_of
from idealfit.scores.engines.spark_tables import quoted
from idealfit.scores.lying import TableAt
from idealfit.scores.overlap import Overlap, overlaps_of_groups
from idealfit.scores.score import Hits
from idealfit.scores.scorecard import Scorecard

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SCORES = "idealfit_scores"
"""The view of the scores that were written."""
TIERS = ("A", "B", "C", "excluded", "unknown")


def outcome_of(plan: Scorecard, number: int, counts: Mapping[str, Any]) -> Outcome:
    """What came out for the motion of that number, from the counts that were taken while it was written."""
    names = [*plan.scored, *(name for name, _ in plan.unscored)]
    hits = {}
    for name in names:
        true, false = (int(counts[f"{word} {number} c_{name}"]) for word in ("true", "false"))
        hits[name] = Hits(true, false, int(counts["own"]) - true - false)
    tiers = {tier: int(counts[f"tier {number} {tier}"]) for tier in TIERS}
    return Outcome(int(counts["rows"]), {tier: count for tier, count in tiers.items() if count}, hits, ())


def told_of(spark: SparkSession, columns: Sequence[str], accounts: TableAt) -> Best:
    """The best accounts of the view `SCORES`, and their cards."""
    place = "CASE tier WHEN 'A' THEN 1 WHEN 'B' THEN 2 WHEN 'unknown' THEN 3 WHEN 'C' THEN 4 ELSE 5 END"
    rows = spark.sql(
        f"SELECT {', '.join(shown_of(columns))} FROM {SCORES} WHERE duplicate_of IS NULL "
        f"ORDER BY {place}, fit DESC NULLS LAST, timing DESC NULLS LAST, account_id LIMIT {BEST}"
    ).collect()
    cards: list[tuple[Any, ...]] = []
    if "card_points" in columns:
        found = spark.sql(
            f"SELECT account_id, card_points, card_most, route, card_reasons FROM {SCORES} "
            "WHERE duplicate_of IS NULL AND card_points IS NOT NULL "
            f"ORDER BY tier = 'excluded', card_points DESC, card_most DESC, account_id LIMIT {BEST}"
        ).collect()
        cards = [(*row[:4], [line.asDict() for line in row[4]]) for row in found]
    return best_of([tuple(row) for row in rows], cards, columns, lambda ids: _names(spark, accounts, ids))


def best_for(spark: SparkSession) -> dict[str, int]:
    """For how many accounts each motion is the best."""
    query = f"SELECT motion, count(*) FROM {SCORES} WHERE duplicate_of IS NULL GROUP BY motion"
    return {str(row[0]): int(row[1]) for row in spark.sql(query).collect()}


def wanted_by_two(spark: SparkSession, motions: Sequence[str]) -> tuple[Overlap, ...]:
    """Of each pair of motions whom both want: accounts in tier A or B of the one, the other or both."""
    tiers = [f"motions[{number}].tier" for number in range(len(motions))]
    flags = ", ".join(f"CASE WHEN {tier} <> 'unknown' THEN {tier} IN ('A', 'B') END" for tier in tiers)
    places = ", ".join(str(number + 1) for number in range(len(motions)))
    query = f"SELECT {flags}, count(*) FROM {SCORES} WHERE duplicate_of IS NULL GROUP BY {places}"
    found = spark.sql(query).collect()
    return overlaps_of_groups(motions, [(tuple(row[:-1]), int(row[-1])) for row in found])


def _names(spark: SparkSession, accounts: TableAt, ids: Sequence[str]) -> dict[str, str]:
    """What accounts are called, by their ids."""
    from pyspark.sql import functions as f

    name, key = accounts.find("name"), accounts.find("account_id")
    if name is None or key is None:
        return {}
    keys = f.col(quoted(key)).cast("string")
    of_them: Any = spark.table(accounts.parts[0]).where(keys.isin(list(ids)))
    return {row[0]: row[1] for row in of_them.select(keys, f.col(quoted(name)).cast("string")).collect()}

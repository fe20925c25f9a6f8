"""Days on which far more was created, or closed, than on any other: a migration or a clean-up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from idealfit.records.quality.effect import Harm, share_of
from idealfit.records.quality.problem import Problem, listed
from idealfit.records.quality.scene import Scene
from idealfit.store.engine import quote

_LEAST = 50
_DATED = (
    ("deals", "created_at", "outcome <> 'open'"),
    ("accounts", "created_at", "true"),
    ("contacts", "created_at", "true"),
    ("leads", "created_at", "true"),
    ("account_history", "changed_at", "true"),
)


@dataclass(frozen=True)
class CrowdedDay:
    """`rows` of `of` rows of a table carry this day; an ordinary day of the table has `usual`. `counted`: share of the
    evidence (closed deals; elsewhere all rows) on it."""

    table: str
    column: str
    day: date
    rows: int
    of: int
    usual: float
    counted: float

    def as_dict(self) -> dict[str, Any]:
        """The day as quality.json holds it."""
        return {
            "table": self.table,
            "column": self.column,
            "day": self.day.isoformat(),
            "rows": self.rows,
            "share": round(share_of(self.rows, self.of), 4),
            "usual": self.usual,
        }


def crowded_days(scene: Scene, table: str, column: str, among: str = "true") -> list[CrowdedDay]:
    """Days with at least fifty rows and 2 % of the table that hold ten times the median day's rows and five times
    those of the day at the 95th percentile; or a day that holds more than half of a hundred rows or more."""
    if not scene.has(table, column) or scene.columns[table][column] not in ("TIMESTAMP", "DATE"):
        return []
    rows = scene.all(
        f"""
        WITH days AS (
            SELECT CAST({quote(column)} AS DATE) AS day, count(*) AS n, count(*) FILTER ({among}) AS counted
            FROM {scene.relation(table)} WHERE {quote(column)} IS NOT NULL GROUP BY 1
        ), whole AS (
            SELECT count(*) AS days, sum(n) AS n, sum(counted) AS counted, median(n) AS usual,
                   quantile_disc(n, 0.95) AS busy FROM days
        )
        SELECT d.day, d.n, w.n, w.usual, d.counted / greatest(w.counted, 1)
        FROM days d, whole w
        WHERE (d.n >= greatest({_LEAST}, 0.02 * w.n) AND w.days >= 20 AND d.n >= 10 * w.usual AND d.n >= 5 * w.busy)
           OR (d.n > 0.5 * w.n AND w.n >= 100)
        ORDER BY d.n DESC, d.day LIMIT 5
        """
    )
    return [CrowdedDay(table, column, row[0], int(row[1]), int(row[2]), float(row[3]), float(row[4])) for row in rows]


def migration_days(scene: Scene) -> list[CrowdedDay]:
    """Days on which records were moved in from elsewhere, the table's largest first."""
    return [day for table, column, among in _DATED for day in crowded_days(scene, table, column, among)]


def moved_in_on(quality: Mapping[str, Any], table: str = "deals") -> tuple[date, ...]:
    """The migration days of a table, from the content of quality.json: what was created then was created before."""
    return tuple(date.fromisoformat(one["day"]) for one in quality.get("migration_days", ()) if one["table"] == table)


def day_problems(scene: Scene, days: list[CrowdedDay]) -> list[Problem]:
    """What the migration days do, a table at a time, and days of mass closing."""
    found = []
    for table in dict.fromkeys(day.table for day in days):
        these = [day for day in days if day.table == table]
        rows = sum(day.rows for day in these)
        told = listed([f"{day.rows:,} on {day.day.isoformat()}" for day in these], 3)
        verb = "changed" if table == "account_history" else "created"
        share = sum(day.counted for day in these)
        found.append(
            Problem(
                "migration_day",
                table,
                f"{rows:,} of {these[0].of:,} {table.replace('_', ' ')} were '{verb}' on "
                f"{'a single day' if len(these) == 1 else f'{len(these)} days'} ({told}; an ordinary day has "
                f"{these[0].usual:,.0f}): records that were moved in",
                _MIGRATED.get(table, "the day says when the record came here, and nothing of the company").format(
                    share
                ),
                "Export the original create date of the former system and map it to created_at; until then leave "
                "these days out of cycles and windows",
                Harm(timing=share) if table == "deals" else Harm(side=share_of(rows, these[0].of)),
                column=these[0].column,
                rows=rows,
                of=scene.rows[table],
                examples=_examples(scene, these),
            )
        )
    if scene.has("deals", "closed_at", "outcome"):
        found += _cleanups(scene)
    return found


_MIGRATED = {
    "deals": "the cycle, and what was known at the opening, is wrong for {:.0%} of closed deals: they serve no window "
    "and no cycle",
    "account_history": "a backfill of {:.0%} of all changes: it says what was true that day, not since when",
}


def _examples(scene: Scene, days: list[CrowdedDay]) -> tuple[str, ...]:
    where = " OR ".join(f"CAST({quote(day.column)} AS DATE) = DATE '{day.day.isoformat()}'" for day in days)
    return scene.examples(days[0].table, where)


def _cleanups(scene: Scene) -> list[Problem]:
    """Deals lost in one stroke: a pipeline that somebody tidied, on a day that says nothing of when they were lost."""
    lost = [
        day
        for day in crowded_days(scene, "deals", "closed_at", "outcome = 'lost'")
        if day.counted >= 0.05 and not _both_days(scene, day)
    ]
    if not lost:
        return []
    rows, share = sum(day.rows for day in lost), sum(day.counted for day in lost)
    told = listed([f"{day.rows:,} on {day.day.isoformat()}" for day in lost], 3)
    return [
        Problem(
            "mass_closing",
            "deals",
            f"{rows:,} deals were closed in one stroke ({told}; an ordinary day has {lost[0].usual:,.0f})",
            f"a clean-up: {share:.0%} of losses carry a date that is not theirs; cycles of losses are too long",
            "Nothing can bring the days back; close lost deals when they are lost",
            Harm(timing=share * share_of(scene.evidence.lost, scene.evidence.closed)),
            column="closed_at",
            rows=rows,
            of=scene.rows["deals"],
            examples=_examples(scene, lost),
        )
    ]


def _both_days(scene: Scene, day: CrowdedDay) -> bool:
    """Whether most of what closed that day was created that day too: that is a migration, and told as such."""
    if not scene.has("deals", "created_at"):
        return False
    of_day = f"CAST(closed_at AS DATE) = DATE '{day.day.isoformat()}'"
    same, rows = scene.row(
        "SELECT count(*) FILTER (CAST(created_at AS DATE) = CAST(closed_at AS DATE)), count(*) FROM "
        f"{scene.relation('deals')} WHERE {of_day}"
    )
    return bool(same > rows / 2)

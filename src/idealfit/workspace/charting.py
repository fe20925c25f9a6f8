"""Figures for charts that the last build did not write: two columns against each other, who stays by tier, and which
criteria speak of the same companies as any statement.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from idealfit.errors import IdealfitError, NoSuchAttribute, Position
from idealfit.evidence.estimate import Estimate
from idealfit.evidence.stay_curve import StayCurve, month_ticks, stay_curve
from idealfit.patterns.bands import bands_of, crossable
from idealfit.patterns.comparison_words import ROWS
from idealfit.patterns.crossing import Cell, Crossing, crossing_of
from idealfit.profile.document import load_profile
from idealfit.profile.motion import profile_files
from idealfit.profile.parsing import suggest
from idealfit.profile.predicate import Predicate
from idealfit.profile.sentence import sentence
from idealfit.records.attribute import AttributeInfo
from idealfit.scores.states import criterion_states
from idealfit.workspace.asking import AtHand

__all__ = [
    "ROWS",
    "Beside",
    "Cell",
    "Crossing",
    "CrossingAnswer",
    "Estimate",
    "StayCurve",
    "beside",
    "crossing",
    "month_ticks",
    "tier_curves",
]

TIERS = ("A", "B", "C")
USUAL = (("industry", "sector", "branch", "vertical"), ("employees", "headcount", "size", "seats"))
"""Words by which the two columns are chosen unasked: first what a company does, then how large it is."""


@dataclass(frozen=True)
class CrossingAnswer:
    """The crossing of two columns, and all columns that can be crossed."""

    row: AttributeInfo
    column: AttributeInfo
    crossing: Crossing
    choices: tuple[AttributeInfo, ...]


@dataclass(frozen=True)
class Beside:
    """A criterion beside a group of companies, of today's accounts: how many are in both, in the group and not in the
    criterion, in the criterion and not in the group; and for how many of the group nobody knows.
    """

    id: str
    sentence: str
    both: int
    group_only: int
    criterion_only: int
    unknown: int

    @property
    def alike(self) -> float:
        """The share of those in either that are in both (Jaccard 1912)."""
        either = self.both + self.group_only + self.criterion_only
        return self.both / either if either else 0.0


def crossing(at_hand: AtHand, row: str = "", column: str = "") -> CrossingAnswer | None:
    """Two columns of accounts against each other; those of `USUAL`, where there are such, unasked. None where fewer
    than two columns can be cut. Raises NoSuchAttribute for a name that is none of them.
    """
    names = crossable(at_hand.con, at_hand.attributes)
    if len(names) < 2:
        return None
    first = _asked(row, names) or _usual(names, USUAL[0], at_hand.attributes, "text", ())
    second = _asked(column, names) or _usual(names, USUAL[1], at_hand.attributes, "number", (first,))
    if first == second:
        first = next(name for name in names if name != second)
    infos = [at_hand.attributes[name] for name in (first, second)]
    bands = [bands_of(at_hand.con, info) for info in infos]
    if not all(bands):
        return None
    made = crossing_of(at_hand.con, at_hand.evidence, bands[0], bands[1], as_of=at_hand.day, coverage=at_hand.coverage)
    return CrossingAnswer(infos[0], infos[1], made, tuple(at_hand.attributes[name] for name in names))


def _asked(name: str, names: tuple[str, ...]) -> str:
    if not name or name in names:
        return name
    nearest = suggest(name, names)
    raise NoSuchAttribute(
        f"'{name}' is no column that can be cut into parts",
        where=Position(value=name),
        remedy=f"Did you mean '{nearest}'?" if nearest else "Choose one from the list.",
    )


def _usual(
    names: tuple[str, ...],
    words: tuple[str, ...],
    attributes: Mapping[str, AttributeInfo],
    kind: str,
    taken: tuple[str, ...],
) -> str:
    """The column whose name says it, else the best known of its kind, else of any."""
    free = [name for name in names if name not in taken]
    said = (name for word in words for name in free if word in name.lower())
    return next(said, next((name for name in free if attributes[name].type == kind), free[0]))


def tier_curves(at_hand: AtHand) -> dict[str, StayCurve]:
    """Who stays, by today's tier of the customer; {} where nobody's leaving can be seen, or nothing is scored."""
    path = at_hand.place.root / "scores.parquet"
    evidence = at_hand.evidence
    if not path.is_file():
        return {}
    found = at_hand.con.execute("SELECT account_id, tier FROM read_parquet(?)", [str(path)]).fetchall()
    tier_of = {str(account): str(tier) for account, tier in found}
    tiers = np.array([tier_of.get(str(account), "unknown") for account in evidence.account_id])
    followed = np.isfinite(evidence.months) & (evidence.outcome == 1)
    curves = {
        name: stay_curve(evidence.months[followed & (tiers == name)], evidence.ended[followed & (tiers == name)])
        for name in TIERS
    }
    return {name: curve for name, curve in curves.items() if curve is not None}


def beside(at_hand: AtHand, limit: int = 40) -> tuple[Beside, ...]:
    """The criteria and exclusions of the profile beside the group that was asked for last (the table `asked_now` of
    `cohort_of`), the most alike first; () without a profile that can be read.
    """
    asked = _criteria(at_hand)
    if not asked:
        return ()
    columns = {f"k{at}": one for at, (_id, one) in enumerate(asked[:limit])}
    made = {row[0] for row in at_hand.con.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    if "criteria_now" not in made:
        criterion_states(
            at_hand.con, columns, rows="asked_accounts", as_of=at_hand.day, coverage=at_hand.coverage,
            into="criteria_now",
        )  # fmt: skip
    counted = ", ".join(
        f"COUNT(*) FILTER (WHERE asked AND {name}), COUNT(*) FILTER (WHERE asked AND NOT {name}), "
        f"COUNT(*) FILTER (WHERE NOT asked AND {name}), COUNT(*) FILTER (WHERE asked AND {name} IS NULL)"
        for name in columns
    )
    counts = at_hand.con.execute(f"SELECT {counted} FROM asked_now JOIN criteria_now USING (account_id)").fetchall()[0]
    found = [
        Beside(name, sentence(one, at_hand.attributes), *map(int, counts[4 * at : 4 * at + 4]))
        for at, (name, one) in enumerate(asked[:limit])
    ]
    return tuple(sorted(found, key=lambda one: (-one.alike, one.id)))


def _criteria(at_hand: AtHand) -> list[tuple[str, Predicate]]:
    try:
        profile = load_profile(profile_files(at_hand.place.root)[0])
    except (IdealfitError, IndexError):  # no profile, or one that its own page tells what is wrong with
        return []
    return [(one.id, one.predicate) for _layer, one in profile.criteria] + [
        (one.id, one.predicate) for one in profile.exclusions
    ]

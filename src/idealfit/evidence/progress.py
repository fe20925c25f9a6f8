"""Where wins are too few: which deals reached a stage, as the outcome. That is 'advances', and never 'buys'."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

import duckdb
import numpy as np

from idealfit.errors import BestNotKnown

LEAST_SHARE, MOST_SHARE = 0.2, 0.6
"""The stage that is chosen unasked is reached by so many of the deals that are decided."""

LEAST_DEALS = 5
ENDS = 0.8
"""A stage that is the last of nearly all its deals, nearly all with one outcome, is an outcome ('Closed lost')."""

FEW_WINS, ENOUGH_OF_EACH = 10, 10
"""Below ten wins the outcome is 'advances' unasked, where ten deals advanced and ten did not."""


@dataclass(frozen=True)
class Progress:
    """The stage that counts as advanced, why it, all stages in order, and how many deals reached it of those decided:
    closed, or beyond it.
    """

    stage: str
    why: str
    order: tuple[str, ...]
    reached: int
    decided: int

    @property
    def note(self) -> str:
        """What a reader must know first."""
        return (
            f"The outcome is not a sale: {self.reached:,} of {self.decided:,} deals reached '{self.stage}' "
            f"({self.why}). This says who advances, not who buys"
        )


@dataclass(frozen=True)
class _Deal:
    entered: tuple[str, ...]
    outcome: int


def progress_of(con: duckdb.DuckDBPyConnection, *, as_of: date, stage: str | None = None) -> Progress:
    """The stage to count by, from `evidence_rows` (deals) and `deal_stages`: the one that is asked for, compared
    without case, else the one whose reaching tells most of winning among those that 20 to 60 % of decided deals
    reached. Raises BestNotKnown where there are no stages with days, or not the one that is asked for.
    """
    deals = _deals(con, as_of)
    order = _order(deals)
    if not order:
        raise BestNotKnown(
            "The records do not tell which deals reached which stage",
            remedy="Add the history of stages: a table deal_stages with deal_id, stage and entered_at.",
        )
    reached = _reached(deals, order)
    outcome = np.array([deal.outcome for deal in deals])
    decided = (outcome[:, None] >= 0) | reached
    if stage is not None:
        place = next((at for at, name in enumerate(order) if name.casefold() == stage.strip().casefold()), None)
        if place is None:
            raise BestNotKnown(
                f"There is no stage '{stage.strip()}' that deals go through",
                remedy=f"Choose one of {', '.join(order)}.",
            )
        why = "the stage that was asked for"
    else:
        place, why = _choose(reached, decided, outcome)
    return Progress(order[place], why, tuple(order), int(reached[:, place].sum()), int(decided[:, place].sum()))


def count_by(con: duckdb.DuckDBPyConnection, progress: Progress, *, as_of: date) -> None:
    """Make `y` of `evidence_rows` say who advanced: 1 reached the stage, 0 closed before, -1 open and not there yet.
    What belongs to a sale (amounts, cycles, what became of the customer) is taken out.
    """
    deals = _deals(con, as_of)
    reached = _reached(deals, list(progress.order))[:, progress.order.index(progress.stage)]
    y = np.where(reached, 1, np.where(np.array([deal.outcome for deal in deals]) >= 0, 0, -1)).astype(np.int64)
    con.register("advanced", {"place": np.arange(1, len(y) + 1), "advanced_y": y})
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE evidence_rows AS
        SELECT r.* REPLACE (
            CAST(a.advanced_y AS INTEGER) AS y, NULL::DOUBLE AS amount, NULL::DOUBLE AS cycle_days,
            NULL::DATE AS started_on, NULL::DOUBLE AS months, NULL::DOUBLE AS ended, NULL::DOUBLE AS arr,
            NULL::DOUBLE AS margin
        )
        FROM (SELECT *, ROW_NUMBER() OVER (ORDER BY row_number) AS place FROM evidence_rows) r
        JOIN advanced a USING (place)
        """
    )
    con.execute("ALTER TABLE evidence_rows DROP COLUMN place")
    con.unregister("advanced")


def wins_are_too_few(con: duckdb.DuckDBPyConnection, *, as_of: date) -> Progress | None:
    """The progress to count by where fewer than ten deals were won and stages tell more; else None."""
    won = con.execute("SELECT COUNT(*) FROM evidence_rows WHERE y = 1").fetchall()[0][0]
    if won >= FEW_WINS:
        return None
    try:
        found = progress_of(con, as_of=as_of)
    except BestNotKnown:
        return None
    return found if min(found.reached, found.decided - found.reached) >= ENOUGH_OF_EACH else None


def _deals(con: duckdb.DuckDBPyConnection, as_of: date) -> list[_Deal]:
    """The deals of `evidence_rows` in their order, with the stages entered, in order of time."""
    found = con.execute(
        """
        SELECT ANY_VALUE(r.y),
               LIST(TRIM(s.stage) ORDER BY s.entered_at, TRIM(s.stage)) FILTER (WHERE s.stage IS NOT NULL)
        FROM evidence_rows r LEFT JOIN deal_stages s
          ON s.deal_id = r.deal_id AND s.entered_at IS NOT NULL AND CAST(s.entered_at AS DATE) <= $as_of
             AND TRIM(s.stage) <> ''
        GROUP BY r.row_number ORDER BY r.row_number
        """,
        {"as_of": as_of},
    ).fetchall()
    return [_Deal(tuple(dict.fromkeys(entered or ())), int(y)) for y, entered in found]


def _order(deals: list[_Deal]) -> list[str]:
    """The stages that deals go through, in the order in which they mostly do; outcomes ('Closed won') left out."""
    held, last, ends = Counter[str](), Counter[str](), Counter[tuple[str, int]]()
    places: dict[str, list[int]] = {}
    for deal in deals:
        for place, name in enumerate(deal.entered):
            held[name] += 1
            places.setdefault(name, []).append(place)
        if deal.entered:
            last[deal.entered[-1]] += 1
            ends[deal.entered[-1], deal.outcome] += 1
    stages = [
        name
        for name in held
        if held[name] >= LEAST_DEALS
        and not (last[name] >= ENDS * held[name] and max(ends[name, won] for won in (0, 1)) >= ENDS * last[name])
    ]
    before = Counter[tuple[str, str]]()
    for deal in deals:
        for place, name in enumerate(deal.entered):
            for other in deal.entered[place + 1 :]:
                before[name, other] += 1

    def comes_after(name: str) -> tuple[float, float, str]:
        # how many of the other stages mostly come before it; ties by the usual place
        earlier = sum(before[other, name] > before[name, other] for other in stages if other != name)
        return earlier, float(np.mean(places[name])), name

    return sorted(stages, key=comes_after)


def _reached(deals: list[_Deal], order: list[str]) -> np.ndarray:
    """Deals by stages: whether the deal entered the stage or a later one, or was won."""
    place = {name: at for at, name in enumerate(order)}
    furthest = np.array(
        [
            len(order)
            if deal.outcome == 1
            else max((place[name] for name in deal.entered if name in place), default=-1)
            for deal in deals
        ]
    )
    reached: np.ndarray = furthest[:, None] >= np.arange(len(order))[None, :]
    return reached


def _choose(reached: np.ndarray, decided: np.ndarray, outcome: np.ndarray) -> tuple[int, str]:
    """The stage to count by, and why it."""
    shares = reached.sum(0) / np.maximum(decided.sum(0), 1)
    usable = np.flatnonzero((shares >= LEAST_SHARE) & (shares <= MOST_SHARE))
    closed = outcome >= 0
    if not len(usable):
        place = int(np.argmin(np.abs(shares - 0.4)))
        return place, f"{shares[place]:.0%} of the deals that are decided; no stage is reached by 20 to 60%"
    if np.any(outcome == 1) and np.any(outcome == 0):
        telling = np.array([_telling(reached[closed, at], outcome[closed] == 1) for at in usable])
        place = int(usable[int(np.argmax(telling))])
        return place, f"{shares[place]:.0%}; of the stages that 20 to 60% reach the one that tells most of winning"
    place = int(usable[int(np.argmin(np.abs(shares[usable] - 0.4)))])
    return place, f"{shares[place]:.0%}; nearest to two in five, as no wins and losses can tell more"


def _telling(reached: np.ndarray, won: np.ndarray) -> float:
    """The correlation of two yes-or-no columns; 0 where one does not vary."""
    if reached.all() or not reached.any() or won.all() or not won.any():
        return 0.0
    return float(np.corrcoef(reached, won)[0, 1])

"""Whose contracts are larger, told from few deals: the one number of a company that the amounts follow most surely.

A handful of customers cannot say who buys, but their contracts and quotes can say who pays: an amount is known of every
deal, won or lost, and a slope needs far fewer of them than a difference in win rates. The slope on a logarithmic scale
is shrunken to nothing, and must stand over all numbers that were tried (Bonferroni; the company's size before others).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr

from idealfit.evidence.table import Evidence, Fact, Floats
from idealfit.patterns.leakage import own_name
from idealfit.profile.predicate import Attribute, Comparison, Number, Predicate
from idealfit.profile.sentence import sentence
from idealfit.profile.text import to_text
from idealfit.records.attribute import AttributeInfo
from idealfit.store.engine import quote

LEAST_ACCOUNTS, LEAST_ABOVE = 12, 5
AS_MANY = 20.0
SURE = 0.05
PRIOR_SLOPE = 0.5
"""Before any data: contracts differ by a factor of about 1.6 a standard deviation of a company's number, or less."""

SIZE = ("employees", "revenue")
"""What is generally believed: larger companies have larger contracts."""

CUTS = (1 / 3, 2 / 3, 0.9)
"""Where the market is cut: its largest tenth, its largest third, and all but its smallest."""


@dataclass(frozen=True)
class _Slope:
    """How the log of the amount follows a fact: `slope` a unit of its scale, shrunken; `error`; `p_value` alone."""

    fact: Fact
    slope: float
    error: float
    p_value: float
    middle: float
    spread: float
    logs: bool

    def scaled(self, values: Floats) -> Floats:
        """Values on the scale of the slope: standard deviations of the companies with a deal."""
        with np.errstate(invalid="ignore", divide="ignore"):
            plain = np.log1p(np.maximum(values, 0.0)) if self.logs else values
        return np.asarray((plain - self.middle) / self.spread, dtype=float)


def paying(
    con: duckdb.DuckDBPyConnection, evidence: Evidence, facts: Sequence[Fact], attributes: Mapping[str, AttributeInfo]
) -> list[dict[str, Any]]:
    """The steps of the number that amounts follow, as criteria of a hypothesis, none where no number is sure enough.

    Each is `attribute`, `when`, `sentence`, `effect` (log of the factor by which contracts grow here, shrunken),
    `wins` (log of the factor of the win rate here, shrunken), `error` (of `effect`), `pays` (the factor between those
    with and without it, as it was seen), `by_luck`, `market` (its share of the accounts), `with` and `without`
    companies with an amount, and `counts` and `records` as of any criterion.
    """
    amount = np.where(np.isfinite(evidence.amount), evidence.amount, evidence.arr)
    rows = np.flatnonzero((evidence.outcome >= 0) & np.isfinite(amount) & (amount > 0))
    numbers = [fact for fact in facts if fact.kind == "number" and fact.form == "column"]
    if len(rows) < LEAST_ACCOUNTS or not numbers:
        return []
    logs = np.log(amount[rows])
    for outcome in (0, 1):
        side = evidence.outcome[rows] == outcome
        if side.any():
            logs[side] -= logs[side].mean()
    slopes = [one for fact in numbers if (one := _slope(fact, rows, logs, evidence)) is not None]
    best = min(slopes, key=lambda one: (_luck(one, len(slopes)), one.fact.name), default=None)
    if best is None or _luck(best, len(slopes)) > SURE:
        return []
    return _steps(con, best, rows, logs, evidence, attributes, _luck(best, len(slopes)))


def _luck(one: _Slope, tried: int) -> float:
    """The chance of so sure a slope by luck, over what is tried: the size of a company first, half of the chance for
    that, then all others.
    """
    return min(1.0, one.p_value * 2 * (len(SIZE) if one.fact.name in SIZE else tried))


def _slope(fact: Fact, rows: NDArray[np.int64], logs: Floats, evidence: Evidence) -> _Slope | None:
    """Least squares over companies, each the mean of its deals; None with too few or all alike."""
    values = np.where(fact.known[rows], np.asarray(fact.values, dtype=float)[rows], np.nan)
    told = np.isfinite(values)
    accounts, place = np.unique(evidence.account[rows][told], return_inverse=True)
    if len(accounts) < LEAST_ACCOUNTS:
        return None
    count = np.bincount(place)
    x = np.bincount(place, values[told]) / count
    y = np.bincount(place, logs[told]) / count
    as_logs = bool(x.min() >= 0 and np.median(x) > 0 and x.max() > 8 * np.median(x))
    if as_logs:
        x = np.log1p(x)
    middle, spread = float(x.mean()), float(x.std())
    if spread < 1e-9:
        return None
    x = (x - middle) / spread
    slope = float(x @ (y - y.mean()) / len(x))
    left = y - y.mean() - slope * x
    error = float(np.sqrt(left @ left / (len(x) - 2) / len(x)))
    if error < 1e-12:
        return None
    p_value = float(2 * stdtr(len(x) - 2, -abs(slope / error)))
    kept = PRIOR_SLOPE**2 / (PRIOR_SLOPE**2 + error**2)
    return _Slope(fact, kept * slope, float(np.sqrt(kept)) * error, p_value, middle, spread, as_logs)


def _steps(
    con: duckdb.DuckDBPyConnection,
    found: _Slope,
    rows: NDArray[np.int64],
    logs: Floats,
    evidence: Evidence,
    attributes: Mapping[str, AttributeInfo],
    luck: float,
) -> list[dict[str, Any]]:
    name = found.fact.name
    listed = con.execute(
        f"SELECT CAST({quote(name)} AS DOUBLE) FROM accounts WHERE duplicate_of IS NULL AND {quote(name)} IS NOT NULL"
    ).fetchnumpy()
    market = np.asarray(next(iter(listed.values())), dtype=float)
    if not len(market):
        return []
    more = found.slope > 0
    values = np.where(found.fact.known, np.asarray(found.fact.values, dtype=float), np.nan)
    cuts = [
        cut
        for cut in sorted({_round(float(np.quantile(market, at if more else 1 - at))) for at in CUTS}, reverse=not more)
        if _enough(_above(values, cut, more=more), np.isfinite(values), rows, evidence)
        and 0 < np.mean(_above(market, cut, more=more)) < 1
    ]
    sides = [np.sum([_above(column, cut, more=more) for cut in cuts], axis=0) for column in (market, values)]
    steps = [np.where(np.isfinite(column), side, -1) for column, side in zip((market, values), sides, strict=True)]
    made = []
    for place, cut in enumerate(cuts, start=1):
        inside, there = _above(values, cut, more=more), _above(market, cut, more=more)
        told = rows[np.isfinite(values[rows])]
        having, others = told[inside[told]], told[~inside[told]]
        if not (np.any(steps[0] == place) and np.any(steps[0] == place - 1)):
            continue
        scale = found.scaled(market)
        apart = float(scale[steps[0] == place].mean() - scale[steps[0] == place - 1].mean())
        wins = _wins(steps[1] == place, evidence) - _wins(steps[1] == place - 1, evidence)
        log_of = dict(zip(rows.tolist(), logs.tolist(), strict=True))
        paid = [np.mean([log_of[row] for row in side.tolist()]) for side in (having, others)]
        predicate: Predicate = Comparison(">=" if more else "<", Attribute(name), Number(Decimal(str(cut))))
        made.append(
            {
                "attribute": own_name(found.fact),
                "when": to_text(predicate),
                "sentence": sentence(predicate, attributes),
                "effect": round(found.slope * apart, 4),
                "wins": round(wins, 4),
                "error": round(abs(found.error * apart), 4),
                "pays": round(float(np.exp(paid[0] - paid[1])), 3),
                "by_luck": float(f"{luck:.3g}"),
                "market": round(float(there.mean()), 3),
                "with": len(np.unique(evidence.account[having])),
                "without": len(np.unique(evidence.account[others])),
                **_counted(found.fact, cut, evidence, more=more),
            }
        )
    return made


def _above(values: Floats, cut: float, *, more: bool) -> NDArray[np.bool_]:
    with np.errstate(invalid="ignore"):
        return np.asarray(values >= cut if more else values < cut)


def _enough(inside: NDArray[np.bool_], known: NDArray[np.bool_], rows: NDArray[np.int64], evidence: Evidence) -> bool:
    """Whether five companies with an amount have it and five have not, and any of the former was won."""
    sides = (len(np.unique(evidence.account[rows][side[rows]])) for side in (inside, known & ~inside))
    return min(sides) >= LEAST_ABOVE and bool(np.any(inside & (evidence.outcome == 1)))


def _wins(inside: NDArray[np.bool_], evidence: Evidence) -> float:
    """The log of the win rate there, shrunken to that of all as if by so many deals more (`AS_MANY`)."""
    closed = evidence.outcome >= 0
    rate = float(np.mean(evidence.outcome[closed] == 1))
    won = int(np.sum(inside & (evidence.outcome == 1)))
    return math.log((won + AS_MANY * rate) / (int(np.sum(inside & closed)) + AS_MANY))


def _counted(fact: Fact, cut: float, evidence: Evidence, *, more: bool) -> dict[str, Any]:
    """`counts` of deals as of any criterion, and the `records` behind them."""
    values = np.where(fact.known, np.asarray(fact.values, dtype=float), np.nan)
    known = np.isfinite(values)
    inside = known & ((values >= cut) if more else (values < cut))
    sides = {"match": inside, "rest": known & ~inside}
    counts = {
        f"{side}_{key}": int(np.sum(rows & (evidence.outcome == outcome)))
        for side, rows in sides.items()
        for key, outcome in (("won", 1), ("lost", 0), ("open", -1))
        if (side, key) != ("rest", "open")
    }
    counts["accounts"] = len(np.unique(evidence.account[inside & (evidence.outcome >= 0)]))
    records = {
        key: [str(code) for code in evidence.deal_id[inside & (evidence.outcome == outcome)]]
        for key, outcome in (("won", 1), ("lost", 0), ("open", -1))
    }
    return {"counts": counts, "records": records}


def _round(value: float) -> float:
    """With two digits that count, years and the like in full."""
    return float(round(value)) if 1800 <= value <= 2100 else float(f"{value:.2g}")

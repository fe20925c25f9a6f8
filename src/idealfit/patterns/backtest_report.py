"""What became of the judged deals: by tier, against everyone and size alone, calibrated, and what was given up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from idealfit.evidence.became import Became, became
from idealfit.evidence.estimate import Estimate, bootstrap_by_account, median, rate
from idealfit.evidence.retention import retention
from idealfit.evidence.table import Evidence, Floats
from idealfit.patterns.best import Best
from idealfit.patterns.best_customers import judged_among
from idealfit.patterns.deciles import Part, parts_of
from idealfit.patterns.measures import (
    KEPT_MONTHS,
    LIFT_LEVEL,
    area_under_curve,
    gain_by,
    good_by,
    ordered_lift,
    rounds_for,
    share_lift,
    worth_of,
)

TIERS = ("A", "B", "C")


@dataclass(frozen=True)
class TierResult:
    """What happened to the judged deals of one tier. `amount`, `cycle_days`: medians of the won; `retention`: after a
    year; `value`: what a deal worked turned out to be worth, lost ones at nothing (see `worth_of`); `lift`: the rate
    of good deals over everyone's; `predicted`: the mean chance of winning that was given them; `became`: how long its
    customers stay, how they grow, what they leave and say.
    """

    tier: str
    deals: int
    accounts: int
    won: int
    win_rate: Estimate | None
    amount: Estimate | None
    cycle_days: Estimate | None
    retention: Estimate | None
    value: Estimate | None = None
    lift: Estimate | None = None
    predicted: float | None = None
    became: Became | None = None


@dataclass(frozen=True)
class Baseline:
    """Size alone: which column, how well it ranks, and the lift of its best two fifths."""

    attribute: str
    auc: float
    lift: float


@dataclass(frozen=True)
class Followed:
    """If only tiers A and B had been worked."""

    worked: int
    skipped: int
    wins_kept: int
    wins_given_up: int
    given_up_names: tuple[str, ...]
    amount_kept_share: float | None
    value_kept_share: float | None


@dataclass(frozen=True)
class Rival:
    """Another order of the judged deals: its area under the curve and its lift (as `Backtest.lift`), and by how much
    the profile's exceed them on the same deals. `kind`: 'size', 'own_profile', 'black_box'.
    """

    kind: str
    name: str
    auc: Estimate | None
    lift: Estimate | None
    auc_gain: Estimate | None
    lift_gain: Estimate | None


@dataclass(frozen=True)
class Aged:
    """Profiles `periods` origins old (a quarter each, as a rule): the chance that a won deal stood above a lost one,
    and by how much less than with a fresh profile on the same deals (`loss`; below 0: the old one did better).
    """

    periods: int
    deals: int
    auc: Estimate | None
    loss: Estimate | None


@dataclass(frozen=True)
class Block:
    """One origin: built on `built_on` deals closed before `at`, judged on the deals opened until the next one.
    `changes`: how many changes of what wins were then proven.
    """

    at: date | None
    built_on: int
    deals: int
    won: int
    auc: Estimate | None
    lift: Estimate | None
    changes: int = 0


@dataclass(frozen=True)
class Backtest:
    """`lift`: how many times as much value, or as many good deals (`lift_of`), the profile's order brings as no order,
    the mean over every capacity: 1 is no better than chance, 2 the most there can be. `lift_ab`: the rate of good deals
    in A and B over everyone's; `lift_value`: the same of what deals turned out to be worth. `lift_later`: where `lift`
    is that of all deals (`on_all`), the one of the later deals, which are too few to tell. `bin_rates`: what was seen
    in each of `bins`, with its interval. `parts`: the deals in the profile's order, a tenth at a time. `sides`: A and B
    together, and the rest.
    """

    kind: Literal["later_deals", "accounts_set_aside", "none"]
    at: date | None
    deals: int
    tiers: tuple[TierResult, ...] = ()
    everyone: Estimate | None = None
    size: Baseline | None = None
    auc: Estimate | None = None
    lift: Estimate | None = None
    lift_of: str = "good deals"
    lift_ab: Estimate | None = None
    lift_value: Estimate | None = None
    brier: float | None = None
    brier_everyone: float | None = None
    slope: float | None = None
    bins: tuple[tuple[float, float, int], ...] = ()
    bin_rates: tuple[Estimate | None, ...] = ()
    parts: tuple[Part, ...] = ()
    followed: Followed | None = None
    blocks: tuple[Block, ...] = ()
    rivals: tuple[Rival, ...] = ()
    aging: tuple[Aged, ...] = ()
    lift_later: Estimate | None = None
    sides: tuple[TierResult, ...] = ()

    @property
    def passes(self) -> bool:
        """Whether the lift's interval lies above 1."""
        return self.lift is not None and self.lift.low > 1.0


@dataclass(frozen=True)
class Judged:
    """The deals judged at one origin, one entry each: their place (0 first), tier, chance of winning, place by size.
    `built_on`: how many deals the profile was made of, in which `changes` were proven.
    """

    rows: NDArray[np.int64]
    place: Floats
    tier: NDArray[np.str_]
    chance: Floats
    size: Floats
    size_name: str
    at: date | None = None
    built_on: int = 0
    changes: int = 0


def report(
    evidence: Evidence,
    judged: Sequence[Judged],
    kind: Literal["later_deals", "accounts_set_aside"],
    at: date | None,
    best: Best,
) -> Backtest:
    """The backtest of all that was judged; `at` is the first origin."""
    rows = np.concatenate([part.rows for part in judged])
    tier = np.concatenate([part.tier for part in judged])
    chance = np.concatenate([part.chance for part in judged])
    size = np.concatenate([part.size for part in judged])
    won = evidence.outcome[rows] == 1
    is_good, _of = good_by(evidence, best)
    counts = judged_among(evidence, best)
    gain, gaining, of = gain_by(evidence, best)
    told = np.flatnonzero(gaining[rows])
    good, among = is_good[rows], np.flatnonzero(counts[rows])
    place = np.concatenate([part.place for part in judged])
    account = evidence.account[rows]
    top = tier != "C"
    worth = worth_of(evidence)
    value = worth[rows] if worth is not None else None
    everyone = rate(won, account)
    slope = _slope(chance, won)
    return Backtest(
        kind,
        at,
        len(rows),
        tuple(_tier_result(evidence, name, np.flatnonzero(tier == name), chance, good, value, rows) for name in TIERS),
        everyone,
        _size_baseline(judged[0].size_name, size, won, good),
        bootstrap_by_account(lambda pick: area_under_curve(chance[pick], won[pick]), account, rounds=rounds_for(rows)),
        bootstrap_by_account(
            lambda pick: ordered_lift(place[told][pick], gain[rows][told][pick]),
            account[told],
            rounds=rounds_for(rows),
            level=LIFT_LEVEL,
        ),
        of,
        bootstrap_by_account(
            lambda pick: share_lift(top[among][pick], good[among][pick]), account[among], rounds=rounds_for(rows)
        ),
        None
        if value is None
        else bootstrap_by_account(lambda pick: share_lift(top[pick], value[pick]), account, rounds=rounds_for(rows)),
        float(np.mean((chance - won) ** 2)),
        float(np.mean((np.mean(won) - won) ** 2)),
        slope,
        tuple((float(np.mean(chance[bin_])), float(np.mean(won[bin_])), len(bin_)) for bin_ in _bins(chance)),
        tuple(rate(won[bin_], account[bin_]) for bin_ in _bins(chance)),
        parts_of(place, won, gain[rows], gaining[rows], value, size if judged[0].size_name else None, account),
        _followed(evidence, rows, top),
        tuple(_block(evidence, part, gain, gaining) for part in judged),
        sides=tuple(_side(evidence, name, rows[inside]) for name, inside in (("A and B", top), ("the rest", ~top))),
    )


def _side(evidence: Evidence, name: str, rows: NDArray[np.int64]) -> TierResult:
    """What happened to the deals `rows`, without what is known of single tiers alone."""
    won = rows[evidence.outcome[rows] == 1]
    account = evidence.account[rows]
    return TierResult(name, len(rows), len(np.unique(account)), len(won), *_figures(evidence, rows, won))


def _figures(
    evidence: Evidence, rows: NDArray[np.int64], won: NDArray[np.int64]
) -> tuple[Estimate | None, Estimate | None, Estimate | None, Estimate | None]:
    """The share won of `rows`; of those `won` the median contract, the days to sign, and who stays a year."""
    paid = np.where(np.isfinite(evidence.arr), evidence.arr, evidence.amount)
    enough = len(won) >= 5
    return (
        rate(evidence.outcome[rows] == 1, evidence.account[rows]),
        median(paid[won], evidence.account[won]) if enough else None,
        median(evidence.cycle_days[won], evidence.account[won], "days") if enough else None,
        retention(evidence.months[won], evidence.ended[won], KEPT_MONTHS) if enough else None,
    )


def _tier_result(
    evidence: Evidence,
    name: str,
    inside: NDArray[np.int64],
    chance: Floats,
    good: NDArray[np.bool_],
    worth: Floats | None,
    judged: NDArray[np.int64],
) -> TierResult:
    """`inside`: the places of the tier's rows among the `judged` ones, on which the other arrays stand."""
    rows = judged[inside]
    won = rows[evidence.outcome[rows] == 1]
    account = evidence.account[rows]
    value = None
    if worth is not None and len(rows):
        value = bootstrap_by_account(lambda pick: float(np.mean(worth[inside][pick])), account, rounds=200)
    return TierResult(
        name,
        len(rows),
        len(np.unique(account)),
        len(won),
        *_figures(evidence, rows, won),
        value,
        _tier_lift(good, inside, evidence.account[judged]),
        float(np.mean(chance[inside])) if len(inside) else None,
        became(evidence, np.isin(np.arange(evidence.rows), won)),
    )


def _tier_lift(good: NDArray[np.bool_], inside: NDArray[np.int64], account: NDArray[np.int64]) -> Estimate | None:
    """The rate of good deals in the tier over everyone's."""
    if not len(inside):
        return None
    top = np.zeros(len(good), dtype=bool)
    top[inside] = True
    return bootstrap_by_account(lambda pick: share_lift(top[pick], good[pick]), account, rounds=200)


def _block(evidence: Evidence, part: Judged, gain: Floats, among: NDArray[np.bool_]) -> Block:
    """One origin by itself; `gain`, `among` are of all rows of the evidence."""
    rows = part.rows
    won, account = evidence.outcome[rows] == 1, evidence.account[rows]
    held = np.flatnonzero(among[rows])
    return Block(
        part.at,
        part.built_on,
        len(rows),
        int(won.sum()),
        bootstrap_by_account(lambda pick: area_under_curve(part.chance[pick], won[pick]), account, rounds=100),
        bootstrap_by_account(
            lambda pick: ordered_lift(part.place[held][pick], gain[rows][held][pick]),
            account[held],
            rounds=100,
            level=LIFT_LEVEL,
        ),
        part.changes,
    )


def _size_baseline(name: str, size: Floats, won: NDArray[np.bool_], good: NDArray[np.bool_]) -> Baseline | None:
    if not name:
        return None
    top = size >= np.quantile(size, 0.6)
    return Baseline(name, area_under_curve(size, won), share_lift(top, good))


def _slope(chance: Floats, won: NDArray[np.bool_]) -> float | None:
    """The calibration slope: logistic regression of the outcome on the predicted log odds; 1 is right, less is too
    bold.
    """
    odds = np.log(np.clip(chance, 1e-4, 1 - 1e-4) / (1 - np.clip(chance, 1e-4, 1 - 1e-4)))
    if float(np.std(odds)) < 1e-6 or not won.any() or won.all():
        return None
    a, b = math.log(np.mean(won) / (1 - np.mean(won))), 0.5
    centred = odds - np.mean(odds)
    for _ in range(30):
        mean = 1 / (1 + np.exp(-(a + b * centred)))
        weight = mean * (1 - mean)
        hessian = np.array(
            [[weight.sum(), (weight * centred).sum()], [(weight * centred).sum(), (weight * centred**2).sum() + 1e-9]]
        )
        step = np.linalg.solve(hessian, np.array([(won - mean).sum(), ((won - mean) * centred).sum()]))
        a, b = a + float(step[0]), b + float(step[1])
    return b


def _bins(chance: Floats) -> list[NDArray[np.int64]]:
    """Five groups of equal size by predicted chance, the lowest first."""
    order = np.argsort(chance, kind="stable")
    return [group for group in np.array_split(order, 5) if len(group)]


def _followed(evidence: Evidence, rows: NDArray[np.int64], top: NDArray[np.bool_]) -> Followed:
    won = evidence.outcome[rows] == 1
    lost_wins = rows[won & ~top]
    value = np.nan_to_num(np.where(np.isfinite(evidence.arr), evidence.arr, evidence.amount))
    paid = float(value[rows][won].sum())
    largest = lost_wins[np.argsort(-value[lost_wins], kind="stable")]
    names: dict[str, None] = {}
    for row in largest:
        names.setdefault(str(evidence.name[row]))
    share = float(value[rows][won & top].sum()) / paid if paid > 0 else None
    # without support cost or retention there is nothing left to say beside revenue
    beyond = np.isfinite(evidence.margin).any() or np.isfinite(evidence.months).any()
    worth = worth_of(evidence) if beyond else None
    total = float(worth[rows].sum()) if worth is not None else 0.0
    kept = float(worth[rows][top].sum()) / total if worth is not None and total > 0 else None
    return Followed(
        int(top.sum()), int((~top).sum()), int((won & top).sum()), len(lost_wins), tuple(names)[:10], share, kept
    )

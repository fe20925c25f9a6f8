"""The backtest: a profile built on deals before T, judged on deals opened after T, against two baselines.

Rolling origin: the later half of the deals is judged in three blocks, each by what could be learned from deals that
were closed before the block began; nothing of a later day is used. Without dates, three-fold cross-validation by
account.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from idealfit.evidence.estimate import Estimate, bootstrap_by_account, median, rate
from idealfit.evidence.outcome import DAYS_PER_MONTH
from idealfit.evidence.retention import retention
from idealfit.evidence.table import Evidence, Floats
from idealfit.patterns.candidate import Binned
from idealfit.patterns.points import is_exclusion, tier_cuts
from idealfit.patterns.search import search
from idealfit.patterns.target import targets_of
from idealfit.patterns.trust import accounts_folds
from idealfit.patterns.value import Best, ValueModel, value_effects

BLOCKS = 3
MIN_TRAIN = 40
TIERS = ("A", "B", "C")
KEPT_MONTHS = 12.0


@dataclass(frozen=True)
class TierResult:
    """What happened to the judged deals of one tier."""

    tier: str
    deals: int
    accounts: int
    won: int
    win_rate: Estimate | None
    amount: Estimate | None
    cycle_days: Estimate | None
    retention: Estimate | None


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
class Backtest:
    """`lift`: how many times as many good deals (`lift_of`) the profile's order brings as no order, the mean over every
    capacity: 1 is no better than chance, 2 the most there can be. `lift_ab`: the rate of good deals in A and B over
    everyone's; `lift_value`: the same of what deals turned out to be worth.
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
    followed: Followed | None = None

    @property
    def passes(self) -> bool:
        """Whether the lift's interval lies above 1."""
        return self.lift is not None and self.lift.low > 1.0


@dataclass(frozen=True)
class _Judged:
    rows: NDArray[np.int64]
    place: Floats
    tier: NDArray[np.str_]
    chance: Floats
    size: Floats
    size_name: str


def backtest(evidence: Evidence, binned: Sequence[Binned], *, best: Best, horizon: float, seed: int) -> Backtest:
    """Judge what the search would have found, block by block. Kind 'none' where too little is closed."""
    blocks, kind, at = _blocks(evidence)
    judged = [
        part
        for train, test in blocks
        if (part := _judge_block(evidence, binned, train, test, best=best, horizon=horizon, seed=seed)) is not None
    ]
    if not judged:
        return Backtest("none", None, 0)
    rows = np.concatenate([part.rows for part in judged])
    tier = np.concatenate([part.tier for part in judged])
    return _report(evidence, judged, rows, tier, kind, at, best)


def _blocks(
    evidence: Evidence,
) -> tuple[
    list[tuple[NDArray[np.int64], NDArray[np.int64]]], Literal["later_deals", "accounts_set_aside"], date | None
]:
    """Pairs of training and judged rows."""
    closed = evidence.outcome >= 0
    if not evidence.in_time:
        folds = accounts_folds(evidence, BLOCKS)
        pairs = [
            (np.flatnonzero(closed & (folds != fold)), np.flatnonzero(closed & (folds == fold)))
            for fold in range(BLOCKS)
        ]
        return pairs, "accounts_set_aside", None
    dated = closed & ~np.isnat(evidence.opened)
    days = evidence.opened.astype("datetime64[D]")
    cuts = np.quantile(days[dated].astype(np.int64), np.linspace(0.5, 1, BLOCKS + 1)).astype(np.int64)
    ended = (
        np.where(np.isnat(evidence.closed), evidence.opened, evidence.closed).astype("datetime64[D]").astype(np.int64)
    )
    numbers = days.astype(np.int64)
    pairs = []
    for block in range(BLOCKS):
        start, end = cuts[block], cuts[block + 1]
        last = block == BLOCKS - 1
        test = dated & (numbers >= start) & ((numbers <= end) if last else (numbers < end))
        train = dated & (numbers < start) & (ended < start)
        pairs.append((np.flatnonzero(train), np.flatnonzero(test)))
    moment: date = np.datetime64(int(cuts[0]), "D").astype(date)
    return pairs, "later_deals", moment


def _as_of_then(evidence: Evidence, rows: NDArray[np.int64], moment: np.datetime64 | None) -> Evidence:
    """The rows as they stood at `moment`: customers are seen only until then."""
    then = evidence.take(rows)
    if moment is None:
        return then
    seen = (moment - then.started.astype("datetime64[D]")).astype(float) / DAYS_PER_MONTH
    months = np.where(np.isnat(then.started), np.nan, np.minimum(seen, then.months))
    return replace(then, months=np.where(months > 0, months, np.nan), ended=then.ended & (then.months <= seen + 1e-9))


def _judge_block(
    evidence: Evidence,
    binned: Sequence[Binned],
    train: NDArray[np.int64],
    test: NDArray[np.int64],
    *,
    best: Best,
    horizon: float,
    seed: int,
) -> _Judged | None:
    won = int(np.sum(evidence.outcome[train] == 1))
    if len(train) < MIN_TRAIN or won < 5 or won > len(train) - 5 or len(test) == 0:
        return None
    moment = None
    if evidence.in_time:
        moment = np.min(evidence.opened[test]).astype("datetime64[D]")
    past = _as_of_then(evidence, train, moment)
    targets = targets_of(past)
    small = [one.take(train) for one in binned]
    result = search(small, targets, seed=seed, rounds=100 if len(train) <= 20_000 else 30)
    model = value_effects(result.found, targets, best=best, horizon=horizon)
    size_name, size_train, size_test = _size(evidence, train, test)
    full = {one.key: one for one in binned}
    tier, place = _tiers(model, full, train, test)
    return _Judged(
        test,
        place,
        tier,
        _chances(model, full, train, test),
        _signed(size_train, size_test, evidence, train),
        size_name,
    )


def tiers_between(
    evidence: Evidence, binned: Sequence[Binned], start: date, end: date, *, best: Best, horizon: float, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.str_], Floats] | None:
    """The rows opened from `start` to `end`, with the tier and the place (0 first) that a profile built on deals closed
    before `start` gives them. None where too little was closed by then.
    """
    opened = evidence.opened.astype("datetime64[D]")
    ended = np.where(np.isnat(evidence.closed), evidence.opened, evidence.closed).astype("datetime64[D]")
    train = np.flatnonzero((evidence.outcome >= 0) & (opened < np.datetime64(start)) & (ended < np.datetime64(start)))
    test = np.flatnonzero((opened >= np.datetime64(start)) & (opened <= np.datetime64(end)))
    judged = _judge_block(evidence, binned, train, test, best=best, horizon=horizon, seed=seed)
    return None if judged is None else (judged.rows, judged.tier, judged.place)


def _sums(model: ValueModel, full: dict[str, Binned], rows: NDArray[np.int64], name: str | None) -> Floats:
    """The sum of effects of each row (on value, or on the outcome `name`); unknown counts at the known share."""
    total = np.zeros(len(rows))
    for effect in model.effects:
        inside = effect.candidate.over(full).mask()[rows]
        unknown = np.isnan(inside)
        share = float(np.mean(inside[~unknown])) if (~unknown).any() else 0.25
        weight = effect.value if name is None else effect.by_target[name][0]
        total += weight * np.where(unknown, share, inside)
    return total


def _tiers(
    model: ValueModel, full: dict[str, Binned], train: NDArray[np.int64], test: NDArray[np.int64]
) -> tuple[NDArray[np.str_], Floats]:
    """The tier of each judged row, by cuts taken from the training rows; and its place among them, 0 first."""
    past, now = _sums(model, full, train, None), _sums(model, full, test, None)
    cut_a, cut_b = tier_cuts(past)
    tier = np.where(now >= cut_a, "A", np.where(now >= cut_b, "B", "C"))
    refused = np.zeros(len(test), dtype=bool)
    for effect in model.effects:
        if is_exclusion(effect):
            refused |= effect.candidate.over(full).mask()[test] == 1
    # what is excluded stands last, whatever else it has
    order = np.where(refused, now - 1e6, now)
    _steps, inverse, counts = np.unique(-order, return_inverse=True, return_counts=True)
    place = ((np.cumsum(counts) - counts / 2) / len(test))[inverse.reshape(-1)]
    return np.where(refused, "C", tier), place


def _chances(model: ValueModel, full: dict[str, Binned], train: NDArray[np.int64], test: NDArray[np.int64]) -> Floats:
    past, now = _sums(model, full, train, "win"), _sums(model, full, test, "win")
    # the mean effect belongs to the base rate, so that a profile that found nothing says the base rate
    centre = float(np.mean(past)) if len(past) else 0.0
    base = math.log(model.base_rate / (1 - model.base_rate))
    chance: Floats = 1 / (1 + np.exp(-(base + now - centre)))
    return chance


def _size(evidence: Evidence, train: NDArray[np.int64], test: NDArray[np.int64]) -> tuple[str, Floats, Floats]:
    """The column that says size best by name: employees, else revenue, else another number that says so."""
    numbers = [fact for fact in evidence.facts if fact.kind == "number"]
    words = ("employees", "employee", "headcount", "revenue", "size", "seats")
    for word in words:
        for fact in numbers:
            if word in fact.name.lower() or word in fact.info.label.lower():
                values = np.asarray(fact.values, dtype=float)
                return fact.info.label, values[train], values[test]
    return "", np.full(len(train), np.nan), np.full(len(test), np.nan)


def _signed(past: Floats, now: Floats, evidence: Evidence, train: NDArray[np.int64]) -> Floats:
    """Size as a place from 0 to 1, turned so that more is better on the training rows; unknown in the middle."""
    if not np.isfinite(now).any():
        return np.full(len(now), 0.5)
    known = np.isfinite(past)
    won = evidence.outcome[train] == 1
    turn = 1.0
    if known.any() and (known & won).any() and (known & ~won).any():
        turn = 1.0 if np.median(past[known & won]) >= np.median(past[known & ~won]) else -1.0
    values = np.where(np.isfinite(now), turn * now, np.nan)
    order = np.argsort(np.where(np.isfinite(values), values, -np.inf), kind="stable")
    place = np.empty(len(now))
    place[order] = (np.arange(len(now)) + 0.5) / len(now)
    return np.where(np.isfinite(values), place, 0.5)


def area_under_curve(score: Floats, good: NDArray[np.bool_]) -> float:
    """The chance that a good row is scored above another, ties counted half (Mann & Whitney 1947). NaN without both."""
    positives = int(good.sum())
    negatives = len(good) - positives
    if positives == 0 or negatives == 0:
        return math.nan
    values, inverse, counts = np.unique(score, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - (counts - 1) / 2
    ranks = middle[inverse.reshape(-1)] if len(values) else np.zeros(0)
    return float((ranks[good].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def good_deals(evidence: Evidence) -> NDArray[np.bool_]:
    """Won, and where retention is known, not gone within a year."""
    gone = evidence.ended & (np.nan_to_num(evidence.months, nan=np.inf) < KEPT_MONTHS)
    good: NDArray[np.bool_] = (evidence.outcome == 1) & ~gone
    return good


def _report(
    evidence: Evidence,
    judged: list[_Judged],
    rows: NDArray[np.int64],
    tier: NDArray[np.str_],
    kind: Literal["later_deals", "accounts_set_aside"],
    at: date | None,
    best: Best,
) -> Backtest:
    chance = np.concatenate([part.chance for part in judged])
    size = np.concatenate([part.size for part in judged])
    won = evidence.outcome[rows] == 1
    good, of = good_by(evidence, best)
    good = good[rows]
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
        tuple(_tier_result(evidence, name, rows[tier == name]) for name in TIERS),
        everyone,
        _size_baseline(judged[0].size_name, size, won, good),
        bootstrap_by_account(lambda pick: area_under_curve(chance[pick], won[pick]), account, rounds=_rounds(rows)),
        bootstrap_by_account(lambda pick: ordered_lift(place[pick], good[pick]), account, rounds=_rounds(rows)),
        of,
        bootstrap_by_account(lambda pick: _lift(top[pick], good[pick]), account, rounds=_rounds(rows)),
        None
        if value is None
        else bootstrap_by_account(lambda pick: _lift(top[pick], value[pick]), account, rounds=_rounds(rows)),
        float(np.mean((chance - won) ** 2)),
        float(np.mean((np.mean(won) - won) ** 2)),
        slope,
        _calibration(chance, won),
        _followed(evidence, rows, top),
    )


def _rounds(rows: NDArray[np.int64]) -> int:
    return 400 if len(rows) <= 20_000 else 100


def ordered_lift(place: Floats, good: NDArray[np.bool_]) -> float:
    """The mean, over every capacity, of good deals reached in this order over those reached in none.

    `place`: 0 first, 1 last. Working the first share c of the deals reaches captured(c); the mean over c of
    captured(c), doubled, is the mean weight 2 (1 - place) of the good deals over that of all: 1 by chance. All deals
    count in it, not only those beside one cut, so that few deals tell more.
    """
    weight = 2 * (1 - place)
    if not good.any() or weight.sum() == 0:
        return math.nan
    return float(np.mean(weight[good]) / np.mean(weight))


def good_by(evidence: Evidence, best: Best) -> tuple[NDArray[np.bool_], str]:
    """Which deals were good by this choice of best, and what that is called.

    `value`, `retention`, `margin`: won, not gone within a year, and support left at least a third of the usual
    margin, as far as each is known. `win_rate`: won. `deal_size`, `cycle`: won, and larger or quicker than the middle
    win.
    """
    won = evidence.outcome == 1
    good = good_deals(evidence)
    if best in ("value", "retention", "margin"):
        known = np.isfinite(evidence.margin) & won
        if known.any():
            usual = float(np.median(evidence.margin[known]))
            good &= ~(known & (evidence.margin < usual / 3))
        return good, "good deals" if not np.array_equal(good, won) else "won deals"
    if best == "deal_size":
        return won & (evidence.amount >= np.nanmedian(evidence.amount[won])), "large deals"
    if best == "cycle":
        return won & (evidence.cycle_days <= np.nanmedian(evidence.cycle_days[won])), "quick wins"
    return won, "won deals"


def worth_of(evidence: Evidence) -> Floats | None:
    """What each deal turned out to be worth, or None where no contract value is known.

    The value of a won deal (winsorised at the 80th percentile: one giant must not decide), times the margin left where
    known, times the share of two years kept by those who left.
    """
    value = np.where(np.isfinite(evidence.arr) & (evidence.arr > 0), evidence.arr, evidence.amount)
    won = evidence.outcome == 1
    if not evidence.reach.startswith("wins+value") or not np.isfinite(value[won]).any():
        return None
    middle = float(np.nanmedian(value[won]))
    paid = np.minimum(np.where(np.isfinite(value), value, middle), float(np.nanquantile(value[won], 0.8)))
    margin = np.clip(np.where(np.isfinite(evidence.margin), evidence.margin, 1.0), 0.0, 1.0)
    kept = np.where(evidence.ended, np.minimum(np.nan_to_num(evidence.months) / 24, 1.0), 1.0)
    worth: Floats = np.where(won, paid * margin * kept, 0.0)
    return worth


def _lift(top: NDArray[np.bool_], good: Floats | NDArray[np.bool_]) -> float:
    if not good.any():
        return math.nan
    return float(np.mean(good[top]) / np.mean(good)) if top.any() else 0.0


def _tier_result(evidence: Evidence, name: str, rows: NDArray[np.int64]) -> TierResult:
    won = rows[evidence.outcome[rows] == 1]
    account = evidence.account[rows]
    value = np.where(np.isfinite(evidence.arr), evidence.arr, evidence.amount)
    return TierResult(
        name,
        len(rows),
        len(np.unique(account)),
        len(won),
        rate(evidence.outcome[rows] == 1, account),
        median(value[won], evidence.account[won]) if len(won) >= 5 else None,
        median(evidence.cycle_days[won], evidence.account[won], "days") if len(won) >= 5 else None,
        retention(evidence.months[won], evidence.ended[won], KEPT_MONTHS) if len(won) >= 5 else None,
    )


def _size_baseline(name: str, size: Floats, won: NDArray[np.bool_], good: NDArray[np.bool_]) -> Baseline | None:
    if not name:
        return None
    top = size >= np.quantile(size, 0.6)
    return Baseline(name, area_under_curve(size, won), _lift(top, good))


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


def _calibration(chance: Floats, won: NDArray[np.bool_]) -> tuple[tuple[float, float, int], ...]:
    """Five groups of equal size by predicted chance: mean predicted, observed, deals."""
    order = np.argsort(chance, kind="stable")
    groups = [group for group in np.array_split(order, 5) if len(group)]
    return tuple((float(np.mean(chance[group])), float(np.mean(won[group])), len(group)) for group in groups)


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

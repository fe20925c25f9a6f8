"""How fast a signal fades, by our own deals: the half-life with which the chance of winning falls back after an event.

The log odds of winning a deal are a + b·2^(-days / h), `days` from the last event to the day before the deal opened
(a deal without one: 0). For each half-life h of a grid a and b are fitted by maximum likelihood, and h is where the
profile likelihood is largest; its interval holds every h that the likelihood-ratio test does not refuse at 95 % (Wilks
1938), with the statistic divided by the deals an account has, since deals of one account are not independent. Where
there are fewer than fifty deals after such an event (or ten won or ten lost), where the event tells nothing, or where
the interval is wide or open, nothing is learned and the customary setting stands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import duckdb
import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from idealfit.evidence.fact import Floats
from idealfit.evidence.table import Evidence
from idealfit.profile.content import Criterion, Profile
from idealfit.profile.half_lives import HalfLife, default_of
from idealfit.profile.predicate import Comparison, CountOf, Happened, Predicate
from idealfit.records.company import Company

GRID: Floats = np.round(np.geomspace(3, 365, 49))
LEAST_DEALS, LEAST_OF_EACH = 50, 10
REFUSED, TELLS = 3.841459, 6.634897
"""The 95 % and 99 % points of chi squared with one degree of freedom."""
WIDEST = 6.0
"""An interval whose upper end is more than so many times the lower one tells too little."""


@dataclass(frozen=True)
class Faded:
    """A half-life in days with its interval, from so many deals that opened after such an event."""

    days: int
    low: int
    high: int
    deals: int


def fading_of(days: Floats, won: NDArray[np.bool_], account: NDArray[np.int64]) -> Faded | None:
    """The half-life that deals tell; `days` since the last event of each (infinite without one). None where too little
    is told (see the module).
    """
    after = np.isfinite(days) & (days <= GRID[-1])
    good = int(won[after].sum())
    if int(after.sum()) < LEAST_DEALS or min(good, int(after.sum()) - good) < LEAST_OF_EACH:
        return None
    strength = [np.exp2(-np.where(np.isfinite(days), days, np.inf) / half) for half in GRID]
    fits = [_fit(each, won) for each in strength]
    likely = np.array([fit[0] for fit in fits])
    crowd = max(1.0, len(account) / len(np.unique(account)))
    best = int(likely.argmax())
    nothing = _likelihood(np.full(len(won), float(won.mean())), won)
    if fits[best][1] <= 0 or 2 * (likely[best] - nothing) / crowd < TELLS:
        return None
    inside = np.flatnonzero(2 * (likely[best] - likely) / crowd <= REFUSED)
    low, high = int(inside[0]), int(inside[-1])
    if low == 0 or high == len(GRID) - 1 or GRID[high] > WIDEST * GRID[low]:
        return None
    return Faded(int(GRID[best]), int(GRID[low]), int(GRID[high]), int(after.sum()))


def _fit(strength: Floats, won: NDArray[np.bool_]) -> tuple[float, float]:
    """The largest log likelihood of a + b x strength (Newton's method), and b."""
    a, b = float(np.log((won.mean() + 1e-9) / (1 - won.mean() + 1e-9))), 0.0
    for _ in range(25):
        chance = expit(a + b * strength)
        weight, left = chance * (1 - chance), won - chance
        s0, s1, s2 = weight.sum(), weight @ strength, weight @ (strength * strength)
        g0, g1 = left.sum(), left @ strength
        size = s0 * s2 - s1 * s1
        if size <= 1e-12:
            break
        step = ((s2 * g0 - s1 * g1) / size, (s0 * g1 - s1 * g0) / size)
        a, b = a + float(np.clip(step[0], -2, 2)), b + float(np.clip(step[1], -2, 2))
        if max(abs(step[0]), abs(step[1])) < 1e-9:
            break
    return _likelihood(expit(a + b * strength), won), b


def _likelihood(chance: Floats, won: NDArray[np.bool_]) -> float:
    inside = np.clip(chance, 1e-12, 1 - 1e-12)
    return float(np.log(inside[won]).sum() + np.log1p(-inside[~won]).sum())


def signal_of(predicate: Predicate) -> Happened | CountOf | None:
    """The event that fulfils a criterion by having happened, or by having happened so many times; None where it is
    fulfilled by something else, or by an event's absence.
    """
    match predicate:
        case Happened(negated=False):
            return predicate
        case Comparison(operator=">=" | ">", left=CountOf() as counted):
            return counted
        case Comparison(operator="<=" | "<", right=CountOf() as counted):
            return counted
    return None


def days_since(con: duckdb.DuckDBPyConnection, evidence: Evidence, wanted: Happened | CountOf) -> Floats:
    """For each row of the evidence: days from the last such event, as it was known, to the day before the deal opened;
    infinite without one.
    """
    detail = "" if wanted.detail is None else " AND LOWER(TRIM(detail)) = LOWER(TRIM($detail))"
    bound = {"kind": wanted.event_type} | ({} if wanted.detail is None else {"detail": wanted.detail})
    rows = con.execute(
        f"""
        SELECT account_id, happened, known FROM (
            SELECT account_id, event_type AS kind, detail, CAST(occurred_at AS DATE) AS happened,
                   CAST(COALESCE(known_at, occurred_at) AS DATE) AS known FROM events
            UNION ALL
            SELECT account_id, activity_type, channel, CAST(occurred_at AS DATE), CAST(occurred_at AS DATE)
            FROM activities WHERE LOWER(TRIM(direction)) = 'inbound'
        ) WHERE LOWER(TRIM(kind)) = LOWER(TRIM($kind)) AND happened IS NOT NULL AND account_id IS NOT NULL{detail}
        """,
        bound,
    ).fetchall()
    seen: dict[str, list[tuple[date, date]]] = defaultdict(list)
    for account, happened, known in rows:
        seen[account].append((happened, known))
    found = np.full(len(evidence.outcome), np.inf)
    for row, (account, opened) in enumerate(zip(evidence.account_id, evidence.opened, strict=True)):
        if account not in seen or np.isnat(opened):
            continue
        day = (opened - np.timedelta64(1, "D")).astype("datetime64[D]").item()
        last = max((happened for happened, known in seen[account] if happened <= day and known <= day), default=None)
        if last is not None:
            found[row] = (day - last).days
    return found


def with_half_lives(
    con: duckdb.DuckDBPyConnection, profile: Profile, evidence: Evidence, company: Company, *, learn: bool = True
) -> Profile:
    """`profile`, with the half-life of every criterion that an event fulfils and that counts for an account, and where
    it comes from: company.yaml, else our own deals, else the customary setting, else half of a window of half a year
    or more. A half-life that is as long as the window is left away: it never comes to count.
    """
    closed = evidence.outcome >= 0
    settings = {name.strip().casefold().replace(" ", "_"): days for name, days in company.half_lives.items()}
    told: dict[str, tuple[str, str]] = {}
    for _layer, one in profile.criteria:
        wanted = signal_of(one.predicate)
        if wanted is None or one.points <= 0 or wanted.before_days:
            continue
        kind = wanted.event_type.strip().casefold().replace(" ", "_")
        found = HalfLife(settings[kind], "company.yaml") if kind in settings else None
        if found is None and learn:
            since = days_since(con, evidence, wanted)[closed]
            learned = fading_of(since, evidence.outcome[closed] == 1, evidence.account[closed])
            if learned is not None:
                found = HalfLife(
                    learned.days,
                    f"learned from {learned.deals:,} deals opened after it: {learned.low} to {learned.high} days",
                )
        found = found or default_of(kind)
        if found is None and one.half_life_days is not None:
            found = HalfLife(one.half_life_days, "half of the window; nothing is known of this kind of event")
        if found is not None and (wanted.within_days is None or found.days < wanted.within_days):
            told[one.id] = (f"{found.days} days", found.source)
    return _with(profile, told)


def _with(profile: Profile, told: Mapping[str, tuple[str, str]]) -> Profile:
    def changed(one: Criterion) -> Criterion:
        if one.id not in told:
            return one.model_copy(update={"half_life": None, "half_life_from": None})
        half_life, source = told[one.id]
        return one.model_copy(update={"half_life": half_life, "half_life_from": source})

    layers = {
        name: layer.model_copy(update={"criteria": tuple(changed(one) for one in layer.criteria)})
        for name, layer in profile.layers.items()
    }
    return profile.model_copy(update={"layers": layers})

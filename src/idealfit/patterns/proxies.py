"""Proxies: which of several facts that go together is the trait, and which only follow it.

Revenue follows head count, a region its country. Two facts that say the same cannot both be criteria, and the one that
was found is not always the one that matters: it may have won by luck. So whatever was found is held against every fact
that goes with it, on the rows where both are known (a swap test): how sure is each where the other is left out, all
their cuts counted, and what is left of one beside all that the other can say? Where neither is clearly better, the set
is not supported, and the other is named.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from idealfit.evidence.table import Floats
from idealfit.patterns.bounded import bounded_fit
from idealfit.patterns.candidate import Binned, Candidate, Ints, same_trait
from idealfit.patterns.cuts import Searchable, best_cut, design, prepare
from idealfit.patterns.target import Fit, Target
from idealfit.records.attribute import KNOWN

TOGETHER = 0.2
"""Cramér's V between a set and a fact from which on the fact may be what the set only follows."""

NOTHING_LEFT, LITTLE_LEFT, FAR_MORE = 2.0, 3.3, 3.0
"""The |z| of a set beside all that another fact can say, below which it only follows that fact; and below which it does
so where three times as much is left of the other.
"""

CLEARLY_MORE = 1.5
"""By how much more must be left of the one for the question of which follows which to be closed."""

LEAST_COMPARED = 20
"""Rows where both are known, below which nothing can be said of which follows which."""

LEFT_P = 0.02
"""A fact that was found, too, and of which more than this is left beside the set, has something of its own to say: it
is no rival.
"""

WORTH_LOOKING = 0.02
"""How sure a set must be to be worth an argument about what it stands for."""

CLEAR = 1.2
"""Tens (log10): to be supported a set must be sixteen times surer than its rival, what is known beforehand included."""

HAIR = 0.3
"""Tens by which a rival must be surer to take the place of what was found: on the rows where both are known, which may
be few, a hair's breadth decides nothing.
"""

BEFORE_FINER, BEFORE_OTHER, BEFORE_DATED, BEFORE_COUNTED, BEFORE_USUAL = 0.7, 0.6, 0.3, 0.5, 0.6
"""What speaks for a fact beforehand, in tens: that the other is read off it (a band of a number, the region of a
country); that it matters for another outcome; that its history is known; that it is counted rather than estimated; that
it is what every list of companies says (head count, industry, country) rather than a column of one's own.
"""

WHOLLY = 0.97
"""The share of a fact that another tells from which on it is nothing but that fact, said less finely: that counts
twice.
"""

ESTIMATED = ("revenue", "turnover")
"""Of private companies this is mostly estimated, and mostly from head count."""


@dataclass(frozen=True)
class Settled:
    """A set after its rivals were heard: maybe another fact's set instead; `rivals` are facts that may do as well."""

    candidate: Candidate
    p_value: float
    z: float
    rivals: tuple[str, ...] = ()


def settle(
    chosen: Sequence[Settled], searchable: Sequence[Searchable], target: Target, known: Sequence[Candidate]
) -> list[Settled]:
    """Hold each of the `chosen` sets against the facts that go with it, in order of being found; what turns out to
    follow another chosen fact is left out. `known` was found for other outcomes.
    """
    facts = {ready.binned.key: ready for ready in searchable}
    elsewhere = {candidate.key for candidate in known}
    kept = list(_without_followers(chosen, facts, target, known))
    for index, one in enumerate(kept):
        if one.p_value <= WORTH_LOOKING and one.candidate.key in facts:
            others = [other.candidate for other in kept if other.candidate.key != one.candidate.key]
            kept[index] = _against_rivals(one, facts, target, [*known, *others], elsewhere)
    different: list[Settled] = []
    for one in kept:
        if not any(_same(one.candidate, other.candidate) for other in different):
            different.append(one)
    return different


def unshaken(
    candidate: Candidate,
    rivals: Sequence[str],
    searchable: Sequence[Searchable],
    target: Target,
    others: Sequence[Candidate],
) -> tuple[str, ...]:
    """Of the facts that may do as well in the place of a set for another outcome (`rivals`, by key), those beside which
    little is left of it for this outcome too: beside the other sets, and all that such a fact can say.
    """
    facts = {ready.binned.key: ready for ready in searchable}
    beside = [one for one in others if not _same(one, candidate)]
    return tuple(
        key
        for key in rivals
        if key not in facts or left_beside(candidate, facts[key].binned, target, beside) < LITTLE_LEFT
    )


def _same(one: Candidate, other: Candidate) -> bool:
    return one.key == other.key and one.chosen == other.chosen


def _without_followers(
    chosen: Sequence[Settled], facts: dict[str, Searchable], target: Target, known: Sequence[Candidate]
) -> list[Settled]:
    """Leave out a chosen fact that goes together with another one, chosen or `known`, where nothing is left of it
    beside all that the other can say, and much is left of the other.
    """
    gone: set[str] = set()
    leading: dict[str, list[Candidate]] = {}
    for other in (*known, *(one.candidate for one in chosen)):
        leading.setdefault(other.key, []).append(other)
    for one in chosen:
        for its_key, others in leading.items():
            key = one.candidate.key
            if key == its_key or {key, its_key} & gone or not {key, its_key} <= set(facts):
                continue
            if together(one.candidate, facts[its_key].binned) < TOGETHER:
                continue
            away = {key, its_key, *gone}
            rest = [each for each in (*known, *(each.candidate for each in chosen)) if each.key not in away]
            mine = left_beside(one.candidate, facts[its_key].binned, target, rest)
            if mine >= LITTLE_LEFT:
                continue
            its = max(left_beside(other, facts[key].binned, target, rest) for other in others)
            its = max(its, number_left(facts[its_key].binned, facts[key].binned, target, rest))
            if its >= (mine + 1.0 if mine < NOTHING_LEFT else FAR_MORE * mine):
                gone.add(key)
    return [one for one in chosen if one.candidate.key not in gone]


def left_beside(candidate: Candidate, fact: Binned, target: Target, others: Sequence[Candidate]) -> float:
    """The |z| of a set beside all that `fact` can say, on the rows where it is known (a column for each of its bins
    and, of a number, its value: a band of head count still tells who is largest among the largest), and the other sets.
    """
    both = (fact.bins[target.rows] >= 0) & ~np.isnan(candidate.mask()[target.rows])
    if int(both.sum()) < LEAST_COMPARED:
        return math.inf
    target = target.subset(both)
    return _first_z(np.column_stack([design([candidate, *others], target), _all_of(fact, target)]), target)


def number_left(number: Binned, fact: Binned, target: Target, others: Sequence[Candidate]) -> float:
    """The |z| of the value of a number beside all that `fact` can say and the other sets; 0 of what is no number."""
    if number.numbers is None:
        return 0.0
    both = (fact.bins[target.rows] >= 0) & (number.bins[target.rows] >= 0)
    if int(both.sum()) < LEAST_COMPARED:
        return 0.0
    target = target.subset(both)
    value = _all_of(number, target)[:, -1:]
    return _first_z(np.column_stack([value, _all_of(fact, target), design(others, target)]), target)


def _all_of(fact: Binned, target: Target) -> Floats:
    """All that a fact can say: a column for each of its bins but one and, of a number, its value (standardised)."""
    bins = fact.bins[target.rows]
    columns = [(bins == bin_).astype(float) for bin_ in range(fact.size) if np.sum(bins == bin_) >= 3][1:]
    if fact.numbers is not None:
        numbers = fact.numbers[target.rows]
        columns.append((numbers - numbers.mean()) / max(float(numbers.std()), 1e-9))
    return np.stack(columns, 1) if columns else np.zeros((len(bins), 0))


def _first_z(columns: Floats, target: Target) -> float:
    fit = bounded_fit(target, columns, prior_sd=2.0 * _scale(target))
    return abs(float(fit.coefficients[1])) / math.sqrt(max(float(fit.covariance[1, 1]), 1e-12))


def _scale(target: Target) -> float:
    return max(float(np.std(target.y)), 1e-3) if target.family == "gaussian" else 1.0


def together(candidate: Candidate, fact: Binned) -> float:
    """Cramér's V between being in the set and the bins of the fact, over all rows where both are known, less what
    chance alone gives (Bergsma 2013).
    """
    mask, bins = candidate.mask(), fact.bins
    both = ~np.isnan(mask) & (bins >= 0)
    rows = int(both.sum())
    if rows < LEAST_COMPARED:
        return 0.0
    table = np.bincount(mask[both].astype(np.int64) * fact.size + bins[both], minlength=2 * fact.size)
    table = table.reshape(2, fact.size).astype(float)
    expected = np.outer(table.sum(1), table.sum(0)) / rows
    square = float(np.sum((table - expected) ** 2 / np.maximum(expected, 1e-9))) / rows
    held = int(np.sum(table.sum(0) > 0))
    return math.sqrt(max(square - (held - 1) / (rows - 1), 0.0))


def _against_rivals(
    one: Settled, facts: dict[str, Searchable], target: Target, others: Sequence[Candidate], elsewhere: set[str]
) -> Settled:
    mine = facts[one.candidate.key]
    near = [
        ready
        for key, ready in facts.items()
        if key != one.candidate.key and together(one.candidate, ready.binned) >= TOGETHER
    ]
    if not near:
        return one
    taken = {other.key for other in others}
    without = bounded_fit(target, design(others, target))
    beside = bounded_fit(target, design([*others, one.candidate], target))
    best, least = one, 0.0
    rivals: list[tuple[float, Searchable]] = []
    for ready in near:
        # what was found beside it has a line of its own
        apart = ready.binned.key in taken and best_cut(ready, beside)[1] <= LEFT_P
        if apart or best_cut(ready, without)[1] > WORTH_LOOKING:
            continue
        surer = _surer(mine, ready, target, without)
        if same_trait(mine.binned, ready.binned):
            # one trait cut at another level: the better level is taken, and neither speaks against the other
            if surer < 0:
                rivals.append((surer, ready))
            continue
        surer += _before(mine.binned, ready.binned, target, elsewhere)
        follows = _follows(one.candidate, ready, target, others, without)
        if follows > 0:
            surer = min(surer, -CLEAR)
        if surer < CLEAR and follows >= 0:
            rivals.append((surer, ready))
    for surer, ready in rivals:
        enough = 0.0 if same_trait(mine.binned, ready.binned) else -HAIR
        if surer < min(least, enough) and ready.binned.key not in taken:
            least, (candidate, p_value, z) = surer, best_cut(ready, without)
            best = Settled(candidate, p_value, z)
    if best is one:
        others_than = [ready.binned for _surer, ready in rivals if not same_trait(mine.binned, ready.binned)]
        return replace(one, rivals=tuple(sorted(binned.key for binned in others_than)))
    # what was found first stays a rival of what took its place, unless that is clearly better
    named = [
        ready.binned.key
        for surer, ready in rivals
        if not same_trait(best.candidate.binned, ready.binned) and surer < least + CLEAR
    ]
    if -least < CLEAR and not same_trait(best.candidate.binned, mine.binned):
        named.append(one.candidate.key)
    return replace(best, rivals=tuple(sorted(named)))


def _follows(candidate: Candidate, other: Searchable, target: Target, others: Sequence[Candidate], without: Fit) -> int:
    """1 where the set only follows the other fact, -1 where the other only follows it, 0 where that is open: nothing is
    left of the one beside all that the other can say, and clearly more of the other.
    """
    mine = left_beside(candidate, other.binned, target, others)
    its = left_beside(best_cut(other, without)[0], candidate.binned, target, others)
    its = max(its, number_left(other.binned, candidate.binned, target, others))
    if mine < NOTHING_LEFT and its >= mine + CLEARLY_MORE:
        return 1
    mine = max(mine, number_left(candidate.binned, other.binned, target, others))
    return -1 if its < NOTHING_LEFT and mine >= its + CLEARLY_MORE else 0


def _surer(one: Searchable, other: Searchable, target: Target, fit: Fit) -> float:
    """By how many tens the best cut of `one` is less likely to be luck than that of `other`, where both are known."""
    both = (one.binned.bins >= 0) & (other.binned.bins >= 0)
    chances = []
    for ready in (one, other):
        limited = prepare(replace(ready.binned, bins=np.where(both, ready.binned.bins, -1)), target)
        chances.append(best_cut(replace(limited, luck=ready.luck), fit)[1] if limited is not None else 1.0)
    return math.log10(max(chances[1], 1e-300)) - math.log10(max(chances[0], 1e-300))


def _before(one: Binned, other: Binned, target: Target, elsewhere: set[str]) -> float:
    """What speaks for `one` rather than `other` before any outcome is looked at, in tens."""
    told, tells = _read_off(one.bins[target.rows], other.bins[target.rows])
    finer = BEFORE_FINER * ((tells > told + 0.15) - (told > tells + 0.15))
    if max(tells, told) > WHOLLY:
        finer *= 2
    dated = BEFORE_DATED * (one.fact.dated - other.fact.dated)
    found = BEFORE_OTHER * ((one.key in elsewhere) - (other.key in elsewhere))
    counted = BEFORE_COUNTED * (_estimated(other) - _estimated(one))
    usual = BEFORE_USUAL * (_usual(one) - _usual(other))
    return float(finer + dated + found + counted + usual)


def _usual(binned: Binned) -> bool:
    return binned.fact.info.name in KNOWN and binned.fact.kind in ("number", "category") and not _estimated(binned)


def _estimated(binned: Binned) -> bool:
    return any(word in binned.fact.name.lower() for word in ESTIMATED)


def _read_off(one: Ints, other: Ints) -> tuple[float, float]:
    """Theil's uncertainty coefficients: how much of `one` is told by `other`, and how much of `other` by `one`."""
    both = (one >= 0) & (other >= 0)
    if int(both.sum()) < 20:
        return 0.0, 0.0
    table = np.zeros((int(one.max()) + 1, int(other.max()) + 1))
    np.add.at(table, (one[both].astype(np.int64), other[both].astype(np.int64)), 1.0)
    table /= table.sum()
    mine, its, common = _entropy(table.sum(1)), _entropy(table.sum(0)), _entropy(table.ravel())
    shared = mine + its - common
    return shared / max(mine, 1e-9), shared / max(its, 1e-9)


def _entropy(shares: Floats) -> float:
    held = shares[shares > 0]
    return -float(np.sum(held * np.log(held)))

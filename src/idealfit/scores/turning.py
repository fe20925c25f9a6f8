"""The smallest set of changes that would put an account into another tier: exact, by trying fewer changes first.

Only what can be learned or can change takes part: what is unknown can be found out; tools, events and people can come
and go; head count and the like change only by time; nobody changes its country. One attribute is one change, however
many criteria it decides; these can only turn out together as they do for some account (nobody has 100 to 500 and over
1,000 employees).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import Literal, TypeAlias

from idealfit.records.attribute import AttributeInfo
from idealfit.scores.learning import Held
from idealfit.scores.missing import Thing, things_of
from idealfit.scores.one_account import Reckoned, reckoned
from idealfit.scores.scorecard import Scorecard
from idealfit.scores.tiers import EXCLUDED, UNKNOWN

How: TypeAlias = Literal["find out", "can happen", "only time"]
HOWS: tuple[How, ...] = ("find out", "can happen", "only time")
"""How a thing turns out otherwise; the easier the earlier, where as many changes would do."""

MOST_CHANGES = 4
MOST_TURNS = 4_000
MOST_TRIED = 20_000
"""So many sets of as many changes are tried."""
BETWEEN = "B"
"""The tier in the middle."""
TIERS = ("A", "B", "C")
Ways: TypeAlias = Callable[[tuple[str, ...]], Iterable[tuple[bool, ...]]]
"""The ways in which some criteria turn out together, among the accounts where all are known."""


@dataclass(frozen=True)
class Change:
    """One thing that turns out otherwise: `criteria` become true or false by it."""

    things: tuple[Thing, ...]
    how: How
    criteria: Mapping[str, bool]


@dataclass(frozen=True)
class Turn:
    """The changes that put an account into `tier`, with the fit that it then has (None without one)."""

    tier: str
    changes: tuple[Change, ...]
    fit: float | None


@dataclass(frozen=True)
class _Move:
    change: Change
    cost: int
    gain: int
    flags: tuple[tuple[str, bool], ...]


def turns_of(
    plan: Scorecard,
    held: Held,
    missing: Mapping[str, frozenset[Thing]],
    attributes: Mapping[str, AttributeInfo],
    ways: Ways,
) -> tuple[Turn, ...]:
    """The smallest set of changes to every other tier that can be reached with at most four, the nearest tier first.

    `missing`: what has to be learned for each unknown criterion.
    """
    now = reckoned(plan, held.states, held.full)
    families = [_moves(plan, held, family, now, ways) for family in _families(plan, held, missing, attributes)]
    every = [each for each in families if each]
    moves = [_extremes(each) for each in every]
    found = []
    for tier in _others(now.tier):
        better = now.tier == UNKNOWN or tier < now.tier
        turn = _smallest(plan, held, moves, tier, now, better=better)
        if tier == BETWEEN and (turn is None or _cost(turn) > 1):
            # the largest step may lead past the tier in the middle, where a smaller one ends in it
            below = MOST_CHANGES + 1 if turn is None else _cost(turn)
            turn = _smallest(plan, held, every, tier, now, better=better, below=below) or turn
        if turn is not None:
            found.append(turn)
    return tuple(found)


def _others(tier: str) -> tuple[str, ...]:
    """The other tiers, the next better ones first, then the worse."""
    if tier not in TIERS:
        return TIERS if tier == UNKNOWN else ()
    at = TIERS.index(tier)
    return (*reversed(TIERS[:at]), *TIERS[at + 1 :])


@dataclass(frozen=True)
class _Family:
    """Criteria that turn out together; `free` those that can turn out otherwise, by which things, and how."""

    ids: tuple[str, ...]
    free: Mapping[str, tuple[frozenset[Thing], How]]


def _families(
    plan: Scorecard, held: Held, missing: Mapping[str, frozenset[Thing]], attributes: Mapping[str, AttributeInfo]
) -> list[_Family]:
    """The criteria and exclusions by what they read or by their group; only families in which something can change."""
    volatile = {name.casefold() for name, info in attributes.items() if info.volatile}
    free: dict[str, tuple[frozenset[Thing], How]] = {}
    reads: dict[str, set[object]] = {}
    groups = {item.id: item.group for item in plan.items}
    for name, predicate in plan.scored.items():
        things = frozenset(things_of(predicate))
        reads[name] = {*things, *([f"group {groups[name]}"] if groups.get(name) else [])}
        if held.states[name] is None:
            if name in missing:
                free[name] = (missing[name], "find out")
        elif things and (how := _how(things, volatile)) is not None:
            free[name] = (things, how)
    families: list[tuple[list[str], set[object]]] = []
    for name, mine in reads.items():
        joined: tuple[list[str], set[object]] = ([name], set(mine))
        apart = []
        for one in families:
            if one[1] & joined[1]:
                joined = ([*one[0], *joined[0]], one[1] | joined[1])
            else:
                apart.append(one)
        families = [*apart, joined]
    return [
        _Family(tuple(sorted(ids)), {name: free[name] for name in ids if name in free})
        for ids, _reads in families
        if any(name in free for name in ids)
    ]


def _how(things: frozenset[Thing], volatile: set[str]) -> How | None:
    """How what is known can change; None for what stays as it is."""
    if all(thing.kind in ("tools", "events", "people") for thing in things):
        return "can happen"
    changing = all(thing.kind != "column" or thing.name in volatile for thing in things)
    return "only time" if changing else None


def _moves(plan: Scorecard, held: Held, family: _Family, now: Reckoned, ways: Ways) -> list[_Move]:
    """The ways in which a family can turn out otherwise, with what each costs and by how much it moves the axis that
    the tier is read from; of those that come to the same, the easiest.
    """
    decided = now.fit if plan.by == "fit" else now.score
    barred = {one.id for one in plan.barriers}
    best: dict[object, _Move] = {}
    for way in _turnings(family, held, ways):
        states = {**held.states, **way}
        then = reckoned(plan, states, held.full)
        moved = ((then.fit if plan.by == "fit" else then.score) or 0) - (decided or 0)
        things = frozenset[Thing]().union(*(family.free[name][0] for name in way))
        how = max((family.free[name][1] for name in way), key=HOWS.index)
        # a family that shares nothing but a group needs one change a thing
        flags = tuple(sorted((name, state) for name, state in way.items() if name in barred))
        move = _Move(Change(tuple(sorted(things)), how, dict(sorted(way.items()))), len(things), moved, flags)
        key = (move.cost, flags, move.gain)
        if key not in best or HOWS.index(how) < HOWS.index(best[key].change.how):
            best[key] = move
    return sorted(best.values(), key=lambda move: (move.cost, -move.gain))


def _extremes(moves: Sequence[_Move]) -> list[_Move]:
    """Of the moves that cost the same and rule out the same, those that move the axis most, up and down."""
    best: dict[object, _Move] = {}
    for move in moves:
        for sign in (1, -1):
            key = (move.cost, move.flags, sign)
            if key not in best or sign * move.gain > sign * best[key].gain:
                best[key] = move
    return sorted(set_of(best.values()), key=lambda move: (move.cost, -move.gain))


def _cost(turn: Turn) -> int:
    return sum(len(change.things) for change in turn.changes)


def set_of(moves: Iterable[_Move]) -> list[_Move]:
    """Each move once, in order."""
    found: list[_Move] = []
    for move in moves:
        if move not in found:
            found.append(move)
    return found


def _turnings(family: _Family, held: Held, ways: Ways) -> Iterable[dict[str, bool]]:
    """The criteria of a family that become otherwise, in every way that is possible; the rest stay as they are."""
    free = [name for name in family.ids if name in family.free]
    tied = family.ids
    seen = list(ways(tied)) if len(tied) > 1 else [(True,), (False,)]
    count = 0
    if not seen:
        seen = list(product((True, False), repeat=len(tied))) if len(tied) <= 8 else []
    for way in seen:
        turned = dict(zip(tied, way, strict=True))
        fixed = [name for name in tied if name not in free and held.states[name] is not None]
        if any(turned[name] is not held.states[name] for name in fixed):
            continue
        other = {name: turned[name] for name in free if turned[name] is not held.states[name]}
        if other and count < MOST_TURNS:
            count += 1
            yield other


def _smallest(
    plan: Scorecard,
    held: Held,
    families: Sequence[Sequence[_Move]],
    tier: str,
    now: Reckoned,
    *,
    better: bool,
    below: int = MOST_CHANGES + 1,
) -> Turn | None:
    """The set of fewest moves (fewer than `below`), one a family at most, that ends in `tier`; of several the easiest,
    then the largest step. Sets that cannot get there even with the largest steps that are left are not looked at.
    """
    sign = 1 if better else -1
    needed = _needed(plan, now, tier, sign)
    largest = [max((sign * move.gain for move in family), default=0) for family in families]
    # where no bound tells which sets cannot get there, all of them are tried: one fewer
    for cost in range(1, min(below, MOST_CHANGES + (needed is not None))):
        best: tuple[tuple[object, ...], Turn] | None = None
        for chosen in islice(_sets(families, largest, cost, needed, sign), MOST_TRIED):
            states = dict(held.states)
            for move in chosen:
                states |= move.change.criteria
            then = reckoned(plan, states, held.full)
            if then.tier != tier:
                continue
            order = (
                sum(HOWS.index(move.change.how) for move in chosen),
                -sum(sign * move.gain for move in chosen),
                tuple(name for move in chosen for name in move.change.criteria),
            )
            if best is None or order < best[0]:
                fit = None if then.fit is None else then.fit / 10
                best = (order, Turn(tier, tuple(move.change for move in chosen), fit))
        if best is not None:
            return best[1]
    return None


def _needed(plan: Scorecard, now: Reckoned, tier: str, sign: int) -> int | None:
    """By how many tenths the deciding axis has to move at least; None where something else decides."""
    value = now.fit if plan.by == "fit" else now.score
    if value is None or now.tier in (UNKNOWN, EXCLUDED):
        return None
    if sign > 0:
        return (plan.tier_a if tier == "A" else plan.tier_b) - value
    if any(not one.hard for one in plan.barriers):
        return None  # an exclusion that turns out true lowers the tier without moving the axis
    return value - ((plan.tier_a if tier == "B" else plan.tier_b) - 1)


def _sets(
    families: Sequence[Sequence[_Move]], largest: Sequence[int], cost: int, needed: int | None, sign: int
) -> Iterable[tuple[_Move, ...]]:
    """Every set of moves that costs exactly `cost` and may reach what is needed (a tenth a move for rounding)."""
    order = sorted(range(len(families)), key=lambda at: -largest[at])

    def further(at: int, left: int, short: int | None, chosen: tuple[_Move, ...]) -> Iterable[tuple[_Move, ...]]:
        if left == 0:
            if short is None or short <= len(chosen) + 1:
                yield chosen
            return
        if at == len(order):
            return
        if short is not None and short > left * (max(largest[order[at]], 0) + 1) + 1:
            return
        for move in families[order[at]]:
            if move.cost <= left:
                rest = None if short is None else short - sign * move.gain
                yield from further(at + 1, left - move.cost, rest, (*chosen, move))
        yield from further(at + 1, left, short, chosen)

    return further(0, cost, needed, ())

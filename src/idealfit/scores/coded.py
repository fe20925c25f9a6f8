"""The answers to all criteria as a few small numbers an account, and what follows from each number, looked up.

The criteria of a layer are the digits of one number: false, unknown, true, or true with the points halved once, twice
and so on. There are few such numbers, however many accounts: what a layer counts for each of them, in every view, is
worked out once, here, by the whole numbers of `scorecard.py`; DuckDB writes the numbers, sorts them, and looks up. That
costs a quarter of reckoning it for each account. A layer whose criteria do not fit one number has several, which add
up; alternatives (one group) stand in one number, and where they are too many for that the layer is reckoned an account.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb
from sqlglot import exp

from idealfit.scores import sql
from idealfit.scores.looked_up import looked_up
from idealfit.scores.reason_codes import MOST_MARKED, added
from idealfit.scores.reason_marks import MARKS
from idealfit.scores.reasons import points_column
from idealfit.scores.scorecard import MILLION, Item, LayerPlan, Scorecard, rounded, scale
from idealfit.scores.table import (
    VIEWS,
    halved,
    layer_counts,
    layer_values,
    over,
    scale_sql,
    shown_column,
    state_column,
)

MOST = 1024
"""So many values a number has at most, unless alternatives need more."""
LARGEST_GROUP = 20_000
_SMALL = 2**15


@dataclass(frozen=True)
class Digit:
    """A criterion or exclusion as a digit: 0 false, 1 unknown, 2 and on true; `left` are the thousandths of a point of
    each true digit (none for what is not scored)."""

    name: str
    item: Item | None = None

    @property
    def left(self) -> tuple[int, ...]:
        """What it counts when true, after no, one, two, … half-lives."""
        if self.item is None:
            return (0,)
        return self.item.faded if self.item.last_events else (1000 * self.item.points,)

    @property
    def size(self) -> int:
        """How many values the digit has."""
        return 2 + len(self.left)

    def state(self, digit: int) -> bool | None:
        """True, false or unknown."""
        return None if digit == 1 else digit > 1

    def counted(self, digit: int, view: str) -> int:
        """The thousandths of a point that it counts in a view."""
        if self.item is None or digit == 0:
            return 0
        if digit > 1:
            return self.left[digit - 2]
        points = self.item.points
        return {"nominal": points * self.item.rate, "low": 1000 * min(0, points), "high": 1000 * max(0, points)}[view]


@dataclass(frozen=True)
class Code:
    """A number: its column, and groups of digits (alternatives), the last digit the fastest. Counted from 1, as lists
    are; `layer` is the layer whose groups it holds."""

    column: str
    groups: tuple[tuple[Digit, ...], ...]
    layer: str | None = None

    @property
    def digits(self) -> tuple[Digit, ...]:
        """All digits, in order."""
        return tuple(itertools.chain.from_iterable(self.groups))

    def values(self) -> Iterable[tuple[int, ...]]:
        """The digits of every value of the number, the first value first."""
        return itertools.product(*(range(one.size) for one in self.digits))

    def written(self, as_of: date, state: Callable[[str], exp.Expr]) -> exp.Expr:
        """The number of an account, over the answers (`state` gives that of a name) and the dates of last events."""
        total: exp.Expr = sql.integer(1)
        worth = math.prod(one.size for one in self.digits)
        for one in self.digits:
            worth //= one.size
            true: exp.Expr = sql.integer(2 * worth)
            if one.item is not None and one.item.last_events:
                steps = [worth * (2 + at) for at in range(len(one.left))]
                true = halved(one.item, as_of, steps)
            answer = state(one.name)
            unknown = exp.Is(this=answer.copy(), expression=exp.Null())
            digit = sql.cases((answer, true), (unknown, sql.integer(worth)), default=sql.integer(0))
            total = exp.Add(this=total, expression=digit)
        small = math.prod(one.size for one in self.digits) < _SMALL
        return exp.alias_(sql.cast(exp.Paren(this=total), "SMALLINT" if small else "INTEGER"), self.column, quoted=True)

    def looked_up(self, kind: str, of: Callable[[tuple[int, ...]], object]) -> exp.Expr:
        """A value for each value of the number, as a list that is looked into; None is NULL."""
        return looked_up(self.column, kind, (of(digits) for digits in self.values()))


def codes_of(plan: Scorecard, names: Iterable[str], prefix: str) -> tuple[Code, ...]:
    """The numbers that hold the answers to `names`; their columns begin with `prefix`."""
    found: list[tuple[str | None, list[tuple[Digit, ...]]]] = []
    for layer in plan.layers:
        groups = [tuple(Digit(item.id, item) for item in group) for group in layer.groups]
        if not _fits(layer):
            groups = [(one,) for group in groups for one in group]
        found += [(layer.name, chunk) for chunk in _chunks(groups)]
    found += [(None, chunk) for chunk in _chunks([(Digit(one.id),) for one in plan.barriers])]
    scored = set(plan.scored)
    found += [(None, chunk) for chunk in _chunks([(Digit(name),) for name in names if name not in scored])]
    return tuple(Code(f"{prefix}{at}", tuple(groups), layer) for at, (layer, groups) in enumerate(found))


def _fits(layer: LayerPlan) -> bool:
    """Whether the layer can be worked out from its numbers: no group is too large, and there is something to share."""
    sizes = (math.prod(Digit(item.id, item).size for item in group) for group in layer.groups)
    return layer.most > layer.least and layer.size > 0 and all(size <= LARGEST_GROUP for size in sizes)


def _chunks(groups: Sequence[tuple[Digit, ...]]) -> list[list[tuple[Digit, ...]]]:
    chunks: list[list[tuple[Digit, ...]]] = []
    size = MOST
    for group in groups:
        own = math.prod(one.size for one in group)
        if size * own > MOST:
            chunks.append([])
            size = 1
        chunks[-1].append(group)
        size *= own
    return chunks


def hits_in_codes(con: duckdb.DuckDBPyConnection, codes: Sequence[Code], table: str) -> dict[str, tuple[int, int, int]]:
    """For how many rows of `table` each name is true, false, unknown: each value of a number is counted once."""
    found: dict[str, tuple[int, int, int]] = {}
    for code in codes:
        column = sql.column(code.column)
        query = exp.select(column, exp.Count(this=exp.Star())).from_(sql.table(table)).group_by(column.copy())
        counts: dict[int, int] = dict(con.execute(sql.text_of(query)).fetchall())
        totals = {one.name: [0, 0, 0] for one in code.digits}
        for at, digits in enumerate(code.values(), start=1):
            for one, digit in zip(code.digits, digits, strict=True):
                totals[one.name][{0: 1, 1: 2}.get(digit, 0)] += counts.get(at, 0)
        found |= {name: (true, false, unknown) for name, (true, false, unknown) in totals.items()}
    return found


def valued_lines(plan: Scorecard, codes: Sequence[Code], lines: str, *, merged: bool) -> exp.Select:
    """Of every row of `lines` what `score_steps` takes for `valued`: states, points left, layer values, what the
    exclusions say, whether anything of the timing layers is known, and the marks of the criteria that are true. Where
    none was `merged`, the rows say of none whose duplicate it is."""
    whose: exp.Expr = sql.column("duplicate_of") if merged else _as(sql.nothing("TEXT"), "duplicate_of")
    columns: list[exp.Expr] = [sql.column("account_id"), whose]
    for code in codes:
        for at, one in enumerate(code.digits):
            states = code.looked_up("BOOLEAN", lambda digits, at=at, one=one: one.state(digits[at]))  # type: ignore[misc]
            columns.append(_as(states, state_column(one.name)))
            if one.item is not None and one.item.half_life is not None:
                left = code.looked_up("BIGINT", lambda digits, at=at, one=one: one.left[max(0, digits[at] - 2)])  # type: ignore[misc]
                columns.append(_as(left, points_column(one.item)))
    whole, added_up, reckoned = _by_way(plan, codes)
    for layer, code in whole:
        columns += _values(layer, code)
    for layer, several in added_up:
        columns += _sums(layer, several)
    columns += _said(plan, codes)
    step = exp.select(*columns).from_(sql.table(lines))
    if reckoned:
        step = over(step, *(one for layer in reckoned for one in layer_counts(layer)))
    rest = [*(layer for layer, _ in added_up), *reckoned]
    if not rest:
        return step
    step = over(step, *(one for layer in rest for one in layer_values(layer)))
    return over(step, *(_as(scale_sql(layer.name), shown_column(layer.name)) for layer in rest))


def _as(node: exp.Expr, name: str) -> exp.Expr:
    return exp.alias_(node, name, quoted=True)


def _by_way(
    plan: Scorecard, codes: Sequence[Code]
) -> tuple[list[tuple[LayerPlan, Code]], list[tuple[LayerPlan, list[Code]]], list[LayerPlan]]:
    """Layers that are one number, layers whose numbers add up, layers that are reckoned account by account."""
    whole, added_up, reckoned = [], [], []
    for layer in plan.layers:
        own = [code for code in codes if code.layer == layer.name]
        if not _fits(layer):
            reckoned.append(layer)
        elif len(own) == 1:
            whole.append((layer, own[0]))
        else:
            added_up.append((layer, own))
    return whole, added_up, reckoned


def _counted(code: Code, digits: tuple[int, ...], view: str) -> int:
    """The thousandths of a point that the groups of a number count: the best of each."""
    at, total = 0, 0
    for group in code.groups:
        total += max(one.counted(digits[at + place], view) for place, one in enumerate(group))
        at += len(group)
    return total


def _known(code: Code, digits: tuple[int, ...]) -> int:
    pairs = zip(code.digits, digits, strict=True)
    return sum(abs(one.item.points) for one, digit in pairs if one.item is not None and digit != 1)


def _values(layer: LayerPlan, code: Code) -> list[exp.Expr]:
    """The values of a layer that is one number, in millionths, and the value that is shown."""

    def value(view: str) -> Callable[[tuple[int, ...]], int]:
        span = layer.most - layer.least
        return lambda digits: rounded(MILLION * (_counted(code, digits, view) - layer.least), span)

    known = code.looked_up("BIGINT", lambda digits: rounded(MILLION * _known(code, digits), layer.size))
    return [
        *(_as(code.looked_up("BIGINT", value(view)), f"{view}_value_{layer.name}") for view in VIEWS),
        _as(known, f"known_value_{layer.name}"),
        _as(code.looked_up("DOUBLE", lambda digits: scale(value("nominal")(digits))), shown_column(layer.name)),
    ]


def _sums(layer: LayerPlan, codes: Sequence[Code]) -> list[exp.Expr]:
    """What a layer of several numbers counts."""

    def total(of: Callable[[Code, tuple[int, ...]], int]) -> exp.Expr:
        return _sum([one.looked_up("BIGINT", lambda digits, one=one: of(one, digits)) for one in codes])  # type: ignore[misc]

    made = [
        _as(total(lambda code, digits, view=view: _counted(code, digits, view)), f"{view}_{layer.name}")  # type: ignore[misc]
        for view in VIEWS
    ]
    return [*made, _as(total(_known), f"known_{layer.name}")]


def _sum(nodes: Sequence[exp.Expr]) -> exp.Expr:
    total = nodes[0]
    for node in nodes[1:]:
        total = exp.Add(this=total, expression=node)
    return exp.Paren(this=total) if len(nodes) > 1 else total


def _said(plan: Scorecard, codes: Sequence[Code]) -> list[exp.Expr]:
    """What the exclusions say, whether anything of the timing layers is known, and the marks."""
    hard = {one.id for one in plan.barriers if one.hard}
    soft = {one.id for one in plan.barriers if not one.hard}
    timing = {item.id for layer in plan.axis("timing") for item in layer.items}
    places = {one.id: at for at, one in enumerate(added(plan))}

    def some(names: set[str], holds: Callable[[int], bool]) -> exp.Expr:
        own = [code for code in codes if names & {one.name for one in code.digits}]

        def found(code: Code) -> Callable[[tuple[int, ...]], bool]:
            at = [place for place, one in enumerate(code.digits) if one.name in names]
            return lambda digits: any(holds(digits[place]) for place in at)

        return sql.any_of(code.looked_up("BOOLEAN", found(code)) for code in own) if own else sql.truth(False)

    columns = [
        _as(some(hard, lambda digit: digit > 1), "is_excluded"),
        _as(some(soft, lambda digit: digit > 1), "is_capped"),
        _as(some(timing, lambda digit: digit != 1), "timing_known"),
    ]
    if 0 < len(places) <= MOST_MARKED:
        columns.append(_as(_marks(codes, places), MARKS))
    return columns


def _marks(codes: Sequence[Code], places: Mapping[str, int]) -> exp.Expr:
    def bits(code: Code) -> Callable[[tuple[int, ...]], int]:
        own = [(at, 1 << places[one.name]) for at, one in enumerate(code.digits) if one.name in places]
        return lambda digits: sum(bit for at, bit in own if digits[at] > 1)

    marked = [code for code in codes if any(one.name in places for one in code.digits)]
    return _sum([code.looked_up("BIGINT", bits(code)) for code in marked])

"""Reasons as every engine can write them: JSON put together of pieces that are made once, here.

The order and the content are those of `reasons.py`. Nothing is formatted in the engine: whatever a criterion can say,
for each of its states and of the points that it may have left, is a literal, and the rows only choose.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import reduce

from sqlglot import exp

from idealfit.scores import sql
from idealfit.scores.card import ordered
from idealfit.scores.reasons import EXCLUSION, Wording, in_order, points_column, word_of
from idealfit.scores.scorecard import Barrier, Card, Item, Scorecard

MOST_MARKED = 62
"""So many criteria fit the bits of a whole number."""


def reasons_json(plan: Scorecard, texts: Mapping[str, Wording] | None) -> exp.Expr:
    """The reasons over a row with `c_<id>` columns, as one JSON text: a list of id, layer, state, points, and `text`
    where `texts` are given."""
    barriers = in_order(plan.barriers)
    parts = [_barrier(one, texts, wanted=True) for one in barriers]
    parts += [_item(one, texts) for one in plan.ranked]
    parts += [_barrier(one, texts, wanted=None) for one in barriers]
    if not parts:
        return sql.string("[]")
    # every part ends in a comma, the last one's is cut off
    cut = exp.Trim(this=_joined(parts), expression=sql.string(","), position="TRAILING")
    return _joined([sql.string("["), cut, sql.string("]")])


def _joined(parts: Sequence[exp.Expr]) -> exp.Expr:
    joined = reduce(lambda left, right: exp.DPipe(this=left, expression=right), parts)
    return exp.Paren(this=joined) if len(parts) > 1 else joined


def _state(name: str) -> exp.Column:
    return sql.column(f"c_{name}")


def _missing(name: str) -> exp.Expr:
    return exp.Is(this=_state(name), expression=exp.Null())


def _piece(one: Item | Barrier, layer: str, state: bool | None, points: float, text: str | None) -> str:
    told: dict[str, object] = {"id": one.id, "layer": layer, "state": word_of(state), "points": points}
    if text is not None:
        told["text"] = text
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")) + ","


def _barrier(one: Barrier, texts: Mapping[str, Wording] | None, *, wanted: bool | None) -> exp.Expr:
    text = None if texts is None else texts[one.id].of(wanted)
    test = _state(one.id) if wanted else _missing(one.id)
    return sql.cases((test, sql.string(_piece(one, EXCLUSION, wanted, 0.0, text))), default=sql.string(""))


def _item(one: Item, texts: Mapping[str, Wording] | None) -> exp.Expr:
    def piece(state: bool | None, points: int) -> exp.Expr:
        text = None if texts is None else texts[one.id].of(state)
        return sql.string(_piece(one, one.layer, state, points / 1000, text))

    branches: list[tuple[exp.Expr, exp.Expr]] = [(_missing(one.id), piece(None, one.points * one.rate))]
    if one.half_life is None or not one.last_events:
        branches.append((_state(one.id), piece(True, 1000 * one.points)))
    else:
        left = sql.column(points_column(one))
        for value in one.faded:
            same = exp.EQ(this=left.copy(), expression=sql.integer(value))
            branches.append((sql.all_of([_state(one.id), same]), piece(True, value)))
    return sql.cases(*branches, default=piece(False, 0))


def card_json(card: Card, texts: Mapping[str, Wording]) -> exp.Expr:
    """The lines of the inbound card over the same row, as one JSON text: a list of id, state, points and text."""
    if not card.points:
        return sql.string("[]")
    made = []
    for name, worth in ordered(card):

        def line(state: bool | None, points: int, name: str = name) -> exp.Expr:
            told = {"id": name, "state": word_of(state), "points": points, "text": texts[name].of(state)}
            return sql.string(json.dumps(told, ensure_ascii=False, separators=(",", ":")))

        branches = [(_state(name), line(True, worth)), (_missing(name), line(None, worth))]
        made += [sql.string(","), sql.cases(*branches, default=line(False, 0))]
    return _joined([sql.string("["), *made[1:], sql.string("]")])


def marks(plan: Scorecard) -> exp.Expr | None:
    """The criteria that add to the score as the bits of a whole number, the lowest for the one that can add most; None
    where there are none, or too many."""
    items = added(plan)
    if not items or len(items) > MOST_MARKED:
        return None
    bits = [
        sql.cases((_state(one.id), sql.cast(sql.integer(1 << at), "BIGINT")), default=sql.integer(0))
        for at, one in enumerate(items)
    ]
    return exp.Paren(this=reduce(lambda left, right: exp.Add(this=left, expression=right), bits))


def added(plan: Scorecard) -> tuple[Item, ...]:
    """The criteria that can add to a score, those that can add most first."""
    weights = {layer.name: layer.weight for layer in plan.layers}
    return tuple(one for one in plan.ranked if one.points > 0 and weights[one.layer] > 0)


def without_lowest(column: exp.Expr) -> exp.Expr:
    """A whole number less its lowest bit."""
    less = exp.Paren(this=exp.Sub(this=column.copy(), expression=sql.integer(1)))
    return exp.BitwiseAnd(this=column, expression=less)


def lowest_named(column: exp.Expr, plan: Scorecard) -> exp.Expr:
    """The id of the criterion of the lowest bit; NULL without any."""
    lowest = exp.BitwiseAnd(this=column, expression=exp.Paren(this=exp.Neg(this=column.copy())))
    ifs = [exp.If(this=sql.integer(1 << at), true=sql.string(one.id)) for at, one in enumerate(added(plan))]
    return exp.Case(this=exp.Paren(this=lowest), ifs=ifs)

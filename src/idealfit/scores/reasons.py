"""Why an account has its score: one reason a criterion, in words, the most decisive first.

The words are made once a criterion and state, in Python; the rows only choose among them. Order: exclusions that are
true (hard ones before proposed ones), then criteria by weight times points, then exclusions that are unknown and must
be checked before anybody calls.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from idealfit.profile.content import Criterion, Exclusion, Profile
from idealfit.profile.predicate import Not
from idealfit.profile.sentence import sentence
from idealfit.records.attribute import LAYERS, AttributeInfo
from idealfit.scores import sql
from idealfit.scores.scorecard import Barrier, Item, Scorecard

EXCLUSION = "exclusion"
"""What stands for the layer in the reason of an exclusion."""


@dataclass(frozen=True)
class Reason:
    """`state` is true, false or unknown; `points` are those that it counted, before alternatives are weighed."""

    id: str
    layer: str
    state: str
    points: float
    text: str


@dataclass(frozen=True)
class Wording:
    """The texts of a criterion or exclusion by state."""

    true: str
    false: str
    unknown: str

    def of(self, state: bool | None) -> str:
        """The text for a state."""
        return self.unknown if state is None else self.true if state else self.false


def word_of(state: bool | None) -> str:
    """`true`, `false` or `unknown`."""
    return "unknown" if state is None else "true" if state else "false"


def wordings(profile: Profile, attributes: Mapping[str, AttributeInfo] | None = None) -> dict[str, Wording]:
    """The texts of every criterion and exclusion by id. `attributes` is the workspace's dictionary."""
    words = {**profile.dictionary, **(attributes or {})}
    found: dict[str, Wording] = {}
    for _, criterion in profile.criteria:
        text = criterion.label or sentence(criterion.predicate, words)
        found[criterion.id] = Wording(text, _denied(criterion, words), f"unknown: {text}")
    for one in profile.exclusions:
        text = one.label or sentence(one.predicate, words)
        kind = "proposed exclusion" if one.state == "proposed" else "excluded"
        found[one.id] = Wording(f"{kind}: {text}", _denied(one, words), f"check before you call: {text}")
    return found


_NEGATIVE = re.compile(r"\b(?:not|no|never|nobody|nothing|none|without)\b", re.IGNORECASE)


def is_negative(text: str) -> bool:
    """Whether words deny something already, so that nobody understands a 'not' before them."""
    return _NEGATIVE.search(text) is not None


def _denied(one: Criterion | Exclusion, words: Mapping[str, AttributeInfo]) -> str:
    """That it does not hold, as a rep says it: 'does not use Okta', 'country is United States' of one that asks for any
    other. Of a criterion that somebody has named, 'not: ' and the name, unless the name is a denial itself.
    """
    if one.label and not is_negative(one.label):
        return f"not: {one.label}"
    text = sentence(one.predicate, words)
    denied = sentence(Not(one.predicate), words)
    return denied if denied != text else f"not: {text}"


def reasons_of(
    plan: Scorecard, texts: Mapping[str, Wording], states: Mapping[str, bool | None], counted: Mapping[str, int]
) -> tuple[Reason, ...]:
    """The reasons of one account: `counted` gives the thousandths of a point that each criterion counted."""
    true = [_exclusion(one, states, texts) for one in in_order(plan.barriers) if states[one.id]]
    scored = [
        Reason(one.id, one.layer, word_of(states[one.id]), counted[one.id] / 1000, texts[one.id].of(states[one.id]))
        for one in plan.ranked
    ]
    unknown = [_exclusion(one, states, texts) for one in in_order(plan.barriers) if states[one.id] is None]
    return (*true, *scored, *unknown)


def in_order(barriers: Sequence[Barrier]) -> list[Barrier]:
    """Hard exclusions first, else as in the file."""
    return sorted(barriers, key=lambda one: not one.hard)


def _exclusion(one: Barrier, states: Mapping[str, bool | None], texts: Mapping[str, Wording]) -> Reason:
    return Reason(one.id, EXCLUSION, word_of(states[one.id]), 0.0, texts[one.id].of(states[one.id]))


def reasons_sql(plan: Scorecard, texts: Mapping[str, Wording], states: Mapping[str, exp.Expr]) -> exp.Expr:
    """The same as a list of structs over one row; `states` gives the column with each state.

    The words are ENUMs, a byte or two each, which DuckDB and Parquet show as text: as texts, twenty reasons an account
    took five times the time and three times the memory.
    """
    barriers = in_order(plan.barriers)
    words = _Words.of(plan, texts)
    first = [_barrier_sql(one, words, states[one.id], wanted=True) for one in barriers]
    middle = [_item_sql(one, words, states[one.id]) for one in plan.ranked]
    last = [_barrier_sql(one, words, states[one.id], wanted=None) for one in barriers]
    parts = [_chosen(first)] if first else []
    parts += [exp.Array(expressions=middle)] if middle else []
    parts += [_chosen(last)] if last else []
    if not parts:
        return sql.cast(exp.Array(expressions=[]), NO_REASONS)
    return parts[0] if len(parts) == 1 else sql.call("list_concat", *parts)


NO_REASONS = "STRUCT(id TEXT, layer TEXT, state TEXT, points DOUBLE, text TEXT)[]"


@dataclass(frozen=True)
class _Words:
    """The ENUM types of the four words of a reason, for one profile."""

    ids: exp.DataType
    layers: exp.DataType
    states: exp.DataType
    texts: exp.DataType
    wordings: Mapping[str, Wording]

    @classmethod
    def of(cls, plan: Scorecard, wordings: Mapping[str, Wording]) -> _Words:
        names = list(plan.scored)
        texts = [text for name in names for text in vars(wordings[name]).values()]
        return cls(
            _enum(names), _enum([*LAYERS, EXCLUSION]), _enum(["true", "false", "unknown"]), _enum(texts), wordings
        )


def _enum(words: Sequence[str]) -> exp.DataType:
    literals = [sql.string(word) for word in dict.fromkeys(words)] or [sql.string("")]
    return exp.DataType(this=exp.DataType.Type.ENUM, expressions=literals)


def _one_of(word: str, kind: exp.DataType) -> exp.Expr:
    return exp.Cast(this=sql.string(word), to=kind.copy())


def _chosen(structs: list[exp.Expr]) -> exp.Expr:
    """Those of the structs that are not NULL."""
    keep = exp.Lambda(
        this=exp.Not(this=exp.Is(this=exp.column("one"), expression=exp.Null())),
        expressions=[exp.to_identifier("one")],
    )
    return sql.call("list_filter", exp.Array(expressions=structs), keep)


def _struct(name: str, layer: str, words: _Words, *changing: exp.Expr) -> exp.Expr:
    """`changing` are the state, the points and the text."""
    fixed = (_one_of(name, words.ids), _one_of(layer, words.layers))
    fields = zip(("id", "layer", "state", "points", "text"), (*fixed, *changing), strict=True)
    pairs = [exp.PropertyEQ(this=exp.to_identifier(key), expression=value) for key, value in fields]
    return exp.Struct(expressions=pairs)


def _barrier_sql(one: Barrier, words: _Words, state: exp.Expr, *, wanted: bool | None) -> exp.Expr:
    test = state if wanted else exp.Is(this=state, expression=exp.Null())
    text = _one_of(words.wordings[one.id].of(wanted), words.texts)
    word = _one_of(word_of(wanted), words.states)
    return sql.cases((test, _struct(one.id, EXCLUSION, words, word, sql.cast(sql.integer(0), "DOUBLE"), text)))


def _item_sql(one: Item, words: _Words, state: exp.Expr) -> exp.Expr:
    """The reason of a criterion; points that decay stand in a column of their own."""
    full = _thousandth(sql.integer(1000 * one.points))
    if one.half_life is not None:
        full = _thousandth(sql.column(points_column(one)))
    unknown = _thousandth(sql.integer(one.points * one.rate))
    text = words.wordings[one.id]

    def by_state(true: exp.Expr, false: exp.Expr, unknown: exp.Expr) -> exp.Expr:
        missing = exp.Is(this=state.copy(), expression=exp.Null())
        return sql.cases((state.copy(), true), (missing, unknown), default=false)

    return _struct(
        one.id,
        one.layer,
        words,
        by_state(*(_one_of(word_of(value), words.states) for value in (True, False, None))),
        by_state(full, sql.cast(sql.integer(0), "DOUBLE"), unknown),
        by_state(*(_one_of(text.of(value), words.texts) for value in (True, False, None))),
    )


def _thousandth(node: exp.Expr) -> exp.Expr:
    return exp.Div(this=sql.cast(node, "DOUBLE"), expression=sql.integer(1000))


def points_column(item: Item) -> str:
    """The column with the decayed points of an item, in thousandths."""
    return f"points_{item.id}"

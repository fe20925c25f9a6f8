"""Why an account has its score: one reason a criterion, in words, the most decisive first.

The words are made once a criterion and state, in Python; the rows only choose among them. Order: exclusions that are
true (hard ones before proposed ones), then criteria by weight times points, then exclusions that are unknown and must
be checked before anybody calls.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from idealfit.profile.content import Profile
from idealfit.profile.sentence import sentence
from idealfit.records.attribute import AttributeInfo
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
        found[criterion.id] = Wording(text, f"not: {text}", f"unknown: {text}")
    for one in profile.exclusions:
        text = one.label or sentence(one.predicate, words)
        kind = "proposed exclusion" if one.state == "proposed" else "excluded"
        found[one.id] = Wording(f"{kind}: {text}", f"not: {text}", f"check before you call: {text}")
    return found


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
    """The same as a list of structs over one row; `states` gives each state's column, `counted` see `counted_sql`."""
    barriers = in_order(plan.barriers)
    first = _chosen([_barrier_sql(one, texts, states[one.id], wanted=True) for one in barriers])
    middle = exp.Array(expressions=[_item_sql(one, texts, states[one.id]) for one in plan.ranked])
    last = _chosen([_barrier_sql(one, texts, states[one.id], wanted=None) for one in barriers])
    parts = [part for part in (first, middle if plan.items else None, last) if part is not None]
    if not parts:
        return sql.cast(exp.Array(expressions=[]), REASONS)
    joined = parts[0] if len(parts) == 1 else sql.call("list_concat", *parts)
    return sql.cast(joined, REASONS)


REASONS = "STRUCT(id TEXT, layer TEXT, state TEXT, points DOUBLE, text TEXT)[]"


def _chosen(structs: list[exp.Expr]) -> exp.Expr | None:
    """Those of the structs that are not NULL."""
    if not structs:
        return None
    keep = exp.Lambda(
        this=exp.Not(this=exp.Is(this=exp.column("one"), expression=exp.Null())),
        expressions=[exp.to_identifier("one")],
    )
    return sql.call("list_filter", exp.Array(expressions=structs), keep)


def _struct(name: str, layer: str, state: bool | None, points: exp.Expr, text: str) -> exp.Expr:
    fields = {
        "id": sql.string(name),
        "layer": sql.string(layer),
        "state": sql.string(word_of(state)),
        "points": sql.cast(points, "DOUBLE"),
        "text": sql.string(text),
    }
    pairs = [exp.PropertyEQ(this=exp.to_identifier(key), expression=value) for key, value in fields.items()]
    return exp.Struct(expressions=pairs)


def _barrier_sql(one: Barrier, texts: Mapping[str, Wording], state: exp.Expr, *, wanted: bool | None) -> exp.Expr:
    test = state if wanted else exp.Is(this=state, expression=exp.Null())
    return sql.cases((test, _struct(one.id, EXCLUSION, wanted, sql.integer(0), texts[one.id].of(wanted))))


def _item_sql(one: Item, texts: Mapping[str, Wording], state: exp.Expr) -> exp.Expr:
    """The reason of a criterion; points that decay stand in a column of their own."""
    full = sql.cast(sql.integer(one.points), "DOUBLE")
    if one.half_life is not None:
        full = exp.Div(this=sql.cast(sql.column(points_column(one)), "DOUBLE"), expression=sql.integer(1000))
    wording = texts[one.id]
    unknown = exp.Div(this=sql.cast(sql.integer(one.points * one.rate), "DOUBLE"), expression=sql.integer(1000))
    return sql.cases(
        (state, _struct(one.id, one.layer, True, full, wording.true)),
        (exp.Is(this=state.copy(), expression=exp.Null()), _struct(one.id, one.layer, None, unknown, wording.unknown)),
        default=_struct(one.id, one.layer, False, sql.integer(0), wording.false),
    )


def points_column(item: Item) -> str:
    """The column with the decayed points of an item, in thousandths."""
    return f"points_{item.id}"

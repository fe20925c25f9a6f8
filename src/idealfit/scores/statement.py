"""A profile as one SQL statement over tables where they lie: the same steps as in DuckDB, for every engine.

Every criterion is answered (`answered.py`), then the points are added up in whole numbers, by the arithmetic of
`table.py`; here the steps are put together by their names. The tree is DuckDB's; `dialects.py` has the words of other
engines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from idealfit.profile.content import Profile
from idealfit.profile.predicate import Predicate
from idealfit.records.attribute import AttributeInfo
from idealfit.scores import sql
from idealfit.scores.answered import RAISED, Answered, Asked, Step, answered
from idealfit.scores.card import with_card
from idealfit.scores.expected_anywhere import expected_steps, said_of_steps
from idealfit.scores.lying import Tables
from idealfit.scores.named_facts import readable
from idealfit.scores.prepared import simplified
from idealfit.scores.reason_codes import card_json, lowest_named, marks, reasons_json, without_lowest
from idealfit.scores.reasons import wordings
from idealfit.scores.scorecard import Scorecard, scorecard
from idealfit.scores.table import score_steps, state_column

TOP = 3
"""So many reasons get a column of their own."""
_STEPS = ("points", "summed", "counted", "layers", "axes", "tiers", "words")
"""The names of the steps of `score_steps`, the first one first."""
_SAID = {
    "account_read": "What the criteria read, as it is compared: texts folded, numbers to six digits.",
    "event_facts": "Dated events and what buyers did, counted once an account, each in its window.",
    "history_facts": "Values that changed, as they were.",
    "contact_facts": "Who is known at the account.",
    "criteria": "Every criterion and exclusion: true, false, or NULL where it is unknown.",
    "lines": "A merged duplicate has the answers of the account that it was merged into.",
    "points": "Points left of those that halve with time.",
    "summed": "What is true and what is unknown of a layer, each summed once where the views follow from these sums.",
    "counted": "Points a layer, in thousandths: as known (nominal), with every unknown at its worst and at its best.",
    "layers": "The value of each layer between the least and the most that is possible, in millionths.",
    "axes": "Fit, timing and score in tenths, and what the exclusions say.",
    "tiers": "The tier of the value, and of the lowest and the highest that it could be.",
    "words": "Tier, range and timing as they are shown.",
    "hands": "Accounts that asked for somebody in the last 30 days, and were not turned down since.",
    "called": "The answers, and who asked for somebody.",
    **said_of_steps(),
    "marked": "The criteria that are true, as bits: the lowest is the one that can add most.",
}


@dataclass(frozen=True)
class Statement:
    """The statement as a tree in DuckDB's words, its named steps in order, the columns of `accounts` that it reads, and
    those that it gives."""

    query: exp.Select
    steps: tuple[str, ...]
    reads: tuple[str, ...]
    shown: tuple[str, ...]


def score_statement(
    profile: Profile,
    tables: Tables,
    *,
    as_of: date,
    version: str,
    attributes: Mapping[str, AttributeInfo] | None = None,
    criteria: bool = False,
    texts: bool = True,
    top: int = 0,
    reasons: bool = True,
    card: bool = False,
    values: bool = False,
    ranked: bool | None = True,
    beside: Mapping[str, Predicate] | None = None,
    answers: Answered | None = None,
    kept: Sequence[str] = (),
) -> Statement:
    """The scores of every account of `tables`, one row each: the columns of DESIGN §6, `reasons` as JSON text.

    `texts` puts the words of each reason into it, else it holds codes only (id, layer, state, points). `criteria` adds
    a column `c_<id>` a criterion and exclusion, `top` that many columns `reason_1`, …: the criteria that are true and
    can add most; without `reasons` they stand in place of these. `card` adds the inbound card, its reasons as JSON
    text; `values` what discovery's model tells of each account, with a rank if `ranked` (None: see `expected_steps`);
    `beside` are other conditions, each a column `c_<name>`. `as_of` may be a `VariableDay`. `answers` says where the
    answers lie already (then `tables` are not read), `kept` are further columns there that stay beside the scores.
    """
    one = asked_of(profile, attributes, criteria=criteria, card=card, values=values, beside=beside)
    plan, values = one.plan, values and bool(profile.model)
    answers = answers or answered([one], tables, as_of, hands=card)
    steps = list(answers.steps)
    told = wordings(profile, attributes)
    made = reasons_json(plan, told if texts else None)
    everything = (*(one.id for _, one in profile.criteria), *(one.id for one in profile.exclusions))
    shown = (*(everything if criteria or values else ()), *(beside or ()))
    raised = sql.column(RAISED) if answers.hands else sql.truth(False)
    scores = score_steps(
        plan,
        told,
        states=answers.relation,
        as_of=as_of,
        version=version,
        shown_states=shown,
        card=raised if card else None,
        portable_reasons=made,
        portable_card=card_json(plan.card, told) if card and plan.card is not None else None,
    )
    steps += [*_named(scores), *_marked(plan, scores, top)]
    if not reasons:
        _instead_of_reasons(scores, top)
    scores.select(*(sql.column(name) for name in kept), copy=False)
    if values:
        further, scores = expected_steps(profile, scores, ranked=ranked)
        steps += [Step(*one) for one in further]
        if not criteria:
            hidden = {state_column(name) for name in everything}
            scores.set("expressions", [one for one in scores.expressions if one.alias_or_name not in hidden])
    return put_together(steps, scores, answers)


def asked_of(
    profile: Profile,
    attributes: Mapping[str, AttributeInfo] | None = None,
    *,
    criteria: bool = False,
    card: bool = False,
    values: bool = False,
    beside: Mapping[str, Predicate] | None = None,
    before: str = "",
) -> Asked:
    """What a statement of these scores asks of every account (the arguments are those of `score_statement`)."""
    plan = scorecard(with_card(profile) if card else profile)
    unscored = dict(plan.unscored) if criteria or card or (values and profile.model) else {}
    words = {**profile.dictionary, **(attributes or {})}
    return Asked(profile, plan, plan.scored | unscored | dict(beside or {}), words, before)


def answers_statement(asked: Sequence[Asked], tables: Tables, as_of: date, *, hands: bool) -> tuple[Statement, bool]:
    """The answers of several profiles to every account, one row each, every table read once: the columns of each that
    is `asked`, the dates of last events by the names of their facts; and whether there is a column `RAISED`."""
    found = answered(asked, tables, as_of, hands=hands)
    columns = [one.column(name) for one in asked for name in one.predicates]
    columns += list(dict.fromkeys(fact.column for one in asked for fact in one.last))
    columns += [RAISED] if found.hands else []
    query = exp.select(*(sql.column(name) for name in ("account_id", "duplicate_of", *columns)))
    bare = Answered(found.relation, found.steps)
    return put_together(found.steps, query.from_(sql.table(found.relation)), bare), found.hands


def _named(scores: exp.Select) -> list[Step]:
    """The steps within `scores`, each by its name; `scores` then reads the last of them."""
    steps: list[Step] = []
    names = iter(reversed(_STEPS))
    outer = scores
    while isinstance(inner := outer.args["from_"].this, exp.Subquery):
        name = next(names)
        outer.args["from_"].set("this", sql.table(name))
        outer = inner.this
        steps.insert(0, Step(name, outer))
    return steps


def _marked(plan: Scorecard, scores: exp.Select, top: int) -> list[Step]:
    """Steps that take one bit after the other from the marks; `scores` gets a column for each."""
    bits = marks(plan) if top else None
    if bits is None:
        none = (exp.alias_(sql.nothing("TEXT"), f"reason_{at + 1}", quoted=True) for at in range(top))
        scores.select(*none, copy=False)
        return []
    before = sql.table(_STEPS[-1])
    steps = [Step("marked", exp.select(exp.Star(), exp.alias_(bits, "mark_1", quoted=True)).from_(before))]
    for at in range(1, top):
        less = exp.alias_(without_lowest(sql.column(f"mark_{at}")), f"mark_{at + 1}", quoted=True)
        steps.append(Step(f"marked_{at + 1}", exp.select(exp.Star(), less).from_(sql.table(steps[-1].name))))
    scores.args["from_"].set("this", sql.table(steps[-1].name))
    for at in range(top):
        named = lowest_named(sql.column(f"mark_{at + 1}"), plan)
        scores.select(exp.alias_(named, f"reason_{at + 1}", quoted=True), copy=False)
    return steps


def _instead_of_reasons(scores: exp.Select, top: int) -> None:
    """The columns `reason_1`, … in the place of `reasons`."""
    columns = scores.expressions
    few, others = columns[len(columns) - top :], columns[: len(columns) - top]
    at = next(place for place, one in enumerate(others) if one.alias_or_name == "reasons")
    scores.set("expressions", [*others[:at], *few, *others[at + 1 :]])


def put_together(
    steps: Sequence[Step], query: exp.Select, answers: Answered, said: Mapping[str, str] | None = None
) -> Statement:
    """`query` over `steps`, each with a comment on what it does; `said` has that of steps that are not always there."""
    ctes = []
    told = {**_SAID, **(said or {})}
    for step in steps:
        cte = exp.CTE(this=step.query, alias=exp.TableAlias(this=sql.name(step.name)))
        if step.name in told:
            cte.add_comments([told[step.name]])
        ctes.append(cte)
    query.set("with_", exp.With(expressions=ctes))
    reads: tuple[str, ...] = ()
    if answers.prepared is not None:
        readable(query, answers.facts, taken=answers.prepared.names)
        reads = tuple(answers.prepared.reads)
    simplified(query)
    shown = tuple(column.alias_or_name for column in query.expressions)
    return Statement(query, tuple(step.name for step in steps), reads, shown)

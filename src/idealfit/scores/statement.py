"""A profile as one SQL statement over tables where they lie: the same steps as in DuckDB, for every engine.

What the criteria read of an account is prepared once (`account`), dated events, history and contacts are each counted
once, before any join (`event_facts`, …), then every criterion is answered (`criteria`) and the points are added up in
whole numbers. The answers are those of `query.py`, the arithmetic that of `table.py`; here they are put together as
named steps. The tree is DuckDB's; `dialects.py` has the words of other engines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlglot import exp

from idealfit.profile.content import Profile
from idealfit.profile.predicate import Predicate
from idealfit.profile.sentence import sentence
from idealfit.records.attribute import AttributeInfo
from idealfit.scores import sql
from idealfit.scores.card import raised_hands, with_card
from idealfit.scores.coverage import Covered
from idealfit.scores.expected_anywhere import expected_steps, said_of_steps
from idealfit.scores.facts import ACCOUNT, EventFact, Fact, HistoryFact, RoleFact, Sources, fact_tables, facts_of
from idealfit.scores.lying import TableAt, TableName, Tables, as_text, key_of
from idealfit.scores.named_facts import readable
from idealfit.scores.prepared import ACCOUNTS, Prepared, simplified
from idealfit.scores.query import predicate_sql
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


@dataclass(frozen=True)
class _Step:
    name: str
    query: exp.Expr


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
) -> Statement:
    """The scores of every account of `tables`, one row each: the columns of DESIGN §6, `reasons` as JSON text.

    `texts` puts the words of each reason into it, else it holds codes only (id, layer, state, points). `criteria` adds
    a column `c_<id>` a criterion and exclusion, `top` that many columns `reason_1`, …: the criteria that are true and
    can add most; without `reasons` they stand in place of these. `card` adds the inbound card, its reasons as JSON
    text; `values` what discovery's model tells of each account, with a rank if `ranked` (None: see `expected_steps`);
    `beside` are other conditions, each a column `c_<name>`. `as_of` may be a `VariableDay`.
    """
    plan = scorecard(with_card(profile) if card else profile)
    covered = Covered.read(profile.coverage)
    values = values and bool(profile.model)
    predicates = plan.scored | (dict(plan.unscored) if criteria or card or values else {}) | dict(beside or {})
    built = _Facts.of(tables, predicates.values(), plan, as_of, covered)
    prepared = Prepared(tables.accounts, built.names)
    words = {**profile.dictionary, **(attributes or {})}
    steps, states = _answered(profile, plan, predicates, prepared, built, as_of, words)
    facts = [*built.facts, *(fact for fact in _last(plan) if fact not in built.facts)]
    told = wordings(profile, attributes)
    made = reasons_json(plan, told if texts else None)
    everything = (*(one.id for _, one in profile.criteria), *(one.id for one in profile.exclusions))
    shown = (*(everything if criteria or values else ()), *(beside or ()))
    if card and "leads" in tables.others:
        steps += _hands(tables.others["leads"], as_of, states)
        states = "called"
    raised = sql.column("hand_raised") if states == "called" else sql.truth(False)
    scores = score_steps(
        plan,
        told,
        states=states,
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
    if values:
        further, scores = expected_steps(profile, scores, ranked=ranked)
        steps += [_Step(*one) for one in further]
        if not criteria:
            hidden = {state_column(name) for name in everything}
            scores.set("expressions", [one for one in scores.expressions if one.alias_or_name not in hidden])
    return _put_together(steps, scores, prepared, facts)


def _answered(
    profile: Profile,
    plan: Scorecard,
    predicates: Mapping[str, Predicate],
    prepared: Prepared,
    built: _Facts,
    as_of: date,
    words: Mapping[str, AttributeInfo],
) -> tuple[list[_Step], str]:
    """The steps that answer every criterion for every account, and the name of the last of them."""
    kinds = {name: held.kind for name, held in prepared.accounts.columns.items()}
    answers: list[exp.Expr] = []
    for name, predicate in predicates.items():
        node = predicate_sql(predicate, kinds, as_of, profile.coverage, facts=frozenset(built.names))
        answer = exp.alias_(prepared.read(node), state_column(name), quoted=True)
        answer.add_comments([safe(f"{name}: {sentence(predicate, words)}")])
        answers.append(answer)
    last = [
        exp.alias_(prepared.read(sql.column(fact.column)), fact.column, quoted=True)
        if fact.column in built.names
        else exp.alias_(sql.nothing("DATE"), fact.column, quoted=True)
        for fact in _last(plan)
    ]
    merged = prepared.accounts.find("duplicate_of") is not None
    steps = [_Step(ACCOUNTS, prepared.select(merged=merged))]
    joined = exp.select(sql.column("account_id", ACCOUNTS), *last, *answers).from_(sql.table(ACCOUNTS))
    if merged:
        joined = joined.select(sql.column("duplicate_of", ACCOUNTS))
    else:
        joined = joined.select(exp.alias_(sql.nothing("TEXT"), "duplicate_of", quoted=True))
    for step, counted in built.tables.items():
        used = prepared.used & {column for column, table in built.names.items() if table == step}
        if not used:
            continue
        steps += [*built.read[step], _Step(step, _kept(counted, used))]
        same = exp.EQ(this=sql.column("account_id", ACCOUNTS), expression=sql.column(ACCOUNT, step))
        joined = joined.join(sql.table(step), on=same, join_type="left")
    steps.append(_Step("criteria", joined))
    states = "criteria"
    if merged:
        states = "lines"
        steps.append(_Step("lines", _lines([*(fact.column for fact in _last(plan)), *map(state_column, predicates)])))
    return steps, states


def _hands(leads: TableAt, as_of: date, states: str) -> list[_Step]:
    """Steps that say of every account whether it, or the one that it was merged into, asked for somebody."""
    hands = raised_hands(as_of, _read_step("leads")).distinct()
    joined = exp.select(exp.Column(this=exp.Star(), table=sql.name("s")))
    there = [exp.Not(this=exp.Is(this=sql.column("account_id", name), expression=exp.Null())) for name in "ho"]
    joined = joined.select(exp.alias_(sql.any_of(there), "hand_raised", quoted=True)).from_(sql.table(states, "s"))
    for name, key in (("h", "account_id"), ("o", "duplicate_of")):
        same = exp.EQ(this=sql.column(key, "s"), expression=sql.column("account_id", name))
        joined = joined.join(sql.table("hands", name), on=same, join_type="left")
    return [_Step(_read_step("leads"), _as_canonical("leads", leads)), _Step("hands", hands), _Step("called", joined)]


def safe(text: str) -> str:
    """`text` as a comment: nothing in it ends or begins one, or acts in a template."""
    text = re.sub(r"[\x00-\x1f\x7f\u2028\u2029]+", " ", text)
    for mark, other in (("*/", "* /"), ("/*", "/ *"), ("{{", "{ {"), ("{%", "{ %"), ("{#", "{ #"), ("--", "- -")):
        text = text.replace(mark, other)
    return text.strip()


def _last(plan: Scorecard) -> tuple[EventFact, ...]:
    return tuple(dict.fromkeys(fact for item in plan.items for fact in item.last_events))


@dataclass
class _Facts:
    """What is counted beside the accounts: `tables` by step, `names` (column → step), what each step reads first."""

    tables: dict[str, exp.Select] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    read: dict[str, list[_Step]] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)

    @classmethod
    def of(cls, tables: Tables, predicates: Iterable[object], plan: Scorecard, as_of: date, covered: Covered) -> _Facts:
        made = cls()
        needed: tuple[Fact, ...] = tuple(dict.fromkeys((*facts_of(predicates), *_last(plan))))  # type: ignore[arg-type]
        groups: tuple[tuple[str, type[object], tuple[TableName, ...]], ...] = (
            ("event_facts", EventFact, ("events", "activities")),
            ("history_facts", HistoryFact, ("account_history",)),
            ("contact_facts", RoleFact, ("contacts",)),
        )
        for step, kind, sources in groups:
            facts = [fact for fact in needed if isinstance(fact, kind)]
            there = [name for name in sources if name in tables.others]
            if not facts or not there:
                continue
            fields = {"account_history": "history"}
            named = {fields.get(name, name): _read_step(name) for name in there}
            (found,) = fact_tables(facts, Sources(**named), as_of, covered)
            made.tables[step] = found
            made.read[step] = [_Step(_read_step(name), _as_canonical(name, tables.others[name])) for name in there]
            made.names |= {fact.column: step for fact in facts}
            made.facts += facts
        return made


def _read_step(name: TableName) -> str:
    return f"{name}_read"


_NEEDED: dict[TableName, dict[str, str]] = {
    "events": {"event_type": "TEXT", "detail": "TEXT", "occurred_at": "DATE", "known_at": "DATE"},
    "activities": {"activity_type": "TEXT", "channel": "TEXT", "direction": "TEXT", "occurred_at": "DATE"},
    "account_history": {"field": "TEXT", "old_value": "TEXT", "new_value": "TEXT", "changed_at": "TIMESTAMP"},
    "leads": {"hand_raised": "BOOLEAN", "created_at": "DATE", "disqualified_at": "DATE"},
    "contacts": {"role": "TEXT", "function": "TEXT", "seniority": "TEXT", "title": "TEXT", "created_at": "DATE"},
}


def _as_canonical(name: TableName, table: TableAt) -> exp.Select:
    """The columns that facts are counted from, by their canonical names; what the table lacks is NULL."""
    columns = [exp.alias_(key_of(table, "account_id"), "account_id", quoted=True)]
    for canonical, kind in _NEEDED[name].items():
        own = table.find(canonical)
        if own is None:
            node: exp.Expr = sql.nothing(kind)
        elif kind == "TEXT":
            node = as_text(sql.column(own), table.columns[own])
        elif kind == "BOOLEAN":
            node = sql.column(own) if table.columns[own].kind == "boolean" else sql.nothing(kind)
        elif table.columns[own].kind in ("date", "timestamp"):
            node = sql.column(own) if kind == "TIMESTAMP" else sql.cast(sql.column(own), kind)
        else:
            node = sql.nothing(kind)
        columns.append(exp.alias_(node, canonical, quoted=True))
    return exp.select(*columns).from_(table.relation)


def _kept(facts: exp.Select, used: Iterable[str]) -> exp.Select:
    """Only those columns of `facts` that are used."""
    wanted = set(used)
    kept = [one for one in facts.expressions if not one.alias or one.alias in wanted]
    return facts.copy().select(*[one.copy() for one in kept], append=False)


def _lines(columns: Sequence[str]) -> exp.Select:
    """Every account with its own answers, or those of the account that it was merged into, where that is there."""
    found = exp.Not(this=exp.Is(this=sql.column("account_id", "other"), expression=exp.Null()))
    chosen = [
        exp.alias_(
            sql.cases((found.copy(), sql.column(name, "other")), default=sql.column(name, "own")), name, quoted=True
        )
        for name in columns
    ]
    same = exp.EQ(this=sql.column("duplicate_of", "own"), expression=sql.column("account_id", "other"))
    alone = exp.Is(this=sql.column("duplicate_of", "other"), expression=exp.Null())
    select = exp.select(sql.column("account_id", "own"), sql.column("duplicate_of", "own"), *chosen)
    select = select.from_(sql.table("criteria", "own"))
    return select.join(sql.table("criteria", "other"), on=sql.all_of([same, alone]), join_type="left")


def _named(scores: exp.Select) -> list[_Step]:
    """The steps within `scores`, each by its name; `scores` then reads the last of them."""
    steps: list[_Step] = []
    names = iter(reversed(_STEPS))
    outer = scores
    while isinstance(inner := outer.args["from_"].this, exp.Subquery):
        name = next(names)
        outer.args["from_"].set("this", sql.table(name))
        outer = inner.this
        steps.insert(0, _Step(name, outer))
    return steps


def _marked(plan: Scorecard, scores: exp.Select, top: int) -> list[_Step]:
    """Steps that take one bit after the other from the marks; `scores` gets a column for each."""
    bits = marks(plan) if top else None
    if bits is None:
        none = (exp.alias_(sql.nothing("TEXT"), f"reason_{at + 1}", quoted=True) for at in range(top))
        scores.select(*none, copy=False)
        return []
    before = sql.table(_STEPS[-1])
    steps = [_Step("marked", exp.select(exp.Star(), exp.alias_(bits, "mark_1", quoted=True)).from_(before))]
    for at in range(1, top):
        less = exp.alias_(without_lowest(sql.column(f"mark_{at}")), f"mark_{at + 1}", quoted=True)
        steps.append(_Step(f"marked_{at + 1}", exp.select(exp.Star(), less).from_(sql.table(steps[-1].name))))
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


def _put_together(steps: Sequence[_Step], query: exp.Select, prepared: Prepared, facts: Sequence[Fact]) -> Statement:
    ctes = []
    for step in steps:
        cte = exp.CTE(this=step.query, alias=exp.TableAlias(this=sql.name(step.name)))
        if step.name in _SAID:
            cte.add_comments([_SAID[step.name]])
        ctes.append(cte)
    query.set("with_", exp.With(expressions=ctes))
    readable(query, facts, taken=prepared.names)
    simplified(query)
    shown = tuple(column.alias_or_name for column in query.expressions)
    return Statement(query, tuple(step.name for step in steps), tuple(prepared.reads), shown)

"""The answers to every criterion as named steps of a statement, over tables where they lie.

What the criteria read of an account is prepared once (`account_read`), dated events, history and contacts are each
counted once, before any join (`event_facts`, …), then every criterion is answered (`criteria`), of one profile or of
several together; a merged duplicate gets the answers of its survivor (`lines`). The answers are those of `query.py`.
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
from idealfit.scores.card import raised_hands
from idealfit.scores.coverage import Covered
from idealfit.scores.facts import ACCOUNT, EventFact, Fact, HistoryFact, RoleFact, Sources, fact_tables, facts_of
from idealfit.scores.lying import TableAt, TableName, Tables, as_text, key_of
from idealfit.scores.prepared import ACCOUNTS, Prepared
from idealfit.scores.query import predicate_sql
from idealfit.scores.scorecard import Scorecard
from idealfit.scores.table import state_column

RAISED = "hand_raised"
"""The column that says whether an account asked for somebody."""
_LISTED = EventFact("listed").column


@dataclass(frozen=True)
class Step:
    """A named step of a statement."""

    name: str
    query: exp.Expr


@dataclass(frozen=True)
class Asked:
    """A profile, its plan and its conditions by name; `words` are for comments. `before` stands before the names of the
    answers' columns, where several are asked together."""

    profile: Profile
    plan: Scorecard
    predicates: Mapping[str, Predicate]
    words: Mapping[str, AttributeInfo] = field(default_factory=dict)
    before: str = ""

    def column(self, name: str) -> str:
        """The column of an answer."""
        return f"{self.before}{state_column(name)}"

    @property
    def last(self) -> tuple[EventFact, ...]:
        """The dates of last events that points decay from: columns of the answers too."""
        return tuple(dict.fromkeys(fact for item in self.plan.items for fact in item.last_events))


@dataclass(frozen=True)
class Answered:
    """The steps and the relation that holds the answers: `account_id`, `duplicate_of`, the columns of all that is
    `Asked`, and `RAISED` where `hands` says so. Without steps it is there already."""

    relation: str
    steps: tuple[Step, ...] = ()
    prepared: Prepared | None = None
    facts: tuple[Fact, ...] = ()
    hands: bool = False


def answered(asked: Sequence[Asked], tables: Tables, as_of: date, *, hands: bool = False) -> Answered:
    """Every account of `tables` with the answers to all that is `asked`, each table read once; `hands` asks beside them
    who wants to hear from us."""
    built = _Facts.of(tables, asked, as_of)
    prepared = Prepared(tables.accounts, built.names)
    steps = [*_criteria(asked, prepared, built, as_of)]
    last = "criteria"
    if prepared.accounts.find("duplicate_of") is not None:
        answers = [one.column(name) for one in asked for name in one.predicates]
        steps.append(Step("lines", _lines([*(fact.column for fact in built.last), *answers])))
        last = "lines"
    if hands and "leads" in tables.others:
        steps += _hands(tables.others["leads"], as_of, last)
        last = "called"
    facts = (*built.facts, *(fact for fact in built.last if fact not in built.facts))
    return Answered(last, tuple(steps), prepared, facts, hands=last == "called")


def _criteria(asked: Sequence[Asked], prepared: Prepared, built: _Facts, as_of: date) -> list[Step]:
    """The steps that answer every criterion for every account."""
    kinds = {name: held.kind for name, held in prepared.accounts.columns.items()}
    answers: list[exp.Expr] = []
    for one in asked:
        for name, predicate in one.predicates.items():
            node = predicate_sql(predicate, kinds, as_of, one.profile.coverage, facts=frozenset(built.names))
            node = _with_own_list(node, built.listed[one.before])
            answer = exp.alias_(prepared.read(node), one.column(name), quoted=True)
            answer.add_comments([safe(f"{name}: {sentence(predicate, one.words)}")])
            answers.append(answer)
    last = [
        exp.alias_(prepared.read(sql.column(fact.column)), fact.column, quoted=True)
        if fact.column in built.names
        else exp.alias_(sql.nothing("DATE"), fact.column, quoted=True)
        for fact in built.last
    ]
    merged = prepared.accounts.find("duplicate_of") is not None
    steps = [Step(ACCOUNTS, prepared.select(merged=merged))]
    joined = exp.select(sql.column("account_id", ACCOUNTS), *last, *answers).from_(sql.table(ACCOUNTS))
    if merged:
        joined = joined.select(sql.column("duplicate_of", ACCOUNTS))
    else:
        joined = joined.select(exp.alias_(sql.nothing("TEXT"), "duplicate_of", quoted=True))
    for step, counted in built.tables.items():
        used = prepared.used & {column for column, table in built.names.items() if table == step}
        if not used:
            continue
        steps += [*built.read[step], Step(step, _kept(counted, used))]
        same = exp.EQ(this=sql.column("account_id", ACCOUNTS), expression=sql.column(ACCOUNT, step))
        joined = joined.join(sql.table(step), on=same, join_type="left")
    return [*steps, Step("criteria", joined)]


def _with_own_list(node: exp.Expr, column: str) -> exp.Expr:
    """`node`, reading which events only cover the accounts in their file as the profile's own coverage says it."""
    if column == _LISTED:
        return node
    tree = exp.Paren(this=node.copy())
    for one in tree.find_all(exp.Column):
        if one.name == _LISTED:
            one.replace(sql.column(column))
    inner: exp.Expr = tree.this
    return inner


def _hands(leads: TableAt, as_of: date, states: str) -> list[Step]:
    """Steps that say of every account whether it, or the one that it was merged into, asked for somebody."""
    hands = raised_hands(as_of, _read_step("leads")).distinct()
    joined = exp.select(exp.Column(this=exp.Star(), table=sql.name("s")))
    there = [exp.Not(this=exp.Is(this=sql.column("account_id", name), expression=exp.Null())) for name in "ho"]
    joined = joined.select(exp.alias_(sql.any_of(there), RAISED, quoted=True)).from_(sql.table(states, "s"))
    # an account that was merged into none is met by its own id: rows without any key would all come to one machine
    other = exp.Coalesce(this=sql.column("duplicate_of", "s"), expressions=[sql.column("account_id", "s")])
    for name, key in (("h", sql.column("account_id", "s")), ("o", other)):
        same = exp.EQ(this=key, expression=sql.column("account_id", name))
        joined = joined.join(sql.table("hands", name), on=same, join_type="left")
    return [Step(_read_step("leads"), _as_canonical("leads", leads)), Step("hands", hands), Step("called", joined)]


def safe(text: str) -> str:
    """`text` as a comment: nothing in it ends or begins one, or acts in a template."""
    text = re.sub(r"[\x00-\x1f\x7f\u2028\u2029]+", " ", text)
    for mark, other in (("*/", "* /"), ("/*", "/ *"), ("{{", "{ {"), ("{%", "{ %"), ("{#", "{ #"), ("--", "- -")):
        text = text.replace(mark, other)
    return text.strip()


@dataclass
class _Facts:
    """What is counted beside the accounts: `tables` by step, `names` (column → step), what each step reads first.
    `last` are the dates that points decay from; `listed`: the column of `_LISTED` of each that is asked, by `before`.
    """

    last: tuple[EventFact, ...]
    tables: dict[str, exp.Select] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    read: dict[str, list[Step]] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)
    listed: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, tables: Tables, asked: Sequence[Asked], as_of: date) -> _Facts:
        made = cls(tuple(dict.fromkeys(fact for one in asked for fact in one.last)))
        predicates = [predicate for one in asked for predicate in one.predicates.values()]
        needed: tuple[Fact, ...] = tuple(dict.fromkeys((*facts_of(predicates), *made.last)))
        covered = [Covered.read(one.profile.coverage) for one in asked]
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
            (found,) = fact_tables(facts, Sources(**named), as_of, covered[0])
            made.tables[step] = found
            made.read[step] = [Step(_read_step(name), _as_canonical(name, tables.others[name])) for name in there]
            made.names |= {fact.column: step for fact in facts}
            made.facts += facts
            if kind is EventFact and _LISTED in made.names:
                made._listed_by_each(asked, covered, Sources(**named), as_of, step)
        made.listed = {one.before: made.listed.get(one.before, _LISTED) for one in asked}
        return made

    def _listed_by_each(
        self, asked: Sequence[Asked], covered: Sequence[Covered], sources: Sources, as_of: date, step: str
    ) -> None:
        """A column more for each way in which those that are asked understand silence, after the first."""
        known = {repr(covered[0].listed(exp.Null())): _LISTED}
        for one, understood in zip(asked, covered, strict=True):
            way = repr(understood.listed(exp.Null()))
            if way not in known:
                known[way] = f"{_LISTED}_{len(known)}"
                (found,) = fact_tables([EventFact("listed")], sources, as_of, understood)
                own = next(column for column in found.expressions if column.alias == _LISTED)
                self.tables[step] = self.tables[step].select(exp.alias_(own.this, known[way], quoted=True))
                self.names[known[way]] = step
            self.listed[one.before] = known[way]


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

"""A profile as a tool's filter: what is asked of an account, how the tool says it, what that loses and changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, TypeAlias

import numpy as np

from idealfit.activation.filters import hubspot
from idealfit.activation.filters.adapting import Said, Setting, adapted, branches, cannot
from idealfit.activation.filters.choosing import Choice, measured, unmeasured
from idealfit.activation.filters.form import Always, Form, column_of, tests_of
from idealfit.activation.filters.marking import Branch, Marks, Node, Rows, marks
from idealfit.activation.filters.prospecting import DOLLARS, WHEN
from idealfit.activation.filters.statement import (
    COMBINATIONS,
    NOT_KNOWN,
    Cause,
    CriterionDifference,
    Difference,
    Line,
    Role,
    Rule,
    Status,
    Way,
)
from idealfit.activation.filters.wanted import Reader, wanted
from idealfit.activation.filters.ways import Kind, Order, filter_words
from idealfit.profile.content import Profile
from idealfit.profile.parsing import parse
from idealfit.profile.predicate import Money, Predicate, walk
from idealfit.profile.sentence import sentence
from idealfit.scores.card import with_card
from idealfit.scores.scorecard import Scorecard, scorecard

What: TypeAlias = Literal["tier-a", "tier-ab", "matching"]
WHATS: tuple[What, ...] = ("tier-ab", "tier-a", "matching")


@dataclass(frozen=True)
class Accounts:
    """The accounts that a filter is held against: ids, what is true and what unknown of each (criterion's id → marks),
    tiers, the columns that the profile reads, and `ask`, which answers any predicate of each (None: not known)."""

    ids: Sequence[str]
    true: Mapping[str, Marks]
    unknown: Mapping[str, Marks]
    tiers: Sequence[str]
    columns: Mapping[str, Sequence[Any]]
    ask: Callable[[Predicate], Sequence[bool | None]]


@dataclass(frozen=True)
class Asked:
    """One criterion or exclusion as it is asked: the form that an account passes where it is as wanted."""

    id: str
    role: Role
    predicate: Predicate
    holds: bool
    unknown: bool
    form: Form
    rate: float | None = None


@dataclass(frozen=True)
class Subject:
    """What is translated: the profile, its plan, what of it, T, how predicates are read, and the accounts at hand."""

    profile: Profile
    what: What
    reader: Reader
    setting: Setting
    accounts: Accounts | None = None
    titles: tuple[str, ...] = ()
    plan: Scorecard = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "plan", scorecard(self.profile))

    @property
    def as_of(self) -> date:
        """T."""
        return self.reader.as_of


def asked_of(profile: Profile, what: What, reader: Reader) -> tuple[Asked, ...]:
    """Every criterion that the filter may say, then the exclusions: of an exclusion only a known one keeps out."""
    plan = scorecard(profile)
    layers = [layer for layer in plan.layers if layer.weight] if what == "matching" else plan.axis(_axis(plan))
    rates = {one.id: one.known_true_rate for _, one in profile.criteria}
    found = []
    for item in (item for layer in layers for item in layer.items):
        seek = item.points > 0
        unknown = not seek and what == "matching"
        form = wanted(item.predicate, reader, holds=seek, unknown=unknown)
        rate = rates.get(item.id)
        share = None if rate is None else rate if seek else 1 - rate
        found.append(Asked(item.id, "seek" if seek else "avoid", item.predicate, seek, unknown, form, share))
    for barrier in plan.barriers:
        form = wanted(barrier.predicate, reader, holds=False, unknown=True)
        found.append(Asked(barrier.id, "exclude", barrier.predicate, False, True, form))
    return tuple(found)


def _axis(plan: Scorecard) -> str:
    return "fit" if plan.by == "fit" else "score"


def way_of(subject: Subject, kind: Kind, name: str, *, ids: bool = False) -> Way:
    """The filter as one thing that a tool takes; with accounts at hand, read back and held against them."""
    asked = asked_of(subject.profile, subject.what, subject.reader)
    said = {one.id: _said(one, kind, subject.setting) for one in asked}
    sayable = [one for one in asked if said[one.id].form is not None]
    exclusions = tuple(one for one in sayable if one.role == "exclude")
    criteria = [one for one in sayable if one.role != "exclude"]
    passing = {one.id: _marks(subject, kind, _order(subject, name, [[said[one.id].form]], ())) for one in sayable}  # type: ignore[list-item]
    choice = _choice(subject, kind, asked, criteria, exclusions, passing)
    order = _order(
        subject,
        name,
        [[said[one].form for one in group] for group in choice.groups],  # type: ignore[misc]
        [said[one.id].form for one in exclusions],  # type: ignore[misc]
    )
    made = kind.write(order)
    used = {one for group in choice.groups[: made.groups] for one in group} | {one.id for one in exclusions}
    lines = tuple(_line(one, said[one.id], one.id in used, subject) for one in asked)
    groups = choice.groups[: made.groups]
    return Way(
        label=kind.label,
        file=kind.file,
        text=made.text,
        groups=groups,
        how=choice.how,
        lines=lines,
        lost=(*_told(subject, choice), *made.lost),
        steps=made.steps,
        difference=_difference(subject, kind, made.text, asked, groups, passing, ids) if subject.accounts else None,
    )


def _said(one: Asked, kind: Kind, setting: Setting) -> Said:
    """The form as the tool says it; what no account of ours can pass (a column without data) is left out."""
    if isinstance(one.form, Always):
        if one.form.passes:
            return Said(None)
        amounts = any(isinstance(part, Money) for part in walk(one.predicate))
        why = (
            "nobody says what its currency is worth in that of our amounts"
            if amounts and setting.currency is None
            else None
        )
        return cannot(why or "nothing is known of it in the data")
    return adapted(one.form, lambda test: kind.say(test, setting))


def _order(subject: Subject, name: str, groups: Sequence[Sequence[Form]], exclusions: Sequence[Form]) -> Order:
    filled = tuple(tuple(group) for group in groups)
    return Order(name, filled, tuple(exclusions), subject.setting, subject.titles, subject.as_of)


def _choice(
    subject: Subject,
    kind: Kind,
    asked: Sequence[Asked],
    criteria: Sequence[Asked],
    exclusions: Sequence[Asked],
    passing: Mapping[str, Marks],
) -> Choice:
    among = [one.id for one in criteria]
    if subject.what == "matching":
        return Choice((tuple(among),), "all")
    least = subject.plan.tier_a if subject.what == "tier-a" else subject.plan.tier_b
    if subject.accounts is None:
        rates = {one.id: one.rate for one in criteria if one.rate is not None}
        return unmeasured(subject.plan, among, least, kind.most, rates)
    base = np.ones(len(subject.accounts.ids), dtype=np.bool_)
    for one in exclusions:
        base = base & passing[one.id]
    target = _meant(subject, asked)
    return measured(subject.plan, {one: passing[one] for one in among}, base, target, least, kind.most)


def _told(subject: Subject, choice: Choice) -> tuple[str, ...]:
    """What is lost where points are added and the filter knows only AND and OR."""
    tier = "A" if subject.what == "tier-a" else "A or B"
    if choice.how == "all":
        return ()
    if not choice.groups:
        return (f"nothing that can be said there leads to tier {tier}: the filter finds nobody",)
    points = f"tier {tier} is a sum of points, the filter {len(choice.groups)} combinations of criteria"
    points = points.replace("1 combinations", "one combination")
    said = {
        "sure": f"{points}: each is enough by itself, and accounts that reach the tier otherwise are missing",
        "measured": f"{points}, chosen by our own accounts: some that they find are not of the tier",
        "nearest": f"what can be said there is not enough for tier {tier}: the filter asks for all of it, and some "
        "that it finds are not of the tier",
    }
    return (said[choice.how],)


def _line(one: Asked, said: Said, used: bool, subject: Subject) -> Line:
    prefix = "" if one.role == "seek" else "not: "
    status: Status = "as asked"
    directions = {loss.direction for loss in said.losses}
    if said.form is None:
        status = "left out" if said.losses else "as asked"  # nothing of it is known to keep anybody out
    elif not used:
        status = "not needed"
    elif directions:
        status = next(iter(directions)) if len(directions) == 1 else "other"
    tests = tests_of(said.form) if said.form is not None else ()
    columns = dict.fromkeys(column for test in tests if (column := column_of(test)) is not None)
    fields = tuple(subject.setting.name(column) for column in columns if column in subject.setting.columns)
    asked = prefix + sentence(one.predicate, subject.profile.dictionary)
    return Line(one.id, one.role, asked, status, tuple(dict.fromkeys(loss.what for loss in said.losses)), fields)


# Against our accounts


def _meant(subject: Subject, asked: Sequence[Asked]) -> Marks:
    """Who is meant: the accounts of the tier, or those of which everything holds."""
    accounts = subject.accounts
    assert accounts is not None  # noqa: S101 - asked for only with accounts
    if subject.what != "matching":
        tiers = {"A"} if subject.what == "tier-a" else {"A", "B"}
        return np.array([tier in tiers for tier in accounts.tiers], dtype=np.bool_)
    every = np.ones(len(accounts.ids), dtype=np.bool_)
    for one in asked:
        every = every & _exact(one, accounts)
    return every


def meant(subject: Subject) -> Marks:
    """Which accounts the filter stands for, by the profile itself."""
    return _meant(subject, asked_of(subject.profile, subject.what, subject.reader))


def _exact(one: Asked, accounts: Accounts) -> Marks:
    """Which accounts are as wanted, by the profile itself."""
    true, unknown = accounts.true[one.id], accounts.unknown[one.id]
    found = true if one.holds else ~true & ~unknown
    return found | unknown if one.unknown else found


def _marks(subject: Subject, kind: Kind, order: Order) -> Marks:
    """Whom the written filter finds among our accounts: it is read back, and knows nothing of where it came from."""
    if subject.accounts is None:
        return np.zeros(0, dtype=np.bool_)
    return _found(subject, kind, kind.write(order).text)


def _found(subject: Subject, kind: Kind, text: str) -> Marks:
    accounts, setting = subject.accounts, subject.setting
    assert accounts is not None  # noqa: S101 - asked for only with accounts
    checkboxes = frozenset(setting.name(one) for one in setting.columns if setting.kinds.get(one) == "boolean")
    node = kind.read(text, subject.as_of, checkboxes)
    return marks(node, rows_of(subject, kind, node), len(accounts.ids))


def rows_of(subject: Subject, kind: Kind, node: Node) -> Rows:
    """Our accounts under the names of the tool: amounts in its currency, and what no column says answered by us."""
    accounts, setting = subject.accounts, subject.setting
    assert accounts is not None  # noqa: S101 - asked for only with accounts
    if kind.own_names:
        keys = {"Id": accounts.ids, "Name": accounts.ids}  # no account of a CRM is without them
        return keys | {setting.name(column): values for column, values in accounts.columns.items()}
    rows: dict[str, Sequence[Any]] = {column.lower(): values for column, values in accounts.columns.items()}
    rate = setting.into(DOLLARS)
    for column in setting.money & rows.keys():
        if rate is not None and rate != 1.0:
            rows[column] = [None if value is None else round(float(value) * rate, 2) for value in rows[column]]
    for name in _fields(node):
        if name.startswith(WHEN):
            rows[name] = accounts.ask(parse(name.removeprefix(WHEN)))
    return rows


def _fields(node: Node) -> set[str]:
    return {name for part in node.parts for name in _fields(part)} if isinstance(node, Branch) else {node.field}


def _difference(
    subject: Subject,
    kind: Kind,
    text: str,
    asked: Sequence[Asked],
    groups: Sequence[Sequence[str]],
    passing: Mapping[str, Marks],
    ids: bool,
) -> Difference:
    accounts = subject.accounts
    assert accounts is not None  # noqa: S101 - asked for only with accounts
    found, wished = _found(subject, kind, text), _meant(subject, asked)
    exact = {one.id: _exact(one, accounts) for one in asked}
    said = {one.id: passing.get(one.id, np.ones(len(accounts.ids), dtype=np.bool_)) for one in asked}
    extra, gone = found & ~wished, wished & ~found
    used = {one for group in groups for one in group}
    relevant = [one for one in asked if one.role == "exclude" or one.id in used or subject.what == "matching"]
    both = int((found & wished).sum())

    def listed(which: Marks) -> tuple[str, ...]:
        return tuple(str(accounts.ids[at]) for at in np.flatnonzero(which).tolist())

    return Difference(
        accounts=len(accounts.ids),
        profile=int(wished.sum()),
        filter=int(found.sum()),
        too_many=int(extra.sum()),
        missing=int(gone.sum()),
        precision=round(both / int(found.sum()), 4) if found.any() else None,
        recall=round(both / int(wished.sum()), 4) if wished.any() else None,
        causes=_causes(subject, relevant, exact, said, extra, gone),
        criteria=tuple(
            CriterionDifference(
                one.id,
                int(exact[one.id].sum()),
                int(accounts.unknown[one.id].sum()),
                int(said[one.id].sum()),
                int((said[one.id] & ~exact[one.id]).sum()),
                int((exact[one.id] & ~said[one.id]).sum()),
            )
            for one in asked
            if one.id in passing
        ),
        too_many_ids=listed(extra) if ids else None,
        missing_ids=listed(gone) if ids else None,
    )


def _causes(
    subject: Subject,
    relevant: Sequence[Asked],
    exact: Mapping[str, Marks],
    said: Mapping[str, Marks],
    extra: Marks,
    gone: Marks,
) -> tuple[Cause, ...]:
    """Whom each criterion's translation finds too many or misses; the rest is of the combinations, and of these missing
    where the profile counted a part of what is not known, of that."""
    accounts = subject.accounts
    assert accounts is not None  # noqa: S101 - asked for only with accounts
    causes, rest_extra, rest_gone = [], extra.copy(), gone.copy()
    for one in relevant:
        more, less = extra & said[one.id] & ~exact[one.id], gone & exact[one.id] & ~said[one.id]
        if more.any() or less.any():
            causes.append(Cause(one.id, int(more.sum()), int(less.sum())))
        rest_extra, rest_gone = rest_extra & ~more, rest_gone & ~less
    unknown = np.zeros_like(rest_gone)
    for one in relevant:
        if one.role != "exclude":
            unknown = unknown | accounts.unknown[one.id]
    not_known = rest_gone & unknown
    if not_known.any():
        causes.append(Cause(NOT_KNOWN, 0, int(not_known.sum())))
    rest_gone = rest_gone & ~unknown
    if rest_extra.any() or rest_gone.any():
        causes.append(Cause(COMBINATIONS, int(rest_extra.sum()), int(rest_gone.sum())))
    return tuple(causes)


def rules_of(subject: Subject) -> tuple[Rule, ...]:
    """The points card as rules of HubSpot's score of companies: a person sets them, for there is no file to give."""
    profile = with_card(subject.profile)
    predicates = {one.id: one.predicate for _, one in profile.criteria}
    rules = []
    for entry in profile.card.criteria if profile.card is not None else ():
        form = wanted(predicates[entry.id], subject.reader)
        said = adapted(form, lambda test: hubspot.say(test, subject.setting))
        found = branches(said.form, hubspot.MOST_FILTERS) if said.form is not None else ()
        shown = tuple(
            tuple(" ".join(filter_words(hubspot.filter_of(test, subject.setting))) for test in group)
            for group in found or ()
        )
        losses = tuple(dict.fromkeys(loss.what for loss in said.losses))
        asked = sentence(predicates[entry.id], profile.dictionary)
        rules.append(Rule(entry.id, entry.points, asked, losses, shown))
    return tuple(rules)

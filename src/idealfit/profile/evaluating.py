"""What a predicate says of one account: true, false or unknown (None). The reference for every translation.

Three-valued logic throughout: a comparison with something unknown is unknown, NOT unknown is unknown, AND is false if
any part is false, OR is true if any part is true.

**Values.** A column holds a number, a text, a boolean, a day or a list of texts. Only values of one kind are compared;
two kinds (a text column with a number, a list with a text) give unknown, there are no casts. The one exception: a text
*literal* 'YYYY-MM-DD' beside a date or timestamp column is that day; any other text there is unknown. Timestamps count
as their day, in UTC. Booleans know only = and <>.

**Texts** are compared as `fold` gives them: without outer blanks (Unicode's space separators), letter by letter in
lower case, ordered by code point. LIKE folds the value and lowers the pattern; `%` is any text, `_` one character.

**Numbers** are DECIMAL(18, 6), here whole millionths. A DOUBLE x enters as x·10⁶ (in IEEE doubles) rounded half away
from zero, which is what DuckDB's `TRY_CAST(x AS DECIMAL(18, 6))` does; after each operation the exact result is
rounded half away from zero to the sixth digit. NaN, infinity, a division by zero and anything of 10¹² and more is
unknown.

    +, -    a ± b
    *       (2·|a·b| + 10⁶) div (2·10⁶), with the sign of a·b
    /       (2·10⁶·|a| + |b|) div (2·|b|), with the sign of a·b
    growth  value(T) / value(T - n), then - 1

**IS NULL** is true for a column that holds nothing or an empty list, unknown for a column that the data does not have,
and for anything computed true where its value is unknown.

**Days.** `as_of` is T. A span of months or years leads to the same day of that month, or to its last one. `year_of` a
day is its calendar year, a number.

**Amounts** in a currency are multiplied by `coverage.rates` and are then numbers; without a rate, or where nobody says
which currency the accounts' amounts are in (`coverage.currency`), they are unknown. A column in another currency
(`coverage.amounts`) is compared in its own; two columns in two currencies are not compared.

**Lists.** `includes`: an empty list is unknown; with a list, a value is in it or not. `count_in` is the number of
different values, blank ones left out.

**Dated events.** The window of n days is (T - n, T], in whole days; with `before => m` it ends at T - m. An event
counts only if it was known by T: `known_on`, else its own day. The number of matching events is known if there is one;
if there is none it is 0 where the account is covered, else unknown. `coverage.events` says for a type, else
`default_events` for all others, what covers:

    all     our own systems: every account, if T - n (without a window its end) is not before the type's `first_record`
    listed  (and nothing said) a file of others: the accounts with any event, known by T, of a type that is not `all`

`happened` is count >= 1. `upcoming` looks at (T, T + n]: true with an event known by T; unknown where a matching event
does not say since when it was known, and where the account is not covered (`all`: T before the first record);
else false.

**Tools.** An empty list is unknown. A tool in the list is used; one that is not in it is unused only if
`coverage.tech.tools` names it, else unknown. `uses_any` is OR, `uses_all` is AND. `count_of_tools` is the number of
different tools in the list, blank ones left out.

**Roles.** `has_role` is true if the words of the role stand, as whole words, in a contact's role, function, seniority
or title ('security' in 'Head of Security', not 'cto' in 'Director'): both are folded, the marks `, ; : / & | ( ) - . _`
and `+` become blanks, and ' role ' is looked for in ' text '. Without contacts it is unknown; with `roles: all` in the
coverage it is false.

**History.** The value at a day is that of the last entry up to and with that day; entries of one day in their order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from typing import assert_never

from idealfit.profile.coverage import Coverage
from idealfit.profile.parsing import fold
from idealfit.profile.predicate import (
    And,
    Arithmetic,
    AsOf,
    Attribute,
    Between,
    Comparison,
    ComparisonOperator,
    CountIn,
    CountOf,
    CountOfTools,
    Growth,
    Happened,
    HasRole,
    Includes,
    IsNull,
    Like,
    Money,
    Not,
    Number,
    OneOf,
    Or,
    Predicate,
    Text,
    Truth,
    Upcoming,
    Uses,
    Value,
    YearOf,
    walk,
)
from idealfit.profile.predicate import (
    attributes as columns_of,
)
from idealfit.profile.values import (
    MILLION,
    Known,
    Millionths,
    calculated,
    compare,
    day_at,
    day_of,
    known_value,
    like,
    millionths,
    moved,
    number,
)

__all__ = ["AccountFacts", "Coverage", "Occurrence", "day_of", "evaluate", "evaluate_all", "last_match", "role_words"]

_MARKS = str.maketrans(dict.fromkeys(",;:/&|()-._+", " "))
_folded = lru_cache(maxsize=4096)(fold)
"""`fold` for what comes again and again: names in a profile, types of events."""
_literal = lru_cache(maxsize=4096)(millionths)


@dataclass(frozen=True)
class Occurrence:
    """A dated event, or something the buyer did (`activity_type`, channel); `known_on` None where nobody says."""

    event_type: str
    detail: str | None
    occurred_on: date
    known_on: date | None = None


@dataclass(frozen=True)
class AccountFacts:
    """Everything that a predicate can read of one account.

    `attributes`: its columns as they are at T (None for no value; a column that the data lacks is absent).
    `occurrences`: events and inbound activities. `roles`: one text a role, function, seniority or title of a contact;
    None or empty without contacts. `history`: for each changed attribute (day from which, value), the value before the
    first change standing under `date.min`; values are numbers or texts that write one.
    """

    attributes: Mapping[str, object]
    occurrences: Sequence[Occurrence] = ()
    roles: Sequence[str] | None = None
    history: Mapping[str, Sequence[tuple[date, object]]] = field(default_factory=dict)
    coverage: Coverage = Coverage()  # noqa: RUF009 - frozen


def evaluate(predicate: Predicate, facts: AccountFacts, as_of: date) -> bool | None:
    """Whether `predicate` holds for the account at `as_of` (the last day that is known); None where that is unknown."""
    return _Evaluator(facts, as_of).truth(predicate)


def evaluate_all(predicates: Mapping[str, Predicate], facts: AccountFacts, as_of: date) -> dict[str, bool | None]:
    """`evaluate` for several predicates of one account, by name."""
    own = _Evaluator(facts, as_of)
    return {name: own.truth(predicate) for name, predicate in predicates.items()}


def last_match(predicate: Predicate, facts: AccountFacts, as_of: date) -> date | None:
    """The day of the latest event that a `happened` or `count_of` in `predicate` counts at `as_of`, for half-lives."""
    own = _Evaluator(facts, as_of)
    days = [
        occurrence.occurred_on
        for part in _windows(predicate)
        for occurrence in own.matching(part.event_type, part.detail, part.within_days, part.before_days)
    ]
    return max(days, default=None)


def _windows(predicate: Predicate) -> list[Happened | CountOf]:
    return [part for part in walk(predicate) if isinstance(part, Happened | CountOf)]


def role_words(text: str) -> str:
    """A role or title as it is searched: folded, marks as blanks, a blank at both ends."""
    return f" {fold(text).translate(_MARKS)} "


class _Evaluator:
    """One account at one T."""

    def __init__(self, facts: AccountFacts, as_of: date) -> None:
        self.facts = facts
        self.as_of = as_of
        self.columns = {name.lower(): value for name, value in facts.attributes.items()}
        self.money = facts.coverage
        self._held: dict[str, Known | None] = {}

    # Conditions

    def truth(self, node: Predicate) -> bool | None:  # noqa: PLR0911, PLR0912 - one case a kind of node
        match node:
            case Attribute():
                value = self.value(node)
                return value if isinstance(value, bool) else None
            case Comparison(operator, left, right):
                return self.compared(operator, left, right)
            case Between(value, low, high, negated):
                return _negated(_all([self.compared(">=", value, low), self.compared("<=", value, high)]), negated)
            case OneOf(value, choices, negated):
                return _negated(_any([self.compared("=", value, choice) for choice in choices]), negated)
            case IsNull(value, negated):
                return _negated(self.missing(value), negated)
            case Like(value, pattern, negated):
                found = self.value(value)
                return _negated(like(found, pattern) if isinstance(found, str) else None, negated)
            case Uses(tools, mode):
                used = [self.uses(tool) for tool in tools]
                return _all(used) if mode == "all" else _any(used)
            case Includes():
                return self.includes(node)
            case Happened(event_type, days, detail, negated, before):
                count = self.count(event_type, detail, days, before)
                return _negated(None if count is None else count > 0, negated)
            case Upcoming():
                return self.upcoming(node)
            case HasRole(role):
                return self.has_role(role)
            case Not(operand):
                return _negated(self.truth(operand), True)
            case And(operands):
                return _all([self.truth(part) for part in operands])
            case Or(operands):
                return _any([self.truth(part) for part in operands])
        assert_never(node)

    def compared(self, operator: ComparisonOperator, left: Value, right: Value) -> bool | None:
        if self.facts.coverage.amounts:
            money = self.facts.coverage.about((*columns_of(left), *columns_of(right)))
            if money is None:
                return None
            self.money = money
        first, second = self.value(left), self.value(right)
        if isinstance(first, date) and isinstance(right, Text):
            second = day_of(right.value)
        if isinstance(second, date) and isinstance(left, Text):
            first = day_of(left.value)
        return compare(operator, first, second)

    def missing(self, value: Value) -> bool | None:
        if not isinstance(value, Attribute):
            money = self.facts.coverage.about(columns_of(value))
            self.money = money or self.money
            return money is None or self.value(value) is None
        name = value.name.lower()
        if name not in self.columns:
            return None
        held = self.columns[name]
        return held is None or (isinstance(held, list | tuple) and not held)

    # Values

    def held(self, column: str) -> Known | None:
        """The value of a column, worked out once for all that read it."""
        name = column.lower()
        if name not in self._held:
            self._held[name] = known_value(self.columns.get(name))
        return self._held[name]

    def value(self, node: Value) -> Known | None:  # noqa: PLR0911 - one case a kind of node
        match node:
            case Attribute(name):
                return self.held(name)
            case Number(value):
                return _literal(value)
            case Text(text):
                return _folded(text)
            case Truth(truth):
                return truth
            case Money(amount, currency):
                own = self.money.in_own_currency(amount, currency)
                return None if own is None else millionths(own)
            case AsOf():
                return day_at(node, self.as_of)
            case YearOf(day):
                found = self.value(day)
                return Millionths(found.year * MILLION) if isinstance(found, date) else None
            case Arithmetic(operator, left, right):
                return calculated(operator, self.value(left), self.value(right))
            case CountOf(event_type, days, detail, before):
                count = self.count(event_type, detail, days, before)
                return None if count is None else Millionths(count * MILLION)
            case CountOfTools():
                return self.different("tech")
            case CountIn(attribute):
                return self.different(attribute)
            case Growth(attribute, days):
                return self.growth(attribute, days)
        assert_never(node)

    def different(self, column: str) -> Known | None:
        """How many different values a list holds, blank ones left out; None without any."""
        held = self.held(column)
        count = len(set(held) - {""}) if isinstance(held, tuple) else 0
        return Millionths(count * MILLION) if count else None

    def growth(self, attribute: str, days: int) -> Known | None:
        history = next((entries for name, entries in self.facts.history.items() if fold(name) == fold(attribute)), None)
        if history is None:
            return None
        now, then = (number(_at(history, day)) for day in (self.as_of, moved(self.as_of, -days)))
        return calculated("-", calculated("/", now, then), Millionths(MILLION))

    # Events, tools and roles

    def matching(self, event_type: str, detail: str | None, days: int | None, before: int = 0) -> list[Occurrence]:
        same = self.by_type.get(_folded(event_type))
        if not same:
            return []
        start = date.min if days is None else moved(self.as_of, -days)
        end = moved(self.as_of, -before)
        return [
            occurrence
            for occurrence in same
            if _details(occurrence, detail)
            and occurrence.occurred_on <= end
            and (days is None or occurrence.occurred_on > start)
            and self.known(occurrence)
        ]

    @cached_property
    def by_type(self) -> dict[str, list[Occurrence]]:
        """The occurrences by their type as it is compared."""
        found: dict[str, list[Occurrence]] = {}
        for occurrence in self.facts.occurrences:
            found.setdefault(_folded(occurrence.event_type), []).append(occurrence)
        return found

    def known(self, occurrence: Occurrence) -> bool:
        return (occurrence.known_on or occurrence.occurred_on) <= self.as_of

    def count(self, event_type: str, detail: str | None, days: int | None, before: int = 0) -> int | None:
        found = len(self.matching(event_type, detail, days, before))
        return found if found or self.covered(event_type, moved(self.as_of, -(days or before))) else None

    def covered(self, event_type: str, start: date) -> bool:
        """Whether no record of `event_type` from `start` on means that there was none."""
        if self.extents.get(_folded(event_type), self.facts.coverage.default_events) == "all":
            first = self.first_records.get(_folded(event_type))
            return first is None or start >= first
        return self.listed

    @cached_property
    def extents(self) -> dict[str, str]:
        return {_folded(name): extent for name, extent in self.facts.coverage.events.items()}

    @cached_property
    def first_records(self) -> dict[str, date]:
        return {_folded(name): day for name, day in self.facts.coverage.first_record.items()}

    @cached_property
    def listed(self) -> bool:
        """Whether somebody else's file holds the account, as far as was known at T."""
        default = self.facts.coverage.default_events
        return any(
            occurrence.occurred_on <= self.as_of and self.known(occurrence)
            for event_type, same in self.by_type.items()
            if self.extents.get(event_type, default) != "all"
            for occurrence in same
        )

    def upcoming(self, node: Upcoming) -> bool | None:
        end = moved(self.as_of, node.within_days)
        ahead = [
            occurrence
            for occurrence in self.by_type.get(_folded(node.event_type), ())
            if _details(occurrence, node.detail) and self.as_of < occurrence.occurred_on <= end
        ]
        if any(occurrence.known_on is not None and occurrence.known_on <= self.as_of for occurrence in ahead):
            return True
        if any(occurrence.known_on is None for occurrence in ahead):
            return None
        return False if self.covered(node.event_type, self.as_of) else None

    def uses(self, tool: str) -> bool | None:
        tools = self.held("tech")
        if not isinstance(tools, tuple):
            return None
        if _folded(tool) in tools:
            return True
        return False if _folded(tool) in self.covered_tools else None

    @cached_property
    def covered_tools(self) -> set[str]:
        tech = self.facts.coverage.tech
        return set() if tech is None else {_folded(name) for name in tech.tools}

    def includes(self, node: Includes) -> bool | None:
        held = self.held(node.attribute)
        if not isinstance(held, tuple):
            return None
        return (all if node.mode == "all" else any)(fold(value) in held for value in node.values)

    def has_role(self, role: str) -> bool | None:
        if not self.facts.roles:
            return False if self.facts.coverage.roles == "all" else None
        wanted = role_words(role)
        return any(wanted in role_words(text) for text in self.facts.roles)


def _details(occurrence: Occurrence, detail: str | None) -> bool:
    return detail is None or (occurrence.detail is not None and fold(occurrence.detail) == _folded(detail))


def _at(history: Sequence[tuple[date, object]], day: date) -> object:
    value: object = None
    for since, entry in sorted(history, key=lambda pair: pair[0]):
        if since > day:
            break
        value = entry
    return value


# Three-valued logic


def _negated(truth: bool | None, negated: bool) -> bool | None:
    return truth if truth is None or not negated else not truth


def _all(parts: Sequence[bool | None]) -> bool | None:
    if any(part is False for part in parts):
        return False
    return None if any(part is None for part in parts) else True


def _any(parts: Sequence[bool | None]) -> bool | None:
    if any(part is True for part in parts):
        return True
    return None if any(part is None for part in parts) else False

"""Predicate to English: what a sales person reads. No field names, no underscores, no operators."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import assert_never

from idealfit.profile.event_words import EVENTS, NEGATED
from idealfit.profile.plain_words import (
    ABOVE,
    DATES,
    IS,
    LEVELS,
    MONEY,
    OPPOSITE,
    SIZES,
    amount_in,
    article,
    between_days,
    clean,
    compared_with_today,
    day_from_today,
    day_words,
    days_words,
    listing,
    money,
    next_round,
    plain_number,
    share,
    upper_first,
    window_words,
    years_ago,
)
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
)
from idealfit.profile.text import number_text
from idealfit.records.attribute import AttributeInfo, describe

__all__ = ["MONEY", "clean", "day_words", "listing", "money", "plain_number", "sentence", "share"]

_MONEY_WORDS = ("revenue", "arr", "amount", "budget", "spend", "funding", "price", "salary", "turnover")


def sentence(predicate: Predicate, attributes: Mapping[str, AttributeInfo] | None = None) -> str:
    """`predicate` as a phrase that follows 'Companies that …' or stands in a list: '100 to 500 employees', 'uses Okta',
    'raised funding in the last 180 days'. `attributes` is the workspace's dictionary of labels and units.
    """
    return " ".join(_Speaker(attributes).condition(predicate).split())


class _Speaker:
    def __init__(self, attributes: Mapping[str, AttributeInfo] | None) -> None:
        self.attributes = attributes

    # Conditions

    def condition(self, node: Predicate, *, negated: bool = False) -> str:  # noqa: PLR0911, PLR0912 - one a kind
        match node:
            case Attribute():
                return self.flag(node, not negated)
            case Comparison():
                return self.comparison(node, negated)
            case Between(value, low, high, turned):
                return self.between(value, low, high, turned != negated)
            case OneOf(value, choices, turned):
                return self.one_of(value, choices, turned != negated)
            case IsNull(value, turned):
                return self.held(value, turned != negated)
            case Like(value, pattern, turned):
                return self.like(value, pattern, turned != negated)
            case Uses():
                return self.uses(node, negated)
            case Includes():
                return self.includes(node, negated)
            case Happened():
                return self.happened(node, node.negated != negated)
            case Upcoming(event_type, days, detail):
                what = self.thing(event_type, detail, plural=False)
                return f"{'no ' if negated else article(what)}{what} due in the next {days_words(days)}"
            case HasRole(role):
                return f"{_person(clean(role), negated)} among the contacts"
            case Not(operand):
                return self.condition(operand, negated=not negated)
            case And(operands) | Or(operands):
                joined_by_and = isinstance(node, And) != negated
                return self.several(operands, joined_by_and, negated)
        assert_never(node)

    def held(self, value: Value, there: bool) -> str:
        """That a column holds anything; of some it says what that means: 'has a parent company', 'exports: no'."""
        if isinstance(value, Attribute) and value.name.lower() == "parent_id":
            return "has a parent company" if there else "has no parent company"
        if isinstance(value, Attribute) and self.info(value).type == "boolean":
            return self.flag(value, there)
        return f"{self.subject(value)} is {'known' if there else 'not known'}"

    def several(self, operands: Sequence[Predicate], joined_by_and: bool, negated: bool) -> str:
        word = "and" if joined_by_and else "or"
        parts = []
        for operand in operands:
            inner = operand.operand if isinstance(operand, Not) else operand
            text = self.condition(operand, negated=negated)
            parts.append(f"({text})" if isinstance(inner, And | Or) else text)
        plain = all("," not in part and " or " not in part and " and " not in part for part in parts)
        return listing(parts, word) if plain else f", {word} ".join(parts)

    def comparison(self, node: Comparison, negated: bool) -> str:  # noqa: PLR0911 - one a kind
        operator = OPPOSITE[node.operator] if negated else node.operator
        left, right = node.left, node.right
        if isinstance(left, Number | Text | Truth) and not isinstance(right, Number | Text | Truth):
            left, right, operator = right, left, ABOVE[operator]
        if isinstance(right, Truth) and isinstance(left, Attribute):
            return self.flag(left, right.value == (operator == "="))
        if isinstance(left, CountOf) and isinstance(right, Number):
            return self.counted(left, operator, right.value)
        if isinstance(left, CountOfTools) and isinstance(right, Number):
            return f"{SIZES[operator]} {plain_number(right.value)} {'tool' if right.value == 1 else 'tools'} in use"
        if isinstance(left, CountIn) and isinstance(right, Number):
            return f"{SIZES[operator]} {plain_number(right.value)} {self.label(Attribute(left.attribute))}"
        if isinstance(left, Growth) and isinstance(right, Number):
            return self.grown(left, operator, right.value)
        if isinstance(left, Attribute) and isinstance(right, Number):
            return self.number(left, operator, right.value)
        if isinstance(left, Attribute) and (said := self.said_of_column(left, operator, right)):
            return said
        if isinstance(left, Attribute | AsOf) and isinstance(right, Text) and (day := day_words(right.value)):
            return f"{self.subject(left)} {DATES[operator]} {day}"
        verb = _asked(self.subject(left), IS[operator])
        return f"{self.subject(left)} {verb} {self.words(right, left)}"

    def said_of_column(self, column: Attribute, operator: ComparisonOperator, right: Value) -> str | None:
        """A column beside an amount, a day from today or a year: 'revenue of at least $20M', 'signed on at most 2 years
        ago', 'founded at most 5 years ago'; None for anything else.
        """
        label = self.label(column)
        match right:
            case Money(value, currency):
                return f"{label} {LEVELS[operator]} {amount_in(value, currency)}"
            case AsOf():
                return f"{_without_preposition(label)} {compared_with_today(operator, right)}"
            case YearOf(AsOf(shift, "year")) if shift < 0 and self.is_year(column):
                return f"{_year_words(label)} {years_ago(operator, Decimal(-shift))}"
            case Arithmetic("-", YearOf(AsOf(0)), Number(years)) if self.is_year(column):
                return f"{_year_words(label)} {years_ago(operator, years)}"
        return None

    def number(self, attribute: Attribute, operator: ComparisonOperator, value: Decimal) -> str:
        label, amount = self.label(attribute), self.amount(attribute, value)
        if self.is_count(attribute):
            return f"{SIZES[operator]} {amount} {label}" if operator != "=" else f"{amount} {label}"
        if self.is_year(attribute):
            return f"{_year_words(label)} {_YEARS[operator]} {amount}"
        return f"{label} {LEVELS[operator]} {amount}"

    def between(self, value: Value, low: Value, high: Value, negated: bool) -> str:  # noqa: PLR0911 - one a kind
        if isinstance(value, Attribute) and isinstance(low, Number) and isinstance(high, Number):
            label, first, last = self.label(value), self.amount(value, low.value), self.amount(value, high.value)
            if self.is_count(value):
                if not negated and (limit := next_round(low.value, high.value)) is not None:
                    return f"{first} to under {self.amount(value, limit)} {label}"
                return f"fewer than {first} or more than {last} {label}" if negated else f"{first} to {last} {label}"
            if self.is_year(value):
                return f"{'not ' if negated else ''}{_year_words(label)} {first} to {last}"
            if not negated and (limit := next_round(low.value, high.value)) is not None:
                return f"{label} from {first} to under {self.amount(value, limit)}"
            return f"{label} {'not ' if negated else ''}between {first} and {last}"
        if isinstance(value, Attribute) and isinstance(low, Money) and isinstance(high, Money):
            first, last = amount_in(low.value, low.currency), amount_in(high.value, high.currency)
            if not negated and (limit := next_round(low.value, high.value)) is not None:
                return f"{self.label(value)} from {first} to under {amount_in(limit, high.currency)}"
            return f"{self.label(value)} {'not ' if negated else ''}between {first} and {last}"
        if isinstance(value, Attribute) and isinstance(low, AsOf) and isinstance(high, AsOf):
            label = _without_preposition(self.label(value))
            return f"{label} {'not ' if negated else ''}{between_days(low, high)}"
        if isinstance(value, CountOfTools) and isinstance(low, Number) and isinstance(high, Number):
            first, last = plain_number(low.value), plain_number(high.value)
            return (
                f"fewer than {first} or more than {last} tools in use" if negated else f"{first} to {last} tools in use"
            )
        if isinstance(value, Growth) and isinstance(low, Number) and isinstance(high, Number):
            return self.grown_between(value, low.value, high.value, negated)
        what = self.subject(value)
        first, last = self.words(low, value), self.words(high, value)
        return f"{what} is {'not ' if negated else ''}between {first} and {last}"

    def one_of(self, value: Value, choices: Sequence[Number | Text | Truth], negated: bool) -> str:
        words = [self.words(choice, value) for choice in choices]
        verb = _asked(self.subject(value), "is not" if negated else "is")
        return f"{self.subject(value)} {verb} {listing(words, 'or')}"

    def like(self, value: Value, pattern: str, negated: bool) -> str:
        inner = re.sub(r"\\(.)|_", lambda sign: sign.group(1) or "…", pattern.strip("%"))
        start, end = not pattern.startswith("%"), not re.search(r"(?<!\\)%$", pattern)
        if start and end:
            verb = ("is not", "is")
        elif start:
            verb = ("does not begin with", "begins with")
        elif end:
            verb = ("does not end with", "ends with")
        else:
            verb = ("does not contain", "contains")
        if not inner.replace("…", ""):
            return f"{self.subject(value)} is {'not ' if negated else ''}known"
        return f"{self.subject(value)} {verb[not negated]} '{clean(inner.replace('%', ' … '))}'"

    def uses(self, node: Uses, negated: bool) -> str:
        tools = [upper_first(clean(tool)) for tool in node.tools]
        if node.mode == "all":
            return f"does not use all of {listing(tools, 'and')}" if negated else f"uses {listing(tools, 'and')}"
        return f"does not use {listing(tools, 'or')}" if negated else f"uses {listing(tools, 'or')}"

    def includes(self, node: Includes, negated: bool) -> str:
        label = self.label(Attribute(node.attribute))
        plural = label.endswith("s") and not label.endswith("ss")
        verb = ("do not include" if plural else "does not include") if negated else "include" if plural else "includes"
        values = [clean(value) for value in node.values]
        if node.mode == "any":
            return f"{label} {verb} {listing(values, 'or')}"
        return f"{label} {verb} {'all of ' if negated else ''}{listing(values, 'and')}"

    # Dated events

    def happened(self, node: Happened, negated: bool) -> str:
        if negated and node.before_days and node.within_days is None:
            return self.not_before(node)
        when = window_words(node.within_days, node.before_days)
        when = f" {when}" if when else ""
        did = EVENTS.get(_key(node.event_type), (None, ""))[0]
        about = f" ({clean(node.detail)})" if node.detail else ""
        if did is None:
            name = clean(node.event_type)
            return (
                f"{'no ' if negated else article(name)}{name}{about}{when or (' so far' if negated else ' on record')}"
            )
        if not negated:
            return f"{did}{about}{when}"
        verb, _, rest = did.partition(" ")
        return f"has {NEGATED.get(verb, f'not {verb}')}{f' {rest}' if rest else ''}{about}{when or ' so far'}"

    def not_before(self, node: Happened) -> str:
        """'no marketing hire yet, or the first in the last 90 days'."""
        recent = f"in the last {days_words(node.before_days)}"
        did = EVENTS.get(_key(node.event_type), (None, ""))[0]
        if did is None:
            return f"no {self.thing(node.event_type, node.detail, plural=False)} yet, or the first {recent}"
        never = self.happened(Happened(node.event_type, None, node.detail, negated=True), negated=True)
        return f"{never.removesuffix(' so far')} yet, or for the first time {recent}"

    def counted(self, node: CountOf, operator: ComparisonOperator, value: Decimal) -> str:
        what, when = (
            self.thing(node.event_type, node.detail, plural=value != 1),
            window_words(node.within_days, node.before_days),
        )
        if (operator, value) in {("=", Decimal(0)), ("<=", Decimal(0)), ("<", Decimal(1))}:
            return f"no {self.thing(node.event_type, node.detail, plural=True)} {when}"
        if (operator, value) in {(">", Decimal(0)), ("<>", Decimal(0))}:
            operator, value, what = ">=", Decimal(1), self.thing(node.event_type, node.detail, plural=False)
        return f"{SIZES[operator]} {plain_number(value)} {what} {when}"

    def grown(self, node: Growth, operator: ComparisonOperator, value: Decimal) -> str:
        label, when = self.label(Attribute(node.attribute)), f"over {days_words(node.over_days)}"
        if node.over_days == 1:
            when = "over one day"
        if value < 0:
            turned = ABOVE[operator]
            return f"{label} fell by {SIZES[turned].replace('fewer', 'less')} {share(-value)} {when}"
        if value == 0 and operator in {">", ">=", "<", "<="}:
            words = {">": "grew", ">=": "did not shrink", "<": "shrank", "<=": "did not grow"}
            return f"{label} {words[operator]} {when}"
        return f"{label} grew by {SIZES[operator].replace('fewer', 'less')} {share(value)} {when}"

    def grown_between(self, node: Growth, low: Decimal, high: Decimal, negated: bool) -> str:
        label, when = self.label(Attribute(node.attribute)), f"over {days_words(node.over_days)}"
        change = f"{share(low)} and {share(high)}"
        if low >= 0:
            return f"{label} {'did not grow' if negated else 'grew'} by between {change} {when}"
        return f"the growth of {label} {when} is {'not ' if negated else ''}between {change}"

    def thing(self, event_type: str, detail: str | None, *, plural: bool) -> str:
        things = EVENTS.get(_key(event_type), ("", ""))[1]
        name = clean(event_type)
        about = f" ({clean(detail)})" if detail else ""
        if not things:
            return f"{_plural(name) if plural else name}{about}"
        return f"{things if plural else _singular(things)}{about}"

    # Columns and values

    def info(self, attribute: Attribute) -> AttributeInfo:
        own = self.attributes or {}
        if attribute.name in own:
            return own[attribute.name]
        folded = {name.lower(): name for name in own}
        name = folded.get(attribute.name.lower())
        return own[name] if name is not None else describe(attribute.name if not own else attribute.name.strip(), own)

    def label(self, attribute: Attribute) -> str:
        return clean(self.info(attribute).label) or clean(attribute.name)

    def is_count(self, attribute: Attribute) -> bool:
        """Whether the label names what is counted ('500 employees'), rather than a measure ('revenue of 5M')."""
        info = self.info(attribute)
        return bool(info.unit) and info.unit.lower() == info.label.lower() and self.currency(attribute) is None

    def is_year(self, attribute: Attribute) -> bool:
        return "year" in attribute.name.lower().replace("_", " ").split() and "founded" in attribute.name.lower()

    def currency(self, attribute: Attribute) -> str | None:
        """The sign of the currency of a column, '' where it is money of a currency that nobody named, or None."""
        info = self.info(attribute)
        if info.unit.upper() in MONEY:
            return MONEY[info.unit.upper()]
        words = clean(attribute.name).lower().split()
        is_money = info.unit in {"", "revenue", "money"} and any(word in _MONEY_WORDS for word in words)
        counted = any(
            word in {"growth", "rate", "share", "months", "days", "range", "band", "margin"} for word in words
        )
        return "" if is_money and not counted else None

    def amount(self, attribute: Attribute, value: Decimal) -> str:
        sign = self.currency(attribute)
        if sign is not None:
            return money(value, sign)
        if self.is_year(attribute) or ("year" in self.label(attribute).split() and value == value.to_integral_value()):
            return number_text(value)
        unit = self.info(attribute).unit
        if unit in {"%", "percent"}:
            return f"{plain_number(value)}%"
        after = "" if self.is_count(attribute) or not unit else f" {clean(unit)}"
        return plain_number(value) + after

    def flag(self, attribute: Attribute, holds: bool) -> str:
        label = self.label(attribute)
        for verb, refusal in (("has", "does not have"), ("is", "is not"), ("uses", "does not use")):
            if label.lower().startswith(verb + " "):
                return label if holds else f"{refusal}{label[len(verb) :]}"
        return f"{label}: {'yes' if holds else 'no'}"

    def subject(self, value: Value) -> str:
        return self.words(value, value)

    def words(self, value: Value, beside: Value) -> str:  # noqa: PLR0911 - one a kind
        match value:
            case Attribute():
                return self.label(value)
            case Number(number):
                return self.amount(beside, number) if isinstance(beside, Attribute) else plain_number(number)
            case Text(text):
                return day_words(text) or clean(text) or "blank"
            case Truth(truth):
                return "yes" if truth else "no"
            case Money(amount, currency):
                return amount_in(amount, currency)
            case AsOf():
                return day_from_today(value)
            case YearOf(day):
                return f"the year of {self.subject(day)}" if isinstance(day, Attribute) else _year_of(day)
            case CountOf(event_type, days, detail, before):
                return f"the number of {self.thing(event_type, detail, plural=True)} {window_words(days, before)}"
            case CountOfTools():
                return "the number of tools in use"
            case CountIn(attribute):
                return f"the number of {self.label(Attribute(attribute))}"
            case Growth(attribute, days):
                return f"the growth of {self.label(Attribute(attribute))} over {days_words(days)}"
            case Arithmetic():
                return self.arithmetic(value)
        assert_never(value)

    def arithmetic(self, node: Arithmetic) -> str:
        words = {"+": "plus", "-": "minus", "*": "times", "/": "divided by"}
        parts = [
            f"({self.subject(side)})" if isinstance(side, Arithmetic) else self.subject(side)
            for side in (node.left, node.right)
        ]
        if node.operator == "/" and not isinstance(node.right, Number):
            return (
                f"{parts[0]} per {parts[1]}"
                if not isinstance(node.left, Number)
                else f"{parts[0]} divided by {parts[1]}"
            )
        return f"{parts[0]} {words[node.operator]} {parts[1]}"


_YEARS = {"<": "before", "<=": "in or before", ">": "after", ">=": "in or after", "=": "in", "<>": "not in"}


def _asked(subject: str, verb: str) -> str:
    """A header that is a question is followed by its answer: 'which plan? Pro', 'which plan? not Pro'."""
    return verb.removeprefix("is").strip() if subject.endswith("?") else verb


def _year_of(day: AsOf) -> str:
    return f"the year {day_from_today(day)}" if day.shift else "this year"


def _without_preposition(label: str) -> str:
    """'founded' of 'founded on'."""
    return re.sub(r"(?<=\w) (?:on|at)$", "", label)


def _year_words(label: str) -> str:
    return "founded" if "founded" in label.lower() else label


def _person(role: str, negated: bool) -> str:
    """'a CISO', 'nobody in security': a title names a person, anything else a field of work."""
    last = role.lower().split()[-1] if role.split() else ""
    if re.fullmatch(r"c.{1,2}o|[se]?vp", last):
        role = role.upper() if " " not in role else role
    elif not (last.endswith(("er", "or", "ist", "ant", "head")) or last in {"president", "partner", "champion"}):
        return f"{'nobody' if negated else 'somebody'} in {role}"
    return f"no {role}" if negated else f"{article(role)}{role}"


def _key(event_type: str) -> str:
    return event_type.strip().lower().replace(" ", "_").replace("-", "_")


def _plural(name: str) -> str:
    """'case studies', 'audits'; a name that is plural already stays."""
    if name.endswith("y") and name[-2:-1] not in "aeiou":
        return f"{name[:-1]}ies"
    return name if name.endswith("s") else f"{name}s"


def _singular(things: str) -> str:
    first, _, rest = things.partition(" ")
    if rest and first.endswith("s"):
        return f"{first[:-1]} {rest}"
    return things.removesuffix("s")

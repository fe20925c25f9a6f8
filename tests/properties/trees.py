"""Predicates and accounts drawn at random, for properties that must hold for all of them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from idealfit.profile.coverage import Coverage, TechCoverage
from idealfit.profile.evaluating import AccountFacts, Occurrence
from idealfit.profile.parsing import fold
from idealfit.profile.predicate import (
    And,
    Arithmetic,
    AsOf,
    Attribute,
    Between,
    Comparison,
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
    Text,
    Truth,
    Upcoming,
    Uses,
    YearOf,
)

AS_OF = date(2026, 9, 30)
COLUMNS = ("employees", "revenue", "industry", "soc2", "signed_on", "tech", "Client Size", "select", "größe", 'a "b"')
TYPES = ("funding_round", "Audit", "pricing page")
TOOLS = ("Okta", "jira", "it's")

characters = st.characters(exclude_categories=("Cs", "Cc"))
texts = st.one_of(st.sampled_from(("SaaS", " saas ", "2026-03-01", "", "it's", "ΑΣ")), st.text(characters, max_size=8))
words = st.one_of(st.sampled_from(TOOLS), st.text(characters, min_size=1, max_size=8).filter(fold))
names = st.one_of(
    st.sampled_from(COLUMNS), st.text(characters, min_size=1, max_size=8).filter(lambda name: name.strip(" \u00a0\t"))
)
days = st.integers(1, 400)
numbers = st.one_of(
    st.sampled_from((Decimal(0), Decimal(1), Decimal("-2.5"), Decimal("0.2"), Decimal("999999999999.999999"))),
    st.integers(-(10**18) + 1, 10**18 - 1).map(lambda whole: Decimal(whole).scaleb(-6)),
    st.integers(-50, 500).map(Decimal),
).map(Number)
details = st.one_of(st.none(), words)
types = st.one_of(st.sampled_from(TYPES), words)

attributes = names.map(Attribute)
spans = st.one_of(
    st.just(AsOf()),
    st.builds(AsOf, st.integers(-400, 400).filter(bool), st.sampled_from(("day", "week", "month"))),
    st.builds(AsOf, st.integers(-100, 100).filter(bool), st.just("year")),
)
amounts = st.builds(
    Money, st.one_of(st.integers(0, 10**12 - 1).map(Decimal), st.just(Decimal("1.5"))), st.sampled_from(("USD", "CHF"))
)
counts = st.builds(CountOf, types, st.integers(6, 400), details, st.integers(0, 5))
growths = st.builds(Growth, names, days)
years = st.builds(YearOf, st.one_of(attributes, spans))
leaves = st.one_of(
    *(attributes, numbers, counts, growths, amounts, years, st.just(CountOfTools()), st.builds(CountIn, names))
)
numeric = st.recursive(leaves, lambda inner: st.builds(Arithmetic, st.sampled_from("+-*/"), inner, inner), max_leaves=4)
patterns = st.lists(
    st.one_of(st.sampled_from(("%", "_", "\\%", "\\_", "\\\\")), characters.filter(lambda c: c != "\\")), max_size=6
)

orders = st.sampled_from(("=", "<>", "<", "<=", ">", ">="))
equals = st.sampled_from(("=", "<>"))
textual = st.one_of(attributes, texts.map(Text))
truths = st.booleans().map(Truth)
choices = st.one_of(
    st.lists(texts.map(Text), min_size=1, max_size=3),
    st.lists(numbers, min_size=1, max_size=3),
    st.lists(truths, min_size=1, max_size=2),
).map(tuple)
tests = st.one_of(
    st.builds(Comparison, orders, numeric, numeric),
    st.builds(Comparison, orders, textual, textual),
    st.builds(Comparison, orders, st.one_of(attributes, spans), spans),
    st.builds(Comparison, equals, attributes, truths),
    st.builds(Between, numeric, numeric, numeric, st.booleans()),
    st.builds(Between, attributes, texts.map(Text), texts.map(Text), st.booleans()),
    st.builds(OneOf, attributes, choices, st.booleans()),
    st.builds(IsNull, st.one_of(attributes, numeric), st.booleans()),
    st.builds(Like, attributes, patterns.map("".join), st.booleans()),
    st.builds(Uses, st.lists(words, min_size=1, max_size=3).map(tuple), st.sampled_from(("any", "all"))),
    st.builds(Includes, names, st.lists(words, min_size=1, max_size=3).map(tuple), st.sampled_from(("any", "all"))),
    st.builds(Happened, types, st.one_of(st.none(), st.integers(6, 400)), details, st.booleans(), st.integers(0, 5)),
    st.builds(Upcoming, types, days, details),
    st.builds(HasRole, words),
    attributes,
)


def _joined(inner):
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(st.builds(Not, inner), st.builds(And, several), st.builds(Or, several))


predicates = st.recursive(tests, _joined, max_leaves=6)
"""Any predicate of the language, within its limits."""

moments = st.integers(-500, 500).map(lambda shift: AS_OF + timedelta(days=shift))
values = st.one_of(
    st.none(),
    st.integers(-(10**13), 10**13),
    st.floats(-1e13, 1e13),
    st.sampled_from((float("nan"), float("inf"), 0, 1, 0.2)),
    texts,
    st.booleans(),
    moments,
    moments.map(lambda day: datetime(day.year, day.month, day.day, 17)),
    st.lists(words, max_size=3),
)
occurrences = st.builds(Occurrence, types, details, moments, st.one_of(st.none(), moments))
extents = st.sampled_from(("all", "listed"))
coverages = st.builds(
    Coverage,
    tech=st.one_of(st.none(), st.lists(words, max_size=3).map(lambda tools: TechCoverage(tools=tuple(tools)))),
    events=st.dictionaries(types, extents, max_size=2),
    default_events=st.one_of(st.none(), extents),
    roles=st.one_of(st.none(), extents),
    first_record=st.dictionaries(types, moments, max_size=2),
    currency=st.sampled_from((None, "USD", "EUR")),
    rates=st.sampled_from(({}, {"USD": 0.92})),
)
facts = st.builds(
    AccountFacts,
    attributes=st.dictionaries(names, values, max_size=6),
    occurrences=st.lists(occurrences, max_size=4),
    roles=st.one_of(st.none(), st.lists(words, max_size=2)),
    history=st.dictionaries(names, st.lists(st.tuples(moments, values), max_size=3), max_size=2),
    coverage=coverages,
)
"""Any account, with values of any kind under any name."""

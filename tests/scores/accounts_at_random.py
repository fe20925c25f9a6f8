"""Random accounts with everything a predicate can read, as Python facts and as the canonical tables in DuckDB."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import duckdb
from hypothesis import strategies as st

from idealfit.profile.coverage import Coverage, TechCoverage
from idealfit.profile.evaluating import AccountFacts, Occurrence
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
    Predicate,
    Text,
    Truth,
    Upcoming,
    Uses,
    Value,
    YearOf,
)

TODAY = date(2026, 3, 1)
COLUMNS = {
    "employees": "DOUBLE",
    "revenue": "DOUBLE",
    "seats": "BIGINT",
    "industry": "VARCHAR",
    "Country Name": "VARCHAR",
    "is_public": "BOOLEAN",
    "founded": "DATE",
    "seen_at": "TIMESTAMP",
    "tech": "VARCHAR[]",
    "labels": "VARCHAR[]",
}
WORDS = (
    "Okta",
    "okta ",
    "security",
    "Head of Security/IT",
    "SaaS",
    "",
    " ",
    "ΑΣ",
    "İx",
    "ß",
    "a_b",
    "50%",
    "back\\slash",
)
LETTERS = "aAbB İΣσß%_\\'\"-=\u00a0\t\n😀e\u0301"
TYPES = ("funding_round", "Audit ", "visit")

texts = st.one_of(st.sampled_from(WORDS), st.text(alphabet=LETTERS, max_size=4))
days = st.integers(-40, 40).map(lambda offset: TODAY + timedelta(days=offset))
near_numbers = st.sampled_from(
    [0.0, 1.0, -1.0, 2.0, 3.0, 100.0, 0.5, 1e-6, 5e-7, 1.0000005, 2.5e-6, 33.333333, 1e11, 1e12]
)
doubles = st.one_of(near_numbers, st.floats(-1e13, 1e13), st.floats(-5, 5), st.sampled_from([math.nan, math.inf]))
decimals = st.one_of(
    near_numbers.map(lambda x: Decimal(str(x)).quantize(Decimal("0.000001"))),
    st.decimals(-999_999_999_999, 999_999_999_999, places=6),
    st.decimals(-4, 4, places=2),
).filter(lambda x: abs(x) < 10**12)


@dataclass(frozen=True)
class Happening:
    """An event, or with `channel_of` an activity of a buyer."""

    event_type: str
    detail: str | None
    occurred: date
    known: date | None
    activity: bool


@dataclass(frozen=True)
class Made:
    """One made account."""

    columns: dict[str, object]
    happenings: tuple[Happening, ...]
    contacts: tuple[tuple[str | None, ...], ...]
    changes: tuple[tuple[str | None, str | None, int], ...]
    as_of: date

    def facts(self, coverage: Coverage) -> AccountFacts:
        """As the plain evaluation reads it."""
        events = [
            Occurrence(one.event_type, one.detail, one.occurred, one.occurred if one.activity else one.known)
            for one in self.happenings
        ]
        roles = [text for contact in self.contacts for text in contact if text is not None]
        history: list[tuple[date, object]] = []
        for old, new, offset in sorted(self.changes, key=lambda change: change[2]):
            if not history:
                history.append((date.min, old))
            history.append((TODAY + timedelta(days=offset), new))
        return AccountFacts(self.columns, events, roles, {"employees": history} if history else {}, coverage)


def _maybe(values: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.one_of(st.none(), values)


happenings = st.builds(
    Happening,
    event_type=st.sampled_from((*TYPES, "FUNDING_ROUND", "other")),
    detail=st.sampled_from((None, "Series A", "series a ", "b")),
    occurred=days,
    known=st.one_of(st.none(), days),
    activity=st.booleans(),
)
numbers_written = st.sampled_from((None, "0", "10", "12.5", " 20 ", "1e3", "-4", "1.0000005", "many", "+.5", "5."))
made_accounts = st.builds(
    Made,
    columns=st.fixed_dictionaries(
        {
            "employees": _maybe(doubles),
            "revenue": _maybe(doubles),
            "seats": _maybe(st.integers(-(10**13), 10**13)),
            "industry": _maybe(texts),
            "Country Name": _maybe(texts),
            "is_public": _maybe(st.booleans()),
            "founded": _maybe(days),
            "seen_at": _maybe(days.map(lambda day: datetime(day.year, day.month, day.day, 23, 59))),
            "tech": _maybe(st.lists(st.one_of(st.none(), texts), max_size=3)),
            "labels": _maybe(st.lists(texts, max_size=2)),
        }
    ),
    happenings=st.lists(happenings, max_size=4).map(tuple),
    contacts=st.lists(st.tuples(*[_maybe(texts)] * 4), max_size=2).map(tuple),
    changes=st.lists(
        st.tuples(numbers_written, numbers_written, st.integers(-60, 20)),
        max_size=3,
        unique_by=lambda change: change[2],
    ).map(tuple),
    as_of=days,
)
coverages = st.builds(
    Coverage,
    tech=st.one_of(st.none(), st.builds(TechCoverage, tools=st.lists(texts, max_size=3).map(tuple))),
    events=st.dictionaries(st.sampled_from(TYPES), st.sampled_from(("all", "listed"))),
    default_events=st.sampled_from((None, "all", "listed")),
    roles=st.sampled_from((None, "all", "listed")),
    first_record=st.dictionaries(st.sampled_from(TYPES), days),
    currency=st.sampled_from((None, "EUR", "USD")),
    rates=st.dictionaries(st.sampled_from(("usd", "EUR", "GBP")), st.sampled_from((0.92, 1.1, 0.0000013))),
)

names = st.sampled_from((*COLUMNS, "EMPLOYEES", "country name", "no_such_column"))
attributes = st.builds(Attribute, names)
windows = st.integers(1, 45)
details = st.sampled_from((None, "Series A", "B "))
event_types = st.sampled_from((*TYPES, "Funding_Round", "never"))
literals = st.one_of(
    st.builds(Number, decimals),
    st.builds(Text, texts),
    st.builds(Truth, st.booleans()),
    days.map(lambda d: Text(str(d))),
)
spans = st.one_of(
    st.just(AsOf()),
    st.builds(AsOf, st.integers(-30, 30).filter(bool), st.sampled_from(("day", "week", "month"))),
    st.builds(AsOf, st.integers(-3, 3).filter(bool), st.just("year")),
)
lists = st.sampled_from(("tech", "labels", "Labels", "industry", "no_such_column"))
before = st.sampled_from((0, 0, 5, 20))
leaves = st.one_of(
    attributes,
    attributes,
    literals,
    spans,
    st.builds(YearOf, st.one_of(attributes, spans)),
    st.builds(Money, decimals, st.sampled_from(("USD", "EUR", "GBP", "CHF"))),
    st.builds(CountIn, lists),
    st.builds(CountOf, event_types, windows, details, before),
    st.just(CountOfTools()),
    st.builds(Growth, st.sampled_from(("employees", "Employees", "revenue")), st.integers(1, 60)),
)
values: st.SearchStrategy[Value] = st.recursive(
    leaves, lambda inner: st.builds(Arithmetic, st.sampled_from("+-*/"), inner, inner), max_leaves=3
)
patterns = st.text(alphabet=LETTERS, max_size=5)
conditions: st.SearchStrategy[Predicate] = st.one_of(
    st.builds(Comparison, st.sampled_from(("=", "<>", "<", "<=", ">", ">=")), values, values),
    st.builds(Between, values, values, values, st.booleans()),
    st.builds(OneOf, values, st.lists(literals, min_size=1, max_size=3).map(tuple), st.booleans()),
    st.builds(IsNull, values, st.booleans()),
    st.builds(Like, st.one_of(attributes, st.builds(Text, texts)), patterns, st.booleans()),
    st.builds(Uses, st.lists(texts, min_size=1, max_size=3).map(tuple), st.sampled_from(("any", "all"))),
    st.builds(Includes, lists, st.lists(texts, min_size=1, max_size=3).map(tuple), st.sampled_from(("any", "all"))),
    st.builds(Happened, event_types, st.one_of(st.none(), windows), details, st.booleans(), before),
    st.builds(Upcoming, event_types, windows, details),
    st.builds(HasRole, st.sampled_from(("security", "head of", "it", "Okta", "cto"))),
    attributes,
)
predicates: st.SearchStrategy[Predicate] = st.recursive(
    conditions,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(And, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, min_size=2, max_size=3).map(tuple)),
    ),
    max_leaves=5,
)


def load(con: duckdb.DuckDBPyConnection, made: Sequence[Made]) -> None:
    """The accounts as the canonical tables `accounts` (with `as_of`), `events`, `activities`, `contacts`, history."""
    columns = ", ".join(f'"{name}" {kind}' for name, kind in COLUMNS.items())
    con.execute(f"CREATE OR REPLACE TABLE accounts (account_id VARCHAR, as_of DATE, duplicate_of VARCHAR, {columns})")
    con.execute(
        "CREATE OR REPLACE TABLE events (event_id VARCHAR, account_id VARCHAR, event_type VARCHAR, detail VARCHAR, "
        "occurred_at TIMESTAMP, known_at TIMESTAMP, source VARCHAR)"
    )
    con.execute(
        "CREATE OR REPLACE TABLE activities (activity_id VARCHAR, account_id VARCHAR, contact_id VARCHAR, "
        "activity_type VARCHAR, occurred_at TIMESTAMP, quantity DOUBLE, channel VARCHAR, direction VARCHAR)"
    )
    con.execute(
        "CREATE OR REPLACE TABLE contacts (account_id VARCHAR, role VARCHAR, function VARCHAR, seniority VARCHAR, "
        "title VARCHAR, created_at TIMESTAMP)".replace(" role ", ' "role" ').replace(" function ", ' "function" ')
    )
    con.execute(
        "CREATE OR REPLACE TABLE account_history (account_id VARCHAR, field VARCHAR, old_value VARCHAR, "
        "new_value VARCHAR, changed_at TIMESTAMP)"
    )
    for number, one in enumerate(made):
        key = f"{number:04d}"
        marks = ", ".join("?" * (3 + len(COLUMNS)))
        con.execute(
            f"INSERT INTO accounts VALUES ({marks})", [key, one.as_of, None, *(one.columns[name] for name in COLUMNS)]
        )
        for event in one.happenings:
            if event.activity:
                con.execute(
                    "INSERT INTO activities VALUES (NULL, ?, NULL, ?, ?, 1, ?, ' Inbound')",
                    [key, event.event_type, event.occurred, event.detail],
                )
            else:
                con.execute(
                    "INSERT INTO events VALUES (NULL, ?, ?, ?, ?, ?, NULL)",
                    [key, event.event_type, event.detail, event.occurred, event.known],
                )
        for contact in one.contacts:
            con.execute("INSERT INTO contacts VALUES (?, ?, ?, ?, ?, NULL)", [key, *contact])
        for old, new, offset in one.changes:
            changed = TODAY + timedelta(days=offset)
            con.execute("INSERT INTO account_history VALUES (?, 'Employees', ?, ?, ?)", [key, old, new, changed])

"""What a predicate says of one account, with three values."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from itertools import product

import pytest

from idealfit.profile.coverage import Coverage, TechCoverage
from idealfit.profile.evaluating import AccountFacts, Occurrence, evaluate, last_match
from idealfit.profile.parsing import parse
from idealfit.profile.values import Millionths, calculated, number

T = date(2026, 9, 30)


def says(text: str, attributes=None, **rest) -> bool | None:
    return evaluate(parse(text), AccountFacts(attributes or {}, **rest), T)


@pytest.mark.parametrize(
    ("text", "attributes", "truth"),
    [
        ("employees BETWEEN 100 AND 500", {"employees": 500}, True),
        ("employees BETWEEN 100 AND 500", {"Employees": 500.0000004}, True),
        ("employees BETWEEN 100 AND 500", {"employees": 500.0000005}, False),
        ("employees BETWEEN 100 AND 500", {"employees": None}, None),
        ("employees BETWEEN 100 AND 500", {}, None),
        ("employees > 5", {"employees": float("nan")}, None),
        ("employees > 5", {"employees": 1e12}, None),
        ("employees > 5", {"employees": "7"}, None),
        ("industry = ' saas'", {"industry": "SaaS "}, True),
        ("industry <> 'SaaS'", {"industry": "saas"}, False),
        ("industry <> 'SaaS'", {"industry": None}, None),
        ("industry IN ('a', 'b')", {"industry": "B"}, True),
        ("industry NOT IN ('a', 'b')", {"industry": "c"}, True),
        ("industry NOT IN ('a', 'b')", {"industry": None}, None),
        ("industry LIKE 'soft%'", {"industry": " Software"}, True),
        ("industry NOT LIKE '%re_'", {"industry": "Software"}, True),
        ("industry LIKE '100\\%'", {"industry": "100%"}, True),
        ("industry LIKE '100\\%'", {"industry": "1000"}, False),
        ("industry LIKE 'a%'", {"industry": 5}, None),
        ("industry < 'b'", {"industry": "Alpha"}, True),
        ("industry IS NULL", {"industry": None}, True),
        ("industry IS NOT NULL", {"industry": "x"}, True),
        ("industry IS NULL", {}, None),
        ("tech IS NULL", {"tech": []}, True),
        ("tech = 'okta'", {"tech": ["okta"]}, None),
        ("soc2", {"soc2": True}, True),
        ("NOT soc2", {"soc2": None}, None),
        ("soc2", {"soc2": "yes"}, None),
        ("soc2 <> TRUE", {"soc2": False}, True),
        ("signed_on >= '2026-01-01'", {"signed_on": date(2026, 1, 1)}, True),
        ("signed_on <= '2026-01-01'", {"signed_on": datetime(2026, 1, 1, 23, 59)}, True),
        ("'2026-01-01' > signed_on", {"signed_on": date(2025, 12, 31)}, True),
        ("signed_on BETWEEN '2026-01-01' AND '2026-01-31'", {"signed_on": date(2026, 2, 1)}, False),
        ("signed_on > 'soon'", {"signed_on": date(2026, 1, 1)}, None),
        ("signed_on > '2026-02-30'", {"signed_on": date(2026, 1, 1)}, None),
        ("signed_on < renewed_on", {"signed_on": date(2026, 1, 1), "renewed_on": datetime(2026, 1, 2, 1)}, True),
        ("revenue / employees > 100", {"revenue": 1000, "employees": 0}, None),
        ("revenue / employees IS NULL", {"revenue": 1000, "employees": 0}, True),
        ("revenue / 3 = 0.333333", {"revenue": 1}, True),
        ("revenue / 3 = 0.666667", {"revenue": 2}, True),
        ("revenue * 0.000001 * 0.4 > 0", {"revenue": 1}, False),
        ("revenue * revenue > 0", {"revenue": 10_000_000}, None),
        ("revenue + 0.1 = 0.3", {"revenue": 0.2}, True),
    ],
)
def test_values(text, attributes, truth):
    assert says(text, attributes) is truth


def test_and_or_and_not_follow_sql():
    states = {"a": True, "b": False, "c": None}
    for (first, one), (second, two) in product(states.items(), repeat=2):
        both = False if one is False or two is False else None if None in (one, two) else True
        either = True if one or two else None if None in (one, two) else False
        assert says(f"{first} AND {second}", states) is both
        assert says(f"{first} OR {second}", states) is either


def test_arithmetic_is_rounded_half_away_from_zero_after_each_step():
    assert number(0.0000005) == Millionths(1)
    assert number(-0.0000005) == Millionths(-1)
    assert number(Decimal("2.0000015")) == Millionths(2_000_002)
    assert number("12.5") == Millionths(12_500_000)
    assert number("12,5") is None
    assert calculated("/", Millionths(-1_000_000), Millionths(6_000_000)) == Millionths(-166_667)
    assert calculated("*", Millionths(-1), Millionths(500_000)) == Millionths(-1)
    assert calculated("+", Millionths(10**18 - 1), Millionths(1)) is None


def test_a_tool_that_is_not_listed_is_unknown_unless_the_source_would_see_it():
    covered = Coverage(tech=TechCoverage(tools=("Jira",)))
    assert says("uses('OKTA')", {"tech": [" Okta"]}) is True
    assert says("uses('jira')", {"tech": ["Okta"]}) is None
    assert says("uses('jira')", {"tech": ["Okta"]}, coverage=covered) is False
    assert says("uses('jira')", {"tech": []}, coverage=covered) is None
    assert says("uses('jira')", {"tech": None}, coverage=covered) is None
    assert says("uses_any('jira', 'okta')", {"tech": ["Okta"]}) is True
    assert says("uses_all('jira', 'okta')", {"tech": ["Okta"]}) is None
    assert says("uses_all('jira', 'okta')", {"tech": ["Okta"]}, coverage=covered) is False


def event(day: date, known: date | None = None, kind: str = "funding", detail: str | None = None) -> Occurrence:
    return Occurrence(kind, detail, day, known)


def test_a_window_holds_the_last_day_and_not_the_first():
    assert says("happened('funding', within => '10 days')", occurrences=[event(T)]) is True
    assert says("happened('Funding', within => '10 days')", occurrences=[event(date(2026, 9, 21))]) is True
    assert says("happened('funding', within => '10 days')", occurrences=[event(date(2026, 9, 20))]) is False
    assert says("happened('funding')", occurrences=[event(date(1999, 1, 1))]) is True
    assert says("happened('funding')", occurrences=[event(date(2026, 10, 1))]) is None


def test_what_was_not_known_by_then_did_not_count():
    late = event(date(2026, 9, 1), known=date(2026, 10, 5))
    assert says("happened('funding')", occurrences=[late]) is None
    assert says("happened('funding')", occurrences=[late, event(date(2020, 1, 1), kind="other")]) is False


def test_details_narrow_an_event():
    held = [event(T, detail="Series B")]
    assert says("happened('funding', detail => 'series b')", occurrences=held) is True
    assert says("happened('funding', detail => 'series c')", occurrences=held) is False


def test_silence_is_a_no_only_where_the_records_cover_the_account():
    own = Coverage(events={"visit": "all"}, first_record={"visit": date(2026, 9, 1)})
    assert says("happened('visit', within => '10 days')") is None
    assert says("happened('visit', within => '10 days')", coverage=own) is False
    assert says("happened('visit', within => '60 days')", coverage=own) is None
    assert says("happened('visit')", coverage=own) is False
    assert says("count_of('visit', within => '10 days') = 0", coverage=own) is True
    assert says("not_happened('visit', within => '10 days')", coverage=own) is True
    # a visit, which our own systems saw, does not put the account into somebody else's file
    seen = [event(T, kind="visit")]
    assert says("happened('funding')", occurrences=seen, coverage=own) is None
    assert says("happened('funding')", occurrences=seen) is False


def test_counts_add_up():
    held = [event(T), event(T), event(date(2020, 1, 1))]
    assert says("count_of('funding', within => '60 days') >= 2", occurrences=held) is True
    assert says("count_of('funding', within => '60 days') = 3", occurrences=held) is False


def test_a_deadline_counts_when_it_was_known():
    ahead = date(2026, 12, 1)
    assert says("upcoming('audit', within => '90 days')", occurrences=[event(ahead, T, "audit")]) is True
    assert says("upcoming('audit', within => '30 days')", occurrences=[event(ahead, T, "audit")]) is None
    assert says("upcoming('audit', within => '90 days')", occurrences=[event(ahead, None, "audit")]) is None
    assert says("upcoming('audit', within => '90 days')", occurrences=[event(T, T)]) is False


def test_growth_needs_a_value_at_both_ends():
    history = {"employees": [(date.min, "100"), (date(2026, 6, 1), "120")]}
    assert says("growth('Employees', over => '180 days') = 0.2", history=history) is True
    assert says("growth('employees', over => '10 days') = 0", history=history) is True
    assert says("growth('employees', over => '180 days') > 0", history={"employees": [(date(2026, 6, 1), 1)]}) is None
    assert says("growth('employees', over => '180 days') > 0", {"employees": 5}) is None
    zero = {"employees": [(date.min, 0), (T, 5)]}
    assert says("growth('employees', over => '180 days') > 0", history=zero) is None


def test_a_role_is_found_by_whole_words():
    assert says("has_role('security')", roles=["VP, Security/IT"]) is True
    assert says("has_role('cto')", roles=["Director"]) is False
    assert says("has_role('vp security')", roles=["VP Security"]) is True
    assert says("has_role('security')", roles=[]) is None
    assert says("has_role('security')") is None
    assert says("has_role('security')", roles=[], coverage=Coverage(roles="all")) is False


def test_the_last_match_is_the_latest_event_counted():
    held = [event(date(2026, 9, 1)), event(date(2026, 9, 20)), event(date(2026, 9, 25), known=date(2027, 1, 1))]
    facts = AccountFacts({}, held)
    assert last_match(parse("happened('funding', within => '90 days')"), facts, T) == date(2026, 9, 20)
    assert last_match(parse("happened('funding', within => '5 days')"), facts, T) is None

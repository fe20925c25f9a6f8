"""The sentences that a sales person reads."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from idealfit.profile.parsing import parse
from idealfit.profile.sentence import money, plain_number, sentence
from idealfit.records.attribute import KNOWN, AttributeInfo


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("employees BETWEEN 100 AND 500", "100 to 500 employees"),
        ("employees NOT BETWEEN 100 AND 500", "fewer than 100 or more than 500 employees"),
        ("employees >= 1200", "at least 1,200 employees"),
        ("NOT employees < 50", "at least 50 employees"),
        ("50 > employees", "fewer than 50 employees"),
        ("revenue > 20000000", "revenue above 20M"),
        ("revenue BETWEEN 1500000 AND 1234567", "revenue between 1.5M and 1,234,567"),
        ("revenue BETWEEN 80000000 AND 269999999", "revenue from 80M to under 270M"),
        ("revenue BETWEEN USD 80M AND USD 269999999", "revenue from $80M to under $270M"),
        ("employees BETWEEN 10000 AND 49999", "10,000 to under 50,000 employees"),
        ("employees BETWEEN 280 AND 1099", "280 to 1,099 employees"),
        ("ownership IN ('government', 'nonprofit')", "ownership is government or nonprofit"),
        ("NOT ownership IN ('a', 'b', 'c')", "ownership is not a, b or c"),
        ("industry <> 'SaaS'", "industry is not SaaS"),
        ("uses('okta')", "uses Okta"),
        ("NOT uses_any('okta', 'Azure AD')", "does not use Okta or Azure AD"),
        ("uses_all('okta', 'jira')", "uses Okta and Jira"),
        ("happened('funding_round', within => '180 days')", "raised funding in the last 180 days"),
        ("not_happened('funding_round', within => '1 day')", "has not raised funding in the last day"),
        ("NOT happened('soc2_letter')", "no soc2 letter so far"),
        ("upcoming('audit', within => '90 days')", "an audit due in the next 90 days"),
        (
            "count_of('pricing_page', within => '60 days') >= 2",
            "at least 2 visits to the pricing page in the last 60 days",
        ),
        ("count_of('board_meeting', within => '9 days') = 0", "no board meetings in the last 9 days"),
        ("count_of('case_study', within => '9 days') >= 2", "at least 2 case studies in the last 9 days"),
        ("not_happened('sales_hire', before => '9 days')", "no sales hire yet, or the first in the last 9 days"),
        ("growth('employees', over => '180 days') >= 0.2", "employees grew by at least 20% over 180 days"),
        ("growth('employees', over => '180 days') < -0.1", "employees fell by more than 10% over 180 days"),
        ("has_role('security')", "somebody in security among the contacts"),
        ("NOT has_role('ciso')", "no CISO among the contacts"),
        ("founded_year >= 2010", "founded in or after 2010"),
        ("last_activity_at >= '2024-03-01'", "last activity not before 1 March 2024"),
        ("name LIKE '%bank%'", "name contains 'bank'"),
        ("industry IS NULL", "industry is not known"),
        ("soc2_certified", "soc2 certified: yes"),
        ("NOT is_public", "is not public"),
        ("revenue / employees > 100000", "revenue per employees is above 100,000"),
        (
            "(employees > 5 AND uses('okta')) OR country = 'US'",
            "(more than 5 employees and uses Okta), or country is US",
        ),
        ("NOT (employees > 5 OR country = 'US')", "at most 5 employees and country is not US"),
    ],
)
def test_a_predicate_reads_as_english(text, words):
    assert sentence(parse(text)) == words


def test_labels_and_units_of_the_workspace_are_used():
    own = {
        "seat_price": AttributeInfo("seat_price", "price per seat", "number", unit="EUR"),
        "churn_risk": AttributeInfo("churn_risk", "risk", "number", unit="%"),
        "stores": AttributeInfo("stores", "stores", "number", unit="stores"),
    }
    assert sentence(parse("seat_price > 1500"), own) == "price per seat above €1.5K"
    in_euros = {"revenue": replace(KNOWN["revenue"], unit="EUR")}
    assert sentence(parse("revenue > 20000000"), in_euros) == "revenue above €20M"
    assert sentence(parse("CHURN_RISK <= 20"), own) == "risk of at most 20%"
    assert sentence(parse("stores = 3"), own) == "3 stores"


def test_numbers_are_written_as_people_say_them():
    assert [money(Decimal(n), "$") for n in (900, 1500, 20_000_000, 2_500_000_000, 1234)] == [
        "$900",
        "$1.5K",
        "$20M",
        "$2.5B",
        "$1,234",
    ]
    assert plain_number(Decimal("1234567.250")) == "1,234,567.25"
    assert plain_number(Decimal("-0.5")) == "-0.5"


def test_a_header_that_is_a_question_is_followed_by_its_answer():
    assert sentence(parse("\"Which plan did they buy?\" = 'Pro'")) == "which plan did they buy? Pro"
    assert sentence(parse("\"Which plan?\" IN ('Pro', 'Max')")) == "which plan? Pro or Max"
    assert sentence(parse("NOT \"Which plan?\" = 'Pro'")) == "which plan? not Pro"

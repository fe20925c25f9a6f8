"""The language: what it reads, what it refuses, and what it says then."""

from __future__ import annotations

from decimal import Decimal

import pytest

from idealfit.errors import PredicateError
from idealfit.profile.parsing import fold, parse, suggest, to_text
from idealfit.profile.predicate import (
    And,
    Arithmetic,
    AsOf,
    Attribute,
    Between,
    Comparison,
    CountIn,
    CountOf,
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

EMPLOYEES = Attribute("employees")
FIVE_YEARS_AGO = Arithmetic("-", YearOf(AsOf()), Number(Decimal(5)))


@pytest.mark.parametrize(
    ("text", "predicate"),
    [
        ("employees between 100 and 500", Between(EMPLOYEES, Number(Decimal(100)), Number(Decimal(500)))),
        ("employees NOT BETWEEN 1 AND 2", Between(EMPLOYEES, Number(Decimal(1)), Number(Decimal(2)), True)),
        ("employees != -2.50", Comparison("<>", EMPLOYEES, Number(Decimal("-2.5")))),
        ("\"Client Size\" = 'it''s'", Comparison("=", Attribute("Client Size"), Text("it's"))),
        ('"a ""b""" IS NOT NULL', IsNull(Attribute('a "b"'), True)),
        ("x IN ('a', 'b')", OneOf(Attribute("x"), (Text("a"), Text("b")))),
        ("x NOT IN (1)", OneOf(Attribute("x"), (Number(Decimal(1)),), True)),
        ("x LIKE '100\\%%'", Like(Attribute("x"), "100\\%%")),
        ("soc2 = true", Comparison("=", Attribute("soc2"), Truth(True))),
        ("soc2", Attribute("soc2")),
        ("uses('Okta')", Uses(("Okta",))),
        ("uses_any('a', 'b')", Uses(("a", "b"))),
        ("USES_ALL('a', 'b')", Uses(("a", "b"), "all")),
        ("happened('x')", Happened("x", None)),
        ("happened('x', within => '1 day')", Happened("x", 1)),
        ("not_happened('x', detail => 'y', within => '30 days')", Happened("x", 30, "y", True)),
        ("upcoming('audit', within => '90 days')", Upcoming("audit", 90)),
        ("count_of('x', within => '60 days') >= 2", Comparison(">=", CountOf("x", 60), Number(Decimal(2)))),
        (
            "growth('employees', over => '9 days') > 0.2",
            Comparison(">", Growth("employees", 9), Number(Decimal("0.2"))),
        ),
        ("has_role('security')", HasRole("security")),
        ("signed_on >= As_Of - '2 years'", Comparison(">=", Attribute("signed_on"), AsOf(-2, "year"))),
        ("x < as_of + '1 quarter'", Comparison("<", Attribute("x"), AsOf(3, "month"))),
        ('"as_of" = as_of', Comparison("=", Attribute("as_of"), AsOf())),
        ("as_of > '2026-01-01'", Comparison(">", AsOf(), Text("2026-01-01"))),
        ("y > year_of(as_of) - 5", Comparison(">", Attribute("y"), FIVE_YEARS_AGO)),
        ("revenue >= USD 1.5M", Comparison(">=", Attribute("revenue"), Money(Decimal(1_500_000), "USD"))),
        ("revenue < 20k EUR", Comparison("<", Attribute("revenue"), Money(Decimal(20_000), "EUR"))),
        ("includes(markets, 'DE')", Includes("markets", ("DE",))),
        ("includes_all(\"a b\", 'x', 'y')", Includes("a b", ("x", "y"), "all")),
        ("count_in(markets) > 2", Comparison(">", CountIn("markets"), Number(Decimal(2)))),
        ("growth(employees, over => '9 days') > 1", Comparison(">", Growth("employees", 9), Number(Decimal(1)))),
        ("not_happened('x', before => '90 days')", Happened("x", None, None, True, 90)),
        (
            "count_of('x', within => '60 days', before => '5 days') = 1",
            Comparison("=", CountOf("x", 60, None, 5), Number(Decimal(1))),
        ),
    ],
)
def test_it_reads_every_form(text, predicate):
    assert parse(text) == predicate
    assert parse(to_text(predicate)) == predicate


def test_and_binds_tighter_than_or_and_not_tighter_than_both():
    a, b, c = map(Attribute, "abc")
    assert parse("a OR b AND NOT c") == Or((a, And((b, Not(c)))))
    assert parse("(a OR b) AND c") == And((Or((a, b)), c))
    assert parse("a AND b AND c") == And((a, b, c))
    assert parse("a AND (b AND c)") == And((a, And((b, c))))


def test_products_bind_tighter_than_sums_and_both_go_from_left_to_right():
    a, b, c = map(Attribute, "abc")
    found = parse("a - b - c * 2 > 0")
    product = Arithmetic("*", c, Number(Decimal(2)))
    assert found == Comparison(">", Arithmetic("-", Arithmetic("-", a, b), product), Number(Decimal(0)))
    assert to_text(parse("a - (b - c) > 0")) == "a - (b - c) > 0"
    assert to_text(parse("((a)) + (b * c) > (0)")) == "a + b * c > 0"


@pytest.mark.parametrize(
    ("text", "position", "says"),
    [
        ("", 1, "empty"),
        ("employees >", 12, "missing"),
        ("employees > 20M", 13, "digits"),
        ("employees > 1e5", 13, "digits"),
        ("employees > 1234567890123", 13, "12 digits"),
        ("employees > 0.1234567", 13, "6 after"),
        ("employees == 5", 11, "="),
        ("employees = NULL", 13, "IS NULL"),
        ("soc2 IS TRUE", 9, "NULL"),
        ("soc2 > TRUE", 6, "no order"),
        ("a = 1 = 2", 7, "AND"),
        ("(a = 1", 7, ")"),
        ("a = 1)", 6, "the end"),
        ("a AND 5", 8, "alone"),
        ("a + 'x' > 1", 5, "Only numbers"),
        ("count_of('x', within => '5 days') = 'a'", 37, "number cannot be compared"),
        ("a IN (1, 'x')", 10, "number cannot be compared"),
        ("a IN (b)", 7, "lists"),
        ("a LIKE b", 8, "pattern"),
        ("a LIKE 'x\\y'", 8, "backslash"),
        ("uses()", 1, "uses('a tool')"),
        ("uses('a', 'b')", 11, "uses_any"),
        ("count_of('x', 'demo', within => '9 days') > 1", 15, "Did you mean detail => 'demo'"),
        ("upcoming('audit', '90 days')", 19, "Did you mean within => '90 days'"),
        ("growth('employees', '90 days') > 0", 21, "Did you mean over => '90 days'"),
        ("uses('')", 6, "empty"),
        ("count_of('x') > 2", 1, "within"),
        ("upcoming('x')", 1, "within"),
        ("happened('x', within => '0 days')", 25, "1 to 36,500"),
        ("happened('x', within => 'soon')", 25, "180 days"),
        ("happened(within => '5 days', 'x')", 30, "text comes first"),
        ("CASE WHEN a THEN b END", 1, "CASE"),
        ("CAST(a AS INT) = 1", 1, "CAST"),
        ("a::int = 1", 2, "Casts"),
        ("a ~ 'x'", 3, "LIKE"),
        ("a ILIKE 'x'", 3, "ignores case"),
        ("a = 1; DROP TABLE b", 6, "semicolon"),
        ("a = 1 -- x", 7, "Comments"),
        ("a = \u2018x\u2019", 5, "quotes"),
        ("a = 'x", 5, "not closed"),
        ("a = '\x00'", 6, "U+0000"),
        ('"" = 1', 1, "empty"),
        ("-a > 1", 1, "sign"),
        ("a @ b", 3, "no meaning"),
        ("a > as_of - 5", 13, "'5 days'"),
        ("a > as_of - '2 decades'", 13, "span"),
        ("a > as_of - '200 years'", 13, "1 to 100 years"),
        ("a > as_of - '1 day' - '1 day'", 21, "once"),
        ("a + '2 years' > as_of", 5, "as_of - '2 years'"),
        ("as_of > 5", 9, "year_of"),
        ("as_of > 'soon'", 9, "2026-09-30"),
        ("year_of(5) > 1", 9, "a day has a year"),
        ("a > USX 5", 5, "no currency"),
        ("a > USD 1000000M", 9, "12 digits"),
        ("a > $5", 5, "USD 20M"),
        ("a \u2265 5", 3, ">="),
        ("happened('x', within => '5 days', before => '5 days')", 45, "ends before"),
        ("happened(audit)", 10, "'audit'"),
        ("includes(markets)", 1, "a value"),
        ("a / b / c / d > 1", 11, "2 divisions"),
        ("1 / (1 / (1 / a)) > 1", 3, "2 divisions"),
    ],
)
def test_it_refuses_with_the_position_and_what_would_be_allowed(text, position, says):
    with pytest.raises(PredicateError) as caught:
        parse(text)
    assert caught.value.position == position
    assert says in str(caught.value)
    assert caught.value.where.column == position


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("happend('x')", "happened"),
        ("has_rol('x')", "has_role"),
        ("happened('x', withn => '5 days')", "within"),
        ("happened('x', within => '6 months')", "'180 days'"),
        ("happened('x', within => '2 weeks')", "'14 days'"),
        ("employes > 5", "employees"),
        ("client_size > 5", '"Client Size"'),
        ("growth('employes', over => '5 days') > 0", "employees"),
    ],
)
def test_a_near_miss_gets_a_suggestion(text, suggestion):
    with pytest.raises(PredicateError) as caught:
        parse(text, known=["employees", "Client Size", "industry"])
    assert caught.value.suggestion == suggestion
    assert f"Did you mean {suggestion}?" in caught.value.remedy


def test_known_columns_are_found_without_case():
    assert parse("EMPLOYEES > 5", known=["Employees"]) == Comparison(">", Attribute("EMPLOYEES"), Number(Decimal(5)))


def test_a_name_like_nothing_that_exists_gets_no_suggestion():
    assert suggest("zzz", ["employees", "industry"]) is None


def test_it_refuses_more_than_twenty_levels_and_4000_characters():
    assert parse("NOT " * 18 + "a = 1")
    with pytest.raises(PredicateError, match="20 levels"):
        parse("NOT " * 19 + "a = 1")
    with pytest.raises(PredicateError, match="levels of parentheses"):
        parse("(" * 21 + "a" + ")" * 21)
    with pytest.raises(PredicateError, match="20 levels"):
        parse("a" + " + a" * 30 + " > 1")
    with pytest.raises(PredicateError, match="4,000"):
        parse("a = 1" + " " * 4000)


def test_keywords_as_names_need_double_quotes_and_get_them():
    assert to_text(Attribute("order")) == "order"
    assert to_text(Attribute("select")) == '"select"'
    assert to_text(Attribute("AND")) == '"AND"'
    assert to_text(Attribute("2nd")) == '"2nd"'
    assert to_text(Attribute("größe")) == "größe"


def test_texts_are_folded_as_sql_engines_do_it():
    assert fold("  SaaS\u00a0") == "saas"
    assert fold("\u0391\u03a3") == "\u03b1\u03c3"
    assert fold("\u0130") == "i"

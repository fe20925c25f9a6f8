"""What the form of a predicate tells: nothing is claimed that a plain evaluation over many rows would refute."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest

from idealfit.lint.conditions import apart, conditions, implied, impossible, repeated_choices
from idealfit.lint.prospecting import not_expressible
from idealfit.profile.evaluating import AccountFacts, evaluate
from idealfit.profile.parsing import parse

PREDICATES = [
    *("a > 5", "a >= 5", "5 < a", "a < 5", "a = 5", "a BETWEEN 3 AND 7", "a BETWEEN 7 AND 3", "a <> 5"),
    *("a > 3 AND a < 7", "a > 3 AND b = 'x'", "b = 'x'", "b = ' X '", "b IN ('x', 'y')", "b IN ('y', 'z')"),
    *(
        "a > 9 AND a < 2",
        "b = 'x' AND b = 'y'",
        "a > 5 OR b = 'x'",
        "NOT a > 5",
        "a IS NULL",
        "b LIKE 'x%'",
        "a + 1 > 3",
    ),
]
ROWS = [{"a": a, "b": b} for a in (None, 1, 3, 4, 5, 6, 7, 9, 12) for b in (None, "x", "Y", "z", "q")]


def truths(text: str) -> list[bool | None]:
    return [evaluate(parse(text), AccountFacts(row), date(2026, 9, 30)) for row in ROWS]


def test_what_is_claimed_of_two_predicates_holds_on_every_row() -> None:
    known = {text: (parse(text), truths(text)) for text in PREDICATES}
    claims = 0
    for one, other in permutations(PREDICATES, 2):
        (first, seen), (second, its) = known[one], known[other]
        pairs = set(zip(seen, its, strict=True))
        if apart(first, second):
            assert (True, True) not in pairs, (one, other)
            claims += 1
        if implied(first, second):
            assert all(b is True for a, b in pairs if a is True), (one, other)
            claims += 1
    assert claims > 40


def test_what_is_impossible_is_true_of_no_row_and_said_of_enough() -> None:
    found = {text: impossible(parse(text)) for text in PREDICATES}
    assert all(True not in truths(text) for text, column in found.items() if column)
    assert [text for text, column in found.items() if column] == [
        *("a BETWEEN 7 AND 3", "a > 9 AND a < 2", "b = 'x' AND b = 'y'"),
    ]


def test_conditions_are_counted_along_the_longest_branch() -> None:
    assert conditions(parse("a > 1")) == 1
    assert conditions(parse("a > 1 AND b = 'x' AND (c = 1 OR d = 2 AND e = 3)")) == 4
    assert list(repeated_choices(parse("b IN ('x', 'X ', 'y')"))) == ["X"]


@pytest.mark.parametrize(
    ("when", "why"),
    [
        ("employees BETWEEN 100 AND 500 AND uses_any('okta', 'azure ad')", None),
        ("happened('funding_round', within => '180 days')", None),
        ("growth('employees', over => '365 days') >= 0.2", None),
        ("has_role('security')", None),
        ("industry = 'SaaS' OR industry = 'Fintech'", None),
        ("industry = 'SaaS' OR employees > 9", "different filters"),
        ("revenue / employees > 200000", "calculates"),
        ("seat_price > 5", "do not know 'seat_price'"),
        ("upcoming('audit', within => '90 days')", "coming 'audit'"),
        ("happened('webinar', within => '90 days')", "'webinar'"),
        ("NOT uses('okta')", "not there"),
    ],
)
def test_which_criteria_a_prospecting_tool_can_filter_by(when: str, why: str | None) -> None:
    found = not_expressible(parse(when))
    assert (found is None) if why is None else (found is not None and why in found)

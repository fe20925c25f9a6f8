"""A predicate shown as controls is the same predicate again; what cannot be used is told at its control."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from idealfit.profile.controls import Control, from_controls, to_controls
from idealfit.profile.parsing import parse, to_text
from idealfit.profile.predicate import Predicate
from properties.trees import predicates


@settings(max_examples=150, deadline=None)
@given(predicates)
def test_to_controls_and_back_is_the_same_predicate(predicate: Predicate) -> None:
    assert from_controls(to_controls(predicate)) == (predicate, ())


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("employees BETWEEN 100 AND 500", "number"),
        ("employees >= 280", "number"),
        ("employees < 50", "number"),
        ("revenue >= USD 20M", "number"),
        ("year_of(as_of) - founded_year <= 3", "number"),
        ("count_of_tools() > 4", "number"),
        ("industry IN ('Software', 'Fintech')", "words"),
        ("industry = 'Software'", "words"),
        ("industry IN ('Software')", "words"),
        ("has_mobile_app", "yes"),
        ("has_mobile_app = FALSE", "yes"),
        ("revenue IS NOT NULL", "known"),
        ("name LIKE '%bank%'", "pattern"),
        ("uses_any('okta', 'auth0')", "tools"),
        ("NOT uses('okta')", "tools"),
        ("includes(markets, 'DACH')", "values"),
        ("happened('funding_round', within => '180 days')", "event"),
        ("not_happened('layoffs', within => '90 days')", "event"),
        ("upcoming('audit', within => '90 days')", "event"),
        ("count_of('docs_visit', within => '60 days') >= 2", "event"),
        ("growth('employees', over => '365 days') >= 0.2", "growth"),
        ("growth('employees', over => '180 days') BETWEEN 0 AND 0.32", "growth"),
        ("has_role('security')", "role"),
        ("NOT has_role('security')", "role"),
        ("employees >= 5 AND NOT (industry = 'a' OR industry = 'b')", "group"),
        ("last_activity_at > as_of - '30 days'", "text"),
    ],
)
def test_what_people_write_has_a_control_of_its_own(text: str, kind: str) -> None:
    shown = to_controls(parse(text))
    assert shown.kind == kind
    assert from_controls(shown) == (parse(text), ())


@pytest.mark.parametrize(
    ("control", "field"),
    [
        (Control("number", {"on": "employees", "how": "between", "low": "", "high": ""}), "low"),
        (Control("number", {"on": "employees", "how": "between", "low": "5 OR TRUE", "high": ""}), "low"),
        (Control("number", {"on": "employees", "how": "between", "low": "50", "high": "10"}), "high"),
        (Control("number", {"on": "employees = 1 OR revenue", "how": "between", "low": "5", "high": ""}), "on"),
        (Control("event", {"how": "least", "event": "visit", "count": "many", "days": "30"}), "count"),
        (Control("event", {"how": "happened", "event": "visit", "days": "0"}), "days"),
        (Control("words", {"on": "industry", "how": "is"}), "more"),
        (Control("growth", {"on": "employees", "how": "least", "percent": "NaN", "days": "30"}), "percent"),
        (Control("text", {"text": "employees >"}), "text"),
        (Control("role", {"how": "has", "role": " "}), "role"),
    ],
)
def test_what_cannot_be_used_is_told_at_its_field(control: Control, field: str) -> None:
    for shown, at in ((control, ()), (Control("group", {"how": "all"}, (), (control, control)), (0,))):
        made, objections = from_controls(shown)
        assert made is None and (objections[0].at, objections[0].field) == (at, field)


@pytest.mark.parametrize(
    ("typed", "meant"), [("1,000", "1000"), ("20M", "20000000"), ("2.5 k", "2500"), (" 7 ", "7"), ("-3", "-3")]
)
def test_numbers_may_be_typed_as_people_write_them(typed: str, meant: str) -> None:
    made, _ = from_controls(Control("number", {"on": "revenue", "how": "between", "low": typed, "high": ""}))
    assert made is not None and to_text(made) == f"revenue >= {meant}"


def test_a_value_that_is_typed_joins_those_that_are_ticked() -> None:
    made, _ = from_controls(
        Control("words", {"on": "industry", "how": "is", "more": "Fintech; Software"}, ("Software",))
    )
    assert made is not None and to_text(made) == "industry IN ('Software', 'Fintech')"

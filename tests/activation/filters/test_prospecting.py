"""Search forms of prospecting tools: bands, dollars, lists and windows, and what is said of each that is lost."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from idealfit.activation.filters.adapting import Setting, adapted
from idealfit.activation.filters.marking import marks
from idealfit.activation.filters.wanted import Reader, wanted
from idealfit.activation.filters.ways import TOOLS, Order
from idealfit.profile.coverage import Coverage
from idealfit.profile.parsing import parse

T = date(2026, 9, 30)
TYPES = {"employees": "number", "revenue": "number", "industry": "text", "country": "text", "tech": "list"}
TYPES |= {"fiscal_year_end": "text"}
EMPLOYEES = [None, 10, 50, 51, 99, 100, 200, 201, 450, 500, 501, 10_000, 20_000]


def said_of(tool, when, currency="USD", rates=None, **asked):
    """The search of one predicate: what is said, what was written, and the filter that it is when it is read back."""
    (kind,) = TOOLS[tool]
    form = wanted(parse(when), Reader(T, Coverage(currency=currency), TYPES), **asked)
    setting = Setting({}, TYPES, currency=currency, rates=rates or {})
    said = adapted(form, lambda test: kind.say(test, setting))
    if said.form is None:
        return said, None, None
    made = kind.write(Order("a filter", ((said.form,),), (), setting, ("CISO",), T))
    return said, made, kind.read(made.text, T, frozenset())


def found_in(node, column, values):
    return [value for value, passes in zip(values, marks(node, {column: values}, len(values)), strict=True) if passes]


def test_a_range_within_bands_takes_the_whole_bands_and_says_so():
    said, made, node = said_of("linkedin", "employees BETWEEN 100 AND 450")
    assert made.steps[0][0] == ("Company headcount", "51-200, 201-500")
    assert found_in(node, "employees", EMPLOYEES) == [51, 99, 100, 200, 201, 450, 500]
    assert {loss.direction for loss in said.losses} == {"looser"}
    assert len(said.losses) == 2


def test_a_range_that_begins_and_ends_where_bands_do_loses_nothing():
    said, _, node = said_of("linkedin", "employees BETWEEN 51 AND 500")
    assert said.losses == ()
    assert found_in(node, "employees", EMPLOYEES) == [51, 99, 100, 200, 201, 450, 500]


def test_the_last_band_has_no_end_and_a_range_with_one_says_so():
    said, _, node = said_of("linkedin", "employees >= 10001 AND employees <= 15000")
    assert found_in(node, "employees", EMPLOYEES) == [20_000]
    assert "no end" in said.losses[0].what


@pytest.mark.parametrize("tool", ["apollo", "zoominfo"])
def test_a_range_that_can_be_typed_is_exact(tool):
    said, _, node = said_of(tool, "employees > 99 AND employees < 501")
    assert said.losses == ()
    assert found_in(node, "employees", EMPLOYEES) == [100, 200, 201, 450, 500]


def test_amounts_are_counted_in_dollars_by_the_rate_that_is_known():
    # 1 USD is worth 0.5 of ours: 30 million of ours are 60 million dollars
    said, made, _ = said_of("apollo", "revenue >= 30000000", currency="EUR", rates={"USD": 0.5})
    assert '"min": 60000000' in made.text
    assert said.losses == ()
    said, made, _ = said_of("apollo", "revenue >= 30000000", currency=None)
    assert '"min": 30000000' in made.text
    assert "nobody says which currency" in said.losses[0].what


def test_unknown_is_not_found_where_values_are_included_and_stays_where_they_are_excluded():
    values = [None, "Retail", "Software"]
    said, _, node = said_of("linkedin", "industry = 'Retail'", holds=False, unknown=True)
    assert found_in(node, "industry", values) == [None, "Software"]
    assert {loss.direction for loss in said.losses} == {"other"}  # its industries are a list of its own
    said, _, node = said_of("linkedin", "industry = 'Retail'", holds=False)
    assert "looser" in {loss.direction for loss in said.losses}
    said, _, node = said_of("apollo", "employees < 50", holds=False, unknown=True)
    assert found_in(node, "employees", EMPLOYEES)[0] == 50
    assert [loss.direction for loss in said.losses] == ["tighter"]


def test_all_of_several_tools_is_said_where_there_is_such_a_list_and_loosely_where_there_is_not():
    own = [None, ["Okta"], ["Okta", "Jira Software"], ["jira software"]]
    said, made, node = said_of("apollo", "uses_all('Okta', 'Jira Software')")
    assert '"jira_software"' in made.text
    assert found_in(node, "tech", own) == [["Okta", "Jira Software"]]
    assert said.losses == ()
    said, _, node = said_of("linkedin", "uses_all('Okta', 'Jira Software')")
    assert found_in(node, "tech", own) == own[1:]
    assert "looser" in {loss.direction for loss in said.losses}


@pytest.mark.parametrize(
    ("tool", "days", "direction"), [("linkedin", 180, "looser"), ("linkedin", 500, "tighter"), ("zoominfo", 180, None)]
)
def test_a_window_of_funding_is_the_tools_own_or_exact(tool, days, direction):
    said, made, node = said_of(tool, f"happened('funding_round', within => '{days} days')")
    assert [loss.direction for loss in said.losses] == ([direction] if direction else [])
    field = f"when: happened('funding_round', within => '{days if direction is None else 365} days')"
    assert marks(node, {field: [True, False, None]}, 3).tolist() == [True, False, False]
    assert made is not None


@pytest.mark.parametrize("when", ["fiscal_year_end = 'June'", "revenue / employees > 100000", "has_role('security')"])
@pytest.mark.parametrize("tool", ["apollo", "zoominfo", "linkedin"])
def test_what_a_tool_has_no_filter_for_is_left_out_with_the_reason(tool, when):
    said, _, _ = said_of(tool, when)
    assert said.form is None
    assert said.losses


def test_alternatives_are_searches_of_their_own():
    _, made, node = said_of("zoominfo", "employees >= 500 OR revenue >= 1000000")
    assert len(made.steps) == 2
    rows = {"employees": [600, 10, 10], "revenue": [None, 2_000_000, 5]}
    assert np.flatnonzero(marks(node, rows, 3)).tolist() == [0, 1]


def test_titles_are_asked_for_in_tools_for_people():
    _, made, _ = said_of("apollo", "employees >= 500")
    assert ("People: job titles", "CISO") in made.steps[0]

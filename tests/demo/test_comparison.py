"""What was found beside what was planted."""

from __future__ import annotations

from typing import Any

import pytest

from idealfit.demo import Comparison, PlantedTrait, Truth, compare, render

SIZE = PlantedTrait("seek", "employees", "number", "employees BETWEEN 100 AND 400", 2.5, low=100, high=400, main=True)
TOOL = PlantedTrait("seek", "tech", "tool", "uses('Hogrea')", 2.4, ("Hogrea",), main=True)
LOCK = PlantedTrait("avoid", "tech", "tool", "uses('Fleam')", 0.3, ("Fleam",), main=True)
EVENT = PlantedTrait(
    "seek", "layoffs", "event", "happened('layoffs', within => '90 days')", 2.2, ("layoffs",), within_days=90
)
CHURN = PlantedTrait("churn", "ownership", "category", "ownership = 'family'", 2.0, ("family",), main=True)
CALL = PlantedTrait("call", "pilot_budget", "category", "pilot_budget = 'approved'", 2.0, ("approved",))
PROXY = PlantedTrait("proxy", "revenue", "column", "revenue IS NOT NULL", stands_for="employees")
LEAK = PlantedTrait("leak", "success_plan", "column", "success_plan IS NOT NULL")
NOISE = PlantedTrait("noise", "desk_code", "column", "desk_code IS NOT NULL")
TRUTH = Truth(
    1, "plain", True, "A", "b", "2026-01-01", "EUR", 24, (SIZE, TOOL, LOCK, EVENT, CHURN, CALL, PROXY, LEAK, NOISE), ()
)


def criterion(attribute: str, when: str, **more: Any) -> dict[str, Any]:
    return {"attribute": attribute, "when": when, "polarity": "seek", "points": 5, "grade": "supported"} | more


def held(*criteria: dict[str, Any], rejected: tuple[dict[str, Any], ...] = ()) -> Comparison:
    return compare(TRUTH, {"verdict": "profile", "criteria": list(criteria), "rejected": list(rejected)})


def status(comparison: Comparison, trait: PlantedTrait) -> str:
    return next(row.status for row in comparison.rows if row.trait is trait)


@pytest.mark.parametrize(
    ("trait", "when", "more", "expected"),
    [
        (SIZE, "employees BETWEEN 120 AND 500", {}, "found"),
        (SIZE, "employees >= 110", {}, "found"),
        (SIZE, "employees >= 2000", {}, "missed"),
        (SIZE, "employees > 450", {"polarity": "exclude", "points": 0}, "found"),
        (SIZE, "employees BETWEEN 120 AND 500", {"polarity": "exclude"}, "missed"),
        (TOOL, "uses('hogrea')", {}, "found"),
        (TOOL, "uses_any('Other', 'Hogrea')", {}, "found"),
        (TOOL, "uses('Other')", {}, "missed"),
        (TOOL, "uses('Hogrea')", {"points": -4}, "missed"),
        (LOCK, "uses('Fleam')", {"points": -4}, "found"),
        (LOCK, "uses('Fleam')", {"polarity": "exclude", "points": 0}, "found"),
        (LOCK, "NOT uses('Fleam')", {}, "found"),
        (LOCK, "uses('Fleam')", {}, "fooled"),
        (EVENT, "happened('layoffs', within => '180 days')", {}, "found"),
        (EVENT, "count_of('layoffs', within => '90 days') >= 1", {}, "found"),
        (EVENT, "not_happened('layoffs', within => '90 days')", {}, "missed"),
        (CHURN, "ownership IN ('family', 'public')", {"polarity": "exclude"}, "found"),
        (CHURN, "ownership NOT IN ('family')", {}, "found"),
        (CHURN, "ownership = 'family'", {}, "fooled"),
        (CALL, "pilot_budget = 'approved'", {"seen": "call", "points": 0}, "asked"),
        (LEAK, "success_plan = 'basic'", {}, "fooled"),
        (PROXY, "revenue >= 1000000", {}, "stand-in"),
        (NOISE, "desk_code = 'ABCD'", {}, "fooled"),
    ],
)
def test_it_tells_a_hit_from_a_miss(trait: PlantedTrait, when: str, more: dict[str, Any], expected: str) -> None:
    assert status(held(criterion(trait.attribute, when, **more)), trait) == expected


def test_with_nothing_found_the_real_is_missed_and_the_traps_are_left_alone() -> None:
    comparison = held()
    assert [row.status for row in comparison.rows] == ["missed"] * 6 + ["left alone"] * 3
    assert (comparison.precision, comparison.recall, comparison.recall_main) == (None, 0.0, 0.0)


def test_a_proxy_beside_the_real_trait_fools() -> None:
    comparison = held(criterion("employees", "employees BETWEEN 100 AND 400"), criterion("revenue", "revenue > 100"))
    assert status(comparison, PROXY) == "fooled"
    assert comparison.precision == 0.5
    assert comparison.invented == ()


def test_a_refusal_is_told_with_its_reason_and_a_weak_real_trait_is_a_miss() -> None:
    comparison = held(
        rejected=(
            {"attribute": "success_plan", "reason": "leakage", "proof": "on 0 of 90 open deals"},
            {"attribute": "ownership", "reason": "churns", "proof": "8 of 10 left"},
            {"attribute": "employees", "reason": "unsupported", "proof": "q = 0.4"},
        )
    )
    assert (status(comparison, LEAK), status(comparison, CHURN), status(comparison, SIZE)) == (
        "refused",
        "refused",
        "missed",
    )
    assert comparison.recall == pytest.approx(1 / 5)
    told = "\n".join(render(comparison))
    assert "leakage: on 0 of 90 open deals" in told
    assert "unsupported: q = 0.4" in told


def test_a_column_is_known_by_its_header_and_by_its_name_in_the_predicate() -> None:
    size = PlantedTrait("seek", "employees", "number", SIZE.when, 2.5, low=100, high=400, header="Number of Employees")
    shift = PlantedTrait("seek", "Shift Model", "category", "\"Shift Model\" = 'seasonal'", 2.0, ("seasonal",))
    truth = Truth(1, "messy", True, "A", "b", "2026-01-01", "USD", 24, (size, shift), ())
    criteria = [
        criterion("Number of Employees", "employees BETWEEN 100 AND 300"),
        criterion("shift_model", "\"Shift Model\" = 'seasonal'"),
    ]
    assert [row.status for row in compare(truth, {"criteria": criteria}).rows] == ["found", "found"]
    leak = PlantedTrait("noise", "revenue", "column", "revenue IS NOT NULL", header="Annual Revenue")
    rejected = [{"attribute": "Annual Revenue", "reason": "proxy_of", "proof": "employees"}]
    told = compare(Truth(1, "messy", True, "A", "b", "2026-01-01", "USD", 24, (leak,), ()), {"rejected": rejected})
    assert told.rows[0].status == "refused"


def test_inventions_are_listed_and_lower_the_precision() -> None:
    comparison = held(
        criterion("tech", "uses('Hogrea')"),
        criterion("tech", "uses('Nothing')", grade="suggestive"),
        criterion("desk_code", "desk_code = 'ABCD'"),
    )
    assert comparison.invented == (("uses('Nothing')", "suggestive"), ("desk_code = 'ABCD'", "supported"))
    assert comparison.precision == 0.5
    assert any(line == "Invented (suggestive): uses('Nothing')" for line in render(comparison))


def test_the_lines_name_every_miss() -> None:
    told = "\n".join(render(held(criterion("employees", "employees BETWEEN 100 AND 400"))))
    for trait in (TOOL, LOCK, EVENT, CHURN, CALL):
        assert any("missed" in line and trait.when in line for line in told.splitlines()), trait
    assert "1 columns that have nothing to do with winning" in told
    assert "-> seek: employees BETWEEN 100 AND 400 (supported)" in told

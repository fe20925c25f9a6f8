"""Comparisons by the alphabet: a finding where a later stage is meant, none where the alphabet is the order."""

from __future__ import annotations

import pytest

from idealfit.lint.ordering import by_alphabet
from idealfit.profile.parsing import parse
from lint.sound import codes_of, laid_over


@pytest.mark.parametrize(
    ("when", "instead"),
    [
        ("stage > 'series d'", "stage IN ('Series E', 'Series F')"),
        ("'Series D' <= stage", "stage IN ('Series D', 'Series E', 'Series F')"),
        ("stage < 'Series A'", "stage IN ('Pre-Seed', 'Seed')"),
        ("NOT stage BETWEEN 'Seed' AND 'Series B'", "stage IN ('Seed', 'Series A', 'Series B')"),
        ("employees > 5 AND size >= 'large'", "size IN ('large', …)"),
        ("stage > 'Series F'", "stage IN (…)"),
    ],
)
def test_what_is_meant_is_listed_instead(when: str, instead: str) -> None:
    [(_written, told)] = by_alphabet(parse(when))
    assert told == instead


@pytest.mark.parametrize("when", ["founded >= '2026-02-20'", "grade <= 'B'", "stage = 'Series B'", "plz > '10115'"])
def test_the_alphabet_of_days_codes_and_letters_is_their_order(when: str) -> None:
    assert list(by_alphabet(parse(when))) == []


def test_the_check_tells_it_of_criteria_exclusions_and_segments() -> None:
    stage = "funding_stage >= 'Series B'"
    criterion = f'layers: {{firmographic: {{criteria: [{{id: stage, when: "{stage}", points: 3}}]}}}}'
    exclusion = f'exclusions: [{{id: stage, when: "{stage}", because: They have a team.}}]'
    segment = f'segments: [{{id: stage, when: "{stage}", lead_with: speed}}]'
    for piece in (criterion, exclusion, segment):
        assert "ICP202" in codes_of(laid_over(piece))
        assert "ICP202" not in codes_of(laid_over(piece.replace(">= 'Series B'", "IN ('Series B')")))

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idealfit.accounts.funding import FUNDING_STAGES, business_model_of, funding_stage_of, ownership_of


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("series_a", "Series A"),
        ("Series A Round", "Series A"),
        ("SERIES B-2", "Series B"),
        ("Seed Round", "Seed"),
        ("pre_seed", "Pre-seed"),
        ("Post-IPO Debt", "Post-IPO debt"),
        ("Venture - Series Unknown", "Venture (unspecified)"),
        ("Angel", "Angel"),
        ("Tuesday", None),
        ("series z", None),
    ],
)
def test_a_stage_of_funding_is_known_by_its_usual_words(text: str, stage: str | None) -> None:
    assert funding_stage_of(text) == stage


@given(st.sampled_from(FUNDING_STAGES))
def test_a_usual_name_of_a_stage_stays(stage: str) -> None:
    assert funding_stage_of(stage) == stage == funding_stage_of(stage.upper())


def test_ownership_and_business_models_are_known_by_their_usual_words() -> None:
    assert [ownership_of(text) for text in ("Privately Held", "PUBLIC COMPANY", "non-profit", "blue")] == [
        "Private",
        "Public",
        "Nonprofit",
        None,
    ]
    assert [business_model_of(text) for text in ("Business-to-Business", "b2c", "blue")] == ["B2B", "B2C", None]

"""Where customers who stayed are set against those who left, no page says 'won'."""

from __future__ import annotations

from typing import Any

import pytest

from idealfit.profile.rendering.page import page_of, page_text
from idealfit.profile.rendering.proof import tier_table
from idealfit.profile.rendering.reading import did, of_stays

STAYS = (
    "There are no deals and nothing tells of revenue: customers who stayed are set against those who left. This says "
    "who stays among those who bought, not who buys"
)


def evidence(verdict: str, unit: str = "account") -> dict[str, Any]:
    return {
        "verdict": verdict,
        "reach": "customers",
        "unit": unit,
        "as_of": "2024-12-31",
        "time": "none",
        "sample": {"deals": 7043, "won": 5174, "lost": 1869, "open": 0, "accounts": 7043},
        "power": {"value": 0.98},
        "warnings": [STAYS],
        "criteria": [],
    }


@pytest.mark.parametrize("unit", ["account", "customer"])
def test_the_rows_are_told_as_stayed(unit: str) -> None:
    assert did(evidence("profile", unit)) == "stayed"
    assert not of_stays({**evidence("profile", unit), "warnings": []})
    assert did({**evidence("profile"), "unit": "deal"}) != "stayed"


@pytest.mark.parametrize("verdict", ["no_signal", "insufficient"])
def test_the_page_says_that_it_is_about_who_stays(verdict: str) -> None:
    page = page_of({"profile": "ours", "criteria": []}, evidence(verdict), None)
    text = page_text(page)
    assert page.reach == "Who stays (we could not see who buys)"
    assert "customers stayed" in text
    assert " won" not in text
    assert "who are customers" not in text


def test_the_tiers_count_who_stayed() -> None:
    rate = {"value": 0.8, "low": 0.7, "high": 0.9}
    table = tier_table({"tiers": [{"tier": "A", "deals": 10, "won": 8, "win_rate": rate}]}, "", "stayed")
    assert table is not None
    assert table.heads[1] == "Stayed"

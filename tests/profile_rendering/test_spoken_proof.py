"""The proof in the spoken sentence is of what the profile was made for."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from idealfit.profile.rendering.reading import Item
from idealfit.profile.rendering.spoken import spoken

ITEM = cast(Item, SimpleNamespace(text="uses Okta", timing=False))


@pytest.mark.parametrize(("best", "told"), [("value", True), ("win_rate", True), ("retention", False), ("nps", False)])
def test_how_often_the_best_fits_buy_is_said_where_buying_counts(best: str, told: bool) -> None:
    tiers = [{"tier": "A", "win_rate": {"value": 0.69}}]
    known: dict[str, Any] = {"best": best, "backtest": {"tiers": tiers, "baselines": {"everyone": {"win_rate": 0.29}}}}
    text = spoken("profile", {}, [ITEM], known)
    assert text.startswith("Look for a company that uses Okta.")
    assert ("The best fits bought 69 times in 100, everyone 29." in text) == told

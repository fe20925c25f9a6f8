"""The lift on all deals: who judges whom, and when it takes the place of the later deals' lift."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from idealfit.evidence.estimate import Estimate
from idealfit.evidence.table import Evidence
from idealfit.patterns import on_all
from idealfit.patterns.backtest import Backtest
from idealfit.patterns.on_all import PARTS, crossed_lift, on_all_deals, parts_by_day
from idealfit.patterns.time_document import backtest_block, backtest_sentences
from idealfit.patterns.verdict import Power, decide
from patterns.made import binned_of, drawn, evidence, flag, noise

SETTINGS = {"best": "win_rate", "horizon": 24.0, "seed": 1}
UNSURE = Backtest("later_deals", None, 150, lift=Estimate(1.1, 0.9, 1.3, 150))


def planted(effect: float, n: int = 400) -> Evidence:
    generator = np.random.default_rng(5)
    has = (generator.random(n) < 0.3).astype(float)
    return evidence(drawn(generator, effect * has - 1.3), flag("planted", has), *noise(generator, np.arange(n)))


@pytest.fixture(scope="module")
def strong() -> tuple[Evidence, Estimate]:
    made = planted(1.8)
    lift = crossed_lift(made, binned_of(made), parts_by_day(made), **SETTINGS)
    assert lift is not None
    return made, lift


def test_every_closed_deal_is_judged_once_and_by_no_deal_of_its_time_or_company() -> None:
    made = planted(0.0)
    made = replace(made, account=made.account // 3, outcome=np.where(np.arange(made.rows) % 9 == 0, -1, made.outcome))
    parts = parts_by_day(made)
    judged = np.concatenate([part.test for part in parts])
    assert len(parts) == PARTS
    assert sorted(judged) == sorted(np.flatnonzero(made.outcome >= 0))
    for part in parts:
        assert not set(made.account[part.test]) & set(made.account[part.train])
        inside = made.opened[part.test]
        assert not np.any((made.opened[part.train] > inside.min()) & (made.opened[part.train] < inside.max()))


def test_what_was_planted_is_shown_on_all_deals_and_noise_is_not(strong: tuple[Evidence, Estimate]) -> None:
    made, lift = strong
    assert lift.low > 1 and lift.n == made.rows
    nothing = planted(0.0)
    by_luck = crossed_lift(nothing, binned_of(nothing), parts_by_day(nothing), **SETTINGS)
    assert by_luck is None or by_luck.low <= 1 < lift.low


@pytest.mark.parametrize(
    ("later", "crossed", "taken"),
    [
        (Estimate(1.1, 0.9, 1.3, 150), Estimate(1.2, 1.1, 1.3, 400), True),
        (Estimate(1.1, 0.9, 1.3, 150), Estimate(1.1, 0.99, 1.2, 400), False),
        (Estimate(0.9, 0.8, 0.98, 150), Estimate(1.2, 1.1, 1.3, 400), False),
        (Estimate(1.4, 1.2, 1.6, 150), Estimate(1.2, 1.1, 1.3, 400), False),
        (Estimate(1.1, 0.9, 1.3, 150), None, False),
    ],
)
def test_it_counts_only_where_later_deals_cannot_tell_and_do_not_disagree(
    monkeypatch: pytest.MonkeyPatch, later: Estimate, crossed: Estimate | None, taken: bool
) -> None:
    monkeypatch.setattr(on_all, "crossed_lift", lambda *_args, **_more: crossed)
    tested = Backtest("later_deals", None, 150, lift=later)
    found = on_all_deals(tested, planted(0.0), (), **SETTINGS)
    assert (found.lift, found.lift_later) == ((crossed, later) if taken else (later, None))


def test_the_verdict_and_the_page_tell_both_figures(strong: tuple[Evidence, Estimate]) -> None:
    made, lift = strong
    tested = replace(UNSURE, lift=lift, lift_later=UNSURE.lift)
    said = decide(made, tested, 1, Power(2.0, 0.2, 0.4), unit="deal")
    assert said.verdict == "profile"
    assert f"all {made.rows} deals" in said.reason and "1.10 (0.90 to 1.30)" in said.reason
    block = backtest_block(tested)
    assert block["lift_from"] == "all_deals"
    assert block["lift"]["low"] > 1 and block["lift_later"]["low"] == 0.9
    assert "0.90 to 1.30" in backtest_sentences(tested)[0]
    assert backtest_block(UNSURE)["lift_from"] == "later_deals"

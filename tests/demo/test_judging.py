"""Judging a ranking when the hidden outcome is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from idealfit.demo import HiddenOutcome, Truth, chances_of, judge, make_company, ranking_of
from idealfit.demo.judging import expected_auc


def truth_of(*market: HiddenOutcome) -> Truth:
    return Truth(1, "plain", True, "A", "b", "2026-01-01", "EUR", 24, (), market)


def test_the_expected_auc_is_the_mean_over_drawn_outcomes() -> None:
    rng = np.random.default_rng(3)
    scores, chance = rng.integers(0, 8, 40).astype(float), rng.uniform(0.05, 0.6, 40)
    won, pairs = 0.0, 0.0
    for _ in range(4000):
        drawn = rng.random(40) < chance
        above = scores[drawn][:, None] - scores[~drawn][None, :]
        won += float((above > 0).sum() + (above == 0).sum() / 2)
        pairs += above.size
    assert expected_auc(scores, chance) == pytest.approx(won / pairs, abs=0.01)


def test_scores_that_are_all_the_same_are_worth_what_chance_is() -> None:
    market = tuple(HiddenOutcome(str(i), 0.1 + 0.02 * (i % 9), 100.0 * (i % 9), i % 5 == 0) for i in range(100))
    found = judge(truth_of(*market), dict.fromkeys((each.account_id for each in market), 1.0))
    assert found.auc == pytest.approx(0.5)
    assert found.value == pytest.approx(found.chance_value)
    assert found.decoy == pytest.approx(1.0)


def test_the_truth_itself_is_the_best_ranking_and_the_reverse_the_worst(tmp_path: Path) -> None:
    truth = make_company(tmp_path, 3, deals=300)
    value = {each.account_id: each.expected_value for each in truth.market}
    best = judge(truth, value)
    worst = judge(truth, {account: -worth for account, worth in value.items()})
    assert best.value == pytest.approx(1.0)
    assert worst.value < best.chance_value < 0.5
    assert judge(truth, {each.account_id: each.win_probability for each in truth.market}).auc == best.best_auc
    assert 0.7 < best.best_auc < 0.85
    assert best.decoy is not None and best.decoy < 0.6


def test_an_account_without_a_score_stands_last() -> None:
    market = tuple(HiddenOutcome(str(i), 0.2, float(i), False) for i in range(20))
    found = judge(truth_of(*market), {"19": -5.0, "18": -6.0})
    assert found.scored == 2
    assert found.value == 1.0


def test_a_ranking_is_read_by_rank_and_else_by_fit(tmp_path: Path) -> None:
    path = tmp_path / "scores.csv"
    path.write_text("account_id,fit,rank\nA,10.5,2\nB,90.0,1\nC,,\n")
    assert ranking_of(path) == {"A": -2.0, "B": -1.0}
    path.write_text("account_id,fit\nA,10.5\nB,90.0\n")
    assert ranking_of(path) == {"A": 10.5, "B": 90.0}


def test_the_auc_is_that_of_the_predicted_chance_and_the_value_that_of_the_ranking(tmp_path: Path) -> None:
    path = tmp_path / "scores.csv"
    path.write_text("account_id,p_win,rank\nbig,0.1,1\nsmall,0.9,2\nnone,,\n")
    truth = truth_of(HiddenOutcome("big", 0.2, 900.0, False), HiddenOutcome("small", 0.7, 10.0, False))
    assert chances_of(path) == {"big": 0.1, "small": 0.9}
    found = judge(truth, ranking_of(path), chances_of(path))
    assert found.value == 1.0
    assert found.auc == found.best_auc > judge(truth, ranking_of(path)).auc

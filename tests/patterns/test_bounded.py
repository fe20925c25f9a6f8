"""A few customers far from all others neither bend a fit nor make a find of what merely holds, or lacks, them."""

from __future__ import annotations

import numpy as np
import pytest

from idealfit.evidence.table import Evidence
from idealfit.patterns.bounded import bounded_fit
from idealfit.patterns.search import search
from idealfit.patterns.target import Target, fit_target, targets_of
from patterns.made import binned_of, category, drawn, evidence, flag, number


def eaten(seed: int) -> Evidence:
    """160 customers: support eats the margin of 20 of them, of one segment, to which two others are wrongly said to
    belong; and eighteen facts that say nothing.
    """
    generator = np.random.default_rng([21, seed])
    segment = np.arange(160) < 20
    told = np.where(np.arange(160) < 22, "a", np.array(list("bcdefgh"))[generator.integers(0, 7, 160)])
    margin = np.where(segment, 0.05, 0.65) * np.exp(generator.normal(0, 0.03, 160))
    order = generator.permutation(160)
    facts = [number(f"count {one}", np.round(np.exp(generator.normal(3, 1, 160)))) for one in range(12)]
    facts += [category(f"kind {one}", generator.integers(0, 10, 160)) for one in range(6)]
    return evidence(np.ones(160, dtype=int), category("segment", told[order]), *facts, margin=margin[order])


def margin_of(made: Evidence) -> Target:
    return next(one for one in targets_of(made) if one.name == "margin")


def test_beside_a_segment_that_costs_its_margin_nothing_else_is_found() -> None:
    found = []
    for seed in range(12):
        made = eaten(seed)
        found.append(
            {
                one.candidate.key
                for one in search(binned_of(made), [margin_of(made)], seed=1, rounds=60).found
                if one.supported
            }
        )
    assert found == [{"segment"}] * 12


def test_two_customers_far_off_do_not_bend_the_fit_for_the_others() -> None:
    generator = np.random.default_rng(3)
    has = (np.arange(60) < 10).astype(float)
    margin = np.where(has == 1, 0.5, 0.7) * np.exp(generator.normal(0, 0.02, 60))
    margin[:2] = 0.05
    target = margin_of(evidence(np.ones(60, dtype=int), flag("has", has), margin=margin))
    told = float(np.log(0.5 / 0.7))
    assert bounded_fit(target, has[:, None], prior_sd=9.0).coefficients[1] == pytest.approx(told, abs=0.05)
    assert abs(fit_target(target, has[:, None], prior_sd=9.0).coefficients[1] - told) > 0.3


def test_where_nobody_lies_far_off_the_fit_is_that_of_least_squares() -> None:
    generator = np.random.default_rng(4)
    has = (generator.random(200) < 0.4).astype(float)
    margin = np.where(has == 1, 0.5, 0.6) * np.exp(generator.uniform(-0.1, 0.1, 200))
    target = margin_of(evidence(np.ones(200, dtype=int), flag("has", has), margin=margin))
    plain, bounded = fit_target(target, has[:, None]), bounded_fit(target, has[:, None])
    assert bounded.coefficients == pytest.approx(plain.coefficients, abs=1e-6)
    assert bounded.residual == pytest.approx(plain.residual, abs=1e-4)
    assert bounded.covariance == pytest.approx(plain.covariance, rel=1e-4)


def test_where_all_others_have_the_very_same_margin_a_segment_still_stands_out() -> None:
    segment = np.arange(160) < 20
    margin = np.where(segment, 0.05, 0.65)
    made = evidence(
        np.ones(160, dtype=int), flag("segment", segment), number("size", np.arange(160) % 37), margin=margin
    )
    found = search(binned_of(made), [margin_of(made)], seed=1, rounds=60).found
    assert [one.candidate.key for one in found if one.supported] == ["segment"]
    assert abs(found[0].z) > 5


def test_winning_is_fitted_as_it_was() -> None:
    generator = np.random.default_rng(5)
    has = (generator.random(200) < 0.4).astype(float)
    win = targets_of(evidence(drawn(generator, has - 1), flag("has", has)))[0]
    assert bounded_fit(win, has[:, None]).coefficients.tolist() == fit_target(win, has[:, None]).coefficients.tolist()

"""What luck alone gives: rare sums of few wins, the largest of many tests, customers who swap their months."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom, norm

from idealfit.patterns.luck import as_normal, law_of, swapped
from idealfit.patterns.target import fit_target, targets_of
from patterns.made import evidence, noise


@pytest.mark.parametrize(("deals", "chance", "wins"), [(40, 0.15, 16), (60, 0.1, 16), (25, 0.2, 13)])
def test_many_wins_of_few_deals_are_as_rare_as_the_binomial_law_says(deals: int, chance: float, wins: int) -> None:
    spread = np.sqrt(deals * chance * (1 - chance))
    z = np.array([(wins - 0.5 - deals * chance) / spread])
    skewness = np.array([(1 - 2 * chance) / spread])
    exact = float(binom.sf(wins - 1, deals, chance))
    told = float(norm.sf(as_normal(z, skewness)[0]))
    assert exact / 2 < told < 2 * exact
    assert float(norm.sf(z[0])) < exact / 3  # what the variance alone would promise


def test_without_lopsidedness_z_stays_as_it_is() -> None:
    z = np.array([-4.0, -1.0, 0.0, 2.5, 5.0])
    assert as_normal(z, np.zeros(5)) == pytest.approx(z, abs=0.01)


def test_the_law_of_the_largest_of_independent_tests_is_met() -> None:
    generator = np.random.default_rng(4)
    law = law_of(np.max(np.abs(generator.normal(size=(400, 30))), axis=1), subsets=False)
    assert 20 < law.tests < 45
    further = np.max(np.abs(generator.normal(size=(20_000, 30))), axis=1)
    for z in (3.0, 3.5, 4.0):
        assert law.chance(z) == pytest.approx(float(np.mean(further > z)), rel=0.6)


def test_the_law_of_the_best_set_of_levels_falls_like_a_chi_square() -> None:
    generator = np.random.default_rng(5)
    law = law_of(np.sqrt(generator.chisquare(9, 400)), subsets=True)
    far = np.sqrt(27.88)  # one in a thousand of nine degrees of freedom
    assert 0.0004 < law.chance(far) < 0.004


def test_who_left_takes_along_the_months_that_he_was_seen_for() -> None:
    generator = np.random.default_rng(6)
    months, left = generator.uniform(1, 30, 300), generator.random(300) < 0.3
    made = evidence(
        np.ones(300, dtype=int),
        *noise(generator, np.arange(300)),
        months=months,
        ended=left,
        reach="wins+value+retention",
    )
    churn = next(one for one in targets_of(made) if one.name == "churn")
    fit = fit_target(churn, churn.nuisance)
    moved = swapped(fit, churn, generator, 5)
    pairs = set(zip(fit.residual.round(9), fit.weight.round(9), strict=True))
    assert set(zip(moved.residual[3].round(9), moved.weight[3].round(9), strict=True)) == pairs

"""A fact with good, middling and bad values: what is sought, what is avoided, and what is worth a line."""

from __future__ import annotations

import numpy as np
import pytest

from idealfit.patterns.candidate import Binned, Candidate
from idealfit.patterns.grading import graded
from idealfit.patterns.value import Effect, worth_a_line


def test_the_best_is_sought_the_worst_avoided_and_the_middle_left() -> None:
    found = graded(np.array([-0.6, 0.0, 0.5]), np.array([50.0, 30.0, 20.0]), contiguous=False, least=0.08)
    assert found is not None
    (sought, more), (avoided, less) = found
    assert (sought, avoided) == ((2,), (0,))
    assert more == pytest.approx(0.5)
    assert less == pytest.approx(-0.6)


def test_two_groups_are_not_made_three() -> None:
    assert graded(np.array([0.0, 0.5, 0.5]), np.array([50.0, 30.0, 20.0]), contiguous=False, least=0.08) is None
    assert graded(np.array([0.0, 0.03, 0.5]), np.array([50.0, 30.0, 20.0]), contiguous=False, least=0.08) is None


def test_of_a_number_both_sets_are_intervals() -> None:
    values, counts = np.array([0.5, 0.0, -0.5, 0.5]), np.ones(4)
    assert graded(values, counts, contiguous=True, least=0.08) is None
    assert graded(values, counts, contiguous=False, least=0.08) is not None


@pytest.mark.parametrize(("base_rate", "said"), [(0.2, True), (0.9, True)])
def test_where_nearly_all_are_won_fewer_lost_ones_are_worth_a_line(base_rate: float, said: bool) -> None:
    beta = 0.35
    value = float(np.log(np.exp(beta) / (1 - base_rate + base_rate * np.exp(beta))))
    candidate = Candidate(Binned("x", None, "flag", np.array([0, 1]), 2, np.array([[0.0, 1.0]])), (1,))  # type: ignore[arg-type]
    assert worth_a_line(Effect(candidate, {"win": (beta, 0.1)}, value, 0.1, ()), base_rate) is said
    if base_rate > 0.5:
        assert abs(value) < 0.08, "on value alone it would have been left out"
        other = Effect(candidate, {"win": (0.1, 0.1)}, value / 4, 0.1, ())
        assert not worth_a_line(other, base_rate)

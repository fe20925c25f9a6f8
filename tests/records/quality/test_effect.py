from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from idealfit.records.quality.effect import WEIGHTS, Harm, widening

shares = st.floats(0, 1, allow_nan=False)
harms = st.builds(Harm, **dict.fromkeys(WEIGHTS, shares))


@given(harms)
def test_an_effect_lies_between_nothing_and_everything(harm: Harm) -> None:
    assert 0.0 <= harm.effect() <= 100.0


@given(harms, st.sampled_from(sorted(WEIGHTS)), shares)
def test_more_harm_is_never_less_effect(harm: Harm, part: str, more: float) -> None:
    worse = Harm(**{**vars(harm), part: max(getattr(harm, part), more)})
    assert worse.effect() >= harm.effect()


def test_no_harm_has_no_effect_and_wrong_outcomes_the_whole() -> None:
    assert Harm().effect() == 0.0
    assert Harm(wrong=1.0).effect() == 100.0
    assert Harm().parts() == {}


def test_half_of_the_evidence_lost_widens_intervals_by_two_fifths() -> None:
    assert round(widening(0.5), 3) == 0.414
    assert widening(0.0) == 0.0

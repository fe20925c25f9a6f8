"""Agreement against the worked examples of the papers and textbooks."""

from __future__ import annotations

import pytest

from idealfit.performance.agreement import agreement, kappa_words

# ten things judged by fourteen people in five words: the worked example of Fleiss' kappa, 0.210
COUNTS = [
    (0, 0, 0, 0, 14),
    (0, 2, 6, 4, 2),
    (0, 0, 3, 5, 6),
    (0, 3, 9, 2, 0),
    (2, 2, 8, 1, 1),
    (7, 7, 0, 0, 0),
    (3, 2, 6, 3, 0),
    (2, 5, 3, 2, 2),
    (6, 5, 2, 1, 0),
    (0, 2, 2, 3, 7),
]


def test_two_people_by_cohen() -> None:
    judged = [("yes", "yes")] * 20 + [("yes", "no")] * 5 + [("no", "yes")] * 10 + [("no", "no")] * 15
    found = agreement(judged)
    assert found is not None
    assert found.kappa is not None
    assert (found.method, found.share, found.things) == ("Cohen", 0.7, 50)
    assert found.kappa.value == pytest.approx(0.4)
    assert found.kappa.low < 0.4 < found.kappa.high
    assert found.beyond == kappa_words(found.kappa.value)


def test_more_people_by_fleiss() -> None:
    found = agreement([[word for word, n in zip("abcde", row, strict=True) for _ in range(n)] for row in COUNTS])
    assert found is not None
    assert found.kappa is not None
    assert found.method == "Fleiss"
    assert found.kappa.value == pytest.approx(0.2099, abs=1e-4)


def test_what_not_everybody_judged_is_left_out() -> None:
    found = agreement([("A", "A"), ("A", ""), ("B", "C")])
    assert found is not None
    assert (found.things, found.share) == (2, 0.5)
    assert agreement([("A", "")]) is None


def test_one_word_for_everything_says_nothing_beyond_chance() -> None:
    found = agreement([("A", "A")] * 10)
    assert found is not None
    assert (found.share, found.kappa) == (1.0, None)

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from idealfit.accounts.spelling import label_key, one_spelling, tidied

LABELS = st.dictionaries(st.text(max_size=12), st.integers(1, 500), max_size=8)


def test_variants_of_case_blanks_and_signs_take_the_most_frequent_spelling() -> None:
    counts = {"Mid-Market": 9, "mid market": 2, "MID_MARKET ": 1, "Enterprise": 3}
    assert one_spelling(counts) == {"mid market": "Mid-Market", "MID_MARKET ": "Mid-Market"}


def test_accents_and_full_width_letters_are_variants() -> None:
    assert label_key("Île-de-France") == label_key("ile de france") == label_key("Ｉle de France")  # noqa: RUF001


def test_signs_that_mean_something_keep_labels_apart() -> None:
    for one, other in (
        ("C#", "C++"),
        ("A-", "A"),
        ("A+", "A"),
        ("1-10", "110"),
        ("<50", ">50"),
        ("Series A", "Series B"),
    ):
        assert one_spelling({one: 400, other: 1}, typos=True) == {}


def test_a_rare_label_one_letter_away_from_a_frequent_one_is_a_slip() -> None:
    assert one_spelling({"technology": 400, "technolgy": 3}, typos=True) == {"technolgy": "technology"}


def test_a_label_that_is_not_rare_is_no_slip() -> None:
    assert one_spelling({"technology": 40, "technolgy": 12}, typos=True) == {}


def test_a_plural_another_first_letter_or_a_short_word_is_no_slip() -> None:
    for rare, frequent in (("hospitals", "hospital"), ("formal", "normal"), ("Iran", "Iraq")):
        assert one_spelling({frequent: 900, rare: 1}, typos=True) == {}


@given(LABELS)
def test_spelling_twice_is_spelling_once(counts: dict[str, int]) -> None:
    changed = one_spelling(counts)
    after: dict[str, int] = {}
    for text, rows in counts.items():
        after[changed.get(text, text)] = after.get(changed.get(text, text), 0) + rows
    assert one_spelling(after) == {}


@given(st.text(max_size=30))
def test_tidying_twice_is_tidying_once(text: str) -> None:
    assert tidied(tidied(text)) == tidied(text)

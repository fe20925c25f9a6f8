"""What a person writes for --best, and how a mistake in it is told."""

from __future__ import annotations

import pytest

from idealfit.errors import BestUnreadable
from idealfit.patterns.best import BESTS, is_group, parse_best


@pytest.mark.parametrize("name", BESTS)
def test_every_choice_is_read_as_itself(name: str) -> None:
    choice = parse_best(name)
    assert (choice.text, choice.single, is_group(choice.text)) == (name, True, False)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("retention ∩ NRR > 110 % ∩ cycle ∩ margin", "retention ∩ nrr > 110% ∩ cycle ∩ margin"),
        ("retention & nrr > 110% & cycle & margin", "retention ∩ nrr > 110% ∩ cycle ∩ margin"),
        ("Retention and NRR>1.1, cycle < 9 weeks", "retention ∩ nrr > 110% ∩ cycle < 63 days"),
        ("retention ≥ 2 years", "retention >= 24 months"),
        ("Deal Size > 20k + nps >= 9", "deal_size > 20000 ∩ nps >= 9"),
        ("deal-size>=1,500", "deal_size >= 1500"),
        ("WIN RATE", "win_rate"),
        ("  sales cycle <= 60 days ", "cycle <= 60 days"),
        ("margin > 62.5%", "margin > 62.5%"),
    ],
)
def test_it_is_read_as_people_write_it(written: str, read: str) -> None:
    choice = parse_best(written)
    assert choice.text == read
    assert parse_best(choice.text) == choice
    assert is_group(choice.text) == (not choice.single)


@pytest.mark.parametrize(
    ("written", "column", "what", "hint"),
    [
        ("retenton", 1, "'retenton' is no choice of best", "Did you mean 'retention'?"),
        ("retention & & cycle", 13, "A name is expected, not '&'", "Choose of"),
        ("retention &", 12, "A name is missing", "Choose of"),
        ("retention cycle", 1, "'retention cycle' is no choice of best", ""),
        ("nrr > 110", 7, "Nrr > 110 is 11,000%", "Write 110%."),
        ("nrr >", 6, "A number is expected", "nrr > 110%"),
        ("cycle < 60 %", 12, "Cycle is not measured in '%'", "day"),
        ("nps >= 50", 8, "One customer's answer is 0 to 10", "nps >= 9"),
        ("win_rate > 20%", 10, "Win_rate of one customer is no number", "Write 'win_rate' alone."),
        ("cycle = 60", 7, "'=' would fit nobody", "Use >"),
        ("cycle & cycle < 60", 17, "'cycle' is named twice", ""),
        ("retention # cycle", 11, "'#' means nothing here", "Choose of"),
        ("nrr > 110% cycle", 12, "'cycle' is not expected here", "&"),
        ("   ", 1, "Nothing is named", "Choose of"),
    ],
)
def test_a_mistake_is_told_with_its_place(written: str, column: int, what: str, hint: str) -> None:
    with pytest.raises(BestUnreadable) as refused:
        parse_best(written)
    assert refused.value.where is not None
    assert refused.value.where.column == column
    assert what in refused.value.what
    assert hint in refused.value.remedy

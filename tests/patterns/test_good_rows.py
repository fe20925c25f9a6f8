"""What the good ones of the rows did, in a verb."""

from __future__ import annotations

from idealfit.patterns.sides import STAYS
from idealfit.patterns.wording import good_rows


def test_customers_set_against_those_who_left_stayed() -> None:
    assert good_rows("account", (f"This says {STAYS}, not who buys",)) == "stayed"
    assert good_rows("account") == "are customers"
    assert good_rows("deal", (STAYS,)) == "won"

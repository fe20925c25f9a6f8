"""What stands in the place of names, domains and amounts, and what is left as it is."""

from __future__ import annotations

import pytest

from idealfit.profile.rendering.blocks import Records, Rows
from idealfit.profile.rendering.redaction import redacted, redaction

HIDE = redaction(
    {"Bolt": "Company 1", "Bolt Systems": "Company 2", "bolt.example": "Company 1", "Straße & Söhne": "Company 3"},
    own="Ownly",
    people=("Ana Ruiz",),
    typical=10_000,
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Bolt Systems and bolt, not Bolted", "Company 2 and Company 1, not Bolted"),
        ("gives up 3 wins: Straße & Söhne and 2 more", "gives up 3 wins: Company 3 and 2 more"),
        ("write to ana@bolt.example or see bolt.example", "write to (e-mail) or see Company 1"),
        ("seen at www.other.example/x, as in evidence.json", "seen at (site)/x, as in evidence.json"),
        ("Ownly; signed by Ana Ruiz", "Our company; signed by a colleague"),
        ("EUR 45,000 of support.", "4.5 times a usual contract of support."),
        ("€1.2 million left, 500 EUR more", "120 times a usual contract left, 0.05 times a usual contract more"),
        ("12 of 31 won, elsewhere 40 of 380", "12 of 31 won, elsewhere 40 of 380"),
        ("SOC 2 and ISO 27001", "SOC 2 and ISO 27001"),
        ("revenue of at least 30M", "revenue of at least 30M"),
    ],
)
def test_names_and_amounts_are_replaced_and_nothing_else(text: str, shown: str) -> None:
    assert HIDE(text) == shown


def test_without_a_usual_contract_an_amount_is_only_said_to_be_one() -> None:
    assert redaction({})("spares USD 3,000") == "spares (amount)"


def test_records_are_left_out_and_columns_of_amounts_are_told_relatively() -> None:
    assert redacted(Records("Deals won", ("D1", "D2"), 2), HIDE, 10_000).ids == ()
    table = Rows(("Company", "Deal, EUR", "Won"), (("Bolt", "12,000", "3"),))
    assert redacted(table, HIDE, 10_000).rows == (("Company 1", "1.2x", "3"),)

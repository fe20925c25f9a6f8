from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idealfit.accounts.name import LEGAL_FORMS, normalised_name, other_names, squash


@pytest.mark.parametrize(
    ("name", "normal"),
    [
        ("Acme, Inc.", "acme"),
        ("ACME Corporation", "acme"),
        ("Müller GmbH & Co. KG", "muller"),
        ("The Boring Co", "boring"),
        ("Lumen S.A.R.L.", "lumen"),
        ("Inc", "inc"),
        ("Ben & Jerry's", "ben and jerrys"),
        ("PT Astra International Tbk", "astra international"),
        ("ООО Ромашка", "ромашка"),  # noqa: RUF001
        ("株式会社日立製作所", "日立製作所"),
        ("华为技术有限公司", "华为技术"),
        ("شركة النور", "النور"),
        ("Grupo Bimbo S.A. de C.V.", "grupo bimbo"),
        ("CD Projekt Sp. z o.o.", "cd projekt"),
        ("Richter Nyrt.", "richter"),
        ("Foo Pty Ltd", "foo"),
        ("Novo Nordisk A/S", "novo nordisk"),
        ("Nokia Oy Ab", "nokia"),
        ("Pliva d.o.o.", "pliva"),
        ("X S. de R.L.", "x"),
        ("Hans e.K.", "hans"),
        ("Volksbank eG", "volksbank"),
        ("Ørsted A/S", "orsted"),
        ("Meta (formerly Facebook, Inc.)", "meta"),
        ("Smith LLC dba Smith Coffee", "smith"),
        ("Teach Me", "teach me"),
        ("Société Générale SA", "societe generale"),
    ],
)
def test_legal_forms_case_and_accents_do_not_tell_companies_apart(name: str, normal: str) -> None:
    assert normalised_name(name) == normal


def test_a_group_and_its_holding_are_not_their_subsidiary() -> None:
    assert len({normalised_name(name) for name in ("Acme AG", "Acme Group AG", "Acme Holding AG")}) == 3


def test_former_and_trading_names_are_known() -> None:
    assert other_names("Meta (formerly Facebook, Inc.)") == ("Facebook, Inc.",)
    assert other_names("Smith LLC d/b/a Smith Coffee") == ("Smith Coffee",)
    assert other_names("Acme") == ()


@given(st.lists(st.sampled_from(sorted(LEGAL_FORMS)), min_size=1, max_size=4))
def test_a_name_of_nothing_but_legal_forms_is_not_stripped_to_nothing(forms: list[str]) -> None:
    assert normalised_name(" ".join(forms))


@given(st.text(max_size=40))
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert normalised_name(normalised_name(text)) == normalised_name(text)


def test_two_spellings_of_a_product_squash_to_one() -> None:
    assert squash("GTX Pro") == squash("GTXPro")

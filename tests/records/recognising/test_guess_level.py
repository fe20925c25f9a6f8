from __future__ import annotations

import pytest

from idealfit.accounts.column_type import decide
from idealfit.records.recognising.guess_level import guess_layer, guess_level


def level(header: str, *texts: str, flat: bool = False) -> str:
    counts = dict.fromkeys(texts, 10)
    return guess_level(header, counts, typed=decide(header, counts).type, flat=flat).level


@pytest.mark.parametrize(
    "header",
    [
        "has_mobile_app",
        "Compliance regime",
        "competitor_in_use",
        "growth_stage",
        "credit rating",
        "funding_amount",
        "time in business",
        "expansion plans",
        "product lines",
        "debt ratio",
        "billing_contact_type",
    ],
)
def test_what_a_company_is_stays_a_candidate(header: str) -> None:
    assert level(header, "true", "false") == "account"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("First Name", "personal"),
        ("Phone Number", "personal"),
        ("churn_flag", "after_fact"),
        ("Lifecycle Stage", "after_fact"),
        ("Number of Associated Deals", "after_fact"),
        ("Days to Close", "after_fact"),
        ("Rating", "after_fact"),
        ("lead_score", "after_fact"),
        ("plan_tier", "deal"),
        ("referral_source", "deal"),
        ("Account Manager", "deal"),
        ("LinkedIn Company Page", "identifier"),
        ("region_id", "deal"),
        ("external id", "identifier"),
    ],
)
def test_what_is_of_the_deal_or_comes_after_it_is_no_candidate(header: str, expected: str) -> None:
    assert level(header, "a", "b", "c") == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Client Size By Revenue", "account"),
        ("Competitor Type", "deal"),
        ("Ratio Days Identified To Total Days", "deal"),
        ("Supplies Subgroup", "deal"),
        ("Route To Market", "deal"),
        ("Security certification", "account"),
    ],
)
def test_in_a_flat_file_names_tell_the_company_from_the_deal(header: str, expected: str) -> None:
    assert level(header, "a", "b", "c", flat=True) == expected


def test_a_column_of_e_mail_addresses_is_personal_whatever_its_name() -> None:
    assert level("reach", "a@x.com", "b@y.org") == "personal"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("MonthlyIncome", "value"),
        ("int_rate", "value"),
        ("JobSatisfaction", "need"),
        ("number_customer_service_calls", "need"),
        ("total_day_minutes", "behavioral"),
        ("Department", "authority"),
        ("YearsAtCompany", "situational"),
        ("age_in_years", "firmographic"),
        ("Distance From Home", "firmographic"),
        ("company_age_years", "firmographic"),
    ],
)
def test_a_word_anywhere_in_a_name_tells_its_layer(header: str, expected: str) -> None:
    assert guess_layer(header) == expected


@pytest.mark.parametrize("header", ["Angelegt am", "Date de création", "Créé le", "Fecha de creación", "Criado em"])
def test_when_a_record_was_made_is_no_trait_in_any_language(header: str) -> None:
    assert level(header, "2024-05-06", "2024-06-07", "2024-07-08") == "identifier"


def test_the_year_in_which_a_company_was_made_stays_a_candidate() -> None:
    assert level("Date de création", "1987", "1999", "2004") == "account"

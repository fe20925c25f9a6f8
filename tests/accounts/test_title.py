from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idealfit.accounts.title import function_of, seniority_of


@pytest.mark.parametrize(
    ("title", "function", "seniority"),
    [
        ("VP Sales", "Sales", "VP"),
        ("CFO", "Finance", "C-level"),
        ("Chief Information Security Officer", "Security", "C-level"),
        ("Head of Demand Generation", "Marketing", "Head"),
        ("Geschäftsführer", "General management", "C-level"),
        ("Directeur Commercial", "Sales", "Director"),
        ("Gerente de Ventas", "Sales", "Manager"),
        ("Software Engineer II", "Engineering", "Individual contributor"),
        ("Co-Founder & CEO", "General management", "Founder"),
        ("Executive Assistant to the CEO", "Administration", "Individual contributor"),
        ("Product Owner", "Product", "Individual contributor"),
        ("HR Business Partner", "HR", "Individual contributor"),
        ("Einkaufsleiter", "Procurement", "Head"),
        ("Marketing Intern", "Marketing", "Entry level"),
        ("", None, None),
    ],
)
def test_a_title_says_what_somebody_works_in_and_how_senior(
    title: str, function: str | None, seniority: str | None
) -> None:
    assert (function_of(title), seniority_of(title)) == (function, seniority)


@given(st.text(max_size=40))
def test_case_and_blanks_do_not_matter(title: str) -> None:
    assert function_of(f" {title.lower()} ") == function_of(title.lower())
    assert seniority_of(title.lower()) == seniority_of(title.lower().replace(" ", "  "))

"""Who counts as best where nobody chose: value, or for an early company who stays and would recommend it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from idealfit.evidence.follow_up import FollowUp
from idealfit.evidence.table import Evidence
from idealfit.patterns.asked import asked_for, settled
from idealfit.records.company import Company
from patterns.made import evidence

CUSTOMERS = 40
EARLY = Company(stage="early")


def customers(*, followed: bool = False, answered: bool = False) -> Evidence:
    """Forty customers; `followed`: when they left is known (ten did); `answered`: each answered a survey."""
    nothing, never = np.full(CUSTOMERS, np.nan), np.full(CUSTOMERS, np.datetime64("NaT", "D"))
    made = evidence(np.ones(CUSTOMERS, dtype=int))
    if followed:
        made = replace(made, months=np.full(CUSTOMERS, 9.0), ended=np.arange(CUSTOMERS) < 10)
    answers = np.full(CUSTOMERS, 8.0) if answered else nothing
    return replace(made, follow_up=FollowUp(nothing, nothing, never, answers, never, nothing))


@pytest.mark.parametrize(
    ("company", "known", "parts", "told"),
    [
        (Company(), {"followed": True, "answered": True}, ["value"], ""),
        (EARLY, {"followed": True}, ["retention"], "best are the customers who stay;"),
        (EARLY, {"answered": True}, ["nps"], "best are the customers who would recommend it"),
        (EARLY, {"followed": True, "answered": True}, ["retention", "nps"], "who stay and would recommend it"),
        (EARLY, {}, ["value"], "too few who left or answered a survey"),
    ],
)
def test_an_early_company_looks_for_customers_who_stay(
    company: Company, known: dict[str, bool], parts: list[str], told: str
) -> None:
    choice, notes = settled(asked_for(None), company, customers(**known))
    assert [part.name for part in choice.parts] == parts
    assert told in " ".join(notes)
    assert bool(notes) == (company is EARLY)


def test_what_somebody_chose_stands() -> None:
    choice, notes = settled(asked_for("win_rate"), EARLY, customers(followed=True))
    assert ([part.name for part in choice.parts], notes) == (["win_rate"], ())

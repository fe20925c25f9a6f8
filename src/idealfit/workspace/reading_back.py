"""What the last build wrote, read back for those who show it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from idealfit.errors import EvidenceMissing, Position
from idealfit.evidence.wilson import wilson_bounds
from idealfit.patterns.comparison_words import ROWS
from idealfit.records.imported import company_of
from idealfit.store.place import Place

if TYPE_CHECKING:
    from idealfit.evidence.estimate import Estimate

NORMAL_95 = 1.959963985
"""The normal quantile of a two-sided interval of 95 %."""


def evidence_of(workspace: Path) -> dict[str, Any]:
    """evidence.json as a document. Raises EvidenceMissing before the first build."""
    path = workspace / "evidence.json"
    if not path.is_file():
        raise EvidenceMissing(
            "The workspace holds no evidence yet",
            where=Position(str(path)),
            remedy="Run 'idealfit build DIR' first, or hand files over on the page Data.",
        )
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def currency_of(place: Place) -> str:
    """The money of the company, as it says itself; '' where it does not."""
    return company_of(place).currency or ""


def rows_of(document: Mapping[str, Any]) -> str:
    """How the rows of evidence.json are called: 'deals', 'customers', 'companies'."""
    return ROWS.get(document["unit"], "deals")


def share_of(found: int, all_: int) -> Estimate:
    """A share of `all_` (at least one) with its interval of 95 % (Wilson 1927)."""
    from idealfit.evidence.estimate import Estimate  # with the library of numbers: for those who ask only

    low, high = wilson_bounds(found / all_, all_, NORMAL_95)
    return Estimate(found / all_, low, high, all_)

"""The customers by name, what they share, and whom to interview."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from idealfit.workspace import build

ACCOUNTS = """Company Name,Status,Industry,# Employees,HQ Country,Certified
Harbor & Pine,customer,Logistics,140,US,yes
Northwind Clinics,customer,Healthcare,85,US,yes
Quarry Street,customer,Food,210,CA,no
Tessellate Labs,customer,Software,34,US,yes
Otterbrook,former,Insurance,95,UK,no
Gantry Robotics,prospect,Manufacturing,130,DE,no
Oldtown Bakery,prospect,Food,25,DE,no
Unasked,prospect,Food,40,DE,no
"""
DEALS = """Deal Name,Company,Created,Closed,Stage,Amount
one,Harbor & Pine,2025-02-01,2025-03-20,Closed Won,18000
two,Quarry Street,2025-04-07,2025-06-20,Closed Won,24000
three,Gantry Robotics,2025-06-15,2025-08-01,Closed Lost,15000
four,Oldtown Bakery,2025-07-15,2025-08-11,Closed Lost,4000
"""


def evidence_of(folder: Path, **files: str) -> dict[str, Any]:
    (folder / "data").mkdir()
    for name, text in files.items():
        (folder / "data" / f"{name}.csv").write_text(text, encoding="utf-8")
    return dict(build(folder / "data", folder / "workspace").evidence)


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return evidence_of(tmp_path_factory.mktemp("founder"), accounts=ACCOUNTS, deals=DEALS)


def test_customers_without_a_deal_are_in_the_grid_too(evidence: dict[str, Any]) -> None:
    rows = {row["name"]: row["outcome"] for row in evidence["customers"]["rows"]}
    assert rows == {
        "Quarry Street": "customer",
        "Harbor & Pine": "customer",
        "Northwind Clinics": "customer",
        "Tessellate Labs": "customer",
        "Otterbrook": "former",
        "Gantry Robotics": "lost",
        "Oldtown Bakery": "lost",
    }
    assert evidence["customers"]["total"] == 7
    assert next(iter(rows)) == "Quarry Street", "the most valuable first"


def test_the_grid_has_traits_and_not_what_follows_from_the_outcome(evidence: dict[str, Any]) -> None:
    assert "status" not in evidence["customers"]["traits"]
    place = evidence["customers"]["traits"].index("employees")
    assert evidence["customers"]["rows"][0]["values"][place] == "210"


def test_what_customers_share_is_counted_beside_the_others(evidence: dict[str, Any]) -> None:
    shared = {one["when"]: one["counts"] for one in evidence["customers"]["shared"]}
    assert shared["country = 'US'"] == {"good": 3, "of": 4, "others": 0, "of_others": 3}
    assert len(shared) <= 6


def test_each_kind_of_company_is_asked_its_own_questions(evidence: dict[str, Any]) -> None:
    asked = {one["name"]: (one["why"], one["ask"][0]) for one in evidence["interview"]}
    assert asked["Harbor & Pine"][0] == "Among your best customers"
    assert asked["Otterbrook"] == ("They left", "What did you hope for that did not come?")
    assert asked["Oldtown Bakery"] == ("They said no", "What did you do instead?")
    assert "Unasked" not in asked


def test_a_customer_list_beside_a_market_calls_nobody_lost(tmp_path: Path) -> None:
    found = evidence_of(tmp_path, accounts=ACCOUNTS)
    assert {row["outcome"] for row in found["customers"]["rows"]} == {"customer", "former", "not yet"}
    assert found["interview"][0]["why"] == "Your customers"

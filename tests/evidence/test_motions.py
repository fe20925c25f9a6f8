"""Deals of one motion make one profile; nothing is filtered that does not say what it is."""

from __future__ import annotations

from typing import Any

import pytest

from evidence.tables import AS_OF, engine
from idealfit.errors import NoSuchMotion
from idealfit.evidence.rows import make_rows
from idealfit.records.company import Company


def rows_of(motions: list[str | None], motion: str | None, **more: Any) -> tuple[int, tuple[str, ...]]:
    deals = [
        {"deal_id": str(number), "account_id": "a", "motion": name, "outcome": "won", "closed_at": "2025-03-01"} | more
        for number, name in enumerate(motions)
    ]
    con = engine(accounts=[{"account_id": "a"}], deals=deals)
    rows = make_rows(con, Company(), as_of=AS_OF, motion=motion)
    return con.execute("SELECT COUNT(*) FROM evidence_rows").fetchall()[0][0], rows.notes


def test_only_the_deals_of_a_motion_count_and_the_others_are_told() -> None:
    count, notes = rows_of(["SMB", "smb ", "Enterprise", None], "smb")
    assert count == 2
    assert notes[0] == "Only deals of SMB count: 2 closed ones; 1 are of others"


def test_a_motion_that_no_deal_is_of_is_refused_with_those_there_are() -> None:
    with pytest.raises(NoSuchMotion) as refused:
        rows_of(["SMB", "Enterprise"], "mid-market")
    assert "Enterprise, SMB" in str(refused.value.remedy)


def test_where_no_deal_tells_its_motion_all_count_and_it_is_said() -> None:
    count, notes = rows_of([None, None], "smb")
    assert count == 2
    assert notes[0] == "No deal tells its motion: the profile of 'smb' is made of all deals"


def test_a_pipeline_of_that_name_is_the_motion_where_there_is_no_other_column() -> None:
    assert rows_of([None, None], "partners", pipeline="Partners")[0] == 2
    deals_of_another = rows_of([None, None], "partners", pipeline="Direct")
    assert deals_of_another[0] == 2
    assert "all deals" in deals_of_another[1][0]


def test_two_motions_in_one_profile_are_told() -> None:
    count, notes = rows_of(["SMB"] * 30 + ["Enterprise"] * 40, None)
    assert count == 70
    assert notes[0].startswith("The deals are of 2 motions (closed: Enterprise 40, SMB 30)")

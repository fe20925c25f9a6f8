"""The lists over scores that the program itself made, and over records that nobody here wrote."""

from __future__ import annotations

from pathlib import Path

from activation.company import AS_OF, company_with, lists_of
from activation.test_target_list import PROFILE
from idealfit.activation import write_lists
from idealfit.activation.lists import make_lists
from idealfit.performance.summary import summarise
from idealfit.profile.document import load_profile
from idealfit.records.intake import import_folder
from idealfit.scores.score import score_tables
from idealfit.store.engine import connect, load_tables
from idealfit.store.place import Place, open_place


def test_what_is_said_of_an_account_comes_from_its_scores(tmp_path: Path) -> None:
    con = company_with(
        accounts=[
            {"account_id": "known", "employees": 200, "tech": ["Okta", "Slack"], "ownership": "private"},
            {"account_id": "half", "employees": 200, "ownership": "private"},
            {"account_id": "state", "employees": 200, "ownership": "government"},
            {"account_id": "doubt", "employees": 5, "tech": ["Slack"]},
        ]
    )
    profile = load_profile(PROFILE)
    score_tables(con, profile, as_of=AS_OF)
    answer, files = lists_of(con, tmp_path, profile)
    rows = {row["account_id"]: row for row in files["targets"]}
    assert "employees" in rows["known"]["why"]
    assert "Okta" in rows["known"]["why"] or "okta" in rows["known"]["why"]
    assert "could be" in rows["half"]["tier_range"] and "tools in use unknown" in rows["half"]["tier_range"]
    assert rows["half"]["to_find_out"].startswith("tools in use")
    assert rows["doubt"]["to_find_out"].startswith("check before you call: ")
    assert [(row["account_id"], row["reason"], row["detail"]) for row in files["not_targeted"]] == [
        ("state", "excluded", "3 of 96 won, since 2026-01-02, said Ines")
    ]
    assert answer["targets"] == 3


def test_lists_made_once_serve_the_files_and_the_summary(tmp_path: Path) -> None:
    con = company_with(accounts=[{"account_id": "a"}], scores=[{"account_id": "a"}])
    run = make_lists(con, None, as_of=AS_OF)
    con.execute("UPDATE accounts SET status = 'partner'")  # too late for these lists
    written = write_lists(con, Place(tmp_path), None, as_of=AS_OF, run=run)
    summary = summarise(con, as_of=AS_OF, run=run)
    assert written["targets"] == summary["lists"]["targets"] == 1
    assert summary["market"]["A"] == 1


def test_a_real_pipeline_is_told_with_the_deals_that_have_no_account(real_data: Path, tmp_path: Path) -> None:
    place = open_place(tmp_path / "workspace", create=True)
    report = import_folder(real_data / "maven_crm", place, mapping=None, as_of=None)
    with connect(place.root) as con:
        load_tables(con, place)
        lists = write_lists(con, place, None, as_of=report.as_of, company=report.company, report=report)
    assert lists["not_targeted"] == {"customer": 85}
    assert (lists["pipeline"]["open_deals"], lists["pipeline"]["without_account"]) == (2089, 1425)
    assert lists["pipeline"]["amount_unknown"] == 2089
    assert lists["messages"][0].startswith("Nothing unworked remains: of 85 accounts")

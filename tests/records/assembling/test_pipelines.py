from __future__ import annotations

from pathlib import Path

import pytest

from idealfit.records.intake import ImportReport, import_folder
from idealfit.records.mapping_file import load_mapping
from idealfit.records.recognising.pipeline_words import purpose_of_name, purpose_of_stages, type_of_word
from idealfit.store.engine import connect, load_tables
from idealfit.store.place import Place, open_place
from small_company import NAMES


@pytest.mark.parametrize(
    ("name", "kind", "motion"),
    [
        ("Renewals", "renewal", None),
        ("Vertragsverlängerungen", "renewal", None),
        ("Partner onboarding", "not_sales", None),
        ("Recruiting", "not_sales", None),
        ("Customer Support", "not_sales", None),
        ("Upsell & Cross-sell", "expansion", None),
        ("Bestandskunden", "expansion", None),
        ("New Business EMEA", "new_business", None),
        ("Neukunden", "new_business", None),
        ("SMB", "new_business", "smb"),
        ("Partner Sales", "new_business", "channel"),
        ("Sales Pipeline", "new_business", None),
    ],
)
def test_a_name_says_what_a_pipeline_is_for(name: str, kind: str, motion: str | None) -> None:
    purpose = purpose_of_name(name)
    assert purpose is not None
    assert (purpose.deal_type, purpose.motion) == (kind, motion)


def test_a_name_that_says_nothing_leaves_it_to_the_stages() -> None:
    assert purpose_of_name("Team Blue") is None
    assert purpose_of_stages(["Qualified", "Demo", "Closed Won"]) is None
    found = purpose_of_stages(["Applied", "First interview", "Hired"])
    assert found is not None
    assert found.deal_type == "not_sales"


def test_a_deals_own_type_is_read_by_its_words() -> None:
    assert [type_of_word(word) for word in ("Existing Customer - Upgrade", "Renewal Q1", "New Customer", "Blue")] == [
        "expansion",
        "renewal",
        "new_business",
        None,
    ]


def company(folder: Path) -> None:
    """60 accounts: each had a deal in Sales in 2023; those won had others in 2024, in pipelines of several kinds."""
    folder.mkdir()
    accounts = ["account_id,name", *(f"a{number},{NAMES[number]}" for number in range(60))]
    rows = ["deal_id,account_id,pipeline,stage,created_at,closed_at,type"]
    for number in range(60):
        ended = "Closed Won" if number % 2 else "Closed Lost"
        rows.append(f"s{number},a{number},Sales,{ended},2023-02-01,2023-03-01,")
    for number in range(1, 60, 2):
        rows.append(f"r{number},a{number},Renewals,Closed Won,2024-02-01,2024-02-20,New Business")
        rows.append(f"b{number},a{number},Team Blue,Closed Won,2024-03-01,2024-03-20,")
    rows.append("again,a1,Sales,Closed Lost,2024-05-01,2024-05-20,")
    rows.append("o1,a1,Partner onboarding,Kick-off,2024-05-01,,")
    (folder / "accounts.csv").write_text("\n".join(accounts) + "\n", encoding="utf-8")
    (folder / "deals.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")


def types(place: Place) -> dict[str, str | None]:
    con = connect(place.root)
    load_tables(con, place)
    return dict(con.execute("SELECT deal_id, deal_type FROM deals").fetchall())


def test_every_pipeline_is_assigned_written_down_and_a_persons_word_stands(tmp_path: Path) -> None:
    company(tmp_path / "in")
    place = open_place(tmp_path / "w", create=True)
    report: ImportReport = import_folder(tmp_path / "in", place)
    assigned = {guess.pipeline: (guess.deal_type, guess.telling) for guess in report.pipelines}
    assert assigned == {
        "Sales": ("new_business", False),
        "Renewals": ("renewal", True),
        "Team Blue": ("expansion", True),
        "Partner onboarding": ("not_sales", True),
    }
    found = types(place)
    assert (found["s0"], found["again"], found["r1"], found["b1"], found["o1"]) == (
        None,
        "expansion",
        "renewal",
        "expansion",
        "not_sales",
    )
    assert any("30 have another type than their pipeline" in note for note in report.notes)
    assert [question.about for question in report.questions] == ["pipeline"]
    path = place.root / "mappings" / "in.yaml"
    saved = load_mapping(path)
    assert next(entry for entry in saved.files if entry.table == "deals").pipelines == {
        "Sales": "sales",
        "Renewals": "renewal",
        "Team Blue": "expansion",
        "Partner onboarding": "not_sales",
    }
    path.write_text(
        path.read_text(encoding="utf-8").replace("Team Blue: expansion", "Team Blue: new_business"), encoding="utf-8"
    )
    import_folder(tmp_path / "in", place)
    assert types(place)["b1"] == "new_business"


def test_where_buying_again_is_the_business_no_deal_is_an_expansion(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    rows = ["deal_id,account_id,stage,created_at,closed_at"]
    for number in range(60):
        rows.append(f"d{number},a{number % 4},Closed Won,2023-01-{number % 28 + 1:02},2023-02-{number % 28 + 1:02}")
        rows.append(f"f{number},a{number % 4},Closed Won,2025-01-{number % 28 + 1:02},2025-02-{number % 28 + 1:02}")
        rows.append(f"e{number},a{number % 4},Closed Lost,2024-01-{number % 28 + 1:02},2024-02-{number % 28 + 1:02}")
    (folder / "deals.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (folder / "accounts.csv").write_text("account_id,name\na0,A\na1,B\na2,C\na3,D\n", encoding="utf-8")
    place = open_place(tmp_path / "w", create=True)
    report = import_folder(folder, place)
    assert set(types(place).values()) == {None}
    assert any("buying again is the rule here" in note for note in report.notes)


def test_an_unanswered_question_shows_what_was_taken_in_the_end(tmp_path: Path) -> None:
    """'Team Green' is nearly all of accounts that had bought before: that shows only when the deals are linked."""
    accounts = ["account_id,name", *(f"a{number},{NAMES[number]}" for number in range(60))]
    rows = ["deal_id,account_id,pipeline,stage,created_at,closed_at"]
    for number in range(60):
        rows.append(f"n{number},a{number},Team Blue,Closed Won,2023-01-01,2023-03-01")
        rows.append(f"l{number},a{number},Team Blue,Closed Lost,2022-01-01,2022-03-01")
        rows.append(f"g{number},a{number},Team Green,Closed Won,2024-01-01,2024-03-01")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "accounts.csv").write_text("\n".join(accounts) + "\n")
    (tmp_path / "in" / "deals.csv").write_text("\n".join(rows) + "\n")
    report = import_folder(tmp_path / "in", open_place(tmp_path / "w", create=True))
    assert {guess.pipeline: guess.deal_type for guess in report.pipelines}["Team Green"] == "expansion"
    proposals = {question.id.rsplit(":", 1)[1]: question.proposal for question in report.questions}
    assert proposals == {"Team Blue": "sales", "Team Green": "expansion"}
    assert any("'Team Green' of deals.csv for? (expansion)" in note for note in report.notes)

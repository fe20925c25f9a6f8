"""Ids of stages, pipelines and owners are read as what another file says they are."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from idealfit.records.intake import ImportReport, import_folder
from idealfit.records.proposing import propose_mapping
from idealfit.records.recognising.definitions import definitions_of, ending_of
from idealfit.store.engine import connect, load_tables
from idealfit.store.place import open_place

ACCOUNTS = "account_id,name,domain,industry,owner_id\n" + "".join(
    f"{n},Firm {n},firm{n}.com,{'Retail' if n % 2 else 'Banking'},{41 + n % 2}\n" for n in range(1, 13)
)
OWNERS = "owner_id,email,first_name,last_name,active_user_id\n41,a@us.com,Kim,Lee,1\n42,b@us.com,Pat,Doe,2\n"
PIPELINES = "pipeline_id,label,active,display_order\np1,New business,true,0\np2,Renewals,true,1\n"
STAGES = """stage_id,label,pipeline_id,probability,closed_won,is_closed,display_order
s1,Demo,p1,0.2,false,false,0
s2,Signed contract,p1,1.0,true,true,1
s3,No decision,p1,0.0,false,true,2
s4,Talking,p2,0.5,false,false,0
s5,Zugesagt,p2,1.0,true,true,1
s6,Weg,p2,0.0,false,true,2
"""
FIVETRAN = (
    "deal_id,deal_pipeline_id,deal_pipeline_stage_id,owner_id,property_dealname,property_amount,company_id,"
    "property_createdate,property_closedate\n"
    + "".join(
        f"{n},{'p2' if n % 4 == 0 else 'p1'},{['s2', 's3', 's1', 's5' if n % 8 else 's6'][n % 4 - 1]},{41 + n % 2},"
        f"Deal {n},{n * 100},{n % 12 + 1},2024-0{n % 9 + 1}-01,2024-0{n % 9 + 1}-2{n % 9}\n"
        for n in range(1, 41)
    )
)


def imported(tmp_path: Path, files: dict[str, str]) -> tuple[ImportReport, duckdb.DuckDBPyConnection]:
    folder = tmp_path / "in"
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    place = open_place(tmp_path / "w", create=True)
    report = import_folder(folder, place)
    con = connect(place.root)
    load_tables(con, place)
    return report, con


HUBSPOT = {
    "companies.csv": ACCOUNTS,
    "deal.csv": FIVETRAN,
    "deal_pipeline.csv": PIPELINES,
    "deal_pipeline_stage.csv": STAGES,
    "owner.csv": OWNERS,
}


def test_stages_read_as_labels_and_end_as_their_definition_says(tmp_path: Path) -> None:
    report, con = imported(tmp_path, HUBSPOT)
    rows = con.execute('SELECT DISTINCT "stage (as in file)", stage, outcome FROM deals ORDER BY 1').fetchall()
    assert rows == [
        ("s1", "Demo", "open"),
        ("s2", "Signed contract", "won"),
        ("s3", "No decision", "lost"),
        ("s5", "Zugesagt", "won"),
        ("s6", "Weg", "lost"),
    ]
    told = {guess.pipeline: guess.deal_type for guess in report.pipelines}
    assert told == {"New business": "new_business", "Renewals": "renewal"}
    owners = con.execute('SELECT DISTINCT owner_id, "owner_id (as in file)" FROM deals ORDER BY 1').fetchall()
    assert owners == [("Kim Lee", "41"), ("Pat Doe", "42")]


def test_what_was_joined_is_said_counted_and_listed_as_changes(tmp_path: Path) -> None:
    report, _ = imported(tmp_path, HUBSPOT)
    assert any("40 ids read as the labels of deal_pipeline_stage.csv" in note for note in report.notes)
    assert any("won or closed is what deal_pipeline_stage.csv says" in note for note in report.notes)
    tables = {mapping.file: mapping.table for mapping in report.mappings}
    assert tables["deal_pipeline_stage.csv"] == tables["deal_pipeline.csv"] == tables["owner.csv"] == "lookup"
    assert not [file for file, _ in report.unused if file != "company.yaml"]
    stages = {each.original: each.value for each in report.changes if each.column == "stage"}
    assert stages["s3"] == "No decision"
    assert sum(each.rows for each in report.changes if (each.table, each.column) == ("deals", "stage")) == 40


def test_the_second_import_is_the_first(tmp_path: Path) -> None:
    first, con = imported(tmp_path, HUBSPOT)
    before = con.execute("SELECT * FROM deals ORDER BY deal_id").fetchall()
    second, con = imported(tmp_path, {})
    assert con.execute("SELECT * FROM deals ORDER BY deal_id").fetchall() == before
    assert second.pipelines == first.pipelines


def test_a_mapping_that_calls_the_defining_file_unused_is_followed(tmp_path: Path) -> None:
    imported(tmp_path, HUBSPOT)
    path = next((tmp_path / "w" / "mappings").glob("*.yaml"))
    text = path.read_text().replace("table: lookup", "table: unused")
    path.write_text(text)
    report, con = imported(tmp_path, {})
    assert "Demo" not in [row[0] for row in con.execute("SELECT stage FROM deals").fetchall()]
    assert "deal_pipeline_stage.csv" in [file for file, _ in report.unused]


def test_the_mapping_command_shows_labels_too(tmp_path: Path) -> None:
    for name, text in HUBSPOT.items():
        (tmp_path / name).write_text(text)
    proposal = propose_mapping(tmp_path)
    stage = [
        column
        for each in proposal.files
        if each.mapping.file == "deal.csv"
        for column in each.columns
        if column.mapping.to == "stage"
    ]
    assert "Demo" in stage[0].samples
    assert not [question for question in proposal.questions if question.about == "pipeline"]


def test_pipedrive_s_stages_name_their_pipelines_and_leave_the_deal_s_status_alone(tmp_path: Path) -> None:
    deals = (
        "id,title,value,currency,add_time,won_time,lost_time,status,stage_id,pipeline_id,org_id,user_id\n"
        + "".join(
            f"{n},T{n},{n},EUR,2024-01-{n % 27 + 1:02} 10:00:00,"
            f"{'2024-03-01 10:00:00' if n % 2 else ''},{'' if n % 2 else '2024-03-01 10:00:00'},"
            f"{'won' if n % 2 else 'lost'},{n % 3 + 1},{1 if n % 3 < 2 else 2},{n % 12 + 1},7\n"
            for n in range(1, 31)
        )
    )
    stages = (
        "id,order_nr,name,active_flag,deal_probability,pipeline_id,pipeline_name\n"
        "1,1,Qualified,1,100,1,Neukunden\n2,2,Offer,1,100,1,Neukunden\n3,1,Upsell call,1,50,2,Upsell\n"
    )
    files = {"companies.csv": ACCOUNTS, "deals.csv": deals, "stages.csv": stages, "users.csv": "id,name\n7,Kim Lee\n"}
    report, con = imported(tmp_path, files)
    rows = con.execute("SELECT outcome, count(*) FROM deals GROUP BY 1 ORDER BY 1").fetchall()
    assert rows == [("lost", 15), ("won", 15)]
    assert {guess.pipeline for guess in report.pipelines} == {"Neukunden", "Upsell"}
    assert con.execute("SELECT DISTINCT stage FROM deals ORDER BY 1").fetchall() == [
        ("Offer",),
        ("Qualified",),
        ("Upsell call",),
    ]


def test_salesforce_s_own_stages_say_which_are_won_and_closed(tmp_path: Path) -> None:
    names = ["Vorstellung", "Unter Dach und Fach", "Abgelegt"]
    deals = "Id,AccountId,Name,StageName,CloseDate,CreatedDate,Amount,OwnerId\n" + "".join(
        f"006{n},{n % 12 + 1},N{n},{names[n % 3]},2024-05-0{n % 9 + 1},2024-01-0{n % 9 + 1},{n},005A\n"
        for n in range(1, 31)
    )
    stages = "Id,MasterLabel,ApiName,IsActive,SortOrder,IsClosed,IsWon,DefaultProbability\n" + "".join(
        f"01J{n},{name},{name},true,{n},{'true' if n else 'false'},{'true' if n == 1 else 'false'},{[20, 100, 0][n]}\n"
        for n, name in enumerate(names)
    )
    users = "Id,Username,Email,Name,ProfileId,IsActive\n005A,kim@us.com,kim@us.com,Kim Lee,00e,true\n"
    files = {
        "companies.csv": ACCOUNTS,
        "Opportunity.csv": deals,
        "OpportunityStage.csv": stages,
        "User.csv": users,
    }
    report, con = imported(tmp_path, files)
    assert con.execute("SELECT outcome, stage, count(*) FROM deals GROUP BY ALL ORDER BY 1").fetchall() == [
        ("lost", "Abgelegt", 10),
        ("open", "Vorstellung", 10),
        ("won", "Unter Dach und Fach", 10),
    ]
    assert con.execute("SELECT DISTINCT owner_id FROM deals").fetchall() == [("Kim Lee",)]
    assert "contacts" not in report.tables


def test_a_history_of_properties_shows_labels_in_the_rows_of_the_stage_only(tmp_path: Path) -> None:
    history = "deal_id,timestamp,name,value,source\n" + "".join(
        f"{n},2024-01-0{n % 9 + 1} 10:00:00,dealstage,s1,CRM\n{n},2024-02-0{n % 9 + 1} 10:00:00,amount,s1,CRM\n"
        for n in range(1, 11)
    )
    _, con = imported(tmp_path, {**HUBSPOT, "deal_property_history.csv": history})
    assert con.execute("SELECT DISTINCT stage FROM deal_stages").fetchall() == [("Demo",)]


def test_product_users_are_never_taken_for_owners(tmp_path: Path) -> None:
    users = "id,name,email\n" + "".join(f"{n},Person {n},p{n}@firm{n % 12 + 1}.com\n" for n in range(1, 21))
    events = "activity_id,user_id,type,timestamp\n" + "".join(
        f"{n},{n % 20 + 1},login,2024-01-02 10:00:00\n" for n in range(1, 41)
    )
    report, _ = imported(tmp_path, {"companies.csv": ACCOUNTS, "users.csv": users, "events.csv": events})
    assert not any("ids read as the labels" in note for note in report.notes)


@pytest.mark.parametrize(
    ("label", "won", "closed", "likely", "ending"),
    [
        ("Closed won", "true", "true", 1.0, "won"),
        ("Parked", "false", "true", 0.0, "lost"),
        ("Closed lost", "false", "false", 0.0, "lost"),
        ("Demo", "false", "false", 0.2, "open"),
        ("Done", None, None, 1.0, "won"),
        ("First call", None, None, 0.0, "open"),
        ("Wysłane", "0", "1", 0.0, "lost"),
    ],
)
def test_how_a_stage_ends(label: str, won: str | None, closed: str | None, likely: float, ending: str) -> None:
    assert ending_of(label, won, closed, likely, 1.0) == ending


@pytest.mark.parametrize(
    ("file", "headers"),
    [
        ("deals.csv", "deal_id,stage_id,probability,amount"),
        ("stage_history.csv", "deal_id,stage,entered_at"),
        ("stages.csv", "id,colour"),
        ("accounts.csv", "id,name"),
    ],
)
def test_files_that_define_nothing(file: str, headers: str) -> None:
    assert definitions_of(file, headers.split(",")) == ()


def test_the_published_tables_of_a_connector_are_recognised(real_data: Path) -> None:
    seeds = real_data / "crm_schemas" / "fivetran_hubspot_seeds"
    names = ("deal_pipeline_data", "deal_pipeline_stage_data", "owner_data", "deal_data", "company_data")
    headers = {name: (seeds / f"{name}.csv").read_text(encoding="utf-8").splitlines()[0] for name in names}
    kinds = {name: [each.kind for each in definitions_of(name, line.split(","))] for name, line in headers.items()}
    assert kinds == {
        "deal_pipeline_data": ["pipeline"],
        "deal_pipeline_stage_data": ["stage"],
        "owner_data": ["owner"],
        "deal_data": [],
        "company_data": [],
    }

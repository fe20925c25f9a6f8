"""`idealfit score`: a profile written by hand, a plain list of accounts, no deals anywhere."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import duckdb
import pytest

from idealfit.frontends.cli.app import run
from small_company import write

PROFILE = """\
profile: By hand
motion: main
status: hypothesis
layers:
  firmographic:
    weight: 35
    criteria:
      - {id: size, when: employees BETWEEN 100 AND 500, points: 14, because: Guess}
      - {id: software, when: "industry = 'Software'", points: 10, because: Guess}
  situational:
    weight: 25
    criteria:
      - {id: funding, when: "happened('funding_round', within => '180 days')", points: 12, because: Guess}
  authority:
    weight: 5
    criteria:
      - {id: security, when: "has_role('security')", points: 5, because: Guess}
exclusions:
  - {id: gov, when: "ownership IN ('government')", because: They never pay}
card:
  criteria: [{id: software, points: 20}, {id: funding, points: 20}]
  routes: {40: ae-same-day, 20: sdr-two-days, 0: nurture}
"""
ACCOUNTS = """\
Account ID,Company,Industry,Employees,Ownership,Web
001,Acme,Software,120,private,acme.com
002,Bolt,Retail,900,government,bolt.io
003,Cask,software ,,private,
"""
EVENTS = "account_id,event_type,occurred_at\n001,funding_round,2026-08-01\n002,funding_round,2020-01-01\n"
CONTACTS = "contact_id,account_id,title,role\nc1,001,CISO,security\nc2,002,CEO,\n"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    write(tmp_path, profile_yaml=PROFILE)
    write(tmp_path / "data", accounts_csv=ACCOUNTS, events_csv=EVENTS, contacts_csv=CONTACTS)
    return tmp_path


def test_a_folder_with_events_and_contacts_is_scored_with_criteria_and_card(files: Path) -> None:
    out = files / "new folder" / "scores.csv"
    options = ["--as-of", "2026-09-30", "--criteria", "--card", "--to", str(out), "--quiet"]
    assert run(["score", str(files / "profile.yaml"), str(files / "data"), *options]) == 0
    with out.open(newline="", encoding="utf-8") as file:
        rows = {row["account_id"]: row for row in csv.DictReader(file)}
    acme, bolt, cask = rows["001"], rows["002"], rows["003"]
    assert [acme[f"c_{name}"] for name in ("size", "software", "funding", "security", "gov")] == [
        *("true", "true", "true", "true", "false")
    ]
    assert (acme["tier"], acme["timing_band"], acme["card_points"], acme["route"]) == ("A", "now", "40", "ae-same-day")
    assert (bolt["tier"], json.loads(bolt["excluded_by"])) == ("excluded", ["gov"])
    assert (cask["c_size"], cask["tier"], cask["tier_low"], cask["tier_high"]) == ("", "unknown", "C", "A")
    assert {reason["id"]: reason["state"] for reason in json.loads(cask["reasons"])}["size"] == "unknown"


def test_a_single_file_is_enough_and_what_it_lacks_is_told(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = files / "scores.parquet"
    assert run(["score", str(files / "profile.yaml"), str(files / "data" / "accounts.csv"), "--to", str(out)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("3 accounts scored")
    assert "Criterion 'funding' is unknown for every account." in said
    con = duckdb.connect()
    assert con.execute(f"SELECT account_id FROM '{out}'").fetchall() == [("001",), ("002",), ("003",)]


def test_a_slip_in_an_attribute_is_answered_with_what_was_perhaps_meant(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(files, slip_yaml=PROFILE.replace("employees", "employes"))
    assert run(["score", str(files / "slip.yaml"), str(files / "data")]) == 0
    assert "no column 'employes', so it is unknown; did you mean 'employees'?" in capsys.readouterr().out


REFUSED = [
    (["profile.yaml", "data", "--to", "out.xlsx"], 2, ".csv or .parquet"),
    (["profile.yaml", "nowhere.csv"], 3, "no such folder or file"),
    (["nowhere.yaml", "data"], 3, "cannot be read"),
    (["profile.yaml", "profile.yaml"], 3, "No accounts"),
    (["profile.yaml", "data", "--to", "profile.yaml/out.csv"], 4, "could not be written"),
    (["profile.yaml", "data", "--as-of", "soon"], 2, "is not a day"),
    (["profile.yaml"], 2, "ACCOUNTS"),
]


@pytest.mark.parametrize(("arguments", "code", "said"), REFUSED, ids=[" ".join(each[0]) for each in REFUSED])
def test_what_cannot_be_scored_is_told(
    arguments: list[str],
    code: int,
    said: str,
    files: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(files)
    assert run(["score", *arguments]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert "Traceback" not in err
    assert run(["score", *arguments, "--json"]) == code
    assert json.loads(capsys.readouterr().out)["error"]["remedy"]

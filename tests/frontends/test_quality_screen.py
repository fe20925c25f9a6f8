from __future__ import annotations

import json
from pathlib import Path

import pytest

from idealfit.frontends.cli.app import run
from idealfit.frontends.cli.quality import quality_line
from small_company import NAMES

ACCOUNTS = "account_id,name,industry,employees,country\n" + "".join(
    f"{i:03},{NAMES[i]},{('software', 'retail')[i % 2]},{20 + 7 * i},Germany\n" for i in range(60)
)
DEALS = "deal_id,account_id,created_at,closed_at,outcome,amount\n" + "".join(
    f"D{i},{'' if i % 3 == 0 else f'{i % 60:03}'},2025-{1 + i % 12:02}-03,2026-01-{1 + i % 28:02},"
    f"{'won' if i % 4 == 0 else 'lost'},1000\n"
    for i in range(160)
)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from idealfit.records.intake import import_folder
    from idealfit.store.place import open_place

    folder = tmp_path_factory.mktemp("company")
    (folder / "data").mkdir()
    (folder / "data" / "accounts.csv").write_text(ACCOUNTS)
    (folder / "data" / "deals.csv").write_text(DEALS)
    import_folder(folder / "data", open_place(folder / "w", create=True))
    return folder / "w"


def test_the_screen_says_the_verdict_the_grades_and_what_to_mend(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["quality", str(workspace)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Good enough to build on? With care.")
    assert "deals belong to no account" in out
    assert "mend: " in out and "quality.html" in out
    assert "\x1b" not in out
    assert max(map(len, out.splitlines()[:-1])) <= 80


def test_one_table_is_shown_column_by_column(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["quality", str(workspace), "--table", "deals"]) == 0
    out = capsys.readouterr().out
    assert "deals: grade" in out and "account_id" in out and "66%" in out
    assert run(["quality", str(workspace), "--table", "leads"]) == 2
    assert "Choose one of accounts, deals" in capsys.readouterr().err


def test_the_document_is_the_file_itself(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["quality", str(workspace), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads((workspace / "quality.json").read_text())


def test_a_workspace_without_a_report_says_how_to_get_one(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from idealfit.store.place import open_place

    open_place(tmp_path / "empty", create=True)
    assert run(["quality", str(tmp_path / "empty")]) == 4
    assert "Run 'idealfit build DIR' again" in capsys.readouterr().err
    (tmp_path / "empty" / "quality.json").write_text('{"schema_version": 1}')
    assert run(["quality", str(tmp_path / "empty")]) == 4


def test_a_build_says_it_in_one_line() -> None:
    report = {"grade": "B", "verdict": {"answer": "with care"}, "problems": [{"effect": 20.0}, {"effect": 2.0}]}
    assert quality_line(report) == "Data: B, to be read with care; 1 problem that matters, see quality.html."
    nothing = {"grade": "A", "verdict": {"answer": "yes"}, "problems": []}
    assert quality_line(nothing) == "Data: A, good enough to build on; no problem that matters, see quality.html."


def test_what_stops_a_build_is_said_where_no_problem_is_large() -> None:
    verdict = {"answer": "no", "reasons": ["no deals, subscriptions or invoices: no outcome to learn from"]}
    line = quality_line({"grade": "D", "verdict": verdict, "problems": [{"effect": 5.0}]})
    assert "not good enough to build on: no deals, subscriptions or invoices" in line
    assert "no problem that matters" not in line

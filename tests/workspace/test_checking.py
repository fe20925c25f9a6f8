from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from idealfit.checking import check
from idealfit.errors import ProfileFileError, WorkspaceMissing
from idealfit.frontends.cli.app import run
from idealfit.records.intake import import_folder
from idealfit.store.place import open_place

ACCOUNTS = "account_id,name,industry,employees\n" + "".join(f"{i},Firm {i},retail,{100 + i}\n" for i in range(30))
PROFILE = """\
profile: Mid-size companies
layers:
  firmographic:
    weight: 35
    criteria:
      - {id: size, when: employees BETWEEN 100 AND 109, points: 10, because: We can serve them.}
      - {id: misspelt, when: employes > 5, points: 3, because: A slip.}
      - {id: idle, when: employees > 9000, points: 3, because: Nobody is that large.}
"""


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    path = tmp_path / "profile.yaml"
    path.write_text(PROFILE)
    return path


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    data.mkdir()
    (data / "accounts.csv").write_text(ACCOUNTS)
    import_folder(data, open_place(tmp_path / "w", create=True), as_of=date(2026, 9, 30))
    return tmp_path / "w"


def test_without_a_workspace_only_the_language_is_checked(profile: Path) -> None:
    report = check(profile)
    assert (report.profile, report.findings, report.criteria) == ("Mid-size companies", (), ())


def test_on_a_workspace_unknown_columns_and_idle_criteria_are_told(profile: Path, workspace: Path) -> None:
    report = check(profile, workspace)
    assert report.as_of == date(2026, 9, 30)
    assert any("'employes'" in finding and "'employees'" in finding for finding in report.findings)
    assert any("'idle' is true for no account" in finding for finding in report.findings)
    counts = {one.id: (one.true, one.false, one.unknown) for one in report.criteria}
    assert counts["size"] == (10, 20, 0)
    assert counts["misspelt"] == (0, 0, 30)


def test_a_workspace_that_is_not_there_is_told(profile: Path, tmp_path: Path) -> None:
    with pytest.raises(WorkspaceMissing):
        check(profile, tmp_path / "nowhere")


def test_every_problem_of_a_file_is_told_at_once(profile: Path) -> None:
    profile.write_text(PROFILE.replace("> 5", ">").replace("points: 10", "pionts: 10"))
    with pytest.raises(ProfileFileError) as caught:
        check(profile)
    assert len(caught.value.problems) >= 2


def test_the_command_prints_counts_and_json(profile: Path, workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(profile), str(workspace)]) == 0
    out = capsys.readouterr().out
    assert "size" in out and "10     20        0" in out
    assert run(["check", str(profile), str(workspace), "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["findings"]) >= 2
    profile.write_text(PROFILE.replace("> 5", ">").replace("points: 10", "pionts: 10"))
    assert run(["check", str(profile)]) == 3
    assert capsys.readouterr().err.count("what to do:") >= 2

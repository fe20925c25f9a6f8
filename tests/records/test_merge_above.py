from __future__ import annotations

import json
from pathlib import Path

import pytest

from idealfit.errors import UsageError
from idealfit.frontends.cli.app import run
from idealfit.records.company import Company, merging_above
from idealfit.workspace.reviewing import duplicates


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "in"
    made.mkdir()
    (made / "accounts.csv").write_text(
        "account_id,name,country\n1,Acme,US\n2,Acme Inc.,US\n3,Corda,FR\n", encoding="utf-8"
    )
    return made


def document(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, object]:
    assert run([*map(str, arguments), "--json"]) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)["import"]
    return found


def test_the_option_stands_above_the_file_and_the_default_is_told(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = document(capsys, "import", folder, "--workspace", tmp_path / "a")
    assert "merge_above = 0.99" in plain["assumed"]  # type: ignore[operator]
    assert plain["tables"]["accounts"]["merged"] == 1  # type: ignore[index]
    (folder / "company.yaml").write_text("merge_above: 0.95\n", encoding="utf-8")
    never = document(capsys, "import", folder, "--workspace", tmp_path / "b", "--merge-above", 1)
    assert never["tables"]["accounts"]["merged"] == 0  # type: ignore[index]
    assert never["company"]["merge_above"] == 1.0  # type: ignore[index]
    assert not [line for line in never["assumed"] if "merge_above" in line]  # type: ignore[attr-defined]


def test_a_build_follows_the_option(folder: Path, tmp_path: Path) -> None:
    run(["build", str(folder), "--workspace", str(tmp_path / "w"), "--merge-above", "1", "--json"])
    assert duplicates(tmp_path / "w").states == {"same": 0, "probably same": 1, "cannot tell": 0, "different": 0}


def test_a_probability_that_would_merge_anything_is_refused(folder: Path, tmp_path: Path) -> None:
    for probability in (0.5, 1.1, -1.0):
        with pytest.raises(UsageError):
            merging_above(Company(), probability)
    assert run(["import", str(folder), "--workspace", str(tmp_path / "w"), "--merge-above", "0.2"]) == 2
    assert run(["import", str(folder), "--workspace", str(tmp_path / "w"), "--merge-above", "sure"]) == 2

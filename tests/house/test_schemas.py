"""The JSON files of a workspace are what their published schemas say, whatever the verdict."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from idealfit.frontends.cli.app import run
from small_company import NAMES

ACCOUNTS = "account_id,name,industry,employees\n" + "".join(
    f"{i:03},{NAMES[i]},{('software', 'retail')[i % 2]},{20 + 7 * i}\n" for i in range(40)
)
DEALS = "deal_id,account_id,created_at,closed_at,outcome,amount\n" + "".join(
    f"D{i},{i:03},2025-{1 + i % 12:02}-03,2026-01-{1 + i % 28:02},{'won' if i % 3 == 0 else 'lost'},1000\n"
    for i in range(36)
)
PERSONS = "Lead Number,Lead Source,Converted\n" + "".join(f"{i},web,{i % 2}\n" for i in range(30))


def problems(root: Path, workspace: Path) -> list[str]:
    """What in the workspace's JSON files is not as published: file, place, message."""
    found = []
    for name in ("evidence", "quality"):
        schema: dict[str, Any] = json.loads((root / "docs" / "reference" / f"{name}.schema.json").read_text())
        Draft202012Validator.check_schema(schema)
        content = json.loads((workspace / f"{name}.json").read_text())
        found += [
            f"{name}: {'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
            for error in Draft202012Validator(schema).iter_errors(content)
        ]
    return found


@pytest.mark.parametrize("name", ["maven_crm", "ravenstack", "ibm_sales_win_loss"])
def test_the_files_of_a_real_set_follow_their_schemas(name: str, real_build: Callable[[str], Path], root: Path) -> None:
    assert problems(root, real_build(name)) == []


@pytest.mark.parametrize(
    "files",
    [{"accounts": ACCOUNTS, "deals": DEALS}, {"accounts": ACCOUNTS, "deals": DEALS.replace("lost", "won")}],
    ids=["few deals", "no contrast"],
)
def test_the_files_of_a_small_build_follow_their_schemas(files: dict[str, str], tmp_path: Path, root: Path) -> None:
    (tmp_path / "data").mkdir()
    for name, text in files.items():
        (tmp_path / "data" / f"{name}.csv").write_text(text)
    assert run(["build", str(tmp_path / "data"), "--workspace", str(tmp_path / "w"), "--quiet"]) == 0
    assert problems(root, tmp_path / "w") == []


def test_persons_without_companies_end_in_a_file_of_the_same_form(tmp_path: Path, root: Path) -> None:
    (tmp_path / "leads.csv").write_text(PERSONS)
    assert run(["build", str(tmp_path / "leads.csv"), "--workspace", str(tmp_path / "w"), "--quiet"]) == 0
    assert json.loads((tmp_path / "w" / "evidence.json").read_text())["verdict"] == "insufficient"
    assert problems(root, tmp_path / "w") == []


def test_a_file_that_is_not_as_published_is_noticed(tmp_path: Path, root: Path) -> None:
    (tmp_path / "evidence.json").write_text('{"schema_version": 1, "verdict": "perhaps"}')
    (tmp_path / "quality.json").write_text("{}")
    found = problems(root, tmp_path)
    assert any("'perhaps' is not one of" in problem for problem in found)
    assert any("'tables' is a required property" in problem for problem in found)

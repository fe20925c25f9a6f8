"""What commands print as JSON is what their published schemas say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from idealfit.frontends.cli.app import run
from idealfit.workspace.importing import import_records
from idealfit.workspace.printing import print_page
from idealfit.workspace.published import PUBLISHED, answer_schema
from small_company import small_company

PROFILE = """\
profile: Small ones
layers:
  firmographic:
    weight: 35
    criteria:
      - {id: size, when: employees BETWEEN 20 AND 100, points: 10, because: We know them.}
"""


def problems(name: str, content: Any) -> list[str]:
    schema = answer_schema(name)
    Draft202012Validator.check_schema(schema)
    return [
        f"{list(error.absolute_path)}: {error.message}" for error in Draft202012Validator(schema).iter_errors(content)
    ]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("published")
    small_company(folder / "data")
    import_records(folder / "data", folder / "w")
    (folder / "w" / "profile.yaml").write_text(PROFILE)
    return folder / "w"


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert run([*arguments, "--json"]) in (0, 3)
    return json.loads(capsys.readouterr().out, parse_constant=pytest.fail)


def test_each_answer_is_as_published(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    w, to = str(workspace), workspace / "sheets"
    found = {
        "check": answer(capsys, "check", str(workspace / "profile.yaml"), w, "--strict"),
        "interview": answer(capsys, "interview", w, "--to", str(to / "i.md")),
        "agree-sheets": answer(capsys, "agree", w, "--rep", "Ada", "--rep", "Bo", "--to", str(to)),
        "page": answer(capsys, "page", w, "--to", str(to / "page.json"), "--appendix"),
    }
    print_page(workspace, [to / "card.json"], card=True)
    found["page-file"] = json.loads((to / "page.json").read_text())
    found["card-file"] = json.loads((to / "card.json").read_text())
    for sheet in to.glob("agree-*.csv"):
        sheet.write_text(sheet.read_text().replace(",,\n", ",B,\n"))
    found["agree"] = answer(capsys, "agree", w, *(f"--filled={sheet}" for sheet in sorted(to.glob("agree-*.csv"))))
    assert found["agree"]["verdicts"]["share"] == 1
    said = ("--by", "Ada", "--because", "They told us", "--workspace", w)
    found["correct"] = answer(capsys, "correct", "001", "employees", "250", *said)
    found["corrections"] = answer(capsys, "correct", "--list", "--workspace", w)
    assert [one["value"] for one in found["corrections"]["corrections"]] == [250.0]
    beside = {"account", "filter", "find_out", "tiers"}  # where these commands are tested
    assert set(found) | beside == set(PUBLISHED)
    assert {name: told for name, content in found.items() if (told := problems(name, content))} == {}


def test_an_answer_that_lacks_a_key_or_has_another_is_noticed(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = answer(capsys, "interview", str(workspace))
    assert problems("interview", {**told, "more": 1})
    del told["people"][0]["why"]
    assert problems("interview", told)

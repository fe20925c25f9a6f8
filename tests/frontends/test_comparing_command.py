"""`idealfit compare`: the terminal, the document and the page say the same, and mistakes are told before any work."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from idealfit.demo.company import make_company
from idealfit.frontends.cli.app import run
from idealfit.patterns.comparison_page import comparison_page
from idealfit.workspace.comparing import CompareAnswer, compare
from idealfit.workspace.importing import import_records


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("company")
    make_company(made / "data", seed=5, deals=240)
    import_records(made / "data", made / "workspace")
    return made


@pytest.fixture(scope="module")
def answer(folder: Path) -> CompareAnswer:
    return compare(folder / "workspace", ["value", "win rate", "nps", "retention & cycle"])


def test_every_choice_is_there_in_the_order_asked_and_what_cannot_be_asked_says_why(answer: CompareAnswer) -> None:
    choices = answer.document["choices"]
    assert [one["best"] for one in choices] == ["value", "win_rate", "nps", "retention ∩ cycle"]
    assert [bool(one["why_not"]) for one in choices] == [False, False, True, False]
    assert choices[3]["told"][0].startswith("Best are the")
    assert any("survey" in text for text in answer.document["differences"])


def test_the_document_is_what_its_published_schema_says_and_has_no_other_keys(answer: CompareAnswer) -> None:
    path = files("idealfit") / "patterns" / "schema" / "comparison.schema.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    document = json.loads(json.dumps(answer.document))
    problems = [
        f"{error.json_path}: {error.message[:120]}" for error in Draft202012Validator(schema).iter_errors(document)
    ]
    assert problems == []
    assert set(document) == set(schema["properties"])
    trait, recipe = schema["$defs"]["trait"], schema["properties"]["classical"]
    assert set(document["traits"][0]) == set(trait["properties"])
    assert set(document["classical"]) == set(recipe["properties"])


def test_every_order_works_the_same_share_of_the_same_deals(answer: CompareAnswer) -> None:
    document = answer.document
    worked = {one["best"]: one["yield"]["deals"] for one in document["choices"] if one["yield"]}
    assert worked
    assert len(set(worked.values())) == 1
    assert document["everyone"]["deals"] == document["trial"]["deals"]
    assert worked["win_rate"] == pytest.approx(0.15 * document["trial"]["deals"], abs=2)


def test_every_figure_opens_to_its_records(answer: CompareAnswer) -> None:
    yields = [one["yield"] for one in answer.document["choices"] if one["yield"]]
    for one in [*yields, answer.document["everyone"], answer.document["classical"]["yield"]]:
        assert len(one["records"]["won"]) == one["won"]
        assert len(one["records"]["won"]) + len(one["records"]["lost"]) == one["deals"]
    assert len(answer.document["classical"]["records"]) == answer.document["classical"]["top"]


def test_the_page_stands_alone_and_escapes_what_the_records_say(answer: CompareAnswer) -> None:
    page = answer.files["comparison"].read_text(encoding="utf-8")
    assert "http" not in page.replace("http-equiv", "")
    assert "<script" not in page
    hostile = json.loads(json.dumps(answer.document))
    hostile["differences"] = ["<script>alert(1)</script>"]
    assert "<script" not in comparison_page(hostile, company="<b>")
    text = answer.files["comparison as text"].read_text(encoding="utf-8")
    assert text.startswith("# Who counts as best")
    assert "| order |" in text


def test_the_command_prints_the_same_and_json_is_one_document(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = str(folder / "workspace")
    assert run(["compare", place, "--best", "win_rate", "deal size", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [one["best"] for one in document["choices"]] == ["win_rate", "deal_size"]
    assert document["classical"]["top"] == 25


def test_a_mistake_in_a_choice_is_told_with_its_place_before_anything_is_read(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["compare", str(folder / "nowhere"), "--best", "retention & nrr > 110"]) == 2
    told = capsys.readouterr().err
    assert "IF110" in told
    assert "column 19" in told
    assert "Write 110%." in told


def test_a_build_tells_a_mistake_in_best_before_it_reads_anything(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["build", str(folder / "data"), "-w", str(folder / "other"), "--best", "retention & retenton"]) == 2
    assert "Did you mean 'retention'?" in capsys.readouterr().err
    assert not (folder / "other").exists()

"""An assistant of the user's own proposes; what it says is read, marked and refused like anything that is typed."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from idealfit.frontends.cli.app import run
from idealfit.profile.document import load_profile
from idealfit.records.company import Assistant
from idealfit.workspace.assistant import MARK, Proposal
from idealfit.workspace.starting import Started, from_document

DOCUMENT = """\
# Good customers
- 40 to 300 employees
- They hate their spreadsheets by the third month.
"""
GOOD = """\
import json, sys
asked = json.load(sys.stdin)
[one] = [each for each in asked["sentences"] if "spreadsheets" in each["text"]]
sys.stderr.write("sk-secret-of-the-environment")
print(json.dumps({"secret": "sk-secret-of-the-environment", "proposals": [
    {"line": one["line"], "layer": "technographic", "when": "uses('Excel')", "because": "sk-secret"},
    {"line": one["line"], "layer": "technographic", "when": "uses('Excel') ORDER BY 1"},
    {"line": one["line"], "layer": "technographic", "when": "uses( 'excel' )"},
    {"line": 99, "layer": "technographic", "when": "employees > 3"},
    {"line": one["line"], "layer": "vibes", "when": "employees > 3"},
    "nonsense",
]}))
"""


def peer(folder: Path, script: str, seconds: int = 60) -> Assistant:
    (folder / "peer.py").write_text(script)
    return Assistant(command=[sys.executable, str(folder / "peer.py")], seconds=seconds)


def started(folder: Path, script: str, *, take: bool | None = True, seconds: int = 60) -> Started:
    (folder / "icp.md").write_text(DOCUMENT)

    def taken(_one: Proposal) -> bool:
        return bool(take)

    return from_document(
        folder / "icp.md",
        folder / "profile.yaml",
        assistant=peer(folder, script, seconds),
        take=None if take is None else taken,
    )


def test_what_is_taken_is_marked_and_the_rest_is_refused_with_reasons(tmp_path: Path) -> None:
    found = started(tmp_path, GOOD)
    profile = load_profile(tmp_path / "profile.yaml")
    [(layer, one)] = [(layer, one) for layer, one in profile.criteria if MARK in one.because]
    assert (layer, one.when, one.grade, one.evidence) == ("technographic", "uses('Excel')", "assumed", None)
    assert "third month" in one.because
    assert ("technographic.proposed-1 (proposed by the assistant)",) in [trace.became for trace in found.traces]
    assert len(found.refused) == 5
    assert any("the draft says that already" in why for why in found.refused)
    everything = (tmp_path / "profile.yaml").read_text() + repr(found)
    assert "sk-secret" not in everything


def test_nobody_who_takes_it_means_that_it_stands_among_what_is_open(tmp_path: Path) -> None:
    found = started(tmp_path, GOOD, take=None)
    assert MARK not in str([one.because for _layer, one in load_profile(tmp_path / "profile.yaml").criteria])
    assert "Proposed by the assistant, not taken: uses('Excel') (line 3)" in found.open
    assert any("spreadsheets" in one for one in found.open)


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("print('Sure! Here are some ideas:')", "no JSON"),
        ("print('[1, 2]')", "no JSON"),
        ("import sys; print('{\"proposals\": []}'); sys.exit(3)", "ended with code 3"),
        ("print('x' * 3_000_000)", "more than 1,000,000 bytes"),
        ("import time\nwhile True: time.sleep(60)", "no answer after 1 seconds"),
    ],
    ids=["chat", "another form", "failure", "too much", "hangs"],
)
def test_an_assistant_that_answers_nonsense_changes_nothing(tmp_path: Path, script: str, told: str) -> None:
    found = started(tmp_path, script, seconds=1 if "while" in script else 600)
    assert told in found.told
    assert found.criteria == 1
    assert found.refused == ()


def test_the_command_asks_only_the_assistant_of_a_file_that_was_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "icp.md").write_text(DOCUMENT)
    peer(tmp_path, GOOD)
    command = json.dumps([sys.executable, "peer.py"])
    (tmp_path / "company.yaml").write_text(f"assistant: {{command: {command}}}\n")
    assert run(["new", "a.yaml", "--from", "icp.md"]) == 0
    assert "assistant" not in capsys.readouterr().out
    assert run(["new", "b.yaml", "--from", "icp.md", "--company", "company.yaml", "--take-proposals"]) == 0
    told = capsys.readouterr().out
    assert f"technographic.proposed-1 ({MARK})" in told
    assert "was refused" in told and "sk-secret" not in told

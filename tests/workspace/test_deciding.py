from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from idealfit.errors import NoSuchExclusion, ProfileFileError, ProfileFileMissing
from idealfit.frontends.cli.app import run
from idealfit.profile.document import load_profile
from idealfit.store.place import open_place
from idealfit.workspace.deciding import accept, save

PROFILE = """\
profile: Mid-size companies
layers:
  firmographic:
    weight: 35
    criteria:
      - id: size
        when: employees BETWEEN 100 AND 500
        points: 10
        because: Two of us can serve them.  # said by Ada's team
exclusions:
  - id: agency
    when: industry = 'agency'
    because: 3 of 96 won.
    state: proposed
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "w"
    open_place(folder, create=True)
    (folder / "profile.yaml").write_text(PROFILE)
    return folder


def test_the_same_content_saved_again_is_the_same_version(workspace: Path) -> None:
    first = save(workspace, because="As agreed.", by="Ada")
    again = save(workspace, because="Once more.")
    assert again.version == first.version
    (workspace / "profile.yaml").write_text(PROFILE.replace("points: 10", "points: 12"))
    changed = save(workspace, because="Size matters more.")
    assert changed.version > first.version
    assert changed.content_sha256 != first.content_sha256


def test_accepting_makes_an_exclusion_hard_and_keeps_comments(workspace: Path) -> None:
    accept(workspace, "agency", by="Ada", because="They resell.", on=date(2026, 9, 30))
    path = workspace / "profile.yaml"
    [exclusion] = load_profile(path).exclusions
    assert (exclusion.state, exclusion.by, exclusion.since) == ("accepted", "Ada", date(2026, 9, 30))
    assert exclusion.because == "3 of 96 won. Accepted: They resell."
    assert "# said by Ada's team" in path.read_text()


def test_it_refuses_an_exclusion_that_is_not_there_and_names_those_that_are(workspace: Path) -> None:
    with pytest.raises(NoSuchExclusion, match="agency"):
        accept(workspace, "agencies", by="Ada", because="They resell.", on=date(2026, 9, 30))
    assert (workspace / "profile.yaml").read_text() == PROFILE


def test_it_refuses_a_workspace_without_a_profile(workspace: Path) -> None:
    with pytest.raises(ProfileFileMissing, match="idealfit build"):
        save(workspace, because="Why not.", motion="enterprise")


def test_a_broken_profile_is_not_frozen(workspace: Path) -> None:
    (workspace / "profile.yaml").write_text(PROFILE.replace("BETWEEN", "BETWIXT"))
    with pytest.raises(ProfileFileError, match="BETWIXT"):
        save(workspace, because="As agreed.")


def test_the_commands_say_what_was_decided(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--because", "They resell.", "--workspace", str(workspace)]
    assert run(["accept", "agency", "--by", "Ada", "--on", "2026-09-30", *arguments]) == 0
    assert "'agency' excludes from now on" in capsys.readouterr().out
    assert run(["save", *arguments, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["version"] == 1
    assert run(["accept", "nonsense", "--by", "Ada", *arguments]) == 2
    assert "error IF101" in capsys.readouterr().err

"""What people do to a profile: change it, adopt a proposal, accept an exclusion, save versions; and what builds do."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path

import pytest

from idealfit.frontends.cli.app import run
from small_company import fingerprint, small_company

TYPED = """\
exclusions:
  # Lena asked for this one.
  - id: retail
    when: industry = 'retail'
    because: They never renew.
    state: proposed
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one finished build in `w` of the exports in `data`, to be copied."""
    folder = tmp_path_factory.mktemp("built")
    small_company(folder / "data")
    build(folder)
    return folder


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(built, tmp_path / "company"))


def build(folder: Path) -> None:
    assert run(["build", str(folder / "data"), "--workspace", str(folder / "w")]) == 0


def tiers(folder: Path) -> dict[str, str]:
    with (folder / "w" / "scores.csv").open(newline="", encoding="utf-8") as file:
        return {row["account_id"]: row["tier"] for row in csv.DictReader(file)}


def renamed(profile: Path) -> str:
    text = re.sub(r"^profile: .*$", "profile: Agreed on Monday", profile.read_text(), flags=re.MULTILINE)
    profile.write_text(text)
    return text


def test_the_same_build_twice_changes_not_a_byte(folder: Path) -> None:
    before = fingerprint(folder / "w")
    build(folder)
    assert fingerprint(folder / "w") == before


def test_a_workspace_elsewhere_gets_the_same_bytes(folder: Path) -> None:
    assert run(["build", str(folder / "data"), "--workspace", str(folder / "other"), "--quiet"]) == 0
    assert fingerprint(folder / "other") == fingerprint(folder / "w")


def test_a_changed_profile_is_kept_and_used_and_the_proposal_lies_beside_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    profile = folder / "w" / "profile.yaml"
    changed = renamed(profile)
    build(folder)
    assert profile.read_text() == changed
    assert "Agreed on Monday" in (folder / "w" / "profile.md").read_text()
    proposal = folder / "w" / "profile.proposed.yaml"
    assert "Agreed on Monday" not in proposal.read_text()
    assert "-profile: Agreed on Monday" in (folder / "w" / "profile.proposed.diff").read_text()
    assert "it was kept and used" in capsys.readouterr().out


def test_a_changed_profile_is_kept_however_often_it_is_built(folder: Path) -> None:
    changed = renamed(folder / "w" / "profile.yaml")
    build(folder)
    after_one = fingerprint(folder / "w")
    build(folder)
    assert (folder / "w" / "profile.yaml").read_text() == changed
    assert fingerprint(folder / "w") == after_one


def test_a_proposal_that_was_adopted_does_not_stay_beside_the_profile(folder: Path) -> None:
    profile, proposal = folder / "w" / "profile.yaml", folder / "w" / "profile.proposed.yaml"
    renamed(profile)
    build(folder)
    profile.write_bytes(proposal.read_bytes())
    build(folder)
    assert not proposal.exists()
    assert not (folder / "w" / "profile.proposed.diff").exists()


def test_a_profile_that_was_approved_as_it_is_is_kept(folder: Path) -> None:
    profile = folder / "w" / "profile.yaml"
    approved = re.sub(r"^status: .*$", "status: approved", profile.read_text(), flags=re.MULTILINE)
    profile.write_text(approved)
    (folder / "data" / "deals.csv").write_text((folder / "data" / "deals.csv").read_text().replace("D1,", "D100,"))
    build(folder)
    assert profile.read_text() == approved


def test_a_proposed_exclusion_excludes_once_a_person_has_accepted_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    profile = folder / "w" / "profile.yaml"
    profile.write_text(profile.read_text() + TYPED)
    build(folder)
    assert "excluded" not in set(tiers(folder).values())
    act = ["accept", "retail", "--by", "Lena", "--because", "Agreed with sales", "--on", "2026-02-03"]
    assert run([*act, "--workspace", str(folder / "w"), "--json"]) == 0
    accepted = json.loads(capsys.readouterr().out.partition("\n{")[2].join(["{", ""]))
    assert (accepted["by"], accepted["since"]) == ("Lena", "2026-02-03")
    text = profile.read_text()
    assert "# Lena asked for this one." in text
    assert "state: accepted" in text
    build(folder)
    excluded = {account for account, tier in tiers(folder).items() if tier == "excluded"}
    assert excluded == {f"{number:03}" for number in range(40) if number % 3 == 1}


def test_versions_are_saved_with_their_reason_and_the_same_content_is_one_version(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    act = ["save", "--workspace", str(folder / "w"), "--by", "Lena", "--because"]
    capsys.readouterr()
    assert run([*act, "first"]) == 0
    assert run([*act, "again"]) == 0
    renamed(folder / "w" / "profile.yaml")
    assert run([*act, "agreed"]) == 0
    said = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Version")]
    assert [line.split()[1] for line in said] == ["1", "1", "2"]


def test_a_motion_has_a_profile_of_its_own(folder: Path) -> None:
    before = (folder / "w" / "profile.yaml").read_bytes()
    act = ["build", str(folder / "data"), "--workspace", str(folder / "w"), "--motion", "Mid-market é", "--quiet"]
    assert run(act) == 0
    assert (folder / "w" / "profiles" / "Mid-market é.yaml").is_file()
    assert (folder / "w" / "profile.yaml").read_bytes() == before
    save = ["save", "--workspace", str(folder / "w"), "--because", "x", "--motion"]
    assert run([*save, "Mid-market é"]) == 0
    assert run([*save, "main"]) == 0
    assert run([*save, "../profile"]) == 2
    assert run([*save, "unknown"]) == 4

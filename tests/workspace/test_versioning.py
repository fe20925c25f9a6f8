"""Versions of a profile as people make them: nothing is lost, nothing is approved that nobody signed."""

from __future__ import annotations

import json
import shutil
import sqlite3
import threading
from datetime import date
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from idealfit.errors import NoSuchVersion, NotAnOwner, NotToBeApproved, UsageError, WorkspaceBusy
from idealfit.frontends.cli.app import run
from idealfit.profile.document import load_profile
from idealfit.store.place import open_place
from idealfit.workspace import approving, deciding, versioning
from idealfit.workspace.approving import approve, set_status
from idealfit.workspace.deciding import accept, decline, save
from idealfit.workspace.versioning import find_written, history, revert

PROFILE = """\
# Ask Ada before you touch this.
profile: Mid-size companies
status: draft
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
DECIDED = PROFILE.replace("    state: proposed\n", "")
DAY = date(2026, 9, 30)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("empty") / "w"
    open_place(folder, create=True)
    return folder


@pytest.fixture
def workspace(empty: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "w"
    shutil.copytree(empty, folder)
    (folder / "profile.yaml").write_text(DECIDED)
    return folder


def text(workspace: Path) -> str:
    return (workspace / "profile.yaml").read_text()


def change(workspace: Path, old: str, new: str) -> None:
    (workspace / "profile.yaml").write_text(text(workspace).replace(old, new))


def sign(workspace: Path, team: str, by: str = "Ada") -> approving.Approval:
    return approve(workspace, team=team, by=by, because="Agreed on Monday", on=DAY)


def signed_by_all(workspace: Path) -> approving.Approval:
    return [sign(workspace, team, by) for team, by in (("sales", "Ada"), ("marketing", "Bo"), ("cs", "Cy"))][-1]


def test_a_version_keeps_its_author_reason_and_evidence(workspace: Path) -> None:
    (workspace / "evidence.json").write_text('{"verdict": "profile"}\n')
    save(workspace, because="As agreed.", by="Ada")
    (workspace / "evidence.json").write_text('{"verdict": "no_signal"}\n')
    [entry] = history(workspace).versions
    assert (entry.number, entry.author, entry.because) == (1, "Ada", "As agreed.")
    assert entry.evidence_file is not None
    assert json.loads(entry.evidence_file.read_text()) == {"verdict": "profile"}
    assert entry.content_sha256 == save(workspace, because="x").content_sha256


def test_a_reason_given_again_is_kept_with_the_version_that_says_the_same(workspace: Path) -> None:
    save(workspace, because="As agreed.", by="Ada")
    again = save(workspace, because="Still so in May.", by="Bo")
    assert (again.version, again.new) == (1, False)
    [entry] = history(workspace).versions
    assert [(one.kind, one.by, one.because) for one in entry.decisions] == [("noted", "Bo", "Still so in May.")]


def test_numbers_count_within_a_motion(workspace: Path) -> None:
    save(workspace, because="x")
    (workspace / "profiles").mkdir()
    (workspace / "profiles" / "partners.yaml").write_text(DECIDED.replace("status", "motion: partners\nstatus"))
    assert save(workspace, because="x", motion="partners").version == 1
    change(workspace, "500", "600")
    assert save(workspace, because="y").version == 2


def test_going_back_is_a_new_version_and_nothing_is_lost(workspace: Path) -> None:
    save(workspace, because="first")
    change(workspace, "AND 500", "AND 800  # never saved")
    unsaved = text(workspace)
    back = revert(workspace, 1, because="Too wide.", by="Ada", on=DAY)
    assert (back.to, back.kept, back.version) == (1, 2, 3)
    assert text(workspace) == DECIDED
    assert find_written(open_place(workspace), "2").text == unsaved
    assert revert(workspace, "v2", because="Or not.").kept is None
    assert text(workspace) == unsaved


def test_going_back_keeps_even_a_file_that_is_no_profile(workspace: Path) -> None:
    save(workspace, because="first")
    (workspace / "profile.yaml").write_text("profile: [broken\n")
    assert revert(workspace, 1, because="It was broken.").kept == 2
    assert text(workspace) == DECIDED
    assert [one.origin for one in history(workspace).versions] == ["saved", "kept", "reverted"]


def test_a_file_that_is_gone_is_written_again(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save(workspace, because="first")
    (workspace / "profile.yaml").unlink()
    assert run(["history", str(workspace)]) == 0
    assert "the file is gone" in capsys.readouterr().out
    assert revert(workspace, "last", because="It was deleted.").kept is None
    assert text(workspace) == DECIDED


def test_going_back_brings_no_signature_back(workspace: Path) -> None:
    signed_by_all(workspace)
    change(workspace, "AND 500", "AND 800")
    save(workspace, because="wider")
    revert(workspace, "approved", because="As it was.")
    profile = load_profile(workspace / "profile.yaml")
    assert (profile.status, profile.signatures) == ("draft", ())
    assert "AND 500" in text(workspace)


def test_every_owner_signs_before_it_is_approved(workspace: Path) -> None:
    first = sign(workspace, "sales")
    assert (first.standing.status, first.standing.missing) == ("draft", ("marketing", "customer_success"))
    assert sign(workspace, "Marketing", "Bo").standing.missing == ("customer_success",)
    last = sign(workspace, "customer success", "Cy")
    assert last.standing.status == "approved"
    assert last.notes == ()
    profile = load_profile(workspace / "profile.yaml")
    assert [(one.team, one.by, one.on) for one in profile.signatures] == [
        ("sales", "Ada", DAY),
        ("marketing", "Bo", DAY),
        ("customer_success", "Cy", DAY),
    ]
    assert "# Ask Ada before you touch this." in text(workspace)
    assert "# said by Ada's team" in text(workspace)
    [entry] = history(workspace).versions
    assert [one.kind for one in entry.decisions] == ["signed", "signed", "signed", "approved"]


def test_one_person_may_sign_for_all_and_it_is_said(workspace: Path) -> None:
    for team in ("sales", "marketing"):
        sign(workspace, team)
    assert "nobody else has looked" in sign(workspace, "cs").notes[0]


def test_a_hypothesis_that_is_signed_is_a_draft(workspace: Path) -> None:
    change(workspace, "status: draft", "status: hypothesis")
    sign(workspace, "sales")
    assert load_profile(workspace / "profile.yaml").status == "draft"
    assert [one.kind for one in history(workspace).versions[0].decisions] == ["signed", "draft"]


def test_nothing_is_approved_while_an_exclusion_waits_for_a_decision(workspace: Path) -> None:
    (workspace / "profile.yaml").write_text(PROFILE)
    with pytest.raises(NotToBeApproved, match="idealfit accept agency"):
        sign(workspace, "sales")
    assert text(workspace) == PROFILE
    decline(workspace, "agency", by="Ada", because="They pay.", on=DAY)
    assert load_profile(workspace / "profile.yaml").exclusions == ()
    assert sign(workspace, "sales").version == 1


def test_a_changed_profile_is_told_and_approved_no_more(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    signed_by_all(workspace)
    change(workspace, "AND 500", "AND 800")
    found = history(workspace)
    assert found.current is None
    assert found.standing is not None
    assert found.standing.status == "draft"
    assert run(["history", str(workspace)]) == 0
    assert "changed after Ada, Bo and Cy had approved it" in capsys.readouterr().out
    assert "changed" in save(workspace, because="wider").told
    again = sign(workspace, "sales")
    assert again.standing.missing == ("marketing", "customer_success")
    assert "no longer counts" in again.notes[0]


def test_a_comment_changes_no_approval(workspace: Path) -> None:
    signed_by_all(workspace)
    change(workspace, "points: 10", "points: 10   # as in May")
    standing = history(workspace).standing
    assert standing is not None
    assert standing.status == "approved"


def test_accepting_an_exclusion_makes_an_approved_profile_a_draft(workspace: Path) -> None:
    signed_by_all(workspace)
    assert accept(workspace, "agency", by="Ada", because="They resell.", on=DAY).lapsed == ("Ada", "Bo", "Cy")
    profile = load_profile(workspace / "profile.yaml")
    assert (profile.status, profile.signatures) == ("draft", ())


def test_who_may_not_sign_and_what_may_not_be_signed(workspace: Path) -> None:
    with pytest.raises(NotAnOwner, match="sales, marketing, customer success"):
        sign(workspace, "finance")
    set_status(workspace, "retired", by="Ada", because="Another market.", on=DAY)
    with pytest.raises(NotToBeApproved, match="retired"):
        sign(workspace, "sales")
    with pytest.raises(UsageError, match="one person"):
        set_status(workspace, "approved", by="Ada", because="x", on=DAY)
    assert load_profile(workspace / "profile.yaml").status == "retired"


def test_a_version_that_is_not_there_is_refused_with_those_that_are(workspace: Path) -> None:
    with pytest.raises(NoSuchVersion, match="idealfit save"):
        revert(workspace, 7, because="x")
    save(workspace, because="x")
    with pytest.raises(NoSuchVersion, match="1 to 1"):
        find_written(open_place(workspace), "v2")
    for name in ("proposed", "approved", "nowhere.yaml"):
        with pytest.raises(NoSuchVersion):
            find_written(open_place(workspace), name)


def test_two_who_sign_at_once_both_stand_in_file_and_ledger(workspace: Path) -> None:
    faults: list[BaseException] = []

    def one(team: str) -> None:
        try:
            sign(workspace, team)
        except BaseException as fault:  # told by the assertion below
            faults.append(fault)

    threads = [threading.Thread(target=one, args=(team,)) for team in ("sales", "marketing", "customer_success")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert {one.team for one in load_profile(workspace / "profile.yaml").signatures} == {
        "sales",
        "marketing",
        "customer_success",
    }
    [entry] = history(workspace).versions
    assert sorted(one.kind for one in entry.decisions) == ["approved", "signed", "signed", "signed"]


def test_two_saves_at_once_get_two_numbers_or_one_version(workspace: Path) -> None:
    threads = [threading.Thread(target=save, args=(workspace,), kwargs={"because": str(n)}) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [entry] = history(workspace).versions
    assert len(entry.decisions) == 3


class Killed(BaseException):
    """What a process that is ended sees: nothing after it runs."""


@pytest.mark.parametrize("step", ["freeze_profile", "decide", "replace_file"])
def test_killed_in_the_middle_nothing_is_half_approved(
    workspace: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign(workspace, "sales")
    before = text(workspace), history(workspace)

    def killed(*_given: object, **_named: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(approving, step, killed)
        with pytest.raises(Killed):
            sign(workspace, "marketing")
    assert (text(workspace), history(workspace)) == before
    assert sign(workspace, "marketing").standing.missing == ("customer_success",)


def test_killed_after_the_file_was_written_the_ledger_can_be_told_again(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = versioning.replace_file

    def then_killed(path: Path, before: str, after: str) -> None:
        write(path, before, after)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(approving, "replace_file", then_killed)
        with pytest.raises(Killed):
            sign(workspace, "sales")
    assert history(workspace).versions == ()
    assert sign(workspace, "sales").version == 1
    assert [one.team for one in load_profile(workspace / "profile.yaml").signatures] == ["sales"]


def test_an_edit_made_at_this_very_moment_is_not_overwritten(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    freeze = versioning.freeze_profile

    def meanwhile(*given: object, **named: object) -> object:
        change(workspace, "AND 500", "AND 900")
        return freeze(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(approving, "freeze_profile", meanwhile)
    with pytest.raises(WorkspaceBusy, match="at this moment"):
        sign(workspace, "sales")
    assert text(workspace) == DECIDED.replace("AND 500", "AND 900")
    assert history(workspace).versions == ()


def test_a_ledger_of_before_gets_numbers_for_its_versions(workspace: Path) -> None:
    with sqlite3.connect(workspace / "ledger.sqlite") as connection:
        connection.execute("DROP TABLE profile_decisions")
        connection.execute("DROP INDEX one_number_a_motion")
        for column in ("number", "origin", "tables"):
            connection.execute(f"ALTER TABLE profile_versions DROP COLUMN {column}")
        for motion in ("main", "partners", "main"):
            connection.execute(
                "INSERT INTO profile_versions (motion, content_sha256, text, because, at) VALUES (?, 'aa', ?, 'x', ?)",
                (motion, DECIDED, "2026-01-01 00:00:00"),
            )
        connection.execute("UPDATE alembic_version SET version_num = 'a002'")
    connection.close()
    assert [one.number for one in history(workspace).versions] == [1, 2]


def test_the_commands_go_the_whole_way(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    at = ["--workspace", str(workspace), "--because", "Agreed."]
    for team in ("sales", "marketing", "cs"):
        assert run(["approve", "--as", team, "--by", "Ada", "--on", "2026-09-30", *at]) == 0
    assert "it is approved" in capsys.readouterr().out
    assert run(["retire", "--by", "Ada", *at]) == 0
    assert run(["approve", "--as", "sales", "--by", "Ada", *at]) == 2
    assert "IF116" in capsys.readouterr().err
    assert run(["revert", "1", *at, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["to"] == 1
    assert run(["history", str(workspace), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, json.loads((files("idealfit") / "profile/schema/history.schema.json").read_text()))
    assert [one["number"] for one in document["versions"]] == [1, 2]
    assert deciding.save(workspace, because="x").version == 2

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from shutil import copytree

import pytest

from idealfit.errors import CompanyFileUnreadable, NoSuchRule, ProfileFileError, WorkspaceMissing
from idealfit.frontends.cli.app import run
from idealfit.records.intake import import_folder
from idealfit.store.place import open_place
from idealfit.workspace.checking import CheckReport, check, explain_rule
from idealfit.workspace.deciding import save

PROFILE = """\
profile: Mid-size companies
layers:
  firmographic:
    weight: 35
    criteria:
      - {id: size, when: employees BETWEEN 1000 AND 1009, points: 10, because: We can serve them.}
      - {id: misspelt, when: employes > 5, points: 3, because: A slip.}
      - {id: idle, when: industry = 'steel', points: 3, because: Nobody is of that kind.}
"""


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    path = tmp_path / "profile.yaml"
    path.write_text(PROFILE)
    return path


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three hundred accounts, of which the large half matches, leaves, and fills the inbound leads. To be looked at."""
    data = tmp_path_factory.mktemp("checking") / "records"
    data.mkdir()
    rows = [(f"{n:03}", 1000 + n if n < 150 else 10, "yes" if n % 3 == 0 else "no", n) for n in range(300)]
    lines = [
        f"{key},Firm {key},{size},{1000000 if n < 150 else 10000},retail,{flag},{'x' if n < 20 else ''}"
        for key, size, flag, n in rows
    ]
    (data / "accounts.csv").write_text(
        "account_id,name,employees,floor_space,industry,union_shop,rare\n" + "\n".join(lines)
    )
    deals = [
        f"D{key},{key},2024-01-05,2024-02-10,{'won' if n % 2 else 'lost'},{100 if n < 150 else 5000}"
        for key, _size, _flag, n in rows
    ]
    (data / "deals.csv").write_text("deal_id,account_id,created_at,closed_at,outcome,amount\n" + "\n".join(deals))
    left = [
        f"S{key},{key},2024-02-10,{'2025-01-01' if n < 150 and n % 4 == 1 else ''},1000"
        for key, _size, _flag, n in rows
        if n % 2
    ]
    (data / "subscriptions.csv").write_text(
        "subscription_id,account_id,started_at,ended_at,arr_start\n" + "\n".join(left)
    )
    leads = [f"L{key},{key},2025-03-01,web" for key, _size, _flag, n in rows if n < 60]
    (data / "leads.csv").write_text("lead_id,account_id,created_at,source\n" + "\n".join(leads))
    place = open_place(data.parent / "w", create=True)
    import_folder(data, place, as_of=date(2026, 9, 30))
    return place.root


def codes(found: CheckReport) -> list[str]:
    return [one.code for one in found.findings]


def test_without_a_workspace_only_the_file_is_checked(profile: Path) -> None:
    report = check(profile)
    assert (report.profile, report.criteria) == ("Mid-size companies", ())
    assert set(codes(report)) == {"ICP101", "ICP102", "ICP103", "ICP301"}
    assert report.not_run == ("ICP401", "ICP402", "ICP403")
    assert report.first is not None and report.first.code == "ICP103"


def test_on_a_workspace_unknown_columns_and_idle_criteria_are_told(profile: Path, workspace: Path) -> None:
    report = check(profile, workspace)
    assert report.as_of == date(2026, 9, 30)
    told = {(one.code, one.entry): str(one) for one in report.findings}
    assert "'employes'" in told["ICP401", "misspelt"] and "'employees'" in told["ICP401", "misspelt"]
    assert "'idle' is true of no account (300 known)" in told["ICP402", "idle"]
    counts = {one.id: (one.true, one.false, one.unknown) for one in report.criteria}
    assert counts["size"] == (10, 290, 0)
    assert counts["misspelt"] == (0, 0, 300)
    assert report.notes == () and report.not_run == ()


def test_rules_are_chosen_by_code_or_name_and_a_rule_that_is_not_there_is_told(profile: Path) -> None:
    assert "ICP501" in codes(check(profile, select=["answer-missing"]))
    assert "ICP103" not in codes(check(profile, ignore=["ICP103"]))
    assert set(codes(check(profile))) < set(codes(check(profile, strict=True)))
    profile.write_text(PROFILE + "check: {strict: true}\n")
    assert "ICP501" in codes(check(profile))
    with pytest.raises(NoSuchRule, match="ICP998"):
        check(profile, select=["ICP998"])
    with pytest.raises(NoSuchRule):
        explain_rule("x")
    assert "has_role" in explain_rule("ICP201") and explain_rule("all").count("\n") > 25


def test_a_workspace_that_is_not_there_is_told(profile: Path, tmp_path: Path) -> None:
    with pytest.raises(WorkspaceMissing):
        check(profile, tmp_path / "nowhere")


def test_every_problem_of_a_file_is_told_at_once(profile: Path) -> None:
    profile.write_text(PROFILE.replace("> 5", ">").replace("points: 10", "pionts: 10"))
    with pytest.raises(ProfileFileError) as caught:
        check(profile)
    assert len(caught.value.problems) >= 2


def test_the_command_prints_the_one_to_mend_first_counts_and_json(
    profile: Path, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["check", str(profile), str(workspace)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Mend first: ") and "profile.yaml:7:30 ICP401" in out.splitlines()[0]
    assert "10    290        0" in out
    assert run(["check", str(profile), str(workspace), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["first"]["code"] == "ICP401"
    assert {"code", "rule", "severity", "message", "remedy", "entry", "file", "line", "column"} <= set(
        told["findings"][0]
    )
    assert run(["check", "--explain", "ICP201"]) == 0
    assert capsys.readouterr().out.startswith("ICP201 about-a-person (error, on by default)")
    assert run(["check", str(profile), "--select", "ICP998"]) == 2
    profile.write_text(PROFILE.replace("> 5", ">").replace("points: 10", "pionts: 10"))
    capsys.readouterr()
    assert run(["check", str(profile)]) == 3
    assert capsys.readouterr().err.count("what to do:") >= 2


def test_an_error_makes_the_command_fail_unless_told_otherwise(
    profile: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    profile.write_text(PROFILE.replace("industry = 'steel'", "job_title = 'CFO'"))
    assert run(["check", str(profile), "--quiet"]) == 3
    assert "ICP201" in capsys.readouterr().out
    assert run(["check", str(profile), "--exit-zero"]) == 0
    allowed = profile.read_text().replace("kind.}", "kind.}  # noqa: ICP201 because it is the job of a machine")
    profile.write_text(allowed)
    assert run(["check", str(profile)]) == 0
    assert "1 allowed" in capsys.readouterr().out


def test_what_can_be_mended_is_mended_in_place(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    profile.write_text("# ours\n" + PROFILE + "personas:\n  - role: Economic_Buyer  # who signs\n")
    assert run(["check", str(profile), "--strict", "--fix"]) == 0
    assert capsys.readouterr().out.startswith("Mended 1. Mend first: ")
    assert profile.read_text() == "# ours\n" + PROFILE + "personas:\n  - role: economic buyer  # who signs\n"


ON_RECORDS = """\
profile: Large companies
layers:
  firmographic:
    criteria:
      - {id: size, when: employees > 500, points: 10, because: They pay.}
      - {id: room, when: floor_space > 500000, points: 10, because: They have room.}
      - {id: union, when: union_shop = 'yes', points: 4, because: They plan.}
      - {id: rare, when: rare = 'x', points: 2, because: We like it.}
tiers: {by: fit, A: 70, B: 55}
exclusions: [{id: everyone, when: employees > 1, because: A slip of the pen.}]
check: {addressable: {most: 20}}
"""


def test_on_records_it_is_told_what_the_profile_does_there(workspace: Path, tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.write_text(ON_RECORDS.replace("exclusions", "#"))
    report = check(path, workspace, strict=True)
    told = {one.code: one.message for one in report.findings if one.code > "ICP301" or one.code == "ICP104"}
    assert told["ICP104"] == "'room' is true of the same 150 accounts as 'size': one fact is counted twice"
    assert told["ICP401"] == "'rare' is unknown for 280 of 300 accounts: no data decides it"
    assert "of 60 inbound leads with enough known are an A" in told["ICP403"]
    assert "150 accounts are an A or B, more than 20" in told["ICP404"]
    assert "it describes the average customer" in told["ICP303"]
    assert told["ICP406"].startswith("Customers that are an A or B leave more often: 38 of 75 left")
    assert "of the others 0 of 75" in told["ICP406"]
    path.write_text(ON_RECORDS)
    excluded = [one.message for one in check(path, workspace).findings if one.code in ("ICP104", "ICP402")]
    assert "Exclusion 'everyone' excludes every account for which it is known (300)" in excluded
    assert "Exclusion 'everyone' excludes every company that gets points for 'size'" in excluded


def test_a_second_file_of_the_motion_and_a_changed_criterion_are_told(workspace: Path, tmp_path: Path) -> None:
    workspace = copytree(workspace, tmp_path / "w")
    own = workspace / "profile.yaml"
    evidence = "evidence: {counts: {match_won: 9, match_lost: 9, accounts: 18}}"
    own.write_text(PROFILE.replace("because: We can serve them.", f"because: We can serve them., {evidence}"))
    assert not {"ICP304", "ICP407"} & set(codes(check(own, workspace, select=["ICP304", "ICP407"])))
    save(workspace, because="first")
    (workspace / "profiles").mkdir()
    (workspace / "profiles" / "other.yaml").write_text(PROFILE.replace("Mid-size", "Other"))
    own.write_text(own.read_text().replace("AND 1009", "AND 1019"))
    told = {one.code: str(one) for one in check(own, workspace, select=["ICP304", "ICP407"]).findings}
    assert "profiles/other.yaml ('Other companies')" in told["ICP407"]
    assert "it was employees BETWEEN 1000 AND 1009" in told["ICP304"]


COMPANY = """\
check:
  select: [ICP105, ICP602]
  addressable: {least: 200, most: 5000}
  allow:
    - {code: ICP103, because: We refuse nobody yet; decided in March.}
    - {code: ICP102, at: nothing-of-that-name, because: It silences nothing here.}
"""


def test_what_the_company_says_stands_beneath_what_the_profile_says(profile: Path, workspace: Path) -> None:
    def told(found: CheckReport) -> str:
        return next((one.message for one in found.findings if one.code == "ICP404"), "")

    assert told(check(profile, workspace, select=["ICP404"])) == "10 accounts are an A or B, fewer than 50"
    (profile.parent / "company.yaml").write_text(COMPANY)
    found = check(profile, workspace)
    assert "ICP105" not in codes(found) and "ICP103" not in codes(found)
    assert told(check(profile, workspace, select=["ICP404"])) == "10 accounts are an A or B, fewer than 200"
    silenced = [(one.finding.code, one.because) for one in found.silenced]
    assert silenced == [("ICP103", "We refuse nobody yet; decided in March.")]
    profile.write_text(PROFILE + "check: {addressable: {least: 1}}\n")
    assert told(check(profile, workspace, select=["ICP404"])) == ""
    other = profile.parent / "other.yaml"
    other.write_text("check: {strict: true}\n")
    assert "ICP501" in codes(check(profile, company=other))
    other.write_text("check: {strictly: true}\n")
    with pytest.raises(CompanyFileUnreadable, match="strictly"):
        check(profile, company=other)


def test_mending_twice_changes_no_more(profile: Path) -> None:
    profile.write_text(
        PROFILE + "check: {allow: [{code: ICP999, because: Long ago.}]}\npersonas: [{role: Economic_Buyer}]\n"
    )
    first = check(profile, strict=True, fix=True)
    once = profile.read_bytes()
    assert first.mended
    assert check(profile, strict=True, fix=True).mended == 0
    assert profile.read_bytes() == once

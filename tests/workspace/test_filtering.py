"""A profile as filters of other tools: chosen by our accounts, held against them, printed for a person."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from idealfit.errors import FilterUnreadable, FormUnknown, UsageError
from idealfit.frontends.cli.app import run
from idealfit.workspace.filtering import make_filter, named_fields
from idealfit.workspace.importing import import_records
from idealfit.workspace.published import answer_schema

PROFILE = """\
profile: "Best 'fit' <b>&"
as_of: 2026-06-30
layers:
  firmographic:
    weight: 50
    criteria:
      - {id: size, when: employees BETWEEN 100 AND 400, points: 10, because: They stay., known_true_rate: 0.4}
      - {id: sector, when: "industry IN ('Software', 'O''Neil & Sons')", points: 6, because: They buy.}
      - {id: tiny, when: employees < 20, points: -8, because: They leave.}
  technographic:
    weight: 50
    criteria:
      - {id: okta, when: uses('Okta'), points: 10, because: It fits.}
      - {id: odd, when: revenue / employees > 100000, points: 2, because: They pay.}
exclusions:
  - {id: public, when: "ownership = 'Government'", because: They cannot buy.}
tiers: {by: fit, A: 70, B: 40}
personas:
  - {role: economic buyer, title: CISO}
"""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filtered")
    sectors, owners = ("Software", "Retail", "O'Neil & Sons", ""), ("Private", "Government", "")
    lines = ["account_id,name,employees,revenue,industry,ownership,tech"]
    lines += [
        f"A{at:03},Company {at},{'' if at % 9 == 0 else 5 + 11 * at % 600},{1_000_000 + 90_000 * at},"
        f"{sectors[at % 4]},{owners[at % 3]},{('Okta;Jira', 'Jira', '')[at % 5 % 3]}"
        for at in range(240)
    ]
    (folder / "data").mkdir()
    (folder / "data" / "accounts.csv").write_text("\n".join(lines) + "\n")
    import_records(folder / "data", folder / "w")
    (folder / "w" / "profile.yaml").write_text(PROFILE)
    return folder / "w"


def made(workspace: Path, tool: str, **asked: Any) -> Any:
    return make_filter(workspace / "profile.yaml", tool, workspace, **asked)


@pytest.mark.parametrize(
    ("tool", "what"),
    [("hubspot", "matching"), ("apollo", "tier-a"), ("zoominfo", "tier-ab"), ("linkedin", "tier-a")],
)
def test_the_difference_is_counted_by_the_accounts_and_its_causes(workspace: Path, tool: str, what: str) -> None:
    for way in made(workspace, tool, what=what, ids=True).ways:
        found = way.difference
        assert found is not None
        assert found.accounts == 240
        assert found.filter - found.too_many == found.profile - found.missing
        assert (len(found.too_many_ids), len(found.missing_ids)) == (found.too_many, found.missing)
        # every account that differs has a cause, and one may have several
        assert sum(cause.too_many for cause in found.causes) >= found.too_many
        assert sum(cause.missing for cause in found.causes) >= found.missing
        if way.exact:
            assert (found.too_many, found.missing) == (0, 0)
        for line in way.lines:
            one = next((each for each in found.criteria if each.id == line.id), None)
            if one is not None and not line.losses:
                assert (one.too_many, one.missing) == (0, 0), line


def test_a_tier_becomes_a_few_combinations_that_come_near_to_it(workspace: Path) -> None:
    query, view = made(workspace, "salesforce", what="tier-a").ways
    found = query.difference
    assert found.profile > 10
    assert found.precision > 0.9
    assert found.recall > 0.8
    assert all("okta" in group for group in query.groups)
    assert query.text.startswith("SELECT Id, Name")
    assert view.text.count("<filters>") <= 10


def test_what_a_tool_cannot_say_is_told_by_criterion(workspace: Path) -> None:
    (way,) = made(workspace, "linkedin", what="matching").ways
    said = {line.id: line for line in way.lines}
    assert said["odd"].status == said["public"].status == "left out"
    assert said["size"].status == "looser"
    assert any("from 51" in loss for loss in said["size"].losses)
    causes = {cause.id for cause in way.difference.causes}
    assert "odd" in causes or way.difference.too_many == 0
    assert way.difference.filter >= way.difference.profile


def test_without_accounts_each_combination_is_enough_by_itself(workspace: Path) -> None:
    found = make_filter(workspace / "profile.yaml", "hubspot", what="tier-a")
    (way,) = found.ways
    assert way.how == "sure"
    assert ("okta", "size", "tiny") in {tuple(sorted(group)) for group in way.groups}
    assert way.difference is found.accounts is None


def test_the_points_card_is_told_as_rules(workspace: Path) -> None:
    rules = {rule.id: rule for rule in make_filter(workspace / "profile.yaml", "hubspot").rules}
    assert rules["size"].any_of == (
        ("numberofemployees is greater than or equal to 100", "numberofemployees is less than or equal to 400"),
    )
    assert rules["tiny"].points < 0
    assert rules["odd"].any_of == ()
    assert rules["odd"].losses


def test_files_and_checklists_are_written_by_their_endings(workspace: Path, tmp_path: Path) -> None:
    found = make_filter(
        workspace / "profile.yaml", "linkedin", to=[tmp_path / "all", tmp_path / "one.md", tmp_path / "two.json"]
    )
    names = {path.name for path in found.written}
    assert names == {"linkedin-search.json", "linkedin-checklist.html", "linkedin-checklist.pdf", "one.md", "two.json"}
    page = (tmp_path / "all" / "linkedin-checklist.html").read_text()
    assert "Best &#39;fit&#39; &lt;b&gt;&amp;" in page
    assert "Company headcount" in page
    assert "CISO" in page
    assert (tmp_path / "all" / "linkedin-checklist.pdf").read_bytes().count(b"/Type/Pages/Count 1/") == 1
    assert (tmp_path / "two.json").read_text() == (tmp_path / "all" / "linkedin-search.json").read_text()
    with pytest.raises(UsageError):
        make_filter(workspace / "profile.yaml", "linkedin", to=[tmp_path / "x.soql"])


def test_the_answer_is_as_published_and_the_same_every_time(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["filter", str(workspace / "profile.yaml"), str(workspace), "--for", "salesforce", "--ids", "--json"]
    assert run(command) == 0
    first = capsys.readouterr().out
    assert run(command) == 0
    assert capsys.readouterr().out == first
    Draft202012Validator(answer_schema("filter")).validate(json.loads(first))
    assert run(["filter", str(workspace / "profile.yaml"), "--for", "apollo"]) == 0
    assert "Apollo search" in capsys.readouterr().out


def test_what_is_asked_wrongly_is_told(workspace: Path) -> None:
    with pytest.raises(FormUnknown):
        make_filter(workspace / "profile.yaml", "pipedrive")
    with pytest.raises(FormUnknown):
        make_filter(workspace / "profile.yaml", "hubspot", what="tier-z")
    with pytest.raises(UsageError):
        named_fields(["employees"])
    assert named_fields(["employees = Staff__c"]) == {"employees": "Staff__c"}


def test_a_filter_that_was_edited_is_held_against_the_accounts(workspace: Path, tmp_path: Path) -> None:
    profile, query = tmp_path / "profile.yaml", tmp_path / "query.soql"
    profile.write_text(PROFILE, encoding="utf-8")
    made = make_filter(profile, "salesforce", workspace, what="matching", to=[query])
    same = make_filter(profile, "salesforce", workspace, what="matching", check=query).checked
    assert same is not None and made.ways[0].difference is not None
    assert (same.ours.too_many, same.ours.missing) == (0, 0)
    assert same.profile.missing == made.ways[0].difference.missing
    text = query.read_text(encoding="utf-8")
    assert ">= 100" in text
    query.write_text(text.replace(">= 100", ">= 300").replace("WHERE ", "WHERE Name != null AND Region__c = null AND "))
    edited = make_filter(profile, "salesforce", workspace, what="matching", check=query, ids=True).checked
    assert edited is not None and edited.ours.missing_ids
    sizes = {f"A{at:03}": 5 + 11 * at % 600 for at in range(240)}
    assert edited.ours.missing == same.found - edited.found > 0
    assert all(100 <= sizes[one] < 300 for one in edited.ours.missing_ids)
    assert edited.unknown_fields == ("Region__c",)


@pytest.mark.parametrize(
    ("tool", "file", "text"),
    [
        ("salesforce", "a.soql", "SELECT Id FROM Account WHERE Name = 'x' AND Id = 'y' OR Id = 'z'"),
        ("salesforce", "a.xml", '<!DOCTYPE x [<!ENTITY a "b">]><ListView/>'),
        ("hubspot", "a.json", '{"filterBranch": {"filterBranchType": "NOR", "filterBranches": [], "filters": []}}'),
        ("apollo", "a.json", '{"searches": [{"q_organization_name": "x"}]}'),
        ("zoominfo", "a.json", '{"searches": [{"attributes": {"employeeRangeMin": "ten"}, "look_up": {}}]}'),
        ("linkedin", "a.json", "[" * 100_000),
    ],
)
def test_a_file_that_is_no_filter_of_the_tool_is_refused(
    workspace: Path, tmp_path: Path, tool: str, file: str, text: str
) -> None:
    profile, path = tmp_path / "profile.yaml", tmp_path / file
    profile.write_text(PROFILE, encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FilterUnreadable):
        make_filter(profile, tool, workspace, check=path)

"""What to find out next, for a list and a budget."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from idealfit.errors import NoSuchAttribute, UsageError
from idealfit.frontends.cli.app import run
from idealfit.records.intake import import_folder
from idealfit.store.place import open_place
from idealfit.workspace.finding_out import find_out
from idealfit.workspace.published import answer_schema

PROFILE = """\
profile: To be found out
layers:
  firmographic:
    weight: 50
    criteria:
      - {id: size, when: employees BETWEEN 100 AND 500, points: 10, known_true_rate: 0.3}
      - {id: saas, when: "industry = 'SaaS'", points: 10, known_true_rate: 0.5}
      - {id: both, when: "city = 'Rome' AND region = 'South'", points: 2, known_true_rate: 0.1}
tiers: {by: fit, A: 80, B: 40}
"""
ACCOUNTS = """\
account_id,name,domain,employees,industry,city,region
1,Aco,aco.example,120,SaaS,Rome,South
2,Bco,bco.example,,SaaS,Rome,South
3,Cco,cco.example,,bank,Rome,South
4,Dco,dco.example,20,bank,Oslo,North
5,Eco,eco.example,,,,
6,=Fco,fco.example,200,,Rome,South
"""


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("finding-out")
    (folder / "profile.yaml").write_text(PROFILE)
    (folder / "accounts.csv").write_text(ACCOUNTS)
    import_folder(folder / "accounts.csv", open_place(folder / "w", create=True))
    return folder / "profile.yaml", folder / "w"


def test_a_budget_buys_the_companies_whose_tier_is_likeliest_to_change(at: tuple[Path, Path]) -> None:
    everything = find_out(*at)
    assert (everything.accounts, everything.unknown) == (6, 4)
    some = find_out(*at, budget=2)
    assert [one.account_id for one in some.finds] == [one.account_id for one in everything.finds[:2]]
    shares = [one.gain.tier for one in everything.finds]
    assert shares == sorted(shares, reverse=True)
    assert some.tiers == pytest.approx(sum(shares[:2]))
    assert some.low <= some.tiers <= some.high <= 2
    (bco,) = (one for one in everything.finds if one.account_id == "2")
    # with 500 employees or fewer it is A (0.3), else it is B as before: 12 of 22 points known to hold
    assert (bco.what, bco.gain.tiers) == (("employees",), pytest.approx({"A": 0.3, "B": 0.7}))
    assert bco.tier == "B"
    assert bco.gain.tier == pytest.approx(0.3)


def test_attributes_are_bought_one_by_one_where_they_are_sold_so(at: tuple[Path, Path]) -> None:
    told = find_out(*at, per="attribute")
    mine = [one for one in told.finds if one.account_id == "5"]
    assert {name for one in mine for name in one.attributes} <= {"employees", "industry", "city", "region"}
    assert sum(one.adds for one in mine) == pytest.approx(mine[-1].gain.tier)
    assert find_out(*at, per="attribute", budget=1).bought == 1
    assert all(one.attributes == ("employees",) for one in find_out(*at, attributes=("Employees",)).finds)


def test_the_file_is_one_that_an_enrichment_tool_can_read(at: tuple[Path, Path], tmp_path: Path) -> None:
    written = find_out(*at, to=tmp_path / "enrich.csv").written
    assert written is not None
    with written.open(newline="") as file:
        rows = {row["account_id"]: row for row in csv.DictReader(file)}
    assert rows["2"]["domain"] == "bco.example"
    assert rows["2"]["find_out"] == "employees"
    assert rows["6"]["name"] == "'=Fco"
    assert "4" not in rows


def test_the_command_says_what_is_expected_and_refuses_what_is_never_asked(
    at: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["find-out", *map(str, at), "--budget", "2"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("2 companies found out: about ")
    assert "not known for" in out
    assert run(["find-out", *map(str, at), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["schema_version"] == 1
    assert document["unknown"] == 4
    assert [error.message for error in Draft202012Validator(answer_schema("find_out")).iter_errors(document)] == []
    assert run(["find-out", *map(str, at), "--by", "value"]) == 2
    with pytest.raises(NoSuchAttribute, match="employes"):
        find_out(*at, attributes=("employes",))
    with pytest.raises(UsageError):
        find_out(*at, budget=0)

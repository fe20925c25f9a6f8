"""The same accounts to two people, blind, and what they answered."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from idealfit.errors import UnreadableFile, UsageError
from idealfit.frontends.cli.agreeing import print_agreement
from idealfit.frontends.cli.console import Screen
from idealfit.workspace.agreeing import VERDICT, WHY, agree_on, agree_sheets
from idealfit.workspace.importing import import_records
from small_company import small_company

PROFILE = """\
profile: Small ones
layers:
  firmographic:
    weight: 35
    criteria:
      - {id: size, when: employees BETWEEN 20 AND 100, points: 10, because: We know them.}
      - {id: shops, when: industry = 'retail', points: 4, because: They ask for it.}
exclusions:
  - {id: freight, when: industry = 'logistics' AND employees > 200, because: They never renew.}
"""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("agree")
    small_company(folder / "data")
    import_records(folder / "data", folder / "w")
    (folder / "w" / "profile.yaml").write_text(PROFILE)
    return folder / "w"


@pytest.fixture(scope="module")
def sheets(workspace: Path) -> Path:
    agree_sheets(workspace, ["Ada", "Bo"], to=workspace / "sheets")
    return workspace / "sheets"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def fill(source: Path, target: Path, verdicts: dict[str, str], sizes: dict[str, str]) -> Path:
    shutil.copy(source, target)
    filled = rows(target)
    for row in filled:
        row[VERDICT] = verdicts.get(row["account_id"], "B")
        row["20 to 100 employees?"] = sizes.get(row["account_id"], "yes")
    with target.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(filled[0]), delimiter=";")  # as a spreadsheet of many countries saves it
        writer.writeheader()
        writer.writerows(filled)
    return target


def test_ten_accounts_of_every_tier_and_nothing_of_the_profiles_opinion(sheets: Path) -> None:
    ada, bo = rows(sheets / "agree-ada.csv"), rows(sheets / "agree-bo.csv")
    assert len(ada) == 10
    assert {row["account_id"] for row in ada} == {row["account_id"] for row in bo}
    assert [row["account_id"] for row in ada] != [row["account_id"] for row in bo]
    assert not {"tier", "fit", "score", "points"} & {name.casefold() for name in ada[0]}
    sizes = [float(row["employees"]) for row in ada]
    assert min(sizes) <= 100 < max(sizes)
    assert any(row["industry"] == "logistics" and float(row["employees"]) > 200 for row in ada)
    assert {row[VERDICT] + row[WHY] for row in ada} == {""}


def test_what_people_part_on_is_told_by_account_and_criterion(
    sheets: Path, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = rows(sheets / "agree-ada.csv")[0]["account_id"]
    ada = fill(sheets / "agree-ada.csv", sheets / "ada.csv", {one: "A"}, {one: "no"})
    bo = fill(sheets / "agree-bo.csv", sheets / "bo.csv", {one: "no"}, {})
    answer = agree_on(workspace, [ada, bo])
    assert answer.people == ("ada", "bo")
    assert answer.verdicts is not None
    assert answer.verdicts.share == 0.9
    [parted] = answer.parted
    assert (parted.account, parted.verdicts, parted.criteria) == (
        one,
        {"ada": "A", "bo": "no"},
        ("20 to 100 employees?",),
    )
    assert answer.criteria["20 to 100 employees?"].share == 0.9
    print_agreement(Screen(), answer)
    assert "ada and bo agree on 90% of 10 accounts" in capsys.readouterr().out


def test_one_person_and_a_file_that_is_no_sheet_are_refused(workspace: Path, sheets: Path) -> None:
    with pytest.raises(UsageError, match="two or more"):
        agree_sheets(workspace, ["Ada", "Ada"], to=sheets)
    with pytest.raises(UsageError, match="two or more"):
        agree_on(workspace, [sheets / "agree-ada.csv"])
    with pytest.raises(UnreadableFile):
        agree_on(workspace, [workspace / "profile.yaml", sheets / "agree-ada.csv"])

"""Where one account stands: found by what people call it, its value taken apart into what the scores say."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
from jsonschema import Draft202012Validator

from idealfit.errors import EvidenceMissing, NoSuchAccount
from idealfit.frontends.cli.app import run
from idealfit.profile.document import load_profile
from idealfit.scores.worth import worth_of
from idealfit.store.place import open_place
from idealfit.workspace.placing import account
from idealfit.workspace.published import answer_schema
from idealfit.workspace.scoring import score


def rows_of(workspace: Path, columns: str, where: str) -> list[tuple]:
    path = str(workspace / "scores.parquet")
    with duckdb.connect() as con:
        return con.execute(
            f"SELECT {columns} FROM read_parquet(?) WHERE {where} ORDER BY account_id", [path]
        ).fetchall()


def test_the_parts_of_every_value_make_what_the_scores_say(made_up: Path) -> None:
    profile = load_profile(made_up / "profile.yaml")
    rows = rows_of(made_up, "reasons, p_win, expected_value", "expected_value IS NOT NULL")
    assert len(rows) > 1000
    for reasons, chance, value in rows[::20]:
        told = {one["id"]: {"true": True, "false": False}.get(one["state"]) for one in reasons}
        worth = worth_of(profile, {one.id: False for one in profile.exclusions} | told)
        assert worth is not None
        assert worth.chance == pytest.approx(chance, abs=1e-6)
        assert worth.value == pytest.approx(value, abs=0.006)


def test_an_account_is_found_by_its_id_and_stands_in_its_interval(made_up: Path) -> None:
    ((best, low, high),) = rows_of(made_up, "account_id, expected_value_low, expected_value_high", "rank = 1")
    found = account(made_up, f" {best} ")
    assert (found.account_id, found.scores["rank"], found.level) == (best, 1, 0.8)
    assert found.worth is not None
    assert found.worth.value is not None
    assert low < found.worth.value < high
    assert {one["id"] for one in found.reasons} <= {
        one.id for _layer, one in load_profile(made_up / "profile.yaml").criteria
    } | {one.id for one in load_profile(made_up / "profile.yaml").exclusions}


def test_scored_alone_an_account_has_the_chance_and_the_value_that_the_build_gave_it(
    made_up: Path, tmp_path: Path
) -> None:
    columns = "account_id, p_win, p_win_low, p_win_high, expected_value, rank"
    result = score(made_up / "profile.yaml", made_up, to=tmp_path / "scores.parquet", criteria=True)
    assert rows_of(tmp_path, columns, "TRUE") == rows_of(made_up, columns, "TRUE")
    first, (chance, low, high) = result.best[0], result.chances[0]
    assert first[2] == "A"
    assert rows_of(made_up, "p_win, p_win_low, p_win_high", f"account_id = '{first[0]}'") == [(chance, low, high)]
    (_layer, criterion), *_more = load_profile(made_up / "profile.yaml").criteria
    assert any(row[0] is not None for row in rows_of(tmp_path, f'"c_{criterion.id}"', "TRUE"))


def test_the_command_prints_chance_value_parts_and_reasons(made_up: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ((best,),) = rows_of(made_up, "account_id", "rank = 1")
    assert run(["account", best, "-w", str(made_up)]) == 0
    out = capsys.readouterr().out
    assert "Chance of winning, worked today: " in out
    assert "80 times in 100" in out
    assert "= expected value" in out
    assert run(["account", best, "-w", str(made_up), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["account_id"] == best
    assert document["scores"]["p_win_low"] < document["scores"]["p_win"] < document["scores"]["p_win_high"]
    assert [error.message for error in Draft202012Validator(answer_schema("account")).iter_errors(document)] == []
    assert "Fit " in out
    assert "to begin with" in out
    assert "Ahead of " in out
    told = document["told"]
    assert sum(one["adds"].get("fit", 0) for one in told["reasons"]) + told["axes"]["fit"]["start"] == pytest.approx(
        document["scores"]["fit"]
    )
    assert told["won_like_it"]
    assert {one["outcome"] for one in told["lost_like_it"]} == {"lost"}


def test_who_is_not_there_is_a_mistake_of_use(
    made_up: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(NoSuchAccount, match="no such company"):
        account(made_up, "no such company")
    assert run(["account", "no such company", "-w", str(made_up)]) == 2
    assert "IF111" in capsys.readouterr().err
    open_place(tmp_path / "empty", create=True)
    with pytest.raises(EvidenceMissing):
        account(tmp_path / "empty", "x")

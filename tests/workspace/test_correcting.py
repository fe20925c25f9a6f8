"""Values corrected by hand: kept apart from what was imported, counted by the next scoring, never learned from."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from idealfit.errors import CorrectionRefused, NoSuchAccount
from idealfit.frontends.cli.app import run
from idealfit.inbound.answer import Inbox, Lead
from idealfit.records.corrected import load_corrected
from idealfit.store.engine import connect, load_tables
from idealfit.store.place import open_place
from idealfit.workspace.correcting import correct, correctable, corrected_values, take_back
from idealfit.workspace.placing import AccountDesk
from idealfit.workspace.scoring import score


@pytest.fixture(scope="module")
def workspace(made_up: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shutil.copytree(made_up, tmp_path_factory.mktemp("correcting") / "workspace")


@pytest.fixture(scope="module")
def whose(workspace: Path) -> str:
    """An account with a head count and a country, not merged."""
    with duckdb.connect() as con:
        return str(
            con.execute(
                f"SELECT account_id FROM '{workspace}/tables/accounts.parquet' WHERE duplicate_of IS NULL "
                "AND employees BETWEEN 300 AND 1000 AND country IS NOT NULL ORDER BY 1 LIMIT 1"
            ).fetchall()[0][0]
        )


def held(workspace: Path, account_id: str, *, corrected: bool = True) -> tuple[object, ...]:
    columns = ", ".join(one for _column, _written, one, _now in SAID)
    place = open_place(workspace)
    with closing(connect(place.root)) as con:
        (load_corrected if corrected else load_tables)(con, place)
        return con.execute(f"SELECT {columns} FROM accounts WHERE account_id = $id", {"id": account_id}).fetchall()[0]


SAID = (
    ("employees", "1,250", "employees", 1250.0),
    ("Country", "JAPAN", "country_code", "JP"),
    ("tech", "Alpha Desk, Beta; with comma", "tech", ["Alpha Desk, Beta", "with comma"]),
    ("name", 'O\'Neil "& Söhne" <b>', "name", 'O\'Neil "& Söhne" <b>'),
    ("last activity", "2026-03-01", "CAST(CAST(last_activity_at AS DATE) AS VARCHAR)", "2026-03-01"),
    ("founded_year", None, "founded_year", None),
)


def test_values_are_read_as_their_columns_are_and_stand_over_the_records(workspace: Path, whose: str) -> None:
    before = held(workspace, whose)
    for column, written, _shown, _now in SAID:
        correct(workspace, whose, column, written, by="Ana", because="She told us")
    assert held(workspace, whose) == tuple(now for _column, _written, _shown, now in SAID)
    assert held(workspace, whose, corrected=False) == before, "what was imported stays as it was"
    for column, _written, _shown, _now in SAID:
        take_back(workspace, whose, column, by="Ben")
    assert held(workspace, whose) == before


@pytest.mark.parametrize(
    ("column", "written", "by", "because", "says"),
    [
        ("employees", "plenty", "Ana", "x", "is not a number"),
        ("employees", "1e99", "Ana", "x", "is not a number"),
        ("employees", " ", "Ana", "x", "Nothing was written"),
        ("do_not_contact", "perhaps", "Ana", "x", "is not yes or no"),
        ("employes", "5", "Ana", "x", "Did you mean 'employees'"),
        ("account_id", "5", "Ana", "x", "can be corrected"),
        ("employees", "5", " ", "x", "Say who corrects it"),
        ("employees", "5", "Ana", "", "Say why it is corrected"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(
    workspace: Path, whose: str, column: str, written: str, by: str, because: str, says: str
) -> None:
    lines = corrected_values(workspace)
    with pytest.raises(CorrectionRefused) as refused:
        correct(workspace, whose, column, written, by=by, because=because)
    assert says in f"{refused.value.what} {refused.value.remedy}"
    assert corrected_values(workspace) == lines


def test_a_correction_is_counted_by_scores_and_leads_and_not_by_what_is_learned(
    workspace: Path, whose: str, tmp_path: Path
) -> None:
    def row_of(path: Path) -> tuple[object, ...]:
        with duckdb.connect() as con:
            query = f"SELECT tier, fit, low, high, reasons FROM '{path}' WHERE account_id = $id"
            return con.execute(query, {"id": whose}).fetchall()[0]

    inbox = Inbox(workspace)
    as_was = inbox.answer(Lead(account_id=whose)).score
    correct(workspace, whose, "employees", "3", by="Ana", because="Three people, by their own word")
    scored = score(workspace / "profile.yaml", workspace, to=tmp_path / "after.parquet")
    assert any("by hand" in one for one in scored.report.warnings)
    assert row_of(tmp_path / "after.parquet") != row_of(workspace / "scores.parquet")
    now = inbox.answer(Lead(account_id=whose)).score
    assert (now.fit, now.states) != (as_was.fit, as_was.states), "an inbox that was open knows of it"
    with closing(AccountDesk(open_place(workspace))) as desk:
        standing = desk.tell(whose)
        dossier = desk.dossier(standing)
    (own,) = [one for one in dossier.holdings if one.column is not None and one.column.correction is not None]
    assert (own.column.name, own.column.value, own.column.counted, dossier.waiting) == (
        "employees",
        3.0,
        False,
        2 * len(SAID) + 1,
    )
    assert own.value != 3.0, "what was imported stands beside it"
    take_back(workspace, whose, "employees", by="Ana")
    assert inbox.answer(Lead(account_id=whose)).score == as_was


def test_the_command_corrects_lists_and_takes_back(
    workspace: Path, whose: str, capsys: pytest.CaptureFixture[str]
) -> None:
    said = ("--by", "Ana", "--because", "Asked", "-w", str(workspace))
    assert run(["correct", whose, "employees", "7", *said]) == 0
    assert "employees is 7, by hand; imported: " in capsys.readouterr().out
    assert run(["correct", "--list", whose, "-w", str(workspace), "--json"]) == 0
    newest = json.loads(capsys.readouterr().out)["corrections"][0]
    assert (newest["attribute"], newest["value"], newest["by"]) == ("employees", 7.0, "Ana")
    assert run(["correct", whose, "employees", "--take-back", *said]) == 0
    assert run(["correct", whose, "employees", "--take-back", *said]) == 2
    assert run(["correct", whose, "employees", *said]) == 2
    assert run(["correct", "nobody of this name", "employees", "7", *said]) != 0


def test_nobody_is_corrected_who_is_not_there(workspace: Path) -> None:
    with pytest.raises(NoSuchAccount):
        correct(workspace, "nobody of this name", "employees", "7", by="Ana", because="x")
    place = open_place(workspace)
    with closing(connect(place.root)) as con:
        load_tables(con, place)
        assert correctable(con, place, "nobody of this name") == ()

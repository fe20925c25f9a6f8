"""The list of accounts tells what the tables hold: the same accounts, numbers and order as SQL over the files."""

from __future__ import annotations

import csv
import io
import os
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from idealfit.errors import RequestNotUnderstood
from idealfit.store.delimited_output import unguarded
from idealfit.store.derived import FOLDER
from idealfit.store.place import open_place
from idealfit.workspace.listing import NOT_KNOWN, PLANE, AccountList, FreshList, ListQuestion
from idealfit.workspace.views import drop_view, keep_view, views

ALL = "SELECT a.account_id FROM s JOIN a USING (account_id) WHERE s.duplicate_of IS NULL AND {} ORDER BY {}"


@pytest.fixture(scope="module")
def workspace(made_up: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shutil.copytree(made_up, tmp_path_factory.mktemp("list") / "workspace")


@pytest.fixture(scope="module")
def fresh(workspace: Path) -> FreshList:
    return FreshList(workspace)


@pytest.fixture(scope="module")
def accounts(fresh: FreshList) -> AccountList:
    found = fresh.now()
    assert found is not None
    return found


@pytest.fixture(scope="module")
def tables(workspace: Path) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute(f"CREATE VIEW s AS SELECT * FROM '{workspace}/scores.parquet'")
    con.execute(f"CREATE VIEW a AS SELECT * FROM '{workspace}/tables/accounts.parquet'")
    return con


def ids(accounts: AccountList, **asked: Any) -> list[str]:
    return [str(row["id"]) for row in accounts.ask(ListQuestion(count=100_000, **asked)).rows]


@pytest.mark.parametrize(
    ("asked", "where", "order"),
    [
        ({}, "true", "s.rank NULLS LAST, a.account_id"),
        ({"among": (("tier", frozenset({"A", "B"})),)}, "tier IN ('A', 'B')", "s.rank NULLS LAST, a.account_id"),
        ({"sort": "fit", "descending": True}, "true", "fit DESC NULLS LAST, rank NULLS LAST, a.account_id"),
        ({"sort": "name"}, "true", "lower(name) NULLS LAST, name, rank NULLS LAST, a.account_id"),
        ({"sort": "employees"}, "true", "employees NULLS LAST, rank NULLS LAST, a.account_id"),
        (
            {"between": (("employees", 50.0, 200.0),), "among": (("country", frozenset({"Germany", NOT_KNOWN})),)},
            "employees BETWEEN 50 AND 200 AND (country = 'Germany' OR country IS NULL)",
            "s.rank NULLS LAST, a.account_id",
        ),
        (
            {"text": " HEAL"},
            "contains(lower(concat_ws(' ', name, domain, account_id)), 'heal')",
            "s.rank NULLS LAST, a.account_id",
        ),
    ],
)
def test_the_list_finds_what_sql_finds_in_its_order(
    accounts: AccountList, tables: duckdb.DuckDBPyConnection, asked: dict[str, Any], where: str, order: str
) -> None:
    expected = [str(row[0]) for row in tables.execute(ALL.format(where, order)).fetchall()]
    found = ids(accounts, **asked)
    assert sorted(found) == sorted(expected)
    assert found == expected


def test_counts_leave_their_own_filter_out_and_reconcile(
    accounts: AccountList, tables: duckdb.DuckDBPyConnection
) -> None:
    chosen = (("tier", frozenset({"A"})), ("country", frozenset({"Germany"})))
    told = accounts.ask(ListQuestion(among=chosen, counted=("tier", "country")))
    german = "s.duplicate_of IS NULL AND country = 'Germany'"
    query = f"SELECT tier, count(*) FROM s JOIN a USING (account_id) WHERE {german} GROUP BY 1"
    counts = {tier: count for tier, count in told.counts["tier"].items() if count}
    assert counts == dict(tables.execute(query).fetchall())
    assert told.counts["country"]["Germany"] == told.found == sum(told.by_band.values())
    assert told.plane.shape == (PLANE, PLANE) and 0 < told.plane.sum() <= told.found


def test_a_search_minds_no_accents_and_no_signs_of_its_own(accounts: AccountList) -> None:
    name = str(accounts.ask(ListQuestion()).rows[0]["name"])
    accented = name.replace("a", "á").replace("e", "ê")
    assert ids(accounts, text=accented) == ids(accounts, text=name) != []
    for text in ("%", "_", "'", '"', "*", "\\", "%%", "a'b--"):
        assert all(text in str(row["name"]) for row in accounts.ask(ListQuestion(text=text)).rows)


def test_the_file_is_what_is_seen(accounts: AccountList) -> None:
    asked = ListQuestion(among=(("tier", frozenset({"A"})),), sort="employees", descending=True)
    told = list(csv.reader(io.StringIO("".join(accounts.export(asked, ["name", "fit", "tech", "why"])))))
    rows = accounts.ask(ListQuestion(among=asked.among, sort="employees", descending=True, count=100_000)).rows
    assert told[0] == [accounts.columns[name].label for name in ("name", "fit", "tech", "why")]
    assert [unguarded(row[0]) for row in told[1:]] == [row["name"] for row in rows]
    assert [float(row[1]) for row in told[1:]] == [row["fit"] for row in rows]


def test_a_view_is_kept_under_its_name_until_it_is_removed(workspace: Path) -> None:
    place = open_place(workspace)
    keep_view(place, "accounts", "  my \n own ", "is.tier=A")
    keep_view(place, "accounts", "my own", "is.tier=B")
    assert views(place, "accounts") == {"my own": "is.tier=B"}
    assert views(place, "deals") == {}
    assert drop_view(place, "accounts", "my own") == "is.tier=B"
    assert drop_view(place, "accounts", "my own") is None
    for name in ("", " ", "x" * 81):
        with pytest.raises(RequestNotUnderstood):
            keep_view(place, "accounts", name, "")


def test_another_run_of_scores_makes_another_list_and_the_last_one_stays(fresh: FreshList, workspace: Path) -> None:
    before = fresh.now()
    assert before is not None and fresh.now() is before
    scores = workspace / "scores.parquet"
    made = {path.name for path in (workspace / FOLDER).glob("accounts-*")}
    for _again in range(2):
        os.utime(scores, ns=(1, scores.stat().st_mtime_ns + 1))
        after = fresh.now()
        assert after is not None and after is not before
        assert ids(after) == ids(AccountList(before.path)), "whoever has just begun to read the old one can go on"
        there = {path.name for path in (workspace / FOLDER).glob("accounts-*")}
        assert there == {before.path.name, after.path.name}
        before = after
    assert not made & there

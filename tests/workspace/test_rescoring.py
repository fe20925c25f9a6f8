"""Scoring anew what changed gives what a whole run gives, row for row."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from idealfit.errors import UsageError
from idealfit.store.engine import connect
from idealfit.store.place import Place, open_place
from idealfit.store.snapshots import publish_tables
from idealfit.workspace.rescoring import rescore
from idealfit.workspace.scoring import score

DAY = date(2026, 6, 30)
PROFILE = """
profile: Firms with news
layers:
  firmographic:
    criteria:
      - {id: size, when: employees BETWEEN 10 AND 99, points: 10}
      - {id: okta, when: uses('okta'), points: 5}
  situational:
    criteria:
      - {id: funded, when: "happened('funding', within => '90 days')", points: 8, half_life: 30 days}
      - {id: visits, when: "count_of('visit', within => '60 days') >= 2", points: 4}
exclusions:
  - {id: tiny, when: employees < 3, because: Nobody there.}
coverage: {events: {visit: all}}
"""


def publish(place: Place, accounts: str, events: str) -> None:
    con = connect(place.root)
    con.execute(f"CREATE TABLE a AS SELECT * FROM (VALUES {accounts}) AS t(account_id, employees, tech, duplicate_of)")
    con.execute(
        f"CREATE TABLE e AS SELECT account_id, event_type, day::TIMESTAMP AS occurred_at, day::TIMESTAMP AS known_at "
        f"FROM (VALUES {events}) AS t(account_id, event_type, day)"
    )
    publish_tables(place, con, {"accounts": "a", "events": "e"}, kind="import", command="t", as_of=DAY, summary={})
    con.close()


BEFORE = (
    "('1', 20, ['okta'], NULL), ('2', 50, ['aws'], NULL), ('3', 2, NULL, NULL), ('4', NULL, ['okta'], NULL), "
    "('5', 70, NULL, '2'), ('6', 500, [], NULL)",
    "('1', 'funding', '2026-06-01'), ('2', 'visit', '2026-06-10'), ('4', 'visit', '2026-05-20')",
)
AFTER = (
    "('1', 20, ['okta'], NULL), ('2', 200, ['aws'], NULL), ('3', 2, NULL, NULL), ('4', NULL, ['okta'], NULL), "
    "('5', 70, NULL, '2'), ('7', 12, ['okta'], NULL)",
    "('1', 'funding', '2026-06-01'), ('2', 'visit', '2026-06-10'), ('4', 'visit', '2026-05-20'), "
    "('4', 'visit', '2026-06-20'), ('4', 'funding', '2026-06-29')",
)


def rows(path: Path) -> list[tuple[object, ...]]:
    with duckdb.connect() as con:
        return con.execute("SELECT * FROM read_parquet($path)", {"path": str(path)}).fetchall()


@pytest.fixture
def world(tmp_path: Path) -> Path:
    place = open_place(tmp_path / "w", create=True)
    publish(place, *BEFORE)
    (tmp_path / "profile.yaml").write_text(PROFILE, encoding="utf-8")
    (tmp_path / "accounts.csv").write_text("account_id,employees\n2,200\n7,12\n6,\n", encoding="utf-8")
    (tmp_path / "events.csv").write_text("account_id,event_type\n4,visit\n4,funding\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("options", [{"criteria": True, "card": True}, {"top": 2}])
def test_what_changed_scored_anew_is_a_whole_run(world: Path, options: dict[str, object]):
    profile, base = world / "profile.yaml", world / "scores.parquet"
    changed = [world / "accounts.csv", world / "events.csv"]
    score(profile, world / "w", to=base, as_of=DAY, **options)  # type: ignore[arg-type]
    before = rows(base)
    publish(open_place(world / "w"), *AFTER)
    found = rescore(profile, world / "w", since=base, changed=changed, to=world / "delta.parquet", as_of=DAY)
    assert rows(base) == before
    assert [row[0] for row in rows(world / "delta.parquet")] == ["2", "4", "5", "7"]  # 5 was merged into 2
    assert found.report.rows == 4
    rescore(profile, world / "w", since=base, changed=changed, as_of=DAY)
    score(profile, world / "w", to=world / "whole.parquet", as_of=DAY, **options)  # type: ignore[arg-type]
    assert rows(base) == rows(world / "whole.parquet") != before


def test_a_changed_row_without_an_account_changes_nobody(world: Path):
    profile, base = world / "profile.yaml", world / "scores.parquet"
    score(profile, world / "w", to=base, as_of=DAY, top=1)
    before = rows(base)
    (world / "events.csv").write_text("account_id,event_type\n,visit\n4,visit\n", encoding="utf-8")
    assert rescore(profile, world / "w", since=base, changed=[world / "events.csv"], as_of=DAY).report.rows == 1
    assert rows(base) == before


def test_another_day_or_profile_is_scored_as_a_whole(world: Path):
    profile, base = world / "profile.yaml", world / "scores.parquet"
    score(profile, world / "w", to=base, as_of=DAY)
    before = base.read_bytes()
    with pytest.raises(UsageError, match="another day"):
        rescore(profile, world / "w", since=base, changed=[world / "events.csv"], as_of=date(2026, 7, 1))
    profile.write_text(PROFILE.replace("points: 10", "points: 11"), encoding="utf-8")
    with pytest.raises(UsageError, match="another profile"):
        rescore(profile, world / "w", since=base, changed=[world / "events.csv"], as_of=DAY)
    profile.write_text(PROFILE, encoding="utf-8")
    nobody = world / "nobody.csv"
    nobody.write_text("name\nAnne\n", encoding="utf-8")
    with pytest.raises(UsageError, match="account_id"):
        rescore(profile, world / "w", since=base, changed=[nobody], as_of=DAY)
    assert base.read_bytes() == before


def test_the_few_reasons_are_the_first_true_ones_of_all_reasons(world: Path):
    profile = world / "profile.yaml"
    score(profile, world / "w", to=world / "all.parquet", as_of=DAY)
    score(profile, world / "w", to=world / "few.parquet", as_of=DAY, top=2)
    with duckdb.connect() as con:
        few = con.execute(f"SELECT reason_1, reason_2 FROM read_parquet('{world}/few.parquet')").fetchall()
        reasons = con.execute(f"SELECT reasons FROM read_parquet('{world}/all.parquet')").fetchall()
    added = [[one["id"] for one in row if one["state"] == "true" and one["points"] > 0] for (row,) in reasons]
    assert few == [tuple((*ids, None, None)[:2]) for ids in added]
    assert any(ids for ids in added)

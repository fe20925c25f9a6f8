"""The rule of history: what an attribute was the day before the deal opened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from evidence.tables import AS_OF, engine, evidence_of, fact_of
from idealfit.evidence.as_known import make_as_known
from idealfit.records.tables import ColumnType

OPENED = date(2025, 6, 10)


def change(at: str, old: Any, new: Any, field: str = "employees", account: str = "a") -> dict[str, Any]:
    return {"account_id": account, "field": field, "old_value": old, "new_value": new, "changed_at": at}


def as_known(
    changes: Sequence[dict[str, Any]],
    *,
    t: date | None = date(2025, 6, 9),
    today: Any = 500,
    name: str = "employees",
    kind: ColumnType = "number",
    types: dict[str, ColumnType] | None = None,
) -> Any:
    con = engine(accounts=[{"account_id": "a", name: today}], account_history=changes, types=types)
    con.execute("CREATE TABLE asked (row_number INTEGER, account_id VARCHAR, t DATE)")
    con.execute("INSERT INTO asked VALUES (1, 'a', ?)", [t])
    make_as_known(con, [(name, kind)], rows="asked", into="known")
    ((_number, value),) = con.execute("SELECT * FROM known").fetchall()
    return value


def test_the_last_change_up_to_the_day_counts() -> None:
    changes = [
        change("2025-01-01", "10", "20"),
        change("2025-06-01", "20", "30"),
        change("2025-07-01", "30", "40"),
    ]
    assert as_known(changes) == 30


def test_with_only_later_changes_the_old_value_of_the_first_counts() -> None:
    changes = [change("2025-09-01", "80", "500"), change("2025-07-01", "60", "80")]
    assert as_known(changes) == 60


def test_without_any_change_todays_value_stands() -> None:
    assert as_known([]) == 500
    assert as_known([change("2025-07-01", "1", "2", field="revenue")]) == 500
    assert as_known([change("2025-07-01", "1", "2", account="another")]) == 500


def test_the_day_itself_counts_to_its_last_minute_and_the_next_does_not() -> None:
    assert as_known([change("2025-06-09 23:59:00", "60", "80")]) == 80
    assert as_known([change("2025-06-10 00:00:00", "60", "80")]) == 60


def test_of_several_changes_on_a_day_the_last_new_and_the_first_old_value_count() -> None:
    noon, evening = change("2025-06-09 12:00:00", "1", "2"), change("2025-06-09 18:00:00", "2", "3")
    assert as_known([evening, noon]) == 3
    assert as_known([evening, noon], t=date(2025, 6, 8)) == 1


def test_a_value_that_was_emptied_is_unknown_and_not_what_it_was_before() -> None:
    assert as_known([change("2025-06-01", "20", None)]) is None
    assert as_known([change("2025-01-01", "10", "20"), change("2025-06-01", "20", None)]) is None
    assert as_known([change("2025-07-01", None, "20")]) is None


def test_without_a_moment_todays_value_stands_though_there_are_changes() -> None:
    assert as_known([change("2025-06-01", "20", "30")], t=None) == 500


def test_the_field_is_named_in_any_case() -> None:
    assert as_known([change("2025-06-01", "20", "30", field="Employees")]) == 30


def test_an_undated_change_says_nothing() -> None:
    con = engine(
        accounts=[{"account_id": "a", "employees": 500}],
        account_history=[{"account_id": "a", "field": "employees", "old_value": "1", "new_value": "2"}],
    )
    con.execute("CREATE TABLE asked AS SELECT 1 AS row_number, 'a' AS account_id, DATE '2025-06-09' AS t")
    make_as_known(con, [("employees", "number")], rows="asked", into="known")
    assert con.execute("SELECT employees FROM known").fetchone() == (500,)


@pytest.mark.parametrize(
    ("name", "kind", "today", "old", "then"),
    [
        ("employees", "number", 500, "60.5", 60.5),
        ("employees", "number", 500, "about sixty", None),
        ("public", "boolean", True, "false", False),
        ("founded_on", "date", "2000-01-01", "1999-12-31", date(1999, 12, 31)),
        ("seen_at", "timestamp", "2000-01-01", "1999-12-31 10:00:00", datetime(1999, 12, 31, 10)),
        ("funding_stage", "text", "B", "Seed", "Seed"),
        ("tech", "list", ["okta"], "slack; jira", ["slack", "jira"]),
        ("tech", "list", ["okta"], "slack|jira", ["slack", "jira"]),
        ("tech", "list", ["okta"], "slack, jira,", ["slack", "jira"]),
    ],
)
def test_a_value_of_the_past_has_the_type_of_its_column(
    name: str, kind: ColumnType, today: Any, old: str, then: Any
) -> None:
    types = {name: kind} if name in ("public", "founded_on", "seen_at") else None
    found = as_known([change("2025-07-01", old, "", field=name)], today=today, name=name, kind=kind, types=types)
    assert found == then


def test_it_counts_the_rows_that_have_a_history() -> None:
    con = engine(
        accounts=[{"account_id": "a", "employees": 1}, {"account_id": "b", "employees": 2}],
        account_history=[change("2025-06-01", "5", "6")],
    )
    con.execute("CREATE TABLE asked (row_number INTEGER, account_id VARCHAR, t DATE)")
    con.execute("INSERT INTO asked VALUES (1, 'a', '2025-06-09'), (2, 'a', '2025-05-01'), (3, 'b', '2025-06-09')")
    assert make_as_known(con, [("employees", "number"), ("revenue", "number")], rows="asked", into="known") == {
        "employees": 2
    }
    assert con.execute("SELECT row_number, employees FROM known ORDER BY 1").fetchall() == [(1, 6), (2, 5), (3, 2)]


def by_hand(changes: list[tuple[int, int | None, int | None]], t: int, today: int) -> int | None:
    """The rule in plain words; the changes are in order of time."""
    before = [new for at, _old, new in changes if at <= t]
    after = [old for at, old, _new in changes if at > t]
    if before:
        return before[-1]
    return after[0] if after else today


def test_the_rule_is_the_same_as_one_applies_by_hand() -> None:
    draw = np.random.default_rng(1)
    start, count = date(2025, 1, 1), 500
    histories: dict[str, list[tuple[int, int | None, int | None]]] = {}
    moments: dict[str, int] = {}
    for account in map(str, range(count)):
        days = sorted(draw.choice(13, size=int(draw.integers(0, 6)), replace=False).tolist())
        values = [None if value == 0 else int(value) for value in draw.integers(0, 9, 2 * len(days))]
        histories[account] = list(zip(days, values[::2], values[1::2], strict=True))
        moments[account] = int(draw.integers(-1, 14))
    con = engine(
        accounts=[{"account_id": account, "employees": 500} for account in histories],
        account_history=[
            change(f"{start + timedelta(days=at)} 10:00:00", old, new, account=account)
            for account, changes in histories.items()
            for at, old, new in changes
        ],
    )
    con.execute(
        "CREATE TABLE asked AS SELECT account_id::INTEGER AS row_number, account_id, NULL::DATE AS t FROM accounts"
    )
    for t in range(-1, 14):
        accounts = [account for account, moment in moments.items() if moment == t]
        con.execute(
            "UPDATE asked SET t = ? WHERE account_id IN (FROM UNNEST(?))", [start + timedelta(days=t), accounts]
        )
    make_as_known(con, [("employees", "number")], rows="asked", into="known")
    found = dict(con.execute("SELECT row_number, employees FROM known").fetchall())
    expected = {int(one): by_hand(histories[one], moments[one], 500) for one in histories}
    assert found == expected


def test_the_evidence_of_a_deal_is_of_the_day_before_it_opened() -> None:
    con = engine(
        accounts=[{"account_id": "a", "employees": 500, "tech": ["okta"]}],
        deals=[{"deal_id": "d", "account_id": "a", "outcome": "won", "created_at": OPENED, "closed_at": AS_OF}],
        account_history=[
            change("2025-06-09", "1", "2"),
            change("2025-06-10", "2", "3"),
            change("2025-06-10", "slack", "okta", field="tech"),
        ],
    )
    evidence, _rows = evidence_of(con)
    assert fact_of(evidence, "employees").values.tolist() == [2]
    assert fact_of(evidence, "employees").dated
    assert fact_of(evidence, "tech").values.tolist() == [frozenset({"slack"})]
    assert not fact_of(evidence, "industry").dated

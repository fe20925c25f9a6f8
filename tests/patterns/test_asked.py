"""What counts as best, from what somebody wrote; and by stages, where deals can say who advances."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from idealfit.errors import BestNotKnown, BestUnreadable
from idealfit.evidence.progress import count_by, progress_of
from idealfit.patterns.asked import asked_for

DAY = date(2026, 1, 31)
ORDER = ("Qualified", "Demo", "Offer")


@pytest.mark.parametrize(
    ("text", "progress", "stage"),
    [
        ("progress", True, None),
        ("Progress to Demo done", True, "Demo done"),
        ("value", False, None),
        (None, False, None),
    ],
)
def test_a_stage_may_be_asked_for(text: str | None, progress: bool, stage: str | None) -> None:
    asked = asked_for(text)
    assert (asked.progress, asked.stage) == (progress, stage)


def test_what_means_nothing_is_refused() -> None:
    with pytest.raises(BestUnreadable):
        asked_for("progres of the world")


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    """Forty deals: all qualified, half saw a demo, a quarter got an offer, five of those were won; four are open."""
    con = duckdb.connect()
    con.execute(
        "CREATE TABLE evidence_rows AS SELECT range + 1 AS row_number, 'd' || range AS deal_id, "
        "CASE WHEN range < 5 THEN 1 WHEN range % 10 = 9 THEN -1 ELSE 0 END AS y, 9.0 AS amount, 9.0 AS cycle_days, "
        "DATE '2025-01-01' AS started_on, 1.0 AS months, 0.0 AS ended, 1.0 AS arr, 1.0 AS margin FROM range(40)"
    )
    con.execute("CREATE TABLE deal_stages (deal_id VARCHAR, stage VARCHAR, entered_at TIMESTAMP)")
    con.execute("INSERT INTO deal_stages SELECT 'd' || range, 'Qualified', '2025-01-01' FROM range(40)")
    con.execute("INSERT INTO deal_stages SELECT 'd' || range, 'Demo', '2025-01-05' FROM range(20)")
    con.execute("INSERT INTO deal_stages SELECT 'd' || range, 'Offer', '2025-01-09' FROM range(10)")
    con.execute("INSERT INTO deal_stages SELECT 'd' || range, 'Closed won', '2025-02-09' FROM range(5)")
    con.execute("INSERT INTO deal_stages SELECT deal_id, 'Closed lost', '2025-02-09' FROM evidence_rows WHERE y = 0")
    return con


def test_the_stage_that_tells_most_of_winning_is_chosen_and_outcomes_are_no_stages(
    con: duckdb.DuckDBPyConnection,
) -> None:
    found = progress_of(con, as_of=DAY)
    assert found.order == ORDER
    assert found.stage == "Offer"
    assert "not who buys" in found.note


def test_deals_count_by_the_stage_and_nothing_of_a_sale_is_left(con: duckdb.DuckDBPyConnection) -> None:
    found = progress_of(con, as_of=DAY, stage=" demo ")
    count_by(con, found, as_of=DAY)
    counted = dict(con.execute("SELECT y, COUNT(*) FROM evidence_rows GROUP BY y").fetchall())
    assert counted == {1: 20, 0: 18, -1: 2}
    assert (found.reached, found.decided) == (20, 38)
    assert con.execute("SELECT COUNT(amount) + COUNT(arr) + COUNT(months) FROM evidence_rows").fetchall() == [(0,)]


def test_a_stage_that_is_not_known_is_refused_with_those_that_are(con: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(BestNotKnown, match="Signature"):
        progress_of(con, as_of=DAY, stage="Signature")

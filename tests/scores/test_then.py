"""A score as of each row's own day is the score that everything has on that day."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from idealfit.profile.content import Profile
from idealfit.scores.score import score_tables
from idealfit.scores.then import score_then
from idealfit.store.engine import connect, load_tables
from idealfit.store.place import open_place

SAME = ("tier", "fit", "timing", "timing_band", "score", "low", "high", "completeness")


def test_rows_on_different_days_have_the_scores_of_these_days(made_up: Path) -> None:
    con = connect(made_up)
    load_tables(con, open_place(made_up))
    kind = con.execute("SELECT event_type FROM events GROUP BY 1 ORDER BY COUNT(*) DESC, 1 LIMIT 1").fetchall()[0][0]
    profile = Profile.model_validate(
        {
            "profile": "Fades",
            "layers": {
                "firmographic": {"weight": 2, "criteria": [{"id": "size", "when": "employees >= 100", "points": 5}]},
                "situational": {
                    "weight": 1,
                    "criteria": [
                        {"id": "event", "when": f"happened('{kind}', within => '365 days')", "points": 9,
                         "half_life": "30 days"}
                    ],
                },
            },
            "tiers": {"by": "score", "A": 60, "B": 20},
            "coverage": {"default_events": "all"},
        }
    )  # fmt: skip
    last = date(2026, 6, 1)
    days = [last - timedelta(days=45 * back) for back in range(3)]
    listed = ", ".join(f"DATE '{day}'" for day in days)
    con.execute(
        "CREATE TEMP VIEW then_rows AS SELECT ROW_NUMBER() OVER (ORDER BY d.day, a.account_id) AS row_number, a.*, "
        f"d.day AS as_of FROM accounts a, (SELECT UNNEST([{listed}]) AS day) d WHERE a.duplicate_of IS NULL"
    )
    score_then(con, profile, rows="then_rows", as_of=last, into="then_scores")
    same = ", ".join(f"BOOL_AND(n.{name} IS NOT DISTINCT FROM t.{name})" for name in SAME)
    halved = set()
    for day in days:
        score_tables(con, profile, as_of=day, into="day_scores")
        rows = con.execute(
            f"SELECT COUNT(*), {same} FROM day_scores n "
            "JOIN then_rows r ON r.account_id = n.account_id AND r.as_of = $day "
            "JOIN then_scores t ON t.account_id = CAST(r.row_number AS VARCHAR) WHERE n.duplicate_of IS NULL",
            {"day": day},
        ).fetchall()[0]
        assert rows[0] > 2_000
        assert all(rows[1:])
        halved |= {row[0] for row in con.execute("SELECT DISTINCT timing FROM day_scores").fetchall()}
    assert len(halved) > 4  # points did fade
    con.close()

"""The data are read once: whatever a profile asks, however many profiles there are, and sorted once."""

from __future__ import annotations

import re
from datetime import date

import pytest

from idealfit.profile.document import Profile
from idealfit.scores.motions import score_motions
from idealfit.scores.score import score_tables
from idealfit.store.engine import connect

DAY = date(2026, 6, 30)


def motion(name: str, days: int, least: int, **coverage: object) -> Profile:
    happened = f"happened('funding', within => '{days} days')"
    criteria = [
        {"id": "size", "when": f"employees >= {least}", "points": 5},
        {"id": "funded", "when": happened, "points": 8, "half_life": "30 days"},
        {"id": "visits", "when": "count_of('visit', within => '365 days') >= 2", "points": 3},
    ]
    layers = {"firmographic": {"criteria": criteria[:1]}, "situational": {"criteria": criteria[1:]}}
    return Profile.model_validate({"profile": name, "motion": name, "layers": layers, "coverage": coverage})


class Watched:
    """A connection that keeps the statements that made tables, with how they were to be run."""

    def __init__(self, merged: str = "NULL"):
        self.con = connect()
        self.con.execute(
            "CREATE TABLE accounts AS SELECT i::VARCHAR AS account_id, (i * 7 % 90)::DOUBLE AS employees, "
            f"CASE WHEN i = 4 THEN {merged} END::VARCHAR AS duplicate_of FROM range(8) AS t(i)"
        )
        self.con.execute(
            "CREATE TABLE events AS SELECT (i % 5)::VARCHAR AS account_id, ['funding', 'visit', 'other'][1 + i % 3] AS "
            "event_type, NULL::VARCHAR AS detail, TIMESTAMP '2026-06-29' - INTERVAL 1 DAY * (i * 11) AS occurred_at, "
            "NULL::TIMESTAMP AS known_at FROM range(30) AS t(i)"
        )
        self.plans: list[str] = []

    def execute(self, statement: str, *bound: object):
        if re.match(r"CREATE .*TABLE", statement):
            self.plans.append(self.con.execute(f"EXPLAIN (FORMAT json) {statement}").fetchall()[0][1])
        return self.con.execute(statement, *bound)

    def read(self, table: str) -> int:
        """How often the statements scan `table`."""
        return sum(plan.count(f'"memory.main.{table}"') for plan in self.plans)


def test_accounts_and_events_are_read_once_and_joined_by_key():
    con = Watched()
    score_tables(con, motion("one", 90, 20), as_of=DAY)  # type: ignore[arg-type]
    assert (con.read("accounts"), con.read("events")) == (1, 1)
    assert not re.search("CROSS_PRODUCT|NESTED_LOOP", "".join(con.plans))
    assert sum(plan.count('"ORDER_BY"') for plan in con.plans) == 1


@pytest.mark.parametrize("merged", ["NULL", "'2'"])
def test_three_motions_in_one_pass_give_what_each_gives_alone(merged: str):
    profiles = {f"m{days}": motion(f"m{days}", days, days) for days in (30, 60, 90)}
    con = Watched(merged)
    found = score_motions(con, profiles, as_of=DAY, criteria=True)  # type: ignore[arg-type]
    assert con.read("events") == 1
    if merged == "NULL":
        assert con.read("accounts") == 1
    for (name, profile), told in zip(profiles.items(), found.motions, strict=True):
        alone = score_tables(con.con, profile, as_of=DAY, criteria=True, into="alone")
        assert told.report == alone
        said = "SELECT account_id, m.tier, m.score, m.fit, m.timing FROM (SELECT account_id, unnest(motions) AS m "
        several = con.con.execute(f"{said} FROM scores) WHERE m.motion = ? ORDER BY account_id", [name]).fetchall()
        assert several == con.con.execute("SELECT account_id, tier, score, fit, timing FROM alone").fetchall()


def test_profiles_that_understand_silence_differently_are_not_mixed():
    profiles = {"listed": motion("listed", 60, 30), "all": motion("all", 60, 30, default_events="all")}
    con = Watched()
    found = score_motions(con, profiles, as_of=DAY)  # type: ignore[arg-type]
    assert con.read("events") == 2
    listed, every = (one.report.hits["funded"] for one in found.motions)
    assert listed.unknown > every.unknown == 0

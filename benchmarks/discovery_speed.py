"""How long discovery takes and how much memory: a table of sizes, each measured in a process of its own.

    python benchmarks/discovery_speed.py            6,000 deals with 200 columns; then twice as many deals
    python benchmarks/discovery_speed.py --large    300,000 deals, 1 million accounts, 3 million events and activities
    python benchmarks/discovery_speed.py --linear   a quarter of that, half of it, and all: is the cost linear in deals?

A made-up company is drawn straight into canonical tables, by the engine, so that only what follows an import is
measured: the rows, the evidence, search with trust and backtest, and the scores of every account.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

AS_OF = date(2026, 6, 30)
BARS = {"6,000 by 200": (15.0, 120.0), "300,000 by 40": (None, 360.0)}
"""Seconds that search with trust, and everything, may take on two cores."""


@dataclass(frozen=True)
class Size:
    """How much of everything a made-up company has."""

    deals: int
    accounts: int
    columns: int
    events: int
    activities: int

    @property
    def name(self) -> str:
        return f"{self.deals:,} by {self.columns}"


SEARCH_AND_TRUST = ("looking for leakage", "searching", "testing what was found")
SMALL = (Size(6_000, 20_000, 200, 20_000, 40_000), Size(12_000, 40_000, 200, 40_000, 80_000))
LARGE = (Size(300_000, 1_000_000, 40, 1_000_000, 2_000_000),)
LINEAR = (Size(75_000, 250_000, 40, 250_000, 500_000), Size(150_000, 500_000, 40, 500_000, 1_000_000), *LARGE)


def chance(salt: int, of: str = "i") -> str:
    """SQL for a number from 0 to 1 that depends on a row's number and `salt` alone."""
    return f"((hash({of} * 1000003 + {salt}) >> 11) / 9007199254740992.0)"


def column_sql(number: int) -> str:
    """A third of the columns hold numbers, a third few texts, the others a yes or no; 30 % is not known."""
    known = f"{chance(3 * number)} < 0.7"
    value = chance(3 * number + 1)
    made = (
        f"round(exp(4 + 2 * {value}), 1)",
        f"'{'abcdefgh'[number % 8]}' || CAST(floor({value} * {3 + number % 9}) AS INT)",
        f"{value} < {0.1 + 0.05 * (number % 10)}",
    )[number % 3]
    return f"CASE WHEN {known} THEN {made} END AS fact_{number}"


def draw(con: duckdb.DuckDBPyConnection, size: Size) -> None:
    """The canonical tables: five columns and one event go with winning."""
    from idealfit.records.tables import TABLES
    from idealfit.store.engine import empty_table_sql, quote

    columns = ", ".join(column_sql(number) for number in range(size.columns))
    made = {
        "accounts": f"SELECT 'a' || i AS account_id, 'Company ' || i AS name, {columns} "
        f"FROM range({size.accounts}) t(i)",
        "events": f"SELECT 'e' || i AS event_id, 'a' || CAST(floor({chance(7001)} * {size.accounts}) AS BIGINT) AS "
        f"account_id, 'kind ' || CAST(floor({chance(7002)} * 6) AS INT) AS event_type, TIMESTAMP '2023-01-01' + "
        f"to_days(CAST(floor({chance(7003)} * 1270) AS INT)) AS occurred_at FROM range({size.events}) t(i)",
        "activities": f"SELECT 'v' || i AS activity_id, 'a' || CAST(floor({chance(7101)} * {size.accounts}) AS BIGINT) "
        f"AS account_id, 'page ' || CAST(floor({chance(7102)} * 6) AS INT) AS activity_type, TIMESTAMP '2023-01-01' + "
        f"to_days(CAST(floor({chance(7103)} * 1270) AS INT)) AS occurred_at, 'inbound' AS direction "
        f"FROM range({size.activities}) t(i)",
    }
    for name, sql in made.items():
        con.execute(f"CREATE TABLE made AS {sql}")
        there = {row[0] for row in con.execute("DESCRIBE made").fetchall()}
        con.execute(f"CREATE TABLE {quote(name)} AS {_whole(name, there)}")
        con.execute("DROP TABLE made")
    _draw_deals(con, size)
    for name, table in TABLES.items():
        if name not in (*made, "deals"):
            con.execute(f"CREATE TABLE {quote(name)} AS {empty_table_sql(table)}")


def _whole(name: str, there: set[str]) -> str:
    """Everything of the table `made`, and the canonical columns that it lacks as NULL."""
    from idealfit.records.tables import DUCKDB_TYPES, TABLES

    columns = TABLES[name].columns.items()
    lacking = [f"NULL::{DUCKDB_TYPES[kind]} AS {column}" for column, kind in columns if column not in there]
    return f"SELECT {', '.join(['*', *lacking])} FROM made"


def _draw_deals(con: duckdb.DuckDBPyConnection, size: Size) -> None:
    """Deals of the first accounts, three of four with one deal each, won by what is known of the account."""
    worked = max(1, size.deals * 3 // 4)
    odds = (
        "-1.4 + 0.9 * coalesce(CAST(fact_0 > 150 AS INT), 0) + 0.8 * coalesce(CAST(fact_1 IN ('b0', 'b1') AS INT), 0)"
        " + 0.9 * coalesce(CAST(fact_2 AS INT), 0) - 0.9 * coalesce(CAST(fact_5 AS INT), 0)"
        " + 0.7 * coalesce(CAST(fact_3 < 100 AS INT), 0)"
    )
    con.execute(
        f"CREATE TABLE made AS SELECT 'd' || i AS deal_id, account_id, TIMESTAMP '2023-06-01' + "
        f"to_days(CAST(floor({chance(7201)} * 1100) AS INT)) AS created_at, CASE WHEN {chance(7202)} < 0.06 THEN "
        f"'open' WHEN {chance(7203)} < 1 / (1 + exp(-({odds}))) THEN 'won' ELSE 'lost' END AS outcome, "
        f"'new_business' AS deal_type, round(exp(8 + {chance(7204)})) AS amount, 'rep ' || (i % 20) AS owner_id "
        f"FROM range({size.deals}) t(i) JOIN accounts ON account_id = 'a' || (i % {worked})"
    )
    con.execute(
        "CREATE OR REPLACE TABLE made AS SELECT *, CASE WHEN outcome <> 'open' THEN created_at + INTERVAL 30 DAY END "
        "AS closed_at FROM made"
    )
    there = {row[0] for row in con.execute("DESCRIBE made").fetchall()}
    con.execute(f"CREATE TABLE deals AS {_whole('deals', there)}")
    con.execute("DROP TABLE made")


def scored(con: duckdb.DuckDBPyConnection, discovery: Any, attributes: Any) -> int:
    """Every account scored by all that was found; how many."""
    from idealfit.profile.content import Profile
    from idealfit.profile.text import to_text
    from idealfit.scores.score import score_tables

    layers: dict[str, Any] = {}
    for number, found in enumerate(found for found in discovery.patterns if found.points):
        layer = layers.setdefault(found.layer, {"weight": 10, "criteria": []})
        when = to_text(found.candidate.predicate())
        layer["criteria"].append({"id": f"c{number}", "when": when, "points": found.points, "because": "found"})
    profile = Profile.model_validate({"profile": "Found", "motion": "main", "status": "draft", "layers": layers})
    return int(score_tables(con, profile, as_of=AS_OF, attributes=attributes, criteria=True).rows)


def one(size: Size) -> dict[str, Any]:
    """Every stage of one size: seconds, processor seconds, and the most memory held so far (MB)."""
    from idealfit.evidence.rows import make_rows
    from idealfit.evidence.table import gather_evidence
    from idealfit.patterns.discovery import discover
    from idealfit.records.attribute import AttributeInfo
    from idealfit.records.company import Company
    from idealfit.store.engine import connect

    con = connect(memory="4GB")
    draw(con, size)
    kinds = ("number", "text", "boolean")
    names = [f"fact_{number}" for number in range(size.columns)]
    attributes = {name: AttributeInfo(name, name, kinds[at % 3]) for at, name in enumerate(names)}
    stages: dict[str, Any] = {}
    begun: list[tuple[str, float, float]] = []

    def tell(what: str, _share: float) -> None:
        now = (time.perf_counter(), time.process_time())
        if begun:
            last, wall, spent = begun.pop()
            before = stages.get(last, [0.0, 0.0])
            stages[last] = [round(before[0] + now[0] - wall, 1), round(before[1] + now[1] - spent, 1)]
        begun.append((what, *now))

    def measured(name: str, act: Any) -> Any:
        wall, spent = time.perf_counter(), time.process_time()
        made = act()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        stages[name] = (time.perf_counter() - wall, time.process_time() - spent, peak)
        return made

    rows = measured("rows", lambda: make_rows(con, Company(name="Made up"), as_of=AS_OF))
    evidence = measured("evidence", lambda: gather_evidence(con, as_of=AS_OF, attributes=attributes, reach=rows.reach))
    found = measured("discovery", lambda: discover(evidence, attributes=attributes, unit=rows.unit, progress=tell))
    measured("scores", lambda: scored(con, found, attributes))
    return {
        "stages": {name: took for name, took in stages.items() if isinstance(took, tuple)},
        "parts": {name: took for name, took in stages.items() if not isinstance(took, tuple)},
        "verdict": found.judgement.verdict,
        "found": [pattern.candidate.key for pattern in found.patterns],
    }


def main() -> int:
    """Prints a line a stage; 1 where a bar is missed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--linear", action="store_true")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        json.dump(one(Size(*json.loads(asked.one))), sys.stdout)
        return 0
    missed = 0
    print(f"{'deals by columns':>18}  {'stage':<34}{'seconds':>9}{'CPU s':>9}{'peak MB':>9}")
    for size in LINEAR if asked.linear else LARGE if asked.large else SMALL:
        values = [size.deals, size.accounts, size.columns, size.events, size.activities]
        done = subprocess.run(
            [sys.executable, __file__, "--one", json.dumps(values)],
            stdout=subprocess.PIPE,
            check=True,
            text=True,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        )
        told = json.loads(done.stdout)
        for name, (seconds, processor, peak) in told["stages"].items():
            print(f"{size.name:>18}  {name:<34}{seconds:>9.1f}{processor:>9.1f}{peak:>9.0f}")
        for name, (seconds, processor) in told["parts"].items():
            print(f"{'':>18}    {name:<32}{seconds:>9.1f}{processor:>9.1f}")
        print(f"{'':>18}  verdict {told['verdict']}, found {len(told['found'])}", flush=True)
        found_in = sum(told["parts"].get(name, (0.0,))[0] for name in SEARCH_AND_TRUST)
        whole = sum(seconds for seconds, _, _ in told["stages"].values())
        search_bar, bar = BARS.get(size.name, (None, None))
        missed += (search_bar is not None and found_in > search_bar) + (bar is not None and whole > bar)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

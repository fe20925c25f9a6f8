"""What became of each account's score from run to run, and why: the profile changed, time passed, or the data changed.

The three are told apart by scoring three times: the old data on the old day by the new profile, then on the new day,
then the new data. Each step's difference of fit, timing and score is its part, so that the parts add up to the whole
change; what turned out otherwise in a step is named with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from idealfit.scores.scorecard import Scorecard
from idealfit.scores.table import state_column
from idealfit.store.engine import literal, quote

STEPS = ("profile", "time", "data")
FIGURES = ("fit", "timing", "score")
FIRST = "first score"
ANEW = "scored anew: what the score before was made of is no longer there"
COLUMNS = (
    "account_id", "run", "as_of", "profile_version", "tier", "priority", "fit", "timing", "score",
    *(f"{figure}_by_{step}" for step in STEPS for figure in FIGURES), "because",
)  # fmt: skip
"""`run` counts the builds; `<figure>_by_<step>`: the part of the change that a step made, in points of 100, NULL where
there is nothing before.
"""


def history_query(
    plan: Scorecard, *, stages: Sequence[str], before: str | None, as_of: str, version: str, profile_changed: bool
) -> str:
    """A SELECT of the rows that a run adds to the history: of every account that is new or has another tier, priority,
    fit, timing or score.

    `stages` are relations of scores with `c_` columns: the last run's, then by the new profile, then on the new day,
    then of the new data (a stage that changes nothing is the one before it). `before` names the history so far.
    """
    if before is None:
        nothing = ", ".join(f"CAST(NULL AS DOUBLE) AS {name}" for name in COLUMNS[9:-1])
        return (
            f"SELECT account_id, {literal(as_of)}::DATE AS as_of, {literal(version)} AS profile_version, tier, "
            f"priority, fit, timing, score, {nothing}, [{literal(FIRST)}] AS because FROM {quote(stages[-1])} "
            "WHERE duplicate_of IS NULL ORDER BY account_id"
        )
    then, profiled, aged, now = (quote(name) for name in stages)
    parts = [
        f"ROUND({later}.{figure} - {earlier}.{figure}, 1) AS {figure}_by_{step}"
        for step, earlier, later in zip(STEPS, ("t", "p", "a"), ("p", "a", "n"), strict=True)
        for figure in FIGURES
    ]
    other = " OR ".join(f"p.{name} IS DISTINCT FROM t.{name}" for name in ("tier", *FIGURES))
    said = [
        f"CASE WHEN t.account_id IS NULL THEN {literal(FIRST)} END",
        *([f"CASE WHEN {other} THEN 'profile: another version' END"] if profile_changed else []),
        *_turned(plan, "time", "p", "a"),
        "CASE WHEN a.timing IS DISTINCT FROM p.timing AND " + _same(plan, "p", "a") + " THEN 'time: signals faded' END",
        *_turned(plan, "data", "a", "n"),
    ]
    return (
        f"SELECT n.account_id, {literal(as_of)}::DATE AS as_of, {literal(version)} AS profile_version, n.tier, "
        f"n.priority, n.fit, n.timing, n.score, {', '.join(parts)}, "
        f"list_filter([{', '.join(said)}], lambda one: one IS NOT NULL) AS because "
        f"FROM {now} n LEFT JOIN {then} t USING (account_id) LEFT JOIN {profiled} p USING (account_id) "
        f"LEFT JOIN {aged} a USING (account_id) WHERE n.duplicate_of IS NULL AND (t.account_id IS NULL OR "
        + " OR ".join(f"n.{name} IS DISTINCT FROM t.{name}" for name in ("tier", "priority", *FIGURES))
        + ") ORDER BY n.account_id"
    )


def _turned(plan: Scorecard, step: str, earlier: str, later: str) -> list[str]:
    """For each criterion and exclusion: 'data: size not known → yes' where a step turned it; NULL elsewhere."""
    found = []
    for name in plan.scored:
        column = quote(state_column(name))
        words = [
            f"CASE {side}.{column} WHEN TRUE THEN 'yes' WHEN FALSE THEN 'no' ELSE 'not known' END"
            for side in (earlier, later)
        ]
        found.append(
            f"CASE WHEN {earlier}.account_id IS NOT NULL AND {earlier}.{column} IS DISTINCT FROM {later}.{column} "
            f"THEN {literal(f'{step}: {name} ')} || {words[0]} || ' → ' || {words[1]} END"
        )
    return found


def _same(plan: Scorecard, earlier: str, later: str) -> str:
    """That no criterion turned in a step."""
    columns = [quote(state_column(name)) for name in plan.scored]
    return " AND ".join(f"{earlier}.{one} IS NOT DISTINCT FROM {later}.{one}" for one in columns) or "TRUE"


def history_with(
    con: duckdb.DuckDBPyConnection, before: Path | None, query: str, into: str, *, anew: bool = False
) -> None:
    """Make the table `into`: the history so far and what a run adds. `anew`: that run was not held against the one
    before, so that what is new of an account with a history is no first score.
    """
    old, number = "", "1"
    if before is not None:
        past = f"read_parquet({literal(str(before))})"
        old = f"SELECT * FROM {past} UNION ALL BY NAME "
        number = f"1 + (SELECT max(run) FROM {past})"
        if anew:
            said = f"CASE WHEN account_id IN (SELECT account_id FROM {past}) THEN [{literal(ANEW)}] ELSE because END"
            query = f"SELECT * REPLACE ({said} AS because) FROM ({query})"
    listed = ", ".join(COLUMNS)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {quote(into)} AS SELECT {listed} FROM ({old}"
        f"SELECT {number} AS run, * FROM ({query})) ORDER BY account_id, run"
    )

"""The scores that a profile would have given the account of each deal the day before the deal opened."""

from __future__ import annotations

from datetime import date

import duckdb

from idealfit.profile.document import Profile
from idealfit.scores import sql
from idealfit.scores.expected_value import add_expected_value
from idealfit.scores.reasons import wordings
from idealfit.scores.scorecard import scorecard
from idealfit.scores.states import states_query
from idealfit.scores.table import score_steps, state_column

_STATES, _LINES, _ALL = "idealfit states then", "idealfit lines then", "idealfit scores then"


def score_then(con: duckdb.DuckDBPyConnection, profile: Profile, *, rows: str, as_of: date, into: str) -> None:
    """Make `into`: the columns of `scores` for every row of `rows`; its `row_number`, as text, is the `account_id`.

    `rows` names a table or view with `row_number`, `account_id`, attribute columns as they were, and `as_of` (the last
    day that was known of that row; NULL: no events are known). The arithmetic is that of `score_tables`; points that
    fade are counted from each row's own day. `p_win`, `expected_value` and `rank` where the profile has a model.
    """
    plan = scorecard(profile)
    facts = tuple(dict.fromkeys(fact for item in plan.items for fact in item.last_events))
    predicates = {state_column(name): predicate for name, predicate in plan.scored.items()}
    keep = ("row_number", "as_of")
    query = states_query(con, predicates, rows=rows, as_of="row", coverage=profile.coverage, keep=keep, facts=facts)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {sql.text_of(sql.name(_STATES))} AS {sql.text_of(query)}")
    # every row is moved to the same day: an event keeps its distance from the day of its row
    moved = "".join(
        f", DATE '{as_of.isoformat()}' - CAST(s.as_of - CAST(s.{column} AS DATE) AS INTEGER) AS {column}"
        for column in (sql.text_of(sql.name(fact.column)) for fact in facts)
    )
    states = "".join(f", s.{sql.text_of(sql.name(name))}" for name in predicates)
    lines, states_table = sql.text_of(sql.name(_LINES)), sql.text_of(sql.name(_STATES))
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {lines} AS SELECT CAST(s.row_number AS VARCHAR) AS account_id, "
        f"CAST(NULL AS VARCHAR) AS duplicate_of{moved}{states} FROM {states_table} s ORDER BY s.row_number"
    )
    steps = score_steps(
        plan, wordings(profile, None), states=_LINES, as_of=as_of, version="", shown_states=tuple(plan.scored)
    )
    con.execute(f"CREATE OR REPLACE TEMP TABLE {sql.text_of(sql.name(_ALL))} AS {sql.text_of(steps)}")
    add_expected_value(con, profile, table=_ALL, into=into)
    for name in (_STATES, _LINES, _ALL):
        con.execute(f"DROP TABLE IF EXISTS {sql.text_of(sql.name(name))}")

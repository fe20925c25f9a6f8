"""A predicate in SQL is what it is in Python, on random accounts, unknowns included."""

from __future__ import annotations

import duckdb
import pytest
from accounts_at_random import TODAY, Made, coverages, load, made_accounts, predicates
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from idealfit.profile.coverage import Coverage
from idealfit.profile.evaluating import evaluate
from idealfit.profile.parsing import parse
from idealfit.profile.predicate import Predicate
from idealfit.profile.text import to_text
from idealfit.scores.states import criterion_states


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


@settings(max_examples=40, phases=[Phase.generate])
@given(
    made=st.lists(made_accounts, min_size=1, max_size=4),
    asked=st.lists(predicates, min_size=1, max_size=6),
    coverage=coverages,
    own_moment=st.booleans(),
)
def test_sql_gives_what_python_gives(
    con: duckdb.DuckDBPyConnection, made: list[Made], asked: list[Predicate], coverage: Coverage, own_moment: bool
) -> None:
    load(con, made)
    named = {f"p{number}": predicate for number, predicate in enumerate(asked)}
    criterion_states(con, named, rows="accounts", as_of="row" if own_moment else TODAY, coverage=coverage)
    found = con.execute("SELECT * FROM criterion_states ORDER BY account_id").fetchall()
    for one, (_, *states) in zip(made, found, strict=True):
        day = one.as_of if own_moment else TODAY
        expected = [evaluate(predicate, one.facts(coverage), day) for predicate in asked]
        assert states == expected, [to_text(predicate) for predicate in asked]


def test_what_is_too_large_is_unknown_beside_a_comparison_too(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        "CREATE OR REPLACE TABLE large AS SELECT '1' AS account_id, 999999999999.9999::DOUBLE AS a, 2.5e-6 AS b"
    )
    asked = {
        "over": parse("a / b > 1.000001"),
        "times": parse("a * a BETWEEN 1 AND 2"),
        "less": parse("-1 * a * 2 < 0"),
    }
    criterion_states(con, asked, rows="large", as_of=TODAY)
    assert con.execute("SELECT * FROM criterion_states").fetchall() == [("1", None, None, None)]

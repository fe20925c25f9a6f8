"""Events as bits give what counting each event for itself gives, whatever is asked at once."""

from __future__ import annotations

from datetime import date

import duckdb

from idealfit.profile.parsing import parse
from idealfit.scores.event_marks import BITS
from idealfit.scores.states import criterion_states

TODAY = date(2026, 6, 30)
COVERAGE = {"events": {"visit": "all", "demo": "all", "Rare": "all"}}


def asked() -> list[str]:
    """More questions than one number has bits: windows that begin and end on every side of the others."""
    found = [
        "happened('visit')",
        "not_happened('Visit ', within => '1 days')",
        "count_of('demo', within => '80 days') >= 2",
    ]
    for days in range(3, 75, 3):
        found.append(f"happened('{'visit' if days % 2 else 'DEMO'}', within => '{days} days')")
        found.append(f"count_of('hiring', within => '{days} days') >= {1 + days % 3}")
        found.append(f"not_happened('hiring', within => '{days + 1} days')")
    found.append("happened('visit', detail => 'Home', within => '40 days')")
    found.append("happened('nobody does this', within => '9 days')")
    return found


def test_bits_answer_as_the_events_themselves_do():
    con = duckdb.connect()
    con.execute(
        f"CREATE TABLE accounts AS SELECT i::VARCHAR AS account_id, DATE '{TODAY}' AS as_of FROM range(60) t(i)"
    )
    con.execute(
        "CREATE TABLE events AS SELECT (i % 53)::VARCHAR AS account_id, "
        "(['visit', ' VISIT', 'demo', 'hiring', 'rare', 'other', NULL])[1 + i * i % 7] AS event_type, "
        "(['home ', 'pricing', NULL])[1 + i % 3] AS detail, "
        f"CASE WHEN i % 41 = 0 THEN '-infinity' ELSE DATE '{TODAY}' + 3 - (i * 7 % 80)::INTEGER END::TIMESTAMP "
        "AS occurred_at, "
        f"CASE WHEN i % 11 = 0 THEN TIMESTAMP '{TODAY}' + INTERVAL 2 DAY END AS known_at FROM range(300) t(i)"
    )
    questions = asked()
    assert len(questions) > BITS
    predicates = {f"c{at}": parse(text) for at, text in enumerate(questions)}
    rows = []
    for moment in (TODAY, "row"):
        criterion_states(con, predicates, rows="accounts", as_of=moment, coverage=COVERAGE, into="found")  # type: ignore[arg-type]
        rows.append(con.execute("FROM found ORDER BY account_id").fetchall())
    for one, other in zip(*rows, strict=True):
        wrong = [text for text, here, there in zip(questions, one[1:], other[1:], strict=True) if here is not there]
        assert not wrong, (one[0], wrong)
    answers = {answer for row in rows[0] for answer in row[1:]}
    assert answers == {True, False, None}

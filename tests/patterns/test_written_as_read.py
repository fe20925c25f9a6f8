"""What the search saw in a set is what the scorer reads in its criterion: for every kind of candidate, in SQL and in
Python, with gaps, lists, ranges, odd spellings and dates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from evidence.tables import attributes_of, engine
from idealfit.evidence.facts_at import facts_at
from idealfit.patterns.candidate import Binned, Candidate, bin_fact
from idealfit.patterns.drafting import coverage_of
from idealfit.profile.coverage import Coverage
from idealfit.profile.evaluating import AccountFacts, Occurrence, evaluate
from idealfit.profile.parsing import parse, to_text
from idealfit.scores.states import criterion_states

AS_OF = date(2026, 6, 30)
COUNTRIES = ("France", "france ", "Germany", "Italy", "Japan", "India", "Brazil", "Atlantis", "İ land", "ΑΣ")
INDUSTRIES = ("Banking", "Insurance", "banking", "Computer Software", "Internet", "Hospitals", "Odd o'trade")
TOOLS = ("HubSpot", "hubspot ", "Salesforce", "Okta", "Ping Identity", "Pipedrive", "Jira", "ΑΣ", "Ïx")
BANDS = ((1.0, 10.0), (11.0, 50.0), (51.0, 200.0), (201.0, 1000.0))
TYPES: dict[str, Any] = {
    "employees_low": "number",
    "employees_high": "number",
    "score now": "number",
    "exports": "boolean",
    "is public": "boolean",
    "naics": "text",
    "segment": "text",
}


@dataclass(frozen=True)
class World:
    """Rows of accounts at moments, their searchable facts, and everything that the plain evaluation reads."""

    con: Any
    binned: tuple[Binned, ...]
    moments: tuple[date, ...]
    facts: tuple[AccountFacts, ...]
    coverage: Coverage


def drawn(seed: int) -> World:
    """Sixty accounts at two moments each."""
    draw = np.random.default_rng(seed)

    def one(choices: Any, gap: float = 0.15) -> Any:
        return None if draw.random() < gap else choices[int(draw.integers(len(choices)))]

    tables: dict[str, list[dict[str, Any]]] = {"accounts": [], "account_history": [], "events": [], "activities": []}
    tables |= {"contacts": [], "deals": []}
    for place in range(60):
        key = f"a{place:02}"
        low, high = BANDS[int(draw.integers(4))]
        ranged = draw.random() < 0.8
        size = None if draw.random() < 0.1 else (low + high) / 2 if ranged else float(draw.integers(1, 1000))
        tools = [TOOLS[int(number)] for number in draw.choice(len(TOOLS), int(draw.integers(0, 5)), replace=False)]
        tables["accounts"].append(
            {"account_id": key, "country": one(COUNTRIES), "industry": one(INDUSTRIES), "tech": tools or None,
             "employees": size, "employees_low": low if ranged and size else size,
             "employees_high": high if ranged and size else size, "revenue": round(float(draw.normal(0, 9)), 3),
             "score now": one((-2.5, 0, 3, 1e6)), "exports": one((True,), 0.6), "is public": one((True, False)),
             "naics": one(("511210", "5112", "518210", "541511", "541512", "622110")),
             "segment": one(("SMB", "smb", "Ent")), "parent_id": one(("a01",), 0.7)}
        )  # fmt: skip
        for _ in range(int(draw.integers(0, 4))):
            changed = AS_OF - timedelta(days=int(draw.integers(0, 900)))
            was, then = (one(("10", " 20 ", "40", "1e3", "0"), 0.1) for _ in range(2))
            tables["account_history"].append(
                {"account_id": key, "field": "employees", "old_value": was, "new_value": then, "changed_at": changed}
            )
        for number in range(int(draw.integers(0, 6))):
            day = AS_OF - timedelta(days=int(draw.integers(-200, 800)))
            known = one((day, day - timedelta(days=200), day + timedelta(days=9), day - timedelta(days=90)), 0.2)
            tables["events"].append(
                {"event_id": f"{key}{number}", "account_id": key,
                 "event_type": one(("funding", "Funding", "audit "), 0), "detail": one(("Series A", "series a", "Ä b")),
                 "occurred_at": day, "known_at": known}
            )  # fmt: skip
        for number in range(int(draw.integers(0, 8))):
            tables["activities"].append(
                {"activity_id": f"{key}{number}", "account_id": key, "activity_type": one(("visit", "audit"), 0),
                 "channel": one(("web", "mail")), "direction": one(("inbound", "outbound"), 0),
                 "occurred_at": AS_OF - timedelta(days=int(draw.integers(0, 500)))}
            )  # fmt: skip
        for number in range(int(draw.integers(0, 3))):
            created = one((AS_OF - timedelta(days=int(draw.integers(0, 800))),))
            tables["contacts"].append(
                {"contact_id": f"{key}{number}", "account_id": key, "role": one(("Champion", "user")),
                 "function": one(("Security", "IT-Security", "finance")), "title": one(("Head of Security/IT",), 0.8),
                 "created_at": created}
            )  # fmt: skip
    return _world(tables, draw)


def _world(tables: dict[str, list[dict[str, Any]]], draw: np.random.Generator) -> World:
    con = engine(types=TYPES, **tables)
    moments = [AS_OF - timedelta(days=int(draw.integers(0, 700))) for _ in range(120)]
    con.execute("CREATE TEMP TABLE asked (row_number BIGINT, account_id VARCHAR, t DATE)")
    con.executemany(
        "INSERT INTO asked VALUES (?, ?, ?)",
        [(row, f"a{row % 60:02}", moment) for row, moment in enumerate(moments)],
    )
    facts = facts_at(con, attributes_of(con), as_of=AS_OF, rows="asked")
    account = np.arange(120) % 60
    binned = tuple(made for fact in facts for made in bin_fact(fact, account))
    con.execute(
        "CREATE TEMP TABLE rows_then AS SELECT r.row_number, r.account_id, r.t AS as_of, k.* EXCLUDE (row_number) "
        "FROM asked r JOIN as_known k USING (row_number)"
    )
    coverage = coverage_of(con)
    read = con.execute("SELECT * FROM rows_then ORDER BY row_number").fetchall()
    names = [column[0] for column in con.description]
    plain = [_facts(con, dict(zip(names, row, strict=True)), coverage) for row in read]
    return World(con, binned, tuple(moments), tuple(plain), coverage)


def _facts(con: Any, row: dict[str, Any], coverage: Coverage) -> AccountFacts:
    key, moment = row["account_id"], row["as_of"]
    events = con.execute("SELECT event_type, detail, occurred_at, known_at FROM events WHERE account_id = ?", [key])
    found = [
        Occurrence(kind, detail, on.date(), known and known.date()) for kind, detail, on, known in events.fetchall()
    ]
    visits = con.execute(
        "SELECT activity_type, channel, occurred_at FROM activities WHERE account_id = ? AND direction = 'inbound'",
        [key],
    )
    found += [Occurrence(kind, channel, on.date(), on.date()) for kind, channel, on in visits.fetchall()]
    people = con.execute(
        "SELECT role, function, seniority, title FROM contacts WHERE account_id = ? AND "
        "(created_at IS NULL OR CAST(created_at AS DATE) <= ?)",
        [key, moment],
    ).fetchall()
    changes = con.execute(
        "SELECT CAST(changed_at AS DATE), ARG_MIN_NULL(old_value, changed_at), ARG_MAX_NULL(new_value, changed_at) "
        "FROM account_history WHERE account_id = ? GROUP BY 1 ORDER BY 1",
        [key],
    ).fetchall()
    history = [(date.min, changes[0][1]), *((on, new) for on, _old, new in changes)] if changes else []
    roles = [text for person in people for text in person if text is not None]
    columns = {name: value for name, value in row.items() if name not in ("row_number", "account_id", "as_of")}
    return AccountFacts(columns, found, roles, {"employees": history} if history else {}, coverage)


def candidates(binned: Binned, draw: np.random.Generator) -> Iterator[Candidate]:
    """Some of its sets, their complements, and of categories unions of levels."""
    chosen = np.arange(len(binned.members))
    for row in draw.permutation(chosen)[:6]:
        yield binned.alone(int(row))
        other = binned.alone(int(row)).complement()
        if binned.shape != "interval":
            yield other
    if binned.shape == "levels" and binned.size > 2:
        for _ in range(4):
            bins = draw.permutation(binned.size)[: int(draw.integers(1, binned.size))]
            yield Candidate(binned, tuple(sorted(int(one) for one in bins)))


@pytest.mark.parametrize("seed", [1])
def test_every_candidate_is_read_as_it_was_seen(seed: int) -> None:
    world, draw = drawn(seed), np.random.default_rng(seed)
    asked = [candidate for binned in world.binned for candidate in candidates(binned, draw)]
    forms = {(one.binned.fact.kind, one.binned.fact.form) for one in asked}
    kinds = {("number", "growth"), ("number", "tool_count"), ("category", "group"), ("category", "prefix")}
    kinds |= {("list", "group"), ("list", "column"), ("boolean", "filled"), ("event", "upcoming"), ("event", "column")}
    assert forms >= kinds | {("number", "column"), ("category", "column"), ("boolean", "column"), ("role", "column")}
    named = {f"p{number}": parse(to_text(one.predicate())) for number, one in enumerate(asked)}
    criterion_states(world.con, named, rows="rows_then", as_of="row", coverage=world.coverage, keep=("row_number",))
    found = world.con.execute("SELECT * FROM criterion_states ORDER BY row_number").fetchall()
    for number, one in enumerate(asked):
        said = to_text(one.predicate())
        seen = [None if np.isnan(value) else bool(value) for value in one.mask()]
        assert [row[number + 1] for row in found] == seen, (one.key, said)
        plain = [
            evaluate(named[f"p{number}"], facts, moment)
            for facts, moment in zip(world.facts, world.moments, strict=True)
        ]
        assert plain == seen, (one.key, said)

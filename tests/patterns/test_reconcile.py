"""A pattern's counts are those of its predicate: what discovery counted is what the written criterion counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from evidence.tables import day, engine, evidence_of
from idealfit.evidence.table import Evidence
from idealfit.patterns.candidate import Binned, Candidate, bin_fact
from idealfit.patterns.drafting import coverage_of
from idealfit.profile.parsing import parse, to_text
from idealfit.scores.states import criterion_states

TYPES: dict[str, Any] = {"growth rate": "number", "Uses SSO?": "boolean", "seats": "number", "score": "number"}
TOOLS = ["Okta", "okta ", "Jira", "JIRA", "Slack", "Azure AD"]
INDUSTRIES = ["SaaS", "saas", " Retail", "O'Neill & Co", "Élan", "ÉLAN", "", None, "Health"]
INDUSTRIES += [f"rare {number}" for number in range(8)]


def company(seed: int, accounts: int = 150, deals: int = 260) -> Any:
    """Accounts with odd spellings, gaps and fractions; deals, some undated; events, activities, people and history."""
    draw = np.random.default_rng(seed)

    def pick(options: Sequence[Any]) -> Any:
        return options[int(draw.integers(len(options)))]

    def gap(value: Any, share: float = 0.15) -> Any:
        return None if draw.random() < share else value

    def codes() -> str:
        return f"a{int(draw.integers(accounts)):03}"

    rows = [
        {
            "account_id": f"a{number:03}",
            "industry": pick(INDUSTRIES),
            "employees": gap(int(np.exp(draw.normal(5, 2)))),
            "revenue": gap(float(np.round(np.exp(draw.normal(10, 3)), 2))),
            "founded_year": gap(int(draw.integers(1950, 2025))),
            "growth rate": gap(float(draw.normal(0, 0.3))),
            "seats": pick([-1, 0, 0, 5, 10, 10, 250, None]),
            "score": pick([0.1, 0.30000000000000004, 1 / 3, 2.5, None]),
            "Uses SSO?": gap(bool(draw.random() < 0.4)),
            "tech": [pick(TOOLS) for _ in range(int(draw.integers(0, 4)))] or None,
        }
        for number in range(accounts)
    ]
    sold = [
        {"deal_id": f"d{number:03}", "account_id": codes(), "outcome": pick(["won", "lost", "lost", "open"]),
         "created_at": gap(f"{day(int(draw.integers(0, 500)))} 13:45:00", 0.05)}
        for number in range(deals)
    ]  # fmt: skip
    happened = []
    for number in range(900):
        on = day(int(draw.integers(-300, 560)))
        known = gap(on + timedelta(days=int(draw.integers(-5, 60))), 0.6)
        kind = pick(["Funding", "funding", "new leader", "audit", "demo"])
        happened.append(
            {"event_id": str(number), "account_id": codes(), "event_type": kind, "occurred_at": f"{on} 23:59:59",
             "known_at": known}
        )  # fmt: skip
    did = [
        {"activity_id": str(number), "account_id": codes(), "activity_type": pick(["pricing_page", "demo", "Demo"]),
         "direction": pick(["inbound", "Inbound", "outbound", None]),
         "occurred_at": f"{day(int(draw.integers(-100, 560)))} 08:00:00"}
        for number in range(900)
    ]  # fmt: skip
    people = [
        {"contact_id": str(number), "account_id": codes(),
         "role": pick(["champion", "Champion", "economic buyer", "economic_buyer", "user", None]),
         "title": pick(["Head of Security", "Champion of Change", "CFO", "user researcher", None]),
         "function": pick(["security", "finance", None]),
         "created_at": gap(day(int(draw.integers(-300, 560))))}
        for number in range(200)
    ]  # fmt: skip
    changes = []
    for number in range(200):
        field, value = pick([("employees", int(draw.integers(1, 900))), ("industry", pick(INDUSTRIES)),
                             ("tech", "Okta; Jira"), ("Uses SSO?", "true"), ("seats", 10)])  # fmt: skip
        old = pick([value, None, "rare 1"]) if field == "industry" else value
        changes.append(
            {"account_id": codes(), "field": field, "old_value": old, "new_value": gap(value),
             "changed_at": f"{day(int(draw.integers(-300, 560)))} 0{number % 10}:00:00"}
        )  # fmt: skip
    return engine(
        types=TYPES,
        accounts=rows,
        deals=sold,
        events=happened,
        activities=did,
        contacts=people,
        account_history=changes,
    )


def candidates_of(binned: Binned, draw: np.random.Generator) -> list[Candidate]:
    """Everything that the search may take of a fact, and for categories sets of any size; the other side as well."""
    made = [binned.alone(row) for row in range(len(binned.members))]
    if binned.shape == "interval":
        made = [made[place] for place in draw.permutation(len(made))[:25]]
        made += [one.complement() for one in made if 0 in one.chosen or binned.size - 1 in one.chosen]
        return made
    if binned.shape == "levels":
        for _ in range(10):
            ranked = [int(one) for one in draw.permutation(binned.size)]
            made.append(Candidate(binned, tuple(sorted(ranked[: 1 + int(draw.integers(binned.size - 1))]))))
    return made + [one.complement() for one in made]


def states_of(con: Any, evidence: Evidence, candidates: Sequence[Candidate]) -> dict[str, np.ndarray]:
    """What the written predicates of the candidates say of every row: 1, 0, NaN; one array an id."""
    columns = [row[0] for row in con.execute("DESCRIBE as_known").fetchall() if row[0] != "row_number"]
    listed = ", ".join(f'k."{column}"' for column in columns)
    con.execute(
        f"CREATE OR REPLACE TEMP VIEW judged AS SELECT r.row_number, r.account_id, r.t AS as_of, {listed} "
        "FROM evidence_rows r JOIN as_known k USING (row_number)"
    )
    predicates = {f"c{number}": parse(to_text(one.predicate())) for number, one in enumerate(candidates)}
    criterion_states(con, predicates, rows="judged", as_of="row", coverage=coverage_of(con), keep=("row_number",))
    found = con.execute("SELECT * FROM criterion_states ORDER BY row_number").fetchall()
    assert len(found) == evidence.rows
    return {
        name: np.array([np.nan if row[place + 1] is None else float(row[place + 1]) for row in found])
        for place, name in enumerate(predicates)
    }


@pytest.mark.parametrize("seed", [1, 2])
def test_every_candidate_and_its_written_predicate_say_the_same_of_every_deal(seed: int) -> None:
    con = company(seed)
    evidence, _rows = evidence_of(con)
    draw = np.random.default_rng(seed)
    made = [
        one
        for fact in evidence.facts
        for binned in bin_fact(fact, evidence.account)
        for one in candidates_of(binned, draw)
    ]
    kinds = {one.binned.fact.kind for one in made}
    assert kinds == {"number", "category", "boolean", "list", "event", "role"}
    states = states_of(con, evidence, made)
    wrong = []
    for one, (_name, said) in zip(made, states.items(), strict=True):
        counted = one.mask()
        differ = ~((counted == said) | (np.isnan(counted) & np.isnan(said)))
        if differ.any():
            row = int(np.flatnonzero(differ)[0])
            wrong.append(
                f"{to_text(one.predicate())}: {int(differ.sum())} deals, e.g. {evidence.deal_id[row]}: "
                f"counted {counted[row]}, said {said[row]}"
            )
    assert not wrong, "\n".join([f"{len(wrong)} of {len(made)}", *wrong])


def test_a_tool_that_its_source_hardly_reports_is_no_candidate() -> None:
    accounts = [
        {"account_id": f"a{n:03}", "tech": ["rare", "jira"] if n < 6 else ["jira"] if n % 2 else ["slack"]}
        for n in range(900)
    ]
    deals = [{"deal_id": f"d{n}", "account_id": f"a{n:03}", "outcome": "lost", "created_at": day(n)} for n in range(60)]
    evidence, _rows = evidence_of(engine(accounts=accounts, deals=deals))
    (tech,) = [fact for fact in evidence.facts if fact.name == "tech"]
    assert {one.key for one in bin_fact(tech, evidence.account)} == {"tech:jira", "tech:slack"}


def test_a_predicate_that_is_written_is_the_one_that_was_meant() -> None:
    evidence, _rows = evidence_of(company(3))
    draw = np.random.default_rng(3)
    for fact in evidence.facts:
        for binned in bin_fact(fact, evidence.account):
            for one in candidates_of(binned, draw):
                assert parse(to_text(one.predicate())) == one.predicate()

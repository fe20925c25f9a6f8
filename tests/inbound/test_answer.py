"""One lead alone gets what it gets among all accounts, and what is said of it is read as an import reads it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from idealfit.errors import MotionWithoutProfile, NoSuchAccount
from idealfit.inbound.answer import Inbox, Lead, LeadEvent, facts_of
from idealfit.inbound.told import card_of
from idealfit.profile.evaluating import evaluate
from idealfit.profile.parsing import parse
from idealfit.scores.missing import things_of

SAME = (
    "tier",
    "tier_low",
    "tier_high",
    "score",
    "low",
    "high",
    "fit",
    "timing",
    "timing_band",
    "priority",
    "completeness",
)


@pytest.fixture(scope="module")
def inbox(made_up: Path) -> Inbox:
    return Inbox(made_up)


def rows(made_up: Path, query: str) -> list[dict[str, Any]]:
    with duckdb.connect() as con:
        found = con.execute(query.replace("SCORES", f"'{made_up}/scores.parquet'"))
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def test_an_account_alone_scores_as_it_does_among_all(made_up: Path, inbox: Inbox) -> None:
    some = rows(made_up, "SELECT * FROM SCORES WHERE duplicate_of IS NULL ORDER BY hash(account_id) LIMIT 200")
    for row in some:
        answer = inbox.answer(Lead(account_id=row["account_id"]))
        assert {name: getattr(answer.score, name) for name in SAME} == {name: row[name] for name in SAME}
        assert answer.version == row["profile_version"]
        assert [(one.id, one.state, one.points) for one in answer.score.reasons] == [
            (one["id"], one["state"], one["points"]) for one in row["reasons"]
        ]
        assert answer.worth is not None
        assert round(answer.worth.chance, 6) == row["p_win"]


def test_a_merged_account_answers_as_the_one_that_stands(made_up: Path, inbox: Inbox) -> None:
    merged = rows(made_up, "SELECT account_id, duplicate_of FROM SCORES WHERE duplicate_of IS NOT NULL LIMIT 5")
    for row in merged:
        company = inbox.answer(Lead(account_id=row["account_id"])).company
        assert company is not None
        assert company.account_id == row["duplicate_of"]


def test_a_company_is_found_by_its_domain_an_address_or_its_name(inbox: Inbox) -> None:
    known = next(company for company in companies(inbox) if company["domain"] and company["name"])
    for lead in (
        Lead(domain=f"https://www.{known['domain']}/about"),
        Lead(domain=f"jo@{known['domain'].upper()}"),
        Lead(name=f"  {known['name']} GmbH "),
    ):
        company = inbox.answer(lead).company
        assert company is not None
        assert company.account_id == known["account_id"]
    assert inbox.answer(Lead(domain="jo@gmail.com")).company is None


def companies(inbox: Inbox) -> list[dict[str, Any]]:
    """Companies that nobody shares a name or a domain with."""
    index = inbox.companies._index
    found = index.execute(
        "SELECT account_id, domain, name FROM accounts WHERE duplicate_of IS NULL AND account_id IN "
        "(SELECT account FROM keys GROUP BY account HAVING count(*) = 2) ORDER BY account_id LIMIT 20"
    )
    return [dict(zip(("account_id", "domain", "name"), row, strict=True)) for row in found]


def test_what_is_said_stands_over_the_records_and_the_difference_is_told(inbox: Inbox) -> None:
    known = companies(inbox)[0]["account_id"]
    before = inbox.answer(Lead(account_id=known))
    assert before.company is not None
    held = before.company.columns["employees"]
    after = inbox.answer(Lead(account_id=known, attributes={"Employees": "1,234"}))
    assert after.differs == ({} if held is None else {"employees": (1234.0, held)})
    assert inbox.answer(Lead(account_id=known, attributes={"employees": held})).differs == {}  # type: ignore[dict-item]


def test_values_are_read_as_an_import_reads_them(inbox: Inbox) -> None:
    column = next(one for one in inbox.companies.columns.values() if one.type == "text" and one.counts)
    label = next(iter(column.counts))
    written = Lead(attributes={"employees": 300, column.name: label})
    in_words = Lead(attributes={"Employees": "about 300", column.name.replace("_", " ").title(): f" {label.upper()} "})
    assert inbox.answer(in_words).score == inbox.answer(written).score


def test_what_an_import_works_out_of_a_value_is_worked_out_of_what_a_lead_says(inbox: Inbox) -> None:
    said = {"country": "Canada", "world_region": None, "industry": "a trade that no table knows"}
    profile = next(iter(inbox.profiles.values()))[0]
    facts = facts_of(None, said, Lead(domain="unheard-of.example"), inbox.as_of, profile)
    for predicate, holds in (
        ("world_region = 'North America'", True),
        ("country_code = 'DE'", False),
        ("industry_standard = 'Software'", None),
    ):
        assert evaluate(parse(predicate), facts, inbox.as_of) is holds
    elsewhere = facts_of(None, {**said, "world_region": "Elsewhere"}, Lead(), inbox.as_of, profile)
    assert evaluate(parse("world_region = 'Elsewhere'"), elsewhere, inbox.as_of) is True


def test_what_cannot_be_read_is_unknown_and_told(inbox: Inbox) -> None:
    answer = inbox.answer(Lead(attributes={"employees": "plenty", "emploees": 3, "industry": ["a", "b"]}))
    assert answer.score == inbox.answer(Lead(attributes={"employees": None})).score
    assert any("'plenty' cannot be read as a number" in one for one in answer.warnings)
    assert any("Did you mean 'employees'?" in one for one in answer.warnings)


def test_what_is_missing_is_ordered_by_what_it_would_change(inbox: Inbox) -> None:
    answer = inbox.answer(Lead(name="a company that nobody knows"))
    gains = [(one.another_tier, one.fit) for one in answer.missing]
    assert gains
    assert gains == sorted(gains, reverse=True)
    unknown = {name for name, state in answer.score.states.items() if state is None}
    assert {name for one in answer.missing for name in one.criteria} <= unknown
    everything = {column.name: _any(column) for column in inbox.companies.columns.values()}
    told = inbox.answer(Lead(attributes=everything))
    assert len(told.missing) < len(answer.missing)


def _any(column: Any) -> Any:
    value: dict[str, Any] = {"number": 7, "boolean": True, "date": "2026-01-05", "timestamp": "2026-01-05"}
    label = next(iter(column.counts), "something")
    return [label] if column.type == "list" else value.get(column.type, label)


def test_an_event_of_the_lead_counts_on_its_day(inbox: Inbox) -> None:
    today = date.today()
    lead = Lead(name="nobody knows it", events=[LeadEvent("funding round", today)])
    assert inbox.answer(lead).as_of == max(inbox.as_of, today)
    later = LeadEvent("funding round", today + timedelta(days=9))
    assert inbox.answer(Lead(name="nobody knows it", events=[later])).as_of == inbox.as_of


def test_what_nobody_recorded_of_an_unknown_company_is_told_as_such(inbox: Inbox) -> None:
    def silent(lead: Lead) -> set[str]:
        card = card_of(inbox.answer(lead), lead, ())
        reasons = [one for heading in card["headings"] for one in heading["reasons"]] + card["check"]
        return {one["id"] for one in reasons if one["text"].endswith("(no record of it)") and one["state"] == "false"}

    stranger = Lead(name="Nobody Heard of It GmbH")
    asked = [one for _layer, one in inbox.answer(stranger).profile.criteria]
    events = {one.id for one in asked if {thing.kind for thing in things_of(one.predicate)} == {"events"}}
    assert events
    assert silent(stranger) == events
    assert silent(Lead(account_id=companies(inbox)[0]["account_id"])) == set()


def test_decisions_of_the_past_are_told_the_newest_first(made_up: Path, inbox: Inbox) -> None:
    with duckdb.connect() as con:
        path = f"{made_up}/tables/deals.parquet"
        account, deals = con.execute(
            f"SELECT account_id, count(*) AS n FROM '{path}' WHERE outcome IN ('won', 'lost') "
            "AND closed_at IS NOT NULL AND account_id IS NOT NULL GROUP BY 1 ORDER BY n DESC, 1 LIMIT 1"
        ).fetchall()[0]
    answer = inbox.answer(Lead(account_id=account))
    days = [one.on for one in answer.decided_before if one.what in {"won", "lost"}]
    assert len(days) == deals
    assert days == sorted(days, key=lambda day: day or date.min, reverse=True)
    first = min(day for day in days if day is not None)
    assert inbox.answer(Lead(account_id=account, as_of=first - timedelta(days=1))).decided_before == ()


def test_somebody_who_raised_a_hand_is_answered_first(inbox: Inbox) -> None:
    lead = Lead(name="nobody knows it", hand_raised=True)
    card = inbox.answer(lead).score.card
    assert card is not None
    assert card.route == "ae-same-day"


@pytest.mark.parametrize(
    ("lead", "fault"),
    [
        (Lead(account_id="no such account"), NoSuchAccount),
        (Lead(name="x", motion="no such motion"), MotionWithoutProfile),
    ],
)
def test_a_lead_that_cannot_be_answered_is_refused_with_the_reason(
    lead: Lead, fault: type[Exception], inbox: Inbox
) -> None:
    with pytest.raises(fault):
        inbox.answer(lead)

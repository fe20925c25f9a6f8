"""The facts of a deal: windows of events, roles, spellings, and who can see what."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from evidence.tables import AS_OF, Records, day, engine, evidence_of, fact_of
from idealfit.evidence.role_facts import undated_roles
from idealfit.evidence.table import WINDOWS, Evidence, Fact
from idealfit.records.attribute import AttributeInfo

OPENED = date(2025, 6, 10)
T = date(2025, 6, 9)


def company(number: int = 5, *, accounts: Any = None, types: Any = None, **tables: Records) -> Evidence:
    """`number` accounts with a lost deal each, opened on the same day."""
    deals = [
        {"deal_id": f"d{one}", "account_id": f"a{one}", "outcome": "lost", "created_at": OPENED, "closed_at": AS_OF}
        for one in range(number)
    ]
    own = [{"account_id": f"a{one}", **(accounts[one] if accounts else {})} for one in range(number)]
    return evidence_of(engine(accounts=own, deals=deals, types=types, **tables))[0]


def events(*days: date, kind: str = "funding", known: date | None = None, every: int = 5) -> list[dict[str, Any]]:
    """The same events at each of some accounts."""
    return [
        {"event_id": f"{account}-{number}", "account_id": f"a{account}", "event_type": kind, "occurred_at": one,
         "known_at": known}
        for account in range(every)
        for number, one in enumerate(days)
    ]  # fmt: skip


def counts(fact: Fact, row: int = 0) -> dict[int, float]:
    return dict(zip(WINDOWS, fact.values[row], strict=False))


@pytest.mark.parametrize("days", WINDOWS)
def test_a_window_begins_after_its_first_day_and_ends_with_the_day_before_the_deal(days: int) -> None:
    first = timedelta(days=days)
    fact = fact_of(company(events=events(T - first, T - first + timedelta(days=1), T, OPENED)), "events.funding")
    assert counts(fact)[days] == 2
    assert fact.values[0][-1] == 3  # ever, up to T
    assert fact.known.all()


def test_an_event_that_became_known_later_was_not_known() -> None:
    late = events(T - timedelta(days=9), known=OPENED, every=5)
    also = events(T - timedelta(days=300), kind="audit", every=5)
    fact = fact_of(company(events=[*late, *also]), "events.funding")
    assert not fact.values[fact.known].any()
    assert fact_of(company(events=events(T - timedelta(days=9), known=T)), "events.funding").values[0][0] == 1


def test_a_deadline_that_nobody_said_when_it_was_known_is_not_evidence() -> None:
    evidence = company(events=events(AS_OF + timedelta(days=30)))
    assert all(fact.kind != "event" for fact in evidence.facts)


def test_before_the_first_record_of_a_kind_nothing_is_known_of_it() -> None:
    # the first record of all is that of one account, ten days after the other deals opened
    evidence = company(events=events(OPENED + timedelta(days=10)))
    fact = fact_of(evidence, "events.funding")
    assert not fact.known.any()
    early = events(T - timedelta(days=500), every=1) + events(OPENED + timedelta(days=10))
    fact = fact_of(company(events=[one | {"event_id": str(n)} for n, one in enumerate(early)]), "events.funding")
    assert fact.known.all()
    assert fact.values[:, -1].tolist() == [1, 0, 0, 0, 0]


def test_what_the_buyer_does_counts_and_what_we_do_does_not() -> None:
    visits = [
        {"activity_id": f"{direction}{one}", "account_id": f"a{one}", "activity_type": "pricing page",
         "occurred_at": T, "direction": direction}
        for one in range(5)
        for direction in ("Inbound", "outbound", None)
    ]  # fmt: skip
    fact = fact_of(company(activities=visits), "activities.pricing page")
    assert fact.values[:, 0].tolist() == [1] * 5
    assert fact.info.layer == "behavioral"


def test_an_event_is_a_matter_of_timing() -> None:
    assert fact_of(company(events=events(T)), "events.funding").info.layer == "situational"


def test_a_kind_of_event_seen_at_four_accounts_is_no_candidate() -> None:
    assert all(fact.kind != "event" for fact in company(events=events(T, every=4)).facts)


def contact(account: int, role: str | None, created: date | None, number: int = 0) -> dict[str, Any]:
    return {
        "contact_id": f"{account}-{role}-{number}",
        "account_id": f"a{account}",
        "role": role,
        "created_at": created,
    }


def test_a_role_counts_from_the_day_its_person_was_known() -> None:
    people = [
        *(contact(one, "Champion ", T) for one in range(5)),
        contact(5, "champion", OPENED),
        contact(6, "user", T),
        contact(7, "champion", None),
        *(contact(one, "user", T, 1) for one in range(5)),
    ]
    fact = fact_of(company(9, contacts=people), "role.champion")
    assert fact.known.tolist() == [True] * 5 + [False, True, True, False]
    assert fact.values[fact.known].tolist() == [1] * 5 + [0, 1]
    assert fact.info.layer == "authority"


def test_a_role_on_a_deal_has_no_date_and_is_told_and_not_used() -> None:
    people = [contact(one, "champion", day(1)) for one in range(6)]
    on_deals = [
        {"deal_id": f"d{one}", "contact_id": each["contact_id"], "role": "economic buyer" if one < 4 else "champion"}
        for one, each in enumerate(people)
    ]
    found = {fact.name for fact in company(9, contacts=people, deal_contacts=on_deals).facts if fact.kind == "role"}
    assert found == {"role.champion"}
    (said,) = undated_roles(engine(contacts=people, deal_contacts=on_deals))
    assert said.startswith("4 roles of people on 4 deals carry no date")
    assert undated_roles(engine(contacts=people)) == ()


def test_texts_are_compared_in_lower_case_and_written_as_most_write_them() -> None:
    written = ["SaaS", "saas", "SaaS ", "Retail", "", None]
    evidence = company(6, accounts=[{"industry": one} for one in written])
    fact = fact_of(evidence, "industry")
    assert fact.values.tolist() == ["saas", "saas", "saas", "retail", None, None]
    assert fact.spelling == {"saas": "SaaS", "retail": "Retail"}


def test_an_empty_list_of_tools_is_unknown_and_not_none_of_them() -> None:
    evidence = company(3, accounts=[{"tech": ["Okta", "jira"]}, {"tech": [" "]}, {"tech": None}])
    fact = fact_of(evidence, "tech")
    assert fact.values.tolist() == [frozenset({"okta", "jira"}), None, None]
    assert fact.known.tolist() == [True, False, False]


def test_columns_of_another_level_or_type_are_no_facts() -> None:
    types = {"founded_on": "date", "segment": "text", "secret": "text"}
    accounts = [{"founded_on": "2020-01-01", "segment": "a", "secret": "b"} for _ in range(5)]
    con = engine(
        accounts=[{"account_id": f"a{one}", **row} for one, row in enumerate(accounts)],
        deals=[{"deal_id": "d", "account_id": "a0", "outcome": "won"}],
        types=types,
    )
    evidence, _rows = evidence_of(con, secret=AttributeInfo("secret", "secret", "text", level="personal"))
    names = {fact.name for fact in evidence.facts}
    assert "segment" in names
    assert not names & {"secret", "founded_on", "name", "owner_id", "status", "account_id", "duplicate_of"}


def seen(worked: list[dict[str, Any]], market: list[dict[str, Any]], **types: Any) -> Evidence:
    """Accounts that were worked (a lost deal each) beside others that never were."""
    accounts = [{"account_id": f"w{n:03}", **row} for n, row in enumerate(worked)]
    accounts += [{"account_id": f"m{n:03}", **row} for n, row in enumerate(market)]
    deals = [
        {"deal_id": f"d{n}", "account_id": f"w{n:03}", "outcome": "lost", "created_at": day(n)}
        for n in range(len(worked))
    ]
    return evidence_of(engine(accounts=accounts, deals=deals, types=types))[0]


def test_it_says_how_often_a_fact_is_known_where_somebody_worked_and_where_nobody_did() -> None:
    worked = [{"industry": "x" if n % 2 else None, "tech": ["a"] if n % 4 == 0 else None} for n in range(40)]
    market = [{"industry": "y" if n % 10 == 0 else None, "tech": None} for n in range(100)]
    market += [{"industry": "y", "status": "partner"}, {"industry": "y", "duplicate_of": "m001"}]
    evidence = seen(worked, market)
    industry, tech = fact_of(evidence, "industry"), fact_of(evidence, "tech")
    assert (industry.fill_worked, industry.fill_unworked) == (pytest.approx(0.5), pytest.approx(0.1))
    assert (tech.fill_worked, tech.fill_unworked) == (pytest.approx(0.25), pytest.approx(0.0))


def test_fewer_than_thirty_accounts_of_a_kind_say_nothing_of_who_can_see_it() -> None:
    evidence = seen([{"industry": "x"}] * 40, [{"industry": None}] * 29)
    assert fact_of(evidence, "industry").fill_worked == pytest.approx(1)
    assert fact_of(evidence, "industry").fill_unworked is None


def test_it_says_how_much_a_fact_varies_where_nobody_worked() -> None:
    worked = [{"touched": n % 2} for n in range(40)]
    evidence = seen(worked, [{"touched": 0}] * 60, touched="number")
    fact = fact_of(evidence, "touched")
    assert (fact.varied_worked, fact.varied_unworked) == (pytest.approx(0.5), pytest.approx(0))


def test_rows_can_be_taken_and_keep_the_numbers_of_their_accounts() -> None:
    evidence = company(5, accounts=[{"industry": str(n)} for n in range(5)])
    part = evidence.take(np.array([3, 1]))
    assert part.rows == 2
    assert part.account_id.tolist() == ["a3", "a1"]
    assert part.account.tolist() == [3, 1]
    assert fact_of(part, "industry").values.tolist() == ["3", "1"]
    assert part.reach == evidence.reach and part.as_of == evidence.as_of


def test_a_name_stands_for_an_account_and_its_id_where_it_has_none() -> None:
    assert company(2, accounts=[{"name": "Acme"}, {}]).name.tolist() == ["Acme", "a1"]


def test_neither_the_order_of_the_rows_nor_the_number_of_threads_matters() -> None:
    generator = np.random.default_rng(4)
    accounts = [{"account_id": f"a{n:03}", "industry": "xyz"[n % 3], "employees": n} for n in range(60)]
    deals = [
        {"deal_id": f"d{n}", "account_id": f"a{n % 60:03}", "outcome": "won" if n % 3 else "lost",
         "created_at": day(n % 50), "closed_at": day(n % 50 + 9), "amount": n}
        for n in range(200)
    ]  # fmt: skip
    happened = events(T, kind="funding", every=60)
    happened = [one | {"account_id": f"a{int(one['account_id'][1:]):03}"} for one in happened]
    tables = {"accounts": accounts, "deals": deals, "events": happened}
    made = []
    for threads, shuffled in ((1, False), (4, True)):
        rows = {
            name: [table[place] for place in generator.permutation(len(table))] if shuffled else table
            for name, table in tables.items()
        }
        made.append(evidence_of(engine(threads=threads, **rows))[0])
    one, other = made
    assert one.deal_id.tolist() == other.deal_id.tolist()
    assert [fact.name for fact in one.facts] == [fact.name for fact in other.facts]
    for mine, theirs in zip(one.facts, other.facts, strict=True):
        assert np.array_equal(mine.known, theirs.known)
        assert mine.values[mine.known].tolist() == theirs.values[theirs.known].tolist()
        assert mine.spelling == theirs.spelling

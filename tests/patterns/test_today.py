"""What is known only as of today is looked at again on the deals of the last year."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np

from evidence.tables import day, engine, evidence_of, fact_of
from idealfit.evidence.table import Evidence
from idealfit.patterns.candidate import Candidate
from idealfit.patterns.today import as_today, as_today_block
from patterns.made import AS_OF, START, binned_of, evidence, flag

DAYS = (AS_OF - START.astype(object)).days


def company(*, grown: bool, share: float = 1.0, volatile: bool = True) -> tuple[Evidence, Candidate]:
    """Deals over two and a half years. `grown`: it is the winners of long ago that are large today, not those that
    were large then; else large companies win at any time.
    """
    draw = np.random.default_rng(5)
    opened = np.sort(draw.integers(0, DAYS - 40, 900))
    large = (draw.random(900) < 0.4).astype(float)
    old = opened < DAYS - 400
    won = (draw.random(900) < np.where((large == 1) & (old | (not grown)), 0.6, 0.25)).astype(np.int64)
    fact = flag("large", large, as_today=share)
    made = evidence(won, replace(fact, info=replace(fact.info, volatile=volatile)), day=opened.astype(float))
    return made, binned_of(made)[0].alone(0)


def test_what_only_the_winners_of_long_ago_have_today_does_not_hold() -> None:
    made, candidate = company(grown=True)
    found = as_today(candidate, made)
    assert found.volatile and found.holds is False
    assert found.since == AS_OF - timedelta(days=365)
    recent = made.opened >= np.datetime64(found.since)
    assert found.match_won + found.match_lost + found.rest_won + found.rest_lost == int(recent.sum())


def test_what_holds_at_any_time_holds_on_recent_deals() -> None:
    made, candidate = company(grown=False)
    assert as_today(candidate, made).holds is True


def test_what_was_read_from_a_history_or_never_changes_is_not_asked_again() -> None:
    for settings in ({"share": 0.2}, {"volatile": False}):
        made, candidate = company(grown=True, **settings)
        assert as_today(candidate, made).holds is None
        assert as_today(candidate, made).since is None
    made, candidate = company(grown=True, share=0.0)
    assert as_today_block(candidate, made) is None


def test_evidence_says_for_what_share_of_deals_todays_value_had_to_do() -> None:
    accounts = [{"account_id": f"a{n}", "employees": 10 + n, "industry": "x"} for n in range(8)]
    deals = [{"deal_id": f"d{n}", "account_id": f"a{n}", "outcome": "lost", "created_at": day(n)} for n in range(8)]
    changes = [
        {"account_id": f"a{n}", "field": "employees", "old_value": "5", "new_value": "9", "changed_at": day(-9)}
        for n in range(6)
    ]
    made, _rows = evidence_of(engine(accounts=accounts, deals=deals, account_history=changes))
    assert fact_of(made, "employees").as_today == 0.25
    assert fact_of(made, "industry").as_today == 1.0
    assert fact_of(made, "employees").values.tolist() == [9.0] * 6 + [16.0, 17.0]

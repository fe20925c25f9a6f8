"""Jobs are claimed once, renewed, ended once, and given up where their process is gone."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from idealfit.store import jobs
from idealfit.store.ledger import Ledger, open_ledger
from idealfit.store.place import open_place

NOON = datetime(2026, 3, 1, 12)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return open_ledger(open_place(tmp_path / "w", create=True))


def asked(ledger: Ledger, kind: str = "import") -> int:
    with ledger.transaction() as connection:
        return jobs.ask(connection, kind, {"folder": "exports"}, now=NOON)


def claimed(ledger: Ledger, *, now: datetime = NOON) -> jobs.Job | None:
    with ledger.transaction() as connection:
        return jobs.claim(connection, now=now)


def test_what_was_asked_for_first_is_claimed_first_and_one_at_a_time(ledger: Ledger) -> None:
    first, second = asked(ledger), asked(ledger, "build")
    one = claimed(ledger)
    assert one is not None and (one.job_id, one.kind, one.state) == (first, "import", jobs.RUNNING)
    assert one.arguments == {"folder": "exports"}
    assert claimed(ledger) is None, "the second waits while the first runs"
    with ledger.transaction() as connection:
        assert jobs.finish(connection, first, jobs.DONE, result={"rows": 3})
    other = claimed(ledger)
    assert other is not None and other.job_id == second


def test_of_many_processes_one_gets_the_job(ledger: Ledger) -> None:
    asked(ledger)
    got: list[jobs.Job | None] = []
    threads = [threading.Thread(target=lambda: got.append(claimed(ledger))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(one is not None for one in got) == 1


def test_a_job_whose_process_died_is_lost_and_the_next_goes_on(ledger: Ledger) -> None:
    first, second = asked(ledger), asked(ledger)
    claimed(ledger)
    late = NOON + jobs.LEASE
    assert claimed(ledger, now=late - timedelta(seconds=1)) is None
    other = claimed(ledger, now=late)
    assert other is not None and other.job_id == second
    lost = jobs.job(ledger.place.ledger, first)
    assert lost is not None and lost.state == jobs.LOST and lost.ended_at == late
    with ledger.transaction() as connection:
        assert not jobs.tell(connection, first, "still here", 0.9), "who comes back late is told to stop"
        assert not jobs.finish(connection, first, jobs.DONE), "and its end is not taken"


def test_telling_renews_the_lease_and_says_whether_to_stop(ledger: Ledger) -> None:
    number = asked(ledger)
    claimed(ledger)
    with ledger.transaction() as connection:
        assert jobs.tell(connection, number, "reading deals.csv", 0.25, now=NOON + timedelta(seconds=20))
        assert jobs.end_lost(connection, now=NOON + jobs.LEASE) == 0
        jobs.ask_to_stop(connection, number)
        assert not jobs.tell(connection, number, "reading deals.csv", 0.3)
        assert jobs.finish(connection, number, jobs.STOPPED)
    one = jobs.job(ledger.place.ledger, number)
    assert one is not None and one.ended and (one.what, one.share) == ("reading deals.csv", 0.3)


def test_a_job_that_waits_is_stopped_at_once(ledger: Ledger) -> None:
    number = asked(ledger)
    with ledger.transaction() as connection:
        jobs.ask_to_stop(connection, number)
    assert claimed(ledger) is None
    assert [one.state for one in jobs.jobs(ledger.place.ledger)] == [jobs.STOPPED]
    assert jobs.job(ledger.place.ledger, number + 1) is None

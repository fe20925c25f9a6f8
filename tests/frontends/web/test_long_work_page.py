"""The page of a job in each of its states, with what is foretold of it; nothing is done here but by the test."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from idealfit.errors import InternalError, NoAccounts, Position
from idealfit.frontends.web.pages.long_work import Foretelling
from idealfit.store import jobs
from idealfit.store.ledger import open_ledger
from idealfit.store.place import open_place
from idealfit.store.turn import WAITS
from idealfit.work import doing
from web_client import signed_in, words


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setattr(doing, "start", lambda _workspace: None)
    open_place(tmp_path / "w", create=True)
    with signed_in(tmp_path / "w") as client:
        yield client


@pytest.fixture
def number(tmp_path: Path, client: TestClient) -> int:
    return doing.ask_for(tmp_path / "w", "score", {}, begin=False)


def told(workspace: Path, number: int, what: str, share: float, *, seconds: int = 0) -> None:
    """A job that is under way, as its process tells of it; it began so many seconds ago."""
    ago = jobs.now_utc() - timedelta(seconds=seconds)
    with open_ledger(open_place(workspace)).transaction() as connection:
        jobs.claim(connection)
        jobs.begin_now(connection, number, now=ago)
        jobs.tell(connection, number, what, share)


def ended(workspace: Path, number: int, state: str, **how: object) -> None:
    with open_ledger(open_place(workspace)).transaction() as connection:
        jobs.claim(connection)
        jobs.finish(connection, number, state, **how)  # type: ignore[arg-type]


def test_from_the_first_second_it_says_what_happens(client: TestClient, number: int, tmp_path: Path) -> None:
    page = client.get(f"/jobs/{number}")
    assert "Starting" in words(page.text) and 'http-equiv="refresh"' in page.text
    told(tmp_path / "w", number, "", 0.0)
    assert "Starting 0 seconds so far" in words(client.get(f"/jobs/{number}").text)
    told(tmp_path / "w", number, "scoring accounts", 0.5, seconds=20)
    page = words(client.get(f"/jobs/{number}").text)
    assert re.search(r"Scoring accounts \d+ seconds so far, about \d+ seconds left", page)


def test_behind_another_job_it_says_which(client: TestClient, number: int, tmp_path: Path) -> None:
    told(tmp_path / "w", number, "scoring accounts", 0.5)
    behind = doing.ask_for(tmp_path / "w", "import", {"folder": "x"}, begin=False)
    assert "It waits: scoring the accounts anew is under way since" in words(client.get(f"/jobs/{behind}").text)


def test_for_whom_it_waits_is_told_and_nothing_is_foretold(client: TestClient, number: int, tmp_path: Path) -> None:
    told(tmp_path / "w", number, f"{WAITS}a build is under way since 14:02 UTC (process 7)", 0.0, seconds=60)
    page = words(client.get(f"/jobs/{number}").text)
    assert "Waiting: a build is under way since 14:02 UTC (process 7). This goes on when that has ended." in page
    assert " seconds so far" in page and " left" not in page


def test_stopped_lost_and_done_say_what_is_there_now_and_what_comes_next(
    client: TestClient, number: int, tmp_path: Path
) -> None:
    client.post(f"/jobs/{number}/stop")
    page = words(client.get(f"/jobs/{number}").text)
    assert "Stopped Everything is as it was before." in page and "Try again" in page
    lost = doing.ask_for(tmp_path / "w", "score", {}, begin=False)
    with open_ledger(open_place(tmp_path / "w")).transaction() as connection:
        jobs.claim(connection, now=jobs.now_utc() - 2 * jobs.LEASE)
    page = words(client.get(f"/jobs/{lost}").text)
    assert "has ended before it was done" in page and "nothing is half-written" in page and "Try again" in page
    done = doing.ask_for(tmp_path / "w", "score", {}, begin=False)
    told(tmp_path / "w", done, "printing the page", 0.9)
    client.post(f"/jobs/{done}/stop")
    assert "Stopping" in words(client.get(f"/jobs/{done}").text)
    ended(tmp_path / "w", done, jobs.DONE, result={"scored": 12, "version": "2"})
    page = client.get(f"/jobs/{done}").text
    assert "It had ended before it could be stopped. 12 accounts scored with version 2" in words(page)
    assert all(
        f'class="button{first}" href="{to}"' in page for first, to in ((" first", "/accounts"), ("", "/overview"))
    )


def test_a_users_mistake_and_our_fault_are_told_apart(client: TestClient, number: int, tmp_path: Path) -> None:
    mistake = NoAccounts("There is no table of accounts", where=Position("/data/exports/deals.csv"), remedy="Add one.")
    ended(tmp_path / "w", number, jobs.FAILED, problem=mistake.as_told())
    page = words(client.get(f"/jobs/{number}").text)
    assert "There is no table of accounts deals.csv Add one. IF213" in page and "Try again" in page
    ours = doing.ask_for(tmp_path / "w", "score", {}, begin=False)
    fault = InternalError("idealfit met a fault of its own", remedy="Nothing published before was changed.")
    ended(tmp_path / "w", ours, jobs.FAILED, problem=fault.as_dict())
    page = words(client.get(f"/jobs/{ours}").text)
    assert "idealfit met a fault of its own Nothing published before was changed. IF900" in page


def test_what_is_left_is_counted_down_and_never_grows_while_a_step_goes_on(
    client: TestClient, number: int, tmp_path: Path
) -> None:
    clock, job = Foretelling(), replace(doing.found(tmp_path / "w", number), share=0.25)
    assert Foretelling().left(replace(job, share=0.01), 60.0) is None, "nobody can know"
    assert clock.left(job, 10.0) == 30.0
    assert clock.left(job, 25.0) == 15.0
    assert clock.left(job, 41.0) is None, "it takes longer than was foretold"
    assert clock.left(replace(job, share=0.5), 50.0) == 50.0
    assert clock.left(replace(job, share=0.5, state=jobs.DONE), 60.0) is None

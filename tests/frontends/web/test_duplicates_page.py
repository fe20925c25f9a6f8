"""Pairs of accounts in the browser: one at a time, decided, taken back, counted, and the state after the last one."""

from __future__ import annotations

import os
import re
import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import Browser, expect
from starlette.testclient import TestClient

from idealfit.workspace.reviewing import Decided, decide, decisions
from web_client import signed_in, words
from web_site import another_document, context_of, look_at, serving

PATH = "/data/duplicates"


@pytest.fixture(scope="module")
def pairs(made_up: Path) -> list[tuple[str, str]]:
    """Three pairs of accounts, sorted as the queue has them."""
    con = duckdb.connect()
    found = con.execute(
        f"SELECT account_id FROM read_parquet('{made_up}/tables/accounts.parquet') WHERE duplicate_of IS NULL "
        "AND account_id NOT IN (SELECT account_id FROM read_parquet("
        f"'{made_up}/tables/deals.parquet') WHERE account_id IS NOT NULL) ORDER BY 1 LIMIT 6"
    ).fetchall()
    ids = [str(row[0]) for row in found]
    return [(ids[0], ids[1]), (ids[2], ids[3]), (ids[4], ids[5])]


@pytest.fixture(scope="module")
def copy(made_up: Path, pairs: list[tuple[str, str]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy in which these pairs wait."""
    workspace = Path(shutil.copytree(made_up, tmp_path_factory.mktemp("pairs") / "w"))
    path = os.path.realpath(next((workspace / "snapshots" / "duplicate_pairs").glob("*.parquet")))
    con = duckdb.connect()
    con.execute(f"CREATE TABLE pairs AS SELECT * FROM read_parquet('{path}') LIMIT 0")
    for place, (a, b) in enumerate(pairs):
        con.execute(
            'INSERT INTO pairs (account_a, account_b, state, probability, "by", why, held) VALUES '
            "(?, ?, 'cannot tell', ?, 'likeness', 'alike: <name>', 'two towns')",
            [a, b, 0.9 - place / 10],
        )
    Path(path).unlink()
    con.execute(f"COPY pairs TO '{path}' (FORMAT parquet)")
    con.close()
    return workspace


@pytest.fixture
def workspace(copy: Path) -> Path:
    """The copy with nothing decided."""
    decide(copy, [Decided(one.account_a, one.account_b, "undo", "nobody") for one in decisions(copy)])
    return copy


@pytest.fixture(scope="module")
def client(copy: Path) -> Iterator[TestClient]:
    with signed_in(copy) as client:
        yield client


def shown(page: str) -> tuple[str, str]:
    found = re.search(r'name="a" value="([^"]*)"><input type="hidden" name="b" value="([^"]*)"', page)
    assert found is not None
    return found[1], found[2]


def test_pairs_are_decided_one_by_one_under_a_name_given_once(
    client: TestClient, workspace: Path, pairs: list[tuple[str, str]]
) -> None:
    assert "3 pairs of accounts may be one company" in words(client.get("/data").text)
    first = client.get(PATH).text
    assert "0 of 3 pairs decided" in words(first) and "Alike: &lt;name&gt;" in first
    assert shown(first) == pairs[0] and 'name="verdict"' not in first, "nobody decides without a name"
    named = client.get(PATH, params={"by": "Ines", "a": pairs[0][0], "b": pairs[0][1]}).text
    assert {*re.findall(r'data-key="(\w)"', named)} >= {"s", "d", "c", "n"}
    for place, (pair, verdict) in enumerate(zip(pairs, ("same", "different", "cannot tell"), strict=True), start=1):
        told = {"a": pair[0], "b": pair[1], "verdict": verdict, "by": "Ines", "because": "I know them."}
        page = client.post(PATH, data=told).text
        assert f"{place} of 3 pairs decided" in words(page) and 'data-key="u"' in page
    assert "Every pair is decided" in page
    assert {(one.account_a, one.account_b): one.state for one in decisions(workspace)} == dict(
        zip(pairs, ("same", "different", "cannot tell"), strict=True)
    )
    assert "No pair of accounts waits" in words(client.get("/data").text)


def test_a_decision_is_taken_back_and_the_pair_stands_there_again(
    client: TestClient, workspace: Path, pairs: list[tuple[str, str]]
) -> None:
    told = {"a": pairs[0][0], "b": pairs[0][1], "verdict": "same", "by": "Ines"}
    assert "1 of 3" in words(client.post(PATH, data=told).text)
    again = client.post(PATH, data={**told, "verdict": "undo"}).text
    assert "0 of 3" in words(again) and pairs[0][0] in again and 'data-key="s"' in again
    assert decisions(workspace) == ()


def test_what_cannot_be_is_told_on_the_page(client: TestClient, workspace: Path, pairs: list[tuple[str, str]]) -> None:
    told = {"a": pairs[0][0], "b": pairs[0][1], "verdict": "same", "by": "  "}
    answer = client.post(PATH, data=told)
    assert answer.status_code == 400 and "Who decides is missing" in answer.text
    assert client.post(PATH, data={**told, "by": "I", "verdict": "merge"}).status_code == 400
    assert client.post(PATH, data={**told, "by": "I", "verdict": "undo"}).status_code == 400
    assert decisions(workspace) == ()


def test_the_last_decision_is_taken_back_whenever_and_then_the_one_before(
    client: TestClient, workspace: Path, pairs: list[tuple[str, str]]
) -> None:
    for pair, verdict in zip(pairs, ("same", "different", "cannot tell"), strict=True):
        client.post(PATH, data={"a": pair[0], "b": pair[1], "verdict": verdict, "by": "Ines"})
    client.post(PATH, data={"a": pairs[0][0], "b": pairs[0][1], "verdict": "undo", "by": "Ines"})
    client.post(PATH, data={"a": pairs[0][0], "b": pairs[0][1], "verdict": "different", "by": "Ana"})
    for pair, state in ((pairs[2], "nobody can tell"), (pairs[1], "two companies")):
        page = client.get(PATH, params={"by": "Ines"}).text  # as it is opened any time later
        assert f"{state}. Take it back u" in words(page)
        assert shown(page) == pair, "the first form of the page is the one that takes it back"
        page = client.post(PATH, data={"a": pair[0], "b": pair[1], "verdict": "undo", "by": "Ines"}).text
        assert re.search(rf"Taken back: [^.]*, {state}\. The pair waits again\.", words(page))
    assert 'data-key="u"' not in page, "what somebody else has said is not taken back by a key"
    assert [one.by for one in decisions(workspace)] == ["Ana"]


def test_who_leaves_a_pair_goes_on_from_there_and_comes_back_to_it_at_the_end(
    client: TestClient, workspace: Path, pairs: list[tuple[str, str]]
) -> None:
    def decided(pair: tuple[str, str]) -> str:
        return client.post(PATH, data={"a": pair[0], "b": pair[1], "verdict": "cannot tell", "by": "Ines"}).text

    assert f'name="a" value="{pairs[2][0]}"' in decided(pairs[1])
    assert f'name="a" value="{pairs[0][0]}"' in decided(pairs[2])


def test_two_who_decide_the_same_pair_are_told_of_each_other(
    client: TestClient, workspace: Path, pairs: list[tuple[str, str]]
) -> None:
    told = {"a": pairs[0][0], "b": pairs[0][1], "verdict": "same", "by": "Ines"}
    client.post(PATH, data=told)
    assert client.post(PATH, data=told).status_code == 200, "sent twice"
    answer = client.post(PATH, data={**told, "verdict": "different", "by": "Ana"})
    assert answer.status_code == 400
    assert "Meanwhile Ines has said of this pair: the same company. Nothing was changed" in words(answer.text)
    assert [(one.state, one.by) for one in decisions(workspace)] == [("same", "Ines")]
    client.post(PATH, data={**told, "verdict": "undo"})
    answer = client.post(PATH, data={**told, "verdict": "undo"})
    assert answer.status_code == 400 and "This was taken back already" in answer.text


def test_of_two_who_decide_in_the_same_moment_the_second_is_told_too(
    client: TestClient, workspace: Path, pairs: list[tuple[str, str]]
) -> None:
    (a, b), *_ = pairs
    both = threading.Barrier(2)

    def says(verdict: str, who: str) -> int:
        both.wait()
        return client.post(PATH, data={"a": a, "b": b, "verdict": verdict, "by": who}).status_code

    for _ in range(10):
        with ThreadPoolExecutor(2) as pool:
            answers = [pool.submit(says, *one) for one in (("same", "Ana"), ("different", "Bo"))]
        assert sorted(one.result() for one in answers) == [200, 400]
        (stands,) = decisions(workspace)
        assert (stands.state, stands.by) in (("same", "Ana"), ("different", "Bo"))
        decide(workspace, [Decided(a, b, "undo", "nobody")])


def test_a_pair_that_waits_no_more_is_told_and_the_next_one_shown(
    client: TestClient, workspace: Path, pairs: list[tuple[str, str]]
) -> None:
    for answer in (
        client.get(PATH, params={"a": "no", "b": "such", "by": "Ines"}),
        client.post(PATH, data={"a": "no", "b": "such", "verdict": "same", "by": "Ines"}),
    ):
        assert answer.status_code == 400
        assert "This pair waits no more" in words(answer.text) and pairs[0][0] in answer.text
    assert decisions(workspace) == ()


def test_a_contradiction_is_told_without_a_command_line(
    client: TestClient, workspace: Path, pairs: list[tuple[str, str]]
) -> None:
    (a, b), (c, _d), _ = pairs
    decide(workspace, [Decided(a, c, "same", "Ana"), Decided(b, c, "same", "Ana")])
    answer = client.post(PATH, data={"a": a, "b": b, "verdict": "different", "by": "Ines"})
    assert answer.status_code == 400 and "contradict each other" in answer.text
    assert "idealfit duplicates" not in answer.text and decisions(workspace)[0].state == "same"


def test_the_whole_queue_by_keyboard_with_the_focus_where_it_is_told(
    browser: Browser, workspace: Path, pairs: list[tuple[str, str]]
) -> None:
    with serving(workspace) as site, context_of(browser) as context:
        page = context.new_page()
        page.goto(site.link())
        page.goto(f"{site.base}{PATH}")
        expect(page.locator("#by")).to_be_focused()
        page.keyboard.type("Ines")
        with another_document(page):
            page.keyboard.press("Enter")
        heading = page.locator("#pair")
        for key, name in (("s", "the same company"), ("n", ""), ("p", ""), ("d", "two companies"), ("c", "")):
            expect(heading).to_be_focused()
            with another_document(page):
                page.keyboard.press(key)
            if name:
                expect(heading).to_have_accessible_description(re.compile(name))
        expect(page.get_by_role("group", name="Every pair is decided")).to_be_focused()
        for name in ("nobody can tell", "two companies", "the same company"):
            with another_document(page):
                page.keyboard.press("u")
            expect(heading).to_be_focused()
            expect(heading).to_have_accessible_description(re.compile(f"Taken back: .*{name}"))
        look_at(page, page.url)
    assert decisions(workspace) == ()

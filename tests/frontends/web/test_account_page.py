"""The page of an account: what a seller needs stands first, and what is long or only tells how is folded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from starlette.testclient import TestClient

from web_client import signed_in, words


@pytest.fixture(scope="module")
def client(made_up: Path) -> Iterator[TestClient]:
    with signed_in(made_up) as client:
        yield client


@pytest.fixture(scope="module")
def page(client: TestClient, made_up: Path) -> str:
    """Of the account of which most has happened."""
    found = duckdb.execute(
        "SELECT s.account_id FROM read_parquet($scores) s JOIN read_parquet($activities) a USING (account_id) "
        "WHERE s.duplicate_of IS NULL GROUP BY ALL ORDER BY count(*) DESC, s.account_id LIMIT 1",
        {"scores": str(made_up / "scores.parquet"), "activities": str(made_up / "tables" / "activities.parquet")},
    ).fetchone()
    assert found is not None
    return client.get(f"/accounts/{found[0]}").text


def test_why_and_what_to_do_stand_before_what_else_is_known(page: str) -> None:
    names = re.findall(r'<h2 id="(\w+)"', page)
    order = [one for one in names if one in ("why", "lift", "ask", "people", "time", "alike", "records")]
    assert order == ["why", "lift", "ask", "people", "time", "alike", "records"]


def test_of_what_happened_six_lines_stand_open_and_the_rest_is_folded(page: str) -> None:
    told = page[page.index('id="time"') :]
    told = told[: told.index("</section>")]
    shown, _fold, folded = told.partition("<details")
    assert shown.count("<time ") == 6
    assert folded.count("<time ") > 0
    assert f"{folded.count('<time ')} earlier one" in words(folded)


def test_a_source_is_named_once_for_all_that_come_from_it(page: str) -> None:
    why = words(page[page.index('id="why"') : page.index('id="lift"')])
    usual = re.search(r"From (\S+), where nothing else is said", why)
    assert usual is not None
    assert not re.search(rf"from {re.escape(usual[1])}(?!,)", why)


def test_what_all_companies_like_it_share_is_told_once(client: TestClient, made_up: Path) -> None:
    best = duckdb.execute(
        "SELECT account_id FROM read_parquet($scores) WHERE duplicate_of IS NULL AND tier = 'A' "
        "ORDER BY score DESC, account_id LIMIT 20",
        {"scores": str(made_up / "scores.parquet")},
    ).fetchall()
    shared, like = None, ""
    for (account_id,) in best:
        page = client.get(f"/accounts/{account_id}").text
        like = page[page.index('id="alike"') : page.index('id="rank"')]
        if shared := re.search(r"All of them, as here: (.+?)\.</p>", like):
            break
    assert shared is not None
    for one in shared[1].split("; "):
        assert like.count(one) == 1

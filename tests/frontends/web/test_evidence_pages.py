"""The evidence in the browser: every criterion, every refusal, any group of companies, with the figures of the file."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from idealfit.frontends.segment_story import story_of
from idealfit.frontends.web import whiskers
from idealfit.frontends.web.app import create_app
from idealfit.frontends.web.wording import capital, column
from idealfit.workspace.asking import cohort
from web_client import HOST, signed_in, words


@pytest.fixture(scope="module")
def client(made_up: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    workspace = tmp_path_factory.mktemp("evidence") / "w"  # a copy: sessions are kept in the ledger
    shutil.copytree(made_up, workspace)
    with signed_in(workspace) as client:
        yield client


@pytest.fixture(scope="module")
def document(made_up: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((made_up / "evidence.json").read_text())
    return found


def test_every_criterion_and_every_refusal_is_there_and_leads_to_its_proof(
    client: TestClient, document: dict[str, Any]
) -> None:
    page = client.get("/evidence").text
    for one in document["criteria"]:
        assert capital(one["sentence"]) in unescape(page)
        assert f"/evidence/criterion/{one['id']}" in page
    told = set(re.findall(r"attribute/[^>]*>([^<]+)</a>", page))
    assert {capital(column(one["attribute"])) for one in document["rejected"]} <= told
    loved = [
        one for one in document["criteria"] if any(one["sentence"] in text.lower() for text in document["stories"])
    ]
    assert document["stories"] and all(sentence in unescape(page) for one in loved for sentence in story_of(one))
    for label in ("Seen in", "Odds", "Worth", "Found again", "Points"):
        cells = re.findall(rf'data-label="{label}">(.*?)</td>', page, flags=re.DOTALL)
        assert any(cells) and all("<a " in cell for cell in cells if cell), label


def test_what_to_look_for_stands_before_what_to_walk_away_from(client: TestClient, document: dict[str, Any]) -> None:
    page = words(client.get("/evidence").text)
    parts = [page.index(part) for part in ("To look for They buy", "To walk away from, or to count against They")]
    assert parts == sorted(parts)
    seek = next(one for one in document["criteria"] if one["polarity"] != "exclude")
    avoid = next(one for one in document["criteria"] if one["polarity"] == "exclude")
    assert page.index(f"{capital(seek['sentence'])} ") < page.rindex("To walk away from, or")
    assert page.index(f" {capital(avoid['sentence'])} ", parts[1]) > parts[1]
    assert "To look for They" not in words(client.get("/evidence?sort=-worth").text), "sorted, it is one list"


def test_the_list_says_how_its_lines_are_read_by_one_of_them(client: TestClient, document: dict[str, Any]) -> None:
    first = next(one for one in document["criteria"] if one["polarity"] != "exclude" and one.get("seen") != "call")
    counts = first["counts"]
    page = words(client.get("/evidence").text)
    assert f"it was true of {counts['match_won'] + counts['match_lost']:,} deals" in page
    assert "Proven : so sure that it can hardly be luck" in page


def test_what_holds_stands_first_and_everything_else_is_a_click_away(
    client: TestClient, document: dict[str, Any]
) -> None:
    def rows(address: str) -> int:
        return client.get(address).text.count('class="judged-cell"')

    tabs = dict(re.findall(r'class="tab" href="([^"]+)"[^>]*>[^<]*<span[^>]*>([\d,]+)<', client.get("/evidence").text))
    assert int(tabs["/evidence"]) == len(document["criteria"]) < int(tabs["/evidence?verdict=any"])
    for address, count in tabs.items():
        assert rows(unescape(address)) == int(count), address
    assert rows("/evidence?q=e") > rows("/evidence?q=e&verdict=proven") > 0  # a search looks at all that was tried


def test_a_criterion_opens_to_the_companies_behind_its_counts(client: TestClient, document: dict[str, Any]) -> None:
    one = document["criteria"][0]
    page = client.get(f"/evidence/criterion/{one['id']}").text
    for outcome, ids in one["records"].items():
        assert len(ids) == one["counts"][f"match_{outcome}"]
        assert all(f"<td>{id_}</td>" in page for id_ in ids[:50])
    assert client.get("/evidence/criterion/no-such").status_code == 404


def test_a_refused_column_is_shown_with_its_proof_and_value_by_value(
    client: TestClient, document: dict[str, Any]
) -> None:
    one = next(one for one in document["rejected"] if one["reason"] == "unsupported")
    page = words(client.get(f"/evidence/attribute/{one['attribute']}").text)
    assert one["proof"] in page and "Value by value" in page
    assert client.get("/evidence/attribute/no%2Fsuch").status_code == 404
    leak = next(one for one in document["rejected"] if one["reason"] == "leakage" and " open ones" in one["proof"])
    page = words(client.get(f"/evidence/attribute/{leak['attribute']}").text)
    told, counted = re.search(r"of ([\d,]+) open ones", page), re.search(r"Open [\d,]+ ([\d,]+) ", page)
    assert told and counted
    assert (told[1] != counted[1]) == (f"Here all {counted[1]} open deals are counted" in page)


def test_any_group_of_companies_is_answered_as_on_the_command_line(client: TestClient, made_up: Path) -> None:
    when = "employees >= 200"
    answer = cohort(made_up, when)
    page = words(client.get("/evidence/group", params={"when": when}).text)
    assert capital(answer.sentence) in page
    side = answer.cohort.matching
    assert f"Matching {side.won:,} {side.lost:,} {side.open:,} {side.accounts:,}" in page


def test_a_statement_that_cannot_be_read_is_told_beside_its_box(client: TestClient) -> None:
    answer = client.get("/evidence/group", params={"when": "employees >> <b>3"})
    assert answer.status_code == 400 and "at character" in answer.text
    assert 'value="employees &gt;&gt; &lt;b&gt;3"' in answer.text


def test_without_a_build_there_is_a_way_on(tmp_path: Path) -> None:
    app, door, _warm = create_app(tmp_path / "w", frozenset({HOST}))
    with TestClient(app, base_url=f"http://{HOST}", headers={"host": HOST}) as client:
        client.get("/enter", params={"key": door.link()})
        for address in ("/evidence", "/thirty-seconds", "/data"):
            page = client.get(address)
            assert page.status_code == 200 and "<h1" in page.text


def test_intervals_lie_where_they_should() -> None:
    chart = whiskers.rates(
        [("A", {"value": 0.3, "low": 0.2, "high": 0.38}), ("B", {"value": 0.0, "low": 0, "high": 0})]
    )
    assert chart is not None
    first, second = chart.rows
    assert chart.labels < first.low < first.at < first.high < chart.labels + whiskers.WIDTH
    assert second.at == chart.labels == second.low
    assert whiskers.rates([]) is None
    scale = whiskers.odds([{"low": 0.5, "value": 1.0, "high": 3.0}])
    assert scale.place(1.0) == scale.width / 2
    assert scale.place(3.0) + scale.place(1 / 3) == pytest.approx(scale.width, abs=0.2)
    assert 0 <= scale.place(1e-9) <= scale.place(1e9) <= scale.width


def test_the_form_offers_the_values_of_its_column_and_joins_conditions_by_or(client: TestClient) -> None:
    form = unescape(client.get("/evidence/group").text)
    countries = re.search(r'<datalist id="values-of-country">(.*?)</datalist>', form, flags=re.DOTALL)
    assert countries and countries[1].count("<option") > 1
    assert re.search(r'data-range="employees">[\d,]+ to [\d,]+, half of them up to [\d,]+', form)
    # without a script the values come with the answer to a line that is not finished
    asked = {"on": "country", "how": "is", "value": "", "upto": ""}
    assert 'list="values-of-country"' in client.get("/evidence/group", params=asked).text
    two = {"join": "any", "on": ["employees", "country"], "how": ["least", "is"], "value": ["200", "Germany"]}
    answer = client.get("/evidence/group", params={**two, "upto": ["", ""]}, follow_redirects=False)
    assert " OR " in unescape(answer.headers["location"].replace("+", " "))

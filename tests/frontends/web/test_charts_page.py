"""Charts in the browser: each with its sentence, its table and its files; and the pages that open any figure."""

from __future__ import annotations

import json
import re
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from idealfit.evidence.stay_curve import stay_curve
from idealfit.frontends.web.chart_of_backtest import calibration_chart, lift_chart, tiers_chart, value_chart
from idealfit.frontends.web.chart_of_market import staying_chart
from idealfit.frontends.web.chart_parts import Words
from idealfit.frontends.web.drawing.export import sheet
from idealfit.frontends.web.drawing.picture import apart, cut, width_of
from web_client import signed_in, words
from web_site import hostile_texts

NAMES = ("tiers", "lift", "calibration", "value", "staying", "plane", "map", "heat")
DEALS = Words("deals", "won", "lost", "EUR ")


@pytest.fixture(scope="module")
def client(hostile: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    workspace = tmp_path_factory.mktemp("charts") / "w"  # a copy: sessions are kept in the ledger
    shutil.copytree(hostile, workspace)
    with signed_in(workspace) as client:
        yield client


@pytest.fixture(scope="module")
def document(made_up: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((made_up / "evidence.json").read_text())
    return found


def test_every_chart_has_a_name_a_description_and_the_figures_of_the_file(
    client: TestClient, document: dict[str, Any]
) -> None:
    page = client.get("/charts?row=region&column=employees").text
    for name in NAMES:
        assert f'<title id="{name}-wide-t">' in page and f'<desc id="{name}-narrow-d">' in page
        assert f'href="/charts/{name}.png' in page
    told = words(page)
    for one in document["backtest"]["tiers"]:
        assert f"{one['tier']} {one['deals']:,} {one['won']:,}" in told
    assert " style=" not in page and "<style" not in page and not re.search(r"<script(?! src=)", page)


def test_a_chart_is_taken_as_svg_and_png_whatever_the_companies_are_called(client: TestClient) -> None:
    for name in NAMES:
        answer = client.get(f"/charts/{name}.svg?row=region&column=employees")
        assert answer.status_code == 200 and answer.headers["content-type"] == "image/svg+xml"
        root = ET.fromstring(answer.content)  # noqa: S314 - it is ours, and must be well-formed
        assert root.find("{http://www.w3.org/2000/svg}title") is not None
        assert {one.tag.rpartition("}")[2] for one in root.iter()} <= {
            *("svg", "title", "desc", "style", "rect", "g", "path", "circle", "text"),
        }
    png = client.get("/charts/heat.png?row=region&column=employees&look=dark")
    assert png.content.startswith(b"\x89PNG") and "attachment" in png.headers["content-disposition"]
    assert client.get("/charts/no-such.svg").status_code == 404
    assert client.get("/charts?row=no-such").status_code == 404


def test_a_cell_leads_to_its_companies(client: TestClient) -> None:
    page = client.get("/charts?row=region&column=employees").text
    links = re.findall(r'href="(/evidence/group\?when=[^"]+)"', page)
    assert len(links) > 20
    for link in links[:: len(links) // 2]:
        assert client.get(unescape(link)).status_code == 200


def test_the_list_of_what_was_tried_is_filtered_and_sorted_by_its_address(client: TestClient) -> None:
    page = client.get("/evidence?verdict=proven&sort=-support").text
    table = page[page.index("<tbody>") : page.index("</tbody>")]
    seen = [int(one.replace(",", "")) for one in re.findall(r'data-label="Seen in"><a[^>]*>([\d,]+)', table)]
    assert seen and seen == sorted(seen, reverse=True)
    assert table.count("Proven") == len(seen) and "Refused" not in table
    assert "Nothing that was tried is like that" in client.get("/evidence?q=no+such+thing").text


def test_a_group_is_asked_by_form_and_by_text_alike(client: TestClient) -> None:
    typed = {"on": ["employees", "country", ""], "how": ["least", "is", "is"], "value": ["200", "DE, AT", ""]}
    answer = client.get("/evidence/group", params={**typed, "upto": ["", "", ""]}, follow_redirects=False)
    assert answer.status_code == 303
    asked = client.get(answer.headers["location"])
    assert asked.status_code == 200 and "At least 200 employees" in asked.text
    wrong = client.get("/evidence/group", params={"on": "employees", "how": "least", "value": "many", "upto": ""})
    assert wrong.status_code == 400 and "is no number" in wrong.text


def test_the_records_of_a_group_are_all_in_its_file_and_none_is_a_formula(client: TestClient) -> None:
    page = words(client.get("/evidence/group?when=employees >= 200").text)
    lines = client.get("/evidence/group.csv?when=employees >= 200").text.splitlines()
    won = sum(line.startswith('"Matching"') and '"won"' in line for line in lines)
    assert f"Matching {won:,} " in page
    assert not any(re.search(r'","[=+@-]', line) for line in lines)


def test_a_chart_without_figures_says_why_and_one_of_few_that_they_are_few() -> None:
    nothing: dict[str, Any] = {"kind": "none", "tiers": []}
    for made in (tiers_chart, lift_chart, calibration_chart, value_chart):
        chart = made(nothing, DEALS)
        assert chart.pictures is None and chart.nothing
    assert staying_chart({}).pictures is None
    few = {"value": 0.5, "low": 0.2, "high": 0.8}
    judged = {"deals": 12, "won": 6, "win_rate": few, "predicted": None}
    chart = tiers_chart({"tiers": [{"tier": "A", **judged}, {"tier": "C", **judged}]}, DEALS)
    assert chart.finding is not None and not chart.finding.sure and "Too few" in chart.finding.said
    one = tiers_chart({"tiers": [{"tier": "C", **judged}]}, DEALS)
    assert one.pictures is not None and one.finding is not None and not one.finding.sure
    old = lift_chart({"tiers": [judged]}, DEALS)
    assert "Build again" in old.nothing


def test_any_label_can_stand_in_a_chart(real_data: Path) -> None:
    import numpy as np

    curve = stay_curve(np.arange(1.0, 40.0), np.arange(39) % 3 == 0)
    assert curve is not None
    for label in hostile_texts(real_data):
        assert width_of(cut(label, 90)) <= 90 + 12
    for label in hostile_texts(real_data)[::25]:
        chart = staying_chart({label: curve, "others": curve}, looks={label: ("main", 0)})
        assert chart.pictures is not None
        ET.fromstring(sheet(chart.pictures[0], label, label, "light").svg)  # noqa: S314 - it must be well-formed


def test_labels_are_moved_apart_in_their_order() -> None:
    moved = apart([10, 11, 12, 90], 15)
    assert all(two - one >= 14.9 for one, two in pairwise(moved)) and moved[3] == 90

from __future__ import annotations

import json
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from judged_tables import ACCOUNTS, DEALS, changed, judged

from idealfit.records.quality.page import bars_of, quality_page

HOSTILE = "</td><script>alert(1)</script><img src=x onerror=alert(2)>\"'&{{7*7}}"


class Tags(HTMLParser):
    """The elements of a page, their attributes, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.names: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.names |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def read(html: str) -> Tags:
    parser = Tags()
    parser.feed(html)
    return parser


def hostile() -> dict[str, Any]:
    """A report in which every text that came from a file is hostile."""
    name = '"' + HOSTILE.replace('"', '""') + '"'
    value = "'" + HOSTILE.replace("'", "''") + "'"
    accounts = f"SELECT *, {value} AS {name} FROM ({changed(ACCOUNTS, industry=value)})"
    deals = changed(DEALS, deal_id=f"{value} || i", account_id="NULL::VARCHAR", currency=f"{value} || (i % 3)")
    quality = judged({"accounts": accounts, "deals": deals})
    quality["files"]["unused"] = [{"file": HOSTILE, "reason": HOSTILE}]
    quality["changes"] = {
        "cells": 1,
        "values": 1,
        "shown": [
            {"table": "accounts", "column": HOSTILE, "original": HOSTILE, "value": HOSTILE, "rows": 1, "rule": HOSTILE}
        ],
    }
    return quality


def test_hostile_names_and_values_are_text_on_the_page() -> None:
    clean = read(quality_page(judged({"accounts": ACCOUNTS, "deals": DEALS})))
    page = read(quality_page(hostile(), company=HOSTILE))
    assert page.text.count("<script>alert(1)</script>") > 5
    assert "script" not in page.tags and "img" not in page.tags
    assert not any(name.startswith("on") for name in page.names)
    assert set(page.tags) - set(clean.tags) <= {"h3", "div", "section", "p", "br", "b", "table", "ul", "li"}


def test_the_page_says_the_verdict_the_grades_and_every_problem() -> None:
    quality = judged({"accounts": ACCOUNTS, "deals": changed(DEALS, amount="CASE WHEN i % 2 = 0 THEN amount END")})
    text = read(quality_page(quality, company="Northwind")).text
    assert "Northwind" in text
    assert "With care" in text
    assert all(one["text"] in text and one["remedy"] in text for one in quality["problems"])
    assert all(name in text for name in quality["tables"])


def test_the_page_needs_nothing_from_elsewhere() -> None:
    html = quality_page(judged({"accounts": ACCOUNTS, "deals": DEALS}))
    assert "default-src 'none'" in html
    assert not {"script", "link", "iframe", "object"} & set(read(html).tags)
    assert not {"src", "href"} & read(html).names


def test_a_table_of_very_many_columns_names_the_rest() -> None:
    wide = f"SELECT *, {', '.join(f'{i} AS c{i}' for i in range(400))} FROM ({ACCOUNTS})"
    assert "more columns; quality.json has them all" in quality_page(judged({"accounts": wide}, attributes={}))


def test_little_bars_are_as_high_as_they_are_frequent() -> None:
    figure = {"levels": [["a", 100], ["b", 50], ["c", 0]], "bins": None}
    assert bars_of(figure) == [(0.0, 10.0), (5.0, 5.0), (9.4, 0.6)]
    assert bars_of({"levels": [["a", 100]], "bins": None}) == []


def test_the_page_runs_nothing_in_a_browser(tmp_path: Path) -> None:
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("no browser: house/browser.sh installs one")
    page = tmp_path / "quality.html"
    page.write_text(quality_page(hostile(), company=HOSTILE), encoding="utf-8")
    done = subprocess.run(
        [browser, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", page.as_uri()],
        capture_output=True,
        text=True,
        timeout=600,
        check=True,
    )
    assert "<script" not in done.stdout and "onerror" not in read(done.stdout).names


def test_the_report_is_json_that_says_the_same_when_read_back() -> None:
    quality = judged({"accounts": ACCOUNTS, "deals": DEALS})
    assert json.loads(json.dumps(quality)) == quality

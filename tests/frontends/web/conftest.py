"""A workspace whose names are hostile, served once a run, and one browser that looks at it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, sync_playwright

from idealfit.frontends.web.pages import accounts
from web_site import PATIENCE_MS, WIDE, Site, context_of, hostile_texts, serving

BROWSERS = ("chromium", "google-chrome")
SLOWER = "IDEALFIT_BROWSER_SLOWER"
"""Set to 6, every page computes six times slower: what hangs on the speed of a machine is found on a fast one too."""


@pytest.fixture(scope="session", autouse=True)
def patient_list() -> Iterator[None]:
    """However busy the machine, the list of accounts is waited for, and not a page that says that it is being made."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts, "PATIENCE", 600.0)
        yield


@pytest.fixture(scope="session")
def hostile(made_up: Path, real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the made-up company in which every account is called by a naughty string, as are industries, titles and
    reasons of losing."""
    workspace = shutil.copytree(made_up, tmp_path_factory.mktemp("web") / "workspace")
    shutil.rmtree(workspace / "cache", ignore_errors=True)
    texts = hostile_texts(real_data)
    con = duckdb.connect()
    con.execute("CREATE TABLE texts AS SELECT unnest($texts) AS text", {"texts": texts})
    con.execute("CREATE TABLE named AS SELECT text, row_number() OVER () - 1 AS place FROM texts")
    for table, column in (
        ("accounts", "name"),
        ("accounts", "region"),
        ("contacts", "title"),
        ("deals", "loss_reason"),
    ):
        for path in {os.path.realpath(one) for one in (workspace / "snapshots" / table).glob("*.parquet")}:
            con.execute(
                f"CREATE OR REPLACE TABLE changed AS SELECT * EXCLUDE (place, text) REPLACE (text AS {column}) FROM "
                f"(SELECT *, row_number() OVER () % {len(texts)} AS place FROM read_parquet('{path}')) "
                "JOIN named USING (place)"
            )
            Path(path).unlink()
            con.execute(f"COPY changed TO '{path}' (FORMAT parquet)")
    con.close()
    return workspace


@pytest.fixture(scope="session")
def site(hostile: Path) -> Iterator[Site]:
    """The hostile workspace, served."""
    with serving(hostile) as served:
        yield served


@pytest.fixture(scope="session")
def empty_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A workspace with nothing in it, served."""
    with serving(tmp_path_factory.mktemp("web-empty") / "nothing yet") as served:
        yield served


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, as house/browser.sh installs it; a machine without it fails here and is told so."""
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    assert path is not None, "no browser: run 'sh house/browser.sh'"
    with sync_playwright() as play, ExitStack() as stack:
        found = play.chromium.launch(executable_path=path, args=["--no-sandbox"], timeout=PATIENCE_MS)
        stack.callback(found.close)
        yield found


@pytest.fixture(scope="session")
def inside(browser: Browser, site: Site, empty_site: Site) -> Iterator[BrowserContext]:
    """A browser that both servers have let in."""
    context = context_of(browser)
    page = context.new_page()
    for one in (site, empty_site):
        page.goto(one.link())
    page.close()
    yield context
    context.close()


def left_or_objected(dialog: Dialog, said: list[str]) -> None:
    """A page with something unsaved asks whether to leave it: a test that goes on has meant it. No other page asks."""
    if dialog.type == "beforeunload":
        dialog.accept()
        return
    said.append(f"a dialog: {dialog.message}")
    dialog.dismiss()


@pytest.fixture
def page(inside: BrowserContext) -> Iterator[Page]:
    """A new page; what a script or the content security policy objects to fails the test."""
    opened = inside.new_page()
    opened.set_viewport_size(WIDE)
    if SLOWER in os.environ:
        inside.new_cdp_session(opened).send("Emulation.setCPUThrottlingRate", {"rate": float(os.environ[SLOWER])})
    said: list[str] = []
    opened.on("console", lambda one: said.append(one.text) if "status of 4" not in one.text else None)
    opened.on("pageerror", lambda fault: said.append(str(fault)))
    opened.on("dialog", lambda dialog: left_or_objected(dialog, said))
    yield opened
    opened.close()
    assert said == []

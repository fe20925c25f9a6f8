"""Fitting the page to one side."""

from __future__ import annotations

import shutil
import subprocess
from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idealfit.profile.rendering.fit import ROOM, SETTINGS, Heights, balance, fit_page
from idealfit.profile.rendering.html import render_html
from idealfit.profile.rendering.model import Line, Page, Section, Signature
from idealfit.profile.rendering.page import page_of
from profile_rendering import pages
from profile_rendering.reading_back import pages_of_pdf
from profile_rendering.test_hostile import everywhere


def page_with(worths: list[list[float]]) -> Page:
    sections = tuple(
        Section(f"s{place}", f"Part {place}", lines=tuple(Line(f"{worth}", worth=worth) for worth in part))
        for place, part in enumerate(worths)
    )
    return Page("profile", "Name", "", "", "", (), "", (), sections, (Signature("Sales"),), "2026-09-30")


def heights_of(page: Page) -> Heights:
    """Ten millimetres a head, ten a line."""
    return Heights(20, 20, tuple((10.0, (10.0,) * len(section.lines)) for section in page.sections))


@given(st.lists(st.lists(st.floats(0, 20), max_size=20), max_size=7))
def test_what_remains_fits_and_no_line_is_lost_untold(worths: list[list[float]]) -> None:
    page = page_with(worths)
    fitted = fit_page(page, heights_of)
    assert balance(fitted.sections, heights_of(fitted))[1] <= ROOM
    before = sum(len(section.lines) for section in page.sections)
    after = sum(len(section.lines) for section in fitted.sections)
    told = int(fitted.cut_note.split(": ")[1].split()[0].replace(",", "")) if fitted.cut_note else 0
    if len([section for section in fitted.sections if section.cut]) <= 1 and len(fitted.sections) == len(page.sections):
        assert told == before - after
    assert bool(fitted.cut_note) == (before > after)


def test_the_least_worthy_lines_go_first() -> None:
    fitted = fit_page(page_with([[float(worth) for worth in range(30)], [5.0] * 20]), heights_of)
    kept = [line.worth for line in fitted.sections[0].lines]
    assert kept == sorted(kept)
    assert kept[-1] == 29
    assert min(kept) > 29 - len(kept)


def test_a_short_page_is_set_larger_and_a_long_one_smaller() -> None:
    assert fit_page(page_with([[1.0]]), heights_of).size == SETTINGS[0][0] == 10
    assert fit_page(page_with([[1.0] * 30] * 2), heights_of).size == SETTINGS[-1][0] == 9


def test_columns_are_balanced_in_order() -> None:
    page = page_with([[1.0] * 4, [1.0] * 2, [1.0] * 6])
    assert balance(page.sections, heights_of(page)) == (2, 20 + 80 + 20)


PRINTED = {
    "profile": lambda: (pages.PROFILE, pages.EVIDENCE, pages.SUMMARY),
    "insufficient": pages.insufficient,
    "no signal": pages.no_signal,
    "long": lambda: (*everywhere("word " * 40), pages.SUMMARY),
    "unbroken": lambda: (*everywhere("long" * 20 + " " + "b" * 200), pages.SUMMARY),
    "other script": lambda: (*everywhere("שלום עולם " * 12), pages.SUMMARY),
}


def printed(document: str, folder: Path) -> bytes:
    """What a browser prints of `document`."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        pytest.fail("no browser to print the page with: `make test` installs one, or run `sh house/browser.sh`")
    (folder / "page.html").write_text(document, encoding="utf-8")
    subprocess.run(
        [browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-extensions", "--no-first-run",
         f"--user-data-dir={folder}/browser", "--no-pdf-header-footer", f"--print-to-pdf={folder}/page.pdf",
         (folder / "page.html").as_uri()],
        check=True, capture_output=True, timeout=600,
    )  # fmt: skip
    return (folder / "page.pdf").read_bytes()


@pytest.mark.parametrize("kind", list(PRINTED))
def test_a_browser_prints_it_on_one_page_too(kind: str, tmp_path: Path) -> None:
    document = render_html(page_of(*deepcopy(PRINTED[kind]())))
    assert pages_of_pdf(printed(document, tmp_path)) == 1

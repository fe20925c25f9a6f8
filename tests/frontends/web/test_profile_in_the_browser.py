"""The profile as people use it in a browser: printed on one side, edited on a phone, left with something unsaved."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Dialog, Page, expect

from web_site import Site, another_document, look_at

NARROW_MARGIN = "0.4in"


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_the_page_is_printed_on_one_side(page: Page, site: Site, paper: str) -> None:
    page.goto(f"{site.base}/profile")
    edges = dict.fromkeys(("top", "right", "bottom", "left"), NARROW_MARGIN)
    printed = page.pdf(format=paper, margin=edges)  # type: ignore[arg-type]
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1


def test_on_a_phone_the_effect_stands_beside_what_is_typed(page: Page, site: Site) -> None:
    page.set_viewport_size({"width": 390, "height": 780})
    page.goto(f"{site.base}/profile/edit")
    expect(page.get_by_role("heading", name="Accounts", exact=True)).to_be_attached()
    page.locator("#e0 > summary").press("Enter")
    page.locator("#e0-points").fill("1")
    strip = page.get_by_role("link", name="Effect, and save")
    expect(strip).to_be_in_viewport(ratio=1)
    expect(strip).to_contain_text("A")
    strip.press("Enter")
    expect(page.get_by_role("heading", name="What it would do")).to_be_in_viewport()
    page.locator("#e0-points").fill("many")
    expect(page.get_by_role("link", name="1 thing to mend")).to_be_in_viewport()


def test_who_leaves_what_an_act_has_changed_is_asked_first(inside: BrowserContext, site: Site) -> None:
    page = inside.new_page()  # of its own: the others answer by themselves when they are asked
    page.goto(f"{site.base}/profile/edit")
    page.locator("#e0 > summary").press("Enter")
    with another_document(page):
        page.locator("button[value='remove-0']").click()
    page.get_by_text("is removed when you save").click()
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.once("dialog", stay)
    page.get_by_role("link", name="Leave it as it was").click()
    expect(page.get_by_text("is removed when you save")).to_be_visible()
    assert asked == ["beforeunload"]
    with another_document(page):
        page.get_by_role("button", name="Put it back").click()
    expect(page.locator("#e0 > summary")).to_be_focused()
    with another_document(page):
        page.get_by_role("link", name="Leave it as it was").click()
    expect(page).to_have_url(f"{site.base}/profile")
    page.close()


def test_what_people_say_is_written_from_the_open_line_of_the_page(page: Page, site: Site) -> None:
    page.goto(f"{site.base}/profile")
    with another_document(page):
        page.get_by_role("link", name=re.compile(r"Write it ?: Why us")).click()
    field = page.get_by_label("Why us", exact=True)
    expect(field).to_be_focused()
    field.fill("Live in a week.")
    expect(page.locator("#tried")).to_contain_text("Live in a week.")
    look_at(page, f"{site.base}/profile/edit?at=objections")

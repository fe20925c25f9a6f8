"""The walks people take: a lead in thirty seconds by keyboard, files handed over with and without a script, from a
profile to the records behind it and back.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from idealfit.work import doing
from web_site import WIDE, Site, another_document, context_of, hostile_texts, look_at


def test_a_lead_by_keyboard_from_paste_to_card(page: Page, site: Site) -> None:
    page.goto(f"{site.base}/thirty-seconds")
    expect(page.locator("#lead")).to_be_focused()
    page.keyboard.insert_text("Company: Quillfire\nEmail: ada@quillfire.example")
    with another_document(page):
        page.keyboard.press("Enter")
    card = page.get_by_role("region", name="The answer")
    expect(card).to_be_visible()
    asked = []
    for _question in range(3):
        first = page.locator("form.question").first
        focused = page.locator(":focus")
        asked.append(first.locator(".ask").inner_text())
        if first.locator("fieldset").count():
            expect(focused).to_have_accessible_name("Yes y")
            with another_document(page):
                page.keyboard.press("y")
        else:
            expect(focused).to_have_accessible_name(asked[-1])
            if focused.get_attribute("type") == "date":
                focused.fill("2026-01-02")
            else:
                page.keyboard.type("120")
            with another_document(page):
                page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_have_count(0)
    assert len(set(asked)) == 3
    expect(card).to_contain_text("of what decides the fit")
    expect(page.get_by_role("heading", name="Quillfire")).to_be_visible()
    look_at(page, page.url)


def test_evidence_from_the_profile_to_the_records_and_back(page: Page, site: Site) -> None:
    look_at(page, f"{site.base}/profile")
    look_at(page, f"{site.base}/evidence")
    page.set_viewport_size(WIDE)
    criteria = json.loads((site.workspace / "evidence.json").read_text(encoding="utf-8"))["criteria"]
    with another_document(page):
        page.locator(f"a[href='/evidence/criterion/{criteria[0]['id']}']").first.click()
    expect(page.get_by_role("heading", name="The records behind it")).to_be_visible()
    look_at(page, page.url)
    page.go_back()
    page.set_viewport_size(WIDE)
    with another_document(page):
        page.get_by_role("link", name="Any group of companies").click()
    page.locator("#when").fill("employees >= 200")
    with another_document(page):
        page.locator("#when").press("Enter")
    answer = page.get_by_role("heading", name="At least 200 employees")
    expect(answer).to_be_visible()
    look_at(page, page.url)
    look_at(page, f"{site.base}/evidence/group?when=employees+>>+<b>3")
    expect(page.locator("#when")).to_have_value("employees >> <b>3")
    page.go_back()
    expect(answer).to_be_visible()


def test_an_attribute_and_a_version_have_nothing_to_object_to(page: Page, site: Site) -> None:
    refused = json.loads((site.workspace / "evidence.json").read_text(encoding="utf-8"))["rejected"]
    name = next(one["attribute"] for one in refused if one["reason"] == "unsupported")
    for address in (f"/evidence/attribute/{name}", "/profile/versions/1"):
        look_at(page, site.base + address)


@pytest.mark.parametrize("address", ["/evidence", "/profile", "/thirty-seconds", "/data"])
def test_before_the_first_build_a_page_leads_on(page: Page, empty_site: Site, address: str) -> None:
    look_at(page, empty_site.base + address)


def test_files_are_handed_over_and_their_columns_shown_with_and_without_a_script(
    browser: Browser, page: Page, empty_site: Site, real_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doing, "start", lambda _workspace: None)  # the test does the work itself
    texts = [text for text in hostile_texts(real_data) if "\n" not in text][:120]
    evil = "<img src=x onerror=alert(1)>"
    cells = ['"' + text.replace('"', '""') + '"' for text in texts]
    table = tmp_path / f"{'long ' * 12}names.csv"
    header = f'Company ID,Company name,Employees,"{evil}",{"x" * 200}\n'
    table.write_text(header + "".join(f"{i},{cell},{i},{cell},b\n" for i, cell in enumerate(cells)), encoding="utf-8")
    with context_of(browser, script=False) as context:
        plain = context.new_page()
        plain.goto(empty_site.link())
        plain.goto(f"{empty_site.base}/data")
        expect(plain.locator("#files")).to_be_in_viewport()
        plain.locator("#files").set_input_files(table)
        plain.get_by_role("button", name="Read them").click()
        expect(plain.get_by_role("heading", name="Reading files")).to_be_visible()
        doing.work(empty_site.workspace)
        plain.wait_for_url(re.compile("/data/uploads/"))  # the page loads itself again
        expect(plain.get_by_role("rowheader", name=evil)).to_be_visible()
        shown = plain.url
    look_at(page, shown)
    page.set_viewport_size(WIDE)
    page.goto(f"{empty_site.base}/data")
    page.locator("#files").set_input_files(table)
    page.get_by_role("button", name="Read them").click()
    page.wait_for_url("**/jobs/*")
    look_at(page, page.url)
    doing.work(empty_site.workspace)
    page.wait_for_url("**/data/uploads/*")  # told by an event
    assert page.locator("main :is(img, iframe, style)").count() == 0


def test_a_refused_upload_is_told_beside_the_button(page: Page, empty_site: Site, tmp_path: Path) -> None:
    for i in range(101):
        (tmp_path / f"{i}.csv").write_text("a\n1\n", encoding="utf-8")
    page.goto(f"{empty_site.base}/data")
    page.locator("#files").set_input_files(sorted(tmp_path.iterdir()))
    with page.expect_response("**/data/uploads"):
        page.get_by_role("button", name="Read them").click()
    expect(page.get_by_role("alert")).to_contain_text("100")
    expect(page.locator("[data-sending]")).to_be_hidden()


def test_what_a_change_of_the_profile_does_is_shown_while_it_is_typed(page: Page, site: Site) -> None:
    page.goto(f"{site.base}/profile/edit")
    expect(page.get_by_role("heading", name="Accounts", exact=True)).to_be_visible()
    page.locator("#e0 > summary").press("Enter")
    points = page.locator("#e0-points")
    points.fill("1")
    expect(page.get_by_role("heading", name="What changes")).to_be_visible()
    expect(points).to_have_value("1")
    points.fill("many")
    expect(page.locator("#tried")).to_contain_text("The points are no whole number")

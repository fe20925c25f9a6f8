"""The pages as people meet them: nothing that axe objects to, nothing cut off, the list by keyboard, mouse and without
a script, hostile text as text.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from web_site import Site, another_document, context_of, hostile_texts, look_at, objections, settled

PAGES = {
    "accounts": "/accounts",
    "the plane and every kind of filter": "/accounts?plane=yes&is.tier=B&min.fit=1&sort=-fit&column=tech&column=tier",
    "a list that nothing fits": "/accounts?q=no+such+company+at+all",
    "thirty seconds": "/thirty-seconds",
    "data": "/data",
    "the profile as a form, with hostile values to choose from": "/profile/edit?add=column:region",
    "the profile as a text": "/profile/edit?how=text",
    "the versions of the profile": "/profile/versions",
    "charts of hostile values": "/charts?row=region&column=employees",
    "a group of companies": "/evidence/group?when=employees+%3E%3D+200",
    "everything that was tried": "/evidence?sort=-support",
    "keys": "/help",
    "an error": "/accounts/no-such-account",
    "an address that is not understood": "/accounts?nonsense=1",
}


@pytest.mark.parametrize("address", PAGES.values(), ids=PAGES.keys())
def test_a_page_has_nothing_to_object_to(page: Page, site: Site, address: str) -> None:
    look_at(page, site.base + address)


def test_the_page_of_an_account_has_nothing_to_object_to(page: Page, site: Site) -> None:
    page.goto(f"{site.base}/accounts?is.tier=A")
    page.locator("[data-rows] tbody th a").first.click()
    page.wait_for_url("**/accounts/*")
    look_at(page, page.url)
    for heading in ("Why", "Find out first", "Who is known there", "What happened", "What the records say"):
        expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()


def test_an_empty_workspace_says_how_to_begin(page: Page, empty_site: Site) -> None:
    look_at(page, empty_site.base + "/")
    expect(page.get_by_role("heading", name="Which companies should you sell to?")).to_be_visible()


def test_who_has_no_session_is_told_how_to_come_in(browser: Browser, site: Site) -> None:
    with context_of(browser) as context:
        page = context.new_page()
        look_at(page, f"{site.base}/accounts")
        expect(page.get_by_text(f"--link --port {site.base.rpartition(':')[2]}")).to_be_visible()


def test_the_list_by_keyboard_mouse_and_back(page: Page, site: Site) -> None:
    page.goto(f"{site.base}/accounts?plane=yes")
    all_of_them = page.get_by_role("status").inner_text()
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("exam")
    page.wait_for_url(re.compile("q=exam"))
    settled(page)
    expect(page.locator("#q")).to_be_focused()
    page.locator("summary:has-text('Tier')").click()
    settled(page)  # who leaves the box of the search asks once more
    page.locator("input[name='is.tier'][value=A]").check()
    page.wait_for_url(re.compile("is.tier=A"))
    settled(page)
    expect(page.locator("[data-rows] tbody tr .tier-a").first).to_be_visible()
    expect(page.locator("[data-rows] tbody tr .tier-c")).to_have_count(0)
    expect(page.locator("input[name='is.tier'][value=A]")).to_be_visible()  # the choice stays open
    page.keyboard.press("Escape")
    expect(page.locator("input[name='is.tier'][value=A]")).to_be_hidden()
    box = page.locator("[data-plane] .field").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.02)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.99, box["y"] + box["height"] * 0.98)
    page.mouse.up()
    page.wait_for_url(re.compile(r"min\.fit=50"))
    settled(page)
    page.evaluate("history.back()")
    page.wait_for_url(lambda url: "is.tier=A" in url and "min.fit" not in url)
    settled(page)
    expect(page.locator("input[name='is.tier'][value=A]")).to_be_checked()
    page.goto(f"{site.base}/accounts")
    expect(page.get_by_role("status")).to_have_text(all_of_them)


def test_the_list_and_its_accounts_stay_in_one_document(page: Page, site: Site) -> None:
    page.goto(f"{site.base}/accounts")
    page.evaluate("document.documentElement.dataset.one = ''; document.querySelector('#told').dataset.one = ''")
    page.locator("#sort-fit").click()
    expect(page.locator("th[aria-sort=descending] #sort-fit")).to_be_focused()
    expect(page.locator("#told[role=status][data-one]")).to_contain_text("sorted by fit from the greatest")
    assert page.url.endswith("?sort=-fit")
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("region", name="Accounts 51 to 100")).to_be_focused()
    link = page.locator("[data-rows] tbody th a").nth(40)
    name = link.inner_text()
    link.scroll_into_view_if_needed()
    scrolled = page.evaluate("scrollY")
    link.click()
    expect(page.locator("#main")).to_be_focused()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page).to_have_title(f"{name} · idealfit")
    assert page.evaluate("scrollY") == 0
    assert objections(page) == []
    page.go_back()
    expect(link).to_be_focused()
    expect(page.get_by_role("region", name="Accounts 51 to 100")).to_be_visible()
    expect(page.locator("html")).to_have_js_property("scrollTop", scrolled)
    page.go_forward()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.locator("html[data-one]")).to_have_count(1)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_the_focus_goes_on_where_a_filter_was_taken_away(page: Page, site: Site) -> None:
    page.goto(f"{site.base}/accounts?is.tier=A&is.tier=B&column=tier&column=fit")
    page.locator(".chip", has_text="tier: A").press("Enter")
    expect(page.locator(".chip", has_text="tier: B")).to_be_focused()
    expect(page.locator("#export")).to_have_attribute("href", re.compile(r"^/accounts.csv\?is.tier=B&column=tier"))
    page.get_by_role("link", name="Clear all").press("Enter")
    expect(page.locator("#q")).to_be_focused()
    expect(page.locator("[data-rows] thead th")).to_have_count(3)  # the columns stay


def test_what_cannot_be_put_in_place_is_a_page(page: Page, site: Site) -> None:
    page.goto(f"{site.base}/accounts")
    page.evaluate("document.querySelector('[data-rows] tbody th a').href = '/accounts/no-such-account'")
    with another_document(page):
        page.locator("[data-rows] tbody th a").first.click()
    assert page.url.endswith("/accounts/no-such-account")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_the_head_of_a_list_that_fits_stays_in_sight(page: Page, site: Site) -> None:
    page.goto(f"{site.base}/accounts?column=tier&column=fit")
    page.locator("[data-rows] tbody tr").nth(45).scroll_into_view_if_needed()
    expect(page.locator("#sort-fit")).to_be_in_viewport()


def test_nothing_of_the_list_moves_when_the_script_of_the_page_comes(page: Page, site: Site) -> None:
    script, places = re.compile(r"/page\.js$"), "all => all.map(one => one.getBoundingClientRect().toJSON())"
    page.route(script, lambda asked: asked.fulfill(body="", content_type="text/javascript"))
    page.goto(f"{site.base}/accounts?plane=yes")
    before = page.locator("#filters summary, .plane p, #shown").evaluate_all(places)
    page.unroute(script)
    page.goto(f"{site.base}/accounts?plane=yes")
    settled(page)
    assert len(before) > 3
    assert page.locator("#filters summary, .plane p, #shown").evaluate_all(places) == before


def test_the_list_without_a_script(browser: Browser, site: Site) -> None:
    with context_of(browser, script=False) as context:
        page = context.new_page()
        page.goto(site.link())
        page.goto(f"{site.base}/accounts")
        page.locator("#q").fill("exam")
        page.locator("summary:has-text('Tier')").click()
        page.locator("input[name='is.tier'][value=B]").check()
        page.get_by_role("button", name="Show").click()
        page.wait_for_url(re.compile("q=exam.*is.tier=B"))
        assert "min." not in page.url
        page.get_by_role("link", name="Fit", exact=True).click()
        page.wait_for_url(re.compile("sort=-fit"))
        page.locator("[data-rows] tbody th a").first.click()
        expect(page.get_by_role("heading", name="Why", exact=True)).to_be_visible()


def test_hostile_text_is_text(page: Page, site: Site, real_data: Path) -> None:
    names: set[str] = set()
    page.goto(f"{site.base}/accounts?column=region&column=tier")  # not by name: so each page has other texts
    for _page in range(5):
        names |= set(page.locator("[data-rows] tbody th a").all_text_contents())
        assert page.evaluate("[...document.scripts].every(one => one.src.startsWith(location.origin + '/static/'))")
        assert (
            page.evaluate("document.querySelectorAll('main :is(img, iframe, object, embed, style, base)').length") == 0
        )
        told = page.locator("[role=region][aria-label^='Accounts ']").get_attribute("aria-label")
        page.get_by_role("link", name="Next").click()
        expect(page.locator(f"[role=region][aria-label='{told}']")).to_have_count(0)
    assert len(names & set(hostile_texts(real_data))) > 80


def test_a_dropped_folder_is_handed_over_with_what_lies_within(page: Page, empty_site: Site, tmp_path: Path) -> None:
    (tmp_path / "export" / "more").mkdir(parents=True)
    (tmp_path / "export" / "deals.csv").write_text("deal_id\n1\n", encoding="utf-8")
    (tmp_path / "export" / "more" / "contacts.csv").write_text("contact_id\n1\n", encoding="utf-8")
    page.goto(f"{empty_site.base}/data")
    page.route("**/data/uploads", lambda route: route.fulfill(json={"address": "#sent"}))
    box = page.locator("[data-drop]").bounding_box()
    assert box is not None
    devices = page.context.new_cdp_session(page)
    held = {"items": [], "files": [str(tmp_path / "export")], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        where = {"x": box["x"] + 20, "y": box["y"] + 20}
        devices.send("Input.dispatchDragEvent", {"type": kind, "data": held, **where})
    page.wait_for_url("**#sent")
    expect(page.locator("[data-chosen]")).to_contain_text("deals.csv")
    expect(page.locator("[data-chosen]")).to_contain_text("contacts.csv")

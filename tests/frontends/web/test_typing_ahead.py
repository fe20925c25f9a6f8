"""What is typed while the next question is on its way is not lost: it stands in the box of that question."""

from __future__ import annotations

from playwright.sync_api import Page, Route, expect

from web_site import Site, another_document


def test_what_is_typed_before_the_question_is_there_stands_in_its_box(page: Page, site: Site) -> None:
    page.goto(f"{site.base}/thirty-seconds")
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        """The answer is on its way until the test lets it come."""
        waiting.append(route)

    page.route("**/thirty-seconds", hold)
    page.keyboard.insert_text("someone@gmail.com")
    with another_document(page):
        with page.expect_request(lambda one: one.method == "POST"):
            page.keyboard.press("Enter")
        page.keyboard.type("Quillfirex")
        page.keyboard.press("Backspace")
        waiting.pop().continue_()
    box = page.get_by_label("Which company is it?")
    expect(box).to_be_focused()
    expect(box).to_have_value("Quillfire")
    with another_document(page):
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Quillfire")).to_be_visible()

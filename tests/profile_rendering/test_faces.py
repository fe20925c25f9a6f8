"""HTML, PDF, Markdown and DOCX are faces of one page."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from pypdf import PdfReader

from idealfit.profile.rendering.html import render_html
from idealfit.profile.rendering.markdown import render_markdown
from idealfit.profile.rendering.model import Page
from idealfit.profile.rendering.page import facts, page_of, page_text
from idealfit.profile.rendering.pdf import render_pdf
from idealfit.profile.rendering.word import render_docx
from profile_rendering import pages
from profile_rendering.reading_back import (
    pages_of_pdf,
    seen_in_html,
    squeezed,
    text_of_html,
    text_of_markdown,
    text_of_pdf,
    text_of_word,
)

MADE: dict[str, tuple[dict[str, Any], dict[str, Any] | None, dict[str, Any]]] = {
    "profile": (pages.PROFILE, pages.EVIDENCE, pages.SUMMARY),
    "typed by hand": (pages.PROFILE, None, {}),
    "insufficient": pages.insufficient(),
    "no signal": pages.no_signal(),
}


@pytest.fixture(scope="module", params=list(MADE))
def page(request: pytest.FixtureRequest) -> Page:
    profile, evidence, summary = MADE[request.param]
    return page_of(profile, evidence, summary, company_name="Example Ltd", version="3")


def test_every_fact_is_in_every_face(page: Page) -> None:
    faces = {
        "word": text_of_word(render_docx(page)),
        "html": text_of_html(render_html(page)),
        "pdf": text_of_pdf(render_pdf(page)),
        "markdown": text_of_markdown(render_markdown(page)),
    }
    assert len(list(facts(page))) > 25
    for fact in facts(page):
        for name, text in faces.items():
            assert squeezed(fact) in text, f"{fact!r} is not in the {name}"


def test_a_missing_fact_would_be_noticed(page: Page) -> None:
    assert squeezed("a fact that nobody stated") not in text_of_pdf(render_pdf(page))
    assert squeezed("a fact that nobody stated") not in text_of_html(render_html(page))


def test_the_pdf_is_one_side_of_a4(page: Page) -> None:
    data = render_pdf(page)
    assert pages_of_pdf(data) == 1
    box = PdfReader(BytesIO(data)).pages[0].mediabox
    assert (round(float(box.width) / 72 * 25.4), round(float(box.height) / 72 * 25.4)) == (210, 297)


def test_nothing_on_paper_is_smaller_than_9_points_or_nearer_than_12_millimetres_to_the_edge(page: Page) -> None:
    sizes: list[float] = []

    def visit(text: str, _cm: Any, matrix: list[float], _font: Any, size: float) -> None:
        if text.strip():
            sizes.append(abs(size * matrix[3]))

    data = render_pdf(page)
    PdfReader(BytesIO(data)).pages[0].extract_text(visitor_text=visit)
    assert min(sizes) >= 9 - 1e-6
    document = pypdfium2.PdfDocument(data)
    sheet = document[0]
    boxes = [found.get_bounds() for found in sheet.get_objects()]
    margin = 12 / 25.4 * 72 - 1.5  # half a line's thickness may lie outside
    assert min(box[0] for box in boxes) >= margin
    assert min(box[1] for box in boxes) >= margin
    assert max(box[2] for box in boxes) <= sheet.get_width() - margin
    assert max(box[3] for box in boxes) <= sheet.get_height() - margin
    document.close()


def test_the_words_are_those_of_people(page: Page) -> None:
    text = page_text(page)
    assert "_" not in text
    assert "…" not in text
    assert not re.search(r"q.value|odds.ratio|p.value|\bnull\b|\bNone\b|\bnan\b", text)
    for name in ("founded_year", "financial_services", "customer_success", "count_of", "->", "=>"):
        assert name not in text


def test_the_html_needs_nothing_from_anywhere(page: Page) -> None:
    document = render_html(page)
    seen = seen_in_html(document)
    assert not seen.open
    assert {"script", "img", "link", "iframe", "object"}.isdisjoint(seen.tags)
    assert not [name for name, _ in seen.attributes if name in {"src", "href", "style"} or name.startswith("on")]
    assert set(re.findall(r'url\("([a-z]+:)', document)) == {"data:"}
    assert not re.search(r"https?://", document)


def test_it_follows_the_light_and_is_made_for_paper(page: Page) -> None:
    document = render_html(page)
    assert "prefers-color-scheme: dark" in document
    assert "@page { size: A4; margin: 12mm; }" in document


def test_the_same_page_gives_the_same_bytes(page: Page) -> None:
    assert render_pdf(page) == render_pdf(page)
    assert b"D:20260930120000" in render_pdf(page)
    assert render_html(page) == render_html(page)
    assert render_markdown(page) == render_markdown(page)


def test_the_sections_stand_in_the_order_of_the_contract() -> None:
    profile, evidence, summary = MADE["profile"]
    page = page_of(profile, evidence, summary)
    titles = [
        "Walk away if",
        "Check before the call",
        "Ask on the call",
        "Why now",
        "Why us, why profitable, who is in the room",
        "If we had followed it",
        "What we do not know",
    ]
    assert [section.title for section in page.sections] == titles
    for text in (text_of_pdf(render_pdf(page)), text_of_html(render_html(page)), render_markdown(page)):
        places = [squeezed(text).index(squeezed(title)) for title in [page.name, page.sentence, *titles, "Sales"]]
        assert places == sorted(places)


def test_a_page_in_a_script_that_we_bundle_no_font_for_still_fits(tmp_path: Path) -> None:
    profile = {**pages.PROFILE, "profile": "株式会社の理想的な顧客 שלום"}
    page = page_of(profile, pages.EVIDENCE, pages.SUMMARY)
    assert pages_of_pdf(render_pdf(page)) == 1
    assert squeezed("株式会社の理想的な顧客") in text_of_html(render_html(page))

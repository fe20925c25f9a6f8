"""The profile printed for a reader: page, appendix, call card, paragraph; in every form, and without its names."""

from __future__ import annotations

import json
import re
from io import BytesIO
from pathlib import Path

import duckdb
import pytest
from pypdf import PdfReader

from idealfit.errors import FormUnknown
from idealfit.workspace.printing import Printed, print_page


@pytest.fixture(scope="module")
def printed(made_up: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Printed]:
    folder = tmp_path_factory.mktemp("printed")
    files = [folder / f"page.{form}" for form in ("pdf", "html", "md", "docx", "json", "txt")]
    return folder, print_page(made_up, files, appendix=True, redact=True, paper="us-letter")


def companies(made_up: Path) -> set[str]:
    tables = made_up / "tables" / "accounts.parquet"
    rows = duckdb.execute("SELECT name, domain FROM read_parquet(?)", [str(tables)]).fetchall()
    return {str(text) for row in rows for text in row if text}


def test_no_company_domain_amount_or_record_is_left_in_what_is_redacted(
    printed: tuple[Path, Printed], made_up: Path
) -> None:
    folder, told = printed
    pdf = "\n".join(page.extract_text() for page in PdfReader(folder / "page.pdf").pages)
    html = re.sub(r"base64,[^\"]+", "", (folder / "page.html").read_text())
    texts = [pdf, html, told.paragraph, *((folder / f"page.{form}").read_text() for form in ("md", "json", "txt"))]
    names = companies(made_up)
    for text in texts:
        assert not [name for name in names if name in text]
        assert "EUR" not in text
        assert "a usual contract" in text
        assert not re.search(r"\bD\d{6}\b", text)
    assert "Company " in html
    # One company has one number wherever it is named.
    numbered = [set(re.findall(r"Company \d+", (folder / f"page.{form}").read_text())) for form in ("md", "json")]
    assert numbered[0] == numbered[1]


def test_the_page_is_one_side_of_letter_and_the_appendix_follows(printed: tuple[Path, Printed]) -> None:
    reader = PdfReader(printed[0] / "page.pdf")
    assert [round(float(side)) for side in reader.pages[0].mediabox[2:]] == [612, 792]
    assert "Appendix" not in reader.pages[0].extract_text()
    assert "Customer success" in reader.pages[0].extract_text()
    assert "Appendix: what stands behind each number" in reader.pages[1].extract_text()
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_every_form_holds_the_rules_and_the_rulings(printed: tuple[Path, Printed]) -> None:
    from docx import Document

    folder, _ = printed
    document = Document(BytesIO((folder / "page.docx").read_bytes()))
    word = "\n".join(paragraph.text for paragraph in document.paragraphs)
    for text in (word, (folder / "page.md").read_text(), (folder / "page.json").read_text()):
        assert "Unknown is never counted as false" in text
        assert "Rule: " in text
    assert json.loads((folder / "page.json").read_text())["page"]["paper"] == "us-letter"


def test_the_appendix_opens_each_count_to_its_records(made_up: Path, tmp_path: Path) -> None:
    print_page(made_up, [tmp_path / "page.json"], appendix=True)
    blocks = json.loads((tmp_path / "page.json").read_text())["appendix"]
    at = next(place for place, block in enumerate(blocks) if block.get("heads", ["none"])[0] == "")
    won = int(blocks[at]["rows"][0][1].replace(",", ""))
    records = next(block for block in blocks[at:] if block["kind"] == "records")
    assert (records["of"], records["total"]) == ("Deals won", won)


def test_a_call_card_has_at_most_six_questions_on_half_a_sheet(made_up: Path, tmp_path: Path) -> None:
    files = [tmp_path / f"card.{form}" for form in ("pdf", "html", "json", "txt")]
    print_page(made_up, files, card=True)
    card = json.loads((tmp_path / "card.json").read_text())["card"]
    assert 1 <= len(card["questions"]) <= 6
    assert card["stop"]
    assert int(card["most"]) == sum(int(one["points"] or 0) for one in card["questions"])
    reader = PdfReader(tmp_path / "card.pdf")
    assert (len(reader.pages), round(float(reader.pages[0].mediabox[2]))) == (1, 420)
    for one in card["questions"]:
        assert one["ask"] in (tmp_path / "card.txt").read_text()
        assert one["ask"] in " ".join(reader.pages[0].extract_text().split())


def test_a_form_that_nobody_prints_is_refused_before_anything_is_written(made_up: Path, tmp_path: Path) -> None:
    with pytest.raises(FormUnknown, match="docx"):
        print_page(made_up, [tmp_path / "a.html", tmp_path / "a.docx"], card=True)
    assert not list(tmp_path.iterdir())

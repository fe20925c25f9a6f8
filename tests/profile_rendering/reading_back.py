"""Reading the faces back, for the tests: what a person would see, with blanks taken away."""

from __future__ import annotations

from html.parser import HTMLParser
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

import pypdfium2
from markdown_it import MarkdownIt
from pypdf import PdfReader

LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0x200B: "", 0xAD: ""}
VOID = {"meta", "line", "circle", "wbr", "br", "hr"}


def squeezed(text: str) -> str:
    """`text` without blanks and invisible breaks, ligatures taken apart."""
    return "".join(text.translate(LIGATURES).split())


class Seen(HTMLParser):
    """The text, the tags and the attributes of an HTML document."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in {"style", "title", "script"}:
            self.text.append(data)


def seen_in_html(document: str) -> Seen:
    seen = Seen()
    seen.feed(document)
    seen.close()
    return seen


def text_of_html(document: str) -> str:
    return squeezed("".join(seen_in_html(document).text))


def text_of_pdf(data: bytes) -> str:
    return squeezed("".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages))


def text_of_markdown(text: str) -> str:
    return text_of_html(MarkdownIt("commonmark").enable("table").render(text))


def pages_of_pdf(data: bytes) -> int:
    document = pypdfium2.PdfDocument(data)
    try:
        return len(document)
    finally:
        document.close()


def text_of_word(data: bytes) -> str:
    """The text of a DOCX, in the order of the file: its body, then the foot of its first sheet."""
    with ZipFile(BytesIO(data)) as archive:
        names = ["word/document.xml", *sorted(name for name in archive.namelist() if name.startswith("word/footer"))]
        parts = [part for name in names for part in ElementTree.fromstring(archive.read(name)).iter()]  # noqa: S314
    return squeezed(" ".join(part.text or "" for part in parts if part.tag.endswith("}t")))

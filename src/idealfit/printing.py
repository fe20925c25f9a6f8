"""`page`: the profile of a workspace printed again, in the form and for the reader that is wanted."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import duckdb

from idealfit.activation.lists import make_lists
from idealfit.asking import tables_of
from idealfit.deciding import profile_path
from idealfit.errors import FormUnknown, Position
from idealfit.performance.summary import summarise
from idealfit.profile.content import Profile
from idealfit.profile.document import load_profile
from idealfit.profile.rendering.appendix import appendix_of
from idealfit.profile.rendering.blocks import Block, block_data
from idealfit.profile.rendering.callcard import CallCard, callcard_html, callcard_of, callcard_pdf, callcard_text
from idealfit.profile.rendering.html import render_html
from idealfit.profile.rendering.markdown import render_markdown
from idealfit.profile.rendering.model import Page, Paper
from idealfit.profile.rendering.page import page_of
from idealfit.profile.rendering.paragraph import paragraph_of
from idealfit.profile.rendering.pdf import render_pdf
from idealfit.profile.rendering.redaction import Redaction, redacted, redaction
from idealfit.profile.rendering.word import render_docx
from idealfit.profile.standing import as_it_stands
from idealfit.records.attribute import AttributeInfo
from idealfit.records.company import Company
from idealfit.records.intake import load_attributes, load_report
from idealfit.scores.expected_value import add_expected_value
from idealfit.scores.score import score_tables
from idealfit.store.place import Place, open_place, write_bytes

PAGE_FORMS: Final = (".pdf", ".html", ".md", ".docx", ".json", ".txt")
CARD_FORMS: Final = (".pdf", ".html", ".json", ".txt")
SCHEMA_VERSION: Final = 1


@dataclass(frozen=True)
class Printed:
    """`files`: what was written; `paragraph`: the profile in one paragraph, ready to paste."""

    profile: str
    files: tuple[Path, ...]
    paragraph: str


@dataclass(frozen=True)
class _Known:
    """What the lists need of an import's report."""

    attributes: Mapping[str, AttributeInfo]


def print_page(
    workspace: Path,
    to: Sequence[Path] = (),
    *,
    profile: Path | None = None,
    motion: str | None = None,
    card: bool = False,
    appendix: bool = False,
    redact: bool = False,
    paper: Paper = "a4",
) -> Printed:
    """Prints the profile of `workspace` (or the file `profile`, held against its records) into each file of `to`, whose
    ending names the form: pdf, html, md, docx, json or txt; the call card instead of the page with `card`.

    `appendix` adds what stands behind each number; `redact` replaces names, domains and amounts, the same way in every
    file. Raises FormUnknown, ProfileFileMissing, ProfileFileError, MissingPart, WriteFailed.
    """
    forms = CARD_FORMS if card else PAGE_FORMS
    for path in to:
        if path.suffix.lower() not in forms:
            raise FormUnknown(
                f"{'A call card' if card else 'A page'} is not printed as '{path.suffix or path.name}'",
                where=Position(str(path)),
                remedy=f"Name a file that ends in {', '.join(forms[:-1])} or {forms[-1]}.",
            )
    place = open_place(workspace)
    content = as_it_stands(load_profile(profile or profile_path(place, motion)))
    evidence = _evidence(place)
    con = tables_of(place)
    try:
        attributes = load_attributes(place)
        company = Company.model_validate((load_report(place) or {}).get("company") or {})
        summary = _summary(con, content, evidence, company, attributes)
        page = page_of(content, evidence, summary, company_name=company.name, attributes=attributes, paper=paper)
        blocks = appendix_of(content, evidence, attributes, records=not redact) if appendix else ()
        half = callcard_of(content, evidence, page, attributes)
        paragraph = paragraph_of(page)
        if redact:
            typical = _typical(con)
            hide = _redaction(con, content, company, typical)
            page, half = redacted(page, hide, typical), redacted(half, hide, typical)
            blocks, paragraph = redacted(blocks, hide, typical), redacted(paragraph, hide, typical)
    finally:
        con.close()
    for path in to:
        write_bytes(path, _card(half, path) if card else _page(page, blocks, paragraph, path))
    return Printed(page.name, tuple(to), paragraph)


def _evidence(place: Place) -> dict[str, Any]:
    path = place.root / "evidence.json"
    found = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return found if isinstance(found, dict) else {}


def _summary(
    con: duckdb.DuckDBPyConnection,
    profile: Profile,
    evidence: Mapping[str, Any],
    company: Company,
    attributes: Mapping[str, AttributeInfo],
) -> dict[str, Any]:
    """The three numbers, from the accounts scored with `profile` as it is now."""
    said = evidence.get("as_of")
    day = date.fromisoformat(str(said)[:10]) if said else profile.as_of or date.today()
    score_tables(con, profile, as_of=day, attributes=attributes, company=company, into="all_scores")
    add_expected_value(con, profile, table="all_scores", into="scores")
    run = make_lists(con, profile, as_of=day, company=company, report=_Known(attributes))
    return summarise(con, as_of=day, company=company, profile=profile, report=_Known(attributes), run=run)


def _typical(con: duckdb.DuckDBPyConnection) -> float | None:
    """The median won contract: what amounts are told in when they are not to be seen."""
    found = con.execute("SELECT MEDIAN(amount) FROM deals WHERE outcome = 'won' AND amount > 0").fetchone()
    return float(found[0]) if found and found[0] else None


def _redaction(con: duckdb.DuckDBPyConnection, profile: Profile, company: Company, typical: float | None) -> Redaction:
    """Accounts are numbered in the order of their ids, so that one has the same number in every output."""
    rows = con.execute(
        "SELECT name, domain, ROW_NUMBER() OVER (ORDER BY account_id) FROM accounts ORDER BY account_id DESC"
    ).fetchall()
    named = {str(text): f"Company {place}" for name, domain, place in rows for text in (name, domain) if text}
    return redaction(named, own=company.name, people=tuple(one.by for one in profile.signatures), typical=typical)


def _page(page: Page, appendix: tuple[Block, ...], paragraph: str, path: Path) -> bytes:
    form = path.suffix.lower()
    if form == ".pdf":
        return render_pdf(page, appendix)
    if form == ".docx":
        return render_docx(page, appendix)
    if form == ".json":
        content = {"schema_version": SCHEMA_VERSION, "page": asdict(page), "paragraph": paragraph}
        return _json(content | {"appendix": [block_data(block) for block in appendix]})
    text = {".html": render_html, ".md": render_markdown}.get(form)
    return (f"{paragraph}\n" if text is None else text(page, appendix)).encode("utf-8")


def _card(card: CallCard, path: Path) -> bytes:
    form = path.suffix.lower()
    if form == ".pdf":
        return callcard_pdf(card)
    if form == ".json":
        return _json({"schema_version": SCHEMA_VERSION, "card": asdict(card)})
    return (callcard_html(card) if form == ".html" else callcard_text(card)).encode("utf-8")


def _json(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode("utf-8")

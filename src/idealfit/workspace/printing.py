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
from idealfit.errors import FormUnknown, Position
from idealfit.performance.summary import summarise
from idealfit.profile.content import Profile
from idealfit.profile.document import load_profile
from idealfit.profile.motion import motion_name, profile_file
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
from idealfit.profile.rendering.wording import WHY_NOT_USED
from idealfit.profile.standing import as_it_stands
from idealfit.records.attribute import AttributeInfo
from idealfit.records.company import Company
from idealfit.records.imported import load_attributes, load_report
from idealfit.scores.expected_value import add_expected_value
from idealfit.scores.score import score_tables
from idealfit.store.place import Place, open_place, write_bytes
from idealfit.workspace.asking import tables_of
from idealfit.workspace.page_figures import figures
from idealfit.workspace.versioning import find_written, profile_path, version_words

__all__ = ["WHY_NOT_USED", "Printed", "page_in", "print_page", "reprint"]

PAGE_FORMS: Final = (".pdf", ".html", ".md", ".docx", ".json", ".txt")
CARD_FORMS: Final = (".pdf", ".html", ".json", ".txt")
REPRINTED: Final = (".html", ".pdf", ".md")
"""The forms of the page that a build leaves beside a profile."""
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
    version: str | None = None,
    motion: str | None = None,
    card: bool = False,
    appendix: bool = False,
    redact: bool = False,
    paper: Paper = "a4",
) -> Printed:
    """Prints the profile of `workspace` (or the file `profile`, or a `version`: a number, 'proposed', 'last' or
    'approved'; held against its records) into each file of `to`, whose ending names the form: pdf, html, md, docx, json
    or txt; the call card instead of the page with `card`.

    `appendix` adds what stands behind each number; `redact` replaces names, domains and amounts, the same way in every
    file. A `profile` whose workspace does not exist is printed as what it is: nothing was held against records. Raises
    FormUnknown, ProfileFileMissing, ProfileFileError, NoSuchVersion, MissingPart, WriteFailed.
    """
    forms = CARD_FORMS if card else PAGE_FORMS
    for path in to:
        if path.suffix.lower() not in forms:
            raise FormUnknown(
                f"{'A call card' if card else 'A page'} is not printed as '{path.suffix or path.name}'",
                where=Position(str(path)),
                remedy=f"Name a file that ends in {', '.join(forms[:-1])} or {forms[-1]}.",
            )
    if profile is not None and not workspace.exists():
        return _without_records(profile, to, card=card, appendix=appendix, redact=redact, paper=paper)
    place = open_place(workspace)
    content = as_it_stands(
        load_profile(profile or profile_path(place, motion))
        if version is None
        else find_written(place, version, motion).profile
    )
    evidence = _evidence(place, content.motion)
    con = tables_of(place)
    try:
        attributes = load_attributes(place)
        company = Company.model_validate((load_report(place) or {}).get("company") or {})
        summary = _summary(con, place, content, evidence, company, attributes)
        said = version_words(place, content)
        page = page_of(
            content, evidence, summary, company_name=company.name, attributes=attributes, version=said, paper=paper
        )
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


def page_in(workspace: Path, *, motion: str | None = None, version: str | None = None) -> tuple[Page, Profile]:
    """The page of a workspace's profile as it would be printed now, and the profile itself. Raises ProfileFileMissing,
    ProfileFileError, NoSuchVersion.
    """
    place = open_place(workspace)
    found = (
        load_profile(profile_path(place, motion)) if version is None else find_written(place, version, motion).profile
    )
    content = as_it_stands(found)
    evidence = _evidence(place, content.motion)
    con = tables_of(place)
    try:
        attributes = load_attributes(place)
        company = Company.model_validate((load_report(place) or {}).get("company") or {})
        summary = _summary(con, place, content, evidence, company, attributes)
    finally:
        con.close()
    said = version_words(place, content)
    page = page_of(content, evidence, summary, company_name=company.name, attributes=attributes, version=said)
    return page, content


def reprint(workspace: Path, *, motion: str | None = None) -> tuple[Path, ...]:
    """Print anew the pages that lie in `workspace` beside the profile of `motion`, as it is now: what people sign,
    decide or go back to is then on the page that others open. The files; none where no build has printed any.
    """
    place = open_place(workspace)
    pages = [profile_path(place, motion).with_suffix(form) for form in REPRINTED]
    there = tuple(path for path in pages if path.is_file())
    if there:
        print_page(workspace, there, motion=motion)
    return there


def _without_records(
    file: Path, to: Sequence[Path], *, card: bool, appendix: bool, redact: bool, paper: Paper
) -> Printed:
    """The page of a profile that stands by itself."""
    content = as_it_stands(load_profile(file))
    page = page_of(content, None, None, paper=paper)
    blocks = appendix_of(content, None) if appendix else ()
    half, paragraph = callcard_of(content, None, page, None), paragraph_of(page)
    if redact:
        hide = redaction({}, own=None, people=tuple(one.by for one in content.signatures), typical=None)
        page, half = redacted(page, hide, None), redacted(half, hide, None)
        blocks, paragraph = redacted(blocks, hide, None), redacted(paragraph, hide, None)
    for path in to:
        write_bytes(path, _card(half, path) if card else _page(page, blocks, paragraph, path))
    return Printed(page.name, tuple(to), paragraph)


def _evidence(place: Place, motion: str) -> dict[str, Any]:
    """What a build found: of this motion by itself, where it looked at it by itself."""
    path = (place.root / profile_file(motion_name(motion))).with_suffix(".evidence.json")
    path = path if path.is_file() else place.root / "evidence.json"
    found = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return found if isinstance(found, dict) else {}


def _summary(
    con: duckdb.DuckDBPyConnection,
    place: Place,
    profile: Profile,
    evidence: Mapping[str, Any],
    company: Company,
    attributes: Mapping[str, AttributeInfo],
) -> dict[str, Any]:
    """The three numbers, from the accounts scored with `profile` as it is now."""
    said = evidence.get("as_of")
    day = date.fromisoformat(str(said)[:10]) if said else profile.as_of or date.today()

    def count() -> dict[str, Any]:
        score_tables(con, profile, as_of=day, attributes=attributes, company=company, into="all_scores")
        add_expected_value(con, profile, table="all_scores", into="scores")
        run = make_lists(con, profile, as_of=day, company=company, report=_Known(attributes))
        return summarise(con, as_of=day, company=company, profile=profile, report=_Known(attributes), run=run)

    return figures(place, profile, day, attributes, company, count)


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

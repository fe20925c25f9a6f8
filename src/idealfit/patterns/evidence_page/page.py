"""evidence.html: one file, no network, no script, light and dark, every text escaped, every figure open to records."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from idealfit.patterns.evidence_page import market, parts, proof
from idealfit.patterns.evidence_page.criteria import criteria_sections
from idealfit.patterns.evidence_page.model import Section
from idealfit.profile.rendering.html import fonts
from idealfit.profile.rendering.wording import day


def sections_of(document: Mapping[str, Any]) -> tuple[Section, ...]:
    """The sections of a document as in evidence.json, in the order of reading; empty ones are left out."""
    sections = (
        market.verdict(document),
        proof.two_profiles(document),
        parts.each_profile(document),
        market.missing(document),
        *criteria_sections(document),
        proof.later_deals(document),
        proof.staying(document),
        market.worked(document),
        market.customers(document),
        market.not_used(document),
        market.warnings(document),
    )
    return tuple(one for one in sections if not one.empty)


def evidence_page(document: Mapping[str, Any], *, company: str | None = None) -> str:
    """The HTML of a document as in evidence.json; `company` is whose records they are."""
    sections = sections_of(document)
    dated = document.get("time") != "none" or bool((document.get("sample") or {}).get("to"))
    until = f"data through {day(document['as_of'])}" if dated and document.get("as_of") else ""
    parts = [part for part in (company or "Your records", until) if part]
    return (
        _environment().get_template("evidence.html.j2").render(sections=sections, subtitle=" · ".join(parts), **fonts())
    )


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent.parent / "templates"),
        autoescape=select_autoescape(enabled_extensions=("html.j2",), default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )

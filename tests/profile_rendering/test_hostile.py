"""Hostile and long texts change neither the layout nor the document."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idealfit.profile.rendering.html import render_html
from idealfit.profile.rendering.markdown import render_markdown
from idealfit.profile.rendering.page import facts, page_of
from idealfit.profile.rendering.pdf import render_pdf
from idealfit.profile.rendering.wording import clean
from profile_rendering import pages
from profile_rendering.reading_back import pages_of_pdf, seen_in_html, squeezed, text_of_html, text_of_pdf

EXPECTED_TAGS = {
    "html", "head", "meta", "title", "style", "body", "main", "header", "div", "span", "h1", "h2", "p", "ul", "li",
    "strong", "b", "section", "table", "thead", "tbody", "tr", "th", "td", "svg", "line", "circle", "wbr",
}  # fmt: skip
ATTACKS = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "</style><script>alert(1)</script>",
    "#panic() #eval(\"1\") $x^2$ *bold* _it_ `raw` @ref <label> // comment",
    "{{ 7*7 }}{% raw %}",
    "[click](javascript:alert(1)) ![x](http://a.example/b.png) <b>x</b>",
    "# not a heading",
]  # fmt: skip
LONG = [
    "word " * 40,
    "x" * 5000,
    "Donaudampfschifffahrtsgesellschaftskapitän" * 6,
    "שלום עולם " * 12,
    "漢字かな" * 70,
    "a\u0301\u0302\u0303\u0304\u0305\u0306" * 60,
    "\u202eright to left override",
    "👩‍👩‍👧‍👦" * 40,
    "\x00\x07\x1b[31m red",
]  # fmt: skip


def everywhere(text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The profile and the evidence with `text` wherever a person or the data may put one."""
    profile, evidence = deepcopy(pages.PROFILE), deepcopy(pages.EVIDENCE)
    for layer in profile["layers"].values():
        for criterion in layer["criteria"]:
            criterion |= {"because": text, "grade": "assumed", "label": text}
    profile["exclusions"] += [
        {"id": f"x{place}", "when": f"employees < {place}", "because": text, "label": text, "state": "proposed",
         "evidence": {"price": {"deals_avoided": 9, "wins_given_up": [text] * 3}}}
        for place in range(8)
    ]  # fmt: skip
    quote = {"text": text, "quotes": [{"text": text, "source": text}]}
    profile["answers"] = {key: [text, quote] for key in ("what", "why_now", "why_us", "why_profitable")}
    profile["questions"] = [{"ask": text, "good": text, "bad": text}] * 5
    profile["personas"] = [{"role": text, "title": text}] * 9
    profile |= {"profile": text, "motion": text, "signatures": [{"team": "sales", "by": text}]}
    evidence["warnings"] = [text] * 5
    evidence["backtest"]["followed"]["given_up_names"] = [text] * 30
    evidence |= {
        "customers": {
            "traits": [text] * 8,
            "rows": [{"name": text, "outcome": text, "values": [text] * 8}] * 40,
            "shared": [{"attribute": text, "sentence": text, "counts": {"good": 1, "of": 2}}] * 9,
        },
        "interview": [{"name": text, "why": text, "ask": [text]}] * 9,
        "collect": [text] * 9,
        "rejected": [{"attribute": text, "reason": "leakage", "proof": text}] * 12,
        "failed": [{"attribute": text, "sentence": text, "counts": {}, "by_luck": 0.2}] * 12,
    }
    return profile, evidence


@pytest.mark.parametrize("verdict", ["profile", "insufficient", "no_signal"])
@pytest.mark.parametrize("text", [*ATTACKS, *LONG], ids=range(len(ATTACKS) + len(LONG)))
def test_it_stays_one_page_and_text_stays_text(text: str, verdict: str) -> None:
    profile, evidence = everywhere(text)
    page = page_of(profile, {**evidence, "verdict": verdict}, pages.SUMMARY, company_name=text)
    assert pages_of_pdf(render_pdf(page)) == 1
    seen = seen_in_html(render_html(page))
    assert set(seen.tags) <= EXPECTED_TAGS
    assert not seen.open
    assert not [name for name, _ in seen.attributes if name.startswith("on") or name in {"src", "href", "style"}]


@pytest.mark.parametrize("text", ATTACKS)
def test_an_attack_is_shown_as_it_was_typed(text: str) -> None:
    profile = {**deepcopy(pages.PROFILE), "answers": {"why_us": text}}
    page = page_of(profile, pages.EVIDENCE, pages.SUMMARY)
    assert squeezed(text) in text_of_html(render_html(page))
    assert squeezed(text) in text_of_pdf(render_pdf(page))


@pytest.mark.parametrize("text", ATTACKS)
def test_markdown_reads_no_markup_in_a_text(text: str) -> None:
    from markdown_it import MarkdownIt

    profile = {**deepcopy(pages.PROFILE), "answers": {"why_us": text}, "profile": text[:100]}
    page = page_of(profile, pages.EVIDENCE, pages.SUMMARY)
    rendered = MarkdownIt("commonmark").enable("table").render(render_markdown(page))
    seen = seen_in_html(rendered)
    assert {"script", "img", "a", "iframe", "code"}.isdisjoint(seen.tags)
    assert seen.tags.count("h1") == 1
    assert squeezed(clean(text)) in squeezed("".join(seen.text))


def test_what_is_cut_is_cut_whole_and_told() -> None:
    profile, evidence = everywhere(" ".join(f"word{place}" for place in range(40)))
    page = page_of(profile, evidence, pages.SUMMARY)
    assert page.cut_note.startswith("Not on this page: ")
    assert "exclusions" in page.cut_note
    shown = text_of_pdf(render_pdf(page))
    for fact in facts(page):
        assert squeezed(fact) in shown
        assert "…" not in fact
    for line in next(section for section in page.sections if section.key == "check").lines:
        assert "word" not in line.detail or ("word0 " in line.detail and line.detail.endswith("word39."))


def test_the_big_list_of_naughty_strings_fits_and_injects_nothing(real_data: Path) -> None:
    naughty = json.loads((real_data / "messy_blns" / "blns.json").read_text(encoding="utf-8"))
    assert len(naughty) > 500
    # Fourteen of them a page, each in another place, so that all of them are seen in the time of a test.
    for start in range(0, len(naughty), 14):
        some = (naughty[start : start + 14] * 14)[:14]
        profile, evidence = deepcopy(pages.PROFILE), deepcopy(pages.EVIDENCE)
        profile["profile"], profile["motion"], profile["answers"] = some[0], some[1], {"why_us": some[2]}
        for layer in profile["layers"].values():
            for criterion in layer["criteria"]:
                criterion |= {"because": some[3], "grade": "assumed"}
        profile["exclusions"][0] |= {"because": some[4], "label": some[5]}
        profile["exclusions"][1] |= {"because": some[7], "label": some[8]}
        profile["questions"] = [{"ask": some[9], "good": some[10], "bad": some[11]}]
        profile["answers"] |= {"why_now": some[12], "why_profitable": some[13]}
        evidence["backtest"]["followed"]["given_up_names"] = some
        page = page_of(profile, evidence, pages.SUMMARY, company_name=some[6])
        assert pages_of_pdf(render_pdf(page)) == 1, some
        seen = seen_in_html(render_html(page))
        assert set(seen.tags) <= EXPECTED_TAGS, some
        visible = squeezed("".join(seen.text))
        for fact in facts(page):
            assert squeezed(fact) in visible


@given(st.text(max_size=300))
@settings(max_examples=200)
def test_clean_text_is_one_line_without_control_characters(text: str) -> None:
    cleaned = clean(text)
    assert cleaned == " ".join(cleaned.split())
    assert not any(ord(character) < 32 or 0x202A <= ord(character) <= 0x202E for character in cleaned)
    assert clean(cleaned) == cleaned
    cleaned.encode("utf-8")

"""From a profile, its evidence and the summary to the page: one view model for HTML, PDF and Markdown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from idealfit.profile.rendering import failing, parts, proof, unknowns
from idealfit.profile.rendering.fit import fit_page
from idealfit.profile.rendering.held import dictionary_of, held
from idealfit.profile.rendering.model import Page, Paper, Section, Signature, Variant, facts, page_text
from idealfit.profile.rendering.reading import (
    Facts,
    Item,
    did,
    entries,
    exclusions_of,
    items_of,
    mapping,
    of_stays,
    without_companies,
    without_outcomes,
)
from idealfit.profile.rendering.spoken import spoken
from idealfit.profile.rendering.wording import DASH, capital, clean, count, day, listing, months_after, plain
from idealfit.records.attribute import AttributeInfo

__all__ = ["facts", "page_of", "page_text"]

REACH: Final = {
    "wins": "Who buys (we could not see who stays)",
    "wins+value": "Who buys, and for how much (we could not see who stays)",
    "wins+value+retention": "Who buys, for how much, and who stays",
    "customers": "Who your best customers are (we could not see who you win)",
}
WHO_STAYS: Final = "Who stays (we could not see who buys)"
WHO_YOU_HAVE: Final = "Who you have (we could not see who you win)"
STAMPS: Final = {"approved": "Approved", "retired": "Retired", "hypothesis": "Hypothesis"}
NO_REACH: Final = "What we believe (not yet held against records)"
MONTHS_OF: Final = {"month": 1, "quarter": 3, "half-year": 6, "half_year": 6, "year": 12}
TEAMS: Final = ("Sales", "Marketing", "Customer success")
LONGEST_NAME: Final = 120
LONGEST_SIGNATURE: Final = 34
ONLY_MOTION: Final = "main"
AT_MOST: Final = 12
HYPOTHESIS_AT_MOST: Final = 6


def page_of(
    profile: Any,
    evidence: Mapping[str, Any] | None,
    summary: Mapping[str, Any] | None,
    *,
    company_name: str | None = None,
    attributes: Mapping[str, AttributeInfo] | None = None,
    version: str | None = None,
    paper: Paper = "a4",
) -> Page:
    """The page of `profile` (a `Profile`, or its content as a dict), already fitted to one side of `paper`.

    `evidence` is the content of evidence.json, `summary` that of `performance.summary`; either may be missing, and the
    page then says so. `version` is the ledger's number of this profile; without it the first letters of its content
    hash. What does not fit is cut whole, the least contributing first, and told in one line.
    """
    content, sums = mapping(profile), mapping(summary)
    known = held(content, mapping(evidence))
    attributes = dictionary_of(content, attributes)
    variant = _variant(known)
    items, exclusions = items_of(content, known, attributes), exclusions_of(content, known, attributes)
    scored = sorted((item for item in items if item.seen == "list" and item.points), key=lambda item: -item.points)
    sections = _sections(
        variant,
        profile=content,
        evidence=known,
        summary=sums,
        items=items,
        exclusions=exclusions,
        attributes=attributes,
    )
    name, motion = clean(content.get("profile") or content.get("name") or ""), plain(content.get("motion") or "")
    as_of = "" if _undated(known) else str(known.get("as_of") or content.get("as_of") or "")
    page = Page(
        variant=variant,
        name=(name if 0 < len(name) <= LONGEST_NAME else "") or "Ideal customer profile",
        eyebrow=_eyebrow(company_name, motion, name),
        reach=_reach(known),
        stamp=_stamp(content, variant, bool(known), bool(scored)),
        meta=_meta(content, as_of, version or _fingerprint(profile, content)),
        sentence=spoken(
            variant, mapping(content.get("answers")), [i for i in scored if i.points > 0], known, exclusions
        ),
        figures=proof.three_numbers(sums, known, scored=bool(scored) or not known),
        sections=tuple(sections),
        signatures=_signatures(content),
        as_of=as_of,
        elsewhere=_elsewhere(content),
        paper=paper,
    )
    return fit_page(page)


IN_APPENDIX: Final = {
    "evaluation_criteria": "how they choose",
    "objections": "objections with their context",
    "channels": "channels",
    "language": "their words",
    "discovery_map": "their way to us",
}


def _elsewhere(content: Facts) -> str:
    """Which sections are written and stand in the appendix, so that nobody takes them for missing."""
    held = [words for key, words in IN_APPENDIX.items() if entries(content.get(key))]
    return f"In the appendix: {listing(held)}." if held else ""


def _variant(evidence: Facts) -> Variant:
    verdict = evidence.get("verdict")
    if verdict == "no_signal":
        return "no_signal"
    # A profile typed by hand, without any evidence, is a hypothesis that looks like the full page.
    return "insufficient" if verdict == "insufficient" else "profile"


def _undated(evidence: Facts) -> bool:
    """Do the records hold no date at all? The day of the run is then no day that they speak of."""
    sample = mapping(evidence.get("sample"))
    return evidence.get("time") == "none" and not sample.get("to")


def _reach(evidence: Facts) -> str:
    reach = str(evidence.get("reach") or "")
    if reach == "advances":
        stage = clean(mapping(evidence.get("progress")).get("stage") or "")
        where = f" to '{stage}'" if 0 < len(stage) <= LONGEST_SIGNATURE else ""
        return f"Who advances{where} (not who buys)"
    if without_companies(evidence):
        return "No company is named in the records yet"
    if without_outcomes(evidence):
        return "Nothing in the records says who bought yet"
    if reach == "customers" and of_stays(evidence):
        return WHO_STAYS
    if reach == "customers" and evidence.get("unit") == "account":
        return WHO_YOU_HAVE
    return REACH.get(reach, NO_REACH)


def _stamp(profile: Facts, variant: Variant, tested: bool, scored: bool) -> str:
    status = str(profile.get("status") or "draft")
    if variant == "no_signal" and not scored and status in {"draft", "hypothesis"}:
        return "No signal"
    if status in STAMPS:
        return STAMPS[status]
    if variant == "no_signal":
        return "No signal"
    return "Evidence" if variant == "profile" and tested else "Hypothesis"


def _eyebrow(company: str | None, motion: str, name: str) -> str:
    """Whose profile it is and for which motion, unless the name says so or there is only one motion."""
    called = clean(company or "")
    said = ["" if called and name.startswith(called) else called, "" if motion == ONLY_MOTION else motion]
    return " · ".join(["Ideal customer profile", *(part for part in said if part and len(part) <= LONGEST_NAME // 2)])


def _meta(profile: Facts, as_of: str, version: str) -> tuple[str, ...]:
    found = [f"Version {version}"] if version else []
    if as_of:
        found.append(f"Data through {day(as_of)}")
    if review := _review(mapping(profile.get("review")), as_of):
        found.append(review)
    return tuple(found)


def _signatures(profile: Facts) -> tuple[Signature, ...]:
    """One line a team, with who signed the profile; a name too long for the line stays in the file."""
    signed = {}
    for one in map(mapping, entries(profile.get("signatures"))):
        text = ", ".join(part for part in (clean(one.get("by") or ""), day(one["on"]) if one.get("on") else "") if part)
        signed[plain(one.get("team", "")).casefold()] = text if len(text) <= LONGEST_SIGNATURE else ""
    return tuple(Signature(team, signed.get(team.casefold(), "")) for team in TEAMS)


def _review(review: Facts, as_of: str) -> str:
    months = MONTHS_OF.get(str(review.get("every") or ""))
    deals = review.get("after_closed_deals")
    set_day = review.get("next") or (months_after(as_of, months) if months and as_of else "")
    when = day(set_day) if set_day else ""
    after = f"after {count(deals)} closed deals" if deals else ""
    chosen = " or ".join(part for part in (when, after) if part)
    return f"Next review {chosen}" if chosen else ""


def _fingerprint(profile: Any, content: Facts) -> str:
    if content.get("version"):
        return clean(content["version"])
    if not hasattr(profile, "model_dump"):
        return ""
    from idealfit.profile.document import substance_hash

    return substance_hash(profile)[:8]


def _sections(
    variant: Variant,
    *,
    profile: Facts,
    evidence: Facts,
    summary: Facts,
    items: list[Item],
    exclusions: list[Item],
    attributes: Mapping[str, AttributeInfo] | None,
) -> list[Section]:
    """The sections in the order of reading."""
    answers, verb = mapping(profile.get("answers")), did(evidence)
    at_most = HYPOTHESIS_AT_MOST if variant == "insufficient" else AT_MOST
    walk = parts.walk_away(exclusions, verb)
    now = parts.why_now(items, answers, verb, min(parts.NOW, at_most))
    scored_now = sum(bool(line.mark) for line in now.lines)
    shared = mapping(evidence.get("customers")).get("shared") if variant == "insufficient" else None
    check = parts.check(items, verb, min(parts.CHECK, at_most - scored_now), shared)
    asked = parts.ask(items, profile, verb, attributes)
    currency = clean(mapping(summary.get("pipeline")).get("currency") or "")
    people = parts.why_us(profile, evidence)
    scored = [item for item in items if item.points and item.seen == "list"]
    unknown = unknowns.not_known(evidence, summary, scored, exclusions)
    collect = [section for section in (failing.collect(evidence),) if section]
    if variant == "no_signal":
        has_check = [check] if scored else []
        sections = [failing.tried(evidence, attributes), *collect, walk, *has_check, asked, now, people, unknown]
    elif variant == "insufficient":
        sections = [walk, check, asked, now, people, *failing.interviews(evidence), *collect]
        sections += [proof.followed(evidence, currency) if scored else proof.nothing_to_follow(), unknown]
        sections += [grid] if (grid := failing.customers(evidence)) else []
    else:
        sections = [walk, check, asked, now, people, proof.followed(evidence, currency), unknown]
    return [_without_empty(section) for section in sections]


def _without_empty(section: Section) -> Section:
    """`section` without statements that say nothing, such as a criterion whose text was all control characters."""
    kept = tuple(line for line in section.lines if line.text or line.detail)
    return replace(section, lines=tuple(replace(line, text=capital(line.text) or DASH) for line in kept))

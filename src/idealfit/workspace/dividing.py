"""More than one profile: for each motion, or each side of a proven division, one found, judged and written by itself.

A profile of all deals mixes what wins in one motion with what wins in another. Each part is learned from its own deals
alone, with its own test and its own verdict, and lies in `profiles/`; one that is too small says so.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from idealfit.activation.lists import make_lists
from idealfit.errors import InputError
from idealfit.evidence.motions import FEW, Share, is_of, name_of, rest_of, shares_of
from idealfit.evidence.table import Evidence
from idealfit.patterns.belonging import belonging
from idealfit.patterns.discovery import Discovery
from idealfit.patterns.division import Division
from idealfit.patterns.evidence_document import own_facts
from idealfit.patterns.evidence_page.page import evidence_page
from idealfit.patterns.wording import words_of
from idealfit.performance.summary import summarise
from idealfit.profile.content import Profile
from idealfit.profile.motion import DEFAULT_MOTION, profile_file
from idealfit.profile.rendering.html import render_html
from idealfit.profile.rendering.markdown import render_markdown
from idealfit.profile.rendering.page import page_of
from idealfit.profile.rendering.pdf import render_pdf
from idealfit.profile.text import to_text
from idealfit.records.attribute import AttributeInfo
from idealfit.records.report import ImportReport
from idealfit.scores.expected_value import add_expected_value
from idealfit.scores.score import score_tables
from idealfit.store.engine import connect, load_tables
from idealfit.store.place import Place, write_bytes, write_text
from idealfit.workspace.keeping import Kept, keep_profile

MOST_PARTS = 6

Learn = Callable[[duckdb.DuckDBPyConnection, str], tuple[Profile, dict[str, Any]]]
"""What is learned on a connection from the deals of one motion: the profile and its evidence."""


@dataclass(frozen=True)
class Part:
    """Some of the deals, with a profile of their own where they are enough: `motion` is its name, `kept` the profile as
    it lies in the workspace, `document` its evidence.
    """

    motion: str
    share: Share
    sold_to: Mapping[str, Any] | None = None
    kept: Kept | None = None
    document: Mapping[str, Any] | None = None


def parts_of(con: duckdb.DuckDBPyConnection, divisions: Sequence[Division]) -> tuple[Share, ...]:
    """Of which deals a profile is made beside the one of all: of each motion where the deals tell two that are large
    enough, else of the two sides of the surest division. The most deals first; none where nothing divides them.
    """
    motions = [one for one in shares_of(con, "motion") if one.closed]
    if sum(one.closed >= FEW for one in motions) > 1:
        return tuple(motions)
    for division in divisions:
        shares = [one for one in shares_of(con, division.by) if one.closed]
        own = next((one for one in shares if one.value.casefold() == division.value.casefold()), None)
        if own is None or len(shares) < 2:
            continue
        if len(shares) == 2:
            return tuple(shares)
        closed, won = (sum(getattr(one, name) for one in shares if one is not own) for name in ("closed", "won"))
        return (own, Share(division.by, rest_of(own.value), closed, won))
    return ()


def build_parts(
    place: Place,
    shares: Sequence[Share],
    sold_to: Mapping[Share, Mapping[str, Any]],
    learn: Learn,
    report: ImportReport,
    day: date,
    tell: Callable[[str, float], None],
) -> tuple[Part, ...]:
    """Learn from each part by itself and write its profile, page and evidence into `profiles/`. A part with fewer than
    thirty closed deals, or beyond the six largest, is told without. `sold_to`: as of `whom_sold_to`.
    """
    names = _names(shares)
    made: list[Part] = []
    for place_in, share in enumerate(shares):
        part = Part(names[place_in], share, sold_to.get(share))
        if share.closed < FEW or place_in >= MOST_PARTS:
            made.append(part)
            continue
        tell(f"the profile of {share.value}", place_in / len(shares))
        con = connect(place.root)
        try:
            load_tables(con, place)
            try:
                profile, document = learn(con, part.motion)
            except InputError:
                made.append(part)  # none of its deals counts: not of new business, or not yet opened
                continue
            profile = profile.model_copy(update={"sold_to": (part.sold_to or {}).get("when")})
            kept = keep_profile(place, profile, f"Built from the deals of {share.value} as of {day}")
            _write_pages(con, place, part.motion, kept, document, report, day)
            made.append(replace(part, kept=kept, document=document))
        finally:
            con.close()
    return tuple(made)


def with_profiles(document: dict[str, Any], parts: Sequence[Part], report: ImportReport) -> dict[str, Any]:
    """The evidence.json of all deals with the entries `profiles` and `profiles_compared`, and what they say first among
    the warnings.
    """
    entries = [_entry(part) for part in parts]
    divided = {one["by"] for one in document.get("divisions") or ()}
    said = parts_sentences(entries, proven=any(one["by"] in divided for one in entries))
    return document | {
        "profiles": entries,
        "profiles_compared": told_apart(entries, report.attributes),
        "warnings": [*said, *document["warnings"]],
    }


def whom_sold_to(
    shares: Sequence[Share], evidence: Evidence, discovery: Discovery, report: ImportReport
) -> dict[Share, dict[str, Any]]:
    """Of each part, as far as one fact tells it, to which accounts it is sold: `when`, `sentence`, and of how many of
    its deals (`inside` of `of`) that holds, and of how many others it does not (`outside` of `of_others`).
    """
    found = {}
    for share in shares:
        values = getattr(evidence, share.by)
        if values is None:
            continue
        told = np.array([value is not None and bool(str(value).strip()) for value in values], dtype=bool)
        own = np.array([is_of(str(value or ""), share.value) for value in values], dtype=bool)
        if (one := _sold_to(evidence, discovery, report, told & own, told & ~own)) is not None:
            found[share] = one
    return found


def _sold_to(
    evidence: Evidence, discovery: Discovery, report: ImportReport, own: NDArray[np.bool_], others: NDArray[np.bool_]
) -> dict[str, Any] | None:
    found = belonging(own_facts(discovery, evidence), evidence.account, own, others)
    if found is None:
        return None
    predicate = found.candidate.predicate()
    return {
        "when": to_text(predicate),
        "sentence": words_of(predicate, report.attributes),
        "inside": found.inside,
        "of": found.of,
        "outside": found.outside,
        "of_others": found.of_others,
    }


def parts_sentences(parts: Sequence[Mapping[str, Any]], *, proven: bool) -> tuple[str, ...]:
    """What everybody must read of several profiles: where they lie, which is too small, and whether they are shown to
    differ.
    """
    if not parts:
        return ()
    made = [one for one in parts if one["file"]]
    said = []
    if made:
        files = ", ".join(
            f"{one['value']} ({one['closed']:,} closed deals: {_VERDICT[one['verdict']]})" for one in made
        )
        said.append(f"A profile of its own has been made of each of these deals, in the folder profiles: {files}")
    said += [
        f"The {one['closed']:,} closed deals of {one['value']} ({one['won']:,} won) are too few for a profile of their "
        f"own: {FEW} are needed at least, and some hundreds to prove anything"
        for one in parts
        if not one["file"]
    ]
    if made and not proven:
        said.append("That other things win for one of them than for the others is not shown by these deals")
    return tuple(said)


_VERDICT = {
    "profile": "a profile",
    "insufficient": "a hypothesis, the deals are too few to prove one",
    "no_signal": "no profile, nothing sets its wins apart",
}


def _entry(part: Part) -> dict[str, Any]:
    share, document = part.share, part.document
    entry: dict[str, Any] = {
        "motion": part.motion,
        "by": share.by,
        "value": share.value,
        "closed": share.closed,
        "won": share.won,
        "verdict": None,
        "reason": f"{share.closed:,} closed deals are too few for a profile of their own",
        "file": None,
        "evidence": None,
        "proposed": False,
        "criteria": [],
        "sold_to": part.sold_to,
    }
    if document is None or part.kept is None:
        return entry
    return entry | {
        "verdict": document["verdict"],
        "reason": document["reason"],
        "file": profile_file(part.motion),
        "evidence": _file(part.motion, "evidence.json"),
        "proposed": part.kept.proposed is not None,
        "criteria": document["criteria"],
    }


def told_apart(entries: Sequence[Mapping[str, Any]], attributes: Mapping[str, AttributeInfo]) -> list[dict[str, Any]]:
    """Of each two profiles: what the criteria of both speak of (a column's label, a tool's sentence), and what only
    those of one do.
    """
    words = {info.source_name or name: info.label for name, info in attributes.items()}
    made = []
    for one, other in combinations([entry for entry in entries if entry["file"]], 2):
        first, second = (
            dict.fromkeys(
                each["sentence"]
                if each["attribute"] == "tech"
                else words.get(each["attribute"], _spoken(each["attribute"]))
                for each in entry["criteria"]
                if each.get("seen") != "call"
            )
            for entry in (one, other)
        )
        made.append(
            {
                "first": one["motion"],
                "second": other["motion"],
                "both": [name for name in first if name in second],
                "only_first": [name for name in first if name not in second],
                "only_second": [name for name in second if name not in first],
            }
        )
    return made


def _spoken(attribute: str) -> str:
    """A role or an event, which no column is called after: 'role.head of sales' → 'head of sales'."""
    return attribute.removeprefix("role.").replace("_", " ")


def _names(shares: Sequence[Share]) -> list[str]:
    """A name for each that a file can bear, no two alike, and none that of the profile of all deals."""
    taken = {DEFAULT_MOTION.casefold()}
    names = []
    for share in shares:
        name = first = name_of(share.value)
        number = 2
        while name.casefold() in taken:
            name, number = f"{first} {number}", number + 1
        taken.add(name.casefold())
        names.append(name)
    return names


def _file(motion: str, ending: str) -> str:
    return f"profiles/{motion}.{ending}"


def _write_pages(
    con: duckdb.DuckDBPyConnection,
    place: Place,
    name: str,
    kept: Kept,
    document: Mapping[str, Any],
    report: ImportReport,
    day: date,
) -> None:
    """The page of one part in its three forms, and its evidence to read and for programs."""
    profile = kept.profile
    words, company = report.attributes, report.company
    score_tables(con, profile, as_of=day, attributes=words, company=company, into="all_scores")
    add_expected_value(con, profile, table="all_scores", into="scores")
    run = make_lists(con, profile, as_of=day, company=company, report=report)
    summary = summarise(con, as_of=day, company=company, profile=profile, report=report, run=run)
    page = page_of(
        profile, document, summary, company_name=company.name, attributes=words, version=kept.version or None
    )
    write_text(place.outputs / _file(name, "html"), render_html(page))
    write_bytes(place.outputs / _file(name, "pdf"), render_pdf(page))
    write_text(place.outputs / _file(name, "md"), render_markdown(page))
    write_text(place.outputs / _file(name, "evidence.html"), evidence_page(document, company=company.name))
    text = json.dumps(document, ensure_ascii=False, indent=1, default=str, allow_nan=False)
    write_text(place.outputs / _file(name, "evidence.json"), f"{text}\n")

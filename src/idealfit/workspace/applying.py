"""A profile put to use on every account of a workspace: scores, their history, the lists and the printed page."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Protocol

import duckdb

from idealfit.activation.lists import make_lists, write_lists
from idealfit.patterns.evidence_page.page import evidence_page
from idealfit.patterns.selection import add_selection
from idealfit.performance.in_order import out_of_order
from idealfit.performance.summary import summarise
from idealfit.profile.content import Profile
from idealfit.profile.rendering.html import render_html
from idealfit.profile.rendering.markdown import render_markdown
from idealfit.profile.rendering.page import page_of
from idealfit.profile.rendering.pdf import render_pdf
from idealfit.records.attribute import AttributeInfo
from idealfit.records.company import Company
from idealfit.scores.expected_value import add_expected_value
from idealfit.scores.files import write_scores
from idealfit.scores.motions import MotionsReport, add_motions
from idealfit.scores.score import ScoreReport, score_tables
from idealfit.store.corrections import newest
from idealfit.store.place import Place, write_bytes, write_text
from idealfit.workspace.correcting import by_hand_words
from idealfit.workspace.remembering import keep_history
from idealfit.workspace.runs import against_the_last, hits_of
from idealfit.workspace.scored_by import keep_profile
from idealfit.workspace.several_motions import motions_to_score

WARNED = "warned"
"""In a run's summary: the warnings that its scoring added to those of discovery."""

Progress = Callable[[str, float], None]


class Known(Protocol):
    """What is known of the records: of an import's report, or of the workspace that it left."""

    @property
    def attributes(self) -> Mapping[str, AttributeInfo]:
        """Every column of `accounts`."""

    @property
    def company(self) -> Company:
        """Who sells, and how it counts."""


@dataclass(frozen=True)
class Applied:
    """`document`: evidence.json with what the scores add; `run`: what the ledger is to keep of the run."""

    scores: ScoreReport
    motions: MotionsReport | None
    document: dict[str, Any]
    summary: dict[str, Any]
    lists: dict[str, Any]
    run: dict[str, Any]


def apply_profile(
    con: duckdb.DuckDBPyConnection,
    place: Place,
    profile: Profile,
    document: Mapping[str, Any],
    known: Known,
    day: date,
    tell: Progress,
    *,
    version: str | None,
    made: Mapping[str, Profile] = MappingProxyType({}),
) -> Applied:
    """Write scores, score_history, lists, profile.html/.pdf/.md and, where discovery left a `document`, evidence.json
    and evidence.html into `place.outputs`; `made` are the profiles of motions beside the one in force.

    `con` has the workspace's tables and, where discovery or `asking.gathered` ran on it, `evidence_rows`. `tell` is
    told shares from 0 to 1.
    """
    tell("scoring accounts", 0.0)
    words, company = known.attributes, known.company
    # Only now: what was learned before was learned from the records alone.
    corrections = newest(place.ledger)
    by_hand = by_hand_words(con, place, until=corrections)
    scored = score_tables(con, profile, as_of=day, attributes=words, company=company, criteria=True, into="all_scores")
    scored = against_the_last(place, profile, scored)
    past = keep_history(
        con, place, profile, scored, attributes=words, company=company, scores="all_scores", corrections=corrections
    )
    add_expected_value(con, profile, table="all_scores", into="scores")
    profiles, unread = motions_to_score(place, profile, made)
    for one in profiles.values():
        keep_profile(place, one)
    motions = add_motions(con, profiles, as_of=day, attributes=words, company=company)
    selection = add_selection(con, profile, states="all_scores", scores="scores", attributes=words)
    write_scores(con, "scores", place.outputs / "scores.parquet", place.outputs / "scores.csv")
    tell("writing lists", 1 / 3)
    run = make_lists(con, profile, as_of=day, company=company, report=known)
    summary = summarise(con, as_of=day, company=company, profile=profile, report=known, run=run)
    lists = write_lists(con, place, profile, as_of=day, company=company, report=known, run=run)
    tell("printing the page", 2 / 3)
    full, warned = dict(document), [*scored.warnings, *by_hand, *unread]
    if document:
        alarms = [alarm.told() for alarm in out_of_order((document.get("backtest") or {}).get("tiers") or ())]
        # of a document that was scored before, the alarms stand in it already
        alarms = [one for one in alarms if one not in document["warnings"]]
        full |= {"selection": selection, "warnings": [*alarms, *document["warnings"], *warned]}
    page = page_of(profile, full, summary, company_name=company.name, attributes=words, version=version)
    write_text(place.outputs / "profile.html", render_html(page))
    write_bytes(place.outputs / "profile.pdf", render_pdf(page))
    write_text(place.outputs / "profile.md", render_markdown(page))
    if document:
        write_text(place.outputs / "evidence.html", evidence_page(full, company=company.name))
        write_text(place.outputs / "evidence.json", _json(full))
    kept = past | hits_of({profile.motion: (profile, scored)}) | {WARNED: warned}
    return Applied(scored, motions, full, summary, lists, kept)


def _json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1, default=str, allow_nan=False) + "\n"

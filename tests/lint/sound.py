"""A profile that no rule of the linter finds fault with, and pieces laid over it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from io import StringIO
from typing import Any

from ruamel.yaml import YAML

from idealfit.lint.finding import Findings, findings_of
from idealfit.lint.rules import CODES, RULES
from idealfit.lint.subject import Records, Subject
from idealfit.profile.content import Profile
from idealfit.profile.marked import read_marked

TODAY = date(2026, 9, 30)
COUNTS = "{counts: {match_won: 61, match_lost: 79, rest_won: 210, rest_lost: 790, accounts: 131}}"
SOUND = f"""\
profile: Security-conscious software companies
status: approved
as_of: 2026-09-01
answers:
  what: {{text: Software companies with 100 to 500 employees, quotes: [{{text: We are 200, source: conversation-1}}]}}
  why_now: An audit is due.
  why_us: Live in a week.
  why_profitable: They stay for years.
layers:
  firmographic:
    criteria:
      - {{id: size, when: employees BETWEEN 100 AND 500, points: 14, evidence: {COUNTS}}}
  technographic:
    criteria:
      - {{id: crm, when: "uses_any('HubSpot', 'Salesforce')", points: 9, evidence: {COUNTS}}}
  situational:
    criteria:
      - {{id: money, when: "happened('funding_round', within => '90 days')", points: 6, evidence: {COUNTS}}}
  behavioral:
    criteria:
      - {{id: pricing, when: "count_of('pricing_page', within => '30 days') > 1", points: 5, evidence: {COUNTS}}}
exclusions:
  - {{id: public-sector, when: ownership = 'government', because: Tenders outlast our runway., evidence: {COUNTS}}}
tiers:
  by: fit
  A: 80
  B: 50
  actions: {{A: call this week, B: add to the sequence, C: leave to marketing}}
triggers: [An audit is booked]
personas: [{{role: economic buyer, title: CFO}}]
evaluation_criteria: [Time to the first report]
objections: [{{text: We do that in a spreadsheet., context: first call}}]
channels: [Security meet-ups]
language: ['who has access to what']
review: {{every: quarter, last: 2026-09-20}}
signatures:
  - {{team: sales, by: head of sales, on: 2026-09-20}}
  - {{team: marketing, by: head of marketing, on: 2026-09-20}}
  - {{team: customer_success, by: head of customer success, on: 2026-09-20}}
"""


def laid_over(piece: str, sound: str = SOUND) -> str:
    """The text of `sound` with the top-level keys of `piece` in place of its own."""
    yaml = YAML(typ="safe")
    content: dict[str, Any] = {**_parsed(sound), **(yaml.load(piece) or {})}
    out = StringIO()
    yaml.dump(content, out)
    return out.getvalue()


@lru_cache(maxsize=8)
def _parsed(text: str) -> dict[str, Any]:
    return dict(YAML(typ="safe").load(text))


def found(text: str, records: Records | None = None, *, codes: frozenset[str] = CODES) -> Findings:
    """What the rules with `codes` find in a profile's text."""
    rules = [one for one in RULES if one.code in codes]
    marked = read_marked(text, "profile.yaml")
    profile = Profile.model_validate(marked.content, context={"file": marked.file})
    return findings_of(Subject(profile, marked, TODAY, records, CODES), rules)


def codes_of(text: str, records: Records | None = None) -> set[str]:
    """The codes of what all rules find."""
    return {one.code for one in found(text, records).found}


def records(**told: Any) -> Records:
    """Records that no rule finds fault with, but for what is told."""
    columns = ("account_id", "employees", "ownership", "tech", "industry")
    usual: Mapping[str, Any] = {"columns": columns, "tiers": {"A": 300, "B": 400, "C": 4000}}
    return Records(TODAY, **{**usual, **told})

"""What people know of their buyers, as it follows the page: every entry once, with its quotes or marked as assumed."""

from __future__ import annotations

from idealfit.profile.document import load_profile
from idealfit.profile.rendering.appendix import appendix_of
from idealfit.profile.rendering.blocks import Rows, Sentence, texts_of
from idealfit.profile.rendering.page import page_of
from idealfit.profile.rendering.voices import voices_of

PROFILE = """\
profile: x
answers: {why_us: {text: Live in a week, quotes: [{text: We were, source: conversation-2, on: 2026-03-01}]}}
use_case: Access reviews before an audit
value: {promised: No overtime, delivered: {text: First report in nine days, assumed: false}}
layers:
  authority:
    weight: 10
    criteria:
      - id: approver
        when: has_role('finance')
        seen: call
        ask: Who signs above 30,000?
        good: a name
        bad: a committee
segments: [{id: small-team, when: employees < 50, lead_with: speed, say: Live in a week}]
personas:
  - role: economic_buyer
    title: CFO
    measured_on: cash
    cares_about: [no surprises]
    fears: [{text: a finding, quotes: [It was me]}]
triggers: [An audit is booked]
evaluation_criteria: [{text: Time to the first report, quotes: [{text: How long, source: conversation-5}]}]
objections: [{text: We do that in a spreadsheet., context: first call, answer: Ask how long}]
channels: [{text: Meet-ups, who: champion}]
discovery_map: [{step: The auditor sends a list, where: e-mail, asks: who knows?}, They ask a peer]
language: [{text: who has access, means: entitlements, instead_of: governance}]
questions: [{ask: When is the next audit?, good: A date, bad: No idea}]
"""


def marks(text: str) -> dict[str, str]:
    return {block.text: block.mark for block in voices_of(load_profile(text)) if isinstance(block, Sentence)}


def test_every_section_is_shown_and_what_nobody_was_heard_saying_is_marked() -> None:
    shown = marks(PROFILE)
    assert {text for text, mark in shown.items() if mark == "(assumed)"} == {
        *("Access reviews before an audit.", "Promised: No overtime.", "Small-team", "Economic buyer: CFO"),
        *("Measured on: cash.", "Cares about: no surprises.", "An audit is booked.", "Meet-ups.", "“who has access”"),
        "We do that in a spreadsheet.",
    }
    assert shown["Why us: Live in a week."] == shown["Delivered: First report in nine days."] == ""
    assert "“We were” (conversation-2, 2026-03-01)" in shown and "“It was me” (source unknown)" in shown
    assert "In which context: first call. What helps: Ask how long." in shown
    assert "Lead with: speed. Say: Live in a week. Rule: employees < 50" in shown
    assert "Good: A date. Bad: No idea." in shown
    [table] = [block for block in voices_of(load_profile(PROFILE)) if isinstance(block, Rows)]
    assert table.rows[0] == ("The auditor sends a list", "e-mail", "who knows?", "assumed")
    assert table.rows[1][0] == "They ask a peer"


def test_an_empty_section_says_nothing_and_the_appendix_holds_the_rest() -> None:
    assert voices_of(load_profile("profile: x")) == ()
    text = "\n".join(texts_of(appendix_of(load_profile(PROFILE), None)))
    assert "Who is in the room" in text and "Fears: a finding" in text


def test_a_question_in_a_persons_own_words_is_asked_as_it_is_written() -> None:
    page = page_of(load_profile(PROFILE), None, None)
    [line] = [line for part in page.sections for line in part.lines if "30,000" in line.text]
    assert (line.text, line.detail) == ("Who signs above 30,000?", "Good: a name. Bad: a committee.")

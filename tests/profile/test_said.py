"""The sections beside the criteria: read, marked as assumed, written back as they were."""

from __future__ import annotations

import pytest

from idealfit.errors import ProfileFileError
from idealfit.profile.document import content_hash, dump_profile, load_profile

FULL = """\
profile: Security-conscious software companies
motion: main
status: hypothesis
use_case: Access reviews before an audit   # the first of three
value:
  promised: An audit without overtime
  delivered:
    - text: First report in nine days
      quotes:
        - {text: We had it in nine days, source: conversation-7, on: 2026-03-04}
layers:
  authority:
    weight: 10
    criteria:
      - id: approver
        when: has_role('finance')
        seen: call
        ask: Who signs above 30,000?
        good: A name
        bad: A committee
segments:
  - id: small-team
    when: employees < 50
    lead_with: speed
    say: Live in a week
    quotes: [We have nobody to spare]
tiers: {by: fit, A: 80, B: 50}
triggers:
  - A first enterprise contract   # they send a questionnaire
  - text: The auditor is booked
    seen_by: [audit]
    quotes: [{text: The date is fixed, source: conversation-3}]
personas:
  - role: economic_buyer
    title: VP Engineering
    measured_on: [releases in time]
    cares_about: no surprises
    fears:
      - text: a finding
        quotes: [I would be the one to explain it]
  - role: external influencer
    title: the auditor
    assumed: false
evaluation_criteria: [Time to the first report]
objections:
  - text: We do that in a spreadsheet.
    context: First call, from the security lead
    answer: Ask how long the last review took.
channels:
  - {text: Security meet-ups, who: champion}
discovery_map:
  - {step: The auditor sends a list, where: e-mail, asks: who has done this before?}
  - They ask a peer
language:
  - {text: who has access to what, means: entitlement review, instead_of: governance}
questions:
  - {ask: When is the next audit?, good: A date, bad: No idea}
review:
  every: quarter
  after_closed_deals: 50
  after_conversations: 15
  owners: [sales, marketing, customer_success]
  last: 2026-08-01
check:
  strict: true
  allow:
    - {code: ICP103, because: Nobody is turned away this quarter, until: 2026-12-31}
"""


def test_every_section_is_read_and_what_nobody_was_heard_saying_is_assumed():
    profile = load_profile(FULL)
    assert profile.use_case[0].is_assumed
    assert not profile.value.delivered[0].is_assumed
    assert [one.is_assumed for one in profile.triggers] == [True, False]
    buyer, auditor = profile.personas
    assert (buyer.kind, buyer.is_assumed, buyer.fears[0].is_assumed) == ("economic buyer", True, False)
    assert (auditor.kind, auditor.is_assumed) == ("external influencer", False)
    assert profile.objections[0].context == "First call, from the security lead"
    assert [one.step for one in profile.discovery_map] == ["The auditor sends a list", "They ask a peer"]
    assert profile.language[0].instead_of == "governance"
    assert profile.layers["authority"].criteria[0].ask == "Who signs above 30,000?"
    assert not profile.segments[0].is_assumed
    assert profile.check.allow[0].code == "ICP103"


def test_a_role_of_none_of_the_six_kinds_has_no_kind():
    profile = load_profile("profile: x\npersonas: [{role: CFO}, {role: Technical-Evaluator}]")
    assert [one.kind for one in profile.personas] == [None, "technical evaluator"]


def test_over_the_same_file_every_section_keeps_its_comments_and_its_order():
    profile = load_profile(FULL)
    written = dump_profile(profile, over=FULL)
    assert load_profile(written) == profile
    assert "# the first of three" in written and "# they send a questionnaire" in written
    assert dump_profile(load_profile(written), over=written) == written
    assert content_hash(load_profile(dump_profile(profile))) == content_hash(profile)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("personas: [{role: user, fear: x}]", "'fears'"),
        ("triggers: [{text: x, seen_by: [A b]}]", "is no id"),
        ("check: {allow: [{code: ICP103}]}", "'because' is missing"),
        ("check: {allow: [{code: X1, because: y}]}", "X1"),
        ("check: {addressable: {least: 9, most: 2}}", "least is above"),
        ("objections: [{context: x}]", "'text' is missing"),
    ],
)
def test_what_a_section_does_not_hold_is_refused_with_its_place(text, says):
    with pytest.raises(ProfileFileError) as caught:
        load_profile(f"profile: x\n{text}")
    assert any(says in str(problem) and "line 2" in str(problem) for problem in caught.value.problems), str(
        caught.value
    )

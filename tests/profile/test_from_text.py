"""A written profile becomes a draft: each sentence traced, what nobody can decide asked."""

from __future__ import annotations

import pytest

from idealfit.profile.document import dump_profile, load_profile
from idealfit.profile.from_text import draft_from_text
from idealfit.profile.said_conditions import conditions_of

SAID = [
    (
        "Series B-C companies with 100\N{EN DASH}500 employees",
        ["employees BETWEEN 100 AND 500", "funding_stage IN ('Series B', 'Series C')"],
    ),
    ("$20M\N{EN DASH}$100M ARR", ["arr BETWEEN USD 20M AND USD 100M"]),
    ("Annual revenue between €5 million and €50 million", ["revenue BETWEEN EUR 5M AND EUR 50M"]),
    ("500+ employees and $50M+ in revenue", ["employees >= 500", "revenue >= USD 50M"]),
    ("US-incorporated", ["incorporated_in = 'United States'"]),
    ("Headquartered in Canada or the UK", ["country IN ('Canada', 'United Kingdom')"]),
    ("Uses HubSpot or Salesforce", ["uses_any('HubSpot', 'Salesforce')"]),
    ("Companies using HubSpot and Apollo", ["uses_all('HubSpot', 'Apollo')"]),
    (
        "10-80 employees, post-seed to pre-Series B",
        ["employees BETWEEN 10 AND 80", "funding_stage IN ('Seed', 'Series A')"],
    ),
    ("Raised a Series A in the last 90 days", ["happened('funding_round', detail => 'Series A', within => '90 days')"]),
    ("Audit preparation starting", ["upcoming('audit', within => '180 days')"]),
    (
        "No marketing hire yet, or the first within the last three months",
        ["not_happened('marketing_hire', before => '90 days')"],
    ),
    ("No marketing team", ["NOT has_role('marketing')"]),
    ("Dedicated security team", ["has_role('security')"]),
    ("Headcount growing more than 20% in the past year", ["growth('employees', over => '365 days') >= 0.2"]),
    (
        "Hit by a disruption or a new regulation",
        ["happened('regulation', within => '180 days') OR happened('disruption', within => '180 days')"],
    ),
    ("Manufacturing, logistics and retail companies", ["industry IN ('Manufacturing', 'Logistics', 'Retail')"]),
    ("Forward-thinking, mid-market tech companies that want to grow", []),
    ("", []),
]


@pytest.mark.parametrize(("sentence", "whens"), SAID, ids=[sentence for sentence, _ in SAID])
def test_a_sentence_gives_what_records_could_decide_and_nothing_else(sentence: str, whens: list[str]) -> None:
    assert [one.when for one in conditions_of(sentence)] == whens


DOCUMENT = """# Whom we sell to

We sell to companies with 50\N{EN DASH}500 employees, based in the United States. They must use Salesforce.

**Buying triggers**
- Hiring SDRs
- A champion of ours changed jobs

## Who buys
- VP Sales champions, CFO approves above $30k

## Not a fit
- Agencies with fewer than 20 people
- People who do not care

| Pain | Reps search for a day a week |
Why us: it takes a day to set up.
How many meetings did you book last quarter?
"""


def test_each_sentence_is_traced_and_what_nothing_decides_is_asked() -> None:
    draft = draft_from_text(DOCUMENT)
    became = {trace.text: trace.became for trace in draft.traces}
    assert became["They must use Salesforce."] == ("technographic.tools",)
    assert became["Hiring SDRs"] == ("situational.job-posting", "triggers")
    assert became["Agencies with fewer than 20 people"] == ("exclusions.not-size",)
    assert became["People who do not care"] == ("question",)
    assert became["it takes a day to set up."] == ("answers.why_us",)
    assert became["How many meetings did you book last quarter?"] == ("questions",)
    assert draft.open == ("How would our records, or a call, show this: 'People who do not care' (line 14)?",)
    profile = draft.profile
    assert profile.profile == "Whom we sell to"
    assert [(one.role, one.title) for one in profile.personas] == [("champion", "VP Sales"), ("economic buyer", "CFO")]
    assert profile.exclusions[0].when == "employees < 20 AND industry = 'Marketing and advertising'"
    assert [one.points for _, one in profile.criteria if one.id == "tools"] == [12]
    assert all("(line " in one.because for _, one in profile.criteria)
    assert load_profile(dump_profile(profile)) == profile


def test_any_text_becomes_a_draft_that_can_be_read_back() -> None:
    for text in (
        "",
        "\x00\ufffd|||",
        "People \x11 who \u202e like it\x1b[31m.",
        "#" * 5000,
        "* " * 3000,
        "50-500 employees " * 400,
        "$1-$2 ARR (((" * 200,
    ):
        draft = draft_from_text(text)
        assert load_profile(dump_profile(draft.profile)) == draft.profile
        assert all(one.isprintable() for one in draft.open)

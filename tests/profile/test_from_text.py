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
    (
        "Series B+ or bootstrapped",
        ["funding_stage IN ('Series B', 'Series C', 'Series D', 'Series E', 'Series F', 'Series G', 'Bootstrapped')"],
    ),
    ("Pre-Series B studios", ["funding_stage IN ('Pre-Seed', 'Seed', 'Series A')"]),
    ("Uses Jira or Linear but not Asana", ["uses_any('Jira', 'Linear')", "NOT uses('Asana')"]),
    ("Founded after 2012", ["founded_year > 2012"]),
    ("Breweries that were family-owned for ever", ["ownership = 'Family owned'"]),
    ("20-60 million EUR in turnover", ["revenue BETWEEN EUR 20M AND EUR 60M"]),
    ("Growing 30-80% YoY in headcount", ["growth('employees', over => '365 days') >= 0.3"]),
    ("Hiring 4+ dispatchers", ["count_of('job_posting', detail => 'dispatcher', within => '90 days') >= 4"]),
    (
        "Head of Finance hired within the last 3 months",
        ["happened('leadership_change', detail => 'Head of Finance', within => '90 days')"],
    ),
    ("Licence renewal in 60 days", ["upcoming('renewal', within => '60 days')"]),
    ("Headquartered in the Benelux", ["country IN ('Belgium', 'Netherlands', 'Luxembourg')"]),
    ("SaaS, insurance or logistics companies", ["business_model = 'SaaS' OR industry IN ('Insurance', 'Logistics')"]),
    ("A support team of 5-20 people", []),
    ("A typical deal is $40K-$90K, in revenue terms", []),
    ("The seed list and the customer acquisition cost", []),
    ("Not a word about Salesforce Marketplace procurement", []),
    ('"We lost a funding round over this"', []),
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
    assert draft.open == ("'People who do not care' (line 14)",)
    profile = draft.profile
    assert profile.profile == "Whom we sell to"
    assert [(one.role, one.title) for one in profile.personas] == [("champion", "VP Sales"), ("economic buyer", "CFO")]
    assert profile.exclusions[0].when == "employees < 20 AND industry = 'Marketing and advertising'"
    assert [one.points for _, one in profile.criteria if one.id == "tools"] == [12]
    assert all("(line " in one.because for _, one in profile.criteria)
    assert load_profile(dump_profile(profile)) == profile


TABLES = """# Dental groups

| Attribute | Ideal | Acceptable | Not a fit |
|---|---|---|---|
| Employees | 80-400 | 40-79 | under 15 employees |
| Annual revenue | €8M-€60M | | |

| Persona | Titles | Cares about | Involvement |
|---|---|---|---|
| Money | CFO | Chairs that stand empty | Economic buyer |

## Example companies
- Zahnwerk: 200 employees, €20M revenue

## Who we do not serve
- Hospitals, firms with fewer than 10 people, anyone in a merger
- Under 30 employees without a practice of their own
- Based outside Germany and Austria
"""


def test_a_table_is_read_by_its_columns_and_a_list_of_what_is_not_wanted_is_taken_apart() -> None:
    draft = draft_from_text(TABLES)
    criteria = [(one.when, one.points, one.group) for _, one in draft.profile.criteria]
    assert criteria == [
        ("employees BETWEEN 80 AND 400", 8, "size"),
        ("employees BETWEEN 40 AND 79", 4, "size"),
        ("revenue BETWEEN EUR 8M AND EUR 60M", 8, None),
    ]
    assert [one.when for one in draft.profile.exclusions] == [
        "employees < 15",
        "industry = 'Hospitals and healthcare'",
        "employees < 10",
        "happened('acquisition', within => '180 days')",
        "NOT (country IN ('Germany', 'Austria'))",
    ]
    persona = draft.profile.personas[0]
    assert (persona.title, persona.role, persona.cares_about[0].text) == (
        "CFO",
        "economic buyer",
        "Chairs that stand empty",
    )
    assert draft.open == ("'Under 30 employees without a practice of their own' (line 17)",)
    assert [one.line for one in draft.traces if one.became == ("left aside",)] == [13]


def test_more_than_a_profile_holds_is_left_out_and_told() -> None:
    draft = draft_from_text("\n".join(f"They must use Salesforce and have {n}+ open roles" for n in range(2, 40)))
    assert len(draft.profile.criteria) == 20
    assert sum("left out" in one for one in draft.open) == 19


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

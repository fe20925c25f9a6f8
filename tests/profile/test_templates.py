"""The templates of the field, on companies made by hand: who is an A, who is none, and what a clause is worth."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

import pytest

from idealfit.profile.content import Profile
from idealfit.profile.coverage import Coverage, TechCoverage
from idealfit.profile.document import load_profile
from idealfit.profile.evaluating import AccountFacts, Occurrence
from idealfit.scores.one_account import Score
from idealfit.scores.score import score_account

TODAY = date(2026, 9, 30)
TOOLS = (
    *("AWS", "Google Cloud", "Okta", "OneLogin", "Auth0", "Microsoft Entra ID", "JumpCloud", "HubSpot", "Salesforce"),
    *("Pipedrive", "Apollo", "Instantly", "SAP", "Oracle"),
)
COVERED = Coverage(currency="USD", default_events="all", roles="all", tech=TechCoverage(tools=TOOLS))


@dataclass(frozen=True)
class Company:
    """One made by hand; an event is its type, its detail and how many days ago it was (below 0: it is to come)."""

    columns: dict[str, Any]
    events: tuple[tuple[str, str | None, int], ...] = ()
    roles: tuple[str, ...] = ()
    history: dict[str, Any] = field(default_factory=dict)

    def but(
        self, *, events: tuple[Any, ...] | None = None, roles: tuple[str, ...] | None = None, **columns: Any
    ) -> Company:
        """The same, with other columns, events or roles."""
        changed = replace(self, columns=self.columns | columns)
        changed = changed if events is None else replace(changed, events=events)
        return changed if roles is None else replace(changed, roles=roles)


PERFECT = {
    "compliance-automation": Company(
        {"funding_stage": "Series B", "employees": 240, "business_model": "SaaS", "incorporated_in": "United States"}
        | {"arr": 40_000_000, "tech": ["AWS", "Okta"], "frameworks_wanted": ["SOC 2", "ISO 27001"]}
        | {"compliance_staff": 0, "ownership": "private", "hosting": "cloud", "frameworks_held": ["GDPR"]},
        (("audit", None, -60), ("job_posting", "security", 10)),
        ("Head of Security",),
    ),
    "outbound-sales-tool": Company(
        {"employees": 60, "funding_stage": "Series A", "tech": ["HubSpot", "Apollo"], "industry": "Software"},
        (
            *(("leadership_change", "head of sales", 3), ("funding_round", "Series A", 20)),
            *(("pricing_page", None, 2), ("pricing_page", None, 4)),
        ),
    ),
    "growth-agency": Company(
        {"employees": 25, "funding_stage": "Seed", "arr": 900_000, "business_model": "SaaS", "industry": "Software"},
        (("funding_round", "Seed", 10), ("case_study", None, 5), ("case_study", None, 6)),
        ("Engineering",),
        {"employees": [(date.min, 20), (TODAY, 25)]},
    ),
    "logistics-software": Company(
        {"employees": 2000, "revenue": 300_000_000, "industry": "Manufacturing", "tech": ["SAP"]},
        (("supply_disruption", None, 30),),
        ("Logistics",),
    ),
    "fintech-seed-to-a": Company(
        {"employees": 40, "funding_stage": "Seed", "industry": "Fintech", "tech": ["HubSpot", "Apollo"]}
        | {"licence_status": "granted"},
        (("sales_hire", None, 10), ("funding_round", "Seed", 30), ("security_docs", None, 3)),
    ),
}
SAID = [
    ("compliance-automation", {"funding_stage": "Series A"}, "funding-stage"),
    ("compliance-automation", {"funding_stage": "Series D"}, "funding-stage"),
    ("compliance-automation", {"employees": 99}, "size"),
    ("compliance-automation", {"employees": 501}, "size"),
    ("compliance-automation", {"business_model": "Marketplace"}, "business-model"),
    ("compliance-automation", {"incorporated_in": "France"}, "incorporated-in-us"),
    ("compliance-automation", {"arr": 19_000_000}, "recurring-revenue"),
    ("compliance-automation", {"arr": 101_000_000}, "recurring-revenue"),
    ("compliance-automation", {"tech": ["Azure", "Okta"]}, "cloud"),
    ("compliance-automation", {"tech": ["AWS"]}, "single-sign-on"),
    ("compliance-automation", {"roles": ("Finance",)}, "security-team"),
    ("compliance-automation", {"frameworks_wanted": ["SOC 2"]}, "two-standards"),
    ("compliance-automation", {"events": ()}, "audit-ahead"),
    ("compliance-automation", {"events": (("job_posting", "compliance", 190),)}, "security-job"),
    ("outbound-sales-tool", {"employees": 14}, "size"),
    ("outbound-sales-tool", {"employees": 201}, "size"),
    ("outbound-sales-tool", {"funding_stage": "Series C"}, "funding-stage"),
    ("outbound-sales-tool", {"tech": ["Pipedrive", "Apollo"]}, "crm"),
    ("outbound-sales-tool", {"tech": ["Salesforce"]}, "outbound-tool"),
    ("outbound-sales-tool", {"events": (("leadership_change", "chief financial officer", 3),)}, "new-head-of-sales"),
    ("outbound-sales-tool", {"events": (("job_posting", "engineering", 3),)}, "hires-development-reps"),
    ("outbound-sales-tool", {"events": (("funding_round", "Series A", 91),)}, "series-a"),
    ("growth-agency", {"employees": 9}, "size"),
    ("growth-agency", {"employees": 81}, "size"),
    ("growth-agency", {"funding_stage": "Series B"}, "funding-stage"),
    ("growth-agency", {"events": (("funding_round", "Series B", 10),)}, "before-series-b"),
    ("growth-agency", {"arr": 400_000}, "recurring-revenue"),
    ("growth-agency", {"arr": 3_100_000}, "recurring-revenue"),
    ("growth-agency", {"events": (("marketing_hire", None, 100),)}, "no-marketing-hire-yet"),
    ("growth-agency", {"events": ()}, "raised-lately"),
    ("growth-agency", {"roles": ("Head of Marketing",)}, "no-marketing-team"),
    ("logistics-software", {"employees": 499}, "size"),
    ("logistics-software", {"revenue": 49_000_000}, "revenue"),
    ("logistics-software", {"tech": ["Odoo"]}, "resource-planning"),
    ("logistics-software", {"events": ()}, "disruption"),
    ("logistics-software", {"events": ()}, "regulation-ahead"),
    ("fintech-seed-to-a", {"industry": "Retail"}, "fintech"),
    ("fintech-seed-to-a", {"funding_stage": "Series B"}, "funding-stage"),
    ("fintech-seed-to-a", {"employees": 19}, "size"),
    ("fintech-seed-to-a", {"employees": 151}, "size"),
    ("fintech-seed-to-a", {"tech": ["HubSpot"]}, "hubspot-and-apollo"),
    ("fintech-seed-to-a", {"events": (("sales_hire", None, 300), ("sales_hire", None, 5))}, "first-sales-hire"),
    ("fintech-seed-to-a", {"events": ()}, "raised-lately"),
]
"""What the field says of such a customer: each clause with a company that lacks just that."""
ALSO_NOW = [
    ("compliance-automation", (("audit_preparation", None, 5), ("job_posting", "compliance", 5))),
    ("compliance-automation", (("enterprise_contract", None, -30), ("job_posting", "security", 5))),
    ("outbound-sales-tool", (("sales_hire", "SDR", 1), ("funding_round", "Series A", 5), ("pricing_page", None, 1))),
    ("growth-agency", (("marketing_hire", None, 20), ("funding_round", "Seed", 5))),
    ("logistics-software", (("regulation", None, -200),)),
    ("logistics-software", (("regulation", None, 60),)),
]
"""Other reasons to call now."""
WRONG = {
    "compliance-automation": Company({"employees": 12, "funding_stage": "Seed", "business_model": "Agency"}),
    "outbound-sales-tool": Company({"employees": 5000, "funding_stage": "Public", "tech": ["Pipedrive"]}),
    "growth-agency": Company(
        {"employees": 900, "funding_stage": "Series D", "arr": 90_000_000}, (("marketing_hire", None, 900),), ("CMO",)
    ),
    "logistics-software": Company({"employees": 20, "revenue": 900_000, "industry": "Law", "tech": ["Odoo"]}),
    "fintech-seed-to-a": Company({"employees": 4000, "funding_stage": "Public", "industry": "Retail", "tech": ["SAP"]}),
}
EXCLUDED = [
    ("compliance-automation", {"compliance_staff": 5}, "compliance-team"),
    ("compliance-automation", {"ownership": "Government"}, "public-sector"),
    ("compliance-automation", {"hosting": "on-premises"}, "on-premises-only"),
    ("outbound-sales-tool", {"industry": "Marketing and advertising"}, "agencies"),
    ("outbound-sales-tool", {"tech": ["Apollo"]}, "without-crm"),
    ("growth-agency", {"business_model": "D2C"}, "consumer"),
    ("growth-agency", {"industry": "Marketing and advertising"}, "agencies"),
    ("logistics-software", {"industry": "Freight brokerage"}, "asset-light-broker"),
    ("logistics-software", {"events": (("core_system_change", None, -90),)}, "replacing-core-system"),
    ("fintech-seed-to-a", {"industry": "Banking", "employees": 1000}, "banks"),
    ("fintech-seed-to-a", {"licence_status": "none"}, "no-licence"),
]


def template(name: str) -> Profile:
    profile = load_profile((files("idealfit.profile") / "templates" / f"{name}.yaml").read_text(encoding="utf-8"))
    return profile.model_copy(update={"coverage": COVERED})


def scored(name: str, company: Company) -> Score:
    told = [
        Occurrence(kind, detail, TODAY - timedelta(days=ago), TODAY - timedelta(days=max(ago, 1)))
        for kind, detail, ago in company.events
    ]
    facts = AccountFacts(company.columns, told, company.roles, company.history, COVERED)
    return score_account(template(name), facts, TODAY)


@pytest.mark.parametrize("name", PERFECT)
def test_the_company_that_the_field_describes_is_an_a_to_be_called_now(name: str) -> None:
    score = scored(name, PERFECT[name])
    assert (score.tier, score.timing_band, score.excluded_by) == ("A", "now", ())
    assert score.fit == 100
    assert score.route == "ae-same-day"


@pytest.mark.parametrize(("name", "change", "criterion"), SAID)
def test_every_clause_is_a_criterion_of_its_own(name: str, change: dict[str, Any], criterion: str) -> None:
    before, after = scored(name, PERFECT[name]), scored(name, PERFECT[name].but(**change))
    assert after.states[criterion] is False
    assert after.score is not None
    assert before.score is not None
    assert after.score < before.score


@pytest.mark.parametrize(("name", "events"), ALSO_NOW)
def test_each_reason_to_act_is_enough_by_itself(name: str, events: tuple[Any, ...]) -> None:
    roles = ("Marketing",) if events[0][0] == "marketing_hire" else None
    score = scored(name, PERFECT[name].but(events=events, roles=roles))
    assert (score.tier, score.timing_band) == ("A", "now")


@pytest.mark.parametrize("name", WRONG)
def test_another_company_is_a_c_and_not_for_now(name: str) -> None:
    score = scored(name, WRONG[name])
    assert (score.tier, score.timing_band, score.route) == ("C", "later", "nurture")


@pytest.mark.parametrize("name", PERFECT)
def test_a_company_of_which_nothing_is_known_is_unknown(name: str) -> None:
    score = score_account(template(name), AccountFacts({}), TODAY)
    assert (score.tier, score.timing_band, score.completeness) == ("unknown", "unknown", 0.0)
    assert score.excluded_by == ()


@pytest.mark.parametrize(("name", "change", "exclusion"), EXCLUDED)
def test_an_exclusion_excludes_the_best_company(name: str, change: dict[str, Any], exclusion: str) -> None:
    score = scored(name, PERFECT[name].but(**change))
    assert (score.tier, score.excluded_by) == ("excluded", (exclusion,))


@pytest.mark.parametrize("name", PERFECT)
def test_who_is_in_the_room_what_is_said_and_what_is_asked_is_there(name: str) -> None:
    profile = template(name)
    roles = {str(persona.role) for persona in profile.personas}
    assert {"economic buyer", "champion"} <= roles
    assert profile.selling is not None
    assert {message.to for message in profile.selling.messages} <= roles
    assert len(profile.selling.messages) >= 2
    assert profile.selling.cycle.days
    assert profile.selling.packaging
    assert len(profile.segments) >= 2
    assert all(one.good and one.bad for one in profile.questions)
    assert len(profile.questions) >= 2
    covered = {criterion for told, _change, criterion in SAID if told == name}
    aside = {"ships-goods", "logistics-lead", "pricing-visits", "reads-our-cases", "asked-for-security"}
    scored_ids = {one.id for _layer, one in profile.criteria if one.seen == "list"}
    assert scored_ids - aside - {"first-enterprise-contract", "one-of-the-two"} <= covered


def test_a_cfo_who_approves_from_an_amount_and_no_new_heads_are_asked_on_the_call() -> None:
    profile = template("compliance-automation")
    assert any("CFO approve" in one.ask and "30,000" in (one.good or "") for one in profile.questions)
    assert any("VP Engineering or Head of Security" in (one.title or "") for one in profile.personas)
    assert next(one for _layer, one in profile.criteria if one.id == "no-new-heads").seen == "call"

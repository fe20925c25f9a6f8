"""The words a made-up company is built from: every name is put together from syllables or drawn from these pools."""

from __future__ import annotations

import numpy as np

ONSETS = (
    "b",
    "br",
    "c",
    "cl",
    "d",
    "dr",
    "f",
    "fl",
    "g",
    "gr",
    "h",
    "j",
    "k",
    "l",
    "m",
    "n",
    "p",
    "pr",
    "r",
    "s",
    "st",
    "t",
    "tr",
    "v",
    "w",
    "z",
)
VOWELS = ("a", "e", "i", "o", "u", "a", "e", "o", "ia", "ea")
ENDINGS = ("", "n", "r", "l", "s", "x", "m", "th", "nd", "ra", "lo", "vi")
TRADES = (
    "Systems", "Works", "Logistics", "Foods", "Partners", "Labs", "Group", "Health", "Components", "Retail",
    "Energy", "Studio", "Services", "Software", "Mobility", "Materials",
)  # fmt: skip
LEGAL_FORMS = {
    "United States": ("Inc.", "LLC", "Corp."),
    "Canada": ("Inc.", "Ltd."),
    "United Kingdom": ("Ltd", "plc"),
    "Ireland": ("Ltd",),
    "Germany": ("GmbH", "AG"),
    "Austria": ("GmbH",),
    "France": ("SAS", "SA"),
    "Spain": ("S.L.", "S.A."),
    "Netherlands": ("B.V.",),
    "Sweden": ("AB",),
    "Australia": ("Pty Ltd",),
    "Japan": ("K.K.",),
}
REGIONS = {
    "United States": "North America",
    "Canada": "North America",
    "United Kingdom": "Northern Europe",
    "Ireland": "Northern Europe",
    "Sweden": "Northern Europe",
    "Germany": "Central Europe",
    "Austria": "Central Europe",
    "France": "Western Europe",
    "Netherlands": "Western Europe",
    "Spain": "Western Europe",
    "Australia": "Asia-Pacific",
    "Japan": "Asia-Pacific",
}
SELLS = (
    "a scheduling platform", "contract software", "a data pipeline", "an identity service", "a freight desk",
    "a quality system", "billing software", "a learning platform",
)  # fmt: skip
INDUSTRIES = (
    "Software", "Logistics", "Financial services", "Insurance", "Hospitals", "Food production", "Retail chains",
    "Construction", "Machinery", "Chemicals", "Media", "Education", "Travel", "Utilities", "Telecom", "Real estate",
    "Legal services", "Consulting", "Textiles", "Pharmaceuticals", "Automotive parts", "Public sector suppliers",
)  # fmt: skip
CANONICAL_CATEGORIES: dict[str, tuple[str, ...]] = {
    "industry": INDUSTRIES,
    "country": tuple(LEGAL_FORMS),
    "business_model": ("B2B", "B2C", "B2B2C", "Marketplace", "Wholesale"),
    "ownership": ("private", "family", "private equity", "public", "cooperative"),
}
OWN_CATEGORIES: dict[str, tuple[str, ...]] = {
    "payroll_cycle": ("weekly", "fortnightly", "monthly", "mixed"),
    "hosting": ("own servers", "one cloud", "several clouds", "hybrid"),
    "sales_channel": ("direct", "resellers", "marketplaces", "shops", "mixed"),
    "compliance_regime": ("none", "sector rules", "financial rules", "health rules", "export rules"),
    "planning_method": ("spreadsheets", "bought suite", "built in-house", "consultants"),
    "shift_model": ("day only", "two shifts", "round the clock", "seasonal"),
    "contracting_style": ("own paper", "framework", "purchase orders", "click-through"),
    "fiscal_year_end": ("March", "June", "September", "December"),
    "delivery_model": ("on site", "remote", "depot", "partner network", "mail"),
    "customer_base": ("households", "small firms", "large firms", "government", "mixed"),
    "maintenance_mode": ("in-house crew", "outsourced", "vendor", "none"),
    "buying_style": ("central", "by department", "by site", "tender"),
}
FLAGS = (
    "offers_api", "remote_first", "iso_certified", "multi_site", "exports_goods", "has_mobile_app",
    "seasonal_demand", "franchise", "runs_own_fleet", "handles_card_data", "field_staff", "publishes_roadmap",
)  # fmt: skip
NUMBERS = (
    "locations", "open_positions", "support_staff", "monthly_orders", "fleet_vehicles", "product_lines",
    "languages_offered", "supplier_count", "engineers", "warehouses",
)  # fmt: skip
FUNDING_STAGES = ("Bootstrapped", "Seed", "Series A", "Series B", "Series C", "Growth")
EVENT_TYPES = (
    "funding_round", "leadership_change", "office_opened", "acquisition", "product_launch", "hiring_spike",
    "audit_announced", "regulation_notice", "data_incident", "layoffs", "tender_published", "system_migration",
)  # fmt: skip
INBOUND = (
    "pricing_page", "comparison_page", "docs_visit", "webinar_attended", "security_page", "case_study_read",
    "integration_page", "calculator_used",
)  # fmt: skip
OUTBOUND = ("email", "call", "meeting")
LEAKS: dict[str, tuple[str, ...]] = {
    "onboarding_tier": ("light", "standard", "premium"),
    "implementation_partner": ("in-house", "partner north", "partner south"),
    "success_plan": ("basic", "guided", "strategic"),
    "kickoff_format": ("remote", "on site", "hybrid"),
    "billing_contact_type": ("finance", "office", "owner"),
    "rollout_wave": ("wave 1", "wave 2", "wave 3"),
}
SELF_CAUSED = ("meetings_held", "calls_logged", "emails_sent", "demos_given", "contacts_added")
CALL_CATEGORIES: dict[str, tuple[str, ...]] = {
    "current_process": ("by hand", "old tool", "outsourced", "none"),
    "decision_style": ("one person", "committee", "procurement", "board"),
    "pilot_budget": ("none", "small", "approved"),
    "reason_to_change": ("cost", "growth", "audit", "curiosity"),
}
PROXY_CATEGORIES = ("trade_body", "tax_class", "insurance_class", "supplier_family", "reporting_standard")
PROXY_LEVELS = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu")
NOISE_CATEGORIES = ("newsletter_segment", "mailing_zone", "desk_code", "colour_code", "print_run")
NOISE_NUMBERS = ("directory_rank", "postal_index", "map_sheet", "listing_number")
LOSS_REASONS = ("no decision", "price", "timing", "missing feature", "went with competitor", "no budget")
END_REASONS = ("price", "no value seen", "merged", "product gap", "closed down")
PRODUCTS = ("Starter", "Team", "Business", "Enterprise")
SOURCES = ("outbound", "website", "referral", "event", "partner", "advertising")
TITLES = (
    ("Chief Financial Officer", "economic buyer", "c_level", "finance"),
    ("Head of Operations", "champion", "head", "operations"),
    ("IT Manager", "technical evaluator", "manager", "it"),
    ("Security Lead", "technical evaluator", "manager", "security"),
    ("Procurement Manager", "blocker", "manager", "procurement"),
    ("Operations Analyst", "user", "staff", "operations"),
    ("Managing Director", "economic buyer", "c_level", "general"),
)


def made_up_words(rng: np.random.Generator, count: int, syllables: int = 3) -> list[str]:
    """`count` different capitalised words of `syllables` syllables and an ending; no two alike."""
    words: dict[str, None] = {}
    while len(words) < count:
        size = (count - len(words)) + 16
        onsets = rng.integers(len(ONSETS), size=(size, syllables))
        vowels = rng.integers(len(VOWELS), size=(size, syllables))
        endings = rng.integers(len(ENDINGS), size=size)
        for onset, vowel, ending in zip(onsets, vowels, endings, strict=True):
            syllable = (ONSETS[o] + VOWELS[v] for o, v in zip(onset, vowel, strict=True))
            words.setdefault(("".join(syllable) + ENDINGS[ending]).capitalize())
    return list(words)[:count]


def pick(rng: np.random.Generator, pool: tuple[str, ...], count: int) -> list[str]:
    """`count` different words of `pool`, in drawn order."""
    return [pool[i] for i in rng.permutation(len(pool))[:count]]

"""How long a signal is worth something: the half-life of each kind of event, as a setting with its source.

Nobody has measured these for you: they are customary, a place to begin. The order of strength is the file's own
(`half_life:` of a criterion), then company.yaml (`half_lives:`), then what your own deals tell where they are enough
(`patterns.fading`), then this table.
"""

from __future__ import annotations

from dataclasses import dataclass

SETTING = "a customary setting, not measured"


@dataclass(frozen=True)
class HalfLife:
    """`days` until half is left, and where that comes from."""

    days: int
    source: str


def _many(days: int, why: str, *kinds: str) -> dict[str, HalfLife]:
    return dict.fromkeys(kinds, HalfLife(days, f"{why}; {SETTING}"))


DEFAULTS: dict[str, HalfLife] = {
    **_many(
        7, "whoever asks is answered this week or bought elsewhere", "demo_request", "pricing_request", "trial_start"
    ),
    **_many(14, "looking at prices comes shortly before deciding", "pricing_page", "security_docs", "comparison_page"),
    **_many(
        30, "interest in content cools within a month or two", "website_visit", "page_view", "webinar", "download",
        "content_download", "form_fill", "docs_visit", "email_reply", "meeting",
    ),
    **_many(45, "an advertised job is filled within a quarter", "hiring", "job_posting", "job_post"),
    **_many(60, "after an incident money is found at once or not at all", "breach", "security_incident", "layoff"),
    **_many(90, "money that was raised is planned within two quarters", "funding", "funding_round", "product_launch"),
    **_many(
        90, "whoever is new reviews suppliers in the first half-year", "leadership_change", "new_executive",
        "executive_hire",
    ),
    **_many(120, "a new shape of the company takes most of a year", "acquisition", "expansion", "new_office"),
}  # fmt: skip
"""By kind of event, in small letters."""


def default_of(event_type: str) -> HalfLife | None:
    """The customary half-life of a kind of event; None for one that the table does not know."""
    return DEFAULTS.get(event_type.strip().casefold().replace(" ", "_"))

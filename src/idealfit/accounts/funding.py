"""Stages of funding, kinds of ownership and business models: the usual words, each made one."""

from __future__ import annotations

import re

from idealfit.accounts.name import squash

FUNDING_STAGES = (
    "Bootstrapped",
    "Pre-seed",
    "Angel",
    "Seed",
    "Series A",
    "Series B",
    "Series C",
    "Series D",
    "Series E",
    "Series F",
    "Series G",
    "Series H",
    "Series I",
    "Series J",
    "Growth",
    "Private equity",
    "Debt",
    "Grant",
    "Convertible note",
    "Venture (unspecified)",
    "Corporate round",
    "Crowdfunding",
    "Secondary market",
    "IPO",
    "Post-IPO equity",
    "Post-IPO debt",
    "Acquired",
)
"""The stages in about the order in which companies pass them."""

_FUNDING = {
    "Bootstrapped": "bootstrap selffunded selffinanced nofunding unfunded notfunded",
    "Pre-seed": "preseedround",
    "Angel": "angelround angelinvestment angelinvestor businessangel",
    "Seed": "seedround seedstage seedfunding",
    "Growth": "growthequity growthequityround growthround growthstage",
    "Private equity": "pe privateequityround pebacked privateequitybacked",
    "Debt": "debtfinancing debtround venturedebt loan",
    "Grant": "grants nonequityassistance",
    "Convertible note": "convertible convertiblenotes safe",
    "Venture (unspecified)": "venture venturecapital ventureround ventureseriesunknown seriesunknown vc vcbacked "
    "venturebacked",
    "Corporate round": "corporate corporateventure strategicinvestment",
    "Crowdfunding": "equitycrowdfunding productcrowdfunding",
    "Secondary market": "secondary",
    "IPO": "initialpublicoffering public publiccompany publiclytraded listed publiclylisted",
    "Post-IPO equity": "postipo postipoequityround postiposecondary",
    "Post-IPO debt": "postipodebtround",
    "Acquired": "acquisition merged mergeracquisition manda ma",
}
_OWNERSHIP = {
    "Public": "publiccompany publiclytraded publiclytradedcompany publiclyheld listed publiclylisted listedcompany "
    "stocklisted borsennotiert offentlichborsennotiert",
    "Private": "privatecompany privatelyheld privatelyowned privatelyheldcompany privat privatunternehmen privately",
    "Subsidiary": "subsidiarycompany whollyownedsubsidiary tochtergesellschaft tochterunternehmen",
    "Government": "governmentagency governmentowned governmententity stateowned stateownedenterprise publicsector "
    "govt gov staatlich",
    "Nonprofit": "nonprofitorganization notforprofit nfp npo ngo charity gemeinnutzig nonprofitorganisation",
    "Partnership": "partnershipcompany",
    "Sole proprietorship": "soleproprietor soletrader selfowned selfemployed",
    "Educational institution": "educational educationinstitution education",
    "Private equity owned": "privateequity pebacked peowned privateequitybacked privateequityowned",
    "Venture backed": "vcbacked venturecapitalbacked venturecapital vc venturebackedcompany",
    "Family owned": "familyownedbusiness familybusiness familienunternehmen",
    "Cooperative": "coop co op genossenschaft",
}
_BUSINESS_MODEL = {
    "B2B": "businesstobusiness btob",
    "B2C": "businesstoconsumer btoc d2c dtc directtoconsumer",
    "B2B2C": "businesstobusinesstoconsumer",
    "B2G": "businesstogovernment",
    "SaaS": "softwareasaservice",
    "Marketplace": "marketplaces onlinemarketplace",
    "E-commerce": "onlineretail onlineshop",
}
_SERIES = re.compile(r"^(?:series|serie|round)\s*([a-j])(?:[\s-]*(?:\d|plus|\+))?(?:[\s-]*(?:round|funding|stage))?$")


def _words(meanings: dict[str, str]) -> dict[str, str]:
    return {
        word: label
        for label, words in meanings.items()
        for word in (squash(label), *(squash(w) for w in words.split()))
    }


_FUNDING_WORDS, _OWNERSHIP_WORDS, _MODEL_WORDS = _words(_FUNDING), _words(_OWNERSHIP), _words(_BUSINESS_MODEL)


def funding_stage_of(text: str) -> str | None:
    """'series_a', 'Series A Round' → 'Series A'; 'Seed Round' → 'Seed'; None for a word that names no stage."""
    plain = re.sub(r"[\s_-]+", " ", text.strip().casefold())
    series = _SERIES.match(plain)
    return f"Series {series[1].upper()}" if series else _FUNDING_WORDS.get(squash(text))


def ownership_of(text: str) -> str | None:
    """'privately held' → 'Private'; None for a word that names no ownership."""
    return _OWNERSHIP_WORDS.get(squash(text))


def business_model_of(text: str) -> str | None:
    """'Business-to-Business' → 'B2B'; None for a word that names no business model."""
    return _MODEL_WORDS.get(squash(text))

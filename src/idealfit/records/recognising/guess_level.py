"""What may be done with a column that has no canonical meaning: its level and layer, from its name and its values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from idealfit.records.attribute import Layer, Level
from idealfit.records.recognising.refused_names import Refusal, refuse_by_name
from idealfit.records.recognising.stored_texts import rows_of
from idealfit.records.tables import ColumnType


@dataclass(frozen=True)
class LevelGuess:
    """A level and a layer, why, and how sure (0 to 1)."""

    level: Level
    layer: Layer
    reason: str
    confidence: float


def _words(*words: str) -> re.Pattern[str]:
    return re.compile(r"(?:^|[^a-z])(?:" + "|".join(words) + r")(?:$|[^a-z])")


def _spoken(words: str) -> frozenset[str]:
    return frozenset(words.split())


_LAYERS: tuple[tuple[Layer, re.Pattern[str]], ...] = (
    (
        "technographic",
        _words(
            "tech(?! support)( .*)?",
            ".*stack",
            ".* (tools?|platform|software|systems?|app|provider|vendor|crm|erp)",
            "tools?",
            "crm( .*)?",
            "erp( .*)?",
            "cloud( .*)?",
            "platform( .*)?",
            "software( .*)?",
            "integrations?( .*)?",
            "systems?",
            "hosting( .*)?",
            "database( .*)?",
            "uses .*",
            "sso( .*)?",
            "data warehouse",
            "cms",
            "e-?commerce platform",
            "api( .*)?",
        ),
    ),
    (
        "behavioral",
        _words(
            "visits?( .*)?",
            ".* visits",
            "page ?views( .*)?",
            "sessions?",
            "downloads?",
            "opens",
            "clicks",
            "webinars?( .*)?",
            "engagement( .*)?",
            "demo request(s|ed)?",
            "form submissions",
            "content( .*)?",
            "evaluation( .*)?",
            "buying process",
            "intent( .*)?",
            "(total )?time (spent|on)( .*)?",
            "(bounce|exit) rates?",
            "page values?",
            "visitor( .*)?",
            "(last|previous|prior) .*(activity|activities|contacts?|outcome|campaign|response|purchases?)",
            "times contacted",
            "email (opens|clicks|replies)",
        ),
    ),
    (
        "situational",
        _words(
            "hiring( .*)?",
            "open(ings| positions| roles)( .*)?",
            "job (posts|openings)( .*)?",
            "growth( .*)?",
            ".* growth( .*)?",
            "raised( .*)?",
            "recent .*",
            "trigger( .*)?",
            "funding (date|amount|raised)",
            "last funding( .*)?",
            "expansion plans",
            "new (ceo|cto|cfo|cio|ciso|leader.*)",
            "(interest|exchange|inflation|unemployment|employment) rates?( .*)?",
            "(consumer|cons|producer) (price|confidence|conf)( .*)?",
            "(euribor|libor)( .*)?",
        ),
    ),
    (
        "authority",
        _words(
            "decision ?maker( .*)?",
            "procurement( .*)?",
            "committee( .*)?",
            "budget( .*)?",
            "economic buyer",
            "champion( .*)?",
            "buying cent(er|re)",
        ),
    ),
    (
        "need",
        _words(
            "pains?( .*)?",
            "use ?cases?( .*)?",
            "challenge( .*)?",
            "goals?",
            "needs?( .*)?",
            "problems?( .*)?",
            "requirements?( .*)?",
            "compliance( .*)?",
            "purpose( .*)?",
            "services?( .*)?",
            ".* service",
            "(tech|technical|customer) support( .*)?",
            ".* (security|backup|protection)",
        ),
    ),
    (
        "value",
        _words(
            "contract( type| term| length| duration)?",
            "pay(ment|ments|s)?( .*)?",
            "(paperless )?billing( .*)?",
            ".* charges?",
            "spend(ing)?( .*)?",
            "balance( .*)?",
            "savings?( .*)?",
            "credits?( .*)?",
            "loans?( .*)?",
            "debts?( .*)?",
            "instal?lments?( .*)?",
        ),
    ),
)


_SPOKEN_OF: tuple[tuple[Layer, frozenset[str]], ...] = (
    (
        "need",
        _spoken(
            "satisfaction satisfied complaint complaints issue issues ticket tickets claim claims quality interest "
            "interests specialization specialisation insurance coverage warranty feature features"
        ),
    ),
    (
        "value",
        _spoken(
            "income salary wage wages pay paid price prices amount amt amnt limit balance debt debts loan loans credit "
            "mortgage equity asset assets premium charge charges spend spent cost costs fee fees bill bills profit "
            "margin rate rates expense expenses expenditure expenditures discount money cash worth stock util "
            "utilization utilisation deposit deposits arpu term terms funded loyalty"
        ),
    ),
    (
        "behavioral",
        _spoken(
            "usage used minutes calls logins login visits clicks orders purchases transactions sessions views messages "
            "sms frequency active travel trips bookings downloads inquiries inquiry inq enquiries overtime replies "
            "logged viewed watched searched"
        ),
    ),
    (
        "authority",
        _spoken(
            "job role position manager management department occupation profession seniority title level decision "
            "decisions"
        ),
    ),
    (
        "situational",
        _spoken(
            "month months week weeks weekday quarter season day days years date length tenure since last recent "
            "recency late overdue delinq delinquent delinquency time duration history previous prior changed change "
            "12m 24m 6m 3m 90d 30d mths yrs 6mths 12mths 2yrs"
        ),
    ),
)
"""Words that tell a layer wherever in a name they stand, for names that no pattern knows; the first that has one."""


_OF_ONE_DEAL = _words(
    "(lead |referral |deal |original |traffic |acquisition )*source( .*)?",
    "utm .*",
    "campaign( .*)?",
    "route( to market)?",
    "lead origin",
    "plan( tier| type| name)?",
    "seats?",
    "licen[sc]es?",
    "trial",
    "package",
    "supplies( .*)?",
    "sku",
    "subscription( .*)?",
    "owner( .*)?",
    "sales (channel|agent|team|person|manager|rep)( .*)?",
    "regional office",
    "stage( .*)?",
    "elapsed( .*)?",
    "days( .*)?",
    ".* days",
    "ratio( .*)?",
    "opportunit(y|ies)( .*)?",
    "deals?( .*)?",
    "amount( .*)?",
    ".* amount",
    "discount( .*)?",
    "quote[sd]?( .*)?",
    "price( .*)?",
    "products?( .*)?",
    "profit",
    "quantity",
    "forecast( .*)?",
    "close[d]?( .*)?",
    "competitors?( .*)?",
    "duration( .*)?",
    "order( .*)?",
)
"""Names that speak of the deal in a file of deals; in a file of accounts they may be the company's."""
_COMPANY = _words(
    "client( .*)?",
    "customer (size|segment|type|industry)",
    "compan(y|ies)( .*)?",
    "account( .*)?",
    "firm( .*)?",
    "organi[sz]ation( .*)?",
    "industry( .*)?",
    "region",
    "country",
    "city",
    "state",
    "employees?( .*)?",
    "headcount",
    "revenue( .*)?",
    "sector",
    "segment",
    "ownership",
    "founded( .*)?",
    "business( .*)?",
)
_LEVELS: dict[Refusal, Level] = {
    "computed": "after_fact",
    "after_outcome": "after_fact",
    "self_caused": "deal",
    "deal_level": "deal",
    "personal": "personal",
    "identifier": "identifier",
}
_FUNDING = re.compile(r"fund|raised|capital")


def plain_words(header: str) -> str:
    """'numberOfEmployees' and 'Number_of Employees' → 'number of employees'."""
    whole = header.replace("LinkedIn", "Linkedin").replace("HubSpot", "Hubspot")
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", whole)
    return re.sub(r"\s+", " ", re.sub(r"[_\-/.:]+", " ", spaced)).strip().lower()


def guess_layer(header: str) -> Layer:
    """The layer that a column's name speaks of; firmographic where it says nothing."""
    words = plain_words(header)
    known = next((layer for layer, pattern in _LAYERS if pattern.fullmatch(words) or pattern.match(words)), None)
    if known is not None or _COMPANY.match(words):
        return known or "firmographic"
    said = set(words.split())
    if "age" in said:
        return "firmographic"
    return next((layer for layer, spoken in _SPOKEN_OF if said & spoken), "firmographic")


def holds_addresses(counts: Mapping[str, int]) -> bool:
    """Whether most cells are e-mail addresses or phone numbers of persons."""
    sample = list(islice(counts, 300))
    found = sum(
        bool(
            re.fullmatch(
                r"[^@\s]+@[^@\s]+\.[a-zA-Z]{2,}|"
                r"(?:\+?\d{1,3}[-. ])?\+?\(?\d{1,4}\)?[-. ]\d{3}[-. ]\d{3,4}([-. ]\d+)?( ?x\d+)?",
                text.strip(),
            )
        )
        for text in sample
    )
    return bool(sample) and found >= 0.8 * len(sample)


def guess_level(  # noqa: PLR0911 - one answer a rule, in order
    header: str, counts: Mapping[str, int], *, typed: ColumnType, flat: bool
) -> LevelGuess:
    """The level of a column of an accounts table (`flat` = False) or of a flat file of deals (`flat` = True).

    `counts` are its distinct texts with their rows, `typed` the type that its values have.
    """
    words = plain_words(header)
    layer = guess_layer(header)
    known = rows_of(counts)
    of_company = flat and bool(_COMPANY.match(words))
    if holds_addresses(counts):
        return LevelGuess("personal", layer, "its values are addresses or phone numbers of persons", 0.9)
    refused = refuse_by_name(header, typed)
    if refused is not None:
        return LevelGuess(_LEVELS[refused[0]], layer, refused[1], 0.85)
    if flat and not of_company and _OF_ONE_DEAL.search(words) and not _FUNDING.search(words):
        return LevelGuess(
            "deal", layer, "what was bought, by which way, from whom: of the deal, not of the company", 0.8
        )
    if of_company:
        return LevelGuess("account", layer, "its name speaks of the company", 0.85)
    if flat and typed in ("date", "timestamp"):
        return LevelGuess("deal", layer, "a date in a file of deals", 0.7)
    if typed == "text" and known > 20 and len(counts) >= 0.9 * known:
        return LevelGuess("identifier", layer, "almost every value is different", 0.8)
    if typed == "text" and known and sum(len(text) * rows_ for text, rows_ in counts.items()) / known > 80:
        return LevelGuess("identifier", layer, "free text", 0.7)
    reason = "nothing says that it is not of the company itself" if flat else "a column of the accounts file"
    return LevelGuess("account", layer, reason, 0.55 if flat else 0.75)

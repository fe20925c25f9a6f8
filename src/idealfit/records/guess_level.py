"""What may be done with a column that has no canonical meaning: its level and layer, from its name and its values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from idealfit.records.attribute import Layer, Level


@dataclass(frozen=True)
class LevelGuess:
    """A level and a layer, why, and how sure (0 to 1)."""

    level: Level
    layer: Layer
    reason: str
    confidence: float


def _words(*words: str) -> re.Pattern[str]:
    return re.compile(r"(?:^|[^a-z])(?:" + "|".join(words) + r")(?:$|[^a-z])")


_PERSONAL = _words(
    "first ?name",
    "last ?name",
    "full ?name",
    "contact ?name",
    "person",
    "salutation",
    "e-?mail( address)?",
    "phone( number)?",
    "mobile( phone)?",
    "fax",
    "street( address)?( 2)?",
    "address( line)?( ?[12])?",
    "birth ?date",
    "gender",
    "age group",
    "primary ?poc",
    "poc",
    "cell ?phone( number)?",
    "linkedin (profile|bio)",
    "twitter (handle|bio)",
)
_AFTER = _words(
    "churn(ed|s)?( (flag|date|reason|risk))?",
    "cancel(l?ed|lation)?( \\w+)?",
    "lifecycle( stage)?",
    "became an? .*",
    "days to close",
    "close[d]? date",
    "total revenue",
    "ltv",
    "clv",
    "lifetime value",
    "renewal( date| status)?",
    "renewed",
    "health score",
    "csat",
    "nps",
    "customer since",
    "last "
    "(activity|contacted|modified|seen|engagement|order|purchase|login|touch|booked|logged|viewed|referenced)( "
    ""
    ""
    ""
    ""
    "\\w+)*",
    "next activity( \\w+)*",
    "recent deal( \\w+)*",
    "first deal( \\w+)*",
    "date (entered|exited)( .*)?",
    "time in .*(stage|pipeline).*",
    "num(ber)? of (times|open|associated|sales|form|contacts)( .*)?",
    "(lead|hubspot|fit|engagement|propensity|predictive) ?score",
    "likelihood( .*)?",
    "probability( .*)?",
    "open deal( .*)?",
    "deal count",
    "onboard(ing|ed)( \\w+)*",
    "csm( \\w+)*",
    "success manager",
    "(tasks|events|calls|activities) involved",
    "contract (start|end|value|date)( .*)?",
    "implementation( \\w+)*",
    "expansion (date|arr|revenue|amount|closed)",
    "(first|last) order( \\w+)*",
    "is (won|customer)",
    "won",
    "lost( reason)?",
    "converted",
    "escalation( \\w+)*",
    "kick ?off( \\w+)*",
)
_RECORD = _words(
    "created?( at| date| by| on| time)?",
    "modified( at| date| by| on| time)?",
    "updated( at| date| by)?",
    "sign ?up( date)?",
    "import(ed)?( .*)?",
    "synced",
    "fivetran( .*)?",
    "is deleted",
    "system modstamp",
    "record (source|creation)( .*)?",
    "date key",
)
_DEAL = _words(
    "(lead |referral |deal |original |traffic |acquisition )*source( .*)?",
    "utm .*",
    "campaign( .*)?",
    "route( to market)?",
    "lead origin",
    "plan( tier| type| name)?",
    "seats?",
    "licen[sc]es?",
    "is trial",
    "trial",
    "package",
    "supplies( .*)?",
    "sku",
    "subscription( .*)?",
    "billing (frequency|cycle|period)",
    "owner( .*)?",
    "(sales )?rep( id)?",
    "sales (agent|team|person|manager|rep id)",
    "account (manager|executive)",
    "regional office",
    "(deal|opportunity|pipeline|lead) stage( .*)?",
    "sales stage( .*)?",
    "elapsed( .*)?",
    "days( .*)?",
    ".* days",
    "ratio days( .*)?",
    "opportunit(y|ies)( .*)?",
    "deals?( .*)?",
    "amount( .*)?",
    ".* amount",
    "acv",
    "arr",
    "mrr",
    "tcv",
    "discount( .*)?",
    "quote[sd]?( .*)?",
    "(unit|list|deal) price",
    "sales price",
    "quantity",
    "forecast( .*)?",
    "close[d]?( .*)?",
    "next step",
    "loss reason",
    "duration( .*)?",
    "landing page( .*)?",
    "sdr( id)?",
    "sr id",
    "total days( .*)?",
    "auto renew( .*)?",
    "order( .*)?",
    "region id",
    "territory id",
    "assigned( .*)?",
    "age in days",
    "age tier",
)
_IDENTIFIER = _words(
    "uuid",
    "guid",
    "url",
    "linkedin( .*)?",
    "facebook( .*)?",
    "twitter( .*)?",
    "website",
    "logo( .*)?",
    "lat(itude)?",
    "lon(g|gitude)?",
    "zip( code)?( prefix)?",
    "postal ?code",
    "vat( .*)?",
    "tax id",
    "duns( .*)?",
    "registration( number)?",
    "description",
    "notes?",
    "comments?",
    "about( us)?",
)
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
_LAYERS: tuple[tuple[Layer, re.Pattern[str]], ...] = (
    (
        "technographic",
        _words(
            "tech( .*)?",
            ".*stack",
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
        ),
    ),
)


_ALONE = re.compile(
    r"(account |sales |regional )?(manager|agent)|stage|origin|price|profit|source"
    r"|products?( (name|code|family|group|type))?"
)
"""Names that speak of a deal only when they stand alone: a 'growth stage' is the company's."""
_OF_ONE_DEAL = _words(
    "sales channel", "competitors?( .*)?", "profit", "stage", "ratio( .*)?", "price( .*)?", "products?( .*)?"
)
"""Names that speak of the deal in a file of deals; in a file of accounts they may be the company's."""
_FUNDING = re.compile(r"fund|raised|capital")
_KEY = re.compile(r"(^| )(id|key)$")


def _is_personal(words: str, typed: str) -> bool:
    """Whether a name ends in a word for a person's name or address; 'has mobile app' is no phone."""
    if typed in ("boolean", "list"):
        return False
    found = [match for match in _PERSONAL.finditer(words) if match.end() >= len(words)]
    return bool(found) and (typed != "number" or bool(re.search(r"phone|mobile|fax", words)))


def plain_words(header: str) -> str:
    """'numberOfEmployees' and 'Number_of Employees' → 'number of employees'."""
    whole = header.replace("LinkedIn", "Linkedin").replace("HubSpot", "Hubspot")
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", whole)
    return re.sub(r"\s+", " ", re.sub(r"[_\-/.:]+", " ", spaced)).strip().lower()


def guess_layer(header: str) -> Layer:
    """The layer that a column's name speaks of; firmographic where it says nothing."""
    words = plain_words(header)
    return next(
        (layer for layer, pattern in _LAYERS if pattern.fullmatch(words) or pattern.match(words)), "firmographic"
    )


def holds_addresses(counts: Mapping[str, int]) -> bool:
    """Whether most cells are e-mail addresses or phone numbers of persons."""
    sample = list(counts)[:300]
    found = sum(
        bool(
            re.fullmatch(
                r"[^@\s]+@[^@\s]+\.[a-zA-Z]{2,}|\+?\(?\d{1,4}\)?[-. ]\d{3}[-. ]\d{3,4}([-. ]\d+)?( ?x\d+)?",
                text.strip(),
            )
        )
        for text in sample
    )
    return bool(sample) and found >= 0.8 * len(sample)


def guess_level(  # noqa: PLR0911 - one answer a rule, in order
    header: str, counts: Mapping[str, int], *, typed: str, flat: bool
) -> LevelGuess:
    """The level of a column of an accounts table (`flat` = False) or of a flat file of deals (`flat` = True).

    `counts` are its distinct texts with their rows, `typed` the type that its values have.
    """
    words = plain_words(header)
    layer = guess_layer(header)
    known = sum(counts.values())
    if _is_personal(words, typed) or holds_addresses(counts):
        return LevelGuess("personal", layer, "a person's name or address", 0.9)
    if _AFTER.search(words) or words == "rating":
        return LevelGuess("after_fact", layer, "its name says that it is filled in after the outcome", 0.85)
    if _RECORD.search(words) or (
        typed in ("date", "timestamp")
        and not re.search(r"found|funding|raised|contract|expir|renew|audit|licen", words)
    ):
        return LevelGuess("after_fact", layer, "a date or mark of our own records, not of the company", 0.75)
    if flat and _COMPANY.match(words) and not re.search(r"manager|owner|executive", words):
        return LevelGuess("account", layer, "its name speaks of the company", 0.85)
    if (
        _DEAL.search(words) or _ALONE.fullmatch(words) or (flat and _OF_ONE_DEAL.search(words))
    ) and not _FUNDING.search(words):
        return LevelGuess(
            "deal", layer, "what was bought, by which way, from whom: of the deal, not of the company", 0.8
        )
    if typed != "boolean" and (_IDENTIFIER.search(words) or _KEY.search(words)):
        return LevelGuess("identifier", layer, "an identifier, an address or free text", 0.8)
    if typed == "text" and known > 20 and len(counts) >= 0.9 * known:
        return LevelGuess("identifier", layer, "almost every value is different", 0.8)
    if typed == "text" and known and sum(len(text) * rows_ for text, rows_ in counts.items()) / known > 80:
        return LevelGuess("identifier", layer, "free text", 0.7)
    reason = "nothing says that it is not of the company itself" if flat else "a column of the accounts file"
    return LevelGuess("account", layer, reason, 0.55 if flat else 0.75)

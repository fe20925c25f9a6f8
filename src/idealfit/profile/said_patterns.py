"""The words and patterns by which sentences about good customers are read (`said_conditions`)."""

from __future__ import annotations

import re

SIGNS = {"$": "USD", "€": "EUR", "£": "GBP"}
UNITS = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
COUNTS = {word: place for place, word in enumerate(_NUMBERS, 1)}


def _found(*parts: str) -> re.Pattern[str]:
    return re.compile("".join(parts), re.IGNORECASE)


_PEOPLE = r"(?:employees|people|staff|ftes?|headcount|heads|team members|persons?)"
_N = r"(\d[\d,.]*\s?[kK]?)"
_TO = r"\s*(?:-|\N{EN DASH}|\N{EM DASH}|to|and|through)\s*"
RANGE = _found(_N, _TO, _N, r"\s*\+?\s*(?:full[- ]time )?", _PEOPLE)
SIZE = _found(
    r"(?:company size|headcount|employees|employee count|team size|size)\W{1,4}(?:of |between |from )?", _N, _TO, _N
)
AT_LEAST = _found(
    rf"(?:more than|over|at least|above|minimum(?: of)?|>=?|≥)\s*{_N}\s*{_PEOPLE}",
    rf"|{_N}\s*\+\s*{_PEOPLE}|{_N}\s+(?:or more|plus)\s+{_PEOPLE}",
)
AT_MOST = _found(rf"(?:fewer than|less than|under|below|up to|at most|<=?|≤)\s*{_N}\s*{_PEOPLE}")
_SCALE = r"(?:[kKmMbB]n?\b|MM\b|thousand|million|billion)?"
_MONEY = rf"(?:(?:USD|EUR|GBP)\s?|[$€£])\s?\d[\d,.]*\s?{_SCALE}"
MONEY_RANGE = re.compile(rf"({_MONEY}){_TO}((?:USD|EUR|GBP)?\s?[$€£]?\s?\d[\d,.]*\s?{_SCALE})")
MONEY_LEAST = _found(
    rf"(?:more than|over|at least|above|>=?|≥)\s*({_MONEY})|({_MONEY})\s*(?:\+|or more|and (?:up|above))"
)
MONEY_MOST = _found(rf"(?:less than|under|below|up to|at most|<=?|≤)\s*({_MONEY})")
ARR = _found(r"\b(?:ARR|annual recurring revenue|recurring revenue)\b")
REVENUE = _found(r"\b(?:revenue|turnover|sales of)\b")
STAGES = ("Pre-Seed", "Seed", "Series A", "Series B", "Series C", "Series D", "Series E", "Series F", "Series G")
STAGE = _found(r"\b(pre-?seed|seed|series\s+[A-G]\b)")
STAGE_SPAN = _found(r"\b((?:pre-?)?seed|series\s+[A-G])", _TO, r"(?:series\s+)?((?:pre-?)?seed|series\s+[A-G]|[A-G]\b)")
POST_PRE = _found(r"\bpost[- ]seed\b.{1,12}\bpre[- ]series\s+([A-G])\b")
SPAN = _found(
    r"(?:last|past|within|previous|next|coming|in)\s+(?:the\s+)?(?:last|past|next|coming)?\s*(\d+|[a-z]+)?[- ]?",
    r"(day|week|month|quarter|year)s?\b",
)
NEXT = _found(
    r"\b(?:upcoming|approaching|coming up|next|planned|preparing for|prep(?:aration)? (?:starting|for)|about to|",
    r"ahead of)\b",
)
NONE_YET = _found(
    r"\b(?:no|without(?: an?)?|lacks?|do(?:es)? not have|don't have)\s+(?:dedicated |in-house |full-time )?(\w+)\s+",
    r"(?:team|department|function|person|lead|hire)\b",
)
HAS_TEAM = _found(r"\b(?:dedicated|in-house|established|existing|an?)\s+(\w+)\s+(?:team|department|function)\b")
GROWING = _found(r"\b(?:growing|growth|grew|grow)\b[^.%]{0,40}?(\d+)\s?%")
ROLES = {
    **{one: one for one in ("security", "marketing", "sales", "it", "finance", "data", "engineering", "compliance")},
    **{one: one for one in ("legal", "procurement", "operations", "logistics", "support", "product")},
    "hr": "human resources",
    "revops": "revenue operations",
}
TOOLS = _found(r"\b(?:us(?:e|es|ing)|run(?:s|ning)?|built on|stack|tools?|crm|erp|cloud|integrat\w+|customers of|on)\b")
INDUSTRY = _found(
    r"\b(?:industr(?:y|ies)|sectors?|verticals?|companies|startups?|start-ups|firms|providers|agencies|businesses|",
    r"vendors|brands|shops|organi[sz]ations|manufacturers)\b",
)
PLACE = _found(
    r"\b(?:based|headquartered|incorporated|located|in|hq|from|countr(?:y|ies)|geograph\w+|regions?|locations?)\b",
    r"|-based|-incorporated",
)
COUNTRY = re.compile(r"\b(?:(?:the )?United (?:States|Kingdom)|U\.?S\.?A?\b\.?|UK\b|[A-Z][a-z]{3,}(?: [A-Z][a-z]+)?)")
ALSO_NAMES = frozenset({"Chad", "Georgia", "Jordan", "Turkey", "Jersey"})
"""Countries that are more often something else in such a text."""
REGIONS = {
    **{one.lower(): one for one in ("EMEA", "APAC", "LATAM", "DACH", "North America", "Europe", "Nordics", "Benelux")}
}
EVENTS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        _found(
            r"\b(?:raised|funding round|raises|recent(?:ly)? fund\w+|new funding",
            r"|closed (?:a|their) (?:round|series|seed)|series [A-G] (?:in|within)|just raised)",
        ),
        "funding_round",
    ),
    (
        _found(r"\b(?:hiring|hires|job post\w*|posted (?:a|an) |open roles?|recruiting|job ads?|vacanc\w+)"),
        "job_posting",
    ),
    (
        _found(
            r"\b(?:new (?:head|vp|chief|c[etfomri]o|cro|director|leader)|leadership change",
            r"|recently (?:hired|appointed) an?|first (?:sales|marketing|security|data|finance) hire",
            r"|executive (?:hire|change))",
        ),
        "leadership_change",
    ),
    (_found(r"\b(?:opened? (?:an? )?(?:new )?offices?|expanding (?:in)?to|expansion|new market)"), "expansion"),
    (_found(r"\b(?:acquired|acquisition|merger|merged)"), "acquisition"),
    (_found(r"\b(?:layoffs?|laid off|restructuring)"), "layoff"),
    (_found(r"\b(?:product launch|launched? an? )"), "product_launch"),
    (_found(r"\baudit"), "audit"),
    (_found(r"\b(?:regulation|regulatory (?:change|deadline)|mandate)"), "regulation"),
    (_found(r"\b(?:data breach|security breach|breach|security incident)"), "breach"),
    (_found(r"\b(?:disruption|supply[- ]chain (?:shock|problem)s?)"), "disruption"),
    (_found(r"\benterprise (?:contract|deal|customer)"), "enterprise_contract"),
    (_found(r"\bpricing page"), "pricing_page"),
    (_found(r"\b(?:demo request|requested a demo|asks? for a demo)"), "demo_request"),
    (_found(r"\bwebinar"), "webinar"),
    (_found(r"\b(?:migrat\w+|switching (?:from|to)|replacing)"), "migration"),
)
LOOKED = frozenset({"pricing_page", "demo_request", "webinar"})
PLANNED = frozenset({"audit", "regulation", "enterprise_contract", "migration", "product_launch", "expansion"})
_TEAMS = (
    r"(?:SDR|BDR|AE|sales|marketing|security|compliance|data|engineer|engineering|finance|legal|support|DevOps|RevOps"
    r"|procurement|HR)s?"
)
JOB = _found(
    rf"(?:hiring|posted|recruiting|open roles?|job ads?|job posts?|vacanc\w+)[^.;]*?\b({_TEAMS})\b",
    rf"(?:\s*(?:,|or|and|/)\s*({_TEAMS})\b)?|\b({_TEAMS})\s+(?:or ({_TEAMS})\s+)?(?:hir\w+|jobs?|roles?)",
)
MODELS = _found(r"\b(?:B2B2C|B2B|B2C|D2C|SaaS|marketplaces?)\b")
BETWEEN_PHRASES = _found(
    r"[,;:()/•]|\b(?:and|or|in|for|the|of|with|that|who|which|using|use|uses|on|like|such as|a|an|to|from|at|by)\b"
)
NO_INDUSTRY = frozenset(
    {
        *("software", "tech", "saas", "media", "design", "internet", "services", "business", "companies", "company"),
        *("people", "technology", "it"),
    }
)
"""Words that name an industry in a picklist and say nothing in a sentence."""
ORDINARY = frozenset(
    {
        *("the", "this", "our", "they", "we", "companies", "series", "seed", "head", "close", "front", "monday"),
        *("target", "base", "notion", "segment", "drift", "square", "amplitude"),
    }
)
"""Words that open a sentence, or mean what they say, more often than the product of that name."""

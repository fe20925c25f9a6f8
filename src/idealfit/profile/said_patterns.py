"""The words and patterns by which sentences about good customers are read (`said_conditions`)."""

from __future__ import annotations

import re

SIGNS = {"$": "USD", "€": "EUR", "£": "GBP"}
UNITS = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
COUNTS = {word: place for place, word in enumerate(_NUMBERS, 1)}


def found_by(*parts: str) -> re.Pattern[str]:
    """The pattern of the joined `parts`, whatever the case of the letters."""
    return re.compile("".join(parts), re.IGNORECASE)


_PEOPLE = (
    r"(?:employees|people|staff|ftes?|headcount|heads|team members|persons?|workers|empleados|mitarbeiter\w*|employés"
    r"|salariés|collaborateurs|dipendenti|funcionários|medewerkers)\b"
)
_N = r"(\d[\d,.]*\s?[kK]?)"
_TO = r"\s*(?:-|\N{EN DASH}|\N{EM DASH}|to|and|through|(?<=\s)(?:a|à|bis|tot)(?=\s))\s*"
_MORE = r"more than|over|above|greater than|exceeding|>(?!=)"
_LEAST = r"at least|no (?:fewer|less) than|minimum(?: of)?|min\.?|>=|≥|from"
_FEWER = r"fewer than|less than|under|below|smaller than|<(?!=)"
_MOST = r"up to|at most|no more than|maximum(?: of)?|max\.?|<=|≤"
RANGE = found_by(_N, _TO, _N, r"\s*\+?\s*(?:full[- ]time )?", _PEOPLE)
SIZE = found_by(
    r"(?:company size|headcount|employees|employee count|team size|size)\W{1,4}(?:of |between |from )?", _N, _TO, _N,
    r"(?!\s?[a-z%€$£])", rf"(?:\s*\+)?(?!\s*(?!{_PEOPLE})[a-z€$£])",
)  # fmt: skip
AT_LEAST = found_by(
    rf"(?:{_MORE}|{_LEAST})\s*{_N}\s*{_PEOPLE}",
    rf"|{_N}\s*\+\s*(?:full[- ]time )?{_PEOPLE}|{_N}\s+(?:or more|plus)\s+{_PEOPLE}|{_N}\s*{_PEOPLE}\s+(?:or more"
    rf"|and up)",
)
AT_MOST = found_by(rf"(?:{_FEWER}|{_MOST})\s*{_N}\s*{_PEOPLE}|{_N}\s+(?:or fewer|or less)\s+{_PEOPLE}")
MORE_THAN, FEWER_THAN = found_by(rf"{_MORE}"), found_by(rf"{_FEWER}")
BARE_NUMBER = found_by(
    rf"^\s*(?:(?:between|about|around|roughly|{_MORE}|{_LEAST}|{_FEWER}|{_MOST})\s*)?{_N}(?:{_TO}{_N})?",
    r"\s*(?:\+|or (?:more|fewer|less))?\s*\.?$",
)
SIZE_HEADING = found_by(r"\b(?:employees?|headcount|company size|size of the company|ftes?|staff)\b")
_TEAM = r"(?:teams?|departments?|functions?|squads?|divisions?|business units?)"
TEAM = found_by(rf"\b(?:sales|marketing|support|engineering|security|it|data|hr|finance|devops|legal)\s+{_TEAM}\b")
TEAM_AFTER = found_by(
    rf"^\s*(?:[\w/&-]+\s+){{0,3}}{_TEAM}\b|^\s+(?:in|on|within)\s+(?:an?|the|their)\s+[\w ]{{0,25}}{_TEAM}\b"
)
TEAM_BEFORE = found_by(rf"\b(?:{_TEAM}\s+(?:of|with|has|size)|partnerships?|founder-led|managed by|run by)\b[^;]*$")
_SCALE = r"(?:(?:[kKmMbB]n?|MM)\b|thousand|million|billion)?"
_MONEY = rf"(?:(?:USD|EUR|GBP)\s?|[$€£])\s?\d[\d,.]*\s?{_SCALE}"
_AFTER = r"\d[\d,.]*\s?(?:[kKmMbB]n?|MM|thousand|million|billion)?\s?(?:€|£|\$|USD\b|EUR\b|GBP\b)"
MONEY_RANGE = re.compile(rf"({_MONEY}){_TO}((?:USD|EUR|GBP)?\s?[$€£]?\s?\d[\d,.]*\s?{_SCALE})(?:\s*\+)?")
MONEY_RANGE_AFTER = re.compile(
    rf"(?<![\d$€£])(\d[\d,.]*\s?(?:[kKmMbB]n?|MM|thousand|million|billion)?){_TO}({_AFTER})(?:\s*\+)?"
)
MONEY_LEAST = found_by(
    rf"(?:{_MORE}|{_LEAST})\s*({_MONEY}|{_AFTER})|({_MONEY}|{_AFTER})\s*(?:\+|or more|and (?:up|above))"
)
MONEY_MOST = found_by(rf"(?:{_FEWER}|{_MOST})\s*({_MONEY}|{_AFTER})|({_MONEY}|{_AFTER})\s*or (?:less|below)")
ARR = found_by(r"\b(?:ARR|annual recurring revenue|recurring revenue)\b")
REVENUE = found_by(r"\b(?:revenues?|turnover|annual sales|sales of|facturación|umsatz|chiffre d'affaires|fatturato)\b")
MONTHLY = found_by(r"\b(?:MRR|monthly recurring|per month|a month)\b|/\s?mo(?:nth)?\b")
PRICE = found_by(
    r"\b(?:deals?|contracts?|ACV|TCV|budgets?|pric\w+|spend\w*|costs?|bills?|ticket|fees?|LTV|CAC|raised|funding|round",
    r"|valuation|GMV|saved?|savings|salary|missed|retainer|per (?:user|seat|employee|hour|head|customer)|/(?:user"
    r"|seat|mo)",
    r"|AUM|assets|at risk|on the line|capital)\b",
)
STAGES = ("Pre-Seed", "Seed", "Series A", "Series B", "Series C", "Series D", "Series E", "Series F", "Series G")
_SEED = (
    r"(?:pre[- ]?seed\b|seed\b(?=\s*(?:$|[,;.)/&+]|[-\s](?:stage|funded|rounds?|startups?|start-ups?|compan\w+"
    r"|invest\w+"
    r"|fund\w+|or|and|to|through)\b|\s*(?:-|\N{EN DASH}|\N{EM DASH})\s*series)))"
)
_SERIES = r"(?<![Pp]re[- ])(?<![Pp]ost[- ])series[\s_]+[A-G]\b"
STAGE = found_by(rf"\b({_SEED}|{_SERIES})")
STAGE_SPAN = found_by(
    rf"\b((?:pre[- ]?)?seed|{_SERIES})\s*(?:-|\N{{EN DASH}}|\N{{EM DASH}}|to|through|\N{{RIGHTWARDS ARROW}})\s*",
    r"(?:series\s+)?((?:pre[- ]?)?seed|series\s+[A-G]|[A-G]\b)",
)
STAGE_BETWEEN = found_by(rf"\bbetween ((?:pre[- ]?)?seed|{_SERIES}) and ((?:pre[- ]?)?seed|series\s+[A-G])\b")
STAGE_ON = found_by(
    rf"\b((?:pre[- ]?)?seed|{_SERIES})(?:\s*\+|[\s-]*(?:stage )?(?:or|and) (?:later|above|beyond|up|higher|older))"
)
STAGE_LIST = found_by(r"\bseries\s+[A-G](?:\s*(?:,\s*(?:or|and)?|/|&|or|and)\s*[A-G]\b)+")
PRE_SERIES = found_by(r"\bpre[- ]series\s+([A-G])\b")
POST_PRE = found_by(r"\bpost[- ]seed\b.{1,12}\bpre[- ]series\s+([A-G])\b")
SPAN = found_by(
    r"(?:last|past|within|previous|next|coming|in|every)\s+(?:the\s+)?(?:last|past|next|coming)?\s*",
    r"(?:\d+\s*(?:-|\N{EN DASH}|to)\s*)?(\d+|[a-z]+)?[- ]?(day|week|month|quarter|year)s?\b",
)
NEXT = found_by(
    r"\b(?:upcoming|approaching|coming up|next|planned|preparing for|prep(?:aration)? (?:starting|for)|about to|",
    r"ahead of)\b",
)
NONE_YET = found_by(
    r"\b(?:no|without(?: an?)?|lacks?(?: an?)?|do(?:es)? not have(?: an?)?|don't have(?: an?)?|missing an?)\s+",
    r"(?:dedicated |in-house |full-time |internal |own )*(\w+)\s+(?:team|department|function|person|lead|hire)\b",
)
HAS_TEAM = found_by(
    r"\b(?:dedicated|in-house|established|existing|has an?|have an?|with an?(?: \w+)?)\s+(\w+)\s+"
    r"(?:team|department|function)\b"
)
_SHARE = r"(\d+)(?:\s*(?:-|\N{EN DASH}|to)\s*\d+)?\s?%"
GROWING = found_by(
    rf"\b(?:growing|growth|grew|grow)\b[^.%\d]{{0,40}}?(?:[^.%\d]\s*)?{_SHARE}|{_SHARE}\+?\s*(?:\w+\s)?(?:growth"
    rf"|increase)"
)
YEARLY = found_by(rf"{_SHARE}\+?\s*(?:YoY|y/y|year[- ]over[- ]year|a year|per year|annual\w*)")
GROWTH_WORD, HEADS = found_by(r"\bgr[eo]w\w*"), found_by(r"\b(?:headcount|employees?|people|staff|team)\b")
SMALLER = found_by(rf"(?:{_FEWER}|{_MOST})")
_YEAR = r"((?:19|20)\d\d|1[789]\d\d)"
FOUNDED = found_by(
    rf"\b(?:founded|established|incorporated|started|launched)\s+(in or after|after|since|before|in|from)\s+{_YEAR}\b"
)
FOUNDED_BETWEEN = found_by(rf"\b(?:founded|established|started)\s+(?:between\s+)?{_YEAR}{_TO}{_YEAR}\b")
FOUNDED_YEARS = found_by(
    r"\b(?:founded|established|started)\s+(?:in|within)\s+the\s+(?:last|past)\s+(\d+)\s+years"
    r"|\bat least\s+(\d+)\s+years\s+(?:old|in business)|\b(\d+)\+\s+years\s+(?:old|in business)"
)
OWNERSHIP = found_by(
    r"\b(?:PE[- ]backed|PE[- ]owned|private[- ]equity(?:[- ](?:backed|owned))?|privately[- ](?:held|owned)"
    r"|publicly[- ]traded"
    r"|publicly[- ](?:listed|held)|venture[- ]backed|VC[- ]backed|family[- ]owned|government[- ]owned|state[- ]owned"
    r"|public sector|not[- ]for[- ]profit|non[- ]?profits?|government agenc(?:y|ies))"
)
NOT_BEFORE = found_by(r"\b(?:not|non|never|no)[\s-]+$")
_ROLE_NAMES = ("security", "marketing", "sales", "it", "finance", "data", "engineering", "compliance")
ROLES = {
    **{one: one for one in _ROLE_NAMES},
    **{one: one for one in ("legal", "procurement", "operations", "logistics", "support", "product", "partnerships")},
    "hr": "human resources",
    "revops": "revenue operations",
    "devops": "devops",
}
_ON = r"(?<!based )(?:currently|built|running|runs?|live|standardi[sz]ed|already|hosted|is|are) on"
TOOLS = found_by(
    rf"\b(?:use|uses|users of|using|used|{_ON}|(?:in )?(?:their|the) (?:tech )?stack|tech(?:nology)? stack|stack"
    r"|integrat\w+ with|customers of|in place|in use|deployed)\b"
)
TOOLS_HEADING = found_by(
    r"\b(?:tech\b(?! sophist)|technograph\w*|technolog\w+|stack|tools?|crm|erp|hris|ats|ehr|emr|mas|cloud provider"
    r"|cloud"
    r"|platforms?|systems?|software|products used|integrations?|infrastructure)\b"
)
TOOLS_NOT_HEADING = found_by(r"\b(?:compet\w+|what .* sells?|positioning|industr\w+|sector)\b")
NO_TOOLS = found_by(
    r"\b(?:implementation|upgrade|rollout|evaluat\w+|serve this market|affordable|priced|instead of"
    r"|alternatives? to|compared (?:to|with)|unlike|marketplaces?"
    r"|no longer|outgr\w+ (?:their|its|current)|competitors?)\b"
)
TOOL_LIST = found_by(
    r"(?:\b(?:uses?|using|run(?:s|ning)?)\s+(?:tools like |either |e\.g\. )?(?=[A-Z])|\b(?:CRM|ERP|EHR|EMR|HRIS|ATS"
    r"|TMS|WMS"
    r"|MES|PLM|SIEM|IdP)s?\b[\w ]*[:(]\s*(?:such as |like |e\.g\.,? )?)([^).;:]+)"
    r"|\b(?:stack|tools?|platforms?|systems?|automation|software|solutions?|products?)\b[\w ]*\(([^)]+)\)"
)
PRODUCT = re.compile(r"^(?=.*[A-Za-z])[A-Z0-9][\w.+-]*(?: [A-Z0-9][\w.+-]*){0,2}$")
BUT_NOT = found_by(r"\b(?:but not|and not|not using|but don't use|do not use|don't use|without|except|never)\b")
AND_TOOL = re.compile(r"[A-Za-z0-9.],? (?:and|\+|&) (?:[A-Z0-9]|[a-z]+\b(?=$|[,.;]))")
EITHER = found_by(r"\bor\b|/|e\.g\.|such as|\blike\b|\bsometimes\b|\beither\b|\bsimilar\b")
NO_TOOL_ITEM = found_by(
    r"^(?:(?:crm|erp|hris|ehr|emr|ats|ci|cd|ci/cd|apis?|ai|it|saas|b2b|b2c|iac|hipaa|soc(?: 2)?|iso|devops|excel)s?$"
    r"|(?:cloud|modern|custom|others?|similar|none|any|companies|must|they|agnostic|typically|often|some|multi-cloud"
    r"|digital|no|a|the)\b)"
)
"""What stands among products and names none."""
COMPANY_LIKE = found_by(
    r"^(?:payers|systems?|networks?|providers?|operators?|groups?|services|products|companies|firms|brands)$"
)
INDUSTRY_HEADING = found_by(r"\b(?:industr(?:y|ies|ia)|sectors?|verticals?|company types?|types? of company)\b")
MODEL_HEADING = found_by(r"\b(?:model|business type|type of business)\b")
_NOUNS = (
    r"companies|company|start-?ups?|firms?|providers?|agenc(?:y|ies)|businesses|vendors|brands|shops|manufacturers?"
    r"|retailers?"
    r"|organi[sz]ations?|clinics?|practices?|banks?|hospitals?|insurers?|universities|schools|carriers|distributors"
    r"|networks"
    r"|contractors|consultanc(?:y|ies)|brokers|institutions|platforms|scale-?ups?|enterprises"
)
COMPANY_NOUN = found_by(rf"\b(?:{_NOUNS})\b")
COMPANIES = found_by(rf"\b(?:{_NOUNS}|industr(?:y|ies)|sectors?|verticals?)\b")
IN_INDUSTRY = found_by(
    r"^\s+in\s+(?:the\s+)?([A-Za-z ,&/-]{3,80}?)(?:\s+(?:industr\w+|sectors?|space|verticals?))?(?=$|[.;(])"
)
LISTED = found_by(r",|\bor\b|/|;")
NO_MODEL_AFTER = found_by(
    r"^\s*(?:tools?|stack|subscriptions?|products?|spend|applications?|apps|procurement|alignment|sales"
    r"|,? or transactional)\b"
)
NO_MODEL_BEFORE = found_by(
    r"(?:\bus(?:e|es|ing)\b[^.;]*|\b(?:AWS|Google|Cloud|Azure|app|GCP|Shopify)(?: and [\w ]+)? |no )$"
)
PLACE = found_by(
    r"\b(?:based|headquartered|incorporated|located|hq|operat\w+ in|offices? in|countr(?:y|ies)|geograph\w+|regions?",
    r"|locations?|selling (?:in|into)|customers in|\d+ (?:employees|people) in)\b",
    rf"|\b(?:{_NOUNS}) in\b",
    r"|-based|-incorporated",
)
PLACE_HEADING = found_by(
    r"\b(?:geograph\w+|geo|locations?|regions?|countr(?:y|ies)|hq|headquarters|where they are|primary markets"
    r"|territor\w+"
    r"|geogra\w+)\b"
)
EVERYWHERE = found_by(r"\b(?:global(?:ly)?|worldwide|anywhere|any (?:country|region|location))\b")
ABROAD = found_by(r"\b(?:outside|fuera de|außerhalb|hors|other than|except|excluding|not in|beyond|no )\b")
COUNTRY = re.compile(
    r"\b(?:(?:the )?United (?:States|Kingdom|Arab Emirates)|U\.?S\.?A?\b\.?|UK\b|UAE\b|(?:New|South|North|Saudi"
    r"|Costa|Czech|Sri|Hong)"
    r" [A-Z][a-z]+|[A-ZÁÉÍÓÚ][a-záéíóúñç]{3,})"
)
ALSO_NAMES = frozenset({"Chad", "Georgia", "Jordan", "Turkey", "Jersey", "Guinea"})
"""Countries that are more often something else in such a text."""
REGIONS = {one: one for one in ("EMEA", "APAC", "LATAM")}
_DACH, _NORDICS = ("Germany", "Austria", "Switzerland"), ("Sweden", "Norway", "Denmark", "Finland", "Iceland")
_BENELUX = ("Belgium", "Netherlands", "Luxembourg")
_EU = (
    *(
        "Austria",
        "Belgium",
        "Bulgaria",
        "Croatia",
        "Cyprus",
        "Czechia",
        "Denmark",
        "Estonia",
        "Finland",
        "France",
        "Germany",
    ),
    *("Greece", "Hungary", "Ireland", "Italy", "Latvia", "Lithuania", "Luxembourg", "Malta", "Netherlands", "Poland"),
    *("Portugal", "Romania", "Slovakia", "Slovenia", "Spain", "Sweden"),
)
COUNTRIES_OF = {
    "DACH": _DACH,
    "Nordics?": _NORDICS,
    "Benelux": _BENELUX,
    "BENELUX": _BENELUX,
    "ANZ": ("Australia", "New Zealand"),
    "North America": ("United States", "Canada"),
    "(?:EU|European Union|EU27)": _EU,
    "(?<!Eastern )(?<!Western )(?<!Northern )(?<!Southern )Europe": (
        *_EU,
        "United Kingdom",
        "Switzerland",
        "Norway",
        "Iceland",
    ),
}
"""Groups of countries that no list of accounts has as a region of its own."""
MODELS = found_by(r"\b(?:B2B2C|B2B|B2C|D2C|SaaS|marketplaces|marketplace (?=compan|business|startup|platform|model))")
NO_INDUSTRY = frozenset(
    {
        *("software", "tech", "saas", "media", "design", "internet", "services", "business", "companies", "company"),
        *("people", "technology", "it", "digital", "enterprise", "service", "data", "growth", "product", "sales"),
    }
)
"""Words that name an industry in a picklist and say nothing in a sentence."""
NO_NOUN = frozenset(
    {
        *(
            "companies",
            "company",
            "startups",
            "startup",
            "start-ups",
            "start-up",
            "firms",
            "firm",
            "providers",
            "provider",
        ),
        *("businesses", "vendors", "brands", "shops", "organisations", "organizations", "organisation", "organization"),
        *("practices", "practice", "carriers", "networks", "contractors", "institutions", "platforms", "enterprises"),
        *("scaleups", "scale-ups", "brokers", "distributors", "other", "any", "small", "large"),
    }
)
"""Nouns for companies of any kind."""
NO_NAME = found_by(r"\b(?:any|all|other|others|etc|similar|with|complex|who|that|companies?|segment)\b|\d")
PUBLIC = frozenset({"government", "nonprofit", "non-profit", "nonprofits", "non-profits", "education", "public sector"})
ORDINARY = frozenset(
    {
        *("the", "this", "our", "they", "we", "companies", "series", "seed", "head", "close", "front", "monday"),
        *("target", "base", "notion", "segment", "drift", "square", "amplitude", "gtm"),
    }
)
"""Words that open a sentence, or mean what they say, more often than the product of that name."""

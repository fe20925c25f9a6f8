"""The words by which sentences about what happens to a company are read (`said_events`)."""

from __future__ import annotations

import re

from idealfit.profile.said_patterns import found_by as _found

EVENTS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        _found(
            r"(?<!concerns )(?<!objections )(?<!questions )(?<!issues )\braised\b(?! by| the| concerns)"
            r"|\b(?:funding round",
            r"|raises|recent(?:ly)? fund\w+|new funding",
            r"|closed (?:an?|their|its) (?:[\w$]+ )?(?:round|series|seed)|series [A-G] (?:in|within)|just raised)",
        ),
        "funding_round",
    ),
    (
        _found(
            r"\b(?:hiring|hires (?:for|an?|more)|job post(?:ing|ed|s\b)\w*|posted (?:[\w/&,]+ ){1,4}(?:jobs?"
            r"|roles?)|posted (?:a|an) "
            r"|open roles?|open reqs?|recruiting (?!agenc|firm)|job ads?|vacanc\w+|posting [\w ]{0,20}roles)"
        ),
        "job_posting",
    ),
    (
        _found(
            r"\b(?:new (?:head|vp|chief|c[etfomris]o|ciso|cmo|cro|chro|director|leader)|leadership change",
            r"|recent(?:ly)? (?:hired|appointed|promoted)|first (?:sales|marketing|security|data|finance) hire",
            r"|executive (?:hire|change)|newly (?:hired|appointed)|(?:hired|appointed) (?:an? )?(?:new )?"
            r"(?:head|vp|chief|c[etfomris]o\b|ciso)"
            r"|(?:(?:vp|head|director|chief)[\w ]{0,30}|\bc[etfomris]o|ciso)(?: or [\w ]{2,40})? (?:was )?(?:hired"
            r"|hire\b|joined|appointed))",
        ),
        "leadership_change",
    ),
    (
        _found(
            r"\b(?:opened? (?:an? )?(?:new )?offices?|opening (?:an? )?(?:new )?offices?|expanding (?:in)?to"
            r"|recent expansion"
            r"|(?:international|geographic|market) expansion|enter(?:ed|ing) (?:an? )?new (?:markets?|countr\w+)"
            r"|new market entry)"
        ),
        "expansion",
    ),
    (
        _found(
            r"\b(?:(?:was|were|been|being|recently|just) acquired|acquired by"
            r"|(?<!customer )(?<!talent )(?<!user )(?<!client )(?<!lead )(?<!data )acquisitions?\b(?! cost| channel"
            r"| funnel)"
            r"|mergers?\b|merged|M&A)"
        ),
        "acquisition",
    ),
    (_found(r"\b(?:layoffs?|laid off|restructuring)"), "layoff"),
    (_found(r"\b(?:product launch(?:es)?|launch(?:ed|ing) an? (?:new )?product)"), "product_launch"),
    (
        _found(
            r"\b(?:(?:upcoming|approaching|first|pending|scheduled|external|planned) (?:[\w ]{1,15} )?audits?\b"
            r"|audit (?:due|coming"
            r"|starting|prep\w*|deadline|scheduled|approaching|within|in the)|prepar\w+ for (?:an?|their|its"
            r"|the)?\s?[\w ]{0,15}audit)"
        ),
        "audit",
    ),
    (
        _found(
            r"\b(?:(?:new|upcoming|changing|changed|approaching|coming) regulations?|regulatory (?:change|deadline)s?"
            r"|(?:new|regulatory|federal|government) mandates?)"
        ),
        "regulation",
    ),
    (
        _found(r"\b(?:data breach|security breach|(?:recent|had a|suffered a|after a) breach|security incident)"),
        "breach",
    ),
    (
        _found(
            r"\b(?:hit by (?:an? )?disruption|supply[- ]chain (?:shock|problem|disruption)s?|disruption (?:of|in|to) )"
        ),
        "disruption",
    ),
    (
        _found(
            r"\b(?:first|upcoming|approaching|signed|closing|landing|landed|new|pending) (?:an? |their "
            r"|its )?(?:first )?enterprise "
            r"(?:contract|deal|customer)"
        ),
        "enterprise_contract",
    ),
    (_found(r"\bpricing page"), "pricing_page"),
    (_found(r"\b(?:demo request|requested a demo|asks? for a demo)"), "demo_request"),
    (_found(r"\b(?:attend\w+ (?:an?|our|the) [\w ]{0,12}webinar|webinar attend\w+)"), "webinar"),
    (_found(r"\b(?:migrat(?:ing|ed|es|ion)\b|switching (?:from|to)|replacing (?:their|its|an?|the)\b)"), "migration"),
    (
        _found(r"\b(?:(?:contract|licen[sc]e|subscription) renewal|renewal (?:in|within|due|coming|approaching))"),
        "renewal",
    ),
)
EVENTS_IF_SIGNAL: tuple[tuple[re.Pattern[str], str], ...] = (
    (_found(r"\b(?:new funding|funding rounds?|recent(?:ly)? fund\w+|recent funding)\b"), "funding_round"),
    (_found(r"\bexpansion\b"), "expansion"),
    (_found(r"\bdisruption\b"), "disruption"),
)
"""What is an event only under a heading of triggers or signals."""
EVENTS_HEADING = _found(r"trigger|signal|why now|timing|event")
EITHER_EVENT = _found(r"\bor\b|/")
LOOKED = frozenset({"pricing_page", "demo_request", "webinar"})
PLANNED = frozenset(
    {"audit", "regulation", "enterprise_contract", "migration", "product_launch", "expansion", "renewal"}
)
ONLY_AHEAD = frozenset({"renewal"})
_LEADERS = (
    r"(?:VP|SVP|EVP|Head|Director|Chief)(?: of)?(?: (?!Hire|Or\b|In\b)[A-Z][\w&-]+){1,3}"
    r"|CRO|CMO|CFO|CTO|CIO|CISO|COO|CEO|CPO|CHRO|CSO"
)
LEADER = re.compile(rf"\b(?:{_LEADERS})\b|\b[Hh]ead of [a-z]+(?: success| operations)?\b")
JOB = _found(
    r"(?:\bhiring (?:for |of )?|\bhires (?:for )?|\bposted |\brecruiting (?:for )?|\bopen roles? (?:for |in )"
    r"|\bjob (?:ads?|posts?|postings?)"
    r" (?:for |in )|\bvacanc\w+ (?:for |in ))((?!is\b|activity|signals?|fast|rapidly|aggressively|mode|spree)[^.;(]+?)"
    r"(?=\s*(?:$|[.;(]|\b(?:in the|in last|within|signals?|recently|over the|this|because|to)\b))"
    r"|((?:[\w&-]+(?:,\s|/|\sor\s|\sand\s)){0,3}[\w&-]+)\s+(?:job (?:ads?|posts?|postings?)|openings)\b"
)
ANY_JOB = _found(
    r"\b(?:hiring (?:activity|signals?|fast|rapidly|aggressively|mode|spree|bursts?)|active(?:ly)? hiring|is hiring"
    r"|are hiring|^hiring$"
    r"|(?:open|posted) (?:roles?|reqs?|positions?)|hiring \d|hiring$)"
)
JOB_FILLING = _found(
    r"\b(?:an?|the|for|more|new|their|first|several|multiple|additional|roles?|jobs?|positions?|openings?|people"
    r"|leadership"
    r"|professionals|talent|hires?|posted)\b|\b\d+\+?(?!\w)|\+"
)
LEAST_JOBS = _found(
    r"(?:≥|>=|at least|more than|minimum of)\s*(\d+)\s+(?:open|new|job|recruit|roles?|positions?)"
    r"|\b(\d+)\+\s+(?:open |new )?(?:reqs?|roles?|positions?|jobs?|recruiters?|SDRs?|AEs?|engineers?|reps?|hires)\b"
    r"|\bhiring (?:for )?(\d+)\+"
    r"|hiring (\d+)\s*(?:-|\N{EN DASH}|to)\s*\d+\s+(?:people|roles?|positions?)"
)
LEAST_TIMES = _found(r"\b(\d+)\+? (?:or more )?times|\b(\d+)\+ (?:visits|views)")

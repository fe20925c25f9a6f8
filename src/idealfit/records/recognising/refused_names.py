"""Columns refused by name: what CRMs compute or fill in afterwards, what our own work causes, what belongs to a deal.

A name must say it *wholly*: 'campaign' is how a deal came to us, 'campaign_tool' is what a company uses. The table was
reviewed against the published property lists of HubSpot (company and deal properties), Salesforce (Account and
Opportunity fields), Pipedrive (organisation and deal fields) and Zoho CRM (Accounts, Potentials), and against a list of
plausible company attributes (tests/records/test_refused_names.py).
"""

from __future__ import annotations

import re
from typing import Final, Literal, TypeAlias

from idealfit.accounts.name import squash
from idealfit.records.tables import ColumnType

Refusal: TypeAlias = Literal["computed", "self_caused", "after_outcome", "identifier", "personal", "deal_level"]

_WHO = (
    r"(?:(?:account|company|customer|client|organi[sz]ation|contact|lead|deal|opportunity|opp|record|prospect|our) )?"
)
_DEALS = r"(?:deals?|opportunit(?:y|ies)|opps?|potentials?)"
_COUNT = r"(?:number|num|nr|no|count|total|#)(?: of)? "
_WHEN = r"(?: (?:date|time|at|on|by|timestamp|date ?time|day|month|by id|by user(?: id)?|id))*"
_LAST = r"(?:date of |time of )?(?:(?:first|last|latest|(?:most )?recent|next) )"
_STEPS = (
    r"(?:status|date|stage|state|start|started|end|completed?|completion|progress|score|owner|manager|specialist|call|"
    r"fee|at|on)"
)
_TOUCH = (
    r"(?:meetings?|calls?|e ?mails?(?: messages?)?|touch(?: ?points?|es)?|demos?|activit(?:y|ies)|follow ?ups?|notes?|"
    r"tasks?|events?)"
)
_OFFER = r"(?:id|date|number|count|amount|value|total|status|sent|name|type|reason|code|level|percent|pct|rate|usd|eur)"
_NO_PERSON = (
    r"(?!(?:uses?|has|sends?|cold|bulk|marketing|transactional|supports?|offers?|runs?|e ?commerce|multilingual) )"
)
_SOURCE_OF = (
    r"(?:original|latest|first|last|lead|account|contact|company|deal|opportunity|record|referral|traffic|acquisition|"
    r"marketing|customer|sales|object|analytics|inbound|conversion|touch|converting)"
)

_OF_THE_RECORD = "it says when and how the record was made"

_NAMES: tuple[tuple[Refusal, str, tuple[str, ...]], ...] = (
    (
        "computed",
        "CRMs compute it from what happened, or people set it afterwards",
        (
            r"life ?cycle(?: ?(?:stage|status|phase))?(?: .*)?(?<!tool)(?<!marketing)(?<!platform)(?<!software)",
            r"lead (?:status|score|grade|quality|profile|rating|temperature)(?: .*)?",
            r"(?:.* )?(?:lead|hub ?spot|fit|engagement|predict(?:ive|ion)|propensity|icp|account|intent|marketo|pardot|"
            r"behaviou?r(?:al)?|demographic|deal|opportunity|einstein|conversion|target|customer|health|nps|csat|"
            r"churn) ?scores?",
            r"(?:predictive|propensity)(?: to .*| scor.*| contact.*)|scores?|(?:account |customer |lead |"
            r"our )?rating|asymmetri(?:que|c)(?: .*)?",
            r"(?:.*(?:account|win|deal|close|closing|opportunity|conversion) )?probability(?: (?:to close|of (?:win|"
            r"close|sale).*|percent|pct))?",
            r"(?:win |close |conversion )?likelihood(?: (?:to|of) .*)?",
            r"forecast(?:ed)?(?: (?:category|type|amount|name|stage|status|quarter|month|value|revenue|close|date))*",
            r"(?:is )?(?:ideal customer profile|icp)(?: (?:tier|fit|match|grade|segment))?",
            r"(?:is )?target account(?: .*)?|(?:account |priority |target |customer |abm )?tier|" + _WHO + r"priority",
            r"account stage|connection strength|strongest connection(?: .*)?|engagement (?:level|status|stage|tier|"
            r"minutes.*)|csm sentiment|.*ticket sentiment",
        ),
    ),
    (
        "computed",
        "it is a roll-up of deals, stages or dates, filled in as things happened",
        (
            rf"(?:hs )?{_COUNT}(?:associated|open|closed|won|lost|child|form|page ?views?|sessions|conversions?|"
            rf"decision makers|"
            rf"blockers|placeholder|contacts?|orders|purchases|payments|invoices|{_DEALS})(?: .*)?",
            r"(?:.* )?num (?:associated|child|conversion|page ?views|open)(?: .*)?|analytics (?:num|source|first|"
            r"last|latest|average|revenue)(?: .*)?",
            rf"(?:total |all )?(?:open|won|lost|closed|active|associated|recent|first|last|largest|average|avg|"
            rf"total|latest)(?: (?:won|lost|open|closed))? {_DEALS}(?: .*)?",
            rf"{_DEALS} (?:won|lost|open|closed|count|total)(?: .*)?|(?:contacts?|orders?|purchases?|invoices?|"
            rf"payments?) count",
            rf"(?:closed )?(?:won|lost) (?:{_DEALS}|amount|revenue|value|count|arr|mrr)(?: .*)?|"
            rf"total money(?! raised).*",
            r"total (?:revenue|sales|spend|paid|won|billed|purchases)|"
            + _WHO
            + r"life ?time (?:value|revenue|spend)|ltv|clv",
            r"days (?:to|since|in|until|between) .*(?:clos|stage|pipeline|contact|activit|touch|creat|open$|lead|"
            r"last|first|"
            r"deal|customer|conver|won|sign ?up|renew|order|purchase|status|modif).*",
            r"(?:deal |lead |account |record )?age in days|age tier|(?:deal|account|lead) age",
            r"(?:cumulative |latest )?time in .*(?:stage|pipeline|status|lead|opportunity|customer|subscriber|"
            r"evangelist).*",
            r"(?:date|time) (?:entered|exited)(?: .*)?|(?:date )?became (?:an? )?.*",
            r"(?:expected |estimated |actual |deal |recent deal )?clos(?:e|ed|ing) ?(?:date|month|quarter|year|won|"
            r"lost)(?: .*)?|closed? ?(?:at|on|by|time)",
            rf"{_LAST}(?:conversion|traffic source|de anonymized|session|visit|seen|page|form)(?: .*)?|"
            rf"time (?:first|last) seen",
        ),
    ),
    (
        "after_outcome",
        "it exists because of the outcome, or after it",
        (
            r"(?:is |has |did |date |customer )?churn(?:ed)?(?: (?:date|flag|reasons?|risk|status|type|probability|"
            r"month|at|on|details?|notes?))*",
            r"(?:is |has |date )?cancel(?:l?ed|lation)?(?: (?:date|at|on|reason|flag|status|requested|by))*",
            r"(?:next |last |contract |subscription |upcoming |our |is |has |auto |account |customer |"
            r"arr )*renew(?:al|ed|als|s)?"
            r"(?: (?:date|status|amount|probability|likelihood|stage|forecast|month|risk|owner|quarter|type|count|"
            r"arr|flag|at|on))*",
            r"is (?:an? )?(?:customer|client|won|closed(?: won| lost)?|lost|converted|paying)|(?:closed )?won|lost|"
            r"converted|customer|client|(?:existing|current|former|active) (?:customer|client)",
            r"(?:customer|client)(?: (?:since|start|date|status|stage|tenure|health|became|lifetime))+(?: (?:score|"
            r"value|days|months|years|grade|at|on))*",
            r"(?:months? |days? |years? )?(?:of |in )?tenure(?: (?:days|months|years|in .*))*|total charges?|"
            r"(?:months?|days?|years?) (?:as|with us|active)(?: .*)?",
            rf"(?:customer |our )?onboard(?:ing|ed)(?: {_STEPS})*",
            rf"(?:our )?implementation(?: {_STEPS})*",
            r"(?:current |customer |our |signed |latest )?contract(?: (?:start|end|terms?|value|date|length|signed|"
            r"status|expiry|expiration|"
            r"expires|duration|months|amount|number|id|url|year|effective|sent|signature|arr|acv|owner|type))+",
            r"(?:our |active |current |latest )?subscriptions?(?: (?:start|end|status|plan|tier|date|type|id|level|"
            r"term|amount|value|name|count|began|arr|mrr))*",
            r"(?:nps|csat|net promoter)(?: (?:score|date|response|comment|feedback|category))*|"
            r"customer satisfaction(?: .*)?|health (?:status|grade|colou?r)",
            r"(?:closed )?(?:loss|lost|win|won|close|closed|disqualif\w+|unqualified) reasons?(?: .*)?|lost to(?: .*)?",
            rf"go ?live(?: {_STEPS})*|kick ?off(?: {_STEPS})*",
            r"escalat(?:ed|ions?)(?: (?:count|status|date|flag|level|owner|open|total))*",
            r"(?:open |total |recent |number of |num |our |support )+(?:tickets?|cases?)(?: (?:count|open(?:ed)?|"
            r"closed|total|last .*|past .*|in .*|\d+ ?d(?:ays)?|ytd|this .*))*|(?:tickets?|cases?) (?:count|"
            r"open(?:ed)?|closed|total)(?: .*)?",
            rf"{_LAST}(?:orders?|purchases?|payments?|invoices?|log ?in|sale|transaction|renewal|upsell)(?: .*)?",
            r"orders?(?: (?:count|placed|total|id|date|number|value|amount|status|last .*))*|(?:total|"
            r"number of) orders",
            # of the years before, it is what was known when the deal opened
            r"(?!.*\b(?:past|last|previous|prior)\b)"
            r"(?:.* )?(?:revenue|sales|turnover|spend|purchases|billings|income) (?:from|with) (?:the |this |our )?"
            r"(?:client|customer|account|compan(?:y|ies)|us)s?(?: .*)?",
            r"invoices?(?: (?:count|total|paid|status|date|number|amount))*|(?:amount )?paid(?: (?:amount|date|at|"
            r"on|total|until|through|by))?|payment (?:status|date)",
            r"expansion (?:date|arr|mrr|revenue|amount|closed|status)|upsell(?: (?:date|amount|arr|potential|"
            r"opportunity|count|status))*",
            r"do not (?:contact|call|e ?mail|mail)|(?:has )?opted (?:in|out)(?: .*)?|unsubscribed?(?: (?:date|at|"
            r"reason))*",
        ),
    ),
    (
        "self_caused",
        "our own effort causes it",
        (
            rf"(?:sales |our )?{_TOUCH} (?:held|made|sent|counts?|booked|logged|total|involved|completed|given|done|"
            rf"had|scheduled|attempts?|"
            r"to do|opened|clicked|replied|delivered|attended|date|outcome|owner|last .*|next .*)(?: .*)?",
            rf"(?:hs )?(?:{_COUNT})(?:sales )?(?:{_TOUCH}|contacts?|times contacted|contacted notes|proposals?|"
            rf"sequences?|stakeholders)(?: .*)?",
            r"(?:hs )?num (?:contacted|notes)(?: .*)?|(?:done|undone|open|closed|sales|total) (?:activities|tasks|"
            r"calls|meetings|e ?mails)(?: .*)?",
            rf"{_LAST}(?:contact(?:ed)?|activit\w+|touch\w*|engage\w+|meetings?|calls?|e ?mails?|note|booked|logged|"
            rf"open task|sales|"
            r"outreach|interaction|modified|viewed|referenced|updated?|sync\w*|enrich\w*|metered|step|task|action|"
            r"follow ?up|repl\w+|response)"
            r"(?<!first contact)(?! (?:rate|resolution|tool|score))(?: (?!resolution|rate).*)?",
            r"first contact (?:create|created|date).*|(?:source|campaign|medium) of .*|notes (?:last|next) .*|"
            r"next (?:activity|step|task)(?: .*)?",
            rf"(?:{_WHO}|hub ?spot |sales |relationship |previous |current |potential |case |crm )owner(?:s|'s)?"
            r"(?: (?:id|ids|name|e ?mail|role|team|alias|assigned|date|first name|last name|since|user.*|full name|"
            r"manager))*",
            r"(?:account|sales|relationship|customer success|success|territory|channel|client|partner) (?:manager|"
            r"executive|director|rep(?:resentative)?|agent|person)"
            r"(?: (?:id|name|e ?mail))?|(?:sales ?rep|salesperson|sdr|bdr|csm|rep|ae|manager|agent)(?: (?:id|name|"
            r"e ?mail))?|sales team(?: (?:name|id))?",
            r"(?:is )?assigned(?: (?:to|rep|user|owner|team|date|at|sales.*|sdr|ae|csm|agent))+|all (?:owner|"
            r"team)s?(?: .*)?|(?:shared|owning) (?:teams|users)"
            r"|hub ?spot team|user ids of .*|times contacted|contacts? (?:associated|engaged|reached|known|added|"
            r"created)(?: .*)?",
            r"owned by|interaction(?:s| count)|last ?(?:modified|activity|contacted)(?: ?date)?|"
            r"(?:hub ?spot )?owner assigned ?date|"
            r"outreach (?:status|stage|count|date|attempts)|sequences? (?:enrolled|status|count|sent)(?: .*)?|"
            r".*cadence(?: .*)?",
        ),
    ),
    (
        "deal_level",
        "it belongs to a deal (how it came to us, what was offered), it does not say what the company is",
        (
            rf"(?:{_SOURCE_OF} )*source(?: (?:drill ?down|data|details?|type|category|medium|timestamp|id|campaign|"
            rf"name|channel|user|object|\d))*",
            r"utm(?: (?!tag|tool).*)?|how did (?:you|they) hear.*|referr(?:er|al|ed by)(?: (?:source|name|id|"
            r"partner|contact|account))*",
            r"(?:(?:first|last|latest|recent|primary|original|marketing|lead|source|conversion|touch|"
            r"converting) )*campaign(?: (?:id|name|source|type|member.*|status|response.*|touch))*",
            r"(?:marketing |lead |acquisition |source |first touch |last touch )?channel|landing pages?(?: (?:url|"
            r"title|path|variant|id))*",
            r"lead (?:origin|stage|owner|type|date|id|created.*|convert.*|conversion.*|channel)|(?:sales|"
            r"opportunity|lead) (?:stage|status|process stage)",
            r"(?:deals?|opportunit(?:y|ies)|opps?)(?: (?!desk|flow|room|mak|break|team).*)?|potentials?(?: (?:name|"
            r"owner|stage|amount|id|type|value).*)?|pipeline(?: (?:stage|name|id|status|value|amount))*|"
            r"stage(?: (?:name|id|changed.*|entered.*|date))*",
            r"(?:deal |open |expected |quote |order |invoice |total |billed |weighted |actual |estimated |"
            r"opportunity )?(?:amount|revenue expected)"
            r"(?: (?:usd|eur|gbp|in .*|tier|total|won|open|lost))*|expected revenue(?: .*)?|acv(?: .*)?|tcv(?: .*)?",
            r"(?:current |total |contracted |annual |starting |new |monthly )*(?:arr|mrr)(?: (?:usd|eur|gbp|start|"
            r"current|amount|value))*",
            rf"(?:avg |average |max |deal |requested |applied |approved )?discounts?(?: (?:{_OFFER}|given|requested|"
            rf"approved|offered))*|quote[sd]?(?: {_OFFER})*",
            r"(?:unit |list |deal |sales |quoted |our |total )?price(?: (?:book|level|list|usd|eur|paid|quoted|"
            r"offered))?|quantity|sku|next step",
            r"products?(?: (?:name|code|family|group|interest|id))*|supplies(?: .*)?|route to market|"
            r"regional office|sr id",
            r"(?:our |current |pricing |subscribed |purchased )?(?:plan|package)(?: (?:tier|type|name|id|level|"
            r"start|end|date))*",
            r"(?:our )?(?:seats?|licen[sc]es?)(?: (?:count|type|tier|used|purchased|sold|licensed|status|start|end|"
            r"key|expiry|date|total))*",
            r"(?:is |has |on |in |free )*trial(?: (?:start|end|date|status|expired|converted|started|ended|user|"
            r"days).*)?",
            r"(?:is )?auto ?renew(?:al|s)?(?: .*)?|billing (?:frequency|cycle|period|plan|status|date|term)|"
            r"initiated by|region id|territory id",
        ),
    ),
    (
        "personal",
        "it is about a person",
        (
            r"(?:.* )?(?:first|last|full|given|family|middle|maiden|contact|person|owner|manager|user|ceo|founder|"
            r"assistant) ?name",
            rf"{_NO_PERSON}(?:\w+ ){{0,2}}e ?mail(?: address(?:es)?| \d)?|{_NO_PERSON}(?:.* )?(?:phone|fax|"
            rf"cell ?phone)(?: (?:number|no|extension|\d))?",
            rf"{_NO_PERSON}(?:\w+ )?(?:mobile|cell)(?: (?:phone|number|no))*|salutation|(?:ceo |founder |"
            rf"owner )?gender|birth ?(?:date|day)|date of birth",
            r"(?:primary |main |key )?(?:poc|person|contact|contact person)|person .*(?: name| e ?mail| phone|"
            r" label| owner)|linkedin (?:profile|bio)|linkedin handle|"
            r"twitter (?:handle|bio|username)",
        ),
    ),
    (
        "identifier",
        "it names one company, or is free text",
        (
            rf"{_NO_PERSON}(?:.* )?(?:id|ids|uuid|guid|ref|urls?|web ?site|street|zip(?: code)?|post(?:al)? ?code|"
            rf"latitudes?|longitudes?|lat|long|lng|photo url)",
            r"(?:id|uuid|guid) .*|(?:(?:company|e ?mail|web|primary|additional|account|"
            r"organi[sz]ation) )*domains?(?: name)?|record (?:id|type|source|creation|number)(?: .*)?|(?:linkedin|"
            r"facebook|google plus|instagram)(?: (?:company )?(?:page|url|link))?",
            r"(?:registration|account|customer|vat|tax|client|company|duns|d u n s|ein|fax) (?:number|no|id)|duns|"
            r"cik|lei|isin|cusip|siren|siret|"
            r"vat|(?:overall |list )?rank(?:ing)?|ticker(?: symbol)?|(?:account )?site|logo",
            r"(?:.* )?address(?: (?:line|name|street address|google maps url|subpremise|suburb).*| \d(?: (?:line|"
            r"street|zip|post|name|phone).*)?)?|"
            r"(?:.* )?geocode accuracy|gps .*",
            r"(?:account |company |organi[sz]ation |deal |lead )?(?:descriptions?|details|notes?|comments?|"
            r"about(?: us)?|"
            r"quick context|company profile)|(?:billing|shipping|mailing) code|"
            r"(?:(?:ultimate|global) )*parent(?: (?:account|company|organi[sz]ation))?(?: name)?",
        ),
    ),
    (
        "identifier",
        _OF_THE_RECORD,
        (
            rf"(?:(?:record|account|company|last|object|crm|lead|contact|row|organi[sz]ation|customer|date|"
            rf"object) )*(?:creat(?:ed?|ion)|modified|updated?|import(?:ed)?|synced|enriched|deleted|add(?:ed)?|"
            rf"inserted){_WHEN}",
            r"(?:object |record )?create ?date(?: .*)?|date (?:added|created|modified|updated)|system ?modstamp|"
            r"is (?:deleted|archived)|(?:has been|performed in).*",
            r"fivetran(?: .*)?|do not modify(?: .*)?|sign(?:ed)? ?up(?: (?:date|at|on|time|month|source))*|"
            r"import (?:id|source|batch|file|"
            r"tag|list)|merged (?:company|contact|object|account|record|vids).*|unique creation key|read only object",
        ),
    ),
)

# names of the vendors' own that no rule above reads: run together (Dynamics), numbered (HubSpot), or of the record
_VENDORS: tuple[tuple[Refusal, str, tuple[str, ...]], ...] = (
    (
        "computed",
        "CRMs compute it from what happened, or people set it afterwards",
        (
            r"predictive ?contact ?score|predictive ?score|intent (?:signals enabled|paid up to date)|push count",
            r"last (?:stage change|close date changed|amount changed).*|has opportunity line item|stage history",
            r"related (?:won|lost|open|closed) deals count|(?:first |last )?(?:won|lost|rotten) time|weighted value",
            r"last (?:incoming|outgoing) mail time|(?:sales cycle|overall sales) duration",
            r"open ?(?:revenue|deals) ?date|openrevenue|opendeals|closeprobability|actual ?close ?date",
            r"statuscode|statecode|(?:account|opportunity)ratingcode|(?:customertype|accountcategory)code",
            r"forecast ?category|is partner",
        ),
    ),
    (
        "after_outcome",
        "it exists because of the outcome, or after it",
        (
            r"sla(?: ?(?:expiration date|serial number|status|tier|level))?",
            r"is (?:buyer|customer portal)|reason for loss",
            r"credit ?limit|credit ?on ?hold|(?:last ?)?on ?hold ?time|aging ?(?:30|60|90)(?: base)?|gdpr ?opt ?out",
        ),
    ),
    (
        "self_caused",
        "our own effort causes it",
        (
            r"engagements? last .*|sa first engagement.*|files? count|owner ?id|owning ?(?:business ?unit|team|user)",
            r"last ?used ?in ?campaign|participates ?in ?workflow|time ?spent ?by ?me.*|teams ?followed",
            r"channel program (?:name|level)(?: .*)?",
        ),
    ),
    ("deal_level", "it belongs to the deal, not to the company", (r"(?:estimated|actual) ?value",)),
    (
        "identifier",
        _OF_THE_RECORD,
        (
            r"visible to|layout|record image|locked|change log time|avatar .*key|jigsaw|(?:clean|enrich) status",
            r"primarycontactid|preferredcontactmethodcode|overridden ?created ?on|modified ?on|accountkpiid",
            r"salesaccelerationinsightid|segmentid",
        ),
    ),
)

_COMPILED = tuple(
    (refusal, why, re.compile("|".join(f"(?:{name})" for name in names)))
    for refusal, why, names in (*_NAMES, *_VENDORS)
)
_DRESS = re.compile(r"^(?:hs|v2|msdyn|property|properties|cf|custom|property hs) | (?:c|s|v\d|custom|cf \d+)$")

_MADE_ABROAD: Final = re.compile(
    "angelegtam|anlagedatum|erstelltam|erstellungsdatum|erfasstam|erfassungsdatum|geandertam|datecreation|"
    "datedecreation|creele|modifiele|fechadecreacion|fechacreacion|creadoel|datadecriacao|criadoem|datacreazione|"
    "datadicreazione|creatoil|aanmaakdatum|aangemaaktop"
)
"""When a record was made or changed, as the CRMs say it in other languages, squashed."""


def name_words(header: str) -> str:
    """A header as plain words: 'hs_lifecycleStage', 'Lifecycle Stage' and 'lifecycle_stage__c' are one."""
    own = re.sub(r"(?i)^(?:organi[sz]ation|company|account) - ", "", header.strip())
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", re.sub(r"LinkedIn|HubSpot", lambda m: m[0].capitalize(), own))
    words = re.sub(r"[^a-z0-9#]+", " ", words.lower()).strip()
    for _ in range(2):
        words = _DRESS.sub("", words)
    return words


def refuse_by_name(header: str, typed: ColumnType | None = None) -> tuple[Refusal, str] | None:
    """Why a column of this name is never a criterion, as (reason, words), or None.

    `typed` is the type of its values, where known: yes or no is nobody's name and no address, a number no name.
    """
    words = name_words(header)
    if typed in (None, "date", "timestamp") and _MADE_ABROAD.fullmatch(squash(header)):
        return "identifier", _OF_THE_RECORD
    for refusal, why, pattern in _COMPILED:
        if pattern.fullmatch(words) and not _speaks_against(refusal, why, words, typed):
            return refusal, why
    return None


def _speaks_against(refusal: Refusal, why: str, words: str, typed: ColumnType | None) -> bool:
    if refusal not in ("personal", "identifier") or why == _OF_THE_RECORD:
        return False
    if typed in ("boolean", "list"):
        return True
    if refusal == "identifier" and typed == "number" and re.search(r"\b(?:on|of|per|time)\b.*web ?site$", words):
        return True
    return refusal == "personal" and typed == "number" and not re.search(r"phone|mobile|fax|cell", words)

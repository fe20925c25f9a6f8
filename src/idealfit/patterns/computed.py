"""Columns refused by name: what CRMs compute or fill in afterwards, and what our own effort causes.

The table was reviewed against the published property lists of HubSpot (company and deal properties), Salesforce
(Account and Opportunity standard fields), Pipedrive (organisation and deal fields) and Zoho CRM (Accounts, Deals).
`--keep FIELD` overrides a refusal.
"""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

Refusal: TypeAlias = Literal["computed", "self_caused", "after_outcome", "identifier", "personal", "deal_level"]

_PATTERNS: tuple[tuple[Refusal, str, str], ...] = (
    (
        "computed",
        r"life ?cycle ?(stage|status)|lead (status|score|grade|quality|profile|rating)|(^| )score$|^rating$|account rating"
        r"|probability|forecast|win likelihood|likelihood to close|(ideal customer|icp) (profile )?(tier|fit)|^tier$"
        r"|(priority|account) tier|asymmetri(que|c)",
        "CRMs compute it from what happened, or people set it afterwards",
    ),
    (
        "computed",
        r"(number|num|count|no) (of )?(associated|open|closed|won|lost|child|form|page ?views?|sessions|times contacted"
        r"|conversions|decision makers)|(total|recent|last|first) (deal|won|closed|conversion|order|purchase|payment|invoice)"
        r"|(deals?|opportunit(y|ies)) (won|lost|count|open|closed)|(won|lost|open|closed) (deals?|opportunit(y|ies))"
        r"|total money|^(mrr|ltv|clv)$|life ?time (value|revenue)|days (to|since|in) |time in |(date|time) (entered|exited)"
        r"|close date|became a",
        "it is a roll-up of deals, stages or dates, filled in as things happened",
    ),
    (
        "after_outcome",
        r"churn|cancell?(ed|ation)|renewal|renewed|is (customer|won|closed|converted)|(customer|client) since|^converted$"
        r"|onboarding|implementation (status|date|stage)|contract (start|end|term|value|date)|subscription (start|end|status"
        r"|plan|tier|date)|^plan( (tier|type|name))?$|^(nps|csat)$|(lost|loss|win|closed) reason|go ?live|kick ?off",
        "it exists because of the outcome, or after it",
    ),
    (
        "self_caused",
        r"(^| )(meetings?|calls?|emails?|touch(es|points)?|demos?|activities|sequences?|outreach|follow ?ups?|notes?|tasks?"
        r"|events) (held|made|sent|count|booked|logged|total|involved|completed|given|done|had)|(number|num|count|no) (of )?(meetings|calls"
        r"|emails|touch|demos|contacts|activities|notes|tasks|sales activit)|last (contacted|touch|activity|engagement|meeting"
        r"|call|email|booked)|next (activity|step|task)|(^| )(owner|sdr|bdr|assigned to|account manager|csm)( |$)"
        r"|contacts? count|sales (rep|agent|person)|times contacted",
        "our own effort causes it",
    ),
    (
        "deal_level",
        r"lead source|original source|referral source|latest source|^utm|campaign|how did you hear"
        r"|^channel$|(marketing|lead|acquisition) channel",
        "it says how the deal came to us, not what the company is",
    ),
    (
        "personal",
        r"(first|last|full|contact) name|e ?mail( address)?$|phone( number)?$|^mobile( (phone|number))?$|gender|birth( ?date|day)",
        "it is about a person",
    ),
    (
        "identifier",
        r"(^| )(id|uuid|guid|ref|url|website|domain|street|address|zip|postal code|post ?code|latitude|longitude|lat|long|lng)$"
        r"|^(id|uuid|guid) |record id|(registration|account|vat|tax) (number|no)$|^(account )?(description|notes?|comments?)$"
        r"|(^| )(created|modified|updated|imported)( (at|by|on|date|time))?$|create date|company description",
        "it names one company, is free text, or says when the record was made",
    ),
)

_COMPILED = tuple((refusal, re.compile(pattern), why) for refusal, pattern, why in _PATTERNS)


def refuse_by_name(column: str) -> tuple[Refusal, str] | None:
    """Why a column of this name is never a criterion, as (reason, words), or None.

    The name is compared as words: 'hs_lifecycle_stage', 'Lifecycle Stage' and 'lifecycleStage' are one.
    """
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column)
    words = re.sub(r"[^a-z0-9]+", " ", words.lower()).strip()
    words = re.sub(r"^(hs|property|properties|cf|custom) ", "", words)
    for refusal, pattern, why in _COMPILED:
        if pattern.search(words):
            return refusal, why
    return None

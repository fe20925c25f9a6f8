"""Which of a file's columns has which meaning, if it is a certain table: from header words, then from values."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

from idealfit.accounts.column_type import decide
from idealfit.accounts.domain import registrable_domain
from idealfit.accounts.missing import MISSING_IN_QUANTITIES
from idealfit.accounts.moment import parse_moment
from idealfit.accounts.name import squash
from idealfit.accounts.quantity import decimal_mark, parse_boolean, parse_number
from idealfit.records.recognising.column_profile import FileProfile
from idealfit.records.recognising.deal_outcome import outcome_words
from idealfit.records.recognising.guess_level import holds_addresses
from idealfit.records.recognising.guess_values import Look, looks_of, said
from idealfit.records.recognising.guess_words import GENERIC, WORDS, header_keys, wanted_type
from idealfit.records.recognising.refused_names import name_words
from idealfit.records.recognising.status_words import says_status
from idealfit.records.recognising.stored_texts import rows_of, spread
from idealfit.records.recognising.vendors.recognition import Recognised
from idealfit.records.tables import TABLES, ColumnType

_ADDRESSES = frozenset({"email", "account_email", "account_domain", "domain"})


@dataclass(frozen=True)
class Assigned:
    """`header` becomes a column of a table: how sure, and why."""

    header: str
    confidence: float
    reason: str


def _values_fit(counts: Mapping[str, int], wanted: ColumnType) -> bool:
    """Whether at least half of a sample of the values are of the type that a meaning asks for."""
    sample = spread(counts, 200, without=MISSING_IN_QUANTITIES)
    if not sample:
        return True
    if wanted in ("date", "timestamp"):
        fits = sum((parse_moment(text, "dmy", loose=True) or parse_moment(text, "mdy")) is not None for text in sample)
    elif wanted == "number":
        mark = decimal_mark(sample)
        fits = sum(parse_number(text, mark) is not None for text in sample)
    elif wanted == "boolean":
        fits = sum(parse_boolean(text, digits=True) is not None for text in sample)
    else:
        return True
    return fits >= 0.5 * len(sample)


@cache
def _words_of(table: str, to: str) -> tuple[str, ...]:
    """What a header says that means `to`, its own name first."""
    return tuple(dict.fromkeys([to.replace("_", ""), *WORDS[table][to].split()]))


def assign(
    profile: FileProfile, table: str, *, without: Collection[str] = (), ready: Recognised | None = None
) -> dict[str, Assigned]:
    """The meanings that the headers of a file have if it is `table`: meaning → header. Each header is used once; a
    canonical name always has its meaning, what `ready` says of its own headers comes next, another header has one only
    where its values do not speak against it."""
    keys = {header: header_keys(header, table) for header in profile.raw.columns if header not in without}
    found = said_by_vendor(profile, table, ready) if ready is not None else {}
    if ready is not None:
        keys = {header: words for header, words in keys.items() if header not in ready.columns}
    for header in keys:
        if (to := header.strip().lower()) in WORDS[table] and to not in found:
            found[to] = Assigned(header, 1.0, "the canonical name")
    taken = {each.header for each in found.values()}
    there = {word for words in keys.values() for word in words}
    for to in WORDS[table]:
        if to in found:
            continue
        said = [
            (header, word)
            for word in _words_of(table, to)
            if word in there
            for header in keys
            if header not in taken and word in keys[header] and _may_mean(profile.counts[header], table, to, word)
        ]
        if said:
            header, word = _best(profile, said, key=to == TABLES[table].key)
            found[to] = Assigned(header, 0.75 if word in GENERIC else 0.9, f"the header {header!r} says so")
            taken.add(header)
    for to, pattern in _SPEAKING.get(table, {}).items():
        free = [header for header in keys if header not in taken and pattern.search(name_words(header))]
        fits = [each for each in free if _fit_strictly(profile.counts[each], to, wanted_type(table, to))]
        if to not in found and fits:
            found[to] = Assigned(fits[0], 0.7, f"the header {fits[0]!r} and its values say so")
            taken.add(fits[0])
    free = [header for header in keys if header not in taken and header not in {each.header for each in found.values()}]
    found |= said_by_values(profile, table, found, free)
    if table == "deals" and not found.keys() & _TELL_AN_END and (likely := _ending_probability(profile, free)):
        found["outcome"] = likely
    return {to: found[to] for to in WORDS[table] if to in found and not _is_lost(profile, to, found[to].header)}


_TELL_AN_END = frozenset({"stage", "outcome", "is_won", "is_lost", "is_closed", "won_at", "lost_at"})
_PROBABILITY = re.compile(r"\b(?:win )?(?:probability|wahrscheinlichkeit|probabili\w+)\b")
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?E\+(?:1[1-9]|[2-9]\d)", re.IGNORECASE)


def _ending_probability(profile: FileProfile, free: Sequence[str]) -> Assigned | None:
    """The column of probabilities that says how deals ended where no other does: certain, or without any chance."""
    for header in free:
        found = {parse_number(text.strip().rstrip("%")) for text in islice(profile.counts[header], 1000)}
        numbers = {number for number in found if number is not None}
        if _PROBABILITY.search(name_words(header)) and {0.0, 100.0} <= numbers and max(numbers) <= 100:
            reason = f"no column says how a deal ended; {header!r}: 100 is taken for won, 0 for lost"
            return Assigned(header, 0.6, reason)
    return None


def _is_lost(profile: FileProfile, to: str, header: str) -> bool:
    """Whether a column of ids holds mostly what a spreadsheet leaves of long numbers (1.23E+17): ids no longer."""
    texts = list(islice(profile.counts[header], 200)) if to.endswith("_id") else []
    return bool(texts) and 2 * sum(_ROUNDED.fullmatch(text.strip()) is not None for text in texts) > len(texts)


_BY_LOOK: dict[str, tuple[tuple[str, Look], ...]] = {
    "accounts": (
        ("domain", "domain"),
        ("name", "company"),
        ("country", "country"),
        ("industry", "industry"),
        ("funding_stage", "funding"),
    ),
    "deals": (("account_domain", "domain"), ("account_email", "e-mail"), ("account_name", "company")),
    "invoices": (("account_domain", "domain"), ("account_name", "company")),
    "subscriptions": (("account_domain", "domain"), ("account_name", "company")),
    "tickets": (("account_domain", "domain"), ("account_name", "company")),
    "events": (("account_name", "company"),),
    "contacts": (("email", "e-mail"),),
}
"""What a column that no word explains may be in a table, by what its values look like."""
_LINKS = frozenset({"account_id", "account_name", "account_domain", "account_email", "lead_id"})
_OF_PERSONS = re.compile(
    r"\b(?:(?:first|last|given|family|middle|full) name|surname|vorname|nachname|prenom|apellidos?)\b"
)


def said_by_values(
    profile: FileProfile, table: str, found: Mapping[str, Assigned], free: Sequence[str]
) -> dict[str, Assigned]:
    """The meanings that only values speak for: one column that looks so and no other; a child's link only where no
    header names one; nothing of a company in a list of persons."""
    if table == "accounts" and any(_OF_PERSONS.search(name_words(header)) for header in profile.raw.columns):
        return {}
    more: dict[str, Assigned] = {}
    for to, look in _BY_LOOK.get(table, ()):
        if to in found or (to in _LINKS and _LINKS & (set(found) | set(more))):
            continue
        taken = {each.header for each in more.values()}
        fits = [header for header in free if header not in taken and _looks(profile, header, look, key=to == "name")]
        if look == "industry" and len(fits) > 1:
            fits = sorted(fits, key=lambda header: len(profile.counts[header]))[:1]
        if len(fits) == 1:
            more[to] = Assigned(fits[0], 0.6, f"the values of {fits[0]!r} look like {said(look)}")
    return more


def _looks(profile: FileProfile, header: str, look: Look, *, key: bool) -> bool:
    looks = profile.looks.get(header)
    if looks is None:
        looks = profile.looks[header] = looks_of(profile.counts[header])
    if look not in looks or (look == "company" and {"industry", "country", "funding"} & set(looks)):
        return False
    if look == "domain":  # links into one site, such as a directory's own pages, name no company
        sites = [registrable_domain(text) for text in islice(profile.counts[header], 200)]
        return len(set(sites)) >= 0.5 * len(sites)
    if look == "company" and not key:  # a child names many companies, a list of origins or products a few words
        return len(profile.counts[header]) >= 20 and looks[look] >= 0.6
    return profile.unique_share(header) >= 0.8 if key else True


def said_by_vendor(profile: FileProfile, table: str, ready: Recognised) -> dict[str, Assigned]:
    """The meanings that a ready mapping gives to a file's headers, where their values do not speak against it. Of
    several headers for one meaning the first stands that has a value in most rows, else the first with any."""
    named: dict[str, list[str]] = {}
    for header, column in ready.columns.items():
        if column.to in WORDS[table] and _values_fit(profile.counts[header], wanted_type(table, column.to)):
            named.setdefault(column.to, []).append(header)
    found = {}
    for to, headers in named.items():
        some = [header for header in headers if profile.counts[header]] or headers
        most = [header for header in some if profile.known(header) >= 0.5 * profile.rows]
        best = (most or some)[0]
        found[to] = Assigned(best, ready.confidence, f"{best!r} of {ready.tool} {ready.object}")
    return found


_SPEAKING: dict[str, dict[str, re.Pattern[str]]] = {
    "accounts": {
        "employees": re.compile(r"\b(?:employees|headcount|head count|staff|mitarbeiter\w*|fte)\b"),
        "revenue": re.compile(
            r"^(?:(?:estimated|est|annual|yearly|company|total|latest|last) )*(?:revenues?|turnover)"
            r"(?: (?:eur|usd|gbp|chf|in .*|range|band|estimated?|\d{4}|last year))*$"
        ),
        "founded_year": re.compile(r"\b(?:founded|established|founding|incorporated)\b"),
        "country": re.compile(r"\bcountry\b"),
        "industry": re.compile(r"\b(?:industry|sector|branche)\b"),
        "domain": re.compile(r"\b(?:domain|website|web site|homepage)\b"),
        "name": re.compile(r"\b(?:company|account|organi[sz]ation|firm|customer|client|business) ?name\b"),
    },
    "deals": {
        "outcome": re.compile(r"\b(?:outcome|result|status|stage|won|win)\b"),
        "created_at": re.compile(r"\b(?:open(?:ed|ing)?|creat\w+|start(?:ed)?|add(?:ed)?|entered|received)\b"),
        "closed_at": re.compile(r"\b(?:clos(?:e|ed|ing)|decided|decision|ended|signed|completed)\b"),
        "amount": re.compile(r"\b(?:amount|value|deal size|acv|tcv)\b"),
    },
    "tickets": {"cost": re.compile(r"\bcosts?\b")},
}
"""Words within a header that say its meaning where no header says it wholly, and the values agree."""

_TEXT_LOOKS: dict[str, Look] = {
    "country": "country",
    "industry": "industry",
    "domain": "domain",
    "name": "company",
    "founded_year": "year",  # 'Family Founded': 1 or 0 is no year
}


def _fit_strictly(counts: Mapping[str, int], to: str, wanted: ColumnType) -> bool:
    """Whether nearly all values are of the type asked for; for an outcome, whether they tell won from lost."""
    if to == "outcome":
        return {"won", "lost"} <= set(outcome_words(counts).values()) and len(counts) <= 50
    if (look := _TEXT_LOOKS.get(to)) is not None:
        return look in looks_of(counts) or (to == "name" and len(counts) >= 0.9 * rows_of(counts) > 0)
    decided = decide("date" if wanted == "timestamp" else "amount", counts).type
    return bool(counts) and decided in ({"date", "timestamp"} if wanted == "timestamp" else {wanted})


def _best(profile: FileProfile, said: Sequence[tuple[str, str]], *, key: bool) -> tuple[str, str]:
    """The surest header that is filled in, for a key the surest that also tells most rows apart; else the surest."""
    filled = [
        (header, word)
        for header, word in said
        if profile.known(header) >= 0.5 * profile.rows and (not key or profile.unique_share(header) >= 0.9)
    ]
    some = [(header, word) for header, word in said if profile.counts[header]]
    return (filled if key and filled else some or said)[0]


def _may_mean(counts: Mapping[str, int], table: str, to: str, word: str) -> bool:
    """Whether values do not speak against a header's meaning; one of many meanings needs values that speak for it."""
    wanted = wanted_type(table, to)
    if not _values_fit(counts, wanted):
        return False
    if wanted == "text" and to not in _ADDRESSES and holds_addresses(counts):
        return False
    if table == "accounts" and to == "status" and word in GENERIC | {"accounttype", "relationship", "relationshiptype"}:
        return word == "status" or says_status(counts)
    if to == "region" and word == "state" and (says_status(counts) or _says_outcome(counts)):
        return False
    if to == "outcome":
        return word not in GENERIC or _says_outcome(counts)
    return not (wanted == "text" and counts and all(parse_boolean(text) is not None for text in counts))


def _says_outcome(counts: Mapping[str, int]) -> bool:
    """Whether a column's words tell how deals ended, or that they are open or closed."""
    words = {squash(text) for text in counts}
    return bool({"won", "lost"} & set(outcome_words(counts).values()) or {"open", "closed", "inprogress"} & words)

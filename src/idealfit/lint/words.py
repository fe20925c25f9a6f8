"""Rules on the words of a criterion: what is about a person, what is vague, what no tool can filter by."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from idealfit.accounts.title import function_of, seniority_of
from idealfit.lint.ordering import by_alphabet
from idealfit.lint.prospecting import not_expressible
from idealfit.lint.rule import Fault, rule
from idealfit.lint.subject import Path, Subject
from idealfit.profile.content import Criterion, Exclusion
from idealfit.profile.predicate import (
    Attribute,
    Comparison,
    CountOf,
    Happened,
    HasRole,
    Like,
    Node,
    OneOf,
    Predicate,
    Text,
    attributes,
    walk,
)
from idealfit.profile.said import PERSONA_KINDS
from idealfit.profile.sentence import sentence
from idealfit.records.attribute import KNOWN

PERSONAL: Final = frozenset(
    (
        *("persona", "gender", "sex", "birthday", "birthdate", "religion", "ethnicity", "race", "nationality"),
        *("marital", "married", "hobby", "hobbies", "personality", "motivation", "motivations", "motive", "motives"),
        *("frustration", "frustrations", "fear", "fears", "aspiration", "aspirations", "seniority", "children"),
        *("dependents", "temperament", "jobtitle", "demographic", "demographics"),
    )
)
"""Words of a column's name that speak of a person, whatever stands beside them."""
OF_PEOPLE: Final = frozenset(
    ("title", "age", "goal", "goals", "education", "degree", "salary", "income", "email", "phone", "citizen")
)
"""Words of a column's name that speak of a person unless one of `OF_COMPANIES` stands beside them."""
OF_COMPANIES: Final = frozenset(
    (
        *("company", "account", "firm", "business", "organisation", "organization", "customer", "website", "page"),
        *("domain", "site", "system", "fleet", "building", "contract", "equipment", "product", "revenue", "funding"),
        *(
            "sector",
            "industry",
            "stage",
            "median",
            "average",
            "net",
            "gross",
            "operating",
            "sustainability",
            "provider",
        ),
        *(
            "installed",
            "office",
            "ticket",
            "invoice",
            "debt",
            "asset",
            "assets",
            "technology",
            "tool",
            "count",
            "number",
        ),
    )
)
DEMOGRAPHIC: Final = re.compile(
    r"\b(?:years? old|aged \d+|age \d+|millennials?|gen[- ]?[xyz]|baby boomers?|males?|females?|(?:young|old|married|"
    r"ambitious|risk[- ]averse|tech[- ]savvy|data[- ]driven|busy|overworked|frustrated|career[- ]minded|curious) "
    r"(?:people|persons?|men|women|founders?|buyers?|leaders?|managers?|executives?|marketers?|professionals?))\b",
    re.IGNORECASE,
)
TITLED: Final = re.compile(
    r"\b(?:c[efimort]o|cmo|ciso|chro|cpo|cso|cdo|s?vp|evp|vice president|head of|director of|chief \w+ officer|"
    r"decision[- ]makers?|(?:senior|junior) \w+|c[- ]level|c[- ]suite)\b",
    re.IGNORECASE,
)
_TITLES = frozenset(("Owner or founder", "C-level", "VP", "Head", "Director", "Manager"))

_SIZE: Final = "a head count or revenue: employees BETWEEN 100 AND 500"
_KINDS: Final = "the industries by their names in your records"
_COMPANIES: Final = r"(?:compan(?:y|ies)|business(?:es)?|firms?|teams?|organi[sz]ations?)"
PHRASES: Final[dict[str, str]] = {
    r"mid[- ]?(?:market|sized?|tier)": _SIZE,
    rf"(?:small|medium|large|bigger|smaller|larger)(?:[- ]sized?)?(?: (?:and|to|or)[- ]\w+)?[- ]{_COMPANIES}": _SIZE,
    rf"smbs?|smes?|enterprise {_COMPANIES}": _SIZE,
    rf"(?:tech|technology|digital|b2b tech|modern|online) (?:{_COMPANIES}|sector|industry|space)": _KINDS,
    r"innovative|forward[- ]thinking|forward[- ]looking|progressive|ambitious|visionary|cutting[- ]edge|"
    r"early[- ]adopters?|disruptive|world[- ]class|best[- ]in[- ]class|top[- ]tier|sophisticated|digitally mature|"
    r"data[- ]driven|tech[- ]savvy|growth[- ](?:minded|oriented|focused)|industry[- ]leading|market[- ]leading": (
        "what such a company does that a record shows"
    ),
    r"(?:fast|quickly|rapidly|high)[- ]?(?:growing|growth)|growth[- ]stage|hyper[- ]?growth|scale[- ]?ups?|"
    r"scaling fast": ("a rate over a time: growth('employees', over => '365 days') >= 0.2"),
    r"(?:want|wants|wanting|looking|eager|keen|ready|willing|hoping|aiming|trying|aspir\w+) to \w+|interested in \w+|"
    r"cares? about \w+|understands? the \w+|struggl(?:e|es|ing) (?:with|to) \w+|believes? in \w+|open to \w+": (
        "what a company that wants this does: an event, a job advertised, a page visited"
    ),
    r"well[- ]funded|has (?:a )?budget|financially (?:stable|healthy)": (
        "funding or revenue: happened('funding_round', within => '180 days')"
    ),
    r"and (?:so on|more|others)|etc\b\.?|good fit|strong fit|right fit|ideal (?:customers?|compan(?:y|ies))": (
        "the names one by one, or a number"
    ),
}
"""What says nothing that could be tested, wherever it stands in a text, and what to write instead."""
VALUES: Final[dict[str, str]] = {
    r"small|medium|large|big|enterprise|smb|sme|mid[- ]?market|mid[- ]?size[d]?|startup|start-up|scale-?up": _SIZE,
    r"tech|technology|digital|online|services|other|various|it": _KINDS,
    r"high|low|strong|good|ideal|growing|fast": "a number",
}
"""What says nothing when it is all that a column is compared with, unless the records hold that very word."""
_PHRASES: Final = tuple(
    (re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE), say) for words, say in PHRASES.items()
)
_VALUES: Final = tuple((re.compile(words, re.IGNORECASE), say) for words, say in (PHRASES | VALUES).items())


@rule(
    "ICP201",
    "about-a-person",
    severity="error",
    default=True,
    fails="""
    layers: {authority: {weight: 10, criteria: [{id: titled, when: job_title = 'VP Engineering', points: 9}]}}
    """,
    passes="""
    layers: {authority: {weight: 10, criteria: [{id: has-engineering, when: has_role('engineering'), points: 9}]}}
    """,
)
def about_a_person(subject: Subject) -> Iterator[Fault]:
    """A criterion speaks of a person: a title, a seniority, an age, goals, motives.

    An ideal customer profile describes companies; the people in them belong under `personas:`, where they shape the
    message and never the score. That a role exists in the account is a fact about the company: write
    `has_role('security')`.
    """
    for path, _layer, one in subject.criteria:
        yield from _personal(path, one)
    for path, barrier in subject.exclusions:
        yield from _personal(path, barrier)
    for number, segment in enumerate(subject.profile.segments):
        if found := _of_a_person(segment.predicate):
            what = f"Segment '{segment.id}' speaks of a person ({found})"
            yield Fault(("segments", number, "when"), what, "Describe the company; people stand under personas")


def _personal(path: Path, one: Criterion | Exclusion) -> Iterator[Fault]:
    kind = "Exclusion" if isinstance(one, Exclusion) else "Criterion"
    if found := _of_a_person(one.predicate):
        what = f"{kind} '{one.id}' speaks of a person ({found})"
        remedy = f"Move it to personas, or ask whether there is one: has_role('{_function(one.predicate)}')"
        yield Fault((*path, "when"), what, remedy)
        return
    # 'hired a head of sales' is something that the company did
    of_company = any(isinstance(node, HasRole | Happened | CountOf) for node in walk(one.predicate))
    label = one.label or ""
    if told := DEMOGRAPHIC.search(label) or (None if of_company else TITLED.search(label)):
        what = f"{kind} '{one.id}' is worded as a person ('{told[0]}')"
        yield Fault((*path, "label"), what, "Say what the company has or does; people stand under personas")
    elif told := DEMOGRAPHIC.search(one.because):
        what = f"The reason of {kind.lower()} '{one.id}' is about people ('{told[0]}')"
        yield Fault((*path, "because"), what, "Say what it has to do with the company; people stand under personas")


def _of_a_person(predicate: Predicate) -> str | None:
    """What in `predicate` speaks of a person, in words; None where nothing does."""
    columns = [name for name in attributes(predicate) if personal_column(name)]
    if columns:
        return f"the column '{columns[0]}'"
    for node in walk(predicate):
        for column, text in compared_texts(node):
            # a canonical column of accounts holds no titles: the industry 'CRO' is contract research
            if _personal_text(text, of_company=column.casefold() in KNOWN):
                return f"'{text}'"
    return None


def _function(predicate: Predicate) -> str:
    """What the titles in `predicate` work in ('CFO': finance), else '…'."""
    found = (function_of(text) for node in walk(predicate) for _column, text in compared_texts(node))
    return next((function.casefold() for function in found if function), "…")


def personal_column(name: str) -> bool:
    """Whether a column's name speaks of a person: 'job_title', 'Contact Age', 'gender'; not 'company_age'."""
    parted = re.sub(r"([a-z])([A-Z])", r"\1 \2", name)
    words = re.sub(r"[\W_]+", " ", parted).casefold().split()
    if set(words) & PERSONAL or "decision maker" in " ".join(words):
        return True
    return bool(set(words) & OF_PEOPLE) and not set(words) & OF_COMPANIES


def compared_texts(node: Node) -> Iterator[tuple[str, str]]:
    """The texts that a column is compared with, each with the column; what stands in a function is left out."""
    match node:
        case Comparison(_, Attribute(name), Text(value)) | Comparison(_, Text(value), Attribute(name)):
            yield name, value
        case OneOf(Attribute(name), choices):
            yield from ((name, choice.value) for choice in choices if isinstance(choice, Text))
        case Like(Attribute(name), pattern):
            yield name, pattern.strip("%_ ").replace("%", " ")
        case _:
            pass


def _personal_text(text: str, *, of_company: bool) -> bool:
    plain = text.strip()
    if DEMOGRAPHIC.search(plain) or plain.casefold() in PERSONA_KINDS[:3]:
        return True
    return not of_company and bool(TITLED.search(plain)) and seniority_of(plain) in _TITLES


@rule(
    "ICP202",
    "vague-words",
    default=True,
    fails="""
    layers: {firmographic: {criteria: [{id: size, label: mid-market tech companies, when: employees > 99, points: 9}]}}
    """,
    passes="""
    layers: {firmographic: {criteria: [{id: size, label: 100 employees or more, when: employees > 99, points: 9}]}}
    """,
)
def vague_words(subject: Subject) -> Iterator[Fault]:
    """A criterion, an exclusion or the answer to 'what kind' uses words that two people would read differently.

    'Mid-market', 'tech' and 'wants to grow' cannot be wrong, so they cannot be tested, and every rep hears something
    else. Write what a record can show: a head count, an industry by its name in your data, an event with a window. Nor
    does `funding_stage >= 'Series B'` say what it seems to: texts are compared by the alphabet, so that 'Unknown' is
    in. List the values: `funding_stage IN ('Series B', 'Series C')`.
    """
    for path, _layer, one in subject.criteria:
        yield from _vague(subject, path, one)
    for path, barrier in subject.exclusions:
        yield from _vague(subject, path, barrier)
    for number, segment in enumerate(subject.profile.segments):
        yield from _vague_text(("segments", number, "label"), segment.label or "", f"Segment '{segment.id}'")
        yield from _alphabet(("segments", number, "when"), segment.predicate, f"Segment '{segment.id}'")
    for number, said in enumerate(subject.profile.answers.what):
        yield from _vague_text(("answers", "what", number), said.text, "The answer to 'what kind'")


def _vague(subject: Subject, path: Path, one: Criterion | Exclusion) -> Iterator[Fault]:
    called = f"{'Exclusion' if isinstance(one, Exclusion) else 'Criterion'} '{one.id}'"
    reason = "what a record shows: counts of deals, what it cost, what changed"
    yield from _vague_text(
        (*path, "because"), one.because, f"The reason of {called[0].lower()}{called[1:]}", instead=reason
    )
    said = sentence(one.predicate, subject.profile.dictionary)
    yield from _vague_text((*path, "label"), one.label or "", called, instead=f"'{said}', as its when does")
    yield from _alphabet((*path, "when"), one.predicate, called)
    counted = subject.records.counted.get(one.id) if subject.records else None
    if one.evidence or (counted is not None and counted.true):
        return  # the records hold that very word, and were counted by it
    for node in walk(one.predicate):
        for _column, text in compared_texts(node):
            for pattern, instead in _VALUES:
                if pattern.fullmatch(text.strip()):
                    what = f"{called} says '{text.strip()}', which two people would read differently"
                    yield Fault((*path, "when"), what, f"Write {instead}")
                    return


def _alphabet(path: Path, predicate: Predicate, called: str) -> Iterator[Fault]:
    for written, instead in by_alphabet(predicate):
        yield Fault(path, f"{called} compares texts by the alphabet: {written}", f"List the values: {instead}")


def _vague_text(path: Path, text: str, called: str, instead: str = "") -> Iterator[Fault]:
    """The first vague words of `text`; numbers beside them say what is meant."""
    if any(char.isdigit() for char in text):
        return
    for pattern, usual in _PHRASES:
        if found := pattern.search(text):
            what = f"{called} says '{found[0].strip()}', which nobody can test"
            yield Fault(path, what, f"Write {instead or usual}")
            return


@rule(
    "ICP203",
    "not-a-filter",
    severity="note",
    fails="""
    layers: {firmographic: {criteria: [{id: ratio, when: revenue / employees > 200000, points: 9}]}}
    """,
    passes="""
    layers: {firmographic: {criteria: [{id: size, when: employees BETWEEN 100 AND 500, points: 9}]}}
    """,
)
def not_a_filter(subject: Subject) -> Iterator[Fault]:
    """A fit criterion that no filter of a prospecting tool can express.

    What Apollo, ZoomInfo, LinkedIn Sales Navigator and the like cannot filter by has to be looked up by hand for every
    new company, or it stays unknown there. Keep it if your own data tell it; otherwise ask it on the call (`seen:
    call`). Behavioral criteria are your own records and are left out.
    """
    for path, layer, one in subject.scored:
        if layer == "behavioral":
            continue
        if why := not_expressible(one.predicate):
            what = f"No filter of a prospecting tool can express '{one.id}' ({why})"
            yield Fault(
                (*path, "when"), what, "Be sure that your own records fill it, or make it a question: seen: call"
            )

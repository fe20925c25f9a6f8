"""What a rep pastes, as a lead: a domain, an address of e-mail, the name of a company, or the whole text of a form.

Of a person nothing is kept: an address of e-mail gives the company's domain, the other lines about a person are counted
and left out (`withheld`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from idealfit.accounts.domain import company_domain, registrable_domain
from idealfit.accounts.name import squash
from idealfit.errors import RequestNotUnderstood
from idealfit.inbound import pasted_words as words
from idealfit.inbound.given import Column, Given
from idealfit.inbound.pasted_prose import ADDRESS, asks, company_page, has_legal_form, is_name, of_prose
from idealfit.inbound.pasted_shapes import pairs_of
from idealfit.records.recognising.guess_words import WORDS, header_keys
from idealfit.records.recognising.refused_names import refuse_by_name

LONGEST = 20_000
"""Characters of a pasted text that are read."""
LONGEST_LABEL = 120
_BEFORE_A_LABEL = re.compile(
    r"^(?:(?:what(?:['\u2019]s| is| are)?|your|our|the|company|organi[sz]ation|account|business|work|corporate|primary|"
    r"current|total|estimated|approximate|lead|custom|ihre?|votre|su|sua|uw)\s+)+(?=\S)",
    re.IGNORECASE,
)
"""Words before a label that say nothing more of it."""
_WHOSE = re.compile(r"^(?:contact|user|person|invitee|attendee|customer|submitter|respondent)\s+(?=\S)", re.IGNORECASE)


@dataclass(frozen=True)
class Pasted:
    """What was understood of a text: how the company is found, its attributes as they are written, roles that exist
    there, whether it asked for somebody, how many lines about a person were left out, and lines that said nothing.
    """

    domain: str | None = None
    name: str | None = None
    account_id: str | None = None
    attributes: Mapping[str, Given] = field(default_factory=dict)
    roles: tuple[str, ...] = ()
    hand_raised: bool = False
    withheld: int = 0
    unread: tuple[str, ...] = ()


def read_pasted(text: str, columns: Mapping[str, Column]) -> Pasted:
    """The lead in `text`; `columns` are those of the accounts, by their names in small letters.

    Raises RequestNotUnderstood for a text without anything in it, or of more than `LONGEST` characters.
    """
    plain = text.replace("\x00", "").strip()
    if not plain:
        raise RequestNotUnderstood(
            "Nothing was said of the lead", remedy="Paste a domain, the name of a company, or the text of a form."
        )
    if len(plain) > LONGEST:
        raise RequestNotUnderstood(
            f"This text has {len(plain):,} characters; up to {LONGEST:,} are read",
            remedy="Paste only the form or the signature that names the company.",
        )
    if (page := company_page(plain)) is not None:
        return Pasted(name=page or None, withheld=0 if page else 1)
    single = len(plain.split()) == 1
    if single and (registrable_domain(plain) or ADDRESS.fullmatch(plain)):
        return _of_rest([plain], columns)
    pairs, rest = pairs_of(plain, lambda label: _meaning(label, columns) is not None)
    return _of_pairs(pairs, rest, columns) if pairs else _of_rest(rest, columns)


def _of_rest(lines: list[str], columns: Mapping[str, Column]) -> Pasted:
    """A text without labels."""
    found = of_prose(lines, columns)
    bare = lines[0].strip() if lines and not (found.domain or found.withheld) else ""
    name = found.name or bare
    name = name if is_name(name) else ""
    raised = asks(" ".join(lines))
    return Pasted(found.domain, name or None, None, found.attributes, hand_raised=raised, withheld=found.withheld)


@lru_cache(maxsize=1)
def _columns_by_word() -> Mapping[str, str]:
    """The squashed headers of the accounts' columns → the column's own name."""
    return {word: name for name, listed in WORDS["accounts"].items() for word in listed.split()}


_KINDS = tuple(
    (kind, listed)
    for kind, listed in (
        ("address", words.ADDRESSES),
        ("sender", words.SENDERS),
        ("receiver", words.RECEIVERS),
        ("person", words.OF_A_PERSON),
        ("bare name", words.BARE_NAMES),
        ("role", words.ROLES),
        ("message", words.ASKING_LABELS | words.MESSAGES),
        ("name", words.COMPANIES),
        ("employees", words.HEADS),
    )
)


def _meaning(label: str, columns: Mapping[str, Column]) -> str | None:
    """What a label is of: a kind of line (`_KINDS`), or `column NAME` of one that the accounts or any import has."""
    if len(label) > LONGEST_LABEL:
        return None
    own = columns.get(label.casefold().strip()) or columns.get(_as_name(label))
    if own is not None and own.name not in ("account_id", "name", "domain"):
        return f"column {own.name}"
    direct = _plain_meaning(label)
    if direct is not None:
        return direct
    if (whose := _WHOSE.sub("", label)) != label:
        inner = _plain_meaning(whose)
        return "person" if inner in ("bare name", "column name") else inner
    if (shorter := _BEFORE_A_LABEL.sub("", label)) != label and (inner := _plain_meaning(shorter)) is not None:
        company = re.search(r"\b(?:company|organi[sz]ation|account|business|firm)\b", label, re.IGNORECASE)
        return "column name" if inner == "bare name" and company else inner
    return _asked(label, columns)


def _plain_meaning(label: str) -> str | None:
    key = squash(label)
    kind = next((kind for kind, listed in _KINDS if key in listed), None)
    if kind in ("name", "employees"):
        return f"column {kind}"
    if kind is not None:
        return kind
    known = _columns_by_word()
    return next((f"column {known[one]}" for one in header_keys(label, "accounts") if one in known), None)


def _asked(label: str, columns: Mapping[str, Column]) -> str | None:
    """What a label that is a question asks for: a column that it names, or what its words say."""
    if len(label.split()) < 3 and not label.rstrip().endswith("?"):
        return None
    said = f"_{_as_name(label)}_"
    named = [one.name for key, one in columns.items() if "_" in key and f"_{key}_" in said]
    if named and named[0] not in ("account_id",):
        return f"column {max(named, key=len)}"
    found = next((meaning for pattern, meaning in words.QUESTIONS if pattern.search(label)), None)
    return found if found in (None, "address", "person", "role", "message") else f"column {found}"


def _as_name(label: str) -> str:
    return re.sub(r"\W+", "_", label.casefold()).strip("_")


def _of_pairs(pairs: Iterable[tuple[str, str]], rest: list[str], columns: Mapping[str, Column]) -> Pasted:
    read = _Reading(columns)
    for label, value in pairs:
        read.take(label, value)
    read.decide_on_the_bare_name()
    found = of_prose(rest, columns, pieces=False)
    return Pasted(
        read.site or read.domain or found.domain,
        read.name or (None if read.site or read.domain else found.name),
        read.account,
        {**found.attributes, **read.attributes},
        tuple(read.roles),
        read.raised or asks(" ".join(rest)),
        read.withheld + found.withheld,
        tuple(read.unread),
    )


@dataclass
class _Reading:
    """What the lines of a form have said so far."""

    columns: Mapping[str, Column]
    domain: str | None = None
    site: str | None = None
    name: str | None = None
    bare: str | None = None
    account: str | None = None
    attributes: dict[str, Given] = field(default_factory=dict)
    roles: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    raised: bool = False
    withheld: int = 0
    of_a_person: bool = False

    def take(self, label: str, value: str) -> None:
        """A label and its value."""
        meaning = _meaning(label, self.columns)
        address = ADDRESS.search(value)
        if meaning in ("address", "sender") or (address and meaning in (None, "person")):
            self.domain = self.domain or company_domain(address[0] if address else value)
            self.withheld, self.of_a_person = self.withheld + 1, True
        elif meaning == "person":
            self.withheld, self.of_a_person = self.withheld + 1, True
        elif meaning == "bare name" or (meaning == "column name" and squash(label) == "name"):
            self.bare = self.bare or value
        elif meaning == "role":
            self.roles.append(value)
        elif meaning == "message":
            self.raised = self.raised or asks(value)
        elif meaning != "receiver":
            self._take_of_company(meaning, label, value)

    def _take_of_company(self, meaning: str | None, label: str, value: str) -> None:
        column = meaning.removeprefix("column ") if meaning else ""
        if column == "domain":
            self.site = self.site or registrable_domain(value)
        elif column == "account_id":
            self.account = value
        elif column == "name":
            self.name = self.name or value
        elif column.casefold() in self.columns:
            self.attributes.setdefault(self.columns[column.casefold()].name, value)
        elif (refusal := refuse_by_name(label, "text")) is not None and refusal[0] == "personal":
            self.withheld += 1
        else:
            self.unread.append(label)

    def decide_on_the_bare_name(self) -> None:
        """'Name' is the company's where nothing else is of a person, or where it ends as names of companies do."""
        if self.bare is None:
            return
        if self.name is None and (not (self.of_a_person or self.roles) or has_legal_form(self.bare)):
            self.name = self.bare
        else:
            self.withheld += 1

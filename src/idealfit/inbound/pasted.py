"""What a rep pastes, as a lead: a domain, an address of e-mail, the name of a company, or the whole text of a form.

Of a person nothing is kept: an address of e-mail gives the company's domain, the other lines about a person are counted
and left out (`withheld`).
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from idealfit.accounts.domain import company_domain, registrable_domain
from idealfit.accounts.name import squash
from idealfit.errors import RequestNotUnderstood
from idealfit.inbound.given import Column, Given
from idealfit.records.recognising.guess_words import WORDS, header_keys
from idealfit.records.recognising.refused_names import refuse_by_name

LONGEST = 20_000
"""Characters of a pasted text that are read."""
_PAIR = re.compile(r"^\s*[-*•]?\s*(?P<label>[^:=\t|]{1,60}?)\s*(?::(?!//)|=|\t|\|)\s*(?P<value>.*?)\s*$")
_ADDRESS = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_SITE = re.compile(r"(?:https?://)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}(?:[/?#]\S*)?", re.IGNORECASE)
_ASKS = re.compile(
    r"\b(?:(?:book|request(?:ed)?|schedule|want|like|see|need|for|get)\b.{0,30}\b(?:demo|trial|quote|call|meeting|"
    r"pricing)|demo request|contact sales|talk to (?:sales|somebody|someone)|call me|pricing request|referred by|"
    r"referral)\b",
    re.IGNORECASE,
)
_ASKING_LABELS = frozenset(
    (
        "form",
        "formname",
        "formtype",
        "request",
        "requesttype",
        "reason",
        "interest",
        "subject",
        "type",
        "action",
    )
)
_MESSAGE = frozenset(
    (
        "message",
        "comment",
        "comments",
        "note",
        "notes",
        "question",
        "questions",
        "howcanwehelp",
        "anythingelse",
        "description",
        "enquiry",
        "inquiry",
        "details",
    )
)
_ADDRESSES = frozenset(
    (
        "email",
        "emailaddress",
        "workemail",
        "businessemail",
        "companyemail",
        "mail",
    )
)
_OF_A_PERSON = frozenset(
    (
        "firstname",
        "lastname",
        "fullname",
        "contactname",
        "yourname",
        "givenname",
        "surname",
        "familyname",
        "phone",
        "phonenumber",
        "mobile",
        "mobilephone",
        "cell",
        "telephone",
        "linkedin",
        "linkedinurl",
        "linkedinprofile",
        "salutation",
        "contact",
        "person",
        "birthday",
    )
)
_ROLES = frozenset(
    (
        "jobtitle",
        "title",
        "role",
        "position",
        "jobrole",
        "yourrole",
        "function",
    )
)


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
    pairs = _pairs(plain)
    return _of_pairs(pairs, columns) if pairs else _of_words(plain)


def _pairs(text: str) -> list[tuple[str, str]]:
    """Label and value of every line that has both; a JSON object's members; a table of two lines."""
    if text.startswith("{"):
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, dict):
            return [(str(name), _flat(value)) for name, value in found.items() if value is not None]
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) == 2 and (table := _table(lines)):
        return table
    matches = [match for line in lines if (match := _PAIR.match(line))]
    found_pairs = [(match["label"].strip(), match["value"]) for match in matches if match["value"]]
    if found_pairs and not (len(lines) == 1 and _SITE.fullmatch(text)):
        return found_pairs
    return _by_turns(lines)


def _flat(value: object) -> str:
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)


def _table(lines: list[str]) -> list[tuple[str, str]]:
    for separator in ("\t", ";", ","):
        rows = list(csv.reader(io.StringIO("\n".join(lines)), delimiter=separator))
        if len(rows) == 2 and len(rows[0]) == len(rows[1]) > 1 and any(_is_label(cell) for cell in rows[0]):
            return [(label.strip(), value.strip()) for label, value in zip(*rows, strict=True) if value.strip()]
    return []


def _by_turns(lines: list[str]) -> list[tuple[str, str]]:
    """Forms as an e-mail tells them: a label on a line, its value on the next."""
    if len(lines) < 4 or len(lines) % 2:
        return []
    labels, values = lines[::2], lines[1::2]
    if sum(_is_label(label) for label in labels) * 2 < len(labels):
        return []
    return [(label.strip().rstrip(":"), value.strip()) for label, value in zip(labels, values, strict=True)]


def _is_label(text: str) -> bool:
    key = squash(text)
    known = (_ADDRESSES, _OF_A_PERSON, _ROLES, _ASKING_LABELS, _MESSAGE)
    return any(key in words for words in known) or _canonical(text) is not None


@lru_cache(maxsize=1)
def _words() -> Mapping[str, str]:
    """The squashed headers of the accounts' columns → the column's own name."""
    return {word: name for name, words in WORDS["accounts"].items() for word in words.split()}


def _canonical(label: str) -> str | None:
    return next((_words()[key] for key in header_keys(label, "accounts") if key in _words()), None)


def _of_pairs(pairs: Iterable[tuple[str, str]], columns: Mapping[str, Column]) -> Pasted:
    domain = site = name = account = None
    attributes: dict[str, Given] = {}
    roles: list[str] = []
    unread: list[str] = []
    raised, withheld = False, 0
    for label, value in pairs:
        key, canonical = squash(label), _canonical(label)
        own = columns.get(label.casefold()) or columns.get(re.sub(r"\W+", "_", label.casefold()).strip("_"))
        if own is not None and own.name not in ("account_id", "name", "domain"):
            attributes[own.name] = value
        elif key in _ADDRESSES or (_ADDRESS.fullmatch(value) and canonical is None):
            domain, withheld = domain or company_domain(value), withheld + 1
        elif canonical == "domain":
            site = site or registrable_domain(value)
        elif key in _OF_A_PERSON or (key == "name" and "companyname" in {squash(one) for one, _ in pairs}):
            withheld += 1
        elif canonical == "account_id":
            account = value
        elif canonical == "name":
            name = name or value
        elif key in _ROLES:
            roles.append(value)
        elif key in _ASKING_LABELS or key in _MESSAGE:
            raised = raised or _asks(value)
        elif canonical is not None and canonical in columns:
            attributes[canonical] = value
        elif (refusal := refuse_by_name(label, "text")) is not None and refusal[0] == "personal":
            withheld += 1
        else:
            unread.append(label)
    return Pasted(site or domain, name, account, attributes, tuple(roles), raised, withheld, tuple(unread))


def _asks(text: str) -> bool:
    return bool(_ASKS.search(text)) or squash(text) in {"demo", "pricing", "quote", "trial", "referral", "sales"}


def _of_words(text: str) -> Pasted:
    """A text without labels: the first address or site in it, else its first line as the company's name."""
    address = _ADDRESS.search(text)
    raised = bool(_ASKS.search(text))
    if address:
        return Pasted(domain=company_domain(address[0]), hand_raised=raised, withheld=1)
    single = len(text.split()) == 1
    site = _SITE.fullmatch(text) if single else _SITE.search(text)
    if site and (domain := registrable_domain(site[0])):
        return Pasted(domain=domain, hand_raised=raised)
    return Pasted(name=text.splitlines()[0].strip()[:200], hand_raised=raised)

"""What text without labels says of a company: an address, a site, how many work there, a name with its legal form, and
values that the accounts have too ('Norvik Shipping, 412 employees, Germany, uses Okta').
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from idealfit.accounts.domain import company_domain, registrable_domain
from idealfit.accounts.name import normalised_name
from idealfit.accounts.place import country_of
from idealfit.inbound.given import Column, Given
from idealfit.inbound.pasted_words import ASKED_FOR, ASKS, NOT_ASKED, NOT_IN_IT

ADDRESS = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_SITE = re.compile(
    r"(?:https?://)?(?:[^\W_](?:(?:[^\W_]|-){0,61}[^\W_])?\.)+(?:[^\W\d_]{2,63}|xn--[a-z0-9-]{2,59})(?::\d{1,5})?(?:[/?#]\S*)?",
    re.IGNORECASE,
)
_PHONE = re.compile(r"\+[\d\s()/.-]{6,}|\(?0[\d\s()/.-]{7,}")
_PAGE = re.compile(
    r"^(?:https?://)?(?:[\w-]+\.)?(?:linkedin\.com/(?P<kind>company|school|in)|crunchbase\.com/organization|"
    r"xing\.com/(?:pages|companies)|github\.com)/(?P<slug>[^/?#\s]+)\S*$",
    re.IGNORECASE,
)
_FIGURE = r"\d[\d.,'\u2019]{0,14}k?"
_NUMBER = rf"(?<![\d.,]){_FIGURE}(?:\s{{0,3}}(?:-|\u2013|to|bis|à)\s{{0,3}}{_FIGURE})?\+?"
_HEADS = re.compile(
    rf"(?P<a>{_NUMBER})\s*(?:employees|staff members|fte|mitarbeiter\w*|beschäftigte|employés|salariés|collaborateurs|"
    r"empleados|funcionários|colaboradores|dipendenti|medewerkers|名)|"
    rf"(?:\bwe (?:are|have)|\bteam of|\bcompany of|\bwir sind|\bnous sommes|\bsomos|\bsiamo)\s+(?:\w+\s+){{0,3}}?"
    rf"(?P<b>{_NUMBER})\s*(?:people|persons|staff|leute|personen|personnes|personas|pessoas|persone)\b(?!\s+in\b)",
    re.IGNORECASE,
)
_USES = re.compile(r"^(?:they |we )?(?:uses?|using|runs?|nutzt|utilise)\s+(?P<tools>\S.*)$", re.IGNORECASE)
_PIECES = re.compile(r"[,;|•·\n]|\s[-–—]\s")  # noqa: RUF001
_GREETING = re.compile(
    r"^(?:hi|hello|hey|dear|good (?:morning|afternoon)|hallo|guten tag|sehr geehrte\w*|bonjour|hola|buenos|ciao|"
    r"buongiorno|olá|beste|best|regards|kind regards|thanks|cheers|grüße|mit freundlichen)\b",
    re.IGNORECASE,
)
LONGEST_NAME = 6
"""A line of more words is no company's name with its legal form."""
MOST_WORDS, MOST_LETTERS = 10, 120
"""A line of more is no name at all: somebody tells something."""


@dataclass(frozen=True)
class Told:
    """What was read: the company's domain and name, attributes as they are written, and how many lines were about a
    person."""

    domain: str | None = None
    name: str | None = None
    attributes: Mapping[str, Given] = field(default_factory=dict)
    withheld: int = 0


def of_prose(lines: Sequence[str], columns: Mapping[str, Column], *, pieces: bool = True) -> Told:
    """What `lines` say of a company. `pieces`: a single line may be a list of things said, the name first."""
    text = "\n".join(lines)
    if not text.strip():
        return Told()
    address = ADDRESS.search(text)
    domain = company_domain(address[0]) if address else None
    domain = domain or _site(ADDRESS.sub(" ", text))
    name, attributes = _in_pieces(lines[0], columns) if pieces and len(lines) == 1 else (None, {})
    if "employees" in columns and "employees" not in attributes and (heads := _HEADS.search(text)):
        attributes["employees"] = heads["a"] or heads["b"]
    name = name or next((line.strip()[:200] for line in lines if has_legal_form(line)), None)
    if name is None and pieces and domain is None and address is None:
        name = next((line.strip()[:200] for line in lines if not _GREETING.match(line.strip())), None)
    return Told(domain, name, attributes, 1 if address else 0)


def asks(text: str) -> bool:
    """Whether somebody asks to be spoken with."""
    if re.sub(r"\W", "", text.casefold()) in ASKED_FOR:
        return True
    return any(
        not NOT_ASKED.search(text[max(0, one.start() - 30) : one.start()]) and not NOT_IN_IT.search(one[0])
        for one in ASKS.finditer(text)
    )


def company_page(text: str) -> str | None:
    """The name in the address of a company's page at a network ('linkedin.com/company/blue-robotics' → 'blue
    robotics'); '' for the page of a person; None for anything else."""
    found = _PAGE.match(text)
    if found is None:
        return None
    return "" if (found["kind"] or "").casefold() == "in" else re.sub(r"[-_+]+", " ", found["slug"]).strip()


def has_legal_form(line: str) -> bool:
    """Whether a line is a name that ends with a legal form: 'Norvik Shipping GmbH', 'Blue Robotics, Inc.'"""
    parts = line.strip().split()
    if not 2 <= len(parts) <= LONGEST_NAME or not (parts[0][:1].isupper() or parts[0][:1].isdigit()):
        return False
    end = parts[-1]
    written = any(char.isupper() for char in end) or "." in end
    return written and normalised_name(f"Quux {end}") == "quux" and not ADDRESS.search(line)


def is_name(line: str) -> bool:
    """Whether a line may be a company's name: short, with a letter or figure in it, and no number of a phone."""
    short = len(line.split()) <= MOST_WORDS and len(line) <= MOST_LETTERS
    return short and any(char.isalnum() for char in line) and not _PHONE.fullmatch(line.strip())


def _site(text: str) -> str | None:
    """The first site that is a company's own; a word with a dot in it is one only where it ends as domains do."""
    single = len(text.split()) == 1
    found = [_SITE.fullmatch(text.strip())] if single else _SITE.finditer(text)
    return next((domain for one in found if one and (domain := registrable_domain(one[0]))), None)


def _in_pieces(line: str, columns: Mapping[str, Column]) -> tuple[str | None, dict[str, Given]]:
    """A name and what follows it: the name is what stands before the first piece that was understood."""
    marks = [*_PIECES.finditer(line)]
    spans = [*zip([0, *(one.end() for one in marks)], [*(one.start() for one in marks), len(line)], strict=True)]
    attributes: dict[str, Given] = {}
    end = len(line)
    for start, stop in spans:
        piece = line[start:stop].strip()
        if piece and (start > 0 or len(spans) == 1) and _understood(piece, columns, attributes):
            end = min(end, start)
    if end == len(line):
        return None, {}
    name = line[:end].strip(" ,;|•·-–—\t")  # noqa: RUF001
    is_name = name and not _GREETING.match(name) and len(name.split()) <= LONGEST_NAME
    return name if is_name else None, attributes


def _understood(piece: str, columns: Mapping[str, Column], attributes: dict[str, Given]) -> bool:
    """Take what a piece says into `attributes`; whether it says anything."""
    if ADDRESS.search(piece) or _site(piece) or ASKS.search(piece):
        return True
    if "employees" in columns and (heads := re.fullmatch(_HEADS, piece)):
        attributes["employees"] = heads["a"] or heads["b"]
    elif "tech" in columns and (tools := _USES.match(piece)):
        attributes["tech"] = re.sub(r"\s+(?:and|und|et|&)\s+", ", ", tools["tools"])
    else:
        return _as_accounts_have(piece, columns, attributes)
    return True


def _as_accounts_have(piece: str, columns: Mapping[str, Column], attributes: dict[str, Given]) -> bool:
    """Take a piece that is a value of one column of the accounts, or a country."""
    folded = piece.casefold()
    of = [one for one in columns.values() if any(value.casefold() == folded for value in one.counts)]
    if len(of) == 1 and of[0].type == "list" and of[0].name in attributes:
        attributes[of[0].name] = f"{attributes[of[0].name]}, {piece}"
        return True
    if len(of) == 1 and of[0].name not in ("name", "domain", "account_id"):
        attributes.setdefault(of[0].name, piece)
        return True
    if "country" in columns and country_of(piece) is not None:
        attributes.setdefault("country", piece)
        return True
    return False

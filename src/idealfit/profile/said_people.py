"""The people that a document names by their titles, each with the part that the words around it give."""

from __future__ import annotations

import re
from typing import Any, Final

from idealfit.accounts.title import seniority_of
from idealfit.profile.said import kind_of_persona
from idealfit.profile.said_text import Sentence

LONGEST_TITLE, FEW_WORDS = 5, 10
_TITLE = re.compile(
    r"\b(?:(?:VP|SVP|EVP|Head|Director|Chief|Manager|Lead|President)(?: of)?(?: [A-Z][\w&-]+){1,3}"
    r"|(?:[A-Z][\w&-]+ ){1,2}(?:Director|Manager|Lead|Officer|Engineer)"
    r"|C[EFTIMROSP]S?O|CHRO|Founder|Co-founder|Owner)\b"
)
_PARTS_PLAYED: Final = (
    ("economic buyer", r"approv|sign|budget|economic|pays|final say|decision.?maker|(?<!technical )(?<!user )buyer"),
    ("technical evaluator", r"evaluat|technical|security review|vets"),
    ("blocker", r"block|veto|slow"),
    ("external influencer", r"advis|influenc|consult|investor"),
    ("champion", r"champion|buys|driv|advocat|own|lead"),
    ("user", r"\buse"),
)


def speaks_of_people(sentence: str) -> bool:
    """Whether a sentence that stands under no heading of people is about somebody with a title all the same."""
    few = len(sentence.split()) <= FEW_WORDS
    return bool(_TITLE.search(sentence)) and (
        few or any(re.search(words, sentence, re.IGNORECASE) for _, words in _PARTS_PLAYED[:3])
    )


def personas_in(one: Sentence) -> list[dict[str, Any]]:
    """A persona for each title of a sentence, or of a table's row, as the profile holds it."""
    said = one.person.get("title", one.text)
    more = {key: value for key, value in one.person.items() if key not in ("title", "role")}
    found: dict[str, dict[str, Any]] = {}
    for clause in re.split(r"[,;]|\s/\s| (?:and|or) (?=[A-Z])", said):
        titles = [hit[0] for hit in _TITLE.finditer(clause)] or ([clause.strip()] if _is_title(clause) else [])
        near = "" if one.person else one.text
        role = _role(one.person.get("role", ""), clause if titles else "", near, one.heading)
        for title in titles:
            found.setdefault(title, {"role": role, "title": title, **more})
    return list(found.values())


def _role(*texts: str) -> str:
    """The part in a purchase that the first of `texts` that names one gives: of two, the one said first."""
    for text in texts:
        hits = [(hit.start(), kind) for kind, words in _PARTS_PLAYED if (hit := re.search(words, text, re.IGNORECASE))]
        if hits:
            kind = min(hits, key=lambda one: one[0])[1]
            return kind_of_persona(kind) or kind
    return "champion"


def _is_title(text: str) -> bool:
    if re.search(r"\d|\b(?:an?|the|at|who|with|is|are)\b", text, re.IGNORECASE):
        return False
    seniority = seniority_of(text)
    return len(text.split()) <= LONGEST_TITLE and seniority not in (None, "Individual contributor", "Entry level")

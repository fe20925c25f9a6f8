"""What a sentence says is not wanted, as conditions of which each alone excludes an account.

A list is taken apart: each thing it names is a reason of its own. What is limited by words that no rule reads ('under
500 people with no product of their own') would exclude too many, and is left for a person.
"""

from __future__ import annotations

import re

from idealfit.errors import PredicateError
from idealfit.profile.parsing import parse
from idealfit.profile.said_condition import Condition
from idealfit.profile.said_conditions import conditions_of
from idealfit.profile.said_text import Sentence

_LIMITED = re.compile(r"\b(?:with(?:out)?|unless|except|but|if|that|who|where|which|whose)\b", re.IGNORECASE)
_ANY_COMPANY = re.compile(
    r"^(?:any |very |too |all )*(?:companies|organi[sz]ations|firms|businesses|accounts|startups|teams|anyone|those)"
    r"(?: with| that (?:have|are|use)| who are)?\b",
    re.IGNORECASE,
)
_PART_OF_LIST = re.compile(r"[,;]\s+(?:or\s+)?|\s+(?:or|/)\s+(?=[a-z]+ )|\s/\s")
_OUTSIDE = re.compile(
    r"^(?:companies |firms |those |anyone )?(?:based |located |headquartered )?outside (?:of )?(?:the )?"
    r"((?:[A-Z][\w.]*|and|or|the|[,&/ ])+)\.?$",
    re.IGNORECASE,
)
_EXCEPT = re.compile(r"\b(?:outside|other than|except|unless|fuera de|außerhalb)\b", re.IGNORECASE)


def exclusions_in(one: Sentence) -> tuple[list[list[Condition]], list[str]]:
    """The conditions of each exclusion of a sentence (those of one hold together), and the parts that nothing reads."""
    if (outside := _OUTSIDE.match(one.text)) is not None:
        places = [each for each in conditions_of(f"Based in {outside[1]}") if each.about in ("country", "region")]
        return [[Condition(f"NOT ({places[0].when})", "", "outside")]] if places else [], []
    if _EXCEPT.search(one.text):
        return [], []
    whole = _unlimited(one.text, one.heading)
    pieces = [piece.strip(" .") for piece in _PART_OF_LIST.split(_plain(one.text)) if piece.strip(" .")]
    if len(pieces) <= 1 or (whole is not None and len({each.about for each in whole}) == 1):
        return [whole] if whole is not None else [], []
    read = [_unlimited(piece, one.heading) for piece in pieces]
    found = [each for each in read if each is not None]
    return found, [piece for piece, each in zip(pieces, read, strict=True) if each is None] if found else []


def negated(condition: Condition) -> bool:
    """Whether a condition says itself that something is missing ('no marketing team')."""
    return condition.when.startswith(("not_happened", "NOT has_role"))


def holds(condition: Condition) -> bool:
    """Whether the predicate of a condition can be read."""
    try:
        parse(condition.when)
    except PredicateError:
        return False
    return True


def _plain(text: str) -> str:
    """A sentence without what stands in brackets after a word, and without 'not', 'we never sell to' before it."""
    bare = re.sub(
        r"^(?:we (?:do not|don't|never) (?:sell to|want|serve|work with)|avoid|not|never|no)\s+", "", text, flags=re.I
    )
    return re.sub(r"\s+(?:are|is) not (?:a |our )?(?:good )?(?:fit|target|icp)\.?$", "", bare, flags=re.I)


def _unlimited(text: str, heading: str) -> list[Condition] | None:
    """The conditions of `text`, if they are all that it says."""
    inner = re.sub(r"\([^)]*\)", " ", text)
    conditions = [each for each in conditions_of(_plain(text), heading) if holds(each)]
    if text[:3].lower().startswith("no ") and (lacking := conditions_of(text, heading)):
        conditions = [each for each in lacking if negated(each)]
    if not conditions:
        return None
    limits = len(_LIMITED.findall(_ANY_COMPANY.sub(" ", _plain(inner).strip())))
    return None if limits >= len(conditions) and limits > 0 else conditions

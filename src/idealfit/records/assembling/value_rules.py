"""What each kind of column is normalised by: a rule from the texts of a column to what they become.

The user's own words stand: a rule makes the names of one thing one name, the one that the column has most often.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from idealfit.accounts.funding import business_model_of, funding_stage_of, ownership_of
from idealfit.accounts.place import country_of, state_of
from idealfit.accounts.spelling import one_spelling, tidied
from idealfit.accounts.technology import technology_of

Counts = Mapping[str, int]
SAME_LABEL = "one spelling of one label"


@dataclass(frozen=True)
class Rule:
    """`change` gives, for the texts of a column and their rows, those that become another text; `why` says by what."""

    why: str
    change: Callable[[Counts], dict[str, str]]


def rule_of(column: str) -> Rule:
    """The rule of a column of companies, by its name; any other text has its labels spelled in one way."""
    state = re.search(r"\bstate\b|province|bundesland", _words(column))
    return _RULES.get(column.lower()) or (STATES if state else LABELS)


def _words(column: str) -> str:
    return re.sub(r"[^a-z]+", " ", column.lower())


def _labels(counts: Counts) -> dict[str, str]:
    return one_spelling(counts)


def _labels_and_slips(counts: Counts) -> dict[str, str]:
    return one_spelling(counts, typos=True)


def _by_meaning(
    meaning: Callable[[str], str | None], *, least: float = 0.0, labels: Callable[[Counts], dict[str, str]] = _labels
) -> Callable[[Counts], dict[str, str]]:
    """Labels of one meaning become the user's own most frequent one ('UK', 'U.K.' and 'United Kingdom' are one; a
    column that says 'UK' throughout stays so); of equals the usual name. The rest, or the whole column where fewer than
    `least` of its rows have a meaning, is left to `labels`."""

    def change(counts: Counts) -> dict[str, str]:
        known = {text: meant for text in counts if (meant := meaning(text)) is not None}
        if sum(counts[text] for text in known) < least * sum(counts.values()):
            return labels(counts)
        groups: dict[str, list[str]] = defaultdict(list)
        for text, meant in known.items():
            groups[meant].append(text)
        changed = labels({text: rows for text, rows in counts.items() if text not in known})
        for meant, texts in groups.items():
            changed |= _to_the_best(meant, {text: counts[text] for text in texts})
        return changed

    return change


def _to_the_best(meant: str, counts: Counts) -> dict[str, str]:
    """Texts of one meaning that become the most frequent one of them."""
    spelled = one_spelling(counts)
    rows: dict[str, int] = defaultdict(int)
    for text, count in counts.items():
        rows[spelled.get(text, text)] += count
    best = min(rows, key=lambda text: (-rows[text], text != meant, text.islower(), text))
    return {text: best for text in counts if text != best}


def _country(text: str) -> str | None:
    country = country_of(text)
    return country.name if country else None


def _tool(text: str) -> str | None:
    found = technology_of(text)
    return found.name if found else None


def _regions(counts: Counts) -> dict[str, str]:
    codes = all(len(text.strip()) <= 3 for text in counts) and len(counts) > 4
    return STATES.change(counts) if codes else _labels_and_slips(counts)


def tidy(counts: Counts) -> dict[str, str]:
    """Texts without invisible signs and doubled blanks."""
    return {text: better for text in counts if (better := tidied(text)) and better != text}


LABELS = Rule(SAME_LABEL, _labels)
STATES = Rule("one name of one state", _by_meaning(state_of, least=0.8))
TOOLS = Rule("one name of one product", _by_meaning(_tool))
NAMES = Rule("blanks and invisible signs", tidy)
_RULES = {
    "country": Rule("one name of one country", _by_meaning(_country, least=0.5)),
    "industry": Rule(SAME_LABEL, _labels_and_slips),
    "sub_industry": Rule(SAME_LABEL, _labels_and_slips),
    "region": Rule(SAME_LABEL, _regions),
    "funding_stage": Rule("one name of one stage", _by_meaning(funding_stage_of, least=0.5)),
    "ownership": Rule("one label of one meaning", _by_meaning(ownership_of)),
    "business_model": Rule("one label of one meaning", _by_meaning(business_model_of)),
}

"""What each kind of column is normalised by: a rule from the texts of a column to what they become."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from idealfit.accounts.funding import business_model_of, funding_stage_of, ownership_of
from idealfit.accounts.place import country_of, state_of
from idealfit.accounts.spelling import label_key, one_spelling, tidied
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
    return _RULES.get(column.lower()) or (
        Rule("the name of its state", _states)
        if re.search(r"\bstate\b|province|bundesland", _words(column))
        else LABELS
    )


def _words(column: str) -> str:
    return re.sub(r"[^a-z]+", " ", column.lower())


def _labels(counts: Counts) -> dict[str, str]:
    return one_spelling(counts)


def _labels_and_slips(counts: Counts) -> dict[str, str]:
    return one_spelling(counts, typos=True)


def _share(counts: Counts, known: Mapping[str, object]) -> float:
    return sum(counts[text] for text in known) / max(1, sum(counts.values()))


def _countries(counts: Counts) -> dict[str, str]:
    """Every name of a country its English one, where at least half of the rows hold a country."""
    known = {text: country.name for text in counts if (country := country_of(text)) is not None}
    if _share(counts, known) < 0.5:
        return one_spelling(counts)
    rest = {text: rows for text, rows in counts.items() if text not in known}
    return one_spelling(rest) | {text: name for text, name in known.items() if name != text}


def _states(counts: Counts) -> dict[str, str]:
    """Codes of states their names, where nearly all rows hold a state of the Americas or of Australia."""
    known = {text: name for text in counts if (name := state_of(text)) is not None}
    if _share(counts, known) < 0.8:
        return one_spelling(counts)
    rest = {text: rows for text, rows in counts.items() if text not in known}
    return one_spelling(rest) | {text: name for text, name in known.items() if name != text}


def _regions(counts: Counts) -> dict[str, str]:
    codes = all(len(text.strip()) <= 3 for text in counts) and len(counts) > 4
    return _states(counts) if codes else _labels_and_slips(counts)


def _funding(counts: Counts) -> dict[str, str]:
    known = {text: stage for text in counts if (stage := funding_stage_of(text)) is not None}
    if _share(counts, known) < 0.5:
        return one_spelling(counts)
    rest = {text: rows for text, rows in counts.items() if text not in known}
    return one_spelling(rest) | {text: stage for text, stage in known.items() if stage != text}


def _by_meaning(meaning: Callable[[str], str | None]) -> Callable[[Counts], dict[str, str]]:
    """Labels of one meaning become the user's own most frequent one; other labels are spelled in one way."""

    def change(counts: Counts) -> dict[str, str]:
        groups: dict[str, list[str]] = defaultdict(list)
        for text in counts:
            groups[meaning(text) or f"={label_key(text)}"].append(text)
        changed = {}
        for texts in groups.values():
            spelled = one_spelling({text: counts[text] for text in texts})
            rows: dict[str, int] = defaultdict(int)
            for text in texts:
                rows[spelled.get(text, text)] += counts[text]
            best = min(rows, key=lambda text: (-rows[text], text.islower(), text))
            changed |= {text: best for text in texts if text != best}
        return changed

    return change


def tools(counts: Counts) -> dict[str, str]:
    """The names of tools that become another: the usual one, else the most frequent spelling."""
    known = {text: found.name for text in counts if (found := technology_of(text)) is not None}
    rest = {text: rows for text, rows in counts.items() if text not in known}
    return one_spelling(rest) | {text: name for text, name in known.items() if name != text}


def tidy(counts: Counts) -> dict[str, str]:
    """Texts without invisible signs and doubled blanks."""
    return {text: better for text in counts if (better := tidied(text)) and better != text}


LABELS = Rule(SAME_LABEL, _labels)
STATES = Rule("the name of its state", _states)
TOOLS = Rule("the product's usual name", tools)
NAMES = Rule("blanks and invisible signs", tidy)
_RULES = {
    "country": Rule("the English name of the country", _countries),
    "industry": Rule(SAME_LABEL, _labels_and_slips),
    "sub_industry": Rule(SAME_LABEL, _labels_and_slips),
    "region": Rule(SAME_LABEL, _regions),
    "funding_stage": Rule("the usual name of the stage", _funding),
    "ownership": Rule("one label of one meaning", _by_meaning(ownership_of)),
    "business_model": Rule("one label of one meaning", _by_meaning(business_model_of)),
}

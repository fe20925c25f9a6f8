"""Words that mean 'no value', proposed for one column from how that column reads; a word that is a level stays one.

'None' is a competitor type in one file and an empty cell in the next; '-1' is a balance here and 'not known' there. So
nothing is missing by its spelling alone, but for the handful of marks that programs write for NULL.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

MISSING_ANYWHERE = frozenset(
    {
        "",
        "null",
        "\\n",
        "n/a",
        "#n/a",
        "nan",
        "(null)",
        "<null>",
        "#ref!",
        "#value!",
        "#div/0!",
        "<na>",
        "nat",
        "#name?",
        "#n/v",
        "#n/d",
        "#wert!",
        "#bezug!",
        "#valeur!",
        "#nom?",
        "#¡valor!",
    }
)
"""Words that mean 'no value' in every column, compared in lower case. 'None' and 'Unknown' may be real levels."""

MISSING_IN_QUANTITIES = MISSING_ANYWHERE | {
    "none",
    "na",
    "-",
    "--",
    "–",  # noqa: RUF001
    "—",
    "unknown",
    "?",
    "tbd",
    "tba",
    "not available",
    "not applicable",
    "not disclosed",
    "undisclosed",
    "unknown / non-applicable",
    "n.a.",
    "k.a.",
    "select",
    "nil",
    ".",
    "…",
    "infinity",
    "-infinity",
    "inf",
    "-inf",
}
"""Words that mean 'no value' in a column of numbers or dates."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split("|"))


_NOT_CHOSEN = _words(
    "select|please select|please choose|select one|choose one|-none-|--none--|- none -|-- none --|-|--|---|–|—|?|"  # noqa: RUF001
    "(blank)|(empty)|blank|undefined|not specified|unspecified|not set|not selected|bitte auswählen|bitte wählen|"
    "keine auswahl|seleccionar|seleccione|sélectionner|selecione|[blank]|[empty]|#na|.|...|…"
)
_NOT_KNOWN = _words(
    "unknown|unknown / non-applicable|unknown/non-applicable|not available|not known|not provided|not disclosed|"
    "undisclosed|no data|no information|tbd|tba|to be determined|n.a.|n.a|na|n/k|not applicable|non-applicable|"
    "unbekannt|k.a.|k. a.|keine angabe|keine angaben|ohne angabe|nicht bekannt|"
    "inconnu|inconnue|non renseigné|non renseignée|non communiqué|n.c.|n.r.|"
    "desconocido|sin datos|s/d|no disponible|no especificado|desconhecido|não informado|nao informado|sem informação|"
    "sconosciuto|non disponibile|onbekend"
)
_NOTHING = _words("none|nothing|nil|no|keine|keiner|ninguno|ninguna|aucun|aucune|nenhum|nessuno|geen")
MISSING_IN_QUANTITIES |= _NOT_CHOSEN | _NOT_KNOWN
_PROPOSED = MISSING_ANYWHERE | _NOT_CHOSEN | _NOT_KNOWN | _NOTHING
_ANSWERS = _words(
    "known|unknown|none|yes|no|some|partial|partly|maybe|many|few|all|true|false|low|medium|high|not applicable|na|"
    "n/a|not known|undecided|pending|won|lost|open|other|select|basic|standard"
)
_MAY_BE_NEGATIVE = re.compile(
    r"delta|change|growth|diff|balance|margin|profit|loss|net|nps|score|latitude|longitude|lat$|lon$|lng$|temperature|"
    r"variance|return|ebit|income|cash|adjust|discount|credit|refund|trend|offset|elevation",
    re.IGNORECASE,
)
_NEGATIVE_MARKS = frozenset({-1.0, -9.0, -99.0, -999.0, -9999.0, -99999.0})
_DATE_MARKS = ((1, 1, 1), (1753, 1, 1), (1899, 12, 30), (1899, 12, 31), (1900, 1, 0), (1900, 1, 1), (1970, 1, 1))
_ENDLESS_YEAR = 2199
_YEARS_APART = 20
_MANY_LEVELS = 30
_FEW_LEVELS = 6

Kind: TypeAlias = Literal["text", "number", "date"]


@dataclass(frozen=True)
class MissingWord:
    """A word proposed as 'no value' in one column: its number of rows, and why."""

    text: str
    rows: int
    reason: str


def propose_words(counts: Mapping[str, int], *, blanks: int = 0, describing: bool = False) -> tuple[MissingWord, ...]:
    """The words of a text column that mean 'no value', from its distinct texts with their row counts.

    `blanks` is the number of its empty cells; `describing` that it says what a company is (industry, country …), where
    'none' and 'unknown' never are a level.
    """
    if not any(text.strip().lower() in _PROPOSED for text in counts):
        return ()
    lower = {text: text.strip().lower() for text in counts}
    levels = {word for word in lower.values() if word not in MISSING_ANYWHERE and word not in _NOT_CHOSEN}
    answers = not describing and len(levels) <= _FEW_LEVELS and levels <= _ANSWERS
    found = []
    for text, word in lower.items():
        if word in MISSING_ANYWHERE:
            found.append(MissingWord(text, counts[text], "what a program writes for an empty cell"))
        elif word in _NOT_CHOSEN:
            found.append(MissingWord(text, counts[text], "the empty choice of a form"))
        elif word in _NOT_KNOWN:
            if not answers and not _is_a_code(text, counts):
                found.append(MissingWord(text, counts[text], "it says that the value is not known"))
        elif word in _NOTHING and (reason := _nothing_is_empty(word, counts, levels, blanks, describing)):
            found.append(MissingWord(text, counts[text], reason))
    return tuple(found)


def _is_a_code(text: str, counts: Mapping[str, int]) -> bool:
    """'NA' beside other codes: Namibia among countries, North America among regions."""
    if text.strip() != "NA":
        return False
    others = [other.strip() for other in counts if other.strip() not in ("NA", "")]
    return bool(others) and sum(bool(re.fullmatch(r"[A-Z]{2,5}", other)) for other in others) >= 0.8 * len(others)


def _nothing_is_empty(
    word: str, counts: Mapping[str, int], levels: set[str], blanks: int, describing: bool
) -> str | None:
    """Why 'None' is an empty cell here; None where it is an answer like the others."""
    if word == "no":
        return None
    if describing:
        return "a company always has one: it is not known"
    if word == "none" and not blanks and len(levels) > _MANY_LEVELS:
        return f"no cell is empty and there are {len(levels)} other values: a program wrote it for an empty cell"
    return None


def propose_numbers(name: str, numbers: Mapping[str, float], counts: Mapping[str, int]) -> tuple[MissingWord, ...]:
    """The numbers of a column named `name` that stand for 'not known': -1, -99 … in one that is never negative else."""
    if _MAY_BE_NEGATIVE.search(name):
        return ()
    negative = {text: value for text, value in numbers.items() if value < 0}
    if not negative or len(set(negative.values())) > 1 or len(numbers) - len(negative) < 3:
        return ()
    value = next(iter(negative.values()))
    if value not in _NEGATIVE_MARKS:
        return ()
    return tuple(
        MissingWord(text, counts[text], f"the only negative number among {len(numbers) - len(negative):,} others")
        for text in negative
    )


def propose_days(moments: Mapping[str, datetime], counts: Mapping[str, int]) -> tuple[MissingWord, ...]:
    """The days of a column that stand for 'none' (1900-01-01, 1970-01-01) or 'for ever' (9999-12-31)."""
    marks = {text: day for text, day in moments.items() if (day.year, day.month, day.day) in _DATE_MARKS}
    others = [day for text, day in moments.items() if text not in marks and day.year < _ENDLESS_YEAR]
    earliest = min(others, default=None)
    found = []
    for text, day in moments.items():
        if day.year >= _ENDLESS_YEAR:
            found.append(MissingWord(text, counts[text], "a day that never comes: no end is known"))
        elif text in marks and (day.year < 1900 or (earliest and earliest.year - day.year >= _YEARS_APART)):
            since = f", {earliest.year - day.year} years before any other" if earliest else ""
            found.append(MissingWord(text, counts[text], f"the day that a program writes for none{since}"))
    return tuple(found)


def zero_days(counts: Mapping[str, int], is_bad: Callable[[str], bool]) -> tuple[MissingWord, ...]:
    """'0000-00-00' and '00/00/0000': no day at all."""
    return tuple(
        MissingWord(text, rows, "a date of zeros")
        for text, rows in counts.items()
        if is_bad(text) and re.fullmatch(r"[0\s:/.T-]*0[0\s:/.TZ-]*", text.strip())
    )

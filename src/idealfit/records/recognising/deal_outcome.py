"""Won, lost or open, from the words of a stage or a result."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WON = frozenset(
    [
        "won",
        "win",
        "wins",
        "closedwon",
        "success",
        "successful",
        "gewonnen",
        "gagne",
        "gagné",
        "ganado",
        "ganada",
        "vinto",
        "vinta",
        "ganho",
        "gewonnenes",
        "wygrana",
        "signed",
    ]
)
_LOST = frozenset(
    [
        "lost",
        "loss",
        "lose",
        "loses",
        "closedlost",
        "verloren",
        "perdu",
        "perdue",
        "perdido",
        "perdida",
        "perso",
        "persa",
        "przegrana",
        "disqualified",
        "unqualified",
        "dead",
        "abandoned",
        "cancelled",
        "canceled",
        "rejected",
        "declined",
        "nodecision",
        "deadlost",
        "omitted",
        "duplicate",
    ]
)
_NOT = frozenset({"not", "un", "at", "risk"})


def outcome_of(word: str) -> str:
    """'Closed Won' → won, 'Closed-Lost to Competition' → lost, everything else → open."""
    tokens = [token for token in re.split(r"[^a-zà-ÿ]+", word.casefold()) if token]
    joined = "".join(tokens)
    if set(tokens) & _LOST or joined in _LOST or joined.endswith("closedlost") or joined.startswith("closedlost"):
        return "lost"
    if (
        set(tokens) & _WON or joined in _WON or joined.endswith("closedwon") or joined.startswith("closedwon")
    ) and not set(tokens) & _NOT:
        return "won"
    return "open"


def outcome_words(words: Iterable[str]) -> dict[str, str]:
    """Each word with its meaning; unsure ones (a bare 'Closed') are `open`, see `unsure_words`."""
    return {word: outcome_of(word) for word in words}


def unsure_words(words: Iterable[str]) -> tuple[str, ...]:
    """Words that say that a deal ended and not how: 'Closed', 'Completed', 'Done'."""
    return tuple(
        word
        for word in words
        if re.fullmatch(
            r"(?i)\s*(closed|complete[d]?|done|finished|finali[sz]ed|ended|geschlossen|cerrado|fermé)\s*", word
        )
    )

"""The notes of an import for a screen: what changes results first, and like things said of several places once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idealfit.records.report import Guess

_PLACE = re.compile(r"^(?P<where>[^:']+, '.+?'|[^:']+\.[^:']+?): (?P<what>.+)$", re.DOTALL)
"""A note about a file or a column, as its place and what is said of it."""
_DIFFERING = re.compile(r"'[^']*'|\([^()]*\)|[\d,.]*\d")
_ANY_NUMBER_OF = ("read as no value:",)
_HOW_IT_WAS_READ = re.compile(
    r"dates read as .*decided from all values|read as no value|read as the middle|: delimiter |no header line|"
    r"left out$|were withheld|: joined to |keep no code|changed \(|every changed value"
)
"""Notes of which a person is seldom moved to do anything: they come last."""
_SHOWN_PLACES = 2
_FEW = 3


def condensed(notes: Iterable[str]) -> list[str]:
    """The notes, those about how files were read last; what is said of several places in like words is said once."""
    ordered = sorted(dict.fromkeys(notes), key=lambda note: bool(_HOW_IT_WAS_READ.search(note)))
    together: dict[str, list[tuple[str, str]]] = {}
    for note in ordered:
        match = _PLACE.match(note)
        kind = _kind_of(match["what"]) if match else note
        together.setdefault(kind, []).append((match["where"], match["what"]) if match else ("", note))
    return [_as_one(said) for said in together.values()]


def _kind_of(what: str) -> str:
    """What is left of a note without its numbers and examples: equal for notes that say alike."""
    return next((each for each in _ANY_NUMBER_OF if what.startswith(each)), _DIFFERING.sub("", what))


def _as_one(said: Sequence[tuple[str, str]]) -> str:
    places, whats = [place for place, _ in said], {what for _, what in said}
    first = said[0][1]
    if not places[0]:
        return first
    if len(said) == 1:
        return f"{places[0]}: {first}"
    if len(whats) == 1:
        things = "columns" if all(", '" in place for place in places) else "files"
        return f"{len(places)} {things}, {first} ({_listed(places)})"
    return f"{places[0]}: {first}; the like in {_listed(places[1:])}"


def _listed(places: Sequence[str]) -> str:
    more = f" and {len(places) - _SHOWN_PLACES} more" if len(places) > _SHOWN_PLACES else ""
    return "; ".join(places[:_SHOWN_PLACES]) + more


def unsure_readings(guesses: Iterable[Guess], *, every: bool = False) -> list[str]:
    """The guesses that a person may want to change, a line each; the columns of a file that are no more than numbered
    (it has no header line) in one line, unless `every` one is asked for."""
    unsure = [guess for guess in guesses if not guess.sure]
    numbered: dict[str, list[Guess]] = {}
    for guess in unsure:
        if guess.column is not None and re.fullmatch(r"column_\d+", guess.column) and not every:
            numbered.setdefault(guess.file, []).append(guess)
    texts = []
    for guess in unsure:
        group = numbered.get(guess.file, []) if guess.column is not None else []
        if len(group) > _FEW and guess in group:
            if guess is group[0]:
                texts.append(
                    f"{guess.file}: {len(group)} columns without a header were judged by their values alone "
                    f"({group[0].column} to {group[-1].column}); a header line, or a mapping, says what they are"
                )
            continue
        texts.append(f"{place_of(guess)} as {reading_of(guess)}: {guess.reason}")
    return texts


def place_of(guess: Guess) -> str:
    """A guess's file, and its column where the guess is about one."""
    return guess.file if guess.column is None else f"{guess.file}, '{guess.column}'"


def reading_of(guess: Guess) -> str:
    """What a file or a column was taken for: its place in the canonical tables, or its level."""
    level = guess.level.replace("_", " ")
    return guess.to if guess.to else f"a column about the {level}"

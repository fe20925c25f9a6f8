"""The words that a profile asks for, column by column, so that records may be told in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from idealfit.profile.predicate import Attribute, Comparison, Includes, OneOf, Predicate, Text, Uses, walk


def words_of(predicates: Iterable[Predicate]) -> dict[str, tuple[str, ...]]:
    """Column, in lower case → the texts that the predicates compare it with; `tech` → the tools that they ask for."""
    found: dict[str, set[str]] = defaultdict(set)
    for predicate in predicates:
        for part in walk(predicate):
            match part:
                case Comparison(_, Attribute(name), Text(word)) | Comparison(_, Text(word), Attribute(name)):
                    found[name.lower()].add(word)
                case OneOf(Attribute(name), choices):
                    found[name.lower()] |= {choice.value for choice in choices if isinstance(choice, Text)}
                case Includes(name, words):
                    found[name.lower()] |= set(words)
                case Uses(tools):
                    found["tech"] |= set(tools)
                case _:
                    pass
    return {name: tuple(sorted(words)) for name, words in sorted(found.items())}

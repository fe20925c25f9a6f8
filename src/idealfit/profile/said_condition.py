"""One thing that a sentence says and records could decide."""

from __future__ import annotations

from dataclasses import dataclass

from idealfit.profile.text import quote_text


@dataclass(frozen=True)
class Condition:
    """`when` in the language, its layer, and what it is about (for its id); `note` asks what the sentence left open."""

    when: str
    layer: str
    about: str
    note: str = ""


def one_of(column: str, values: list[str]) -> str:
    """`column` equal to one of `values`, as the language writes it."""
    if len(values) == 1:
        return f"{column} = {quote_text(values[0])}"
    return f"{column} IN ({', '.join(map(quote_text, values))})"

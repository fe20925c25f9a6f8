"""What to ask about a lead, as questions that a rep answers with a figure, a choice, or yes and no."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from idealfit.inbound.answer import Answer, Missing
from idealfit.inbound.given import Column
from idealfit.profile.rendering.parts import question
from idealfit.profile.sentence import sentence

Control: TypeAlias = Literal["number", "text", "date", "yes or no"]
MOST_CHOICES = 40
COMPANY: Final = "named"
"""The key of the question which company it is, where nothing of the lead names one."""


@dataclass(frozen=True)
class Question:
    """One thing to ask. `key` names it in an answer: `column:NAME` takes a value, `criterion:ID` yes or no. `choices`
    are the values that accounts have, the most frequent first. `another_tier`: the probability that the answer changes
    the tier.
    """

    key: str
    ask: str
    control: Control
    choices: tuple[str, ...]
    another_tier: float
    good: str | None = None
    bad: str | None = None


def questions_of(answer: Answer, columns: Mapping[str, Column], *, unnamed: bool = False) -> tuple[Question, ...]:
    """The questions about a lead, the most decisive first; `columns` are those of the accounts, by small letters.
    `unnamed`: nothing says which company it is, which is asked first.

    A column of the accounts is asked for as it is; of everything else (tools, events, people, the past) it is asked
    whether each criterion that hangs on it holds.
    """
    found: dict[str, Question] = {}
    if unnamed:
        found[COMPANY] = Question(COMPANY, "Which company is it? Its name or its site", "text", (), 1.0)
    for one in answer.missing:
        column = _column(one, columns)
        if column is not None:
            found.setdefault(f"column:{column.name}", _of_column(one, column))
            continue
        for name in one.criteria:
            found.setdefault(f"criterion:{name}", _of_criterion(one, name, answer))
    return tuple(found.values())


def _column(one: Missing, columns: Mapping[str, Column]) -> Column | None:
    if len(one.things) != 1 or one.things[0].kind != "column":
        return None
    return columns.get(one.things[0].name)


def _of_column(one: Missing, column: Column) -> Question:
    key, ask = f"column:{column.name}", f"What is their {one.what}?"
    match column.type:
        case "number":
            counted = f"How many {one.what} do they have?" if column.name == "employees" else ask
            return Question(key, counted, "number", (), one.another_tier)
        case "boolean":
            return Question(key, f"{_capital(one.what)}?", "yes or no", (), one.another_tier)
        case "date" | "timestamp":
            return Question(key, ask, "date", (), one.another_tier)
    choices = sorted(column.counts, key=lambda name: (-column.counts[name], name))[:MOST_CHOICES]
    return Question(key, ask, "text", tuple(choices), one.another_tier)


def _of_criterion(one: Missing, name: str, answer: Answer) -> Question:
    profile = answer.profile
    criterion = next((found for _, found in profile.criteria if found.id == name), None)
    barrier = next((found for found in profile.exclusions if found.id == name), None)
    predicate = criterion.predicate if criterion else barrier.predicate if barrier else None
    label = (criterion.label if criterion else barrier.label if barrier else None) or (
        sentence(predicate, profile.dictionary) if predicate is not None else name
    )
    ask = criterion.ask if criterion and criterion.ask else question(label)
    good, bad = (criterion.good, criterion.bad) if criterion else (None, None)
    return Question(f"criterion:{name}", ask, "yes or no", (), one.another_tier, good, bad)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

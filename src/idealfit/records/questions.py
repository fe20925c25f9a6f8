"""The few things that a person should decide, most consequential first; without an answer the safe reading stands."""

from __future__ import annotations

from collections.abc import Sequence

from idealfit.records.assembling.column_typing import base_table, decided_order, typed_column
from idealfit.records.mapping import FLAT, LOOKUP, UNUSED, FileMapping
from idealfit.records.recognising.column_profile import FileProfile
from idealfit.records.recognising.deal_outcome import unsure_words
from idealfit.records.recognising.guess_table import guess_file
from idealfit.records.report import Question

MOST = 3
_RANK = {"outcome": 0, "table": 1, "dates": 2, "level": 3}
_ORDER_WORDS = {"dmy": "day-month-year", "mdy": "month-day-year"}


def find_questions(profiles: Sequence[FileProfile], mappings: Sequence[FileMapping]) -> tuple[Question, ...]:
    """At most three questions about what the guesses are least sure of."""
    questions: list[Question] = []
    orders = {decided_order(profile, mapping) for profile, mapping in zip(profiles, mappings, strict=True)} - {None}
    neighbour = orders.pop() if len(orders) == 1 else None
    for profile, mapping in zip(profiles, mappings, strict=True):
        if mapping.table in (UNUSED, LOOKUP):
            continue
        questions += _outcome_questions(mapping)
        if mapping.confidence < 0.6:
            text = f"Is {mapping.file} a table of {mapping.table}?"
            questions.append(
                Question(f"table:{mapping.file}", mapping.file, None, text, mapping.table, (UNUSED,), "table")
            )
        questions += _date_questions(profile, mapping, neighbour is not None)
        if mapping.table == FLAT:
            questions += _level_questions(mapping)
    questions.sort(key=lambda question: _RANK[question.about])
    return tuple(questions[:MOST])


def _outcome_questions(mapping: FileMapping) -> list[Question]:
    if mapping.table not in ("deals", FLAT) or "won" in mapping.outcomes.values() or not mapping.outcomes:
        return []
    return [
        Question(
            f"outcome:{mapping.file}:{word}",
            mapping.file,
            None,
            f"What does {word!r} mean for a deal in {mapping.file}?",
            "open",
            ("won", "lost"),
            "outcome",
        )
        for word in unsure_words(mapping.outcomes)
    ]


def _date_questions(profile: FileProfile, mapping: FileMapping, neighbour: bool) -> list[Question]:
    if neighbour or decided_order(profile, mapping) is not None:
        return []
    found = []
    for header, column in mapping.columns.items():
        if column.to is None or column.format is not None or header not in profile.counts:
            continue
        typed = typed_column(profile, base_table(mapping), header, column, None)
        if typed.type in ("date", "timestamp") and not typed.order_sure and typed.order in _ORDER_WORDS:
            other = "mdy" if typed.order == "dmy" else "dmy"
            example = next(iter(typed.values or {}), "")
            text = f"{mapping.file}, '{header}': is {example!r} {_ORDER_WORDS[typed.order]}?"
            found.append(
                Question(f"dates:{mapping.file}:{header}", mapping.file, header, text, typed.order, (other,), "dates")
            )
    return found


def _level_questions(mapping: FileMapping) -> list[Question]:
    return [
        Question(
            f"level:{mapping.file}:{header}",
            mapping.file,
            header,
            f"Does '{header}' describe the company, or only the deal?",
            "account",
            ("deal", "after_fact"),
            "level",
        )
        for header, column in mapping.columns.items()
        if column.to is not None and column.level == "account" and column.confidence < 0.6
    ]


def apply_answer(
    profiles: Sequence[FileProfile], mappings: Sequence[FileMapping], question: Question, choice: str
) -> list[FileMapping]:
    """The mappings with one question decided; an unknown choice is the proposal."""
    if choice not in (question.proposal, *question.alternatives):
        choice = question.proposal
    decided = []
    for profile, mapping in zip(profiles, mappings, strict=True):
        decided.append(_decided(profile, mapping, question, choice) if mapping.file == question.file else mapping)
    return decided


def _decided(profile: FileProfile, mapping: FileMapping, question: Question, choice: str) -> FileMapping:
    if question.about == "outcome":
        word = question.id.split(":", 2)[2]
        return mapping.model_copy(update={"outcomes": {**mapping.outcomes, word: choice}})
    if question.about == "table":
        return (
            guess_file(profile, table=choice)
            if choice != mapping.table
            else mapping.model_copy(update={"confidence": 1.0})
        )
    header = question.column or ""
    change: dict[str, object] = {"format": choice} if question.about == "dates" else {"level": choice}
    column = mapping.columns[header].model_copy(update={**change, "reason": "decided by a person", "confidence": 1.0})
    return mapping.model_copy(update={"columns": {**mapping.columns, header: column}})

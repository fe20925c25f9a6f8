"""The few things that a person should decide, most consequential first; without an answer the safe reading stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from idealfit.accounts.moment import Order, reads_both_ways
from idealfit.records.assembling.column_typing import base_table, decided_order, typed_column
from idealfit.records.assembling.pipelines import purpose_word
from idealfit.records.mapping import FLAT, LOOKUP, UNUSED, FileMapping
from idealfit.records.recognising.column_profile import FileProfile
from idealfit.records.recognising.deal_outcome import unsure_words
from idealfit.records.recognising.guess_table import guess_file
from idealfit.records.recognising.pipeline_words import purpose_of_name
from idealfit.records.report import PipelineGuess, Question

MOST = 3
_MOST_PIPELINES = 30
_PURPOSES = ("sales", "new_business", "expansion", "renewal", "not_sales")
_RANK = {"outcome": 0, "table": 1, "pipeline": 2, "dates": 3, "level": 4}
_ORDER_WORDS = {"dmy": "day-month-year", "mdy": "month-day-year"}


def find_questions(profiles: Sequence[FileProfile], mappings: Sequence[FileMapping]) -> tuple[Question, ...]:
    """At most three questions about what the guesses are least sure of."""
    questions: list[Question] = []
    orders = {decided_order(profile, mapping) for profile, mapping in zip(profiles, mappings, strict=True)} - {None}
    neighbour = orders.pop() if len(orders) == 1 else None
    for profile, mapping in zip(profiles, mappings, strict=True):
        if mapping.table in (UNUSED, LOOKUP):
            continue
        questions += [*_outcome_questions(mapping), *_pipeline_questions(profile, mapping)]
        if mapping.confidence < 0.6:
            text = f"Is {mapping.file} a table of {mapping.table}?"
            questions.append(
                Question(f"table:{mapping.file}", mapping.file, None, text, mapping.table, (UNUSED,), "table")
            )
        if mapping.table == FLAT:
            questions += _level_questions(mapping)
    if neighbour is None and (open_dates := undecided_dates(profiles, mappings)):
        questions.append(_date_question(open_dates))
    questions.sort(key=lambda question: _RANK[question.about])
    return tuple(questions[:MOST])


def _pipeline_questions(profile: FileProfile, mapping: FileMapping) -> list[Question]:
    """What a pipeline is for whose name does not say it, where it is one of several and has a tenth of the deals."""
    header = mapping.target("pipeline")
    counts = profile.counts.get(header, {}) if header is not None else {}
    if mapping.table not in ("deals", FLAT) or not 2 <= len(counts) <= _MOST_PIPELINES:
        return []
    unsaid = [
        name
        for name, rows in counts.items()
        if name not in mapping.pipelines and purpose_of_name(name) is None and rows >= 0.1 * sum(counts.values())
    ]
    return [
        Question(
            f"pipeline:{mapping.file}:{name}",
            mapping.file,
            header,
            f"What is the pipeline {name!r} of {mapping.file} for?",
            _PURPOSES[0],
            _PURPOSES[1:],
            "pipeline",
        )
        for name in unsaid
    ]


def as_taken(questions: Sequence[Question], pipelines: Sequence[PipelineGuess]) -> tuple[Question, ...]:
    """The questions that nobody answered, with the reading that was taken in the end as their proposal: what a pipeline
    is for may have become clear from its stages and accounts."""
    taken = {guess.pipeline: purpose_word(guess) for guess in pipelines}
    told = []
    for question in questions:
        word = taken.get(question.id.split(":", 2)[2]) if question.about == "pipeline" else None
        if word is not None and word != question.proposal:
            others = tuple(each for each in _PURPOSES if each != word)
            question = replace(question, proposal=word, alternatives=others)  # noqa: PLW2901
        told.append(question)
    return tuple(told)


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


def undecided_dates(
    profiles: Sequence[FileProfile], mappings: Sequence[FileMapping]
) -> list[tuple[str, str, Order, str]]:
    """(file, column, order that is assumed, example) of every column that no value and no neighbour in its file
    decides."""
    found = []
    for profile, mapping in zip(profiles, mappings, strict=True):
        if mapping.table in (UNUSED, LOOKUP) or decided_order(profile, mapping) is not None:
            continue
        for header, column in mapping.columns.items():
            if column.to is None or column.format is not None or header not in profile.counts:
                continue
            typed = typed_column(profile, base_table(mapping), header, column, None)
            if typed.type in ("date", "timestamp") and not typed.order_sure and typed.order in _ORDER_WORDS:
                example = next(filter(reads_both_ways, typed.values or {}), "")
                found.append((mapping.file, header, typed.order, example))
    return found


def _date_question(undecided: Sequence[tuple[str, str, Order, str]]) -> Question:
    """One question for a whole folder: its exports come from the same tools and people."""
    file, header, order, example = undecided[0]
    others = f" (and in {len(undecided) - 1} more columns)" if len(undecided) > 1 else ""
    text = f"{file}, '{header}': is {example!r} {_ORDER_WORDS[order]}?{others}"
    other = "mdy" if order == "dmy" else "dmy"
    return Question(f"dates:{file}:{header}", file, header, text, order, (other,), "dates")


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
    if question.about == "dates":
        return _with_order(profiles, mappings, choice)
    decided = []
    for profile, mapping in zip(profiles, mappings, strict=True):
        decided.append(_decided(profile, mapping, question, choice) if mapping.file == question.file else mapping)
    return decided


def _with_order(profiles: Sequence[FileProfile], mappings: Sequence[FileMapping], order: str) -> list[FileMapping]:
    """The mappings with every undecided column of dates read in `order`."""
    undecided = {(file, header) for file, header, _, _ in undecided_dates(profiles, mappings)}
    change = {"format": order, "reason": "decided by a person", "confidence": 1.0}
    return [
        mapping.model_copy(
            update={
                "columns": {
                    header: column.model_copy(update=change) if (mapping.file, header) in undecided else column
                    for header, column in mapping.columns.items()
                }
            }
        )
        for mapping in mappings
    ]


def _decided(profile: FileProfile, mapping: FileMapping, question: Question, choice: str) -> FileMapping:
    if question.about == "outcome":
        word = question.id.split(":", 2)[2]
        return mapping.model_copy(update={"outcomes": {**mapping.outcomes, word: choice}})
    if question.about == "pipeline":
        return mapping.model_copy(update={"pipelines": {**mapping.pipelines, question.id.split(":", 2)[2]: choice}})
    if question.about == "table":
        return (
            guess_file(profile, table=choice)
            if choice != mapping.table
            else mapping.model_copy(update={"confidence": 1.0})
        )
    header = question.column or ""
    change = {"level": choice, "reason": "decided by a person", "confidence": 1.0}
    column = mapping.columns[header].model_copy(update=change)
    return mapping.model_copy(update={"columns": {**mapping.columns, header: column}})

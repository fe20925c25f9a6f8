"""What an import says of itself: counts that reconcile, guesses with reasons, questions, what a person must know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from idealfit.records.attribute import AttributeInfo, Layer, Level
from idealfit.records.company import Company
from idealfit.records.mapping import FileMapping


@dataclass(frozen=True)
class TableCount:
    """Rows of one table: read = kept + merged + rejected, always. `derived` rows were made of another table's."""

    read: int
    kept: int
    merged: int
    rejected: int
    files: tuple[str, ...]
    derived: bool = False


@dataclass(frozen=True)
class Guess:
    """One decision about a column (or a whole file, where `column` is None)."""

    file: str
    column: str | None
    to: str | None
    level: Level
    layer: Layer
    reason: str
    confidence: float
    sure: bool


@dataclass(frozen=True)
class Question:
    """An unsure guess that matters: the proposal is what is done when nobody answers."""

    id: str
    file: str
    column: str | None
    text: str
    proposal: str
    alternatives: tuple[str, ...]
    about: Literal["outcome", "table", "dates", "level", "pipeline"]


@dataclass(frozen=True)
class CellProblem:
    """A row set aside, or a cell left empty, with its place and reason."""

    file: str
    line: int
    column: str | None
    value: str
    reason: str


@dataclass(frozen=True)
class Change:
    """What one distinct value of a column became: `rows` rows had `original` and have `value` now, by `rule`.

    A value that was taken away is None. `rule` says in words what was done, so that a person can judge and undo it.
    """

    table: str
    column: str
    original: str
    value: str | None
    rows: int
    rule: str


@dataclass(frozen=True)
class Link:
    """How the rows of one table found their accounts by one way ('id', 'domain', 'name', 'through leads', ...).

    `linked` rows did; `ambiguous` ones name an account that several fit, `unknown` ones an account that is not there:
    neither is linked, and `examples` shows some. `unnamed` rows name none (their way is 'none').
    """

    table: str
    way: str
    linked: int
    ambiguous: int = 0
    unknown: int = 0
    unnamed: int = 0
    examples: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """All rows of this way."""
        return self.linked + self.ambiguous + self.unknown + self.unnamed


@dataclass(frozen=True)
class PipelineGuess:
    """What a pipeline of deals is for: a deal type ('new_business', 'expansion', 'renewal', 'not_sales') and, for one
    of several ways to sell, its motion; with the reason, how sure it is (0 to 1), and how many deals it has. A
    `telling` one says it of all its deals; else those of accounts that had bought before may be expansion."""

    pipeline: str
    deal_type: str
    motion: str | None
    reason: str
    confidence: float
    deals: int
    telling: bool


@dataclass(frozen=True)
class ImportReport:
    """The whole of one import run (see `idealfit.records.intake.import_folder`)."""

    tables: Mapping[str, TableCount]
    mappings: tuple[FileMapping, ...]
    guesses: tuple[Guess, ...]
    questions: tuple[Question, ...]
    unused: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    as_of: date | None
    company: Company
    attributes: Mapping[str, AttributeInfo]
    deal_columns: Mapping[str, AttributeInfo]
    quality: Mapping[str, Any]
    tables_written: bool
    problems: tuple[CellProblem, ...] = field(default=())
    links: tuple[Link, ...] = field(default=())
    pipelines: tuple[PipelineGuess, ...] = field(default=())
    changes: tuple[Change, ...] = field(default=())
    since: tuple[str, ...] = field(default=())
    """What this run found beside the last import: of the run and not of the records, so it stands in no file."""

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON: what the ledger keeps and `--json` prints."""
        return {
            "tables": {name: {**vars(count), "files": list(count.files)} for name, count in self.tables.items()},
            "guesses": [vars(guess) for guess in self.guesses],
            "questions": [
                {**vars(question), "alternatives": list(question.alternatives)} for question in self.questions
            ],
            "unused": [list(pair) for pair in self.unused],
            "notes": list(self.notes),
            "since": list(self.since),
            "as_of": None if self.as_of is None else self.as_of.isoformat(),
            "company": self.company.model_dump(mode="json"),
            "assumed": list(self.company.assumed()),
            "attributes": {name: vars(info) for name, info in self.attributes.items()},
            "deal_columns": {name: vars(info) for name, info in self.deal_columns.items()},
            "problems": len(self.problems),
            "links": [{**vars(link), "examples": list(link.examples)} for link in self.links],
            "pipelines": [vars(pipeline) for pipeline in self.pipelines],
            "changes": sum(change.rows for change in self.changes),
            "tables_written": self.tables_written,
        }

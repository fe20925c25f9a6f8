"""Who counts as best, as somebody asked for it, as company.yaml says, or as the company's stage and its records say."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

import duckdb
import numpy as np

from idealfit.errors import BestNotKnown
from idealfit.evidence.progress import Progress, count_by, progress_of, wins_are_too_few
from idealfit.evidence.rows import Rows
from idealfit.evidence.table import Evidence
from idealfit.patterns.best import Choice, Part, parse_best
from idealfit.records.company import Company

PROGRESS = "progress"
_PROGRESS = re.compile(r"\s*progress\s*(?:(?:to|:|=)\s*(?P<stage>.+?)\s*)?", re.IGNORECASE)

ENOUGH_SURVEYED, ENOUGH_ENDED, ENOUGH_CUSTOMERS = 20, 5, 20
"""An early company's default asks for so many answers, customers who left, and customers."""


@dataclass(frozen=True)
class Asked:
    """`choice` where an outcome of sales or of customers was asked for; `progress` for reaching a stage, `stage` which
    one. Neither: nobody said anything.
    """

    choice: Choice | None = None
    progress: bool = False
    stage: str | None = None


def asked_for(text: str | None) -> Asked:
    """What `text` asks for: 'progress', 'progress to Demo', or what `parse_best` reads. Raises BestUnreadable."""
    if not text:
        return Asked()
    if found := _PROGRESS.fullmatch(text):
        return Asked(progress=True, stage=found["stage"])
    return Asked(parse_best(text))


def rows_by_progress(
    con: duckdb.DuckDBPyConnection, rows: Rows, asked: Asked, *, as_of: date
) -> tuple[Rows, Progress | None]:
    """`rows` counted by reaching a stage where that was asked for, or where nothing was and fewer than ten deals were
    won; else as they are, with None. Raises BestNotKnown where stages were asked for and are not known.
    """
    if rows.unit != "deal":
        if asked.progress:
            raise BestNotKnown(
                "There are no deals, and so no stages that they could reach", remedy="Add deals and deal_stages."
            )
        return rows, None
    progress = None
    if asked.progress:
        progress = progress_of(con, as_of=as_of, stage=asked.stage)
    elif asked.choice is None:
        progress = wins_are_too_few(con, as_of=as_of)
    if progress is None:
        return rows, None
    count_by(con, progress, as_of=as_of)
    return replace(rows, reach="advances", unit="advance", notes=(progress.note, *rows.notes)), progress


def settled(asked: Asked, company: Company, evidence: Evidence) -> tuple[Choice, tuple[str, ...]]:
    """The choice of best, and what to tell of it. Where nobody chose, an early company (`stage: early`) looks for
    customers who stay and would recommend it, as far as the records tell; any other for value.
    """
    if asked.choice is not None:
        return asked.choice, ()
    if evidence.reach == "advances":
        return parse_best("win_rate"), ()
    if company.stage != "early":
        return parse_best("value"), ()
    parts = [Part(name) for name, known in (("retention", _stays(evidence)), ("nps", _answers(evidence))) if known]
    if not parts:
        why = "the records hold too few who left or answered a survey to choose by retention and NPS"
        return parse_best("value"), (f"The company is early (company.yaml), but {why}: best is by value",)
    words = " and ".join({"retention": "stay", "nps": "would recommend it"}[part.name] for part in parts)
    note = f"The company is early (company.yaml): best are the customers who {words}; --best chooses another"
    return Choice(tuple(parts)), (note,)


def _stays(evidence: Evidence) -> bool:
    seen = np.isfinite(evidence.months)
    return int(seen.sum()) >= ENOUGH_CUSTOMERS and int(evidence.ended[seen].sum()) >= ENOUGH_ENDED


def _answers(evidence: Evidence) -> bool:
    followed = evidence.follow_up
    return followed is not None and int(np.isfinite(followed.nps).sum()) >= ENOUGH_SURVEYED

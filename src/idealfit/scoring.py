"""Scoring accounts with a profile file: no deals are needed, and no workspace is kept."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from idealfit.errors import OutputNotSupported, Position
from idealfit.profile.document import load_profile
from idealfit.profile.vocabulary import words_of
from idealfit.records.intake import import_folder
from idealfit.records.report import ImportReport
from idealfit.scores.files import write_scores
from idealfit.scores.score import ScoreReport, score_tables
from idealfit.scores.scorecard import scorecard
from idealfit.store.engine import connect, load_tables
from idealfit.store.place import open_place, write_failure

SHOWN = 20
"""So many accounts are shown, the best first; the file holds all of them."""


@dataclass(frozen=True)
class ScoreResult:
    """What `score` did: what was read, what came out, the best accounts (id, name, tier, tier_low, tier_high, fit,
    timing), and the file that was written, if any.
    """

    imported: ImportReport
    report: ScoreReport
    best: tuple[tuple[str, str | None, str, str, str, float | None, float | None], ...]
    written: Path | None


def score(
    profile: Path,
    accounts: Path,
    *,
    to: Path | None = None,
    as_of: date | None = None,
    mapping: Path | None = None,
    criteria: bool = False,
    card: bool = False,
    progress: Callable[[str, float], None] | None = None,
) -> ScoreResult:
    """Scores every account of `accounts` (a file, or a folder of exports) with `profile`, and writes the scores to `to`
    (.csv or .parquet) if given.

    `as_of`: the option, else company.yaml or the latest past date in the data, else the profile's own day, else today.
    Raises ProfileFileError, what `import_folder` raises, NoAccountsToScore, OutputNotSupported and WriteFailed.
    """
    document = load_profile(profile)
    if to is not None and to.suffix.lower() not in {".csv", ".parquet"}:
        raise OutputNotSupported(
            f"Scores are not written as '{to.suffix}'",
            where=Position(str(to)),
            remedy="Name a file that ends in .csv or .parquet.",
        )
    with tempfile.TemporaryDirectory(prefix="idealfit-") as folder:
        place = open_place(Path(folder) / "workspace", create=True)
        plan = scorecard(document)
        spoken = words_of([*plan.scored.values(), *(predicate for _, predicate in plan.unscored)])
        imported = import_folder(accounts, place, mapping=mapping, as_of=as_of, progress=progress, spoken=spoken)
        day = imported.as_of or document.as_of or date.today()
        con = connect(place.root, *([] if to is None else [to.absolute().parent]))
        try:
            load_tables(con, place)
            attributes = imported.attributes
            report = score_tables(con, document, as_of=day, attributes=attributes, criteria=criteria, card=card)
            best = con.execute(
                "SELECT s.account_id, a.name, s.tier, s.tier_low, s.tier_high, s.fit, s.timing"
                " FROM scores AS s LEFT JOIN accounts AS a USING (account_id) WHERE s.duplicate_of IS NULL"
                " ORDER BY s.tier = 'excluded', s.fit DESC NULLS LAST, s.timing DESC NULLS LAST, s.account_id LIMIT ?",
                [SHOWN],
            ).fetchall()
            _write(con, to)
        finally:
            con.close()
    return ScoreResult(imported, report, tuple((*row,) for row in best), to)


def _write(con: Any, to: Path | None) -> None:
    if to is None:
        return
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise write_failure(to, problem) from problem
    if to.suffix.lower() == ".csv":
        write_scores(con, "scores", None, to)
    else:
        write_scores(con, "scores", to)

"""What scoring in another engine came to: counts that it made itself, and its rows as a file of ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from sqlglot import exp

from idealfit.profile.document import Profile
from idealfit.scores import sql
from idealfit.scores.card import NO_LINES
from idealfit.scores.dialects import WRITTEN, Dialect
from idealfit.scores.files import write_scores
from idealfit.scores.lying import Tables
from idealfit.scores.motions import REACHED
from idealfit.scores.overlap import Overlap
from idealfit.scores.reasons import NO_REASONS
from idealfit.scores.score import Hits, ScoreReport
from idealfit.scores.scorecard import scorecard
from idealfit.scores.warnings import warnings_of
from idealfit.store.engine import connect, literal, quote

BEST = 20
"""So many accounts are told."""


@dataclass(frozen=True)
class Outcome:
    """Rows written, accounts a tier, hits a criterion, and the best accounts: id, name, tier, tier_low, tier_high, fit,
    timing. `before`: the hits that an earlier table of scores in the same place had, as `hits.kept` made them.
    """

    rows: int
    tiers: Mapping[str, int]
    hits: Mapping[str, Hits]
    best: tuple[tuple[Any, ...], ...]
    before: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Best:
    """The best accounts as `ScoreResult.best`; of each its motion and its chance with the ends, where there are any;
    `cards`: those with most points (id, name, points, most, route, and the reasons).
    """

    accounts: tuple[tuple[Any, ...], ...]
    motions: tuple[str, ...]
    chances: tuple[tuple[float, float, float], ...]
    cards: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class ScoredThere:
    """What scoring came to by motion, the best accounts; of several motions for how many accounts each is the best, and
    whom two of them want."""

    outcomes: Mapping[str, Outcome]
    best: Best
    best_for: Mapping[str, int]
    overlaps: tuple[Overlap, ...]


SHOWN = ("account_id", "tier", "tier_low", "tier_high", "fit", "timing")
"""What is told of the best accounts."""


def shown_of(columns: Sequence[str]) -> list[str]:
    """What is told of the best accounts in a table of scores with these `columns`."""
    chances = ["p_win", "p_win_low", "p_win_high"] if "p_win_low" in columns else []
    return [*SHOWN, *(["motion"] if "motion" in columns else []), *chances]


def best_of(
    rows: Sequence[tuple[Any, ...]],
    cards: Sequence[tuple[Any, ...]],
    columns: Sequence[str],
    called: Callable[[Sequence[str]], Mapping[str, str]],
) -> Best:
    """The best accounts, of `rows` with the columns `shown_of(columns)`, and their cards (id, points, most, route,
    reasons); `called` answers the names of ids."""
    names = called([row[0] for row in (*rows, *cards)])
    motion = "motion" in columns
    at = len(SHOWN) + motion
    found = [tuple(row[at:]) for row in rows] if "p_win_low" in columns else []
    known = found if all(None not in one for one in found) else []
    return Best(
        tuple((row[0], names.get(row[0]), *row[1 : len(SHOWN)]) for row in rows),
        tuple(row[len(SHOWN)] for row in rows) if motion else (),
        tuple((float(one[0]), float(one[1]), float(one[2])) for one in known),
        tuple((row[0], names.get(row[0]), *row[1:5]) for row in cards),
    )


def counts_sql(names: Sequence[str], relation: str, dialect: Dialect) -> str:
    """One row: the counts of `counted`."""
    return f"SELECT {', '.join(counted(names, dialect))} FROM {relation}"


def counted(names: Sequence[str], dialect: Dialect) -> list[str]:
    """How many rows there are, how many of no duplicates, and of these for each criterion how many true and false."""
    own = exp.Is(this=sql.column("duplicate_of"), expression=exp.Null())
    counts: list[exp.Expr] = [exp.Count(this=exp.Star()), _count(own)]
    for name in names:
        state = sql.column(f"c_{name}")
        false = exp.Not(this=state.copy())
        counts += [_count(sql.all_of([own.copy(), state])), _count(sql.all_of([own.copy(), false]))]
    return [one.sql(dialect=WRITTEN[dialect]) for one in counts]


def _count(test: exp.Expr) -> exp.Expr:
    return exp.Count(this=sql.cases((test, sql.integer(1))))


def hits_of(names: Sequence[str], counts: Sequence[int]) -> dict[str, Hits]:
    """The hits from the row of `counts_sql`."""
    found = {}
    for at, name in enumerate(names):
        true, false = counts[2 + 2 * at], counts[3 + 2 * at]
        found[name] = Hits(true, false, counts[1] - true - false)
    return found


def report_of(
    profile: Profile, tables: Tables, outcome: Outcome, version: str, as_of: date, *, told: Sequence[str] = ()
) -> ScoreReport:
    """The report that scoring in DuckDB would give of the same run; `told` are warnings beside its own."""
    hits = {name: (one.true, one.false) for name, one in outcome.hits.items()}
    warnings = (*told, *warnings_of(profile, scorecard(profile), list(tables.accounts.columns), hits))
    return ScoreReport(outcome.rows, outcome.tiers, outcome.hits, warnings, version, as_of)


_TYPES = {"as_of": "DATE", "rank": "BIGINT", "card_points": "BIGINT", "card_most": "BIGINT"}
_TEXTS = frozenset(
    (
        "account_id",
        "tier",
        "tier_low",
        "tier_high",
        "timing_band",
        "priority",
        "profile_version",
        "duplicate_of",
        "route",
        "motion",
    )
)
_OF_A_MOTION = (*(f"{name} VARCHAR" for name in ("motion", "tier", "tier_low", "tier_high")),
                *(f"{name} DOUBLE" for name in ("score", "fit", "timing")),
                *(f"{name} VARCHAR" for name in ("timing_band", "priority", "profile_version")))  # fmt: skip
_LISTS = {"reasons": NO_REASONS, "card_reasons": NO_LINES, "excluded_by": "VARCHAR[]"}


def _motions_kind(reached: Sequence[str]) -> str:
    """The type of what each motion says, in a file whose scores have the columns `reached`."""
    more = (f"{name} {'BIGINT' if name == 'rank' else 'DOUBLE'}" for name in REACHED if name in reached)
    return f"STRUCT({', '.join((*_OF_A_MOTION, *more))})[]"


def file_from_rows(rows: Path, shown: Sequence[str], file: Path) -> None:
    """`rows`, a CSV without header with the columns `shown` (NULL is \\N, lists are JSON), as scores in `file` (.csv or
    .parquet). Raises WriteFailed."""
    con = connect(rows.parent, file.absolute().parent)
    try:
        names = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in shown)
        read = (
            f"read_csv({literal(str(rows))}, header = false, columns = {{{names}}}, nullstr = '\\N', delim = ',', "
            "quote = '\"', escape = '\"', auto_detect = false, parallel = false)"
        )
        cells = ", ".join(f"{_typed(name, shown)} AS {quote(name)}" for name in shown)
        con.execute(f"CREATE TABLE scores AS SELECT {cells} FROM {read}")
        if file.suffix.lower() == ".csv":
            write_scores(con, "scores", None, file)
        else:
            write_scores(con, "scores", file)
    finally:
        con.close()


def _typed(name: str, shown: Sequence[str]) -> str:
    listed = _motions_kind(shown) if name == "motions" else _LISTS.get(name)
    if listed is not None:
        return f"CAST(CAST({quote(name)} AS JSON) AS {listed})"
    if name in _TEXTS or name.startswith("reason_"):
        return quote(name)
    kind = _TYPES.get(name) or ("BOOLEAN" if name.startswith("c_") else "DOUBLE")
    return f"CAST({quote(name)} AS {kind})"

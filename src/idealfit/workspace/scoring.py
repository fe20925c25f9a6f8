"""Scoring accounts with a profile file, or with one a motion: no deals are needed, and no workspace is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from idealfit.errors import OutputNotSupported, Position
from idealfit.profile.document import Profile, load_profile
from idealfit.profile.motion import by_motion, profile_files
from idealfit.profile.vocabulary import words_of
from idealfit.records.attribute import AttributeInfo
from idealfit.records.company import Company
from idealfit.records.imported import company_of, load_attributes, load_report
from idealfit.records.report import ImportReport
from idealfit.scores.card import CardReason, CardScore, card_words
from idealfit.scores.files import stream_scores, write_scores
from idealfit.scores.score import ScoreReport, score_tables
from idealfit.scores.scorecard import scorecard
from idealfit.store.engine import connect, literal, load_tables
from idealfit.store.place import LEDGER_NAME, Place, open_place, write_aside, write_failure
from idealfit.store.scratch import scratch_folder
from idealfit.workspace.correcting import by_hand_words
from idealfit.workspace.runs import against_the_last, record_scoring

if TYPE_CHECKING:
    from idealfit.scores.motions import MotionsReport

SHOWN = 20
"""So many accounts are shown, the best first; the file holds all of them."""


@dataclass(frozen=True)
class CardLine:
    """One account's card: its points, the most that they can be once all is known, who answers, and why."""

    account_id: str
    name: str | None
    points: int
    most: int
    route: str | None
    words: str


@dataclass(frozen=True)
class ScoreResult:
    """What `score` did: what was read (None: the accounts of a workspace), what came out, the best accounts (id, name,
    tier, tier_low, tier_high, fit, timing), and the file that was written, if any. `cards`, if asked for, most points
    first. With several profiles `motions` tells of each, `report` is that of the first, and `best_motion` names the
    best motion of each of the `best`. `chances`: of each of the `best` its chance of winning with the ends of the
    interval, where discovery made the profile. `timing_unknown`: those of the `best`, by id, of which nothing is known
    that says when: their timing is what is usual elsewhere.
    """

    imported: ImportReport | None
    report: ScoreReport
    best: tuple[tuple[str, str | None, str, str, str, float | None, float | None], ...]
    written: Path | None
    cards: tuple[CardLine, ...] = ()
    motions: MotionsReport | None = None
    best_motion: tuple[str, ...] = ()
    chances: tuple[tuple[float, float, float], ...] = ()
    timing_unknown: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Accounts:
    """The accounts to score, in a place on disk, and what is known of them."""

    place: Place
    imported: ImportReport | None
    as_of: date | None
    attributes: Mapping[str, AttributeInfo]
    company: Company


def score(
    profile: Path,
    accounts: Path,
    *,
    to: Path | None = None,
    as_of: date | None = None,
    mapping: Path | None = None,
    criteria: bool = False,
    card: bool = False,
    top: int | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> ScoreResult:
    """Scores every account of `accounts` (a file, a folder of exports, or a workspace) with `profile`, and writes the
    scores to `to` (.csv or .parquet) if given. `profile` may be a workspace or a folder with one profile a motion: then
    every account has its best motion's score, and what each motion says of it.

    `top`: instead of all reasons the columns `reason_1`, …: the ids of the criteria that are true and can add most.
    `as_of`: the option, else company.yaml or the latest past date in the data, else the profile's own day, else today.
    Raises ProfileFileError, UsageError (no profile), what `import_folder` raises,
    NoAccountsToScore, OutputNotSupported and WriteFailed.
    """
    profiles = profiles_of(profile)
    document = next(iter(profiles.values()))
    _refuse(to)
    with reading(accounts, profiles, mapping, as_of, progress) as read, scratch_folder() as aside:
        day = read.as_of or document.as_of or date.today()
        con = connect(read.place.root, *([] if to is None else [to.absolute().parent]))
        try:
            load_tables(con, read.place)
            by_hand = () if read.imported else by_hand_words(con, read.place)
            words, company = read.attributes, read.company
            options: dict[str, Any] = {"as_of": day, "attributes": words, "company": company}
            options |= {"criteria": criteria, "card": card}
            motions = None
            if len(profiles) > 1:
                from idealfit.scores.motions import score_motions  # only several profiles need it

                motions = score_motions(con, profiles, aside=aside, **options)
                report = motions.motions[0].report
            elif document.model or to is None or to.suffix.lower() == ".csv":
                report = by_one(con, document, day, words, company, criteria=criteria, card=card, top=top)
            else:
                report = _streamed(con, document, to, top=top, **options)
            if read.imported is None:
                report, motions = against_the_last_run(read.place, profiles, day, report, motions)
            report = replace(report, warnings=(*report.warnings, *by_hand))
            shown, suits, chances = best_of(con, several=motions is not None)
            unknown = timing_unknown(con, [str(row[0]) for row in shown])
            cards = _cards(con) if card else ()
            if motions or not _written(con, to):
                _write(con, to)
        finally:
            con.close()
    return ScoreResult(read.imported, report, shown, to, cards, motions, suits, chances, unknown)


def against_the_last_run(
    place: Place, profiles: Mapping[str, Profile], day: date, report: ScoreReport, motions: MotionsReport | None
) -> tuple[ScoreReport, MotionsReport | None]:
    """Of a workspace's accounts: the reports with what has jumped since the last run; the hits of this one are kept."""
    if motions is None:
        ((motion, profile),) = profiles.items()
        told = against_the_last(place, profile, report)
        record_scoring(place, day, {motion: (profile, report)})
        return told, None
    each = tuple(
        replace(one, report=against_the_last(place, profiles[one.motion], one.report)) for one in motions.motions
    )
    record_scoring(place, day, {one.motion: (profiles[one.motion], one.report) for one in each})
    return each[0].report, replace(motions, motions=each)


def by_one(
    con: duckdb.DuckDBPyConnection,
    profile: Profile,
    day: date,
    words: Mapping[str, AttributeInfo],
    company: Company,
    *,
    criteria: bool,
    card: bool,
    top: int | None = None,
) -> ScoreReport:
    """The table `scores` by one profile; where discovery left a model in it, with chances, values and their ends."""
    into = "scores_by_points" if profile.model else "scores"
    everything = criteria or bool(profile.model)
    report = score_tables(
        con, profile, as_of=day, attributes=words, company=company, criteria=everything, card=card, into=into, top=top
    )
    if profile.model:
        from idealfit.scores.expected_value import add_expected_value  # only what discovery made needs it

        add_expected_value(con, profile, table=into, into="scores", criteria=criteria)
    return report


def _streamed(con: duckdb.DuckDBPyConnection, profile: Profile, to: Path, **options: Any) -> ScoreReport:
    """The scores by one profile straight into the file, never all of them in memory; `scores` is then a view of it."""
    reports: list[ScoreReport] = []

    def write(aside: Path) -> None:
        reports.append(score_tables(con, profile, stored=lambda query: stream_scores(con, query, aside), **options))

    _make_folder(to)
    write_aside(to, write)
    con.execute(f"CREATE OR REPLACE VIEW scores AS FROM read_parquet({literal(str(to.absolute()))})")
    return reports[0]


def _written(con: duckdb.DuckDBPyConnection, to: Path | None) -> bool:
    """Whether `scores` is a view of the file, which is then written."""
    found = con.execute("SELECT 1 FROM duckdb_views() WHERE view_name = 'scores'").fetchone()
    return to is not None and found is not None


def _chances(con: duckdb.DuckDBPyConnection, accounts: list[str]) -> tuple[tuple[float, float, float], ...]:
    """The chance of winning of these accounts, with the ends of its interval; empty where the profile tells none."""
    there = {row[0] for row in con.execute("DESCRIBE scores").fetchall()}
    if not {"p_win", "p_win_low", "p_win_high"} <= there:
        return ()
    rows = con.execute(
        "SELECT account_id, p_win, p_win_low, p_win_high FROM scores WHERE list_contains($ids, account_id)",
        {"ids": accounts},
    ).fetchall()
    found = {row[0]: (row[1], row[2], row[3]) for row in rows}
    return tuple(found[one] for one in accounts)


def profiles_of(path: Path) -> dict[str, Profile]:
    """The profile by its motion, or those of the folder."""
    if not path.is_dir():
        found = load_profile(path)
        return {found.motion: found}
    return by_motion({file: load_profile(file) for file in profile_files(path)})


def _refuse(to: Path | None) -> None:
    if to is not None and to.suffix.lower() not in {".csv", ".parquet"}:
        raise OutputNotSupported(
            f"Scores are not written as '{to.suffix}'",
            where=Position(str(to)),
            remedy="Name a file that ends in .csv or .parquet.",
        )


@contextmanager
def reading(
    accounts: Path,
    profiles: Mapping[str, Profile],
    mapping: Path | None,
    as_of: date | None,
    progress: Callable[[str, float], None] | None,
) -> Iterator[Accounts]:
    """The accounts of a workspace as they are, or of files read into a place of their own."""
    if (accounts / LEDGER_NAME).is_file():
        place = open_place(accounts)
        last = (load_report(place) or {}).get("as_of")
        day = as_of or (date.fromisoformat(last) if last else None)
        yield Accounts(place, None, day, load_attributes(place), company_of(place))
        return
    plans = [scorecard(profile) for profile in profiles.values()]
    spoken = words_of(
        predicate for plan in plans for predicate in [*plan.scored.values(), *(one for _, one in plan.unscored)]
    )
    from idealfit.records.intake import import_folder  # slow to load, and a workspace is read without it

    with scratch_folder() as folder:
        place = open_place(folder / "workspace", create=True)
        imported = import_folder(accounts, place, mapping=mapping, as_of=as_of, progress=progress, spoken=spoken)
        yield Accounts(place, imported, imported.as_of, imported.attributes, imported.company)


def best_of(
    con: Any, *, several: bool
) -> tuple[tuple[tuple[Any, ...], ...], tuple[str, ...], tuple[tuple[float, float, float], ...]]:
    """The best of the table `scores`, their best motions (none unless `several`) and their chances, as `ScoreResult`
    has them.
    """
    best = _best(con, several=several)
    shown = tuple((*row[:7],) for row in best)
    return shown, tuple(row[7] for row in best if several), _chances(con, [row[0] for row in best])


def timing_unknown(con: Any, ids: Sequence[str]) -> frozenset[str]:
    """Those of the accounts `ids` of the table `scores` of which nothing is known that says when."""
    query = (
        "SELECT account_id FROM scores WHERE timing_band = 'unknown' AND account_id IN (SELECT unnest($1::VARCHAR[]))"
    )
    return frozenset(str(row[0]) for row in con.execute(query, [list(ids)]).fetchall())


def _best(con: Any, *, several: bool) -> list[tuple[Any, ...]]:
    motion = ", motion" if several else ""
    rows: list[tuple[Any, ...]] = con.execute(
        f"SELECT account_id, tier, tier_low, tier_high, fit, timing{motion} FROM scores WHERE duplicate_of IS NULL"
        " ORDER BY CASE tier WHEN 'A' THEN 1 WHEN 'B' THEN 2 WHEN 'unknown' THEN 3 WHEN 'C' THEN 4 ELSE 5 END,"
        " fit DESC NULLS LAST, timing DESC NULLS LAST, account_id LIMIT ?",
        [SHOWN],
    ).fetchall()
    # names of these few only: to join them to all accounts first costs more than the rest
    names = dict(
        con.execute(
            "SELECT account_id, name FROM accounts WHERE account_id IN (SELECT unnest($ids::VARCHAR[]))",
            {"ids": [row[0] for row in rows]},
        ).fetchall()
    )
    return [(row[0], names.get(row[0]), *row[1:]) for row in rows]


def _cards(con: Any) -> tuple[CardLine, ...]:
    there = {row[0] for row in con.execute("DESCRIBE scores").fetchall()}
    if "card_points" not in there:
        return ()
    rows = con.execute(
        "SELECT s.account_id, a.name, s.card_points, s.card_most, s.route, s.card_reasons"
        " FROM scores AS s LEFT JOIN accounts AS a USING (account_id) WHERE s.duplicate_of IS NULL"
        " AND s.card_points IS NOT NULL"
        " ORDER BY s.tier = 'excluded', s.card_points DESC, s.card_most DESC, s.account_id LIMIT ?",
        [SHOWN],
    ).fetchall()
    lines = []
    for account, name, points, most, route, reasons in rows:
        told = CardScore(points, most, route, tuple(CardReason(**reason) for reason in reasons))
        lines.append(CardLine(account, name, points, most, route, card_words(told)))
    return tuple(lines)


def _write(con: Any, to: Path | None) -> None:
    if to is None:
        return
    _make_folder(to)
    if to.suffix.lower() == ".csv":
        write_scores(con, "scores", None, to)
    else:
        write_scores(con, "scores", to)


def _make_folder(to: Path) -> None:
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise write_failure(to, problem) from problem

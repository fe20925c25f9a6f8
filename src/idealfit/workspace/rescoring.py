"""Scoring anew only the accounts that changed since an earlier file of scores: a base and a delta."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb

from idealfit.errors import OutputNotSupported, Position, UsageError
from idealfit.profile.document import Profile, load_profile, substance_hash
from idealfit.profile.predicate import attributes
from idealfit.records.corrected import load_corrected
from idealfit.records.tables import TABLES
from idealfit.scores.facts import EventFact, facts_of
from idealfit.scores.files import stream_scores
from idealfit.scores.reasons import NO_REASONS
from idealfit.scores.score import ScoreReport, score_tables
from idealfit.scores.scorecard import scorecard
from idealfit.store.engine import connect, literal, quote
from idealfit.store.place import write_aside
from idealfit.workspace.scoring import Accounts, ScoreResult, reading

CHANGED = "idealfit changed accounts"
_MERGED = "idealfit merged accounts"


def rescore(
    profile: Path,
    accounts: Path,
    *,
    since: Path,
    changed: Sequence[Path],
    to: Path | None = None,
    as_of: date | None = None,
) -> ScoreResult:
    """Scores the accounts that `changed` names (files, .csv or .parquet, with a column account_id: changed accounts,
    new events; an account that is gone as well) out of `accounts` as they are now, by the same profile and day as the
    scores in `since`.

    `to`: the file of `since` (the default) is replaced by all scores, as a whole run would give them, at once; another
    .parquet file gets only the rows that were scored anew. What `since` has (reasons or `reason_1`, …, criteria, card)
    is made again. The report is that of the accounts scored anew, without warnings. Raises UsageError where everything
    must be scored (another profile or day, a profile whose ranks hang on everybody), and what `score` raises.
    """
    to = to or since
    document = load_profile(profile)
    if {since.suffix.lower(), to.suffix.lower()} != {".parquet"}:
        raise OutputNotSupported(
            "Scores are brought up to date in .parquet files", where=Position(str(to)), remedy="Name .parquet files."
        )
    if document.model:
        raise UsageError(
            "Its ranks hang on every account: everything must be scored",
            where=Position(str(profile)),
            remedy="Leave --since away.",
        )
    with reading(accounts, {document.motion: document}, None, as_of, None) as read:
        day = read.as_of or document.as_of or date.today()
        files = [one for path in (since, *changed) for one in dict.fromkeys((path.absolute(), path.resolve()))]
        con = connect(read.place.root, to.absolute().parent, files=files)
        try:
            load_corrected(con, read.place)
            reports: list[ScoreReport] = []

            def write(aside: Path) -> None:
                alone = None if to.resolve() == since.resolve() else aside
                reports.append(_scored(con, document, read, day, since, changed, alone))
                if alone is None:
                    stream_scores(con, _everybody(con, since), aside)

            write_aside(to, write)
        finally:
            con.close()
    return ScoreResult(read.imported, reports[0], (), to)


def _scored(
    con: duckdb.DuckDBPyConnection,
    profile: Profile,
    read: Accounts,
    day: date,
    since: Path,
    changed: Sequence[Path],
    alone: Path | None,
) -> ScoreReport:
    """`scores` of what is to be scored anew, kept in the file `alone` where that is to hold nothing else, and `CHANGED`
    with the accounts that it stands for."""
    base = f"read_parquet({literal(str(since.absolute()))})"
    columns = [row[0] for row in con.execute(f"DESCRIBE SELECT * FROM {base}").fetchall()]
    version = substance_hash(profile)[:12]
    _same_run(con, base, columns, version, day, since)
    _find_changed(con, changed)
    _keep_changed(con, profile)
    top = sum(name.startswith("reason_") for name in columns)
    report = score_tables(
        con,
        profile,
        as_of=day,
        attributes=read.attributes,
        company=read.company,
        criteria=any(name.startswith("c_") for name in columns),
        card="card_points" in columns,
        top=None if "reasons" in columns else top,
        version=version,
        stored=None if alone is None else lambda query: stream_scores(con, query, alone),
        warned=False,
    )
    made = [row[0] for row in con.execute("DESCRIBE scores").fetchall()]
    if made != columns:
        raise _everything(since, "it has other columns")
    return report


def _same_run(
    con: duckdb.DuckDBPyConnection, base: str, columns: Sequence[str], version: str, day: date, since: Path
) -> None:
    if not {"account_id", "profile_version", "as_of"} <= set(columns):
        raise _everything(since, "it is no file of scores")
    found = con.execute(f"SELECT DISTINCT profile_version, CAST(as_of AS DATE) FROM {base}").fetchall()
    if found and found != [(version, day)]:
        raise _everything(since, "it is of another profile, or of another day")


def _everything(since: Path, why: str) -> UsageError:
    return UsageError(
        f"These scores cannot be brought up to date: {why}",
        where=Position(str(since)),
        remedy="Leave --since away, or give the profile and the day (--as-of) of that file.",
    )


def _find_changed(con: duckdb.DuckDBPyConnection, changed: Sequence[Path]) -> None:
    """`CHANGED`: the accounts named, those merged into them, and those that they were merged into."""
    parts = []
    for path in changed:
        reader = "read_parquet" if path.suffix.lower() == ".parquet" else "read_csv"
        every = "" if reader == "read_parquet" else ", all_varchar = true, header = true"
        source = f"{reader}({literal(str(path.absolute()))}{every})"
        try:
            named = {row[0] for row in con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}
        except duckdb.Error as problem:
            raise UsageError(
                "What changed cannot be read",
                where=Position(str(path)),
                remedy="Name .csv or .parquet files with a column account_id.",
            ) from problem
        if "account_id" not in named:
            raise UsageError(
                "What changed has no column account_id",
                where=Position(str(path)),
                remedy="Give a column account_id: of the accounts that changed, or of those with new events.",
            )
        parts.append(f"SELECT CAST(account_id AS VARCHAR) AS account_id FROM {source} WHERE account_id IS NOT NULL")
    told = " UNION ".join(parts) or "SELECT '' AS account_id WHERE false"
    con.execute(f"CREATE TEMP TABLE {quote(CHANGED)} AS SELECT DISTINCT account_id FROM ({told})")
    # the few merged ones first: where nobody was merged, no account is read for it
    con.execute(
        f"CREATE TEMP TABLE {quote(_MERGED)} AS "
        "SELECT account_id, duplicate_of FROM accounts WHERE duplicate_of IS NOT NULL"
    )
    con.execute(
        f"INSERT INTO {quote(CHANGED)} SELECT account_id FROM ("
        f"SELECT account_id FROM {quote(_MERGED)} WHERE duplicate_of IN (FROM {quote(CHANGED)}) "
        f"UNION SELECT duplicate_of FROM {quote(_MERGED)} WHERE account_id IN (FROM {quote(CHANGED)})) "
        f"WHERE account_id NOT IN (FROM {quote(CHANGED)})"
    )


def _keep_changed(con: duckdb.DuckDBPyConnection, profile: Profile) -> None:
    """Of every table only the rows of `CHANGED`, and only the columns that the profile reads."""
    predicates = [one.predicate for _, one in profile.criteria] + [one.predicate for one in profile.exclusions]
    used = {name.lower() for one in predicates for name in attributes(one)}
    used |= {"account_id", "duplicate_of", "tech"}
    facts = {*facts_of(predicates), *(fact for item in scorecard(profile).items for fact in item.last_events)}
    details = any(isinstance(fact, EventFact) and fact.detail is not None for fact in facts)
    read = {"events": ("account_id", "event_type", *(["detail"] if details else []), "occurred_at", "known_at")}
    for name, table in TABLES.items():
        if "account_id" not in table.columns:
            continue
        whole = quote(f"idealfit all {name}")
        con.execute(f"ALTER VIEW {quote(name)} RENAME TO {whole}")
        there = [row[0] for row in con.execute(f"DESCRIBE {whole}").fetchall()]
        if name == "accounts":
            there = [column for column in there if column.lower() in used]
        shown = ", ".join(quote(column) for column in read.get(name, there))
        if name == "events" and not details:
            shown += ", CAST(NULL AS VARCHAR) AS detail"
        con.execute(
            f"CREATE TEMP TABLE {quote(name)} AS SELECT {shown} FROM {whole} "
            f"WHERE account_id IN (SELECT account_id FROM {quote(CHANGED)})"
        )


def _everybody(con: duckdb.DuckDBPyConnection, since: Path) -> str:
    """The rows of `since`, those of `CHANGED` exchanged for their `scores`."""
    base = f"read_parquet({literal(str(since.absolute()))})"
    columns = [row[0] for row in con.execute("DESCRIBE scores").fetchall()]
    plain = f"REPLACE (CAST(reasons AS {NO_REASONS}) AS reasons)" if "reasons" in columns else ""
    return (
        f"SELECT * FROM (SELECT * FROM {base} WHERE account_id NOT IN (SELECT account_id FROM {quote(CHANGED)}) "
        f"UNION ALL BY NAME SELECT * {plain} FROM scores) ORDER BY account_id"
    )

"""One account, several motions: its score by each profile, the motion that suits it best, and whom two of them want."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

import duckdb

from idealfit.profile.document import Profile
from idealfit.profile.parsing import parse
from idealfit.records.attribute import AttributeInfo
from idealfit.records.company import Company
from idealfit.scores.expected_value import add_expected_value
from idealfit.scores.files import stream_scores
from idealfit.scores.overlap import Overlap, overlaps
from idealfit.scores.reasons import NO_REASONS
from idealfit.scores.score import ScoreReport, drop_lines, score_profiles
from idealfit.scores.states import column_types, criterion_states
from idealfit.store.engine import literal, quote
from idealfit.store.place import write_failure

_ONE = "idealfit scores of motion"
_FLAGS = "idealfit motions"
_RAW = "idealfit scores of a motion, all columns"
_BESIDE = "idealfit scores of the best motion"
_NO_WORD = re.compile(r"[^\w-]+")
_SOLD = "idealfit sold to"
SAID = ("tier", "tier_low", "tier_high", "score", "fit", "timing", "timing_band", "priority", "profile_version")
"""What every account's list of motions holds of each, beside the motion's name."""
AT_ONCE = 100_000
"""So many accounts are compared at once."""
REACHED = ("p_win", "expected_value", "rank", "p_advance", "p_stay", "p_best", "p_customer")
"""What it holds beside, where a profile has a model of it."""


@dataclass(frozen=True)
class MotionReport:
    """A motion: the profile's name, how scoring went, and for how many accounts it is the best of all motions."""

    motion: str
    profile: str
    report: ScoreReport
    best_for: int


@dataclass(frozen=True)
class MotionsReport:
    """Every motion, and of each pair whom both want: accounts in tier A or B of the one, the other or both."""

    motions: tuple[MotionReport, ...]
    overlaps: tuple[Overlap, ...]


def score_motions(
    con: duckdb.DuckDBPyConnection,
    profiles: Mapping[str, Profile],
    *,
    as_of: date,
    attributes: Mapping[str, AttributeInfo] | None = None,
    company: Company | None = None,
    card: bool = False,
    criteria: bool = False,
    into: str = "scores",
    aside: Path | None = None,
) -> MotionsReport:
    """Score every account by each of `profiles` (motion → profile), into the table `into`, sorted by id.

    A row is that of the motion which suits the account best, and two columns more: `motion`, its name, and `motions`,
    what each of them says; where discovery left a model in a profile also its chance, value and rank. Best is a motion
    that is sold to such accounts (`sold_to`) before one of which that is not known, and before one that is not; then
    the best tier (A, B, C, unknown, excluded), then fit, then timing, then the order of `profiles`. `criteria` adds a
    column `c_<motion>__<id>` a criterion and exclusion of each motion (`criterion_column`). Where there are more than
    `AT_ONCE` accounts and `aside` names a folder, the rows are kept in files there, and `into` is a view of them: all
    reasons of a million accounts are more than memory should hold. Raises what `score_tables` raises.
    """
    # what is not looked at by a model need not be kept: it is worked out of the answers where it is read
    views = [not profile.model for profile in profiles.values()]
    names = [f"{_ONE if view else _RAW} {number}" for number, view in enumerate(views)]
    reports = score_profiles(
        con,
        list(profiles.values()),
        as_of=as_of,
        into=names,
        attributes=attributes,
        company=company,
        criteria=[criteria or bool(profile.model) for profile in profiles.values()],
        card=card,
        views=views,
    )
    for number, (name, profile) in enumerate(zip(names, profiles.values(), strict=True)):
        if not views[number]:
            add_expected_value(con, profile, table=name, into=f"{_ONE} {number}", criteria=criteria)
            con.execute(f"DROP TABLE {quote(name)}")
    sold = _sold(con, profiles, as_of)
    slices = _slices(con)
    queries = (_with_criteria(con, list(profiles), _best(con, list(profiles), sold, one), one) for one in slices)
    _keep(con, queries, into, aside if len(slices) > 1 else None)
    best = dict(
        con.execute(f"SELECT motion, count(*) FROM {quote(into)} WHERE duplicate_of IS NULL GROUP BY motion").fetchall()
    )
    shared = _shared(con, list(profiles))
    for number, view in enumerate(views):
        con.execute(f"DROP {'VIEW' if view else 'TABLE'} {quote(f'{_ONE} {number}')}")
    drop_lines(con)
    motions = tuple(
        MotionReport(motion, profile.profile, report, int(best.get(motion, 0)))
        for (motion, profile), report in zip(profiles.items(), reports, strict=True)
    )
    return MotionsReport(motions, shared)


def add_motions(
    con: duckdb.DuckDBPyConnection,
    profiles: Mapping[str, Profile],
    *,
    as_of: date,
    attributes: Mapping[str, AttributeInfo],
    company: Company,
    table: str = "scores",
) -> MotionsReport | None:
    """Give `table`, scores by one profile, the columns `motion` (the best of `profiles`) and `motions` (what each of
    them says); nothing where there is only one.
    """
    if len(profiles) < 2:
        return None
    found = score_motions(con, profiles, as_of=as_of, attributes=attributes, company=company, into=_BESIDE)
    con.execute(
        f"CREATE OR REPLACE TABLE {quote(table)} AS SELECT s.*, m.motion, m.motions FROM {quote(table)} AS s "
        f"LEFT JOIN (SELECT account_id, motion, motions FROM {quote(_BESIDE)}) AS m USING (account_id) "
        "ORDER BY account_id"
    )
    con.execute(f"DROP TABLE {quote(_BESIDE)}")
    return found


def _keep(con: duckdb.DuckDBPyConnection, queries: Iterable[str], into: str, aside: Path | None) -> None:
    """The rows of all `queries`, one after the other, as the table `into`, or as a view of files in `aside`."""
    files = []
    made = f"CREATE OR REPLACE TABLE {quote(into)} AS"
    for number, query in enumerate(queries):
        if aside is None:
            con.execute(f"{made} {query}")
            made = f"INSERT INTO {quote(into)}"
        else:
            files.append(aside / f"slice {number}.parquet")
            try:
                stream_scores(con, query, files[-1])
            except OSError as problem:
                raise write_failure(files[-1], problem) from problem
    if aside is not None:
        told = ", ".join(literal(str(one)) for one in files)
        con.execute(f"CREATE OR REPLACE VIEW {quote(into)} AS FROM read_parquet([{told}])")


def _slices(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Conditions on `account_id`, each true for at most `AT_ONCE` accounts, in order: what several motions say of
    every account, with all reasons, is more than memory should hold at once."""
    one = quote(f"{_ONE} 0")
    numbered = f"SELECT account_id, row_number() OVER (ORDER BY account_id) AS place FROM {one}"
    first = con.execute(
        f"SELECT account_id FROM ({numbered}) WHERE place > 1 AND place % {AT_ONCE} = 1 ORDER BY account_id"
    ).fetchall()
    ends = [None, *(row[0] for row in first), None]
    parts = []
    for low, high in pairwise(ends):
        tests = [f"account_id >= {literal(low)}"] if low is not None else []
        tests += [f"account_id < {literal(high)}"] if high is not None else []
        parts.append(" AND ".join(tests) or "true")
    return parts


def _part(number: int, within: str) -> str:
    return f"(SELECT * FROM {quote(f'{_ONE} {number}')} WHERE {within})"


def criterion_column(motion: str, name: str) -> str:
    """The column with the state of a criterion of one motion among several: 'Mid market', 'size' → c_mid-market__size.

    Every sign of the motion's name that is no letter, digit, - or _ is a hyphen.
    """
    return f"c_{_NO_WORD.sub('-', motion.casefold())}__{name}"


def _criteria(con: duckdb.DuckDBPyConnection, number: int) -> list[str]:
    found = con.execute(f"DESCRIBE {quote(f'{_ONE} {number}')}").fetchall()
    return [row[0] for row in found if row[0].startswith("c_")]


def _with_criteria(con: duckdb.DuckDBPyConnection, motions: Sequence[str], query: str, within: str) -> str:
    """`query` with the criteria of every motion beside each row."""
    columns, joins, taken = "", "", set[str]()
    for number, motion in enumerate(motions):
        for one in _criteria(con, number):
            name = criterion_column(motion, one.removeprefix("c_"))
            name = name if name not in taken else f"{name}__{number}"
            taken.add(name)
            columns += f", m{number}.{quote(one)} AS {quote(name)}"
        joins += f" JOIN {_part(number, within)} AS m{number} ON m{number}.account_id = best.account_id"
    return f"SELECT best.*{columns} FROM ({query}) AS best{joins} ORDER BY best.account_id" if columns else query


def _sold(con: duckdb.DuckDBPyConnection, profiles: Mapping[str, Profile], as_of: date) -> frozenset[int]:
    """Make the table of whom each motion is sold to (`s0`, `s1`, …), and answer which motions say so. A merged
    duplicate has its survivor's answers, as in the scores."""
    said = {number: one for number, one in enumerate(profiles.values()) if one.sold_to is not None}
    for number, one in said.items():
        asked = {f"s{number}": parse(one.sold_to or "")}
        into = f"{_SOLD} {number}"
        criterion_states(con, asked, rows="accounts", as_of=as_of, coverage=one.coverage, into=into)
    if said:
        columns, joins = ", ".join(f"s{number}" for number in said), "FROM accounts AS a"
        whose = "a.account_id"
        if "duplicate_of" in column_types(con, "accounts"):
            joins += " LEFT JOIN accounts AS o ON o.account_id = a.duplicate_of AND o.duplicate_of IS NULL"
            whose = "COALESCE(o.account_id, a.account_id)"
        for number in said:
            joins += f" JOIN {quote(f'{_SOLD} {number}')} AS w{number} ON w{number}.account_id = {whose}"
        con.execute(f"CREATE OR REPLACE TEMP TABLE {quote(_SOLD)} AS SELECT a.account_id, {columns} {joins}")
    return frozenset(said)


def _whom(number: int, sold: frozenset[int]) -> str:
    """0 where the motion is sold to such accounts, 1 where that is not known, 2 where it is not."""
    return f"CASE s{number} WHEN true THEN 0 WHEN false THEN 2 ELSE 1 END" if number in sold else "1"


def _best(con: duckdb.DuckDBPyConnection, motions: Sequence[str], sold: frozenset[int], within: str) -> str:
    """The query of the best motion's row for every account of a slice."""
    beside = f" LEFT JOIN {quote(_SOLD)} AS w ON w.account_id = t.account_id" if sold else ""
    there: dict[int, set[str]] = {}
    for number in range(len(motions)):
        there[number] = {row[0] for row in con.execute(f"DESCRIBE {quote(f'{_ONE} {number}')}").fetchall()}
    fields = ["motion", *SAID, *(one for one in REACHED if any(one in columns for columns in there.values()))]
    few, parts = [], []
    for number, motion in enumerate(motions):
        said = ", ".join(f"t.{name}" for name in fields[1:] if name in there[number])
        few.append(
            f"SELECT t.account_id, {said}, {literal(motion)} AS motion, {number} AS motion_number, "
            f"{_whom(number, sold)} AS whom FROM {_part(number, within)} AS t{beside}"
        )
        states = _criteria(con, number)
        without = f" EXCLUDE ({', '.join(map(quote, states))})" if states else ""
        parts.append(
            f"SELECT t.*{without} REPLACE (CAST(t.reasons AS {NO_REASONS}) AS reasons), {literal(motion)} AS motion, "
            f"chosen.motions FROM {_part(number, within)} AS t JOIN chosen "
            f"ON chosen.account_id = t.account_id AND chosen.motion_number = {number}"
        )
    each = " UNION ALL BY NAME ".join(few)
    # side by side and not as a list by group: an ordered list of a group takes ten times the time
    each_said = ", ".join(
        "{" + ", ".join(f"{name}: e{number}.{name}" for name in fields) + "}" for number in range(len(motions))
    )
    beside_it = "".join(
        f" JOIN every AS e{number} ON e{number}.account_id = e0.account_id AND e{number}.motion_number = {number}"
        for number in range(1, len(motions))
    )
    rank = "list_position(['A', 'B', 'C', 'unknown', 'excluded'], tier)"
    # what is compared is little; the reasons are fetched of the best one only
    return (
        f"WITH every AS MATERIALIZED ({each}), "
        f"told AS (SELECT e0.account_id, [{each_said}] AS motions FROM every AS e0{beside_it} "
        "WHERE e0.motion_number = 0), "
        f"placed AS (SELECT account_id, motion_number, row_number() OVER (PARTITION BY account_id "
        f"ORDER BY whom, {rank}, fit DESC NULLS LAST, timing DESC NULLS LAST, motion_number) AS place FROM every), "
        "chosen AS MATERIALIZED (SELECT account_id, motion_number, motions FROM placed JOIN told USING (account_id) "
        "WHERE place = 1) "
        f"SELECT * EXCLUDE (motions), motions FROM ({' UNION ALL BY NAME '.join(parts)}) ORDER BY account_id"
    )


def _shared(con: duckdb.DuckDBPyConnection, motions: Sequence[str]) -> tuple[Overlap, ...]:
    wanted = "CASE tier WHEN 'unknown' THEN NULL ELSE tier IN ('A', 'B') END"
    columns = [f"m{number}" for number in range(len(motions))]
    parts = [
        f"(SELECT account_id, {wanted} AS {column} FROM {quote(f'{_ONE} {number}')} WHERE duplicate_of IS NULL)"
        for number, column in enumerate(columns)
    ]
    joined = parts[0] + "".join(f" JOIN {part} USING (account_id)" for part in parts[1:])
    con.execute(f"CREATE OR REPLACE TEMP TABLE {quote(_FLAGS)} AS SELECT {', '.join(columns)} FROM {joined}")
    found = overlaps(con, _FLAGS, columns, names=motions)
    con.execute(f"DROP TABLE {quote(_FLAGS)}")
    return found

"""The workspace on one page: what waits for a person, what changed, what each tier is worth, the open pipeline.

Nothing is worked out here: what builds, imports and people left is read back and counted.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from idealfit.activation.money import load_rates
from idealfit.activation.pipeline import pipeline_share
from idealfit.performance.summary import NO_BUYERS
from idealfit.profile.document import load_profile, substance_hash
from idealfit.profile.standing import Standing, standing, team_of, team_words
from idealfit.records.corrected import load_corrected
from idealfit.records.imported import company_of, load_report
from idealfit.store.delimited_output import unguarded
from idealfit.store.engine import connect
from idealfit.store.ledger import open_ledger
from idealfit.store.place import Place
from idealfit.workspace.checking import check
from idealfit.workspace.imported_before import PastImport, imports_in
from idealfit.workspace.last_scoring import HISTORY, counted_until
from idealfit.workspace.lately import WEEK, Week, freshest, week

ANEW = "score anew"
"""How the ledger calls a scoring that took the place of the last build's scores (`scoring_anew`)."""
NAMED = 8
"""So many companies and deals of a kind are named; the lists have them all."""
OWNERS = 12
NOT_WORKED = ("C", "excluded")
"""An open deal in one of these is what to look at when something is to be closed out."""
NOBODY = ""
"""The owner of what has none."""


@dataclass(frozen=True)
class Move:
    """So many accounts went from one tier to another in the last build that changed anything; the first of them as
    (id, name)."""

    was: str
    now: str
    accounts: int
    named: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Moves:
    """What became of the scores as of `before` by those as of `at`, a week or more later where the history goes back as
    far; `new`: accounts scored first."""

    before: date
    at: date
    moved: tuple[Move, ...]
    new: int


@dataclass(frozen=True)
class OpenTier:
    """The open deals of a tier: how many, and their amount in the home currency (None where none is known)."""

    tier: str
    deals: int
    amount: float | None


@dataclass(frozen=True)
class Owner:
    """What an owner has open: deals in A and B, in C and excluded accounts, elsewhere; A accounts nobody touched."""

    owner: str
    good: int
    poor: int
    other: int
    neglected: int


@dataclass(frozen=True)
class OpenPipeline:
    """`share`: see `activation.pipeline.pipeline_share`. `close_out`: open deals in C and excluded accounts (of
    `poor` in all), the oldest first; `neglected`: lines of neglected.csv (of `untouched`). Both as column → text.
    """

    share: Mapping[str, Any]
    tiers: tuple[OpenTier, ...]
    close_out: tuple[Mapping[str, str], ...]
    poor: int
    neglected: tuple[Mapping[str, str], ...]
    untouched: int
    owners: tuple[Owner, ...]
    more_owners: int


@dataclass(frozen=True)
class NoBuyers:
    """Rows of the list that can be no customers, which the figures of the profile leave out: how many, how many of them
    in A and B, and what they are (`performance.summary.NO_BUYERS`), the most first.
    """

    accounts: int
    in_ab: int
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Overview:
    """What the page shows. `standing` is None where there is no profile of its own name; `exclusions`: id → why, of
    those proposed; `other_version`: accounts scored by another version of the profile; `imported_since`: the records
    were imported after the last scoring; `evidence`: evidence.json, empty where there is none; `week`: the last of the
    records; `newest`: the last day that each table speaks of; `no_buyers`: None where the list has none.
    """

    standing: Standing | None
    lapsed: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]
    exclusions: Mapping[str, str]
    proposal: bool
    lint_errors: int
    other_version: int
    imported_since: bool
    built_at: datetime | None
    imports: tuple[PastImport, ...]
    moves: Moves | None
    accounts: Mapping[str, int]
    evidence: Mapping[str, Any]
    pipeline: OpenPipeline | None
    week: Week | None = None
    newest: tuple[tuple[str, date], ...] = ()
    no_buyers: NoBuyers | None = None


def overview(place: Place) -> Overview:
    """The overview of a workspace that holds scores. Raises ProfileFileError for a profile that cannot be read."""
    root = place.root
    ledger = open_ledger(place)
    builds = ledger.runs_of_kind("build")
    scored = [*builds, *(run for run in ledger.runs_of_kind("score") if run.command == ANEW)]
    imports = imports_in(place)
    evidence = root / "evidence.json"
    document = json.loads(evidence.read_text(encoding="utf-8")) if evidence.is_file() else {}
    told = (load_report(place) or {}).get("as_of")
    last_day = date.fromisoformat(str(told)[:10]) if told else None
    con = connect(root)
    try:
        load_corrected(con, place, until=counted_until(place))
        tiers, versions = _scored(con, root)
        moves = _moves(con, root)
        pipeline = _pipeline(con, place)
        no_buyers = _no_buyers(con, root)
        lately, newest = _lately(con, place, last_day)
    finally:
        con.close()
    path = root / "profile.yaml"
    profile = load_profile(path) if path.is_file() else None
    found = None if profile is None else standing(profile)
    version = None if profile is None else substance_hash(profile)
    several = (root / "profiles").is_dir()
    return Overview(
        found,
        () if found is None else tuple((one.by, team_words(team_of(one.team))) for one in found.lapsed if one.content),
        () if found is None else tuple(team_words(one) for one in found.missing),
        {} if profile is None else {one.id: one.because or "" for one in profile.exclusions if one.state == "proposed"},
        bool([*root.glob("*.proposed.yaml"), *root.glob("profiles/*.proposed.yaml")]),
        0 if profile is None else check(path).errors,
        0
        if version is None or several
        else sum(number for one, number in versions.items() if not version.startswith(one)),
        bool(scored and imports and imports[0].number > max(run.run_id for run in scored)),
        builds[0].at if builds else None,
        imports[:3],
        moves,
        tiers,
        document,
        pipeline,
        lately,
        newest,
        no_buyers,
    )


def _no_buyers(con: duckdb.DuckDBPyConnection, root: Path) -> NoBuyers | None:
    """Those that the last build's list of companies that are not to be targeted names as such, by the tiers of now."""
    path = root / "not_targeted.csv"
    if not path.is_file():
        return None
    rows = con.execute(
        "SELECT n.reason, count(*), count(*) FILTER (s.tier IN ('A', 'B')) FROM "
        "(SELECT account_id, reason FROM read_csv($path, header = true, all_varchar = true)) n "
        "JOIN read_parquet($scores) s USING (account_id) "
        "WHERE s.duplicate_of IS NULL AND list_contains($kinds, n.reason) GROUP BY 1 ORDER BY 2 DESC, 1",
        {"path": str(path), "scores": str(root / "scores.parquet"), "kinds": list(NO_BUYERS)},
    ).fetchall()
    if not rows:
        return None
    return NoBuyers(sum(row[1] for row in rows), sum(row[2] for row in rows), tuple(str(row[0]) for row in rows))


def _scored(con: duckdb.DuckDBPyConnection, root: Path) -> tuple[dict[str, int], dict[str, int]]:
    """How many accounts are of each tier, and by each version of the profile."""
    rows = con.execute(
        "SELECT tier, profile_version, count(*) FROM read_parquet($path) WHERE duplicate_of IS NULL GROUP BY ALL",
        {"path": str(root / "scores.parquet")},
    ).fetchall()
    tiers: Counter[str] = Counter()
    versions: Counter[str] = Counter()
    for tier, version, number in rows:
        tiers[str(tier)] += number
        versions[str(version or "")] += number
    return dict(tiers), {one: number for one, number in versions.items() if one}


def _moves(con: duckdb.DuckDBPyConnection, root: Path) -> Moves | None:
    """How the last scores of the history differ from those of a week before; None where there is no second run."""
    path = root / HISTORY
    if not path.is_file():
        return None
    given = {"path": str(path)}
    runs = con.execute("SELECT run, max(as_of) FROM read_parquet($path) GROUP BY 1 ORDER BY 1 DESC", given).fetchall()
    if len(runs) < 2:
        return None
    last, *earlier = runs
    then = next((one for one in earlier if one[1] is not None and one[1] <= last[1] - WEEK), earlier[-1])
    rows = con.execute(
        "WITH h AS (SELECT account_id, max_by(tier, run) AS now, "
        "max_by(tier, run) FILTER (run <= $then) AS was FROM read_parquet($path) GROUP BY 1) "
        "SELECT h.was, h.now, count(*), (list([h.account_id, coalesce(a.name, h.account_id)] ORDER BY h.account_id))"
        "[1:$named] FROM h LEFT JOIN accounts a USING (account_id) "
        "WHERE h.was IS DISTINCT FROM h.now GROUP BY 1, 2 ORDER BY 3 DESC, 2, 1",
        {**given, "then": then[0], "named": NAMED},
    ).fetchall()
    moved = tuple(
        Move(was, now, number, tuple((id_, name) for id_, name in named))
        for was, now, number, named in rows
        if was is not None
    )
    return Moves(then[1], last[1], moved, sum(row[2] for row in rows if row[0] is None))


def _lately(
    con: duckdb.DuckDBPyConnection, place: Place, until: date | None
) -> tuple[Week | None, tuple[tuple[str, date], ...]]:
    """The last week of the records by the tiers of now, and the newest day that each table speaks of."""
    company = company_of(place)
    home = load_rates(con, company.currency, company.undated_rates)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE scored AS SELECT account_id, tier FROM read_parquet($path)",
        {"path": str(place.root / "scores.parquet")},
    )
    return week(con, until, home), freshest(con, until)


def _pipeline(con: duckdb.DuckDBPyConnection, place: Place) -> OpenPipeline | None:
    """The lists of the last build, counted; None where it wrote none."""
    path = place.root / "pipeline.csv"
    if not path.is_file():
        return None
    deals, quiet = _lines(path), _lines(place.root / "neglected.csv")
    company = company_of(place)
    home = load_rates(con, company.currency, company.undated_rates)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE pipeline_rows AS SELECT p.*, p.amount * r.rate AS home_amount FROM "
        "(SELECT tier, NULLIF(account_id, '') AS account_id, deal_type, TRY_CAST(amount AS DOUBLE) AS amount, currency "
        "FROM read_csv($path, header = true, all_varchar = true)) p LEFT JOIN list_rates r ON r.currency = p.currency",
        {"path": str(path)},
    )
    rows = con.execute(
        "SELECT tier, count(*), sum(home_amount) FROM pipeline_rows WHERE deal_type <> 'not_sales' GROUP BY 1 ORDER BY "
        "CASE tier WHEN 'A' THEN 1 WHEN 'B' THEN 2 WHEN 'C' THEN 3 WHEN 'excluded' THEN 4 ELSE 5 END, tier"
    ).fetchall()
    poor = [one for one in deals if one["tier"] in NOT_WORKED]
    poor.sort(key=lambda one: (-int(one["age_days"] or -1), one["deal_id"]))
    owners = _owners(deals, quiet)
    return OpenPipeline(
        pipeline_share(con, home),
        tuple(OpenTier(*row) for row in rows),
        tuple(poor[:NAMED]),
        len(poor),
        tuple(quiet[:NAMED]),
        len(quiet),
        owners[:OWNERS],
        max(0, len(owners) - OWNERS),
    )


def _owners(deals: Sequence[Mapping[str, str]], quiet: Sequence[Mapping[str, str]]) -> tuple[Owner, ...]:
    """By owner, whoever has most in C and excluded accounts first; what nobody owns last."""
    good: Counter[str] = Counter(one["owner"] for one in deals if one["tier"] in ("A", "B"))
    poor: Counter[str] = Counter(one["owner"] for one in deals if one["tier"] in NOT_WORKED)
    every: Counter[str] = Counter(one["owner"] for one in deals)
    left: Counter[str] = Counter(one["owner"] for one in quiet)
    names = sorted(every.keys() | left.keys(), key=lambda one: (one == NOBODY, -poor[one], -left[one], one))
    return tuple(Owner(one, good[one], poor[one], every[one] - good[one] - poor[one], left[one]) for one in names)


def _lines(path: Path) -> list[dict[str, str]]:
    """The lines of a list that a build wrote; none where there is no such file."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [{name: unguarded(value or "") for name, value in row.items()} for row in csv.DictReader(file)]

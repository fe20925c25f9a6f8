"""What the records of a workspace say of a profile, for the rules that need them: counted by what already exists."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from idealfit.activation.lists import make_lists
from idealfit.errors import ProfileFileError
from idealfit.evidence.retention import hazard
from idealfit.lint.subject import Counted, Leaving, Records, Saved
from idealfit.performance.by_tier import TIERS, customer_lives
from idealfit.profile.content import Criterion, Layer, Profile
from idealfit.profile.document import load_profile
from idealfit.profile.predicate import Attribute, Comparison, CountOf, Happened, Like, OneOf, Text, Uses, walk
from idealfit.records.attribute import AttributeInfo
from idealfit.records.attribute import Layer as LayerName
from idealfit.records.company import Company
from idealfit.scores import sql
from idealfit.scores.overlap import overlaps
from idealfit.scores.score import ScoreReport, score_tables
from idealfit.store.engine import quote
from idealfit.store.ledger import open_ledger
from idealfit.store.place import Place

DAYS_A_YEAR = 365.25
LEAST_ALIKE = 5
"""Criteria that are true of fewer accounts than this may agree by chance."""
MATCHING = ("A", "B")
EVENTS = "events"
MOST_HELD = 5
"""So many of the commonest values are worth telling."""
COVERED = ("first implies second", "equivalent")


def gather(
    con: duckdb.DuckDBPyConnection,
    place: Place,
    profile: Profile,
    *,
    as_of: date,
    attributes: Mapping[str, AttributeInfo],
    company: Company,
    codes: Collection[str],
    file: Path | None = None,
) -> tuple[Records, ScoreReport]:
    """What the workspace on `con` (canonical views loaded) says of `profile` as of a day, and the report of scoring it.

    `file` is where the profile stands. What few rules need (each criterion's price, which scores the accounts again for
    every one of them, who leaves, who is best) is gathered where such a rule is among `codes`.
    """
    report = score_tables(con, profile, as_of=as_of, attributes=attributes, company=company, criteria=True)
    run = make_lists(con, profile, as_of=as_of, company=company)
    evidence, seal = _evidence(place, profile)
    known, in_a = _inbound(con)
    found: dict[str, Any] = {}
    if "ICP303" in codes:
        found |= _best(con, run.home)
    if "ICP405" in codes:
        found["without"] = _without(con, profile, as_of)
    if "ICP406" in codes:
        found["left"], found["left_elsewhere"] = _leaving(con, as_of)
    if "ICP407" in codes:
        found["same_motion"] = _same_motion(place, profile, file)
    if {"ICP304", "ICP601"} & set(codes):
        found["versions"] = _versions(place, profile)
        found["closed_on"] = _days(con, "SELECT closed_on FROM sales_deals WHERE outcome IN ('won', 'lost')")
        found["held_on"] = _days(con, "SELECT CAST(held_at AS DATE) FROM conversations")
    alike, covered = _agreeing(con, profile)
    records = Records(
        today=as_of,
        columns=tuple(row[0] for row in con.execute("DESCRIBE accounts").fetchall()),
        counted=_counted(con, report),
        tiers=_tiers(con, "scores"),
        inbound_known=known,
        inbound_a=in_a,
        alike=alike,
        covered=covered,
        customers=_one(con, "SELECT COUNT(*) FROM customer_states"),
        held=_held(con, profile),
        evidence=evidence,
        evidence_sha256=seal,
        **found,
    )
    return records, report


def _one(con: duckdb.DuckDBPyConnection, query: str) -> int:
    row = con.execute(query).fetchone()
    return int(row[0]) if row and row[0] is not None else 0


def _days(con: duckdb.DuckDBPyConnection, query: str) -> tuple[date, ...]:
    return tuple(sorted(row[0] for row in con.execute(query).fetchall() if row[0] is not None))


def _tiers(con: duckdb.DuckDBPyConnection, table: str) -> dict[str, int]:
    query = f"SELECT tier, COUNT(*) FROM {quote(table)} WHERE duplicate_of IS NULL GROUP BY tier ORDER BY tier"
    return {str(tier): int(count) for tier, count in con.execute(query).fetchall()}


def _held(con: duckdb.DuckDBPyConnection, profile: Profile) -> dict[str, tuple[str, ...]]:
    """What the columns that `profile` compares with texts hold most often, the tools, and the kinds of events."""
    named: set[str] = set()
    predicates = [one.predicate for _, one in profile.criteria] + [one.predicate for one in profile.exclusions]
    for predicate in predicates:
        for node in walk(predicate):
            match node:
                case Comparison(_, Attribute(name), Text()) | OneOf(Attribute(name)) | Like(Attribute(name)):
                    named.add(name.casefold())
                case Uses():
                    named.add("tech")
                case Happened() | CountOf():
                    named.add(EVENTS)
                case _:
                    pass
    kinds = {str(row[0]): str(row[1]) for row in con.execute("DESCRIBE accounts").fetchall()}
    found = {}
    for name, kind in kinds.items():
        if name.casefold() in named and kind in ("VARCHAR", "VARCHAR[]"):
            value = f"UNNEST({quote(name)})" if kind.endswith("[]") else quote(name)
            found[name.casefold()] = _commonest(con, f"SELECT {value} AS value FROM accounts")
    if EVENTS in named:
        inbound = "SELECT activity_type FROM activities WHERE direction IS DISTINCT FROM 'outbound'"
        found[EVENTS] = _commonest(con, f"SELECT event_type AS value FROM events UNION ALL {inbound}")
    return found


def _commonest(con: duckdb.DuckDBPyConnection, query: str) -> tuple[str, ...]:
    rows = con.execute(
        f"""
        SELECT TRIM(value) AS held FROM ({query}) WHERE TRIM(value) <> '' GROUP BY held ORDER BY COUNT(*) DESC, held
        LIMIT {MOST_HELD}
        """
    ).fetchall()
    return tuple(str(row[0]) for row in rows)


def _counted(con: duckdb.DuckDBPyConnection, report: ScoreReport) -> dict[str, Counted]:
    """By id: for how many accounts it is true, false and unknown, and what became of the deals of either."""
    found = {}
    for name, hits in report.hits.items():
        state = quote(f"c_{name}")
        row = con.execute(
            f"""
            SELECT COUNT(*) FILTER (WHERE {state} AND d.outcome = 'won'), COUNT(*) FILTER (WHERE {state}),
                   COUNT(*) FILTER (WHERE NOT {state} AND d.outcome = 'won'), COUNT(*) FILTER (WHERE NOT {state})
            FROM scores AS s JOIN sales_deals AS d USING (account_id)
            WHERE d.outcome IN ('won', 'lost') AND d.deal_type = 'new_business'
            """
        ).fetchone()
        found[name] = Counted(hits.true, hits.false, hits.unknown, *(row or (0, 0, 0, 0)))
    return found


def _inbound(con: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """Accounts that came in by themselves (a lead, or a deal that the buyer began) with a known tier, and the A."""
    row = con.execute(
        """
        WITH inbound AS (
            SELECT account_id FROM leads WHERE account_id IS NOT NULL
            UNION SELECT account_id FROM deals WHERE initiated_by = 'buyer' AND account_id IS NOT NULL
        )
        SELECT COUNT(*) FILTER (WHERE tier <> 'unknown'), COUNT(*) FILTER (WHERE tier = 'A')
        FROM scores SEMI JOIN inbound USING (account_id) WHERE duplicate_of IS NULL
        """
    ).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def _agreeing(
    con: duckdb.DuckDBPyConnection, profile: Profile
) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    """Pairs of scored criteria that are never known to differ, and of a criterion with an exclusion that covers it."""
    scored = [one for name, one in profile.criteria if one.seen == "list" and profile.layers[name].active]
    hard = [one for one in profile.exclusions if one.state != "proposed"]
    ids = [*(one.id for one in scored), *(one.id for one in hard)]
    if len(ids) < 2:
        return (), ()
    rows = "idealfit accounts to compare"
    con.execute(f"CREATE OR REPLACE TEMP VIEW {quote(rows)} AS SELECT * FROM scores WHERE duplicate_of IS NULL")
    pairs = overlaps(con, rows, [f"c_{name}" for name in ids], names=ids)
    con.execute(f"DROP VIEW {quote(rows)}")
    places, worth = {one.id: place for place, one in enumerate(scored)}, {one.id: one for one in scored}
    enough = [pair for pair in pairs if pair.both.accounts >= LEAST_ALIKE]
    alike = [
        sorted((pair.first, pair.second), key=lambda name: places[name])
        for pair in enough
        if pair.relation == "equivalent" and pair.neither.accounts and {pair.first, pair.second} <= places.keys()
    ]
    covered = [
        (pair.first, pair.second)
        for pair in enough
        if pair.first in places
        and pair.second not in places
        and pair.relation in COVERED
        and worth[pair.first].points > 0
    ]
    return tuple((one, other) for one, other in alike if _both_count(worth[one], worth[other])), tuple(covered)


def _both_count(one: Criterion, other: Criterion) -> bool:
    """Whether two criteria that say the same count twice: they are no alternatives, and push the same way."""
    return (one.group is None or one.group != other.group) and (one.points > 0) == (other.points > 0)


def _without(con: duckdb.DuckDBPyConnection, profile: Profile, as_of: date) -> dict[str, int]:
    """How many accounts would be an A or B without each criterion that is scored with points above 0."""
    found = {}
    table = "idealfit without one"
    for name, layer in profile.layers.items():
        for one in layer.criteria:
            if one.seen != "list" or not layer.active or one.points <= 0:
                continue
            rest = layer.model_copy(update={"criteria": tuple(other for other in layer.criteria if other is not one)})
            layers: dict[LayerName, Layer] = {**profile.layers, name: rest}
            fewer = profile.model_copy(update={"layers": layers, "card": None})
            score_tables(con, fewer, as_of=as_of, into=table)
            tiers = _tiers(con, table)
            found[one.id] = tiers.get("A", 0) + tiers.get("B", 0)
    con.execute(f"DROP TABLE IF EXISTS {sql.text_of(sql.name(table))}")
    return found


def _leaving(con: duckdb.DuckDBPyConnection, as_of: date) -> tuple[Leaving | None, Leaving | None]:
    """How often customers that are an A or B leave, and the others."""
    lives = customer_lives(con, as_of)
    mine = np.isin(lives.tier, [TIERS.index(tier) for tier in MATCHING])
    found: list[Leaving | None] = []
    for rows in (mine, ~mine):
        rate = hazard(lives.days[rows] / DAYS_A_YEAR, lives.ended[rows]) if rows.any() else None
        left = int(lives.ended[rows].sum())
        found.append(None if rate is None else Leaving(int(rows.sum()), left, rate.value, rate.low, rate.high))
    return found[0], found[1]


def _best(con: duckdb.DuckDBPyConnection, home: str) -> dict[str, int]:
    """How many of the best third of customers, and of the others, are an A or B: who bought most and has not left."""
    rows = con.execute(
        """
        WITH bought AS (
            SELECT d.account_id, SUM(d.amount * r.rate) AS amount
            FROM sales_deals AS d JOIN list_rates AS r ON r.currency = COALESCE(NULLIF(UPPER(TRIM(d.currency)), ''), ?)
            WHERE d.outcome = 'won' AND d.account_id IS NOT NULL AND d.amount IS NOT NULL GROUP BY d.account_id
        ),
        judged AS (
            SELECT b.account_id, NOT c.has_left AND b.amount >= QUANTILE_CONT(b.amount, 2 / 3) OVER () AS best,
                   COALESCE(s.tier, 'unknown') IN ('A', 'B') AS inside
            FROM bought AS b JOIN customer_states AS c USING (account_id) LEFT JOIN scored AS s USING (account_id)
        )
        SELECT COUNT(*) FILTER (WHERE best AND inside), COUNT(*) FILTER (WHERE best),
               COUNT(*) FILTER (WHERE NOT best AND inside), COUNT(*) FILTER (WHERE NOT best)
        FROM judged
        """,
        [home],
    ).fetchone()
    return dict(zip(("best_in_ab", "best", "other_in_ab", "others"), rows or (0, 0, 0, 0), strict=True))


def _evidence(place: Place, profile: Profile) -> tuple[Mapping[str, Any], str | None]:
    """evidence.json, that of the motion where it has one of its own, and the hash by which versions know the evidence
    of the workspace; nothing where there is none, or where it cannot be read.
    """
    main = place.root / "evidence.json"
    own = place.root / "profiles" / f"{Path(profile.motion).name}.evidence.json"
    try:
        seal = sha256(main.read_bytes()).hexdigest()
        found = json.loads((own if own.is_file() else main).read_bytes())
    except (OSError, ValueError):
        return {}, None
    return (found if isinstance(found, dict) else {}), seal


def _same_motion(place: Place, profile: Profile, file: Path | None) -> tuple[str, ...]:
    """Profiles of the workspace beside the one in `file` that say the same motion; none for a file outside of it, which
    may be meant to take its place.
    """
    files = [place.root / "profile.yaml", *sorted((place.root / "profiles").glob("*.yaml"))]
    own = None if file is None else file.resolve()
    if own not in [path.resolve() for path in files]:
        return ()
    found = []
    for path in files:
        if path.resolve() == own or path.name.endswith(".proposed.yaml") or not path.is_file():
            continue
        try:
            other = load_profile(path)
        except ProfileFileError:
            continue
        if other.motion == profile.motion:
            found.append(f"{path.relative_to(place.root)} ('{other.profile}')")
    return tuple(found)


def _versions(place: Place, profile: Profile) -> tuple[Saved, ...]:
    """The saved versions of this motion's profile that can still be read, oldest first."""
    found = []
    for one in open_ledger(place).profile_versions(profile.motion):
        try:
            content = load_profile(one.text)
        except ProfileFileError:
            continue
        found.append(Saved(one.number, content, one.at.date(), one.evidence_sha256, by_person=one.origin == "saved"))
    return tuple(found)

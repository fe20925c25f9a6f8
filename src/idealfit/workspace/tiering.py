"""What each tier has been worth, and where the tiers would begin if they were cut by what the team can work."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from idealfit.errors import EvidenceMissing, Position, UsageError
from idealfit.performance.in_order import out_of_order
from idealfit.profile.content import Profile
from idealfit.profile.document import load_profile
from idealfit.profile.motion import profile_files
from idealfit.records.imported import company_of
from idealfit.store.delimited_output import unguarded
from idealfit.store.place import open_place

SHARES = (0.5, 1.0, 2.0, 3.0, 4.0)
"""Of the capacity: so many quarters' work each line of the table stands for."""
QUARTERS_AB = 2
"""A is what can be worked in a quarter, A and B together what can be worked in two."""


@dataclass(frozen=True)
class Measured:
    """A tier on deals that the profile had not seen. Estimates hold value, low, high and n; None where not known."""

    tier: str
    deals: int
    accounts: int
    won: int
    win_rate: dict[str, Any] | None
    value: dict[str, Any] | None
    amount: dict[str, Any] | None
    cycle_days: dict[str, Any] | None
    retention: dict[str, Any] | None


@dataclass(frozen=True)
class Cut:
    """All accounts to be worked from `least` on: how many; `wins`, `value`: what is expected of them (None: untold)."""

    least: float
    accounts: int
    quarters: float | None
    wins: float | None
    value: float | None


@dataclass(frozen=True)
class Thresholds:
    """Where A and B begin, and how many accounts to be worked are A, and A or B."""

    a: float
    b: float
    accounts_a: int
    accounts_ab: int


@dataclass(frozen=True)
class TierReport:
    """`measured` on `kind` of deals from `at` on (none where nothing was judged). `now`: the profile's thresholds,
    `proposed`: those that fit the `capacity` of a quarter (None where nobody says it, or it cannot be met). `cuts`:
    what other thresholds would give. `alarms`: tiers that are out of order. `of_another`: what was measured are the
    tiers of another profile than that of now; `not_measured`: the sentence that says so;
    `all_taken`: nobody is left to be worked, and the thresholds are over all accounts.
    """

    profile: str
    as_of: date | None
    by: str
    kind: str | None
    at: str | None
    measured: tuple[Measured, ...]
    alarms: tuple[str, ...]
    capacity: int | None
    accounts: int
    now: Thresholds
    proposed: Thresholds | None
    cuts: tuple[Cut, ...]
    told: tuple[str, ...]
    of_another: bool = False
    not_measured: str | None = None
    all_taken: bool = False


def tiers(workspace: Path, *, capacity: int | None = None) -> TierReport:
    """The tiers of the workspace's profile: measured, and proposed for a `capacity` of accounts a quarter (default:
    company.yaml's). Accounts are those of targets.csv: who is a customer or in an open deal needs no place.

    Raises EvidenceMissing before the first build, UsageError for a capacity below 1.
    """
    place = open_place(workspace)
    scores, evidence = place.root / "scores.parquet", place.root / "evidence.json"
    if not scores.is_file() or not evidence.is_file():
        raise EvidenceMissing(
            "The workspace holds no scores yet", where=Position(str(scores)), remedy="Run 'idealfit build DIR' first."
        )
    if capacity is not None and capacity < 1:
        raise UsageError("A capacity is a number of accounts of at least 1", remedy="Give accounts a quarter: 400.")
    said = company_of(place).capacity
    capacity = capacity or (said if isinstance(said, int) and said > 0 else None)
    profile = load_profile(profile_files(place.root)[0])
    document = json.loads(evidence.read_text(encoding="utf-8"))
    backtest = document.get("backtest") or {}
    from idealfit.workspace.asking import tables_of  # slow to load, and what was measured is told without it

    con = tables_of(place)
    try:
        rows, all_taken = _rows(con, scores, place.root / "targets.csv", profile)
    finally:
        con.close()
    now = _thresholds(rows, profile.tiers.A, profile.tiers.B)
    proposed, told = (None, ()) if capacity is None else _proposed(rows, capacity)
    return TierReport(
        profile.profile,
        profile.as_of,
        profile.tiers.by,
        backtest.get("kind"),
        backtest.get("at"),
        tuple(_measured(one) for one in backtest.get("tiers") or ()),
        tuple(alarm.told() for alarm in out_of_order(backtest.get("tiers") or ())),
        capacity,
        len(rows),
        now,
        proposed,
        _cuts(rows, capacity),
        told,
        (unmeasured := not_measured(profile, document)) is not None,
        unmeasured,
        all_taken,
    )


NOT_MEASURED = (
    "The profile as it is now has not been measured: what is told of how tiers did is of the profile that the last "
    "build tried or found"
)
ASKS_NOTHING = (
    "The profile asks for nothing, so no account has a tier: what is told of tiers is of a trial of candidates"
)


def not_measured(profile: Profile, evidence: Mapping[str, Any]) -> str | None:
    """The sentence for figures of tiers in `evidence` that are of another profile than `profile`; None where there are
    none, or where they are its own.
    """
    if not (evidence.get("backtest") or {}).get("tiers") or asks_as_found(profile, evidence):
        return None
    return NOT_MEASURED if profile.criteria else ASKS_NOTHING


def asks_as_found(profile: Profile, evidence: Mapping[str, Any]) -> bool:
    """Whether `profile` scores by the criteria, with the points, that the build of `evidence` found and judged; what is
    excluded since, and at which numbers the tiers begin, may be another.
    """
    found = {(one["id"], one["when"], one["points"]): one.get("polarity") for one in evidence.get("criteria") or ()}
    sought = {one for one, polarity in found.items() if polarity != "exclude"}
    asked = {(one.id, one.when, one.points) for _layer, one in profile.criteria}
    return bool(found) and sought <= asked <= set(found)


_Row = tuple[float, float | None, float | None]


def _rows(con: duckdb.DuckDBPyConnection, scores: Path, targets: Path, profile: Profile) -> tuple[list[_Row], bool]:
    """Of every account to be worked, best first: what its tier is read from, its chance and its expected value. Those
    that an exclusion keeps at C, and those of which too little is known, are not in any tier by their number. And
    whether nobody is left to be worked, so that these are all accounts.
    """
    there = {
        str(row[0]) for row in con.execute("DESCRIBE SELECT * FROM read_parquet($p)", {"p": str(scores)}).fetchall()
    }
    chance, value = (name if name in there else "NULL" for name in ("p_win", "expected_value"))
    by = "fit" if profile.tiers.by == "fit" else "score"
    cut = profile.tiers.B
    found = con.execute(
        f"SELECT account_id, {by}, {chance}, {value} FROM read_parquet($p) WHERE duplicate_of IS NULL AND {by} IS NOT "
        f"NULL AND tier IN ('A', 'B', 'C') AND NOT (tier = 'C' AND {by} >= $cut) ORDER BY {by} DESC, account_id",
        {"p": str(scores), "cut": cut},
    ).fetchall()
    all_taken = False
    if targets.is_file():
        with targets.open(encoding="utf-8", newline="") as file:
            listed = {unguarded(row["account_id"]) for row in csv.DictReader(file)}
        # where nobody is left to be worked (all are customers), the thresholds are those over everybody
        left = [row for row in found if row[0] in listed]
        all_taken = bool(found) and not left
        found = left or found
    return [(float(row[1]), row[2], row[3]) for row in found], all_taken


def _measured(one: Mapping[str, Any]) -> Measured:
    figures = ("win_rate", "value", "amount", "cycle_days", "retention")
    return Measured(one["tier"], one["deals"], one["accounts"], one["won"], *(one.get(name) for name in figures))


def _thresholds(rows: Sequence[_Row], a: float, b: float) -> Thresholds:
    return Thresholds(a, b, sum(row[0] >= a for row in rows), sum(row[0] >= b for row in rows))


def _least(rows: Sequence[_Row], most: int) -> float | None:
    """The lowest figure from which on at most `most` accounts lie; None where even the best are more."""
    figures = [row[0] for row in rows]
    if len(figures) <= most:
        return figures[-1] if figures else None
    least = None
    for at in range(1, min(most, len(figures) - 1) + 1):
        if figures[at] < figures[at - 1]:
            least = figures[at - 1]
    return least


def _proposed(rows: Sequence[_Row], capacity: int) -> tuple[Thresholds | None, tuple[str, ...]]:
    a, b = (_least(rows, quarters * capacity) for quarters in (1, QUARTERS_AB))
    if a is None or b is None:
        top = sum(row[0] == rows[0][0] for row in rows) if rows else 0
        said = f"{top:,} accounts share the best figure: no threshold leaves {capacity:,} or fewer"
        return None, (said if rows else "No account is left to be worked",)
    told = () if b < a else ("All that can be worked in two quarters share a figure with A: B is empty",)
    return _thresholds(rows, a, b), told


def _cuts(rows: Sequence[_Row], capacity: int | None) -> tuple[Cut, ...]:
    """The thresholds that leave half a quarter's work, a quarter's, two, three and four; without a capacity, that leave
    a twentieth, a tenth, a fifth, a third and half of the accounts.
    """
    wanted = [round(share * capacity) for share in SHARES] if capacity else [
        round(share * len(rows)) for share in (0.05, 0.1, 0.2, 1 / 3, 0.5)
    ]  # fmt: skip
    leasts = dict.fromkeys(least for most in wanted if (least := _least(rows, max(1, most))) is not None)
    found = []
    for least in leasts:
        inside = [row for row in rows if row[0] >= least]
        wins = [row[1] for row in inside if row[1] is not None]
        values = [row[2] for row in inside if row[2] is not None]
        found.append(
            Cut(
                least,
                len(inside),
                round(len(inside) / capacity, 2) if capacity else None,
                round(sum(wins), 1) if wins else None,
                round(sum(values)) if values else None,
            )
        )
    return tuple(found)

"""What follows from taking one profile for another: the accounts that change tier, and what became of their deals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

import duckdb
import numpy as np
from numpy.typing import NDArray

from idealfit.evidence.estimate import Estimate, Flags, Floats, rate
from idealfit.evidence.paired import paired_difference
from idealfit.evidence.table import Evidence
from idealfit.patterns.cohort import states_then
from idealfit.patterns.drafting import coverage_of, spoken_for
from idealfit.patterns.measures import worth_of
from idealfit.patterns.telling import tiers_then
from idealfit.profile.content import Profile
from idealfit.profile.predicate import Predicate
from idealfit.records.attribute import AttributeInfo
from idealfit.records.company import Company
from idealfit.scores.currency import with_currency, with_money
from idealfit.scores.score import score_tables
from idealfit.scores.states import criterion_states

TIERS = ("A", "B", "C", "excluded", "unknown")
WORKED = ("A", "B")
"""Who is worked: what 'enter' and 'leave' speak of."""

Pair: TypeAlias = "tuple[Predicate | None, Predicate | None]"


@dataclass(frozen=True)
class Rates:
    """The closed deals of the accounts of one side, before and after: how many were won, and the difference of the two
    shares (in shares, not points) with its interval; None where a side has no closed deal. `worth` is the difference of
    what a deal brought on average, in the currency of the records; None where no contract value is known. `records`:
    deal ids by (enter or leave) and outcome.
    """

    before: Estimate | None
    after: Estimate | None
    difference: Estimate | None
    worth: Estimate | None
    entering: Estimate | None
    leaving: Estimate | None
    records: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Move:
    """The accounts whose tier goes from `before` to `after`: ids, the best fit first."""

    before: str
    after: str
    accounts: tuple[str, ...]


@dataclass(frozen=True)
class Consequence:
    """What one profile instead of another does: `enter` and `leave` are the ids of accounts that become A or B, or are
    no longer; `tiers` counts accounts before and after. `deals` is None where nothing tells who bought.
    """

    enter: tuple[str, ...]
    leave: tuple[str, ...]
    moves: tuple[Move, ...]
    tiers: Mapping[str, tuple[int, int]]
    deals: Rates | None
    retimed: int = 0
    """How many accounts get another timing band: what is to be done about them, when."""


@dataclass(frozen=True)
class Matched:
    """What another `when` does by itself: ids of the accounts for which it becomes true, or is so no longer."""

    enter: tuple[str, ...]
    leave: tuple[str, ...]
    before: int
    after: int
    deals: Rates | None


@dataclass
class Judge:
    """The records on which profiles are held against each other; what was scored once is kept.

    `con` holds the tables of a workspace; `evidence` those that `gather_evidence` made of them, None without outcomes.
    """

    con: duckdb.DuckDBPyConnection
    as_of: date
    attributes: Mapping[str, AttributeInfo]
    evidence: Evidence | None
    company: Company | None = None

    def __post_init__(self) -> None:
        """Nothing has been scored yet."""
        self._today: dict[int, tuple[Profile, dict[str, str], list[str]]] = {}
        self._then: dict[int, tuple[Profile, NDArray[np.str_]]] = {}
        self._bands: dict[int, dict[str, str]] = {}

    def consequence(self, a: Profile, b: Profile) -> Consequence:
        """What follows from `b` in the place of `a`."""
        (old, _), (new, order) = self._tiers(a), self._tiers(b)
        moved: dict[tuple[str, str], list[str]] = {}
        for account in order:
            if old[account] != new[account]:
                moved.setdefault((old[account], new[account]), []).append(account)
        ranked = sorted(moved, key=lambda pair: (TIERS.index(pair[1]), TIERS.index(pair[0])))
        moves = tuple(Move(*pair, tuple(moved[pair])) for pair in ranked)
        return Consequence(
            enter=_of(moves, lambda move: move.before not in WORKED and move.after in WORKED),
            leave=_of(moves, lambda move: move.before in WORKED and move.after not in WORKED),
            moves=moves,
            tiers={tier: (_count(old, tier), _count(new, tier)) for tier in TIERS},
            deals=self._deals(np.isin(self._past(a), WORKED), np.isin(self._past(b), WORKED))
            if self.evidence is not None
            else None,
            retimed=sum(self._bands[id(a)][account] != band for account, band in self._bands[id(b)].items()),
        )

    def matched(self, pairs: Sequence[Pair]) -> tuple[Matched, ...]:
        """What each change of a `when` (before, after; None: there is none) does by itself."""
        asked = {
            f"{side}{n}": when for n, pair in enumerate(pairs) for side, when in zip("ab", pair, strict=True) if when
        }
        if not asked:
            return ()
        coverage = with_money(coverage_of(self.con), self.company, self.as_of, self.attributes)
        self.con.execute(
            "CREATE OR REPLACE TEMP VIEW judged_accounts AS SELECT * FROM accounts WHERE duplicate_of IS NULL"
        )
        criterion_states(
            self.con, asked, rows="judged_accounts", as_of=self.as_of, coverage=coverage, into="judged_now"
        )
        found = self.con.execute(
            f"SELECT account_id, {', '.join(asked)} FROM judged_now ORDER BY account_id"
        ).fetchall()
        ids = np.array([row[0] for row in found], dtype=object)
        now = {name: np.array([row[place] is True for row in found]) for place, name in enumerate(asked, 1)}
        then = {} if self.evidence is None else states_then(self.con, asked, coverage=coverage)
        none, nothing = np.zeros(len(ids), dtype=bool), np.zeros(0 if self.evidence is None else self.evidence.rows)
        made = []
        for n in range(len(pairs)):
            old, new = now.get(f"a{n}", none), now.get(f"b{n}", none)
            deals = None
            if self.evidence is not None:
                deals = self._deals(then.get(f"a{n}", nothing) == 1, then.get(f"b{n}", nothing) == 1)
            enter, leave = (tuple(map(str, ids[mask])) for mask in (new & ~old, old & ~new))
            made.append(Matched(enter, leave, int(old.sum()), int(new.sum()), deals))
        return tuple(made)

    def _tiers(self, profile: Profile) -> tuple[dict[str, str], list[str]]:
        """Tier of every account (duplicates apart), and the accounts, the best fit first."""
        if id(profile) not in self._today:
            score_tables(
                self.con,
                profile,
                as_of=self.as_of,
                attributes=self.attributes,
                company=self.company,
                into="judged_scores",
            )
            rows = self.con.execute(
                "SELECT account_id, tier, timing_band FROM judged_scores WHERE duplicate_of IS NULL "
                "ORDER BY fit DESC NULLS LAST, timing DESC NULLS LAST, account_id"
            ).fetchall()
            self.con.execute("DROP TABLE IF EXISTS judged_scores")
            self._bands[id(profile)] = {row[0]: row[2] for row in rows}
            self._today[id(profile)] = (profile, {row[0]: row[1] for row in rows}, [row[0] for row in rows])
        return self._today[id(profile)][1:]

    def _past(self, profile: Profile) -> NDArray[np.str_]:
        """The tier of each deal's account the day before the deal opened."""
        if id(profile) not in self._then:
            own = with_currency(spoken_for(self.con, profile), self.company, self.as_of, self.attributes)
            self._then[id(profile)] = (profile, tiers_then(self.con, own, as_of=self.as_of)[0])
        return self._then[id(profile)][1]

    def _deals(self, before: Flags, after: Flags) -> Rates:
        evidence = self.evidence
        assert evidence is not None  # noqa: S101 - asked by both callers
        closed = evidence.outcome >= 0
        won: Floats = (evidence.outcome == 1).astype(float)
        worth = worth_of(evidence)

        def share(mask: Flags) -> Estimate | None:
            rows = mask & closed
            return rate(won[rows] == 1, np.unique(evidence.account[rows], return_inverse=True)[1])

        sides = {"enter": after & ~before, "leave": before & ~after}
        outcomes = (("won", 1), ("lost", 0), ("open", -1))
        return Rates(
            before=share(before),
            after=share(after),
            difference=paired_difference(won, before & closed, after & closed, evidence.account),
            worth=None
            if worth is None
            else paired_difference(worth, before & closed, after & closed, evidence.account),
            entering=share(sides["enter"]),
            leaving=share(sides["leave"]),
            records={
                f"{side} {word}": tuple(str(one) for one in evidence.deal_id[mask & (evidence.outcome == value)])
                for side, mask in sides.items()
                for word, value in outcomes
            },
        )


def _count(tiers: Mapping[str, str], tier: str) -> int:
    return sum(found == tier for found in tiers.values())


def _of(moves: Sequence[Move], wanted: Callable[[Move], bool]) -> tuple[str, ...]:
    return tuple(account for move in moves if wanted(move) for account in move.accounts)

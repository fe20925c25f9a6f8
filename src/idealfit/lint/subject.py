"""What the rules look at: the profile as it was read, the file with its lines, and what the records say of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

from idealfit.profile.content import Criterion, Exclusion, Profile
from idealfit.profile.marked import Marked
from idealfit.records.attribute import Layer
from idealfit.records.check_settings import Allowed

Path: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True)
class Counted:
    """For how many accounts a criterion is true, false, unknown; and of the closed deals of accounts for which it is
    true or false today, how many were won.
    """

    true: int = 0
    false: int = 0
    unknown: int = 0
    won: int = 0
    closed: int = 0
    won_elsewhere: int = 0
    closed_elsewhere: int = 0

    @property
    def known(self) -> int:
        """The accounts for which it can be decided."""
        return self.true + self.false

    @property
    def accounts(self) -> int:
        """All of them."""
        return self.known + self.unknown


@dataclass(frozen=True)
class Leaving:
    """How often customers leave: how many were seen, how many left, and the yearly rate with its interval."""

    customers: int
    left: int
    yearly: float
    low: float
    high: float


@dataclass(frozen=True)
class Saved:
    """An earlier version of the profile: its number, content, day, and the hash of the evidence that it was saved with
    (None: there was none). `by_person`: somebody saved it, and so looked at it.
    """

    version: int
    profile: Profile
    on: date
    evidence_sha256: str | None = None
    by_person: bool = True


@dataclass(frozen=True)
class Records:
    """What the records of a workspace say of the profile; what they do not tell is empty or None.

    `columns`: those of the accounts. `counted`: by id of criterion or exclusion. `tiers`: accounts a tier, duplicates
    left out; `without`: how many would be A or B without one criterion. `inbound_known`, `inbound_a`: leads whose tier
    is known, and the A among them. `alike`: pairs of criteria that are true of the same accounts. `covered`: pairs of a
    criterion and a hard exclusion that is true wherever the criterion is. `left`, `left_elsewhere`: customers that are
    A or B, and the others. `best_in_ab` of `best`, `other_in_ab` of `others`: customers among the best third and the
    rest. `closed_since`, `held_since`: days on which deals closed and conversations were held. `same_motion`: other
    profile files of this motion. `held`: what the records hold most often, by column in small letters ('tech' too) and,
    under 'events', the kinds of events. `evidence`: evidence.json. `versions`: what was saved, oldest first.
    """

    today: date
    columns: tuple[str, ...] = ()
    counted: Mapping[str, Counted] = field(default_factory=dict)
    tiers: Mapping[str, int] = field(default_factory=dict)
    without: Mapping[str, int] = field(default_factory=dict)
    inbound_known: int = 0
    inbound_a: int = 0
    alike: tuple[tuple[str, str], ...] = ()
    covered: tuple[tuple[str, str], ...] = ()
    left: Leaving | None = None
    left_elsewhere: Leaving | None = None
    best_in_ab: int = 0
    best: int = 0
    other_in_ab: int = 0
    others: int = 0
    customers: int = 0
    closed_on: tuple[date, ...] = ()
    held_on: tuple[date, ...] = ()
    same_motion: tuple[str, ...] = ()
    held: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    evidence: Mapping[str, Any] = field(default_factory=dict)
    evidence_sha256: str | None = None
    versions: tuple[Saved, ...] = ()

    @property
    def in_ab(self) -> int:
        """How many accounts are an A or a B."""
        return self.tiers.get("A", 0) + self.tiers.get("B", 0)


@dataclass(frozen=True)
class Subject:
    """A profile to be checked. `today` is the day that reviews are held against; `records` is None without a
    workspace; `codes` are those of all rules; `allowed` the exceptions that the company makes for every profile.
    """

    profile: Profile
    marked: Marked
    today: date
    records: Records | None = None
    codes: frozenset[str] = frozenset()
    allowed: tuple[Allowed, ...] = ()

    @property
    def criteria(self) -> Iterator[tuple[Path, Layer, Criterion]]:
        """Every criterion with its place in the file, questions for the call included."""
        for name, layer in self.profile.layers.items():
            for number, one in enumerate(layer.criteria):
                yield ("layers", name, "criteria", number), name, one

    @property
    def scored(self) -> Iterator[tuple[Path, Layer, Criterion]]:
        """The criteria that take part in a score."""
        for path, name, one in self.criteria:
            if one.seen == "list" and self.profile.layers[name].active:
                yield path, name, one

    @property
    def exclusions(self) -> Iterator[tuple[Path, Exclusion]]:
        """Every exclusion with its place in the file."""
        for number, one in enumerate(self.profile.exclusions):
            yield ("exclusions", number), one

    @property
    def testable(self) -> Iterator[tuple[Path, Criterion | Exclusion]]:
        """What is held against accounts: scored criteria and exclusions."""
        yield from ((path, one) for path, _, one in self.scored)
        yield from self.exclusions

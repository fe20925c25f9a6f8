"""What a filter says and what it loses, criterion by criterion, and the difference that it makes among our accounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Role: TypeAlias = Literal["seek", "avoid", "exclude"]
Status: TypeAlias = Literal["as asked", "looser", "tighter", "other", "left out", "not needed"]
COMBINATIONS = "combinations"
"""Where a tier adds points and the filter does not."""
NOT_KNOWN = "not known"
"""Where the profile counts a part of what is not known, and the filter takes it for a no."""


@dataclass(frozen=True)
class Line:
    """One criterion or exclusion: what is asked, how the filter says it, and what is lost, in words. `status` is 'not
    needed' where the filter says it in other combinations only. `fields`: what the tool calls the columns."""

    id: str
    role: Role
    asked: str
    status: Status
    losses: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cause:
    """What makes a difference: a criterion's id, the `combinations`, or what is `not known`. Accounts that the filter
    finds too many and that it misses; one account may have several causes."""

    id: str
    too_many: int
    missing: int


@dataclass(frozen=True)
class CriterionDifference:
    """One criterion by itself: for how many accounts the profile says what is asked (and of how many it does not know),
    how many the exported filter finds, and how many of these are too many or missing."""

    id: str
    profile: int
    unknown: int
    filter: int
    too_many: int
    missing: int


@dataclass(frozen=True)
class Difference:
    """The exported filter, read back and held against our accounts: `profile` of `accounts` are meant, `filter` are
    found, of these `too_many` are not meant, and `missing` are not found. Precision and recall: the share of the found
    that are meant, and of the meant that are found (None of nothing). Ids only where they were asked for.
    """

    accounts: int
    profile: int
    filter: int
    too_many: int
    missing: int
    precision: float | None
    recall: float | None
    causes: tuple[Cause, ...]
    criteria: tuple[CriterionDifference, ...]
    too_many_ids: tuple[str, ...] | None = None
    missing_ids: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Way:
    """One thing that a tool takes: `file` (its name), `text` (what stands in it), or for a person the `steps` of each
    group (filter, value). `lost`: what was lost beside single criteria; `difference` where accounts were at hand."""

    label: str
    file: str
    text: str
    groups: tuple[tuple[str, ...], ...]
    how: str
    lines: tuple[Line, ...]
    lost: tuple[str, ...] = ()
    steps: tuple[tuple[tuple[str, str], ...], ...] = ()
    difference: Difference | None = None

    @property
    def exact(self) -> bool:
        """Whether nothing was lost."""
        return not self.lost and all(line.status in {"as asked", "not needed"} for line in self.lines)


@dataclass(frozen=True)
class Rule:
    """One rule of a points score: the criterion, its points, what is asked; `any_of`: alternatives of filters as the
    tool's page names them (empty where it cannot be said there)."""

    id: str
    points: int
    asked: str
    losses: tuple[str, ...] = ()
    any_of: tuple[tuple[str, ...], ...] = ()

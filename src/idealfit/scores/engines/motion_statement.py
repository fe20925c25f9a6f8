"""What is asked of another engine, and the statement that answers it for one motion: the same for each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from idealfit.profile.document import Profile
from idealfit.profile.parsing import parse
from idealfit.profile.predicate import Predicate
from idealfit.records.attribute import AttributeInfo
from idealfit.scores.answered import Answered, Asked
from idealfit.scores.lying import Tables
from idealfit.scores.motions import criterion_column
from idealfit.scores.statement import Statement, asked_of, score_statement

SOLD = "sold to such accounts"
"""The condition of a motion's `sold_to`, beside its criteria."""


@dataclass(frozen=True)
class Wanted:
    """What is asked: T, the profiles' versions by motion, a column a criterion, the inbound card; `attributes` is the
    workspace's dictionary; `top`: so many columns `reason_1`, … instead of all reasons."""

    as_of: date
    versions: Mapping[str, str]
    criteria: bool = False
    card: bool = False
    attributes: Mapping[str, AttributeInfo] | None = None
    top: int | None = None


@dataclass(frozen=True)
class ScoredMotion:
    """A motion's scores: the table or view that holds them, its columns in order, and whether it says to whom it is
    sold."""

    motion: str
    table: str
    columns: tuple[str, ...]
    says_sold: bool

    @property
    def states(self) -> list[str]:
        """The columns with a state."""
        return [name for name in self.columns if name.startswith("c_") and name != f"c_{SOLD}"]

    @property
    def others(self) -> list[str]:
        """All other columns."""
        return [name for name in self.columns if not name.startswith("c_")]


def statement_of(
    profile: Profile,
    tables: Tables,
    wanted: Wanted,
    motion: str,
    *,
    later: bool = False,
    answers: Answered | None = None,
    kept: Sequence[str] = (),
) -> Statement:
    """The statement of a motion's scores, a column a criterion included, beside them whether it is sold to the account;
    `later`: instead of the rank what it is ordered by (`expected_steps`); `answers` and `kept` as in `score_statement`.
    """
    return score_statement(
        profile,
        tables,
        as_of=wanted.as_of,
        version=wanted.versions[motion],
        attributes=wanted.attributes,
        criteria=True,
        top=wanted.top or 0,
        reasons=wanted.top is None,
        card=wanted.card,
        values=True,
        ranked=None if later else True,
        beside=_beside(profile),
        answers=answers,
        kept=kept,
    )


def few_of(wanted: Wanted) -> Wanted:
    """The same without reasons and card: what accounts are ordered and motions compared by."""
    return replace(wanted, card=False, top=0)


def asked_by(profile: Profile, wanted: Wanted, *, before: str = "") -> Asked:
    """What the statement of a motion asks of every account."""
    beside = _beside(profile)
    return asked_of(profile, wanted.attributes, criteria=True, card=wanted.card, beside=beside, before=before)


def _beside(profile: Profile) -> dict[str, Predicate]:
    return {} if profile.sold_to is None else {SOLD: parse(profile.sold_to)}


def criterion_columns(motions: Sequence[ScoredMotion], longest: int) -> list[list[str]]:
    """Of each motion what its criteria are called in one table with all of them: names of at most `longest` bytes."""
    taken: list[str] = []
    made = []
    for number, one in enumerate(motions):
        names: list[str] = []
        for state in one.states:
            names.append(_free(criterion_column(one.motion, state.removeprefix("c_")), number, taken, longest))
            taken.append(names[-1])
        made.append(names)
    return made


def _free(name: str, number: int, taken: Sequence[str], longest: int) -> str:
    """`name`, cut and with the motion's number behind it where the engine would take it for one of those `taken`."""
    made, more = _cut(name, longest), 1
    while made in taken:
        end = f"__{number}" if more == 1 else f"__{number}_{more}"
        made, more = _cut(name, longest - len(end)) + end, more + 1
    return made


def _cut(name: str, most: int) -> str:
    return name.encode()[:most].decode(errors="ignore")

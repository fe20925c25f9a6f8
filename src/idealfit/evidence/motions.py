"""Which deals belong to a go-to-market motion: each motion has a profile of its own, made of its own deals."""

from __future__ import annotations

import re
from dataclasses import dataclass

import duckdb

from idealfit.errors import NoSuchMotion

FEW = 30
"""A motion with fewer closed deals than this is not worth telling of: no profile could be made of it."""

WAYS = ("motion", "pipeline", "product")
"""The columns by which deals are told apart; a name is looked up in the first that any deal fills."""

ONLY = "Only deals of"
"""How the note begins that says whose deals were counted."""
_REST = "all but "
_NOT_IN_A_NAME = re.compile(r"[^\w -]+")


@dataclass(frozen=True)
class Share:
    """The new-business deals of which `by` is `value`: how many are closed, and won of them."""

    by: str
    value: str
    closed: int
    won: int


def name_of(value: str) -> str:
    """A motion's name as a file can bear it: 'PLG / self-serve' → 'PLG - self-serve'."""
    return _NOT_IN_A_NAME.sub("-", value).strip(" -")[:64] or "unnamed"


def rest_of(value: str) -> str:
    """What all other deals are called: 'all but Core'."""
    return f"{_REST}{value}"


def is_of(text: str, value: str) -> bool:
    """Whether a deal whose motion reads `text` is one of `value` ('Core', 'all but Core')."""
    named = value.removeprefix(_REST)
    return (text.strip().casefold() == named.casefold()) == (named == value)


def mark_motion(con: duckdb.DuckDBPyConnection, motion: str | None) -> tuple[str, ...]:
    """Make `other_motions` (deal_id): the deals that are not of `motion`; none without one. Answers what to tell.

    A deal's motion is what its column `motion` says; where none is of that name, a pipeline, else a product of that
    name; 'all but NAME' are the other deals. Compared without case. Raises `NoSuchMotion` where deals tell their motion
    and none of them is of this one. Where no deal tells any, all count.
    """
    con.execute("CREATE OR REPLACE TEMP TABLE other_motions (deal_id VARCHAR)")
    if motion is None:
        found = shares_of(con, "motion")
        large = [f"{one.value} {one.closed:,}" for one in found if one.closed >= FEW]
        if len(large) < 2:
            return ()
        return (
            f"The deals are of {len(found)} motions (closed: {', '.join(large[:5])}): one profile is made of all of "
            "them, and one of each",
        )
    if (told := _marked(con, motion)) is not None:
        return told
    if names := [one.value for one in shares_of(con, "motion")]:
        raise NoSuchMotion(f"No deal is of the motion '{motion}'", remedy=f"The deals are of: {', '.join(names[:10])}.")
    return (f"No deal tells its motion: the profile of '{motion}' is made of all deals",)


def _marked(con: duckdb.DuckDBPyConnection, motion: str) -> tuple[str, ...] | None:
    """`other_motions` filled, and what to tell; None where no deal is of that name in any way."""
    wanted = motion.strip().casefold()
    for by in WAYS:
        found = shares_of(con, by)
        for one in found:
            own = {one.value.casefold(), name_of(one.value).casefold()}
            others = {f"{_REST}{name}" for name in own}
            if wanted not in own | others:
                continue
            sign, kept = ("<>", one.closed) if wanted in own else ("=", sum(each.closed for each in found) - one.closed)
            con.execute(
                f"INSERT INTO other_motions SELECT deal_id FROM deals "
                f"WHERE COALESCE(LOWER(TRIM({by})), '') {sign} $named AND deal_id IS NOT NULL",
                {"named": one.value.lower()},
            )
            of = one.value if wanted in own else rest_of(one.value)
            rest = sum(each.closed for each in found) - kept
            return (f"{ONLY} {of} count: {kept:,} closed ones; {rest:,} are of others",)
    return None


def shares_of(con: duckdb.DuckDBPyConnection, by: str) -> tuple[Share, ...]:
    """The new-business deals by motion, pipeline or product, the most first."""
    rows = con.execute(
        f"SELECT MIN(TRIM({by})), COUNT(*) FILTER (WHERE outcome <> 'open'), COUNT(*) FILTER (WHERE outcome = 'won') "
        f"FROM deals WHERE TRIM({by}) <> '' AND COALESCE(deal_type, 'new_business') = 'new_business' "
        f"GROUP BY LOWER(TRIM({by})) ORDER BY 2 DESC, 1"
    ).fetchall()
    return tuple(Share(by, str(name), int(closed), int(won)) for name, closed, won in rows)

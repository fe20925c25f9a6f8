"""Which deals belong to a go-to-market motion: each motion has a profile of its own, made of its own deals."""

from __future__ import annotations

import duckdb

from idealfit.errors import NoSuchMotion

FEW = 30
"""A motion with fewer closed deals than this is not worth telling of: no profile could be made of it."""


def mark_motion(con: duckdb.DuckDBPyConnection, motion: str | None) -> tuple[str, ...]:
    """Make `other_motions` (deal_id): the deals that are not of `motion`; none without one. Answers what to tell.

    A deal's motion is what its column `motion` says; where no deal has one, a pipeline of that name. Compared without
    case. Raises `NoSuchMotion` where deals tell their motion and none of them is of this one. Where no deal tells any,
    all count.
    """
    con.execute("CREATE OR REPLACE TEMP TABLE other_motions (deal_id VARCHAR)")
    wanted = (motion or "").strip().casefold()
    column, found = "motion", _closed_by(con, "motion")
    if not found and motion is not None:
        column, found = "pipeline", _closed_by(con, "pipeline")
    named = {name.casefold(): name for name in found}
    if motion is None:
        large = [f"{name} {closed:,}" for name, closed in found.items() if closed >= FEW]
        if len(large) < 2:
            return ()
        return (
            f"The deals are of {len(found)} motions (closed: {', '.join(large[:5])}); one profile is made of all of "
            "them, --motion NAME makes one of each",
        )
    if wanted not in named:
        if column == "motion" and found:
            raise NoSuchMotion(
                f"No deal is of the motion '{motion}'", remedy=f"The deals are of: {', '.join(list(found)[:10])}."
            )
        return (f"No deal tells its motion: the profile of '{motion}' is made of all deals",)
    con.execute(
        f"INSERT INTO other_motions SELECT deal_id FROM deals "
        f"WHERE COALESCE(LOWER(TRIM({column})), '') <> $wanted AND deal_id IS NOT NULL",
        {"wanted": named[wanted].lower()},
    )
    rest = sum(found.values()) - found[named[wanted]]
    return (f"Only deals of {named[wanted]} count: {found[named[wanted]]:,} closed ones; {rest:,} are of others",)


def _closed_by(con: duckdb.DuckDBPyConnection, column: str) -> dict[str, int]:
    """Each value of a deal column with its closed new-business deals, the most first."""
    rows = con.execute(
        f"SELECT MIN(TRIM({column})), COUNT(*) FILTER (WHERE outcome <> 'open') FROM deals "
        f"WHERE TRIM({column}) <> '' AND COALESCE(deal_type, 'new_business') = 'new_business' "
        f"GROUP BY LOWER(TRIM({column})) ORDER BY 2 DESC, 1"
    ).fetchall()
    return {str(name): int(closed) for name, closed in rows}

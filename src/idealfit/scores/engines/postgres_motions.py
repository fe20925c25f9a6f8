"""Several motions in a PostgreSQL server: every account's best motion, and what each of them says of it.

The scores of each motion lie in a temporary table already; which of them is the best is decided as `motions.py` decides
it, and whom two motions both want is counted there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from idealfit.scores.engines.motion_statement import SOLD, ScoredMotion, criterion_columns
from idealfit.scores.motions import REACHED, SAID
from idealfit.scores.overlap import Overlap, overlaps_of_groups

if TYPE_CHECKING:
    import psycopg

LONGEST = 63
"""The bytes of a name that PostgreSQL keeps: of a longer one it reads no more."""


def combined(connection: psycopg.Connection[Any], motions: Sequence[ScoredMotion], into: str) -> list[str]:
    """Make the temporary table `into`: of every account the row of its best motion, its name (`motion`), what each says
    (`motions`, JSON), and the criteria of each; answers its columns in order.
    """
    shared = list(dict.fromkeys(name for one in motions for name in [*one.others, "motion"]))
    reached = [name for name in REACHED if name in shared]
    each = " UNION ALL ".join(_one(number, one, shared) for number, one in enumerate(motions))
    parts = ", ".join(f"'{name}', {_quoted(name)}" for name in ("motion", *SAID, *reached))
    rank = "array_position(ARRAY['A', 'B', 'C', 'unknown', 'excluded'], tier)"
    order = f"whom, {rank}, fit DESC NULLS LAST, timing DESC NULLS LAST, motion_number"
    names, columns, joins = _criteria(motions)
    shown = [*shared, "motions"]
    connection.execute(
        f"""
        CREATE TEMP TABLE {into} ON COMMIT DROP AS
        WITH each_motion AS ({each}),
        said AS (
            SELECT account_id, json_agg(json_build_object({parts}) ORDER BY motion_number)::text AS motions
            FROM each_motion GROUP BY account_id
        ),
        best AS (
            SELECT *, row_number() OVER (PARTITION BY account_id ORDER BY {order}) AS place FROM each_motion
        )
        SELECT {", ".join(f"best.{_quoted(name)}" for name in shared)}, said.motions{columns}
        FROM best JOIN said USING (account_id){joins} WHERE place = 1
        """
    )
    return [*shown, *names]


def _one(number: int, one: ScoredMotion, shared: Sequence[str]) -> str:
    """The rows of a motion with the columns of all; what its profile does not tell is NULL."""
    kinds = {"rank": "bigint"}
    said = [
        f"'{_literal(one.motion)}'::text AS motion"
        if name == "motion"
        else _quoted(name)
        if name in one.others
        else f"NULL::{kinds.get(name, 'double precision')} AS {_quoted(name)}"
        for name in shared
    ]
    sold = _quoted(f"c_{SOLD}")
    whom = f"CASE WHEN {sold} THEN 0 WHEN NOT {sold} THEN 2 ELSE 1 END" if one.says_sold else "1"
    return f"SELECT {', '.join(said)}, {number} AS motion_number, {whom} AS whom FROM pg_temp.{one.table}"


def _criteria(motions: Sequence[ScoredMotion]) -> tuple[list[str], str, str]:
    """The names of the columns of all criteria, how they are selected, and the tables that they come from."""
    columns, joins = "", ""
    called = criterion_columns(motions, LONGEST)
    for number, one in enumerate(motions):
        for state, name in zip(one.states, called[number], strict=True):
            columns += f", m{number}.{_quoted(state)} AS {_quoted(name)}"
        joins += f" JOIN pg_temp.{one.table} m{number} ON m{number}.account_id = best.account_id"
    return [name for names in called for name in names], columns, joins


def wanted_by_two(connection: psycopg.Connection[Any], motions: Sequence[ScoredMotion]) -> tuple[Overlap, ...]:
    """Of each pair of motions whom both want: accounts in tier A or B of the one, the other or both."""
    flags = ", ".join(
        f"CASE WHEN m{number}.tier <> 'unknown' THEN m{number}.tier IN ('A', 'B') END" for number in range(len(motions))
    )
    joins = "".join(
        f" JOIN pg_temp.{one.table} m{number} ON m{number}.account_id = m0.account_id"
        for number, one in enumerate(motions)
        if number
    )
    found = connection.execute(
        f"SELECT {flags}, count(*) FROM pg_temp.{motions[0].table} m0{joins} WHERE m0.duplicate_of IS NULL "
        f"GROUP BY {', '.join(str(number + 1) for number in range(len(motions)))}"
    ).fetchall()
    return overlaps_of_groups([one.motion for one in motions], [(tuple(row[:-1]), int(row[-1])) for row in found])


def best_for(connection: psycopg.Connection[Any], table: str) -> Mapping[str, int]:
    """For how many accounts each motion is the best."""
    query = f"SELECT motion, count(*) FROM pg_temp.{table} WHERE duplicate_of IS NULL GROUP BY motion"
    return {str(motion): int(count) for motion, count in connection.execute(query).fetchall()}


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return text.replace("'", "''")

"""What is told of scores that lie in a PostgreSQL server: the best accounts, their cards and chances, and the hits that
a table of scores keeps for the run after it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from idealfit.scores.engines.outcome import BEST, Best, best_of, shown_of

if TYPE_CHECKING:
    import psycopg

JSON_TEXTS = frozenset(("reasons", "card_reasons", "motions"))
"""Columns that are JSON as text in a statement, and JSONB in a table of scores."""
_KEPT = "idealfit hits: "
"""Before the hits, in the comment on a table of scores."""


def told_of(
    connection: psycopg.Connection[Any],
    table: str,
    columns: Sequence[str],
    called: Callable[[Sequence[str]], Mapping[str, str]],
) -> Best:
    """The best accounts of the temporary table `table`; `called` answers the names of ids."""
    shown = shown_of(columns)
    place = "array_position(ARRAY['A', 'B', 'unknown', 'C', 'excluded'], tier)"
    rows = connection.execute(
        f"SELECT {', '.join(shown)} FROM pg_temp.{table} WHERE duplicate_of IS NULL ORDER BY "
        f'{place}, fit DESC NULLS LAST, timing DESC NULLS LAST, account_id COLLATE "C" LIMIT {BEST}'
    ).fetchall()
    cards: list[tuple[Any, ...]] = []
    if "card_points" in columns:
        cards = connection.execute(
            f"SELECT account_id, card_points, card_most, route, card_reasons FROM pg_temp.{table} "
            "WHERE duplicate_of IS NULL AND card_points IS NOT NULL ORDER BY tier = 'excluded', card_points DESC, "
            f'card_most DESC, account_id COLLATE "C" LIMIT {BEST}'
        ).fetchall()
    cards = [(*row[:4], json.loads(row[4])) for row in cards]
    return best_of(rows, cards, columns, called)


def keep_hits(connection: psycopg.Connection[Any], parts: Sequence[str], said: str, hits: Mapping[str, Any]) -> None:
    """Write what the scores are, and the hits by motion, as the comment on the table, for the run after this one."""
    text = f"{said}\n{_KEPT}{json.dumps(hits, separators=(',', ':'), ensure_ascii=False)}"
    table = ".".join('"' + part.replace('"', '""') + '"' for part in parts)
    quoted = connection.execute("SELECT quote_literal(%s)", [text.replace("\0", "")]).fetchone() or ("NULL",)
    connection.execute(f"COMMENT ON TABLE {table} IS {quoted[0]}".encode())


def hits_kept(connection: psycopg.Connection[Any], parts: Sequence[str]) -> Mapping[str, Any]:
    """The hits by motion that a table of scores keeps; none where its comment is another one."""
    table = ".".join('"' + part.replace('"', '""') + '"' for part in parts)
    found = connection.execute("SELECT obj_description(to_regclass(%s), 'pg_class')", [table]).fetchone()
    _, kept, text = str((found or ("",))[0] or "").partition(_KEPT)
    if not kept:
        return {}
    try:
        hits = json.loads(text)
    except ValueError:
        return {}
    return hits if isinstance(hits, dict) else {}

"""The distinct texts of a column with their numbers of rows: a dictionary, or where they are many, left in the engine.

A column of ids has as many texts as rows. As Python objects three million of them take half a gigabyte a column; in the
engine a tenth of it, and it can put them on disk.
"""

from __future__ import annotations

from collections.abc import Collection, ItemsView, Iterator, Mapping, ValuesView

import duckdb

from idealfit.store.engine import quote

MANY = 250_000
_AT_ONCE = 20_000
_HEAD = 1_000
"""So many are at hand: most walks look at a few texts and end."""


class StoredTexts(Mapping[str, int]):
    """Texts with their numbers of rows, the commonest first, then by themselves; read anew on every walk over them.

    To ask for single texts is slow. `rows` is the number of all rows.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, relation: str, size: int, rows: int) -> None:
        self._con, self._relation, self._size, self.rows = con, relation, size, rows
        self._head: list[tuple[str, int]] = con.execute(
            f"SELECT text, n FROM {quote(relation)} WHERE rowid < {_HEAD}"
        ).fetchall()

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[str]:
        return (text for text, _ in self.walk())

    def __getitem__(self, text: str) -> int:
        found = self._con.cursor().execute(f"SELECT n FROM {quote(self._relation)} WHERE text = ?", [text]).fetchall()
        if not found:
            raise KeyError(text)
        return int(found[0][0])

    def __contains__(self, text: object) -> bool:
        return isinstance(text, str) and self.get(text) is not None

    def items(self) -> ItemsView[str, int]:
        """Texts and numbers of rows, read in one walk."""
        return _Items(self)

    def values(self) -> ValuesView[int]:
        """The numbers of rows, read in one walk."""
        return _Values(self)

    def spread(self, size: int) -> list[str]:
        """About `size` of the texts, evenly spread over them."""
        step = max(1, self._size // size)
        found = self._con.cursor().execute(f"SELECT text FROM {quote(self._relation)} WHERE rowid % {step} = 0")
        return [row[0] for row in found.fetchall()]

    def drop(self) -> None:
        """Free the texts; nothing may be asked of them after that but how many they are."""
        self._con.execute(f"DROP TABLE IF EXISTS {quote(self._relation)}")

    def walk(self) -> Iterator[tuple[str, int]]:
        """Each text with its number of rows."""
        yield from self._head
        if self._size > len(self._head):
            # a cursor of its own: another query on the connection would end this walk
            cursor = self._con.cursor().execute(f"SELECT text, n FROM {quote(self._relation)} WHERE rowid >= {_HEAD}")
            while batch := cursor.fetchmany(_AT_ONCE):
                yield from batch


class _Items(ItemsView[str, int]):
    def __init__(self, texts: StoredTexts) -> None:
        super().__init__(texts)
        self._texts = texts

    def __iter__(self) -> Iterator[tuple[str, int]]:
        return self._texts.walk()


class _Values(ValuesView[int]):
    def __init__(self, texts: StoredTexts) -> None:
        super().__init__(texts)
        self._texts = texts

    def __iter__(self) -> Iterator[int]:
        return (rows for _, rows in self._texts.walk())


def rows_of(counts: Mapping[str, int]) -> int:
    """How many rows have a text."""
    return counts.rows if isinstance(counts, StoredTexts) else sum(counts.values())


def spread(counts: Mapping[str, int], size: int, *, without: Collection[str]) -> list[str]:
    """A sample of the texts, evenly spread over all that are not among `without` (in lower case)."""
    texts = counts.spread(size) if isinstance(counts, StoredTexts) else counts
    kept = [text for text in texts if text.strip().lower() not in without]
    return kept[:: max(1, len(kept) // size)]


def count_texts(con: duckdb.DuckDBPyConnection, relation: str, header: str, *, many: int = MANY) -> Mapping[str, int]:
    """The distinct texts of a column of `relation` with their rows (empty cells left out), the commonest first."""
    column = quote(header)
    counted = (
        f"SELECT {column} AS text, count(*) AS n FROM {quote(relation)} WHERE {column} IS NOT NULL "
        "GROUP BY 1 ORDER BY 2 DESC, 1"
    )
    about = con.execute(f"SELECT approx_count_distinct({column}) FROM {quote(relation)}").fetchall()[0][0]
    if about < (MANY if many is None else many):
        return dict(con.execute(counted).fetchall())
    name = f"texts of {relation}: {header}"
    con.execute(f"CREATE OR REPLACE TABLE {quote(name)} AS {counted}")
    size, rows = con.execute(f"SELECT count(*), coalesce(sum(n), 0) FROM {quote(name)}").fetchall()[0]
    return StoredTexts(con, name, int(size), int(rows))

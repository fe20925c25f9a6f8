"""What the accounts hold, column by column, to choose from: values with their counts, and how numbers are spread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import duckdb
import numpy as np

from idealfit.errors import PredicateError
from idealfit.profile.parsing import parse
from idealfit.profile.predicate import Attribute, Comparison
from idealfit.records.attribute import AttributeInfo, describe
from idealfit.scores.states import column_types
from idealfit.store.engine import quote

MOST_VALUES: Final = 200
BARS: Final = 28


@dataclass(frozen=True)
class Spread:
    """Numbers of a column: how many accounts have one and how many none, the ends, the quarters, and `bars`: from, to,
    accounts; in equal steps of the number, or of its logarithm where it is spread over magnitudes.
    """

    known: int
    unknown: int
    low: float
    quarters: tuple[float, float, float]
    high: float
    bars: tuple[tuple[float, float, int], ...]


@dataclass(frozen=True)
class Held:
    """Values of a column, the commonest first, each with its accounts; `others` is how many more there are."""

    known: int
    unknown: int
    values: tuple[tuple[str, int], ...]
    others: int = 0


@dataclass(frozen=True)
class Column:
    """A column that a criterion can speak of."""

    name: str
    label: str
    kind: str
    layer: str


class SeenValues:
    """Looks at the tables of a connection, at each column once."""

    def __init__(self, con: duckdb.DuckDBPyConnection, attributes: Mapping[str, AttributeInfo]) -> None:
        self._con, self._attributes = con, attributes
        self._spreads: dict[str, Spread | None] = {}
        self._held: dict[str, Held] = {}
        try:
            self.types = {name: str(kind) for name, kind in column_types(con, "accounts").items()}
        except duckdb.CatalogException:
            self.types = {}

    def columns(self) -> tuple[Column, ...]:
        """The columns of the accounts that can be criteria, by their labels."""
        found = []
        for name, kind in self.types.items():
            info = describe(name, self._attributes)
            if info.level == "account" and kind in ("number", "text", "boolean", "list"):
                found.append(Column(name, info.label, kind, info.layer))
        return tuple(sorted(found, key=lambda one: one.label.casefold()))

    def label(self, on: str) -> str:
        """What a column, or a number made of columns, is called."""
        name = self._name(on)
        return describe(name, self._attributes).label if name else on

    def spread(self, on: str) -> Spread | None:
        """How the numbers of a column are spread; None for what is no column of numbers."""
        name = self._name(on)
        if name is None or self.types.get(name) != "number":
            return None
        if name not in self._spreads:
            self._spreads[name] = self._spread(name)
        return self._spreads[name]

    def held(self, name: str) -> Held:
        """The values of a column of texts or of a list; 'events', 'roles' and 'tech' too."""
        if name not in self._held:
            self._held[name] = self._values(name)
        return self._held[name]

    def _name(self, on: str) -> str | None:
        """The column that a text in the language names."""
        known = {name.casefold(): name for name in self.types}
        if on.casefold() in known:
            return known[on.casefold()]
        try:
            read = parse(f"{on} >= 0")
        except PredicateError:
            return None
        named = isinstance(read, Comparison) and isinstance(read.left, Attribute)
        return known.get(read.left.name.casefold()) if named else None  # type: ignore[union-attr]

    def _spread(self, name: str) -> Spread | None:
        column = f"CAST({quote(name)} AS DOUBLE)"
        rows = f"SELECT {column} AS x FROM accounts" + self._own()
        found = self._con.execute(f"SELECT x FROM ({rows}) WHERE x IS NOT NULL AND isfinite(x)").fetchnumpy()["x"]
        numbers = np.ma.getdata(found).astype(float)
        every = self._con.execute(f"SELECT COUNT(*) FROM ({rows})").fetchone()
        if not len(numbers) or every is None:
            return None
        low, first, middle, third, high = (float(one) for one in np.quantile(numbers, [0, 0.25, 0.5, 0.75, 1]))
        wide = low > 0 and high / low > 50
        steps = np.geomspace(low, high, BARS + 1) if wide else np.linspace(low, high, BARS + 1)
        steps[0], steps[-1] = low, high
        counts = np.histogram(numbers, bins=steps)[0] if high > low else np.array([len(numbers)])
        ends = steps if high > low else np.array([low, high])
        bars = tuple((float(ends[n]), float(ends[n + 1]), int(count)) for n, count in enumerate(counts))
        return Spread(len(numbers), int(every[0]) - len(numbers), low, (first, middle, third), high, bars)

    def _own(self) -> str:
        return " WHERE duplicate_of IS NULL" if "duplicate_of" in self.types else ""

    def _values(self, name: str) -> Held:
        if name == "events":
            return self._counted(
                "SELECT account_id, event_type AS value FROM events UNION ALL "
                "SELECT account_id, activity_type FROM activities WHERE direction IS DISTINCT FROM 'outbound'"
            )
        if name == "roles":
            return self._counted('SELECT account_id, "role" AS value FROM contacts')
        column = self._name(name)
        if column is None:
            return Held(0, 0, ())
        value = f"UNNEST({quote(column)})" if self.types[column] == "list" else f"CAST({quote(column)} AS VARCHAR)"
        return self._counted(f"SELECT account_id, {value} AS value FROM accounts" + self._own())

    def _counted(self, rows: str) -> Held:
        query = f"""
            WITH held AS (SELECT account_id, TRIM(value) AS value FROM ({rows}) WHERE TRIM(value) <> '')
            SELECT MIN(value), COUNT(DISTINCT account_id) AS accounts, COUNT(*) OVER () AS others FROM held
            GROUP BY LOWER(value) ORDER BY accounts DESC, MIN(value) LIMIT {MOST_VALUES}
        """
        try:
            found = self._con.execute(query).fetchall()
            known = self._con.execute(
                f"SELECT COUNT(DISTINCT account_id) FROM ({rows}) WHERE TRIM(value) <> ''"
            ).fetchone()
            every = self._con.execute("SELECT COUNT(*) FROM accounts" + self._own()).fetchone()
        except duckdb.Error:  # a table that the workspace does not have
            return Held(0, 0, ())
        told, accounts = (0 if one is None else int(one[0]) for one in (known, every))
        more = int(found[0][2]) - len(found) if found else 0
        return Held(told, max(0, accounts - told), tuple((str(row[0]), int(row[1])) for row in found), more)

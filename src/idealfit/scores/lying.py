"""Tables where they lie: what a statement must know of a table of somebody else's database before it can read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from sqlglot import exp

from idealfit.records.attribute import KNOWN
from idealfit.records.tables import TABLES, ColumnType
from idealfit.scores import sql

TableName: TypeAlias = Literal["accounts", "events", "activities", "account_history", "contacts", "leads"]
READ: tuple[TableName, ...] = ("accounts", "events", "activities", "account_history", "contacts")
"""The tables that scoring reads; all but `accounts` may be missing."""
WITH_CARD: tuple[TableName, ...] = (*READ, "leads")
"""Those that it reads where the inbound card is reckoned as well."""


@dataclass(frozen=True)
class Held:
    """What a column holds. `exact`: a number without a binary point; `is_text`: a text already, no other kind of id."""

    kind: ColumnType
    exact: bool = False
    is_text: bool = True


@dataclass(frozen=True)
class TableAt:
    """A table: its name with that of its schema (`parts`), and its columns by their own names."""

    parts: tuple[str, ...]
    columns: Mapping[str, Held]

    def find(self, name: str) -> str | None:
        """The column of that name, else the one that differs only in case."""
        if name in self.columns:
            return name
        return next((own for own in self.columns if own.lower() == name.lower()), None)

    @property
    def relation(self) -> exp.Table:
        """The table as a statement names it."""
        names = [sql.name(part) for part in self.parts]
        made = dict(zip(("this", "db", "catalog"), reversed(names), strict=False))
        return exp.Table(**made)


@dataclass(frozen=True)
class Tables:
    """The tables of a company: `accounts`, and others by their canonical names as far as there are any."""

    accounts: TableAt
    others: Mapping[TableName, TableAt] = field(default_factory=dict)


def canonical_table(name: TableName, parts: tuple[str, ...] | None = None) -> TableAt:
    """The table as DESIGN §3 describes it, where nobody has looked at the real one."""
    columns = {column: Held(kind) for column, kind in TABLES[name].columns.items()}
    return TableAt(parts or (name,), columns)


def known_kind(name: str) -> ColumnType | None:
    """The kind of a canonical attribute; None for any other."""
    info = KNOWN.get(name.lower())
    return info.type if info is not None else None


def as_text(column: exp.Expr, held: Held) -> exp.Expr:
    """A column as text."""
    return column if held.kind == "text" and held.is_text else sql.cast(column, "TEXT")


def key_of(table: TableAt, name: str) -> exp.Expr:
    """An id as text; NULL where the table lacks it."""
    own = table.find(name)
    return sql.nothing("TEXT") if own is None else as_text(sql.column(own), table.columns[own])

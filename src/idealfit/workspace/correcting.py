"""Values of an account corrected by hand: who says what, and why, kept apart from what was imported.

A correction outlives every import until somebody takes it back. It counts from the next scoring on; what is learned
from the past never reads it (see `records.corrected`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

import duckdb

from idealfit.accounts.column_type import as_wanted
from idealfit.accounts.spelling import tidied
from idealfit.errors import CorrectionRefused, Position
from idealfit.profile.parsing import suggest
from idealfit.records.assembling.value_rules import TOOLS, rule_of
from idealfit.records.attribute import COMPANIONS, describe
from idealfit.records.corrected import correct_tables
from idealfit.records.imported import load_attributes
from idealfit.records.tables import AS_IN_FILE, DUCKDB_TYPES, ColumnType
from idealfit.store.corrections import Correction, Value, corrections, keep_correction, newest, standing
from idealfit.store.engine import connect, load_tables, quote
from idealfit.store.ledger import open_ledger
from idealfit.store.place import Place, open_place
from idealfit.workspace.last_scoring import counted_until

KINDS: Final[Mapping[ColumnType, str]] = {
    "number": "a number",
    "boolean": "yes or no",
    "date": "a day, such as 2026-11-22",
    "timestamp": "a day, such as 2026-11-22",
    "list": "a list with commas between its parts",
    "text": "a text",
}
NOT_BY_HAND: Final = {"account_id", "duplicate_of", *(name for name, _label, _kind in COMPANIONS)}
"""Columns that say which account it is, or that are worked out of others."""
LONGEST_NAME: Final = 200
LONGEST_TEXT: Final = 4_000
MOST_PARTS: Final = 500
MOST_LABELS: Final = 2_000
_LARGEST: Final = 1e15


@dataclass(frozen=True)
class Correctable:
    """A column that can be corrected: its name in `accounts`, the words for it, its kind, and what the account has in
    it: `imported`, and the correction that stands, if any. `counted`: whether the last scoring knew of that.
    """

    name: str
    label: str
    type: ColumnType
    imported: Value
    correction: Correction | None = None
    counted: bool = True

    @property
    def value(self) -> Value:
        """What holds now."""
        return self.imported if self.correction is None else self.correction.value


@dataclass(frozen=True)
class Corrected:
    """What was done: the account (the survivor, where it was merged), and the column as it is now."""

    account_id: str
    name: str
    column: Correctable


def correct(workspace: Path, account_id: str, attribute: str, value: str | None, *, by: str, because: str) -> Corrected:
    """Say by hand what an account has in a column; `value` as a person writes it (None: it is not known).

    `account_id` is the account's own id, `attribute` the column's name or the words for it. Raises CorrectionRefused,
    NoSuchAccount (no account has the id), and what `open_place` raises.
    """
    place = open_place(workspace)
    named, reason = _who_and_why(by, because)
    with closing(connect(place.root)) as con:
        whose, called, columns = _columns(con, place, account_id)
        column = _meant(columns, attribute)
        said = None if value is None else typed(value, column, _spellings(con, column))
    if said == column.value:
        raise CorrectionRefused(
            f"'{column.label}' says so already",
            where=Position(column.name, value=(value or "")[:100]),
            remedy="Nothing was changed.",
        )
    with open_ledger(place).transaction() as connection:
        keep_correction(connection, whose, column.name, value=said, was=column.imported, by=named, because=reason)
    return Corrected(whose, called, _now(place, whose, column))


def take_back(workspace: Path, account_id: str, attribute: str, *, by: str, because: str = "") -> Corrected:
    """Let the records count again in a column of an account. Raises as `correct` does; CorrectionRefused where nothing
    was corrected.
    """
    place = open_place(workspace)
    named, reason = _who_and_why(by, because or "taken back")
    with closing(connect(place.root)) as con:
        whose, called, columns = _columns(con, place, account_id)
        column = _meant(columns, attribute)
    if column.correction is None:
        raise CorrectionRefused(
            f"'{column.label}' was not corrected by hand", where=Position(column.name), remedy="Nothing was changed."
        )
    with open_ledger(place).transaction() as connection:
        keep_correction(
            connection,
            whose,
            column.name,
            value=None,
            was=column.imported,
            by=named,
            because=reason,
            taken_back=True,
        )
    return Corrected(whose, called, _now(place, whose, column))


def corrected_values(workspace: Path, *, account_id: str | None = None) -> tuple[Correction, ...]:
    """Every line that people have written (of an account), newest first, those taken back as well."""
    return tuple(reversed(corrections(open_place(workspace).ledger, account_id=account_id)))


def account_named(workspace: Path, who: str) -> str:
    """The id of the account that is called so, as `placing.account` finds it. Raises NoSuchAccount."""
    from idealfit.workspace.placing import found_account  # it needs what is counted from here

    place = open_place(workspace)
    with closing(connect(place.root)) as con:
        load_tables(con, place)
        return found_account(con, who)[0]


def correctable(
    con: duckdb.DuckDBPyConnection, place: Place, account_id: str, records: str = "accounts"
) -> tuple[Correctable, ...]:
    """The columns of an account that can be corrected; none where it is gone. `records`: the accounts as imported."""
    found = con.execute(f"SELECT * FROM {quote(records)} WHERE account_id = $id", {"id": account_id})
    names = [(str(one[0]), str(one[1])) for one in found.description or ()]
    rows = found.fetchall()
    if not rows:
        return ()
    types = {str(row[0]): _kind(str(row[1])) for row in con.execute(f"DESCRIBE {quote(records)}").fetchall()}
    attributes, stands = load_attributes(place), standing(place.ledger, account_id=account_id)
    known = counted_until(place)
    ends = {f"{name}_{end}" for name, _kind_ in names for end in ("low", "high") if f"{name}{AS_IN_FILE}" in types}
    told = []
    for (name, _type), value in zip(names, rows[0], strict=True):
        if name in NOT_BY_HAND or name in ends or name.endswith(AS_IN_FILE):
            continue
        one = stands.get((account_id, name))
        counted = one is None or (known is not None and one.correction_id <= known)
        label = describe(name, attributes).label or name.replace("_", " ")
        told.append(Correctable(name, label, types[name], _plain(value), one, counted))
    return tuple(told)


def newest_correction(place: Place) -> int:
    """The number of the newest line that anybody has written; 0 before the first."""
    return newest(place.ledger)


def not_counted_yet(place: Place, account_id: str) -> tuple[Correction, ...]:
    """The lines of an account that the scores do not know of yet."""
    known = counted_until(place) or 0
    return tuple(one for one in corrections(place.ledger, account_id=account_id) if one.correction_id > known)


def typed(text: str, column: Correctable, counts: Mapping[str, int]) -> Value:
    """What a person has written, in the type of the column, spelled as the column's other values (`counts`) are.

    Raises CorrectionRefused where it is not of that type.
    """
    told = tidied(text) if column.type != "list" else text.strip()
    if not told:
        raise _refused(column, text, "Nothing was written", "Write the value, or say that it is not known.")
    if len(told) > LONGEST_TEXT:
        raise _refused(column, text, f"A value has at most {LONGEST_TEXT:,} characters", "Write less.")
    if column.type == "text":
        return rule_of(column.name).change({**counts, told: 1}).get(told, told)
    if column.type == "list":
        return _parts(told, column, counts)
    found = (as_wanted({told: 1}, column.type, name=column.name).values or {}).get(told)
    if found is None or (isinstance(found, float) and not abs(found) <= _LARGEST):
        raise _refused(column, text, f"'{told[:60]}' is not {KINDS[column.type]}", f"Write {KINDS[column.type]}.")
    return _plain(found)


def _parts(told: str, column: Correctable, counts: Mapping[str, int]) -> list[str]:
    between = ";" if ";" in told else ","
    parts = [part for line in told.splitlines() for one in line.split(between) if (part := tidied(one))]
    parts = list(dict.fromkeys(TOOLS.change({**counts, part: 1}).get(part, part) for part in parts))
    if not 0 < len(parts) <= MOST_PARTS:
        raise _refused(column, told, f"A list has 1 to {MOST_PARTS} parts", "Put commas between its parts.")
    return parts


def _refused(column: Correctable, text: str, what: str, remedy: str) -> CorrectionRefused:
    return CorrectionRefused(what, where=Position(column.name, value=text[:100]), remedy=remedy)


def _who_and_why(by: str, because: str) -> tuple[str, str]:
    named, reason = tidied(by), tidied(because)
    for field, text, most in (("by", named, LONGEST_NAME), ("because", reason, LONGEST_TEXT)):
        if not 0 < len(text) <= most:
            what = "Say who corrects it" if field == "by" else "Say why it is corrected"
            remedy = f"Write {'a name' if field == 'by' else 'a reason'} of at most {most:,} characters."
            raise CorrectionRefused(what, where=Position(field), remedy=remedy)
    return named, reason


def _columns(con: duckdb.DuckDBPyConnection, place: Place, account_id: str) -> tuple[str, str, tuple[Correctable, ...]]:
    """The id and the name of the account (of its survivor, where it was merged), and its columns."""
    from idealfit.workspace.placing import found_account  # it needs what is counted from here

    load_tables(con, place)
    whose, called = found_account(con, account_id)
    merged = con.execute("SELECT duplicate_of FROM accounts WHERE account_id = $id", {"id": whose}).fetchall()
    whose = str(merged[0][0] or whose)
    return whose, called, correctable(con, place, whose)


def _meant(columns: tuple[Correctable, ...], attribute: str) -> Correctable:
    """The column with this name, or with these words."""
    wanted = attribute.strip().casefold()
    for one in columns:
        if wanted in (one.name.casefold(), one.label.casefold()):
            return one
    near = suggest(attribute, [one.name for one in columns])
    raise CorrectionRefused(
        f"No account has a value '{attribute[:100]}' that can be corrected",
        where=Position("accounts", value=attribute[:100]),
        remedy=f"Did you mean '{near}'?" if near else "The account's page names what it has.",
    )


def _now(place: Place, account_id: str, column: Correctable) -> Correctable:
    one = standing(place.ledger, account_id=account_id).get((account_id, column.name))
    return Correctable(column.name, column.label, column.type, column.imported, one, False)


def _kind(duckdb_type: str) -> ColumnType:
    kinds = {kind: name for name, kind in DUCKDB_TYPES.items()}
    return kinds.get(duckdb_type, "timestamp" if duckdb_type.startswith("TIMESTAMP") else "number")


def _plain(value: object) -> Value:
    """As JSON holds it."""
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, bool | str) or value is None:
        return value
    if isinstance(value, list | tuple):
        return [str(one) for one in value]
    number = float(value)  # type: ignore[arg-type]
    return number if math.isfinite(number) else None


def _spellings(con: duckdb.DuckDBPyConnection, column: Correctable) -> dict[str, int]:
    """How often each value of a column is there, the most frequent first: another is spelled as these are."""
    if column.type not in ("text", "list") or column.name in ("name", "domain"):
        return {}
    value = quote(column.name) if column.type == "text" else f"unnest({quote(column.name)})"
    query = f"SELECT v, count(*) AS n FROM (SELECT {value} AS v FROM accounts) WHERE v IS NOT NULL"
    rows = con.execute(f"{query} GROUP BY v ORDER BY n DESC, v LIMIT {MOST_LABELS}").fetchall()
    return {str(label): int(count) for label, count in rows}


def by_hand_words(con: duckdb.DuckDBPyConnection, place: Place, *, until: int | None = None) -> tuple[str, ...]:
    """`correct_tables`, and a sentence of what it did: nothing where nobody has corrected anything."""
    count = correct_tables(con, place, until=until)
    if not count:
        return ()
    values = "1 value counts" if count == 1 else f"{count:,} values count"
    return (f"{values} as corrected by hand, not as imported ('idealfit correct --list' names them).",)

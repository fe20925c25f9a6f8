"""What an account has of what the criteria ask for, in words: 'employees 240', 'Okta', 'audit once, last on …'."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb

from idealfit.profile.predicate import Predicate, Uses, walk
from idealfit.profile.sentence import plain_number
from idealfit.records.attribute import AttributeInfo
from idealfit.scores.facts import Sources, occurrences
from idealfit.scores.missing import Thing, things_of
from idealfit.scores.sql import text_of
from idealfit.scores.states import sources_of

MOST_TOOLS = 6


def own_values(
    con: duckdb.DuckDBPyConnection,
    account_id: str,
    predicates: Mapping[str, Predicate],
    attributes: Mapping[str, AttributeInfo],
    as_of: date,
) -> dict[str, str]:
    """What the account has of what each predicate reads, as words; nothing for what is not known of it."""
    found = con.execute("SELECT * FROM accounts WHERE account_id = $id", {"id": account_id})
    names = [str(column[0]).casefold() for column in found.description or ()]
    row = dict(zip(names, next(iter(found.fetchall()), ()), strict=False))
    events = _events(con, account_id, sources_of(con, "accounts"), as_of)
    labels = {name.casefold(): info for name, info in attributes.items()}
    told = {}
    for name, predicate in predicates.items():
        said = [text for thing in things_of(predicate) if (text := _said(thing, predicate, row, events, labels))]
        if said:
            told[name] = "; ".join(said)
    return told


def _said(
    thing: Thing,
    predicate: Predicate,
    row: Mapping[str, Any],
    events: Mapping[str, tuple[int, date]],
    labels: Mapping[str, AttributeInfo],
) -> str | None:
    match thing.kind:
        case "column":
            value = row.get(thing.name)
            return None if value is None or value == [] else f"{_label(thing.name, labels)} {_cell(value)}"
        case "tools":
            return _tools(row.get("tech"), predicate)
        case "events":
            if thing.name not in events:
                return f"no {thing.name.replace('_', ' ')} on record"
            times, last = events[thing.name]
            often = "once" if times == 1 else f"{times} times"
            return f"{thing.name.replace('_', ' ')} {often}, last on {last.isoformat()}"
        case _:
            return None


def _label(name: str, labels: Mapping[str, AttributeInfo]) -> str:
    return labels[name].label if name in labels else name.replace("_", " ")


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return plain_number(Decimal(str(value)))
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value[:MOST_TOOLS]))
    return str(value)


def _tools(tech: object, predicate: Predicate) -> str | None:
    """The tools that are asked for and in use; else how many others are."""
    if not isinstance(tech, list) or not tech:
        return None
    asked = {tool.strip().casefold() for part in walk(predicate) if isinstance(part, Uses) for tool in part.tools}
    used = sorted({str(tool).strip() for tool in tech if str(tool).strip().casefold() in asked})
    return ", ".join(used) if used else f"{len(tech)} other tools"


def _events(
    con: duckdb.DuckDBPyConnection, account_id: str, sources: Sources, as_of: date
) -> dict[str, tuple[int, date]]:
    """How often each kind of event happened up to the day, as it was known by then, and when last."""
    source = occurrences(sources)
    if source is None:
        return {}
    rows: Iterable[tuple[Any, ...]] = con.execute(
        f'SELECT "__type", count(*), max("__on") FROM ({text_of(source)}) WHERE "__account_id" = $id '
        'AND "__on" <= $day AND COALESCE("__known", "__on") <= $day GROUP BY ALL',
        {"id": account_id, "day": as_of},
    ).fetchall()
    return {str(kind): (int(times), last) for kind, times, last in rows if kind is not None}

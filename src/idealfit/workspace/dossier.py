"""What the records hold of one account beside its score: its values and where each came from, what happened when, who
is known there and who is not, what was merged into it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import duckdb

from idealfit.profile.content import Profile
from idealfit.profile.event_words import EVENTS
from idealfit.profile.said import kind_of_persona
from idealfit.records.attribute import COMPANIONS, AttributeInfo, describe
from idealfit.records.imported import load_attributes, load_report
from idealfit.records.tables import AS_IN_FILE
from idealfit.scores.missing import Thing, things_of
from idealfit.scores.scorecard import scorecard
from idealfit.store.corrections import Correction, corrections
from idealfit.store.engine import connect, load_tables, quote
from idealfit.store.place import Place, open_place
from idealfit.workspace.correcting import Correctable, correctable, not_counted_yet
from idealfit.workspace.placing import profile_behind

MOST_SHOWN: Final = 60
"""So many lines of the past are shown, the newest; the others are counted."""
USUAL: Final = 0.2
"""A role that is known at this share of the deals won is missed where nobody has it."""
_HIDDEN: Final = {"account_id", "duplicate_of", "test_record"}


@dataclass(frozen=True)
class Holding:
    """A value of the account: its words, what it is (None: not known), and where it came from. `column`: what can be
    corrected by hand, with the correction that stands; None for what is worked out. `asked`: the profile asks for it.
    """

    label: str
    value: Any
    origin: str | None
    column: Correctable | None = None
    asked: bool = False


@dataclass(frozen=True)
class Happening:
    """Something dated: `whose` is theirs (the buyer did it), ours, deal, customer, change or news; `count` how often in
    that month; `ahead` of the day that the records speak up to.
    """

    on: date
    what: str
    whose: str
    detail: str | None
    count: int
    ahead: bool


@dataclass(frozen=True)
class Part:
    """A part in the purchase, and who is known to have it: titles, newest first. None known: `known` is 0; then `usual`
    is the share of the deals won at which somebody had it (None: the profile asks for it).
    """

    role: str
    known: int
    titles: tuple[str, ...]
    usual: float | None


@dataclass(frozen=True)
class Twin:
    """Another record of the same company, or perhaps of it: `state` same, unsure or different; why, and who said so."""

    account_id: str
    name: str | None
    state: str
    why: str | None
    by: str | None


@dataclass(frozen=True)
class Dossier:
    """See the module. `earlier`: how many happenings are not shown; `origins`: criterion → the files that it reads, or
    who said so by hand; `lines`: what people have corrected and taken back, newest first; `waiting`: how many of these
    lines the scores do not know of yet.
    """

    holdings: tuple[Holding, ...]
    happenings: tuple[Happening, ...]
    earlier: int
    people: tuple[Part, ...]
    twins: tuple[Twin, ...]
    origins: Mapping[str, str]
    lines: tuple[Correction, ...] = ()
    waiting: int = 0


def dossier(workspace: Path, account_id: str, version: str) -> Dossier:
    """The records of one account (by its id); by the profile of that `version` whom it asks for, and what its criteria
    read.
    """
    place = open_place(workspace)
    with closing(connect(place.root)) as con:
        load_tables(con, place)
        return gathered(con, place, account_id, profile_behind(place, version))


def gathered(
    con: duckdb.DuckDBPyConnection, place: Place, account_id: str, profile: Profile | None, records: str = "accounts"
) -> Dossier:
    """`dossier` from a connection that has the tables; `records`: the accounts as they were imported."""
    report = load_report(place) or {}
    as_of = date.fromisoformat(str(report["as_of"])[:10]) if report.get("as_of") else date.max
    ids = [account_id, *_merged(con, account_id)]
    happenings = _happenings(con, ids, as_of)
    columns = {one.name: one for one in correctable(con, place, account_id, records)}
    lines = tuple(reversed(corrections(place.ledger, account_id=account_id)))
    return Dossier(
        tuple(_holdings(con, account_id, columns, load_attributes(place), report, records, _asked(profile))),
        happenings[:MOST_SHOWN],
        max(0, len(happenings) - MOST_SHOWN),
        tuple(_people(con, ids, profile)),
        tuple(_twins(con, place, account_id)),
        {} if profile is None else _origins(profile, report, columns),
        lines,
        len(not_counted_yet(place, account_id)) if lines else 0,
    )


def _rows(con: duckdb.DuckDBPyConnection, query: str, **bound: Any) -> list[tuple[Any, ...]]:
    return con.execute(query, bound).fetchall() if bound else con.execute(query).fetchall()


def _merged(con: duckdb.DuckDBPyConnection, account_id: str) -> list[str]:
    query = "SELECT account_id FROM accounts WHERE duplicate_of = $id ORDER BY 1"
    return [str(row[0]) for row in _rows(con, query, id=account_id)]


def _holdings(
    con: duckdb.DuckDBPyConnection,
    account_id: str,
    columns: Mapping[str, Correctable],
    attributes: Mapping[str, AttributeInfo],
    report: Mapping[str, Any],
    records: str,
    asked: frozenset[str],
) -> Iterable[Holding]:
    found = con.execute(f"SELECT * FROM {quote(records)} WHERE account_id = $id", {"id": account_id})
    names = [str(column[0]) for column in found.description or ()]
    for row in found.fetchall():
        for name, value in zip(names, row, strict=True):
            column = columns.get(name)
            corrected = column is not None and column.correction is not None
            missing = value is None and name not in attributes and not corrected
            if name in _HIDDEN or name.endswith(AS_IN_FILE) or missing:
                continue
            label = describe(name, attributes).label or name.replace("_", " ")
            shown = value.date() if isinstance(value, datetime) else value
            origin = None if value is None else _column_origin(name, report)
            yield Holding(label, shown, origin, column, name.casefold() in asked)


def _asked(profile: Profile | None) -> frozenset[str]:
    """The columns of `accounts`, in small letters, that criteria and exclusions read."""
    things = [] if profile is None else [one for each in scorecard(profile).scored.values() for one in things_of(each)]
    columns = {one.name.casefold() for one in things if one.kind == "column"}
    return frozenset(columns | {"tech" for one in things if one.kind == "tools"})


def _column_origin(name: str, report: Mapping[str, Any]) -> str | None:
    """The files that a column of `accounts` was read from, and its header there where it is another."""
    files = set(((report.get("tables") or {}).get("accounts") or {}).get("files") or ())
    found = [
        (str(one["file"]), str(one["column"]))
        for one in report.get("guesses") or ()
        if one.get("column") and one["file"] in files and _same(one.get("to") or one["column"], name)
    ]
    if not found:
        return "worked out from other columns" if name in {one[0] for one in COMPANIONS} else None
    return "; ".join(file if column == name else f"{file}, column {column}" for file, column in dict.fromkeys(found))


def _same(name: object, other: str) -> bool:
    return str(name).casefold() == other.casefold()


def _origins(profile: Profile, report: Mapping[str, Any], columns: Mapping[str, Correctable]) -> dict[str, str]:
    scored = scorecard(profile).scored
    by_hand = {
        name.casefold(): f"{one.correction.by}, by hand, {one.correction.at:%Y-%m-%d}"
        for name, one in columns.items()
        if one.correction is not None and one.counted
    }

    def said(thing: Thing) -> str | None:
        column = {"column": thing.name, "tools": "tech"}.get(thing.kind, "")
        return by_hand.get(column) or _thing_origin(thing, report)

    return {
        name: "; ".join(dict.fromkeys(words for thing in things_of(predicate) if (words := said(thing))))
        for name, predicate in scored.items()
    }


def _thing_origin(thing: Thing, report: Mapping[str, Any]) -> str | None:
    tables = report.get("tables") or {}

    def files(*names: str) -> str | None:
        found = [file for name in names for file in (tables.get(name) or {}).get("files") or ()]
        return ", ".join(dict.fromkeys(found)) or None

    match thing.kind:
        case "column" | "tools":
            return _column_origin(thing.name, report)
        case "events":
            return files("events", "activities")
        case "history":
            return files("account_history")
        case _:
            return files("contacts")


def _happenings(con: duckdb.DuckDBPyConnection, ids: list[str], as_of: date) -> tuple[Happening, ...]:
    """Newest first; what happened several times in a month is one line."""
    query = """
        SELECT CAST(occurred_at AS DATE) AS d, event_type AS what,
            CASE WHEN source IS NULL THEN 'theirs' ELSE 'news' END AS whose, concat_ws(', ', detail, source) AS detail
        FROM events WHERE list_contains($ids, account_id)
        UNION ALL SELECT CAST(occurred_at AS DATE), activity_type,
            CASE WHEN lower(direction) = 'inbound' THEN 'theirs' ELSE 'ours' END, channel
        FROM activities WHERE list_contains($ids, account_id)
        UNION ALL SELECT CAST(created_at AS DATE), 'deal opened', 'deal', concat_ws(', ', name, source)
        FROM deals WHERE list_contains($ids, account_id)
        UNION ALL SELECT CAST(closed_at AS DATE), 'deal ' || outcome, 'deal',
            concat_ws(', ', name, loss_reason, 'to ' || competitor)
        FROM deals WHERE list_contains($ids, account_id) AND outcome IN ('won', 'lost')
        UNION ALL SELECT CAST(started_at AS DATE), 'became a customer', 'customer', NULL
        FROM subscriptions WHERE list_contains($ids, account_id)
        UNION ALL SELECT CAST(ended_at AS DATE), 'left', 'customer', end_reason
        FROM subscriptions WHERE list_contains($ids, account_id)
        UNION ALL SELECT CAST(changed_at AS DATE), replace(field, '_', ' ') || ' changed', 'change',
            concat_ws(' to ', COALESCE(regexp_replace(old_value, '[.]0$', ''), 'not known'),
                COALESCE(regexp_replace(new_value, '[.]0$', ''), 'not known'))
        FROM account_history WHERE list_contains($ids, account_id)
    """
    grouped = (
        f"SELECT max(d), what, whose, CASE WHEN count(*) = 1 THEN any_value(detail) ELSE min(detail) END, count(*), "
        f"bool_or(whose IN ('deal', 'customer', 'change')) FROM ({query}) WHERE d IS NOT NULL "
        "GROUP BY what, whose, CASE WHEN whose IN ('theirs', 'ours') THEN date_trunc('month', d) ELSE d END, "
        "CASE WHEN whose IN ('theirs', 'ours') THEN NULL ELSE detail END ORDER BY 1 DESC, 2, 4"
    )
    return tuple(
        Happening(day, _event_words(str(what)), str(whose), detail or None, int(count), day > as_of)
        for day, what, whose, detail, count, _single in _rows(con, grouped, ids=ids)
    )


def _event_words(event_type: str) -> str:
    known = EVENTS.get(event_type)
    return known[0] if known is not None else event_type.replace("_", " ")


def _people(con: duckdb.DuckDBPyConnection, ids: list[str], profile: Profile | None) -> Iterable[Part]:
    rows = _rows(
        con,
        "SELECT role, COALESCE(title, concat_ws(', ', function, seniority)) FROM contacts "
        "WHERE list_contains($ids, account_id) ORDER BY created_at DESC NULLS LAST, contact_id",
        ids=ids,
    )
    known: dict[str, list[str]] = {}
    for role, title in rows:
        known.setdefault(_role(role) or "no part told", []).append(str(title or "no title told"))
    asked = [kind or persona.role for persona in (profile.personas if profile else ()) for kind in (persona.kind,)]
    usual = _usual(con)
    for role in dict.fromkeys([*asked, *usual, *known]):
        titles = known.get(role, [])
        if titles or role in asked or usual.get(role, 0) >= USUAL:
            yield Part(role, len(titles), tuple(dict.fromkeys(titles)), None if role in asked else usual.get(role))


def _usual(con: duckdb.DuckDBPyConnection) -> dict[str, float]:
    """Role → at what share of the deals won, of those with anybody named, somebody had it; the most usual first."""
    rows = _rows(
        con,
        "SELECT p.role, count(DISTINCT d.deal_id) FROM deals d JOIN deal_contacts p USING (deal_id) "
        "WHERE d.outcome = 'won' AND p.role IS NOT NULL GROUP BY ROLLUP (p.role) ORDER BY 2 DESC, 1",
    )
    total = next((count for role, count in rows if role is None), 0)
    found: dict[str, float] = {}
    for role, count in rows:
        if role is not None and total:
            found[_role(role) or str(role)] = count / total
    return found


def _role(role: object) -> str | None:
    if role is None:
        return None
    return kind_of_persona(str(role)) or " ".join(str(role).replace("_", " ").split())


def _twins(con: duckdb.DuckDBPyConnection, place: Place, account_id: str) -> Iterable[Twin]:
    path = place.tables / "duplicate_pairs.parquet"
    if not path.is_file():
        return
    con.execute("CREATE OR REPLACE TEMP TABLE idealfit_pairs AS SELECT * FROM read_parquet($path)", {"path": str(path)})
    columns = {str(row[0]) for row in _rows(con, "DESCRIBE idealfit_pairs")}
    if not {"account_a", "account_b", "state", "why", "by"} <= columns:
        return
    for side, other in (("a", "b"), ("b", "a")):
        query = (
            f'SELECT {quote("account_" + other)}, {quote("name_" + other)}, state, why, COALESCE(decided_by, "by") '
            f"FROM idealfit_pairs WHERE {quote('account_' + side)} = $id ORDER BY 1"
        )
        for found in _rows(con, query, id=account_id):
            yield Twin(*(None if one is None else str(one) for one in found))  # type: ignore[arg-type]

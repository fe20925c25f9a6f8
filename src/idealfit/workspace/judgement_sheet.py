"""A sheet of accounts to be judged blind: which accounts, what is known of them, and the cells that a person fills."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import duckdb

from idealfit.errors import Position, TooFewAccounts, UnreadableFile
from idealfit.profile.content import Profile
from idealfit.profile.predicate import CountOf, Happened, HasRole, Upcoming, walk
from idealfit.profile.predicate import attributes as columns_of
from idealfit.profile.sentence import sentence
from idealfit.records.attribute import AttributeInfo, describe
from idealfit.records.imported import load_report
from idealfit.scores.score import score_tables
from idealfit.store.engine import quote
from idealfit.store.place import Place, write_bytes
from idealfit.workspace.asking import tables_of

TEN, FEWEST = 10, 4
ASKED = 6
"""So many criteria are asked for on a sheet: those with the most points."""
VERDICT = "your verdict: A, B, C or no"
WHY = "why"
_VERDICTS = {"a": "A", "b": "B", "c": "C", "no": "no", "n": "no", "excluded": "no", "exclude": "no"}
_ANSWERS = {"yes": "yes", "y": "yes", "true": "yes", "no": "no", "n": "no", "false": "no"}
UNSURE: Final = "cannot tell"
"""What is written where somebody looked and could not say; it counts as no answer."""

Rows = dict[str, dict[str, str]]
"""A sheet as it is read: the id of each account → its cells by heading, in the order of the file."""


@dataclass(frozen=True)
class Blind:
    """What every sheet of one round holds: the ids of the `accounts` with what is known of each (`known`: heading →
    text), and what is asked of them (`asked`: a sentence a criterion).
    """

    profile: str
    accounts: tuple[str, ...]
    known: Mapping[str, Mapping[str, str]]
    asked: tuple[str, ...]


def blind_accounts(
    place: Place, profile: Profile, attributes: Mapping[str, AttributeInfo], accounts: Sequence[str] = ()
) -> Blind:
    """The accounts to be judged, chosen where opinions can differ: the best, the worst, those on either side of each
    border; or those of `accounts` that are still there. Of the profile's opinion, and of what became of them, nothing
    is said. Raises TooFewAccounts.
    """
    con = tables_of(place)
    try:
        tiers = tiers_of(con, place, profile, attributes)
        chosen = [one for one in accounts if one in tiers] or _chosen(profile, tiers)
        if len(chosen) < FEWEST:
            raise TooFewAccounts(
                f"Only {len(chosen)} accounts have a name and a fit: too few to agree on",
                where=Position(str(place.root)),
                remedy="Import more accounts, or columns that the profile's criteria speak of.",
            )
        known = _known(con, profile, chosen, attributes)
        happened = _happened(con, profile, chosen, _day(place, profile))
    finally:
        con.close()
    both = {one: {**known[one], **happened[one]} for one in chosen}
    return Blind(profile.profile, tuple(chosen), both, asked_of(profile, attributes))


def asked_of(profile: Profile, attributes: Mapping[str, AttributeInfo]) -> tuple[str, ...]:
    """The sentences of the criteria that a sheet asks for: those with the most points."""
    held = sorted((one for _layer, one in profile.criteria), key=lambda one: (-abs(one.points), one.id))
    return tuple(dict.fromkeys(sentence(one.predicate, attributes) for one in held[:ASKED]))


def tiers_of(
    con: duckdb.DuckDBPyConnection, place: Place, profile: Profile, attributes: Mapping[str, AttributeInfo]
) -> dict[str, tuple[float, str]]:
    """Fit and tier of every account with a name, the best first."""
    score_tables(con, profile, as_of=_day(place, profile), attributes=attributes, into="agree_scores")
    rows = con.execute(
        "SELECT s.account_id, CAST(s.fit AS DOUBLE), s.tier FROM agree_scores s JOIN accounts a USING (account_id) "
        "WHERE s.duplicate_of IS NULL AND s.fit IS NOT NULL AND a.name IS NOT NULL "
        "ORDER BY s.fit DESC, s.completeness DESC, s.account_id"
    ).fetchall()
    return {row[0]: (row[1], row[2]) for row in rows}


def _day(place: Place, profile: Profile) -> date:
    said = (load_report(place) or {}).get("as_of")
    return date.fromisoformat(said) if said else profile.as_of or date.today()


def _chosen(profile: Profile, tiers: Mapping[str, tuple[float, str]]) -> list[str]:
    """At most ten accounts: two of the best and of the worst, two on either side of the border of A, one on either side
    of that of B, an excluded one; where there are too few of a kind, others spread over the rest.
    """
    open_ones = [one for one, (_fit, tier) in tiers.items() if tier in ("A", "B", "C")]
    fit = {one: tiers[one][0] for one in open_ones}
    wanted: list[str] = [*open_ones[:2], *open_ones[-2:]]
    for border, each in ((profile.tiers.A, 2), (profile.tiers.B, 1)):
        wanted += [one for one in reversed(open_ones) if fit[one] >= border][:each]
        wanted += [one for one in open_ones if fit[one] < border][:each]
    wanted = list(dict.fromkeys(wanted))[: TEN - 1]
    wanted += [one for one, (_fit, tier) in tiers.items() if tier == "excluded"][:1]
    rest = [one for one in open_ones if one not in set(wanted)]
    missing = TEN - len(wanted)
    if missing > 0 and rest:
        wanted += [rest[place * len(rest) // missing] for place in range(min(missing, len(rest)))]
    return list(dict.fromkeys(wanted))[:TEN]


# What is known of an account


def _known(
    con: duckdb.DuckDBPyConnection, profile: Profile, accounts: Sequence[str], attributes: Mapping[str, AttributeInfo]
) -> dict[str, dict[str, str]]:
    """Its name, where to look it up, and the columns that the profile speaks of."""
    there = {row[0].casefold(): row[0] for row in con.execute("DESCRIBE accounts").fetchall()}
    spoken = [name for _layer, one in profile.criteria for name in columns_of(one.predicate)]
    names = [there[one.casefold()] for one in dict.fromkeys(("name", "domain", *spoken)) if one.casefold() in there]
    listed = ", ".join(f"CAST({quote(name)} AS VARCHAR)" for name in names)
    rows = con.execute(
        f"SELECT account_id, {listed} FROM accounts WHERE list_contains(?, account_id)", [list(accounts)]
    ).fetchall()
    labels = [name if name == "name" else describe(name, attributes).label for name in names]
    return {row[0]: dict(zip(labels, (_cell(cell) for cell in row[1:]), strict=True)) for row in rows}


def _cell(value: str | None) -> str:
    return "" if value is None else value.removesuffix(".0").strip("[]") if value != "[]" else ""


def _happened(
    con: duckdb.DuckDBPyConnection, profile: Profile, accounts: Sequence[str], day: date
) -> dict[str, dict[str, str]]:
    """Of each account, of every kind of event that the profile speaks of: how often and when last, up to `day`, and
    when next; and the roles among its contacts, where the profile speaks of one.
    """
    nodes = [node for _layer, one in profile.criteria for node in walk(one.predicate)]
    kinds = list(dict.fromkeys(one.event_type for one in nodes if isinstance(one, Happened | CountOf | Upcoming)))
    found: dict[str, dict[str, str]] = {one: {} for one in accounts}
    rows = con.execute(
        """
        SELECT account_id, LOWER(TRIM(kind)), COUNT(*) FILTER (day <= $day), MAX(day) FILTER (day <= $day),
               MIN(day) FILTER (day > $day)
        FROM (SELECT account_id, event_type AS kind, CAST(occurred_at AS DATE) AS day FROM events
              UNION ALL
              SELECT account_id, activity_type, CAST(occurred_at AS DATE) FROM activities
              WHERE LOWER(TRIM(direction)) = 'inbound')
        WHERE list_contains($accounts, account_id) AND day IS NOT NULL GROUP BY ALL
        """,
        {"day": day, "accounts": list(accounts)},
    ).fetchall()
    seen = {(account, kind): (times, last, then) for account, kind, times, last, then in rows}
    for account in accounts:
        for kind in kinds:
            told = seen.get((account, kind.strip().lower()))
            found[account][kind.replace("_", " ")] = _times(*told) if told else "none on record"
    if any(isinstance(one, HasRole) for one in nodes):
        roles = dict(
            con.execute(
                "SELECT account_id, STRING_AGG(DISTINCT role, ', ' ORDER BY role) FROM contacts "
                "WHERE role IS NOT NULL AND list_contains(?, account_id) GROUP BY account_id",
                [list(accounts)],
            ).fetchall()
        )
        for account in accounts:
            found[account]["roles among its contacts"] = roles.get(account, "")
    return found


def _times(times: int, last: date | None, then: date | None) -> str:
    parts = [f"{'once' if times == 1 else f'{times:,} times'}, last on {last}"] if times else []
    return "; ".join([*parts, *([f"next on {then}"] if then else [])])


# The file


def file_name(person: str) -> str:
    """The name of a person's sheet: 'agree-ada.csv'."""
    letters = "".join(letter if letter.isalnum() else "-" for letter in person.strip().casefold()) or "rep"
    return f"agree-{letters}.csv"


def empty_rows(blind: Blind, person: str) -> Rows:
    """The sheet of `person` with nothing filled in; each person has the accounts in another order."""
    order = sorted(blind.accounts, key=lambda account: hashlib.sha256(f"{person}\n{account}".encode()).hexdigest())
    asked = {f"{one}?": "" for one in blind.asked}
    return {one: {"account_id": one, **blind.known[one], **asked, VERDICT: "", WHY: ""} for one in order}


def write_sheet(path: Path, rows: Rows) -> None:
    """Write a sheet as CSV, whole or not at all; no cell of it is a formula."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    first = next(iter(rows.values()))
    lines.writerow(first)
    lines.writerows([*map(_safe, row.values())] for row in rows.values())
    write_bytes(path, out.getvalue().encode("utf-8-sig"))


def read_sheet(path: Path) -> Rows:
    """A sheet as a person or a spreadsheet left it. Raises UnreadableFile."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        text = ""
    separator = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    rows = list(csv.DictReader(io.StringIO(text), delimiter=separator))
    if not rows or "account_id" not in rows[0] or VERDICT not in rows[0]:
        raise UnreadableFile(
            "This is no sheet that was filled in",
            where=Position(str(path)),
            remedy=f"Fill in a file that 'idealfit agree --rep NAME' wrote; it has a column '{VERDICT}'.",
        )
    return {
        row["account_id"].removeprefix("'"): {key: value or "" for key, value in row.items() if key} for row in rows
    }


def verdict_of(row: Mapping[str, str]) -> str:
    """'A', 'B', 'C' or 'no', as a row says it; '' where it says none of them."""
    return _VERDICTS.get(_word(row.get(VERDICT)), "")


def answer_of(row: Mapping[str, str], asked: str) -> str:
    """'yes' or 'no' to what was `asked`; '' where the row says neither."""
    return _ANSWERS.get(_word(row.get(f"{asked}?")), "")


def as_verdict(text: str) -> str:
    """What somebody typed as a verdict: 'A', 'B', 'C' or 'no'; '' for anything else."""
    return _VERDICTS.get(_word(text), "")


def _word(text: str | None) -> str:
    return (text or "").strip().casefold()


def _safe(text: str) -> str:
    """A cell that a spreadsheet would take for a formula, made a text."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text

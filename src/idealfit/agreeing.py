"""Do two people read the profile alike? Ten real accounts for each of them, blind, and what their answers tell."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from idealfit.asking import tables_of
from idealfit.errors import Position, TooFewAccounts, UnreadableFile, UsageError
from idealfit.performance.agreement import Agreement, agreement
from idealfit.profile.content import Profile
from idealfit.profile.document import load_profile
from idealfit.profile.predicate import attributes as columns_of
from idealfit.profile.sentence import sentence
from idealfit.records.attribute import AttributeInfo, describe
from idealfit.records.intake import load_attributes, load_report
from idealfit.scores.score import score_tables
from idealfit.store.engine import quote
from idealfit.store.place import Place, open_place, write_bytes
from idealfit.versioning import profile_path

TEN, FEWEST = 10, 4
ASKED = 6
"""So many criteria are asked for on a sheet: those with the most points."""
VERDICT = "your verdict: A, B, C or no"
WHY = "why"
_VERDICTS = {"a": "A", "b": "B", "c": "C", "no": "no", "n": "no", "excluded": "no", "exclude": "no"}
_ANSWERS = {"yes": "yes", "y": "yes", "true": "yes", "no": "no", "n": "no", "false": "no"}


@dataclass(frozen=True)
class Sheets:
    """The sheets to be filled in, one a person; `accounts` are the ids on each of them, in another order."""

    profile: str
    accounts: tuple[str, ...]
    files: tuple[Path, ...]


@dataclass(frozen=True)
class Parted:
    """One account on which the verdicts differ: each person's verdict, what the profile says, and the criteria on which
    they answered differently.
    """

    account: str
    name: str
    verdicts: Mapping[str, str]
    profile: str
    criteria: tuple[str, ...]


@dataclass(frozen=True)
class AgreeAnswer:
    """How far the people agree (`verdicts`), each with the profile (`with_profile`: the share of the same verdict), and
    on each criterion (`criteria`: what is asked → agreement), those first on which they part most.
    """

    profile: str
    people: tuple[str, ...]
    verdicts: Agreement | None
    with_profile: Mapping[str, float | None]
    criteria: Mapping[str, Agreement]
    parted: tuple[Parted, ...]


def agree_sheets(workspace: Path, people: Sequence[str], *, to: Path, motion: str | None = None) -> Sheets:
    """Write a sheet for each of `people` into the folder `to`: ten accounts, chosen where opinions can differ (the
    best, the worst, those on either side of each border), what is known of them, and nothing of the profile's opinion.

    Raises UsageError for fewer than two people, TooFewAccounts, ProfileFileMissing, ProfileFileError.
    """
    if len(set(people)) < 2:
        raise UsageError("One person agrees with nobody", remedy="Name two or more: --rep Ada --rep Bo.")
    place = open_place(workspace)
    profile, attributes = load_profile(profile_path(place, motion)), load_attributes(place)
    con = tables_of(place)
    try:
        tiers = _tiers(con, place, profile, attributes)
        chosen = _chosen(profile, tiers)
        if len(chosen) < FEWEST:
            raise TooFewAccounts(
                f"Only {len(chosen)} accounts have a name and a fit: too few to agree on",
                where=Position(str(place.root)),
                remedy="Import more accounts, or columns that the profile's criteria speak of.",
            )
        known = _known(con, profile, chosen, attributes)
    finally:
        con.close()
    asked = list(_asked(profile, attributes).values())
    files = []
    for person in dict.fromkeys(people):
        path = to / f"agree-{_file_name(person)}.csv"
        order = sorted(chosen, key=lambda account: hashlib.sha256(f"{person}\n{account}".encode()).hexdigest())
        out = io.StringIO()
        lines = csv.writer(out, lineterminator="\n")
        lines.writerow(["account_id", *known[chosen[0]], *(f"{one}?" for one in asked), VERDICT, WHY])
        lines.writerows(
            [_safe(account), *map(_safe, known[account].values()), *[""] * len(asked), "", ""] for account in order
        )
        write_bytes(path, out.getvalue().encode("utf-8-sig"))
        files.append(path)
    return Sheets(profile.profile, tuple(chosen), tuple(files))


def agree_on(workspace: Path, filled: Sequence[Path], *, motion: str | None = None) -> AgreeAnswer:
    """What the filled-in sheets tell: how far their writers agree, and on which criteria they part.

    Raises UsageError for fewer than two sheets, UnreadableFile for one that is none.
    """
    if len(filled) < 2:
        raise UsageError("One sheet agrees with nobody", remedy="Give two or more: --filled FILE --filled FILE.")
    place = open_place(workspace)
    profile, attributes = load_profile(profile_path(place, motion)), load_attributes(place)
    con = tables_of(place)
    try:
        said = _tiers(con, place, profile, attributes)
    finally:
        con.close()
    people = tuple(path.stem.removeprefix("agree-") for path in filled)
    sheets = [_read(path) for path in filled]
    accounts = [account for account in sheets[0] if all(account in sheet for sheet in sheets)]
    verdicts = {one: [_VERDICTS.get(_word(sheet[one].get(VERDICT)), "") for sheet in sheets] for one in accounts}
    questions = [f"{one}?" for one in _asked(profile, attributes).values()]
    answers = {
        asked: {one: [_ANSWERS.get(_word(sheet[one].get(asked)), "") for sheet in sheets] for one in accounts}
        for asked in questions
    }
    by_criterion = {asked: found for asked in questions if (found := agreement(list(answers[asked].values())))}
    profiles = {one: _as_verdict(said[one][1]) for one in accounts if one in said}
    parted = tuple(
        Parted(
            one,
            sheets[0][one].get("name", one),
            dict(zip(people, words, strict=True)),
            profiles.get(one, ""),
            tuple(asked for asked in questions if len(set(filter(None, answers[asked][one]))) > 1),
        )
        for one, words in verdicts.items()
        if len(set(filter(None, words))) > 1
    )
    return AgreeAnswer(
        profile.profile,
        people,
        agreement(list(verdicts.values())),
        {
            person: _same([(words[n], profiles.get(one, "")) for one, words in verdicts.items()])
            for n, person in enumerate(people)
        },
        dict(sorted(by_criterion.items(), key=lambda item: item[1].share)),
        parted,
    )


def _tiers(
    con: duckdb.DuckDBPyConnection, place: Place, profile: Profile, attributes: Mapping[str, AttributeInfo]
) -> dict[str, tuple[float, str]]:
    """Fit and tier of every account with a name, the best first."""
    said = (load_report(place) or {}).get("as_of")
    day = date.fromisoformat(said) if said else profile.as_of or date.today()
    score_tables(con, profile, as_of=day, attributes=attributes, into="agree_scores")
    rows = con.execute(
        "SELECT s.account_id, CAST(s.fit AS DOUBLE), s.tier FROM agree_scores s JOIN accounts a USING (account_id) "
        "WHERE s.duplicate_of IS NULL AND s.fit IS NOT NULL AND a.name IS NOT NULL "
        "ORDER BY s.fit DESC, s.completeness DESC, s.account_id"
    ).fetchall()
    return {row[0]: (row[1], row[2]) for row in rows}


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


def _asked(profile: Profile, attributes: Mapping[str, AttributeInfo]) -> dict[str, str]:
    """Id → sentence of the criteria that a sheet asks for."""
    held = sorted((one for _layer, one in profile.criteria), key=lambda one: (-abs(one.points), one.id))
    return {one.id: sentence(one.predicate, attributes) for one in held[:ASKED]}


def _known(
    con: duckdb.DuckDBPyConnection, profile: Profile, accounts: Sequence[str], attributes: Mapping[str, AttributeInfo]
) -> dict[str, dict[str, str]]:
    """What a sheet tells of each account: its name, where to look it up, and the columns that the profile speaks of."""
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


def _read(path: Path) -> dict[str, dict[str, str]]:
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


def _word(text: str | None) -> str:
    return (text or "").strip().casefold()


def _as_verdict(tier: str) -> str:
    return "no" if tier == "excluded" else tier if tier in ("A", "B", "C") else ""


def _same(pairs: Sequence[tuple[str, str]]) -> float | None:
    told = [one == other for one, other in pairs if one and other]
    return sum(told) / len(told) if told else None


def _safe(text: str) -> str:
    """A cell that a spreadsheet would take for a formula, made a text."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _file_name(person: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in person.strip().casefold()) or "rep"

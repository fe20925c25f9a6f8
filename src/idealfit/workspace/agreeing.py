"""Do two people read the profile alike? Ten real accounts for each of them, blind, and what their answers tell.

Answers stand in sheets (CSV): filled in a spreadsheet, or in the terminal (`sitting`), which fills the same sheets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from idealfit.errors import UsageError
from idealfit.performance.agreement import Agreement, agreement
from idealfit.profile.document import load_profile
from idealfit.records.imported import load_attributes
from idealfit.store.place import open_place
from idealfit.workspace.asking import tables_of
from idealfit.workspace.judgement_sheet import (
    VERDICT,
    WHY,
    answer_of,
    asked_of,
    blind_accounts,
    empty_rows,
    file_name,
    read_sheet,
    tiers_of,
    verdict_of,
    write_sheet,
)
from idealfit.workspace.versioning import profile_path

__all__ = ["VERDICT", "WHY", "AgreeAnswer", "Parted", "Sheets", "agree_on", "agree_sheets"]


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
    """Write a sheet for each of `people` into the folder `to`: ten accounts, chosen where opinions can differ, what is
    known of them, and nothing of the profile's opinion.

    Raises UsageError for fewer than two people, TooFewAccounts, ProfileFileMissing, ProfileFileError.
    """
    if len(set(people)) < 2:
        raise UsageError(
            "One person agrees with nobody",
            remedy="Name two or more: --rep Ada --rep Bo; or let each judge in the terminal: idealfit agree --as Ada.",
        )
    place = open_place(workspace)
    profile = load_profile(profile_path(place, motion))
    blind = blind_accounts(place, profile, load_attributes(place))
    files = []
    for person in dict.fromkeys(people):
        write_sheet(path := to / file_name(person), empty_rows(blind, person))
        files.append(path)
    return Sheets(profile.profile, blind.accounts, tuple(files))


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
        said = tiers_of(con, place, profile, attributes)
    finally:
        con.close()
    people = tuple(path.stem.removeprefix("agree-") for path in filled)
    sheets = [read_sheet(path) for path in filled]
    accounts = [account for account in sheets[0] if all(account in sheet for sheet in sheets)]
    verdicts = {one: [verdict_of(sheet[one]) for sheet in sheets] for one in accounts}
    answers = {
        f"{asked}?": {one: [answer_of(sheet[one], asked) for sheet in sheets] for one in accounts}
        for asked in asked_of(profile, attributes)
    }
    by_criterion = {asked: found for asked in answers if (found := agreement(list(answers[asked].values())))}
    profiles = {one: _as_verdict(said[one][1]) for one in accounts if one in said}
    parted = tuple(
        Parted(
            one,
            sheets[0][one].get("name", one),
            dict(zip(people, words, strict=True)),
            profiles.get(one, ""),
            tuple(asked for asked in answers if len(set(filter(None, answers[asked][one]))) > 1),
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


def _as_verdict(tier: str) -> str:
    return "no" if tier == "excluded" else tier if tier in ("A", "B", "C") else ""


def _same(pairs: Sequence[tuple[str, str]]) -> float | None:
    told = [one == other for one, other in pairs if one and other]
    return sum(told) / len(told) if told else None

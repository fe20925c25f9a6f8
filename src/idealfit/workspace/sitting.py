"""One person judging accounts in the terminal, one at a time: begun, left, and gone on with another day.

A round belongs to what the profile says: its sheets lie in the workspace under `agreement/`, in a folder named after
the profile's content, so that a changed profile begins a new round and no answer is held against other criteria.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from idealfit.errors import UsageError
from idealfit.profile.document import load_profile, substance_hash
from idealfit.records.imported import load_attributes
from idealfit.store.place import Place, open_place
from idealfit.workspace.agreeing import AgreeAnswer, agree_on
from idealfit.workspace.judgement_sheet import (
    UNSURE,
    VERDICT,
    WHY,
    Rows,
    as_verdict,
    blind_accounts,
    empty_rows,
    file_name,
    read_sheet,
    verdict_of,
    write_sheet,
)
from idealfit.workspace.versioning import profile_path

FOLDER = "agreement"
_LETTERS = 12


@dataclass(frozen=True)
class Card:
    """One account as its judge sees it: what is known, by heading; nothing of its score, tier or outcome."""

    account: str
    known: Mapping[str, str]


@dataclass(frozen=True)
class Sitting:
    """A person's sheet of one round: the cards in its order, what is asked of each, and which have a verdict."""

    profile: str
    person: str
    file: Path
    cards: tuple[Card, ...]
    asked: tuple[str, ...]
    judged: tuple[str, ...]

    @property
    def next(self) -> Card | None:
        """The first card without a verdict; None where all are judged."""
        return next((one for one in self.cards if one.account not in self.judged), None)


@dataclass(frozen=True)
class Round:
    """The sheets of a round: those with a verdict on every account, and those that still wait for some (with how
    many).
    """

    complete: tuple[Path, ...]
    waiting: Mapping[str, int]


def sit_down(workspace: Path, person: str, *, motion: str | None = None) -> Sitting:
    """The sheet of `person`, as far as it is filled in; a new one where there is none. All sheets of a round hold the
    same accounts. Raises UsageError for a name without letters, TooFewAccounts, ProfileFileMissing, ProfileFileError.
    """
    if not any(letter.isalnum() for letter in person):
        raise UsageError("A judge needs a name", remedy="Write: idealfit agree --as Ada")
    place = open_place(workspace)
    profile, attributes = load_profile(profile_path(place, motion)), load_attributes(place)
    folder = _folder(place, motion)
    path = folder / file_name(person)
    blind = blind_accounts(place, profile, attributes, _accounts_of(folder))
    empty = empty_rows(blind, person)
    if path.is_file():
        before = read_sheet(path)
        # what is known of an account may have been imported anew; what a person said stands
        kept = (VERDICT, WHY, *(f"{one}?" for one in blind.asked))
        filled = {one: {**row, **_only(before.get(one, {}), kept)} for one, row in empty.items()}
        if list(before) != list(filled) or before != filled:
            write_sheet(path, filled)
    else:
        write_sheet(path, empty)
        filled = empty
    return _sitting(blind.profile, person, path, filled, blind.asked, {one: blind.known[one] for one in filled})


def judge(
    sitting: Sitting, account: str, verdict: str, *, true: Sequence[str] = (), unsure: Sequence[str] = (), why: str = ""
) -> Sitting:
    """Write a verdict (A, B, C or no) on `account`: of what is asked, `true` holds, `unsure` cannot be told, the rest
    does not. Written at once, whole or not at all. Raises UsageError for another verdict or account.
    """
    word = as_verdict(verdict)
    rows = read_sheet(sitting.file)
    if not word or account not in rows:
        what = f"'{verdict}' is no verdict" if not word else f"'{account}' is not on the sheet"
        raise UsageError(what, remedy="Say A, B, C or no, of an account that is on the sheet.")
    said = {f"{one}?": "yes" if one in true else UNSURE if one in unsure else "no" for one in sitting.asked}
    rows[account] = {**rows[account], **said, VERDICT: word, WHY: " ".join(why.split())}
    write_sheet(sitting.file, rows)
    return replace(sitting, judged=_judged(rows))


def round_of(workspace: Path, *, motion: str | None = None) -> Round:
    """How far the round is that belongs to the profile as it is now."""
    complete, waiting = [], {}
    for path in _sheets(_folder(open_place(workspace), motion)):
        rows = read_sheet(path)
        if left := len(rows) - len(_judged(rows)):
            waiting[path.stem.removeprefix("agree-")] = left
        else:
            complete.append(path)
    return Round(tuple(complete), waiting)


def agree_now(workspace: Path, *, motion: str | None = None) -> AgreeAnswer:
    """What the complete sheets of the round tell. Raises UsageError where fewer than two are complete."""
    found = round_of(workspace, motion=motion)
    if len(found.complete) < 2:
        left = ", ".join(f"{person} has {count} to go" for person, count in found.waiting.items())
        raise UsageError(
            "Fewer than two people have judged all accounts of this profile" + (f" ({left})" if left else ""),
            remedy="Each judges in the terminal (idealfit agree --as NAME), or in a spreadsheet "
            "(--rep NAME --rep NAME, then --filled FILE --filled FILE).",
        )
    return agree_on(workspace, found.complete, motion=motion)


def _folder(place: Place, motion: str | None) -> Path:
    return place.root / FOLDER / substance_hash(load_profile(profile_path(place, motion)))[:_LETTERS]


def _sheets(folder: Path) -> list[Path]:
    return sorted(folder.glob("agree-*.csv")) if folder.is_dir() else []


def _accounts_of(folder: Path) -> tuple[str, ...]:
    """The accounts of the round, in one order whoever began it."""
    first = next(iter(_sheets(folder)), None)
    return tuple(sorted(read_sheet(first))) if first is not None else ()


def _only(row: Mapping[str, str], keys: Sequence[str]) -> dict[str, str]:
    return {key: row[key] for key in keys if key in row}


def _judged(rows: Rows) -> tuple[str, ...]:
    return tuple(one for one, row in rows.items() if verdict_of(row))


def _sitting(
    profile: str,
    person: str,
    path: Path,
    rows: Rows,
    asked: tuple[str, ...],
    known: Mapping[str, Mapping[str, str]],
) -> Sitting:
    cards = tuple(Card(one, {key: text for key, text in known[one].items() if text}) for one in rows)
    return Sitting(profile, person, path, cards, asked, _judged(rows))

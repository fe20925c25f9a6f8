"""What a profile says that an earlier version of it did not, in words alone: nothing is asked of the records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from idealfit.errors import NoSuchVersion, ProfileFileError
from idealfit.profile.difference import difference
from idealfit.profile.standing import Standing, team_of, team_words
from idealfit.records.imported import load_attributes
from idealfit.store.place import open_place
from idealfit.workspace.versioning import CURRENT, Entry, find_written


@dataclass(frozen=True)
class Signer:
    """A team that signs, and who signed for it: `holds` where it is for what the profile says now; else `version` is
    what was signed (None: it cannot be told) and `since` what was changed after, in words.
    """

    team: str
    words: str
    by: str = ""
    on: date | None = None
    holds: bool = False
    version: int | None = None
    since: tuple[str, ...] = ()


def said_since(workspace: Path, a: int, b: int | None = None, *, motion: str | None = None) -> tuple[str, ...]:
    """What version `b` (None: the file as it is) says that version `a` did not; nothing where one cannot be read."""
    place = open_place(workspace)
    try:
        before, after = (find_written(place, str(one), motion).profile for one in (a, b or CURRENT))
    except (NoSuchVersion, ProfileFileError):
        return ()
    return tuple(one.text for one in difference(before, after, load_attributes(place)))


def signers_of(
    workspace: Path, standing: Standing, versions: Sequence[Entry], *, motion: str | None = None
) -> tuple[Signer, ...]:
    """Every team that signs or has signed, in the order of the profile."""
    found = {}
    for one in standing.signatures:
        found[team_of(one.team)] = Signer(team_of(one.team), team_words(team_of(one.team)), one.by, one.on, holds=True)
    for one in standing.lapsed:
        signed = [entry.number for entry in versions if one.content and entry.content_sha256.startswith(one.content)]
        number = signed[-1] if signed else None
        since = said_since(workspace, number, motion=motion) if number is not None else ()
        team = team_of(one.team)
        found[team] = Signer(team, team_words(team), one.by, one.on, False, number, since)
    order = list(dict.fromkeys((*standing.owners, *found)))
    return tuple(found.get(team, Signer(team, team_words(team))) for team in order)

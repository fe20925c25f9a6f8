"""What people decide about a profile: freezing a version with a reason, and what becomes of a proposed exclusion."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from idealfit.errors import NoSuchExclusion, Position
from idealfit.profile.document import Exclusion, Profile, dump_profile, load_profile, substance_hash
from idealfit.profile.motion import motion_name
from idealfit.profile.standing import as_it_stands, standing
from idealfit.store.ledger import open_ledger
from idealfit.store.place import Place, open_place
from idealfit.store.versions import ProfileDecision, decide
from idealfit.workspace.versioning import freeze_profile, profile_path, read_text, replace_file

__all__ = ["Accepted", "Declined", "SavedVersion", "accept", "decline", "frozen", "profile_path", "save"]


@dataclass(frozen=True)
class SavedVersion:
    """A frozen version of a profile: its number within its motion, and the hash of its content. `new` is False where
    the last version says the same: the reason is then kept with that one. `told`: what of its status does not hold.
    """

    profile: str
    motion: str
    version: int
    content_sha256: str
    because: str
    new: bool = True
    told: str = ""


@dataclass(frozen=True)
class Accepted:
    """An exclusion that a person has made hard: the accounts for which it is true are excluded from now on. `lapsed`
    names who had signed the profile without it and has to sign again.
    """

    id: str
    by: str
    because: str
    since: date
    file: Path
    lapsed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Declined:
    """A proposed exclusion that a person does not want: it is gone from the file, and no build proposes it again."""

    id: str
    by: str
    because: str
    on: date
    file: Path
    lapsed: tuple[str, ...] = ()


def save(workspace: Path, *, because: str, by: str | None = None, motion: str | None = None) -> SavedVersion:
    """Freezes the profile of a workspace as it is now; the same content saved again is the same version.

    Raises ProfileFileMissing, and ProfileFileError for a file that cannot be used.
    """
    place, key = open_place(workspace), motion_name(motion)
    path = profile_path(place, motion)
    with open_ledger(place).transaction() as connection:
        text = read_text(path) if path.is_file() else ""
        return frozen(connection, place, load_profile(path), text, motion=key, because=because, by=by)


def frozen(
    connection: sa.Connection, place: Place, profile: Profile, text: str, *, motion: str, because: str, by: str | None
) -> SavedVersion:
    """`profile`, which stands in a file as `text`, frozen within a transaction; the same content as the last version
    leaves its reason with that one.
    """
    number, new = freeze_profile(connection, place, profile, text, motion=motion, because=because, by=by)
    if not new:
        decide(connection, ProfileDecision(motion, number, "noted", None, by, because, None))
    told = standing(profile).told
    return SavedVersion(profile.profile, motion, number, substance_hash(profile), because, new, told)


def accept(workspace: Path, exclusion: str, *, by: str, because: str, on: date, motion: str | None = None) -> Accepted:
    """Makes the proposed exclusion with this id hard, in the profile file, comments kept.

    `on` is the day of the decision. Raises ProfileFileMissing, ProfileFileError, NoSuchExclusion.
    """

    def hard(profile: Profile) -> Profile:
        held = profile.exclusions
        return _with_exclusions(
            profile, (_decided(one, by, because, on) if one.id == exclusion else one for one in held)
        )

    path, lapsed = _decide(workspace, exclusion, hard, "accepted", by=by, because=because, on=on, motion=motion)
    return Accepted(exclusion, by, because, on, path, lapsed)


def decline(workspace: Path, exclusion: str, *, by: str, because: str, on: date, motion: str | None = None) -> Declined:
    """Takes the exclusion with this id out of the profile file, comments kept; builds propose it no more.

    `on` is the day of the decision. Raises ProfileFileMissing, ProfileFileError, NoSuchExclusion.
    """

    def without(profile: Profile) -> Profile:
        return _with_exclusions(profile, (one for one in profile.exclusions if one.id != exclusion))

    path, lapsed = _decide(workspace, exclusion, without, "declined", by=by, because=because, on=on, motion=motion)
    return Declined(exclusion, by, because, on, path, lapsed)


def _decide(
    workspace: Path,
    exclusion: str,
    change: Callable[[Profile], Profile],
    kind: str,
    *,
    by: str,
    because: str,
    on: date,
    motion: str | None,
) -> tuple[Path, tuple[str, ...]]:
    """Change the file in one transaction with the note of it; the file, and whose signatures no longer count."""
    place, key = open_place(workspace), motion_name(motion)
    path = profile_path(place, motion)
    with open_ledger(place).transaction() as connection:
        text, profile = read_text(path), load_profile(path)
        found = next((one for one in profile.exclusions if one.id == exclusion), None)
        if found is None:
            known = ", ".join(one.id for one in profile.exclusions) or "none"
            raise NoSuchExclusion(
                f"The profile has no exclusion '{exclusion}'",
                where=Position(str(path)),
                remedy=f"Exclusions of this profile: {known}.",
            )
        signed = standing(profile).signatures
        after = as_it_stands(change(profile)) if signed else change(profile)
        about = f"{exclusion}: {found.when}" if kind == "declined" else exclusion
        decide(connection, ProfileDecision(key, None, kind, about, by, because, on))
        replace_file(path, text, dump_profile(after, over=text))
    return path, tuple(dict.fromkeys(one.by for one in signed))


def _decided(exclusion: Exclusion, by: str, because: str, on: date) -> Exclusion:
    reasons = exclusion.because if because in exclusion.because else f"{exclusion.because} Accepted: {because}"
    return exclusion.model_copy(update={"state": "accepted", "by": by, "since": on, "because": reasons})


def _with_exclusions(profile: Profile, exclusions: Iterable[Exclusion]) -> Profile:
    return profile.model_copy(update={"exclusions": tuple(exclusions)})

"""What people decide about a profile: freezing a version with a reason, and making a proposed exclusion a hard one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

from idealfit.errors import NoSuchExclusion, Position, ProfileFileMissing
from idealfit.profile.document import Exclusion, Profile, content_hash, dump_profile, load_profile
from idealfit.profile.motion import motion_name, profile_file
from idealfit.store.ledger import open_ledger
from idealfit.store.place import Place, open_place, write_text


@dataclass(frozen=True)
class SavedVersion:
    """A frozen version of a profile: its number within its motion, and the hash of its content."""

    profile: str
    motion: str
    version: int
    content_sha256: str
    because: str


@dataclass(frozen=True)
class Accepted:
    """An exclusion that a person has made hard: the accounts for which it is true are excluded from now on."""

    id: str
    by: str
    because: str
    since: date
    file: Path


def profile_path(place: Place, motion: str | None = None) -> Path:
    """The profile file of `motion` in a workspace; else `profile.yaml`. Raises ProfileFileMissing."""
    path = place.root / profile_file(motion_name(motion))
    if not path.is_file():
        raise ProfileFileMissing(
            "The workspace holds no such profile",
            where=Position(str(path)),
            remedy="Run 'idealfit build DIR' first, or write the file by hand.",
        )
    return path


def save(workspace: Path, *, because: str, by: str | None = None, motion: str | None = None) -> SavedVersion:
    """Freezes the profile of a workspace as it is now; the same content saved again is the same version.

    Raises ProfileFileMissing, and ProfileFileError for a file that cannot be used.
    """
    place = open_place(workspace)
    path = profile_path(place, motion)
    profile, text = load_profile(path), path.read_text(encoding="utf-8")
    evidence = place.root / "evidence.json"
    proof = sha256(evidence.read_bytes()).hexdigest() if evidence.is_file() else None
    content = content_hash(profile)
    version = open_ledger(place).save_profile_version(profile.motion, content, text, by, because, proof)
    return SavedVersion(profile.profile, profile.motion, version, content, because)


def accept(workspace: Path, exclusion: str, *, by: str, because: str, on: date, motion: str | None = None) -> Accepted:
    """Makes the proposed exclusion with this id hard, in the profile file, comments kept.

    `on` is the day of the decision. Raises ProfileFileMissing, ProfileFileError, NoSuchExclusion.
    """
    place = open_place(workspace)
    path = profile_path(place, motion)
    profile, text = load_profile(path), path.read_text(encoding="utf-8")
    ids = [one.id for one in profile.exclusions]
    if exclusion not in ids:
        known = ", ".join(ids) or "none"
        raise NoSuchExclusion(
            f"The profile has no exclusion '{exclusion}'",
            where=Position(str(path)),
            remedy=f"Exclusions of this profile: {known}.",
        )
    changed = tuple(_decided(one, by, because, on) if one.id == exclusion else one for one in profile.exclusions)
    write_text(path, dump_profile(_with_exclusions(profile, changed), over=text))
    return Accepted(exclusion, by, because, on, path)


def _decided(exclusion: Exclusion, by: str, because: str, on: date) -> Exclusion:
    reasons = exclusion.because if because in exclusion.because else f"{exclusion.because} Accepted: {because}"
    return exclusion.model_copy(update={"state": "accepted", "by": by, "since": on, "because": reasons})


def _with_exclusions(profile: Profile, exclusions: tuple[Exclusion, ...]) -> Profile:
    return profile.model_copy(update={"exclusions": exclusions})

"""The profile that made the scores of a workspace, kept as it was beside the snapshots under its version: where the
file is edited, replaced or removed without being saved, its scores can still be explained and held against the next.
"""

from __future__ import annotations

from pathlib import Path

from idealfit.errors import IdealfitError
from idealfit.profile.content import Profile
from idealfit.profile.document import dump_profile, load_profile, substance_hash
from idealfit.store.ledger import open_ledger
from idealfit.store.place import Place, write_text

FOLDER = "profiles"
LENGTH = 12
"""So many letters of the hash of its content are the version that scores name."""


def keep_profile(place: Place, profile: Profile) -> None:
    """Keep `profile` as it is; nothing where it is kept already."""
    target = _path(place, substance_hash(profile))
    if not target.is_file():
        write_text(place.outputs / target.relative_to(place.root), dump_profile(profile))


def profile_of(place: Place, version: str, *motions: str) -> Profile | None:
    """The profile of that version: the one that scored with it, else one that was saved for one of `motions`; None
    where neither is there.
    """
    if len(version) < LENGTH:
        return None
    path = _path(place, version)
    if path.is_file():
        try:
            return load_profile(path)
        except IdealfitError:  # written by another release, whose rules were others
            return None
    for motion in motions:
        for kept in reversed(open_ledger(place).profile_versions(motion)):
            found = load_profile(kept.text)
            if substance_hash(found).startswith(version):
                return found
    return None


def _path(place: Place, version: str) -> Path:
    return place.snapshots / FOLDER / f"{version[:LENGTH]}.yaml"

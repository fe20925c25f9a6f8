"""The motions that a build scores: the profiles that lie in the workspace, and those that the build makes itself."""

from __future__ import annotations

from collections.abc import Mapping

from idealfit.errors import ProfileFileError, UsageError
from idealfit.profile.content import Profile
from idealfit.profile.document import load_profile
from idealfit.profile.motion import DEFAULT_MOTION, profile_file, profile_files
from idealfit.store.place import Place


def motions_to_score(
    place: Place, own: Profile, made: Mapping[str, Profile]
) -> tuple[dict[str, Profile], tuple[str, ...]]:
    """Motion → profile, for every motion of the workspace, and what to tell of a file that cannot be read.

    `own` is the profile of this build, `made` those of the motions that it found (by their names): they stand in the
    place of the files that they will be. Where two or more motions have a file in `profiles/`, `profile.yaml` is that
    of all deals together and no motion.
    """
    profiles = dict(made)
    told = []
    try:
        files = [file for file in profile_files(place.root) if file.parent.name == "profiles"]
    except UsageError:
        files = []
    for file in files:
        if file in {place.root / profile_file(motion) for motion in (own.motion, *made)}:
            continue
        try:
            found = load_profile(file)
        except ProfileFileError as fault:
            told.append(f"profiles/{file.name} cannot be read and is not scored: {fault.problems[0].what}")
            continue
        profiles[found.motion if found.motion not in profiles else file.stem] = found
    if own.motion not in profiles and (own.motion != DEFAULT_MOTION or len(profiles) < 2):
        profiles = {own.motion: own} | profiles
    ordered = sorted(profiles, key=lambda motion: (motion != DEFAULT_MOTION, motion))  # as `score` reads the files
    return {motion: profiles[motion] for motion in ordered}, tuple(told)

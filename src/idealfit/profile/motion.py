"""The name of a go-to-market motion, and the file in a workspace that holds its profile."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from idealfit.errors import UsageError

if TYPE_CHECKING:
    from idealfit.profile.content import Profile

DEFAULT_MOTION = "main"
"""The motion of a company that has one; its profile is `profile.yaml`."""

_NAME = re.compile(r"\w[\w -]{0,63}")


def motion_name(motion: str | None) -> str:
    """`motion`, or the default. Raises UsageError for what could not be the name of a file on any machine."""
    if motion is None:
        return DEFAULT_MOTION
    if not _NAME.fullmatch(motion):
        raise UsageError(
            f"'{motion}' cannot be the name of a motion",
            remedy="Use letters, digits, blanks, - and _, at most 64 of them; it becomes the name of a file.",
        )
    return motion


def profile_file(motion: str) -> str:
    """The path of a motion's profile within a workspace."""
    return "profile.yaml" if motion == DEFAULT_MOTION else f"profiles/{motion}.yaml"


def profile_files(folder: Path) -> tuple[Path, ...]:
    """The profiles of a folder, one a motion: those in `profiles/` where there are two or more (`profile.yaml` is then
    that of all deals together), else they and `profile.yaml`; in a folder that has neither, its own YAML files. What
    is only proposed is none.

    Raises UsageError where there is none.
    """
    main, inner = folder / "profile.yaml", _written_in(folder / "profiles")
    own = inner if len(inner) > 1 else ([main] if main.is_file() else []) + inner
    found = own or _written_in(folder)
    if not found:
        raise UsageError(
            f"There is no profile in {folder.name}",
            remedy="Name a profile file, a workspace, or a folder with a YAML file for every motion.",
        )
    return tuple(found)


def motions_in(folder: Path) -> tuple[str, ...]:
    """The motions whose profiles lie in a workspace, the default one first; none where there is no profile."""
    own = (DEFAULT_MOTION,) if (folder / "profile.yaml").is_file() else ()
    return (*own, *(path.stem for path in _written_in(folder / "profiles") if path.stem != DEFAULT_MOTION))


def _written_in(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.glob("*.yaml")) if not path.name.endswith(".proposed.yaml")]


def by_motion(profiles: Mapping[Path, Profile]) -> dict[str, Profile]:
    """The profiles by the motion that each names; by its file where two name the same."""
    count = Counter(profile.motion for profile in profiles.values())
    named = {path: profile.motion if count[profile.motion] == 1 else path.stem for path, profile in profiles.items()}
    if len(set(named.values())) < len(named):
        raise UsageError("Two profiles are of one motion", remedy="Give each its own 'motion:', or its own file name.")
    return {named[path]: profile for path, profile in profiles.items()}

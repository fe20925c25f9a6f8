"""The name of a go-to-market motion, and the file in a workspace that holds its profile."""

from __future__ import annotations

import re

from idealfit.errors import UsageError

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

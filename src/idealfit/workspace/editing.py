"""The text of a profile edited by hand: what it would do, shown before it is saved; and saving it."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from idealfit.errors import NoSuchVersion, Position, ProfileFileError, ProfileProblem, WorkspaceBusy
from idealfit.profile.document import load_profile
from idealfit.profile.motion import motion_name, profile_file
from idealfit.store.ledger import open_ledger
from idealfit.store.place import Place, open_place
from idealfit.store.scratch import make_scratch_folder
from idealfit.workspace.checking import CheckReport, check
from idealfit.workspace.deciding import SavedVersion, frozen
from idealfit.workspace.differing import DiffAnswer, diff
from idealfit.workspace.versioning import CURRENT, LAST, profile_path, read_text, replace_file


@dataclass(frozen=True)
class EditedText:
    """A profile file as it was read to be edited; `mark` tells it from any other text."""

    text: str
    mark: str


@dataclass(frozen=True)
class Effect:
    """What a text would do in the place of the file: its `problems` where it cannot be used (then nothing else), what
    the linter finds, and the difference to the profile as it is, None where there is none that can be read.
    """

    problems: tuple[ProfileProblem, ...] = ()
    found: CheckReport | None = None
    answer: DiffAnswer | None = None


def text_to_edit(workspace: Path, *, motion: str | None = None) -> EditedText:
    """The profile file of a workspace, also one that cannot be used as it is. Raises ProfileFileMissing."""
    text = read_text(profile_path(open_place(workspace), motion))
    return EditedText(text, mark_of(text))


def mark_of(text: str) -> str:
    """What tells a text from another: its SHA-256."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def effect_of(workspace: Path, text: str, *, motion: str | None = None) -> Effect:
    """What `text` would do in the place of the profile file; nothing in the workspace is changed.

    Raises what `check` and `diff` raise but ProfileFileError.
    """
    place = open_place(workspace)
    folder = make_scratch_folder()
    try:
        file = folder / Path(profile_file(motion_name(motion))).name
        file.write_bytes(text.encode("utf-8"))
        try:
            load_profile(file)
        except ProfileFileError as fault:
            return Effect(fault.problems)
        return Effect((), check(file, place.root), _difference(place, file, motion))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _difference(place: Place, file: Path, motion: str | None) -> DiffAnswer | None:
    for before in (CURRENT, LAST):  # a file that cannot be used is held against by its last version
        try:
            return diff(before, str(file), place.root, motion=motion)
        except (ProfileFileError, NoSuchVersion):
            continue
    return None


def save_text(
    workspace: Path, text: str, *, instead_of: str, by: str, because: str, motion: str | None = None
) -> SavedVersion:
    """Write `text` as the profile file where still the text with the mark `instead_of` stands, and freeze it as a
    version, in one transaction. Line ends become those of the file.

    Raises WorkspaceBusy where somebody else has changed the file since; ProfileFileMissing, ProfileFileError.
    """
    place, key = open_place(workspace), motion_name(motion)
    path = profile_path(place, motion)
    with open_ledger(place).transaction() as connection:
        before = read_text(path)
        if mark_of(before) != instead_of:
            raise WorkspaceBusy(
                "Somebody else has changed the profile since you began: nothing was written",
                where=Position(str(path)),
                remedy="Your text is kept below. Look at its effect: it is now held against the profile as it is.",
            )
        text = with_line_ends_of(text, before)
        profile = load_profile(text)
        replace_file(path, before, text)
        return frozen(connection, place, profile, text, motion=key, because=because, by=by)


def with_line_ends_of(text: str, before: str) -> str:
    """`text` as a browser sends it, with line ends as `before` has them."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return plain.replace("\n", "\r\n") if "\r\n" in before else plain

"""Who agrees: the owners' signatures under a profile, and its way from hypothesis to retired."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from idealfit.errors import NotAnOwner, NotToBeApproved, Position, UsageError
from idealfit.profile.content import Profile, Signature
from idealfit.profile.document import dump_profile, load_profile, substance_hash
from idealfit.profile.motion import motion_name
from idealfit.profile.standing import SIGNED_LETTERS, Standing, standing, team_of, team_words
from idealfit.store.ledger import open_ledger
from idealfit.store.place import open_place
from idealfit.store.versions import ProfileDecision, decide
from idealfit.workspace.versioning import freeze_profile, profile_path, read_text, replace_file

STATUSES = ("hypothesis", "draft", "retired")
"""What a person may set; 'approved' is what the owners' signatures make."""


@dataclass(frozen=True)
class Approval:
    """A signature, or a new status: the version it is about, how the profile stands now, and what else is to say."""

    profile: str
    motion: str
    version: int
    team: str | None
    by: str | None
    because: str
    on: date
    standing: Standing
    notes: tuple[str, ...]
    file: Path


def approve(
    workspace: Path,
    *,
    team: str,
    by: str,
    because: str,
    on: date,
    motion: str | None = None,
) -> Approval:
    """Sign the profile as it is now for a team; when all owners have signed the same, it is approved.

    The version that is signed is frozen. A hypothesis that somebody signs is a draft. Raises NotAnOwner,
    NotToBeApproved (an exclusion is proposed and nobody has decided; the profile is retired), ProfileFileMissing,
    ProfileFileError.
    """
    team = team_of(team)
    notes: list[str] = []

    def signed(profile: Profile, path: Path) -> Profile:
        _may_be_signed(profile, team, path)
        found = standing(profile)
        notes.extend(_of_lapsed(found))
        mark = Signature(team=team, by=by, on=on, content=substance_hash(profile)[:SIGNED_LETTERS])
        others = [one for one in found.signatures if team_of(one.team) != team]
        both = tuple(sorted((*others, mark), key=lambda one: _place(profile, one.team)))
        again = profile.model_copy(update={"signatures": both, "status": "draft"})
        if not standing(again).missing:
            again = again.model_copy(update={"status": "approved"})
        names = {one.by.casefold() for one in both}
        if again.status == "approved" and len(names) == 1 and len(both) > 1:
            notes.append(f"{by} signed for every team: nobody else has looked at it.")
        return again

    return _change(workspace, motion, signed, kinds=("signed",), team=team, by=by, because=because, on=on, notes=notes)


def withdraw(workspace: Path, *, team: str, by: str, because: str, on: date, motion: str | None = None) -> Approval:
    """Take a team's signature back; a profile that was approved by it is a draft again. Raises UsageError where the
    team has not signed, ProfileFileMissing, ProfileFileError.
    """
    team = team_of(team)

    def unsigned(profile: Profile, path: Path) -> Profile:
        left = tuple(one for one in profile.signatures if team_of(one.team) != team)
        if len(left) == len(profile.signatures):
            raise UsageError(
                f"'{team_words(team)}' has not signed this profile",
                where=Position(str(path)),
                remedy="There is nothing to take back.",
            )
        status = "draft" if profile.status == "approved" else profile.status
        return profile.model_copy(update={"status": status, "signatures": left})

    return _change(
        workspace, motion, unsigned, kinds=("withdrawn",), team=team, by=by, because=because, on=on, notes=[]
    )


def set_status(
    workspace: Path, status: str, *, by: str | None, because: str, on: date, motion: str | None = None
) -> Approval:
    """Make the profile a hypothesis, a draft, or retire it; signatures do not outlive it. Raises UsageError for
    'approved', ProfileFileMissing, ProfileFileError.
    """
    if status not in STATUSES:
        raise UsageError(
            f"A profile is not made '{status}' by one person" if status == "approved" else f"'{status}' is no status",
            remedy="Choose hypothesis, draft or retired, or sign it with 'idealfit approve'.",
        )

    def set_to(profile: Profile, _path: Path) -> Profile:
        return profile.model_copy(update={"status": status, "signatures": ()})

    return _change(workspace, motion, set_to, kinds=(), team=None, by=by, because=because, on=on, notes=[])


def _change(
    workspace: Path,
    motion: str | None,
    change: Callable[[Profile, Path], Profile],
    *,
    kinds: tuple[str, ...],
    team: str | None,
    by: str | None,
    because: str,
    on: date,
    notes: list[str],
) -> Approval:
    """Read the file, freeze what it says, change it and note the decisions: one transaction."""
    place, key = open_place(workspace), motion_name(motion)
    path = profile_path(place, motion)
    with open_ledger(place).transaction() as connection:
        text = read_text(path)
        before = load_profile(path)
        after = change(before, path)
        new_text = dump_profile(after, over=text)
        number, _new = freeze_profile(connection, place, after, new_text, motion=key, because=because, by=by)
        became = (after.status,) if after.status != standing(before).status else ()
        for kind in (*kinds, *became):
            decide(connection, ProfileDecision(key, number, kind, team if kind in kinds else None, by, because, on))
        replace_file(path, text, new_text)
    return Approval(after.profile, key, number, team, by, because, on, standing(after), tuple(notes), path)


def _may_be_signed(profile: Profile, team: str, path: Path) -> None:
    owners = [team_of(owner) for owner in profile.review.owners]
    if owners and team not in owners:
        raise NotAnOwner(
            f"'{team_words(team)}' does not own this profile",
            where=Position(str(path)),
            remedy=f"Its owners are {', '.join(map(team_words, owners))} ('review: owners:' in the file).",
        )
    if profile.status == "retired":
        raise NotToBeApproved(
            "The profile is retired",
            where=Position(str(path)),
            remedy="Make it a draft again ('idealfit save --status draft --because TEXT'), or go back to a version.",
        )
    if undecided := standing(profile).undecided:
        listed, several = ", ".join(undecided), len(undecided) > 1
        raise NotToBeApproved(
            f"Nobody has decided yet on {'these exclusions' if several else 'this exclusion'}: {listed}",
            where=Position(str(path)),
            remedy=f"Decide {'each' if several else 'it'}: 'idealfit accept {undecided[0]} --by NAME --because TEXT', "
            "or 'idealfit decline' with the same words.",
        )


def _of_lapsed(found: Standing) -> list[str]:
    if not found.changed:
        return []
    gone = ", ".join(f"{one.by} ({team_words(team_of(one.team))})" for one in found.lapsed)
    return [f"It was changed since {gone} signed it: that no longer counts."]


def _place(profile: Profile, team: str) -> int:
    owners = [team_of(owner) for owner in profile.review.owners]
    return owners.index(team_of(team)) if team_of(team) in owners else len(owners)

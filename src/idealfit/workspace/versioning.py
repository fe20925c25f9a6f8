"""The versions of a workspace's profile: freezing one with its evidence, finding one by its name, going back to one.

Whatever reads and then changes the profile file does so in one transaction of the ledger, which is the lock that two
people at once queue for; the file itself is written aside and renamed. Killed in between, the file or the ledger is a
step ahead of the other, and neither is broken: a signature counts for what the file says, and nothing is lost.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import sqlalchemy as sa

from idealfit.errors import (
    NoSuchVersion,
    Position,
    ProfileFileError,
    ProfileFileMissing,
    ProfileProblem,
    WorkspaceBusy,
)
from idealfit.profile.document import Profile, dump_profile, load_profile, substance_hash
from idealfit.profile.motion import motion_name, profile_file
from idealfit.profile.standing import Standing, standing
from idealfit.store.ledger import open_ledger
from idealfit.store.place import Place, open_place, write_bytes, write_text
from idealfit.store.versions import (
    Origin,
    ProfileDecision,
    ProfileVersion,
    decide,
    decisions_of,
    freeze,
    versions_of,
)

CURRENT, PROPOSED, LAST, APPROVED = "current", "proposed", "last", "approved"
_NUMBER = re.compile(r"v?(\d{1,9})", re.ASCII | re.IGNORECASE)
_EVIDENCE = "evidence"


@dataclass(frozen=True)
class Written:
    """A profile as it stands in a file or a version: `label` names it for people, `number` is its version's."""

    label: str
    profile: Profile
    text: str
    number: int | None = None
    file: Path | None = None


@dataclass(frozen=True)
class Entry:
    """One version in the history: by whom, why and when (UTC), with which evidence; `decisions` are what people decided
    of it since, oldest first. `status` is that of the file as it was frozen.
    """

    number: int
    author: str | None
    because: str
    at: datetime
    origin: Origin
    content_sha256: str
    evidence: str | None
    evidence_file: Path | None
    tables: Mapping[str, str]
    status: str
    decisions: tuple[ProfileDecision, ...]


@dataclass(frozen=True)
class History:
    """The versions of a profile, oldest first; `standing` is that of the file now, `current` the version that it equals
    (None: it was changed since). `file` is None where there is none any more.
    """

    profile: str
    motion: str
    file: Path | None
    current: int | None
    standing: Standing | None
    versions: tuple[Entry, ...]


@dataclass(frozen=True)
class Reverted:
    """A version brought back as a new one; `kept` is the version in which what stood in the file until then was kept
    (None: it was a version already).
    """

    profile: str
    to: int
    version: int
    kept: int | None
    file: Path


def profile_path(place: Place, motion: str | None = None) -> Path:
    """The profile file of `motion` in a workspace (`profile.yaml` may name a motion too); else `profile.yaml`. Raises
    ProfileFileMissing.
    """
    path, main = place.root / profile_file(motion_name(motion)), place.root / "profile.yaml"
    if not path.is_file() and main.is_file() and load_profile(main).motion == motion:
        return main
    if not path.is_file():
        raise ProfileFileMissing(
            "The workspace holds no such profile",
            where=Position(str(path)),
            remedy="Run 'idealfit build DIR' first, or write the file by hand.",
        )
    return path


def read_text(path: Path) -> str:
    """The text of a profile file, its line ends as they are. Raises ProfileFileError where it is no UTF-8."""
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        what = f"The file is not UTF-8 text (byte {error.start + 1})"
        raise ProfileFileError((ProfileProblem(what, "Save it as UTF-8.", Position(path.name)),)) from None


def freeze_profile(
    connection: sa.Connection,
    place: Place,
    profile: Profile,
    text: str,
    *,
    motion: str,
    because: str,
    by: str | None,
    origin: Origin = "saved",
    letter_by_letter: bool = False,
) -> tuple[int, bool]:
    """Freeze `profile` with the evidence and the tables that the workspace has now; its number, and whether it is new.

    Within a transaction of the ledger. The evidence is kept beside the snapshots under its own hash.
    """
    found = place.outputs / "evidence.json"
    found = found if found.is_file() else place.root / "evidence.json"
    proof = keep_evidence(place, found.read_bytes()) if found.is_file() else None
    rows = connection.execute(sa.text("SELECT table_name, snapshot_id FROM current_tables ORDER BY table_name")).all()
    return freeze(
        connection,
        motion=motion,
        content_sha256=substance_hash(profile),
        text=text,
        author=by,
        because=because,
        evidence_sha256=proof,
        origin=origin,
        tables={row.table_name: row.snapshot_id for row in rows},
        letter_by_letter=letter_by_letter,
    )


def keep_evidence(place: Place, data: bytes) -> str:
    """Keep an evidence.json as it is; its SHA-256, whose first 20 letters are its name."""
    proof = hashlib.sha256(data).hexdigest()
    target = _evidence_path(place, proof)
    if not target.is_file():
        write_bytes(place.outputs / target.relative_to(place.root), data)
    return proof


def _evidence_path(place: Place, proof: str) -> Path:
    return place.snapshots / _EVIDENCE / f"{proof[:20]}.json"


def replace_file(path: Path, before: str, after: str) -> None:
    """Write `after` where `before` stands. Raises WorkspaceBusy where somebody has changed the file meanwhile."""
    if after == before:
        return
    if read_text(path) != before:
        raise WorkspaceBusy(
            "The profile was changed by somebody else at this moment: nothing was written",
            where=Position(str(path)),
            remedy="Run it again.",
        )
    write_text(path, after)


def find_written(place: Place | None, name: str, motion: str | None = None) -> Written:
    """What `name` means: a version's number (3, v3), 'current', 'proposed', 'last' (the last version), 'approved' (the
    last that was approved), or a profile file. Raises NoSuchVersion, ProfileFileMissing, ProfileFileError.
    """
    word = name.strip()
    path = Path(word)
    if (match := _NUMBER.fullmatch(word)) or word in (CURRENT, PROPOSED, LAST, APPROVED):
        if place is None:
            raise NoSuchVersion(
                f"There is no workspace in which '{word}' would mean anything",
                remedy="Name the workspace (--workspace FOLDER), or give two files.",
            )
        if word in (CURRENT, PROPOSED):
            return _in_force(place, word, motion)
        return _version(place, int(match.group(1)) if match else word, motion)
    if not path.is_file():
        raise NoSuchVersion(
            f"There is no version and no file '{word}'",
            where=Position(word),
            remedy="Give a version's number ('idealfit history' lists them), 'current', 'proposed', 'last', 'approved' "
            "or a profile file.",
        )
    return Written(path.name, load_profile(path), read_text(path), None, path)


def _in_force(place: Place, word: str, motion: str | None) -> Written:
    path = profile_path(place, motion)
    if word == PROPOSED:
        path = path.with_suffix(".proposed.yaml")
        if not path.is_file():
            raise NoSuchVersion(
                "No profile is proposed: the last build found what the profile says, or wrote it",
                where=Position(str(path)),
                remedy="Compare two versions instead; 'idealfit history' lists them.",
            )
    return Written(f"the {word} profile", load_profile(path), read_text(path), None, path)


def _version(place: Place, wanted: int | str, motion: str | None) -> Written:
    name = motion_name(motion)
    ledger = open_ledger(place)
    versions = ledger.profile_versions(name)
    if wanted == APPROVED:
        signed = [one.number for one in ledger.profile_decisions(name) if one.kind == "approved"]
        found = next((one for one in reversed(versions) if signed and one.number == signed[-1]), None)
    elif wanted == LAST:
        found = versions[-1] if versions else None
    else:
        found = next((one for one in versions if one.number == wanted), None)
    if found is None:
        there = f"Versions are 1 to {len(versions)}." if versions else "No version was saved yet ('idealfit save')."
        what = "No version was approved yet" if wanted == APPROVED else f"There is no version {wanted}"
        raise NoSuchVersion(what, where=Position(str(place.ledger)), remedy=there)
    return Written(f"version {found.number}", load_profile(found.text), found.text, found.number)


def entries_of(workspace: Path, *, motion: str | None = None) -> tuple[Entry, ...]:
    """Every version of a workspace's profile, oldest first, whatever has become of the file since."""
    place, name = open_place(workspace), motion_name(motion)
    with open_ledger(place).transaction() as connection:
        versions, decisions = versions_of(connection, name), decisions_of(connection, name)
    return tuple(_entry(place, one, decisions) for one in versions)


def history(workspace: Path, *, motion: str | None = None) -> History:
    """Every version of a workspace's profile, and how the file stands now. Raises ProfileFileError."""
    place, name = open_place(workspace), motion_name(motion)
    with open_ledger(place).reading() as connection:
        versions, decisions = versions_of(connection, name), decisions_of(connection, name)
    path = place.root / profile_file(name)
    if not path.is_file() and not versions:
        profile_path(place, motion)
    profile = load_profile(path) if path.is_file() else None
    last = versions[-1] if versions else None
    same = profile is not None and last is not None and last.content_sha256 == substance_hash(profile)
    title = profile.profile if profile is not None else load_profile(versions[-1].text).profile
    return History(
        title,
        name,
        path if profile is not None else None,
        last.number if same and last is not None else None,
        None if profile is None else standing(profile),
        tuple(_entry(place, one, decisions) for one in versions),
    )


def _entry(place: Place, version: ProfileVersion, decisions: tuple[ProfileDecision, ...]) -> Entry:
    proof = version.evidence_sha256
    file = None if proof is None else _evidence_path(place, proof)
    status = re.search(r"^status:\s*['\"]?(\w+)", version.text, re.MULTILINE)
    return Entry(
        version.number,
        version.author,
        version.because,
        version.at,
        version.origin,
        version.content_sha256,
        proof,
        file if file is not None and file.is_file() else None,
        version.tables or {},
        status.group(1) if status else "hypothesis",
        tuple(one for one in decisions if one.number == version.number),
    )


def revert(
    workspace: Path,
    to: str | int,
    *,
    because: str,
    by: str | None = None,
    on: date | None = None,
    motion: str | None = None,
) -> Reverted:
    """Bring a version back, as a new one: the file says what it said then, and what it said until now is a version too.

    Nobody's signature comes back with it: what was agreed on was left since. Raises NoSuchVersion, and ProfileFileError
    for the version; what stands in the file is kept even where it is broken, and a file that is gone is written again.
    """
    place = open_place(workspace)
    path = place.root / profile_file(motion_name(motion))
    target = find_written(place, str(to), motion)
    if target.number is None:
        raise NoSuchVersion(
            f"'{to}' is no version to go back to", remedy="Give a version's number; 'idealfit history' lists them."
        )
    old = target.profile
    status = old.status if old.status in ("hypothesis", "retired") else "draft"
    again = old.model_copy(update={"status": status, "signatures": ()})
    text = dump_profile(again, over=target.text)
    key, why = motion_name(motion), f"Kept before going back to version {target.number}"
    with open_ledger(place).transaction() as connection:
        kept, new = 0, False
        if path.is_file():
            before = read_text(path)
            kept, new = _keep(connection, place, before, key, why, by)
            replace_file(path, before, text)
        else:
            write_text(path, text)
        number, _ = freeze_profile(
            connection, place, again, text, motion=key, because=because, by=by, origin="reverted", letter_by_letter=True
        )
        about = ProfileDecision(key, number, "reverted", str(target.number), by, because, on)
        decide(connection, about)
    return Reverted(again.profile, target.number, number, kept if new else None, path)


def _keep(
    connection: sa.Connection, place: Place, text: str, motion: str, because: str, by: str | None
) -> tuple[int, bool]:
    """Freeze what stands in the file, letter by letter; what is no profile at all is kept as the text that it is."""
    try:
        profile = load_profile(text)
    except ProfileFileError:
        return freeze(
            connection,
            motion=motion,
            content_sha256=hashlib.sha256(text.encode()).hexdigest(),
            text=text,
            author=by,
            because=because,
            origin="kept",
            letter_by_letter=True,
        )
    last = next(reversed(versions_of(connection, motion)), None)
    if last is not None and last.content_sha256 == substance_hash(profile) and _bare(last.text) == _bare(text):
        return last.number, False
    return freeze_profile(
        connection, place, profile, text, motion=motion, because=because, by=by, origin="kept", letter_by_letter=True
    )


def _bare(text: str) -> str:
    """A profile's text without its status and signatures, which the ledger keeps."""
    profile = load_profile(text)
    return dump_profile(profile.model_copy(update={"status": "draft", "signatures": ()}), over=text)


def version_words(place: Place, profile: Profile, *, written: bool = False) -> str:
    """Which version `profile` is, as a page says it: '3 (8de6e473)'; with `written` the one that this run leaves. What
    no version says yet is told by its content alone, with the version that it was made from.
    """
    content = substance_hash(profile)
    versions = open_ledger(place).profile_versions(motion_name(profile.motion))
    last = versions[-1] if versions else None
    if last is not None and last.content_sha256 == content:
        return f"{last.number} ({content[:8]})"
    if written:
        return f"{last.number + 1 if last is not None else 1} ({content[:8]})"
    same = next((one for one in reversed(versions) if one.content_sha256 == content), None)
    if same is not None:
        return f"{same.number} ({content[:8]})"
    return content[:8] + (f", not saved, changed since version {last.number}" if last is not None else ", not saved")


def note_built(place: Place, profile: Profile, text: str, because: str) -> None:
    """Let a build that wrote `text` leave it as a version, at the end of its run."""
    open_ledger(place).write(
        lambda connection: freeze_profile(
            connection,
            place,
            profile,
            text,
            motion=profile.motion,
            because=because,
            by="idealfit build",
            origin="built",
        )
    )

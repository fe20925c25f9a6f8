"""Files that a person hands over in the browser: a folder of the workspace for each handing over, with safe names.

Nothing of an upload is used before all of it is there; one that breaks off is removed. What is proposed for its
columns (`workspace.upload_columns`) lies beside its files.
"""

from __future__ import annotations

import contextlib
import re
import secrets
import shutil
import time
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, Final

from idealfit.errors import (
    NoSuchUpload,
    Position,
    RequestNotUnderstood,
    RequestTooLarge,
    UploadRefused,
)
from idealfit.store.place import Place

MOST_FILES: Final = 100
LARGEST_FILE: Final = 2_000_000_000
"""Bytes of one file."""
LARGEST_ALL: Final = 10_000_000_000
"""Bytes of all files that are handed over at once."""
MOST_KEPT: Final = 10
"""So many handings over are kept, the newest; what was imported lies in the snapshots."""
MOST_BYTES: Final = 20_000_000_000
"""Bytes of all that are kept."""
_ASIDE_LASTS: Final = 24 * 3600.0
"""Seconds: nobody sends files for longer."""
KEPT_FREE: Final = 50_000_000
"""Bytes of the disk that an upload leaves."""
_LONGEST_NAME = 120
_NUMBER = re.compile(r"[0-9a-f]{12}")
_RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?")


@dataclass(frozen=True)
class Upload:
    """One handing over: its number, and the folder with its `files`, its `mapping` and what was proposed."""

    number: str
    folder: Path

    @property
    def files(self) -> Path:
        """Where the files lie."""
        return self.folder / "files"

    @property
    def mapping(self) -> Path:
        """The mapping file: as it was proposed, then as a person corrected it."""
        return self.folder / "mapping.yaml"

    @property
    def proposal(self) -> Path:
        """What was proposed, with sample values, as JSON."""
        return self.folder / "proposal.json"

    def names(self) -> list[tuple[str, int]]:
        """The files by name, with their bytes."""
        return [(path.name, path.stat().st_size) for path in sorted(self.files.iterdir()) if path.is_file()]


def uploads(place: Place) -> Path:
    """The folder of all uploads."""
    return place.root / "uploads"


def found_upload(place: Place, number: str) -> Upload:
    """An upload by its number. Raises NoSuchUpload."""
    folder = uploads(place) / number
    if not _NUMBER.fullmatch(number) or not (folder / "files").is_dir():
        raise NoSuchUpload(
            "There is no such upload in this workspace",
            remedy="Hand the files over again on the page Data.",
            where=Position(value=number[:40]),
        )
    return Upload(number, folder)


class Receiving:
    """Takes the files of one upload as they come in; used as a context, nothing is left of one that breaks off."""

    def __init__(self, place: Place, *, largest: int = LARGEST_FILE, most: int = MOST_FILES) -> None:
        self._aside = uploads(place) / f".{secrets.token_hex(6)}.tmp"
        self._target = uploads(place)
        self._largest, self._most = largest, most
        self._names: set[str] = set()
        self._open: Any = None
        self._size, self._whole = 0, 0
        self._since_looked = 0

    def __enter__(self) -> Receiving:
        (self._aside / "files").mkdir(parents=True)
        return self

    def __exit__(self, kind: object, *_rest: object) -> None:
        with contextlib.suppress(UploadRefused):  # it is removed, written or not
            self._close()
        shutil.rmtree(self._aside, ignore_errors=True)

    def begin(self, name: str) -> None:
        """A file begins, by the name that it has where it comes from. Raises RequestTooLarge for one too many."""
        self._close()
        if len(self._names) >= self._most:
            raise RequestTooLarge(f"More than {self._most} files", remedy="Put them into one zip, or send fewer.")
        safe = safe_name(name, self._names)
        self._names.add(safe.casefold())
        self._open = (self._aside / "files" / safe).open("wb")
        self._size = 0

    def take(self, part: bytes) -> None:
        """The next bytes of the file. Raises RequestTooLarge, and UploadRefused where the disk would be full."""
        if self._open is None:
            return
        self._size += len(part)
        self._whole += len(part)
        self._since_looked += len(part)
        if self._size > self._largest:
            raise RequestTooLarge(
                f"A file is larger than {self._largest:,} bytes",
                remedy="Import it on the command line: idealfit build FOLDER.",
            )
        if self._whole > LARGEST_ALL:
            raise RequestTooLarge(
                f"The files are larger than {LARGEST_ALL:,} bytes together",
                remedy="Import them on the command line: idealfit build FOLDER.",
            )
        if self._since_looked > KEPT_FREE // 10:
            self._since_looked = 0
            self._look_at_the_disk()
        try:
            self._open.write(part)
        except OSError as problem:
            raise _disk_full() from problem

    def done(self) -> Upload:
        """All files are there: the upload, which now can be used. Raises RequestNotUnderstood where there is none."""
        self._close()
        if not self._names:
            raise RequestNotUnderstood("No file was handed over", remedy="Choose at least one file, or a zip.")
        number = secrets.token_hex(6)
        self._aside.rename(self._target / number)
        return Upload(number, self._target / number)

    def _look_at_the_disk(self) -> None:
        if shutil.disk_usage(self._aside).free < KEPT_FREE:
            raise _disk_full()

    def _close(self) -> None:
        if self._open is not None:
            ended, self._open = self._open, None
            try:
                ended.close()
            except OSError as problem:  # what was still in memory found no place
                raise _disk_full() from problem


def _disk_full() -> UploadRefused:
    return UploadRefused(
        "The disk is nearly full: the files were not kept",
        remedy=f"Free some space ({KEPT_FREE // 1_000_000} MB are always left), and hand them over again.",
    )


def prune(place: Place, needed: Collection[str], *, most: int = MOST_KEPT, largest: int = MOST_BYTES) -> int:
    """Remove the oldest handings over beyond `most` of them or `largest` bytes, and what broke off a day ago; the
    `needed` ones stay whatever their age. How many were removed.
    """
    folder, removed, kept, whole = uploads(place), 0, 0, 0
    found = [one for one in folder.iterdir() if one.is_dir()] if folder.is_dir() else []
    for one in sorted(found, key=_age):
        if one.name.endswith(".tmp"):
            gone = _age(one) > _ASIDE_LASTS
        elif not _NUMBER.fullmatch(one.name):
            continue
        else:
            kept += 1
            whole += sum(path.stat().st_size for path in one.rglob("*") if path.is_file())
            gone = one.name not in needed and (kept > most or whole > largest)
        if gone:
            shutil.rmtree(one, ignore_errors=True)
            removed += 1
    return removed


def _age(folder: Path) -> float:
    """Seconds since a folder was made."""
    return time.time() - folder.stat().st_mtime


def safe_name(name: str, taken: set[str]) -> str:
    """A file name without any path, control or direction in it, which no other file of `taken` (small letters) has.

    The words stay: files are recognised by them.
    """
    last = PureWindowsPath(PurePosixPath(name.replace("\x00", "")).name).name
    plain = "".join(sign for sign in unicodedata.normalize("NFC", last) if unicodedata.category(sign)[0] != "C")
    plain = re.sub(r'[<>:"/\\|?*]', "_", plain).strip(" .") or "file"
    if _RESERVED.fullmatch(plain):
        plain = f"_{plain}"
    stem, dot, ending = plain.rpartition(".")
    stem, ending = (stem, dot + ending) if dot and len(ending) <= 10 else (plain, "")
    stem = stem.encode()[: _LONGEST_NAME - len(ending.encode())].decode(errors="ignore")
    found, number = f"{stem}{ending}", 1
    while found.casefold() in taken:
        number += 1
        found = f"{stem} {number}{ending}"
    return found

"""Folders and files as Spark sees them: on this machine, in HDFS or in a cloud's store, by the same few calls.

`put_in_place` gives a folder that was written aside its name, in the place of the one that was there: on Linux the two
names change places in one call, elsewhere the old folder first gets a name beside, from where `brought_back` takes it
if the run ended between the two steps.
"""

from __future__ import annotations

import ctypes
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_ADDRESS = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:/")
_EXCHANGE, _HERE = 2, -100
"""Linux: RENAME_EXCHANGE and AT_FDCWD."""


def as_place(text: str) -> str:
    """A folder or file as Spark is told it: an address as it is (one that lost a stroke as a path gets it back), a
    path on this machine from the root on."""
    if _ADDRESS.match(text) is None:
        return str(Path(text).absolute())
    return re.sub(r"^((?!file:)[A-Za-z][A-Za-z0-9+.-]*:)/(?=[^/])", r"\1//", text)


def is_place(text: str) -> bool:
    """Whether a person names a folder or a file, and no table of a catalog."""
    return _ADDRESS.match(text) is not None or "/" in text or Path(text).exists()


class Files:
    """The file systems that a session of Spark can reach."""

    def __init__(self, spark: SparkSession) -> None:
        self._java: Any = spark.sparkContext._jvm  # PySpark has no files of its own
        self._settings = spark.sparkContext._jsc.hadoopConfiguration()

    def _at(self, place: str) -> tuple[Any, Any]:
        path = self._java.org.apache.hadoop.fs.Path(place)
        return path.getFileSystem(self._settings), path

    def exists(self, place: str) -> bool:
        """Whether there is anything."""
        system, path = self._at(place)
        return bool(system.exists(path))

    def is_folder(self, place: str) -> bool:
        """Whether it is a folder."""
        system, path = self._at(place)
        return bool(system.exists(path) and system.getFileStatus(path).isDirectory())

    def names(self, folder: str) -> Iterator[str]:
        """What is in a folder, by name."""
        system, path = self._at(folder)
        for status in system.listStatus(path):
            yield str(status.getPath().getName())

    def remove(self, place: str) -> None:
        """A file, or a folder with all in it; nothing where there is none."""
        system, path = self._at(place)
        system.delete(path, True)

    def is_table(self, folder: str) -> bool:
        """Whether the files of one table lie in the folder itself."""
        return self.is_folder(folder) and any(name.startswith(("part-", "_SUCCESS")) for name in self.names(folder))

    def local(self, place: str) -> Path | None:
        """The path on this machine, if it is one."""
        system, path = self._at(place)
        scheme = str(system.getUri().getScheme())
        return Path(str(path.toUri().getPath())) if scheme == "file" else None

    def put_in_place(self, aside: str, place: str, old: str) -> None:
        """Give the folder `aside` the name `place`; `old` is the name for what was there, which is removed."""
        if not self.exists(place):
            self._renamed(aside, place)
            return
        one, other = self.local(aside), self.local(place)
        if one is not None and other is not None and _exchanged(one, other):
            self.remove(aside)
            return
        self.remove(old)
        self._renamed(place, old)
        self._renamed(aside, place)
        self.remove(old)

    def brought_back(self, place: str, old: str) -> None:
        """Where a run ended between the two steps: the old folder by its name."""
        if not self.exists(place) and self.exists(old):
            self._renamed(old, place)

    def _renamed(self, before: str, after: str) -> None:
        system, path = self._at(before)
        if not system.rename(path, self._at(after)[1]):
            raise OSError(f"{before} could not be given the name {after}")


def _exchanged(one: Path, other: Path) -> bool:
    """The two folders by each other's name, in one step of the kernel; False where it has none."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    answer: int = call(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE)
    return answer == 0

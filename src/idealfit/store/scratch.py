"""The folder aside where this process keeps what only it reads: of its owner alone, removed when the process ends."""

from __future__ import annotations

import atexit
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from idealfit.errors import Position, WriteFailed
from idealfit.store.place import is_left_by_a_dead_process

_NAME = re.compile(r"^idealfit-(\d+)-[0-9a-f]{16}$")


def scratch_root() -> Path:
    """Where the scratch folders of this process stand; it is made with the first of them."""
    return _root_of(os.getpid())


def make_scratch_folder() -> Path:
    """A new folder for passing files. Raises WriteFailed."""
    root = scratch_root()
    try:
        if not root.is_dir():
            _sweep(root.parent)
            root.mkdir(mode=0o700)
            atexit.register(shutil.rmtree, root, ignore_errors=True)
        return Path(tempfile.mkdtemp(dir=root))
    except OSError as problem:
        raise WriteFailed(
            f"No folder for passing files could be made ({problem.strerror})",
            where=Position(file=str(root)),
            remedy="Free space on that disk, or name another folder in the variable TMPDIR.",
        ) from None


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A new folder for as long as the block lasts; one that a killed process left is removed by the next process that
    makes one. Raises WriteFailed."""
    folder = make_scratch_folder()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@cache
def _root_of(pid: int) -> Path:
    return Path(tempfile.gettempdir()).resolve() / f"idealfit-{pid}-{secrets.token_hex(8)}"


def _sweep(folder: Path) -> None:
    """Remove what killed processes left behind."""
    for path in folder.glob("idealfit-*-*"):
        match = _NAME.match(path.name)
        if match and not path.is_symlink() and is_left_by_a_dead_process(path, int(match.group(1))):
            shutil.rmtree(path, ignore_errors=True)

"""Files that are worked out from a workspace's tables and can be thrown away: never a source, made when they are asked
for, named after what they are made from.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from idealfit.store.place import Place, aside_path, write_failure

FOLDER: Final = "cache"


def derived_path(place: Place, kind: str, made_from: Any, ending: str = ".sqlite") -> Path:
    """Where `derived` has its file, whether or not it is there."""
    stamp = hashlib.sha256(json.dumps(made_from).encode()).hexdigest()[:16]
    return place.root / FOLDER / f"{kind}-{stamp}{ending}"


def derived(place: Place, kind: str, made_from: Any, make: Callable[[Path], None], ending: str = ".sqlite") -> Path:
    """The file of a kind for what it is made from (anything that JSON can hold), made by `make(path)` if it is not
    there. Of older ones the newest stays: somebody may be reading it, in this process or another.

    Raises what `make` raises, and WriteFailed when the disk refuses.
    """
    target = derived_path(place, kind, made_from, ending)
    if target.is_file():
        return target
    aside = aside_path(target)
    try:
        target.parent.mkdir(exist_ok=True)
        make(aside)
        aside.replace(target)
    except OSError as problem:
        raise write_failure(target, problem) from problem
    finally:
        aside.unlink(missing_ok=True)
    others = sorted((one for one in _made(target.parent, f"{kind}-*{ending}") if one[1] != target), reverse=True)
    for _written, old in others[1:]:
        old.unlink(missing_ok=True)
    return target


def _made(folder: Path, names: str) -> list[tuple[int, Path]]:
    """The files that there are, with when each was made; another process may be removing one."""
    found = []
    for path in folder.glob(names):
        with contextlib.suppress(FileNotFoundError):
            found.append((path.stat().st_mtime_ns, path))
    return found

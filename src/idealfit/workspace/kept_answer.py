"""What a page shows of a whole workspace, kept beside it as JSON that can be thrown away: the next process that opens
the workspace reads it instead of the profile, the tables and the scores. It is named after all that it was made of.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter

import idealfit
from idealfit.errors import WriteFailed
from idealfit.store.derived import derived, derived_path
from idealfit.store.ledger import open_ledger
from idealfit.store.place import Place
from idealfit.store.sessions import now_utc

T = TypeVar("T")
FILES = ("*.yaml", "*.json", "*.csv", "*.parquet", "profiles/*", "tables/*", "tables")
RUNS = ("build", "score", "import")


def kept_answer(place: Place, name: str, shape: type[T], make: Callable[[], T]) -> T:
    """What `make` makes, or made before of the same files, runs and day. Nothing is kept that would not come back the
    same, or of files that somebody wrote meanwhile; what cannot be read is made anew. Raises what `make` raises.
    """
    made_of, adapter = _made_of(place), TypeAdapter(shape)
    path = derived_path(place, name, made_of, ".json")
    with suppress(OSError, ValueError):
        return adapter.validate_json(path.read_bytes())
    found = make()
    content = adapter.dump_json(found)
    with suppress(OSError, ValueError, WriteFailed):
        if adapter.validate_json(content) == found and _made_of(place) == made_of:
            path.unlink(missing_ok=True)
            derived(place, name, made_of, _writer(content), ".json")
    return found


def _writer(content: bytes) -> Callable[[Path], None]:
    def write(aside: Path) -> None:
        aside.write_bytes(content)

    return write


def _made_of(place: Place) -> list[Any]:
    """Every file that an overview could be made of, with its length and when it was written; what the ledger says of
    runs; the day, which findings may depend on.
    """
    found = sorted({path for pattern in FILES for path in place.root.glob(pattern)})
    files = []
    for path in found:
        with suppress(FileNotFoundError):
            known = path.stat()
            files.append([str(path.relative_to(place.root)), known.st_size, known.st_mtime_ns])
    ledger = open_ledger(place)
    runs = [[run.run_id for run in ledger.runs_of_kind(kind)] for kind in RUNS]
    return [_program(), now_utc().date().isoformat(), files, runs, sorted(ledger.current_snapshots().items())]


@cache
def _program() -> tuple[str, int]:
    """The version, and when its newest file was written: a checkout changes without a new number."""
    files = Path(idealfit.__file__).parent.rglob("*.py")
    return idealfit.__version__, max((path.stat().st_mtime_ns for path in files), default=0)

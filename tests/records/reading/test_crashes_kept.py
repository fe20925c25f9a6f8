from __future__ import annotations

from pathlib import Path

from idealfit.records.reading.confinement import Limits
from idealfit.records.reading.sandbox import InputFile, read_apart
from idealfit.store.engine import connect

KEPT = Path(__file__).parent / "crashes_kept"


def test_files_that_once_ended_their_reader_no_longer_do() -> None:
    paths = sorted(path for path in KEPT.iterdir() if path.suffix != ".md")
    files = [InputFile(path, path.name, path.stat().st_size) for path in paths]
    tables, unused = read_apart(connect(KEPT, threads=1), files, limits=Limits(seconds=10))
    told = {file.split("/")[0].split("#")[0] for file in [*(table.file for table in tables), *dict(unused)]}
    assert told == {path.name for path in paths}
    assert not [reason for _, reason in unused if "our fault" in reason or "its reader" in reason]

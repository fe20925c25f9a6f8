"""The child process that reads files: one order on its standard input, events line by line on its standard output.

    order   {"folder", "limits", "files": [{"index", "path", "file", "asked_for", "size"}], "seen", "skip", "first"}
    events  {"begin": index} {"inside": name} {"rows": number, "share": done} {"table": name}
            {"unused": [file, reason]} {"end": index, "seen": …}

Each table becomes `<name>.parquet` (all text, after the lines) and `<name>.json` (the rest of it) in the folder.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb

from idealfit.records.reading import pace
from idealfit.records.reading.confinement import DISK_IS_FULL, OUT_OF_MEMORY, Limits, allow_seconds, confine
from idealfit.records.reading.one_file import FileReader
from idealfit.records.reading.raw_table import RawTable, part_name, parts_of
from idealfit.store.engine import connect, literal, quote


def main() -> int:
    """Read the order, shut this process in, and carry the order out."""
    order = json.loads(sys.stdin.readline())
    folder, limits = Path(order["folder"]), Limits(**order["limits"])
    # What a library prints must not stand among the events.
    events = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)

    def say(**event: Any) -> None:
        events.write(json.dumps(event) + "\n")
        events.flush()

    inputs = [Path(entry["path"]) for entry in order["files"]]
    named = [path for path in inputs if _is_text(path)]
    con = connect(folder, memory=limits.engine, files=named)
    confine(limits, folder, inputs)
    seen = dict(order["seen"])
    number = int(order["first"])
    try:
        for entry in order["files"]:
            allow_seconds(limits.seconds_for(entry["size"]))
            say(begin=entry["index"])
            pace.listen(lambda rows, share: say(rows=rows, share=share))
            reader = FileReader(con, folder, seen=seen, skip=order["skip"], begin=lambda name: say(inside=name))
            reader.read(Path(entry["path"]), entry["file"], asked_for=entry["asked_for"])
            for table in reader.tables:
                number += 1
                _hand_over(con, folder, f"t{number}", table)
                say(table=f"t{number}")
            for unused in reader.unused:
                say(unused=unused)
            say(end=entry["index"], seen=seen)
    except (MemoryError, duckdb.OutOfMemoryException):
        return OUT_OF_MEMORY
    except (OSError, duckdb.IOException):
        return DISK_IS_FULL
    return 0


def _is_text(path: Path) -> bool:
    """Whether the engine can be given the path: names on Linux may be any bytes."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True


def _hand_over(con: duckdb.DuckDBPyConnection, folder: Path, name: str, table: RawTable) -> None:
    """Write the table for the parent, and forget it here. A wide one goes in parts: the engine holds a buffer for every
    column that it writes."""
    for number, columns in enumerate(parts_of(table.columns)):
        chosen = ", ".join(map(quote, columns))
        target = literal(str(folder / part_name(name, number)))
        con.execute(f"COPY (SELECT {chosen} FROM {quote(table.relation)}) TO {target} (FORMAT parquet)")
    con.execute(f"DROP TABLE {quote(table.relation)}")
    (folder / f"{name}.json").write_text(json.dumps(asdict(table)), encoding="ascii")


if __name__ == "__main__":
    # Without the farewells of an interpreter, which take longer than a small file.
    code = main()
    sys.stderr.flush()
    os._exit(code)

"""Feeds random and mutated files to the sandboxed reader, and keeps for ever whatever ends it or keeps it busy.

Usage: fuzz_readers.py [MINUTES] [--seed N]. Nightly: `python house/fuzz_readers.py 480`. Files go to the child in
batches, since it reads hundreds of small files a second and takes a fifth of a second to start; the seeds are files of
every kind that is read, and all kinds of pollution. A file is a find when its reader ended, failed ('our fault'), or
held the child for more than ten seconds. Finds are written to tests/records/reading/crashes_kept, whose files a test
replays. Exit code 1 when there was one.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import json
import random
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import xlsxwriter

from idealfit.records.reading.confinement import Limits
from idealfit.records.reading.sandbox import InputFile, read_apart
from idealfit.store.engine import connect, literal

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / "tests" / "records" / "reading" / "crashes_kept"
sys.path.insert(0, str(ROOT / "benchmarks"))

from polluted import pollute, tables  # noqa: E402 - it stands beside this folder

BATCH = 150
TOKENS = (
    b'"',
    b"'",
    b",",
    b";",
    b"\t",
    b"\n",
    b"\r",
    b"\r\n",
    b"\x00",
    b"\xff",
    b"\xfe",
    b"\\",
    b"=",
    b"{",
    b"[",
    b"]",
    b"}",
)
SIGNS = ("our fault", "its reader", "reading it takes", "reading it took", "is no table")


def seeds(folder: Path) -> list[tuple[str, bytes]]:
    """(ending, bytes) of well-formed files and of every kind of pollution."""
    found = [(".csv", each.data) for table in tables() for each in pollute(table)]
    rows = [{"id": str(n), "name": f"Firm {n}", "more": {"a": [1, None]}} for n in range(9)]
    found += [(".json", json.dumps(rows).encode()), (".jsonl", "\n".join(map(json.dumps, rows)).encode())]
    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as workbook:
        sheet = workbook.add_worksheet()
        for n in range(20):
            sheet.write_row(n, 0, [f"a{n}", n, n / 3, n % 2 == 0])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/b.csv", found[0][1])
    path = folder / "seed.parquet"
    connect(folder).execute(f"COPY (SELECT range AS id, [range] AS l FROM range(50)) TO {literal(str(path))}")
    found += [(".xlsx", book.getvalue()), (".zip", packed.getvalue()), (".csv.gz", gzip.compress(found[0][1]))]
    found += [(".parquet", path.read_bytes()), (".csv", b'a,"'), (".csv", b"")]
    found += [("".join(kept.suffixes), kept.read_bytes()) for kept in sorted(KEPT.glob("*")) if kept.suffix != ".md"]
    path.unlink()
    return found


def mutate(data: bytes, dice: random.Random) -> bytes:
    """`data` with one to eight things done to it."""
    changed = bytearray(data if dice.random() < 0.5 else data[: dice.randrange(1, 400)])
    for _ in range(dice.randrange(1, 9)):
        at = dice.randrange(len(changed) + 1)
        deed = dice.randrange(6)
        if deed == 0:
            changed[at:at] = dice.choice(TOKENS) * dice.choice((1, 1, 2, 3, 300))
        elif deed == 1:
            changed[at : at + dice.randrange(1, 40)] = b""
        elif deed == 2 and changed:
            changed[at % len(changed)] = dice.randrange(256)
        elif deed == 3:
            changed[at:at] = changed[: dice.randrange(200)]
        elif deed == 4:
            changed[at:at] = dice.randbytes(dice.randrange(1, 30))
        else:
            changed = changed[:at] if dice.random() < 0.3 else changed
    return bytes(changed)


def finds(folder: Path, files: list[InputFile]) -> dict[str, str]:
    """(file, what happened) of the files of a batch that a reader should have survived, and did not."""
    _, unused = read_apart(connect(folder, threads=1), files, limits=Limits(seconds=10, seconds_per_mb=10))
    told = {file: reason for file, reason in unused if any(sign in reason for sign in SIGNS)}
    return {file.split("/")[0].split("#")[0]: reason for file, reason in told.items()}


def main() -> int:
    """Fuzz until the time is over."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("minutes", nargs="?", type=float, default=2.0)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    chosen = parser.parse_args()
    dice = random.Random(chosen.seed)  # noqa: S311 - dice, not secrets
    until = time.monotonic() + 60 * chosen.minutes
    tried = kept = 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        known = seeds(folder)
        while time.monotonic() < until:
            files = []
            for number in range(BATCH):
                ending, data = dice.choice(known)
                path = folder / f"f{number}{ending}"
                path.write_bytes(mutate(data, dice))
                files.append(InputFile(path, path.name, path.stat().st_size))
            tried += BATCH
            for name, reason in finds(folder, files).items():
                kept += 1
                KEPT.mkdir(exist_ok=True)
                data = (folder / name).read_bytes()
                target = KEPT / f"{hashlib.sha256(data).hexdigest()[:12]}{''.join(Path(name).suffixes)}"
                target.write_bytes(data)
                print(f"{target.name}: {reason}", flush=True)
            for file in files:
                file.path.unlink(missing_ok=True)
    print(f"{tried:,} files in {chosen.minutes:g} minutes (seed {chosen.seed}): {kept} ended their reader")
    return 1 if kept else 0


if __name__ == "__main__":
    sys.exit(main())

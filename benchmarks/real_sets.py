"""Every set of real or published data built as it is: its verdict or the refusal, what was linked, and processor time.

    python benchmarks/real_sets.py [FOLDER_OF_SETS] [NAME ...]

FOLDER_OF_SETS is $IDEALFIT_REAL_DATA where it is not given. Every set is built by the command line in a process of its
own, without any mapping. A fault of ours (exit code 1) is shown as such, and makes the exit code of this program 1.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

_WIDTHS = (26, 26, 9, 9, 8, 10, 9, 7)
_HEADS = ("set", "verdict or refusal", "accounts", "deals", "linked", "ambiguous", "unknown", "CPU s")


def build(folder: Path, workspace: Path) -> tuple[int, dict[str, Any], float]:
    """Exit code, JSON answer and processor seconds of one build."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "idealfit", "build", str(folder), "--workspace", str(workspace), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    try:
        answer = json.loads(done.stdout)
    except json.JSONDecodeError:
        answer = {"error": {"code": "no JSON", "what": done.stderr[-200:]}}
    return done.returncode, answer, seconds


def line(name: str, code: int, answer: dict[str, Any], seconds: float) -> tuple[str, ...]:
    """One row of the table."""
    if "error" in answer:
        said = f"{'FAULT' if code == 1 else 'refused'} {answer['error']['code']}"
        return (name, said, "", "", "", "", "", f"{seconds:.1f}")
    report, evidence = answer["import"], answer["evidence"]
    tables, links = report["tables"], report["links"]
    linked, ambiguous, unknown = (sum(link[key] for link in links) for key in ("linked", "ambiguous", "unknown"))
    rows = [tables.get(table, {}).get("kept", 0) for table in ("accounts", "deals")]
    lost = any(each["read"] != each["kept"] + each["merged"] + each["rejected"] for each in tables.values())
    verdict = f"{evidence['verdict']} ({evidence['reach']})" + (" ROWS LOST" if lost else "")
    return (name, verdict, *(f"{number:,}" for number in (*rows, linked, ambiguous, unknown)), f"{seconds:.1f}")


def main(arguments: list[str]) -> int:
    """Print the table; 1 where a build failed by a fault of ours."""
    given = bool(arguments) and Path(arguments[0]).is_dir()
    root = Path(arguments[0] if given else os.environ.get("IDEALFIT_REAL_DATA", "../shared/data"))
    names = arguments[1:] if given else arguments
    if not root.is_dir():
        print(f"There is no folder of sets at {root}: give it, or set IDEALFIT_REAL_DATA.")
        return 2
    faults = 0
    print(_shown(_HEADS))
    for folder in sorted(path for path in root.iterdir() if path.is_dir() and (not names or path.name in names)):
        with tempfile.TemporaryDirectory() as workspace:
            code, answer, seconds = build(folder, Path(workspace) / "workspace")
        faults += code == 1
        print(_shown(line(folder.name, code, answer, seconds)), flush=True)
    return 1 if faults else 0


def _shown(cells: tuple[str, ...]) -> str:
    first = [cell.ljust(width) for cell, width in zip(cells[:2], _WIDTHS[:2], strict=True)]
    rest = [cell.rjust(width) for cell, width in zip(cells[2:], _WIDTHS[2:], strict=True)]
    return " ".join([*first, *rest]).rstrip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

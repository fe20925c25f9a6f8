"""Runs every test on two processes with branch coverage, checks the types beside them, holds the thresholds, and ends
with pytest's own last line.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MEASURED = [f"--cov=idealfit.{name}" for name in ("profile", "scores", "evidence", "patterns")]
"""Only what has a threshold is traced: tracing costs time at every line."""
PYTEST = ["-m", "pytest", "-n", "2", "--dist", "loadscope", *MEASURED, "--cov-branch", "--cov-report="]
THRESHOLD = 90
THRESHOLDS = {
    "the profile's language": "src/idealfit/profile/*.py",
    "scores": "src/idealfit/scores/*.py",
    "discovery": "src/idealfit/evidence/*.py,src/idealfit/patterns/*.py",
}
"""Where branches that no test takes would cost most: each group of files must reach `THRESHOLD` percent."""


def run_pytest(arguments: list[str]) -> tuple[int, str]:
    """Pytest's exit code and its last line; everything is passed on as it comes."""
    last = ""
    command = [sys.executable, *PYTEST, *arguments]
    # Many tests start the program anew; without bytecode on disk each of them compiles all of it, most of a second.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with subprocess.Popen(command, cwd=ROOT, env=kept, stdout=subprocess.PIPE, text=True, errors="replace") as process:
        for line in process.stdout or ():
            sys.stdout.write(line)
            sys.stdout.flush()
            last = line.strip() or last
    return process.returncode, last


def begin_types() -> subprocess.Popen[str]:
    """mypy with what the tests leave idle of the machine: alone it keeps one core waiting for more than a minute."""
    command = ["nice", "-n", "5", sys.executable, "-m", "mypy"]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def coverage_of(files: str) -> tuple[bool, str]:
    """Whether `files` (globs with commas) reach the threshold, and their line of the coverage table."""
    command = ["-m", "coverage", "report", f"--include={files}", f"--fail-under={THRESHOLD}", "--skip-covered"]
    done = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False)
    text = done.stdout + done.stderr
    total = next((line.split()[-1] for line in text.splitlines() if line.startswith("TOTAL")), "no data")
    return done.returncode == 0, total if done.returncode == 0 else f"{total}\n{text}"


def main(arguments: list[str]) -> int:
    """0 when every test passes and, unless only some were asked for, the types are right and every threshold holds."""
    if arguments:
        return run_pytest(arguments)[0]
    with begin_types() as types:
        code, last = run_pytest(arguments)
        print(types.communicate()[0], end="")
    if code != 0 or types.returncode != 0:
        print(last if code != 0 else f"the types are not right, though the tests passed: {last}")
        return code or types.returncode
    for name, files in THRESHOLDS.items():
        reached, text = coverage_of(files)
        print(f"coverage of {name}: {text} (at least {THRESHOLD}%)")
        code = code or (0 if reached else 1)
    print(last if code == 0 else f"coverage is too low, though the tests passed: {last}")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

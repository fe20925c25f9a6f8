"""Time and peak memory of one command, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Measured:
    """Wall-clock and processor seconds, and the most memory held at once (MB, children excluded)."""

    seconds: float
    processor_seconds: float
    peak_mb: float
    code: int


def measure(*arguments: str) -> Measured:
    """Runs `idealfit ARGUMENTS` and measures it from start to exit."""
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "idealfit", *arguments], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    # Linux counts ru_maxrss in kilobytes, macOS in bytes.
    peak = usage.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
    return Measured(seconds, usage.ru_utime + usage.ru_stime, peak, process.returncode)


def cpu_of(process: int) -> float:
    """Seconds of processor time of a process so far."""
    told = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")

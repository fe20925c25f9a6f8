"""What the reading child may still do: limits on memory, time and size, no network, no programs, one output folder.

The limits and the network are the system's (where it has them); the guard on opening files is Python's audit hook,
and the engine in the child is locked down by itself. What a system lacks is named by `missing_limits`.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OUT_OF_MEMORY, DISK_IS_FULL = 77, 78
"""Exit codes of a child that says why it cannot go on; a fresh one follows, since its memory is in pieces."""
_MB = 1 << 20
_NEW_NETWORK, _NEW_USERS = 0x40000000, 0x10000000
_DIE_WITH_PARENT, _NO_NEW_PRIVILEGES = 1, 38
_REFUSED = (
    *("socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.startfile"),
    *("os.kill", "pty.", "webbrowser.", "ftplib.", "http.", "urllib.", "smtplib."),
)
_CHANGING = {
    *("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.symlink", "os.link", "os.truncate", "os.chmod", "os.chown"),
    *("os.setxattr", "os.utime", "shutil.rmtree", "shutil.move", "shutil.copyfile"),
}


@dataclass(frozen=True)
class Limits:
    """What one file may take: bytes of address space, seconds of processor time, bytes written to one file."""

    memory: int = 2048 * _MB
    """1 GB for the reader, the rest for the engine, whose own cap is `engine`, and for the programs themselves."""
    engine: str = "512MB"
    seconds: float = 120
    seconds_per_mb: float = 1.0
    """For every MB of a file beyond `judged`, which the engine reads with explicit settings."""
    judged: int = 64 * _MB
    written: int = 8192 * _MB

    def seconds_for(self, size: int) -> int:
        """The processor time for a file of `size` bytes."""
        return int(self.seconds + self.seconds_per_mb * max(0, size - self.judged) / _MB) + 1


def missing_limits() -> str:
    """What this system cannot limit, as a note; '' where it can all."""
    if sys.platform == "win32":
        return "files were read in a process of their own, without limits on memory and time: Windows has none to set"
    return ""


def confine(limits: Limits, folder: Path, inputs: Iterable[Path]) -> None:
    """Shut this process in for the rest of its life: it may read `inputs`, and read and write in `folder`."""
    _limit(limits)
    _leave_network()
    sys.dont_write_bytecode = True
    _guard(folder, inputs)


def allow_seconds(seconds: int) -> None:
    """Let the processor time run for `seconds` from now; then the system ends the process."""
    if sys.platform == "win32":
        return
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    used = resource.getrusage(resource.RUSAGE_SELF)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds, most))


def _limit(limits: Limits) -> None:
    if sys.platform == "win32":
        return
    import resource

    # An interrupt reaches every process of the terminal; the parent decides, and ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for kind, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_FSIZE, limits.written),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(kind, (allowed, allowed))
        except (ValueError, OSError):  # macOS knows the limit on address space and does not set it
            continue


def _leave_network() -> None:
    """A network namespace with nothing in it, where the kernel lets us; and no privileges beyond those we have."""
    if sys.platform != "linux":
        return
    import ctypes

    system = ctypes.CDLL(None, use_errno=True)
    system.prctl(_DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
    system.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    if system.unshare(_NEW_NETWORK) != 0:
        system.unshare(_NEW_USERS | _NEW_NETWORK)


def _guard(folder: Path, inputs: Iterable[Path]) -> None:
    own = os.path.realpath(folder) + os.sep
    files = {os.path.realpath(path) for path in inputs}
    programs = tuple({os.path.realpath(path) + os.sep for path in (sys.prefix, sys.base_prefix, *sys.path) if path})

    def guard(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, mode, flags = arguments
            if isinstance(path, int):
                return
            real = os.path.realpath(os.fsdecode(path))
            writing = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) or (mode and set("wax+") & set(mode))
            if (real + os.sep).startswith(own) or (not writing and (real in files or real.startswith(programs))):
                return
            raise PermissionError(1, "the reader may not open this", str(path))
        if event in _CHANGING:
            for path in arguments:
                if isinstance(path, (str, bytes)) and not os.path.realpath(os.fsdecode(path)).startswith(own[:-1]):
                    raise PermissionError(1, "the reader may not change this", str(path))
        elif event.startswith(_REFUSED):
            raise PermissionError(1, f"the reader may not do this ({event})")

    sys.addaudithook(guard)

"""What every import and every workspace of a test process would make anew, made once in it: the process that reads
files, forked instead of started, and the empty ledger, copied instead of brought up step by step.

It is the program's own reader and the program's own ledger. The tests of both (`records/reading/test_sandbox.py`,
`store/test_ledger.py`) and all that runs in a process of its own have them as users have them.
"""

from __future__ import annotations

import array
import atexit
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from idealfit.records.reading import sandbox
from idealfit.store import ledger
from idealfit.store.place import Place

MIGRATE, SET_UP = ledger._migrate, ledger._set_up
FORKING = Path(__file__).with_name("forking_reader.py")
_LONGEST_ORDER = 1 << 20


class ForkedReader:
    """A reader of files as `subprocess.Popen` would give it, forked from one that has its libraries loaded."""

    _asking: socket.socket | None = None
    _turn = threading.RLock()

    def __init__(self, cwd: str | os.PathLike[str], env: Mapping[str, str]) -> None:
        theirs_in, ours_in = os.pipe()
        ours_out, theirs_out = os.pipe()
        self.stdin, self.stdout = os.fdopen(ours_in, "wb"), os.fdopen(ours_out, "rb")
        self.returncode: int | None = None
        with contextlib.ExitStack() as stack:
            stack.callback(os.close, theirs_in)
            stack.callback(os.close, theirs_out)
            self.pid = int(self._ask({"cwd": str(cwd), "env": dict(env)}, theirs_in, theirs_out))

    @classmethod
    def _ask(cls, order: Mapping[str, Any], *files: int) -> str:
        with cls._turn:
            if cls._asking is None:
                cls._asking, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                command = [sys.executable, "-P", str(FORKING), str(theirs.fileno())]
                forking = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
                theirs.close()
                atexit.register(cls._end, forking)
            told = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", files))] if files else []
            cls._asking.sendmsg([json.dumps(order).encode()], told)
            return cls._asking.recv(_LONGEST_ORDER).decode()

    @classmethod
    def _end(cls, forking: subprocess.Popen[bytes]) -> None:
        if cls._asking is not None:
            cls._asking.close()
        forking.wait()

    def kill(self) -> None:
        """It is nobody's number before `wait` has asked for its end."""
        if self.returncode is None:
            os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> int:
        with self._turn:
            if self.returncode is None:
                self.returncode = int(self._ask({"wait": self.pid}))
        return self.returncode


def read_by_forks() -> None:
    """From here on, this process reads files with forked readers."""

    def opened(command: Sequence[str], **settings: Any) -> ForkedReader | subprocess.Popen[bytes]:
        if command is sandbox.COMMAND:
            return ForkedReader(settings["cwd"], settings["env"])
        return subprocess.Popen(command, **settings)

    sandbox.subprocess = SimpleNamespace(**{**vars(subprocess), "Popen": opened})  # type: ignore[attr-defined, assignment]


def copy_ledgers() -> None:
    """From here on, a new workspace of this process begins with a copy of the empty ledger, and no ledger waits for the
    disk: whether it has really written cannot be seen as long as the machine runs."""
    made: list[Path] = []

    def begun(place: Place) -> None:
        if place.ledger.exists():
            return MIGRATE(place)
        if not made:
            folder = Path(tempfile.mkdtemp(prefix="idealfit-ledger-"))
            MIGRATE(Place(folder))
            made.append(Place(folder).ledger)
        aside = place.root / f".ledger.{os.getpid()}.tmp"
        shutil.copy(made[0], aside)
        try:
            os.link(aside, place.ledger)
        except FileExistsError:  # another process was first
            MIGRATE(place)
        finally:
            aside.unlink()

    def set_up_for_now(connection: Any, record: object) -> None:
        SET_UP(connection, record)
        connection.execute("PRAGMA synchronous = OFF").close()

    ledger._migrate, ledger._set_up = begun, set_up_for_now  # type: ignore[assignment]


def as_users_have_it(patch: pytest.MonkeyPatch) -> None:
    """Files are read by processes that are started, and ledgers made step by step, until `patch` is undone."""
    patch.setattr(sandbox, "subprocess", subprocess)
    patch.setattr(ledger, "_migrate", MIGRATE)
    patch.setattr(ledger, "_set_up", SET_UP)

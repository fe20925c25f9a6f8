"""A command at a pseudo-terminal, for tests of what is asked and typed there."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from typing import Self

PATIENCE = 600.0


class Terminal:
    """A command at a pseudo-terminal: what it has shown, and a person who types."""

    def __init__(self, *arguments: str) -> None:
        self.shown = ""
        self._ours, theirs = pty.openpty()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "idealfit", *arguments],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**os.environ, "COLUMNS": "120", "TERM": "xterm"},
            start_new_session=True,
        )
        os.close(theirs)

    def until(self, text: str) -> None:
        """Wait until `text` is shown, from what has not been waited for yet."""
        end = time.monotonic() + PATIENCE
        while text not in self.shown:
            assert time.monotonic() < end, self.shown
            if select.select([self._ours], [], [], 0.2)[0]:
                try:
                    self.shown += os.read(self._ours, 4096).decode("utf-8", "replace")
                except OSError:  # the other end is closed
                    break
        assert text in self.shown, self.shown
        self.shown = self.shown.partition(text)[2]

    def type(self, text: str) -> None:
        os.write(self._ours, text.encode())

    def ended(self) -> int:
        return self._process.wait(PATIENCE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_fault: object) -> None:
        # A test that has failed leaves nothing running behind, which would fail another one.
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(PATIENCE)
        os.close(self._ours)

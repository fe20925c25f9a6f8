"""What the command line prints and where: answers on stdout, progress and faults on stderr.

On a terminal there are tables and colour; in a pipe, with NO_COLOR's cousin TERM=dumb, or under `--json`, plain text
that other programs can read. `rich` is imported only when something is drawn on a terminal.
"""

from __future__ import annotations

import json as json_module
import os
import shutil
import sys
import textwrap
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass, is_dataclass
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Literal

from idealfit.workspace.waiting import WAITS

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

BAR_AFTER_SECONDS = 2.0


def is_terminal(stream: IO[Any]) -> bool:
    """Whether somebody looks at `stream` (a terminal that can draw), rather than a pipe or a file."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def can_ask() -> bool:
    """Whether a question would reach a person: both ends are terminals."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def as_json(value: object) -> str:
    """`value` as indented JSON; dataclasses, dates and paths are written as objects and text."""
    return json_module.dumps(value, indent=2, ensure_ascii=False, default=_plain)


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, tuple | set | frozenset):
        return list(value)
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json", by_alias=True)
    return str(value)


def aligned(headers: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """A table as plain lines: columns two blanks apart, numbers to the right, nothing cut."""
    texts = [[_cell(value) for value in row] for row in rows]
    widths = [max(len(header), *(len(row[i]) for row in texts), 0) for i, header in enumerate(headers)]
    right = [bool(rows) and all(_is_number(row[i]) for row in rows) for i in range(len(headers))]

    def line(cells: Sequence[str]) -> str:
        parts = (c.rjust(w) if r else c.ljust(w) for c, w, r in zip(cells, widths, right, strict=True))
        return "  ".join(parts).rstrip()

    return [line(headers), *(line(row) for row in texts)]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) or value is None


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return str(value)


@dataclass(frozen=True)
class Screen:
    """One command's way of answering. `json`: one document and nothing else on stdout; `quiet`: the first line only."""

    json: bool = False
    quiet: bool = False
    verbose: bool = False

    def headline(self, text: str, style: str = "bold") -> None:
        """The first line of the answer, printed even when `quiet`."""
        if not self.json:
            self._print(text, style)

    def line(self, text: str = "", style: str = "") -> None:
        """A line of the answer."""
        if not self.json and not self.quiet:
            self._print(text, style)

    def heading(self, text: str) -> None:
        """A blank line and the name of what follows."""
        self.line()
        self.line(text, "bold")

    def items(self, texts: Sequence[str]) -> None:
        """Each text as one item of a list; on a terminal its further lines stand under its first word."""
        width = shutil.get_terminal_size((80, 24)).columns if is_terminal(sys.stdout) else None
        for text in texts:
            lines = [text] if width is None else textwrap.wrap(text, max(width - 4, 20), break_long_words=False) or [""]
            self.line("\n    ".join([f"  - {lines[0]}", *lines[1:]]))

    def table(self, headers: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """A table: drawn on a terminal, aligned columns in a pipe."""
        if self.json or self.quiet or not rows:
            return
        if not is_terminal(sys.stdout):
            for line in aligned(headers, rows):
                self._print(f"  {line}", "")
            return
        from rich import box
        from rich.table import Table
        from rich.text import Text

        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
        for i, header in enumerate(headers):
            side: Literal["left", "right"] = "right" if all(_is_number(row[i]) for row in rows) else "left"
            table.add_column(header, justify=side, overflow="fold")
        for row in rows:
            table.add_row(*(Text(_cell(value)) for value in row))
        rich_console().print(table)

    def document(self, value: object) -> None:
        """The whole answer as JSON, when that was asked for."""
        if self.json:
            sys.stdout.write(as_json(value) + "\n")

    def _print(self, text: str, style: str) -> None:
        if is_terminal(sys.stdout):
            rich_console().print(text, style=style or None, markup=False, highlight=False, soft_wrap=False)
        else:
            sys.stdout.write(text + "\n")


def rich_console(*, stderr: bool = False) -> Console:
    """A console for the terminal; rich itself honours NO_COLOR."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False)


class ProgressBar:
    """A bar on stderr, drawn only on a terminal and only once the work has taken two seconds; that it waits for its
    turn, and for whom, is said wherever stderr goes.

    Called with what is being done and how much of it is (0 to 1), from the working thread.
    """

    def __init__(self, screen: Screen) -> None:
        self._quiet = screen.quiet
        self._wanted = is_terminal(sys.stderr) and not screen.quiet
        self._waits_for = ""
        self._timer: threading.Timer | None = None
        self._lock = threading.Lock()
        self._progress: Progress | None = None
        self._label, self._share = "starting", 0.0

    def __enter__(self) -> ProgressBar:
        self.resume()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.pause()

    def __call__(self, label: str, share: float) -> None:
        """`label` is being done; `share` of it is."""
        with self._lock:
            if label.startswith(WAITS):
                self._say(label.removeprefix(WAITS))
                label = "waiting"
            self._label, self._share = label, min(max(share, 0.0), 1.0)
            if self._progress is not None:
                self._progress.update(self._progress.task_ids[0], description=self._label, completed=self._share)

    def _say(self, turn: str) -> None:
        """Once for each that is waited for."""
        if turn == self._waits_for or self._quiet:
            return
        self._waits_for = turn
        line = f"Waiting: {turn}. This goes on when that has ended; Ctrl-C stops waiting, and nothing is changed."
        if self._progress is not None:
            self._progress.console.print(line, markup=False)
        else:
            sys.stderr.write(f"{line}\n")
            sys.stderr.flush()

    def resume(self) -> None:
        """Starts counting the two seconds (again)."""
        if self._wanted:
            self._timer = threading.Timer(BAR_AFTER_SECONDS, self._draw)
            self._timer.daemon = True
            self._timer.start()

    def pause(self) -> None:
        """Takes the bar off the screen, to ask something or because the work is over."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer.join()
            self._timer = None
        with self._lock:
            if self._progress is not None:
                self._progress.stop()
                self._progress = None

    def _draw(self) -> None:
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        with self._lock:
            columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
            self._progress = Progress(*columns, console=rich_console(stderr=True), transient=True)
            task = self._progress.add_task(self._label, total=1.0)
            self._progress.update(task, completed=self._share)
            self._progress.start()


def shown_path(path: Path) -> str:
    """`path` the way a person would type it here: relative to the current folder when it lies below it."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)

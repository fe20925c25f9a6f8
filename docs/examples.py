"""The commands and figures in the documentation: run, compared, and written anew.

A page's blocks are run from top to bottom in one empty folder. A block that begins with ```yaml file=NAME (or csv) is
written to that file. In a ```console block all that a command prints stands after its line `$ command`; in a ```python
block all that it prints stands after `>>> expression`: word for word (a long output is cut by the command itself, with
`head`). `python docs/examples.py` writes the outputs anew; a test compares.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGES = (
    "docs/start/tutorial.md",
    "docs/guide/python.md",
    "docs/guide/profile.md",
    "docs/guide/versions.md",
    "docs/guide/scores.md",
    "docs/guide/questions.md",
)
BLOCK = re.compile(
    r"^```(console|python|(?:yaml|csv) file=(?P<file>[\w.]+))\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)


def run_console(text: str, folder: Path) -> str:
    """`text` with the output of each command as it is now."""
    # The program of this environment comes first, as it does for somebody who has just installed it.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "COLUMNS": "100", "NO_COLOR": "1"}
    shown = []
    for line in text.splitlines():
        if line.startswith("$ "):
            command = ["sh", "-c", line[2:]]
            done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
            shown += [line, *done.stdout.splitlines(), *done.stderr.splitlines()]
    return "".join(f"{line}\n" for line in shown)


def run_python(text: str, names: dict[str, Any]) -> str:
    """`text` with the output of each expression as it is now; `names` are those defined so far."""
    shown = []
    for example in doctest.DocTestParser().get_examples(text):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(example.source, "<documentation>", "single"), names)  # noqa: S102 our own pages
        first, *rest = example.source.splitlines()
        shown += [f">>> {first}", *(f"... {line}" for line in rest), *printed.getvalue().splitlines()]
    return "".join(f"{line}\n" for line in shown)


def as_it_is_now(page: str, folder: Path) -> str:
    """`page` with every block run in `folder`, its outputs as they are now."""
    names: dict[str, Any] = {"__name__": "__main__"}

    def run(match: re.Match[str]) -> str:
        kind, text = match[1], match["text"]
        if match["file"]:
            (folder / match["file"]).write_text(text, encoding="utf-8")
            return match[0]
        if kind == "console":
            return f"```console\n{run_console(text, folder)}```"
        with contextlib.chdir(folder):
            return f"```python\n{run_python(text, names)}```"

    return BLOCK.sub(run, page)


def main() -> None:
    """Writes the outputs of every page anew."""
    for name in PAGES:
        page = ROOT / name
        with tempfile.TemporaryDirectory() as folder:
            page.write_text(as_it_is_now(page.read_text(encoding="utf-8"), Path(folder)), encoding="utf-8")
        print(name)


if __name__ == "__main__":
    main()

"""What pages are answered from, made in a process of its own where there is much of it: pages are answered meanwhile.

It is run as `python -m idealfit.frontends.web.aside list WORKSPACE`, and prints how much of the file is made. What it
leaves is found by whoever needs it; where it fails, they make the file themselves, and tell what is wrong.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal, TypeAlias

What: TypeAlias = Literal["list", "companies", "figures"]
MUCH: Final = 3_000_000
"""Bytes of a workspace's tables, some 50,000 accounts: below, another process would take longer to start."""
_POLITE: Final = 10
"""How far it stands back behind whoever answers pages."""


def made_aside(what: What, workspace: Path, tell: Callable[[float], None] = lambda _share: None) -> None:
    """Make a file that pages are answered from, and wait for it; `tell` is told how much of it is made, from 0 to 1."""
    if not is_much(workspace):
        return
    command = [sys.executable, "-m", __name__, what, str(workspace)]
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with contextlib.suppress(OSError), subprocess.Popen(command, text=True, **streams) as child:  # type: ignore[call-overload] # noqa: S603 - this program itself
        for line in child.stdout:
            with contextlib.suppress(ValueError):
                tell(float(line))


def is_much(workspace: Path) -> bool:
    """Whether the tables of a workspace are so large that what is made of them takes long."""
    with contextlib.suppress(OSError):
        return sum(one.stat().st_size for one in (workspace / "tables").iterdir()) > MUCH
    return False


def main() -> None:
    """The other process."""
    from idealfit.inbound.company_index import company_index
    from idealfit.workspace.entering import door_of
    from idealfit.workspace.list_making import make_list
    from idealfit.workspace.printing import page_in

    what, workspace = sys.argv[1:]
    if hasattr(os, "nice"):
        os.nice(_POLITE)
    place = door_of(Path(workspace)).place
    if what == "list":
        make_list(place, _told)
    elif what == "companies":
        company_index(place)
    else:
        page_in(place.root)


def _told(share: float) -> None:
    sys.stdout.write(f"{share}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

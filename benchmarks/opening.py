"""How soon `idealfit serve` shows a page: from the command to the first one whole, and each other page asked for first.

    python benchmarks/opening.py WORKSPACE [--times 3] [--warm]

WORKSPACE is a built one, such as the demo's; it is copied without what is worked out from it (`cache/`), anew for each
start; with `--warm`, one start goes before that nobody counts, and leaves that there. The package is compiled first, as
pip does when it installs it. Each start has one visitor, who follows the link, which ends on the overview, or in an
empty folder on the first page, and then opens one other page. Printed, the median and each start: seconds from the
command to the link, and to the first page; for the others from asking for it at once to having it; and beside them the
seconds of processor time of the server meanwhile, with whatever else it did. The first page has 2 s from the command.
"""

from __future__ import annotations

import argparse
import compileall
import http.client
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import idealfit
from measure import cpu_of

PAGES = ("/accounts", "/thirty-seconds", "/profile", "/evidence", "/data", "/charts")
LIMIT = 2.0


@dataclass(frozen=True)
class Opening:
    """One start: seconds until the link was printed; then for each page asked for one after the other (the first one
    from the command on) seconds until it was there, and of the server's processor time meanwhile.
    """

    link: float
    pages: tuple[tuple[float, float], ...]


class Visitor:
    """A browser that follows one link: it keeps the cookie, goes where it is sent, and asks for nothing else."""

    def __init__(self, link: str) -> None:
        found = urlsplit(link)
        self._connection = http.client.HTTPConnection(found.netloc, timeout=120)
        self._cookie = ""
        self.get(f"{found.path}?{found.query}")

    def get(self, path: str) -> bytes:
        """What lies at `path` in the end."""
        self._connection.request("GET", path, headers={"cookie": self._cookie})
        answer = self._connection.getresponse()
        body = answer.read()
        if given := answer.getheader("set-cookie"):
            self._cookie = given.partition(";")[0]
        if answer.status == http.client.SEE_OTHER:
            return self.get(answer.getheader("location") or "/")
        if answer.status != http.client.OK:
            raise SystemExit(f"{path} was answered with {answer.status}")
        return body


def opened(workspace: Path, *paths: str) -> Opening:
    """Starts a server, follows its link, and asks for these pages."""
    command = [sys.executable, "-m", "idealfit", "serve", str(workspace), "--port", "0", "--no-browser"]
    begun = time.perf_counter()
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        link = (server.stdout.readline() if server.stdout is not None else "").split()[-1]
        printed = time.perf_counter() - begun
        visitor = Visitor(link)
        found = [(time.perf_counter() - begun, cpu_of(server.pid))]
        for path in paths:
            begun, worked = time.perf_counter(), cpu_of(server.pid)
            visitor.get(path)
            found.append((time.perf_counter() - begun, cpu_of(server.pid) - worked))
        return Opening(printed, tuple(found))
    finally:
        server.kill()
        server.wait()


def told(name: str, openings: list[Opening], link: str = "") -> float:
    """Prints a line about the last page of each start; the median of the seconds until it was there."""
    pages = [one.pages[-1] for one in openings]
    seconds, processor = (statistics.median(one[at] for one in pages) for at in (0, 1))
    every = "  ".join(f"{one:.2f}/{worked:.2f}" for one, worked in pages)
    print(f"{name:<24}{link:>8}{seconds:>8.2f}{processor:>11.2f}   {every}")
    return seconds


def first(name: str, openings: list[Opening]) -> float:
    """The same with when the link was printed."""
    return told(name, openings, f"{statistics.median(one.link for one in openings):.2f}")


def main() -> int:
    """Prints the table; 1 where a first page takes more than the limit."""
    parser = argparse.ArgumentParser()
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--warm", action="store_true", help="with what an earlier start left in cache/")
    asked = parser.parse_args()
    compileall.compile_dir(Path(idealfit.__file__).parent, quiet=2)
    print(f"{'page':<24}{'link s':>8}{'page s':>8}{'processor':>11}   each start, page/processor")
    with tempfile.TemporaryDirectory() as folder:
        here, empty = Path(folder) / "w", Path(folder) / "empty"

        def again(*paths: str) -> Opening:
            if not (asked.warm and here.is_dir()):
                shutil.rmtree(here, ignore_errors=True)
                shutil.copytree(asked.workspace, here, ignore=shutil.ignore_patterns("cache"))
            return opened(here, *paths)

        def of_nothing() -> Opening:
            shutil.rmtree(empty, ignore_errors=True)
            empty.mkdir()
            return opened(empty)

        if asked.warm:
            again()
        times = range(asked.times)
        slowest = max(
            first("an empty folder", [of_nothing() for _ in times]), first("the overview", [again() for _ in times])
        )
        for path in PAGES:
            told(path, [again(path) for _ in times])
    return int(slowest > LIMIT)


if __name__ == "__main__":
    sys.exit(main())

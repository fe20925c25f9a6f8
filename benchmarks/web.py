"""How fast the list of accounts answers ten people: searched, filtered and sorted, as whole pages over HTTP.

    python benchmarks/web.py WORKSPACE [--accounts 100000] [--people 10] [--seconds 30]

WORKSPACE is a built one; it is copied, and its accounts are repeated under other ids and names until there are as many
as asked for. Each person asks for a page a second, another one each time; what a page took is counted from when it was
due. Printed: how long making the list took and how large it is, then for each kind of page how many were asked for, the
median, the 99th percentile and the worst in milliseconds. At 100,000 accounts at most 150 ms at the 99th percentile; at
a million 200 ms for sorting and filtering and 500 ms for a search, at the 95th, once each was asked for before.
"""

from __future__ import annotations

import argparse
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from threading import local

import duckdb

from idealfit.workspace.entering import door_of
from idealfit.workspace.list_making import make_list

KINDS = {
    "first page": ["/accounts"],
    "sorted": [f"/accounts?sort={sign}{name}" for sign in ("", "-") for name in ("fit", "timing", "name", "employees")],
    "filtered": [
        "/accounts?is.tier=A&is.timing_band=now",
        "/accounts?is.tier=B&min.employees=50&max.employees=500",
        "/accounts?is.country=Germany&is.tier=A&is.tier=B&sort=-fit",
        "/accounts?min.fit=40&max.fit=70&plane=yes",
    ],
    "searched": [f"/accounts?q={word}" for word in ("health", "soft", "ab", "example", "gmbh", "nobody has this")],
    "further on": [f"/accounts?page={number}" for number in (2, 40, 1900)],
}
ours = local()


def enlarged(workspace: Path, folder: Path, wanted: int) -> Path:
    """A copy of the workspace with so many accounts."""
    made = shutil.copytree(workspace, folder / "workspace", ignore=shutil.ignore_patterns("cache"))
    with duckdb.connect() as con:
        scores, tables = made / "scores.parquet", list((made / "snapshots" / "accounts").glob("*.parquet"))
        count = con.execute(f"SELECT count(*) FROM '{scores}' WHERE duplicate_of IS NULL").fetchall()[0][0]
        times = -(-wanted // count)
        own = "CASE WHEN r = 0 THEN {0} ELSE {0} || ' ' || r END"
        again = f"CROSS JOIN range({times}) AS more(r)"
        for path in (scores, *tables):
            columns = {row[0] for row in con.execute(f"DESCRIBE SELECT * FROM '{path}'").fetchall()}
            changed = ", ".join(
                f"{own.format(name)} AS {name}" for name in ("account_id", "name", "duplicate_of") if name in columns
            )
            aside = path.with_suffix(".aside")
            con.execute(
                f"COPY (SELECT * EXCLUDE (r) REPLACE ({changed}) FROM '{path}' {again}) TO '{aside}' (FORMAT parquet)"
            )
            aside.replace(path)
    return made


def ask(port: int, cookie: str, address: str, due: float) -> float:
    """The seconds from `due` to the whole page."""
    time.sleep(max(0.0, due - time.perf_counter()))
    if not hasattr(ours, "connection"):
        ours.connection = HTTPConnection("127.0.0.1", port)
    ours.connection.request("GET", address.replace(" ", "+"), headers={"cookie": cookie})
    answer = ours.connection.getresponse()
    answer.read()
    if answer.status not in (200, 303):
        raise RuntimeError(f"{answer.status} at {address}")
    return time.perf_counter() - due


def measured(workspace: Path, people: int, seconds: int) -> dict[str, list[float]]:
    """Kind of page → what each took, in seconds."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "idealfit",
        "serve",
        str(workspace),
        "--port",
        str(port),
        "--no-browser",
        "--quiet",
    ]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        begun = time.perf_counter()
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.02)
        print(f"answering after {time.perf_counter() - begun:.1f} s")
        connection = HTTPConnection("127.0.0.1", port)
        connection.request("GET", f"/enter?key={door_of(workspace).link()}")
        cookie = str(connection.getresponse().headers["set-cookie"]).partition(";")[0]
        pages = [(kind, address) for kind, addresses in KINDS.items() for address in addresses]
        for _kind, address in pages:  # once, so that what follows is warm
            ask(port, cookie, address, time.perf_counter())
        chance = random.Random(1)  # noqa: S311 - no secret
        took: dict[str, list[float]] = {kind: [] for kind in KINDS}
        with ThreadPoolExecutor(people) as several:
            start = time.perf_counter() + 0.5
            plan = [(chance.choice(pages), start + at / people) for at in range(people * seconds)]
            answers = [(kind, several.submit(ask, port, cookie, address, due)) for (kind, address), due in plan]
            for kind, answer in answers:
                took[kind].append(answer.result())
        return took
    finally:
        server.terminate()
        server.wait()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--people", type=int, default=10)
    parser.add_argument("--seconds", type=int, default=30)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        workspace = enlarged(asked.workspace, Path(folder), asked.accounts)
        begun, worked = time.perf_counter(), time.process_time()
        path = make_list(door_of(workspace).place)
        took, worked = time.perf_counter() - begun, time.process_time() - worked
        print(f"list made in {took:.1f} s ({worked:.1f} s of CPU), {path.stat().st_size / 1e6:,.0f} MB")
        print(f"{'page':<12} {'asked':>6} {'median':>8} {'p95':>8} {'p99':>8} {'worst':>8}  ms")
        found = measured(workspace, asked.people, asked.seconds)
        for kind, each in {**found, "all": [one for those in found.values() for one in those]}.items():
            cuts = statistics.quantiles(each, n=100)
            figures = [1000 * one for one in (statistics.median(each), cuts[94], cuts[98], max(each))]
            print(f"{kind:<12} {len(each):>6} " + " ".join(f"{figure:>8.1f}" for figure in figures))


if __name__ == "__main__":
    main()

"""How fast `idealfit serve` answers leads: 150 a second over HTTP, the server on one core, the client on another.

    python benchmarks/serving.py [--workspace W] [--rate 150] [--seconds 20]

Without a workspace a made-up company of 2,400 deals is built first. One half of the leads are companies of the records
(by domain), one half are unknown ones with a form's five fields. Each is sent at its time whether or not those before
it were answered; what it took is counted from that time, so that waiting in a queue counts. Columns: how many leads a
second were answered, the median, the 99th percentile and the worst in milliseconds, the server's CPU per lead, errors.
At most 25 ms at the 99th percentile.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from threading import local
from typing import Any

import duckdb

from measure import cpu_of

LIMIT_MS = 25.0
FORM: dict[str, Any] = {"industry": "Software", "country": "Germany", "tech": ["HubSpot"], "founded_year": 2012}
ours = local()


def leads(workspace: Path, count: int) -> list[bytes]:
    with duckdb.connect() as con:
        found = con.execute(
            f"SELECT domain FROM '{workspace}/tables/accounts.parquet' WHERE domain IS NOT NULL "
            f"AND duplicate_of IS NULL ORDER BY hash(account_id) LIMIT {count}"
        ).fetchall()
    made = []
    for number in range(count):
        if number % 2 and found:
            made.append({"domain": found[number % len(found)][0]})
        else:
            made.append({"name": f"Nobody {number}", "attributes": FORM | {"employees": str(10 + 7 * number % 900)}})
    return [json.dumps(lead).encode() for lead in made]


def ask(port: int, body: bytes, due: float) -> tuple[float, bool]:
    """The seconds from `due` to the answer, and whether it was one."""
    delay = due - time.perf_counter()
    if delay > 0:
        time.sleep(delay)
    if not hasattr(ours, "connection"):
        ours.connection = HTTPConnection("127.0.0.1", port)
    ours.connection.request("POST", "/api/v1/score", body, {"content-type": "application/json"})
    answer = ours.connection.getresponse()
    answer.read()
    return time.perf_counter() - due, answer.status == 200


def main() -> int:
    """Prints the table; 1 when the limit is broken."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--workspace", type=Path)
    options.add_argument("--rate", type=int, default=150)
    options.add_argument("--seconds", type=int, default=20)
    asked = options.parse_args()
    program = [sys.executable, "-m", "idealfit"]
    with tempfile.TemporaryDirectory() as folder:
        workspace = asked.workspace
        if workspace is None:
            subprocess.run([*program, "demo", f"{folder}/demo", "--quiet"], check=True)
            workspace = Path(folder) / "demo" / "idealfit"
        with subprocess.Popen(
            [*program, "serve", str(workspace), "--port", "0"], stdout=subprocess.PIPE, text=True
        ) as server:
            line = (server.stdout or sys.stdin).readline()
            port = int(line.split("127.0.0.1:")[1].partition("/")[0])
            cores = sorted(os.sched_getaffinity(0))
            os.sched_setaffinity(server.pid, cores[-1:])
            os.sched_setaffinity(0, cores[:1])
            bodies = leads(workspace, asked.rate * asked.seconds)
            ask(port, bodies[0], time.perf_counter())  # the records are read
            for body in bodies[:200]:
                ask(port, body, time.perf_counter())
            before, start = cpu_of(server.pid), time.perf_counter() + 0.2
            with ThreadPoolExecutor(16) as several:
                due = [start + number / asked.rate for number in range(len(bodies))]
                done = list(several.map(ask, [port] * len(bodies), bodies, due))
            took = time.perf_counter() - start
            cpu = (cpu_of(server.pid) - before) / len(bodies)
            server.terminate()
    times = sorted(1000 * seconds for seconds, _well in done)
    p99 = times[int(0.99 * len(times))]
    print(f"{'answered a second':>18}{'median ms':>11}{'p99 ms':>9}{'worst ms':>10}{'CPU ms':>8}{'errors':>8}")
    errors = sum(not well for _seconds, well in done)
    figures = (len(done) / took, statistics.median(times), p99, times[-1], 1000 * cpu, errors)
    print("{:18.0f}{:11.1f}{:9.1f}{:10.1f}{:8.2f}{:8}".format(*figures))
    return int(p99 > LIMIT_MS or errors > 0)


if __name__ == "__main__":
    sys.exit(main())

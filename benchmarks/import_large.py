"""`idealfit import` of 1 million accounts and 3 million deals, beside DuckDB's plain reading and Splink run by hand.

At most 25 minutes and 8 GB on two cores, and no worse than n log n over three sizes. `--accounts 100000` tries less.
"""

from __future__ import annotations

import argparse
import importlib.util
import math
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from large_export import write_export

MINUTES, GIGABYTES = 25, 8
_IMPORT = """
import sys, time
from pathlib import Path
from idealfit.workspace.importing import import_records
begun = time.perf_counter()
def told(what, share):
    print(f"{time.perf_counter() - begun:.1f} {what}", file=sys.stderr, flush=True)
report = import_records(Path(sys.argv[1]), Path(sys.argv[2]), progress=told)
assert all(each.read == each.kept + each.merged + each.rejected for each in report.tables.values())
assert not report.unused and {'accounts', 'deals'} <= set(report.tables), report.unused
"""
_DUCKDB = """
import duckdb, sys
con = duckdb.connect()
for name in ("accounts", "deals"):
    con.execute(f"CREATE TABLE {name} AS SELECT * FROM read_csv('{sys.argv[1]}/{name}.csv')")
"""
_SPLINK = """
import logging, sys
import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
logging.disable(logging.CRITICAL)
con = duckdb.connect()
con.execute(
    "CREATE TABLE companies AS SELECT \\"Company ID\\" AS unique_id, lower(\\"Company name\\") AS name, "
    "lower(split_part(\\"Company name\\", ' ', 1)) AS word, "
    "regexp_extract(lower(\\"Company Domain Name\\"), '([a-z0-9]+[.]com)') AS domain, \\"Country/Region\\" AS country "
    f"FROM read_csv('{sys.argv[1]}/accounts.csv')"
)
settings = SettingsCreator(
    link_type="dedupe_only",
    blocking_rules_to_generate_predictions=[block_on("domain"), block_on("word", "country")],
    comparisons=[cl.JaroWinklerAtThresholds("name"), cl.ExactMatch("domain"), cl.ExactMatch("country")],
)
linker = Linker(DuckDBAPI(con).register("companies"), settings, log_level=logging.CRITICAL)
linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
linker.training.estimate_parameters_using_expectation_maximisation(block_on("domain"))
linker.inference.predict(threshold_match_probability=0.9)
"""


@dataclass(frozen=True)
class Run:
    """One child process: wall-clock and processor seconds, the most memory held (its children apart), what it said."""

    seconds: float
    processor: float
    peak_gb: float
    code: int
    said: str


def run(code: str, *arguments: str) -> Run:
    """Runs Python code in a process of its own and measures it from start to exit."""
    begun = time.perf_counter()
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen([sys.executable, "-c", code, *arguments], stdout=subprocess.DEVNULL, stderr=said)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        text = said.read()
    peak = usage.ru_maxrss / (1024**3 if sys.platform == "darwin" else 1024**2)
    return Run(seconds, usage.ru_utime + usage.ru_stime, peak, process.returncode, text)


def print_stages(said: str) -> None:
    """How long each stage took, from what the import told of its progress."""
    marks = [line.split(" ", 1) for line in said.splitlines() if line.split(" ", 1)[0].replace(".", "", 1).isdigit()]
    for (start, what), (end, _) in pairwise(marks):
        if float(end) - float(start) >= 1:
            print(f"{'':12}{what:24}{float(end) - float(start):10.1f}")


def main() -> int:
    """Prints the table; 1 when a limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=1_000_000, help="the largest size; three deals an account")
    parser.add_argument("--once", action="store_true", help="the largest size only")
    chosen = parser.parse_args()
    sizes = [chosen.accounts] if chosen.once else [chosen.accounts // 10, chosen.accounts // 3, chosen.accounts]
    with_splink = importlib.util.find_spec("splink") is not None
    print(f"{'accounts':>12}{'what':>24}{'seconds':>10}{'processor':>11}{'peak GB':>9}{'of DuckDB':>11}{'exit':>6}")
    taken: list[tuple[int, Run]] = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch) / "export"
            write_export(folder, size, 3 * size)
            plain = run(_DUCKDB, str(folder))
            ours = run(_IMPORT, str(folder), str(Path(scratch) / "workspace"))
            peers = [("DuckDB read_csv", plain), ("idealfit import", ours)]
            if with_splink:
                peers.append(("Splink by hand", run(_SPLINK, str(folder))))
            for what, one in peers:
                ratio = one.seconds / plain.seconds
                row = f"{one.seconds:10.1f}{one.processor:11.1f}{one.peak_gb:9.2f}{ratio:11.1f}{one.code:6}"
                print(f"{size:12,}{what:>24}{row}", flush=True)
            print_stages(ours.said)
            if any(one.code for _, one in peers):
                print(next(one.said for _, one in peers if one.code)[-2000:])
            taken.append((size, ours))
    if not with_splink:
        print("Splink by hand: 1 measurement not taken: the extra is not installed")
    steep = False
    for (small, first), (large, second) in pairwise(taken):
        power = math.log(second.processor / first.processor) / math.log(large / small)
        allowed = math.log(large * math.log(large) / (small * math.log(small))) / math.log(large / small)
        # a tenth for what a shared machine adds
        steep = steep or power > allowed + 0.1
        print(f"from {small:,} to {large:,} accounts: processor time grows as n^{power:.2f} (n log n: n^{allowed:.2f})")
    last = taken[-1][1]
    print(f"{'limit':>36}{60 * MINUTES:10}{'':11}{GIGABYTES:9}{'':11}{0:6}")
    return int(last.code != 0 or last.seconds > 60 * MINUTES or last.peak_gb > GIGABYTES or steep)


if __name__ == "__main__":
    sys.exit(main())

"""What scoring costs: `idealfit score` beside hand-written SQL, a bare scan, pandas, polars, scikit-learn and rules.

    python benchmarks/scoring.py [--accounts 1000000,3000000,10000000] [--peers 100000] [--to folder]

20 criteria in 5 layers, exclusions, event windows over three events an account, sub-scores and the top three reasons
(`--top 3`). Every way runs in a process of its own, with two threads, on the same Parquet files, one after the other.
Columns: CPU seconds (user + system), what of it was writing the result (measured by copying the finished file, so a
little too much: reading it is in it; not told of all reasons, where reading them back is most of it), the rest as
multiples of the bare scan and of the hand-written SQL, seconds a million accounts, peak memory. `scan` reads every
value of the columns that the profile reads; `hand SQL` computes the total score only, and must give the same total as
ours for every account; `delta` scores anew what 1 % changed accounts ask for; `3 motions` scores by three profiles at
once. The peers are written as their users would, and do as many accounts as they can in a bearable time (`--peers`).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from scoring_peers import PEERS
from scoring_world import AS_OF, OTHER_PROFILES, PROFILE, hand_sql, scan_sql, write_world

_HEAD = """
import json, resource, sys, time
from datetime import date
from pathlib import Path
folder, out = Path(sys.argv[1]), Path(sys.argv[2])
day = date(2026, 6, 30)
def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
def told(writing=0.0):
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"cpu": cpu(), "writing": writing, "mb": megabytes}))
"""
_DUCKDB = """
import duckdb
con = duckdb.connect()
con.execute("SET threads = 2; SET memory_limit = '1GB'; SET enable_progress_bar = false")
for name in ("accounts", "events"):
    con.execute(f"CREATE VIEW {name} AS FROM read_parquet('{folder}/{name}.parquet')")
con.execute(Path(sys.argv[3]).read_text())
"""
_WRITING = """
import duckdb
def writing(path):
    con = duckdb.connect()
    con.execute("SET threads = 2; SET memory_limit = '1GB'; SET enable_progress_bar = false")
    begun = cpu()
    con.execute(f"COPY (FROM read_parquet('{path}')) TO '{path}.again' (FORMAT parquet, COMPRESSION zstd)")
    Path(f"{path}.again").unlink()
    return cpu() - begun
"""
_OURS = """
from idealfit.workspace.scoring import score
begun = cpu()
score(folder / "profile.yaml", folder / "workspace", to=out / "ours.parquet", as_of=day, top=3)
"""
_ALL_REASONS = """
from idealfit.workspace.scoring import score
score(folder / "profile.yaml", folder / "workspace", to=out / "reasons.parquet", as_of=day)
"""
_DELTA = """
from idealfit.workspace.rescoring import rescore
rescore(folder / "profile.yaml", folder / "workspace", since=out / "ours.parquet", changed=[folder / "changed.parquet"],
        to=out / "delta.parquet", as_of=day)
"""
_MOTIONS = """
from idealfit.workspace.scoring import score
score(folder / "profiles", folder / "workspace", as_of=day)
"""
_ONE_MOTION = """
from idealfit.workspace.scoring import score
score(folder / "profile.yaml", folder / "workspace", as_of=day)
"""
SLOW = {"rule-engine"}
"""These get a tenth of the accounts of the other peers."""
WAYS = {
    "scan": (_DUCKDB, None),
    "hand SQL": (_DUCKDB, None),
    "idealfit": (_OURS, "ours.parquet"),
    "  all reasons": (_ALL_REASONS, None),
    "  delta of 1 %": (_DELTA, "delta.parquet"),
    "  1 motion, told": (_ONE_MOTION, None),
    "  3 motions, told": (_MOTIONS, None),
}


def workspace(folder: Path) -> None:
    """A workspace whose tables are those of `folder`, the profiles, and which accounts changed."""
    import duckdb

    from idealfit.store.engine import connect
    from idealfit.store.place import open_place
    from idealfit.store.snapshots import publish_tables

    (folder / "profile.yaml").write_text(PROFILE, encoding="utf-8")
    (folder / "profiles").mkdir(exist_ok=True)
    for name, text in {"mid-market": PROFILE, **OTHER_PROFILES}.items():
        (folder / "profiles" / f"{name}.yaml").write_text(f"motion: {name}\n{text}", encoding="utf-8")
    if not (folder / "changed.parquet").is_file():
        with duckdb.connect() as con:
            con.execute(
                f"COPY (SELECT account_id FROM '{folder}/accounts.parquet' WHERE hash(account_id) % 100 = 0) "
                f"TO '{folder}/changed.parquet' (FORMAT parquet)"
            )
    if not (folder / "workspace").is_dir():
        place, con = open_place(folder / "workspace", create=True), connect(folder)
        tables = {name: f"SELECT * FROM read_parquet('{folder}/{name}.parquet')" for name in ("accounts", "events")}
        publish_tables(place, con, tables, kind="import", command="import", as_of=AS_OF, summary={})
        con.close()


def measured(script: str, folder: Path, out: Path, *more: str, python: str = sys.executable) -> dict[str, float]:
    done = subprocess.run(
        [python, "-c", _HEAD + script, str(folder), str(out), *more],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "POLARS_MAX_THREADS": "2"},
    )
    if done.returncode:
        return {"cpu": float("nan"), "writing": 0.0, "mb": float("nan"), "error": done.stderr.strip()[-200:]}  # type: ignore[dict-item]
    return dict(json.loads(next(line for line in done.stdout.splitlines() if line.startswith('{"cpu"'))))


def same_total(folder: Path, out: Path) -> int:
    """How many accounts have another total by the hand-written SQL than by ours."""
    import duckdb

    with duckdb.connect() as con:
        con.execute("SET memory_limit = '2GB'")
        for name in ("accounts", "events"):
            con.execute(f"CREATE VIEW {name} AS FROM read_parquet('{folder}/{name}.parquet')")
        query = (
            f"SELECT count(*) FROM ({hand_sql()}) AS h JOIN read_parquet('{out}/ours.parquet') AS o USING (account_id) "
            "WHERE h.total IS DISTINCT FROM o.score"
        )
        return int(con.execute(query).fetchall()[0][0])


def row(way: str, accounts: int, found: dict[str, float], scan: float, hand: float) -> None:
    rest = found["cpu"] - found["writing"]
    print(
        f"{way:<18}{accounts / 1e6:6.2f}{found['cpu']:9.1f}{found['writing']:9.1f}{rest / scan:8.1f}{rest / hand:8.1f}"
        f"{rest * 1e6 / accounts:9.2f}{found['mb']:8.0f}  {found.get('error', '')}",
        flush=True,
    )


def main() -> int:
    """Prints the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--accounts", default="1000000")
    options.add_argument("--peers", type=int, default=100_000)
    options.add_argument("--to", type=Path)
    options.add_argument("--python", default=sys.executable, help="the interpreter that has the peers")
    asked = options.parse_args()
    print(f"{'way':<18}{'M':>6}{'CPU s':>9}{'writing':>9}{'x scan':>8}{'x hand':>8}{'s per M':>9}{'MB':>8}")
    with tempfile.TemporaryDirectory() as made:
        for accounts in map(int, asked.accounts.split(",")):
            folder = (asked.to or Path(made)) / str(accounts)
            write_world(folder, accounts)
            workspace(folder)
            for name, text in (("scan.sql", scan_sql()), ("hand.sql", f"SELECT max(total) FROM ({hand_sql()})")):
                (folder / name).write_text(text, encoding="utf-8")
            scan = measured(_DUCKDB + "told()", folder, folder, str(folder / "scan.sql"))
            hand = measured(_DUCKDB + "told()", folder, folder, str(folder / "hand.sql"))
            row("scan", accounts, scan, scan["cpu"], hand["cpu"])
            row("hand SQL", accounts, hand, scan["cpu"], hand["cpu"])
            for way, (script, written) in WAYS.items():
                if script == _DUCKDB:
                    continue
                found = measured(script + "told()", folder, folder)
                if written is not None and "error" not in found:
                    again = measured(_WRITING + f"told(writing(out / {written!r}))", folder, folder)
                    found["writing"] = again["writing"]
                row(way, accounts, found, scan["cpu"], hand["cpu"])
            print(f"accounts with another total by hand: {same_total(folder, folder)}")
        for name, script in {"idealfit": _OURS, **PEERS}.items():
            accounts = asked.peers // 10 if name in SLOW else asked.peers
            folder = (asked.to or Path(made)) / str(accounts)
            write_world(folder, accounts)
            workspace(folder)
            found = measured(
                script + "told()", folder, folder, python=asked.python if name in PEERS else sys.executable
            )
            print(f"{name:<18}{accounts / 1e6:6.2f}{found['cpu']:9.1f}{found['mb']:8.0f}  {found.get('error', '')}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

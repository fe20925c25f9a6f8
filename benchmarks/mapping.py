"""How often the guessed mapping is right, by how sure it said it was: published sets against a truth kept by hand.

    .venv/bin/python benchmarks/mapping.py [DATA]

DATA is the folder of published sets (default: $IDEALFIT_REAL_DATA, else ../shared/data); the truth is
mapping_truth.yaml beside this file. Layouts of common tools, made by the tests, are judged there.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path

from ruamel.yaml import YAML

from idealfit.records.proposing import ProposedColumn, propose_mapping

ROOT = Path(__file__).resolve().parent
BANDS = (0.95, 0.85, 0.75, 0.65, 0.55, 0.0)
NEVER_CRITERIA = {"deal", "after_fact"}


def right(column: ProposedColumn, wanted: str) -> bool:
    """Whether a column became what it should, or has at least the level that decides what may be done with it."""
    guess = column.mapping
    if wanted in (guess.to, guess.level):
        return True
    return wanted in NEVER_CRITERIA and guess.level in NEVER_CRITERIA


def main() -> None:
    """Print the share of right columns and tables by confidence, then every wrong one."""
    data = Path(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("IDEALFIT_REAL_DATA", ROOT / "../../shared/data"))
    truth = YAML(typ="safe", pure=True).load((ROOT / "mapping_truth.yaml").read_text(encoding="utf-8"))
    seen: Counter[float] = Counter()
    good: Counter[float] = Counter()
    tables, tables_right, wrong = 0, 0, []
    for folder, files in truth.items():
        if not (data / folder).is_dir():
            print(f"{folder}: absent, left out")
            continue
        for each in propose_mapping(data / folder).files:
            entry = files.get(each.mapping.file)
            if entry is None:
                continue
            tables += 1
            tables_right += each.mapping.table == entry["table"]
            if each.mapping.table != entry["table"]:
                wrong.append(f"{folder}/{each.mapping.file}: {each.mapping.table}, should be {entry['table']}")
            for column in each.columns:
                wanted = entry.get("columns", {}).get(column.header)
                if wanted is None:
                    continue
                band = next(band for band in BANDS if column.mapping.confidence >= band)
                seen[band] += 1
                if right(column, wanted):
                    good[band] += 1
                else:
                    said = column.mapping.to or "(left out)"
                    wrong.append(
                        f"{folder}/{each.mapping.file} {column.header!r}: {said} as {column.mapping.level} "
                        f"({column.mapping.confidence:.2f}), should be {wanted}"
                    )
    print(f"{'confidence':<14}{'columns':>8}{'right':>8}{'share':>8}")
    for band in BANDS:
        if seen[band]:
            print(f"{f'from {band:.2f}':<14}{seen[band]:>8}{good[band]:>8}{good[band] / seen[band]:>8.1%}")
    total, right_ones = seen.total(), good.total()
    print(f"{'all':<14}{total:>8}{right_ones:>8}{right_ones / max(total, 1):>8.1%}")
    print(f"tables: {tables_right} of {tables}")
    print("\n".join(["", "wrong:", *wrong]))


if __name__ == "__main__":
    main()

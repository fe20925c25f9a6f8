"""Job titles to functions, against 52,754 titles that O*NET gives an occupation: share read, share that agrees.

`python benchmarks/titles.py [FOLDER]`; FOLDER is $IDEALFIT_REAL_DATA, else ../shared/data. An occupation's code says
which functions are right (by its first digits, below). The peer is the most frequent function for every title.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from pathlib import Path

from idealfit.accounts.title import function_of

RIGHT: tuple[tuple[str, str], ...] = (
    ("11-1", "General management;Operations"),
    ("11-201", "Marketing"),
    ("11-202", "Marketing;Sales"),
    ("11-203", "Marketing"),
    ("11-301", "Administration;Operations;Construction and facilities"),
    ("11-302", "IT;Security;Data;Engineering"),
    ("11-303", "Finance"),
    ("11-305", "Production;Operations"),
    ("11-306", "Procurement"),
    ("11-307", "Logistics"),
    ("11-311", "HR"),
    ("11-312", "HR"),
    ("11-313", "HR;Education"),
    ("11-902", "Construction and facilities"),
    ("11-903", "Education"),
    ("11-904", "Engineering"),
    ("11-905", "Hospitality"),
    ("11-908", "Hospitality"),
    ("11-911", "Healthcare"),
    ("11-912", "Research"),
    ("11-915", "Social services"),
    ("13-102", "Procurement"),
    ("13-103", "Finance"),
    ("13-104", "Legal;Production;Protective services"),
    ("13-105", "Finance"),
    ("13-107", "HR"),
    ("13-108", "Logistics"),
    ("13-111", "Consulting;Operations"),
    ("13-112", "Marketing"),
    ("13-113", "Marketing"),
    ("13-114", "HR"),
    ("13-115", "HR;Education"),
    ("13-116", "Marketing"),
    ("13-2", "Finance"),
    ("15-1232", "Customer service;IT"),
    ("15-", "IT;Engineering;Data;Security;Design;Research"),
    ("17-", "Engineering;Design"),
    ("19-", "Research"),
    ("21-", "Social services"),
    ("23-", "Legal"),
    ("25-", "Education"),
    ("27-3", "Design;Marketing"),
    ("27-", "Design"),
    ("29-", "Healthcare"),
    ("31-", "Healthcare"),
    ("33-", "Protective services"),
    ("35-", "Hospitality"),
    ("37-", "Construction and facilities"),
    ("41-", "Sales"),
    ("43-3", "Finance;Administration"),
    ("43-405", "Customer service"),
    ("43-5", "Logistics;Administration"),
    ("43-", "Administration;Customer service"),
    ("47-", "Construction and facilities"),
    ("49-", "Construction and facilities"),
    ("51-", "Production"),
    ("53-", "Logistics"),
)
OFFICE = ("11", "13", "15", "17", "23", "41", "43")
"""Major groups whose people buy for companies most of the time."""


def main(argv: list[str]) -> int:
    folder = Path(argv[0] if argv else os.environ.get("IDEALFIT_REAL_DATA", "../shared/data"))
    path = folder / "onet_titles" / "Alternate Titles.txt"
    if not path.is_file():
        print("the real data is absent")
        return 0
    lines = [line.split("\t")[:2] for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    known, agreeing, every, frequent = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    began = time.process_time()
    for code, title in lines:
        right = next((functions.split(";") for start, functions in RIGHT if code.startswith(start)), None)
        if right is None:
            continue
        group, found = code[:2], function_of(title)
        every[group] += 1
        frequent.update(right)
        known[group] += found is not None
        agreeing[group] += found in right
    spent = (time.process_time() - began) / len(lines) * 1e6
    print(f"{'group':<18} {'titles':>7} {'read':>7} {'right':>7}  (right: of those read)")
    for name, groups in (("all", tuple(every)), ("office", OFFICE), *((group, (group,)) for group in sorted(every))):
        total, read, right_ones = (sum(counter[group] for group in groups) for counter in (every, known, agreeing))
        print(f"{name:<18} {total:>7,} {read / total:>7.1%} {right_ones / max(1, read):>7.1%}")
    function, count = frequent.most_common(1)[0]
    print(f"{'always ' + function:<18} {every.total():>7,} {1:>7.1%} {count / every.total():>7.1%}")
    print(f"{spent:.0f} µs of processor time a title")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

from __future__ import annotations

import itertools
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "benchmarks"))

from polluted import Polluted, pollute, tables  # noqa: E402
from pollution import ours, score  # noqa: E402

# Rows that do not fit are set aside with their reason and not bent into the table; this costs a tenth of a point.
SET_ASIDE = ("row with a cell more", "a quote that is never closed", "only a quote in a cell")
# 'Kunde 0, Köln, 1.250,10, 0,10' can be cut at commas or at commas with a blank: it is refused.
AMBIGUOUS = ("delimiter comma and blank",)
KINDS = list({each.kind: each for table in tables()[1:] for each in pollute(table)}.values())


def test_a_hundred_kinds_of_pollution_are_told() -> None:
    assert len(KINDS) >= 100


@pytest.mark.parametrize("each", [each for each in KINDS if each.kind not in AMBIGUOUS], ids=lambda each: each.kind)
def test_a_polluted_file_is_read_as_its_truth(tmp_path: Path, each: Polluted) -> None:
    path = tmp_path / "polluted.csv"
    path.write_bytes(each.data)
    points, lost = score(each, ours(path))
    assert points > (9.85 if each.kind.endswith(SET_ASIDE) else 9.999)
    assert lost == 0


@pytest.mark.parametrize("table", tables(), ids=lambda table: table.name)
def test_every_clean_table_is_read_whole(tmp_path: Path, table: object) -> None:
    path = tmp_path / "clean.csv"
    for each in itertools.islice(pollute(table), 1):  # type: ignore[arg-type]
        path.write_bytes(each.data)
        assert score(each, ours(path)) == (10.0, 0)

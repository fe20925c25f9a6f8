"""Hits of each criterion, run by run: what jumps is told, what chance or a trifle explains is not."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from idealfit.frontends.cli.app import run
from idealfit.records.intake import import_folder
from idealfit.scores.hits import difference, jumps
from idealfit.store.place import open_place
from idealfit.workspace.runs import hits_before


def of(true: int, false: int, unknown: int = 0, says: str = "x") -> dict[str, object]:
    return {"true": true, "false": false, "unknown": unknown, "says": says}


def test_a_jump_is_more_than_chance_and_more_than_a_trifle() -> None:
    assert [jump.id for jump in jumps({"a": of(300, 700)}, {"a": of(40, 960)})] == ["a"]
    assert jumps({"a": of(3, 9)}, {"a": of(1, 11)}) == ()
    assert jumps({"a": of(30_400, 69_600)}, {"a": of(30_000, 70_000)}) == ()
    assert jumps({"a": of(300, 700)}, {"a": of(40, 960, says="y")}) == ()
    assert jumps({"a": of(0, 0, 50)}, {"b": of(5, 5)}) == ()
    (jump,) = jumps({"a": of(100, 100, 800)}, {"a": of(490, 500, 10)})
    assert (jump.what, jump.before, jump.now) == ("unknown", 0.01, 0.8)
    assert "'a' is unknown for 80.0%" in jump.told()


def test_the_interval_of_a_difference_is_as_published() -> None:
    # Newcombe 1998, table II, method 10: 56/70 against 48/80
    low, high = difference(48, 80, 56, 70, 0.95)
    assert (round(low, 4), round(high, 4)) == (0.0524, 0.3339)


def test_where_nothing_changes_there_are_hardly_any_jumps() -> None:
    draw = np.random.default_rng(7)
    told = 0
    for _ in range(300):
        shares = draw.uniform(0.05, 0.6, 12)
        before, now = (
            {f"c{at}": of(int(hits), 80 - int(hits)) for at, hits in enumerate(draw.binomial(80, shares))} for _ in "ab"
        )
        told += bool(jumps(now, before))
    assert told <= 6


PROFILE = """\
profile: Hits
layers:
  firmographic:
    weight: 50
    criteria:
      - {id: size, when: employees > 100, points: 10}
"""


def accounts(large: int, size: str = "employees") -> str:
    return f"account_id,name,{size}\n" + "".join(f"{n},Co {n},{200 if n < large else 20}\n" for n in range(60))


def test_a_workspace_remembers_the_hits_of_its_last_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "profile.yaml").write_text(PROFILE)
    place = open_place(tmp_path / "w", create=True)
    warnings = []
    for large in (5, 50):
        (tmp_path / "accounts.csv").write_text(accounts(large))
        import_folder(tmp_path / "accounts.csv", place)
        capsys.readouterr()
        assert run(["score", str(tmp_path / "profile.yaml"), str(tmp_path / "w"), "--json"]) == 0
        report = json.loads(capsys.readouterr().out)["report"]
        assert report["hits"]["size"] == {"true": large, "false": 60 - large, "unknown": 0}
        warnings.append([text for text in report["warnings"] if "run before" in text])
    assert warnings[0] == []
    assert len(warnings[1]) == 1
    assert (hits_before(place, "main") or {})["size"]["true"] == 50
    assert run(["score", str(tmp_path / "profile.yaml"), str(tmp_path / "w")]) == 0
    assert "Hits: for how many accounts each criterion holds" in capsys.readouterr().out

"""The history of a score: what changed between builds, and whether the profile, the time or the data did it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from idealfit.profile.document import load_profile
from idealfit.records.company import Company
from idealfit.records.intake import import_folder, load_attributes
from idealfit.scores.score import score_tables
from idealfit.store.engine import connect, load_tables
from idealfit.store.ledger import open_ledger
from idealfit.store.place import Place, open_place
from idealfit.store.scratch import scratch_root
from idealfit.workspace.remembering import Remembered, because_words, history_of, keep_history

PROFILE = """\
profile: Remembered
layers:
  firmographic:
    weight: 50
    criteria:
      - {id: size, when: employees BETWEEN 100 AND 500, points: 10, known_true_rate: 0.3}
  situational:
    weight: 50
    criteria:
      - {id: funded, when: "happened('funding_round', within => '90 days')", points: 10, half_life: 30 days}
coverage: {events: {funding_round: all}, first_record: {funding_round: 2024-01-01}}
"""
EVENTS = "event_id,account_id,event_type,occurred_at\n1,1,funding_round,2025-05-20\n2,9,funding_round,2024-01-01\n"


def accounts(first: str = "200", more: str = "") -> str:
    return f"account_id,name,employees\n1,Aco,{first}\n2,Bco,\n3,Cco,20\n{more}"


def built(folder: Path, place: Place, text: str, profile: str, day: date) -> None:
    """A build's part that scores and remembers."""
    (folder / "accounts.csv").write_text(text)
    (folder / "events.csv").write_text(EVENTS)
    import_folder(folder, place, as_of=day)
    document = load_profile(profile)
    con = connect(place.root)
    load_tables(con, place)
    told = load_attributes(place)
    report = score_tables(con, document, as_of=day, attributes=told, criteria=True, into="all_scores")
    kept = keep_history(con, place, document, report, attributes=told, company=Company(), scores="all_scores")
    open_ledger(place).record_run("build", "build", day, kept)
    con.close()


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Remembered, ...]]:
    folder = tmp_path_factory.mktemp("remembering")
    (folder / "records").mkdir()
    place = open_place(folder / "w", create=True)
    for text, profile, day in (
        (accounts(), PROFILE, date(2025, 6, 1)),
        (accounts(), PROFILE, date(2025, 7, 1)),
        (accounts("20", "4,Dco,200\n"), PROFILE.replace("AND 500, points: 10", "AND 500, points: 5"), date(2025, 9, 1)),
    ):
        built(folder / "records", place, text, profile, day)
    con = connect(place.root)
    found = {account: history_of(con, place, account) for account in "1234"}
    con.close()
    return found


def test_a_profile_that_nobody_saved_is_kept_and_one_that_is_gone_is_told(tmp_path: Path) -> None:
    (tmp_path / "records").mkdir()
    place = open_place(tmp_path / "w", create=True)
    other = PROFILE.replace("points: 10, known", "points: 5, known").replace("weight: 50", "weight: 40", 1)
    for text in (PROFILE, other):
        built(tmp_path / "records", place, accounts(), text, date(2025, 6, 1))
    for kept in place.snapshots.glob("profiles/*.yaml"):
        kept.unlink()
    built(tmp_path / "records", place, accounts(), PROFILE, date(2025, 6, 1))
    con = connect(place.root)
    because = [one.because for one in history_of(con, place, "2")]
    con.close()
    assert because == [
        ("scored anew: what the score before was made of is no longer there",),
        ("profile: another version",),
        ("first score",),
    ]


def test_the_reasons_of_a_change_are_told_by_what_the_criteria_are_called() -> None:
    texts = {"size": "100 to 500 employees"}
    assert (
        because_words("data: size not known → yes", texts)
        == "the records changed: 100 to 500 employees, not known → yes"
    )
    assert because_words("time: signals faded", texts) == "time passed: signals faded"
    assert because_words("profile: another version", texts) == "the profile changed"
    assert because_words("time: gone yes → no", texts) == "time passed: gone, yes → no"
    assert because_words("first score", texts) == "first score"


def test_nothing_is_left_aside(told: dict[str, tuple[Remembered, ...]]) -> None:
    assert told
    assert list(scratch_root().glob("*")) == []


def test_only_what_changed_is_remembered_newest_first(told: dict[str, tuple[Remembered, ...]]) -> None:
    assert [one.as_of.month for one in told["1"]] == [9, 7, 6]
    assert [one.as_of.month for one in told["3"]] == [6]
    assert told["4"][0].because == ("first score",)
    assert told["1"][-1].because == ("first score",)


def test_each_change_says_what_did_it_and_the_parts_add_up(told: dict[str, tuple[Remembered, ...]]) -> None:
    latest, faded, first = told["1"]
    assert faded.because == ("time: signals faded",)
    assert (first.timing, faded.timing) == (100.0, 50.0)
    assert faded.parts["time"]["timing"] == -50.0
    assert latest.because == ("time: funded yes → no", "data: size yes → no")
    for now, before in ((latest, faded), (faded, first)):
        for figure in ("fit", "timing", "score"):
            moved = sum(now.parts[step][figure] or 0 for step in ("profile", "time", "data"))
            assert round(getattr(before, figure) + moved, 1) == getattr(now, figure)

"""Of which deals a profile of its own is made, what its files are called, and what is said of one that is too small."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from evidence.tables import engine
from idealfit.evidence.motions import Share, is_of, mark_motion
from idealfit.patterns.division import Division
from idealfit.records.report import ImportReport
from idealfit.store.place import open_place
from idealfit.workspace.dividing import Part, build_parts, parts_of, parts_sentences, with_profiles


def deals(**counts: int) -> list[dict[str, str]]:
    """So many closed deals of each motion, or, with a name that begins so, of each product."""
    made = []
    for name, count in counts.items():
        by, value = ("product", name.removeprefix("product_")) if name.startswith("product_") else ("motion", name)
        made += [
            {"deal_id": f"{name}{one}", "account_id": "a", by: value, "outcome": "won" if one % 4 == 0 else "lost"}
            for one in range(count)
        ]
    return made


def divided(value: str) -> Division:
    return Division("product", value, (40, 60), (10, 15), 0.001, ())


def test_two_large_motions_have_a_profile_each_and_a_small_one_is_told() -> None:
    con = engine(accounts=[{"account_id": "a"}], deals=deals(outbound=60, inbound=40, partner=5))
    found = parts_of(con, ())
    assert [(one.value, one.closed, one.won) for one in found] == [
        ("outbound", 60, 15),
        ("inbound", 40, 10),
        ("partner", 5, 2),
    ]
    alone = engine(accounts=[{"account_id": "a"}], deals=deals(outbound=60, partner=5))
    assert parts_of(alone, ()) == ()


def test_products_have_one_each_only_where_a_division_is_proven() -> None:
    con = engine(accounts=[{"account_id": "a"}], deals=deals(product_Core=60, product_Plus=40))
    assert parts_of(con, ()) == ()
    assert [one.value for one in parts_of(con, (divided("plus"),))] == ["Core", "Plus"]
    three = engine(accounts=[{"account_id": "a"}], deals=deals(product_Core=60, product_Plus=40, product_Lite=20))
    found = parts_of(three, (divided("Plus"),))
    assert [(one.value, one.closed) for one in found] == [("Plus", 40), ("all but Plus", 80)]
    for one in found:
        mark_motion(three, one.value)
        left = three.execute("SELECT COUNT(*) FROM deals ANTI JOIN other_motions USING (deal_id)").fetchall()
        assert left == [(one.closed,)]


@pytest.mark.parametrize(("text", "value", "answer"), [("Core ", "core", True), ("Core", "all but Core", False)])
def test_a_deal_is_of_its_own_motion_and_of_all_but_another(text: str, value: str, answer: bool) -> None:
    assert is_of(text, value) is answer


def test_a_part_that_is_too_small_is_told_with_its_counts_and_has_no_file(tmp_path: Path) -> None:
    report = ImportReport.__new__(ImportReport)
    object.__setattr__(report, "attributes", {})
    small = Share("motion", "PLG / self-serve", 12, 2)
    place = open_place(tmp_path / "w", create=True)
    parts = build_parts(
        place, [small], {}, lambda *_: pytest.fail("learned"), report, date(2026, 1, 1), lambda *_: None
    )
    assert parts == (Part("PLG - self-serve", small),)
    made = with_profiles({"warnings": [], "divisions": []}, parts, report)
    (entry,) = made["profiles"]
    assert (entry["file"], entry["verdict"], entry["closed"]) == (None, None, 12)
    assert "12 closed deals of PLG / self-serve (2 won) are too few" in made["warnings"][0]


def test_profiles_that_are_not_shown_to_differ_say_so() -> None:
    entry = {"value": "x", "closed": 400, "won": 90, "verdict": "profile", "file": "profiles/x.yaml"}
    assert "is not shown" in parts_sentences([entry], proven=False)[-1]
    assert all("is not shown" not in said for said in parts_sentences([entry], proven=True))

"""evidence.html: what evidence.json knows, readable, every figure open to its records, and nothing that runs."""

from __future__ import annotations

import copy
import html
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from idealfit.patterns.evidence_document import document_without_accounts, document_without_outcomes
from idealfit.patterns.evidence_page.model import MOST_IDS, Section, one_in, records_of
from idealfit.patterns.evidence_page.page import evidence_page, sections_of
from patterns.planted import Run


def text_of(page: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", page[page.index("<main>") :])))


def section(document: dict[str, Any], key: str) -> Section:
    return next(one for one in sections_of(document) if one.key == key)


def test_every_criterion_has_a_card_with_its_counts_and_the_ids_behind_them(planted_run: Run) -> None:
    document = planted_run.document
    cards = {card.key: card for one in sections_of(document) for card in one.cards}
    assert {one["id"] for one in document["criteria"]} == set(cards)
    for one in document["criteria"]:
        counts, card = one["counts"], cards[one["id"]]
        closed = counts["match_won"] + counts["match_lost"]
        assert f"{counts['match_won']:,} of {closed:,} " in card.facts[0][1]
        records = next(fold for fold in card.folds if fold.title.startswith("Records: "))
        assert f"{counts['match_won']:,} won" in records.title
        assert all(str(code) in records.lines[0] for code in one["records"]["won"][:MOST_IDS])


def test_an_exclusion_names_the_wins_that_it_would_have_cost_and_shows_its_arithmetic(made_up: Path) -> None:
    document = json.loads((made_up / "evidence.json").read_text(encoding="utf-8"))
    assert (made_up / "evidence.html").is_file()
    one = next(each for each in document["criteria"] if each.get("story") and each.get("wins"))
    card = next(card for card in section(document, "walk").cards if card.key == one["id"])
    wins = next(fold for fold in card.folds if fold.title.startswith("Wins that refusing"))
    assert {row[0] for row in wins.tables[0].rows} == {each["name"] for each in one["wins"]}
    assert card.table is not None
    assert [row[0] for row in card.table.rows] == [step["what"] for step in one["story"]["steps"]]
    arithmetic = next(fold for fold in card.folds if fold.title.startswith("Records behind the arithmetic"))
    assert one["story"]["records"]["match"]["customers"][0] in " ".join(arithmetic.lines)


def test_every_column_that_is_not_used_is_there_once_with_its_proof(planted_run: Run) -> None:
    document = planted_run.document
    rows = [row for fold in section(document, "unused").folds for table in fold.tables for row in table.rows]
    assert sorted(row[0] for row in rows) == sorted(one["attribute"] for one in document["rejected"])


@pytest.mark.parametrize("run", ["empty_run", "small_run"])
def test_without_a_profile_it_says_what_is_missing(run: str, request: pytest.FixtureRequest) -> None:
    document = request.getfixturevalue(run).document
    missing = section(document, "missing")
    assert len(missing.items) == len(document["collect"])
    assert len(missing.tables[0].rows) == len(document["failed"])


def test_two_profiles_are_told_with_the_wins_on_both_sides(planted_run: Run) -> None:
    counts = {"match_won": 40, "match_lost": 60, "rest_won": 30, "rest_lost": 170}
    side = {"counts": counts, "rates": {}, "odds_ratio": 3.78, "records": {"won": ["d7"], "lost": ["d9"]}}
    moved = {"sentence": "uses Okta", "before": side, "after": side | {"odds_ratio": 0.9}}
    change = {
        "at": "2025-03-01",
        "low": "2025-02-01",
        "high": "2025-04-01",
        "sentence": "Two profiles",
        "moved": [moved],
    }
    (card,) = section(planted_run.document | {"changes": [change]}, "profiles").cards
    assert card.table is not None
    assert card.table.rows == (("Uses Okta", "40 of 100 (40%)", "30 of 200 (15%)", "3.78", "40 of 100 (40%)",
                                "30 of 200 (15%)", "0.90"),)  # fmt: skip
    assert "d7" in card.folds[0].lines[0]
    assert "40 won (before 1 March 2025)" in card.folds[0].title


@pytest.mark.parametrize(
    "document",
    [
        document_without_accounts("value", date(2026, 1, 1), 30, ("A warning",)),
        document_without_outcomes("value", date(2026, 1, 1), "Nothing says who bought", "Add deals", ()),
    ],
)
def test_records_that_say_nothing_make_a_page_that_says_so(document: dict[str, Any]) -> None:
    text = text_of(evidence_page(document))
    assert "Too few records" in text
    assert "no_" not in text


def test_names_of_records_are_text_and_nothing_is_fetched_or_run(planted_run: Run) -> None:
    hostile = copy.deepcopy(planted_run.document)
    bad = "<script>alert(1)</script><img src=x onerror=y>"
    hostile["criteria"][0] |= {"sentence": bad, "because": bad}
    hostile["rejected"][0] |= {"attribute": bad, "proof": bad}
    hostile["customers"]["rows"][0]["name"] = bad
    page = evidence_page(hostile, company=bad)
    assert "<script" not in page
    assert "<img" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert page == evidence_page(hostile, company=bad)


def test_ids_beyond_what_a_page_can_hold_are_counted() -> None:
    (fold,) = records_of("Records", [("won", [str(one) for one in range(1000)], 1200), ("lost", [], 0)])
    assert fold.title == "Records: 1,200 won"
    assert fold.lines[0].endswith("399 and 800 more: see evidence.json")
    assert records_of("Records", [("won", [], 3)]) == ()


@pytest.mark.parametrize(("chance", "said"), [(0.05, "one in 20"), (1e-9, "less than one in a million"), (None, "")])
def test_luck_is_said_in_words(chance: float | None, said: str) -> None:
    assert one_in(chance) == said

"""The order of the targets, and what is said of each."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from activation.company import company_with, left_out, lists_of, reason
from idealfit.activation.target_list import GONE
from idealfit.profile.document import load_profile

PROFILE = """
profile: Security-conscious software
motion: main
layers:
  firmographic:
    weight: 35
    criteria:
      - {id: size, when: employees BETWEEN 100 AND 500, points: 14}
  technographic:
    weight: 25
    criteria:
      - {id: okta, when: uses('okta'), points: 8}
      - {id: jira, when: uses('jira'), points: 4}
  situational:
    weight: 25
    criteria:
      - {id: money, when: "happened('funding_round', within => '180 days')", points: 6}
exclusions:
  - {id: state-owned, when: ownership = 'government', because: 3 of 96 won., since: 2026-01-02, by: Ines}
tiers: {A: 80, B: 50, actions: {A: Call today, B-now: Write today}}
"""


def accounts(*keys: str) -> list[dict[str, object]]:
    return [{"account_id": key, "name": f"Company {key}"} for key in keys]


def test_targets_stand_by_tier_then_timing_then_score(tmp_path: Path) -> None:
    rows = [
        {"account_id": "c", "tier": "C", "score": 99},
        {"account_id": "u", "tier": "unknown", "score": 98, "priority": "unknown"},
        {"account_id": "b", "tier": "B", "score": 97},
        {"account_id": "a-later", "timing_band": "later", "score": 96},
        {"account_id": "a-now-2", "score": 90},
        {"account_id": "a-now-1", "score": 95},
        {"account_id": "a-soon", "timing_band": "soon", "score": 80},
    ]
    con = company_with(accounts=accounts("zz", *(row["account_id"] for row in rows)), scores=rows)
    answer, files = lists_of(con, tmp_path)
    order = [row["account_id"] for row in files["targets"]]
    assert order == ["a-now-1", "a-now-2", "a-soon", "a-later", "b", "u", "zz", "c"]
    assert [row["rank"] for row in files["targets"]] == [str(rank) for rank in range(1, 9)]
    assert answer["by_priority"] == {"A-now": 2, "A-soon": 1, "A-later": 1, "B-now": 1, "unknown": 2, "C-now": 1}


def test_within_a_priority_the_rank_by_expected_value_comes_before_the_score(tmp_path: Path) -> None:
    con = company_with(
        accounts=accounts("x", "y", "z"),
        scores=[{"account_id": "x", "score": 99}, {"account_id": "y", "score": 80}, {"account_id": "z", "score": 85}],
    )
    con.execute("ALTER TABLE scores ADD COLUMN rank BIGINT")
    con.execute("ALTER TABLE scores ADD COLUMN expected_value DOUBLE")
    con.execute("UPDATE scores SET rank = 1, expected_value = 900 WHERE account_id = 'y'")
    con.execute("UPDATE scores SET rank = 2, expected_value = 800 WHERE account_id = 'x'")
    _, files = lists_of(con, tmp_path)
    assert [row["account_id"] for row in files["targets"]] == ["y", "x", "z"]
    assert [row["expected_value"] for row in files["targets"]] == ["900", "800", ""]


def test_a_chance_and_a_value_stand_with_their_intervals_and_a_guess_from_others_is_called_so(tmp_path: Path) -> None:
    con = company_with(
        accounts=accounts("a", "b"), scores=[{"account_id": "a", "score": 90}, {"account_id": "b", "score": 80}]
    )
    con.execute(
        "CREATE OR REPLACE TABLE scores AS SELECT *, 0.3 AS p_win, 0.2 AS p_win_low, 0.4 AS p_win_high, "
        "900 AS expected_value, 500 AS expected_value_low, 1400 AS expected_value_high, "
        "account_id = 'b' AS extrapolated FROM scores"
    )
    _answer, files = lists_of(con, tmp_path)
    first, second = files["targets"]
    assert [first[name] for name in ("p_win", "p_win_low", "p_win_high")] == ["0.3", "0.2", "0.4"]
    assert [first[f"expected_value{end}"] for end in ("", "_low", "_high")] == ["900", "500", "1400"]
    assert first["evidence"] == "companies like it"
    assert second["evidence"].startswith("a guess from others")


def test_a_rep_reads_why_what_to_find_out_and_what_to_do(tmp_path: Path) -> None:
    con = company_with(
        accounts=accounts("a"),
        scores=[
            {
                "account_id": "a",
                "tier": "B",
                "tier_low": "B",
                "tier_high": "A",
                "fit": 62.5,
                "reasons": [
                    reason("size", "firmographic", "true", 14, "between 100 and 500 employees"),
                    reason("okta", "technographic", "unknown", 2, "unknown: uses Okta"),
                    reason("money", "situational", "unknown", 1.5, "unknown: raised money"),
                    reason("jira", "technographic", "unknown", 1, "unknown: uses Jira"),
                    reason("state-owned", "exclusion", "unknown", 0, "check before you call: owned by a government"),
                ],
            }
        ],
    )
    _, files = lists_of(con, tmp_path, load_profile(PROFILE))
    (row,) = files["targets"]
    assert row["tier_range"] == "B (could be A: tools in use unknown)"
    assert row["why"] == "between 100 and 500 employees"
    assert row["to_find_out"] == "check before you call: owned by a government; tools in use, funding round"
    assert row["action"] == "Write today"
    assert (row["fit"], row["history"]) == ("62.5", "never worked")


def test_three_reasons_for_and_one_against_in_the_order_of_the_scores(tmp_path: Path) -> None:
    reasons = [reason(f"r{n}", "firmographic", "true", 9 - n, f"fact {n}") for n in range(5)]
    against = [reason("n", "firmographic", "true", -3, "uses a rival"), reason("f", "need", "false", 0, "not: x")]
    con = company_with(
        accounts=accounts("a", "b"),
        scores=[
            {"account_id": "a", "reasons": [*reasons, *against]},
            {
                "account_id": "b",
                "reasons": [reason("x", "exclusion", "true", 0, "proposed exclusion: small"), against[1]],
            },
        ],
    )
    _, files = lists_of(con, tmp_path)
    assert [row["why"] for row in files["targets"]] == [
        "fact 0; fact 1; fact 2; but uses a rival",
        "but proposed exclusion: small",
    ]


def test_an_unknown_tier_says_what_to_find_out_first(tmp_path: Path) -> None:
    con = company_with(
        accounts=accounts("a", "b"),
        scores=[
            {
                "account_id": "a",
                "tier": "unknown",
                "tier_low": "C",
                "tier_high": "A",
                "reasons": [reason("size", "firmographic", "unknown", 3, "unknown: size")],
            }
        ],
    )
    _, files = lists_of(con, tmp_path, load_profile(PROFILE))
    assert [(row["tier_range"], row["action"]) for row in files["targets"]] == [
        ("unknown (could be A to C: employees unknown)", "Find out first: employees"),
        ("unknown", "Find out first what this company is"),
    ]


def test_what_the_profile_excludes_is_left_out_with_the_persons_reason(tmp_path: Path) -> None:
    con = company_with(
        accounts=accounts("a"), scores=[{"account_id": "a", "tier": "excluded", "excluded_by": ["state-owned"]}]
    )
    _, files = lists_of(con, tmp_path, load_profile(PROFILE))
    (row,) = files["not_targeted"]
    assert (row["reason"], row["detail"]) == ("excluded", "3 of 96 won, since 2026-01-02, said Ines")


def test_a_limit_moves_the_rest_to_the_accounts_left_out(tmp_path: Path) -> None:
    con = company_with(
        accounts=accounts("x", "y", "z"),
        scores=[{"account_id": "x", "score": 1}, {"account_id": "y", "score": 2}, {"account_id": "z", "score": 3}],
    )
    answer, files = lists_of(con, tmp_path, limit=1)
    assert [row["account_id"] for row in files["targets"]] == ["z"]
    assert left_out(files) == {"x": "beyond_limit", "y": "beyond_limit"}
    assert answer["targets"] == 1


def test_the_profiles_own_action_replaces_ours_for_every_priority_of_the_tier(tmp_path: Path) -> None:
    con = company_with(
        accounts=accounts("a", "b", "c"),
        scores=[
            {"account_id": "a", "timing_band": "soon"},
            {"account_id": "b", "tier": "B"},
            {"account_id": "c", "tier": "C", "timing_band": "unknown"},
        ],
    )
    _, files = lists_of(con, tmp_path, load_profile(PROFILE))
    assert [row["action"] for row in files["targets"]] == [
        "Call today",
        "Write today",
        "Nurture only; no seller's time",
    ]


def test_no_cell_can_become_a_formula(tmp_path: Path) -> None:
    con = company_with(accounts=[{"account_id": "a", "name": "=cmd|' /C calc'!A0", "owner_id": "@SUM(1)"}])
    _, files = lists_of(con, tmp_path)
    assert (files["targets"][0]["name"], files["targets"][0]["owner"]) == ("'=cmd|' /C calc'!A0", "'@SUM(1)")


@pytest.mark.parametrize(
    ("reason", "gone"),
    [
        ("closed down", True),
        ("Bankruptcy", True),
        ("Merged with a rival", True),
        ("no value seen", False),
        (None, False),
    ],
)
def test_nobody_is_asked_what_changed_at_a_company_that_is_no_more(reason: str | None, gone: bool) -> None:
    assert (reason is not None and bool(re.search(GONE, reason.lower()))) == gone

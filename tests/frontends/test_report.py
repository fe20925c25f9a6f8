from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from idealfit.frontends.cli import profiles_told, report
from idealfit.frontends.cli.console import Screen
from idealfit.frontends.cli.notes import condensed
from idealfit.records.report import Guess, TableCount

EVIDENCE: dict[str, Any] = {
    "verdict": "profile",
    "reach": "wins+value",
    "as_of": "2026-09-30",
    "sample": {"accounts_with_closed_deals": 700, "deals": 900, "won": 210, "lost": 640, "open": 50},
    "criteria": [
        {
            "id": "size",
            "polarity": "seek",
            "points": 14,
            "grade": "supported",
            "seen": "list",
            "sentence": "between 100 and 500 employees",
            "counts": {"match_won": 61, "match_lost": 79, "rest_won": 149, "rest_lost": 561},
        },
        {"id": "budget", "polarity": "seek", "points": 0, "seen": "call", "when": "budget = 'yes'", "counts": {}},
        {
            "id": "agency",
            "polarity": "exclude",
            "points": 0,
            "seen": "list",
            "sentence": "an agency",
            "because": "3 of 96 won.",
        },
    ],
    "rejected": [{"attribute": f"column {n}", "reason": "unsupported", "proof": "x" * 300} for n in range(12)],
    "backtest": {
        "kind": "later_deals",
        "tiers": [
            {
                "tier": "A",
                "deals": 60,
                "accounts": 58,
                "won": 30,
                "win_rate": {"value": 0.5, "low": 0.37, "high": 0.63},
            },
            {"tier": "C", "deals": 0, "accounts": 0, "won": 0, "win_rate": None},
        ],
        "baselines": {"everyone": {"win_rate": {"value": 0.25, "low": 0.2, "high": 0.3}, "deals": 200}},
        "lift": {"value": 2.0, "low": 1.5, "high": 2.6},
    },
    "warnings": ["Only 40 % of accounts have a country."],
}


def printed(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out


def test_the_verdict_and_the_reach_are_the_first_line(capsys: pytest.CaptureFixture[str]) -> None:
    report.print_verdict(Screen(), EVIDENCE)
    lines = printed(capsys).splitlines()
    assert lines[0].startswith("Verdict: profile.")
    assert "what they are worth (not who stays)" in lines[0]
    assert "900 deals of 700 companies: 210 won, 640 lost, 50 open; as of 2026-09-30." in lines[1]


@pytest.mark.parametrize("verdict", ["insufficient", "no_signal"])
def test_an_honest_no_is_said_as_plainly(verdict: str, capsys: pytest.CaptureFixture[str]) -> None:
    report.print_verdict(Screen(), {"verdict": verdict, "reach": "wins", "reason": "12 won deals."})
    out = printed(capsys)
    assert out.startswith(f"Verdict: {verdict.replace('_', ' ')}.")
    assert "12 won deals." in out


def test_criteria_show_wins_with_and_without_and_calls_apart(capsys: pytest.CaptureFixture[str]) -> None:
    report.print_criteria(Screen(), EVIDENCE)
    out = printed(capsys)
    assert "61 of 140 (44%)" in out
    assert "149 of 710 (21%)" in out
    assert out.index("What to look for") < out.index("walk away") < out.index("Ask on the call")
    assert out.count("budget") == 1


def test_rejected_attributes_are_few_unless_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    report.print_rejected(Screen(), EVIDENCE)
    few = printed(capsys)
    assert "column 7" in few and "column 8" not in few
    assert "and 4 more" in few
    report.print_rejected(Screen(verbose=True), EVIDENCE)
    assert "column 11" in printed(capsys)


def test_the_backtest_shows_every_tier_with_its_interval(capsys: pytest.CaptureFixture[str]) -> None:
    report.print_backtest(Screen(), EVIDENCE)
    out = printed(capsys)
    assert "50% (37% to 63%)" in out
    assert "Everyone: 25.0%" in out
    assert "2.00 (1.50 to 2.60)" in out


def import_report() -> Any:
    def guess(column: str | None, to: str | None, *, sure: bool) -> Guess:
        return Guess("crm.csv", column, to, "account", "firmographic", "its values are codes", 0.5, sure)

    return SimpleNamespace(
        tables={"deals": TableCount(100, 95, 2, 3, ("crm.csv",))},
        guesses=(guess("Size", None, sure=False), guess("Name", "name", sure=True), guess(None, "deals", sure=False)),
        notes=("7 deals have no account.",),
        unused=(
            ("crm.zip", "same content as crm.csv"),
            *((f"{name}.md", "not a table (.md)") for name in ("a", "b", "c", "d")),
        ),
        quality={"grade": "A", "verdict": {"answer": "yes"}, "problems": []},
    )


def test_unsure_readings_come_before_what_rests_on_them(capsys: pytest.CaptureFixture[str]) -> None:
    report.print_readings(Screen(), import_report())
    out = printed(capsys)
    assert "crm.csv, 'Size' as a column about the account: its values are codes" in out
    assert "crm.csv as deals" in out
    assert "'Name'" not in out
    assert "7 deals have no account." in out


def test_rows_read_are_accounted_for(capsys: pytest.CaptureFixture[str]) -> None:
    report.print_import(Screen(), import_report())
    out = printed(capsys)
    assert out.splitlines()[3].split() == ["deals", "100", "95", "2", "3", "crm.csv"]
    assert "crm.zip not used: same content as crm.csv" in out
    assert "a.md, b.md, c.md and 1 more not used: not a table" in out
    assert "3 guesses" in out


def test_verbose_shows_every_guess_with_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    report.print_import(Screen(verbose=True), import_report())
    assert printed(capsys).count("its values are codes") == 3


def test_an_exclusion_is_told_with_its_reason_and_with_how_to_decide_it(capsys: pytest.CaptureFixture[str]) -> None:
    report.print_criteria(Screen(), EVIDENCE)
    out = printed(capsys)
    assert "3 of 96 won." in out
    assert "idealfit accept agency --by NAME --because TEXT" in out


def test_customers_against_customers_are_not_told_as_wins(capsys: pytest.CaptureFixture[str]) -> None:
    evidence = {**EVIDENCE, "unit": "customer", "reach": "customers"}
    report.print_verdict(Screen(), evidence)
    report.print_criteria(Screen(), evidence)
    report.print_backtest(Screen(), evidence)
    out = printed(capsys)
    assert "900 customers: the best 210 against the other 640" in out
    assert "best where true" in out
    assert "won" not in out.replace("3 of 96 won", "")


def test_what_is_said_of_many_columns_is_said_once() -> None:
    said = "dates read as day-month-year, decided from all values"
    notes = [f"{file}, 'day': {said}" for file in ("a.csv", "b.csv", "c")]
    assert condensed(["first", *notes, "last"]) == [
        "first",
        "last",
        f"3 columns, {said} (a.csv, 'day'; b.csv, 'day' and 1 more)",
    ]
    assert condensed(notes[:1]) == notes[:1]


def test_what_is_said_in_like_words_is_said_once_and_other_tables_speak_for_themselves() -> None:
    ranges = [f"a.csv, '{name}': {rows} ranges read as the middle" for name, rows in (("size", 4), ("revenue", 1_200))]
    assert condensed(ranges) == ["a.csv, 'size': 4 ranges read as the middle; the like in a.csv, 'revenue'"]
    words = ["a.csv, 'x': read as no value: 'TBD' (1)", "b.csv, 'y': read as no value: '-' (9), 'Select' (3)"]
    assert condensed(words) == [f"{words[0]}; the like in b.csv, 'y'"]
    rows = ["deals: 3 rows name no account", "contacts: 4 rows name no account"]
    assert condensed(rows) == rows


def test_the_readings_are_few_and_what_changes_results_comes_first(capsys: pytest.CaptureFixture[str]) -> None:
    told = import_report()
    told.notes = (*(f"f{n}.csv: delimiter '{n}{'x' * n}'" for n in range(3)), *(f"note {n}" for n in range(20)))
    report.print_readings(Screen(), told)
    lines = printed(capsys).splitlines()
    assert sum(line.startswith("  - ") for line in lines) == 12
    assert "delimiter" not in "".join(lines)
    assert lines[-1].startswith("  … and 11 more")
    report.print_readings(Screen(verbose=True), told)
    assert "f2.csv: delimiter '2xx'" in printed(capsys)


def test_the_columns_of_a_file_without_a_header_are_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    told = import_report()
    told.guesses = tuple(
        Guess("list.csv", f"column_{n}", None, "account", "firmographic", "it holds numbers", 0.5, False)
        for n in range(1, 9)
    )
    report.print_readings(Screen(), told)
    out = printed(capsys)
    assert "list.csv: 8 columns without a header were judged by their values alone (column_1 to column_8)" in out
    assert out.count("column_") == 2
    report.print_readings(Screen(verbose=True), told)
    assert printed(capsys).count("it holds numbers") == 8


def test_those_who_stayed_are_not_called_the_best_nor_won(capsys: pytest.CaptureFixture[str]) -> None:
    stays = "customers who stayed are set against those who left. This says who stays among those who bought"
    evidence = {**EVIDENCE, "unit": "account", "reach": "customers", "warnings": [stays]}
    evidence["backtest"] = {**EVIDENCE["backtest"], "lift_of": "won deals", "kind": "accounts_set_aside"}
    report.print_verdict(Screen(), evidence)
    report.print_criteria(Screen(), evidence)
    report.print_backtest(Screen(), evidence)
    out = printed(capsys)
    assert "Reach: who stays among those who bought (not who buys)." in out
    assert "900 customers: 210 stayed and 640 left" in out
    assert "stayed where true" in out
    assert "won deals" not in out


def test_lists_say_what_each_is_for_and_what_to_add(capsys: pytest.CaptureFixture[str]) -> None:
    lists = {
        "targets": 3,
        "unworked": 2,
        "winback": 0,
        "neglected": 1,
        "not_targeted": {"customer": 12, "open_deal": 5},
        "pipeline": {"open_deals": 7},
        "messages": ["Add a market list"],
    }
    report.print_lists(Screen(), lists)
    lines = printed(capsys).splitlines()
    assert any(line.split()[:2] == ["targets.csv", "3"] and "2 of them never worked" in line for line in lines)
    assert any(
        line.split()[:2] == ["not_targeted.csv", "17"] and "12 customers, 5 in an open deal" in line for line in lines
    )
    assert "  - Add a market list." in lines


def test_where_there_is_no_profile_the_next_steps_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    evidence = {"verdict": "insufficient", "collect": ["Lost deals"], "interview": [{"name": "Ann's"}, {"name": "Bo"}]}
    report.print_next(Screen(), evidence)
    out = printed(capsys)
    assert "Lost deals." in out
    assert "Talk to Ann's, Bo" in out
    report.print_next(Screen(), {**evidence, "verdict": "profile"})
    assert printed(capsys) == ""


def test_two_profiles_are_told_at_once_with_the_wins_of_both(capsys: pytest.CaptureFixture[str]) -> None:
    counts = {"match_won": 40, "match_lost": 60, "rest_won": 30, "rest_lost": 170}
    moved = {"sentence": "uses Okta", "before": {"counts": counts}, "after": {"counts": counts | {"match_won": 5}}}
    change = {"at": "2025-03-01", "low": "2025-02-01", "high": "2025-04-01", "sentence": "Two", "moved": [moved]}
    profiles_told.print_profiles(Screen(), EVIDENCE | {"changes": [change]})
    out = printed(capsys)
    assert "before 2025-03-01: won" in out
    assert "40 of 100 (40%)" in out
    assert "5 of 65 (8%)" in out
    assert profiles_told.told_of_profiles({"changes": [change]}) == {"Two"}
    profiles_told.print_profiles(Screen(), EVIDENCE)
    assert printed(capsys) == ""


def test_a_column_that_a_criterion_was_found_in_is_not_listed_as_unused(capsys: pytest.CaptureFixture[str]) -> None:
    refused = [
        {"attribute": name, "reason": "unsupported", "proof": "luck"} for name in ("employees", "country", "age")
    ]
    found = [{"attribute": "employees", "grade": "suggestive"}, {"attribute": "country", "grade": "assumed"}]
    report.print_rejected(Screen(), {"rejected": refused, "criteria": found})
    out = capsys.readouterr().out
    assert "Not used, or assumed and not found: 2 columns" in out
    assert "employees" not in out
    report.print_rejected(Screen(), {"rejected": refused, "criteria": []})
    assert "Not used: 3 columns" in capsys.readouterr().out

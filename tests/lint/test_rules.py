"""Every rule: its example that fails fails by it, and its example that passes passes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from idealfit.lint.explaining import explained, reference
from idealfit.lint.rule import Rule
from idealfit.lint.rules import CODES, MEND_FIRST, RULES, chosen, rule_of
from idealfit.lint.subject import Counted, Leaving, Saved
from idealfit.profile.document import load_profile
from lint.sound import COUNTS, SOUND, TODAY, codes_of, found, laid_over, records

OF_FILES = [one for one in RULES if one.needs == "file"]
OF_RECORDS = [one for one in RULES if one.needs == "workspace"]


def test_a_sound_profile_passes_every_rule() -> None:
    assert [str(one) for one in found(SOUND, records()).found] == []


@pytest.mark.parametrize("rule", OF_FILES, ids=lambda rule: rule.code)
def test_the_example_that_fails_fails_and_the_one_that_passes_passes(rule: Rule) -> None:
    assert rule.code in codes_of(laid_over(rule.fails)), rule.fails
    assert rule.code not in codes_of(laid_over(rule.passes)), rule.passes


HALF = Counted(500, 500, 0)
SIZE = "layers: {firmographic: {criteria: [{id: size, when: employees BETWEEN 100 AND 500, points: 14, evidence: %s}]}}"
TWO = (
    "layers: {firmographic: {criteria: [{id: size, when: employees > 99, points: 14, grade: supported},"
    " {id: hiring, when: open_jobs > 3, points: 3}, {id: extra, when: revenue > 1, points: 2}]}}"
)
BEFORE = load_profile(laid_over(SIZE % COUNTS))
CASES: dict[str, tuple[str, dict[str, Any], str, dict[str, Any]]] = {
    "ICP302": ("", {"evidence": {"best": "deal_size"}}, "", {"evidence": {"best": "deal_size & retention"}}),
    "ICP303": (
        *("", {"best_in_ab": 10, "best": 40, "other_in_ab": 50, "others": 80}),
        *("", {"best_in_ab": 30, "best": 40, "other_in_ab": 30, "others": 80}),
    ),
    "ICP304": (
        *((SIZE % COUNTS).replace("BETWEEN 100 AND 500", "> 99"), {"versions": (Saved(1, BEFORE, TODAY),)}),
        *(SIZE % COUNTS, {"versions": (Saved(1, BEFORE, TODAY),)}),
    ),
    "ICP401": ("", {"counted": {"size": Counted(10, 20, 970)}}, "", {"counted": {"size": Counted(300, 600, 100)}}),
    "ICP402": ("", {"counted": {"size": Counted(900, 0, 100)}}, "", {"counted": {"size": HALF}}),
    "ICP403": ("", {"inbound_known": 200, "inbound_a": 90}, "", {"inbound_known": 200, "inbound_a": 30}),
    "ICP404": ("", {"tiers": {"A": 5, "B": 7, "C": 900}}, "", {"tiers": {"A": 50, "B": 70, "C": 900}}),
    "ICP405": (TWO, {"without": {"hiring": 900}}, TWO, {"without": {"size": 900, "hiring": 705}}),
    "ICP406": (
        *("", {"left": Leaving(200, 60, 0.3, 0.23, 0.39), "left_elsewhere": Leaving(200, 24, 0.12, 0.08, 0.18)}),
        *("", {"left": Leaving(200, 24, 0.12, 0.08, 0.18), "left_elsewhere": Leaving(200, 28, 0.14, 0.09, 0.2)}),
    ),
    "ICP407": ("", {"same_motion": ("profiles/x.yaml ('X')",)}, "", {"same_motion": ()}),
}


def test_every_rule_over_records_has_a_case() -> None:
    assert set(CASES) == {one.code for one in OF_RECORDS}


@pytest.mark.parametrize("code", sorted(CASES))
def test_a_rule_over_records_finds_what_it_is_for_and_no_more(code: str) -> None:
    fails, bad, passes, good = CASES[code]
    assert code in codes_of(laid_over(fails), records(**bad))
    assert code not in codes_of(laid_over(passes), records(**good))
    assert code not in codes_of(laid_over(fails)), "without records nothing is claimed"


OTHER = {"match_won": 61, "match_lost": 79, "rest_won": 210, "rest_lost": 790, "accounts": 131}
LATE, EARLY = date(2026, 9, 25), date(2026, 9, 1)
WAYS: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    ("ICP401", "no column 'employees'", {"columns": ("staff", "ownership", "tech")}, {}),
    ("ICP402", "true of no account", {"counted": {"size": Counted(0, 900)}}, {"counted": {"size": Counted(0, 4)}}),
    ("ICP402", "excludes none of 900", {"counted": {"public-sector": Counted(0, 900)}}, {"counted": {"size": HALF}}),
    ("ICP403", "fewer than 5%", {"inbound_known": 100, "inbound_a": 2}, {"inbound_known": 10, "inbound_a": 0}),
    ("ICP104", "same 500 accounts", {"counted": {"crm": HALF}, "alike": (("size", "crm"),)}, {}),
    ("ICP104", "are excluded by", {"counted": {"size": HALF}, "covered": (("size", "public-sector"),)}, {}),
    ("ICP407", "two profiles", {"evidence": {"divisions": [{"sentence": "Your evidence contains two profiles"}]}}, {}),
    ("ICP601", "60 deals were closed", {"closed_on": (LATE,) * 60}, {"closed_on": (LATE,) * 9}),
    ("ICP601", "15 conversations", {"held_on": (LATE,) * 15}, {"held_on": (EARLY,) * 90}),
    (
        *("ICP304", "counts of another criterion"),
        {"evidence": {"criteria": [{"id": "size", "when": "employees > 9", "counts": OTHER}]}},
        {"evidence": {"criteria": [{"id": "size", "when": "employees BETWEEN 100 AND 500", "counts": OTHER}]}},
    ),
]


@pytest.mark.parametrize(("code", "told", "bad", "good"), WAYS, ids=[one[1] for one in WAYS])
def test_each_way_to_fail_a_rule_is_told_in_its_own_words(
    code: str, told: str, bad: dict[str, Any], good: dict[str, Any]
) -> None:
    assert [one.code for one in found(SOUND, records(**bad)).found if told in str(one)] == [code]
    assert code not in codes_of(SOUND, records(**good))


@pytest.mark.parametrize(
    ("when", "fails"),
    [
        ("job_title = 'VP Engineering'", True),
        ("seniority IN ('director', 'vp')", True),
        ("contact_age > 40", True),
        ("\"Contact Title\" LIKE '%VP of%'", True),
        ("buyer LIKE 'Head of %'", True),
        ("gender = 'F'", True),
        ("personal_goals = 'promotion'", True),
        ("company_age > 5", False),
        ("average_contract_value > 5", False),
        ("industry = 'CRO'", False),
        ("has_role('VP Engineering')", False),
        ("happened('executive_hire', within => '90 days', detail => 'head of sales')", False),
        ("name LIKE '%Vice%'", False),
        ("sub_industry = 'Senior care'", False),
        ("page_title_length > 60", False),
    ],
)
def test_what_is_about_a_person_and_what_about_a_company(when: str, fails: bool) -> None:
    quoted = when.replace('"', '\\"')
    piece = f'layers: {{firmographic: {{criteria: [{{id: x, when: "{quoted}", points: 3}}]}}}}'
    assert ("ICP201" in codes_of(laid_over(piece))) is fails


@pytest.mark.parametrize(
    ("label", "fails"),
    [
        ("mid-market", True),
        ("tech companies", True),
        ("wants to grow", True),
        ("fast-growing firms", True),
        ("interested in compliance", True),
        ("innovative companies", True),
        ("SMBs", True),
        ("mid-market: 100 to 500 employees", False),
        ("tech stack includes Okta", False),
        ("real estate", False),
        ("first enterprise contract approaching", False),
        ("annual contract value", False),
        ("SOC 2 without growing headcount", False),
    ],
)
def test_which_words_are_vague(label: str, fails: bool) -> None:
    piece = f"layers: {{firmographic: {{criteria: [{{id: x, label: '{label}', when: a > 1, points: 3}}]}}}}"
    assert ("ICP202" in codes_of(laid_over(piece))) is fails


def test_a_vague_value_that_the_records_hold_is_theirs() -> None:
    piece = "layers: {firmographic: {criteria: [{id: x, when: segment = 'Mid-Market', points: 3}]}}"
    assert "ICP202" in codes_of(laid_over(piece), records(columns=("segment",)))
    assert "ICP202" not in codes_of(laid_over(piece), records(columns=("segment",), counted={"x": HALF}))


def test_many_criteria_without_evidence_are_told_in_one_line_and_few_one_by_one() -> None:
    def bare(count: int) -> str:
        entries = ", ".join(f"{{id: c{n}, when: a{n} > 1, points: 3}}" for n in range(count))
        return laid_over(f"layers: {{firmographic: {{criteria: [{entries}]}}}}\nexclusions: []")

    def told(count: int) -> list[str]:
        return [one.message for one in found(bare(count), codes=frozenset({"ICP301"})).found]

    assert told(2) == ["No evidence stands behind 'c0'", "No evidence stands behind 'c1'"]
    assert told(6) == ["None of 6 criteria has evidence behind it (c0, c1, c2, c3, …)"]


def test_fewer_than_five_accounts_are_no_evidence_unless_the_file_says_so() -> None:
    few = SOUND.replace("accounts: 131", "accounts: 4")
    assert "ICP301" in codes_of(few)
    assert "ICP301" not in codes_of(f"{few}check: {{least_accounts: 3}}\n")
    assert "rests on 1 account, fewer than 5" in str(found(SOUND.replace("accounts: 131", "accounts: 1")).found[0])


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ("employees < 50", "employees > 500", "exclude each other on 'employees'"),
        ("country = 'US'", "country IN ('DE', 'FR')", "exclude each other"),
        ("employees > 100", "employees BETWEEN 200 AND 300", "'a' is true wherever 'b' is"),
        ("employees > 100", "Employees >100", "says the same"),
        ("employees < 50 AND employees > 90", "revenue > 1", "can never be true"),
        ("employees > 100", "revenue > 100", ""),
        ("employees > 100", "employees < 500", ""),
        ("employees > 100 OR revenue > 5", "employees < 50", ""),
    ],
)
def test_contradictions_and_repetitions_are_seen_by_their_form(one: str, other: str, told: str) -> None:
    pair = f'{{id: a, when: "{one}", points: 3}}, {{id: b, when: "{other}", points: 2}}'
    piece = f"layers: {{firmographic: {{criteria: [{pair}]}}}}"
    said = [str(found_) for found_ in found(laid_over(piece), codes=frozenset({"ICP104"})).found]
    assert (len(said) == 1 and told in said[0]) if told else said == []


def test_an_exclusion_of_all_that_earns_points_is_a_contradiction() -> None:
    piece = "exclusions: [{id: mid, when: employees > 50, because: We have nobody for them.}]"
    assert any(
        "excludes every company that gets points for 'size'" in str(one) for one in found(laid_over(piece)).found
    )


def test_a_hypothesis_is_stricter_than_few_customers_bear_out() -> None:
    entries = ", ".join(f"{{id: c{n}, when: a{n} > 1, points: 3}}" for n in range(7))
    wide = f"layers: {{firmographic: {{criteria: [{entries}]}}}}"
    assert "ICP106" not in codes_of(laid_over(wide), records(customers=400))
    assert "ICP106" in codes_of(laid_over(wide), records(customers=12))


def test_a_review_is_due_after_its_period_counted_from_when_people_last_looked() -> None:
    unsigned = "{signatures: [], status: draft, as_of: 2026-01-01, review: {every: quarter, last: %s}}"
    assert "ICP601" in codes_of(laid_over(unsigned % "2026-06-01"))
    assert "ICP601" not in codes_of(laid_over(unsigned % "2026-08-01"))
    saved = Saved(1, BEFORE, date(2026, 9, 1))
    assert "ICP601" not in codes_of(laid_over(unsigned % "2026-06-01"), records(versions=(saved,)))
    built = Saved(1, BEFORE, date(2026, 9, 1), by_person=False)
    assert "ICP601" in codes_of(laid_over(unsigned % "2026-06-01"), records(versions=(built,)))


def test_an_approval_lapses_with_a_change_and_waits_for_every_proposed_exclusion() -> None:
    signed = SOUND.replace("on: 2026-09-20}", "on: 2026-09-20, content: 0123456789abcdef}")
    [told] = [str(one) for one in found(signed, codes=frozenset({"ICP603"})).found]
    assert "It was changed after" in told
    proposed = SOUND.replace("our runway.,", "our runway., state: proposed,")
    [told] = [str(one) for one in found(proposed, codes=frozenset({"ICP603"})).found]
    assert "nobody has decided on public-sector" in told


def test_ten_rules_are_on_by_default_and_all_with_strict() -> None:
    assert len(chosen()) == 10
    assert chosen(strict=True) == RULES
    assert len(chosen(select=("ICP501",), ignore=("ICP101",))) == 10


def test_codes_are_in_order_and_names_are_told_apart() -> None:
    codes = [one.code for one in RULES]
    assert codes == sorted(set(codes))
    assert len({one.name for one in RULES}) == len(RULES)
    assert set(MEND_FIRST) <= CODES
    assert rule_of("about-a-person") is rule_of("icp201")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_explains_itself(rule: Rule) -> None:
    text = explained(rule)
    assert rule.code in text and len(rule.summary) > 20 and len(rule.reason) > 40
    assert rule.summary.endswith(".") and rule.code in reference()


def test_an_error_is_mended_before_a_warning() -> None:
    text = laid_over("{exclusions: [], layers: {firmographic: {criteria: [{id: x, when: gender = 'F', points: 3}]}}}")
    first = found(text).first
    assert first is not None and first.code == "ICP201"


def test_firmographics_that_found_no_room_in_their_layer_are_firmographics_all_the_same() -> None:
    piece = """
    attributes: {warehouse: {label: warehouse, layer: %s}}
    layers:
      firmographic: {criteria: [{id: size, when: employees > 99, points: 9}]}
      need: {criteria: [{id: warehouse, when: warehouse = 'north', points: 2, grade: suggestive}]}
    """
    assert "ICP102" in codes_of(laid_over(piece % "firmographic"))
    assert "ICP102" not in codes_of(laid_over(piece % "need"))

"""What stands on the page."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

import pytest

from idealfit.profile.document import Profile
from idealfit.profile.rendering.model import Page, Section
from idealfit.profile.rendering.page import page_of, page_text
from profile_rendering import pages
from profile_rendering.pages import counted, found


def part(page: Page, key: str) -> Section:
    return next(section for section in page.sections if section.key == key)


@pytest.fixture(scope="module")
def page() -> Page:
    return page_of(pages.PROFILE, pages.EVIDENCE, pages.SUMMARY, company_name="Example Ltd", version="3")


def test_the_head_says_what_it_is_and_how_far_it_may_be_trusted(page: Page) -> None:
    assert page.name == "Security-conscious SaaS"
    assert page.eyebrow == "Ideal customer profile · Example Ltd · mid-market-outbound"
    assert page.stamp == "Evidence"
    assert page.reach == "Who buys, and for how much (we could not see who stays)"
    assert page.meta == (
        "Version 3",
        "Data through 30 September 2026",
        "Next review 30 December 2026 or after 50 closed deals",
    )


def test_the_sentence_can_be_said_aloud(page: Page) -> None:
    assert page.sentence == (
        "Look for a company with 100 to 500 employees, whose industry is software or financial services, "
        "and that uses Okta. Best moment: it raised funding in the last 180 days."
    )
    assert len(page.sentence.split()) <= 35


def test_the_three_numbers_come_from_the_summary(page: Page) -> None:
    assert [figure.value for figure in page.figures] == ["312", "41 of 108", "61 of 90"]
    assert "2,140" in page.figures[0].caption
    assert "188" in page.figures[0].caption
    assert "EUR\xa01.24\xa0million" in page.figures[1].caption
    assert "1 October 2025" in page.figures[2].caption


def test_checks_come_most_decisive_first_with_their_counts(page: Page) -> None:
    lines = part(page, "check").lines
    assert [line.mark for line in lines] == ["+14", "+9", "+7", "+4", "\N{MINUS SIGN}3"]
    assert lines[0].text == "100 to 500 employees"
    assert lines[0].detail == "61 of 140 won, elsewhere 210 of 1,000"
    assert lines[0].tag == ""
    assert (lines[2].tag, lines[3].tag) == ("suggestive", "assumed")
    assert lines[3].detail == "Our support speaks German."
    assert lines[4].text == "A minus: founded before 1990"


def test_an_exclusion_has_its_reason_and_its_price(page: Page) -> None:
    typed, proposed = part(page, "walk").lines
    assert typed.detail == "3 of 96 won."
    assert proposed.tag == "proposed"
    assert proposed.detail == (
        "They buy and leave. Saves 96 deals, gives up 2 wins: Lund & Partner and Kite Labs; 15 of 22 customers left."
    )


def test_what_only_a_call_can_tell_is_a_question_and_never_a_check(page: Page) -> None:
    asked = part(page, "ask").lines
    assert asked[0].text == "Is there somebody in security among the contacts?"
    assert asked[0].detail == "Good: yes (30 of 55 won). Bad: no (100 of 400)."
    assert asked[1].blank
    assert "security" not in " ".join(line.text for line in part(page, "check").lines)


def test_a_reason_to_call_now_says_how_long_it_lasts(page: Page) -> None:
    funded, pricing = part(page, "now").lines
    assert funded.detail.endswith("Half as strong every 30 days, gone after 180.")
    assert pricing.detail.endswith("Lasts 60 days.")
    profile = deepcopy(pages.PROFILE)
    profile["layers"]["behavioral"]["criteria"][0]["half_life"] = "90 days"
    pricing = part(page_of(profile, pages.EVIDENCE, pages.SUMMARY), "now").lines[1]
    assert pricing.detail.endswith("Lasts 60 days."), "it is gone before it has halved"


def test_what_only_people_know_is_left_open_and_never_invented(page: Page) -> None:
    us, profitable, room = part(page, "why").lines
    assert us.detail == "“We were audit-ready in six weeks.” Head of IT, Norrland Data"
    assert us.tag == ""
    for line in (profitable, room):
        assert line.blank
        assert line.tag == "to be filled by sales"
        assert line.detail == ""


def test_an_answer_without_a_quote_is_assumed_and_one_with_a_quote_is_not() -> None:
    profile = deepcopy(pages.PROFILE)
    profile["answers"] = {
        "why_us": "We answer in an hour.",
        "why_profitable": {
            "text": "They never call support.",
            "quotes": [{"text": "It just runs.", "source": "call 7"}],
        },
    }
    profile["personas"] = [{"role": "economic buyer", "title": "CFO"}, {"role": "champion"}]
    us, profitable, room = part(page_of(profile, pages.EVIDENCE, pages.SUMMARY), "why").lines
    assert (us.detail, us.tag) == ("We answer in an hour.", "assumed")
    assert (profitable.detail, profitable.tag) == ("They never call support. “It just runs.” (call 7)", "")
    assert (room.detail, room.tag) == ("CFO (economic buyer) and champion", "assumed")


def test_the_tiers_of_the_backtest_reconcile_with_the_sentence_below_them(page: Page) -> None:
    section = part(page, "followed")
    table = section.table
    assert table is not None
    assert [(row.name, row.won, row.span) for row in table.rows] == [
        ("A", "38 of 90", "42 (32 to 53)"),
        ("B", "28 of 120", "23 (17 to 32)"),
        ("C", "17 of 190", "9 (6 to 14)"),
        ("Everyone", "83 of 400", "21"),
    ]
    assert table.scale >= max(row.high or 0 for row in table.rows)
    assert section.lines[0].text == (
        "We would have worked 210 of 400 deals, kept 66 of 83 wins and 91 in 100 of the revenue. Given up: Aurora "
        "Freight, Bergmann AG, Kite Labs, Lund & Partner, Moss Foods and 12 more."
    )
    assert "opened after 1 January 2026" in section.note


def test_accounts_set_aside_are_not_called_later() -> None:
    evidence = deepcopy(pages.EVIDENCE)
    evidence["time"], evidence["backtest"]["kind"] = "none", "accounts_set_aside"
    page = page_of(pages.PROFILE, evidence, pages.SUMMARY)
    assert "not a test of time" in part(page, "followed").note
    assert any("over time" in line.text for line in part(page, "unknown").lines)


def test_at_most_three_things_are_not_known_and_the_rest_is_told(page: Page) -> None:
    assert len(part(page, "unknown").lines) == 3
    assert part(page, "unknown").lines[0].text == "Who stays: the records end at the signature."


@pytest.mark.parametrize(
    ("status", "verdict", "stamp"),
    [
        ("draft", "profile", "Evidence"),
        ("approved", "profile", "Approved"),
        ("hypothesis", "profile", "Hypothesis"),
        ("draft", "insufficient", "Hypothesis"),
        ("draft", "no_signal", "No signal"),
        ("draft", None, "Hypothesis"),
    ],
)
def test_the_stamp(status: str, verdict: str | None, stamp: str) -> None:
    evidence = None if verdict is None else {**pages.EVIDENCE, "verdict": verdict}
    assert page_of({**pages.PROFILE, "status": status}, evidence, {}).stamp == stamp


def test_a_signed_profile_names_who_signed() -> None:
    signed = {**pages.PROFILE, "signatures": [{"team": "customer_success", "by": "A. Berg", "on": "2026-10-03"}]}
    assert [one.signed for one in page_of(signed, None, None).signatures] == ["", "", "A. Berg, 3 October 2026"]


def test_an_insufficient_page_serves_a_founder_with_twelve_customers() -> None:
    profile, evidence, summary = pages.insufficient()
    page = page_of(profile, evidence, summary)
    grid = part(page, "customers")
    assert [row.name for row in grid.grid][:2] == ["Aurora Clinic", "Bay Dental"]
    assert len(grid.grid) == 12
    assert grid.traits == ("Employees", "Industry", "Country", "Uses Okta", "Raised funding")
    first = part(page, "interview").lines[0]
    assert first.text == "Aurora Clinic"
    assert first.detail.startswith("Bought fastest, 11 days. What happened the week before you wrote to us?")
    assert "What happened the week before you wrote to us?" in page_text(page)
    scored = [line for key in ("check", "now") for line in part(page, key).lines if line.mark]
    assert 0 < len(scored) <= 6
    assert all(line.tag in {"suggestive", "assumed"} for line in scored)
    assert "11 times in 100" in part(page, "followed").lines[0].text
    assert page.sentence.startswith("Our best guess so far")


def test_who_decided_against_us_fast_stands_beside_the_customers_and_is_never_one_of_them() -> None:
    profile, evidence, summary = pages.insufficient()
    fast = {"account_id": "f", "name": "Quick No", "outcome": "lost fast", "values": [9, "dental", "SE", "no", None]}
    evidence["customers"] |= {"rows": [*evidence["customers"]["rows"], fast], "total": 13}
    grid = part(page_of(profile, evidence, summary), "customers")
    assert grid.traits == ("Employees", "Industry", "Lost fast", "Employees", "Industry")
    assert "they had the urgency, and are no customers" in grid.note
    assert (grid.grid[0].name, grid.grid[0].values[2:]) == ("Aurora Clinic", ("Quick No", "9", "dental"))
    assert len(grid.grid) == 12 and grid.grid[1].values[2:] == ("", "", "")
    assert grid.cut == 0
    assert {len(row.values) for row in grid.grid} == {len(grid.traits)}


def test_a_page_without_signal_shows_what_failed_and_discovers_nothing() -> None:
    profile, evidence, summary = pages.no_signal()
    page = page_of(profile, evidence, summary)
    tried = part(page, "tried").lines
    assert [(line.text, line.detail) for line in tried] == [
        (
            "40 to 130 employees",
            "40 of 130 won, elsewhere 231 of 1,010. Luck alone shows as much 4 times in 100.",
        ),
        ("Sub-industry is bakery", "31 of 120 won, elsewhere 240 of 1,020. Luck alone shows as much 1 time in 100."),
        ("Not used", "Filled in by the outcome, the CRM or our own effort: lifecycle stage and handover wave."),
    ]
    assert "140 tried" in part(page, "tried").note
    assert "computes" not in page_text(page)
    assert next(line.text for line in part(page, "collect").lines) == "What triggered each purchase."
    assert not any(line.mark for section in page.sections for line in section.lines)
    assert "Nothing in our records" in page.sentence
    assert [figure.value for figure in page.figures] == ["1,140", "271 of 1,140", "97 in 100"]


def test_at_most_twelve_criteria_and_five_exclusions_stand_on_the_page_and_the_rest_is_told() -> None:
    profile = deepcopy(pages.PROFILE)
    many = [
        {"id": f"a{place}", "when": f"employees > {place}", "points": 20 - place, "because": "Short."}
        for place in range(12)
    ]
    profile["layers"]["firmographic"]["criteria"] = many
    profile["exclusions"] = [
        {"id": f"x{place}", "when": f"revenue < {place + 1}", "because": "Too small.", "state": "typed"}
        for place in range(9)
    ]
    page = page_of(profile, None, None)
    scored = [line for key in ("check", "now") for line in part(page, key).lines if line.mark]
    assert len(scored) <= 12
    assert len(part(page, "walk").lines) == 5
    assert part(page, "check").lines[0].mark == "+20"
    assert "4 exclusions" in page.cut_note
    assert "5 checks" in page.cut_note


def test_a_real_profile_document_and_its_content_give_the_same_page() -> None:
    document = Profile.model_validate(pages.PROFILE)
    left = page_of(document, pages.EVIDENCE, pages.SUMMARY, version="3")
    assert left == page_of(pages.PROFILE, pages.EVIDENCE, pages.SUMMARY, version="3")
    assert page_of(document, None, None).meta[0].startswith("Version ")


def test_a_question_for_the_call_that_only_the_evidence_knows_is_asked() -> None:
    evidence = deepcopy(pages.EVIDENCE)
    evidence["criteria"].append(
        found("sso", "uses('saml')", counted(40, 10, 90, 400), layer="technographic", seen="call", points=0)
    )
    asked = part(page_of(pages.PROFILE, evidence, pages.SUMMARY), "ask").lines
    assert asked[0].text == "Do they use Saml?"


@pytest.mark.parametrize("broken", [{}, {"layers": None}, {"layers": {"firmographic": {"criteria": None}}}])
def test_an_empty_profile_still_gives_a_page(broken: dict[str, Any]) -> None:
    page = page_of(broken, {}, {})
    assert page.name == "Ideal customer profile"
    assert all(section.lines or section.note for section in page.sections)


def test_a_reason_that_discovery_wrote_is_not_printed_beside_the_same_counts() -> None:
    profile, evidence = deepcopy(pages.PROFILE), deepcopy(pages.EVIDENCE)
    size = profile["layers"]["firmographic"]["criteria"][0]
    size["because"] = "61 of 140 won, elsewhere 210 of 1,000; 12 in 100 leave within a year, elsewhere 24."
    lines = part(page_of(profile, evidence, pages.SUMMARY), "check").lines
    assert lines[0].detail == "61 of 140 won, elsewhere 210 of 1,000. 12 in 100 leave within a year, elsewhere 24."


def test_an_exclusion_counts_all_wins_given_up_and_names_some() -> None:
    profile = deepcopy(pages.PROFILE)
    profile["exclusions"][1]["evidence"] = {
        "counts": counted(39, 272, 317, 871),
        "price": {"deals_avoided": 311, "wins_given_up": ["Lund & Partner", "Kite Labs", "Moss Foods", "Nordvik"]},
    }
    line = part(page_of(profile, pages.EVIDENCE, pages.SUMMARY), "walk").lines[1]
    assert "gives up 39 wins: Lund & Partner, Kite Labs, Moss Foods and 36 more" in line.detail


@pytest.mark.parametrize("unit", ["customer", "account"])
def test_where_only_customers_are_known_nothing_is_called_won(unit: str) -> None:
    evidence = {**deepcopy(pages.EVIDENCE), "reach": "customers", "unit": unit, "warnings": []}
    profile = deepcopy(pages.PROFILE)
    profile["exclusions"] = profile["exclusions"][1:]
    for verdict in ("profile", "insufficient", "no_signal"):
        page = page_of(profile, {**evidence, "verdict": verdict}, {})
        assert not re.search(r"\b(won|win|wins|deals?)\b", _evidence_text(page), re.I), verdict
    assert page.reach.startswith("Who your best customers are" if unit == "customer" else "Who you have")


def _evidence_text(page: Page) -> str:
    """What the evidence says: not the review's own words, nor the three numbers of the summary, nor the reach."""
    figures = [] if page.figures[0].value == "\N{EN DASH}" else [figure.caption for figure in page.figures]
    lines = [line for section in page.sections for line in section.lines]
    heads = [head for section in page.sections if section.table for head in section.table.heads[:3]]
    return " ".join([page.sentence, *figures, *heads, *(f"{line.text} {line.detail}" for line in lines)])


def test_records_without_any_date_give_a_page_without_a_day() -> None:
    evidence = deepcopy(pages.EVIDENCE)
    evidence["time"], evidence["sample"] = "none", {**evidence["sample"], "from": None, "to": None}
    page = page_of(pages.PROFILE, evidence, pages.SUMMARY, version="3")
    assert page.meta == ("Version 3", "Next review after 50 closed deals")
    assert page.as_of == ""


def test_what_customers_share_is_a_guess_on_a_page_without_criteria() -> None:
    profile, evidence, summary = pages.insufficient()
    profile["layers"], evidence["criteria"] = {}, []
    counts = {"good": 7, "of": 10, "others": 1, "of_others": 4}
    evidence["customers"]["shared"] = [
        {"attribute": "country", "when": "country = 'SE'", "sentence": "country is SE", "counts": counts}
    ]
    page = page_of(profile, evidence, summary)
    line = part(page, "check").lines[0]
    assert (line.text, line.mark, line.tag) == ("Country is SE", "7 of 10, others 1 of 4", "assumed")
    assert page.sentence == "Common among our customers so far: country is SE. Whether it matters is not tested."
    assert part(page, "followed").lines[0].text == "There is nothing to follow yet."
    assert page.figures[0].caption == "companies were looked at"


def test_a_question_names_the_answer_that_goes_with_winning() -> None:
    evidence = deepcopy(pages.EVIDENCE)
    ask = {"layer": "need", "seen": "call", "points": 0}
    evidence["criteria"] += [
        found("why", "reason_to_change = 'cost'", counted(40, 10, 90, 400), **ask),
        found("sso", "has_sso = FALSE", counted(10, 90, 90, 300), **ask),
    ]
    profile = deepcopy(pages.PROFILE)
    lines = {line.text: line.detail for line in part(page_of(profile, evidence, {}), "ask").lines}
    assert lines["What is their reason to change?"] == "Good: cost (40 of 50 won). Bad: anything else (90 of 490)."
    answer = next(detail for text, detail in lines.items() if "sso" in text.lower())
    assert answer == "Good: yes (90 of 390 won). Bad: no (10 of 100)."


def test_the_way_a_file_was_read_is_no_open_question() -> None:
    evidence = {**deepcopy(pages.EVIDENCE), "reach": "wins+value+retention"}
    evidence["warnings"] = [
        "deals: 4 won, 2 lost; read from stage",
        "accounts: 9 duplicates merged",
        "Nobody knows why",
    ]
    profile = {**pages.PROFILE, "layers": {}, "exclusions": []}
    lines = part(page_of(profile, evidence, {}), "unknown").lines
    assert [line.text for line in lines] == ["Nobody knows why."]


def test_a_short_grid_keeps_its_companies_and_a_long_one_shows_every_outcome() -> None:
    profile, evidence, summary = pages.insufficient()
    rows = [
        {"name": f"Company {place}", "outcome": "customer" if place < 18 else "lost", "values": ["1"] * 5}
        for place in range(30)
    ]
    evidence["customers"] |= {"rows": rows, "total": 70}
    grid = part(page_of(profile, evidence, summary), "customers")
    assert {row.outcome for row in grid.grid} == {"customer", "lost"}
    assert grid.cut == 70 - len(grid.grid)


def test_records_of_persons_speak_of_no_company() -> None:
    evidence = {"verdict": "insufficient", "reason": "no_accounts: the 30 rows are persons", "reach": "customers",
                "unit": "account", "as_of": "2026-11-22", "time": "none", "sample": {"won": 0, "lost": 0}}  # fmt: skip
    page = page_of({"profile": "Best-fit companies", "status": "hypothesis"}, evidence, {}, version="1")
    assert page.reach == "No company is named in the records yet"
    assert page.sentence.startswith("These records hold persons")
    assert not any("2026" in part for part in page.meta)


def test_a_list_of_companies_says_nothing_of_who_buys() -> None:
    evidence = {"verdict": "insufficient", "reason": "no_outcome: nothing says which accounts bought",
                "reach": "customers", "unit": "account", "time": "none", "sample": {"won": 0, "lost": 0}}  # fmt: skip
    page = page_of({"profile": "Best-fit companies", "status": "hypothesis"}, evidence, {}, version="1")
    assert page.reach == "Nothing in the records says who bought yet"
    assert page.sentence.startswith("These records name companies, but not which of them bought")
    assert "Who bought: nothing in the records says it." in [line.text for line in part(page, "unknown").lines]


def test_won_deals_alone_have_nothing_to_be_compared_with() -> None:
    evidence = {"verdict": "insufficient", "reach": "wins", "unit": "deal", "sample": {"won": 36, "lost": 0}}
    lines = [line.text for line in part(page_of({}, evidence, {}), "unknown").lines]
    assert "What sets the best apart: the records hold nobody to compare them with." in lines


def test_a_page_never_shows_the_test_of_another_profile() -> None:
    profile = deepcopy(pages.PROFILE)
    size = profile["layers"]["firmographic"]["criteria"][0]
    size["when"] = "employees   between 100 and 500"  # the same, written otherwise
    assert part(page_of(profile, pages.EVIDENCE, pages.SUMMARY), "followed").table is not None
    size["when"] = "employees BETWEEN 100 AND 800"
    changed = page_of(profile, pages.EVIDENCE, pages.SUMMARY)
    assert part(changed, "followed").table is None
    assert "not tested" in part(changed, "followed").lines[0].text
    checks = {line.text: line.detail for line in part(changed, "check").lines}
    # Its old counts do not stand beside the new range, though the criterion kept its id; the others keep theirs.
    assert "61 of 140" not in checks["100 to 800 employees"]
    assert "12 of 31 won" in checks["Uses Okta"]


def test_where_only_whom_to_avoid_is_proven_the_sentence_says_so() -> None:
    avoided = {"id": "x", "polarity": "exclude", "grade": "supported", "sentence": "business model is Wholesale"}
    rule = {"id": "x", "when": "business_model = 'Wholesale'", "because": "They leave.", "state": "proposed"}
    profile = {**pages.PROFILE, "layers": {}, "answers": {}, "exclusions": [rule]}
    page = page_of(profile, {**pages.EVIDENCE, "criteria": [avoided]}, None)
    assert page.sentence.startswith("Avoid companies whose business model is Wholesale.")

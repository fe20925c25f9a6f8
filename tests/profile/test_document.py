"""The profile file: read whole, refused whole, written back as a person left it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from idealfit.errors import ProfileFileError
from idealfit.profile.document import Criterion, Layer, Profile, content_hash, dump_profile, load_profile
from idealfit.profile.parsing import parse

EXAMPLE = Path(__file__).parent / "example_profile.yaml"


LAUGHS = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9))


def problems_of(text: str) -> list[str]:
    with pytest.raises(ProfileFileError) as caught:
        load_profile(text)
    return [str(problem) for problem in caught.value.problems]


def test_a_file_written_by_hand_is_read():
    profile = load_profile(EXAMPLE)
    assert (profile.profile, profile.motion, profile.status) == (
        "Security-conscious software companies",
        "mid-market-outbound",
        "draft",
    )
    assert profile.as_of == date(2026, 9, 30)
    assert [one.id for _, one in profile.criteria] == [
        *("size", "software", "identity-provider", "funding", "audit", "pricing", "security-lead")
    ]
    funding = profile.layers["situational"].criteria[0]
    assert funding.half_life_days == 90
    assert funding.predicate == parse("happened('funding_round', within => '180 days')")
    assert profile.answers.why_now[0].is_assumed
    assert not profile.answers.why_now[1].is_assumed
    assert profile.answers.why_now[1].quotes[0].source == "conversation-12"
    assert profile.card is not None
    assert profile.card.routes == {35: "ae-same-day", 15: "sdr-two-days", 0: "nurture"}
    assert profile.coverage.first_record == {"pricing_page": date(2025, 1, 1)}
    assert profile.exclusions[1].hard_block
    assert profile.dictionary["seat_price"].unit == "EUR"
    assert profile.objections[0].answer == "Ask how long the last review took."


def test_layers_without_a_weight_get_the_default_one():
    profile = load_profile("profile: x\nlayers: {firmographic: {}, need: {}}")
    assert profile.layers["firmographic"].weight == 35
    assert profile.layers["need"].weight == 0


def test_all_problems_of_a_file_are_told_at_once_with_their_lines():
    text = """profile: x
statuss: draft
status: drafty
layers:
  firmografic: {}
  technographic:
    weight: many
    criteria:
      - id: Size
        when: employees BETWEEN 100 500
        points: 140
      - wehn: a = 1
        id: b
      - id: b
        when: 'name = ''x'' AND happend(''a'')'
        points: 0
      - id: c
        when: |
          employees > 5
          AND use('okta')
        points: 2.5
      - {id: d, when: a > 1, points: 2, half_life: a month}
exclusions:
  - id: b
    when: soc2
tiers: {A: 40}
card: {criteria: [{id: dd, points: 1}]}
"""
    found = problems_of(text)
    for place, what, hint in [
        ("line 2, column 1", "'statuss' is unknown", "'status'"),
        ("line 3, column 9", "'drafty'", "'draft'"),
        ("line 5, column 3", "no layer 'firmografic'", "'firmographic'"),
        ("line 7, column 13", "A number is expected", ""),
        ("line 9, column 13", "'Size' is no id", "small letter"),
        ("line 10, column 37", "AND is missing", "AND"),
        ("line 11, column 17", "at most 20", ""),
        ("line 12, column 9", "'wehn' is unknown", "'when'"),
        ("line 12, column 9", "'when' is missing", ""),
        ("line 14, column 13", "used twice", "rename"),
        ("line 15, column 33", "no function happend", "happened"),
        ("line 20, column 15", "no function use", "uses"),
        ("line 21, column 17", "whole number", ""),
        ("line 22, column 52", "half-life", "30 days"),
        ("line 24, column 5", "'because' is missing", ""),
        ("line 24, column 9", "used twice", ""),
        ("line 26, column 12", "not above tier B", ""),
        ("line 27, column 24", "no criterion 'dd'", "layers above"),
    ]:
        assert any(line.startswith(place) and what in line and hint in line for line in found), (place, what, found)
    assert len(found) == 18
    lines = [int(line.split("line ")[1].split(",")[0]) for line in found]
    assert lines == sorted(lines)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "holds no profile"),
        ("- 1", "holds no profile"),
        ("profile: [", "no YAML"),
        ("profile: a: b", "in quotes"),
        ("profile: x\n\tmotion: y", "tab"),
        ("profile: x\nprofile: y", "stands twice"),
        ("profile: !!python/object:os.system x", "tag"),
        (LAUGHS, "aliases"),
        ("[" * 1100, "line 1, column 201: The file is nested too deep"),
        ('profile: "\\ud800"', "half of a character"),
        ("profile: x\n5: y", "The key 5 is no text"),
        ("profile: x\nexclusions: [{id: Too Big, when: b, because: c}]", "'Too Big' is no id"),
        ("profile: " + "x" * 250_000, "too large"),
        ("profile: x\nas_of: 2026-13-45", "line 2, column 8: '2026-13-45': There is no such day"),
        ("profile: x\nas_of: soon", "A date such as"),
        ("profile: x\nlayers: {firmographic: {weight: -1}}", "at least 0"),
        ("profile: x\nlayers: {firmographic: {weight: 0.1234}}", "three digits"),
        ("profile: x\nlayers: {firmographic: {weight: 0}}", "Every layer has weight 0"),
        ("profile: x\nlayers: {firmographic: {criteria: [{id: a, when: b, points: 0}]}}", "not 0"),
        ("profile: x\nexclusions: [{id: a, when: b, because: ' '}]", "missing here"),
        ("profile: x\nsegments: [{id: a, when: b}, {id: a, when: c}]", "stands twice"),
        ("profile: ''", "missing here"),
        ("motion: x", "'profile' is missing"),
    ],
)
def test_it_refuses_what_is_no_profile(text, says):
    assert any(says in line for line in problems_of(text))


def test_more_than_twenty_scored_criteria_are_refused_questions_apart():
    def file(scored: int, asked: int) -> str:
        entries = [f"{{id: s{n}, when: a > {n}, points: 1}}" for n in range(scored)]
        entries += [f"{{id: q{n}, when: a > {n}, seen: call}}" for n in range(asked)]
        return f"profile: x\nlayers: {{firmographic: {{criteria: [{', '.join(entries)}]}}}}"

    assert len(load_profile(file(20, 5)).criteria) == 25
    assert any("21 scored criteria" in line for line in problems_of(file(21, 0)))


def test_a_file_that_cannot_be_read_says_so(tmp_path):
    with pytest.raises(ProfileFileError, match="cannot be read"):
        load_profile(tmp_path / "none.yaml")
    with pytest.raises(ProfileFileError, match="cannot be read"):
        load_profile(tmp_path)
    bad = tmp_path / "bad.yaml"
    bad.write_bytes(b"profile: \xff\xfe")
    with pytest.raises(ProfileFileError, match="UTF-8") as caught:
        load_profile(bad)
    assert caught.value.as_dict()["file"] == "bad.yaml"


def test_what_is_written_is_read_back_and_written_the_same():
    profile = load_profile(EXAMPLE)
    text = dump_profile(profile)
    assert text.startswith("# The ideal customer profile")
    assert load_profile(text) == profile
    assert dump_profile(load_profile(text)) == text


def test_over_an_unchanged_file_nothing_changes():
    text = EXAMPLE.read_text()
    assert dump_profile(load_profile(EXAMPLE), over=text) == text


def test_over_an_existing_file_comments_and_order_stay():
    text = EXAMPLE.read_text()
    profile = load_profile(text)
    layer = profile.layers["firmographic"]
    changed = layer.criteria[0].model_copy(update={"points": 11})
    added = Criterion(id="new", when="revenue > 5", points=3)
    layers = dict(profile.layers) | {
        "firmographic": layer.model_copy(update={"criteria": (changed, layer.criteria[1], added)})
    }
    new = profile.model_copy(update={"layers": layers, "status": "approved"})
    written = dump_profile(new, over=text)
    assert load_profile(written) == new
    before, after = set(text.splitlines()), set(written.splitlines())
    assert before - after <= {"status: draft", "        points: 14"}
    for comment in ("# A profile written by hand", "# people, not seats", "# ask customer success for a quote"):
        assert comment in written


def test_the_hash_is_of_what_is_said_not_of_how_it_is_written():
    profile = load_profile(EXAMPLE)
    assert content_hash(load_profile(dump_profile(profile))) == content_hash(profile)
    assert content_hash(profile.model_copy(update={"status": "approved"})) != content_hash(profile)
    assert len(content_hash(profile)) == 64


def test_a_profile_made_in_python_is_checked_too():
    twice = (Criterion(id="a", when="b > 1", points=2), Criterion(id="a", when="b > 2", points=2))
    with pytest.raises(ValidationError, match="used twice"):
        Profile(profile="x", layers={"firmographic": Layer(weight=1, criteria=twice)})
    with pytest.raises(ValidationError, match="no function"):
        Criterion(id="a", when="nothing('x')", points=2)


def test_a_changed_part_does_not_touch_the_profile():
    profile = load_profile(EXAMPLE)
    with pytest.raises(ValidationError, match="frozen"):
        profile.status = "approved"


def test_what_discovery_found_comes_back_as_it_was():
    found = {
        "counts": {"won": np.int64(61), "lost": 79},
        "rates": (np.float64(0.5), 2.0),
        "later": None,
        "said": {"text": "a"},
    }
    criterion = Criterion(id="a", when="b > 1", points=2, evidence=found)
    profile = Profile(profile="x", layers={"need": Layer(weight=2, criteria=(criterion,))}, model={"slope": 1.0})
    again = load_profile(dump_profile(profile))
    assert again == profile
    assert content_hash(again) == content_hash(profile)
    evidence = again.layers["need"].criteria[0].evidence
    assert evidence is not None
    assert evidence["later"] is None
    assert evidence["said"] == {"text": "a"}


def test_a_quote_may_be_written_as_a_text():
    profile = load_profile("profile: x\nanswers: {why_us: {text: a, quotes: [b]}}")
    assert profile.answers.why_us[0].quotes[0].text == "b"
    assert load_profile(dump_profile(profile)) == profile


@pytest.mark.parametrize(
    ("written", "line", "column"),
    [
        ("when: a = 1 AND b ==", 7, 27),
        ("when: 'a = ''x'' ='", 7, 26),
        ('when: "a = 1 =="', 7, 22),
        ("when: |\n          a = 1\n          AND b ==", 9, 17),
        ("when: >-\n          a = 1\n          AND b ==", 9, 17),
        ("when: a = 1\n          AND b ==", 8, 17),
        ("when: 'a = ''x''\n          AND b =='", 8, 17),
        ('when: "\\u0061 = 1 AND b =="', 7, 15),
    ],
)
def test_a_predicate_s_mistake_is_placed_in_the_file(written, line, column):
    head = "profile: x\nlayers:\n  need:\n    weight: 1\n    criteria:\n      - id: a\n        "
    text = f"{head}{written}\n        points: 1\n"
    with pytest.raises(ProfileFileError) as caught:
        load_profile(text)
    assert (caught.value.where.line, caught.value.where.column) == (line, column)

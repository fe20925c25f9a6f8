from __future__ import annotations

import difflib
from datetime import date
from io import StringIO
from random import Random

import pytest

from idealfit.profile.content import Exclusion, Profile, Signature
from idealfit.profile.document import dump_profile, load_profile, substance_hash
from idealfit.profile.marked import read_marked, round_trip
from idealfit.profile.revising import revised

BY_HAND = """\
# Our profile. Ask Ada before you touch it.

profile:   "Mid-size companies"     # working title
layers:
   firmographic:   # who they are
      weight: 35
      criteria:
      # people, not seats
      - id: size
        when: employees BETWEEN 100 AND 500
        points: 10
        because: Two of us can serve them.  # said by Ada's team

      # sells to the large ones
      - {id: soft, when: "industry IN ('Software')", points: 5, because: x}
# --- whom we refuse ---
exclusions:
  # Lena asked for this one.
  - id: agency
    when: >-
      industry = 'agency'
    because: 3 of 96 won.
    state: proposed
  # and this one
  - id: gov
    when: ownership = 'government'
    because: 'slow'
# How we tier
tiers: {by: fit, A: 70, B: 40}   # tuned in May
# the end
"""
WAYS = {
    "as it is": BY_HAND,
    "with the line ends of Windows": BY_HAND.replace("\n", "\r\n"),
    "with a mark at its beginning": "\ufeff" + BY_HAND,
    "without a last line end": BY_HAND.rstrip("\n"),
}


def accepted(profile: Profile) -> Profile:
    exclusions = tuple(
        one.model_copy(update={"state": "accepted", "by": "Ada", "since": date(2026, 1, 2)})
        if one.id == "agency"
        else one
        for one in profile.exclusions
    )
    return profile.model_copy(update={"exclusions": exclusions})


def changed_lines(before: str, after: str) -> tuple[list[str], list[str]]:
    lines = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    return [line[2:].strip() for line in lines if line[0] == "-"], [
        line[2:].strip() for line in lines if line[0] == "+"
    ]


@pytest.mark.parametrize("text", WAYS.values(), ids=WAYS.keys())
def test_a_file_that_says_the_same_keeps_every_byte(text: str) -> None:
    assert dump_profile(load_profile(text), over=text) == text


@pytest.mark.parametrize("text", WAYS.values(), ids=WAYS.keys())
def test_a_decision_touches_the_lines_of_the_decision_only(text: str) -> None:
    after = accepted(load_profile(text))
    written = dump_profile(after, over=text)
    assert load_profile(written) == after
    gone, come = changed_lines(text, written)
    assert gone == ["state: proposed"]
    assert come == ["state: accepted", "since: 2026-01-02", "by: Ada"]
    assert ("\r\n" in text) == ("\r\n" in written)


def test_signatures_come_and_go_and_leave_no_trace() -> None:
    before = load_profile(BY_HAND.replace("layers:", "status: draft\nlayers:", 1))
    text = dump_profile(before, over=BY_HAND.replace("layers:", "status: draft\nlayers:", 1))
    signed = before.model_copy(update={"signatures": (Signature(team="sales", by="Ada", on=date(2026, 1, 1)),)})
    once = dump_profile(signed, over=text)
    twice = dump_profile(
        signed.model_copy(update={"signatures": (*signed.signatures, Signature(team="marketing", by="Bo"))}), over=once
    )
    assert changed_lines(once, twice) == ([], ["- team: marketing", "by: Bo"])
    assert dump_profile(before, over=twice) == text


def test_what_a_person_noted_stays_where_an_entry_goes() -> None:
    profile = load_profile(BY_HAND)
    written = dump_profile(profile.model_copy(update={"exclusions": profile.exclusions[1:]}), over=BY_HAND)
    assert [one.id for one in load_profile(written).exclusions] == ["gov"]
    assert changed_lines(BY_HAND, written)[1] == []
    for comment in ("# Lena asked for this one.", "# and this one", "# How we tier", "# the end"):
        assert comment in written


def test_a_new_entry_stands_after_the_one_before_it() -> None:
    profile = load_profile(BY_HAND)
    new = Exclusion(id="tiny", when="employees < 5", because="yes: it's #1")
    exclusions = (profile.exclusions[0], new, profile.exclusions[1])
    written = dump_profile(profile.model_copy(update={"exclusions": exclusions}), over=BY_HAND)
    assert [one.id for one in load_profile(written).exclusions] == ["agency", "tiny", "gov"]
    assert changed_lines(BY_HAND, written)[0] == []


def test_what_cannot_be_changed_in_place_is_written_anew_and_says_the_same() -> None:
    text = "profile: x\nexclusions: [{id: a, when: b > 1, because: &why slow}, {id: c, when: d > 1, because: *why}]\n"
    profile = load_profile(text)
    again = profile.model_copy(update={"exclusions": tuple(reversed(profile.exclusions))})
    assert load_profile(dump_profile(again, over=text)) == again


def test_who_signed_is_no_part_of_what_is_signed() -> None:
    profile = load_profile(BY_HAND)
    signed = profile.model_copy(update={"status": "approved", "signatures": (Signature(team="sales", by="Ada"),)})
    assert substance_hash(signed) == substance_hash(profile)
    assert substance_hash(accepted(profile)) != substance_hash(profile)


WORDS = ("a", "it's: x", "# no", "", "yes", "null", "1.5", "- x", "é\u00a0", "x\ny", "behind ", 0, 35, True, 2.5)


def a_value(rng: Random, depth: int):
    kind = rng.randrange(4) if depth else 0
    if kind == 0:
        return rng.choice(([], {})) if rng.random() < 0.2 else rng.choice(WORDS)
    if kind == 1:
        return [a_value(rng, depth - 1) for _ in range(rng.randrange(4))]
    if kind == 2:
        return [{"id": f"i{n}"} | a_mapping(rng, depth - 1) for n in rng.sample(range(9), rng.randrange(4))]
    return a_mapping(rng, depth - 1)


def a_mapping(rng: Random, depth: int):
    return {key: a_value(rng, depth) for key in rng.sample("pqrstuvw", rng.randrange(1, 5))}


def edited(rng: Random, value, *, emptied: bool):
    """Another content, some keys and entries gone, new or changed; without `emptied` nothing goes and lists stay."""
    if isinstance(value, dict):
        kept = {key: part for key, part in value.items() if not emptied or rng.random() > 0.12}
        made = {key: edited(rng, part, emptied=emptied) if rng.random() < 0.4 else part for key, part in kept.items()}
        return made | ({rng.choice("xyz"): a_value(rng, 2)} if rng.random() < 0.3 else {})
    if isinstance(value, list):
        if not emptied:
            return value
        if rng.random() < 0.2:
            return []
        kept = [part for part in value if rng.random() > 0.2]
        return [edited(rng, part, emptied=emptied) if rng.random() < 0.3 else part for part in kept]
    return rng.choice(WORDS) if rng.random() < 0.5 else value


def noted(rng: Random, text: str) -> str:
    """The text with comments on lines of their own and behind keys."""
    lines: list[str] = []
    for number, line in enumerate(text.splitlines()):
        lines += [f"{' ' * rng.randrange(4)}# note {number}."] if rng.random() < 0.15 else []
        lines.append(f"{line}   # behind {number}." if line.endswith(":") and rng.random() < 0.15 else line)
    return "\n".join([*lines, ""])


@pytest.mark.parametrize("emptied", [True, False])
def test_what_is_changed_in_place_says_what_was_asked_and_keeps_the_notes(emptied: bool) -> None:
    in_place = 0
    for seed in range(50):
        rng, out, yaml = Random(seed), StringIO(), round_trip()  # noqa: S311 - nothing secret
        before = a_mapping(rng, 3)
        after = edited(rng, before, emptied=emptied)
        yaml.indent(mapping=rng.choice((2, 4)), sequence=4, offset=2)
        yaml.dump(before, out)
        text = noted(rng, out.getvalue())
        written = revised(text, before, after)
        if written is None:
            continue
        in_place += 1
        assert read_marked(written).content == after, text
        if not emptied:
            gone = [line for line in text.splitlines() if "# " in line and "." in line and line not in written]
            notes = [line for line in gone if line.strip().startswith("# note") and line.strip() not in written]
            assert notes == []
    assert in_place > 20

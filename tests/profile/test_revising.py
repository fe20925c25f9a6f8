from __future__ import annotations

import difflib
from datetime import date

import pytest

from idealfit.profile.content import Exclusion, Profile, Signature
from idealfit.profile.document import dump_profile, load_profile, substance_hash

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

"""The form of a profile: untouched it says the same profile; what is typed changes what it names and nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from idealfit.profile.content import Profile
from idealfit.profile.controls import Control, to_controls
from idealfit.profile.document import load_profile
from idealfit.profile.form import EXCLUDED, SEGMENT, SOLD_TO, Entry, Form, filled, form_of
from idealfit.profile.form_acts import (
    as_it_was,
    in_order,
    moved_entry,
    negated,
    new_id,
    with_control,
    with_entry,
    with_part,
    without_entry,
    without_part,
)
from idealfit.profile.form_said import KINDS, Saying
from idealfit.profile.parsing import parse
from idealfit.records.attribute import LAYERS


@pytest.fixture(scope="module")
def profile() -> Profile:
    return load_profile(Path(__file__).parent / "example_profile.yaml")


def last_excluded(form: Form) -> int:
    return max(at for at, one in enumerate(form.entries) if one.place == EXCLUDED)


def changed(form: Form, number: int, **typed: object) -> Form:
    entries = [replace(one, **typed) if at == number else one for at, one in enumerate(form.entries)]
    return replace(form, entries=tuple(entries))


def test_an_untouched_form_says_the_same_profile(profile: Profile) -> None:
    found = filled(form_of(profile), profile)
    assert found.profile == profile and found.changed == () and found.troubles == ()


def test_another_condition_loses_what_was_found_for_the_old_one(profile: Profile) -> None:
    form = with_control(form_of(profile), 0, to_controls(parse("employees BETWEEN 7 AND 9")))
    found = filled(form, profile)
    assert found.profile is not None and found.changed == (form.entries[0].id,)
    one = found.profile.criteria[0][1]
    assert (one.when, one.evidence, one.known_true_rate) == ("employees BETWEEN 7 AND 9", None, None)
    assert found.profile.criteria[1:] == profile.criteria[1:]


def test_what_cannot_be_used_is_told_at_its_entry_and_field(profile: Profile) -> None:
    form = form_of(profile)
    bad = Control("number", {"on": "employees", "how": "between", "low": "x", "high": ""})
    for typed, at in (
        (changed(form, 0, points="many"), (0, "points")),
        (changed(form, 0, points="21"), (0, "points")),
        (changed(form, 0, points="0"), (0, "")),
        (changed(form, 0, half_life="soon"), (0, "half_life")),
        (changed(form, 1, id="Not An Id"), (1, "id")),
        (changed(form, 1, id=form.entries[0].id), (1, "id")),
        (with_control(form, 1, bad), (1, "low")),
        (changed(form, last_excluded(form), words={}), (last_excluded(form), "because")),
        (changed(form, 0, card="many"), (0, "card")),
        (replace(form, routes=(("35", "ae"), ("35", "sdr"))), (None, "route.1")),
        (replace(form, routes=(("", "ae"),)), (None, "route.0")),
        (replace(form, tiers={**form.tiers, "A": "200"}), (None, "tier.A")),
        (replace(form, tiers={**form.tiers, "A": "1"}), (None, "tier.A")),
        (replace(form, weights={**form.weights, "firmographic": "-1"}), (None, "weight.firmographic")),
    ):
        found = filled(typed, profile)
        assert found.profile is None
        assert at in [(one.entry, one.field) for one in found.troubles], (at, found.troubles)


def test_criteria_are_added_moved_removed_and_made_exclusions(profile: Profile) -> None:
    form = form_of(profile)
    ids = [one.id for one in form.entries]
    fresh = Entry(new_id("Employees", ids), "", "need", "3", "", "list", {}, to_controls(parse("employees > 9")))
    more = filled(with_entry(form, fresh), profile)
    assert more.profile is not None and more.profile.layers["need"].criteria[-1].when == "employees > 9"

    less = filled(without_entry(form, 0), profile)
    assert less.profile is not None and ids[0] not in [one.id for _layer, one in less.profile.criteria]

    out = in_order(changed(form, 0, place=EXCLUDED, words={"because": "They never stay."}))
    gone = filled(with_control(out, last_excluded(out), negated(form.entries[0].control)), profile)
    assert gone.profile is not None and gone.profile.exclusions[-1].state == "typed"
    assert gone.profile.exclusions[-1].when.startswith(("NOT ", "employees NOT"))

    assert moved_entry(form, 0, -1) == form
    layer = [at for at, one in enumerate(form.entries) if one.place == EXCLUDED]
    assert [one.id for one in moved_entry(form, layer[0], 1).entries][layer[0]] == ids[layer[1]]


def test_what_is_done_segments_card_and_whom_it_is_for_are_typed(profile: Profile) -> None:
    form = form_of(profile)
    kept = next(at for at, one in enumerate(form.entries) if one.place == SEGMENT)
    form = changed(form, kept, words={**form.entries[kept].words, "say": "Live in a day."})
    form = with_entry(form, Entry("size", "", SEGMENT, "", "", "list", {}, to_controls(parse("country = 'DE'"))))
    form = with_entry(form, Entry(SOLD_TO, "", SOLD_TO, "", "", "list", {}, to_controls(parse("employees > 9"))))
    first = next(at for at, one in enumerate(form.entries) if one.card)
    form = changed(form, first, card="", id="renamed")
    form = replace(form, actions={**form.actions, "B": "", "A-now": "Ring today"}, routes=(("30", "ae"), ("0", "sdr")))
    found = filled(form, profile)
    now = found.profile
    assert now is not None, found.troubles
    assert [(one.id, one.lead_with, one.say) for one in now.segments] == [
        ("small-team", "speed", "Live in a day."),
        ("size", None, None),  # a segment may be called as a criterion is
    ]
    assert now.sold_to == "employees > 9" and found.changed == ("segment:size", "sold_to:sold_to")
    assert now.tiers.actions == {"A": "call this week", "C": "leave to marketing", "A-now": "Ring today"}
    assert now.card and profile.card and now.card.routes == {30: "ae", 0: "sdr"}
    assert [(one.id, one.points) for one in now.card.criteria] == [
        (one.id, one.points) for one in profile.card.criteria if one.id != profile.card.criteria[0].id
    ]
    assert now.layers["firmographic"].criteria[1:] == profile.layers["firmographic"].criteria[1:]
    back = form_of(now)
    assert filled(back, now).profile == now
    bare = replace(back, routes=(), entries=tuple(replace(one, card="") for one in back.entries if one.place in LAYERS))
    emptied = filled(bare, now).profile
    assert emptied is not None and (emptied.card, emptied.segments, emptied.sold_to) == (None, (), None)


def test_conditions_are_joined_and_taken_apart() -> None:
    one, two = to_controls(parse("employees > 9")), to_controls(parse("country = 'DE'"))
    both = with_part(one, (), two)
    assert both.kind == "group" and both.parts == (one, two)
    assert without_part(both, (0,)) == two and without_part(both, (7,)) == both
    assert new_id("Employees", ["employees"]) == "employees-2" and new_id("42!", []) == "criterion"


def test_what_is_removed_is_put_back_as_it_was(profile: Profile) -> None:
    form = form_of(profile)
    gone = without_entry(changed(form, 0, points="3"), 0)
    less = filled(gone, profile).profile
    assert less is not None and form.entries[0].id not in {one.id for _layer, one in less.criteria}
    again = filled(as_it_was(gone, 0, form), profile)
    assert again.profile == profile
    new = with_entry(form, replace(form.entries[0], id="new", was=""))
    at = [one.id for one in new.entries].index("new")
    assert without_entry(new, at) == form


def typed(form: Form, section: str, *words: dict[str, str]) -> Form:
    """`form` with `words` in the place of the entries of a section, those that stand there taken over in order."""
    were = form.said[section]
    made = [Saying(at if at < len(were) else None, one) for at, one in enumerate(words)]
    return replace(form, said={**form.said, section: tuple(made)})


@pytest.mark.parametrize("section", KINDS)
def test_each_thing_that_people_say_is_written_and_taken_away_again(profile: Profile, section: str) -> None:
    bare = filled(replace(form_of(profile), said=dict.fromkeys(KINDS, ())), profile).profile
    assert bare is not None
    kind = KINDS[section]
    words = {name: f"Some {name}" for name in kind.typed}
    said = filled(typed(form_of(bare), section, words), bare).profile
    assert said is not None and said != bare
    shown = form_of(said).said[section]
    assert [dict(one.words) for one in shown] == [words]
    assert filled(form_of(said), said).profile == said
    assert filled(typed(form_of(said), section), said).profile == bare


def test_a_word_that_is_changed_leaves_quotes_and_neighbours_alone(profile: Profile) -> None:
    form = form_of(profile)
    first, second = form.said["why_now"]
    said = filled(typed(form, "why_now", {**first.words, "text": "Another."}, dict(second.words)), profile).profile
    assert said is not None
    assert [one.text for one in said.answers.why_now] == ["Another.", second.words["text"]]
    assert said.answers.why_now[1] == profile.answers.why_now[1]
    heard = filled(typed(form, "why_now", dict(first.words), {**second.words, "text": "The board asks."}), profile)
    assert heard.profile is not None and heard.profile.answers.why_now[1].quotes == profile.answers.why_now[1].quotes
    wrong = filled(typed(form, "objections", {"answer": "It helps."}), profile)
    assert [(one.field, one.what) for one in wrong.troubles] == [
        ("said.objections.0", "The words themselves are missing")
    ]


def test_name_and_review_are_typed_and_refused_at_their_field(profile: Profile) -> None:
    form = form_of(profile)
    said = {"name": "Others", "every": "year", "deals": "12", "owners": "Sales; Board"}
    found = filled(replace(form, about=said), profile).profile
    assert found is not None and found.profile == "Others"
    assert (found.review.every, found.review.after_closed_deals) == ("year", 12)
    assert found.review.owners == ("sales", "board")
    for name, typed_there in (("name", " "), ("deals", "many"), ("owners", ";")):
        wrong = filled(replace(form, about={**form.about, name: typed_there}), profile)
        assert [one.field for one in wrong.troubles if one.field.startswith("about")] == [f"about.{name}"]

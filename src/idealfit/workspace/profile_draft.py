"""A profile while it is edited: as a form or as a text, with what is wrong in it; only saving writes anything.

The draft travels with the page: the text that it began from, and the form over it. So two tabs do not meet, and
nothing that was typed is lost where something is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from idealfit.errors import ProfileFileError, ProfileProblem
from idealfit.profile.content import Profile
from idealfit.profile.controls import Control, from_controls
from idealfit.profile.difference import difference
from idealfit.profile.document import load_profile
from idealfit.profile.form import (
    EXCLUDED,
    MOST_ENTRIES,
    SEGMENT,
    SOLD_TO,
    Entry,
    Filled,
    Form,
    Trouble,
    filled,
    form_of,
)
from idealfit.profile.form_acts import (
    as_it_was,
    in_order,
    moved_entry,
    negated,
    new_id,
    settled,
    with_control,
    with_entry,
    with_part,
    without_entry,
    without_part,
)
from idealfit.profile.form_said import KINDS as SAID
from idealfit.profile.form_sent import read_form
from idealfit.profile.motion import DEFAULT_MOTION, motions_in
from idealfit.profile.said import PERSONA_KINDS
from idealfit.profile.sentence import sentence
from idealfit.workspace.drafting_desk import NEW_POINTS, DraftingDesk

__all__ = [
    "DEFAULT_MOTION",
    "PERSONA_KINDS",
    "SAID",
    "Draft",
    "begun",
    "changed_since",
    "continued",
    "motions_in",
    "sentences_of",
]

How: TypeAlias = Literal["form", "text"]
Sent: TypeAlias = "Mapping[str, Sequence[str]]"
_ADDED: Final = {
    "add": ("", "new"),
    "add-exclusion": (EXCLUDED, "new"),
    "add-segment": (SEGMENT, "new-segment"),
    "add-sold-to": (SOLD_TO, "new-sold-to"),
}
"""What an act adds: its place ('': that of what it speaks of), and the field that says what it speaks of."""
_ACT: Final = re.compile(r"(up|down|remove|back|flip|join|part)-(\d{1,3})((?:\.\d{1,3})*)", re.ASCII)


@dataclass(frozen=True)
class Draft:
    """What is on the page: `text` is what was typed, or what the form stands over; `profile` what it says, None where
    it cannot be used: then `problems` (of the text) or `troubles` (of the form) say why. `focus`: where on
    the page something has just been done; `changed` are the ids with another condition.
    """

    how: How
    text: str
    form: Form | None = None
    profile: Profile | None = None
    problems: tuple[ProfileProblem, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    changed: tuple[str, ...] = ()
    focus: str = ""

    def at(self, number: int | None, part: Sequence[int] = (), name: str = "") -> tuple[Trouble, ...]:
        """What is wrong at one entry (None: of the whole), at one part of its condition and in one field of it."""
        found = (one for one in self.troubles if one.entry == number)
        return tuple(one for one in found if one.at == tuple(part) and (not name or one.field == name))

    def wrong(self, number: int) -> bool:
        """Whether anything is wrong at an entry."""
        return any(one.entry == number for one in self.troubles)


def begun(desk: DraftingDesk, text: str, how: How, add: str = "") -> Draft:
    """The draft of a profile file as it is. `add`: the id of something that a build found, or 'column:NAME', to be
    added to it. A text that cannot be used is shown as a text.
    """
    try:
        profile = load_profile(text)
    except ProfileFileError as fault:
        return Draft("text", text, None, None, fault.problems)
    if how == "text" and not add:
        return Draft("text", text, None, profile)
    form = form_of(profile)
    draft = Draft("form", text, form, profile)
    if not add:
        return draft
    entry = desk.candidate(add, _ids(form))
    return _checked(_added(desk, draft, form, add) if entry is None else _with(draft, form, entry))


def continued(desk: DraftingDesk, sent: Sent, text: str, how: str, act: str) -> Draft:
    """The draft as it was sent, after an act: look, save, as-form, as-text, add, room for one more of what people say
    ('say-objections'), or one on an entry ('remove-3').
    """
    try:
        base = load_profile(text)
    except ProfileFileError as fault:
        return Draft("text", text, None, None, fault.problems)
    if how == "text":
        return Draft("form", text, form_of(base), base) if act == "as-form" else Draft("text", text, None, base)
    form = read_form(sent)
    if act in _ADDED:
        place, name = _ADDED[act]
        what = sent.get(name, ("",))[-1]
        return _checked(_added(desk, Draft("form", text, settled(form)), settled(form), what, place))
    room = act.removeprefix("say-")
    draft = Draft("form", text, form, focus=f"said-{room}" if act != room and room in SAID else "")
    if found := _ACT.fullmatch(act):
        draft = _acted(desk, draft, found, sent)
    draft = _checked(replace(draft, form=in_order(settled(draft.form or form))))
    if draft.profile is not None:
        draft = replace(draft, profile=_measured(desk, draft.profile, draft.changed, base))
        if act == "as-text" and draft.profile is not None:
            return Draft("text", desk.text_of(draft.profile, text), None, draft.profile)
    return draft


def _measured(desk: DraftingDesk, profile: Profile, changed: Sequence[str], base: Profile) -> Profile:
    """What an unknown criterion counts, measured anew where its condition is another one."""
    return desk.bench.measured(profile, changed) if changed and profile != base else profile


def _checked(draft: Draft) -> Draft:
    if draft.form is None:
        return draft
    found: Filled = filled(draft.form, load_profile(draft.text))
    return replace(draft, profile=found.profile, troubles=found.troubles, changed=found.changed)


def _ids(form: Form) -> tuple[str, ...]:
    return tuple(one.id for one in form.entries)


def _with(draft: Draft, form: Form, entry: Entry) -> Draft:
    if len(form.entries) >= MOST_ENTRIES:
        return draft
    more = with_entry(form, entry)
    return replace(draft, form=more, focus=f"e{_ids(more).index(entry.id)}")


def _added(desk: DraftingDesk, draft: Draft, form: Form, what: str, where: str = "") -> Draft:
    place, control = desk.starting(what)
    name = SOLD_TO if where == SOLD_TO else new_id(what.removeprefix("column:") or "criterion", _ids(form))
    points = "" if where else str(NEW_POINTS)
    return _with(draft, form, Entry(name, "", where or place, points, "", "list", {}, control))


def _acted(desk: DraftingDesk, draft: Draft, act: re.Match[str], sent: Sent) -> Draft:
    word, number = act[1], int(act[2])
    at = tuple(int(one) for one in act[3].split(".")[1:])
    form = draft.form
    if form is None or number >= len(form.entries):
        return draft
    entry = form.entries[number]
    if word == "remove":
        return replace(draft, form=without_entry(form, number), focus=f"e{number if entry.was else max(0, number - 1)}")
    if word == "back":
        again = in_order(as_it_was(form, number, form_of(load_profile(draft.text))))
        at_was = [at for at, one in enumerate(again.entries) if one.was == entry.was]
        return replace(draft, form=again, focus=f"e{at_was[0] if entry.was else number}")
    if word in ("up", "down"):
        moved = moved_entry(form, number, -1 if word == "up" else 1)
        return replace(draft, form=moved, focus=f"e{_ids(moved).index(entry.id)}")
    if word == "flip":
        out = replace(entry, place=EXCLUDED, points="", control=negated(entry.control))
        turned = replace(form, entries=tuple(out if at == number else one for at, one in enumerate(form.entries)))
        ordered = in_order(turned)
        return replace(draft, form=ordered, focus=f"e{_ids(ordered).index(entry.id)}")
    if word == "part":
        changed = without_part(entry.control, at)
    else:
        key = f"e{number}.when{''.join(f'.{one}' for one in at)}.new"
        changed = with_part(entry.control, at, desk.starting(sent.get(key, ("",))[-1])[1])
    return replace(draft, form=with_control(form, number, changed), focus=f"e{number}")


def sentences_of(desk: DraftingDesk, draft: Draft) -> tuple[str, ...]:
    """Each entry of the form as a sentence; '' for one that cannot be used."""
    if draft.form is None:
        return ()
    return tuple(_sentence(desk, one.control) for one in draft.form.entries)


def _sentence(desk: DraftingDesk, control: Control) -> str:
    predicate, _objections = from_controls(control)
    return "" if predicate is None else sentence(predicate, desk.attributes)


def changed_since(desk: DraftingDesk, began: str, now: str) -> tuple[str, ...]:
    """What somebody else has changed since a draft began, in words; none where either text cannot be read."""
    try:
        return tuple(one.text for one in difference(load_profile(began), load_profile(now), desk.attributes))
    except ProfileFileError:
        return ()

"""What a person does to a form beside typing: criteria and conditions are added, removed, exchanged."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from idealfit.profile.controls import Control, from_controls, to_controls
from idealfit.profile.form import MOST_ENTRIES, PLACES, Entry, Form
from idealfit.profile.predicate import Not


def new_id(words: str, taken: Sequence[str]) -> str:
    """An id for something new, made of `words`, that is not among `taken`."""
    stem = re.sub(r"[^a-z0-9]+", "-", words.casefold()).strip("-0123456789") or "criterion"
    stem = stem[:48].rstrip("-")
    names = (stem if number == 1 else f"{stem}-{number}" for number in range(1, MOST_ENTRIES + 2))
    return next(name for name in names if name not in taken)


def with_entry(form: Form, entry: Entry) -> Form:
    """`form` with one more, behind the last of its place."""
    behind = [at for at, one in enumerate(form.entries) if PLACES.index(one.place) <= PLACES.index(entry.place)]
    at = behind[-1] + 1 if behind else 0
    return replace(form, entries=(*form.entries[:at], entry, *form.entries[at:]))


def without_entry(form: Form, number: int) -> Form:
    """`form` without one. What stands in the profile is only marked as gone, to be put back while nothing is saved."""
    at = form.entries[number]
    kept = (replace(at, gone=True),) if at.was else ()
    return replace(form, entries=(*form.entries[:number], *kept, *form.entries[number + 1 :]))


def as_it_was(form: Form, number: int, before: Form) -> Form:
    """`form` with one entry as it stands in `before`, the form of the profile that it began from."""
    one = form.entries[number]
    old = next((found for found in before.entries if one.was and found.key == one.was), one)
    return replace(form, entries=(*form.entries[:number], old, *form.entries[number + 1 :]))


def moved_entry(form: Form, number: int, by: int) -> Form:
    """`form` with one exchanged with the next (`by` 1) or the one before (-1) of its place."""
    entries = list(form.entries)
    if not 0 <= number < len(entries):
        return form
    own = [at for at, one in enumerate(entries) if one.place == entries[number].place]
    other = own.index(number) + by
    if 0 <= other < len(own):
        entries[number], entries[own[other]] = entries[own[other]], entries[number]
    return replace(form, entries=tuple(entries))


def in_order(form: Form) -> Form:
    """`form` with its entries by place; within one as they stood."""
    return replace(form, entries=tuple(sorted(form.entries, key=lambda one: PLACES.index(one.place))))


def with_control(form: Form, number: int, control: Control) -> Form:
    """`form` with another condition of one entry."""
    entries = tuple(replace(one, control=control) if at == number else one for at, one in enumerate(form.entries))
    return replace(form, entries=entries)


def with_part(control: Control, at: Sequence[int], part: Control) -> Control:
    """`control` with one more condition in the group at `at`; a single condition becomes a group of two."""
    if at and control.kind == "group" and at[0] < len(control.parts):
        parts = list(control.parts)
        parts[at[0]] = with_part(parts[at[0]], at[1:], part)
        return replace(control, parts=tuple(parts))
    if control.kind == "group":
        return replace(control, parts=(*control.parts, part))
    return Control("group", {"how": "all"}, (), (control, part))


def without_part(control: Control, at: Sequence[int]) -> Control:
    """`control` without the condition at `at`; a group of one that is left is that one."""
    if not at or control.kind != "group" or at[0] >= len(control.parts):
        return control
    parts = list(control.parts)
    if len(at) == 1:
        del parts[at[0]]
    else:
        parts[at[0]] = without_part(parts[at[0]], at[1:])
    if len(parts) == 1 and control.said.get("how") in ("all", "any"):
        return parts[0]
    return replace(control, parts=tuple(parts))


def negated(control: Control) -> Control:
    """The opposite of a condition: what must hold, as what is walked away from."""
    predicate, _objections = from_controls(control)
    if predicate is None:
        return control
    return to_controls(predicate.operand if isinstance(predicate, Not) else Not(predicate))


def settled(form: Form) -> Form:
    """`form` with the values that were typed beside a list among those that are chosen."""
    return replace(form, entries=tuple(replace(one, control=_settled(one.control)) for one in form.entries))


def _settled(control: Control) -> Control:
    if control.kind == "group":
        return replace(control, parts=tuple(map(_settled, control.parts)))
    typed = [one.strip() for one in control.said.get("more", "").split(";") if one.strip()]
    if not typed:
        return control
    return replace(control, said={**control.said, "more": ""}, chosen=tuple(dict.fromkeys((*control.chosen, *typed))))

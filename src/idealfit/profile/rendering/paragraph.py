"""The profile in one paragraph, ready to paste into a chat or a report to the board."""

from __future__ import annotations

from typing import Final

from idealfit.profile.rendering.model import Line, Page, Section
from idealfit.profile.rendering.wording import DASH, ended

MOST: Final = 3


def paragraph_of(page: Page) -> str:
    """What `page` says, in a handful of sentences without markup: whom to look for, when to walk away, how much there
    is of it, how it did on deals that it had not seen, and how far to trust it.
    """
    sections = {section.key: section for section in page.sections}
    parts = [f"{page.name} ({page.stamp.lower()}; {page.reach[:1].lower()}{page.reach[1:]}).", ended(page.sentence)]
    if walk := _texts(sections.get("walk")):
        parts.append(f"Walk away if: {'; '.join(walk)}.")
    parts += [ended(f"{one.value} {one.caption}") for one in page.figures if one.value != DASH]
    if (followed := sections.get("followed")) is not None:
        parts += [_result(followed)]
    if (unknown := sections.get("unknown")) is not None and unknown.lines:
        parts.append(f"Not known: {ended(unknown.lines[0].text)}")
    return " ".join([*(part for part in parts if part), ended(", ".join(page.meta))]).strip()


def _texts(section: Section | None) -> list[str]:
    return [_told(line) for line in section.lines if not line.blank][:MOST] if section is not None else []


def _told(line: Line) -> str:
    return f"{line.text} ({line.tag})" if line.tag else line.text


def _result(section: Section) -> str:
    """'If we had followed it: A 48 of 151, everyone 215 of 944', with how it was judged."""
    if section.table is None or not section.table.rows:
        return ended(section.lines[0].text) if section.lines else ""
    first, last = section.table.rows[0], section.table.rows[-1]
    verb = section.table.heads[1].lower()
    judged = section.note.partition(". ")[0]
    return (
        f"If we had followed it: tier {first.name} {verb} {first.won}, {last.name.lower()} {last.won}. {ended(judged)}"
    )

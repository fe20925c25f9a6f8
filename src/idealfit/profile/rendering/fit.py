"""Fitting the page to one side of paper: measure, choose the size of type, cut whole lines until it fits, and tell."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from idealfit.profile.rendering.breaking import covered
from idealfit.profile.rendering.model import Page, Section
from idealfit.profile.rendering.wording import count

SETTINGS = (
    *((10.0, air) for air in (2.4, 2.1, 1.8, 1.5, 1.25)),
    *((9.5, air) for air in (1.5, 1.25, 1.05)),
    *((9.0, air) for air in (1.4, 1.2, 1.0, 0.85)),
)
"""Sizes of the body in points, never below 9, with how far the gaps are stretched: the roomiest first."""
ROOM, ROOM_IN_OTHER_SCRIPTS = 268.0, 238.0
"""Height of the type area in millimetres: 297 less margins of 12, less what browsers set looser than we measure: more
where they take a font of the machine's own."""
LETTER_IS_SHORTER = 17.6
"""Millimetres by which a sheet of US Letter is shorter than one of A4."""


@dataclass(frozen=True)
class Heights:
    """Measured heights in millimetres: `head` and `foot` of the page, and of each section its own head (title, note,
    table) and its lines or rows, each with the gap that follows it.
    """

    head: float
    foot: float
    sections: tuple[tuple[float, tuple[float, ...]], ...]


SHORT_GRID, ROW_OF_FEW, ROW_OF_MANY = 16, 9.5, 3.0
"""Up to sixteen companies are all of a founder's: their rows are worth nearly as much as a statement."""


Measure = Callable[[Page], Heights]


def fit_page(page: Page, measure: Measure | None = None) -> Page:
    """`page` in the roomiest setting in which nothing is cut; else in the tightest, with the least worthy lines cut."""
    if measure is None:
        from idealfit.profile.rendering.pdf import measure_page

        measure = measure_page
    known: dict[int, Page] = {}
    room = ROOM if covered(page) else ROOM_IN_OTHER_SCRIPTS
    room -= LETTER_IS_SHORTER if page.paper == "us-letter" else 0

    def fits(place: int) -> bool:
        size, air = SETTINGS[place]
        tried = replace(page, size=size, air=air, cut_note=told(page))
        split, total = balance(page.sections, measure(tried))
        known[place] = replace(tried, split=split)
        return total <= room

    place = bisect_left(range(len(SETTINGS)), True, key=fits)
    if place < len(SETTINGS):
        return known[place]
    # Measured with the longest line that can tell what was cut, so that telling a cut never needs another.
    size, air = SETTINGS[-1]
    tight = replace(page, size=size, air=air, cut_note=f"{_LONGEST_NOTE} {page.elsewhere}")
    sections, split = _cut(page.sections, measure(tight), room)
    note = told(replace(tight, sections=sections))
    left = sum(map(_holds, [section for section in sections if not section.wide][:split]))
    return replace(tight, sections=tuple(filter(_holds, sections)), split=left, cut_note=note)


def _holds(section: Section) -> bool:
    """Is anything left of it below its title?"""
    return bool(section.note or section.table or section.lines or section.grid)


_LONGEST_NOTE = "Not on this page: " + "12 failed candidates, " * 10


def told(page: Page) -> str:
    """The one line that tells what was cut: '3 checks, 1 exclusion'; empty where nothing was."""
    found = [f"{count(section.cut)} {section.noun[section.cut != 1]}" for section in page.sections if section.cut > 0]
    if page.long:
        found.append(f"{count(page.long)} {'reason' if page.long == 1 else 'reasons'} too long for a page")
    if not found:
        return page.elsewhere
    cut = f"Not on this page: {', '.join(found)}. All of it is in the profile and evidence files."
    return f"{cut} {page.elsewhere}".rstrip()


def balance(sections: Sequence[Section], heights: Heights) -> tuple[int, float]:
    """How many of the narrow sections stand in the left column so that the taller column is shortest, keeping their
    order; and the height of the whole page then.
    """
    full = [top + sum(lines) for top, lines in heights.sections]
    narrow = [height for height, section in zip(full, sections, strict=True) if not section.wide]
    wide = sum(height for height, section in zip(full, sections, strict=True) if section.wide)
    best = min(range(len(narrow) + 1), key=lambda split: max(sum(narrow[:split]), sum(narrow[split:])))
    columns = max(sum(narrow[:best]), sum(narrow[best:]))
    return best, heights.head + columns + wide + heights.foot


def _cut(whole: Sequence[Section], heights: Heights, room: float) -> tuple[tuple[Section, ...], int]:
    """Cuts one line at a time, the least worthy of the column that is too tall; sections' `keep` best lines last of
    all. Answers what remains and the split of the columns.
    """
    sections = list(whole)
    split, total = balance(sections, heights)
    while total > room and (place := _least(sections, heights, split)):
        section, line = place
        sections[section] = _without(sections[section], line)
        top, lines = heights.sections[section]
        measured = list(heights.sections)
        measured[section] = (top, lines[:line] + lines[line + 1 :])
        heights = replace(heights, sections=tuple(measured))
        split, total = balance(sections, heights)
    return tuple(sections), split


def _least(sections: list[Section], heights: Heights, split: int) -> tuple[int, int] | None:
    """Where the line stands that is cut next: (section, line), or None if nothing is left to cut."""
    full = [top + sum(lines) for top, lines in heights.sections]
    narrow = [place for place, section in enumerate(sections) if not section.wide]
    left, right = narrow[:split], narrow[split:]
    taller = left if sum(full[place] for place in left) >= sum(full[place] for place in right) else right
    candidates = [
        (within_keep, worth, -section, -line, section, line)
        for section in [*taller, *(place for place, item in enumerate(sections) if item.wide)]
        for line, (within_keep, worth) in enumerate(_worths(sections[section]))
    ]
    return min(candidates)[-2:] if candidates else None


def _worths(section: Section) -> list[tuple[bool, float]]:
    """Of each line or row: is it among the `keep` best, and what is it worth? Rows of a long grid are worth little
    each, those of a short one much; the first of every outcome stay, so that there is something to compare.
    """
    if section.grid:
        seen: Counter[str] = Counter()
        places = []
        for row in section.grid:
            places.append(seen[row.outcome])
            seen[row.outcome] += 1
        worth = ROW_OF_MANY if len(section.grid) + section.cut > SHORT_GRID else ROW_OF_FEW
        return [(2 * place < section.keep, worth - place / 100) for place in places]
    ranked = sorted(range(len(section.lines)), key=lambda place: -section.lines[place].worth)
    kept = set(ranked[: section.keep])
    return [(place in kept, line.worth) for place, line in enumerate(section.lines)]


def _without(section: Section, place: int) -> Section:
    if section.grid:
        cut = section.cut + section.grid[place].companies
        return replace(section, grid=section.grid[:place] + section.grid[place + 1 :], cut=cut)
    # An empty rule says nothing that could be missed.
    cut = section.cut + (not section.lines[place].blank)
    return replace(section, lines=section.lines[:place] + section.lines[place + 1 :], cut=cut)

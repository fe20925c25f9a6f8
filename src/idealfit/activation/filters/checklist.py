"""The checklist: what a person sets in a tool, box by box, and what is lost by it, on one page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

from idealfit.activation.filters.statement import COMBINATIONS, NOT_KNOWN, Difference, Line, Rule, Way
from idealfit.activation.filters.ways import NAMES

CHECKLISTS: Final = (".html", ".pdf", ".md")
TITLES: Final = {
    "tier-ab": "accounts in A or B",
    "tier-a": "accounts in A",
    "matching": "accounts that meet every criterion",
}
HOW: Final = {
    "hubspot": "In CRM → Segments (lists), create an active list of companies. Each box is a filter group; groups are "
    "joined with OR, the filters in one with AND. By API, the file makes the same list.",
    "salesforce": "Run the query where SOQL runs, or set up the list view: its filter lines by number, then the filter "
    "logic. By deployment, the XML file makes the same view.",
    "apollo": "Search companies. Each box is one search of its own: run them one after another into one list.",
    "zoominfo": "Search companies. Each box is one search of its own: run them one after another into one list.",
    "linkedin": "Search accounts. Each box is one search of its own: save what they find in one account list.",
}
_STATUS = {
    "as asked": "as asked",
    "looser": "too many",
    "tighter": "some missing",
    "other": "may differ",
    "left out": "left out",
    "not needed": "not used",
}


@dataclass(frozen=True)
class Box:
    """One group or search: its heading and its (filter, value) lines to tick off."""

    heading: str
    steps: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Said:
    """One criterion: what is asked, a word for how it is said, and what is lost."""

    asked: str
    status: str
    lost: str


@dataclass(frozen=True)
class Checklist:
    """Everything on the page, in words."""

    title: str
    subtitle: str
    how: str
    boxes: tuple[Box, ...]
    lines: tuple[Said, ...]
    lost: tuple[str, ...]
    difference: tuple[str, ...]
    rules: tuple[tuple[str, str, str], ...]
    notes: tuple[str, ...]
    as_of: date

    @classmethod
    def of(
        cls,
        profile: str,
        tool: str,
        what: str,
        as_of: date,
        ways: Sequence[Way],
        rules: Sequence[Rule],
        titles: Sequence[str],
        notes: Sequence[str],
    ) -> Checklist:
        """The page of what was made."""
        shown = ways[-1]
        word = "Group" if tool == "hubspot" else "List view" if tool == "salesforce" else "Search"
        number = len(shown.steps)
        boxes = tuple(
            Box(f"{word} {at} of {number}" if number > 1 else word, steps) for at, steps in enumerate(shown.steps, 1)
        )
        return cls(
            title=f"{NAMES[tool]}: {TITLES[what]}",
            subtitle=f"{profile} · as of {as_of.isoformat()}",
            how=HOW[tool],
            boxes=boxes,
            lines=tuple(_said(line) for line in shown.lines),
            lost=tuple(dict.fromkeys(lost for way in ways for lost in way.lost)),
            difference=tuple(text for way in ways if way.difference for text in told(way, way.difference)),
            rules=tuple((f"{rule.points:+d}", rule.asked, _filters(rule)) for rule in rules),
            notes=tuple(notes),
            as_of=as_of,
        )


def _said(line: Line) -> Said:
    return Said(line.asked, _STATUS[line.status], "; ".join(line.losses))


def _filters(rule: Rule) -> str:
    if not rule.any_of:
        return "cannot be said there"
    return " — or — ".join("; ".join(group) for group in rule.any_of)


def told(way: Way, found: Difference) -> list[str]:
    """The difference in sentences, the whole first."""
    said = [
        f"{way.label}: the profile means {found.profile:,} of {found.accounts:,} accounts, the filter finds "
        f"{found.filter:,}: {found.too_many:,} too many, {found.missing:,} missing"
    ]
    words = {line.id: f"by '{line.asked}'" for line in way.lines} | {
        COMBINATIONS: "by points that add up otherwise",
        NOT_KNOWN: "because the profile counts a part of what is not known, the filter nothing",
    }
    said += [f"{cause.too_many:,} too many and {cause.missing:,} missing {words[cause.id]}" for cause in found.causes]
    return said


def checklist_file(page: Checklist, form: str) -> bytes:
    """The page as .html, .pdf or .md."""
    if form == ".md":
        return _markdown(page).encode("utf-8")
    if form == ".pdf":
        from idealfit.activation.filters.checklist_page import pdf

        return pdf(page)
    from idealfit.activation.filters.checklist_page import html

    return html(page).encode("utf-8")


def data_of(page: Checklist) -> dict[str, Any]:
    """The page as plain data, for a template."""
    return {**asdict(page), "as_of": page.as_of.isoformat()}


def _markdown(page: Checklist) -> str:
    parts = [f"# {_plain(page.title)}", _plain(page.subtitle), _plain(page.how)]
    for box in page.boxes:
        steps = "\n".join(f"- [ ] **{_plain(name)}**: {_plain(value)}" for name, value in box.steps)
        parts += [f"## {_plain(box.heading)}", steps or "- [ ] no filter"]
    if page.rules:
        rules = "\n".join(f"- [ ] **{points}** {_plain(asked)}: {_plain(how)}" for points, asked, how in page.rules)
        parts += ["## Score rules", rules]
    said = "\n".join(
        f"- {_plain(line.asked)}: {line.status}{f' ({_plain(line.lost)})' if line.lost else ''}" for line in page.lines
    )
    parts += ["## What is lost", said]
    for texts in (page.lost, page.difference, page.notes):
        if texts:
            parts.append("\n".join(f"- {_plain(text)}" for text in texts))
    return "\n\n".join(parts) + "\n"


def _plain(text: str) -> str:
    """A text of a user's within a line of Markdown: nothing in it is markup."""
    escaped = "".join(f"\\{sign}" if sign in "\\`*_{}[]<>#|!" else sign for sign in text)
    return " ".join(escaped.split())

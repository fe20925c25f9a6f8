"""A pasted document as sentences, each with what it stands under: headings and their parents, lists, lead-ins, and
tables read column by column.

A table that says what is ideal, what will do and what is not wanted is three lists, not one; a row of buyers is a
person with a part to play. What a document says of itself (its purpose, its examples, its pricing) is marked as an
aside: it says nothing about a good customer.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

Part: TypeAlias = Literal[
    "none", "against", "people", "triggers", "need", "objections", "evaluation", "channels", "language", "value",
    "why_us", "questions", "aside",
]  # fmt: skip
Wish: TypeAlias = Literal["ideal", "acceptable", "against"]
_AGAINST = (
    r"\b(?:not|isn't|aren't|never|no longer|nobody)\b.{0,20}\b(?:fit|icp|target|match|ideal|serve|sell|want|for|right)"
    r"|(?:don't|do not|cannot|not trying to)\b.{0,8}\b(?:serve|sell|want|work|target)|disqualif|descalif|exclu|avoid"
    r"|red flags?\b(?! for good)|negative|\banti\b|\b(?:bad|poor|wrong) |walk away|steer clear|looks? right but"
    r"|deal.?breaker|pushes? them away"
)
_ASIDE = (
    r"^(?:why|exceptions?|reasons?|rationale|actions?|evidence|overview|purpose|about(?: this.*)?|introduction"
    r"|background|how (?:to|this|we).*|example(?:s|.{0,3}compan.*"
    r"|.{0,3}accounts?|.{0,3}customers?)?|sample.*|notes?.*|appendix|changelog|change ?log|updates?|version.*"
    r"|next steps"
    r"|what .{1,30} (?:sells?|offers?)|positioning|output.*|connections|related.*|offices|seasonal.*|(?:notable"
    r"|existing)"
    r" customers.*|competit(?:ors?|ive|ion)\b.*|competitive landscape.*|deal (?:shape|size)|why (?:it|this|an? icp).*"
    r"|rules?|sources?|lead sheet.*|legend|contents?|table of contents|last updated.*|final (?:output"
    r"|instruction).*|reports to|age|experience|education)$"
)
_HEADINGS: Final[tuple[tuple[Part, str], ...]] = (
    ("aside", _ASIDE),
    ("against", _AGAINST),
    ("objections", r"objection|concern|push ?back"),
    ("evaluation", r"evaluat|decision (?:criteria|process)|buying (?:criteria|process)|how they (?:buy|choose|decide)"
                   r"|procurement|proof (?:of|requirement)|purchas"),
    ("questions", r"\bquestions?\b|discovery call"),
    ("need", r"\bpains?\b|challenge|problem"),
    ("triggers", r"trigger|why now|(?:buy\w*|intent|qualif\w*|timing|urgency|behaviou?r\w*|readiness|high-intent"
                 r"|situational) signals?|signals? (?:to|that)|^signals?$|\bevents?\b|^timing"),
    ("people", r"persona|buyers?\b|decision.?maker|stakeholder|champion|who (?:buys|feels|does|signs|decides)|committee"
               r"|\broles?\b|contacts?\b|^users?$|influencers?|blockers?$|demographic|^titles?$|budget holder"),
    ("channels", r"channel|where (?:to find|they|we find)|watering"),
    ("language", r"\blanguage\b|words they|phrases|vocabulary"),
    ("why_us", r"why us|differentiat|why they choose us"),
    ("value", r"value|outcome|promise|benefit|\bgoals?\b"),
    ("need", r"\bneeds?\b|use case|jobs? to be done"),
)  # fmt: skip
_HEADING = re.compile(
    r"^\s{0,3}(?:(#{1,6})\s+(.+?)\s*#*|\*\*([^*]+)\*\*:?|__([^_]+)__:?|\s*((?:[-*+]\s+)?[A-Za-z][^.!?|]{1,160}):)\s*$"
)
_LEAD = re.compile(r"^((?:[A-Z]|include|exclude)[A-Za-z0-9 '\N{RIGHT SINGLE QUOTATION MARK}/&()+-]{0,40}):\s+(?=\S)")
_BULLET = re.compile(r"^\s*(?:>\s*)*(?:[-*+•◦▪‣]|\(?\d+[.)])\s+(?:\[[ xX]\]\s+)?|^\s*(?:>\s*)+")
_SIGN = re.compile("^[\u2190-\u21ff\u2300-\u2bff\U0001f000-\U0001faff\ufe0f\u200d\\s]+")
_NOT_SIGN = re.compile("^\\s*[\u274c\u2716\u2717\U0001f6ab\u26d4]")
_ABBREVIATED = r"(?<!e\.g\.)(?<!i\.e\.)(?<!vs\.)(?<!U\.S\.)(?<!U\.K\.)(?<!Inc\.)(?<!approx\.)(?<!etc\.)"
_ENDS = re.compile(rf"(?<=[.!?]){_ABBREVIATED}\s+(?=[A-Z\"“])")
_MARKUP = re.compile(r"!\[[^\]]*\]\([^)]*\)|\*\*|__|`|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)|\[([^\]]*)\]\([^)]*\)")
_TAGS = re.compile(r"<!--.*?-->|</?[a-zA-Z][^<>]{0,200}>")
_RULE = re.compile(r"^[\s|:=+_*~-]*$")
_ABOUT_COLUMN = re.compile(
    r"^(?:\W*|attribute|criteri(?:a|on)|filter|filtro|dimension|field|factor|category|characteristic|parameter"
    r"|aspect|element|component|variable|firmographics?|area|what|layer|question)s?$",
    re.IGNORECASE,
)
_AGAINST_COLUMN = re.compile(rf"{_AGAINST}|\bbad\b|\bno\b|skip", re.IGNORECASE)
_SECOND_COLUMN = re.compile(r"accept|secondary|stretch|nice|adequate|edge|okay|\bok\b|will do|possible", re.IGNORECASE)
_SAID_COLUMN = re.compile(
    r"^(?:why.*|notes?|comments?|weight|data source|source|ingestor.*|signal type|how .*|impact|examples?|opportunity"
    r"|what it (?:means|indicates|tells).*|lo que indica|fit level|priority|points?|score|rationale|reason|tier|status"
    r"|owner|\d+ p(?:oin)?ts?|peso|deal size|acv|sales cycle)$",
    re.IGNORECASE,
)
_TITLE_COLUMN = re.compile(r"\btitles?\b|\bpersona\b|\brole\b|\bwho\b|stakeholder|\bbuyer\b|contact", re.IGNORECASE)
_PERSON_TABLE = re.compile(r"^(?:\w+ )?(?:personas?|roles?|buyers?|stakeholders?)\b|\| titles?\b", re.IGNORECASE)
_PERSON_COLUMNS: Final = (
    ("measured_on", re.compile(r"kpi|measured|metrics|accountable", re.IGNORECASE)),
    ("cares_about", re.compile(r"care|priorit|goal|motivat|wants?\b", re.IGNORECASE)),
    ("fears", re.compile(r"fear|concern|objection|frustrat|worr|pain", re.IGNORECASE)),
    ("role", re.compile(r"\brole\b|involve|influence|part\b|type|power", re.IGNORECASE)),
)
_ANYWHERE: Final = ("aside", "why_us", "objections", "questions")
"""Sections that a lead-in opens even in the middle of what is not wanted."""
WIDEST_JOIN = 60
"""A line as long as this goes on in the next one; a shorter one only before a small letter."""


@dataclass(frozen=True)
class Sentence:
    """`text` on `line`, under `heading`, in the section `part`; `wish` as a table's column has it; `person` where a
    table's row describes somebody: what each column says."""

    line: int
    heading: str
    text: str
    part: Part
    wish: Wish = "ideal"
    person: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass
class _Place:
    """The headings above a line: (depth, words, section), the deepest last."""

    above: list[tuple[int, str, Part]] = field(default_factory=list)

    def enter(self, depth: int, words: str) -> None:
        while self.above and self.above[-1][0] >= depth:
            self.above.pop()
        self.above.append((depth, words, part_of(words)))

    @property
    def words(self) -> str:
        return self.above[-1][1] if self.above else ""

    @property
    def part(self) -> Part:
        return next((part for _, _, part in reversed(self.above) if part != "none"), "none")


def part_of(heading: str) -> Part:
    """The section of a profile that a heading speaks of: 'Red flags' → 'against'; 'none' where it names none."""
    plain = heading.strip(" :*#").replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return next((part for part, words in _HEADINGS if re.search(words, plain, re.IGNORECASE)), "none")


def sentences_of(text: str) -> Iterator[Sentence]:
    """The sentences of `text` in order. A heading comes with an empty sentence, the title of the document first."""
    place = _Place()
    lines = _lines(text)
    for at, (number, line) in enumerate(lines):
        if not line.strip():
            continue
        if line.lstrip().startswith("|"):
            if at == 0 or not lines[at - 1][1].lstrip().startswith("|"):
                yield from _table(place, _rows(lines, at))
            continue
        if hit := _HEADING.match(line):
            words = bare(_BULLET.sub("", next(filter(None, hit.groups()[1:]))))
            place.enter(len(hit[1]) if hit[1] else 8 if hit[5] else 7, words)
            yield Sentence(number, words, "", place.part)
            continue
        yield from _line(place, number, line)


def _line(place: _Place, number: int, line: str) -> Iterator[Sentence]:
    wish: Wish = "against" if _NOT_SIGN.match(_BULLET.sub("", line)) else "ideal"
    plain = bare(_BULLET.sub("", line))
    heading, part = place.words, place.part
    if (lead := _LEAD.match(plain)) is not None:
        named, rest = part_of(lead[1]), plain[lead.end() :]
        if named != "none" or len(lead[1].split()) <= 4:
            heading = f"{place.words} {lead[1]}" if named == "none" else lead[1]
            part = part if named == "none" or (part in ("against", "aside") and named not in _ANYWHERE) else named
            plain = rest
    for sentence in _ENDS.split(plain):
        if re.search(r"\w", sentence):
            yield Sentence(number, heading, " ".join(sentence.split()), part, wish)


def _lines(text: str) -> list[tuple[int, str]]:
    """The lines with their numbers: without what only lays out a page, and with wrapped lines joined."""
    found: list[tuple[int, str]] = []
    inside = False
    plain = _TAGS.sub(" ", html.unescape(text.replace("\r\n", "\n").replace("\r", "\n")))
    for number, raw in enumerate(plain.split("\n"), 1):
        line = "".join(letter if letter.isprintable() else " " for letter in raw)
        if line.strip() == "---" and (number == 1 or inside):
            inside = number == 1
            continue
        if inside or line.lstrip().startswith(("```", "~~~")):
            continue
        if _RULE.match(line) and not (line.lstrip().startswith("|") and "-" in line):
            found.append((number, ""))
        elif found and _goes_on(found[-1][1], line):
            found[-1] = (found[-1][0], f"{found[-1][1].rstrip()} {line.strip()}")
        else:
            found.append((number, line))
    return found


def _goes_on(before: str, line: str) -> bool:
    """Whether `line` is the rest of the wrapped line `before`."""
    if not before or before.lstrip().startswith(("|", "#")) or line.lstrip().startswith(("|", "#")):
        return False
    if _LEAD.match(line.strip()) or re.match(r"\s*[\w-]+:(?:\s|$)", line):
        return False
    if _BULLET.match(line) or _HEADING.match(before) or before.rstrip().endswith((".", "!", "?", ":")):
        return False
    first = line.strip()[:1]
    return (first.islower() and len(before) >= WIDEST_JOIN // 2) or (
        len(before) >= WIDEST_JOIN and not _HEADING.match(line)
    )


def bare(text: str) -> str:
    """`text` without the marks of Markdown, signs before it, and outer blanks."""
    plain = _SIGN.sub("", text).strip() if _SIGN.match(text) else text
    return _SIGN.sub("", _MARKUP.sub(lambda hit: hit[1] or "", plain)).strip()


def _rows(lines: list[tuple[int, str]], at: int) -> list[tuple[int, list[str]]]:
    rows = []
    for number, line in lines[at:]:
        if not line.lstrip().startswith("|"):
            break
        rows.append((number, [bare(cell) for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]))
    return rows


def _table(place: _Place, rows: list[tuple[int, list[str]]]) -> Iterator[Sentence]:
    """The cells of a table. Without a line of dashes under its first row, each row is one thing and what it says."""
    ruled = {number for number, cells in rows if all(_RULE.match(cell) for cell in cells)}
    header = next((cells for (_, cells), (after, _) in pairwise(rows) if after in ruled), [])
    for number, cells in rows:
        if number in ruled or cells == header or not any(re.search(r"\w", cell) for cell in cells):
            continue
        if not header:
            yield from _labelled(place, number, ["", *("" for _ in cells[1:])], cells)
        elif place.part == "people" or _PERSON_TABLE.search(f"{header[0]} | {' | '.join(header)}"):
            yield from _person(place, number, header, cells)
        elif _ABOUT_COLUMN.match(header[0]):
            yield from _labelled(place, number, header, cells)
        else:
            yield from _listed(place, number, header, cells)


def _labelled(place: _Place, number: int, header: list[str], cells: list[str]) -> Iterator[Sentence]:
    """A row that begins with what it is about: 'Employees | 100-500 | 50-99 | under 20'."""
    named = part_of(cells[0])
    heading = cells[0] if named != "none" else f"{place.words} {cells[0]}"
    part = place.part if named in ("none", "triggers") or place.part == "aside" else named
    for name, cell in zip(header[1:], cells[1:], strict=False):
        if not re.search(r"\w", cell) or _SAID_COLUMN.match(name):
            continue
        wish: Wish = (
            "against" if _AGAINST_COLUMN.search(name) else "acceptable" if _SECOND_COLUMN.search(name) else "ideal"
        )
        yield from _cell(number, heading, cell, part, wish)


def _cell(number: int, heading: str, cell: str, part: Part, wish: Wish) -> Iterator[Sentence]:
    yield from (
        Sentence(number, heading, " ".join(one.split()), part, wish) for one in _ENDS.split(cell) if one.strip()
    )


def _listed(place: _Place, number: int, header: list[str], cells: list[str]) -> Iterator[Sentence]:
    """A row whose columns are what is known of one kind of company: 'Growth | 50-200 | $10M-$50M'."""
    said = " ".join(cell for name, cell in zip(header, cells, strict=False) if _SAID_COLUMN.match(name))
    if place.part not in ("against", "aside") and _AGAINST_COLUMN.search(said):
        # All of it at once is not wanted; each column by itself may be.
        yield Sentence(number, f"{place.words} {said}", " and ".join(filter(None, cells)), "against", "against")
        return
    wish: Wish = "acceptable" if _SECOND_COLUMN.search(said) else "ideal"
    for place_in_row, (name, cell) in enumerate(zip(header, cells, strict=False)):
        named = part_of(name)
        if not re.search(r"\w", cell) or _SAID_COLUMN.match(name) or named == "aside":
            continue
        if place_in_row == 0 and re.match(r"segment|tier|name|type|company", name, re.IGNORECASE):
            continue
        part = place.part if named == "none" or place.part in ("against", "aside") else named
        yield from _cell(number, f"{place.words} {name}", cell, part, wish)


def _person(place: _Place, number: int, header: list[str], cells: list[str]) -> Iterator[Sentence]:
    """A row about somebody: the title, and what the other columns say of them."""
    said: dict[str, str] = {}
    titles = [name for name in header if re.search(r"\btitles?\b", name, re.IGNORECASE)]
    titles += [name for name in header if _TITLE_COLUMN.search(name) and name not in titles]
    for name, cell in zip(header, cells, strict=False):
        if titles and name == titles[0]:
            said["title"] = cell
        elif (key := next((key for key, words in _PERSON_COLUMNS if words.search(name)), None)) is not None:
            said.setdefault(key, cell)
    said.setdefault("title", cells[0])
    yield Sentence(number, place.words, "; ".join(filter(None, cells)), "people", "ideal", MappingProxyType(said))

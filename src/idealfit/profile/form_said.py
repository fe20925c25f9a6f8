"""What a form says that only people know (the four answers, who is in the room, objections, questions): the entries
as they are typed, and the file's content that they make. Quotes and other keys that the form does not show stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from idealfit.profile.form_settings import Objection

MOST_SAID: Final = 40
HEARD: Final = ("quote", "source")
"""What a customer said about it, and where: the first quote of an entry."""


@dataclass(frozen=True)
class Kind:
    """One section of what people say: its way in the file, the `fields` of an entry (the first is the one without which
    there is none), which of them hold several statements, one a line, and whether a quote can stand behind it.
    """

    path: tuple[str, ...]
    fields: tuple[str, ...] = ("text",)
    several: frozenset[str] = frozenset()
    heard: bool = True

    @property
    def typed(self) -> tuple[str, ...]:
        """All that is typed of an entry."""
        return (*self.fields, *HEARD) if self.heard else self.fields


KINDS: Final[Mapping[str, Kind]] = {
    "what": Kind(("answers", "what")),
    "why_now": Kind(("answers", "why_now")),
    "why_us": Kind(("answers", "why_us")),
    "why_profitable": Kind(("answers", "why_profitable")),
    "personas": Kind(
        ("personas",),
        ("role", "title", "measured_on", "cares_about", "fears"),
        frozenset({"measured_on", "cares_about", "fears"}),
    ),
    "questions": Kind(("questions",), ("ask", "good", "bad"), heard=False),
    "triggers": Kind(("triggers",)),
    "objections": Kind(("objections",), ("text", "context", "answer")),
    "evaluation_criteria": Kind(("evaluation_criteria",)),
    "messages": Kind(("selling", "messages"), ("text", "to")),
    "packaging": Kind(("selling", "packaging")),
    "channels": Kind(("channels",), ("text", "who")),
    "language": Kind(("language",), ("text", "means", "instead_of")),
    "use_case": Kind(("use_case",)),
    "promised": Kind(("value", "promised")),
    "delivered": Kind(("value", "delivered")),
    "discovery_map": Kind(("discovery_map",), ("step", "where", "asks"), heard=False),
}
"""The sections in the order in which the form asks for them."""


@dataclass(frozen=True)
class Saying:
    """One entry as it is typed; `was`: its place in the file that the form began from, None for a new one."""

    was: int | None = None
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Whether nothing at all is typed."""
        return not any(one.strip() for one in self.words.values())


Sayings = Mapping[str, tuple[Saying, ...]]


def said_of(content: Mapping[str, Any]) -> Sayings:
    """What the file says, section by section."""
    return {
        name: tuple(Saying(at, _shown(kind, one)) for at, one in enumerate(_held(content, kind.path)))
        for name, kind in KINDS.items()
    }


def set_said(content: dict[str, Any], said: Sayings) -> Iterator[Objection]:
    """Write what is typed into `content`; yields what cannot be used. A section that was not touched stays."""
    for name, typed in said.items():
        kind, made = KINDS[name], []
        before = _held(content, kind.path)
        for number, one in enumerate(typed):
            old = before[one.was] if one.was is not None and one.was < len(before) else None
            if one.empty:
                continue
            if not one.words.get(kind.fields[0], "").strip():
                yield Objection(
                    None, f"said.{name}.{number}", "The words themselves are missing", "Write them, or empty all."
                )
                continue
            made.append(_content_of(kind, one.words, old))
        if made != before:
            _put(content, kind.path, made)


def _held(content: Mapping[str, Any], path: Sequence[str]) -> list[Any]:
    found: Any = content
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return [] if found is None else list(found) if isinstance(found, list | tuple) else [found]


def _put(content: dict[str, Any], path: Sequence[str], made: list[Any]) -> None:
    if len(path) == 1:
        content.pop(path[0], None)
        if made:
            content[path[0]] = made
        return
    inner = dict(content.get(path[0]) or {})
    _put(inner, path[1:], made)
    content.pop(path[0], None)
    if inner:
        content[path[0]] = inner


def _shown(kind: Kind, one: Any) -> dict[str, str]:
    entry = one if isinstance(one, Mapping) else {kind.fields[0]: one}
    words = {name: _lines(entry.get(name)) for name in kind.fields}
    return words | (dict(zip(HEARD, _heard(entry), strict=True)) if kind.heard else {})


def _lines(value: Any) -> str:
    """A text, or several statements one a line."""
    if isinstance(value, list | tuple):
        return "\n".join(" ".join(_text(one).split()) for one in value)
    return "" if value is None else str(value)


def _text(one: Any) -> str:
    return str(one.get("text", "")) if isinstance(one, Mapping) else str(one)


def _heard(entry: Mapping[str, Any]) -> tuple[str, str]:
    first: Any = next(iter(entry.get("quotes") or ()), {})
    return _text(first), str(first.get("source") or "") if isinstance(first, Mapping) else ""


def _content_of(kind: Kind, words: Mapping[str, str], old: Any) -> Any:
    """An entry as the file says it; one that says what it said before is `old` itself."""
    before = {} if old is None else _shown(kind, old)
    differs = {name for name in kind.typed if words.get(name, "").split() != before.get(name, "").split()}
    if old is not None and not differs:
        return old
    entry = dict(old) if isinstance(old, Mapping) else {} if old is None else {kind.fields[0]: old}
    for name in kind.fields:
        if name in differs:
            entry.pop(name, None)
            if made := _typed(
                words[name], name in kind.several, (old or {}).get(name) if isinstance(old, dict) else None
            ):
                entry[name] = made
    if kind.heard and differs & set(HEARD):
        entry["quotes"] = _quotes(words, entry.get("quotes") or ())
        if not entry["quotes"]:
            entry.pop("quotes")
    return {name: entry[name] for name in (*kind.fields, *entry) if name in entry}


def _typed(text: str, several: bool, before: Any) -> Any:
    if not several:
        return text.strip()
    known = {" ".join(_text(one).split()): one for one in before or ()}
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    return [known.get(line, line) for line in lines]


def _quotes(words: Mapping[str, str], before: Sequence[Any]) -> list[Any]:
    """The quotes with the first as it is typed; emptied, it goes."""
    text, source = (words.get(name, "").strip() for name in HEARD)
    if not text:
        return list(before[1:])
    first = dict(before[0]) if before and isinstance(before[0], Mapping) else {}
    first |= {"text": text, "source": source}
    return [{name: value for name, value in first.items() if value}, *before[1:]]

"""What changed in the sections of a profile that only people write, and in its settings: entry by entry, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from idealfit.profile.marked import entry_key

_NAMES = {
    "profile": "name",
    "as_of": "data through",
    "answers": "the four answers",
    "value": "value promised and delivered",
    "model": "the model behind the chances",
    "check": "settings of the check",
    "selling": "how it is sold",
    "card": "the card for inbound forms",
    "attributes": "names of columns",
    "coverage": "what the sources cover",
}
_SHORT = 80
_FEW = 3

Kind = Literal["added", "removed", "changed"]


def section_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[tuple[str, Kind, str]]:
    """(section, added, removed or changed, a sentence) for every section of two profiles' plain contents that differs,
    in the order of the file.
    """
    found: list[tuple[str, Kind, str]] = []
    for name in dict.fromkeys((*new, *old)):
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        kind: Kind = "added" if before is None else "removed" if after is None else "changed"
        found.append((name, kind, _told(name, before, after)))
    return found


def _told(name: str, before: Any, after: Any) -> str:
    title = _NAMES.get(name, name.replace("_", " "))
    title = title[:1].upper() + title[1:]
    if name == "model":
        verb = "was fitted anew" if before and after else "is new" if after else "is gone"
        return f"{title} {verb}"
    if name == "coverage":
        return f"{title} has changed"
    if not isinstance(before or after, Mapping | list):
        return f"{title}: {_word(before)} → {_word(after)}"
    old, new = _entries(before), _entries(after)
    come = [new[key] for key in new if key not in old]
    gone = [old[key] for key in old if key not in new]
    other = [f"{old[key]} → {new[key]}" for key in new if key in old and old[key] != new[key]]
    parts = [_some(other), f"now also {_some(come)}" if come else "", f"no longer {_some(gone)}" if gone else ""]
    return f"{title}: {'; '.join(part for part in parts if part)}"


def _entries(value: Any, path: str = "") -> dict[str, str]:
    """What a section says, an entry a line: its place (or its own text) → its words."""
    if isinstance(value, Mapping):
        found: dict[str, str] = {}
        for key, part in value.items():
            place = f"{path}{key} "
            if isinstance(part, Mapping | list):
                found |= _entries(part, place)
            else:
                found[place] = f"{place.replace('_', ' ')}{_word(part)}"
        return found
    if isinstance(value, list):
        found = {}
        for entry in value:
            key = entry_key(entry) or repr(entry)
            # what stands beside the text of an entry (its quotes, say) makes it another one, told by its text
            found[f"{path}{key}"] = f"{path.replace('_', ' ')}{_word(entry)}"
        return found
    return {} if value is None else {path: _word(value)}


def _word(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        first = next((str(value[name]) for name in ("text", "ask", "role", "id", "team") if name in value), "")
        rest = "; ".join(
            f"{str(name).replace('_', ' ')} {_word(part)}" for name, part in value.items() if str(part) != first
        )
        return f"'{_cut(first)}'{f' ({_cut(rest)})' if rest else ''}" if first else _cut(rest)
    if isinstance(value, list):
        return _cut(", ".join(_word(part) for part in value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"'{_cut(value)}'" if isinstance(value, str) else str(value)


def _cut(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _SHORT else f"{plain[: _SHORT - 1]}…"


def _some(texts: list[str]) -> str:
    more = f" and {len(texts) - _FEW} more" if len(texts) > _FEW else ""
    return ", ".join(texts[:_FEW]) + more

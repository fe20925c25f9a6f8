"""The form of a profile as a browser sends it: fields such as `e0.points`, `e0.when.1.low`, `weight.need`, `tier.A`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias, get_args

from idealfit.profile.controls import Control, Kind
from idealfit.profile.form import MOST_ENTRIES, PLACES, WORDS, Entry, Form
from idealfit.profile.form_said import KINDS, MOST_SAID, Saying
from idealfit.profile.form_said import Kind as SaidKind
from idealfit.profile.form_settings import MOST_ROUTES
from idealfit.records.attribute import LAYERS

Fields: TypeAlias = "Mapping[str, Sequence[str]]"
MOST_PARTS: Final = 30
_KINDS: Final = frozenset(get_args(Kind))
_SAID: Final = (
    *("on", "how", "low", "high", "listed", "more", "pattern", "event", "count", "days", "before", "detail"),
    *("role", "percent", "upto", "text"),
)


def read_form(sent: Fields) -> Form:
    """The form as a browser sends it: `e0.points`, `e0.when.kind`, `e0.when.1.low`, `weight.need`, `tier.A`."""
    count = min(_small(_one(sent, "entries")), MOST_ENTRIES)
    entries = tuple(_read_entry(sent, f"e{number}") for number in range(count))
    weights: dict[str, str] = {name: _one(sent, f"weight.{name}") for name in LAYERS if f"weight.{name}" in sent}
    tiers = {name: _one(sent, f"tier.{name}") for name in ("A", "B", "by", "least")}
    actions = {name.removeprefix("action."): _one(sent, name) for name in sent if name.startswith("action.")}
    lines = range(min(_small(_one(sent, "routes")), MOST_ROUTES))
    routes = tuple((_one(sent, f"route.{number}.from"), _one(sent, f"route.{number}.who")) for number in lines)
    answered = tuple(one for one in routes if any(map(str.strip, one)))
    said = {name: _read_said(sent, f"said.{name}", kind) for name, kind in KINDS.items() if f"said.{name}" in sent}
    about = {name.removeprefix("about."): _one(sent, name) for name in sent if name.startswith("about.")}
    return Form(entries, weights, tiers, actions, answered, said, about)


def _read_said(sent: Fields, key: str, kind: SaidKind) -> tuple[Saying, ...]:
    found = []
    for number in range(min(_small(_one(sent, key)), MOST_SAID)):
        was = _one(sent, f"{key}.{number}.was")
        words = {name: _one(sent, f"{key}.{number}.{name}") for name in kind.typed}
        found.append(Saying(_small(was) if was else None, words))
    return tuple(one for one in found if not one.empty)


def _read_entry(sent: Fields, key: str) -> Entry:
    place = _one(sent, f"{key}.place")
    return Entry(
        id=_one(sent, f"{key}.id"),
        was=_one(sent, f"{key}.was"),
        place=place if place in PLACES else LAYERS[0],
        points=_one(sent, f"{key}.points"),
        half_life=_one(sent, f"{key}.half_life"),
        seen="call" if _one(sent, f"{key}.seen") == "call" else "list",
        words={name: _one(sent, f"{key}.{name}") for name in WORDS},
        control=_read_control(sent, f"{key}.when", 6),
        hard_block=bool(_one(sent, f"{key}.hard_block")),
        state=_one(sent, f"{key}.state"),
        card=_one(sent, f"{key}.card"),
        gone=bool(_one(sent, f"{key}.gone")),
    )


def _read_control(sent: Fields, key: str, deep: int) -> Control:
    kind = _one(sent, f"{key}.kind")
    if kind not in _KINDS or (kind == "group" and deep == 0):
        return Control("text", {"text": ""})
    said = {name: _one(sent, f"{key}.{name}") for name in _SAID if f"{key}.{name}" in sent}
    if kind != "group":
        return Control(kind, said, tuple(sent.get(f"{key}.values", ())))  # type: ignore[arg-type]
    count = min(_small(_one(sent, f"{key}.parts")), MOST_PARTS)
    parts = tuple(_read_control(sent, f"{key}.{number}", deep - 1) for number in range(count))
    return Control("group", {"how": said.get("how", "all")}, (), parts)


def _one(sent: Fields, name: str) -> str:
    found = sent.get(name, ())
    return found[-1].replace("\r\n", "\n") if found else ""


def _small(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0

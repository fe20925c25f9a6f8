"""A chart of a page: its name, what it shows in a sentence, its pictures in two widths, the table behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from idealfit.frontends.result_words import won_word
from idealfit.frontends.web.drawing.picture import Picture
from idealfit.workspace.chart_findings import Finding, share
from idealfit.workspace.reading_back import currency_of, rows_of

if TYPE_CHECKING:
    from idealfit.frontends.web.rooms import Rooms

WIDE: Final = 470
BROAD: Final = 880
"""Where a chart has the whole width of a page."""
NARROW: Final = 290
PATH: Final = "/charts"
SHAPES: Final[Mapping[str, tuple[str, int]]] = {"A": ("a", 0), "B": ("b", 1), "C": ("c", 2)}
"""The colour and the shape of each tier."""
LOST: Final[Mapping[str, str]] = {"won": "lost", "stayed": "left", "advanced": "did not advance"}


@dataclass(frozen=True)
class Said:
    """A cell of a table; `link`: where it is opened."""

    text: str
    link: str = ""


@dataclass(frozen=True)
class Behind:
    """The table behind a chart."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Said, ...], ...]


@dataclass(frozen=True)
class Chart:
    """A chart of a page; without a picture `nothing` says why. `query`: what it was
    asked for, in its address. `pictures`: for a page, and for a phone."""

    name: str
    title: str
    nothing: str = ""
    finding: Finding | None = None
    note: str = ""
    pictures: tuple[Picture, Picture] | None = None
    table: Behind = Behind((), ())
    query: str = ""
    path: str = PATH
    broad: bool = False

    def address(self, form: str, look: str = "") -> str:
        """Where it is taken as a file."""
        query = "&".join(part for part in (self.query, f"look={look}" if look else "") if part)
        return f"{self.path}/{self.name}.{form}{'?' if query else ''}{query}"


@dataclass(frozen=True)
class Words:
    """How the rows of the evidence are called: 'deals', 'won', 'lost'; `money`: what stands before an amount."""

    rows: str
    did: str
    not_: str
    money: str = ""

    @property
    def one(self) -> str:
        """One of the rows: 'deal'."""
        return {"companies": "company"}.get(self.rows, self.rows.removesuffix("s"))

    def counted(self, lift_of: str) -> str:
        """What a lift counts: 'value', 'wins', 'customers who stay'."""
        if lift_of == "won deals":
            return {"won": "wins", "stayed": "customers who stay"}.get(self.did, f"{self.rows} that {self.did}")
        return lift_of


def both(make: Callable[[int], Picture], *, wide: int = WIDE) -> tuple[Picture, Picture]:
    """A picture in both widths."""
    return make(wide), make(NARROW)


def entry(*cells: str | Said) -> tuple[Said, ...]:
    """A line of a table."""
    return tuple(one if isinstance(one, Said) else Said(one) for one in cells)


def ranged(one: Mapping[str, Any] | None, form: Callable[[float], str] = share) -> str:
    """'32% (25 to 40)'."""
    if not one or one.get("value") is None:
        return "too few"
    return f"{form(one['value'])} ({form(one['low'])} to {form(one['high'])})"


def words_of(rooms: Rooms, document: Mapping[str, Any]) -> Words:
    """How the rows of the evidence are called, and the company's money."""
    did, currency = won_word(document), currency_of(rooms.door.place)
    rows = "customers" if did == "stayed" else rows_of(document)
    return Words(rows, did, LOST.get(did, "others"), f"{currency} " if currency else "")

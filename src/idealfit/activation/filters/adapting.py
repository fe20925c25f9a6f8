"""Tests as a tool can say them, and what that loses.

A test that a tool cannot say is left out: of several that must all hold, the filter becomes looser, of alternatives
tighter. A test said otherwise (a band of employees, a month for a day) brings its own word for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from idealfit.activation.filters.form import All, Always, Form, Some, Test, simple

Direction: TypeAlias = Literal["looser", "tighter", "other"]
"""What a loss does: accounts too many, accounts missing, or either."""


@dataclass(frozen=True)
class Loss:
    """What is lost, in words, and what it does."""

    direction: Direction
    what: str


@dataclass(frozen=True)
class Said:
    """A form as a tool says it; `form` None: it cannot. `losses`: in words."""

    form: Form | None
    losses: tuple[Loss, ...] = ()


Say: TypeAlias = Callable[[Test], Said]


@dataclass(frozen=True)
class Column:
    """How a column of ours is called in a tool: `own` where the customer's own files say so, else it is the tool's
    standard name, or one that is `assumed` (a field of the customer's that nobody has named).
    """

    name: str
    own: bool = False
    assumed: bool = False


@dataclass(frozen=True)
class Setting:
    """What a tool's translation is made with: names of columns, the kinds that they hold, the currency of our amounts,
    whether days are to move on with the tool's own (`rolling`).
    """

    columns: Mapping[str, Column]
    kinds: Mapping[str, str]
    currency: str | None = None
    rates: Mapping[str, float] = field(default_factory=dict)
    money: frozenset[str] = frozenset({"revenue"})
    rolling: bool = False

    def name(self, column: str) -> str:
        """What the tool calls a column of ours."""
        return self.columns[column].name

    def into(self, currency: str) -> float | None:
        """What one unit of our amounts is in `currency`; None where nobody says."""
        if self.currency == currency:
            return 1.0
        rate = self.rates.get(currency) if self.currency else None
        return 1 / rate if rate else None


def adapted(form: Form, say: Say) -> Said:
    """`form` with every test as the tool says it, and what was lost on the way."""
    if isinstance(form, Always):
        return Said(form)
    if not isinstance(form, All | Some):
        return say(form)
    every = isinstance(form, All)
    parts: list[Form] = []
    losses: list[Loss] = []
    for part in form.parts:
        found = adapted(part, say)
        if found.form is not None:
            parts.append(found.form)
            losses += found.losses
            continue
        losses += [replace(loss, direction="looser" if every else "tighter") for loss in found.losses]
    if not parts:
        return Said(None, tuple(dict.fromkeys(losses)))
    return Said(simple(type(form)(tuple(parts))), tuple(dict.fromkeys(losses)))


def cannot(why: str) -> Said:
    """A test that the tool cannot say at all."""
    return Said(None, (Loss("looser", why),))


def branches(form: Form, most: int) -> tuple[tuple[Test, ...], ...] | None:
    """`form` as alternatives of tests that must all hold; None where they are more than `most`, () where none passes.

    `((),)` is a form that every account passes.
    """
    match form:
        case Always(passes):
            return ((),) if passes else ()
        case Some(parts):
            found: list[tuple[Test, ...]] = []
            for part in parts:
                each = branches(part, most)
                if each is None or len(found) + len(each) > most:
                    return None
                found += each
            return tuple(dict.fromkeys(found))
        case All(parts):
            joined: list[tuple[Test, ...]] = [()]
            for part in parts:
                each = branches(part, most)
                if each is None or len(joined) * len(each) > most:
                    return None
                joined = [tuple(dict.fromkeys((*one, *other))) for one in joined for other in each]
            return tuple(dict.fromkeys(joined))
        case _:
            return ((form,),)

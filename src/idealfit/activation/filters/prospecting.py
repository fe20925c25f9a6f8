"""What search forms of prospecting tools have in common: ranges, lists to include and to exclude, one search at a time.

A search joins its filters with AND and the values of one filter with OR; a company of which something is not known is
not found by a filter that includes, and stays in one that excludes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any, Literal

from idealfit.activation.filters.adapting import Loss, Said, Setting, cannot
from idealfit.activation.filters.form import All, Beyond, ListHas, NumberIs, Test, TextIs
from idealfit.activation.filters.marking import Branch, Leaf, Node, held
from idealfit.activation.filters.wanted import is_growth
from idealfit.profile.parsing import fold, to_text
from idealfit.profile.predicate import Comparison, Growth, Happened, Number, Predicate
from idealfit.profile.sentence import plain_number, sentence
from idealfit.profile.values import Millionths, millionths

FUNDING = frozenset({"funding", "funding_round"})
LEADERSHIP = frozenset({"leadership_change", "new_executive", "executive_hire"})
PLACES = ("city", "region", "country")
DOLLARS = "USD"
WHEN = "when: "
"""The field of what no column says: the predicate itself follows."""
_NEAR_A_YEAR = 30
_NO_END = Decimal(10) ** 9


@dataclass(frozen=True)
class Offer:
    """What the search form of a tool offers.

    `edges`: the numbers at which the bands of a column begin (empty: any range can be typed); `texts`: column → what
    its list does with our values (None: the same); `places` and tools: whether they can be excluded; `funding` and
    `leadership`: the days that its filter of such events looks back (0: any). `growth`: over so many days.
    """

    label: str
    edges: Mapping[str, tuple[Decimal, ...]]
    texts: Mapping[str, str | None]
    excludes: frozenset[str]
    tools: frozenset[Literal["any", "all", "none"]]
    tools_note: str | None = None
    funding: int | None = None
    leadership: int | None = None
    growth: tuple[int, ...] = ()
    unit: Decimal = Decimal(1)


@dataclass
class Search:
    """One search: ranges (both ends in, None open), values to include and exclude, tools, and what no column says."""

    ranges: dict[str, tuple[Decimal | None, Decimal | None]] = field(default_factory=dict)
    include: dict[str, tuple[str, ...]] = field(default_factory=dict)
    exclude: dict[str, tuple[str, ...]] = field(default_factory=dict)
    any_tools: tuple[str, ...] = ()
    all_tools: tuple[str, ...] = ()
    no_tools: tuple[str, ...] = ()
    events: tuple[Predicate, ...] = ()


def say(test: Test, setting: Setting, offer: Offer) -> Said:
    """The test as a search form of that kind can say it."""
    match test:
        case NumberIs(column) if column in offer.edges:
            return _range(test, setting, offer)
        case TextIs(column, _, negated) if column in offer.texts:
            if negated and column not in offer.excludes:
                return cannot(f"{offer.label} cannot leave out companies by their {column}")
            note = offer.texts[column]
            return _as_listed(test, negated, offer, (Loss("other", note),) if note else ())
        case ListHas(column, _, every, negated) if column.lower() == "tech":
            return _tools(test, every, negated, offer)
        case Beyond(predicate, holds, unknown):
            return _event(predicate, holds, unknown, offer)
    what = f"'{test.column.replace('_', ' ')}'" if not isinstance(test, Beyond) else "it"
    return cannot(f"{offer.label} has no filter for {what}")


def _as_listed(test: TextIs | ListHas, excluding: bool, offer: Offer, losses: tuple[Loss, ...]) -> Said:
    """With the unknown as the form treats it: kept where values are excluded, not found where they are included."""
    if excluding and not test.unknown:
        losses = (*losses, Loss("looser", f"companies whose {test.column} is not known stay in at {offer.label}"))
    if not excluding and test.unknown:
        losses = (*losses, Loss("tighter", f"companies whose {test.column} is not known are not found there"))
    return Said(replace(test, unknown=excluding), losses)


def _tools(test: ListHas, every: bool, negated: bool, offer: Offer) -> Said:
    losses = (Loss("other", offer.tools_note),) if offer.tools_note else ()
    if negated and (every or "none" not in offer.tools):
        return cannot(f"{offer.label} cannot leave out companies by the tools that they use")
    if every and "all" not in offer.tools:
        loss = Loss("looser", f"{offer.label} finds companies with any of the tools, not only with all of them")
        return _as_listed(replace(test, every=False), False, offer, (*losses, loss))
    return _as_listed(test, negated, offer, losses)


def _event(predicate: Predicate, holds: bool, unknown: bool, offer: Offer) -> Said:
    said = sentence(predicate)
    if unknown or not holds:
        return cannot(f"{offer.label} cannot leave out companies by '{said}'")
    match predicate:
        case Happened(event, days, None, False, 0):
            window = _window(event.strip().lower().replace(" ", "_").replace("-", "_"), offer)
            if window is None:
                return cannot(f"{offer.label} has no filter for '{said}'")
            losses: tuple[Loss, ...] = ()
            if window and days != window:
                loss = Loss("looser" if days is not None and days < window else "tighter", f"{offer.label} looks back {window} days, not {days or 'any number of'}")  # fmt: skip  # noqa: E501
                losses = (loss,)
            return Said(Beyond(Happened(event, window or days), True), losses)
    if (grown := is_growth(predicate)) is not None:
        return _grown(*grown, offer)
    return cannot(f"{offer.label} has no filter for '{said}'")


def _window(event: str, offer: Offer) -> int | None:
    return offer.funding if event in FUNDING else offer.leadership if event in LEADERSHIP else None


def _grown(growth: Growth, operator: str, value: Decimal, offer: Offer) -> Said:
    near = next((days for days in offer.growth if abs(days - growth.over_days) <= _NEAR_A_YEAR), None)
    if growth.attribute.lower() != "employees" or near is None or operator not in {">", ">=", "<", "<="}:
        years = " or ".join(f"{days} days" for days in offer.growth)
        known = f" but of employees over {years}" if years else ""
        return cannot(
            f"{offer.label} has no filter for the growth of {growth.attribute} over {growth.over_days} days{known}"
        )
    losses = []
    if near != growth.over_days:
        losses.append(Loss("other", f"{offer.label} measures growth over {near} days, not {growth.over_days}"))
    percent = (value * 100).to_integral_value(ROUND_FLOOR if operator in {">", ">="} else ROUND_CEILING)
    if percent != value * 100 or operator in {">", "<"}:
        losses.append(Loss("looser", f"{offer.label} takes whole percents, both ends in"))
    bound: Literal[">=", "<="] = ">=" if operator in {">", ">="} else "<="
    kept = Comparison(bound, Growth(growth.attribute, near), Number(percent / 100))
    return Said(Beyond(kept, True), tuple(losses))


def _range(test: NumberIs, setting: Setting, offer: Offer) -> Said:
    """A range with both ends in, widened to where the tool's bands begin and end."""
    if test.operator == "<>":
        return cannot(f"{offer.label} cannot leave out one number")
    if test.operator == "=":
        ends = tuple(_range(replace(test, operator=one), setting, offer) for one in (">=", "<="))
        losses = tuple(dict.fromkeys(loss for end in ends for loss in end.losses))
        return Said(All(tuple(end.form for end in ends if end.form is not None)), losses)
    money = test.column in setting.money
    rate = setting.into(DOLLARS) if money else 1.0
    found: list[Loss] = []
    if rate is None:
        rate = 1.0
        found.append(
            Loss("other", f"{offer.label} counts in US dollars; nobody says which currency our amounts are in")
        )
    value = test.value * Decimal(str(rate))
    value = value.quantize(Decimal(1)) if rate != 1.0 else value
    lower = test.operator in {">", ">="}
    bound, exact = _bound(value, test.operator, offer, test.column, money)
    if not exact:
        end = "no end" if bound >= _NO_END else f"{'from' if lower else 'up to'} {plain_number(bound)}"
        asked = f"{'at least' if lower else 'at most'} {plain_number(value)}"
        found.append(Loss("looser", f"{offer.label} has {end} where {asked} is asked"))
    if test.unknown:
        found.append(Loss("tighter", f"companies whose {test.column} is not known are not found there"))
    operator: Literal[">=", "<="] = ">=" if lower else "<="
    return Said(NumberIs(test.column, operator, bound), tuple(found))


def _bound(value: Decimal, operator: str, offer: Offer, column: str, money: bool) -> tuple[Decimal, bool]:
    """The end that the tool can say and that keeps every number wanted, and whether it keeps no other."""
    edges, lower = offer.edges[column], operator in {">", ">="}
    if not money:  # people are counted in whole numbers
        whole = value.to_integral_value(ROUND_CEILING if operator in {">=", "<"} else ROUND_FLOOR)
        whole += {">": 1, "<": -1}.get(operator, 0)
        if not edges:
            return max(Decimal(0), whole), True
        if lower:
            bound = max([edge for edge in edges if edge <= whole], default=edges[0])
            return bound, bound == whole or whole <= edges[0]
        after = min([edge for edge in edges if edge > whole], default=None)
        return (after - 1, after - 1 == whole) if after is not None else (_NO_END, False)
    if not edges:
        units = (value / offer.unit).to_integral_value(ROUND_FLOOR if lower else ROUND_CEILING) * offer.unit
        return units, units == value and operator in {">=", "<="}
    if lower:
        bound = max([edge for edge in edges if edge <= value], default=Decimal(0))
    else:
        bound = min([edge for edge in edges if edge >= value], default=_NO_END * 1000)
    return bound, bound == value and operator in {">=", "<="}


def gathered(tests: Sequence[Test]) -> tuple[Search, tuple[Loss, ...]]:
    """Tests that must all hold, as one search, and what did not fit beside the rest."""
    search, losses = Search(), list[Loss]()
    for test in tests:
        match test:
            case NumberIs(column, operator, value):
                low, high = search.ranges.get(column, (None, None))
                if operator == ">=":
                    low = value if low is None else max(low, value)
                else:
                    high = value if high is None else min(high, value)
                search.ranges[column] = (low, high)
            case TextIs(column, values, True):
                search.exclude[column] = tuple(dict.fromkeys((*search.exclude.get(column, ()), *values)))
            case TextIs(column, values):
                _include(search, column, values, losses)
            case ListHas(_, values, _, True):
                search.no_tools = tuple(dict.fromkeys((*search.no_tools, *values)))
            case ListHas(_, values, every) if every or len(values) == 1:
                search.all_tools = tuple(dict.fromkeys((*search.all_tools, *values)))
            case ListHas(_, values):
                if search.any_tools:
                    losses.append(
                        Loss("looser", f"a second list of tools ({', '.join(values)}) does not fit one search")
                    )
                else:
                    search.any_tools = values
            case Beyond(predicate):
                search.events = (*search.events, predicate)
    return search, tuple(losses)


def _include(search: Search, column: str, values: tuple[str, ...], losses: list[Loss]) -> None:
    """A list to include; of two lists of one column their common values, of two sorts of places the narrower one."""
    if column in search.include:
        common = {fold(value) for value in values}
        search.include[column] = tuple(value for value in search.include[column] if fold(value) in common)
        return
    other = next((place for place in PLACES if place in search.include), None)
    if column in PLACES and other is not None:
        losses.append(Loss("looser", "places of two sorts do not fit one search: the narrower one is kept"))
        if PLACES.index(column) > PLACES.index(other):
            return
        del search.include[other]
    search.include[column] = values


# Reading back


def between(column: str, low: Any, high: Any, scale: int = 1) -> Leaf:
    """A range with both ends in; None is open; `scale`: what one of the form's units is."""
    least, most = (None if end is None else millionths(Decimal(str(end)) * scale) for end in (low, high))

    def holds(value: Any) -> bool:
        found = held(value)
        return (
            isinstance(found, Millionths)
            and (least is None or found.value >= least.value)
            and (most is None or found.value <= most.value)
        )

    return Leaf(column, holds)


def among(column: str, values: Sequence[str], *, excluded: bool = False) -> Leaf:
    """A text that is one of the values; `excluded`: that is none of them, or nothing."""
    wanted = {fold(value) for value in values}
    return Leaf(column, lambda value: (held(value) in wanted) != excluded)


def using(values: Sequence[str], how: Literal["any", "all", "none"], spelled: Callable[[str], str] = fold) -> Leaf:
    """A list of tools that holds any, all or none of the values."""
    wanted = {spelled(value) for value in values}

    def holds(value: Any) -> bool:
        own = {spelled(str(one)) for one in value} if isinstance(value, list | tuple) else set()
        return {"any": bool(own & wanted), "all": wanted <= own, "none": not own & wanted}[how]

    return Leaf("tech", holds)


def event(predicate: Predicate) -> Leaf:
    """What no column says, answered by our own records."""
    return Leaf(f"{WHEN}{to_text(predicate)}", lambda value: value is True)


def funded(days: int | None, before: int = 0) -> Node:
    """A round of funding within so many days (and not within the last `before` of them), under whatever name our
    records have it.
    """
    return Branch("any", tuple(event(Happened(name, days, before_days=before)) for name in sorted(FUNDING)))


def funded_between(first: str | None, last: str | None, today: date) -> Node:
    """A round of funding from a day on, up to a day (both as ISO writes them)."""
    since = None if first is None else (today - date.fromisoformat(first)).days + 1
    return funded(since, 0 if last is None else max(0, (today - date.fromisoformat(last)).days))


def read_only(names: Iterable[str], known: Iterable[str]) -> None:
    """Raises ValueError for a filter that cannot be held against accounts: left aside it would be taken for none."""
    for name in sorted(set(names) - set(known)):
        raise ValueError(f"nothing is known here of the filter '{name[:60]}'")


def led(days: int) -> Node:
    """A new leader within so many days, likewise."""
    return Branch("any", tuple(event(Happened(name, days)) for name in sorted(LEADERSHIP)))


def growing(low: Any, high: Any, days: int) -> list[Node]:
    """Employees that grew by so many percent."""
    ends: list[tuple[Any, Literal[">=", "<="]]] = [(low, ">="), (high, "<=")]
    return [
        event(Comparison(operator, Growth("employees", days), Number(Decimal(str(end)) / 100)))
        for end, operator in ends
        if end is not None
    ]


def searched(parts: Sequence[Node]) -> Branch:
    """The filters of one search."""
    return Branch("all", tuple(parts))


def growth_of(search: Search) -> dict[int, tuple[Decimal | None, Decimal | None]]:
    """The percents of growth that a search asks for: days → low, high."""
    found: dict[int, tuple[Decimal | None, Decimal | None]] = {}
    for one in search.events:
        if (grown := is_growth(one)) is not None:
            growth, operator, value = grown
            low, high = found.get(growth.over_days, (None, None))
            found[growth.over_days] = (value * 100, high) if operator == ">=" else (low, value * 100)
    return found


def happened(search: Search, kinds: frozenset[str]) -> Happened | None:
    """The event of that kind that a search asks for."""
    for one in search.events:
        if isinstance(one, Happened) and one.event_type.strip().lower().replace(" ", "_").replace("-", "_") in kinds:
            return one
    return None


def number(value: Decimal | None) -> int | float | None:
    """A number as JSON has it."""
    return None if value is None else int(value) if value == value.to_integral_value() else float(value)

"""A profile as whole numbers: the plan that the SQL and the Python scorer both follow, so that they cannot differ.

Points, weights and rates are thousandths, layer values are millionths, results are tenths (DESIGN, scoring). A
criterion counts points * 1000 if true, 0 if false, points * its known-true rate if unknown; of a group only the best
counts. A layer's value is (counted - least) / (most - least); fit, timing and score are weighted means of layers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property

from idealfit.profile.content import Card as CardPart
from idealfit.profile.content import Criterion, Profile
from idealfit.profile.predicate import CountOf, Happened, Predicate, walk
from idealfit.records.attribute import FIT_LAYERS, LAYERS, TIMING_LAYERS, Layer
from idealfit.scores.facts import EventFact, counted_fact

MILLION = 1_000_000
DEFAULT_RATE = Decimal("0.25")
"""The known-true rate of a criterion for which the file keeps none."""
MOST_HALVINGS = 30
"""After so many nothing of 20,000 thousandths is left."""


@dataclass(frozen=True)
class Item:
    """A scored criterion: `points` whole, `rate` in thousandths, `half_life` in days, `group` of alternatives."""

    id: str
    layer: Layer
    predicate: Predicate
    points: int
    rate: int
    group: str | None = None
    half_life: int | None = None

    @cached_property
    def last_events(self) -> tuple[EventFact, ...]:
        """The facts whose latest date its points decay from; none where the points do not decay."""
        if self.half_life is None:
            return ()
        found: dict[EventFact, None] = {}
        for part in walk(self.predicate):
            if isinstance(part, Happened | CountOf):
                found.setdefault(counted_fact(part, "last"))
        return tuple(found)

    @cached_property
    def faded(self) -> tuple[int, ...]:
        """The thousandths of a point after no, one, two, … half-lives, as far as its windows reach and until nothing
        is left."""
        windows = [fact.days for fact in self.last_events]
        reach = max((days or 0 for days in windows), default=0) if all(windows) else None
        halvings = MOST_HALVINGS if reach is None else min(MOST_HALVINGS, reach // (self.half_life or 1))
        values = [decayed(self.points, number) for number in range(halvings + 1)]
        return tuple(values[: values.index(0) + 1] if 0 in values else values)


@dataclass(frozen=True)
class Barrier:
    """An exclusion: `hard` (typed or accepted) ones set the tier, proposed ones cap it at C."""

    id: str
    predicate: Predicate
    hard: bool
    because: str


@dataclass(frozen=True)
class LayerPlan:
    """A layer that takes part: its weight in thousandths and the alternatives in it (a single criterion is its own)."""

    name: Layer
    weight: int
    groups: tuple[tuple[Item, ...], ...]

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """All criteria of the layer."""
        return tuple(item for group in self.groups for item in group)

    @cached_property
    def most(self) -> int:
        """The most that can be counted, in thousandths of a point."""
        return 1000 * sum(max(0, *(item.points for item in group)) for group in self.groups)

    @cached_property
    def least(self) -> int:
        """The least that can be counted: of a group of negative points the mildest, as the best counts."""
        return 1000 * sum(min(0, max(item.points for item in group)) for group in self.groups)

    @cached_property
    def size(self) -> int:
        """The sum of the points without sign: what completeness is measured in."""
        return sum(abs(item.points) for item in self.items)


@dataclass(frozen=True)
class Card:
    """The simple card for inbound forms: points a criterion, and routes by least points, highest first."""

    points: tuple[tuple[str, int], ...]
    routes: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Scorecard:
    """Everything that scoring needs of a profile."""

    layers: tuple[LayerPlan, ...]
    barriers: tuple[Barrier, ...]
    by: str
    tier_a: int
    tier_b: int
    least_known: int
    unscored: tuple[tuple[str, Predicate], ...] = ()
    card: Card | None = None

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """All scored criteria, in the order of the layers."""
        return tuple(item for layer in self.layers for item in layer.items)

    @property
    def scored(self) -> dict[str, Predicate]:
        """The predicates that a score depends on, by id."""
        criteria = {one.id: one.predicate for one in self.items}
        return criteria | {one.id: one.predicate for one in self.barriers}

    def axis(self, name: str) -> tuple[LayerPlan, ...]:
        """The layers of `fit`, `timing` or `score` that have weight."""
        return self._axes.get(name, self._axes["score"])

    @cached_property
    def _axes(self) -> dict[str, tuple[LayerPlan, ...]]:
        axes = {"fit": FIT_LAYERS, "timing": TIMING_LAYERS, "score": LAYERS}
        weighted = [layer for layer in self.layers if layer.weight > 0]
        return {name: tuple(one for one in weighted if one.name in among) for name, among in axes.items()}

    @cached_property
    def ranked(self) -> tuple[Item, ...]:
        """Scored criteria, those that can move the score most first."""
        weight = {layer.name: layer.weight for layer in self.layers}
        return tuple(sorted(self.items, key=lambda item: -weight[item.layer] * abs(item.points)))


def scorecard(profile: Profile) -> Scorecard:
    """The plan for a profile document. Inactive layers and criteria that no list shows take no part in it."""
    layers: list[LayerPlan] = []
    unscored: list[tuple[str, Predicate]] = []
    for name in LAYERS:
        layer = profile.layers.get(name)
        if layer is None:
            continue
        scored = [one for one in layer.criteria if layer.active and one.seen == "list"]
        unscored += [(one.id, one.predicate) for one in layer.criteria if one not in scored]
        if scored:
            items = [_item(one, name) for one in scored]
            layers.append(LayerPlan(name, thousandths(layer.weight), _groups(items)))
    tiers = profile.tiers
    return Scorecard(
        layers=tuple(layers),
        barriers=tuple(
            Barrier(one.id, one.predicate, one.state != "proposed", one.because) for one in profile.exclusions
        ),
        by=tiers.by,
        tier_a=tenths(tiers.A),
        tier_b=tenths(tiers.B),
        least_known=thousandths(tiers.least_completeness),
        unscored=tuple(unscored),
        card=_card(profile.card),
    )


def _item(criterion: Criterion, layer: Layer) -> Item:
    rate = criterion.known_true_rate
    return Item(
        id=criterion.id,
        layer=layer,
        predicate=criterion.predicate,
        points=criterion.points,
        rate=thousandths(DEFAULT_RATE if rate is None else rate),
        group=criterion.group,
        half_life=criterion.half_life_days,
    )


def _groups(items: Sequence[Item]) -> tuple[tuple[Item, ...], ...]:
    groups: dict[str, list[Item]] = {}
    for number, item in enumerate(items):
        groups.setdefault(f"g {item.group}" if item.group else f"i {number}", []).append(item)
    return tuple(tuple(group) for group in groups.values())


def _card(card: CardPart | None) -> Card | None:
    if card is None:
        return None
    routes = sorted(card.routes.items(), reverse=True)
    return Card(tuple((one.id, one.points) for one in card.criteria), tuple(routes))


def thousandths(value: float | Decimal | int) -> int:
    """A number as whole thousandths, half up."""
    return int((Decimal(str(value)) * 1000).quantize(Decimal(1), ROUND_HALF_UP))


def tenths(value: float | Decimal | int) -> int:
    """A number as whole tenths, half up."""
    return int((Decimal(str(value)) * 10).quantize(Decimal(1), ROUND_HALF_UP))


def rounded(top: int, bottom: int) -> int:
    """top / bottom rounded half up, both not negative, bottom above 0."""
    return (2 * top + bottom) // (2 * bottom)


def scale(value: int) -> float:
    """A layer's value (millionths) as people read it: 1 + 4s, in hundredths."""
    return rounded(100 * (MILLION + 4 * value), MILLION) / 100


def weighted(layers: Iterable[LayerPlan], values: Mapping[Layer, int]) -> int | None:
    """A hundred times the weighted mean of layer values (millionths), in tenths; None without layers."""
    layers = tuple(layers)
    weight = sum(layer.weight for layer in layers)
    if weight == 0:
        return None
    return rounded(1000 * sum(layer.weight * values[layer.name] for layer in layers), weight * MILLION)


def decayed(points: int, halvings: int) -> int:
    """Thousandths of a point after whole half-lives, toward zero."""
    size = 1000 * abs(points) >> min(halvings, MOST_HALVINGS)
    return size if points > 0 else -size

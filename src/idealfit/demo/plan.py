"""What is drawn from the seed before any company exists: the columns, what matters among them, and the traps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations
from typing import Literal, TypeAlias

import numpy as np

from idealfit.demo import vocabulary as words
from idealfit.demo.truth import Kind, PlantedTrait

Recipe: TypeAlias = Literal["plain", "messy"]
MONTHS = 36
HISTORY_DAYS = 200
"""Days of events before the first deal opens, so that every window is covered."""


@dataclass(frozen=True)
class Plan:
    """The drawn facts of one made-up company.

    `levels` gives each category column its levels and their shares; `last_day` is the as-of (days since 1970).
    """

    seed: int
    recipe: Recipe
    signal: bool
    company: str
    sells: str
    currency: str
    last_day: int
    levels: dict[str, tuple[tuple[str, ...], tuple[float, ...]]]
    flags: dict[str, float]
    numbers: dict[str, tuple[float, float]]
    tools: tuple[tuple[str, float], ...]
    events: tuple[str, ...]
    inbound: tuple[str, ...]
    traits: tuple[PlantedTrait, ...]
    size: tuple[float, float]
    win_rate: float
    base_arr: float
    monthly_churn: float
    segment_churn: float
    segment_support: float
    cost_per_worked: float
    id_style: str

    @property
    def first_day(self) -> int:
        """The day the first deal may open."""
        return self.last_day - MONTHS * 30 - 15

    @property
    def records_from(self) -> int:
        """The day from which events and activities are recorded."""
        return self.first_day - HISTORY_DAYS

    def of_kind(self, *kinds: Kind) -> tuple[PlantedTrait, ...]:
        """The planted things of these kinds."""
        return tuple(trait for trait in self.traits if trait.kind in kinds)


def draw_plan(seed: int, recipe: Recipe, *, signal: bool) -> Plan:
    """Draw a plan; the same seed and recipe give the same columns and traits with and without signal."""
    rng = np.random.Generator(np.random.PCG64([seed, 1 if recipe == "plain" else 2]))
    last = date(2025, 1, 31) + timedelta(days=int(rng.integers(0, 600)))
    own = words.pick(rng, tuple(words.OWN_CATEGORIES), 4)
    call = words.pick(rng, tuple(words.CALL_CATEGORIES), 1)
    levels = _draw_levels(rng, own, call)
    flags = {name: float(rng.uniform(0.15, 0.4)) for name in words.pick(rng, words.FLAGS, 4)}
    numbers = {
        name: (float(rng.uniform(1.5, 5.0)), float(rng.uniform(0.7, 1.2))) for name in words.pick(rng, words.NUMBERS, 2)
    }
    names = words.made_up_words(rng, 38, 2)
    tools = tuple((name, float(share)) for name, share in zip(names, 0.4 * np.arange(2, 40) ** -0.75, strict=True))
    events = tuple(words.pick(rng, words.EVENT_TYPES, 6))
    inbound = tuple(words.pick(rng, words.INBOUND, 4))
    size = (float(rng.uniform(4.2, 5.2)), float(rng.uniform(1.1, 1.4)))
    drawn = _Drawn(rng, recipe, levels, flags, numbers, tools, events, inbound, size, call[0])
    traits = _draw_traits(drawn, own)
    return Plan(
        seed=seed,
        recipe=recipe,
        signal=signal,
        company=words.made_up_words(rng, 1)[0],
        sells=str(rng.choice(words.SELLS)),
        currency=str(rng.choice(["USD", "EUR", "GBP"])) if recipe == "plain" else "USD",
        last_day=(last - date(1970, 1, 1)).days,
        levels=levels,
        flags=flags,
        numbers=numbers,
        tools=_retuned(tools, traits, rng),
        events=events,
        inbound=inbound,
        traits=traits if signal else tuple(_silenced(trait) for trait in traits),
        size=size,
        win_rate=float(rng.uniform(0.17, 0.24)),
        base_arr=float(rng.choice([9_000, 16_000, 28_000, 45_000])),
        monthly_churn=float(rng.uniform(0.010, 0.015)),
        segment_churn=float(rng.uniform(0.14, 0.19)),
        segment_support=float(rng.uniform(0.78, 0.95)),
        cost_per_worked=float(rng.choice([200, 300, 400])),
        id_style=str(rng.choice(["ACC-{:05d}", "{:07d}", "a{:06x}", "1{:09d}"])),
    )


@dataclass
class _Drawn:
    """What `_draw_traits` chooses from."""

    rng: np.random.Generator
    recipe: Recipe
    levels: dict[str, tuple[tuple[str, ...], tuple[float, ...]]]
    flags: dict[str, float]
    numbers: dict[str, tuple[float, float]]
    tools: tuple[tuple[str, float], ...]
    events: tuple[str, ...]
    inbound: tuple[str, ...]
    size: tuple[float, float]
    call: str

    def odds(self, low: float, high: float) -> float:
        return round(float(self.rng.uniform(low, high)), 2)


def _draw_levels(
    rng: np.random.Generator, own: list[str], call: list[str]
) -> dict[str, tuple[tuple[str, ...], tuple[float, ...]]]:
    chosen: dict[str, tuple[str, ...]] = {}
    for name, pool in words.CANONICAL_CATEGORIES.items():
        chosen[name] = tuple(words.pick(rng, pool, min(len(pool), 10)))
    for name in own:
        chosen[name] = words.OWN_CATEGORIES[name]
    chosen["funding_stage"] = words.FUNDING_STAGES
    chosen[call[0]] = words.CALL_CATEGORIES[call[0]]
    for name in words.pick(rng, words.NOISE_CATEGORIES, 2):
        chosen[name] = tuple(made.upper()[:4] for made in words.made_up_words(rng, int(rng.integers(6, 25)), 2))
    shares = {name: rng.dirichlet(np.full(len(levels), 5.0)) for name, levels in chosen.items()}
    return {name: (levels, tuple(float(s) for s in shares[name])) for name, levels in chosen.items()}


def _draw_traits(drawn: _Drawn, own: list[str]) -> tuple[PlantedTrait, ...]:
    rng = drawn.rng
    categories = [
        ["industry", "country", "business_model", "ownership", *own][i] for i in rng.permutation(4 + len(own))
    ]
    flags = list(drawn.flags)
    traits = [_size_trait(drawn), _category_trait(drawn, categories[0], "seek", drawn.odds(2.3, 3.2), main=True)]
    planted_tools = [drawn.tools[i][0] for i in rng.permutation(len(drawn.tools))[:2]]
    traits.append(_tool_trait(planted_tools[0], "seek", drawn.odds(2.2, 3.0), main=True))
    if drawn.recipe == "plain":
        traits += [_event_trait(drawn), _activity_trait(drawn)]
    else:
        traits.append(_category_trait(drawn, categories[4], "seek", drawn.odds(2.0, 2.6), main=True))
    if rng.random() < 0.5:
        traits.append(_number_trait(drawn, next(iter(drawn.numbers)), drawn.odds(1.5, 1.9)))
    else:
        traits.append(_category_trait(drawn, categories[1], "seek", drawn.odds(1.5, 1.9)))
    traits.append(_flag_trait(flags[0], "seek", drawn.odds(1.5, 2.0)))
    if rng.random() < 0.5:
        traits.append(_category_trait(drawn, "funding_stage", "seek", drawn.odds(1.5, 1.9)))
    traits.append(_tool_trait(planted_tools[1], "avoid", drawn.odds(0.22, 0.38), main=True))
    if drawn.recipe == "plain":
        traits.append(_category_trait(drawn, categories[2], "churn", drawn.odds(1.9, 2.5), main=True, target=0.16))
        if rng.random() < 0.5:
            traits.append(
                _category_trait(drawn, categories[3], "support", drawn.odds(1.3, 1.6), main=True, target=0.16)
            )
        else:
            traits.append(_flag_trait(flags[1], "support", drawn.odds(1.3, 1.6), main=True))
    traits.append(_category_trait(drawn, drawn.call, "call", drawn.odds(2.0, 2.8)))
    return (*traits, *_traps(drawn, traits))


def _traps(drawn: _Drawn, traits: list[PlantedTrait]) -> list[PlantedTrait]:
    rng = drawn.rng
    proxied = traits[1]
    countries = [trait for trait in traits if trait.attribute == "country"]
    leak = words.pick(rng, tuple(words.LEAKS), 1)[0]
    caused = words.pick(rng, words.SELF_CAUSED, 2)
    found: list[PlantedTrait] = [
        _trap("proxy", words.pick(rng, words.PROXY_CATEGORIES, 1)[0], proxied.attribute, "follows it in 85 of 100"),
        _trap("proxy", "revenue", "employees", "rises with it"),
        _trap("proxy", "office_band", "employees", "rises with it"),
        *(_trap("proxy", "region", trait.attribute, "a country lies in one region") for trait in countries),
        _trap("leak", leak, None, "filled in only after a win"),
        *(_trap("self_caused", name, None, "counts our own effort") for name in caused),
        _trap("deal", "owner_id", None, "some sell better, whatever the company"),
        _trap("deal", "source", None, "some win more often, whatever the company"),
        _trap("computed", "lead_score", None, "computed by the CRM from what we did"),
        _trap("computed", "lifecycle_stage", None, "set by the CRM when a deal is won"),
    ]
    planted = {trait.attribute for trait in (*traits, *found)}
    left = [name for name in (*drawn.levels, *drawn.flags, *drawn.numbers, "founded_year") if name not in planted]
    left += words.pick(rng, words.NOISE_NUMBERS, 1) + ([] if countries else ["region"])
    return found + [_trap("noise", name, None, "has nothing to do with winning") for name in left]


def _trap(kind: Kind, name: str, behind: str | None, note: str) -> PlantedTrait:
    return PlantedTrait(kind, name, "column", f"{name} IS NOT NULL", stands_for=behind, note=note)


def _size_trait(drawn: _Drawn) -> PlantedTrait:
    low, high = _range(drawn.rng, *drawn.size)
    effect = drawn.odds(2.5, 3.4)
    return _number(
        drawn,
        "employees",
        low,
        high,
        effect,
        main=True,
        note="as it was when the deal opened; larger companies sign larger contracts",
    )


def _number_trait(drawn: _Drawn, name: str, effect: float) -> PlantedTrait:
    low, high = _range(drawn.rng, *drawn.numbers[name])
    return _number(drawn, name, low, high, effect)


def _number(
    drawn: _Drawn, name: str, low: int, high: int | None, effect: float, *, main: bool = False, note: str = ""
) -> PlantedTrait:
    when = f"{name} >= {low}" if high is None else f"{name} BETWEEN {low} AND {high}"
    return PlantedTrait("seek", name, "number", when, effect, low=low, high=high, main=main, note=note)


def _range(rng: np.random.Generator, mean: float, spread: float) -> tuple[int, int | None]:
    """A range that holds 25 to 35 of 100 of a log-normal number, its ends rounded to two digits."""
    share = rng.uniform(0.25, 0.35)
    start = rng.uniform(0.3, 1.0 - share + 0.1)
    low, high = (_lognormal_quantile(mean, spread, q) for q in (start, start + share))
    return max(2, _two_digits(low)), (None if start + share > 0.94 else _two_digits(high))


def _lognormal_quantile(mean: float, spread: float, q: float) -> float:
    # Tukey's lambda approximation of the normal quantile is exact enough to choose a range
    q = min(max(q, 0.001), 0.999)
    return float(np.exp(mean + spread * 4.91 * (q**0.14 - (1 - q) ** 0.14)))


def _two_digits(value: float) -> int:
    unit = 10 ** max(0, int(np.floor(np.log10(max(value, 1)))) - 1)
    return int(round(value / unit) * unit)


def _category_trait(
    drawn: _Drawn, name: str, kind: Kind, effect: float, *, main: bool = False, target: float = 0.26
) -> PlantedTrait:
    levels, shares = drawn.levels[name]
    sizes = range(1, 5 if len(levels) > 6 else 3)
    subsets = [subset for size in sizes for subset in combinations(range(len(levels)), size)]
    order = [subsets[i] for i in drawn.rng.permutation(len(subsets))[:25]]
    best = min(order, key=lambda subset: abs(sum(shares[i] for i in subset) - target))
    values = tuple(levels[i] for i in best)
    listed = ", ".join(f"'{value}'" for value in values)
    when = f"{name} IN ({listed})" if len(values) > 1 else f"{name} = {listed}"
    note = {
        "churn": "wins often, leaves soon",
        "support": "support eats the margin",
        "call": "known only where somebody asked",
    }
    return PlantedTrait(kind, name, "category", when, effect, values, main=main, note=note.get(kind, ""))


def _flag_trait(name: str, kind: Kind, effect: float, *, main: bool = False) -> PlantedTrait:
    note = "support eats the margin" if kind == "support" else ""
    return PlantedTrait(kind, name, "flag", f"{name} = TRUE", effect, main=main, note=note)


def _tool_trait(tool: str, kind: Kind, effect: float, *, main: bool = False) -> PlantedTrait:
    note = "a competitor's lock-in" if kind == "avoid" else ""
    return PlantedTrait(kind, "tech", "tool", f"uses('{tool}')", effect, (tool,), main=main, note=note)


def _event_trait(drawn: _Drawn) -> PlantedTrait:
    days = int(drawn.rng.choice([90, 120, 180]))
    name = drawn.events[0]
    when = f"happened('{name}', within => '{days} days')"
    return PlantedTrait("seek", name, "event", when, drawn.odds(2.2, 3.0), (name,), within_days=days, main=True)


def _activity_trait(drawn: _Drawn) -> PlantedTrait:
    days = int(drawn.rng.choice([60, 90, 120]))
    name = drawn.inbound[0]
    when = f"count_of('{name}', within => '{days} days') >= 2"
    return PlantedTrait(
        "seek", name, "activity", when, drawn.odds(2.1, 2.9), (name,), low=2, within_days=days, main=True
    )


def _retuned(
    tools: tuple[tuple[str, float], ...], traits: tuple[PlantedTrait, ...], rng: np.random.Generator
) -> tuple[tuple[str, float], ...]:
    """Planted tools are used by 16 to 26 of 100, so that they can be seen."""
    planted = {trait.values[0] for trait in traits if trait.measure == "tool"}
    return tuple((name, float(rng.uniform(0.16, 0.26)) if name in planted else share) for name, share in tools)


def _silenced(trait: PlantedTrait) -> PlantedTrait:
    """`trait` in a company where nothing matters."""
    if trait.kind in ("leak", "computed", "self_caused", "deal"):
        return trait
    return replace(trait, kind="noise", effect=1.0, main=False, stands_for=None, note="has nothing to do with winning")

"""What is drawn from a seed before a planted company exists: its columns, what matters among them, how it is dirty.

Nothing here is shared with the made-up company of `idealfit demo`: a search that knew only one recipe would be found
out.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Literal, TypeAlias

import numpy as np

Kind: TypeAlias = Literal["seek", "avoid", "churn", "support", "size", "together", "call"]
Measure: TypeAlias = Literal["number", "category", "flag", "tool", "event", "role", "pair"]


@dataclass(frozen=True)
class Variant:
    """One kind of company: how much of it there is, how strong its truth is, and what is special about it."""

    accounts: int = 20_000
    closed: int = 6_000
    strength: float = 0.92
    special: Literal["", "none", "drift", "two", "interaction", "confounded"] = ""
    win_rate: tuple[float, float] = (0.13, 0.2)


VARIANTS: dict[str, Variant] = {
    "base": Variant(),
    "d900": Variant(closed=900),
    "c25": Variant(closed=110, win_rate=(0.17, 0.3)),
    "weak": Variant(strength=0.46),
    "none": Variant(closed=2_500, strength=0.0, special="none"),
    "drift": Variant(special="drift"),
    "two": Variant(special="two"),
    "interaction": Variant(special="interaction"),
    "confounded": Variant(special="confounded"),
    "large": Variant(accounts=1_000_000, closed=300_000),
}
"""Base; 900 deals, where most companies live; about 25 customers; half the effects; nothing planted; a truth that
changes at month 24; two motions or products with truths of their own; a pair without main effects; sellers and sources
handed out by segment; one for speed."""

MONTHS = 36
CHANGE_MONTH = 24

CATEGORY_NAMES = (
    "Delivery Model", "Buying Centre", "Sales Channel Served", "Data Residency", "Compliance Regime", "Plant Type",
    "Fleet Kind", "Contract Style", "Hosting Preference", "Security Posture", "Workforce Model", "Pricing Approach",
    "Site Footprint", "Maturity Band", "Service Tiering", "Catalogue Breadth", "Import Exposure", "Field Force",
    "Franchise Form", "Integration Style", "Warehouse Setup", "Language Market", "Audit Cycle", "Payment Culture",
    "Procurement Style", "Seasonality", "Union Status", "Customer Base", "Export Focus", "Quality Scheme",
)  # fmt: skip
FLAG_NAMES = (
    "Has Mobile App", "Runs Own Warehouse", "Sells Online", "Has Partner Programme", "Operates Abroad", "ISO Certified",
    "Publishes API", "Has Works Council", "Uses Contractors", "Listed Parent", "Open On Sundays", "Has Data Team",
    "Offers Leasing", "Has Own Fleet", "Runs Events", "Exports Goods", "Has Loyalty Scheme", "Owns Brand", "Runs Labs",
    "Family Founded", "Has Research Unit", "Multi Brand", "Serves Public Sector", "Has Call Centre", "Prints Catalogue",
)  # fmt: skip
NUMBER_NAMES = (
    "Number Of Sites", "Monthly Site Visits", "Open Vacancies", "Product Count", "Supplier Count", "Branch Density",
    "Average Order Lines", "Vehicles Owned", "Patents Held", "Countries Served", "Languages Offered", "Store Area",
    "Machines Installed", "Years In Market", "Partners Listed", "Reviews Published", "Shipments A Day", "Floor Space",
)  # fmt: skip
LEVEL_WORDS = (
    "amber", "basalt", "cedar", "delta", "ember", "fjord", "granite", "harbour", "indigo", "juniper", "karst", "lagoon",
    "maple", "nectar", "opal", "pine", "quartz", "river", "sable", "tundra", "umber", "valley", "willow", "yarrow",
    "zephyr", "aspen", "birch", "coral", "dune", "elm", "flint", "grove", "heath", "iris", "jade", "kelp", "larch",
    "moss", "north", "ochre", "pearl", "reed", "slate", "teal", "ultra", "vista", "west", "xenon", "yew", "zinc",
)  # fmt: skip
INDUSTRIES = (
    "Logistics", "Retail", "Insurance", "Banking", "Pharmaceuticals", "Construction", "Telecommunications", "Education",
    "Hospitality", "Energy", "Agriculture", "Automotive", "Media", "Software", "Machinery", "Chemicals", "Real Estate",
    "Food Production", "Textiles", "Consulting",
)  # fmt: skip
COUNTRIES = (
    ("Germany", "DACH"), ("Austria", "DACH"), ("Switzerland", "DACH"), ("France", "West"), ("Belgium", "West"),
    ("Netherlands", "West"), ("Spain", "South"), ("Italy", "South"), ("Portugal", "South"), ("Sweden", "Nordics"),
    ("Norway", "Nordics"), ("Denmark", "Nordics"), ("Poland", "East"), ("Romania", "East"),
    ("United Kingdom", "Islands"), ("Ireland", "Islands"),
)  # fmt: skip
EVENT_NAMES = (
    "plant_opening", "rebrand", "leadership_change", "funding_round", "regulation_notice", "hiring_wave",
    "office_move", "acquisition", "tender_published", "price_rise", "data_breach", "product_launch", "award",
    "restructuring",
)  # fmt: skip
ACTIVITY_NAMES = ("pricing_page_view", "webinar_attended", "whitepaper_download", "demo_video_view", "docs_visit")
ROLES = ("security officer", "head of operations", "finance director", "data engineer", "procurement lead", "founder")


@dataclass(frozen=True)
class Trait:
    """One planted statement: what holds for an account, and what it does.

    `odds`: log odds of winning; `hazard`: log rate of leaving; `amount`: log contract value; `support`: share of
    revenue that support eats. `levels` are level numbers (categories), `low` and `high` ends of a number, `within` days
    and `least` count of events. `parts` are the two halves of a pair, whose odds are centred so that neither has an
    effect alone.
    """

    kind: Kind
    attribute: str
    measure: Measure
    odds: float = 0.0
    hazard: float = 0.0
    amount: float = 0.0
    support: float = 0.0
    levels: tuple[int, ...] = ()
    low: float = -np.inf
    high: float = np.inf
    within: int = 0
    least: int = 1
    parts: tuple[Trait, ...] = ()


@dataclass(frozen=True)
class Plan:
    """Everything drawn: columns with their levels and shapes, the truths, and the dirt.

    `cost_share`: what it costs to work an account, as a share of what one brings on average.
    """

    seed: int
    variant: str
    as_of: date
    levels: dict[str, tuple[str, ...]]
    shares: dict[str, tuple[float, ...]]
    flags: dict[str, float]
    numbers: dict[str, tuple[float, float]]
    tools: tuple[tuple[str, float], ...]
    events: dict[str, float]
    activities: dict[str, float]
    roles: dict[str, float]
    size: tuple[float, float]
    truth: tuple[Trait, ...]
    earlier: tuple[Trait, ...]
    other: tuple[Trait, ...]
    win_rate: float
    link: Literal["logit", "probit", "cloglog"]
    base_amount: float
    elasticity: float
    amount_noise: float
    hazard: float
    shape: float
    gross_margin: float
    cost_share: float
    owners: tuple[float, ...]
    sources: dict[str, float]
    months: tuple[float, ...]
    dirt: dict[str, float] = field(default_factory=dict)
    header: Literal["snake", "title", "suffix"] = "snake"

    def everything(self) -> tuple[Trait, ...]:
        """The traits that hold today, of both truths where there are two."""
        return (*self.truth, *self.other)


def draw_plan(seed: int, variant: str) -> Plan:
    """Draw the plan of a company; one seed gives one plan a variant."""
    kind = VARIANTS[variant]
    rng = np.random.default_rng([seed, 7919, len(variant), sum(variant.encode())])
    names = _Names(rng)
    columns = _columns(rng, names)
    truth = _truth(rng, columns, kind)
    special = kind.special
    # what was true before the change, and what is true of the second motion, share the segments and the rival, no more
    earlier = _redrawn(rng, columns, truth, kind) if special == "drift" else ()
    other = _redrawn(rng, columns, truth, kind) if special == "two" else ()
    names_of_sources = ("website", "outbound", "referral", "partner", "event")
    spread = 0.9 if special == "confounded" else rng.uniform(0.2, 0.5)
    return Plan(
        seed=seed,
        variant=variant,
        as_of=date(2025, 3, 1) + timedelta(days=int(rng.integers(0, 500))),
        levels=columns.levels,
        shares=columns.shares,
        flags=columns.flags,
        numbers=columns.numbers,
        tools=columns.tools,
        events=columns.events,
        activities=columns.activities,
        roles=columns.roles,
        size=columns.size,
        truth=truth,
        earlier=earlier,
        other=other,
        win_rate=float(rng.uniform(*kind.win_rate)),
        link=str(rng.choice(["logit", "logit", "logit", "probit", "cloglog"])),  # type: ignore[arg-type]
        base_amount=float(rng.choice([6_000, 12_000, 24_000, 60_000])),
        elasticity=0.0 if special == "none" else float(rng.uniform(0.2, 0.6)),
        amount_noise=float(rng.uniform(0.3, 0.6)),
        hazard=float(rng.uniform(0.01, 0.022)),
        shape=float(rng.choice([0.85, 1.0, 1.15])),
        gross_margin=float(rng.choice([0.7, 0.75, 0.8, 0.85])),
        cost_share=0.0 if special == "none" else float(rng.choice([0, 0.2, 0.4, 0.6])),
        owners=tuple(rng.normal(0, spread, int(rng.integers(6, 15)))),
        sources=dict(zip(names_of_sources, rng.normal(0, spread, 5), strict=True)),
        months=tuple(np.cumsum(rng.normal(0, 0.04, MONTHS)) + 0.15 * np.sin(np.arange(MONTHS) * np.pi / 6)),
        dirt={
            "gaps": float(rng.uniform(0.04, 0.16)),
            "case": float(rng.choice([0.0, 0.02, 0.06])),
            "duplicates": float(rng.uniform(0.0, 0.03)),
            "history": float(rng.uniform(0.75, 1.0)),
            "changed": float(rng.uniform(0.2, 0.45)),
            "selection": float(rng.uniform(0.2, 0.7)),
            "delimiter": float(rng.choice([0, 0, 1])),
            "yes_no": float(rng.integers(0, 3)),
        },
        header=str(rng.choice(["snake", "title", "suffix"])),  # type: ignore[arg-type]
    )


class _Names:
    """Names, each given away once."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._pools = {
            what: [str(name) for name in rng.permutation(np.array(pool))]
            for what, pool in (
                ("category", CATEGORY_NAMES), ("flag", FLAG_NAMES), ("number", NUMBER_NAMES),
                ("event", EVENT_NAMES), ("activity", ACTIVITY_NAMES), ("role", ROLES),
            )
        }  # fmt: skip

    def take(self, what: str, many: int) -> list[str]:
        pool = self._pools[what]
        taken, self._pools[what] = pool[:many], pool[many:]
        return taken


@dataclass
class _Columns:
    levels: dict[str, tuple[str, ...]]
    shares: dict[str, tuple[float, ...]]
    flags: dict[str, float]
    numbers: dict[str, tuple[float, float]]
    tools: tuple[tuple[str, float], ...]
    events: dict[str, float]
    activities: dict[str, float]
    roles: dict[str, float]
    size: tuple[float, float]


def _columns(rng: np.random.Generator, names: _Names) -> _Columns:
    levels: dict[str, tuple[str, ...]] = {
        "industry": tuple(str(one) for one in rng.permutation(np.array(INDUSTRIES))[: int(rng.integers(9, 17))]),
        "country": tuple(
            COUNTRIES[int(index)][0] for index in rng.permutation(len(COUNTRIES))[: int(rng.integers(7, 14))]
        ),
    }
    for name in names.take("category", int(rng.integers(14, 22))):
        many = int(rng.choice([3, 4, 5, 6, 8, 12]))
        levels[name] = tuple(str(one) for one in rng.permutation(np.array(LEVEL_WORDS))[:many])
    shares = {name: tuple(rng.dirichlet(np.full(len(of), 4.0))) for name, of in levels.items()}
    made = _words(rng, 60, 2)
    prevalence = np.clip(0.45 * np.arange(1.5, 61.5) ** -0.7 * rng.uniform(0.8, 1.2, 60), 0.012, 0.4)
    return _Columns(
        levels,
        shares,
        {name: float(rng.uniform(0.12, 0.5)) for name in names.take("flag", int(rng.integers(12, 20)))},
        {
            name: (float(rng.uniform(1.5, 6)), float(rng.uniform(0.5, 1.3)))
            for name in names.take("number", int(rng.integers(9, 15)))
        },
        tuple(zip(made, (float(share) for share in prevalence), strict=True)),
        {name: float(rng.uniform(0.08, 0.35)) for name in names.take("event", int(rng.integers(5, 9)))},
        {name: float(rng.uniform(0.1, 0.4)) for name in names.take("activity", int(rng.integers(3, 5)))},
        {name: float(rng.uniform(0.2, 0.45)) for name in names.take("role", int(rng.integers(4, 6)))},
        (float(rng.uniform(3.8, 5.2)), float(rng.uniform(1.0, 1.5))),
    )


def _words(rng: np.random.Generator, many: int, syllables: int) -> list[str]:
    parts = np.array([a + b for a in "bcdfglmnprstvz" for b in ("a", "e", "i", "o", "u", "ar", "en", "or", "ix")])
    found: dict[str, None] = {}
    while len(found) < many:
        found["".join(rng.choice(parts, syllables)).capitalize()] = None
    return list(found)


def _truth(rng: np.random.Generator, columns: _Columns, kind: Variant) -> tuple[Trait, ...]:
    """The traits of one company, scaled by the variant's strength."""

    def odds(low: float = 0.45, high: float = 0.85) -> float:
        return float(rng.uniform(low, high))

    own = [str(one) for one in rng.permutation(np.array([name for name in columns.levels if name != "industry"]))]
    flags, numbers = list(columns.flags), list(columns.numbers)
    tools = [int(index) for index in rng.permutation(np.arange(3, 22))]
    traits = [
        _number(rng, "employees", columns.size, odds(0.6, 0.95)),
        _category(rng, columns, "industry", (0.15, 0.3), odds=odds(0.5, 0.9)),
        Trait("seek", f"tech:{columns.tools[tools[0]][0]}", "tool", odds=odds(0.6, 0.95)),
        Trait("avoid", f"tech:{columns.tools[tools[1]][0]}", "tool", odds=-3.0),
        _event(rng, columns, odds(0.5, 0.95)),
        _category(rng, columns, own[0], (0.2, 0.4), odds=odds()),
        Trait("seek", flags[0], "flag", odds=odds(0.4, 0.7)),
        _category(
            rng, columns, own[1], (0.1, 0.18), kind="churn", odds=odds(1.0, 1.4), hazard=float(rng.uniform(1.9, 2.4))
        ),
        _category(
            rng, columns, own[2], (0.1, 0.18), kind="support", odds=odds(0.3, 0.6), support=float(rng.uniform(0.6, 0.8))
        ),
    ]  # fmt: skip
    extra = [
        _number(rng, numbers[0], columns.numbers[numbers[0]], odds()),
        Trait("avoid", flags[1], "flag", odds=-odds(0.5, 0.9)),
        Trait("seek", f"role:{next(iter(columns.roles))}", "role", odds=odds()),
        _activity(rng, columns, odds(0.6, 1.0)),
        _category(rng, columns, own[3], (0.2, 0.35), odds=odds(0.4, 0.6), hazard=-float(rng.uniform(0.4, 0.8))),
        Trait("size", flags[2], "flag", amount=float(rng.uniform(0.35, 0.6))),
    ]
    traits += [extra[int(index)] for index in rng.permutation(len(extra))[: int(rng.integers(3, 6))]]
    if rng.random() < 0.5:
        asked = str(rng.choice(["Budget Confirmed", "Deadline Given", "Replaces A Tool"]))
        traits.append(Trait("call", asked, "flag", odds=odds(0.5, 0.9)))
    if kind.special == "interaction":
        one = Trait("seek", flags[3], "flag")
        two = _category(rng, columns, own[4], (0.35, 0.5))
        traits = [one for one in traits if one.kind in ("churn", "support") or one.attribute == "employees"]
        traits.append(Trait("together", f"{flags[3]} & {own[4]}", "pair", odds=odds(2.6, 3.4), parts=(one, two)))
    return tuple(_scaled(one, kind.strength) for one in traits)


def _scaled(trait: Trait, by: float) -> Trait:
    return replace(
        trait, odds=trait.odds * by, hazard=trait.hazard * by, amount=trait.amount * by, support=trait.support * by
    )


def _redrawn(rng: np.random.Generator, columns: _Columns, truth: tuple[Trait, ...], kind: Variant) -> tuple[Trait, ...]:
    """Another truth: every trait that changes the odds alone is about something else, or turned round."""
    flags, used = list(columns.flags), {trait.attribute for trait in truth}
    spare = [name for name in flags if name not in used]
    own = [str(one) for one in rng.permutation(np.array([name for name in columns.levels if name not in used]))]
    tools = [f"tech:{name}" for name, _share in columns.tools[3:22] if f"tech:{name}" not in used]
    made = []
    for trait in truth:
        if trait.kind in ("churn", "support", "size", "call") or trait.odds < -1:
            made.append(trait)
        elif trait.attribute == "employees":
            # a truth that changes does not only fade: the size that was right is now another
            made.append(replace(_number(rng, "employees", columns.size, trait.odds, apart=trait), odds=trait.odds))
        elif trait.measure == "tool":
            made.append(replace(trait, attribute=str(tools.pop(int(rng.integers(len(tools)))))))
        elif trait.measure == "flag":
            made.append(replace(trait, attribute=spare.pop()))
        elif trait.measure == "category":
            made.append(replace(_category(rng, columns, own.pop(), (0.2, 0.35), odds=trait.odds), hazard=trait.hazard))
        else:
            made.append(trait)
    return tuple(made)


def _number(
    rng: np.random.Generator, name: str, shape: tuple[float, float], odds: float, apart: Trait | None = None
) -> Trait:
    """A range that holds a quarter to a third of a log-normal number, or its upper part."""
    share = rng.uniform(0.22, 0.34)
    start = rng.uniform(0.3, 1 - share) if rng.random() < 0.7 else 1 - share
    if apart is not None:
        start = 0.05 if np.isfinite(apart.high) or rng.random() < 0.5 else 0.3
    low, high = (round_two(float(np.exp(shape[0] + shape[1] * _normal_quantile(at)))) for at in (start, start + share))
    return Trait("seek", name, "number", odds=odds, low=max(low, 1), high=np.inf if start + share > 0.98 else high)


def _normal_quantile(at: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(min(max(at, 1e-4), 1 - 1e-4)))


def round_two(value: float) -> float:
    """To two significant digits."""
    step = 10.0 ** (np.floor(np.log10(max(value, 1))) - 1)
    return float(round(value / step) * step)


def _category(
    rng: np.random.Generator,
    columns: _Columns,
    name: str,
    share: tuple[float, float],
    kind: Kind = "seek",
    odds: float = 0.0,
    hazard: float = 0.0,
    support: float = 0.0,
) -> Trait:
    """Levels that together hold about `share` of the accounts; where they hold far less or more, shares are redrawn."""
    wanted = float(rng.uniform(*share))
    of = len(columns.levels[name])
    many = 1 if of < 6 else int(rng.integers(1, max(2, of // 3) + 1))
    chosen = tuple(sorted(int(index) for index in rng.permutation(of)[:many]))
    shares = np.array(columns.shares[name])
    inside = np.isin(np.arange(of), chosen)
    shares[inside] *= wanted / shares[inside].sum()
    shares[~inside] *= (1 - wanted) / shares[~inside].sum()
    columns.shares[name] = tuple(float(one) for one in shares)
    return Trait(kind, name, "category", odds=odds, hazard=hazard, support=support, levels=chosen)


def _event(rng: np.random.Generator, columns: _Columns, odds: float) -> Trait:
    name = next(iter(columns.events))
    within = int(rng.choice([60, 90, 120, 180]))
    columns.events[name] = float(rng.uniform(0.2, 0.32)) * 365 / within
    return Trait("seek", name, "event", odds=odds, within=within)


def _activity(rng: np.random.Generator, columns: _Columns, odds: float) -> Trait:
    name = next(iter(columns.activities))
    within, least = int(rng.choice([60, 90])), int(rng.choice([1, 2]))
    columns.activities[name] = (0.3 if least == 1 else 0.6) * 365 / within
    return Trait("seek", name, "event", odds=odds, within=within, least=least)

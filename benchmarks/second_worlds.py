"""A second maker of planted companies, written from a description alone and kept apart from `worlds.py`.

`second_files.py` writes them. They judge what was tuned on the companies of the first maker. What differs: the export
of a marketing CRM with its own headers, words and a table of the changes of fields; the chance of winning is the normal
distribution of a sum with a hump over size and heavy-tailed luck of each account; what an account is worth is spread by
contract value, by leaving and by support, so that a blind order has about a tenth of the best value. Nothing is shared
with the first maker but the form of the truth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]
Columns: TypeAlias = dict[str, Any]

DAYS, EARLIER, CHANGED = 1096, 500, 731
"""Days that deals are opened on, days before them that other things are recorded from, and the day of a change."""

KINDS = {
    "second-6000": (20_000, 6_000, 0.16),
    "second-900": (6_000, 900, 0.16),
    "second-25": (3_000, 130, 0.2),
    "second-none": (6_000, 2_000, 0.16),
    "second-drift": (12_000, 6_000, 0.16),
}
"""Accounts, closed deals, and how often they are won."""

INDUSTRIES = (
    "COMPUTER_SOFTWARE", "HOSPITAL_HEALTH_CARE", "RETAIL", "BANKING", "INSURANCE", "CONSTRUCTION", "LEGAL_SERVICES",
    "HIGHER_EDUCATION", "TELECOMMUNICATIONS", "UTILITIES", "FOOD_PRODUCTION", "STAFFING_AND_RECRUITING", "WAREHOUSING",
)  # fmt: skip
COUNTRIES = ("United States", "Canada", "United Kingdom", "Germany", "France", "Australia", "Brazil", "India", "Japan")
ZONES = ("US/Eastern", "America/Toronto", "Europe/London", "Europe/Berlin", "Europe/Paris", "Australia/Sydney",
         "America/Sao_Paulo", "Asia/Kolkata", "Asia/Tokyo")  # fmt: skip
CHOICES = {
    "Ownership Structure": ("Founder led", "Private equity", "Public", "Subsidiary", "Cooperative"),
    "Go To Market": ("Self serve", "Inside sales", "Field sales", "Channel", "Marketplace", "Tender"),
    "Customer Served": ("Consumers", "Small firms", "Mid size", "Enterprise", "Government"),
    "Cloud Posture": ("On premises", "Hybrid", "Single cloud", "Multi cloud"),
    "Billing Habit": ("Prepaid", "Invoice 30", "Invoice 60", "Usage based"),
    "Support Language": ("English", "Spanish", "German", "French", "Portuguese", "Japanese"),
    "Release Rhythm": ("Daily", "Weekly", "Monthly", "Quarterly", "Never"),
    "Work Setting": ("Office", "Remote", "Mixed"),
    "Growth Mode": ("Organic", "Acquisitive", "Turnaround", "Steady"),
    "Data Platform": ("Warehouse", "Lake", "Spreadsheets", "None", "Outsourced"),
    "Procurement Route": ("Direct", "Committee", "Framework", "Auction"),
}
YES_NO = ("Public API", "Career Page", "Works With Agencies", "Own Data Team", "Multi Brand Group", "Regulated",
          "Runs Loyalty Plan", "Sells Abroad", "Night Shift", "Franchised")  # fmt: skip
NUMBERS = ("Open Positions", "Offices", "Monthly Visitors", "App Reviews", "Vendors Used", "Products Listed",
           "Paid Keywords", "Followers", "Patents Filed", "Delivery Vans")  # fmt: skip
SIGNALS = ("Raised capital", "New CFO", "New site", "Layoff", "Merger", "Won an award", "Regulator letter")
VISITS = ("Viewed pricing", "Watched demo", "Opened newsletter", "Read docs")
BUYERS = ("Decision maker", "Budget holder", "Champion", "Legal & compliance", "End user")


@dataclass
class Company:
    """One made-up company: columns of its accounts (by header), what is planted, and the sums that follow from it."""

    rng: np.random.Generator
    size: int
    as_of: date
    strength: float
    columns: Columns = field(default_factory=dict)
    planted: list[tuple[str, str]] = field(default_factory=list)
    then: Floats = field(default_factory=lambda: np.zeros(0))
    now: Floats = field(default_factory=lambda: np.zeros(0))
    moved: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    dated: dict[str, tuple[Ints, Ints]] = field(default_factory=dict)
    tools: Flags = field(default_factory=lambda: np.zeros((0, 0), dtype=bool))
    tool_names: tuple[str, ...] = ()
    roles: Flags = field(default_factory=lambda: np.zeros((0, 0), dtype=bool))

    def employees(self, account: Ints, day: Ints) -> Floats:
        """Head count as it was."""
        return np.where(self.moved[account] <= day, self.now[account], self.then[account])

    def counted(self, kind: str, account: Ints, day: Ints, within: int) -> Ints:
        """How often something dated happened within so many days before a day."""
        where, when = self.dated[kind]
        keys = np.sort(where * 10_000 + when + EARLIER)
        last = np.searchsorted(keys, account * 10_000 + day + EARLIER, side="right")
        return np.asarray(last - np.searchsorted(keys, account * 10_000 + day - within + EARLIER, side="right"))


@dataclass(frozen=True)
class Truth:
    """What matters, drawn from a seed; every number is a shift of the sum whose normal distribution is the chance."""

    centre: float
    hump: float
    industry: tuple[int, ...]
    choices: tuple[str, ...]
    levels: tuple[int, ...]
    flags: tuple[str, ...]
    number: str
    seek_tool: int
    rival: int
    signal: str
    visit: str
    role: int
    sizes: tuple[float, ...]


def draw_truth(rng: np.random.Generator) -> Truth:
    """Which columns matter and by how much."""
    choices = tuple(str(name) for name in rng.permutation(np.array(list(CHOICES)))[:4])
    flags = tuple(str(name) for name in rng.permutation(np.array(YES_NO))[:3])
    return Truth(
        centre=float(rng.uniform(3.6, 5.6)),
        hump=float(rng.uniform(0.6, 0.9)),
        industry=tuple(int(index) for index in rng.permutation(len(INDUSTRIES))[:3]),
        choices=choices,
        levels=tuple(int(rng.integers(len(CHOICES[name]))) for name in choices),
        flags=flags,
        number=str(rng.choice(NUMBERS)),
        seek_tool=int(rng.integers(2, 16)),
        rival=int(rng.integers(16, 24)),
        signal=str(rng.choice(SIGNALS)),
        visit=str(rng.choice(VISITS)),
        role=int(rng.integers(len(BUYERS) - 1)),
        sizes=tuple(float(value) for value in rng.uniform(0.35, 0.6, 10)),
    )


def draw_company(rng: np.random.Generator, size: int, strength: float) -> Company:
    """Accounts with all that is known of them; about a third of the head counts change on the way."""
    as_of = date(2026, 1, 1) + timedelta(days=int(rng.integers(0, 180)))
    made = Company(rng, size, as_of, strength)
    made.then = np.rint(np.exp(rng.normal(4.2, 1.3, size))) + 1
    made.moved = np.where(rng.random(size) < 0.35, rng.integers(30, DAYS, size), 10**6)
    made.now = np.where(made.moved < 10**6, np.rint(made.then * np.exp(rng.normal(0.2, 0.6, size))) + 1, made.then)
    made.columns["Industry"] = rng.choice(len(INDUSTRIES), size, p=rng.dirichlet(np.full(len(INDUSTRIES), 5.0)))
    made.columns["Country/Region"] = rng.choice(len(COUNTRIES), size, p=rng.dirichlet(np.full(len(COUNTRIES), 4.0)))
    for name, levels in CHOICES.items():
        made.columns[name] = rng.choice(len(levels), size, p=rng.dirichlet(np.full(len(levels), 6.0)))
    for name in YES_NO:
        made.columns[name] = rng.random(size) < rng.uniform(0.15, 0.5)
    for name in NUMBERS:
        made.columns[name] = rng.poisson(rng.gamma(1.2, rng.uniform(2, 30), size)).astype(float)
    sounds = [a + b for a in ("ar", "bel", "cor", "dax", "fen", "gry", "hal", "kip") for b in "aeiouy"]
    made.tool_names = tuple(
        f"{one.title()}{end}" for one, end in zip(sounds * 2, ["ly"] * 48 + ["base"] * 48, strict=True)
    )[:60]
    made.tools = rng.random((size, 60)) < np.clip(
        0.35 / np.sqrt(np.arange(1, 61)) * rng.uniform(0.7, 1.3, 60), 0.02, 0.4
    )
    for kind, rate in zip((*SIGNALS, *VISITS), rng.uniform(0.1, 0.4, len(SIGNALS) + len(VISITS)), strict=True):
        account = np.repeat(np.arange(size), rng.poisson(rate * (DAYS + EARLIER) / 365, size))
        made.dated[kind] = (account, rng.integers(-EARLIER, DAYS + 1, len(account)))
    made.roles = rng.random((size, len(BUYERS))) < rng.uniform(0.2, 0.45, len(BUYERS))
    return made


def wins(made: Company, truth: Truth, account: Ints, day: Ints) -> Floats:
    """The planted sum of each account on a day."""
    size = truth.sizes
    total = size[0] * 2.2 * (np.exp(-(((np.log(made.employees(account, day)) - truth.centre) / truth.hump) ** 2)) - 0.3)
    total = total + size[1] * np.isin(made.columns["Industry"][account], truth.industry)
    decoy, costly, liked, disliked = (
        made.columns[name][account] == level for name, level in zip(truth.choices, truth.levels, strict=True)
    )
    total += 0.7 * decoy + 0.25 * costly + size[2] * liked - size[3] * disliked
    total += size[4] * made.columns[truth.flags[0]][account] - size[5] * made.columns[truth.flags[1]][account]
    total += size[6] * made.tools[account, truth.seek_tool] - 3.0 * made.tools[account, truth.rival]
    total += size[7] * (made.counted(truth.signal, account, day, 120) > 0)
    total += size[8] * (made.counted(truth.visit, account, day, 60) > 0)
    total += size[9] * made.roles[account, truth.role]
    cut = np.quantile(made.columns[truth.number], 0.6)
    total += 0.4 * (made.columns[truth.number][account] > cut)
    return np.asarray(made.strength * total, dtype=np.float64)


def worth(made: Company, truth: Truth, account: Ints, day: Ints) -> tuple[Floats, Floats, Floats]:
    """Log contract value a year, rate of leaving a month, and what support eats of the revenue."""
    held = [made.columns[name][account] == level for name, level in zip(truth.choices, truth.levels, strict=True)]
    on = float(made.strength > 0)
    size = np.log(made.employees(account, day)) - 4.2
    amount = 9.6 + on * (0.55 * size + 0.6 * made.columns[truth.flags[2]][account])
    return amount, 0.012 * np.exp(on * 2.4 * held[0]), 0.06 + on * 0.85 * held[1]


def attributes(truth: Truth, tool_names: Sequence[str]) -> list[str]:
    """Everything that matters, by the names that a profile would use."""
    return sorted((
        "employees", "industry", *truth.choices, *truth.flags, truth.number, f"tech:{tool_names[truth.seek_tool]}",
        f"tech:{tool_names[truth.rival]}", truth.signal, truth.visit, f"role:{BUYERS[truth.role]}",
    ))  # fmt: skip


def other_truth(truth: Truth, drawn: Truth) -> Truth:
    """What was true before a change: another size, industry, tool, signal and number; the segments stay."""
    return Truth(**{**truth.__dict__, **{
        name: getattr(drawn, name) for name in ("centre", "industry", "seek_tool", "signal", "visit", "role", "number")
    }})  # fmt: skip


def draw_deals(made: Company, truth: Truth, before: Truth, closed: int, rate: float) -> Columns:
    """Deals of accounts that sellers lean to; one in eight of the lost is tried again; owners and sources differ."""
    rng, size = made.rng, made.size
    lean = 0.35 * (np.log(made.then) - 4.2) + 0.5 * made.tools[:, 0] + rng.gumbel(size=size)
    first = np.argsort(-lean)[: round(closed * 0.97)]
    account = np.concatenate([first, rng.choice(first, closed // 8)])
    opened = np.concatenate([rng.integers(0, DAYS, len(first)), np.zeros(closed // 8, dtype=np.int64)])
    opened[len(first) :] = rng.integers(400, DAYS, closed // 8)
    luck_of = 0.25 * rng.standard_t(4, size)
    owner, source = rng.integers(0, 9, len(account)), rng.integers(0, 4, len(account))
    luck = luck_of[account] + rng.normal(0, 0.2, 9)[owner] + rng.normal(0, 0.2, 4)[source]
    day = opened - 1
    total = np.where(opened < CHANGED, wins(made, before, account, day), wins(made, truth, account, day)) + luck
    low, high = -6.0, 4.0
    for _step in range(40):
        base = (low + high) / 2
        low, high = (base, high) if ndtr(total + base).mean() < rate else (low, base)
    won = rng.random(len(account)) < ndtr(total + low)
    ends = opened + np.rint(rng.gamma(3, np.where(won, 20, 28))).astype(np.int64) + 2
    won &= ends <= DAYS
    again = np.arange(len(account)) >= len(first)
    first_won = np.zeros(size, dtype=bool)
    first_won[account[~again & won]] = True
    first_ends = np.zeros(size, dtype=np.int64)
    first_ends[account[~again]] = ends[~again]
    keep = ~again | (~first_won[account] & (first_ends[account] + 14 < opened))
    amount, leaving, support = worth(made, truth, account, day)
    until = ends + np.rint(rng.exponential(1 / leaving) * 30.44).astype(np.int64)
    taken = {
        "account": account, "opened": opened, "closed": ends, "won": won, "owner": owner, "source": source,
        "amount": np.rint(np.exp(amount + rng.normal(0, 0.4, len(account)))), "until": until, "support": support,
    }  # fmt: skip
    order = np.flatnonzero(keep)
    order = order[np.argsort(opened[order], kind="stable")]
    return {name: values[order] for name, values in taken.items()} | {"luck": luck[order], "base": low}

"""What customers have more often than the market list: the best guess there is where no test can tell.

A market list says how common a trait is anyway, which a handful of customers and lost deals cannot. Each trait's effect
is shrunken to what the market alone would give, since among many traits of few customers some look special by luck.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb
import numpy as np

from idealfit.evidence.table import Fact
from idealfit.patterns.roster import FAST, GOOD, MOST_SHARED, Company, raw_values, shared_by, written
from idealfit.profile.parsing import fold
from idealfit.profile.predicate import Attribute, Between, Comparison, Number, Predicate, Text, Truth, Uses
from idealfit.profile.sentence import sentence
from idealfit.profile.text import to_text
from idealfit.records.attribute import AttributeInfo

LEAST_MARKET, MOST_MARKET, LEAST_HAVING = 30, 4_000, 3
AS_MANY_OTHERS, AS_MANY_CUSTOMERS = 30.0, 10.0
"""The market's share counts like so many lost deals; that nothing is special counts like so many customers."""

LEAST_Z = 1.0
FILLED_AS_OFTEN = 0.5
"""A column known of the market half as often as of customers, or less, is filled in when somebody works the account."""

PRIOR_WORTH = 0.5
"""Before any data, those who have a trait pay by a factor of about 1.6 more or less than the others."""

NEVER, ALWAYS = 0.02, 0.9
"""What nearly every customer has and hardly anyone else is a mark of being one."""


@dataclass(frozen=True)
class Likeness:
    """A trait: `good` of `of` customers have it, `others` of `of_others` who said no, `fast` of `of_fast` of those who
    said so fast, `market` of `of_market` on the list. `effect`: shrunken log odds ratio; `worth`: shrunken log ratio
    of what those who have it pay, or would have paid; `z`: how far the two together are from luck.
    """

    attribute: str
    predicate: Predicate
    counts: dict[str, int]
    effect: float
    z: float
    worth: float = 0.0


def likenesses(con: duckdb.DuckDBPyConnection, companies: Sequence[Company], facts: Sequence[Fact]) -> list[Likeness]:
    """The traits of customers against the market list, clearest first, one a column; none without thirty accounts on
    the list beside `companies`, or without three customers.
    """
    columns = [fact for fact in facts if fact.kind in ("category", "boolean", "number", "list")]
    # beside a mere list of customers the rest of the list is the market, and nobody has said no
    listed = [*_listed(con, companies), *(one for one in companies if one.outcome == "not yet")]
    companies = [one for one in companies if one.outcome != "not yet"]
    good = np.array([one.outcome in GOOD for one in companies], dtype=bool)
    if len(listed) < LEAST_MARKET or int(good.sum()) < LEAST_HAVING:
        return []
    everyone = [*companies, *listed]
    masks = {
        "good": np.append(good, np.zeros(len(listed), dtype=bool)),
        "others": np.array([one.outcome in ("lost", FAST) for one in everyone], dtype=bool),
        "fast": np.array([one.outcome == FAST for one in everyone], dtype=bool),
        "market": np.append(np.zeros(len(companies), dtype=bool), np.ones(len(listed), dtype=bool)),
    }
    value = np.array([one.value for one in everyone])
    paid = np.where(value > 0, np.log(np.maximum(value, 1e-9)), np.nan)
    found = []
    for name, cells in raw_values(con, everyone, [fact.name for fact in columns]).items():
        known = np.array([cell is not None and cell != [] for cell in cells], dtype=bool)
        told, seen = (float(np.mean(known[masks[side]])) for side in ("market", "good"))
        if told <= FILLED_AS_OFTEN * seen:
            continue
        mine = [
            one
            for predicate, holds in _traits(name, cells, known, masks["good"], masks["market"])
            if (one := _judged(name, predicate, holds & known, known, masks, paid)) is not None
        ]
        found += sorted(mine, key=lambda one: (-one.z, str(one.predicate)))[:1]
    return sorted(found, key=lambda one: (-one.z, one.attribute))


def alike(
    con: duckdb.DuckDBPyConnection,
    companies: list[Company],
    facts: tuple[Fact, ...],
    attributes: Mapping[str, AttributeInfo],
) -> list[dict[str, Any]]:
    """What the customers share, for a hypothesis: against the market list where there is one, else what at least half
    of them have in common (`roster.shared_by`). At most six: `attribute`, `when`, `sentence`, `counts`, and against a
    market `effect` (shrunken log odds ratio of being a customer and log ratio of contract value) and `pays` (the
    latter as a factor).
    """
    found = likenesses(con, companies, facts)[:MOST_SHARED]
    if not found:
        return shared_by(con, companies, facts, attributes)
    return [
        {
            "attribute": one.attribute,
            "when": to_text(one.predicate),
            "sentence": sentence(one.predicate, attributes),
            "counts": one.counts,
            "effect": round(one.effect + one.worth, 4),
            "pays": round(math.exp(one.worth), 3),
        }
        for one in found
    ]


def _listed(con: duckdb.DuckDBPyConnection, companies: Sequence[Company]) -> list[Company]:
    """Accounts of the list that nobody worked, at most 4,000, taken evenly by their ids."""
    known = {one.account_id for one in companies}
    rows = con.execute(
        """
        SELECT account_id FROM accounts
        WHERE duplicate_of IS NULL AND test_record IS NULL AND COALESCE(status, 'prospect') = 'prospect'
          AND account_id NOT IN (SELECT account_id FROM deals WHERE account_id IS NOT NULL)
        ORDER BY HASH(account_id), account_id LIMIT $most
        """,
        {"most": MOST_MARKET + len(known)},
    ).fetchall()
    return [Company(account, account, "market", 0.0) for (account,) in rows if account not in known][:MOST_MARKET]


def _judged(
    name: str,
    predicate: Predicate,
    holds: np.ndarray,
    known: np.ndarray,
    masks: dict[str, np.ndarray],
    paid: np.ndarray,
) -> Likeness | None:
    """The trait with its counts and its shrunken effect; None where it is too rare, no clearer than luck, or a mark of
    being a customer.
    """
    counts = {side: int(np.sum(holds & mask)) for side, mask in masks.items()}
    of = {side: int(np.sum(known & mask)) for side, mask in masks.items()}
    if counts["good"] < LEAST_HAVING or not of["market"]:
        return None
    common = (counts["market"] + 0.5) / (of["market"] + 1)
    if common <= NEVER and counts["good"] >= ALWAYS * of["good"]:
        return None
    rest = (counts["others"] + AS_MANY_OTHERS * common) / (of["others"] + AS_MANY_OTHERS)
    here = (counts["good"] + AS_MANY_CUSTOMERS * rest) / (of["good"] + AS_MANY_CUSTOMERS)
    effect = _logit(here) - _logit(rest)
    error = math.sqrt(rest * (1 - rest) * (1 / of["good"] + 1 / (of["others"] + AS_MANY_OTHERS)))
    held = of["good"] / (of["good"] + AS_MANY_CUSTOMERS) * error / (rest * (1 - rest))
    worth, doubt = _worth(paid, holds, known & ~holds)
    z = (effect + worth) / math.hypot(held, doubt)
    if z < LEAST_Z:
        return None
    told = {**counts, "of": of["good"], **{f"of_{side}": of[side] for side in ("others", "fast", "market")}}
    return Likeness(name, predicate, told, effect, z, worth)


def _worth(paid: np.ndarray, holds: np.ndarray, others: np.ndarray) -> tuple[float, float]:
    """How much more those who have it pay, as a log ratio shrunken to nothing, and its standard error."""
    here, there = (paid[side & np.isfinite(paid)] for side in (holds, others))
    if min(len(here), len(there)) < LEAST_HAVING:
        return 0.0, 0.0
    spread = float(np.var(np.concatenate([here - here.mean(), there - there.mean()]))) + 1e-9
    variance = spread * (1 / len(here) + 1 / len(there))
    kept = PRIOR_WORTH**2 / (PRIOR_WORTH**2 + variance)
    return kept * float(here.mean() - there.mean()), math.sqrt(kept * variance)


def _logit(share: float) -> float:
    return math.log(share / (1 - share))


def _traits(
    name: str, cells: list[Any], known: np.ndarray, good: np.ndarray, market: np.ndarray
) -> Iterator[tuple[Predicate, np.ndarray]]:
    """Each value that three customers have; of a list each member; of numbers the thirds of the market."""
    here = [cell for cell, one in zip(cells, good & known, strict=True) if one]
    if not here:
        return
    if isinstance(here[0], bool):
        for said in (True, False):
            yield Comparison("=", Attribute(name), Truth(said)), np.array([cell is said for cell in cells])
    elif isinstance(here[0], list):
        folded = [frozenset(fold(str(one)) for one in cell or ()) for cell in cells]
        held = Counter(tool for tools, one in zip(folded, good & known, strict=True) if one for tool in tools)
        for tool in sorted(tool for tool, times in held.items() if times >= LEAST_HAVING):
            spelled = written(str(one) for cell in here for one in cell if fold(str(one)) == tool)
            yield Uses((spelled,), "any"), np.array([tool in tools for tools in folded])
    elif isinstance(here[0], str):
        texts = np.array([fold(cell) if cell is not None else "" for cell in cells], dtype=object)
        values = Counter(texts[good & known].tolist())
        for text in sorted(text for text, times in values.items() if times >= LEAST_HAVING):
            spelled = written(cell.strip() for cell in here if fold(cell) == text)
            yield Comparison("=", Attribute(name), Text(spelled)), texts == text
    else:
        yield from _ranges(name, cells, known & market)


def _ranges(name: str, cells: list[Any], market: np.ndarray) -> Iterator[tuple[Predicate, np.ndarray]]:
    """The thirds of the market's numbers, and two of them together."""
    numbers = np.array([np.nan if cell is None else float(cell) for cell in cells])
    if not market.any():
        return
    first, second = (_round(float(np.quantile(numbers[market], at))) for at in (1 / 3, 2 / 3))
    if not first < second:
        return
    column, low, high = Attribute(name), Number(Decimal(str(first))), Number(Decimal(str(second)))
    with np.errstate(invalid="ignore"):
        yield Comparison("<", column, low), numbers < first
        yield Comparison("<", column, high), numbers < second
        yield Between(column, low, high), (numbers >= first) & (numbers <= second)
        yield Comparison(">=", column, low), numbers >= first
        yield Comparison(">=", column, high), numbers >= second


def _round(value: float) -> float:
    """With two digits that count, years and the like in full."""
    return float(round(value)) if 1800 <= value <= 2100 else float(f"{value:.2g}")

"""The account table: true values, then the gaps and the traps."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from idealfit.demo import vocabulary as words
from idealfit.demo.market import Bools, Floats, Ints, Market
from idealfit.demo.plan import Plan
from idealfit.demo.rows import Columns, Texts, dates, emptied, texts
from idealfit.demo.standing import OWN, Relation, Standing, statuses

USUAL_GAPS = {
    "industry": 0.04,
    "employees": 0.05,
    "country": 0.02,
    "funding_stage": 0.08,
    "revenue": 0.3,
    "founded_year": 0.12,
}


def account_ids(plan: Plan, count: int) -> Texts:
    """Ids in the style drawn for this company (some have leading zeros)."""
    return texts([plan.id_style.format(number * 3 + 17) for number in range(count)])


def account_columns(
    plan: Plan, market: Market, standing: Standing, held: Relation, rng: np.random.Generator
) -> Columns:
    """Every account as today's CRM shows it."""
    everyone = np.arange(market.size)
    today = np.full(market.size, plan.last_day)
    employees = market.employees.at(everyone, today)
    ids = account_ids(plan, market.size)
    columns: Columns = {"account_id": ids, **_who_they_are(plan, market, standing)}
    small = employees < np.median(employees)
    gaps: dict[str, Texts] = {name: _levels(plan, name, codes) for name, codes in market.categories.items()}
    gaps["funding_stage"] = _levels(plan, "funding_stage", market.funding.at(everyone, today))
    gaps["employees"] = texts(employees)
    gaps |= {name: texts(values) for name, values in market.numbers.items()}
    gaps |= {name: texts(np.where(values, "true", "false")) for name, values in market.flags.items()}
    gaps |= _proxies(plan, market, employees, rng)
    call = {trait.attribute for trait in plan.traits if trait.attribute in words.CALL_CATEGORIES}
    for name, values in gaps.items():
        share = USUAL_GAPS.get(name, 0.07)
        missing = rng.random(market.size) < share * np.where(small, 1.5, 0.6)
        if name in call:
            missing = rng.random(market.size) > np.where(held.worked, 0.85, 0.015)
        columns[name] = emptied(values, missing)
    columns["tech"] = _tech(plan, market, held, small, rng)
    columns |= _traps(plan, market, held, rng)
    columns |= _how_we_stand(plan, ids, standing, held, rng)
    return columns


def _who_they_are(plan: Plan, market: Market, standing: Standing) -> Columns:
    names, stems = list(market.names), list(market.stems)
    for position, row in enumerate(np.flatnonzero(standing.role == OWN).tolist()):
        names[row] = f"{plan.company} {'Inc.' if position == 0 else 'test account'}"
        stems[row] = plan.company if position == 0 else f"test-{plan.company}"
    return {"name": texts(names), "domain": texts([f"{stem.lower()}.example" for stem in stems])}


def _levels(plan: Plan, name: str, codes: Ints) -> Texts:
    levels = np.array(plan.levels[name][0], dtype=object)
    found: Texts = levels[codes]
    return found


def _proxies(plan: Plan, market: Market, employees: Ints, rng: np.random.Generator) -> Columns:
    """Columns that only go along with a real trait."""
    found: Columns = {}
    size = market.size
    # drawn for all, so that the company without signal has the same columns
    revenue = np.rint(employees * 110 * np.exp(rng.normal(0, 0.5, size))) * 1000
    found["revenue"] = texts(revenue.astype(np.int64))
    bands = np.array(["XS", "S", "M", "L", "XL"], dtype=object)
    # set when the record was made, and never since
    noisy = market.employees.values[:, 0] * np.exp(rng.normal(0, 0.45, size))
    found["office_band"] = bands[np.searchsorted([20, 80, 300, 1200], noisy)]
    main = next(trait.attribute for trait in plan.traits[1:] if trait.measure == "category")
    name = next(trait.attribute for trait in plan.traits if trait.attribute in words.PROXY_CATEGORIES)
    codes = market.categories[main]
    many = len(plan.levels[main][0])
    strayed = np.where(rng.random(size) < 0.15, rng.integers(many, size=size), codes)
    labels = rng.permutation(np.array(words.PROXY_LEVELS, dtype=object))
    found[name] = labels[strayed]
    found["region"] = texts([words.REGIONS[plan.levels["country"][0][code]] for code in market.categories["country"]])
    return found


def _tech(plan: Plan, market: Market, held: Relation, small: Bools, rng: np.random.Generator) -> Texts:
    names = np.array([name for name, _ in plan.tools], dtype=object)
    lists = texts([";".join(names[row]) for row in market.tools])
    missing = rng.random(market.size) < np.where(held.worked, 0.18, 0.28) * np.where(small, 1.2, 0.8)
    return emptied(lists, missing)


def _traps(plan: Plan, market: Market, held: Relation, rng: np.random.Generator) -> Columns:
    size, found = market.size, Columns()
    for trait in plan.of_kind("leak"):
        levels = np.array(words.LEAKS[trait.attribute], dtype=object)
        filled = rng.random(size) < np.where(held.won, 0.93, np.where(held.worked, 0.02, 0.004))
        found[trait.attribute] = emptied(levels[rng.integers(len(levels), size=size)], ~filled)
    for trait in plan.of_kind("self_caused"):
        effort: Floats = held.worked * 1.6 + held.won * rng.uniform(2.5, 4.0)
        found[trait.attribute] = texts(rng.poisson(effort))
    score = np.clip(25 + 22 * held.worked + 30 * held.won + rng.normal(0, 11, size), 0, 100)
    found["lead_score"] = texts(np.rint(score).astype(np.int64))
    found["lifecycle_stage"] = texts(
        np.select([held.won, held.open, held.worked], ["customer", "opportunity", "sales qualified lead"], "lead")
    )
    for trait in plan.traits:
        if trait.attribute in words.NOISE_NUMBERS:
            found[trait.attribute] = texts(rng.integers(1, 100_000, size))
    return found


def _how_we_stand(plan: Plan, ids: Texts, standing: Standing, held: Relation, rng: np.random.Generator) -> Columns:
    size = len(ids)
    touched = plan.last_day - np.rint(rng.gamma(1.5, 60, size)).astype(np.int64)
    drawn = rng.integers(1, 9, size)
    parent: Texts = np.where(standing.parent >= 0, ids[np.maximum(standing.parent, 0)], "")
    return {
        "owner_id": texts([f"rep-{number:02d}" for number in np.where(held.owner < 0, drawn, held.owner + 1)]),
        "status": statuses(standing, held),
        "do_not_contact": texts(np.where(standing.do_not_contact, "true", "false")),
        "parent_id": parent,
        "last_activity_at": emptied(dates(touched), ~held.worked),
    }


def history_columns(plan: Plan, market: Market, columns: Columns) -> Columns:
    """`account_history`: each change of head count and funding stage, for accounts whose value is not a gap."""
    stages: npt.NDArray[np.object_] = np.array(plan.levels["funding_stage"][0], dtype=object)
    parts: list[Columns] = []
    for field, course in (("employees", market.employees), ("funding_stage", market.funding)):
        row, step = np.nonzero((course.days <= plan.last_day) & (course.values[:, 1:] != course.values[:, :-1]))
        keep = columns[field][row] != ""
        row, step = row[keep], step[keep]
        old, new = course.values[row, step], course.values[row, step + 1]
        shown = (texts(old), texts(new)) if field == "employees" else (stages[old], stages[new])
        day = course.days[row, step]
        parts.append(
            {
                "account_id": columns["account_id"][row],
                "field": np.full(len(row), field, dtype=object),
                "old_value": shown[0],
                "new_value": shown[1],
                "changed_at": dates(day),
            }
        )
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}

"""A planted company as files: a folder of CSVs with the dirt of real exports, and its truth as JSON beside it."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from world_plan import COUNTRIES, Plan
from world_truth import Texts, header, truth_of
from worlds import BEFORE, LAST, MONTH, Deals, Flags, Ints, World

Columns: TypeAlias = dict[str, Texts]

YES_NO = (("true", "false"), ("yes", "no"), ("1", "0"))


def write_world(world: World, folder: Path) -> None:
    """Write `folder`/data (one CSV a canonical table, and company.yaml) and `folder`/truth.json."""
    plan, market, deals = world.plan, world.market, world.deals
    rng = np.random.default_rng([plan.seed, 1299709])
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    ids = texts(f"{'AQXZ'[plan.seed % 4]}{number:07d}" for number in rng.permutation(market.size))
    standing = _standing(world)
    accounts = _accounts(world, ids, standing, rng)
    booked = ids[deals.account]
    booked = _duplicate(plan, accounts, booked, deals, standing, rng)
    deal_ids = texts(f"D{number:06d}" for number in range(len(deals.account)))
    tables = {
        "accounts": accounts,
        "account_history": _history(world, ids, rng),
        "deals": _deals(world, deal_ids, booked, rng),
        "subscriptions": _subscriptions(world, deal_ids, booked),
        "tickets": _tickets(world, booked, rng),
        "contacts": _contacts(world, ids, rng),
        "events": _events(world, ids, rng, plan.events),
        "activities": _activities(world, ids, rng),
    }
    for name, columns in tables.items():
        _write(data / f"{name}.csv", columns, ";" if plan.dirt["delimiter"] else ",")
    (data / "company.yaml").write_text(
        f"as_of: {plan.as_of}\ncurrency: EUR\ngross_margin: {plan.gross_margin}\nvalue_horizon_months: 24\n"
        f"cost_per_worked_account: {world.cost}\n",
        encoding="utf-8",
    )
    (folder / "truth.json").write_text(json.dumps(truth_of(world, ids)), encoding="utf-8")


def _write(path: Path, columns: Columns, delimiter: str) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))


def texts(values: Any) -> Texts:
    """Any values as texts."""
    made = [str(value) for value in values]
    found = np.empty(len(made), dtype=object)
    found[:] = made
    return found


def whole(values: NDArray[Any]) -> Texts:
    """Whole numbers as texts."""
    return texts(np.rint(values).astype(np.int64).tolist())


def days(plan: Plan, numbers: Ints) -> Texts:
    """Day numbers as ISO dates; '' beyond the last day."""
    start = np.datetime64(plan.as_of - timedelta(days=LAST), "D")
    shown = (start + numbers.astype("timedelta64[D]")).astype(str).astype(object)
    return np.where(numbers > LAST, "", shown).astype(object)


def _standing(world: World) -> dict[str, Flags]:
    deals, size = world.deals, world.market.size
    worked, won, customer = (np.zeros(size, dtype=bool) for _ in range(3))
    worked[deals.account] = True
    won[deals.account[deals.won]] = True
    customer[deals.account[deals.won & (deals.until > LAST)]] = True
    return {"worked": worked, "won": won, "customer": customer}


def _accounts(world: World, ids: Texts, standing: dict[str, Flags], rng: np.random.Generator) -> Columns:
    plan, market = world.plan, world.market
    size = market.size
    stems, forms = _stems(size, rng), rng.choice(["GmbH", "Ltd", "AG", "BV", "SA"], size)
    now = market.employees[1]
    columns: Columns = {
        "account_id": ids,
        "name": texts(f"{stem} {form}" for stem, form in zip(stems, forms, strict=True)),
        "domain": texts(f"{stem.lower()}.example" for stem in stems),
        "employees": whole(now),
        "revenue": whole(now * 120_000 * np.exp(rng.normal(0, 0.5, size))),
        "status": np.where(standing["customer"], "customer", np.where(standing["won"], "former", "prospect")).astype(
            object
        ),
    }
    for name, codes in market.categories.items():
        levels = np.array(plan.levels[name], dtype=object)
        columns[name] = _miswritten(levels[codes], plan.dirt["case"], rng)
    regions = dict(COUNTRIES)
    columns["region"] = np.array([regions[level] for level in plan.levels["country"]], dtype=object)[
        market.categories["country"]
    ]
    yes, no = YES_NO[int(plan.dirt["yes_no"])]
    for name, values in market.flags.items():
        columns[name] = np.where(values, yes, no).astype(object)
    columns |= {name: whole(values) for name, values in market.numbers.items()}
    tools = np.array([name for name, _share in plan.tools], dtype=object)
    columns["tech"] = texts("|".join(tools[row]) for row in market.tools)
    columns |= _proxies(world, rng)
    columns |= _traps(world, standing, rng)
    _make_gaps(world, columns, standing, rng)
    return {header(plan, name): values for name, values in columns.items()}


def _stems(size: int, rng: np.random.Generator) -> list[str]:
    first = [a + b for a in "BCDFGHKLMNPRSTVWZ" for b in ("a", "e", "i", "o", "u", "au", "ei")]
    second = [a + b + c for a in "bdfgklmnprstvz" for b in "aeiou" for c in ("", "n", "r", "s", "l")]
    third = ["nova", "tec", "werk", "lux", "dyn", "mar", "con", "fab", "gen", "plan", "quest", "ridge", "stone", "vale"]
    total = len(first) * len(second) * len(third)
    chosen = rng.choice(total, size, replace=False) if size <= total else np.arange(size)
    made = []
    for number in chosen.tolist():
        rest, a = divmod(number, len(first))
        rest, b = divmod(rest, len(second))
        more, c = divmod(rest, len(third))
        made.append(first[a] + second[b] + third[c] + (str(more) if more else ""))
    return made


def _miswritten(values: Texts, share: float, rng: np.random.Generator) -> Texts:
    """Some cells in capitals, some with a blank behind."""
    drawn = rng.random(len(values))
    shouted = texts(str(value).upper() for value in values)
    return np.where(drawn < share, shouted, np.where(drawn > 1 - share, values + " ", values)).astype(object)


def _proxies(world: World, rng: np.random.Generator) -> Columns:
    """Columns that only go along with what matters: a band of head count, and a code that follows the industry."""
    plan, market = world.plan, world.market
    noisy = market.employees[0] * np.exp(rng.normal(0, 0.4, market.size))
    bands = np.array(["micro", "small", "middle", "large", "giant"], dtype=object)
    codes = market.categories["industry"]
    strayed = np.where(
        rng.random(market.size) < 0.15, rng.integers(0, len(plan.levels["industry"]), market.size), codes
    )
    numbers = rng.permutation(900)[: len(plan.levels["industry"])] + 100
    return {
        "Headcount Class": bands[np.searchsorted([15, 60, 250, 1000], noisy)],
        "Directory Group": texts(f"G{number}" for number in numbers[strayed]),
    }


def _traps(world: World, standing: dict[str, Flags], rng: np.random.Generator) -> Columns:
    """Filled in after winning; counting our own effort; and noise with very many values."""
    market = world.market
    size = market.size
    worked, won = standing["worked"], standing["won"]
    kinds = np.array(["standard", "guided", "partner", "self"], dtype=object)
    filled = rng.random(size) < np.where(won, 0.92, np.where(worked, 0.01, 0.002))
    marked = rng.random(size) < np.where(won, 0.85, 0.01)
    lost = worked & ~won
    noted = rng.random(size) < np.where(lost, 0.7, np.where(won, 0.02, 0.002))
    words = np.array(["supply", "growth", "margin", "people", "quality", "region", "future", "family"], dtype=object)
    free = [" ".join(words[rng.integers(0, 8, 6)]) for _row in range(min(size, 3000))]
    return {
        "Setup Path": np.where(filled, kinds[rng.integers(0, 4, size)], "").astype(object),
        "Kickoff Booked": np.where(marked, "yes", "no").astype(object),
        "Missing Piece": np.where(noted, kinds[rng.integers(0, 4, size)], "").astype(object),
        "Touches Logged": whole(rng.poisson(np.where(worked, 5, 0) + np.where(won, 9, 0) + 0.0)),
        "Post Code": whole(rng.integers(10_000, 99_999, size)),
        "Registry Number": texts(f"HR{number}" for number in rng.integers(1, 10**8, size)),
        "Trade Code": texts(f"{number:04d}" for number in rng.integers(1000, 1400, size)),
        "Summary": texts(free[int(row)] for row in rng.integers(0, len(free), size)),
    }


def _make_gaps(world: World, columns: Columns, standing: dict[str, Flags], rng: np.random.Generator) -> None:
    """Empty cells, not at random: more for small companies, fewer where somebody worked, fewest where we won."""
    plan, market = world.plan, world.market
    small = market.employees[0] < np.exp(plan.size[0])
    likely = plan.dirt["gaps"] * np.where(small, 1.4, 0.6)
    likely = likely * np.where(standing["won"], 0.5, np.where(standing["worked"], 0.8, 1.2))
    keep = {"account_id", "name", "status", "Setup Path", "Kickoff Booked", "Missing Piece", "Touches Logged"}
    asked = {trait.attribute for trait in plan.truth if trait.kind == "call"}
    for name in columns:
        if name in asked:
            empty = rng.random(market.size) > np.where(standing["worked"], 0.85, 0.03)
        elif name not in keep:
            empty = rng.random(market.size) < likely * float(rng.uniform(0.3, 1.7))
        else:
            continue
        columns[name] = np.where(empty, "", columns[name]).astype(object)


def _duplicate(
    plan: Plan, accounts: Columns, booked: Texts, deals: Deals, standing: dict[str, Flags], rng: np.random.Generator
) -> Texts:
    """Append second records of worked accounts (same domain, another spelling, half empty); some deals lie there."""
    many = round(plan.dirt["duplicates"] * len(booked))
    rows = rng.choice(np.flatnonzero(standing["worked"]), min(many, int(standing["worked"].sum())), replace=False)
    doubles = {int(row): f"DUP{number:05d}" for number, row in enumerate(rows)}
    for name, values in accounts.items():
        copied = values[rows].copy()
        if name == "account_id":
            copied[:] = list(doubles.values())
        elif name == "name":
            copied = texts(str(value).rsplit(" ", 1)[0].upper() for value in copied)
        elif name not in ("domain", "status"):
            copied[rng.random(len(rows)) < 0.5] = ""
        accounts[name] = np.concatenate([values, copied])
    moved = np.array([int(account) in doubles for account in deals.account]) & (rng.random(len(booked)) < 0.5)
    return np.array(
        [
            doubles[int(account)] if move else own
            for own, account, move in zip(booked, deals.account, moved, strict=True)
        ],
        dtype=object,
    )


def _history(world: World, ids: Texts, rng: np.random.Generator) -> Columns:
    plan, market = world.plan, world.market
    rows = np.flatnonzero((market.changed <= LAST) & (rng.random(market.size) < plan.dirt["history"]))
    return {
        "account_id": ids[rows],
        "field": np.full(len(rows), "employees", dtype=object),
        "old_value": whole(market.employees[0][rows]),
        "new_value": whole(market.employees[1][rows]),
        "changed_at": days(plan, market.changed[rows]),
    }


def _deals(world: World, deal_ids: Texts, booked: Texts, rng: np.random.Generator) -> Columns:
    plan, market, deals = world.plan, world.market, world.deals
    outcome = np.where(deals.open, "open", np.where(deals.won, "won", "lost")).astype(object)
    named = (outcome == "won") | (rng.random(len(outcome)) < 0.6)
    second = market.second[deals.account]
    columns: Columns = {
        "deal_id": deal_ids,
        "account_id": booked,
        "deal_type": np.full(len(outcome), "new_business", dtype=object),
        "created_at": days(plan, deals.opened),
        "closed_at": days(plan, deals.closed),
        "outcome": outcome,
        "amount": np.where(named, whole(deals.amount), "").astype(object),
        "currency": np.full(len(outcome), "EUR", dtype=object),
        "source": np.array(list(plan.sources), dtype=object)[deals.source],
        "initiated_by": np.where(np.isin(deals.source, [0, 2]), "buyer", "seller").astype(object),
        "owner_id": texts(f"owner-{number}" for number in deals.owner),
        "loss_reason": np.where(
            outcome == "lost", np.array(["price", "timing", "no decision"], dtype=object)[deals.opened % 3], ""
        ).astype(object),
    }
    if plan.other:
        name, words = ("motion", ("self-serve", "outbound")) if plan.seed % 2 else ("product", ("Core", "Plus"))
        columns[name] = np.where(second, words[1], words[0]).astype(object)
    return columns


def _subscriptions(world: World, deal_ids: Texts, booked: Texts) -> Columns:
    plan, deals = world.plan, world.deals
    won = np.flatnonzero(deals.won)
    ended = deals.until[won] <= LAST
    arr = whole(deals.amount[won])
    return {
        "subscription_id": texts(f"S{number:06d}" for number in range(len(won))),
        "account_id": booked[won],
        "deal_id": deal_ids[won],
        "started_at": days(plan, deals.closed[won]),
        "ended_at": days(plan, deals.until[won]),
        "arr_start": arr,
        "arr_current": np.where(ended, "0", arr).astype(object),
    }


def _tickets(world: World, booked: Texts, rng: np.random.Generator) -> Columns:
    """Support: each ticket costs its part of what the customer's support costs in all."""
    plan, deals = world.plan, world.deals
    won = np.flatnonzero(deals.won)
    months = (np.minimum(deals.until[won], LAST) - deals.closed[won]) / MONTH
    many = rng.poisson(np.maximum(months, 0) * 0.4)
    row = np.repeat(np.arange(len(won)), many)
    total = deals.amount[won] / 12 * months * np.maximum(deals.support[won], 0)
    cost = (total / np.maximum(many, 1))[row] * np.exp(rng.normal(-0.08, 0.4, len(row)))
    start = deals.closed[won][row]
    length = np.maximum(np.minimum(deals.until[won][row], LAST) - start, 1)
    return {
        "ticket_id": texts(f"T{number:07d}" for number in range(len(row))),
        "account_id": booked[won][row],
        "opened_at": days(plan, start + (rng.random(len(row)) * length).astype(np.int64)),
        "cost": texts(np.round(cost, 2).tolist()),
        "severity": rng.choice(np.array(["low", "normal", "high"], dtype=object), len(row)),
    }


def _contacts(world: World, ids: Texts, rng: np.random.Generator) -> Columns:
    """People on record from a bought list for most accounts, worked or not, since before the first deal."""
    plan, market = world.plan, world.market
    covered = rng.random(market.size) < 0.8
    rows, roles = [np.flatnonzero(covered)], [np.full(int(covered.sum()), "assistant", dtype=object)]
    for name, has in market.roles.items():
        held = np.flatnonzero(covered & has)
        rows.append(held)
        roles.append(np.full(len(held), name, dtype=object))
    account, role = np.concatenate(rows), np.concatenate(roles)
    order = np.argsort(account, kind="stable")
    return {
        "contact_id": texts(f"P{number:07d}" for number in range(len(order))),
        "account_id": ids[account[order]],
        "role": role[order],
        "created_at": days(plan, rng.integers(-BEFORE, -30, len(order))),
    }


def _events(world: World, ids: Texts, rng: np.random.Generator, kinds: dict[str, float]) -> Columns:
    account, day, kind = _occurrences(world, kinds)
    return {
        "event_id": texts(f"E{number:07d}" for number in range(len(account))),
        "account_id": ids[account],
        "event_type": kind,
        "occurred_at": days(world.plan, day),
    }


def _activities(world: World, ids: Texts, rng: np.random.Generator) -> Columns:
    """What buyers did, and what our own people did on every deal (a trap)."""
    deals = world.deals
    account, day, kind = _occurrences(world, world.plan.activities)
    ours = np.repeat(np.arange(len(deals.account)), rng.integers(1, 6, len(deals.account)))
    length = np.minimum(deals.closed, LAST) - deals.opened + 1
    when = deals.opened[ours] + (rng.random(len(ours)) * length[ours]).astype(np.int64)
    return {
        "activity_id": texts(f"V{number:07d}" for number in range(len(account) + len(ours))),
        "account_id": ids[np.concatenate([account, deals.account[ours]])],
        "activity_type": np.concatenate([kind, rng.choice(np.array(["call", "mail"], dtype=object), len(ours))]),
        "occurred_at": days(world.plan, np.concatenate([day, when])),
        "direction": np.array(["inbound"] * len(account) + ["outbound"] * len(ours), dtype=object),
    }


def _occurrences(world: World, kinds: dict[str, float]) -> tuple[Ints, Ints, Texts]:
    parts = [(*world.market.events[name], name) for name in kinds]
    account = np.concatenate([part[0] for part in parts])
    day = np.concatenate([part[1] for part in parts])
    kind = np.concatenate([np.full(len(part[0]), part[2], dtype=object) for part in parts])
    return account, day, kind

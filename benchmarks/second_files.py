"""A company of the second maker as the export of a marketing CRM, with its truth beside it.

    python benchmarks/second_files.py KIND SEED FOLDER

`second_worlds.py` says what is planted.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from second_worlds import (
    BUYERS,
    CHANGED,
    CHOICES,
    COUNTRIES,
    DAYS,
    EARLIER,
    INDUSTRIES,
    KINDS,
    SIGNALS,
    VISITS,
    ZONES,
    Columns,
    Company,
    Flags,
    Ints,
    Truth,
    attributes,
    draw_company,
    draw_deals,
    draw_truth,
    other_truth,
    wins,
    worth,
)  # fmt: skip

SOURCES = ("Organic Search", "Offline Sources", "Referrals", "Paid Search")


def write_company(kind: str, seed: int, folder: Path, accounts: int | None = None) -> None:
    """The export in `folder/data`, and `folder/truth.json`."""
    usual, closed, rate = KINDS[kind]
    rng = np.random.default_rng([seed, 6151, sum(kind.encode())])
    truth = draw_truth(rng)
    strength = 0.0 if kind == "second-none" else float(rng.uniform(0.6, 0.8))
    made = draw_company(rng, accounts or usual, strength)
    before = other_truth(truth, draw_truth(rng)) if kind == "second-drift" else truth
    deals = draw_deals(made, truth, before, closed, rate)
    hidden = np.setdiff1d(np.arange(made.size), deals["account"])
    today = np.full(len(hidden), DAYS)
    luck = np.quantile(deals["luck"], np.linspace(0.01, 0.99, 50))
    mean = wins(made, truth, hidden, today) + deals["base"]
    chance = np.mean([ndtr(mean + one) for one in luck], axis=0)
    amount, leaving, support = worth(made, truth, hidden, today)
    months = (1 - np.exp(-24 * leaving)) / leaving
    gained = chance * np.exp(amount + 0.08) / 12 * months * (0.78 - support)
    value = gained - (0.5 * gained.mean() if strength else 0.0)
    planted = attributes(truth, made.tool_names) if strength else []
    decoy = made.columns[truth.choices[0]][hidden] == truth.levels[0]
    told = {
        "seed": seed,
        "variant": kind,
        "as_of": str(made.as_of),
        "changed_on": str(_day(made, CHANGED)) if kind == "second-drift" else None,
        "attributes": planted,
        "traps": {
            "Onboarding Tier": "leak", "Rollout Partner": "leak", "Sales Touches": "us", "Annual Revenue": "proxy",
            "Time Zone": "proxy", "SIC Group": "proxy",
        },
        "market": {
            "account_id": [str(700_001 + row) for row in hidden],
            "chance": np.round(chance, 5).tolist(),
            "value": np.round(value, 1).tolist(),
            "decoy": decoy.astype(int).tolist() if strength else [0] * len(hidden),
        },
    }  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    _write_files(made, truth, deals, folder / "data")
    (folder / "truth.json").write_text(json.dumps(told), encoding="utf-8")


def _day(made: Company, number: int) -> date:
    return made.as_of - timedelta(days=DAYS - int(number))


def _write_files(made: Company, truth: Truth, deals: Columns, data: Path) -> None:
    data.mkdir(parents=True, exist_ok=True)
    rng = made.rng
    ids = np.array([str(700_001 + row) for row in range(made.size)], dtype=object)
    worked, won = np.zeros(made.size, dtype=bool), np.zeros(made.size, dtype=bool)
    worked[deals["account"]] = True
    won[deals["account"][deals["won"]]] = True
    live = np.zeros(made.size, dtype=bool)
    live[deals["account"][deals["won"] & (deals["until"] > DAYS)]] = True
    companies, doubles = _companies(made, ids, worked, won, live)
    booked = ids[deals["account"]]
    moved = np.array([row in doubles for row in deals["account"]]) & (rng.random(len(booked)) < 0.5)
    booked = np.array(
        [doubles[row] if go else own for row, own, go in zip(deals["account"], booked, moved, strict=True)]
    )
    _write(data / "hubspot-companies.csv", companies)
    open_now = deals["closed"] > DAYS
    numbers = [f"9{row:07d}" for row in range(len(booked))]
    stages = np.where(open_now, "Presentation Scheduled", np.where(deals["won"], "Closed Won", "Closed Lost"))
    _write(data / "hubspot-deals.csv", {
        "Record ID": numbers, "Deal Name": [f"New deal {number}" for number in numbers], "Deal Stage": stages,
        "Pipeline": ["Sales Pipeline"] * len(booked), "Deal Type": ["New Business"] * len(booked),
        "Amount": deals["amount"].astype(np.int64), "Currency": ["USD"] * len(booked),
        "Create Date": [_day(made, day) for day in deals["opened"]],
        "Close Date": [_day(made, day) if day <= DAYS else "" for day in deals["closed"]],
        "Deal owner": [f"Seller {owner}" for owner in deals["owner"]],
        "Original Traffic Source": np.array(SOURCES)[deals["source"]],
        "Associated Company IDs": booked,
    })  # fmt: skip
    rows = np.flatnonzero(deals["won"])
    gone = deals["until"][rows] <= DAYS
    _write(data / "subscriptions.csv", {
        "Subscription ID": [f"sub_{row}" for row in rows], "Company ID": booked[rows],
        "Deal ID": [numbers[row] for row in rows], "Start Date": [_day(made, day) for day in deals["closed"][rows]],
        "End Date": [_day(made, day) if day <= DAYS else "" for day in deals["until"][rows]],
        "ARR": deals["amount"][rows].astype(np.int64),
        "Current ARR": np.where(gone, 0, deals["amount"][rows]).astype(np.int64),
    })  # fmt: skip
    _write(data / "support tickets.csv", _tickets(made, deals, rows, booked))
    _write(data / "company_history.csv", _history(made, ids))
    for name, kinds, column in (("signals.csv", SIGNALS, "Event Type"), ("web activity.csv", VISITS, "Activity Type")):
        account = np.concatenate([made.dated[kind][0] for kind in kinds])
        day = np.concatenate([made.dated[kind][1] for kind in kinds])
        what = np.concatenate([np.full(len(made.dated[kind][0]), kind) for kind in kinds])
        _write(data / name, {
            "ID": [f"{name[:1]}{row}" for row in range(len(account))], "Company ID": ids[account], column: what,
            "Date": [_day(made, one) for one in day],
        } | ({"Direction": ["inbound"] * len(account)} if kinds is VISITS else {}))  # fmt: skip
    account, role = np.nonzero(made.roles & (rng.random(made.size) < 0.85)[:, None])
    _write(data / "hubspot-contacts.csv", {
        "Record ID": [f"5{row:07d}" for row in range(len(account))], "Buying Role": np.array(BUYERS)[role],
        "Associated Company IDs": ids[account],
        "Create Date": [_day(made, one) for one in rng.integers(-EARLIER, -5, len(account))],
    })  # fmt: skip


def _companies(
    made: Company, ids: NDArray[Any], worked: Flags, won: Flags, live: Flags
) -> tuple[Columns, dict[int, str]]:
    """Cells as a CRM exports them: gaps not at random, and a second record of one in thirty that were worked."""
    rng, size = made.rng, made.size
    words = {"Industry": INDUSTRIES, "Country/Region": COUNTRIES} | CHOICES
    heads = rng.choice(list("bcdfglmnprstv"), size)
    middles = rng.choice(["ana", "ero", "illo", "onda", "uma", "etra"], size)
    names = [f"{head}{middle}{row}" for row, (head, middle) in enumerate(zip(heads, middles, strict=True))]
    cells: Columns = {
        "Record ID": ids.copy(),
        "Company name": np.array([f"{name.title()} Inc" for name in names], dtype=object),
        "Company Domain Name": np.array([f"{name}.example" for name in names], dtype=object),
        "Number of Employees": made.now.astype(np.int64).astype(object),
        "Annual Revenue": np.rint(made.now * 150_000 * np.exp(rng.normal(0, 0.6, size)))
        .astype(np.int64)
        .astype(object),
        "Lifecycle Stage": np.where(live, "Customer", np.where(won, "Former customer", "Lead")).astype(object),
        "Web Technologies": np.array([";".join(np.array(made.tool_names)[row]) for row in made.tools], dtype=object),
    }
    for name, values in made.columns.items():
        if name in words:
            cells[name] = np.array(words[name], dtype=object)[values]
        elif values.dtype == bool:
            cells[name] = np.where(values, "true", "false").astype(object)
        else:
            cells[name] = values.astype(np.int64).astype(object)
    industry = made.columns["Industry"]
    cells["SIC Group"] = np.array(
        [f"SIC {100 + 7 * code}" for code in np.where(rng.random(size) < 0.12, 1, industry)], dtype=object
    )
    cells["Time Zone"] = np.array(ZONES, dtype=object)[made.columns["Country/Region"]]
    cells["Onboarding Tier"] = np.where(
        rng.random(size) < np.where(won, 0.9, 0.004), rng.choice(["Gold", "Silver"], size), ""
    ).astype(object)
    cells["Rollout Partner"] = np.where(rng.random(size) < np.where(won, 0.6, 0.01), "yes", "no").astype(object)
    cells["Sales Touches"] = rng.poisson(np.where(worked, 6, 0) + np.where(won, 8, 0)).astype(object)
    likely = 0.12 * np.where(made.then < 60, 1.5, 0.6) * np.where(won, 0.5, np.where(worked, 0.8, 1.2))
    for name in cells:
        if name not in (
            "Record ID",
            "Company name",
            "Lifecycle Stage",
            "Onboarding Tier",
            "Rollout Partner",
            "Sales Touches",
        ):
            cells[name] = np.where(rng.random(size) < likely * rng.uniform(0.3, 1.7), "", cells[name])
    twice = rng.choice(np.flatnonzero(worked), int(worked.sum()) // 30, replace=False)
    doubles = {int(row): f"8{row:07d}" for row in twice}
    for name in cells:
        extra = cells[name][twice].copy()
        if name == "Record ID":
            extra = np.array(list(doubles.values()), dtype=object)
        elif name not in ("Company name", "Company Domain Name", "Lifecycle Stage"):
            extra[rng.random(len(twice)) < 0.6] = ""
        elif name == "Company Domain Name":
            extra = np.array([f"www.{names[row]}.example" for row in twice], dtype=object)
        cells[name] = np.concatenate([cells[name], extra])
    return cells, doubles


def _tickets(made: Company, deals: Columns, rows: Ints, booked: NDArray[Any]) -> Columns:
    """What support of each customer costs, told in tickets."""
    rng = made.rng
    last = np.minimum(deals["until"][rows], DAYS)
    months = np.maximum(last - deals["closed"][rows], 0) / 30.44
    many = rng.poisson(months * 0.5)
    row = np.repeat(np.arange(len(rows)), many)
    cost = (deals["amount"][rows] / 12 * months * deals["support"][rows] / np.maximum(many, 1))[row]
    when = deals["closed"][rows][row] + (rng.random(len(row)) * (last - deals["closed"][rows])[row]).astype(np.int64)
    return {
        "Ticket ID": [f"T{number}" for number in range(len(row))], "Company ID": booked[rows][row],
        "Create Date": [_day(made, day) for day in when],
        "Support Cost": np.round(cost * np.exp(rng.normal(-0.08, 0.4, len(row))), 2),
    }  # fmt: skip


def _history(made: Company, ids: NDArray[Any]) -> Columns:
    rows = np.flatnonzero((made.moved < 10**6) & (made.rng.random(made.size) < 0.9))
    return {
        "Account ID": ids[rows], "Field": ["Number of Employees"] * len(rows),
        "Old Value": made.then[rows].astype(np.int64),
        "New Value": made.now[rows].astype(np.int64), "Changed At": [_day(made, day) for day in made.moved[rows]],
    }  # fmt: skip


def _write(path: Path, columns: Mapping[str, Any]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))


def main(arguments: Sequence[str]) -> int:
    """Write one company."""
    if len(arguments) != 3 or arguments[0] not in KINDS:
        print(f"second_files.py KIND SEED FOLDER; a kind is one of {', '.join(KINDS)}")
        return 2
    write_company(arguments[0], int(arguments[1]), Path(arguments[2]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

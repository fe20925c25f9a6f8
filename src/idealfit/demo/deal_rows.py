"""Deals, their stages and people, subscriptions and tickets as tables."""

from __future__ import annotations

import numpy as np

from idealfit.demo import vocabulary as words
from idealfit.demo.market import NEVER, Ints
from idealfit.demo.plan import Plan
from idealfit.demo.rows import Columns, Texts, dates, emptied, numbered, texts
from idealfit.demo.selling import COST_PER_HOUR, DEAL_TYPES, LOST, OPEN, WON, Deals, History

OUTCOMES = np.array(["lost", "won", "open"], dtype=object)
STAGES = ("discovery", "evaluation", "proposal", "negotiation")


def deal_columns(plan: Plan, history: History, booked: Texts, names: Texts, rng: np.random.Generator) -> Columns:
    """The deals, oldest first by id; some lost ones carry no amount; a few have lost their account."""
    deals, size = history.deals, len(history.deals)
    lost = deals.outcome == LOST
    amount = emptied(texts(deals.amount.astype(np.int64)), lost & (rng.random(size) < 0.3))
    amount[lost & (amount != "") & (rng.random(size) < 0.15)] = "0"
    orphan = rng.random(size) < 0.006
    stage = np.array(STAGES, dtype=object)[rng.integers(len(STAGES), size=size)]
    stage[deals.outcome == WON] = "closed won"
    stage[lost] = "closed lost"
    locked = _rival(plan, history)
    reason = np.array(words.LOSS_REASONS, dtype=object)[rng.integers(len(words.LOSS_REASONS), size=size)]
    reason[locked & (rng.random(size) < 0.5)] = "went with competitor"
    rival = next(trait.values[0] for trait in plan.traits if trait.measure == "tool" and trait is not _first_tool(plan))
    bought = np.array(words.SOURCES, dtype=object)[deals.source]
    return {
        "deal_id": numbered("D", size),
        "account_id": emptied(booked, orphan),
        "name": texts(
            [
                f"{name.strip()} {DEAL_TYPES[kind].replace('_', ' ')}"
                for name, kind in zip(names, deals.kind, strict=True)
            ]
        ),
        "pipeline": np.where(deals.kind == 0, "sales", "customers").astype(object),
        "deal_type": np.array(DEAL_TYPES, dtype=object)[deals.kind],
        "created_at": dates(deals.opened),
        "closed_at": dates(deals.closed),
        "stage": stage,
        "outcome": OUTCOMES[deals.outcome],
        "amount": amount,
        "currency": np.full(size, plan.currency, dtype=object),
        "source": bought,
        "initiated_by": np.where(np.isin(bought, ["website", "referral"]), "buyer", "seller").astype(object),
        "product": np.array(words.PRODUCTS, dtype=object)[
            np.clip(np.rint(np.log(np.maximum(deals.amount, 1) / plan.base_arr) * 1.5 + 1.5), 0, 3).astype(np.int64)
        ],
        "owner_id": texts([f"rep-{number + 1:02d}" for number in deals.owner]),
        "loss_reason": emptied(reason, ~lost),
        "competitor": emptied(np.full(size, rival, dtype=object), ~(lost & (reason == "went with competitor"))),
    }


def _first_tool(plan: Plan) -> object:
    return next(trait for trait in plan.traits if trait.measure == "tool")


def _rival(plan: Plan, history: History) -> np.typing.NDArray[np.bool_]:
    tool = [trait.values[0] for trait in plan.traits if trait.measure == "tool"][1]
    column = [name for name, _ in plan.tools].index(tool)
    return np.asarray(history.market.tools[history.deals.account, column] & (plan.signal))


def stage_columns(plan: Plan, history: History, ids: Texts) -> Columns:
    """When each deal entered each stage."""
    deals = history.deals
    end = np.minimum(deals.closed, plan.last_day)
    rows, stages, days = [], [], []
    for step, name in enumerate(STAGES):
        reached = np.flatnonzero((deals.outcome != LOST) | (np.arange(len(deals)) % 4 >= step))
        rows.append(reached)
        stages.append(np.full(len(reached), name, dtype=object))
        days.append(deals.opened[reached] + (end - deals.opened)[reached] * step // 5)
    closed = np.flatnonzero(deals.outcome != OPEN)
    rows.append(closed)
    stages.append(np.where(deals.outcome[closed] == WON, "closed won", "closed lost").astype(object))
    days.append(deals.closed[closed])
    row, day = np.concatenate(rows), np.concatenate(days)
    order = np.lexsort((day, row))
    return {"deal_id": ids[row[order]], "stage": np.concatenate(stages)[order], "entered_at": dates(day[order])}


def subscription_columns(plan: Plan, history: History, ids: Texts, booked: Texts, rng: np.random.Generator) -> Columns:
    """One row a won new-business deal; `ended_at` is empty while it runs."""
    held = history.subscriptions
    size = len(held.deal)
    grown = np.where(held.ended >= NEVER, rng.choice([1.0, 1.0, 1.0, 1.25, 0.9], size), 1.0)
    reason = np.array(words.END_REASONS, dtype=object)[rng.integers(len(words.END_REASONS), size=size)]
    return {
        "subscription_id": numbered("S", size),
        "account_id": booked[held.deal],
        "deal_id": ids[held.deal],
        "started_at": dates(held.started),
        "ended_at": dates(held.ended),
        "end_reason": emptied(reason, held.ended >= NEVER),
        "arr_start": texts(held.arr.astype(np.int64)),
        "arr_current": texts(np.where(held.ended >= NEVER, held.arr * grown, 0).astype(np.int64)),
    }


def ticket_columns(history: History, account_ids: Texts, rng: np.random.Generator) -> Columns:
    """Support tickets with hours and their cost."""
    tickets = history.tickets
    order = np.lexsort((tickets.account, tickets.opened))
    hours = tickets.hours[order]
    severity = np.array(["low", "normal", "high"], dtype=object)[rng.integers(3, size=len(hours))]
    return {
        "ticket_id": numbered("T", len(hours)),
        "account_id": account_ids[tickets.account[order]],
        "opened_at": dates(tickets.opened[order]),
        "hours": texts(hours),
        "cost": texts(np.rint(hours * COST_PER_HOUR).astype(np.int64)),
        "severity": severity,
    }


def contact_tables(
    plan: Plan, history: History, columns: Columns, deal_ids: Texts, rng: np.random.Generator
) -> tuple[Columns, Columns]:
    """`contacts` (two to four where we worked, one in six elsewhere one) and `deal_contacts`."""
    deals, size = history.deals, history.market.size
    worked = np.zeros(size, dtype=bool)
    worked[deals.account] = True
    many = np.where(worked, rng.integers(2, 5, size), (rng.random(size) < 0.16).astype(np.int64))
    account = np.repeat(np.arange(size), many)
    title = rng.integers(len(words.TITLES), size=len(account))
    shown = [texts([each[part] for each in words.TITLES])[title] for part in range(4)]
    mail = columns["domain"][account]
    people = words.made_up_words(rng, 400, 2)
    first = rng.integers(400, size=(len(account), 2))
    ids = numbered("P", len(account))
    contacts: Columns = {
        "contact_id": ids,
        "account_id": columns["account_id"][account],
        "title": shown[0],
        "role": shown[1],
        "seniority": shown[2],
        "function": shown[3],
        "email": texts(
            [f"{people[a]}.{people[b]}@{domain}".lower() for (a, b), domain in zip(first, mail, strict=True)]
        ),
        "created_at": dates(_met(plan, deals, account, size, rng)),
    }
    start = np.concatenate([[0], np.cumsum(many)])
    with_people = np.arange(len(deals))
    chosen = start[deals.account] + rng.integers(0, 2, len(deals))
    return contacts, {"deal_id": deal_ids[with_people], "contact_id": ids[chosen], "role": shown[1][chosen]}


def _met(plan: Plan, deals: Deals, account: Ints, size: int, rng: np.random.Generator) -> Ints:
    first = np.full(size, plan.last_day - 100)
    order = np.argsort(-deals.opened, kind="stable")
    first[deals.account[order]] = deals.opened[order]
    return np.minimum(first[account] + rng.integers(-15, 40, len(account)), plan.last_day)

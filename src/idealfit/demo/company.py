"""One made-up company, written as the files that a CRM and its neighbours would export."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np

from idealfit.demo import activity_rows, deal_rows
from idealfit.demo.account_rows import account_columns, history_columns
from idealfit.demo.duplicate_rows import add_duplicates
from idealfit.demo.hubspot_export import renamed_truth, write_hubspot_export
from idealfit.demo.market import Market, make_market
from idealfit.demo.plan import Plan, Recipe, draw_plan
from idealfit.demo.rows import Columns, taken, write_rows
from idealfit.demo.selling import GROSS_MARGIN, HORIZON, History, expected_value, segment, sell
from idealfit.demo.standing import Standing, draw_standing, relation, with_customer_parents
from idealfit.demo.trail import make_trails
from idealfit.demo.truth import HiddenOutcome, Truth
from idealfit.demo.winning import log_odds, win_chance


def make_company(
    folder: Path,
    seed: int,
    *,
    signal: bool = True,
    deals: int = 2400,
    accounts: int | None = None,
    recipe: Recipe = "plain",
) -> Truth:
    """Write a made-up company into `folder` and return what was planted in it (write it elsewhere: `write_truth`).

    `plain` writes files named after the canonical tables, with history, events, activities, subscriptions and
    tickets; `messy` writes three exports as a CRM names them, with today's values only. `accounts` is at least
    three times and by default five times `deals`; most accounts were never worked. With `signal=False` nothing has
    to do with the outcome. The same arguments give the same bytes. Existing files of the same names are replaced.
    """
    plan = draw_plan(seed, recipe, signal=signal)
    rng = np.random.Generator(np.random.PCG64([seed, deals, 7 if recipe == "plain" else 8]))
    size = max(3 * deals, accounts if accounts is not None else 5 * deals, 300)
    market = make_market(plan, size, rng)
    standing = draw_standing(size, rng)
    history = sell(plan, market, make_trails(plan, market, rng), standing.may_buy, deals=deals, rng=rng)
    standing = with_customer_parents(standing, history, rng)
    held = relation(size, history)
    columns = account_columns(plan, history.market, standing, held, rng)
    folder.mkdir(parents=True, exist_ok=True)
    truth = _truth(plan, history, columns, standing)
    if recipe == "messy":
        write_hubspot_export(folder, plan, history, columns, standing=standing, rng=rng)
        return renamed_truth(truth)
    for name, table in _tables(plan, history.market, history, columns, standing=standing, rng=rng).items():
        write_rows(folder / f"{name}.csv", table)
    (folder / "company.yaml").write_text(_company_yaml(plan), encoding="utf-8")
    return truth


def _tables(
    plan: Plan, market: Market, history: History, columns: Columns, *, standing: Standing, rng: np.random.Generator
) -> dict[str, Columns]:
    ids = columns["account_id"]
    doubled = add_duplicates(plan, columns, standing, history, rng)
    booked = doubled.deal_account
    deals = deal_rows.deal_columns(plan, history, booked, columns["name"][history.deals.account], rng)
    contacts, met = deal_rows.contact_tables(plan, history, columns, deals["deal_id"], rng)
    stages = deal_rows.stage_columns(plan, history, deals["deal_id"])
    by_opening = np.argsort(history.deals.opened, kind="stable")
    return {
        "accounts": taken(doubled.columns, rng.permutation(len(doubled.columns["account_id"]))),
        "account_history": history_columns(plan, market, columns),
        "deals": taken(deals, by_opening),
        "deal_stages": stages,
        "subscriptions": deal_rows.subscription_columns(plan, history, deals["deal_id"], booked, rng),
        "tickets": deal_rows.ticket_columns(history, ids, rng),
        "contacts": contacts,
        "deal_contacts": met,
        "events": activity_rows.event_columns(plan, history, ids, rng),
        "activities": activity_rows.activity_columns(plan, history, ids, rng),
    }


def _truth(plan: Plan, history: History, columns: Columns, standing: Standing) -> Truth:
    """The planted traits, and for every account that nobody worked what would have come of it at the as-of."""
    worked = np.zeros(history.market.size, dtype=bool)
    worked[history.deals.account] = True
    rows = np.flatnonzero(standing.may_buy & ~standing.do_not_contact & ~worked)
    day = np.full(len(rows), plan.last_day)
    logit = history.intercept + log_odds(plan, history.market, history.trails, rows, day)
    chance = win_chance(plan, logit)
    value = expected_value(plan, history.market, rows, chance)
    decoy = segment(plan, history.market, "churn", rows)
    ids = columns["account_id"][rows]
    hidden = zip(ids, chance.round(6).tolist(), value.round(2).tolist(), decoy.tolist(), strict=True)
    return Truth(
        seed=plan.seed,
        recipe=plan.recipe,
        signal=plan.signal,
        company=plan.company,
        sells=plan.sells,
        as_of=_as_of(plan),
        currency=plan.currency,
        horizon_months=HORIZON,
        traits=plan.traits,
        market=tuple(HiddenOutcome(*row) for row in hidden),
    )


def _as_of(plan: Plan) -> str:
    return (date(1970, 1, 1) + timedelta(days=plan.last_day)).isoformat()


def _company_yaml(plan: Plan) -> str:
    return (
        f"name: {plan.company}\n"
        f"as_of: {_as_of(plan)}\n"
        f"currency: {plan.currency}\n"
        "stage: growth\n"
        f"value_horizon_months: {HORIZON}\n"
        f"gross_margin: {GROSS_MARGIN}\n"
        f"cost_per_worked_account: {plan.cost_per_worked:.0f}\n"
    )

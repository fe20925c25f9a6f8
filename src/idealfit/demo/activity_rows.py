"""Events and activities as tables: what trails hold, what followed an opening, and what we did ourselves."""

from __future__ import annotations

import numpy as np

from idealfit.demo import vocabulary as words
from idealfit.demo.market import Ints
from idealfit.demo.plan import Plan
from idealfit.demo.rows import Columns, Texts, dates, numbered, texts
from idealfit.demo.selling import WON, History


def event_columns(plan: Plan, history: History, account_ids: Texts, rng: np.random.Generator) -> Columns:
    """Public events of the market, and announced deadlines that still lie ahead."""
    size = len(account_ids)
    accounts = [history.trails[name].accounts for name in plan.events]
    days = [history.trails[name].days for name in plan.events]
    kinds = [np.full(len(part), name, dtype=object) for name, part in zip(plan.events, accounts, strict=True)]
    ahead = np.sort(rng.permutation(size)[: size // 40])
    accounts.append(ahead)
    days.append(plan.last_day + rng.integers(5, 200, len(ahead)))
    kinds.append(np.full(len(ahead), "permit_deadline", dtype=object))
    account, day, kind = np.concatenate(accounts), np.concatenate(days), np.concatenate(kinds)
    order = np.lexsort((account, day))
    account, day, kind = account[order], day[order], kind[order]
    known = np.minimum(day, plan.last_day - 20)
    future = day > plan.last_day
    return {
        "event_id": numbered("E", len(day)),
        "account_id": account_ids[account],
        "event_type": kind,
        "occurred_at": dates(day),
        "known_at": np.where(future, dates(known), dates(day)),
        "source": np.full(len(day), "news service", dtype=object),
    }


def activity_columns(plan: Plan, history: History, account_ids: Texts, rng: np.random.Generator) -> Columns:
    """What buyers did on our pages (more of it once a deal runs, most where it is won) and what sellers did."""
    parts: list[tuple[Ints, Ints, Texts, str]] = []
    for name in plan.inbound:
        trail = history.trails[name]
        parts.append((trail.accounts, trail.days, np.full(len(trail.days), name, dtype=object), "inbound"))
    deals = history.deals
    end = np.minimum(deals.closed, plan.last_day)
    won = deals.outcome == WON
    for direction, pool, rate in (
        ("inbound", plan.inbound, np.where(won, 3.0, 1.2)),
        ("outbound", words.OUTBOUND, np.where(won, 6.0, 3.5)),
    ):
        row = np.repeat(np.arange(len(deals)), rng.poisson(rate))
        day = deals.opened[row] + np.rint((end - deals.opened)[row] * rng.random(len(row))).astype(np.int64)
        kind = texts(pool)[rng.integers(len(pool), size=len(row))]
        parts.append((deals.account[row], day, kind, direction))
    account = np.concatenate([part[0] for part in parts])
    day = np.concatenate([part[1] for part in parts])
    kind = np.concatenate([part[2] for part in parts])
    way = np.concatenate([np.full(len(part[0]), part[3], dtype=object) for part in parts])
    order = np.lexsort((kind.astype(str), account, day))
    way = way[order]
    return {
        "activity_id": numbered("V", len(day)),
        "account_id": account_ids[account[order]],
        "activity_type": kind[order],
        "occurred_at": dates(day[order]),
        "channel": np.where(way == "inbound", "website", "sales").astype(object),
        "direction": way,
    }

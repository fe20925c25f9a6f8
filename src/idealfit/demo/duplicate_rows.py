"""Accounts that were entered twice: the same domain under another spelling, half empty, holding a few of the deals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from idealfit.demo.market import Ints
from idealfit.demo.plan import Plan
from idealfit.demo.rows import Columns, Texts, texts
from idealfit.demo.selling import History
from idealfit.demo.standing import Standing

KEPT = ("account_id", "name", "domain", "owner_id", "status", "do_not_contact", "lifecycle_stage", "lead_score")


@dataclass(frozen=True)
class Duplicates:
    """`original` (row of each duplicated account) and, per deal, the account id that the deal was booked under."""

    original: Ints
    columns: Columns
    deal_account: Texts


def add_duplicates(
    plan: Plan, columns: Columns, standing: Standing, history: History, rng: np.random.Generator
) -> Duplicates:
    """Enter about one account in forty a second time and book some of its deals there."""
    size = len(columns["account_id"])
    ordinary = np.flatnonzero(standing.may_buy)
    worked = np.unique(history.deals.account)
    chosen = np.concatenate([rng.permutation(worked)[: size // 80], rng.permutation(ordinary)[: size // 80]])
    original = np.unique(chosen)
    ids = texts([plan.id_style.format((size + number) * 3 + 17) for number in range(len(original))])
    copy: Columns = {}
    for name, values in columns.items():
        part = values[original].copy()
        if name not in KEPT:
            part[rng.random(len(part)) < 0.4] = ""
        copy[name] = part
    copy["account_id"] = ids
    style = rng.integers(3, size=len(original))
    copy["name"] = texts([_spelled(name, how) for name, how in zip(copy["name"], style, strict=True)])
    if plan.recipe == "plain":
        copy["domain"] = texts([_address(domain, how) for domain, how in zip(copy["domain"], style, strict=True)])
    second = dict(zip(original.tolist(), range(len(original)), strict=True))
    booked = columns["account_id"][history.deals.account]
    moved = rng.random(len(booked)) < 0.4
    for row in np.flatnonzero(moved & np.isin(history.deals.account, original)).tolist():
        booked[row] = ids[second[int(history.deals.account[row])]]
    return Duplicates(original, {name: np.concatenate([columns[name], copy[name]]) for name in columns}, booked)


def _spelled(name: str, how: int) -> str:
    plain = name.removesuffix(".").rsplit(" ", 1)[0] if len(name.split()) > 2 else name
    return (name.upper(), f"{plain} ", plain.replace(" ", "-"))[how] if how != 1 else f" {plain.lower()}"


def _address(domain: str, how: int) -> str:
    return (f"www.{domain}", domain.upper(), f"https://{domain}/")[how]

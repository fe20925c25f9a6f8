"""The evidence table: one row a deal, with what was known of its account the day before it opened.

A `Fact` (see `fact.py`) is one column of it: an account attribute, the events of a type in each window, a role among
the contacts, growth over a window, or one of these a level up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Literal, TypeAlias

import duckdb
import numpy as np
from numpy.typing import NDArray

from idealfit.evidence.attribute_facts import covered_tools, make_known_columns
from idealfit.evidence.columns import days, floats, object_columns
from idealfit.evidence.costs import Costs, gather_costs
from idealfit.evidence.deal_kinds import gather_kinds
from idealfit.evidence.fact import WINDOWS, Fact, Flags, Floats, Kind, Objects
from idealfit.evidence.facts_at import EVIDENCE_ROWS, facts_at
from idealfit.evidence.filling import Filling, filled_in
from idealfit.evidence.follow_up import FollowUp, gather_follow_up
from idealfit.records.attribute import AttributeInfo

__all__ = [
    "WINDOWS",
    "Evidence",
    "Fact",
    "Flags",
    "Floats",
    "Kind",
    "Objects",
    "Reach",
    "covered_tools",
    "gather_evidence",
]

Reach: TypeAlias = Literal["customers", "advances", "wins", "wins+value", "wins+value+retention"]


@dataclass(frozen=True)
class Evidence:
    """Rows of deals (or, without deals, of customers) and the facts known at the opening of each.

    All arrays have one entry a row. `outcome`: 1 won (or a best customer), 0 lost (or another), -1 still open.
    `account` numbers accounts from 0. `opened`, `closed`, `started` (as a customer): days (NaT unknown). `amount`,
    `cycle_days`, `months`, `margin`: NaN where unknown; `ended`: the customer has left. `months`, `ended`, `margin`,
    `arr` are filled once an account, in the row of its first win. `source`, `initiated_by`, `owner`: how the deal came
    and who handled it (None unknown), to adjust for and to check with, never to find anything in. `follow_up`: revenue
    after a year, answers to surveys and referrals of each customer; None where nobody gathered them. `filled`: when
    each attribute with a history was filled in, by its name in lower case.
    """

    deal_id: Objects
    account_id: Objects
    name: Objects
    account: NDArray[np.int64]
    outcome: NDArray[np.int64]
    opened: NDArray[np.datetime64]
    closed: NDArray[np.datetime64]
    amount: Floats
    cycle_days: Floats
    started: NDArray[np.datetime64]
    months: Floats
    ended: Flags
    arr: Floats
    margin: Floats
    source: Objects
    initiated_by: Objects
    owner: Objects
    facts: tuple[Fact, ...]
    reach: Reach
    in_time: bool
    as_of: date
    notes: tuple[str, ...] = ()
    follow_up: FollowUp | None = None
    costs: Costs | None = None
    product: Objects | None = None
    motion: Objects | None = None
    pipeline: Objects | None = None
    filled: Mapping[str, Filling] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many rows there are, open deals included."""
        return len(self.outcome)

    def take(self, rows: NDArray[np.int64]) -> Evidence:
        """The same evidence for some of the rows; accounts keep their numbers."""
        arrays = {
            column.name: getattr(self, column.name)[rows]
            for column in fields(self)
            if isinstance(getattr(self, column.name), np.ndarray)
        }
        follow_up = self.follow_up.take(rows) if self.follow_up is not None else None
        return replace(self, **arrays, facts=tuple(fact.take(rows) for fact in self.facts), follow_up=follow_up)


def gather_evidence(
    con: duckdb.DuckDBPyConnection,
    *,
    as_of: date,
    attributes: Mapping[str, AttributeInfo],
    reach: Reach,
    notes: Iterable[str] = (),
    facts: bool = True,
) -> Evidence:
    """The evidence of the table `evidence_rows` (row_number, deal_id, account_id, t, …) made by `rows.make_rows`.

    `attributes` says of each account column its level and layer. Reads the views `accounts`, `account_history`,
    `events`, `activities`, `contacts`. Without `facts` there are none in it, which is most of the work; the table
    `as_known` is made all the same, so that any statement can be asked of the rows.
    """
    if not facts:
        make_known_columns(con, attributes, rows=EVIDENCE_ROWS)
    base = object_columns(
        con, "SELECT r.*, a.name FROM evidence_rows r JOIN accounts a USING (account_id) ORDER BY row_number"
    )
    codes = np.unique(base["account_id"].astype(str), return_inverse=True)[1].astype(np.int64)
    opened = days(base["created_on"])
    return Evidence(
        deal_id=base["deal_id"],
        account_id=base["account_id"],
        name=np.array(
            [name or code for name, code in zip(base["name"], base["account_id"], strict=True)], dtype=object
        ),
        account=codes,
        outcome=base["y"].astype(np.int64),
        opened=opened,
        closed=days(base["closed_on"]),
        amount=floats(base["amount"]),
        cycle_days=floats(base["cycle_days"]),
        started=days(base["started_on"]),
        months=floats(base["months"]),
        ended=floats(base["ended"]) == 1,
        arr=floats(base["arr"]),
        margin=floats(base["margin"]),
        source=base["source"],
        initiated_by=base["initiated_by"],
        owner=base["owner_id"],
        facts=facts_at(con, attributes, as_of=as_of) if facts else (),
        reach=reach,
        in_time=bool(np.mean(~np.isnat(opened)) > 0.5) if len(opened) else False,
        as_of=as_of,
        notes=tuple(notes),
        follow_up=gather_follow_up(con, as_of=as_of, customers=reach == "customers"),
        filled=filled_in(con),
        costs=gather_costs(con, codes, base["account_id"]),
        **gather_kinds(con),
    )

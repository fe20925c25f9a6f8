"""What each customer cost to serve, by day: so that a margin can be read as it was known on any day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import duckdb
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from idealfit.evidence.table import Evidence

Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True)
class Costs:
    """Tickets and hours served, one entry each: `account` (its number in the evidence), `day`, `cost`; undated ones
    have NaT and count from the first day on. `gross`: by account, the share of revenue left before support (NaN where
    no margin is known of it at all); `stated`: whether a subscription says it; `revenue`: by account, a month.
    """

    account: NDArray[np.int64]
    day: NDArray[np.datetime64]
    cost: Floats
    gross: Floats
    stated: NDArray[np.bool_]
    revenue: Floats

    def margin_at(self, moment: np.datetime64, rows: Evidence, months: Floats) -> Floats:
        """The margin of each row as it was known on `moment`, `months` being those seen as a customer by then.

        As in `outcome`: what is left of revenue after the cost of sales and of support; NaN where neither the
        subscription nor any cost booked by then says anything.
        """
        booked = ~(self.day >= moment)
        spent = np.bincount(self.account[booked], self.cost[booked], minlength=len(self.gross))
        there = np.isfinite(rows.margin)
        account = rows.account
        with np.errstate(divide="ignore", invalid="ignore"):
            eaten = np.nan_to_num(spent[account] / (self.revenue[account] * months), posinf=0.0, neginf=0.0)
        known = there & (self.stated[account] | bool(spent.sum() > 0))
        return np.where(known, self.gross[account] - eaten, np.nan)


def gather_costs(
    con: duckdb.DuckDBPyConnection, codes: NDArray[np.int64], accounts: NDArray[np.object_]
) -> Costs | None:
    """The dated costs behind the margins of `customers`, from the table `service_costs` that `outcome` makes.

    `codes` and `accounts` are the account's number and id of each evidence row. None where nothing was spent.
    """
    if not con.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'service_costs'").fetchall():
        return None
    ids, first = np.unique(accounts.astype(str), return_index=True)
    number = {name: int(codes[place]) for name, place in zip(ids, first, strict=True)}
    found = con.execute(
        "SELECT account_id, day, cost FROM service_costs WHERE cost <> 0 ORDER BY account_id, day NULLS FIRST, cost"
    ).fetchall()
    rows = [(number[str(name)], day, cost) for name, day, cost in found if str(name) in number]
    if not rows:
        return None
    size = int(codes.max()) + 1
    gross, revenue = np.full(size, np.nan), np.full(size, np.nan)
    stated = np.zeros(size, dtype=bool)
    for name, share, said, a_month in con.execute(
        "SELECT account_id, gross, stated, revenue_a_month FROM customers"
    ).fetchall():
        place = number.get(str(name))
        if place is not None:
            gross[place], stated[place] = share, said
            revenue[place] = np.nan if a_month is None else a_month
    days = [np.datetime64("NaT") if day is None else np.datetime64(day, "D") for _one, day, _cost in rows]
    return Costs(
        np.array([one for one, _day, _cost in rows], dtype=np.int64),
        np.array(days, dtype="datetime64[D]"),
        np.array([float(cost) for _one, _day, cost in rows]),
        gross,
        stated,
        revenue,
    )

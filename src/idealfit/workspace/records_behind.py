"""The deals, or customers, behind a figure: of whom, when, how much, what became of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np

from idealfit.store.delimited_output import guarded
from idealfit.workspace.asking import AtHand

OUTCOMES: Final = {1: "won", 0: "lost", -1: "open"}
COLUMNS: Final = ("company", "account", "record", "became", "opened", "closed", "amount")


@dataclass(frozen=True)
class Behind:
    """One row of the evidence. `record` is the id of the deal, or of the account where there are no deals; `became`:
    won, lost or open.
    """

    record: str
    account_id: str
    company: str
    became: str
    opened: date | None
    closed: date | None
    amount: float | None


def records_behind(at_hand: AtHand, ids: Collection[str]) -> tuple[Behind, ...]:
    """The rows of the evidence with these ids, the latest first; an id that is none of them is left out."""
    evidence = at_hand.evidence
    wanted = set(ids)
    rows = [row for row, one in enumerate(evidence.deal_id) if str(one) in wanted]
    found = [
        Behind(
            str(evidence.deal_id[row]),
            str(evidence.account_id[row]),
            str(evidence.name[row]),
            OUTCOMES.get(int(evidence.outcome[row]), "open"),
            _day(evidence.opened[row]),
            _day(evidence.closed[row]),
            float(evidence.amount[row]) if np.isfinite(evidence.amount[row]) else None,
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda one: (one.opened is None, -(one.opened or date.min).toordinal(), one.record)))


def customers_behind(at_hand: AtHand, accounts: Collection[str]) -> tuple[tuple[str, str], ...]:
    """Id and name of these accounts, as far as the evidence knows them, by name."""
    evidence = at_hand.evidence
    wanted = set(accounts)
    found = {
        str(one): str(name) for one, name in zip(evidence.account_id, evidence.name, strict=True) if str(one) in wanted
    }
    return tuple(sorted(found.items(), key=lambda pair: (pair[1].casefold(), pair[0])))


def lines_of(found: Collection[tuple[str, Behind]]) -> Iterator[str]:
    """The records as CSV, each with the side that it is on; no cell is taken for a formula."""
    yield ",".join(("side", *COLUMNS)) + "\n"
    for side, one in found:
        cells = (
            side,
            one.company,
            one.account_id,
            one.record,
            one.became,
            one.opened.isoformat() if one.opened else "",
            one.closed.isoformat() if one.closed else "",
            "" if one.amount is None else f"{one.amount:.2f}",
        )
        yield ",".join(f'"{guarded(cell).replace(chr(34), chr(34) * 2)}"' for cell in cells) + "\n"


def _day(moment: Any) -> date | None:
    if np.isnat(moment):
        return None
    found: date = moment.astype("datetime64[D]").astype(date)
    return found

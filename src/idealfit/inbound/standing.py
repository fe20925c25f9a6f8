"""How a company stands with us, where that says more of its lead than its fit does: a competitor, a partner, a
customer, marked do not contact, worked on already. The lists of a build leave the same out (`activation.standing`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from idealfit.activation.standing import REASONS, TEST_NAME


@dataclass(frozen=True)
class Standing:
    """One thing that a company is to us, by its code in the lists, in words."""

    code: str
    text: str


ANSWERS: Final[Mapping[str, tuple[str, str]]] = {
    "own": ("Nobody", "It is no lead"),
    "test": ("Nobody", "It is no lead"),
    "competitor": ("Nobody sells here", "Give no prices and no demo; tell whoever watches competitors"),
    "vendor": ("Whoever buys from them", "They sell to you. Ask whether they want to buy"),
    "partner": ("Whoever looks after partners", "Ask whether it is for themselves or for a customer of theirs"),
    "customer": ("Whoever looks after this customer", "Do not open them anew: it is more for a customer, or help"),
    "do_not_contact": ("Do not contact", "Answer what they asked themselves, and nothing more"),
    "open_deal": ("Whoever works the open deal", "Hand it over: somebody speaks with them already"),
}
"""Who answers and what to do, whatever the fit, by what the company is to us; the first that applies counts."""


def decisive(found: Sequence[Standing]) -> Standing | None:
    """What decides who answers; None where the fit does."""
    return next((one for code in ANSWERS for one in found if one.code == code), None)


def standing_of(
    columns: Mapping[str, object],
    deals: Sequence[Mapping[str, Any]],
    subscriptions: Sequence[Mapping[str, Any]],
    kin: tuple[str, str] | None,
    *,
    as_of: date,
    competes: bool = False,
) -> tuple[Standing, ...]:
    """What the records say a company is to us on the day `as_of`. `kin`: 'Parent' or 'Subsidiary', and the customer's
    name.
    """
    status = columns.get("status")
    found = [status] if status in ("own", "competitor", "vendor", "partner") else []
    if columns.get("test_record") or re.fullmatch(TEST_NAME, str(columns.get("name") or "").strip().lower()):
        found.append("test")
    if competes and "competitor" not in found:
        found.append("competitor")
    if (relation := _relation(status, deals, subscriptions, as_of)) is not None:
        found.append(relation)
    if columns.get("do_not_contact"):
        found.append("do_not_contact")
    told = [Standing(str(code), "Was a customer before" if code == "former" else REASONS[str(code)]) for code in found]
    if running := [one for one in deals if one["outcome"] == "open" and one["deal_type"] != "not_sales"]:
        stage = f", stage {running[0]['stage']}" if running[0]["stage"] else ""
        told.append(Standing("open_deal", f"An open deal: {running[0]['deal_id']}{stage}"))
    if kin is not None and "customer" not in found:
        told.append(Standing("customer_family", f"{kin[0]} of a customer: {kin[1]}"))
    return tuple(told)


def is_customer(
    status: object, deals: Sequence[Mapping[str, Any]], subscriptions: Sequence[Mapping[str, Any]], as_of: date
) -> bool:
    """Whether the records say so."""
    return _relation(status, deals, subscriptions, as_of) == "customer"


def _relation(
    status: object, deals: Sequence[Mapping[str, Any]], subscriptions: Sequence[Mapping[str, Any]], as_of: date
) -> str | None:
    """'customer' or 'former', as the lists have it: subscriptions first, then deals that were won, then the status."""
    if subscriptions:
        ended = all(one["ended_at"] and str(one["ended_at"]) <= as_of.isoformat() for one in subscriptions)
        return "former" if ended else "customer"
    if any(one["outcome"] == "won" and one["deal_type"] != "not_sales" for one in deals):
        return "former" if status == "former" else "customer"
    return str(status) if status in ("customer", "former") else None

"""What silence means: where no record is a 'no', and where it is unknown. Part of the profile file."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

Extent: TypeAlias = Literal["all", "listed"]
"""`all`: every account from the first record on (our own systems); `listed`: the accounts that have any record."""


class TechCoverage(BaseModel):
    """The tools that the source of the list `tech` can see: one of them missing from a list is a 'no'."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tools: tuple[str, ...] = ()


class Coverage(BaseModel):
    """The `coverage:` of a profile, written by `build`, so that one lead alone is judged as in a batch.

    `events` says it by event type, `default_events` for the types not named (nothing said: listed), `first_record`
    the first day on which a type was recorded. `roles: all` makes an account without contacts one without the role.
    `currency` is the one that the amounts of the accounts are in, `rates` what one unit of another is worth in it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    tech: TechCoverage | None = None
    events: dict[str, Extent] = Field(default_factory=dict)
    default_events: Extent | None = None
    roles: Extent | None = None
    first_record: dict[str, date] = Field(default_factory=dict)
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    rates: dict[str, Annotated[float, Field(gt=0, lt=1_000_000)]] = Field(default_factory=dict)

    def in_own_currency(self, value: Decimal, currency: str) -> Decimal | None:
        """An amount in the currency of the accounts' amounts; None where no rate leads there."""
        if self.currency is None:
            return None
        rates = {code.upper(): rate for code, rate in self.rates.items()} | {self.currency: 1}
        return value * Decimal(str(rates[currency])) if currency in rates else None

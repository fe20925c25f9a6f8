"""What silence means: where no record is a 'no', and where it is unknown. Part of the profile file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

Extent: TypeAlias = Literal["all", "listed"]
"""`all`: every account from the first record on (our own systems); `listed`: the accounts that have any record."""


MONEY_KEYS = frozenset({"currency", "rates", "rates_as_of", "amounts"})
"""What a `coverage:` says of money; the rest is of records that are not there."""


class TechCoverage(BaseModel):
    """The tools that the source of the list `tech` can see: one of them missing from a list is a 'no'."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tools: tuple[str, ...] = ()


class Coverage(BaseModel):
    """The `coverage:` of a profile, written by `build`, so that one lead alone is judged as in a batch.

    `events` says it by event type, `default_events` for the types not named (nothing said: listed), `first_record`
    the first day on which a type was recorded. `roles: all` makes an account without contacts one without the role.
    `currency` is the one that the amounts of the accounts are in, `rates` what one unit of another is worth in it, on
    the day `rates_as_of`; `amounts` names columns that are in another one (and then every column of money).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    tech: TechCoverage | None = None
    events: dict[str, Extent] = Field(default_factory=dict)
    default_events: Extent | None = None
    roles: Extent | None = None
    first_record: dict[str, date] = Field(default_factory=dict)
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    rates: dict[str, Annotated[float, Field(gt=0, lt=1_000_000)]] = Field(default_factory=dict)
    rates_as_of: date | None = None
    amounts: dict[str, Annotated[str, Field(pattern=r"^[A-Z]{3}$")]] = Field(default_factory=dict)

    @property
    def silent(self) -> bool:
        """Whether it says nothing of what silence means: at most of money."""
        return not self.model_fields_set - MONEY_KEYS

    def about(self, columns: Iterable[str]) -> Coverage | None:
        """What to know of money beside these columns: `currency` is then theirs. None where they are in different
        ones: amounts of two currencies are neither compared nor added.
        """
        if not self.amounts:
            return self
        known = {name.casefold(): code for name, code in self.amounts.items()}
        codes = {known[name.casefold()] for name in columns if name.casefold() in known}
        if len(codes) > 1:
            return None
        return self.in_currency(codes.pop()) if codes else self

    def in_currency(self, currency: str) -> Coverage:
        """The same with rates that lead to `currency`; without any where none leads there."""
        if currency == self.currency:
            return self
        known = self._rates()
        rates = {code: rate / known[currency] for code, rate in known.items()} if currency in known else {}
        return self.model_copy(update={"currency": currency, "rates": rates, "amounts": {}})

    def _rates(self) -> dict[str, float]:
        own = {} if self.currency is None else {self.currency: 1.0}
        return {code.upper(): rate for code, rate in self.rates.items()} | own

    def in_own_currency(self, value: Decimal, currency: str) -> Decimal | None:
        """An amount in the currency of the accounts' amounts; None where no rate leads there."""
        if self.currency is None:
            return None
        rates = self._rates()
        return value * Decimal(str(rates[currency])) if currency in rates else None

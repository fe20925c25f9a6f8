"""The currency that a profile's amounts are compared in: the profile's own, else the company's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from idealfit.accounts.currency import CODES
from idealfit.profile.content import Profile
from idealfit.profile.coverage import Coverage
from idealfit.profile.predicate import Money, Predicate, walk
from idealfit.records.attribute import AttributeInfo
from idealfit.records.company import Company


def with_currency(
    profile: Profile, company: Company | None, as_of: date, attributes: Mapping[str, AttributeInfo] | None = None
) -> Profile:
    """`profile`, its coverage with the currency and the rates (of the day) of the company where it names none.

    Where nobody says the currency, the one that the amounts of the accounts name, if it is one.
    """
    said = profile.coverage
    home = said.currency or (company.currency if company is not None else None) or _named(attributes or {})
    if home is None or not any(_amounts(_statements(profile))):
        return profile
    rates = dict(said.rates) if said.currency is not None or company is None else rates_of(company, as_of) | said.rates
    return profile.model_copy(update={"coverage": said.model_copy(update={"currency": home.upper(), "rates": rates})})


def rates_of(company: Company, as_of: date) -> dict[str, float]:
    """Units of the company's currency for one unit of another, on a day."""
    found = {}
    for code, dated in company.rates.items():
        in_force = [one for one in dated if one.since is None or one.since <= as_of]
        if in_force:
            found[code.upper()] = max(in_force, key=lambda one: one.since or date.min).rate
    return found


def without_rate(predicate: Predicate, coverage: Coverage) -> tuple[str, ...]:
    """The currencies of `predicate` that cannot be compared with the accounts' amounts."""
    found = [one for one in _amounts([predicate]) if coverage.in_own_currency(one.value, one.currency) is None]
    return tuple(dict.fromkeys(one.currency for one in found))


def _amounts(predicates: Iterable[Predicate]) -> Iterable[Money]:
    return (part for predicate in predicates for part in walk(predicate) if isinstance(part, Money))


def _statements(profile: Profile) -> Iterable[Predicate]:
    yield from (one.predicate for _, one in profile.criteria)
    yield from (one.predicate for one in profile.exclusions)
    yield from (one.predicate for one in profile.segments)


def _named(attributes: Mapping[str, AttributeInfo]) -> str | None:
    units = {info.unit.upper() for info in attributes.values()} & CODES
    return units.pop() if len(units) == 1 else None

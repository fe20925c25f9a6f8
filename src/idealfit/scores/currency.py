"""The currency that a profile's amounts are compared in: the profile's own, else the company's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import duckdb

from idealfit.accounts.currency import CODES
from idealfit.profile.content import Profile
from idealfit.profile.coverage import Coverage
from idealfit.profile.predicate import Money, Predicate, walk
from idealfit.profile.predicate import attributes as columns_of
from idealfit.records.attribute import AttributeInfo
from idealfit.records.company import Company
from idealfit.store.engine import quote


def with_currency(
    profile: Profile, company: Company | None, as_of: date, attributes: Mapping[str, AttributeInfo] | None = None
) -> Profile:
    """`profile`, its coverage with the currency, the rates of the day and the currencies of columns, as the company and
    its records say them, where it names none itself; the profile as it is where nobody says any.
    """
    coverage = with_money(profile.coverage, company, as_of, attributes)
    return profile if coverage is profile.coverage else profile.model_copy(update={"coverage": coverage})


def with_money(
    said: Coverage, company: Company | None, as_of: date, attributes: Mapping[str, AttributeInfo] | None = None
) -> Coverage:
    """`said` with what the company and the columns of its accounts say of money; what it says itself stands.

    Where nobody says the currency, the one that the amounts of the accounts name, if it is one.
    """
    units = currencies_of(attributes or {})
    own = company.currency.upper() if company is not None and company.currency else None
    home = said.currency or own or _single(units)
    if home is None:
        return said
    dated = rates_of(company, as_of) if company is not None else {}
    given = Coverage(currency=own, rates=dated).in_currency(home).rates if own is not None else {}
    rates = {code: rate for code, rate in ({**given, **said.rates}).items() if code != home}
    amounts = dict(sorted((said.amounts | units).items()))
    found = {
        "currency": home,
        "rates": {code: float(f"{rates[code]:.9g}") for code in sorted(rates)},
        "rates_as_of": said.rates_as_of if said.rates else (as_of if rates else None),
        "amounts": amounts if any(code != home for code in amounts.values()) else {},
    }
    if all(getattr(said, name) == value for name, value in found.items()):
        return said
    told = {name: value for name, value in found.items() if value not in (None, {})}
    kept = {name: value for name, value in said.model_dump(exclude_unset=True).items() if name not in found}
    return Coverage.model_validate(kept | told)


def currencies_of(attributes: Mapping[str, AttributeInfo]) -> dict[str, str]:
    """Column of accounts → the currency that its amounts are in, for those of which the records say it."""
    return {name: info.unit.upper() for name, info in attributes.items() if info.unit.upper() in CODES}


def rates_of(company: Company, as_of: date) -> dict[str, float]:
    """Units of the company's currency for one unit of another, on a day."""
    found = {}
    for code, dated in company.rates.items():
        in_force = [one for one in dated if one.since is None or one.since <= as_of]
        if in_force:
            found[code.upper()] = max(in_force, key=lambda one: one.since or date.min).rate
    return found


def conversions(
    profile: Profile, attributes: Mapping[str, AttributeInfo], company: Company | None, as_of: date
) -> tuple[dict[str, float | None], tuple[str, ...]]:
    """By what the amounts of these records are multiplied to be in the currency that the profile's numbers are in.

    Column → factor, None where no rate leads there (its amounts are then unknown), and what to tell of each. The rates
    are the profile's and the company's. A column whose currency nobody says is taken as it is.
    """
    home = profile.coverage.currency
    if home is None:
        return {}, ()
    known = with_money(profile.coverage, company, as_of)
    used = {name.casefold() for predicate in _statements(profile) for name in columns_of(predicate)}
    meant = {name.casefold(): code for name, code in profile.coverage.amounts.items()}
    factors: dict[str, float | None] = {}
    told = []
    for name, code in currencies_of(attributes).items():
        wanted = meant.get(name.casefold(), home)
        if code == wanted:
            continue
        rates = known.in_currency(wanted).rates
        factors[name] = rates.get(code)
        if name.casefold() not in used:
            continue
        told.append(
            f"'{name}' is in {code} and the profile counts in {wanted}: converted at {rates[code]:g}."
            if code in rates
            else f"'{name}' is in {code}, the profile counts in {wanted}, and no rate leads there: it is unknown. Give "
            f"'rates: {{{code}: …}}' in the profile's 'coverage:'."
        )
    return factors, tuple(told)


CONVERTED = "idealfit accounts in one currency"


def converted_accounts(con: duckdb.DuckDBPyConnection, factors: Mapping[str, float | None]) -> str:
    """The name of the accounts with `factors` applied (NULL where one is None): a view, or the table itself."""
    if not factors:
        return "accounts"
    changed = ", ".join(
        f"{'NULL::DOUBLE' if factor is None else f'{quote(name)} * {factor!r}'} AS {quote(name)}"
        for name, factor in factors.items()
    )
    con.execute(f"CREATE OR REPLACE TEMP VIEW {quote(CONVERTED)} AS SELECT * REPLACE ({changed}) FROM accounts")
    return CONVERTED


def without_rate(predicate: Predicate, coverage: Coverage) -> tuple[str, ...]:
    """The currencies of `predicate` that cannot be compared with the accounts' amounts."""
    found = [one for one in _amounts([predicate]) if coverage.in_own_currency(one.value, one.currency) is None]
    return tuple(dict.fromkeys(one.currency for one in found))


def no_rate(code: str, coverage: Coverage) -> str:
    """Why an amount in `code` is unknown, and what to add."""
    if coverage.currency is None:
        return f"it asks for {code} and nobody says which currency the amounts are in; give 'currency:' in company.yaml"
    return f"no rate leads from {code} to {coverage.currency}; give 'rates: {{{code}: …}}' in company.yaml"


def unknown_amounts(predicates: Mapping[str, Predicate], coverage: Coverage) -> tuple[str, ...]:
    """One sentence for each statement (by its name) and currency that no rate brings to that of the accounts."""
    return tuple(
        f"{name} is unknown: {no_rate(code, coverage)}."
        for name, predicate in predicates.items()
        for code in without_rate(predicate, coverage)
    )


def _statements(profile: Profile) -> Iterable[Predicate]:
    yield from (one.predicate for _, one in profile.criteria)
    yield from (one.predicate for one in profile.exclusions)
    yield from (one.predicate for one in profile.segments)


def _amounts(predicates: Iterable[Predicate]) -> Iterable[Money]:
    return (part for predicate in predicates for part in walk(predicate) if isinstance(part, Money))


def _single(units: Mapping[str, str]) -> str | None:
    codes = set(units.values())
    return codes.pop() if len(codes) == 1 else None

"""Countries by any of their names, their codes and world regions; states of the Americas and Australia by their codes.

The names stand in `tables/places.tsv`, made by house/make_places.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from idealfit.accounts.name import squash
from idealfit.accounts.reference_table import reference_table


@dataclass(frozen=True)
class Country:
    """A country: ISO 3166 codes, the English short name, and the world region that sales teams speak of."""

    code: str
    alpha3: str
    name: str
    world_region: str


_STATES: dict[str, str] = {
    "US": "AL Alabama|AK Alaska|AZ Arizona|AR Arkansas|CA California|CO Colorado|CT Connecticut|DE Delaware|"
    "DC District of Columbia|FL Florida|GA Georgia|HI Hawaii|ID Idaho|IL Illinois|IN Indiana|IA Iowa|KS Kansas|"
    "KY Kentucky|LA Louisiana|ME Maine|MD Maryland|MA Massachusetts|MI Michigan|MN Minnesota|MS Mississippi|"
    "MO Missouri|MT Montana|NE Nebraska|NV Nevada|NH New Hampshire|NJ New Jersey|NM New Mexico|NY New York|"
    "NC North Carolina|ND North Dakota|OH Ohio|OK Oklahoma|OR Oregon|PA Pennsylvania|RI Rhode Island|"
    "SC South Carolina|SD South Dakota|TN Tennessee|TX Texas|UT Utah|VT Vermont|VA Virginia|WA Washington|"
    "WV West Virginia|WI Wisconsin|WY Wyoming|PR Puerto Rico",
    "CA": "AB Alberta|BC British Columbia|MB Manitoba|NB New Brunswick|NL Newfoundland and Labrador|NS Nova Scotia|"
    "NT Northwest Territories|NU Nunavut|ON Ontario|PE Prince Edward Island|QC Quebec|SK Saskatchewan|YT Yukon",
    "AU": "NSW New South Wales|QLD Queensland|SA South Australia|TAS Tasmania|VIC Victoria|"
    "ACT Australian Capital Territory",
}
"""Codes that mean one state whatever the country; Australia's WA and NT are left to Washington and to Canada."""


@lru_cache(maxsize=1)
def _countries() -> dict[str, Country]:
    return {
        name: Country(code, alpha3, label, region)
        for code, alpha3, label, region, names in reference_table("places")
        for name in {*names.split("|"), squash(label), squash(code)}
    }


@lru_cache(maxsize=1)
def _states() -> dict[str, str]:
    return {
        code: name
        for states in _STATES.values()
        for code, _, name in (state.partition(" ") for state in states.split("|"))
    }


def country_of(text: str) -> Country | None:
    """The country that a text names: 'U.S.A.', 'DEU', 'Korea, Republic of', 'Países Bajos'; None where it is none."""
    return _countries().get(squash(text))


def state_of(text: str) -> str | None:
    """'CA' → 'California', 'n.y.' → 'New York', a state's own name → itself as it is written; None for all else."""
    letters = squash(text).upper()
    found = _states().get(letters)
    if found is not None:
        return found
    return _state_names().get(letters)


@lru_cache(maxsize=1)
def _state_names() -> dict[str, str]:
    return {squash(name).upper(): name for name in _states().values()}

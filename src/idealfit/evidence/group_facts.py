"""Facts one level up: the region of a country, the sector of an industry, the beginning of an industry code, what tools
are for, how many there are.

Each level of a taxonomy is a fact of its own, so that the search finds which of them explains: the level with the best
chance not to be luck, given how many sets each could have been cut into. What is written names the column's own values
('country IN (…)', 'uses_any(…)'), since only these stand in everybody's data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import duckdb
import numpy as np

from idealfit.accounts.folding import fold
from idealfit.accounts.industry import classification, industry_of
from idealfit.accounts.place import country_of
from idealfit.accounts.technology import technology_of
from idealfit.evidence.fact import Fact, category_values, coded
from idealfit.records.attribute import AttributeInfo
from idealfit.store.engine import quote

OTHER = "\U0010ffff"
"""The level of what belongs to no group; it is known, and in none."""

MOST_LEVELS = 2_000
"""A column of more different values names companies or writes free texts."""
LONGEST = 2_500
"""Characters that the own values of a group may have together: what is written must stay readable."""
LEAST_KNOWN = 0.6
"""The share of values that a taxonomy must know."""

REGIONS = {
    "NA": "North America",
    "NORTHAM": "North America",
    "LATAM": "Latin America",
    "EMEA": "Europe, Middle East and Africa",
    "APAC": "Asia and Pacific",
}

SECTORS = {
    "11": "agriculture",
    "21": "mining and energy",
    "22": "utilities",
    "23": "construction",
    **dict.fromkeys(("31", "32", "33"), "manufacturing"),
    "42": "wholesale",
    **dict.fromkeys(("44", "45"), "retail"),
    **dict.fromkeys(("48", "49"), "transport and logistics"),
    "51": "information, media and software",
    "52": "finance and insurance",
    "53": "real estate",
    "54": "professional and technical services",
    "55": "holdings",
    "56": "business support services",
    "61": "education",
    "62": "health",
    "71": "arts and recreation",
    "72": "hotels and restaurants",
    "81": "other services",
    "92": "public administration",
}
"""Sectors by the first two digits of NAICS 2022, in our words."""


def group_facts(con: duckdb.DuckDBPyConnection, facts: Sequence[Fact]) -> list[Fact]:
    """The facts one level up from the account columns among `facts`."""
    made: list[Fact] = []
    for fact in facts:
        if fact.form == "column" and fact.kind == "category":
            made += _of_category(con, fact)
        elif fact.kind == "list" and fact.name == "tech":
            made += _of_tools(con, fact)
    return made


def _of_category(con: duckdb.DuckDBPyConnection, fact: Fact) -> list[Fact]:
    levels, _codes = coded(fact)
    named = f"{fact.name} {fact.info.label}".lower()
    if not 3 <= len(levels) <= MOST_LEVELS:
        return []
    if any(word in named for word in ("naics", "nace", "sic")) or fact.name == "industry":
        kind = classification(fact.info.source_name or fact.name, dict.fromkeys(levels, 1))
        if kind is not None:
            return _prefixes(fact)
    if "country" in named:
        return _grouped(con, fact, _region, "region")
    if "industr" in named:
        return [*_grouped(con, fact, _standard, "kind of industry"), *_grouped(con, fact, _sector, "sector")]
    return []


def _region(text: str) -> str | None:
    country = country_of(text)
    return None if country is None else REGIONS.get(country.world_region, country.world_region)


def _standard(text: str) -> str | None:
    industry = industry_of(text)
    return None if industry is None else industry.label.lower()


def _sector(text: str) -> str | None:
    industry = industry_of(text)
    return None if industry is None else SECTORS.get(industry.naics[:2])


def _grouped(
    con: duckdb.DuckDBPyConnection, fact: Fact, group_of: Callable[[str], str | None], label: str
) -> list[Fact]:
    """The fact of the groups of a column's values; none where no group holds two of them, or one holds all."""
    levels, codes = coded(fact)
    groups = {text: group for text in _all_levels(con, fact) if (group := group_of(text)) is not None}
    known = sum(int(np.sum(codes == place)) for place, level in enumerate(levels) if level in groups)
    if known < LEAST_KNOWN * max(int(np.sum(codes >= 0)), 1):
        return []
    members = _members(groups.items())
    if len(members) < 2 or max(len(own) for own in members.values()) < 2:
        return []
    return [_fact(fact, f"{fact.name} by {label}", label, [groups.get(level, OTHER) for level in levels], members)]


def _all_levels(con: duckdb.DuckDBPyConnection, fact: Fact) -> list[str]:
    """Every value that an account has today or had in a row, as texts are compared."""
    found = con.execute(
        f"SELECT DISTINCT {quote(fact.name)} FROM accounts WHERE {quote(fact.name)} IS NOT NULL"
    ).fetchall()
    levels, _codes = coded(fact)
    return sorted({*levels, *(text for (cell,) in found if (text := fold(str(cell))))})


def _members(groups: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """The own values of each group, in order; a group whose values are too long to write is left out."""
    members: dict[str, list[str]] = {}
    for text, group in groups:
        members.setdefault(group, []).append(text)
    return {
        group: tuple(sorted(own))
        for group, own in sorted(members.items())
        if sum(len(text) + 4 for text in own) <= LONGEST
    }


def _fact(
    fact: Fact, name: str, label: str, group_of_level: Sequence[str], members: Mapping[str, tuple[str, ...]]
) -> Fact:
    levels = tuple(sorted({group if group in members else OTHER for group in group_of_level}))
    place = {group: number for number, group in enumerate(levels)}
    own_codes = coded(fact)[1]
    to_group = np.array([*(place.get(group, place.get(OTHER, -1)) for group in group_of_level), -1], dtype=np.int32)
    codes = to_group[own_codes]
    return replace(
        fact,
        name=name,
        info=replace(fact.info, label=label, source_name=fact.info.source_name or fact.info.name),
        values=category_values(levels, codes),
        form="group",
        column=fact.name,
        groups=members,
        levels=levels,
        codes=codes,
    )


def _prefixes(fact: Fact) -> list[Fact]:
    """A column of industry codes by their first two, three and four digits, where they are longer."""
    levels, _codes = coded(fact)
    digits = [level if level.isdigit() else "" for level in levels]
    longest = max((len(code) for code in digits), default=0)
    made = []
    for length in range(2, min(longest, 5)):
        heads = [code[:length] if len(code) >= length else OTHER for code in digits]
        members = {head: (head,) for head in sorted(set(heads) - {OTHER})}
        if 2 <= len(members) < len(levels):
            label = f"first {length} digits of {fact.info.label}"
            made.append(replace(_fact(fact, f"{fact.name} by {length} digits", label, heads, members), form="prefix"))
    return made


def _of_tools(con: duckdb.DuckDBPyConnection, fact: Fact) -> list[Fact]:
    """What the tools are for ('any CRM'), and how many there are."""
    made = [_tool_count(fact)]
    told = fact.covered if fact.covered is not None else frozenset(fact.spelling)
    groups = {tool: found.category.lower() for tool in sorted(told) if (found := technology_of(tool)) is not None}
    members = {group: own for group, own in _members(groups.items()).items() if len(own) >= 2}
    if not members:
        return made
    shared: dict[frozenset[str], frozenset[str]] = {}
    values = np.empty(len(fact.values), dtype=object)
    for row in np.flatnonzero(fact.known):
        tools = fact.values[row]
        if tools not in shared:
            shared[tools] = frozenset(group for tool in tools if (group := groups.get(tool)) in members and group)
        values[row] = shared[tools]
    info = replace(fact.info, label="kinds of tools", source_name=fact.info.source_name or fact.info.name)
    kinds = replace(
        fact,
        name="kinds of tools",
        info=info,
        values=values,
        form="group",
        column=fact.name,
        groups=members,
        covered=frozenset(members),
    )
    return [*made, kinds]


def _tool_count(fact: Fact) -> Fact:
    counts = np.fromiter(
        (np.nan if tools is None else len(tools) for tools in fact.values), float, count=len(fact.known)
    )
    info = AttributeInfo(
        fact.info.name,
        "tools in use",
        "number",
        unit="tools in use",
        layer="technographic",
        volatile=fact.info.volatile,
        source_name=fact.info.source_name or fact.info.name,
    )
    return replace(
        fact, name="number of tools", kind="number", info=info, values=counts, form="tool_count", column=fact.name
    )

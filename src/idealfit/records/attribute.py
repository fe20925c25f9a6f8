"""The attribute dictionary: what is known of each column, for sentences, pages, filters and discovery alike."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from idealfit.records.tables import ColumnType

Layer: TypeAlias = Literal["firmographic", "technographic", "situational", "behavioral", "authority", "need", "value"]
LAYERS: tuple[Layer, ...] = (
    "firmographic",
    "technographic",
    "situational",
    "behavioral",
    "authority",
    "need",
    "value",
)
FIT_LAYERS: tuple[Layer, ...] = ("firmographic", "technographic", "authority", "need", "value")
TIMING_LAYERS: tuple[Layer, ...] = ("situational", "behavioral")

Level: TypeAlias = Literal["account", "deal", "after_fact", "personal", "identifier"]
"""`account` columns are candidates; the others are never criteria."""


@dataclass(frozen=True)
class AttributeInfo:
    """One column of `accounts`.

    `name` is the column in our table, `source_name` its header in the source, `label` the words used for it in a
    sentence ('employees', 'founded'), `unit` what follows a number ('employees', 'USD') or ''. A `volatile` attribute
    changes with time (head count, revenue, tools): known only as of today it proves less.
    """

    name: str
    label: str
    type: ColumnType
    unit: str = ""
    layer: Layer = "firmographic"
    level: Level = "account"
    volatile: bool = False
    source_name: str | None = None


COMPANIONS: tuple[tuple[str, str, ColumnType], ...] = (
    ("country_code", "country code", "text"),
    ("world_region", "world region", "text"),
    ("industry_standard", "industry in one taxonomy", "text"),
    ("naics", "NAICS code", "text"),
    ("nace", "NACE code", "text"),
    ("sic", "SIC code", "text"),
    ("tech_categories", "kinds of tools", "list"),
    ("test_record", "why it is a test record", "text"),
)
"""Columns that an import adds, and the words for them: they repeat what another column says, in other terms, so that
they are for filters and lists and never candidates of their own."""

KNOWN: dict[str, AttributeInfo] = {
    info.name: info
    for info in (
        AttributeInfo("account_id", "account", "text", level="identifier"),
        AttributeInfo("name", "name", "text", level="identifier"),
        AttributeInfo("domain", "domain", "text", level="identifier"),
        AttributeInfo("industry", "industry", "text"),
        AttributeInfo("sub_industry", "sub-industry", "text"),
        AttributeInfo("employees", "employees", "number", unit="employees", volatile=True),
        AttributeInfo("revenue", "revenue", "number", unit="revenue", volatile=True),
        AttributeInfo("country", "country", "text"),
        AttributeInfo("region", "region", "text"),
        AttributeInfo("city", "city", "text"),
        AttributeInfo("business_model", "business model", "text"),
        AttributeInfo("ownership", "ownership", "text"),
        AttributeInfo("funding_stage", "funding stage", "text", volatile=True),
        AttributeInfo("founded_year", "year founded", "number"),
        AttributeInfo("tech", "tools in use", "list", layer="technographic", volatile=True),
        AttributeInfo("parent_id", "parent company", "text", level="identifier"),
        AttributeInfo("owner_id", "owner", "text", level="deal"),
        AttributeInfo("status", "status", "text", level="after_fact"),
        AttributeInfo("do_not_contact", "do not contact", "boolean", level="after_fact"),
        AttributeInfo("last_activity_at", "last activity", "timestamp", level="after_fact"),
        AttributeInfo("referred_by_account_id", "referred by", "text", level="identifier"),
        AttributeInfo("duplicate_of", "duplicate of", "text", level="identifier"),
        *(AttributeInfo(name, label, kind, level="identifier") for name, label, kind in COMPANIONS),
    )
}
"""The canonical columns of `accounts`. What a workspace adds to these comes from its mappings."""


LEAST_CUSTOM = 3
"""So many columns with the mark of a custom field are a CRM's."""


_CAMEL = re.compile(r"(?<=[a-z])(?<!^[a-z])(?<![^A-Za-z][a-z])(?<!Linked)(?<!Hub)(?=[A-Z])")
"""Between the words of 'TechSupport'; not within 'eBay', 'iPhone' or 'LinkedIn'."""


def is_nameless(name: str) -> bool:
    """Whether a column has no name of its own: 'column_3', as where a file has no header line or a blank in it."""
    return re.fullmatch(r"column_\d+", name) is not None


def describe(name: str, known: Mapping[str, AttributeInfo] | None = None) -> AttributeInfo:
    """What is known of the column `name`: from `known` (a workspace's own dictionary), else the canonical columns,
    else a label made from the name itself ('Client Size By Revenue' → 'client size by revenue', 'TechSupport' →
    'tech support').
    """
    for dictionary in (known or {}, KNOWN):
        if name in dictionary:
            return dictionary[name]
    words = _CAMEL.sub(" ", name).replace("_", " ").strip()
    label = words if any(word.isupper() and len(word) > 1 for word in words.split()) else words.lower()
    return AttributeInfo(name, label, "text")


def without_custom_mark(found: Mapping[str, AttributeInfo]) -> dict[str, AttributeInfo]:
    """The same with labels that do not end in the 'c' of a CRM's custom fields ('plan_type_c' → 'plan type'), where at
    least three columns have it: a single one may mean what it says.
    """
    marked = [
        name
        for name, info in found.items()
        if name.lower().endswith("_c") and name not in KNOWN and info.label == describe(name).label
    ]
    if len(marked) < LEAST_CUSTOM:
        return dict(found)
    return {**found, **{name: replace(found[name], label=found[name].label[:-2].rstrip()) for name in marked}}

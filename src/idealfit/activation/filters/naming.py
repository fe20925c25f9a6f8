"""What a tool calls our columns: by the customer's own files where they came from it, else by its standard names.

The standard names are those of the ready mappings (`records/recognising/vendors`), read the other way round.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from idealfit.accounts.name import squash
from idealfit.activation.filters.adapting import Column
from idealfit.errors import Position, UsageError
from idealfit.records.mapping import FLAT, FileMapping
from idealfit.records.recognising.vendors.document import vendors
from idealfit.records.recognising.vendors.recognition import recognise

_INTERNAL = {"HubSpot": "internal names", "Salesforce": "API names"}
_CONNECTOR = re.compile(r"^property_", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,79}")
_MOST = 40


def columns_in(
    tool: str, names: Iterable[str], files: Sequence[FileMapping] = (), given: Mapping[str, str] | None = None
) -> dict[str, Column]:
    """Each of `names` (columns of ours) as `tool` ('HubSpot', 'Salesforce') calls it. `files`: how the customer's files
    of accounts were read; `given`: names that a person gave, which go before all else.

    Raises UsageError for a given name that no field can have, or a column that none of `names` is.
    """
    standard = _standard(tool)
    own = _own(tool, files, standard)
    wanted = list(dict.fromkeys(names))
    said = _given(given or {}, wanted)
    found = {}
    for name in wanted:
        folded = name.lower()
        if folded in said:
            found[name] = Column(said[folded], own=True)
        elif folded in own:
            found[name] = own[folded]
        elif folded in standard:
            found[name] = Column(standard[folded])
        else:
            found[name] = Column(_made_up(tool, name), assumed=True)
    return found


def _given(given: Mapping[str, str], wanted: Sequence[str]) -> dict[str, str]:
    known = {name.lower() for name in wanted}
    for column, name in given.items():
        if _NAME.fullmatch(name) is None:
            raise UsageError(
                f"No field can be called {name[:_MOST]!r}",
                where=Position(file="--field", value=f"{column}={name}"[: 2 * _MOST]),
                remedy="A field's name is letters, digits and underscores: --field employees=NumberOfEmployees.",
            )
        if column.lower() not in known:
            raise UsageError(
                f"The profile reads no column {column[:_MOST]!r}",
                where=Position(file="--field", value=column[:_MOST]),
                remedy=f"It reads {', '.join(sorted(wanted)[:20]) or 'none'}.",
            )
    return {column.lower(): name for column, name in given.items()}


def _standard(tool: str) -> dict[str, str]:
    """Our canonical column → the tool's internal name."""
    for vendor in vendors():
        if vendor.tool != tool:
            continue
        for each in vendor.objects:
            for generation in each.generations:
                if each.table == "accounts" and generation.name == _INTERNAL[tool]:
                    return {column.to: header for header, column in reversed(generation.columns.items()) if column.to}
    return {}


def _own(tool: str, files: Sequence[FileMapping], standard: Mapping[str, str]) -> dict[str, Column]:
    """What the customer's own exports of that tool say: column of ours → its field there."""
    found: dict[str, Column] = {}
    for file in files:
        if file.table not in ("accounts", FLAT):
            continue
        recognised = recognise(list(file.columns), ("accounts",))
        if recognised is None or recognised.tool != tool:
            continue
        internal = {squash(name): name for name in standard.values()}
        for header, column in file.columns.items():
            if column.to is None or column.to.lower() in found:
                continue
            found[column.to.lower()] = _field(tool, header, column.to, recognised.generation, standard, internal)
    return found


def _field(
    tool: str, header: str, to: str, generation: str, standard: Mapping[str, str], internal: Mapping[str, str]
) -> Column:
    bare = _CONNECTOR.sub("", header)
    if squash(bare) in internal:
        return Column(internal[squash(bare)], own=True)
    if generation == _INTERNAL[tool] or bare != header:
        is_custom = bare.lower().endswith("_c") and not bare.lower().endswith("__c")
        name = f"{bare[:-2]}__c" if tool == "Salesforce" and is_custom else bare
        return Column(name, own=True) if _NAME.fullmatch(name) else Column(_made_up(tool, bare), assumed=True)
    if to in standard:
        return Column(standard[to], own=True)
    return Column(_made_up(tool, header), assumed=True)  # a label says what a field is called, not its name


def _made_up(tool: str, label: str) -> str:
    """The name that the tool itself would give to a field of that label."""
    words = re.findall(r"[A-Za-z0-9]+", label)
    if tool == "Salesforce":
        name = "_".join(word if any(map(str.isupper, word)) else word.capitalize() for word in words)
        name = name.removesuffix("_C")
        name = name if name[:1].isalpha() else f"X{name}"
        return f"{name[:_MOST].rstrip('_')}__c"
    name = "_".join(words).lower()
    return name if name[:1].isalpha() else f"x_{name}".rstrip("_")

"""What the last import left in a workspace for everybody after it: its report, the words of columns, the company.

It stands apart from the import itself: who only scores or asks would load all that reads and cleans files.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from idealfit.records.attribute import AttributeInfo
from idealfit.records.company import Company
from idealfit.records.mapping_file import saved_mappings
from idealfit.store.ledger import open_ledger
from idealfit.store.place import Place

REPORT = "import"
"""The key of the ledger under which the current import's report stands."""


def load_report(place: Place) -> dict[str, Any] | None:
    """The last import's report as JSON (see `ImportReport.as_dict`), None before the first."""
    value = open_ledger(place).get_value(REPORT)
    return value if isinstance(value, dict) else None


def load_attributes(place: Place) -> dict[str, AttributeInfo]:
    """What is known of every column of `accounts`, from the last import; a level, layer or label that a person changed
    in the mappings since then stands."""
    report = load_report(place)
    if report is None:
        return {}
    found = {name: AttributeInfo(**info) for name, info in report["attributes"].items()}
    for mapping in saved_mappings(place):
        for entry in mapping.files:
            if entry.table not in ("accounts", "flat"):
                continue
            for header, column in entry.columns.items():
                name = column.to or header
                if name in found and column.to is not None:
                    found[name] = replace(
                        found[name], level=column.level, layer=column.layer, label=column.label or found[name].label
                    )
    return found


def company_of(place: Place) -> Company:
    """The company settings that the last import read."""
    report = load_report(place)
    return Company() if report is None else Company.model_validate(report["company"])

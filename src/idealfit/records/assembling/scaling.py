"""Amounts in whole units: what a header counts in thousands or millions, what a tool counts in cents."""

from __future__ import annotations

from idealfit.accounts.minor_unit import minor_units_sql
from idealfit.records.mapping import FileMapping
from idealfit.records.recognising.header_unit import COUNTED, cell_has_unit_sql, factor_of
from idealfit.store.engine import quote


def scaled(value: str, mapping: FileMapping, header: str, name: str) -> tuple[str, int, list[str]]:
    """The SQL `value` of the column `name` in whole units, the factor that was applied (1 for none), and what to tell.

    The factor is the mapping's; where it names none, the header's of an amount or a count of employees. A cell that
    says its own unit ('12,4 Mio. €') is whole already.
    """
    notes = []
    unit = mapping.columns[header].unit
    factor = factor_of(unit, header) if unit or name in COUNTED else 1
    if factor > 1:
        value = f"CASE WHEN {cell_has_unit_sql(f'r.{quote(header)}')} THEN {value} ELSE ({value}) * {factor} END"
        notes.append(
            f"{mapping.file}, '{header}': counted in {_WORDS[factor]}, so every number is taken times {factor:,}"
        )
    if unit == "minor":
        value = f"({value}) / ({minor_units_sql(mapping.target('currency'))})"
        notes.append(f"{mapping.file}, '{header}': amounts in the currency's smallest unit, read as whole units")
    return value, factor, notes


_WORDS = {1_000: "thousands", 1_000_000: "millions", 1_000_000_000: "billions"}

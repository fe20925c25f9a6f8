"""Amounts in whole units: what a header counts in thousands or millions, what a tool counts in cents."""

from __future__ import annotations

from idealfit.accounts.minor_unit import minor_units_sql
from idealfit.records.mapping import FileMapping
from idealfit.records.recognising.guess_words import factor_in


def scaled(value: str, mapping: FileMapping, header: str, *, money: bool) -> tuple[str, int, list[str]]:
    """The SQL `value` of a column in whole units, the factor that its header names (1 for none), and what to tell."""
    notes = []
    factor = factor_in(header) if money else 1
    if factor > 1:
        value = f"({value}) * {factor}"
        notes.append(f"{mapping.file}, '{header}': read as {'millions' if factor > 1000 else 'thousands'}")
    if mapping.columns[header].unit == "minor":
        value = f"({value}) / ({minor_units_sql(mapping.target('currency'))})"
        notes.append(f"{mapping.file}, '{header}': amounts in the currency's smallest unit, read as whole units")
    return value, factor, notes

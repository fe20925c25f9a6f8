"""Columns refused by name: what CRMs compute or fill in afterwards, and what our own effort causes.

The reviewed table stands with the records, where it also decides the level of a column. `--keep FIELD` overrides it.
"""

from __future__ import annotations

from idealfit.records.recognising.refused_names import Refusal, refuse_by_name

__all__ = ["Refusal", "refuse_by_name"]

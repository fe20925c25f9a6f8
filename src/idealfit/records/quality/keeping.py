"""What the next import compares itself with: the spread of every column, kept in the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from idealfit.store.ledger import open_ledger
from idealfit.store.place import Place

KEY = "quality_spread"
"""The key of the ledger under which it is kept."""
_COMPARED = ("completeness", "filled", "distinct_about", "levels", "bins")


def spread_of(as_of: str | None, tables: Mapping[str, Any]) -> dict[str, Any]:
    """The part of quality.json that a later import is compared with."""
    return {
        "as_of": as_of,
        "tables": {
            table: {
                "rows": each["rows"],
                "columns": {name: {key: figure[key] for key in _COMPARED} for name, figure in each["columns"].items()},
            }
            for table, each in tables.items()
        },
    }


def to_compare_with(kept: Mapping[str, Any] | None, now: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The spread of the last import that was another one: the same records imported again have not moved since
    themselves, and their report stays as it was."""
    if kept is None:
        return None
    before: Mapping[str, Any] | None = kept["before"] if kept["current"]["tables"] == now["tables"] else kept["current"]
    return before


def load_kept(place: Place) -> dict[str, Any] | None:
    """`current` and `before` as the last import left them; None before the first."""
    value = open_ledger(place).get_value(KEY)
    return value if isinstance(value, dict) else None


def to_keep(place: Place, quality: Mapping[str, Any]) -> dict[str, Any]:
    """What this import leaves for the next one, to be kept under `KEY`."""
    now = spread_of(quality["as_of"], quality["tables"])
    return {"current": now, "before": to_compare_with(load_kept(place), now)}

"""One thing that is wrong with the records: where, how much, what it does, what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from idealfit.records.quality.effect import Harm, widening


@dataclass(frozen=True)
class Problem:
    """`rows` of `of` rows of a table (or none of either, where no row is at fault). `examples` are record ids."""

    id: str
    table: str | None
    text: str
    effect_text: str
    remedy: str
    harm: Harm
    column: str | None = None
    columns: tuple[str, ...] = ()
    rows: int | None = None
    of: int | None = None
    examples: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The problem as quality.json holds it."""
        return {
            "id": self.id,
            "table": self.table,
            "column": self.column,
            "columns": list(self.columns),
            "rows": self.rows,
            "share": None if not self.of or self.rows is None else round(self.rows / self.of, 4),
            "text": self.text,
            "effect": self.harm.effect(),
            "effect_parts": self.harm.parts(),
            "effect_text": self.effect_text,
            "remedy": self.remedy,
            "examples": list(self.examples),
        }


def worst_first(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """By effect, then rows, then id: an order that does not depend on who found what first."""
    return tuple(
        sorted(
            problems, key=lambda one: (-one.harm.effect(), -(one.rows or 0), one.id, one.table or "", one.column or "")
        )
    )


def listed(names: Iterable[str], limit: int = 4) -> str:
    """'a, b, c and 3 more'."""
    each = list(names)
    more = f" and {len(each) - limit} more" if len(each) > limit else ""
    return ", ".join(each[:limit]) + more


_OURS = {
    "country_code": "country code",
    "industry_standard": "industry (our name for it)",
    "nace": "NACE code",
    "naics": "NAICS code",
    "sic": "SIC code",
    "account_id": "company's number",
    "deal_id": "deal's number",
    "tech": "technologies",
}


def in_words(name: str) -> str:
    """A column's name as a person says it, in quotes: 'world_region' → "'world region'"; a header stays as written."""
    return repr(_OURS.get(name) or (name if " " in name else name.replace("_", " ").strip() or name))


def percent(share: float) -> str:
    """'41%'; almost nothing and almost all are not rounded to nothing and all."""
    if 0 < share < 0.005:
        return "less than 1%"
    return "nearly all" if 0.995 <= share < 1 else f"{share:.0%}"


def wider(lost: float) -> str:
    """What losing this share of the evidence does to every interval, in words."""
    if lost >= 0.9:
        return "hardly anything is left to learn from"
    return f"intervals are {percent(widening(lost))} wider"

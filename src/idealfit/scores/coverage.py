"""What the profile's `coverage:` says of silence: where no record means 'no', and where it means 'we cannot know'."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlglot import exp

from idealfit.scores import sql
from idealfit.scores.sql import plain_text


@dataclass(frozen=True)
class Covered:
    """`coverage:` as the translation needs it; names are as compared.

    `tools`: those that the list's source reports at all; `events`: type → whether every account is covered;
    `all_events`: the same for types that are not named; `first_record`: type → first day that our own systems know.
    """

    tools: frozenset[str] = frozenset()
    events: Mapping[str, bool] = field(default_factory=dict)
    all_events: bool = False
    all_roles: bool = False
    first_record: Mapping[str, date] = field(default_factory=dict)

    @classmethod
    def read(cls, coverage: object) -> Covered:
        """From the profile's coverage (a pydantic model or the dictionary of the file), or from nothing."""
        if coverage is None:
            return cls()
        dump = getattr(coverage, "model_dump", None)
        content = _mapping(dump() if dump is not None else coverage)
        tech, events, first = (_mapping(content.get(key)) for key in ("tech", "events", "first_record"))
        named = tech.get("tools")
        tools = named if isinstance(named, list | tuple) else ()
        return cls(
            tools=frozenset(plain_text(str(tool)) for tool in tools)
            if isinstance(tools, list | tuple)
            else frozenset(),
            events={plain_text(name): word == "all" for name, word in events.items()},
            all_events=content.get("default_events") == "all",
            all_roles=content.get("roles") == "all",
            first_record={plain_text(name): day for name, day in first.items() if isinstance(day, date)},
        )

    def covers_tool(self, tool: str) -> bool:
        """Whether a list without `tool` says that it is not used."""
        return plain_text(tool) in self.tools

    def every_account(
        self, event_type: str, days: int | None, at: exp.Expr, known_moment: date | None
    ) -> exp.Expr | None:
        """When no record of `event_type` in a window of `days` means none, for any account; None for never."""
        name = plain_text(event_type)
        if not self.events.get(name, self.all_events):
            return None
        first = self.first_record.get(name)
        if first is None:
            return sql.truth(True)
        if known_moment is not None:
            start = sql.shifted(known_moment, -(days or 0))
            return sql.truth(True) if start >= first else None
        return exp.GTE(this=sql.days_from(at, -(days or 0)), expression=sql.day(first))


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}

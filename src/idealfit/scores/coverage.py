"""What the profile's `coverage:` says of silence, as the translation to SQL needs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlglot import exp

from idealfit.profile.coverage import Coverage
from idealfit.profile.parsing import fold
from idealfit.scores import sql


@dataclass(frozen=True)
class Covered:
    """`coverage:` with its names as they are compared.

    `tools`: those that the list's source reports at all; `every`: event type → whether every account is covered, and
    `every_other` for the types that are not named; `first_record`: the first day that our own systems know; `said`: as
    it stands in the file, with its currency.
    """

    tools: frozenset[str] = frozenset()
    every: Mapping[str, bool] = field(default_factory=dict)
    every_other: bool = False
    all_roles: bool = False
    first_record: Mapping[str, date] = field(default_factory=dict)
    said: Coverage = field(default_factory=Coverage)

    @classmethod
    def read(cls, coverage: Coverage | Mapping[str, Any] | None) -> Covered:
        """From the profile's coverage, or the dictionary of the file, or from nothing."""
        said = coverage if isinstance(coverage, Coverage) else Coverage.model_validate(coverage or {})
        return cls(
            tools=frozenset(fold(tool) for tool in said.tech.tools) if said.tech is not None else frozenset(),
            every={fold(name): extent == "all" for name, extent in said.events.items()},
            every_other=said.default_events == "all",
            all_roles=said.roles == "all",
            first_record={fold(name): day for name, day in said.first_record.items()},
            said=said,
        )

    def covers_tool(self, tool: str) -> bool:
        """Whether a list without `tool` says that it is not used."""
        return fold(tool) in self.tools

    def since(self, event_type: str) -> date | None:
        """From which day on no record of `event_type` means none, for every account; None for never."""
        if not self.every.get(fold(event_type), self.every_other):
            return None
        return self.first_record.get(fold(event_type), date.min)

    def listed(self, event_type: exp.Expr) -> exp.Expr:
        """Whether a (folded) event type is one that covers only the accounts in its file."""
        exceptions = [name for name, every in sorted(self.every.items()) if every != self.every_other]
        among = exp.In(this=event_type, expressions=[sql.string(name) for name in exceptions])
        if self.every_other:
            return among if exceptions else sql.truth(False)
        return exp.Not(this=among) if exceptions else sql.truth(True)

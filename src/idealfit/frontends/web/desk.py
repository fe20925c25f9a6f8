"""Questions to the evidence of a workspace, which is gathered once for the same records; one thread at a time."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Final, TypeVar, cast

from idealfit.workspace.asking import AtHand, CohortAnswer, CohortDesk
from idealfit.workspace.charting import Beside, CrossingAnswer, StayCurve, beside, crossing, tier_curves
from idealfit.workspace.entering import Door

GATHERED_FROM: Final = ("evidence.json", "tables", "profile.yaml")
MOST_KEPT: Final = 40
"""So many answers are kept until the records change."""

Answer = TypeVar("Answer")


class Desk:
    """A desk that is made anew when the records have changed."""

    def __init__(self, door: Door) -> None:
        self._place = door.place
        self._turn = threading.Lock()
        self._desk: tuple[tuple[int, ...], CohortDesk] | None = None
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()

    def cohort(self, when: str) -> tuple[CohortAnswer, tuple[Beside, ...]]:
        """What became of a group of accounts, and the criteria beside it. Raises what `asking.cohort` raises."""
        return self._answer(("cohort", when), lambda desk: (desk.answer(when), beside(desk.at_hand())))

    def crossing(self, row: str, column: str) -> CrossingAnswer | None:
        """Two columns against each other. Raises what `charting.crossing` raises, and NoOutcomes."""
        return self._answer(("crossing", row, column), lambda desk: crossing(desk.at_hand(), row, column))

    def tier_curves(self) -> dict[str, StayCurve]:
        """Who stays, by today's tier. Raises NoOutcomes."""
        return self._answer(("tiers", self._stamp("scores.parquet")), lambda desk: tier_curves(desk.at_hand()))

    def ask(self, answer: Callable[[AtHand], Answer], key: Hashable) -> Answer:
        """What `answer` makes of what is at hand, kept under `key` until the records change. Raises NoOutcomes."""
        return self._answer(key, lambda desk: answer(desk.at_hand()))

    def gather(self) -> None:
        """Gather what is at hand, before anybody asks. Raises NoOutcomes."""
        self._answer("gathered", lambda desk: desk.at_hand() is not None)

    def _stamp(self, *names: str) -> tuple[int, ...]:
        paths = [self._place.root / name for name in names]
        return tuple(path.stat().st_mtime_ns if path.exists() else 0 for path in paths)

    def _answer(self, key: Hashable, make: Callable[[CohortDesk], Answer]) -> Answer:
        now = self._stamp(*GATHERED_FROM)
        with self._turn:
            if self._desk is None or self._desk[0] != now:
                if self._desk is not None:
                    self._desk[1].close()
                self._desk = None
                self._kept.clear()
                self._desk = (now, CohortDesk(self._place))
            if key not in self._kept:
                self._kept[key] = make(self._desk[1])
                if len(self._kept) > MOST_KEPT:
                    self._kept.popitem(last=False)
            return cast(Answer, self._kept[key])

"""For how many accounts each criterion is true, false and unknown, run by run, and whose hits have jumped.

A jump is a difference between two runs that chance does not explain and that somebody would care about. The interval of
the difference of two shares (Newcombe 1998, method 10, from two Wilson intervals) must exclude none, at a level that
allows one false alarm in a hundred runs over all criteria together, as if the accounts of both runs were others, which
is the careful side; and the share must have moved by five points of a hundred, or by one and to the double or half.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from statistics import NormalDist
from typing import Any

from idealfit.evidence.wilson import wilson_bounds
from idealfit.profile.content import Profile
from idealfit.profile.meaning import canonical
from idealfit.scores.score import Hits, ScoreReport

FALSE_ALARMS = 0.01
LEAST_POINTS, SMALL_POINTS, TIMES = 0.05, 0.01, 2.0
LEAST_ACCOUNTS = 10
"""So many accounts must be known (for what is true), or be there at all (for what is unknown), in both runs."""


@dataclass(frozen=True)
class Jump:
    """A criterion's share that is another one than in the run before: `what` is true (of those known) or unknown (of
    all); the shares with what they are out of, and the interval of the difference.
    """

    id: str
    what: str
    before: float
    now: float
    of_before: int
    of_now: int
    low: float
    high: float

    def told(self) -> str:
        """'Criterion 'size' is true of 4 % of the accounts where it is known, 31 % in the run before (…)'."""
        of = "of the accounts where it is known" if self.what == "true" else "of the accounts"
        return (
            f"'{self.id}' is {self.what} {'for' if self.what == 'unknown' else 'of'} {self.now:.1%} {of} "
            f"({self.of_now:,}); in the run before it was {self.before:.1%} (of {self.of_before:,}): look whether the "
            "data or a column has changed."
        )


def difference(first: int, of_first: int, second: int, of_second: int, level: float) -> tuple[float, float]:
    """The interval of second / of_second - first / of_first (Newcombe 1998, method 10)."""
    z = NormalDist().inv_cdf(0.5 + level / 2)
    p, q = first / of_first, second / of_second
    (low_p, high_p), (low_q, high_q) = wilson_bounds(p, of_first, z), wilson_bounds(q, of_second, z)
    return (
        q - p - math.sqrt((q - low_q) ** 2 + (high_p - p) ** 2),
        q - p + math.sqrt((high_q - q) ** 2 + (p - low_p) ** 2),
    )


def kept(profile: Profile, hits: Mapping[str, Hits]) -> dict[str, Any]:
    """What the ledger keeps of a run's hits: by id, with a mark of what the criterion says."""
    said = {one.id: one.predicate for _layer, one in profile.criteria} | {
        one.id: one.predicate for one in profile.exclusions
    }
    return {
        name: {**asdict(one), "says": sha256(canonical(said[name]).encode()).hexdigest()[:12]}
        for name, one in hits.items()
        if name in said
    }


def jumps(now: Mapping[str, Mapping[str, Any]], before: Mapping[str, Mapping[str, Any]]) -> tuple[Jump, ...]:
    """The jumps between two runs, as `kept` keeps them: of criteria that say the same in both, in order."""
    same = [name for name in now if name in before and now[name]["says"] == before[name]["says"]]
    level = 1 - FALSE_ALARMS / max(1, 2 * len(same))
    found = []
    for name in same:
        for what in ("true", "unknown"):
            counts = [(int(run[name][what]), _out_of(run[name], what)) for run in (before, now)]
            (first, of_first), (second, of_second) = counts
            if min(of_first, of_second) < LEAST_ACCOUNTS:
                continue
            low, high = difference(first, of_first, second, of_second, level)
            jump = Jump(name, what, first / of_first, second / of_second, of_first, of_second, low, high)
            if (low > 0 or high < 0) and _matters(jump):
                found.append(jump)
    return tuple(found)


def _out_of(hits: Mapping[str, Any], what: str) -> int:
    known = int(hits["true"]) + int(hits["false"])
    return known if what == "true" else known + int(hits["unknown"])


def _matters(jump: Jump) -> bool:
    moved = abs(jump.now - jump.before)
    small, large = sorted((jump.now, jump.before))
    return moved >= LEAST_POINTS or (moved >= SMALL_POINTS and large >= TIMES * small)


def with_jumps(report: ScoreReport, profile: Profile, before: Mapping[str, Mapping[str, Any]] | None) -> ScoreReport:
    """`report`, with the jumps since the run before among its warnings; as it is where there was none."""
    found = jumps(kept(profile, report.hits), before or {})
    if not found:
        return report
    return replace(report, jumps=found, warnings=(*report.warnings, *(jump.told() for jump in found)))

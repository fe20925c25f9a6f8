"""How likely each way is in which unknown criteria can turn out together.

Each criterion alone is true with its known-true rate: what the profile keeps, else the share among the accounts at hand
where it is known, else one in four, as in the score. Criteria that one attribute decides (50 to 200 employees; over
1,000 employees) do not turn out independently: their joint shares are those of the accounts where all of them are
known, moved so that each criterion alone keeps its rate (iterative proportional fitting, Deming & Stephan 1940). With
fewer such accounts than thirty they are taken as independent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb
import numpy as np
from numpy.typing import NDArray

from idealfit.profile.content import Profile
from idealfit.scores.learning import Chance, Floats
from idealfit.scores.missing import Thing
from idealfit.scores.score import Hits
from idealfit.scores.table import state_column
from idealfit.store.engine import quote

ENOUGH = 30
"""From so many accounts on their own shares are used."""
UNTOLD = 0.25
_ROUNDS, _CLOSE = 200, 1e-9


class Likelihood:
    """The chances of one profile over the accounts of the relation `states` (one column `c_<id>` a criterion)."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, profile: Profile, hits: Mapping[str, Hits], *, states: str
    ) -> None:
        self._con, self._states = con, states
        self._joint: dict[tuple[str, ...], tuple[Chance, ...]] = {}
        kept = {one.id: one.known_true_rate for _layer, one in profile.criteria}
        kept |= {one.id: (one.evidence or {}).get("rates", {}).get("known_true_rate") for one in profile.exclusions}
        self.rates = {name: _rate(rate, hits.get(name)) for name, rate in kept.items()}

    def chances(self, missing: Mapping[str, frozenset[Thing]]) -> tuple[Chance, ...]:
        """The chances of the criteria in `missing` (by id, what has to be learned for each)."""
        return tuple(chance for ids in _together(missing) for chance in self._of(ids))

    def _of(self, ids: tuple[str, ...]) -> tuple[Chance, ...]:
        if ids not in self._joint:
            self._joint[ids] = (self._alone(ids[0]),) if len(ids) == 1 else self._jointly(ids)
        return self._joint[ids]

    def _alone(self, name: str) -> Chance:
        rate = self.rates[name]
        ways = [((True,), rate), ((False,), 1 - rate)]
        told = [one for one in ways if one[1] > 0]
        return Chance((name,), tuple(way for way, _share in told), tuple(share for _way, share in told))

    def _jointly(self, ids: tuple[str, ...]) -> tuple[Chance, ...]:
        columns = ", ".join(quote(state_column(name)) for name in ids)
        known = " AND ".join(f"{quote(state_column(name))} IS NOT NULL" for name in ids)
        rows = self._con.execute(
            f"SELECT {columns}, count(*) FROM {quote(self._states)} WHERE {known} GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        if sum(row[-1] for row in rows) < ENOUGH:
            return tuple(self._alone(name) for name in ids)
        ways = np.array([row[:-1] for row in rows], dtype=bool)
        shares = fitted(ways, np.array([row[-1] for row in rows], dtype=np.float64), [self.rates[name] for name in ids])
        return (Chance(ids, tuple(tuple(map(bool, way)) for way in ways), tuple(map(float, shares))),)


def fitted(ways: NDArray[np.bool_], counts: Floats, rates: Sequence[float]) -> Floats:
    """Shares of `ways` (a row each, a column a criterion) that keep the odds between them as in `counts` and make each
    column true with its rate; where no such shares are found, those of the counts.
    """
    seen: Floats = counts / counts.sum()
    shares = seen.copy()
    for _ in range(_ROUNDS):
        for column, rate in enumerate(rates):
            true = ways[:, column]
            share = shares[true].sum()
            if 0 < share < 1:
                shares = np.where(true, shares * rate / share, shares * (1 - rate) / (1 - share))
        off = max(abs(float(shares[ways[:, column]].sum()) - rate) for column, rate in enumerate(rates))
        if off < _CLOSE:
            return shares
    return shares if off < 0.01 else seen


def _rate(kept: float | None, hits: Hits | None) -> float:
    if kept is not None:
        return float(kept)
    known = 0 if hits is None else hits.true + hits.false
    return UNTOLD if hits is None or known < ENOUGH else hits.true / known


def _together(missing: Mapping[str, frozenset[Thing]]) -> list[tuple[str, ...]]:
    """The criteria in groups that share something to be learned, each group sorted."""
    groups: list[tuple[set[str], set[Thing]]] = []
    for name, things in missing.items():
        mine: tuple[set[str], set[Thing]] = ({name}, set(things))
        apart = []
        for group in groups:
            if group[1] & mine[1]:
                mine = (mine[0] | group[0], mine[1] | group[1])
            else:
                apart.append(group)
        groups = [*apart, mine]
    return sorted(tuple(sorted(names)) for names, _things in groups)

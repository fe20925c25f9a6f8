"""Does a fact say the same in two parts of the deals: before and after a day, of one product and of another?

For a set S and a part P the closed deals fall into four cells. With residuals summed and weights summed in each, the
contrast r(S,P)/w(S,P) - r(S,not P)/w(S,not P) - r(not S,P)/w(not S,P) + r(not S,not P)/w(not S,not P) is by how much
the effect of S in P exceeds its effect elsewhere, on the scale of the model; what S, or P, does by itself drops out.
Its variance is the sum of 1/w, inflated by what clustering within accounts adds. Parts are unions of *slices* (months,
products), so that one pass over the rows serves every date: the sums over (bin, slice) are added up afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from idealfit.evidence.table import Floats
from idealfit.patterns.candidate import MIN_ACCOUNTS, Binned, Candidate, Ints, accounts_by_bin
from idealfit.patterns.target import Fit, Target

MOST_SETS = 48
"""A number cut into sixteen bins has 135 intervals; neighbours say nearly the same, and a change needs fewer."""


@dataclass(frozen=True)
class Sliced:
    """A fact's known rows of one target, sorted by bin and slice, and the sets that are looked at.

    `starts` begin the cells that exist, `cells` number them (bin times slices plus slice); `sets` is a matrix of sets
    by bins, `covers` the bins in which each set is known.
    """

    binned: Binned
    order: Ints
    starts: Ints
    cells: Ints
    slices: int
    sets: Floats
    covers: Floats
    accounts: Floats

    def candidate(self, index: int) -> Candidate:
        """The set of one row of `sets`."""
        chosen = tuple(int(bin_) for bin_ in np.flatnonzero(self.sets[index]))
        gaps = () if self.binned.gaps is None else tuple(int(bin_) for bin_ in np.flatnonzero(self.covers[index] == 0))
        return Candidate(self.binned, chosen, gaps)

    def sums(self, values: Floats) -> Floats:
        """Sums of `values` (… by rows) in each bin and slice: … by bins by slices."""
        out = np.zeros((*values.shape[:-1], self.binned.size * self.slices))
        out[..., self.cells] = np.add.reduceat(values[..., self.order], self.starts, axis=-1)
        return out.reshape(*values.shape[:-1], self.binned.size, self.slices)


def slice_fact(
    binned: Binned, target: Target, slices: Ints, count: int, extra: Sequence[Candidate] = ()
) -> Sliced | None:
    """A fact prepared for `target`; `slices` numbers the part of each row of the target from 0, -1 for none.

    `extra` are sets of this fact that were found elsewhere and are looked at too. None where no set has five accounts
    on either side.
    """
    bins = binned.bins[target.rows]
    known = np.flatnonzero((bins >= 0) & (slices >= 0))
    if len(known) < 4 * MIN_ACCOUNTS:
        return None
    code = bins[known] * count + slices[known]
    order = known[np.argsort(code, kind="stable")]
    cells, starts = np.unique(np.sort(code, kind="stable"), return_index=True)
    held = accounts_by_bin(target.account[known], bins[known], binned.size).astype(float)
    sets, covers = _sets(binned, held, extra)
    inside, outside = sets @ held, (covers - sets) @ held
    possible = (inside >= 2 * MIN_ACCOUNTS) & (outside >= 2 * MIN_ACCOUNTS)
    if not possible.any():
        return None
    # account weights per row: how many accounts a cell rests on is what its rows are, divided by the account's rows
    sizes = np.bincount(target.account, minlength=int(target.account.max()) + 1)
    return Sliced(binned, order, starts, cells, count, sets[possible], covers[possible], 1.0 / sizes[target.account])


def _sets(binned: Binned, held: Floats, extra: Sequence[Candidate]) -> tuple[Floats, Floats]:
    members = binned.members
    if binned.shape == "interval" and len(members) > MOST_SETS:
        members = _fewer_intervals(held)
    covers = np.ones_like(members) if binned.gaps is None else 1 - binned.gaps
    for one in extra:
        inside, known = np.zeros(binned.size), np.ones(binned.size)
        inside[list(one.chosen)] = 1.0
        known[list(one.gaps)] = 0.0
        members, covers = np.vstack([members, inside]), np.vstack([covers, known])
    return members, covers


def _fewer_intervals(held: Floats, most: int = 9) -> Floats:
    """Intervals whose ends lie at about `most` cuts of like weight."""
    size = len(held)
    share = np.concatenate([[0.0], np.cumsum(held) / max(float(held.sum()), 1e-12)])
    cuts = np.unique([int(np.argmin(np.abs(share - wanted))) for wanted in np.linspace(0, 1, most + 1)])
    cuts = np.unique([0, *cuts, size])
    rows = [
        [1.0 if low <= index < high else 0.0 for index in range(size)]
        for place, low in enumerate(cuts)
        for high in cuts[place + 1 :]
        if not (low == 0 and high == size)
    ]
    return np.array(rows)


@dataclass(frozen=True)
class Weights:
    """What does not depend on the outcome: the weights of every set and part in its four cells, the error of the
    contrast, and what that would be if the deals of an account were independent (`plain`).
    """

    inside: tuple[Floats, Floats]
    outside: tuple[Floats, Floats]
    error: Floats
    plain: Floats
    enough: NDArray[np.bool_]


def weigh(ready: Sliced, fit: Fit, parts: Floats) -> Weights:
    """`parts` is a matrix of slices by parts (1 = in the part)."""
    rest = 1 - parts
    weight, inflated = ready.sums(fit.weight), ready.sums(fit.inflated)
    accounts = ready.sums(ready.accounts)
    outer = ready.covers - ready.sets

    def cells(values: Floats) -> list[Floats]:
        within, without = ready.sets @ values, outer @ values
        return [within @ parts, within @ rest, without @ parts, without @ rest]

    weights = [np.maximum(one, 1e-9) for one in cells(weight)]
    spread = sum(wide / one**2 for wide, one in zip(cells(inflated), weights, strict=True))
    plain = sum(1 / one for one in weights)
    enough = np.minimum.reduce(cells(accounts)) >= MIN_ACCOUNTS
    errors = [np.sqrt(np.maximum(one, 1e-12)) for one in (spread, plain)]
    return Weights((weights[0], weights[1]), (weights[2], weights[3]), errors[0], errors[1], enough)


def contrasts(
    ready: Sliced, residuals: Floats, weights: Weights, parts: Floats, *, independent: bool = False
) -> Floats:
    """The z of every set and part (… by sets by parts); 0 where a cell rests on fewer than five accounts.

    `independent`: the residuals were drawn row by row, so that nothing is added for deals of one account.
    """
    raw = ready.sums(residuals)
    within, without = ready.sets @ raw, (ready.covers - ready.sets) @ raw
    rest = 1 - parts
    added = (within @ parts) / weights.inside[0] - (within @ rest) / weights.inside[1]
    added = added - (without @ parts) / weights.outside[0] + (without @ rest) / weights.outside[1]
    return np.where(weights.enough, added / (weights.plain if independent else weights.error), 0.0)

"""What stood a change: found before it, not among what moved, and seen again in what was opened since."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from idealfit.patterns.candidate import MIN_ACCOUNTS
from idealfit.patterns.cuts import design
from idealfit.patterns.search import Found, SearchResult
from idealfit.patterns.target import Target, fit_target

SHOWN, SEEN = 1.645, 1.0
"""The z beside what the recent deals show by themselves, in the direction it had, from which it is still shown (one in
twenty by luck), and from which it is merely likely to hold.
"""

DOUBTED_Q = 0.2


def still_seen(result: SearchResult, recent: Sequence[Target]) -> SearchResult:
    """`result` after a change of what wins, where what was found for leaving, paying or margin in all customers is held
    against the `recent` ones alone: what they do not show is likely, no more, and what they contradict is left out.
    """
    found: list[Found] = []
    for one in result.found:
        target = next((each for each in recent if each.name == one.target.name), None)
        if one.target.name == "win" or target is None:
            found.append(one)
            continue
        beside = [other.candidate for other in result.found if other.target.name == target.name and other is not one]
        fit = fit_target(target, design([one.candidate, *beside], target), prior_sd=2.0)
        error = math.sqrt(max(float(fit.covariance[1, 1]), 1e-12))
        z = float(fit.coefficients[1]) / error * math.copysign(1.0, one.z)
        if z >= SEEN:
            found.append(one)
        elif z > -SEEN:
            found.append(replace(one, q_value=max(one.q_value, DOUBTED_Q)))
    return replace(result, found=tuple(found))


def with_standing(before: SearchResult, after: SearchResult, win: Target, moved: Collection[str]) -> SearchResult:
    """`after` (found in the deals since the change, `win` being their target) and what was found for winning `before`,
    in all deals, that still holds in them. `moved`: keys of the facts whose effect changed. One that is merely seen
    again is likely, no more.
    """
    told = {one.candidate.key for one in after.found}
    older = [
        one
        for one in before.found
        if one.target.name == "win" and one.candidate.key not in told and one.candidate.key not in moved
    ]
    held = [one for one in after.found if one.target.name == "win"]
    candidates = [*(one.candidate for one in held), *(one.candidate for one in older)]
    if not older:
        return after
    fit = fit_target(win, design(candidates, win), prior_sd=2.0)
    standing = []
    for place, one in enumerate(older, start=len(held) + 1):
        error = math.sqrt(max(float(fit.covariance[place, place]), 1e-12))
        z = float(fit.coefficients[place]) / error * math.copysign(1.0, one.z)
        inside = one.candidate.mask()[win.rows] == 1
        if z < SEEN or len(np.unique(win.account[inside])) < MIN_ACCOUNTS:
            continue
        chance = 0.5 * math.erfc(z / math.sqrt(2))
        q_value = max(one.q_value, 0.0 if z >= SHOWN else DOUBTED_Q)
        standing.append(
            Found(one.candidate, win, max(one.p_value, chance), q_value, math.copysign(z, one.z), one.rivals)
        )
    return replace(after, found=(*after.found, *standing))

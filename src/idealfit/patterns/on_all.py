"""The lift on all deals, each judged by a profile that saw no deal of its time: for where later deals are too few.

With 900 deals the later half is some 450, judged by profiles made of half of what is known: its lift is seldom shown,
though the patterns are there. Here the deals are put in a few parts by the day they opened, and each part is ordered by
a profile made of the others, none of its own companies among them: everything is judged, by profiles nearly as good as
the one that is proposed. It shows that the patterns are no luck; it is not, as the test on later deals is, a test of
looking ahead, so it counts only where later deals do not speak against it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from idealfit.evidence.estimate import Estimate, bootstrap_by_account
from idealfit.evidence.table import Evidence
from idealfit.patterns.backtest import Backtest, built_at
from idealfit.patterns.best import Best
from idealfit.patterns.candidate import Binned
from idealfit.patterns.measures import LIFT_LEVEL, gain_by, ordered_lift, rounds_for
from idealfit.patterns.order import tiers_of
from idealfit.patterns.origins import Origin, Rows

PARTS = 5
MOST_DEALS = 20_000
"""From here on the later deals are many enough by themselves, and five more searches would take long."""


def on_all_deals(
    tested: Backtest, evidence: Evidence, binned: Sequence[Binned], *, best: Best, horizon: float, seed: int
) -> Backtest:
    """`tested`, its lift replaced by that on all deals where later deals alone cannot tell, all deals can, and later
    ones do not speak against it (their interval does not lie below 1); else as it was. `evidence`: the rows of the
    window, `binned` their facts.
    """
    later = tested.lift
    if tested.passes or tested.kind != "later_deals" or later is None:
        return tested
    parts = parts_by_day(evidence)
    if not parts:
        return tested
    crossed = crossed_lift(evidence, binned, parts, best=best, horizon=horizon, seed=seed)
    if crossed is None or crossed.low <= 1.0 or later.high <= 1.0:
        return tested
    return replace(tested, lift=crossed, lift_later=later)


def parts_by_day(evidence: Evidence) -> tuple[Origin, ...]:
    """The closed deals in parts of equal number by the day they opened, each with the deals of other companies outside
    it; none where there are too many deals, or dates are missing.
    """
    closed = np.flatnonzero((evidence.outcome == 0) | (evidence.outcome == 1))
    dated = closed[~np.isnat(evidence.opened[closed])]
    if not PARTS <= len(dated) <= MOST_DEALS:
        return ()
    by_day = dated[np.argsort(evidence.opened[dated], kind="stable")]
    made = []
    for part in np.array_split(by_day, PARTS):
        test: Rows = np.sort(part)
        apart = ~np.isin(dated, test) & ~np.isin(evidence.account[dated], evidence.account[test])
        made.append(Origin(None, None, dated[apart], test))
    return tuple(made)


def crossed_lift(
    evidence: Evidence, binned: Sequence[Binned], parts: Sequence[Origin], *, best: Best, horizon: float, seed: int
) -> Estimate | None:
    """The lift of the order of all parts, each by the profile made of the others, places counted within the part."""
    full = {one.key: one for one in binned}
    rows, places = [], []
    for part in parts:
        built = built_at(evidence, binned, part, best=best, horizon=horizon, seed=seed)
        if built is not None:
            rows.append(part.test)
            places.append(tiers_of(built.model, full, part.train, part.test)[1])
    if not rows:
        return None
    judged, place = np.concatenate(rows), np.concatenate(places)
    gain, among, _of = gain_by(evidence, best)
    held = among[judged]
    judged, place = judged[held], place[held]
    return bootstrap_by_account(
        lambda pick: ordered_lift(place[pick], gain[judged][pick]),
        evidence.account[judged],
        rounds=rounds_for(judged),
        level=LIFT_LEVEL,
    )

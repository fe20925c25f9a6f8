"""The evidence as it stood on a past day: what a profile that was built then could learn from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from idealfit.evidence.outcome import DAYS_PER_MONTH
from idealfit.evidence.table import Evidence


def as_of_then(evidence: Evidence, rows: NDArray[np.int64], moment: np.datetime64 | None) -> Evidence:
    """The rows as they stood at `moment` (None: as they stand): customers are seen only until then, and what they cost
    and left after support is what was booked until then (unknown where costs have no dates).
    """
    then = evidence.take(rows)
    if moment is None:
        return then
    seen = (moment - then.started.astype("datetime64[D]")).astype(float) / DAYS_PER_MONTH
    months = np.where(np.isnat(then.started), np.nan, np.minimum(seen, then.months))
    months = np.where(months > 0, months, np.nan)
    follow_up = then.follow_up.as_of(moment) if then.follow_up is not None else None
    costs = evidence.costs
    margin = then.margin if costs is None else costs.margin_at(moment, then, months)
    return replace(
        then,
        months=months,
        ended=then.ended & (then.months <= seen + 1e-9),
        margin=np.where(np.isfinite(months), margin, np.nan),
        follow_up=follow_up,
        as_of=moment.astype("datetime64[D]").astype(object),
    )

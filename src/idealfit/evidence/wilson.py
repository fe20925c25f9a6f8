"""The interval of a share, in plain Python: a run of scores needs it, and no arrays."""

from __future__ import annotations

import math


def wilson_bounds(share: float, n: float, z: float) -> tuple[float, float]:
    """Wilson's score interval for a share seen in `n` (possibly fractional, after a design effect) observations.

    Wilson 1927; recommended for any n by Brown, Cai & DasGupta 2001.
    """
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return (0.0 if share == 0 else max(0.0, centre - half), 1.0 if share == 1 else min(1.0, centre + half))

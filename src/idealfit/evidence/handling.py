"""How a deal came and was handled: its source and who began it, as columns to adjust for, never as criteria."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idealfit.evidence.table import Floats

SMALLEST_SHARE, SMALLEST_COUNT, MOST_LEVELS = 0.02, 20, 8


def handling_columns(columns: Sequence[NDArray[Any]], judged: NDArray[np.bool_], *, most: int = MOST_LEVELS) -> Floats:
    """One centred 0/1 column (rows by columns) for each common level of each of `columns`, the commonest left out.

    A level is common where at least 20 of the `judged` rows and 2 % of them have it, `most` of them beside the
    commonest; unknown is a level of its own, and all the rest are one together (left among the commonest they would
    pass for it). Without two such levels a column gives nothing.
    """
    made: list[Floats] = []
    for column in columns:
        levels = np.array(["" if value is None else str(value).strip().casefold() for value in column], dtype=object)
        counts = Counter(levels[judged].tolist())
        least = max(SMALLEST_COUNT, SMALLEST_SHARE * int(judged.sum()))
        common = [level for level, count in sorted(counts.items(), key=lambda each: (-each[1], each[0]))]
        common = [level for level in common if counts[level] >= least][: most + 1]
        masks = [levels == level for level in common[1:]]
        rest = ~np.isin(levels, common)
        if masks and int(rest[judged].sum()) >= SMALLEST_COUNT:
            masks.append(rest)
        made.extend(mask.astype(float) - float(np.mean(mask[judged])) for mask in masks)
    return np.stack(made, 1) if made else np.zeros((len(judged), 0))

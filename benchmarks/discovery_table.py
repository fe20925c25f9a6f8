"""The table of discovery's benchmark: means over the seeds of kept runs, with their standard errors.

Columns: seeds; AUC by the hidden chance of winning; Brier, expected, of the printed chances; value: what the top tenth
would bring, as a share of the best tenth; above: the share of the room between a blind order and the best one that is
gained; decoy: how common the segment that wins and leaves is in the top tenth (1 = as in the market); terms; precision
and recall of attributes (ours: of supported criteria), `used`: recall when suggestive ones count too; seconds. Beneath
stand our verdicts, how many supported criteria are true over all seeds, and what became of columns filled in after the
outcome. Without signal what counts is `terms`: all of them are invented. `-`: not known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

Line = dict[str, Any]
SHOWN = (
    ("AUC", "auc", 3), ("Brier", "brier", 4), ("value", "value", 2), ("above", "above", 2), ("decoy", "decoy", 2),
    ("terms", "terms", 0), ("precision", "precision", 2), ("recall", "recall", 2), ("used", "used", 2),
    ("seconds", "seconds", 0),
)  # fmt: skip
"""Head, key of a line, and decimals of each column."""


def table(lines: Iterable[Line], variants: Sequence[str], order: Sequence[str]) -> str:
    """A block a variant, a row for each of `order` that has runs there."""
    good = [line for line in lines if "error" not in line]
    failed = Counter((line["variant"], line["who"]) for line in lines if "error" in line)
    out = []
    for variant in variants:
        mine = [line for line in good if line["variant"] == variant]
        if not mine:
            continue
        out += _heads(variant, mine)
        for who in order:
            own = [line for line in mine if line["who"] == who]
            if own or failed[variant, who]:
                failures = f" ({failed[variant, who]} failed)" if failed[variant, who] else ""
                cells = [mean_text([line.get(key) for line in own], places) for _head, key, places in SHOWN]
                out.append(f"{who + failures:24}{len(own):>6}" + "".join(f"{cell:>13}" for cell in cells))
        out += [*_ours(mine), ""]
    return "\n".join(out)


def _heads(variant: str, lines: Sequence[Line]) -> list[str]:
    """What the truth itself and a blind order reach, over the companies that any row of the block has."""
    one = {line["seed"]: line for line in lines}.values()
    truth = mean_text([line.get("best_auc") for line in one], 3), mean_text([line.get("best_brier") for line in one], 4)
    blind = mean_text([line.get("blind") for line in one], 2)
    return [
        f"{variant}: {len(one)} companies; the truth has AUC {truth[0]}, Brier {truth[1]}; blind value {blind}",
        f"{'':24}{'seeds':>6}" + "".join(f"{head:>13}" for head, _key, _places in SHOWN),
    ]


def _ours(lines: Sequence[Line]) -> list[str]:
    """Verdicts, and supported criteria pooled over the seeds."""
    ours = [line for line in lines if "verdict" in line]
    if not ours:
        return []
    verdicts = ", ".join(f"{name} {many}" for name, many in Counter(line["verdict"] for line in ours).most_common())
    told = sum(line["supported"] for line in ours)
    true = sum(round((line["precision"] or 0) * line["supported"]) for line in ours)
    without = sum(line["supported"] == 0 for line in ours)
    refused = mean_text([line.get("leaks_refused") for line in ours], 2)
    used = sum(bool(line.get("leaks_used")) for line in ours)
    lost = mean_text([line.get("true_refused") for line in ours], 3)
    return [
        f"  verdicts: {verdicts}; supported that are true: {true} of {told}; companies with none supported: {without}",
        f"  columns filled in after the outcome: {refused} refused, used in {used} companies;"
        f" true traits refused as such: {lost}",
    ]


def mean_text(values: Iterable[Any], places: int) -> str:
    """Mean and standard error over the known values: '0.65±.01'."""
    known = np.array([float(value) for value in values if value is not None])
    if not len(known):
        return "-"
    mean = f"{known.mean():.{places}f}"
    if len(known) < 2 or not places:
        return mean
    return f"{mean}±{known.std(ddof=1) / np.sqrt(len(known)):.{places}f}".replace("±0.", "±.")

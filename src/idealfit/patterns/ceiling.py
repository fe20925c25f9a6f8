"""What a black box would reach on the same deals: gradient-boosted trees (LightGBM), where they are installed."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from typing import Any

import numpy as np

from idealfit.evidence.table import Evidence, Floats
from idealfit.patterns.candidate import Binned
from idealfit.patterns.origins import Origin

LEAST_TRAIN, MOST_TRAIN = 200, 50_000
HINT = "With the extra idealfit[ceiling] a black box is judged on the same deals, to show what readable criteria cost"

SETTINGS: dict[str, Any] = {
    "objective": "binary",
    "learning_rate": 0.03,
    "num_leaves": 15,
    "min_data_in_leaf": 20,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbosity": -1,
}
TREES = 200


def ceiling_installed() -> bool:
    """Whether LightGBM can be imported."""
    return importlib.util.find_spec("lightgbm") is not None


def black_box_scores(
    evidence: Evidence, binned: Sequence[Binned], origins: Sequence[Origin], *, seed: int
) -> list[Floats] | None:
    """The log odds of winning of each origin's judged deals by trees grown on its training deals, on the same facts.

    None where LightGBM is not installed, or an origin has fewer than 200 deals to learn from.
    """
    if not binned or any(len(one.train) < LEAST_TRAIN for one in origins) or not ceiling_installed():
        return None
    import lightgbm  # an extra, and slow to import

    columns = _columns(binned)
    generator = np.random.default_rng([seed, 307])
    scores = []
    for origin in origins:
        train = origin.train
        if len(train) > MOST_TRAIN:
            train = np.sort(generator.choice(train, MOST_TRAIN, replace=False))
        won = (evidence.outcome[train] == 1).astype(float)
        data = lightgbm.Dataset(columns[train], won, params={"verbosity": -1})
        booster = lightgbm.train({**SETTINGS, "seed": seed}, data, num_boost_round=TREES)
        scores.append(np.asarray(booster.predict(columns[origin.test], raw_score=True), dtype=float))
    return scores


def _columns(binned: Sequence[Binned]) -> Floats:
    """Rows by facts: numbers as they are, levels in order of how common they are, events by window; NaN unknown."""
    columns: list[Floats] = []
    for one in binned:
        if one.shape == "interval" and one.fact.kind == "number":
            columns.append(np.asarray(one.fact.values, dtype=float))
        elif one.shape == "event":
            columns.extend(np.asarray(one.fact.values, dtype=float).T)
        else:
            columns.append(np.where(one.bins < 0, np.nan, one.bins.astype(float)))
    return np.stack(columns, 1)

"""How a deal came and who sold it, as columns to adjust for."""

from __future__ import annotations

import numpy as np

from idealfit.evidence.handling import handling_columns


def test_rare_sellers_do_not_pass_for_the_commonest() -> None:
    sellers = np.array(["ann"] * 100 + ["bo"] * 60 + ["cy"] * 30 + ["dee"] * 10 + ["eli"] * 10, dtype=object)
    columns = handling_columns([sellers], np.ones(len(sellers), dtype=bool))
    # bo, cy and all the rest together: only ann is where every column is low
    assert columns.shape == (210, 3)
    low = (columns < 0).all(axis=1)
    assert set(sellers[low]) == {"ann"}


def test_beyond_the_most_levels_the_others_are_one() -> None:
    sellers = np.array([f"seller {number % 10}" for number in range(1000)], dtype=object)
    assert handling_columns([sellers], np.ones(1000, dtype=bool)).shape[1] == 9
    assert handling_columns([sellers], np.ones(1000, dtype=bool), most=3).shape[1] == 4


def test_one_seller_gives_nothing() -> None:
    sellers = np.array(["ann"] * 95 + ["bo"] * 5, dtype=object)
    assert handling_columns([sellers], np.ones(100, dtype=bool)).shape[1] == 0

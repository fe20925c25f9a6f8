"""What all facts say at once: as bold as accounts set aside bear out, whatever share is won."""

from __future__ import annotations

import numpy as np

from idealfit.patterns.smooth import parts_of, slope_of, smooth
from idealfit.patterns.target import fit_target, targets_of
from patterns.made import binned_of, drawn, evidence, flag, number


def test_where_few_are_won_what_is_foretold_is_neither_too_bold_nor_too_timid() -> None:
    generator = np.random.default_rng(3)
    trait, size = (generator.random(4000) < 0.3).astype(float), generator.random(4000) * 10
    won = drawn(generator, 3.5 * trait + 0.6 * size - 7.5)
    assert won.mean() < 0.2
    made = evidence(won, flag("trait", trait), number("size", size))
    win = targets_of(made)[0]
    aim = smooth(binned_of(made), win, fit_target(win, win.nuisance), seed=1)
    assert aim is not None and aim.gain > 5
    assert 0.9 < aim.slope < 1.1
    apart = aim.linear[trait == 1].mean() - aim.linear[trait == 0].mean()
    assert 2.8 < apart < 4.2
    foretold = generator.gamma(1.3, 1.8, 4200) - 6
    assert 0.9 < slope_of(foretold, drawn(generator, foretold).astype(float)) < 1.1


def test_an_account_is_set_aside_whole() -> None:
    account = np.repeat(np.arange(40), 3)
    part = parts_of(account, seed=1)
    assert all(len(set(part[account == one].tolist())) == 1 for one in range(40))
    assert sorted(np.bincount(part)) == [24] * 5

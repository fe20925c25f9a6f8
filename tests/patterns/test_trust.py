"""Whether a pattern holds in halves of the data, without its heaviest account, and on later deals."""

from __future__ import annotations

import numpy as np

from idealfit.evidence.table import Evidence
from idealfit.patterns.search import Found
from idealfit.patterns.target import targets_of
from idealfit.patterns.trust import Trust, accounts_folds, judge, later_rows, told_by_seller
from idealfit.patterns.value import Effect
from patterns.made import binned_of, drawn, evidence, flag


def judged(made: Evidence, name: str = "trait", *, seed: int = 1) -> Trust:
    """The trial of a flag that was found for winning."""
    (binned,) = binned_of(made, [name])
    targets = [one for one in targets_of(made) if one.name == "win"]
    found = Found(binned.alone(0), targets[0], 0.001, 0.001, 3.0)
    (trust,) = judge([Effect(binned.alone(0), {}, 0.5, 0.1, (found,))], targets, made, seed=seed)
    return trust


def test_a_true_trait_passes_every_test() -> None:
    generator = np.random.default_rng(1)
    has = (generator.random(900) < 0.3).astype(float)
    trust = judged(evidence(drawn(generator, 1.1 * has - 1.2), flag("trait", has)))
    assert trust.failure is None
    assert trust.stability > 0.9
    assert trust.later.kind == "later_deals" and trust.later.holds is True
    assert trust.accounts == has.sum()
    assert trust.heaviest_share < 0.1


def test_what_one_account_carries_is_told_by_name_of_the_test() -> None:
    generator = np.random.default_rng(2)
    account = np.concatenate([np.zeros(80, dtype=np.int64), np.arange(1, 821)])
    has = np.where(account == 0, 1.0, (account % 40 == 0).astype(float))
    won = np.where(account == 0, 1, drawn(generator, np.full(900, -1.0)))
    order = generator.permutation(900)
    trust = judged(evidence(won[order], flag("trait", has[order]), account=account[order]))
    assert trust.failure == "single_account"
    assert trust.heaviest_share > 0.5


def test_four_accounts_are_too_few() -> None:
    generator = np.random.default_rng(3)
    account = np.repeat(np.arange(90), 10)
    has = (account < 6).astype(float)
    y = np.where(account < 4, 1, drawn(generator, np.full(900, -1.0)))
    y[(account == 4) | (account == 5)] = -1  # two of the six have no closed deal yet
    trust = judged(evidence(y, flag("trait", has), account=account))
    assert (trust.accounts, trust.failure) == (4, "unsupported")


def test_what_was_so_once_and_is_no_more_is_unstable() -> None:
    generator = np.random.default_rng(4)
    has = (generator.random(1200) < 0.3).astype(float)
    early = np.arange(1200) < 800
    trust = judged(evidence(drawn(generator, np.where(early, 1.6, -0.8) * has - 1.2), flag("trait", has)))
    assert trust.later.holds is False
    assert trust.failure == "unstable"


def test_luck_is_not_stable() -> None:
    low = []
    for seed in range(10):
        generator = np.random.default_rng([5, seed])
        has = (generator.random(400) < 0.3).astype(float)
        low.append(judged(evidence(drawn(generator, np.full(400, -1.0)), flag("trait", has))).stability)
    assert np.mean(low) < 0.6


def test_later_deals_are_the_last_third_of_the_closed_ones() -> None:
    made = evidence([1, 0, -1] * 100)
    kind, later = later_rows(made)
    assert kind == "later_deals"
    assert 60 <= later.sum() <= 70
    assert not later[made.outcome == -1].any()
    assert later.nonzero()[0].min() > 190


def test_too_few_later_deals_say_nothing_either_way() -> None:
    generator = np.random.default_rng(6)
    has = np.zeros(300)
    has[:60] = 1
    trust = judged(evidence(drawn(generator, 1.5 * has - 1), flag("trait", has)))
    assert trust.later.holds is None
    assert (trust.later.match_won, trust.later.match_lost) == (0, 0)


def test_without_dates_whole_accounts_are_set_aside() -> None:
    account = np.repeat(np.arange(60), 5)
    made = evidence([1, 0, 0, 1, 0] * 60, account=account, day=np.full(300, np.nan))
    kind, later = later_rows(made)
    assert kind == "accounts_set_aside"
    assert 0.2 < later.mean() < 0.5
    assert all(len(set(later[account == one])) == 1 for one in range(60))
    folds = accounts_folds(made, 3)
    assert sorted(set(folds)) == [0, 1, 2]
    assert all(len(set(folds[account == one])) == 1 for one in range(60))


def test_the_counts_of_later_deals_are_those_of_the_table() -> None:
    generator = np.random.default_rng(7)
    has = (generator.random(600) < 0.4).astype(float)
    has[::7] = np.nan
    won = drawn(generator, 0.9 * np.nan_to_num(has) - 0.8)
    made = evidence(won, flag("trait", has))
    _kind, later = later_rows(made)
    seen = judged(made).later
    table = [int(np.sum(later & (has == side) & (won == y))) for side in (1, 0) for y in (1, 0)]
    assert [seen.match_won, seen.match_lost, seen.rest_won, seen.rest_lost] == table


def sold_by(owner_of_trait: float, *, effect: float) -> tuple[str | None, Evidence]:
    """What the check of sellers says of a flag that a good seller's deals have with the chance `owner_of_trait`."""
    generator = np.random.default_rng(21)
    seller = generator.integers(0, 4, 1600)
    has = (generator.random(1600) < np.where(seller == 0, owner_of_trait, 0.2)).astype(float)
    won = drawn(generator, 1.8 * (seller == 0) + effect * has - 1.6)
    made = evidence(won, flag("trait", has), owner=np.array([f"seller {one}" for one in seller], dtype=object))
    (binned,) = binned_of(made, ["trait"])
    targets = targets_of(made)
    found = Found(binned.alone(0), targets[0], 0.001, 0.001, 3.0)
    (told,) = told_by_seller([Effect(binned.alone(0), {}, 0.5, 0.1, (found,))], targets, made)
    return told, made


def test_a_trait_that_only_says_who_sold_is_told() -> None:
    told, _ = sold_by(0.8, effect=0.0)
    assert told is not None and "who sold" in told


def test_a_trait_that_matters_within_sellers_stands_although_a_good_seller_has_more_of_it() -> None:
    told, _ = sold_by(0.8, effect=1.0)
    assert told is None

"""The backtest: only the past is used, and what it says of the later deals is what happened to them."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import replace
from itertools import pairwise
from types import ModuleType

import numpy as np
import pytest

from idealfit.evidence.costs import Costs
from idealfit.evidence.table import Evidence
from idealfit.patterns import ceiling
from idealfit.patterns.backtest import Backtest, area_under_curve, backtest, good_deals, worth_of
from idealfit.patterns.origins import origins_of
from idealfit.patterns.past import as_of_then
from idealfit.patterns.time_document import backtest_sentences
from patterns.made import binned_of, drawn, evidence, flag, noise, number, sold


def judged_of(made: Evidence, **more) -> Backtest:
    settings = {"best": "win_rate", "horizon": 24.0, "seed": 1} | more
    return backtest(made, binned_of(made), **settings)


def planted(seed: int = 1, n: int = 900, effect: float = 1.4, **columns) -> Evidence:
    generator = np.random.default_rng(seed)
    has = (generator.random(n) < 0.3).astype(float)
    facts = [flag("planted", has), *noise(generator, np.arange(n))]
    return sold(generator, drawn(generator, effect * has - 1.3), *facts, **columns)


@pytest.fixture(scope="module")
def good() -> tuple[Evidence, Backtest]:
    made = planted()
    return made, judged_of(made)


def test_a_planted_trait_lifts_the_later_deals(good: tuple[Evidence, Backtest]) -> None:
    _made, found = good
    assert found.kind == "later_deals" and found.passes
    assert found.lift is not None and found.lift.low > 1
    assert found.auc is not None and found.auc.low > 0.5
    assert found.brier is not None and found.brier_everyone is not None and found.brier < found.brier_everyone


def test_in_noise_the_lift_does_not_rule_out_one() -> None:
    passed = 0
    for seed in range(4):
        generator = np.random.default_rng([2, seed])
        made = evidence(drawn(generator, np.full(600, -0.8)), *noise(generator, np.arange(600)))
        passed += judged_of(made).passes
    assert passed <= 1


def test_the_tiers_hold_every_judged_deal_once(good: tuple[Evidence, Backtest]) -> None:
    made, found = good
    assert [tier.tier for tier in found.tiers] == ["A", "B", "C"]
    assert sum(tier.deals for tier in found.tiers) == found.deals == found.everyone.n
    judged = made.opened >= np.datetime64(found.at)
    assert found.deals == judged.sum()
    assert sum(tier.won for tier in found.tiers) == (made.outcome[judged] == 1).sum()
    for tier in found.tiers:
        assert tier.accounts <= tier.deals
        if not tier.deals:
            assert tier.win_rate is tier.amount is tier.retention is None
            continue
        assert tier.win_rate.value == pytest.approx(tier.won / tier.deals)
        assert tier.win_rate.low <= tier.win_rate.value <= tier.win_rate.high
        assert tier.amount is not None and tier.cycle_days.value == 30
        assert tier.retention is not None and 0 < tier.retention.value < 1


def test_nothing_of_a_later_day_is_used(good: tuple[Evidence, Backtest]) -> None:
    made, found = good
    # what opens in the last block, and what closes in it, can teach no block anything
    start = made.opened[np.flatnonzero(made.opened >= np.datetime64(found.at))]
    last = np.quantile(start.astype(np.int64), 2 / 3 + 0.01)
    unseen = made.opened.astype("datetime64[D]").astype(np.int64) >= last
    generator = np.random.default_rng(3)
    outcome = np.where(unseen, generator.integers(0, 2, made.rows), made.outcome)
    months = np.where(unseen & (outcome == 1), 5.0, np.where(unseen, np.nan, made.months))
    changed = replace(made, outcome=outcome, months=months, amount=np.where(unseen, 77.0, made.amount))
    again = judged_of(changed)
    assert [tier.deals for tier in again.tiers] == [tier.deals for tier in found.tiers]
    assert [tier.accounts for tier in again.tiers] == [tier.accounts for tier in found.tiers]
    assert [predicted for predicted, _seen, _deals in again.bins] == [
        predicted for predicted, _seen, _deals in found.bins
    ]
    assert [tier.won for tier in again.tiers] != [tier.won for tier in found.tiers]


def test_a_deal_that_was_still_open_when_the_block_began_teaches_it_nothing() -> None:
    made = planted(4, cycle=2_000.0)  # every deal closes years after the last one opened
    assert judged_of(made).kind == "none"


def test_a_customer_that_left_later_had_not_left_then() -> None:
    made = planted(5)
    (trait,) = [fact for fact in made.facts if fact.name == "planted"]
    stayed = replace(made, ended=np.zeros(made.rows, dtype=bool))
    # all with the trait leave in the end, on the day after the last deal of all was opened
    day = (made.opened.max() + np.timedelta64(1, "D") - made.started).astype(float) / 30.4375
    left = (made.outcome == 1) & (trait.values == 1) & (day > 0)
    gone = replace(made, ended=left, months=np.where(left, day, made.months))
    tiers = [[tier.deals for tier in judged_of(one, best="value").tiers] for one in (gone, stayed)]
    assert tiers[0] == tiers[1]


def test_wins_given_up_are_counted_and_named_the_largest_first(good: tuple[Evidence, Backtest]) -> None:
    made, found = good
    followed = found.followed
    tiers = {tier.tier: tier for tier in found.tiers}
    assert followed.worked == tiers["A"].deals + tiers["B"].deals
    assert followed.skipped == tiers["C"].deals
    assert [(one.tier, one.deals, one.won) for one in found.sides] == [
        ("A and B", followed.worked, followed.wins_kept),
        ("the rest", followed.skipped, followed.wins_given_up),
    ]
    assert found.sides[1].win_rate == tiers["C"].win_rate and found.sides[1].amount == tiers["C"].amount
    assert followed.wins_kept == tiers["A"].won + tiers["B"].won
    assert followed.wins_given_up == tiers["C"].won > 0
    assert 0 < len(followed.given_up_names) <= 10
    place = {name: row for row, name in enumerate(made.name)}
    worth = [made.amount[place[name]] for name in followed.given_up_names]
    assert worth == sorted(worth, reverse=True)
    assert all(made.outcome[place[name]] == 1 for name in followed.given_up_names)
    assert 0 < followed.amount_kept_share < 1


def test_calibration_is_told_in_five_groups_of_equal_size(good: tuple[Evidence, Backtest]) -> None:
    _made, found = good
    assert len(found.bins) == 5
    assert sum(deals for _predicted, _observed, deals in found.bins) == found.deals
    assert max(deals for *_rest, deals in found.bins) - min(deals for *_rest, deals in found.bins) <= 1
    predicted = [one for one, *_rest in found.bins]
    assert predicted == sorted(predicted)
    observed = sum(one * deals for _predicted, one, deals in found.bins) / found.deals
    assert observed == pytest.approx(found.everyone.value)
    assert np.mean(predicted) == pytest.approx(found.everyone.value, abs=0.08)


def test_size_alone_is_the_other_baseline() -> None:
    generator = np.random.default_rng(6)
    size = np.round(np.exp(generator.normal(5, 1, 900)))
    won = drawn(generator, 1.2 * (size < 100) - 1.2)  # small ones win: the baseline must turn itself round
    found = judged_of(evidence(won, number("employees", size), *noise(generator, np.arange(900))[2:]))
    assert found.size.attribute == "employees"
    assert found.size.auc > 0.55 and found.size.lift > 1.1
    assert found.everyone.n == found.deals
    without = judged_of(evidence(won, *noise(generator, np.arange(900))[2:]))
    assert without.size is None


def test_without_dates_it_is_judged_on_accounts_set_aside() -> None:
    found = judged_of(planted(7, day=np.full(900, np.nan)))
    assert (found.kind, found.at) == ("accounts_set_aside", None)
    assert found.deals == 900  # each deal is judged once, by what the other accounts teach
    assert found.passes


@pytest.mark.parametrize("outcome", [[1, 0] * 15, [1] * 400, [0] * 396 + [1] * 4])
def test_too_little_to_learn_from_is_no_backtest(outcome: list[int]) -> None:
    generator = np.random.default_rng(8)
    found = judged_of(evidence(outcome, *noise(generator, np.arange(len(outcome)))))
    assert (found.kind, found.at, found.deals, found.tiers, found.lift) == ("none", None, 0, (), None)
    assert not found.passes


def test_a_big_account_is_not_many_deals() -> None:
    generator = np.random.default_rng(9)
    account = np.repeat(np.arange(30), 30)
    generator.shuffle(account)
    has = (np.arange(30) % 3 == 0).astype(float)[account]
    won = drawn(generator, 1.0 * has + generator.normal(0, 1, 30)[account] - 1)
    many = judged_of(evidence(won, flag("planted", has), account=account))
    single = judged_of(evidence(won, flag("planted", has)))
    width = [one.everyone.high - one.everyone.low for one in (many, single)]
    assert width[0] > 1.5 * width[1]


def test_a_good_deal_is_won_and_not_gone_within_a_year() -> None:
    made = evidence([1, 1, 1, 1, 0])
    made = replace(
        made,
        months=np.array([6.0, 20.0, 6.0, np.nan, np.nan]),
        ended=np.array([True, True, False, False, False]),
    )
    assert good_deals(made).tolist() == [False, True, True, True, False]


def test_what_a_deal_turned_out_to_be_worth() -> None:
    made = evidence([1, 1, 1, 0], reach="wins+value+retention")
    made = replace(
        made,
        amount=np.array([100.0, 100.0, np.nan, 100.0]),
        margin=np.array([0.5, np.nan, np.nan, np.nan]),
        months=np.array([12.0, 12.0, np.nan, np.nan]),
        ended=np.array([True, False, False, False]),
    )
    worth = worth_of(made)
    assert worth is not None
    assert worth.tolist() == pytest.approx([100 * 0.5 * 12 / 24, 100, 100, 0])
    assert worth_of(replace(made, reach="wins")) is None
    giant = worth_of(replace(made, amount=np.array([100.0, 1e9, 100.0, 100.0])))
    assert giant is not None and giant[1] < 1e9  # one giant must not decide


def test_the_area_under_the_curve_counts_ties_half() -> None:
    good = np.array([True, False, True, False])
    assert area_under_curve(np.array([3.0, 1, 2, 0]), good) == 1
    assert area_under_curve(np.array([0.0, 1, 2, 3]), good) == 0.25
    assert area_under_curve(np.array([1.0, 1, 1, 1]), good) == 0.5
    assert np.isnan(area_under_curve(np.array([1.0, 2]), np.array([True, True])))


def test_it_is_judged_quarter_by_quarter_and_every_quarter_was_later_than_what_it_was_built_on(
    good: tuple[Evidence, Backtest],
) -> None:
    made, found = good
    assert sum(one.deals for one in found.blocks) == found.deals
    starts = [one.at for one in found.blocks]
    assert starts == sorted(starts) and starts[0] == found.at
    for one in found.blocks:
        then = np.datetime64(one.at)
        assert one.built_on == np.sum((made.opened < then) & (made.closed < then))
        assert one.auc is not None and one.auc.low <= one.auc.value <= one.auc.high


def test_three_years_are_judged_by_calendar_quarters() -> None:
    generator = np.random.default_rng(12)
    opened = evidence(generator.integers(0, 2, 1500), day=np.sort(generator.integers(0, 1095, 1500)).astype(float))
    origins, kind = origins_of(opened)
    assert kind == "later_deals" and len(origins) >= 5
    assert all(str(one.at)[5:] in ("01-01", "04-01", "07-01", "10-01") for one in origins)
    for one, following in pairwise(origins):
        assert one.end == following.at
    assert sum(len(one.test) for one in origins) == np.sum(opened.opened >= origins[0].at)


def test_an_older_profile_is_judged_on_the_deals_of_a_fresh_one(good: tuple[Evidence, Backtest]) -> None:
    _made, found = good
    fresh, *older = found.aging
    assert fresh.periods == 0 and fresh.loss is None and fresh.deals == found.deals
    assert [one.periods for one in older] == list(range(1, len(older) + 1))
    for one in older:
        assert one.deals < fresh.deals
        # nothing changes in these deals: an older profile knows as much, but for having seen fewer of them
        assert one.loss is not None and one.loss.low < 0.1 and one.loss.high > -0.1


def test_somebodys_own_profile_and_size_are_judged_on_the_same_deals(good: tuple[Evidence, Backtest]) -> None:
    made, _found = good
    (trait,) = [fact for fact in made.facts if fact.name == "planted"]
    heard: list[tuple[str, float]] = []
    knows = backtest(
        made,
        binned_of(made),
        best="win_rate",
        horizon=24.0,
        seed=1,
        own=(np.asarray(trait.values), "Ours"),
        tell=lambda what, share: heard.append((what, share)),
    )
    # it is not silent while it works: one word for every profile that is built
    assert [what for what, _share in heard] == [f"testing on later deals ({n} of {len(heard)})" for n in (1, 2, 3)]
    assert [share for _what, share in heard] == sorted({share for _what, share in heard})
    rivals = {one.kind: one for one in knows.rivals}
    assert rivals["own_profile"].name == "Ours"
    assert rivals["own_profile"].auc.value > 0.6 and rivals["own_profile"].auc_gain.value < 0.05
    assert rivals["size"].auc_gain.low > 0
    assert any("Ours" in sentence for sentence in backtest_sentences(knows))
    assert any(sentence.startswith("It orders wins better than employees") for sentence in backtest_sentences(knows))


class _Booster:
    """Stands for a black box that always says what the first column says."""

    def predict(self, columns: np.ndarray, *, raw_score: bool) -> np.ndarray:
        assert raw_score
        return np.asarray(columns[:, 0])


def test_a_black_box_is_judged_where_one_is_installed(
    good: tuple[Evidence, Backtest], monkeypatch: pytest.MonkeyPatch
) -> None:
    made, found = good
    if importlib.util.find_spec("lightgbm") is None:
        assert all(one.kind != "black_box" for one in found.rivals)
        assert any("idealfit[ceiling]" in sentence for sentence in backtest_sentences(found))
    box = ModuleType("lightgbm")
    box.Dataset = lambda _columns, won, params: won  # type: ignore[attr-defined]
    box.train = lambda _settings, _data, num_boost_round: _Booster()  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "lightgbm", box)
    monkeypatch.setattr(ceiling, "ceiling_installed", lambda: True)
    facts = binned_of(made, ["planted"])
    seen = backtest(made, facts, best="win_rate", horizon=24.0, seed=1)
    (rival,) = [one for one in seen.rivals if one.kind == "black_box"]
    assert rival.auc.value > 0.6
    assert any("cannot tell you why" in sentence for sentence in backtest_sentences(seen))


def test_the_margin_is_what_was_known_then() -> None:
    made = evidence([1, 1, 0], reach="wins+value+retention")
    began = np.datetime64("2024-02-01", "D")
    cost = Costs(
        account=np.array([0, 0]),
        day=np.array(["2024-03-01", "2025-06-01"], dtype="datetime64[D]"),
        cost=np.array([100.0, 10_000.0]),
        gross=np.array([0.8, 0.8, 0.8]),
        stated=np.array([False, False, False]),
        revenue=np.array([1000.0, 1000.0, 1000.0]),
    )
    made = replace(
        made,
        started=np.array([began, began, np.datetime64("NaT")]),
        months=np.array([24.0, 24.0, np.nan]),
        margin=np.array([0.38, 0.8, np.nan]),
        costs=cost,
    )
    then = as_of_then(made, np.arange(3), np.datetime64("2025-02-01"))
    seen = (np.datetime64("2025-02-01") - began).astype(int) / 30.4375
    assert then.margin[0] == pytest.approx(0.8 - 100 / (1000 * seen))
    assert then.margin[1] == pytest.approx(0.8)
    assert np.isnan(then.margin[2])
    # before the first ticket nothing was known of any margin
    assert np.isnan(as_of_then(made, np.arange(3), np.datetime64("2024-02-20")).margin).all()

"""The peers, as their users would run them: each learns who wins from the same facts and ranks the same accounts.

Each is a function from a task to a `Prediction`. None knows who stays or what a customer is worth: that is how they are
used. `PEERS` lists them with the package that each needs; `missing` says in one line what is not there.
"""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from peer_features import Floats, Task, binary


@dataclass(frozen=True)
class Prediction:
    """Chances of the accounts to rank, how many terms a reader would have to read, and what each speaks of."""

    chance: Floats
    terms: int
    used: tuple[frozenset[str], ...]


def _used(names: list[tuple[str, str]], weights: Floats) -> tuple[frozenset[str], ...]:
    return tuple(frozenset([attribute]) for (_name, attribute), weight in zip(names, weights, strict=True) if weight)


def spreadsheet(task: Task) -> Prediction:
    """The twenty values with the best win rate (ten deals or more), a point each."""
    train, judge, names = binary(task)
    held = train.sum(0)
    rate = np.where(held >= 10, (train.T @ task.won) / np.maximum(held, 1), 0)
    best = np.argsort(-rate, kind="stable")[:20]
    return Prediction(judge[:, best].sum(1), len(best), tuple(frozenset([names[index][1]]) for index in best))


def naive_bayes(task: Task) -> Prediction:
    """As an open-source CRM scores its leads: won and lost counted for every value, 0.1 added, multiplied."""
    train, judge, names = binary(task)
    won, lost = task.won == 1, task.won == 0
    with_it = (train[won].sum(0) + 0.1) / (won.sum() + 0.1), (train[lost].sum(0) + 0.1) / (lost.sum() + 0.1)
    odds = np.log(won.mean() / lost.mean()) + judge @ np.log(with_it[0] / with_it[1])
    strong = np.abs(np.log(with_it[0] / with_it[1])) > np.log(1.25)
    return Prediction(1 / (1 + np.exp(-np.clip(odds, -30, 30))), len(names), _used(names, strong.astype(float)))


def _l1(task: Task, most: int | None) -> Prediction:
    from sklearn.linear_model import LogisticRegression, LogisticRegressionCV

    train, judge, names = binary(task, cuts=8)
    if most is None:
        model: Any = LogisticRegressionCV(
            Cs=np.logspace(-2.5, 0, 8), cv=5, solver="liblinear", penalty="l1", scoring="neg_log_loss", random_state=1
        ).fit(train, task.won)
    else:
        for strength in np.logspace(-3, 0, 25):
            tried = LogisticRegression(C=strength, solver="liblinear", penalty="l1", random_state=1).fit(
                train, task.won
            )
            if np.count_nonzero(tried.coef_) > most:
                break
            model = tried
    weights = model.coef_[0]
    return Prediction(model.predict_proba(judge)[:, 1], int(np.count_nonzero(weights)), _used(names, weights))


def l1_short(task: Task) -> Prediction:
    """L1 logistic regression, at most twenty terms."""
    return _l1(task, 20)


def l1_all(task: Task) -> Prediction:
    """L1 logistic regression, its strength chosen by cross-validation."""
    return _l1(task, None)


def subgroups(task: Task) -> Prediction:
    """pysubgroup: the ten best subgroups of up to two conditions (weighted relative accuracy, beam search)."""
    import pandas as pd
    import pysubgroup as ps

    train, judge, names = binary(task)
    frame = pd.DataFrame(train.astype(bool), columns=[f"c{index}" for index in range(train.shape[1])])
    frame["won"] = task.won == 1
    found = ps.BeamSearch(beam_width=20).execute(
        ps.SubgroupDiscoveryTask(
            frame,
            ps.BinaryTarget("won", True),
            [ps.EqualitySelector(column, True) for column in frame.columns[:-1]],
            result_set_size=10,
            depth=2,
            qf=ps.WRAccQF(),
        )
    )
    base = float(task.won.mean())
    chance, counted, used = np.full(len(judge), base), np.zeros(len(judge)), []
    for _quality, group, *_rest in found.results:
        columns = [int(selector.attribute_name[1:]) for selector in group.selectors]
        inside, where = train[:, columns].all(1), judge[:, columns].all(1)
        chance[where] += task.won[inside].mean()
        counted[where] += 1
        used.append(frozenset(names[column][1] for column in columns))
    chance = np.where(counted > 0, (chance - base) / np.maximum(counted, 1) + 0.001 * counted, base)
    return Prediction(np.clip(chance, 0, 1), len(used), tuple(used))


def faster_risk(task: Task) -> Prediction:
    """FasterRisk: an integer score of fifteen yes/no terms."""
    from fasterrisk.fasterrisk import RiskScoreClassifier, RiskScoreOptimizer

    train, judge, names = binary(task)
    search = RiskScoreOptimizer(train, np.where(task.won == 1, 1.0, -1.0), k=15)
    search.optimize()
    multiplier, intercept, weights = search.get_models(model_index=0)
    model = RiskScoreClassifier(multiplier, intercept, weights)
    return Prediction(model.predict_prob(judge), int(np.count_nonzero(weights)), _used(names, weights))


def _table(task: Task) -> tuple[Floats, Floats]:
    columns = [(feature.train, feature.judge, feature.kind) for feature in task.features]
    train = np.stack([np.where(then < 0, np.nan, then) if kind == "category" else then for then, _, kind in columns], 1)
    judge = np.stack([np.where(now < 0, np.nan, now) if kind == "category" else now for _, now, kind in columns], 1)
    return train, judge


def light_gbm(task: Task) -> Prediction:
    """LightGBM: trees of eight leaves, their number chosen by five-fold cross-validation."""
    import lightgbm as lgb

    train, judge = _table(task)
    categories = [index for index, feature in enumerate(task.features) if feature.kind == "category"]
    options = {
        "objective": "binary", "learning_rate": 0.05, "num_leaves": 8, "min_child_samples": 20, "verbosity": -1,
        "feature_fraction": 0.7, "bagging_fraction": 0.8, "bagging_freq": 1, "seed": 1, "num_threads": 1,
        "deterministic": True,
    }  # fmt: skip
    data = lgb.Dataset(train, task.won, categorical_feature=categories, free_raw_data=False)
    folds = lgb.cv(
        options, data, 400, nfold=5, stratified=True, seed=1, callbacks=[lgb.early_stopping(20, verbose=False)]
    )
    rounds = max(1, len(folds["valid binary_logloss-mean"]))
    model = lgb.train(options, data, rounds)
    gain = model.feature_importance("gain")
    share = gain / max(gain.sum(), 1e-9)
    names = [(feature.name, feature.attribute) for feature in task.features]
    terms = int(model.feature_importance("split").sum())
    return Prediction(np.asarray(model.predict(judge)), terms, _each(_used(names, share >= 0.01)))


def _each(used: tuple[frozenset[str], ...]) -> tuple[frozenset[str], ...]:
    return tuple(sorted(set(used), key=sorted))


def _frames(task: Task) -> tuple[Any, Any]:
    """The tables with categories as text, as these packages want them; an unknown category is a level of its own."""
    import pandas as pd

    tables = []
    for side in ("train", "judge"):
        columns: dict[str, Any] = {}
        for feature in task.features:
            values = getattr(feature, side)
            if feature.kind == "category":
                columns[feature.name] = [feature.levels[int(code)] if code >= 0 else "unknown" for code in values]
            else:
                columns[feature.name] = values
        frame = pd.DataFrame(columns)
        for feature in task.features:
            if feature.kind == "category":
                frame[feature.name] = frame[feature.name].astype(object)
        tables.append(frame)
    return tables[0], tables[1]


def explainable_boosting(task: Task) -> Prediction:
    """EBM of interpret: default settings, four outer bags, one process."""
    from interpret.glassbox import ExplainableBoostingClassifier

    train, judge = _frames(task)
    model = ExplainableBoostingClassifier(outer_bags=4, n_jobs=1, random_state=1)
    model.fit(train, task.won)
    weights = np.array(model.term_importances())
    share = weights / max(weights.sum(), 1e-9)
    by_name = {feature.name: feature.attribute for feature in task.features}
    used = tuple(
        frozenset(by_name[part] for part in str(term).split(" & "))
        for term, each in zip(model.term_names_, share, strict=True)
        if each >= 0.01
    )
    return Prediction(np.asarray(model.predict_proba(judge))[:, 1], len(weights), _each(used))


def scorecard(task: Task) -> Prediction:
    """OptBinning: optimal bins, columns with an information value of 0.02 or more, a logistic scorecard."""
    from optbinning import BinningProcess, Scorecard
    from sklearn.linear_model import LogisticRegression

    train, judge = _frames(task)
    categories = [feature.name for feature in task.features if feature.kind == "category"]
    # of its two solvers the one that needs nothing beside what the package brings
    numbers = {feature.name: {"solver": "mip"} for feature in task.features}
    process = BinningProcess(
        list(train.columns),
        categorical_variables=categories,
        selection_criteria={"iv": {"min": 0.02, "max": 10}},
        binning_fit_params=numbers,
    )
    model = Scorecard(process, LogisticRegression(solver="lbfgs", max_iter=1000))
    model.fit(train, task.won)
    chosen = [str(name) for name in model.binning_process_.get_support(names=True)]
    by_name = {feature.name: feature.attribute for feature in task.features}
    terms = len(model.table(style="summary"))
    used = _each(tuple(frozenset([by_name[name]]) for name in chosen))
    return Prediction(np.asarray(model.predict_proba(judge))[:, 1], terms, used)


PEERS: dict[str, tuple[Callable[[Task], Prediction], tuple[str, ...]]] = {
    "spreadsheet rules": (spreadsheet, ()),
    "naive Bayes (CRM)": (naive_bayes, ()),
    "pysubgroup": (subgroups, ("pysubgroup", "pandas")),
    "L1 logistic, 20 terms": (l1_short, ("sklearn",)),
    "L1 logistic": (l1_all, ("sklearn",)),
    "FasterRisk": (faster_risk, ("fasterrisk",)),
    "EBM (interpret)": (explainable_boosting, ("interpret",)),
    "LightGBM": (light_gbm, ("lightgbm",)),
    "OptBinning scorecard": (scorecard, ("optbinning",)),
}


def missing() -> list[str]:
    """One line for each peer that cannot run here."""
    lines = []
    for name, (_run, needs) in PEERS.items():
        absent = [module for module in needs if importlib.util.find_spec(module) is None]
        if absent:
            # its own pins are years old; it runs with what the others need
            how = (
                "pip install --no-deps fasterrisk 'numpy<2.3'"
                if absent == ["fasterrisk"]
                else "pip install 'idealfit[peers]'"
            )
            lines.append(f"{name} is left out: {', '.join(absent)} is not installed ({how})")
    return lines


def run_peer(name: str, task: Task) -> Prediction:
    """Run one peer, its warnings kept off the table."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return PEERS[name][0](task)

"""How the profile differs by who counts as best: the criteria of each choice, which they share, and which turn round.

Everything is searched once for all outcomes together; each choice then takes its own outcomes from what was found. A
group of best customers is an outcome of its own and searched by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from idealfit.errors import BestNotKnown
from idealfit.evidence.table import Evidence, Floats
from idealfit.patterns.best import Best, Choice
from idealfit.patterns.best_customers import chosen
from idealfit.patterns.candidate import Binned, Candidate
from idealfit.patterns.cuts import design
from idealfit.patterns.discovery import binned_of
from idealfit.patterns.leakage import admit, own_name
from idealfit.patterns.pattern import Pattern
from idealfit.patterns.period import searched, settle_period
from idealfit.patterns.search import Found
from idealfit.patterns.shortlist import patterns_of
from idealfit.patterns.strata import told_otherwise
from idealfit.patterns.target import Target, fit_target, targets_of
from idealfit.patterns.trust import judge
from idealfit.patterns.value import ValueModel, value_effects
from idealfit.records.attribute import AttributeInfo

SURE = 1.64
"""The |z| from which an outcome is said to differ by a trait that was found for another one."""

SAME = 0.5
"""Two sets of one column that share so much (of all rows in either) are one trait."""


@dataclass(frozen=True)
class ChoiceFound:
    """What one choice of best finds. `why_not`: why it cannot be asked of these records ('' where it can); `told`: who
    counts as best where that is a group; `evidence`: as the choice sees it.
    """

    choice: Choice
    best: Best
    patterns: tuple[Pattern, ...]
    model: ValueModel | None
    evidence: Evidence
    told: tuple[str, ...] = ()
    why_not: str = ""


@dataclass(frozen=True)
class Trait:
    """One trait of any of the profiles. `polarity`: choice → seek or exclude, for the choices that have it; `grades`
    likewise. `outcomes`: outcome → (log effect, its error) given all other traits: win, churn, growth, amount, margin,
    cycle, nps. `turns`: what a person must know of a trait that is good for one outcome and bad for another.
    """

    candidate: Candidate
    polarity: Mapping[Best, str]
    grades: Mapping[Best, str]
    points: Mapping[Best, int]
    outcomes: Mapping[str, tuple[float, float]]
    turns: str = ""

    @property
    def attribute(self) -> str:
        """The column's own name."""
        return own_name(self.candidate.binned.fact)


@dataclass(frozen=True)
class Comparison:
    """Every choice, and every trait that any of them has."""

    choices: tuple[ChoiceFound, ...]
    traits: tuple[Trait, ...]
    binned: tuple[Binned, ...]


def compare_choices(
    evidence: Evidence,
    choices: Sequence[Choice],
    *,
    attributes: Mapping[str, AttributeInfo],
    unit: str,
    horizon: float = 24.0,
    seed: int = 1,
    keep: Iterable[str] = (),
) -> Comparison:
    """The profile of every choice over the same evidence. A choice that the records cannot answer says why not."""
    admitted = admit(evidence, attributes, keep)
    binned = binned_of(admitted.listed, evidence)
    every = [target.name for target in targets_of(evidence)]
    shared = settle_period(evidence, binned, every, seed=seed)
    found: list[ChoiceFound] = []
    for choice in choices:
        try:
            made = chosen(evidence, choice, unit)
        except BestNotKnown as fault:
            found.append(ChoiceFound(choice, choice.text, (), None, evidence, (), fault.what))
            continue
        seen, best = made.evidence, made.best
        period = shared if seen is evidence else settle_period(seen, binned, searched(best), seed=seed)
        targets = tuple(target for target in period.targets if target.name in searched(best))
        wanted = {target.name for target in targets}
        kept = [one for one in period.result.found if one.target.name in wanted]
        patterns, model = _profile(kept, targets, period.evidence, best, horizon, seed)
        found.append(ChoiceFound(choice, best, patterns, model, seen, made.told))
    return Comparison(tuple(found), _traits(found, targets_of(evidence)), tuple(binned))


def _profile(
    found: Sequence[Found], targets: Sequence[Target], evidence: Evidence, best: Best, horizon: float, seed: int
) -> tuple[tuple[Pattern, ...], ValueModel | None]:
    if not targets or not {0, 1} <= set(evidence.outcome.tolist()):
        return (), None
    model = value_effects(found, targets, best=best, horizon=horizon)
    trusts = judge(model.effects, targets, evidence, seed=seed)
    sold = told_otherwise(model.effects, targets, evidence)
    patterns, _refused = patterns_of(model, trusts, sold, evidence, targets)
    return patterns, model


def _traits(found: Sequence[ChoiceFound], targets: Sequence[Target]) -> tuple[Trait, ...]:
    """Every trait of any choice once, the one that most choices have first, with its effect on every outcome."""
    groups: list[list[tuple[Best, Pattern]]] = []
    for one in found:
        for pattern in one.patterns:
            home = next((group for group in groups if _same(group[0][1].candidate, pattern.candidate)), None)
            if home is None:
                groups.append([(one.best, pattern)])
            elif all(best != one.best for best, _pattern in home):
                home.append((one.best, pattern))
    candidates = [group[0][1].candidate for group in groups]
    effects = outcome_effects(candidates, targets)
    order = sorted(range(len(groups)), key=lambda place: (-len(groups[place]), place))
    return tuple(
        Trait(
            candidates[place],
            {best: pattern.polarity for best, pattern in groups[place]},
            {best: pattern.grade for best, pattern in groups[place]},
            {best: pattern.points for best, pattern in groups[place]},
            effects[place],
            turning(effects[place]),
        )
        for place in order
    )


def outcome_effects(candidates: Sequence[Candidate], targets: Sequence[Target]) -> list[dict[str, tuple[float, float]]]:
    """For each candidate its effect on every outcome, given the other candidates, with its standard error."""
    made: list[dict[str, tuple[float, float]]] = [{} for _ in candidates]
    if not candidates:
        return made
    for target in targets:
        scale = float(np.std(target.y)) if target.family == "gaussian" and len(target.y) else 1.0
        fit = fit_target(target, design(candidates, target), prior_sd=max(scale, 1e-3))
        for place in range(len(candidates)):
            variance = max(float(fit.covariance[place + 1, place + 1]), 0.0)
            made[place][target.name] = (float(fit.coefficients[place + 1]), variance**0.5)
    return made


_GOOD = {"win": 1, "churn": -1, "growth": 1, "amount": 1, "margin": 1, "cycle": -1, "nps": 1}
_SAID = {
    ("win", 1): "wins", ("win", -1): "loses",
    ("churn", 1): "leaves", ("churn", -1): "stays",
    ("growth", 1): "grows", ("growth", -1): "shrinks",
    ("amount", 1): "pays more", ("amount", -1): "pays less",
    ("margin", 1): "costs less to serve", ("margin", -1): "costs more to serve",
    ("cycle", 1): "takes longer", ("cycle", -1): "signs quickly",
    ("nps", 1): "praises us", ("nps", -1): "is unhappy",
}  # fmt: skip


def turning(outcomes: Mapping[str, tuple[float, float]]) -> str:
    """'wins and leaves': what a trait is surely good for and what it is surely bad for; '' where it does not turn."""
    sure = {name: beta for name, (beta, error) in outcomes.items() if error > 0 and abs(beta) > SURE * error}
    good = [name for name, beta in sure.items() if beta * _GOOD[name] > 0]
    bad = [name for name, beta in sure.items() if beta * _GOOD[name] < 0]
    if not good or not bad or "win" not in sure:
        # a trait that never decides a deal turns nobody's profile round
        return "" if not (good and bad and {"churn", "margin", "growth"} & set(sure)) else _phrase(good, bad, sure)
    return _phrase(good, bad, sure)


def _phrase(good: Sequence[str], bad: Sequence[str], sure: Mapping[str, float]) -> str:
    words = [_SAID[name, 1 if sure[name] > 0 else -1] for name in (*good, *bad)]
    return f"{', '.join(words[:-1])} and {words[-1]}" if "win" not in bad else _lost_first(good, sure)


def _lost_first(good: Sequence[str], sure: Mapping[str, float]) -> str:
    stays = " and ".join(_SAID[name, 1 if sure[name] > 0 else -1] for name in good)
    return f"rarely wins, but {stays}"


def _same(one: Candidate, other: Candidate) -> bool:
    if one.key != other.key:
        return False
    first, second = one.mask(), other.mask()
    both, either = np.sum((first == 1) & (second == 1)), np.sum((first == 1) | (second == 1))
    return bool(either and both / either >= SAME)


def sums_by(model: ValueModel, states: Mapping[int, Floats], rows: int) -> Floats:
    """The sum of a model's effects of each account. `states`: place of the effect → 1, 0, NaN (its mean stands in)."""
    total = np.zeros(rows)
    for place, effect in enumerate(model.effects):
        state = states[place]
        known = np.isfinite(state)
        share = float(np.mean(state[known])) if known.any() else 0.25
        total += effect.value * np.where(known, state, share)
    return total

"""Discovery, one run: from the evidence to the patterns that survive, those refused, the backtest and the verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from idealfit.evidence.table import Evidence, Fact, Floats
from idealfit.evidence.window import Window
from idealfit.patterns.backtest import Backtest, backtest
from idealfit.patterns.best import Best
from idealfit.patterns.candidate import Binned, bin_fact
from idealfit.patterns.change import Change
from idealfit.patterns.division import Division, find_divisions
from idealfit.patterns.leakage import Admitted, Rejected, admit, own_name
from idealfit.patterns.on_all import on_all_deals
from idealfit.patterns.one_thread import on_one_thread
from idealfit.patterns.pattern import Pattern, churn_of, counts_of, known_true_rate, odds_ratios
from idealfit.patterns.period import searched, settle_period
from idealfit.patterns.search import Marginal, SearchResult, search
from idealfit.patterns.shortlist import MOST_EXCLUSIONS, as_patterns, chosen_of, filled_up
from idealfit.patterns.sides import Sides, counts_told, sides_of
from idealfit.patterns.spread import spread_of
from idealfit.patterns.stalled_patterns import never_closing_patterns
from idealfit.patterns.strata import told_otherwise
from idealfit.patterns.target import Target
from idealfit.patterns.trust import judge
from idealfit.patterns.value import ValueModel, value_effects
from idealfit.patterns.verdict import Judgement, Power, decide, power
from idealfit.records.attribute import AttributeInfo

MOST_HYPOTHESES = 6

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Discovery:
    """All that one run found out. `spread`: how far companies differ, by outcome."""

    patterns: tuple[Pattern, ...]
    questions: tuple[Pattern, ...]
    failed: tuple[Marginal, ...]
    rejected: tuple[Rejected, ...]
    model: ValueModel
    backtest: Backtest
    power: Power
    judgement: Judgement
    best: Best
    seed: int
    tests: int
    spread: Mapping[str, float] = field(default_factory=dict)
    window: Window | None = None
    changes: tuple[Change, ...] = ()
    divisions: tuple[Division, ...] = ()


@on_one_thread
def discover(
    evidence: Evidence,
    *,
    attributes: Mapping[str, AttributeInfo],
    unit: str,
    best: Best = "value",
    horizon: float = 24.0,
    seed: int = 1,
    keep: Iterable[str] = (),
    progress: Progress | None = None,
    since: date | None = None,
    own: tuple[Floats | None, str] = (None, ""),
) -> Discovery:
    """Search, test, choose and judge. `unit` is what a row is ('deal', 'customer', 'account'); `keep` names columns
    that are not to be refused; `since`: learn from deals opened from that day on (default: the data decide);
    `own`: the order of somebody's own profile (one entry a row, higher first) and its name, as a rival.
    """
    tell = progress or (lambda _what, _share: None)
    tell("looking for leakage", 0.0)
    admitted = admit(evidence, attributes, keep)
    binned = binned_of(admitted.listed, evidence)
    tell("searching", 0.1)
    period = settle_period(evidence, binned, searched(best), seed=seed, asked=since)
    everything, evidence = evidence, period.evidence
    targets, result = period.targets, period.result
    contrast = {0, 1} <= set(evidence.outcome.tolist())
    model = value_effects(result.found, targets if contrast else (), best=best, horizon=horizon)
    spread = {str(one.name): spread_of(binned, one) for one in targets if contrast and one.name in ("win", "amount")}
    tell("testing what was found", 0.4)
    trusts = judge(model.effects, targets, evidence, seed=seed)
    sold = told_otherwise(model.effects, targets, evidence)
    chosen, refused = chosen_of(model, trusts, sold, evidence)
    if contrast:
        model, chosen = filled_up(model, chosen, binned, evidence, targets, best, seed)
    patterns = as_patterns(chosen, evidence, targets)
    questions = _questions(admitted.called, evidence, targets[0], seed) if contrast else ()
    found = [one.candidate for one in result.found if one.target.name == "win"]
    divisions = find_divisions(evidence, binned, targets[0], found, seed=seed) if contrast else ()
    tested = backtest(everything, binned, best=best, horizon=horizon, seed=seed, own=own, tell=_within(tell, 0.5, 0.8))
    strength = power(evidence, sum(1 for one in result.marginals if one.target == "win") or len(binned))
    supported = sum(1 for one in patterns if one.grade == "supported")
    if supported:
        tell("testing on all deals", 0.8)
        tested = on_all_deals(tested, evidence, binned, best=best, horizon=horizon, seed=seed)
    judgement = decide(evidence, tested, supported, strength, unit=unit, unnamed=admitted.unnamed)
    kept = patterns
    if judgement.verdict == "no_signal":
        kept = ()
    elif judgement.verdict == "insufficient":
        kept = _hypotheses(patterns)
    refused.extend(_dropped(one, tested, sides_of(unit, evidence.notes)) for one in patterns if one not in kept)
    if judgement.verdict == "insufficient":
        # what the verdict does not support is called supported nowhere: one search in twenty finds something in noise
        kept = tuple(replace(one, grade="suggestive") for one in kept)
    patterns = kept
    if judgement.verdict == "profile":
        patterns += never_closing_patterns(everything, binned, patterns, targets[0], room=MOST_EXCLUSIONS, seed=seed)
    tell("done", 1.0)
    return Discovery(
        patterns,
        questions,
        _failed(result),
        (
            *admitted.rejected,
            *refused,
            *_unsupported(result, model, admitted, evidence, sides_of(unit, evidence.notes)),
            *_not_asked(admitted, questions),
        ),
        model,
        tested,
        strength,
        judgement,
        best,
        seed,
        result.tests,
        spread,
        period.window,
        period.changes,
        divisions,
    )


def _within(tell: Progress, low: float, high: float) -> Progress:
    """Progress of a part, as progress of the whole between `low` and `high`."""
    return lambda what, share: tell(what, low + (high - low) * share)


def binned_of(facts: Sequence[Fact], evidence: Evidence) -> list[Binned]:
    """The searchable forms of every fact."""
    return [one for fact in facts for one in bin_fact(fact, evidence.account)]


def _hypotheses(patterns: tuple[Pattern, ...]) -> tuple[Pattern, ...]:
    """Where the evidence is not enough: at most six, none of them an exclusion that only a proof could justify."""
    return tuple(one for one in patterns if not one.exclusion or one.grade == "supported")[:MOST_HYPOTHESES]


def _dropped(pattern: Pattern, tested: Backtest, sides: Sides) -> Rejected:
    """A pattern that the verdict leaves no room for, with its counts."""
    shown = counts_told(pattern.counts, sides)
    lift = f" ({tested.lift.value:.2f})" if tested.lift else ""
    proof = f"{shown}; left out because the lift of all that was found together{lift} is not shown to be above 1"
    return Rejected(pattern.attribute, "unsupported", proof)


def _questions(called: Sequence[Fact], evidence: Evidence, win: Target, seed: int) -> tuple[Pattern, ...]:
    """Facts known almost only where a rep worked the account, that go with winning: questions for the call, never
    scored.
    """
    if not called:
        return ()
    result = search(binned_of(called, evidence), (win,), seed=seed + 1)
    candidates = [one.candidate for one in result.found if one.supported]
    made = []
    for one, ratio in zip([one for one in result.found if one.supported], odds_ratios(candidates, win), strict=True):
        info = one.candidate.binned.fact.info
        made.append(
            Pattern(
                candidate=one.candidate,
                layer=info.layer,
                seen="call",
                polarity="seek" if one.z > 0 else "exclude",
                exclusion=False,
                points=0,
                grade="suggestive",
                q_value=one.q_value,
                stability=0.0,
                later=None,
                counts=counts_of(one.candidate, evidence),
                odds_ratio=ratio,
                known_true_rate=known_true_rate(one.candidate),
                effect=None,
                churn=churn_of(one.candidate, evidence),
            )
        )
    return tuple(made)


def _failed(result: SearchResult) -> tuple[Marginal, ...]:
    """The best of what was not found, one a column, for a page that says no: by p-value."""
    best: dict[str, Marginal] = {}
    ranked = sorted((one for one in result.marginals if one.target == "win"), key=lambda one: (one.p_value, one.key))
    for one in ranked:
        best.setdefault(own_name(one.candidate.binned.fact), one)
    return tuple(best.values())[:5]


def _unsupported(
    result: SearchResult, model: ValueModel, admitted: Admitted, evidence: Evidence, sides: Sides
) -> list[Rejected]:
    """One line for every column that was searched and is not used: a proxy of a stronger one, or not supported."""
    used = {own_name(effect.candidate.binned.fact) for effect in model.effects}
    by_column: dict[str, list[Marginal]] = {}
    for one in result.marginals:
        by_column.setdefault(own_name(one.candidate.binned.fact), []).append(one)
    refused = []
    for column, marginals in by_column.items():
        if column in used:
            continue
        best = min(marginals, key=lambda one: (one.p_value, one.key))
        stronger = _stronger(best, model) if best.p_value * result.tests <= 0.5 else None
        shown = counts_told(counts_of(best.candidate, evidence), sides)
        if stronger is not None:
            other, agreement = stronger
            proof = f"At best {shown}; nothing is left of it beside {other} (they go together, {agreement:.2f} of 1)"
            refused.append(Rejected(column, "proxy_of", proof))
        else:
            proof = (
                f"At best {shown}; by luck alone one of its cuts would look as good with a chance of {best.p_value:.2g}"
            )
            refused.append(Rejected(column, "unsupported", proof))
    searched = set(by_column) | {one.attribute for one in admitted.rejected}
    for fact in admitted.listed:
        if own_name(fact) not in searched:
            proof = "No value of it is shared by five accounts with five others beside them"
            refused.append(Rejected(own_name(fact), "unsupported", proof))
    return refused


def _not_asked(admitted: Admitted, questions: Sequence[Pattern]) -> list[Rejected]:
    """One line for every column known almost only where somebody worked the account that did not become a question."""
    asked = {one.attribute for one in questions}
    lines: dict[str, Rejected] = {}
    for fact in admitted.called:
        if own_name(fact) in asked or fact.fill_worked is None or fact.fill_unworked is None:
            continue
        proof = (
            f"Known for {fact.fill_worked:.0%} of the accounts that were worked and "
            f"{fact.fill_unworked:.0%} of the others, so "
            "it cannot be scored; as a question for the call it goes with nothing surely enough"
        )
        lines.setdefault(own_name(fact), Rejected(own_name(fact), "unsupported", proof))
    return list(lines.values())


def _stronger(marginal: Marginal, model: ValueModel) -> tuple[str, float] | None:
    """The chosen pattern that this one goes with most (absolute correlation of the two masks ≥ 0.2)."""
    mine = marginal.candidate.mask()
    best: tuple[str, float] | None = None
    for effect in model.effects:
        other = effect.candidate.mask()
        both = ~np.isnan(mine) & ~np.isnan(other)
        if both.sum() < 20 or np.std(mine[both]) == 0 or np.std(other[both]) == 0:
            continue
        agreement = abs(float(np.corrcoef(mine[both], other[both])[0, 1]))
        if agreement >= 0.2 and (best is None or agreement > best[1]):
            best = own_name(effect.candidate.binned.fact), agreement
    return best

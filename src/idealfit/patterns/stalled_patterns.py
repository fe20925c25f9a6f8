"""Segments whose deals never close, as proposed exclusions beside those that speak of closed deals."""

from __future__ import annotations

from collections.abc import Sequence

from idealfit.evidence.table import Evidence
from idealfit.patterns.candidate import Binned
from idealfit.patterns.pattern import Pattern, churn_of, counts_of, known_true_rate, odds_ratios
from idealfit.patterns.stalled import never_closing
from idealfit.patterns.target import Target
from idealfit.patterns.trust import STABLE


def never_closing_patterns(
    evidence: Evidence, binned: Sequence[Binned], patterns: Sequence[Pattern], win: Target, *, room: int, seed: int
) -> tuple[Pattern, ...]:
    """Sets of accounts whose deals stay open for ever, as exclusions beside `patterns`; `room` for them all."""
    taken = {one.candidate.key for one in patterns if one.exclusion}
    room = max(0, room - sum(1 for one in patterns if one.exclusion))
    found = [one for one in never_closing(evidence, binned, seed=seed) if one.candidate.key not in taken]
    found = [one for one in found if one.stability >= STABLE][:room]
    ratios = odds_ratios([one.candidate for one in found], win)
    return tuple(
        Pattern(
            candidate=one.candidate,
            layer=one.candidate.binned.fact.info.layer,
            seen="list",
            polarity="exclude",
            exclusion=True,
            points=0,
            grade="supported",
            q_value=one.q_value,
            stability=one.stability,
            later=None,
            counts=counts_of(one.candidate, evidence),
            odds_ratio=ratio,
            known_true_rate=known_true_rate(one.candidate),
            effect=None,
            churn=churn_of(one.candidate, evidence),
            beside=one.told,
        )
        for one, ratio in zip(found, ratios, strict=True)
    )

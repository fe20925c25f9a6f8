"""A draft profile from a discovery: criteria with points and evidence, proposed exclusions, coverage, model, tiers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import numpy as np

from idealfit.evidence.table import Evidence, Floats, covered_tools
from idealfit.patterns.backtest_report import Backtest
from idealfit.patterns.discovery import Discovery
from idealfit.patterns.doubt import with_errors
from idealfit.patterns.later_outcomes import growth_of
from idealfit.patterns.order import intercept_for
from idealfit.patterns.pattern import Pattern
from idealfit.patterns.sides import STAYS
from idealfit.patterns.wording import identifier, label_of
from idealfit.profile.content import AttributeWords, Criterion, Exclusion, Layer, Profile, Tiers
from idealfit.profile.coverage import Coverage, TechCoverage
from idealfit.profile.parsing import to_text
from idealfit.profile.predicate import Happened
from idealfit.profile.predicate import attributes as attributes_of
from idealfit.records.attribute import KNOWN, LAYERS, AttributeInfo
from idealfit.records.company import Company

LEAST_SLOPE = 0.4
"""However boldly past profiles foretold, this much of an effect stays: the order by value needs some of it."""

MIN_WINS = 10
"""Below ten wins no probability is printed."""

HALF_LIFE_FROM = 180
"""A window of so many days or more fades within itself, with half of it as half-life; a shorter one is soon over."""


@dataclass(frozen=True)
class Named:
    """A pattern with the id that it has in the profile."""

    id: str
    pattern: Pattern


def name_patterns(discovery: Discovery) -> tuple[Named, ...]:
    """Every pattern and question with its id, in order."""
    taken: set[str] = set()
    named = []
    for pattern in (*discovery.patterns, *discovery.questions):
        name = identifier(label_of(pattern), taken)
        taken.add(name)
        named.append(Named(name, pattern))
    return tuple(named)


def draft_profile(
    discovery: Discovery,
    named: tuple[Named, ...],
    evidence: Evidence,
    *,
    unit: str,
    motion: str,
    company: Company,
    attributes: Mapping[str, AttributeInfo],
    coverage: Coverage,
    blocks: Mapping[str, dict[str, Any]],
    as_of: date,
) -> Profile:
    """The profile that the evidence supports; a hypothesis where it supports none. `blocks`: the evidence of each
    id.
    """
    layers: dict[Any, Layer] = {}
    for layer in LAYERS:
        criteria = tuple(
            _criterion(one, unit, blocks[one.id])
            for one in named
            if one.pattern.layer == layer and not one.pattern.exclusion
        )
        if criteria:
            weight = sum(abs(one.points) for one in criteria if one.seen == "list")
            layers[layer] = Layer(weight=float(weight), active=weight > 0, criteria=criteria)
    exclusions = tuple(_exclusion(one, unit, blocks[one.id]) for one in named if one.pattern.exclusion)
    proven = discovery.judgement.verdict == "profile"
    used = {name for one in named for name in attributes_of(one.pattern.candidate.predicate())}
    return Profile(
        profile=_title(company.name, unit),
        motion=motion,
        status="draft" if proven else "hypothesis",
        as_of=as_of,
        layers=layers,
        exclusions=exclusions,
        tiers=Tiers(actions=dict(ACTIONS)),
        coverage=coverage,
        attributes={
            name: AttributeWords(
                label=attributes[name].label,
                unit=attributes[name].unit,
                type=attributes[name].type,
                layer=attributes[name].layer,
            )
            for name in sorted(used)
            if name in attributes and name not in KNOWN
        },
        model=model_of(discovery, named, evidence, company, unit),
    )


def _title(company: str | None, unit: str) -> str:
    said = "companies that advance" if unit == "advance" else "best-fit companies"
    return f"{company}: {said}" if company else f"{said[:1].upper()}{said[1:]}"


ACTIONS = {
    "A": "Work it: research, then call",
    "B": "Work it when the A accounts are worked",
    "C": "Leave it to marketing",
    "A-now": "Call this week",
    "A-soon": "Call this month",
    "A-later": "Keep in touch, watch for a reason to call",
    "B-now": "Call once this week's A accounts are called",
    "B-soon": "Write with the reason, call if they answer",
    "B-later": "Send what helps, look again in a quarter",
    "C-now": "Answer what they ask, offer nothing more",
    "C-soon": "Leave it to marketing",
    "C-later": "Leave it alone",
    "unknown": "Find out what is missing first",
    "excluded": "Walk away",
}


def _criterion(one: Named, unit: str, block: dict[str, Any]) -> Criterion:
    pattern = one.pattern
    return Criterion(
        id=one.id,
        when=to_text(pattern.candidate.predicate()),
        points=pattern.points,
        because=block["because"],
        half_life=_half_life(pattern),
        known_true_rate=pattern.known_true_rate,
        seen=pattern.seen,
        grade=pattern.grade,
        evidence=_kept(block),
    )


def _half_life(pattern: Pattern) -> str | None:
    predicate = pattern.candidate.predicate()
    if not isinstance(predicate, Happened) or predicate.negated or pattern.points <= 0:
        return None
    days = predicate.within_days
    return f"{days // 2} days" if days is not None and days >= HALF_LIFE_FROM else None


def _kept(block: dict[str, Any]) -> dict[str, Any]:
    """What the profile file keeps of the evidence: not what it says itself, and not the record ids (evidence.json has
    them).
    """
    own = {"layer", "when", "points", "because", "grade", "seen", "exclusion", "records", "became"}
    return {name: value for name, value in block.items() if name not in own and value is not None}


def _exclusion(one: Named, unit: str, block: dict[str, Any]) -> Exclusion:
    return Exclusion(
        id=one.id,
        when=to_text(one.pattern.candidate.predicate()),
        because=block["because"],
        state="proposed",
        grade=one.pattern.grade,
        evidence=_kept(block),
    )


def _chance_of(evidence: Evidence, unit: str) -> str | None:
    """What the model's chance is a chance of, where it is not winning: nobody was seen who did not buy."""
    if evidence.reach == "advances":
        return "advance"
    if evidence.reach == "customers" and any(STAYS in note for note in evidence.notes):
        return "stay"
    if unit == "customer":
        return "best"
    return "customer" if evidence.reach == "customers" else None


def model_of(
    discovery: Discovery, named: tuple[Named, ...], evidence: Evidence, company: Company, unit: str = "deal"
) -> dict[str, Any] | None:
    """The numbers that turn criteria into a chance of winning and an expected value, or None below ten wins.

    `win`: log odds = intercept + sum of effects (an unknown criterion counts its known share). `months`: monthly
    hazard of leaving times exp of effects. `growth`: what a customer who stays pays after a year over what it paid,
    times exp of effects. `amount`, `margin`: log mean plus effects. Effects on winning are shrunken
    by the slope with which they predicted deals that they had not seen (`shrinkage`). Each part has its errors
    (`doubt`). `of` is there where `win` is no chance of winning: that a deal advances, that a customer stays or is
    among the best, or that a company is a customer.
    """
    scored = [one for one in named if one.pattern.seen == "list" and one.pattern.effect is not None]
    won = int(np.sum(evidence.outcome == 1))
    if won < MIN_WINS or not scored:
        return None
    slope = shrinkage(discovery.backtest, int(np.sum(evidence.outcome >= 0)))
    closed = evidence.outcome >= 0
    masks = {one.id: _filled(one.pattern, closed) for one in scored}
    of = _chance_of(evidence, unit)
    model: dict[str, Any] = {"of": of} if of else {}
    model |= {"horizon_months": company.value_horizon_months, "cost": company.cost_per_worked_account}
    effects = {one.id: round(slope * _beta(one, "win"), 4) for one in scored}
    linear = sum((effects[name] * mask for name, mask in masks.items()), np.zeros(int(closed.sum())))
    model["win"] = {
        "intercept": round(intercept_for(linear, float(np.mean(evidence.outcome[closed] == 1))), 4),
        "effects": effects,
    }
    value = np.where(np.isfinite(evidence.arr) & (evidence.arr > 0), evidence.arr, evidence.amount)
    paid = (evidence.outcome == 1) & np.isfinite(value) & (value > 0)
    if evidence.reach.startswith("wins+value") and int(paid.sum()) >= MIN_WINS:
        low, high = np.quantile(value[paid], [0.02, 0.98])
        model["amount"] = _centred(scored, "amount", float(np.mean(np.clip(value[paid], low, high))), paid)
        known = np.isfinite(evidence.margin) & (evidence.outcome == 1)
        margin = float(np.mean(np.clip(evidence.margin[known], 0, 1))) if known.any() else company.gross_margin
        model["margin"] = _centred(scored, "margin", margin, known)
        hazard = discovery.model.hazard
        if hazard is not None:
            seen = np.isfinite(evidence.months) & (evidence.outcome == 1)
            model["months"] = _centred(scored, "churn", hazard, seen, np.maximum(evidence.months[seen], 0.1))
        grown = growth_of(evidence)
        if "growth" in discovery.model.fits and grown is not None:
            model["growth"] = _centred(scored, "growth", float(np.mean(np.exp(grown[1]))), grown[0])
    return with_errors(model, scored, discovery, evidence, linear)


def shrinkage(backtest: Backtest, closed: int) -> float:
    """By what the effects on winning are multiplied: the slope with which they predicted deals that they had not seen.

    Profiles made of fewer deals were bolder than one made of all `closed` is: what is too much of an effect falls with
    the deals it was learned from (van Houwelingen & le Cessie 1990). Where no earlier profile was judged, or none of
    them told deals apart, it is the least.
    """
    if backtest.slope is None:
        # what profiles of fewer deals never told apart is found for the first time: it is believed as little as any
        return LEAST_SLOPE
    judged = sum(block.deals for block in backtest.blocks)
    learned = sum(block.built_on * block.deals for block in backtest.blocks) / judged if judged else closed
    too_bold = (1.0 - backtest.slope) * min(learned / max(closed, 1), 1.0)
    return min(max(1.0 - too_bold, LEAST_SLOPE), 1.0)


def _beta(one: Named, target: str) -> float:
    return one.pattern.effect.by_target.get(target, (0.0, 0.0))[0] if one.pattern.effect else 0.0


def _filled(pattern: Pattern, rows: Any) -> Floats:
    mask = pattern.candidate.mask()[rows]
    filled: Floats = np.where(np.isnan(mask), pattern.known_true_rate, mask)
    return filled


def _centred(scored: list[Named], target: str, mean: float, rows: Any, weights: Floats | None = None) -> dict[str, Any]:
    """A base such that the model's mean over `rows` is the `mean` that was seen there.

    A rate of leaving is a mean over the months that were seen (`weights`): who leaves soon has few of them.
    """
    effects = {one.id: round(_beta(one, target), 4) for one in scored}
    total = sum((effects[one.id] * _filled(one.pattern, rows) for one in scored), np.zeros(1))
    spread = float(np.average(np.exp(total), weights=weights)) if np.size(total) else 1.0
    return {"base": float(f"{mean / spread:.6g}"), "effects": effects}


def coverage_of(con: duckdb.DuckDBPyConnection) -> Coverage:
    """What silence means in this workspace: the tools that the list reports for at least 1 % of its accounts; every
    account for our own activities and for events without a third party's name, from their first record on.
    """
    tools = covered_tools(con)
    rows = con.execute(
        """
        SELECT MIN(event_type), MIN(CAST(occurred_at AS DATE)) FROM (
            SELECT TRIM(event_type) AS event_type, COALESCE(known_at, occurred_at) AS occurred_at FROM events
            UNION ALL
            SELECT TRIM(activity_type), occurred_at FROM activities WHERE LOWER(TRIM(direction)) = 'inbound'
        ) WHERE occurred_at IS NOT NULL AND event_type <> '' GROUP BY LOWER(event_type) ORDER BY 1
        """
    ).fetchall()
    return Coverage(
        tech=TechCoverage(tools=tools) if tools else None,
        events={str(kind): "all" for kind, _first in rows},
        first_record={str(kind): first for kind, first in rows},
        roles="listed"
        if con.execute("SELECT COUNT(*) FROM contacts WHERE role IS NOT NULL").fetchone() != (0,)
        else None,
    )


def spoken_for(con: duckdb.DuckDBPyConnection, profile: Profile) -> Profile:
    """`profile` with the workspace's own coverage where it says nothing of silence; what it says of money stands."""
    said = profile.coverage
    if not said.silent:
        return profile
    found = coverage_of(con).model_dump(exclude_unset=True) | said.model_dump(exclude_unset=True)
    return profile.model_copy(update={"coverage": Coverage.model_validate(found)})

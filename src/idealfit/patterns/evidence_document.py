"""`evidence.json`: all that discovery found, refused and proved, as one JSON document (DESIGN §6)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import duckdb
import numpy as np

from idealfit.evidence.became import became
from idealfit.evidence.estimate import Estimate
from idealfit.evidence.table import Evidence, Fact
from idealfit.evidence.window import BEFORE_WINDOW
from idealfit.patterns.backtest_report import Backtest
from idealfit.patterns.candidate import Candidate
from idealfit.patterns.discovery import Discovery
from idealfit.patterns.drafting import Named
from idealfit.patterns.judged import because_judged, judged_of
from idealfit.patterns.leakage import own_name
from idealfit.patterns.likeness import alike
from idealfit.patterns.pattern import Pattern, counts_of
from idealfit.patterns.paying import paying
from idealfit.patterns.roster import companies_of, grid_of, interviews_of
from idealfit.patterns.search import Found
from idealfit.patterns.sides import sides_of
from idealfit.patterns.telling import stories_of
from idealfit.patterns.time_document import backtest_block
from idealfit.patterns.today import as_today_block
from idealfit.patterns.wording import reason_of, words_of
from idealfit.profile.parsing import to_text
from idealfit.records.attribute import AttributeInfo

SCHEMA_VERSION = 1
MOST_RECORDS = 5_000


_COUNTS = ("match_won", "match_lost", "match_open", "rest_won", "rest_lost", "accounts")


def criterion_block(
    named: Named, evidence: Evidence, attributes: Mapping[str, AttributeInfo], unit: str, best: str = "value"
) -> dict[str, Any]:
    """One entry of `criteria`, which is also the `evidence` of the criterion in the profile file (without id). `best`:
    who counts as best, by which it is judged.
    """
    pattern = named.pattern
    counts = pattern.counts
    predicate = pattern.candidate.predicate()
    match, rest = counts.match_won + counts.match_lost, counts.rest_won + counts.rest_lost
    block: dict[str, Any] = {
        "layer": pattern.layer,
        "polarity": pattern.polarity,
        "attribute": pattern.attribute,
        "when": to_text(predicate),
        "points": pattern.points,
        "grade": pattern.grade,
        "seen": pattern.seen,
        "exclusion": pattern.exclusion,
        "sentence": words_of(predicate, attributes),
        "because": reason_of(pattern, unit, evidence.notes),
        "counts": {name: getattr(counts, name) for name in _COUNTS},
        "rates": {
            "match": _share(counts.match_won, match),
            "rest": _share(counts.rest_won, rest),
            "known_true_rate": pattern.known_true_rate,
        },
        "interval": {
            "of": "odds_ratio",
            "value": _number(pattern.odds_ratio.value),
            "low": _number(pattern.odds_ratio.low),
            "high": _number(pattern.odds_ratio.high),
            "level": pattern.odds_ratio.level,
        },
        "q_value": _number(pattern.q_value),
        "stability": _number(pattern.stability),
        "later": None,
        "records": _records(pattern, evidence),
    }
    if (today := as_today_block(pattern.candidate, evidence)) is not None:
        block["as_today"] = today
    if pattern.later is not None:
        later = pattern.later
        block["later"] = {
            "kind": later.kind,
            "match_won": later.match_won,
            "match_lost": later.match_lost,
            "rest_won": later.rest_won,
            "rest_lost": later.rest_lost,
            "holds": later.holds,
        }
    if pattern.effect is not None:
        block["value"] = {
            "log_effect": _number(pattern.effect.value),
            "error": _number(pattern.effect.error),
            "parts": {name: _number(beta) for name, (beta, _error) in sorted(pattern.effect.by_target.items())},
        }
    if stand_ins := rivals_named(pattern.effect.found if pattern.effect is not None else (), attributes):
        block["stand_ins"] = stand_ins
    if pattern.churn is not None:
        block["churn"] = {
            side: {"customers": seen, "ended": left, "yearly_rate": _number(rate)}
            for side, (seen, left, rate) in zip(("match", "rest"), pattern.churn, strict=True)
        }
    mask = pattern.candidate.mask()
    sides = {side: became(evidence, mask == value) for side, value in (("match", 1), ("rest", 0))}
    if any(one.customers for one in sides.values()):
        block["became"] = {side: one.as_dict() for side, one in sides.items()}
    # a question for the call was found by wins alone
    if pattern.seen != "call" and (judged := judged_of(best, mask, evidence)) is not None:
        block |= {"judged": judged, "because": because_judged(judged, block["because"])}
    if pattern.exclusion:
        block["price"] = {"deals_avoided": match, "wins_given_up": _names(pattern, evidence)}
    return block


def rivals_named(found: Sequence[Found], attributes: Mapping[str, AttributeInfo]) -> list[str]:
    """What may do as well in its place, by name: the records cannot tell which of them it is."""
    keys = {key for one in found for key in one.rivals}
    names = set()
    for key in keys:
        column, _, member = key.partition(":")
        label = attributes[column].label if column in attributes else column
        names.add(f"uses {member}" if column == "tech" and member else label)
    return sorted(names)


def _records(pattern: Pattern, evidence: Evidence) -> dict[str, list[str]]:
    """The ids behind the counts, the first 5,000 of each."""
    inside = pattern.candidate.mask() == 1
    return {
        name: [str(code) for code in evidence.deal_id[inside & (evidence.outcome == value)][:MOST_RECORDS]]
        for name, value in (("won", 1), ("lost", 0), ("open", -1))
    }


def _names(pattern: Pattern, evidence: Evidence) -> list[str]:
    rows = np.flatnonzero((pattern.candidate.mask() == 1) & (evidence.outcome == 1))
    value = np.nan_to_num(evidence.amount[rows])
    names: dict[str, None] = {}
    for row in rows[np.argsort(-value, kind="stable")]:
        names.setdefault(str(evidence.name[row]))
    return list(names)[:10]


def evidence_document(
    discovery: Discovery,
    named: tuple[Named, ...],
    blocks: Mapping[str, dict[str, Any]],
    evidence: Evidence,
    *,
    unit: str,
    attributes: Mapping[str, AttributeInfo],
    as_of: date,
    warnings: tuple[str, ...],
    con: duckdb.DuckDBPyConnection,
) -> dict[str, Any]:
    """The whole document; `con` has the view `accounts`, from which the customers are named. Numbers are rounded to six
    digits; NaN and infinity are null.
    """
    judgement = discovery.judgement
    companies, shown = companies_of(con, evidence, unit), own_facts(discovery, evidence)
    return {
        "schema_version": SCHEMA_VERSION,
        "verdict": judgement.verdict,
        "reason": judgement.reason,
        "reach": evidence.reach,
        "unit": unit,
        "as_of": as_of.isoformat(),
        "best": discovery.best,
        "seed": discovery.seed,
        "time": "in_time" if evidence.in_time else "none",
        "sample": _sample(evidence),
        "criteria": [{"id": one.id, **blocks[one.id]} for one in named],
        "rejected": [
            {"attribute": one.attribute, "reason": one.reason, "proof": one.proof} for one in _merged(discovery)
        ],
        "failed": [_failed(one.candidate, one.p_value, evidence, attributes) for one in discovery.failed],
        "tests": discovery.tests,
        "backtest": backtest_block(discovery.backtest, sides_of(unit, evidence.notes)),
        "power": {
            "odds_ratio": discovery.power.odds_ratio,
            "share": discovery.power.share,
            "value": _number(discovery.power.value),
        },
        "customers": {
            **grid_of(con, companies, shown),
            "shared": alike(con, companies, shown, attributes) if judgement.verdict == "insufficient" else [],
            "paying": paying(con, evidence, shown, attributes) if judgement.verdict == "insufficient" else [],
        },
        "interview": interviews_of(companies),
        "collect": list(judgement.collect),
        "sections": _sections(discovery.backtest),
        "stories": stories_of(blocks),
        "cross_check": None,
        "warnings": list(warnings),
    }


def document_without_accounts(best: str, as_of: date, leads: int, warnings: tuple[str, ...]) -> dict[str, Any]:
    """The document of records that hold persons but no companies: nothing can be said of companies (`no_accounts`)."""
    reason = f"no_accounts: the {leads:,} rows are persons; none names a company, a domain or a company size"
    collect = ["The company of each person: its name, its domain or its size", "Which of these companies bought"]
    return _document_of_nothing(best, as_of, reason, collect, warnings)


def document_without_outcomes(
    best: str, as_of: date, what: str, remedy: str, warnings: tuple[str, ...], accounts: int = 0
) -> dict[str, Any]:
    """The document of records that name companies (`accounts` of them) and not which of them bought (`no_outcome`);
    `what` says what they lack, `remedy` what would end it.
    """
    made = _document_of_nothing(best, as_of, f"no_outcome: {what[:1].lower()}{what[1:]}", [remedy], warnings)
    return made | {"sample": {**made["sample"], "accounts": accounts}}


def _document_of_nothing(
    best: str, as_of: date, reason: str, collect: list[str], warnings: tuple[str, ...]
) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "verdict": "insufficient",
        "reason": reason,
        "reach": "customers",
        "unit": "account",
        "as_of": as_of.isoformat(),
        "best": best,
        "seed": 0,
        "time": "none",
        "sample": {"deals": 0, "won": 0, "lost": 0, "open": 0, "accounts_with_deals": 0, "customers": 0},
        "criteria": [],
        "rejected": [],
        "failed": [],
        "tests": 0,
        "backtest": {"kind": "none", "at": None, "deals": 0, "tiers": []},
        "power": {"odds_ratio": 2.0, "share": 0.2, "value": 0.0},
        "customers": {"traits": [], "rows": [], "total": 0, "shared": []},
        "interview": [],
        "collect": collect,
        "sections": {},
        "stories": [],
        "cross_check": None,
        "warnings": list(warnings),
    }


_NOT_SHOWN = frozenset(
    {
        "leakage",
        "computed",
        "after_outcome",
        "self_caused",
        "deal_level",
        "identifier",
        "personal",
        "constant",
        "unnamed",
    }
)


def own_facts(discovery: Discovery, evidence: Evidence) -> tuple[Fact, ...]:
    """The facts that say something of a company itself: those of columns that were refused are left out."""
    refused = {one.attribute for one in discovery.rejected if one.reason in _NOT_SHOWN}
    return tuple(fact for fact in evidence.facts if fact.form == "column" and own_name(fact) not in refused)


def _merged(discovery: Discovery) -> list[Any]:
    """One line a column and reason: a list's tools are one column."""
    seen: dict[tuple[str, str], Any] = {}
    used = {pattern.attribute for pattern in discovery.patterns}
    for one in discovery.rejected:
        if one.reason in ("unsupported", "unstable", "single_account") and one.attribute in used:
            continue
        seen.setdefault((one.attribute, one.reason), one)
    return list(seen.values())


def _failed(
    candidate: Candidate, p_value: float, evidence: Evidence, attributes: Mapping[str, AttributeInfo]
) -> dict[str, Any]:
    counts = counts_of(candidate, evidence)
    return {
        "attribute": own_name(candidate.binned.fact),
        "sentence": words_of(candidate.predicate(), attributes),
        "when": to_text(candidate.predicate()),
        "counts": {
            "match_won": counts.match_won,
            "match_lost": counts.match_lost,
            "rest_won": counts.rest_won,
            "rest_lost": counts.rest_lost,
            "accounts": counts.accounts,
        },
        "by_luck": _number(p_value),
    }


def _sample(evidence: Evidence) -> dict[str, Any]:
    closed = evidence.outcome >= 0
    inside = evidence.outcome > BEFORE_WINDOW
    dated = evidence.opened[~np.isnat(evidence.opened) & inside]
    return {
        "deals": int(np.sum(inside)),
        "before_window": int(np.sum(~inside)),
        "won": int(np.sum(evidence.outcome == 1)),
        "lost": int(np.sum(evidence.outcome == 0)),
        "open": int(np.sum(evidence.outcome == -1)),
        "accounts_with_deals": len(np.unique(evidence.account[inside])),
        "accounts_with_closed_deals": len(np.unique(evidence.account[closed])),
        "customers": int(np.sum(np.isfinite(evidence.months))),
        "from": str(dated.min()) if len(dated) else None,
        "to": str(dated.max()) if len(dated) else None,
    }


def _sections(backtest: Backtest) -> dict[str, str]:
    """Sentences that the numbers can say and no person needs to."""
    top = next((tier for tier in backtest.tiers if tier.tier == "A"), None)
    rest = next((tier for tier in backtest.tiers if tier.tier == "C"), None)
    if top is None or rest is None or top.retention is None or rest.retention is None or top.won < 10:
        return {}
    if top.retention.low <= rest.retention.value:
        return {}
    stay, leave = round(100 * top.retention.value), round(100 * rest.retention.value)
    return {"why_profitable": f"Of a hundred A customers {stay} are still there after a year, of a hundred C {leave}"}


def _estimate(estimate: Estimate | None) -> dict[str, Any] | None:
    if estimate is None:
        return None
    return {
        "value": _number(estimate.value),
        "low": _number(estimate.low),
        "high": _number(estimate.high),
        "n": estimate.n,
    }


def _share(part: int, whole: int) -> float | None:
    return _number(part / whole) if whole else None


def _number(value: float | None) -> float | None:
    if value is None or not math.isfinite(value):
        return None
    return float(f"{value:.6g}")

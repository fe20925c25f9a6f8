"""Profiles, evidence and summaries as the stages before write them, made up for these tests."""

from __future__ import annotations

from copy import deepcopy
from typing import Any


def counted(won: int, lost: int, rest_won: int, rest_lost: int) -> dict[str, Any]:
    return {
        "match_won": won, "match_lost": lost, "match_open": 3, "rest_won": rest_won, "rest_lost": rest_lost,
        "accounts": won + lost,
    }  # fmt: skip


def found(identifier: str, when: str, counts: dict[str, Any], **more: Any) -> dict[str, Any]:
    match = counts["match_won"] / max(counts["match_won"] + counts["match_lost"], 1)
    rest = counts["rest_won"] / max(counts["rest_won"] + counts["rest_lost"], 1)
    return {
        "id": identifier, "layer": "firmographic", "polarity": "seek", "when": when, "grade": "supported",
        "seen": "list", "counts": counts, "because": "Counts, restated.",
        "rates": {"match": match, "rest": rest, "known_true_rate": 0.2},
        "interval": {"of": "odds_ratio", "low": 1.4, "high": 3.1, "level": 0.95}, "q_value": 0.0123, "stability": 0.9,
        **more,
    }  # fmt: skip


CRITERIA = [
    found("size", "employees BETWEEN 100 AND 500", counted(61, 79, 210, 790)),
    found("software", "industry IN ('software', 'financial_services')", counted(44, 60, 227, 809)),
    found("okta", "uses('okta')", counted(12, 19, 40, 340), layer="technographic"),
    found("funded", "happened('funding_round', within => '180 days')", counted(20, 22, 251, 847), layer="situational"),
    found("pricing", "count_of('pricing_page', within => '60 days') >= 2", counted(18, 20, 253, 849),
          layer="behavioral"),
    found("soc", "has_role('security')", counted(30, 25, 100, 300), layer="authority", seen="call"),
]  # fmt: skip

PROFILE: dict[str, Any] = {
    "profile": "Security-conscious SaaS",
    "motion": "mid-market-outbound",
    "status": "draft",
    "as_of": "2026-09-30",
    "answers": {"why_us": "“We were audit-ready in six weeks.” Head of IT, Norrland Data"},
    "layers": {
        "firmographic": {
            "weight": 40,
            "criteria": [
                {"id": "size", "when": "employees BETWEEN 100 AND 500", "points": 14, "because": "Counts, restated.",
                 "grade": "supported"},
                {"id": "software", "when": "industry IN ('software', 'financial_services')", "points": 9,
                 "because": "Counts, restated.", "grade": "supported"},
                {"id": "dach", "when": "country IN ('DE', 'AT', 'CH')", "points": 4,
                 "because": "Our support speaks German.", "grade": "assumed"},
                {"id": "old", "when": "founded_year < 1990", "points": -3, "because": "Long procurement.",
                 "grade": "assumed"},
            ],
        },
        "technographic": {
            "weight": 20,
            "criteria": [
                {"id": "okta", "when": "uses('okta')", "points": 7, "because": "Counts, restated.",
                 "grade": "suggestive"},
            ],
        },
        "situational": {
            "weight": 20,
            "criteria": [
                {"id": "funded", "when": "happened('funding_round', within => '180 days')", "points": 6,
                 "because": "Counts, restated.", "grade": "supported", "half_life": "30 days"},
            ],
        },
        "behavioral": {
            "weight": 20,
            "criteria": [
                {"id": "pricing", "when": "count_of('pricing_page', within => '60 days') >= 2", "points": 5,
                 "because": "Counts, restated.", "grade": "supported"},
            ],
        },
    },
    "exclusions": [
        {"id": "public", "when": "ownership IN ('government', 'nonprofit')", "because": "3 of 96 won.",
         "state": "typed"},
        {"id": "tiny", "when": "employees < 15", "because": "They buy and leave.", "state": "proposed",
         "evidence": {"price": {"deals_avoided": 96, "wins_given_up": ["Lund & Partner", "Kite Labs"]},
                      "churn": {"match": {"customers": 22, "ended": 15, "yearly_rate": 0.4}}}},
    ],
    "tiers": {"by": "fit", "A": 80, "B": 50},
    "review": {"every": "quarter", "after_closed_deals": 50, "owners": ["sales", "marketing", "customer_success"]},
}  # fmt: skip


def tier(name: str, deals: int, won: int, span: tuple[float, float], amount: float) -> dict[str, Any]:
    return {
        "tier": name, "deals": deals, "accounts": deals, "won": won,
        "win_rate": {"value": won / deals, "low": span[0], "high": span[1]},
        "amount": {"value": amount, "low": amount * 0.8, "high": amount * 1.2},
        "cycle_days": None, "retention": {"value": 0.91, "low": 0.8, "high": 0.95},
    }  # fmt: skip


EVIDENCE: dict[str, Any] = {
    "schema_version": 1, "verdict": "profile", "reason": "", "reach": "wins+value", "as_of": "2026-09-30",
    "best": "value", "seed": 1, "time": "in_time",
    "sample": {"accounts": 1140, "deals": 1140, "won": 271, "lost": 869, "open": 108},
    "criteria": CRITERIA,
    "rejected": [{"attribute": "onboarding_score", "reason": "leakage", "proof": "filled in after the win"}],
    "backtest": {
        "kind": "later_deals", "at": "2026-01-01", "deals": 400,
        "tiers": [tier("A", 90, 38, (0.32, 0.53), 48200), tier("B", 120, 28, (0.17, 0.32), 31000),
                  tier("C", 190, 17, (0.06, 0.14), 12500)],
        "baselines": {"everyone": {"win_rate": 0.2075, "deals": 400}, "size": {"attribute": "employees", "auc": 0.6,
                                                                              "lift": 1.3}},
        "auc": {"value": 0.71, "low": 0.65, "high": 0.76}, "lift": {"value": 2.0, "low": 1.5, "high": 2.6},
        "followed": {"worked": 210, "skipped": 190, "wins_kept": 66, "wins_given_up": 17,
                     "given_up_names": ["Aurora Freight", "Bergmann AG", "Kite Labs", "Lund & Partner", "Moss Foods",
                                        "Nordvik", "Opal Clinics"], "amount_kept_share": 0.91},
    },
    "power": {"odds_ratio": 2, "share": 0.2, "value": 0.97},
    "customers": {}, "interview": [], "collect": [], "sections": {},
    "warnings": ["Head counts are known only as of today for 4 of 10 companies"],
}  # fmt: skip

SUMMARY: dict[str, Any] = {
    "market": {"accounts": 2140, "matching": 312, "A": 101, "B": 211, "unworked_matching": 188},
    "pipeline": {"open_deals": 108, "in_ab": 41, "amount": 3120000, "amount_in_ab": 1240000, "currency": "EUR",
                 "without_account": 0},
    "wins": {"since": "2025-10-01", "total": 90, "in_ab": 61},
    "by_tier": [], "lists": {"targets": 150},
}  # fmt: skip


def insufficient() -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """A founder with twelve customers."""
    profile, evidence = deepcopy(PROFILE), deepcopy(EVIDENCE)
    profile |= {"profile": "Clinics that outgrew spreadsheets", "motion": "founder-led", "status": "hypothesis",
                "answers": {}, "exclusions": []}  # fmt: skip
    for layer in profile["layers"].values():
        for criterion in layer["criteria"]:
            criterion["grade"] = "assumed" if criterion["grade"] == "assumed" else "suggestive"
    for criterion in evidence["criteria"]:
        criterion["grade"], criterion["counts"] = "suggestive", counted(5, 2, 7, 11)
    names = ["Aurora Clinic", "Bay Dental", "Carewell", "Dr. Osei Practice", "Elm Street Health", "Fjord Medical",
             "Gentle Vets", "Hillside", "Iris Eye Care", "Juniper Clinic", "Kaya Health", "Lumen Dental"]  # fmt: skip
    evidence |= {
        "verdict": "insufficient", "reach": "wins", "backtest": {"kind": "none", "tiers": []},
        "power": {"odds_ratio": 2, "share": 0.2, "value": 0.11},
        "customers": {
            "traits": ["employees", "industry", "country", "uses Okta", "raised funding"],
            "rows": [{"account_id": str(place), "name": name, "outcome": "customer" if place < 9 else "former",
                      "values": [20 + 7 * place, "dental" if place % 3 else "veterinary", "SE", "yes", None]}
                     for place, name in enumerate(names)],
        },
        "interview": [
            {"account_id": "1", "name": "Aurora Clinic", "why": "Bought fastest, 11 days.",
             "ask": ["What happened the week before you wrote to us?", "What would you do if we closed tomorrow?"]},
            {"account_id": "9", "name": "Juniper Clinic", "why": "Left after four months.",
             "ask": ["What did you hope for that did not come?"]},
        ],
        "collect": ["Deals that were lost, with the date they opened", "Head count of each company"],
    }  # fmt: skip
    return profile, evidence, {"market": {}, "pipeline": {"open_deals": 0}, "wins": {"total": 12, "in_ab": 7}}


def no_signal() -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """A company whose records do not tell buyers from the rest."""
    profile, evidence = deepcopy(PROFILE), deepcopy(EVIDENCE)
    profile |= {"profile": "Mid-market outbound", "layers": {}, "exclusions": [], "answers": {}}
    evidence |= {
        "verdict": "no_signal", "reach": "wins", "criteria": [],
        "reason": "A trait that doubles the odds would have been seen; none was.",
        "tests": 140,
        "failed": [
            {"attribute": "employees", "sentence": "40 to 130 employees", "by_luck": 0.04,
             "counts": {"match_won": 40, "match_lost": 90, "rest_won": 231, "rest_lost": 779}},
            {"attribute": "sub_industry", "sentence": "sub-industry is bakery", "by_luck": 0.0131,
             "counts": {"match_won": 31, "match_lost": 89, "rest_won": 240, "rest_lost": 780}},
        ],
        "rejected": [
            {"attribute": "lifecycle_stage", "reason": "computed", "proof": "HubSpot computes it"},
            {"attribute": "handover_wave", "reason": "leakage", "proof": "filled in after the win"},
            {"attribute": "status", "reason": "after_outcome", "proof": "the outcome itself"},
        ],
        "backtest": {"kind": "none"}, "collect": ["What triggered each purchase", "The tools each company uses"],
    }  # fmt: skip
    return profile, evidence, deepcopy(SUMMARY)

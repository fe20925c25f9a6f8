"""A company in the engine whose truth is planted, taken the whole way from tables to a drafted profile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from evidence.tables import AS_OF, attributes_of, engine
from idealfit.evidence.rows import Rows, make_rows
from idealfit.evidence.table import Evidence, gather_evidence
from idealfit.patterns.discovery import Discovery, discover
from idealfit.patterns.drafting import Named, coverage_of, draft_profile, name_patterns
from idealfit.patterns.evidence_document import criterion_block, evidence_document
from idealfit.profile.content import Profile
from idealfit.records.attribute import AttributeInfo
from idealfit.records.company import Company

TYPES: dict[str, Any] = {
    "health_score_band": "text",
    "pain": "boolean",
    "lifecycle_stage": "text",
    "region code": "text",
    "region name": "text",
    "touches": "number",
}
INDUSTRIES = ("Health", "Retail", "SaaS", "Bank", "Media")
OWNERSHIPS = ("private", "private", "private", "public", "agency")
TOOLS = ("Okta", "Jira", "Slack", "Zoom", "Azure AD")


@dataclass(frozen=True)
class Run:
    """All that one run made."""

    con: Any
    rows: Rows
    evidence: Evidence
    attributes: Mapping[str, AttributeInfo]
    discovery: Discovery
    named: tuple[Named, ...]
    profile: Profile
    document: dict[str, Any]

    def criterion(self, attribute: str) -> dict[str, Any] | None:
        """The first entry of this attribute in evidence.json."""
        return next((one for one in self.document["criteria"] if one["attribute"] == attribute), None)

    def refused(self) -> dict[str, str]:
        """Reason by attribute, of what was rejected."""
        return {one["attribute"]: one["reason"] for one in self.document["rejected"]}


def tables(
    seed: int = 1, *, deals: int = 1000, market: int = 800, signal: bool = True
) -> dict[str, list[dict[str, Any]]]:
    """Wins: industry Health (odds times 3), Okta (2.5), funding in the last 90 days (2.5). Agencies
    win (2.5) and then leave. Traps: a column filled in after a win, one known only where we worked, one that CRMs
    compute, one that our effort moves, and two columns that say the same. The last deals are open.
    """
    draw = np.random.default_rng(seed)
    accounts, sold, lives, happened = [], [], [], []
    for place in range(deals + market):
        key, worked = f"a{place:05}", place < deals
        industry, ownership = INDUSTRIES[int(draw.integers(5))], OWNERSHIPS[int(draw.integers(5))]
        held = [tool for tool in TOOLS if draw.random() < 0.35]
        region = int(draw.integers(4))
        row: dict[str, Any] = {
            "account_id": key,
            "name": f"Company {place}",
            "industry": industry,
            "ownership": ownership,
            "employees": int(np.exp(draw.normal(5, 1))) if draw.random() < 0.9 else None,
            "tech": held or None,
            "region code": f"R{region}",
            "region name": ("North", "South", "East", "West")[region],
            "touches": int(draw.integers(1, 9)) if worked else 0,
            "pain": bool(draw.random() < 0.4) if worked and draw.random() < 0.7 else None,
        }
        funded = draw.random() < 0.35
        opened = date(2024, 1, 1) + timedelta(days=int(900 * place / deals) if worked else int(draw.integers(900)))
        if funded:
            on = opened - timedelta(days=int(draw.integers(1, 80)))
            happened.append({"event_id": f"e{place}", "account_id": key, "event_type": "funding", "occurred_at": on})
        elif draw.random() < 0.2:
            on = opened - timedelta(days=int(draw.integers(200, 400)))
            happened.append({"event_id": f"e{place}", "account_id": key, "event_type": "funding", "occurred_at": on})
        if worked:
            odds = (-1.8 if signal else -0.7) + signal * (
                np.log(3) * (industry == "Health") + np.log(2.5) * ("Okta" in held) + np.log(2.5) * funded
                + np.log(2.5) * (ownership == "agency") + np.log(2.2) * bool(row["pain"])
            )  # fmt: skip
            won, open_ = draw.random() < 1 / (1 + np.exp(-odds)), place >= 0.92 * deals
            closed = opened + timedelta(days=int(draw.integers(10, 60)))
            outcome = "open" if open_ else "won" if won else "lost"
            sold.append(
                {"deal_id": f"d{place:05}", "account_id": key, "outcome": outcome, "created_at": opened,
                 "closed_at": None if open_ else closed, "deal_type": "new_business",
                 "amount": round(float(np.exp(draw.normal(9, 0.5)))) if outcome == "won" else None}
            )  # fmt: skip
            row["lifecycle_stage"] = outcome
            if outcome == "won":
                row["health_score_band"] = ("green", "amber")[int(draw.integers(2))] if draw.random() < 0.8 else None
                hazard = 0.25 if signal and ownership == "agency" else 0.02
                ended = closed + timedelta(days=int(30.4 * draw.exponential(1 / hazard)) + 1)
                lives.append(
                    {"subscription_id": f"s{place}", "account_id": key, "deal_id": f"d{place:05}", "started_at": closed,
                     "ended_at": ended if ended <= AS_OF else None, "arr_start": sold[-1]["amount"]}
                )  # fmt: skip
        accounts.append(row)
    return {"accounts": accounts, "deals": sold, "subscriptions": lives, "events": happened}


def run(
    records: Mapping[str, Any], *, threads: int = 1, types: Any = None, keep: tuple[str, ...] = (), **settings: Any
) -> Run:
    """The whole way, as `idealfit.workspace.building.build` goes it, without files."""
    con = engine(types=TYPES if types is None else types, threads=threads, **records)
    company = Company(name="Acme")
    rows = make_rows(con, company, as_of=AS_OF)
    attributes = attributes_of(con)
    evidence = gather_evidence(con, as_of=AS_OF, attributes=attributes, reach=rows.reach, notes=rows.notes)
    found = discover(evidence, attributes=attributes, unit=rows.unit, keep=keep, **settings)
    named = name_patterns(found)
    blocks = {one.id: criterion_block(one, evidence, attributes, rows.unit) for one in named}
    profile = draft_profile(
        found,
        named,
        evidence,
        unit=rows.unit,
        motion="main",
        company=company,
        attributes=attributes,
        coverage=coverage_of(con),
        blocks=blocks,
        as_of=AS_OF,
    )
    document = evidence_document(
        found, named, blocks, evidence, unit=rows.unit, attributes=attributes, as_of=AS_OF, warnings=rows.notes, con=con
    )
    return Run(con, rows, evidence, attributes, found, named, profile, document)

"""The grade of a table with its reasons, and whether the records are good enough to build on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from idealfit.records.quality.problem import Problem
from idealfit.records.quality.scene import Scene

NEEDED: dict[str, tuple[str, ...]] = {
    "accounts": ("account_id",),
    "deals": ("account_id", "created_at", "closed_at", "amount"),
    "subscriptions": ("account_id", "started_at"),
    "invoices": ("account_id", "issued_at", "amount"),
    "contacts": ("account_id",),
    "leads": ("created_at",),
    "activities": ("account_id", "occurred_at"),
    "events": ("account_id", "event_type", "occurred_at"),
    "tickets": ("account_id", "opened_at"),
    "usage": ("account_id", "period", "value"),
    "account_history": ("account_id", "field", "changed_at"),
    "deal_stages": ("deal_id", "stage", "entered_at"),
}
OUTCOMES = ("deals", "subscriptions", "invoices")
_EXPECTED = {("deals", "closed_at"): "outcome <> 'open'", ("deals", "amount"): "outcome = 'won'"}
"""An open deal has no closing date, and a lost one often no amount: that is no fault."""

_GRADES = ((90.0, "A"), (75.0, "B"), (50.0, "C"))
_FEW_ACCOUNTS = 20
_FEW_OUTCOMES = 10
_SMALL = 30
_CARE, _HARD, _STOP = 10.0, 40.0, 60.0


def letter(points: float) -> str:
    """A from 90, B from 75, C from 50, else D."""
    return next((grade for least, grade in _GRADES if points >= least), "D")


def grade_table(scene: Scene, table: str, problems: Sequence[Problem], figures: Mapping[str, Any]) -> dict[str, Any]:
    """Points and grade of a table: 100 times how full its needed columns are, times what each problem leaves.

    A problem takes away half its effect; or a quarter of the rows that it spoils beside the profile (`side`).
    """
    full = {name: _filled(scene, table, name, figures) for name in NEEDED.get(table, ())}
    points = 100.0 * (0.4 + 0.6 * (sum(full.values()) / len(full))) if full else 100.0
    reasons = [
        f"{name} is known for {share:.0%}" if share else f"{name} is not known"
        for name, share in full.items()
        if share < 0.8
    ]
    for one in problems:
        parts = one.harm.parts()
        taken = max(one.harm.effect() / 200.0, parts.get("side", 0.0) / 4.0)
        points *= 1.0 - taken
        if taken >= 0.02 and len(reasons) < 5:
            reasons.append(one.text)
    points = round(points, 1)
    if not scene.rows.get(table):
        points, reasons = 0.0, ["it has no rows"]
    return {
        "grade": letter(points),
        "points": points,
        "reasons": reasons or ["nothing that would harm a profile was found"],
    }


def _filled(scene: Scene, table: str, name: str, figures: Mapping[str, Any]) -> float:
    if name not in figures:
        return 0.0
    where = _EXPECTED.get((table, name))
    if where is None or not scene.has(table, "outcome"):
        return float(figures[name]["completeness"])
    filled, rows = scene.row(f"SELECT count({name}), count(*) FROM {scene.relation(table)} WHERE {where}")
    return filled / rows if rows else 1.0


def verdict_of(scene: Scene, tables: Mapping[str, Any], problems: Sequence[Problem]) -> dict[str, Any]:
    """Whether the records are good enough to build on: 'yes', 'with care' or 'no', with reasons and what would help."""
    stops, cares, remedies = [], [], []
    accounts = scene.rows.get("accounts", 0)
    if accounts < _FEW_ACCOUNTS:
        stops.append(f"only {accounts:,} accounts" if accounts else "no accounts: no row names a company")
        remedies.append(f"Export all companies, customers or not: at least {_FEW_ACCOUNTS}, better some hundreds")
    if not any(scene.rows.get(table) for table in OUTCOMES) and _tells_by_status(scene):
        cares.append("who bought, and who left, is told by the status of the accounts alone: no deal, no day, no value")
        remedies.append("Add an export of deals (won and lost), of subscriptions, or of invoices")
    elif not any(scene.rows.get(table) for table in OUTCOMES):
        stops.append("no deals, subscriptions or invoices: no outcome to learn from")
        remedies.append("Add an export of deals (won and lost), of subscriptions, or of invoices")
    elif scene.rows.get("deals") and not any(scene.rows.get(table) for table in OUTCOMES[1:]):
        few = min((scene.evidence.won, "won"), (scene.evidence.lost, "lost"))
        if few[0] < _FEW_OUTCOMES:
            stops.append(f"only {few[0]:,} deals are {few[1]}")
            remedies.append(
                f"Export more deals that were {few[1]}, if there are any: at least {_FEW_OUTCOMES}, better fifty"
            )
        elif few[0] < _SMALL:
            cares.append(f"only {few[0]:,} deals are {few[1]}: what sets them apart must be strong to be seen")
    for one in problems:
        if one.harm.effect() >= _STOP or one.id == "no_attributes":
            stops.append(one.text)
            remedies.append(one.remedy)
        elif one.harm.effect() >= _CARE:
            cares.append(one.text)
            remedies.append(one.remedy)
    told = {*stops, *cares}
    cares += [
        f"{table} has grade {tables[table]['grade']}: {tables[table]['reasons'][0]}"
        for table in ("accounts", *OUTCOMES)
        if scene.rows.get(table) and tables[table]["grade"] in ("C", "D") and told.isdisjoint(tables[table]["reasons"])
    ]
    answer = "no" if stops else "with care" if cares else "yes"
    return {
        "answer": answer,
        "reasons": [*stops, *cares][:8] or ["nothing that would mislead a profile was found"],
        "would_help": list(dict.fromkeys(remedies))[:5],
    }


def _tells_by_status(scene: Scene) -> bool:
    """Whether the accounts alone say who is a customer, and enough of them who is none or no longer one."""
    if not scene.has("accounts", "status"):
        return False
    status = "coalesce(status, 'prospect')"
    customers, others = scene.row(
        f"SELECT count(*) FILTER ({status} = 'customer'), count(*) FILTER ({status} IN ('former', 'prospect')) "
        f"FROM {scene.relation('accounts')}"
    )
    return min(int(customers), int(others)) >= _FEW_OUTCOMES


def overall_grade(scene: Scene, tables: Mapping[str, Any], verdict: Mapping[str, Any], worst: float) -> str:
    """The worst grade among the accounts and what tells the outcome; at most C where the `worst` effect is 40 or more,
    D where the answer is no."""
    if verdict["answer"] == "no":
        return "D"
    grades = [str(tables[table]["grade"]) for table in ("accounts", *OUTCOMES) if scene.rows.get(table)]
    return max([*grades, "C"] if worst >= _HARD else grades)

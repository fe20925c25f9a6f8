"""Two versions of a profile held against each other: what changed in meaning, and on the records what that does."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from idealfit.evidence.estimate import Estimate
from idealfit.evidence.motions import ONLY
from idealfit.evidence.rows import NoOutcomes
from idealfit.evidence.table import Evidence
from idealfit.patterns.consequence import Consequence, Judge, Matched, Rates
from idealfit.profile.content import Profile
from idealfit.profile.difference import Change, difference
from idealfit.profile.document import substance_hash
from idealfit.profile.standing import standing
from idealfit.profile.text import to_text
from idealfit.records.company import Company
from idealfit.records.imported import company_of, load_attributes, load_report
from idealfit.store.place import Place, open_place, write_bytes
from idealfit.workspace.asking import gathered, tables_of
from idealfit.workspace.versioning import CURRENT, LAST, PROPOSED, Written, find_written

SCHEMA_VERSION = 1
EACH = 3
"""Up to so many changes are scored one by one unasked."""


@dataclass(frozen=True)
class Effect:
    """What one change does: `matched` for another `when` by itself, `alone` for the first profile with it only."""

    change: Change
    matched: Matched | None
    alone: Consequence | None


@dataclass(frozen=True)
class DiffAnswer:
    """`a` → `b`: every change with its effect, and all of them together. `total` is None without records; `why_none`
    then says why. `names`: account id → company, for those that move. `not_each`: changes were not scored one by one.
    `deals_of`: of a motion's profile, whose deals were counted.
    """

    a: Written
    b: Written
    changes: tuple[Effect, ...]
    total: Consequence | None
    as_of: date | None
    currency: str
    names: Mapping[str, str]
    why_none: str = ""
    not_each: bool = False
    deals_of: str = ""


def diff(
    a: str | None = None,
    b: str | None = None,
    workspace: Path | None = None,
    *,
    motion: str | None = None,
    each: bool = False,
    to: Path | None = None,
) -> DiffAnswer:
    """What `b` says that `a` did not, in meaning, and what follows on the records of `workspace`.

    `a` and `b` are versions (3, 'current', 'proposed', 'last', 'approved') or profile files; without `b` it is the
    profile in the workspace (or, without both, the proposal against it; where there is none, it against the last
    version). `each`: score every change by itself, however many. `to`: a .csv file of the accounts that move. Raises
    NoSuchVersion, ProfileFileError.
    """
    place = None if workspace is None else open_place(workspace)
    first, second = _sides(place, a, b, motion)
    if place is None:
        changes = difference(first.profile, second.profile)
        why = "No workspace was named: what the changes do on its records is not known."
        return DiffAnswer(first, second, tuple(Effect(one, None, None) for one in changes), None, None, "", {}, why)
    answer = _on_records(place, first, second, each)
    if to is not None:
        write_bytes(to, _moved(answer).encode("utf-8"))
    return answer


def _sides(place: Place | None, a: str | None, b: str | None, motion: str | None) -> tuple[Written, Written]:
    if a is not None:
        return find_written(place, a, motion), find_written(place, b or CURRENT, motion)
    current = find_written(place, CURRENT, motion)
    if current.file is not None and current.file.with_suffix(".proposed.yaml").is_file():
        return current, find_written(place, PROPOSED, motion)
    return find_written(place, LAST, motion), current


def _on_records(place: Place, first: Written, second: Written, each: bool) -> DiffAnswer:
    attributes = load_attributes(place)
    changes = difference(first.profile, second.profile, attributes)
    scores = any(change.bearing == "scored" or change.before or change.after for change in changes)
    if not scores and first.profile.coverage == second.profile.coverage:
        told = tuple(Effect(one, None, None) for one in changes)
        return DiffAnswer(
            first, second, told, None, None, "", {}, "Nothing that is scored has changed: no account moves."
        )
    con = tables_of(place)
    try:
        if con.execute("SELECT COUNT(*) FROM accounts").fetchone() == (0,):
            told = tuple(Effect(one, None, None) for one in changes)
            return DiffAnswer(first, second, told, None, None, "", {}, "The workspace holds no accounts to score.")
        evidence, day, why, of = outcomes_of(con, place, second.profile.motion)
        judge = Judge(con, day, attributes, evidence, company_of(place))
        total = judge.consequence(first.profile, second.profile)
        scored = [one for one in changes if one.bearing == "scored" and one.alone is not None]
        all_of_them = each or len(scored) <= EACH
        effects = _effects(judge, first.profile, changes, total, len(scored), all_of_them)
        names = _names(con, total, effects)
    finally:
        con.close()
    report = load_report(place) or {}
    currency = Company.model_validate(report.get("company") or {}).currency or ""
    return DiffAnswer(first, second, effects, total, day, currency, names, why, not all_of_them, of)


def outcomes_of(con: duckdb.DuckDBPyConnection, place: Place, motion: str) -> tuple[Evidence | None, date, str, str]:
    """The evidence of the workspace on the deals of a motion, and its day; without outcomes None, and why. Last, which
    deals these are, '' for all.
    """
    try:
        rows, evidence, day = gathered(con, place, load_attributes(place), None, motion=motion, facts=False)
    except NoOutcomes as fault:
        said = (load_report(place) or {}).get("as_of")
        return None, date.fromisoformat(said) if said else date.today(), f"{fault.what}: win rates are not known.", ""
    return evidence, day, "", next((note for note in rows.notes if note.startswith(ONLY)), "")


def _effects(
    judge: Judge, a: Profile, changes: Sequence[Change], total: Consequence, scored: int, each: bool
) -> tuple[Effect, ...]:
    asked = [change for change in changes if change.before is not None or change.after is not None]
    matched = dict(zip(map(id, asked), judge.matched([(one.before, one.after) for one in asked]), strict=True))
    made = []
    for change in changes:
        alone = None
        if change.bearing == "scored" and change.alone is not None:
            # the only change is all of them
            alone = total if scored == 1 else judge.consequence(a, change.alone) if each else None
        made.append(Effect(change, matched.get(id(change)), alone))
    return tuple(made)


def _names(con: duckdb.DuckDBPyConnection, total: Consequence, effects: Sequence[Effect]) -> dict[str, str]:
    moved = {account for move in total.moves for account in move.accounts}
    for effect in effects:
        for part in (effect.matched, effect.alone):
            moved.update(() if part is None else (*part.enter, *part.leave))
    rows = con.execute("SELECT account_id, COALESCE(name, account_id) FROM accounts").fetchall()
    return {str(key): str(name) for key, name in rows if key in moved}


def _moved(answer: DiffAnswer) -> str:
    """The accounts that move, as CSV."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(["account_id", "name", "tier_before", "tier_after"])
    for move in answer.total.moves if answer.total is not None else ():
        lines.writerows([one, _safe(answer.names.get(one, one)), move.before, move.after] for one in move.accounts)
    return out.getvalue()


def _safe(text: str) -> str:
    """A name that a spreadsheet would take for a formula, made a text."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


# As JSON


def diff_document(answer: DiffAnswer) -> dict[str, Any]:
    """The answer as other programs read it: every account and deal id included."""
    return {
        "schema_version": SCHEMA_VERSION,
        "a": _side(answer.a),
        "b": _side(answer.b),
        "as_of": None if answer.as_of is None else answer.as_of.isoformat(),
        "currency": answer.currency,
        "same": not answer.changes,
        "changes": [_effect(one) for one in answer.changes],
        "total": None if answer.total is None else _consequence(answer.total),
        "why_none": answer.why_none or None,
        "deals_of": answer.deals_of or None,
        "names": dict(answer.names),
    }


def _side(written: Written) -> dict[str, Any]:
    found = standing(written.profile)
    return {
        "label": written.label,
        "profile": written.profile.profile,
        "motion": written.profile.motion,
        "version": written.number,
        "file": None if written.file is None else str(written.file),
        "content_sha256": substance_hash(written.profile),
        "status": found.status,
        "told": found.told or None,
    }


def _effect(effect: Effect) -> dict[str, Any]:
    change = effect.change
    return {
        "part": change.part,
        "kind": change.kind,
        "bearing": change.bearing,
        "text": change.text,
        "id_before": change.ids[0] or None,
        "id_after": change.ids[1] or None,
        "when_before": None if change.before is None else to_text(change.before),
        "when_after": None if change.after is None else to_text(change.after),
        "matched": None
        if effect.matched is None
        else {
            "before": effect.matched.before,
            "after": effect.matched.after,
            "enter": list(effect.matched.enter),
            "leave": list(effect.matched.leave),
            "deals": _rates(effect.matched.deals),
        },
        "alone": None if effect.alone is None else _consequence(effect.alone),
    }


def _consequence(found: Consequence) -> dict[str, Any]:
    return {
        "enter": list(found.enter),
        "leave": list(found.leave),
        "tiers": {tier: {"before": old, "after": new} for tier, (old, new) in found.tiers.items()},
        "moves": [{"before": one.before, "after": one.after, "accounts": list(one.accounts)} for one in found.moves],
        "deals": _rates(found.deals),
    }


def _rates(rates: Rates | None) -> dict[str, Any] | None:
    if rates is None:
        return None
    named: dict[str, Estimate | None] = {
        "win_rate_before": rates.before,
        "win_rate_after": rates.after,
        "win_rate_difference": rates.difference,
        "worth_a_deal_difference": rates.worth,
        "win_rate_entering": rates.entering,
        "win_rate_leaving": rates.leaving,
    }
    return {name: None if one is None else one.as_dict() for name, one in named.items()} | {
        "records": {name: list(ids) for name, ids in rates.records.items()}
    }

"""What was found beside what was planted: hits, misses, traps refused or fallen into, and inventions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, log
from typing import Any, Literal, TypeAlias

from idealfit.demo.truth import REAL_KINDS, PlantedTrait, Truth

Status: TypeAlias = Literal["found", "asked", "refused", "missed", "left alone", "stand-in", "fooled"]
"""`found`: a criterion for it, or against it, as planted (or against its opposite: see `compare`); `asked`: a
question for the call; `refused`: a trap among the rejected, or a harmful segment known to churn or to cost; `missed`:
matters and is not used; `left alone`: a trap that is nowhere; `stand-in`: a proxy used instead of what it stands for;
`fooled`: a trap used as a criterion, or a harmful segment sought.
"""
KIND_WORDS = {
    "seek": "look for",
    "avoid": "avoid",
    "churn": "wins and leaves",
    "support": "eaten by support",
    "call": "only a call tells",
    "proxy": "proxy",
    "leak": "filled in after winning",
    "computed": "computed by the CRM",
    "self_caused": "our own effort",
    "deal": "belongs to the deal",
    "noise": "noise",
}
TEXT = re.compile(r"'((?:[^']|'')*)'")
QUOTED = re.compile(r'"([^"]+)"')
BOUND = re.compile(r"(>=|<=|>|<|=)\s*(-?\d+(?:\.\d+)?)")
BETWEEN = re.compile(r"BETWEEN\s+(-?\d+(?:\.\d+)?)\s+AND\s+(-?\d+(?:\.\d+)?)", re.IGNORECASE)
CALLED = re.compile(r"\b(?:happened|not_happened|count_of|upcoming)\(\s*'([^']+)'", re.IGNORECASE)
USED = re.compile(r"\buses(?:_any|_all)?\(([^)]*)\)", re.IGNORECASE)


@dataclass(frozen=True)
class ComparisonRow:
    """One planted thing and what became of it; `detail` is the criterion as found or the reason of refusal."""

    trait: PlantedTrait
    status: Status
    grade: str | None
    detail: str


@dataclass(frozen=True)
class Comparison:
    """The whole comparison.

    `invented`: criteria about nothing that was planted (when, grade). `precision`: share of the supported criteria
    that are real (None without any); `recall`: share of the real traits (seek, avoid, churn, support) used or, for the
    harmful ones, refused with the reason; `recall_main` over those that 900 deals should show.
    """

    verdict: str
    rows: tuple[ComparisonRow, ...]
    invented: tuple[tuple[str, str], ...]
    precision: float | None
    recall: float | None
    recall_main: float | None


@dataclass(frozen=True)
class _Found:
    """A criterion of the evidence, as far as the comparison needs it."""

    when: str
    names: frozenset[str]
    harmful: bool
    grade: str
    asked: bool


def compare(truth: Truth, evidence: Mapping[str, Any]) -> Comparison:
    """Hold the content of `evidence.json` against what was planted.

    'Avoid the opposite' counts as found: where 280 to 1,100 employees were planted, so does staying away from fewer
    than 94, if at most a quarter of what is avoided overlaps with what was planted; the line shows the criterion as
    it was found, so that a reader can disagree.
    """
    criteria = [_read(each) for each in evidence.get("criteria") or []]
    rejected = [(_plain(str(each.get("attribute"))), each) for each in evidence.get("rejected") or []]
    standing = {trait.attribute for trait in truth.traits if _best(trait, criteria) is not None}
    rows = tuple(_row(trait, criteria, rejected, standing) for trait in truth.traits)
    real = [row for row in rows if row.trait.kind in REAL_KINDS]
    supported = [each for each in criteria if each.grade == "supported" and not each.asked]
    true = [each for each in supported if any(_covers(trait, each) for trait in truth.traits if _real(trait))]
    return Comparison(
        verdict=str(evidence.get("verdict")),
        rows=rows,
        invented=tuple((each.when, each.grade) for each in criteria if _is_invented(truth, each)),
        precision=len(true) / len(supported) if supported else None,
        recall=_share(real),
        recall_main=_share([row for row in real if row.trait.main]),
    )


def render(comparison: Comparison) -> tuple[str, ...]:
    """The comparison as lines of plain text, misses and inventions included."""
    lines = [f"Verdict: {comparison.verdict}", "", "What was planted, and what became of it:"]
    for row in comparison.rows:
        if row.trait.kind == "noise" and row.status != "fooled":
            continue
        effect = f" (odds x {row.trait.effect:g})" if row.trait.effect != 1.0 else ""
        planted = row.trait.when if row.trait.measure != "column" else row.trait.attribute
        lines.append(f"  {row.status:<10}  {KIND_WORDS[row.trait.kind]:<23}  {planted}{effect}")
        if row.detail:
            lines.append(f"  {'':<10}  {'':<23}  -> {row.detail}")
    quiet = sum(row.trait.kind == "noise" and row.status != "fooled" for row in comparison.rows)
    lines.append(f"  {'left alone':<10}  {'noise':<23}  {quiet} columns that have nothing to do with winning")
    lines.append("")
    lines += [f"Invented ({grade}): {when}" for when, grade in comparison.invented] or ["Invented: nothing"]
    lines.append(
        f"Supported criteria that are real: {_percent(comparison.precision)}; real traits used: "
        f"{_percent(comparison.recall)}; of the strong ones: {_percent(comparison.recall_main)}"
    )
    return tuple(lines)


def _percent(value: float | None) -> str:
    return "none to judge" if value is None else f"{100 * value:.0f}%"


def _share(rows: list[ComparisonRow]) -> float | None:
    return sum(_counts(row) for row in rows) / len(rows) if rows else None


def _counts(row: ComparisonRow) -> bool:
    return row.status == "found" or (row.status == "refused" and row.trait.kind in ("churn", "support"))


def _real(trait: PlantedTrait) -> bool:
    return trait.kind in (*REAL_KINDS, "call")


def _is_invented(truth: Truth, found: _Found) -> bool:
    """A criterion about nothing that matters, and not already told as a trap that fooled or a proxy."""
    if found.asked:
        return False
    return not any(_touches(trait, found) for trait in truth.traits if trait.kind != "noise")


def _row(
    trait: PlantedTrait, criteria: list[_Found], rejected: list[tuple[str, Mapping[str, Any]]], standing: set[str]
) -> ComparisonRow:
    best = _best(trait, criteria)
    refused = next((each for name, each in rejected if _is_refused(trait, name, each)), None)
    if best is not None:
        status: Status = "asked" if best.asked else "found"
        return ComparisonRow(trait, status, best.grade, _told(best))
    touched = [each for each in criteria if _touches(trait, each) and not each.asked]
    if touched and not _real(trait):
        stand_in = trait.kind == "proxy" and trait.stands_for not in standing
        return ComparisonRow(trait, "stand-in" if stand_in else "fooled", touched[0].grade, _told(touched[0]))
    turned = [each for each in touched if trait.kind in ("churn", "support", "avoid") and not each.harmful]
    if turned and refused is None:
        return ComparisonRow(trait, "fooled", turned[0].grade, _told(turned[0]))
    reason = "" if refused is None else f"{refused.get('reason')}: {refused.get('proof') or ''}".rstrip(": ")
    harmful = trait.kind in ("churn", "support") and (refused or {}).get("reason") in ("churns", "costly")
    if _real(trait) and not harmful:
        # a real trait that was thought too weak, or another's proxy, is a miss, whatever the reason
        return ComparisonRow(trait, "missed", None, reason)
    return ComparisonRow(trait, "refused" if refused is not None else "left alone", None, reason)


def _is_refused(trait: PlantedTrait, name: str, each: Mapping[str, Any]) -> bool:
    if trait.measure != "tool":
        return name in {_plain(trait.attribute), _plain(trait.header or trait.attribute)}
    told = f"{each.get('attribute')} {each.get('proof')}".lower()
    return trait.values[0].lower() in told


def _best(trait: PlantedTrait, criteria: list[_Found]) -> _Found | None:
    grades = {"supported": 0, "suggestive": 1, "assumed": 2}
    hits = [each for each in criteria if _real(trait) and _covers(trait, each)]
    harmful = trait.kind in ("avoid", "churn", "support")
    return min(hits, key=lambda each: (each.asked, each.harmful != harmful, grades.get(each.grade, 3)), default=None)


def _told(found: _Found) -> str:
    """A criterion in the lines: what it says, which way, how sure."""
    way = "ask" if found.asked else "avoid" if found.harmful else "seek"
    return f"{way}: {found.when} ({found.grade})"


def _read(criterion: Mapping[str, Any]) -> _Found:
    when = str(criterion.get("when") or "")
    points = criterion.get("points") or 0
    names = {_plain(str(criterion.get("attribute") or "")), *(_plain(name) for name in CALLED.findall(when))}
    tools = [tool for inside in USED.findall(when) for tool in TEXT.findall(inside)]
    names |= {_plain(tool) for tool in tools} | {_plain(name) for name in QUOTED.findall(when)}
    names |= {_plain(word) for word in re.findall(r"[A-Za-z_]\w*", QUOTED.sub(" ", TEXT.sub(" ", when)))}
    return _Found(
        when=when,
        names=frozenset(names),
        harmful=criterion.get("polarity") == "exclude" or points < 0,
        grade=str(criterion.get("grade") or "assumed"),
        asked=criterion.get("seen") == "call",
    )


def _touches(trait: PlantedTrait, found: _Found) -> bool:
    """The criterion speaks of the planted column, tool or event type."""
    names = trait.values if trait.measure == "tool" else (trait.attribute, trait.header or trait.attribute)
    return any(_plain(name) in found.names for name in names)


def _covers(trait: PlantedTrait, found: _Found) -> bool:
    """The criterion says, in kind, what was planted: the same column, the same direction, an overlapping set."""
    if not _touches(trait, found):
        return False
    harmful = trait.kind in ("avoid", "churn", "support")
    negated = bool(re.match(r"\s*NOT\b", found.when, re.IGNORECASE)) or "not_happened" in found.when
    same_way = (found.harmful == harmful) != negated
    match trait.measure:
        case "number":
            share = _overlap((trait.low, trait.high), _interval(found.when))
            return share >= 0.3 if same_way else share <= 0.25
        case "category":
            named = {_plain(text) for text in TEXT.findall(found.when)}
            planted = {_plain(value) for value in trait.values}
            excluded = bool(re.search(r"\bNOT\s+IN\b|<>|!=", found.when, re.IGNORECASE))
            inside = bool(named & planted) and len(named & planted) >= len(named - planted)
            return inside if same_way != excluded else not (named & planted)
        case "flag":
            said_no = bool(re.search(r"=\s*(FALSE|'no'|'false')", found.when, re.IGNORECASE))
            return same_way != said_no
        case _:
            return same_way


def _interval(when: str) -> tuple[float, float]:
    """The range that a comparison or BETWEEN over one number admits."""
    between = BETWEEN.search(when)
    if between:
        return float(between[1]), float(between[2])
    low, high = -inf, inf
    for sign, text in BOUND.findall(when):
        value = float(text)
        low = max(low, value) if sign in (">", ">=", "=") else low
        high = min(high, value) if sign in ("<", "<=", "=") else high
    return low, high


def _overlap(planted: tuple[float | None, float | None], found: tuple[float, float]) -> float:
    """Shared part of two ranges over their union, on a logarithmic scale.

    An open end lies a factor of four beyond the outermost end that is not open.
    """
    ends = [each for each in (*planted, *found) if each is not None and 0 < each < inf]
    if not ends:
        return 0.0
    floor, ceiling = min(ends) / 4, max(ends) * 4
    a, b = planted[0] or floor, planted[1] or ceiling
    c, d = max(found[0], floor), min(found[1], ceiling)
    shared = min(b, d) / max(a, c)
    return max(0.0, log(shared)) / log(max(b, d) / min(a, c)) if d > c else 0.0


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")

"""What each chart shows, in one sentence that a head of sales can repeat; where too few say it, that they do not."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from idealfit.performance.in_order import out_of_order

if TYPE_CHECKING:
    from idealfit.evidence.stay_curve import StayCurve
    from idealfit.patterns.bands import Band
    from idealfit.patterns.crossing import Cell, Crossing

Figures = Mapping[str, Any]


@dataclass(frozen=True)
class Finding:
    """A sentence; `sure` is False where the figures could be luck."""

    said: str
    sure: bool


def apart(one: Figures, other: Figures) -> bool:
    """Whether two estimates differ by more than both their intervals allow: Newcombe's hybrid of two score intervals
    (1998, method 10), where the interval of the difference holds no 0.
    """
    first, second = (one, other) if one["value"] >= other["value"] else (other, one)
    return bool(
        first["value"] - second["value"] > math.hypot(first["value"] - first["low"], second["high"] - second["value"])
    )


def same(one: Figures, other: Figures, little: float) -> bool:
    """Whether two estimates are known to differ by little: neither lies further than that from any of the other's."""
    return bool(max(one["high"] - other["low"], other["high"] - one["low"]) < 2 * little) and not apart(one, other)


def share(value: float) -> str:
    """'32%'; a share that is small but not nothing is not called 0%."""
    return f"{100 * value:.1f}%" if 0 < value < 0.01 else f"{100 * value:.0f}%"


def tiers(backtest: Figures, did: str, rows: str) -> Finding | None:  # noqa: PLR0911 - one sentence a case
    """What the tiers were worth on deals that the profile had not seen."""
    judged = [one for one in backtest.get("tiers") or () if one.get("win_rate")]
    if len(judged) < 2:
        if not judged:
            return None
        one = judged[0]
        return Finding(
            f"Every one of the {one['deals']:,} {rows} is {one['tier']}: there is nothing to compare.", False
        )
    top, last = judged[0], judged[-1]
    best, worst = share(top["win_rate"]["value"]), share(last["win_rate"]["value"])
    said = f"{best} of {top['tier']} {did}, of {last['tier']} {worst}"
    if same(top["win_rate"], last["win_rate"], 0.05):
        return Finding(f"The tiers do not differ: {said}.", True)
    if not apart(top["win_rate"], last["win_rate"]):
        return Finding(f"Too few to tell the tiers apart: {said}.", False)
    if top["win_rate"]["value"] < last["win_rate"]["value"]:
        return Finding(f"The order is the wrong way round: {said}.", True)
    between = judged[1] if len(judged) > 2 else None
    if between and not apart(between["win_rate"], last["win_rate"]):
        return Finding(f"{said}; {between['tier']} cannot be told from {last['tier']}.", True)
    return Finding(f"{said}.", True)


def no_oftener(backtest: Figures, did: str, one: str, money: str) -> str | None:
    """Where a lower tier was won as often as the one above it, or oftener: that it was, and whether the higher one was
    worth more all the same. `one`: what was judged ('deal'). None where each tier did better than the next.
    """
    judged = [tier for tier in backtest.get("tiers") or () if tier.get("win_rate") and tier["tier"] in "ABC"]
    for above, below in pairwise(judged):
        if above["win_rate"]["value"] > below["win_rate"]["value"]:
            continue
        rates = f"{share(above['win_rate']['value'])} against {share(below['win_rate']['value'])}"
        said = f"The share {did} is no larger in {above['tier']} than in {below['tier']} ({rates})"
        more, less = above.get("value"), below.get("value")
        if not more or not less:
            return f"{said}."
        worth = f"{money}{more['value']:,.0f} against {less['value']:,.0f}"
        if more["value"] <= less["value"]:
            return f"{said}, and a {one} of {above['tier']} was worth no more ({worth})."
        luck = "" if apart(more, less) else ", which could be luck"
        return f"{said}. Tiers go by worth: a {one} of {above['tier']} worked was worth {worth}{luck}."
    return None


def worth_together(tiers: Sequence[Figures], names: Sequence[str]) -> dict[str, float] | None:
    """What a deal of several tiers of a backtest was worth, as value, low, high and n: the mean over all their deals,
    its interval made of those of the tiers (the method of variance estimates recovery: Zou & Donner 2008). None where
    a tier that has deals does not say what they were worth.
    """
    inside = [one for one in tiers if one.get("tier") in names and one.get("deals")]
    deals = sum(one["deals"] for one in inside)
    if not deals or not all(one.get("value") and one["value"].get("low") is not None for one in inside):
        return None
    parts = [(one["deals"] / deals, one["value"]) for one in inside]
    mean = math.fsum(part * value["value"] for part, value in parts)
    down = math.hypot(*(part * (value["value"] - value["low"]) for part, value in parts))
    up = math.hypot(*(part * (value["high"] - value["value"]) for part, value in parts))
    return {"value": mean, "low": mean - down, "high": mean + up, "n": deals}


def order(backtest: Figures, words: tuple[str, str, str, str]) -> tuple[str, ...]:
    """Whether the tiers are in order: the alarms where they are not, else what each was worth. `words`: what the good
    ones did ('won'), the rows ('deals'), one of them, and what stands before an amount.
    """
    did, rows, one, money = words
    if alarms := out_of_order(backtest.get("tiers") or ()):
        return tuple(alarm.told() for alarm in alarms)
    finding = tiers(backtest, did, rows)
    return tuple(said for said in (finding and finding.said, no_oftener(backtest, did, one, money)) if said)


def lift(backtest: Figures, rows: str, of: str) -> Finding | None:
    """How much the best so many bring."""
    parts = [one for one in backtest.get("parts") or () if one.get("lift")]
    whole = backtest.get("lift")
    if not parts or not whole:
        return None
    first = next((one for one in parts if one["reached"] >= 0.19), parts[0])
    best, low, high = first["lift"]["value"], first["lift"]["low"], first["lift"]["high"]
    said = (
        f"The best {share(first['reached'])} of the {rows} bring {best:.1f} times as much {of} as the same number "
        "taken blindly"
    )
    if whole["low"] <= 1 and whole["high"] < 1.1:
        return Finding(
            f"The order brings no more than none: {best:.2f} times as much {of} ({low:.2f} to {high:.2f}).", True
        )
    if whole["low"] <= 1:
        return Finding(
            f"Too few to tell whether the order brings more than none: {best:.1f} times ({low:.1f} to {high:.1f}).",
            False,
        )
    half = next((one for one in parts if one["reached"] >= 0.38 and one.get("captured") is not None), None)
    more = f", and {share(half['reached'])} hold {share(half['captured'])} of all {of}" if half else ""
    return Finding(f"{said} ({low:.1f} to {high:.1f}){more}.", bool(low > 1))


def calibration(bins: Sequence[Figures]) -> Finding | None:
    """Whether chances came true; each of `bins` has `predicted` and `seen` (value, low, high)."""
    if not bins:
        return None
    off = [one for one in bins if not one["seen"]["low"] <= one["predicted"] <= one["seen"]["high"]]
    last = bins[-1]
    told = f"where {share(last['predicted'])} were said, {share(last['seen']['value'])} were seen"
    if not off:
        wide = max(one["seen"]["high"] - one["seen"]["low"] for one in bins)
        if wide > 0.35:
            return Finding(f"Nothing speaks against the chances, but so few could not: {told}.", False)
        return Finding(
            f"Chances came true: what was said lies within what was seen in all {len(bins)} groups; {told}.", True
        )
    worst = max(off, key=lambda one: abs(one["predicted"] - one["seen"]["value"]))
    way = "too high" if worst["predicted"] > worst["seen"]["value"] else "too low"
    return Finding(
        f"Chances were {way} in {len(off)} of {len(bins)} groups: where {share(worst['predicted'])} were said, "
        f"{share(worst['seen']['value'])} were seen.",
        True,
    )


def value(parts: Sequence[Figures], one: str, money: str) -> Finding | None:
    """What a deal of the best and of the last part turned out to be worth."""
    told = [one for one in parts if one.get("value")]
    if len(told) < 2:
        return None
    first, last = told[0]["value"], told[-1]["value"]
    worth, little = f"{money}{first['value']:,.0f}", f"{money}{last['value']:,.0f}"
    said = f"A {one} of the best part was worth {worth} when worked, of the last {little}"
    if same(first, last, 0.1 * max(first["value"], last["value"])):
        return Finding(f"The order makes no difference: {said[0].lower()}{said[1:]}.", True)
    if not apart(first, last):
        return Finding(f"Too few to tell: {said[0].lower()}{said[1:]}, and luck could do that.", False)
    if first["value"] < last["value"]:
        return Finding(f"The order is the wrong way round: {said[0].lower()}{said[1:]}.", True)
    return Finding(f"{said}.", True)


def staying(curves: Mapping[str, StayCurve], month: float = 12.0) -> Finding | None:
    """Who stays longer, read at a year or as far as both curves reach."""
    if not curves:
        return None
    if len(curves) == 1:
        name, curve = next(iter(curves.items()))
        at = min(month, curve.until)
        there = curve.at(at)
        if there is None:
            return None
        return Finding(
            f"After {at:.0f} months {100 * there[0]:.0f} of 100 are still customers ({name}); no other group has "
            "enough customers to compare.",
            False,
        )
    (first, one), (last, other) = next(iter(curves.items())), list(curves.items())[-1]
    at = min(month, one.until, other.until)
    here, there = one.at(at), other.at(at)
    if here is None or there is None:
        return None
    figures = [dict(zip(("value", "low", "high"), found, strict=True)) for found in (here, there)]
    said = (
        f"after {at:.0f} months {100 * here[0]:.0f} of 100 are still customers ({first}), against {100 * there[0]:.0f} "
        f"({last})"
    )
    if not apart(*figures):
        return Finding(f"Too few to tell who stays longer: {said}.", False)
    return Finding(f"{said[0].upper()}{said[1:]}.", True)


def gaps(crossing: Crossing) -> Finding:
    """Where there is no evidence."""
    cells = [cell for line in crossing.cells for cell in line if cell.market]
    never = [cell for cell in cells if not cell.won + cell.lost]
    few = [cell for cell in cells if cell.won + cell.lost and not cell.enough]
    all_, without = sum(cell.market for cell in cells), sum(cell.market for cell in (*never, *few))
    if not never and not few:
        return Finding(f"Something was tried everywhere: each of the {len(cells)} combinations has closed deals.", True)
    tried = f"{len(never)} were never tried and {len(few)} hardly" if never else f"{len(few)} were hardly tried"
    return Finding(
        f"Of {len(cells)} combinations on your list {tried}: they hold "
        f"{without:,} of {all_:,} companies ({share(without / max(1, all_))}). What is said of those comes "
        "from others.",
        True,
    )


def combinations(crossing: Crossing, did: str) -> tuple[Finding, tuple[tuple[Band, Band, Cell], ...]]:
    """Which combinations differ from the usual by more than their intervals allow, the furthest first."""
    found = [
        (row, column, cell)
        for row, line in zip(crossing.rows, crossing.cells, strict=True)
        for column, cell in zip(crossing.columns, line, strict=True)
        if cell.enough and cell.rate is not None and not cell.rate.low <= crossing.rate <= cell.rate.high
    ]
    usual = share(crossing.rate)
    if not math.isfinite(crossing.strength) or not found:
        enough = sum(cell.enough for line in crossing.cells for cell in line)
        return (
            Finding(
                f"Too few to tell combinations apart: {usual} of all {did}, and none of the {enough} with enough deals "
                "differs by more than luck could.",
                False,
            ),
            (),
        )
    found.sort(key=lambda one: -abs((one[2].rate.value if one[2].rate else 0) - crossing.rate))
    row, column, cell = found[0]
    assert cell.rate is not None  # noqa: S101 - chosen by it
    more = f"; {len(found) - 1} more differ" if len(found) > 1 else ""
    said = f"{row.words} with {column.words}: {share(cell.rate.value)} {did}, of all {usual}{more}."
    return Finding(said, True), tuple(found)


def plane(now: int, all_: int, known: bool) -> Finding:
    """How many are worth a call and ready for one."""
    if not known:
        return Finding(f"Nothing of the timing of the {all_:,} accounts is known: only who matters can be seen.", False)
    return Finding(f"{now:,} of {all_:,} accounts are A or B and worth a call now.", True)

"""Charts of the backtest: tiers, lift, chances and worth, on deals that the profile had not seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from idealfit.frontends.web.chart_parts import SHAPES, Behind, Chart, Words, both, entry, ranged
from idealfit.frontends.web.drawing.axis import short
from idealfit.frontends.web.drawing.intervals import Interval, intervals
from idealfit.frontends.web.drawing.plots import Point, Series, bars, lines, seen_of_said
from idealfit.frontends.web.wording import day
from idealfit.workspace import chart_findings as told
from idealfit.workspace.chart_findings import share
from idealfit.workspace.reading_back import share_of

AGAIN: Final = "The last build did not keep these figures. Build again, and they are here."
WORTH: Final = (
    "Worth: what a customer pays in the records, less what serving it takes and the time it did not stay; a lost one "
    "is worth nothing."
)


def tiers_chart(backtest: Mapping[str, Any], words: Words) -> Chart:
    """Tiers against the share that was won."""
    name, title = "tiers", f"Share {words.did}, by tier"
    judged = [one for one in backtest.get("tiers") or () if one.get("win_rate")]
    if not judged:
        return Chart(name, title, f"No {words.rows} could be set aside to judge the tiers by.")
    everyone = ((backtest.get("baselines") or {}).get("everyone") or {}).get("win_rate")
    usual = (everyone["value"], f"everyone {share(everyone['value'])}") if everyone else None
    finding = told.tiers(backtest, words.did, words.rows)
    rows = [
        Interval(
            f"Tier {one['tier']}",
            one["win_rate"]["value"],
            one["win_rate"]["low"],
            one["win_rate"]["high"],
            f"{share(one['win_rate']['value'])}, {one['won']:,} of {one['deals']:,}",
            *SHAPES.get(one["tier"], ("c", 2)),
        )
        for one in judged
    ]
    said = "; ".join(f"{one.label}: {one.beside}" for one in rows)
    table = Behind(
        ("Tier", words.rows.capitalize(), words.did.capitalize(), "Share, with 95%", "Foretold", "Days to sign"),
        tuple(
            entry(
                one["tier"],
                f"{one['deals']:,}",
                f"{one['won']:,}",
                ranged(one["win_rate"]),
                share(one["predicted"]) if one.get("predicted") is not None else "",
                ranged(one.get("cycle_days"), short) if one.get("cycle_days") else "",
            )
            for one in judged
        ),
    )
    return Chart(
        name,
        title,
        "",
        finding,
        when_judged(backtest, words),
        table=table,
        pictures=both(
            lambda width: intervals(
                name, title, said, rows, width=width, form="share", axis=f"Share {words.did}", usual=usual
            )
        ),
    )


def when_judged(backtest: Mapping[str, Any], words: Words) -> str:
    """On what the backtest judged."""
    if backtest.get("kind") == "later_deals" and backtest.get("at"):
        begun = f"{backtest['deals']:,} {words.rows} opened after {day(backtest['at'])}"
        return f"{begun}, each judged by what was known before it."
    if backtest.get("kind") == "accounts_set_aside":
        return (
            f"{backtest.get('deals', 0):,} {words.rows}, each set aside while it was judged; this is no test of time."
        )
    return ""


def lift_chart(backtest: Mapping[str, Any], words: Words) -> Chart:
    """How many times as much the best so many bring as as many taken blindly."""
    name, title = "lift", "What the best bring"
    parts = [one for one in backtest.get("parts") or () if one.get("lift")]
    if not parts:
        return Chart(
            name,
            title,
            AGAIN
            if backtest.get("tiers") and "parts" not in backtest
            else f"Too few {words.rows} were judged to put them into an order.",
        )
    of = words.counted(str(backtest.get("lift_of")))
    points = tuple(
        Point(
            one["reached"],
            one["lift"]["value"],
            one["lift"]["low"],
            one["lift"]["high"],
            f"The best {share(one['reached'])}: {ranged(one['lift'], '{:.2f}'.format)} times",
        )
        for one in parts
    )
    series = [Series("profile", points)]
    size = (backtest.get("baselines") or {}).get("size") or {}
    by_size = [Point(one["reached"], one["size_lift"]) for one in parts if one.get("size_lift") is not None]
    if by_size:
        series.append(Series(f"{size.get('attribute') or 'size'} alone", tuple(by_size), "other", 1))
    table = Behind(
        (
            "The best",
            words.rows.capitalize(),
            words.did.capitalize(),
            f"Times as much {of}",
            f"Share of all {of}",
            "By size alone",
        ),
        tuple(
            entry(
                share(one["reached"]),
                f"{one['deals']:,}",
                f"{one['won']:,}",
                ranged(one["lift"], "{:.2f}".format),
                share(one["captured"]) if one.get("captured") is not None else "",
                f"{one['size_lift']:.2f}" if one.get("size_lift") is not None else "",
            )
            for one in parts
        ),
    )
    said = "; ".join(point.tip for point in points)
    axes = (f"Share of the {words.rows} worked, the best first", f"Times as much {of}")
    return Chart(
        name,
        title,
        "",
        told.lift(backtest, words.rows, of),
        when_judged(backtest, words),
        table=table,
        pictures=both(
            lambda width: lines(
                name, title, said, series, width=width, axes=axes, form="times", usual=(1.0, "taken blindly")
            )
        ),
    )


def calibration_chart(backtest: Mapping[str, Any], words: Words) -> Chart:
    """Chances that were said against what was seen."""
    name, title = "calibration", "Chances said, and seen"
    bins = [
        {**one, "seen": one.get("seen") or share_of(round(one["observed"] * one["deals"]), one["deals"]).as_dict()}
        for one in (backtest.get("calibration") or {}).get("bins") or ()
        if one.get("predicted") is not None and one["deals"]
    ]
    if not bins:
        return Chart(name, title, f"Too few {words.rows} were judged to see whether chances come true.")
    points = [
        Point(
            one["predicted"],
            one["seen"]["value"],
            one["seen"]["low"],
            one["seen"]["high"],
            f"Said {share(one['predicted'])}, seen {ranged(one['seen'])}, {one['deals']:,} {words.rows}",
        )
        for one in bins
    ]
    table = Behind(
        (f"Group of {words.rows}", words.rows.capitalize(), "Said", "Seen, with 95%"),
        tuple(
            entry(f"{at + 1}", f"{one['deals']:,}", share(one["predicted"]), ranged(one["seen"]))
            for at, one in enumerate(bins)
        ),
    )
    many = sorted({one["deals"] for one in bins})
    size = f"{many[0]:,}" if len(many) == 1 else f"{many[0]:,} to {many[-1]:,}"
    note = f"Each point is {size} {words.rows}; a point below the dashed line was promised too much."
    said = "; ".join(point.tip for point in points)
    axes = ("Chance that was said", f"Share {words.did}")
    return Chart(
        name,
        title,
        "",
        told.calibration(bins),
        note,
        table=table,
        pictures=both(lambda width: seen_of_said(name, title, said, points, width=width, axes=axes)),
    )


def value_chart(backtest: Mapping[str, Any], words: Words) -> Chart:
    """What a deal of each tenth turned out to be worth."""
    name = "value"
    all_ = backtest.get("parts") or ()
    fifths = bool(all_) and max(one["part"] for one in all_) <= 5
    title = f"Worth of a {words.one} worked, by {'fifth' if fifths else 'tenth'}"
    parts = [one for one in all_ if one.get("value")]
    if not parts:
        known = (
            AGAIN if backtest.get("tiers") and "parts" not in backtest else "The records do not say what customers pay."
        )
        return Chart(name, title, known)
    points = [
        (
            share(one["reached"]),
            Point(
                0, *_ends(one["value"]), f"{one['part']}: {ranged(one['value'], short)}, {one['deals']:,} {words.rows}"
            ),
        )
        for one in parts
    ]
    whole = sum(one["value"]["value"] * one["deals"] for one in parts) / max(1, sum(one["deals"] for one in parts))
    table = Behind(
        (
            "Part, the best first",
            words.rows.capitalize(),
            words.did.capitalize(),
            f"Worth of one worked{f', {words.money.strip()}' if words.money else ''}",
        ),
        tuple(
            entry(str(one["part"]), f"{one['deals']:,}", f"{one['won']:,}", ranged(one["value"], "{:,.0f}".format))
            for one in parts
        ),
    )
    said = "; ".join(point.tip for _label, point in points)
    axes = (
        f"Up to so much of the {words.rows}, the best first",
        f"Worth{f', {words.money.strip()}' if words.money else ''}",
    )
    return Chart(
        name,
        title,
        "",
        told.value(parts, words.one, words.money),
        f"{WORTH} {when_judged(backtest, words)}",
        table=table,
        pictures=both(
            lambda width: bars(
                name, title, said, points, width=width, axes=axes, form="money", usual=(whole, f"mean {short(whole)}")
            )
        ),
    )


def _ends(one: Mapping[str, Any]) -> tuple[float, float, float]:
    return one["value"], one["low"], one["high"]

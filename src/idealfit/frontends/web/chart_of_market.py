"""Charts of customers and of the list: who stays, fit by timing, where the evidence is, what combinations win."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlencode

from idealfit.frontends.web.chart_parts import BROAD, PATH, SHAPES, Behind, Chart, Said, Words, both, entry
from idealfit.frontends.web.charts import Plane
from idealfit.frontends.web.drawing.cells import Shown, cells
from idealfit.frontends.web.drawing.curves import Staying, staying
from idealfit.frontends.web.drawing.field import field
from idealfit.workspace import chart_findings as told
from idealfit.workspace.chart_findings import Finding, share
from idealfit.workspace.charting import Cell, CrossingAnswer, Estimate, StayCurve, month_ticks

GROUP: Final = "/evidence/group"
ASIDE: Final = "Not known"
"""A curve that is drawn and compared with none."""
ENDS: Final = (
    "A curve ends where fewer than five customers were seen for so long; the bands hold the truth 95 times in 100."
)


def staying_chart(
    curves: Mapping[str, StayCurve],
    *,
    name: str = "staying",
    title: str = "Who stays, by tier",
    note: str = "",
    looks: Mapping[str, tuple[str, int]] = SHAPES,
    nothing: str = "",
    query: str = "",
    path: str = PATH,
) -> Chart:
    """Curves of who is still a customer, by their label."""
    if not curves:
        return Chart(name, title, nothing or "The records do not say who left and when, or of too few.", query=query)
    drawn = [
        Staying(f"{label}" if label not in SHAPES else f"Tier {label}", curve, *looks.get(label, ("other", 1)))
        for label, curve in curves.items()
    ]
    until = max(one.curve.until for one in drawn)
    table = Behind(
        ("Months", *(f"{one.label}, still customers" for one in drawn), *(f"{one.label}, at risk" for one in drawn)),
        tuple(
            entry(
                f"{month:.0f}",
                *(_at(one.curve.at(month)) for one in drawn),
                *(f"{one.curve.at_risk(month):,}" for one in drawn),
            )
            for month in month_ticks(until, 13)
        ),
    )
    said = "; ".join(f"{one.label}: {one.curve.customers:,} customers, {one.curve.left:,} left" for one in drawn)
    full = f"{note} {ENDS}".strip()
    return Chart(
        name,
        title,
        "",
        told.staying({one.label: one.curve for one in drawn if one.label != ASIDE}),
        full,
        table=table,
        query=query,
        path=path,
        pictures=both(lambda width: staying(name, title, said, drawn, width=width)),
    )


def _at(found: tuple[float, float, float] | None) -> str:
    return "" if found is None else f"{share(found[0])} ({share(found[1])} to {share(found[2])})"


def plane_chart(plane: Plane | None, now: int, all_: int, bands: Sequence[tuple[str, int]]) -> Chart:
    """Fit against timing."""
    name, title = "plane", "Fit by timing"
    if plane is None or not plane.squares:
        return Chart(name, title, "No account has both a fit and a timing.")
    known = any(count for band, count in bands if band != "unknown")
    table = Behind(
        ("Timing", "Accounts of A or B"),
        tuple(entry({"unknown": "not known"}.get(band, band), f"{count:,}") for band, count in bands),
    )
    said = f"{all_:,} accounts by fit, from left to right, and timing, upwards."
    return Chart(
        name,
        title,
        "",
        told.plane(now, all_, known),
        "The larger a square, the more accounts stand there. Dashed: where the tiers B and A begin.",
        table=table,
        pictures=both(lambda width: field(name, title, said, plane, width=width)),
    )


def gaps_chart(answer: CrossingAnswer, words: Words, query: str) -> Chart:
    """Where there are deals, and where none."""
    name, title = "map", f"Where the evidence is: {answer.row.label} by {answer.column.label}"
    crossing = answer.crossing
    most = max((cell.won + cell.lost for line in crossing.cells for cell in line), default=0)
    shown = [[_gap(cell, most, words) for cell in line] for line in crossing.cells]
    note = (
        f"In each cell: closed {words.rows}, under it companies on your list today. Hatched: closed "
        f"{words.rows} of fewer than five companies."
    )
    return _crossed(name, title, answer, shown, told.gaps(crossing), note, words, query)


def rates_chart(answer: CrossingAnswer, words: Words, query: str) -> Chart:
    """The share won of every combination, drawn towards that of all."""
    name, title = "heat", f"Share {words.did}: {answer.row.label} by {answer.column.label}"
    crossing = answer.crossing
    furthest = max(
        (abs(cell.rate.value - crossing.rate) for line in crossing.cells for cell in line if cell.rate and cell.enough),
        default=0.0,
    )
    scale = max(furthest, 0.03)
    shown = [[_rate(cell, crossing.rate, scale, words) for cell in line] for line in crossing.cells]
    finding, _cells = told.combinations(crossing, words.did)
    note = (
        f"▲ more, ▼ less than the {share(crossing.rate)} of all. A share of few {words.rows} is drawn towards that of "
        "all; hatched: too few to say anything."
    )
    return _crossed(name, title, answer, shown, finding, note, words, query)


def _crossed(
    name: str,
    title: str,
    answer: CrossingAnswer,
    shown: list[list[Shown]],
    finding: Finding,
    note: str,
    words: Words,
    query: str,
) -> Chart:
    crossing = answer.crossing
    rows, columns = [one.words for one in crossing.rows], [one.words for one in crossing.columns]
    said = f"{len(rows)} by {len(columns)} cells of {answer.row.label} and {answer.column.label}; the table has each."
    axes = (answer.row.label.capitalize(), answer.column.label.capitalize())
    heads = (
        f"{axes[0]}, {answer.column.label}",
        "On the list",
        words.rows.capitalize(),
        words.did.capitalize(),
        "Open",
        "Share",
        "Drawn towards all",
    )
    table = Behind(
        heads,
        tuple(
            entry(
                Said(f"{row.words}, {column.words}", group_address(f"({row.when}) AND ({column.when})")),
                f"{cell.market:,}",
                f"{cell.won + cell.lost:,}",
                f"{cell.won:,}",
                f"{cell.open:,}",
                share(cell.raw) if cell.raw is not None else "none",
                _estimate(cell.rate) if cell.rate and cell.enough else "too few",
            )
            for row, line in zip(crossing.rows, crossing.cells, strict=True)
            for column, cell in zip(crossing.columns, line, strict=True)
            if cell.market or cell.won + cell.lost
        ),
    )
    return Chart(
        name,
        title,
        "",
        finding,
        note,
        table=table,
        query=query,
        pictures=both(lambda width: cells(name, title, said, rows, columns, shown, width=width, axes=axes), wide=BROAD),
        broad=True,
    )


def _gap(cell: Cell, most: int, words: Words) -> Shown:
    closed = cell.won + cell.lost
    if not cell.market and not closed:
        return Shown("", "", 0, "main", False, "No company of the list is here")
    strength = 0.06 + 0.4 * (closed / most) ** 0.5 if closed and most else 0.0
    tip = f"{closed:,} closed {words.rows}, {cell.market:,} companies on the list"
    return Shown(f"{closed:,}", f"of {cell.market:,}", strength if cell.enough else 0, "main", not cell.enough, tip)


def _rate(cell: Cell, usual: float, scale: float, words: Words) -> Shown:
    closed = cell.won + cell.lost
    if cell.rate is None or not cell.enough:
        if not cell.market and not closed:
            return Shown("", "", 0, "main", False, "No company of the list is here")
        return Shown(
            "",
            f"{cell.won} of {closed}" if closed else "",
            0,
            "main",
            True,
            f"{cell.won:,} of {closed:,} {words.did}: too few",
        )
    away = cell.rate.value - usual
    strength = min(0.5, 0.5 * abs(away) / scale)
    sign = "▲ " if away > 0.005 else "▼ " if away < -0.005 else ""
    colour = "up" if away > 0 else "down"
    tip = f"{cell.won:,} of {closed:,} {words.did}; {_estimate(cell.rate)}"
    return Shown(f"{sign}{share(cell.rate.value)}", f"{cell.won:,} of {closed:,}", strength, colour, False, tip)


def _estimate(one: Estimate) -> str:
    return f"{share(one.value)} ({share(one.low)} to {share(one.high)})"


def group_address(when: str) -> str:
    """Where any group of companies is answered."""
    return f"{GROUP}?{urlencode({'when': when})}"

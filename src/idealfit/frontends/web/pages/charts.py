"""The page of charts, and each chart as a file."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from fastapi import FastAPI, Request, Response

from idealfit.errors import EvidenceMissing, IdealfitError, NoSuchAttribute, RequestNotUnderstood
from idealfit.frontends.web.chart_of_backtest import calibration_chart, lift_chart, tiers_chart, value_chart
from idealfit.frontends.web.chart_of_market import gaps_chart, plane_chart, rates_chart, staying_chart
from idealfit.frontends.web.chart_parts import PATH, Chart, Words, words_of
from idealfit.frontends.web.charts import plane
from idealfit.frontends.web.drawing.export import LOOKS, sheet
from idealfit.frontends.web.faults import fault_response
from idealfit.frontends.web.rendering import page
from idealfit.frontends.web.rooms import Rooms
from idealfit.frontends.web.wording import day
from idealfit.workspace.chart_files import png_of
from idealfit.workspace.charting import CrossingAnswer
from idealfit.workspace.listing import ListQuestion
from idealfit.workspace.reading_back import evidence_of

VERDICTS: Final = {
    "insufficient": "Too little to prove a profile",
    "no_signal": "The records show no pattern that holds",
}
TODAY: Final = "By today's tiers; the profile was made of these customers too."
TYPES: Final = {"svg": "image/svg+xml", "png": "image/png"}


def add(app: FastAPI, rooms: Rooms) -> None:
    """The page, and its files."""

    @app.get(PATH)
    def charts(request: Request, row: str = "", column: str = "") -> Response:
        try:
            document = evidence_of(rooms.workspace)
        except EvidenceMissing:
            return page(request, "charts.html.j2", found=False)
        try:
            crossed = _crossed(rooms, row, column)
        except NoSuchAttribute as fault:
            return fault_response(request, fault, status=404)
        words = words_of(rooms, document)
        backtest = document.get("backtest") or {}
        judged = [make(backtest, words) for make in (tiers_chart, lift_chart, calibration_chart, value_chart)]
        groups = [
            ("If it had been followed", "On deals that the profile had not seen.", judged),
            ("Who stays, and who is ready", "Your customers, and your list as it is today.", _today(rooms)),
            ("Where the evidence is", "Any two columns against each other.", _pairs(crossed, words)),
        ]
        return page(
            request,
            "charts.html.j2",
            found=True,
            verdict=VERDICTS.get(document["verdict"]),
            reason=document["reason"],
            groups=groups,
            choices=crossed.choices if crossed else (),
            row=crossed.row.name if crossed else "",
            column=crossed.column.name if crossed else "",
        )

    @app.get(f"{PATH}/{{name}}.{{form}}")
    def chart(request: Request, name: str, form: str, row: str = "", column: str = "", look: str = "light") -> Response:
        try:
            found = _one(rooms, name, row, column)
        except NoSuchAttribute as fault:
            return fault_response(request, fault, status=404)
        return as_file(request, found, form, look, source_of(rooms))


def as_file(request: Request, found: Chart | None, form: str, look: str, source: str) -> Response:
    """A chart as SVG or PNG; 404 where there is none, or it has no picture."""
    if found is None or found.pictures is None or form not in TYPES:
        why = found.nothing if found is not None and found.nothing else "There is no such chart"
        return fault_response(
            request, RequestNotUnderstood(why, remedy="The page Charts has all there are."), status=404
        )
    made = sheet(
        found.pictures[0], found.finding.said if found.finding else "", source, look if look in LOOKS else "light"
    )
    content = made.svg.encode() if form == "svg" else png_of(made.svg, made.width, made.height)
    headers = {"content-disposition": f'attachment; filename="{found.name}.{form}"'}
    return Response(content, media_type=TYPES[form], headers=headers)


def source_of(rooms: Rooms) -> str:
    """What stands under a chart that is taken along."""
    glance = rooms.glance()
    through = f", records up to {day(glance.as_of)}" if glance.as_of else ""
    return f"idealfit{f' · {glance.profile}' if glance.profile else ''}{through}"


def _one(rooms: Rooms, name: str, row: str, column: str) -> Chart | None:
    document = evidence_of(rooms.workspace)
    words, backtest = words_of(rooms, document), document.get("backtest") or {}
    made = {"tiers": tiers_chart, "lift": lift_chart, "calibration": calibration_chart, "value": value_chart}
    if name in made:
        return made[name](backtest, words)
    if name in ("staying", "plane"):
        return next((one for one in _today(rooms) if one.name == name), None)
    if name in ("map", "heat"):
        return next((one for one in _pairs(_crossed(rooms, row, column), words) if one.name == name), None)
    return None


def _crossed(rooms: Rooms, row: str, column: str) -> CrossingAnswer | None:
    try:
        return rooms.desk.crossing(row, column)
    except NoSuchAttribute:
        raise
    except IdealfitError:  # nothing says who bought
        return None


def _pairs(crossed: CrossingAnswer | None, words: Words) -> list[Chart]:
    if crossed is None:
        nothing = "Fewer than two columns of your companies are known well enough to be set against each other."
        return [Chart("map", "Where the evidence is", nothing)]
    query = urlencode({"row": crossed.row.name, "column": crossed.column.name})
    return [gaps_chart(crossed, words, query), rates_chart(crossed, words, query)]


def _today(rooms: Rooms) -> list[Chart]:
    try:
        curves = rooms.desk.tier_curves()
    except IdealfitError:  # nothing says who bought
        curves = {}
    made = [staying_chart(curves, note=TODAY)]
    found = rooms.accounts.now(1.5)
    if found is None or "fit" not in found.columns:
        return [*made, plane_chart(None, 0, 0, ())]
    answer, glance = found.ask(ListQuestion()), rooms.glance()
    limits = glance.tiers if glance.by == "fit" else None
    by_band = [
        (band, sum(answer.by_band.get((band, tier), 0) for tier in ("A", "B")))
        for band in ("now", "soon", "later", "unknown")
    ]
    drawn = plane(answer.plane, limits, (None, None), (None, None))
    return [*made, plane_chart(drawn, dict(by_band)["now"], answer.total, by_band)]

"""Any group of companies, by form or text: what became of them, who stays, criteria beside it, and the records."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from starlette.responses import RedirectResponse, StreamingResponse

from idealfit.errors import EvidenceMissing, IdealfitError
from idealfit.frontends.result_words import won_word
from idealfit.frontends.web.chart_of_market import GROUP, group_address, staying_chart
from idealfit.frontends.web.chart_parts import LOST, Behind, Chart, both, entry, ranged
from idealfit.frontends.web.drawing.intervals import Interval, intervals
from idealfit.frontends.web.pages.charts import as_file, source_of
from idealfit.frontends.web.pages.evidence import MOST_NAMES
from idealfit.frontends.web.rendering import page
from idealfit.frontends.web.rooms import Rooms
from idealfit.workspace.asking import CohortAnswer
from idealfit.workspace.chart_findings import Finding, apart, share
from idealfit.workspace.charting import Beside
from idealfit.workspace.group_form import HOWS, Condition, choices, statement_of
from idealfit.workspace.reading_back import evidence_of
from idealfit.workspace.records_behind import Behind as Record
from idealfit.workspace.records_behind import lines_of, records_behind

SIDES: Final = (("matching", "Matching"), ("others", "Others"), ("unknown", "Not known"))
LOOKS: Final = {"Matching": ("main", 0), "Others": ("other", 1), "Not known": ("c", 2)}
LINES: Final = 3
LONGEST_EXAMPLE: Final = 60


def add(app: FastAPI, rooms: Rooms) -> None:
    """The page, its charts as files, its records as a file."""

    @app.get(GROUP)
    def group(request: Request, when: str = "") -> Response:
        typed = _typed(request)
        if any(one.on for one in typed):
            any_of = request.query_params.get("join") == "any"
            write = partial(statement_of, typed, any_of=any_of)
            try:
                made = rooms.desk.ask(lambda at_hand: write(at_hand.attributes), ("form", tuple(typed), any_of))
            except IdealfitError as fault:
                return _page(request, rooms, "", fault, typed)
            return RedirectResponse(group_address(made), status_code=303)
        return _page(request, rooms, when, None, typed)

    @app.get(f"{GROUP}/{{name}}.{{form}}")
    def chart(request: Request, name: str, form: str, when: str = "", look: str = "light") -> Response:
        answer, _beside = rooms.desk.cohort(when)
        found = next((one for one in _charts(answer, when) if one.name == name), None)
        return as_file(request, found, form, look, source_of(rooms))

    @app.get(f"{GROUP}.csv")
    def file(when: str = "") -> Response:
        answer, _beside = rooms.desk.cohort(when)
        rows = [
            (words, record)
            for name, words in SIDES
            for ids in getattr(answer.cohort, name).records.values()
            for record in rooms.desk.ask(partial(records_behind, ids=ids), ("all", ids))
        ]
        headers = {"content-disposition": 'attachment; filename="group.csv"'}
        return StreamingResponse(lines_of(rows), media_type="text/csv; charset=utf-8", headers=headers)


def _examples(rooms: Rooms) -> list[str]:
    """Statements to begin from: the first criteria that a build found, as short as they are there."""
    try:
        found = [str(one["when"]) for one in evidence_of(rooms.workspace)["criteria"]]
    except EvidenceMissing:
        return []
    return sorted([one for one in found if len(one) <= LONGEST_EXAMPLE][:3], key=len)


def _typed(request: Request) -> list[Condition]:
    """The lines of the form, as many as it has."""
    given = request.query_params
    fields = [given.getlist(name) for name in ("on", "how", "value", "upto")]
    lines = [
        Condition(
            *(
                field[at][:400] if at < len(field) else default
                for field, default in zip(fields, ("", "is", "", ""), strict=True)
            )
        )
        for at in range(LINES)
    ]
    return [one if one.how in HOWS else Condition(one.on, "is", one.value, one.upto) for one in lines]


def _page(
    request: Request, rooms: Rooms, when: str, fault: IdealfitError | None, typed: Sequence[Condition]
) -> Response:
    """What became of the companies for which `when` is true; a mistake in it is told beside its box."""
    answer: CohortAnswer | None = None
    beside: tuple[Beside, ...] = ()
    if when.strip():
        try:
            answer, beside = rooms.desk.cohort(when)
        except IdealfitError as problem:
            fault = problem
    try:
        form = rooms.desk.ask(choices, "choices")
    except IdealfitError:  # nothing says who bought: there is nothing to ask
        form = None
    return page(
        request,
        "group.html.j2",
        status=200 if fault is None else 400,
        when=when,
        answer=answer,
        beside=beside,
        fault=fault,
        form=form,
        typed=typed,
        joined=request.query_params.get("join", ""),
        hows=HOWS,
        group=group_address,
        examples=_examples(rooms),
        **(_told(rooms, answer, when) if answer else {}),
    )


def _told(rooms: Rooms, answer: CohortAnswer, when: str) -> dict[str, Any]:
    good = _good(answer)
    words = {"won": good, "lost": LOST.get(good, "others"), "open": "open"}
    sides = [(words_, getattr(answer.cohort, name), name) for name, words_ in SIDES]
    behind = [
        (f"{title}, {words[outcome]}", f"{name}-{outcome}", _latest(rooms, ids), len(ids))
        for title, side, name in sides
        for outcome, ids in side.records.items()
    ]
    return {
        "good": good,
        "lost": words["lost"],
        "sides": sides,
        "charts": _charts(answer, when),
        "behind": behind,
        "file": f"{GROUP}.csv?{group_address(when).partition('?')[2]}",
    }


def _latest(rooms: Rooms, ids: tuple[str, ...]) -> tuple[Record, ...]:
    return rooms.desk.ask(lambda at_hand: records_behind(at_hand, ids), ("records", ids))[:MOST_NAMES]


def _good(answer: CohortAnswer) -> str:
    return "stayed" if answer.stays else won_word({"unit": answer.unit})


def _finding(answer: CohortAnswer, good: str) -> Finding | None:
    """Whether the group differs from the others, or too few tell."""
    here, there = answer.cohort.matching.win_rate, answer.cohort.others.win_rate
    if here is None or there is None:
        return None
    said = f"{share(here.value)} {good}, of the others {share(there.value)}"
    sure = apart(here.as_dict(), there.as_dict())
    return Finding(f"{said}." if sure else f"Too few to tell the group from the others: {said}.", sure)


def _charts(answer: CohortAnswer, when: str) -> list[Chart]:
    """Shares with their intervals, and who stays."""
    good, query = _good(answer), group_address(when).partition("?")[2]
    sides = [(words, getattr(answer.cohort, name)) for name, words in SIDES]
    rows = [
        Interval(
            words,
            side.win_rate.value,
            side.win_rate.low,
            side.win_rate.high,
            f"{share(side.win_rate.value)}, {side.won:,} of {side.won + side.lost:,}",
            *LOOKS[words],
        )
        for words, side in sides
        if side.win_rate
    ]
    curves = {words: side.stay for words, side in sides if side.stay is not None}
    made = []
    if rows:
        name, title = "rates", f"Share {good}"
        said = "; ".join(f"{one.label}: {one.beside}" for one in rows)
        table = Behind(
            ("Side", f"Share {good}, with 95%"),
            tuple(entry(one.label, ranged({"value": one.value, "low": one.low, "high": one.high})) for one in rows),
        )
        made.append(
            Chart(
                name,
                title,
                finding=_finding(answer, good),
                table=table,
                query=query,
                path=GROUP,
                pictures=both(lambda width: intervals(name, title, said, rows, width=width, form="share", axis=title)),
            )
        )
    made.append(staying_chart(curves, title="Who stays", looks=LOOKS, query=query, path=GROUP))
    return made

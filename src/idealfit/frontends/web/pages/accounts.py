"""The list of accounts: searched, filtered, sorted, a page at a time; what is seen, as a file; views with a name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import parse_qsl, quote, urlsplit

from fastapi import FastAPI, Form, Request, Response
from starlette.responses import RedirectResponse, StreamingResponse

from idealfit.errors import EvidenceMissing
from idealfit.frontends.web.charts import plane
from idealfit.frontends.web.faults import fault_response
from idealfit.frontends.web.list_address import (
    PATH,
    PER_PAGE,
    ListAddress,
    counted_columns,
    read_address,
    shown_columns,
    value_words,
    words_of_filters,
    words_of_order,
)
from idealfit.frontends.web.pages.profile import ask_for_scores
from idealfit.frontends.web.rendering import page
from idealfit.frontends.web.rooms import Rooms
from idealfit.workspace.listing import AccountList, ListAnswer
from idealfit.workspace.views import drop_view, keep_view, views

PATIENCE = 1.5
"""Seconds that a page waits for the list to be made before it says so."""
RANGES = ("fit", "timing", "employees", "revenue", "expected_value")
TIERS = ("A", "B", "C", "unknown", "excluded")
BANDS = ("now", "soon", "later", "unknown")
READY = (
    ("A, now", "is.priority=A-now"),
    ("Not known yet", "is.tier=unknown"),
    ("Most valuable", "sort=-expected_value"),
)
"""Views that everybody has."""


def add(app: FastAPI, rooms: Rooms) -> None:
    """The list, its file, its views."""

    @app.get(PATH)
    def accounts(request: Request) -> Response:
        try:
            found = rooms.accounts.now(PATIENCE)
        except EvidenceMissing as nothing_yet:
            return fault_response(request, nothing_yet, status=200)
        if found is None:
            return page(request, "accounts_waiting.html.j2", back=str(request.url.path), share=rooms.accounts.share)
        given = parse_qsl(request.url.query, keep_blank_values=True)
        address = read_address(_filled(given), found)
        told = found.ask(address.question(counted_columns(address, found)))
        last = max(1, -(-told.found // PER_PAGE))
        if address.page > last:
            return RedirectResponse(address.on_page(last), status_code=303)
        if len(_filled(given)) != len(given) and "hx-request" not in request.headers:
            return RedirectResponse(address.address(), status_code=303)
        answer = page(request, "accounts.html.j2", **_shown(rooms, found, address, told, last))
        if "hx-request" in request.headers:
            here = urlsplit(request.headers.get("hx-current-url", ""))
            same = f"{here.path}?{here.query}".rstrip("?") == address.address()
            answer.headers["hx-push-url"] = "false" if same else address.address()  # back never stands still
        return answer

    @app.get(f"{PATH}.csv")
    def export(request: Request) -> Response:
        found = rooms.accounts.now()
        assert found is not None  # noqa: S101 - without a limit it waits
        address = read_address(_filled(parse_qsl(request.url.query, keep_blank_values=True)), found)
        columns = [name for name in ("name", "domain") if name in found.columns]
        columns += [one.name for one in shown_columns(address, found) if one.name not in columns]
        headers = {"content-disposition": 'attachment; filename="accounts.csv"'}
        lines = found.export(address.question(()), columns)
        return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)

    @app.post(PATH)
    def score_anew() -> Response:
        return RedirectResponse(f"/jobs/{ask_for_scores(rooms, '')}", status_code=303)

    @app.post(f"{PATH}/views")
    def keep(name: Annotated[str, Form()] = "", view: Annotated[str, Form()] = "") -> Response:
        found = rooms.accounts.now()
        assert found is not None  # noqa: S101 - without a limit it waits
        query = replace(read_address(_filled(parse_qsl(view, keep_blank_values=True)), found), page=1).query()
        keep_view(rooms.door.place, "accounts", name, query)
        return RedirectResponse(f"{PATH}?{query}", status_code=303)

    @app.post(f"{PATH}/views/remove")
    def remove(request: Request, name: Annotated[str, Form()]) -> Response:
        was = drop_view(rooms.door.place, "accounts", name)
        return page(request, "view_removed.html.j2", name=name, view=was)


def _filled(given: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """What a form says, without the fields that were left empty; an empty value that is wanted stays."""
    return [(key, value) for key, value in given if value.strip() or key.startswith("is.")]


def _shown(rooms: Rooms, found: AccountList, address: ListAddress, told: ListAnswer, last: int) -> dict[str, Any]:
    """What the template shows."""
    between = {name: (least, most) for name, least, most in address.between}
    ranged = dict.fromkeys((*RANGES, *between))
    columns = shown_columns(address, found)
    named = [found.columns["name"]] if "name" in found.columns else []
    glance = rooms.glance()
    query = address.query()
    tiers = [one for one in TIERS if any(told.by_band.get((band, one)) for band in BANDS)]
    return {
        "tiers": tiers,
        "by_band": [(band, [told.by_band.get((band, one), 0) for one in tiers]) for band in BANDS],
        "address": address,
        "columns": columns,
        "sorted_words": words_of_order(address, found),
        "cleared": replace(
            ListAddress(), columns=address.columns, sort=address.sort, descending=address.descending
        ).address(),
        "rows": [
            {"told": row, "address": f"{PATH}/{quote(str(row['id']), safe='')}", "name": row.get("name") or row["id"]}
            for row in told.rows
        ],
        "found": told.found,
        "total": told.total,
        "first": (address.page - 1) * PER_PAGE + 1,
        "last_row": (address.page - 1) * PER_PAGE + len(told.rows),
        "before": address.on_page(address.page - 1) if address.page > 1 else None,
        "after": address.on_page(address.page + 1) if address.page < last else None,
        "choices": [_choice(found, address, told, name) for name in told.counts],
        "ranges": [_range(found, name, between) for name in ranged if name in found.columns],
        "filters": words_of_filters(address, found),
        "plane": plane(
            told.plane,
            glance.tiers if glance.by == "fit" else None,
            between.get("fit", (None, None)),
            between.get("timing", (None, None)),
        )
        if address.plane
        else None,
        "plane_address": replace(address, plane=not address.plane, page=1).address(),
        "all_columns": [one for one in found.columns.values() if one.name != "name"],
        "export": address.address(f"{PATH}.csv"),
        "sorts": {one.name: address.sorted_by(one) for one in (*columns, *named)},
        "ready": [(name, f"{PATH}?{view}") for name, view in READY if _can(view, found)],
        "views": [(name, f"{PATH}?{view}") for name, view in views(rooms.door.place, "accounts").items()],
        "query": query,
        "hidden": [(key, value) for key, value in parse_qsl(query) if key in {"sort", "plane"}],
        "glance": glance,
        "currency": found.currency,
        "value_words": value_words,
    }


def _range(found: AccountList, name: str, between: Mapping[str, tuple[float | None, float | None]]) -> dict[str, Any]:
    least, most = between.get(name, (None, None))
    return {"column": found.columns[name], "least": least, "most": most, "limits": found.limits(name)}


def _choice(found: AccountList, address: ListAddress, told: ListAnswer, name: str) -> dict[str, Any]:
    wanted = dict(address.among).get(name, frozenset())
    counts = dict(told.counts[name])
    if name == "tier":
        counts = {one: counts[one] for one in TIERS if one in counts}
    if name == "timing_band":
        counts = {one: counts[one] for one in BANDS if one in counts}
    shown = [(value, count, value in wanted) for value, count in counts.items() if count or value in wanted]
    return {"column": found.columns[name], "values": shown, "chosen": len(wanted)}


def _can(view: str, found: AccountList) -> bool:
    names = [value.removeprefix("-") if key == "sort" else key.partition(".")[2] for key, value in parse_qsl(view)]
    return all(name in found.columns for name in names)

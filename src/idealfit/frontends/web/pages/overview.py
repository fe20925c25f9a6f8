"""The overview: what waits for a decision, what changed, the worth of the tiers, the open pipeline, inbound of late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from idealfit.errors import EvidenceMissing, RequestNotUnderstood
from idealfit.frontends.result_words import won_word
from idealfit.frontends.web.against_the_rest import figures, held_now
from idealfit.frontends.web.chart_of_backtest import WORTH
from idealfit.frontends.web.chart_parts import Words, words_of
from idealfit.frontends.web.rendering import page
from idealfit.frontends.web.rooms import Rooms
from idealfit.frontends.web.wording import capital, plural
from idealfit.inbound.past import earlier as earlier_leads
from idealfit.work.doing import now_utc
from idealfit.workspace.chart_findings import order
from idealfit.workspace.imported_before import PastImport
from idealfit.workspace.overseeing import OpenTier, Overview
from idealfit.workspace.tiering import NOT_MEASURED

PATH = "/overview"
FILES = ("pipeline.csv", "neglected.csv")
"""The lists behind the figures, as the last build wrote them."""
PAIRS = "/data/duplicates"
INBOUND = 6
CASES = {"customer": "customers", "account": "companies"}
SHARES = {"best": "Among the best", "stayed": "Stayed", "customers": "Are customers", "advanced": "Advanced"}
"""What was judged, and the share of it that counts, where these are not deals and those that were won."""
FIGURES = ("win_rate", "value", "amount", "cycle_days", "retention")
NO_BUYERS = {
    **{"partner": "partners", "competitor": "competitors", "vendor": "suppliers", "own": "your own companies"},
    **{"test": "tests", "duplicate": "duplicates"},
}
STALE_DAYS = 31
"""Records that are older are said to be old."""
COMPARED = ("accounts", "deals", "contacts")
"""The tables whose rows are told of an import."""


@dataclass(frozen=True)
class Waiting:
    """One thing that a person has to decide: what, what to know of it, where; `sign`: an icon; `act`: what a button
    beside it says, which posts to the list of accounts.
    """

    what: str
    about: str
    address: str
    sign: str = "circle-dashed"
    act: str = ""


def add(app: Starlette, rooms: Rooms) -> None:
    """The page."""

    def overview(request: Request) -> Response:
        try:
            found = rooms.overview()
        except EvidenceMissing:
            return RedirectResponse("/", status_code=303)
        earlier, count, against = earlier_leads(rooms.door.place, limit=INBOUND)
        document = found.evidence
        has_deals = document.get("unit", "deal") in ("deal", "advance") or any(one.deals for one in _open(found))
        return page(
            request,
            "overview.html.j2",
            found=found,
            glance=rooms.glance(),
            waiting=_waiting(found, document, rooms.undecided(), against, rooms.glance().asks),
            verdict=document.get("verdict"),
            figures=figures(document, _share_head(document), _worth_head(document, words_of(rooms, document)))
            if document
            else [],
            held=held_now(found, deals=has_deals),
            orders=_orders(document, words_of(rooms, document)) if document and rooms.glance().asks else (),
            worth_head=_worth_head(document, words_of(rooms, document)) if document else "",
            no_buyers=_listed([NO_BUYERS[one] for one in found.no_buyers.kinds]) if found.no_buyers else "",
            freshness=_freshness(found, rooms.glance().as_of),
            share_head=_share_head(document),
            cases=CASES.get(str(document.get("unit")), "deals"),
            has_deals=has_deals,
            worth_said=WORTH,
            judged=document.get("backtest") or {},
            tiers=_tiers(found),
            imports=_imports(found.imports),
            earlier=earlier,
            count=count,
            against=against,
            tier_address=lambda tier: f"/accounts?{urlencode({'is.tier': tier})}",
            owner_address=lambda owner, tier: f"/accounts?{urlencode([('is.owner_id', owner), ('is.tier', tier)])}",
        )

    def behind(request: Request) -> Response:
        name = request.path_params["name"]
        path = rooms.workspace / name
        if name not in FILES or not path.is_file():
            raise RequestNotUnderstood("There is no such list", remedy="The overview links to those there are.")
        return FileResponse(path, media_type="text/csv; charset=utf-8", filename=name)

    app.add_route(PATH, overview)
    app.add_route(f"{PATH}/{{name}}", behind)


def _open(found: Overview) -> Sequence[OpenTier]:
    return () if found.pipeline is None else found.pipeline.tiers


def _waiting(found: Overview, document: Mapping[str, Any], pairs: int, against: int, asks: bool) -> list[Waiting]:
    """What needs a decision, the most pressing first; `against`: answers about leads that somebody spoke against;
    `asks`: whether the profile asks for anything, so that there is something to sign.
    """
    sentences = {str(one["id"]): one.get("sentence") for one in document.get("criteria", ())}
    things = []
    if found.other_version:
        about = "The profile was changed since: until all are scored anew, the list does not follow it."
        what = plural(found.other_version, "account was", "accounts were")
        said = f"{what} scored by another version of the profile"
        things.append(Waiting(said, about, "/profile", "triangle-alert", "Score them anew"))
    if found.imported_since:
        things.append(
            Waiting(
                "Newer records were imported than the scores are made of",
                "Build again, so that the profile and the list know them.",
                "/data",
                "triangle-alert",
            )
        )
    if found.lint_errors:
        what = plural(found.lint_errors, "mistake")
        things.append(
            Waiting(f"{what} in the profile", "What it asks for cannot be what is meant.", "/profile", "circle-alert")
        )
    if found.proposal:
        about = "Yours was kept, because somebody had changed or approved it."
        things.append(Waiting("The last build proposes another profile", about, "/profile", "file-text"))
    for name, because in found.exclusions.items():
        about = f"{because} Until somebody decides, they are at most C."
        what = f"Walk away? {capital(str(sentences.get(name) or name))}"
        things.append(Waiting(what, about, f"/profile#{quote('waits')}", "hand"))
    things += [
        Waiting(f"{by} ({team}) signed something else", "The profile was changed since: sign it again.", "/profile")
        for by, team in found.lapsed
    ]
    if found.missing and asks:
        what = f"Not signed yet by {_listed(found.missing)}"
        about = "Signed by all who own it, the profile is approved."
        things.append(Waiting(what, about, "/profile#signed", "square-pen"))
    if pairs:
        what = f"{plural(pairs, 'pair')} of accounts may be one company"
        things.append(Waiting(what, "Same, different, or nobody can tell.", PAIRS, "users"))
    return [*things, *_at_work(found, against)]


def _at_work(found: Overview, against: int) -> list[Waiting]:
    """What whoever leads the sellers has to decide."""
    things = []
    pipe = found.pipeline
    if pipe and pipe.poor:
        what = f"{plural(pipe.poor, 'open deal')} in C and excluded"
        things.append(Waiting(what, "Close them out, or say why not.", "#pipe", "circle-dashed"))
    if pipe and pipe.untouched:
        what = f"{plural(pipe.untouched, 'A account')} that nobody touched"
        things.append(Waiting(what, "Give each an owner, or somebody who writes first.", "#quiet", "user"))
    if against:
        what = f"Against {plural(against, 'answer')} about a lead somebody spoke"
        things.append(Waiting(what, "Is it the profile that is wrong?", "/thirty-seconds", "message-circle"))
    return things


def _orders(document: Mapping[str, Any], words: Words) -> tuple[str, ...]:
    """Whether the tiers are in order, in the sentences that the chart of the tiers and `idealfit tiers` have; before
    them, where another profile than that of now was judged, that it was.
    """
    another = tuple(f"{one}." for one in document.get("warnings") or () if one == NOT_MEASURED)
    return another + order(document.get("backtest") or {}, (words.did, words.rows, words.one, words.money))


def _share_head(document: Mapping[str, Any]) -> str:
    return SHARES.get(won_word(document), "Share won") if document else "Share won"


def _worth_head(document: Mapping[str, Any], words: Words) -> str:
    """The head of the column of what a deal was worth; '' where the records do not say what customers pay."""
    if not any(one.get("value") for one in (document.get("backtest") or {}).get("tiers") or ()):
        return ""
    return f"Worth of a {words.one} worked{f', {words.money.strip()}' if words.money else ''}"


def _freshness(found: Overview, as_of: date | None) -> dict[str, Any]:
    """How old the records are today, and the newest day of each kind of record: kinds of one day together."""
    age = None if as_of is None else (now_utc().date() - as_of).days
    together: dict[date, list[str]] = {}
    for table, newest in found.newest:
        together.setdefault(newest, []).append(table)
    return {
        "age": age,
        "old": age is not None and age > STALE_DAYS,
        "newest": [(capital(_listed(tables)), newest) for newest, tables in together.items()],
    }


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _tiers(found: Overview) -> list[dict[str, Any]]:
    """The tiers of the backtest, each with how many accounts and how much of the open pipeline it has now."""
    share = {} if found.pipeline is None else {one.tier: one for one in found.pipeline.tiers}
    whole = sum(one.deals for one in share.values())
    judged = {one["tier"]: one for one in (found.evidence.get("backtest") or {}).get("tiers") or ()}
    names = [one for one in ("A", "B", "C", "unknown", "excluded") if one in judged or found.accounts.get(one)]
    return [
        {
            "tier": name,
            "accounts": found.accounts.get(name, 0),
            "judged": {figure: judged.get(name, {}).get(figure) for figure in FIGURES},
            "open": share[name].deals if name in share else 0,
            "share": share[name].deals / whole if name in share and whole else None,
        }
        for name in names
    ]


def _imports(imports: Sequence[PastImport]) -> list[dict[str, Any]]:
    """The last imports, each with how its tables differ in rows from the one before."""
    found = []
    for place, one in enumerate(imports[:2]):
        before = imports[place + 1].tables if place + 1 < len(imports) else None
        rows = [
            (name, one.tables[name], None if before is None else one.tables[name] - before.get(name, 0))
            for name in COMPARED
            if one.tables.get(name)
        ]
        found.append({"number": one.number, "at": one.at, "as_of": one.as_of, "rows": rows})
    return found

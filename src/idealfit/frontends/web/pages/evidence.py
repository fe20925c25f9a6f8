"""The patterns behind the profile: everything that was tried, what was refused and why, and the records behind both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby
from typing import Any, Final
from urllib.parse import quote, urlencode

from fastapi import FastAPI, Request, Response

from idealfit.errors import EvidenceMissing, IdealfitError, NoSuchAttribute, NoSuchCriterion
from idealfit.frontends.criterion_facts import facts_of
from idealfit.frontends.result_words import proof_told, why_not_used, won_word
from idealfit.frontends.segment_story import story_of
from idealfit.frontends.web import whiskers
from idealfit.frontends.web.chart_of_market import GROUP, group_address
from idealfit.frontends.web.chart_parts import LOST, Behind, Chart, both, entry, ranged
from idealfit.frontends.web.control_words import PLACES
from idealfit.frontends.web.drawing.intervals import Interval, intervals
from idealfit.frontends.web.faults import fault_response
from idealfit.frontends.web.pages.charts import as_file, source_of
from idealfit.frontends.web.rendering import page
from idealfit.frontends.web.rooms import Rooms
from idealfit.frontends.web.trials import proof_of, to_do, trial
from idealfit.frontends.web.wording import capital, column, plural
from idealfit.workspace import asking
from idealfit.workspace.chart_findings import share
from idealfit.workspace.reading_back import evidence_of, share_of
from idealfit.workspace.records_behind import Behind as Record
from idealfit.workspace.records_behind import customers_behind, records_behind
from idealfit.workspace.tried import GRADES, SORTS, VERDICTS, Tried, TriedQuestion, all_tried, ask

MOST_NAMES: Final = 200
"""So many records are shown of a figure; the file beside the page has them all."""
MADE_ELSEWHERE: Final = ("leakage", "after_outcome", "computed", "self_caused")
"""What is refused because it could not have been known, or was caused by us: shown first."""
ANY, HOLDING = "any", "holds"
HOLDS: Final = ("proven", "likely")
"""What is shown where nothing is asked for; everything else is told below the list, by its reason."""
KINDS: Final = {"": "For anything", "seek": "To look for", "avoid": "To walk away from", "ask": "To ask on the call"}
PARTS: Final = {
    "seek": ("To look for", "They buy more often, or are worth more."),
    "ask": ("To ask on the call", "It cannot be seen from outside."),
    "avoid": (
        "To walk away from, or to count against",
        "They buy less often; or they buy, and cost or leave more than they bring: look at what one is worth.",
    ),
    "": ("What shows nothing", "It looks no better than luck, or was refused."),
}
"""The parts of the list, as they are told."""
CHANGES: Final = {"holds": "holds", "reverses": "turns round", "dissolves": "leaves hardly anything"}


def add(app: FastAPI, rooms: Rooms) -> None:
    """The pages of the evidence."""

    @app.get("/evidence")
    def evidence(request: Request) -> Response:
        try:
            document = evidence_of(rooms.workspace)
        except EvidenceMissing:
            return page(request, "evidence.html.j2", document=None)
        return page(request, "evidence.html.j2", **_shown(document, _question(request)))

    @app.get("/evidence/criterion/{name}")
    def criterion(request: Request, name: str) -> Response:
        try:
            found = asking.explain(rooms.workspace, name)
        except NoSuchCriterion as fault:
            return fault_response(request, fault, status=404)
        won = won_word({"unit": found.unit, "warnings": found.warnings})
        records = found.criterion.get("records") or {}
        story = found.criterion.get("story") or {}
        return page(
            request,
            "criterion.html.j2",
            one=found.criterion,
            facts=_facts(found.criterion, won),
            group=group_address(str(found.criterion["when"])),
            file=_csv_address(str(found.criterion["when"])),
            behind=_behind(rooms, {("", name): ids for name, ids in records.items()}, _outcomes(won), "matching"),
            customers=_customers(rooms, story.get("records") or {}),
            told=story_of(found.criterion, won),
            changes=CHANGES,
            most=MOST_NAMES,
        )

    @app.get("/evidence/attribute/{name:path}")
    def attribute(request: Request, name: str, of: int = 0) -> Response:
        try:
            found = _why_not(rooms, name)
        except NoSuchAttribute as fault:
            return fault_response(request, fault, status=404)
        opened = found.values[of - 1] if 0 < of <= len(found.values) else None
        good = _good(found)
        said = {str(one["id"]): one.get("sentence") for one in evidence_of(rooms.workspace)["criteria"]}
        return page(
            request,
            "attribute.html.j2",
            found=found,
            used=[(one, said.get(one) or one) for one in found.used],
            good=good,
            lost=LOST.get(good, "others"),
            why=why_not_used,
            trial=trial,
            to_do=to_do,
            proof=proof_of,
            filled=(filled := _filled(found, good)),
            all_open=_open_beyond_the_proof(found, filled),
            rates=values_chart(found),
            opened=opened,
            behind=_behind(rooms, {("", name): ids for name, ids in opened.records.items()}, _outcomes(good), "of")
            if opened
            else [],
        )

    @app.get("/evidence/values.{form}")
    def values(request: Request, form: str, name: str = "", look: str = "light") -> Response:
        try:
            found = _why_not(rooms, name)
        except NoSuchAttribute as fault:
            return fault_response(request, fault, status=404)
        return as_file(request, values_chart(found), form, look, source_of(rooms))


def _question(request: Request) -> TriedQuestion:
    """What the address asks for; what is none of its words is as if it were not there."""
    given = request.query_params
    sort = given.get("sort", "")
    column = sort.removeprefix("-")
    verdict, kind = given.get("verdict", ""), given.get("kind", "")
    return TriedQuestion(
        given.get("q", "")[:200],
        verdict if verdict in VERDICTS or verdict == ANY else "",
        kind if kind in KINDS else "",
        given.get("layer", ""),
        column if column in SORTS else "",
        sort.startswith("-"),
    )


def _shown(document: Mapping[str, Any], asked: TriedQuestion) -> dict[str, Any]:
    won = won_word(document)
    every = all_tried(document)
    filtered = bool(asked.text or asked.verdict or asked.kind or asked.layer)
    rows = ask(every, replace(asked, verdict="") if asked.verdict == ANY else asked)
    holding = () if filtered else tuple(one for one in rows if one.verdict in HOLDS)
    rows = holding or rows
    return {
        "document": document,
        "won": won,
        "asked": asked,
        "rows": rows,
        "total": len(every),
        "tabs": _tabs(every, asked, now=HOLDING if holding else asked.verdict or ANY),
        "verdicts": VERDICTS,
        "kinds": KINDS,
        "places": PLACES,
        "layers": sorted({one.layer for one in every if one.layer}),
        "sort": ("-" if asked.descending else "") + asked.sort,
        "sorts": {column: _sorted_by(asked, column) for column in SORTS},
        "filtered": filtered,
        "columns": [
            ("words", "Companies", False),
            ("support", "Seen in", True),
            ("rate", won.capitalize(), True),
            ("elsewhere", f"Others {won}" if won != "customers" else "Others", True),
            ("odds", "Odds", False),
            ("worth", "Worth", True),
            ("stability", "Found again", True),
            ("points", "Points", True),
            ("verdict", "Verdict", False),
        ],
        "scale": whiskers.odds([one.odds for one in every if one.odds]),
        "group": group_address,
        "refused": _refused(document["rejected"]),
        "why": why_not_used,
        "trial": trial,
        "proof": proof_of,
        "to_do": to_do,
        "told": proof_told(document),
        "parts": PARTS,
        "first": next((one for one in rows if one.rate and one.elsewhere), None),
        "rows_are": "deals" if document.get("unit", "deal") in ("deal", "advance") else "companies",
        "stories": _stories(document, won),
        "used": {one.attribute: one for one in every if one.id},
    }


def _tabs(every: Sequence[Tried], asked: TriedQuestion, now: str) -> list[tuple[str, str, int, bool]]:
    """What can be looked at: words, address, how many, and whether that is looked at. What was searched for stays."""
    counts = Counter(one.verdict for one in every)
    tabs = [(HOLDING, "What holds", sum(counts[one] for one in HOLDS)), (ANY, "Everything", len(every))]
    tabs += [(key, words, counts[key]) for key, words in VERDICTS.items() if counts[key]]
    sort = {"sort": ("-" if asked.descending else "") + asked.sort} if asked.sort else {}
    kept = {name: value for name, value in _searched(asked).items() if name != "verdict"} | sort
    made = []
    for key, words, count in tabs:
        query = urlencode(sort if key == HOLDING else {**kept, "verdict": key})
        if key != HOLDING or count:
            made.append((words, f"/evidence?{query}" if query else "/evidence", count, key == now))
    return made


def _searched(asked: TriedQuestion) -> dict[str, str]:
    """What was searched for, as the fields of an address."""
    given = {"q": asked.text, "verdict": asked.verdict, "kind": asked.kind, "layer": asked.layer}
    return {name: value for name, value in given.items() if value}


def _sorted_by(asked: TriedQuestion, column: str) -> str:
    """The address of the list by a column: figures fall at first, words rise; again, the other way."""
    descending = not asked.descending if asked.sort == column else column != "words"
    query = _searched(asked)
    return f"/evidence?{urlencode({**query, 'sort': ('-' if descending else '') + column})}"


def _stories(document: Mapping[str, Any], won: str) -> list[tuple[str, tuple[str, ...], str]]:
    """The name, the sentences and the address of each segment that one may love and should not."""
    made = []
    for text in document.get("stories") or ():
        for one in document["criteria"]:
            told = str((one.get("story") or {}).get("told") or "")
            if told and str(text).endswith(told):
                name = str(one.get("sentence") or one["when"])
                address = f"/evidence/criterion/{quote(str(one['id']), safe='')}"
                made.append((name, story_of(one, won) or (f"{told}.",), address))
    return made


def _refused(rejected: list[Mapping[str, Any]]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """What was refused by its reason; what could not have been known stands first."""
    ordered = sorted(rejected, key=lambda one: (one["reason"] not in MADE_ELSEWHERE, one["reason"], one["attribute"]))
    return [(reason, list(found)) for reason, found in groupby(ordered, key=lambda one: str(one["reason"]))]


def _facts(one: Mapping[str, Any], won: str) -> list[tuple[str, str]]:
    """What is known of a criterion, its grade in the words of the page."""
    points = int(one.get("points") or 0)
    grade = VERDICTS[GRADES[one["grade"]]].lower() + (f", {plural(abs(points), 'point')}" if points else "")
    grade += ", to be asked on the call" if one.get("seen") == "call" else ""
    return [("verdict", grade) if label == "grade" else (label, said) for label, said in facts_of(one, won)]


def _good(found: asking.WhyNot) -> str:
    return "stayed" if found.stays else won_word({"unit": found.unit, "warnings": ()})


def _outcomes(good: str) -> dict[str, str]:
    return {"won": good, "lost": LOST.get(good, "others"), "open": "open"}


def _csv_address(when: str) -> str:
    return f"{GROUP}.csv?{urlencode({'when': when})}"


def _behind(
    rooms: Rooms, ids: Mapping[tuple[str, str], Any], words: Mapping[str, str], anchor: str
) -> list[tuple[str, str, tuple[Record, ...], int]]:
    """Title, anchor, the latest records and how many there are, of each side and outcome."""
    made = []
    for (side, outcome), found in ids.items():
        title = f"{side}, {words[outcome]}" if side else words[outcome].capitalize()
        made.append((title, f"{anchor}-{outcome}", _records(rooms, found), len(found)))
    return made


def _records(rooms: Rooms, ids: Any) -> tuple[Record, ...]:
    try:
        return rooms.desk.ask(lambda at_hand: records_behind(at_hand, ids), ("records", tuple(ids)))[:MOST_NAMES]
    except IdealfitError:  # the records have changed so that nothing says who bought
        return ()


def _customers(rooms: Rooms, records: Mapping[str, Any]) -> list[tuple[str, str, tuple[tuple[str, str], ...]]]:
    """The customers behind the arithmetic, on either side, and those of them that left."""
    made = []
    for side, where in (("match", "here"), ("rest", "elsewhere")):
        for key, words in (("customers", "Customers"), ("left", "Customers who left")):
            ids = tuple((records.get(side) or {}).get(key) or ())
            if ids:
                found = rooms.desk.ask(partial(customers_behind, accounts=ids), ("customers", ids))
                made.append((f"{words} {where}", f"{key}-{side}", found))
    return made


def _why_not(rooms: Rooms, name: str) -> asking.WhyNot:
    """What became of a column, value by value, over the evidence that is at hand. Raises what `asking.why_not` does."""
    answer = partial(asking.why_not, rooms.workspace, name)
    return rooms.desk.ask(lambda at_hand: answer(at_hand=at_hand), ("column", name))


def _open_beyond_the_proof(found: asking.WhyNot, filled: Sequence[tuple[str, int, int, Any]]) -> int:
    """How many open deals the page counts, where the proof of a leak tells of fewer; 0 where it does not."""
    of = next((of for words, _known, of, _share in filled if words == "open"), 0)
    proof = next((proof for reason, proof in found.refused if reason == "leakage" and " open ones" in proof), "")
    return of if of and proof and f"of {of:,} open ones" not in proof else 0


def _filled(found: asking.WhyNot, good: str) -> list[tuple[str, int, int, Any]]:
    """Of how many records of each outcome the column is known."""
    unknown = next((one for one in found.values if one.value == "not known"), None)
    if unknown is None or any(one.value == "happened before" for one in found.values):
        return []
    made = []
    for outcome, words in _outcomes(good).items():
        of = len({record for one in found.values for record in one.records[outcome]})
        if of:
            known = of - len(unknown.records[outcome])
            made.append((words, known, of, share_of(known, of)))
    return made


def values_chart(found: asking.WhyNot) -> Chart | None:
    """The share won of each value of a column."""
    good = _good(found)
    rows = [
        Interval(
            one.value,
            (rate := share_of(one.won, one.won + one.lost)).value,
            rate.low,
            rate.high,
            f"{share(rate.value)}, {one.won:,} of {one.won + one.lost:,}",
            "other" if one.value in ("not known", "other values") else "main",
            2 if one.value in ("not known", "other values") else 0,
        )
        for one in found.values
        if one.won + one.lost
    ]
    if not rows:
        return None
    name, title = "values", f"Share {good}, by {column(found.attribute)}"
    said = "; ".join(f"{one.label}: {one.beside}" for one in rows)
    won, all_ = sum(one.won for one in found.values), sum(one.won + one.lost for one in found.values)
    usual = (won / all_, f"all {share(won / all_)}")
    table = Behind(
        (capital(column(found.attribute)), f"Share {good}, with 95%"),
        tuple(entry(one.label, ranged({"value": one.value, "low": one.low, "high": one.high})) for one in rows),
    )
    return Chart(
        name,
        title,
        table=table,
        query=urlencode({"name": found.attribute}),
        path="/evidence",
        pictures=both(
            lambda width: intervals(
                name, title, said, rows, width=width, form="share", axis=f"Share {good}", usual=usual
            )
        ),
    )

"""What speaks of several profiles: one a motion or a side of a division, each with its verdict and criteria."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from idealfit.patterns.evidence_page.model import Card, Section, records_of, table_of, won_of
from idealfit.profile.rendering.reading import did, entries, mapping, number
from idealfit.profile.rendering.wording import capital, clean, count, ended, n_of_m, plain

VERDICTS = {
    "profile": "A profile that its deals support",
    "insufficient": "A hypothesis: its deals are too few to prove one",
    "no_signal": "No profile: nothing sets its wins apart",
}


def each_profile(document: Mapping[str, Any]) -> Section:
    """A card for each profile beside that of all deals, and which attributes two of them share; empty without any."""
    verb = did(document)
    found = [mapping(one) for one in entries(document.get("profiles"))]
    tables = [_compared(mapping(one)) for one in entries(document.get("profiles_compared"))]
    return Section(
        "parts",
        "One profile for each",
        tables=tuple(table for table in tables if table is not None),
        cards=tuple(_card(one, place, verb) for place, one in enumerate(found)),
    )


def _card(one: Mapping[str, Any], place: int, verb: str) -> Card:
    closed, won = number(one.get("closed")) or 0, number(one.get("won")) or 0
    lines = [f"{n_of_m(won, closed)} closed deals {verb}."]
    sold = mapping(one.get("sold_to"))
    if sold:
        lines.append(
            f"Sold to: {plain(sold['sentence'])} ({n_of_m(sold['inside'], sold['of'])} of its deals, and "
            f"{count(sold['of_others'] - sold['outside'])} of {count(sold['of_others'])} of the others)."
        )
    if not one.get("file"):
        return Card(f"parts-{place}", clean(one["value"]), lines=(*lines, ended(clean(one["reason"]))))
    lines.insert(0, ended(VERDICTS.get(str(one.get("verdict")), "")))
    if one.get("reason"):
        lines.append(ended(capital(clean(one["reason"]))))
    criteria = [mapping(each) for each in entries(one.get("criteria")) if each.get("seen") != "call"]
    rows = [
        (
            capital(plain(each["sentence"])),
            "walk away" if each.get("exclusion") else f"{number(each.get('points')) or 0:+.0f}",
            won_of(mapping(each.get("counts")), "match"),
            won_of(mapping(each.get("counts")), "rest"),
            str(each.get("grade") or ""),
        )
        for each in criteria
    ]
    folds = [
        fold
        for each in criteria
        for fold in records_of(
            f"Records, {plain(each['sentence'])}",
            [
                (verb, entries(mapping(each.get("records")).get("won")), _count(each, "match_won")),
                ("lost", entries(mapping(each.get("records")).get("lost")), _count(each, "match_lost")),
            ],
        )
    ]
    return Card(
        f"parts-{place}",
        clean(one["value"]),
        lines=tuple(lines),
        table=table_of(("criterion", "points", verb, "elsewhere", "grade"), rows),
        notes=(f"The profile: {one['file']}; all of its evidence: {one['evidence']}",),
        folds=tuple(folds),
    )


def _count(criterion: Mapping[str, Any], name: str) -> float | None:
    return number(mapping(criterion.get("counts")).get(name))


def _compared(one: Mapping[str, Any]) -> Any:
    """Which attributes both speak of, and which only one does."""
    names = (("both", "both"), ("only_first", clean(one["first"])), ("only_second", clean(one["second"])))
    rows = [
        (head if key == "both" else f"{head} alone", ", ".join(plain(each) for each in entries(one.get(key))) or "none")
        for key, head in names
    ]
    return table_of(("criteria of", "speak of"), rows, wide=(1,), caption=f"{one['first']} and {one['second']}")

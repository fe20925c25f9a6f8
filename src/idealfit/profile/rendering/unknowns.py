"""*What we do not know*: the gaps that matter for a decision, from the evidence and never from habit."""

from __future__ import annotations

import re

from idealfit.profile.rendering.model import Line, Section
from idealfit.profile.rendering.reading import (
    Facts,
    Item,
    entries,
    fits,
    mapping,
    number,
    of_stays,
    without_companies,
    without_outcomes,
)
from idealfit.profile.rendering.wording import capital, count, day, ended, n_of_m, plain

MOST = 3
MUCH_MISSING = 0.15
"""A criterion that is unknown for this share of the deals is told."""
MUCH_ALONE = 0.05
"""So large a share of the list that is like nobody who was ever worked is told."""
_HOUSEKEEPING = re.compile(
    r"\b(merged|read as|read from|read in|withheld|kept|repeat|linked to none|fit is empty|counted|set against|"
    r"what happened after buying|contains two profiles|who you have|not used|nothing has changed|with the value 0)\b"
)
"""Warnings of the import that say how a file was read: they leave nothing open that a seller could ask about."""


def not_known(evidence: Facts, summary: Facts, scored: list[Item], exclusions: list[Item]) -> Section:
    """At most three gaps, the most consequential first; `scored` are the criteria that count."""
    warnings = [text for one in entries(evidence.get("warnings")) if (text := plain(one)) and fits(text)]
    open_ones = [text for text in warnings if not _HOUSEKEEPING.search(text)]
    twice = [text for text in warnings if "differently" in text]
    found = [*_measured(evidence), *_profiles(evidence), *_reach(evidence), *twice, *_proof(evidence, scored)]
    found += _market(evidence, summary, scored)
    found += [*_missing(evidence, scored), *_grades(evidence, scored), *_proposed(exclusions), *open_ones]
    lines = [Line(ended(capital(text)), worth=10 - place) for place, text in enumerate(dict.fromkeys(found))]
    note = "" if lines else "Nothing stands out; the review will tell."
    return Section(
        "unknown", "What we do not know", note, tuple(lines[:MOST]), noun=("open question", "open questions")
    )


_BEYOND = {
    "advances": "Who buys: too few deals were won to tell; that a deal advances is not that it is won.",
    "customers": "Who would buy: the records hold customers only, nobody who said no.",
}


def _measured(evidence: Facts) -> list[str]:
    """That the figures of the tiers are of another profile, where everything was scored anew by one that is changed:
    what the warning says before its colon, for all of it is too long to be read in a call.
    """
    warnings = [plain(one) for one in entries(evidence.get("warnings"))]
    return [text.partition(":")[0] for text in warnings if "has not been measured:" in text]


def _profiles(evidence: Facts) -> list[str]:
    """That the evidence holds more than one profile, and of which of them the page speaks."""
    found = []
    changes = [mapping(one) for one in entries(evidence.get("changes"))]
    if changes:
        found.append(
            f"Whether what wins stays as it is: before and after {day(changes[-1].get('at'))} other things won, two "
            "profiles in one evidence; this page speaks of the time since."
        )
    divisions = [mapping(one) for one in entries(evidence.get("divisions"))]
    if divisions:
        kind, value = plain(divisions[0].get("by")), plain(divisions[0].get("value"))
        found.append(
            f"Whether one page is enough: for deals whose {kind} is {value} other things win than for the others, and "
            "this page is made of both."
        )
    return found


def _reach(evidence: Facts) -> list[str]:
    reach = str(evidence.get("reach") or "")
    if not evidence:
        return ["Whether any of this is true: no records have been held against it yet."]
    if without_companies(evidence):
        return ["Everything about companies: the rows are persons."]
    if without_outcomes(evidence):
        return ["Who bought: nothing in the records says it."]
    if reach in _BEYOND:
        return [_BEYOND[reach]]
    if reach and "retention" not in reach:
        return [f"Who stays{'' if 'value' in reach else ' or what they are worth'}: the records end at the signature."]
    return []


def _proof(evidence: Facts, scored: list[Item]) -> list[str]:
    found = []
    verdict, kind = evidence.get("verdict"), mapping(evidence.get("backtest")).get("kind")
    sample = mapping(evidence.get("sample"))
    if without_companies(evidence) or without_outcomes(evidence):
        return []
    if verdict == "insufficient" and number(sample.get("won")) and not number(sample.get("lost")):
        found.append("What sets the best apart: the records hold nobody to compare them with.")
    elif verdict == "insufficient":
        found.append(
            "Whether any of this is more than chance: the records are too few to tell."
            if scored
            else "What sets the best apart: the records are too few to tell."
        )
    elif verdict == "no_signal" and of_stays(evidence):
        found.append("What tells those who stay from those who leave, if anything does: these columns do not hold it.")
    elif verdict == "no_signal":
        found.append("What tells the best from the rest, if anything does: these columns do not hold it.")
    if scored and (evidence.get("time") == "none" or kind == "accounts_set_aside"):
        found.append("Whether it holds over time: the records carry no dates when deals opened.")
    return found


def _market(evidence: Facts, summary: Facts, scored: list[Item]) -> list[str]:
    selection = mapping(evidence.get("selection"))
    lonely, listed = number(selection.get("extrapolated")), number(selection.get("accounts"))
    if lonely and listed and lonely >= MUCH_ALONE * listed and scored:
        return [f"How {n_of_m(lonely, listed)} companies on the list would answer: nobody like them was ever worked."]
    unworked = number(mapping(summary.get("market")).get("unworked_matching"))
    if not unworked or not scored or evidence.get("verdict") != "profile":
        return []
    return [f"How {count(unworked)} matching companies would answer: nobody has worked them yet."]


def _missing(evidence: Facts, scored: list[Item]) -> list[str]:
    """The criterion that is unknown most often among the deals that were decided."""
    sample = mapping(evidence.get("sample"))
    all_of_them = (number(sample.get("won")) or 0) + (number(sample.get("lost")) or 0)
    gaps = []
    for item in scored:
        counts = mapping(item.evidence.get("counts"))
        known = [number(counts.get(key)) for key in ("match_won", "match_lost", "rest_won", "rest_lost")]
        if all_of_them and all(value is not None for value in known):
            gaps.append((1 - sum(value or 0 for value in known) / all_of_them, item))
    if not gaps or (worst := max(gaps, key=lambda gap: gap[0]))[0] < MUCH_MISSING:
        return []
    unit = {"customer": "customers", "account": "companies"}.get(str(evidence.get("unit")), "deals")
    missing = n_of_m(worst[0] * all_of_them, all_of_them)
    return [f"{capital(worst[1].text)}: nobody recorded it for {missing} {unit}."]


def _grades(evidence: Facts, scored: list[Item]) -> list[str]:
    found: list[str] = []
    if not evidence or not scored:
        return found
    for grade, why in (
        ("assumed", "they are assumed, not measured"),
        ("suggestive", "they are suggestive, not proven"),
    ):
        some = sum(item.grade == grade for item in scored)
        if some == 1:
            found.append(f"Whether 1 of {count(len(scored))} criteria is true: {why.replace('they are', 'it is')}.")
        elif some:
            found.append(f"Whether {n_of_m(some, len(scored))} criteria are true: {why}.")
    return found


def _proposed(exclusions: list[Item]) -> list[str]:
    proposed = sum(item.state == "proposed" for item in exclusions)
    if not proposed:
        return []
    what = "the proposed exclusion" if proposed == 1 else f"the {count(proposed)} proposed exclusions"
    return [f"Whether {what} should bind: a named person decides."]

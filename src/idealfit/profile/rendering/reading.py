"""What the page takes from profile and evidence: each criterion and exclusion once, in words, with its counts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, Final

from idealfit.profile.rendering.wording import capital, clean, n_of_m, plain, words
from idealfit.records.attribute import LAYERS, TIMING_LAYERS, AttributeInfo

Facts = Mapping[str, Any]

LONGEST = 45
"""Words of a reason that fit a line of the page; a longer one is left out whole, and that is told."""
WIDEST = 340
"""Characters of the same."""


@dataclass(frozen=True)
class Item:
    """A criterion or an exclusion as the page needs it. `because` is a person's reason; `measured` what the evidence
    says beyond the counts; `ask`, `good` and `bad` a question in a person's own words; `evidence` its entry of
    evidence.json or an empty dict.
    """

    id: str
    layer: str
    text: str
    because: str
    points: int
    grade: str
    seen: str
    state: str = ""
    half_life: str = ""
    window: int | None = None
    when: str = ""
    measured: str = ""
    ask: str = ""
    good: str = ""
    bad: str = ""
    evidence: Facts = field(default_factory=dict)

    @property
    def timing(self) -> bool:
        """Does it speak of now rather than of what the account is?"""
        return self.layer in TIMING_LAYERS

    @property
    def tag(self) -> str:
        """'assumed' or 'suggestive', nothing for what is supported."""
        return self.grade if self.grade in {"assumed", "suggestive"} else ""


def mapping(value: object) -> dict[str, Any]:
    """`value` as a dict: a pydantic model is dumped, anything that is neither is empty."""
    if value is not None and hasattr(value, "model_dump"):
        dumped = value.model_dump(mode="json")
        return dumped if isinstance(dumped, dict) else {}
    return dict(value) if isinstance(value, Mapping) else {}


def entries(value: object) -> list[Any]:
    """`value` as a list: None is empty, a single thing is a list of one."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def number(value: object) -> float | None:
    """`value` as a number, or None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if isfinite(value) else None


def share(value: object) -> float | None:
    """A rate that is written as a number or as an estimate {value, low, high}."""
    return number(mapping(value).get("value")) if isinstance(value, Mapping) else number(value)


def fits(text: str) -> bool:
    """May `text` stand on the page, or is it too long to be read in a call?"""
    return words(text) <= LONGEST and len(text) <= WIDEST


def items_of(profile: Facts, evidence: Facts, attributes: Mapping[str, AttributeInfo] | None) -> list[Item]:
    """The criteria of the profile's layers, then those of the evidence that the profile lacks and that are questions
    for the call; each with its entry of the evidence.
    """
    found = {str(entry.get("id")): entry for entry in map(mapping, entries(evidence.get("criteria")))}
    items: list[Item] = []
    for name, content in mapping(profile.get("layers")).items():
        layer = mapping(content)
        if layer.get("active") is False:
            continue
        for criterion in map(mapping, entries(layer.get("criteria"))):
            known = found.get(str(criterion.get("id")), {}) | mapping(criterion.get("evidence"))
            items.append(_item(criterion, str(name), known, attributes))
    here = {item.id for item in items}
    asked = [entry for key, entry in found.items() if entry.get("seen") == "call" and key not in here]
    return items + [
        _item(entry, str(entry.get("layer", LAYERS[0])), entry, attributes)
        for entry in asked
        if entry.get("polarity") != "exclude"
    ]


def exclusions_of(profile: Facts, evidence: Facts, attributes: Mapping[str, AttributeInfo] | None) -> list[Item]:
    """The exclusions of the profile, each with its entry of the evidence."""
    found = {str(entry.get("id")): entry for entry in map(mapping, entries(evidence.get("criteria")))}
    return [
        _item(entry, "", found.get(str(entry.get("id")), {}) | mapping(entry.get("evidence")), attributes)
        for entry in map(mapping, entries(profile.get("exclusions")))
    ]


def _item(entry: Facts, layer: str, evidence: Facts, attributes: Mapping[str, AttributeInfo] | None) -> Item:
    when = str(entry.get("when") or evidence.get("when") or "")
    because, measured = _own_words(clean(entry.get("because") or ""), evidence)
    return Item(
        id=str(entry.get("id", "")),
        layer=layer,
        text=_text(entry, evidence, when, attributes),
        because=because,
        points=int(number(entry.get("points")) or 0),
        grade=str(entry.get("grade") or evidence.get("grade") or "assumed"),
        seen=str(entry.get("seen") or evidence.get("seen") or "list"),
        state=str(entry.get("state") or ""),
        half_life=plain(entry.get("half_life") or ""),
        window=_window(when),
        when=when,
        ask=clean(entry.get("ask") or ""),
        good=clean(entry.get("good") or ""),
        bad=clean(entry.get("bad") or ""),
        measured=measured,
        evidence=evidence,
    )


def _own_words(because: str, evidence: Facts) -> tuple[str, str]:
    """A person's reason; and, of one that discovery wrote, what follows the counts, which the page prints itself."""
    if evidence.get("grade") == "assumed":
        return because, ""  # its counts are not printed, so its reason is said whole
    counts = mapping(evidence.get("counts"))
    won, lost = number(counts.get("match_won")), number(counts.get("match_lost"))
    if won is None or lost is None:
        return because, ""
    judged = mapping(mapping(evidence.get("judged")).get("told")).get("match")
    if because.startswith(f"{n_of_m(won, won + lost)} ") or (judged and because.startswith(capital(str(judged)))):
        return "", capital(because.partition("; ")[2])
    return ("" if because == clean(evidence.get("because") or "") else because), ""


def _text(entry: Facts, evidence: Facts, when: str, attributes: Mapping[str, AttributeInfo] | None) -> str:
    if entry.get("label"):
        return clean(entry["label"])
    from idealfit.errors import ProfileError
    from idealfit.profile.parsing import parse
    from idealfit.profile.sentence import sentence

    try:
        return plain(sentence(parse(when), attributes))
    except ProfileError:
        return plain(evidence.get("sentence") or when)


def _window(when: str) -> int | None:
    """The longest number of days that a `within` in `when` names."""
    found = [int(days) for days in re.findall(r"within\s*=>\s*'(\d+)", when)]
    return max(found) if found else None


DID: Final = {"customer": "are among the best", "account": "are customers", "advance": "advanced"}
"""What the matching ones of a row of evidence did; deals were won, or reached a stage."""
STAYED: Final = "stayed"
_STAYS: Final = "customers who stayed are set against those who left"
"""Said among the evidence's warnings where that is so."""


def of_stays(evidence: Facts) -> bool:
    """Does the evidence set customers who stayed against those who left?"""
    told = any(_STAYS in str(one) for one in entries(evidence.get("warnings")))
    return told and evidence.get("unit") in ("customer", "account")


def did(evidence: Facts) -> str:
    """What the counts of `evidence` count: 'won', or, where it knows customers only, what they are."""
    if of_stays(evidence):
        return STAYED
    return DID.get(str(evidence.get("unit")), DID["customer"] if evidence.get("reach") == "customers" else "won")


def without_companies(evidence: Facts) -> bool:
    """Do the records hold persons only? Nothing can then be said of companies."""
    return str(evidence.get("reason") or "").startswith("no_accounts")


def without_outcomes(evidence: Facts) -> bool:
    """Do the records name companies and not which of them bought?"""
    return str(evidence.get("reason") or "").startswith("no_outcome")


def halves(item: Item, verb: str) -> tuple[str, str]:
    """'12 of 31 won' where the criterion is true and '40 of 380' elsewhere; empty where no counts are known. Where
    winning is not what it is judged by: '54% stay a year (of 83)' and the same elsewhere.
    """
    if (told := mapping(mapping(item.evidence.get("judged")).get("told"))) and item.evidence.get("grade") != "assumed":
        return clean(told.get("match") or ""), clean(told.get("rest") or "")
    counts = mapping(item.evidence.get("counts"))
    won, lost = number(counts.get("match_won")), number(counts.get("match_lost"))
    rest_won, rest_lost = number(counts.get("rest_won")), number(counts.get("rest_lost"))
    if won is None or lost is None or rest_won is None or rest_lost is None or item.evidence.get("grade") == "assumed":
        return "", ""  # a comparison would lend an assumption the look of evidence: its reason is said instead
    elsewhere = n_of_m(rest_won, rest_won + rest_lost) if rest_won + rest_lost else ""
    return f"{n_of_m(won, won + lost)} {verb}", elsewhere


def counted(item: Item, verb: str) -> str:
    """'12 of 31 won, elsewhere 40 of 380', or nothing where no counts are known."""
    here, elsewhere = halves(item, verb)
    return f"{here}, elsewhere {elsewhere}" if elsewhere else here

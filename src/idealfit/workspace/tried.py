"""Everything that discovery tried, a row each: what it is, how often it is seen, what it is worth, what came of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from idealfit.evidence.estimate import Estimate
from idealfit.workspace.reading_back import NORMAL_95, share_of

VERDICTS: Final[Mapping[str, str]] = {
    "proven": "Proven",
    "likely": "Likely",
    "assumed": "Assumed",
    "not-shown": "Not shown",
    "refused": "Refused",
}
GRADES: Final = {"supported": "proven", "suggestive": "likely", "assumed": "assumed"}

KINDS: Final = ("seek", "ask", "avoid", "")
"""Of what a row speaks, in the order in which people need it."""


@dataclass(frozen=True)
class Tried:
    """One thing that was tried. `kind`: 'seek', 'avoid', 'ask' or, of what did not hold, ''. `support`: closed deals
    (or customers) for which it was true, `won` of them; `rate` and `elsewhere`: the share won, with and without it.
    `odds`: the odds of winning with it, all else equal; `worth`: how many times as much one is worth with it. `why`:
    the reason of a refusal, and `proof` what shows it. None where that is not known or was not asked.
    """

    id: str
    words: str
    attribute: str
    when: str
    kind: str
    layer: str
    points: int
    verdict: str
    support: int = 0
    won: int = 0
    rest: int = 0
    rest_won: int = 0
    accounts: int = 0
    rate: Estimate | None = None
    elsewhere: Estimate | None = None
    odds: Mapping[str, float] | None = None
    worth: Mapping[str, float] | None = None
    stability: float | None = None
    why: str = ""
    proof: str = ""


@dataclass(frozen=True)
class TriedQuestion:
    """Which rows are wanted: those whose words or column hold `text`, of one `verdict`, `kind` and `layer` ('': any),
    ordered by a column of `SORTS` ('' as they stand).
    """

    text: str = ""
    verdict: str = ""
    kind: str = ""
    layer: str = ""
    sort: str = ""
    descending: bool = True


def all_tried(document: Mapping[str, Any]) -> tuple[Tried, ...]:
    """The rows of an evidence.json: what to look for, to ask and to walk away from, then what failed, then what was
    refused.
    """
    found = sorted((_criterion(one) for one in document["criteria"]), key=lambda one: KINDS.index(one.kind))
    used = {one.attribute for one in found}
    found += [_failed(one) for one in document.get("failed") or () if str(one["attribute"]) not in used]
    shown = {one.attribute for one in found if not one.id}
    found += [
        Tried(
            "",
            str(one["attribute"]),
            str(one["attribute"]),
            "",
            "",
            "",
            0,
            _verdict(one),
            why=str(one["reason"]),
            proof=str(one["proof"]),
        )
        for one in document["rejected"]
        if not (one["reason"] == "unsupported" and one["attribute"] in shown)
    ]
    return tuple(found)


def _verdict(one: Mapping[str, Any]) -> str:
    return "not-shown" if one["reason"] in ("unsupported", "unstable") else "refused"


def _criterion(one: Mapping[str, Any]) -> Tried:
    interval = one.get("interval") or {}
    whole = interval.get("of") == "odds_ratio" and all(interval.get(end) for end in ("low", "value", "high"))
    odds = interval if whole else None
    kind = "avoid" if one["polarity"] == "exclude" else "ask" if one.get("seen") == "call" else "seek"
    return Tried(
        str(one["id"]),
        str(one.get("sentence") or one["when"]),
        str(one["attribute"]),
        str(one["when"]),
        kind,
        str(one["layer"]),
        int(one.get("points") or 0),
        GRADES[one["grade"]],
        odds=odds,
        worth=_worth(one.get("value")),
        stability=None if one.get("seen") == "call" else one.get("stability"),  # questions are not drawn by halves
        **_counted(one.get("counts") or {}),
    )


def _failed(one: Mapping[str, Any]) -> Tried:
    return Tried(
        "",
        str(one["sentence"]),
        str(one["attribute"]),
        str(one.get("when") or ""),
        "",
        "",
        0,
        "not-shown",
        why="unsupported",
        **_counted(one.get("counts") or {}),
    )


def _counted(counts: Mapping[str, int]) -> dict[str, Any]:
    won, lost = counts.get("match_won", 0), counts.get("match_lost", 0)
    rest_won, rest_lost = counts.get("rest_won", 0), counts.get("rest_lost", 0)
    return {
        "support": won + lost,
        "won": won,
        "rest": rest_won + rest_lost,
        "rest_won": rest_won,
        "accounts": counts.get("accounts", 0),
        "rate": share_of(won, won + lost) if won + lost else None,
        "elsewhere": share_of(rest_won, rest_won + rest_lost) if rest_won + rest_lost else None,
    }


def _worth(value: Mapping[str, Any] | None) -> dict[str, float] | None:
    """The effect on what one is worth, from its log and the error of that."""
    if not value or value.get("log_effect") is None or value.get("error") is None:
        return None
    log, half = float(value["log_effect"]), NORMAL_95 * float(value["error"])
    return {"value": math.exp(log), "low": math.exp(log - half), "high": math.exp(log + half)}


_ORDER: Final = {name: place for place, name in enumerate(VERDICTS)}
SORTS: Final[Mapping[str, Callable[[Tried], float | str | None]]] = {
    "words": lambda one: one.words.casefold(),
    "points": lambda one: one.points or None,
    "support": lambda one: one.support or None,
    "rate": lambda one: one.rate.value if one.rate else None,
    "elsewhere": lambda one: one.elsewhere.value if one.elsewhere else None,
    "odds": lambda one: one.odds["value"] if one.odds else None,
    "worth": lambda one: one.worth["value"] if one.worth else None,
    "stability": lambda one: one.stability,
    "verdict": lambda one: -_ORDER[one.verdict],
}
"""The columns that can be sorted by; what a row does not know stands last, either way."""


def ask(rows: Sequence[Tried], question: TriedQuestion) -> tuple[Tried, ...]:
    """The rows that are asked for, in the order that is asked for."""
    text = question.text.strip().casefold()
    found = [
        one
        for one in rows
        if (not text or text in one.words.casefold() or text in one.attribute.casefold())
        and question.verdict in ("", one.verdict)
        and question.kind in ("", one.kind)
        and question.layer in ("", one.layer)
    ]
    key = SORTS.get(question.sort)
    if key is None:
        return tuple(found)
    known = [one for one in found if key(one) is not None]
    known.sort(key=lambda one: key(one) or 0, reverse=question.descending)
    return (*known, *(one for one in found if key(one) is None))

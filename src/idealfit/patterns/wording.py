"""The words of discovery: a criterion's id, its sentence, its reason in counts, what a person should read first."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping

from idealfit.patterns.pattern import Pattern
from idealfit.patterns.sides import STAYS
from idealfit.profile.predicate import Predicate
from idealfit.profile.sentence import sentence
from idealfit.records.attribute import AttributeInfo

_ROWS = {"deal": "won", "customer": "are among the best", "account": "are customers", "advance": "advanced"}


def identifier(label: str, taken: Collection[str]) -> str:
    """An id from a label, [a-z][a-z0-9_-]*, not among `taken`."""
    base = re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-")[:40].strip("-") or "trait"
    if not base[0].isalpha():
        base = f"x-{base}"
    name, number = base, 2
    while name in taken:
        name, number = f"{base}-{number}", number + 1
    return name


def label_of(pattern: Pattern) -> str:
    """What an id is made from: the tool, the event, the role, or the column."""
    binned = pattern.candidate.binned
    if binned.fact.kind == "list":
        return f"uses {binned.key.split(':', 1)[1]}"
    return binned.fact.info.label


def words_of(predicate: Predicate, attributes: Mapping[str, AttributeInfo]) -> str:
    """A predicate as an English sentence."""
    return sentence(predicate, attributes)


def good_rows(unit: str, notes: Collection[str] = ()) -> str:
    """What the good ones of the rows of `unit` did, as a verb: 'won', or 'stayed' where `notes` (of the evidence) say
    that those who stayed are set against those who left: all of them were customers.
    """
    return "stayed" if unit != "deal" and any(STAYS in note for note in notes) else _ROWS[unit]


def reason_of(pattern: Pattern, unit: str, notes: Collection[str] = ()) -> str:
    """Why, in counts: '61 of 140 won, elsewhere 210 of 1,000; 12 in 100 leave within a year, elsewhere 24'. `notes`:
    those of the evidence.
    """
    counts = pattern.counts
    match, rest = counts.match_won + counts.match_lost, counts.rest_won + counts.rest_lost
    said = good_rows(unit, notes)
    parts = [f"{counts.match_won:,} of {match:,} {said}, elsewhere {counts.rest_won:,} of {rest:,}"]
    parts += _weighed(pattern, counts.match_won / max(match, 1) - counts.rest_won / max(rest, 1))
    if pattern.beside:
        parts.append(pattern.beside)
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}."


def _weighed(pattern: Pattern, more_won: float) -> list[str]:
    """How customers with the trait stay and pay, where it differs clearly. Where winning points the other way than the
    points do (its effect, and `more_won`, the share won less that elsewhere, does not clearly gainsay that), what
    speaks for them comes last and is said to weigh more: a reader would take the criterion for a mistake.
    """
    said = []
    if pattern.churn is not None:
        (there, _left, rate), (others, _gone, usual) = pattern.churn
        if there >= 5 and others >= 5 and max(rate, usual) >= 1.25 * max(min(rate, usual), 0.01):
            said.append((f"{100 * rate:.0f} in 100 leave within a year, elsewhere {100 * usual:.0f}", rate < usual))
    if pattern.effect is not None:
        said += _differences(pattern.effect.by_target)
    sought = pattern.points > 0 or (pattern.points == 0 and pattern.polarity == "seek")
    speaking = [text for text, better in said if better == sought]
    sign = 1 if sought else -1
    winning = pattern.effect.by_target.get("win", (0.0, 0.0))[0] if pattern.effect is not None else 0.0
    if not speaking or sign * winning >= 0 or sign * more_won > 0.01:
        return [text for text, _better in said]
    speaking[-1] += ", which weighs more" if len(speaking) == 1 else ", which together weighs more"
    return [*(text for text, better in said if better != sought), *speaking]


def _differences(by_target: Mapping[str, tuple[float, float]]) -> list[tuple[str, bool]]:
    """What customers with the trait pay and what is left of it, where it differs clearly (effects are logs), each with
    whether that is better.
    """
    said = []
    for name, subject, more, less in (
        ("amount", "their contracts are", "larger", "smaller"),
        ("margin", "what is left of their revenue is", "more", "less"),
    ):
        beta, error = by_target.get(name, (0.0, 0.0))
        if abs(beta) > max(0.1, 2 * error):
            differs = f"{100 * abs(math.exp(beta) - 1):.0f}% {more if beta > 0 else less}"
            said.append((f"{subject} {differs}", beta > 0))
    return said

"""What was decided about a company before, in one breath: 'lost twice: May 2025 and March 2024, no budget owner'."""

from __future__ import annotations

from collections.abc import Sequence

from idealfit.inbound.known import Decision

_WORDS = {"lost": "lost", "won": "won", "disqualified": "turned down"}
_TIMES = {1: "", 2: " twice"}
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
MOST_TOLD = 3
"""So many decisions of a kind are told with their month; how many more there were is said."""


def before_words(decisions: Sequence[Decision]) -> str | None:
    """The decisions (the newest first) in words, those of a kind together; None where there are none."""
    kinds = dict.fromkeys(one.what for one in decisions)
    return "; ".join(_kind([one for one in decisions if one.what == kind]) for kind in kinds) or None


def _kind(decisions: Sequence[Decision]) -> str:
    count = len(decisions)
    head = _WORDS.get(decisions[0].what, decisions[0].what) + _TIMES.get(count, f" {count} times")
    told = decisions[:MOST_TOLD]
    reasons = {one.reason for one in decisions}
    months = [_month(one) for one in told if one.on is not None]
    if len(reasons) == 1 or not any(one.reason for one in told):
        if count > len(told) and months:
            head, months = f"{head}, last in {months[0]}", []
        when = _joined(list(dict.fromkeys(months))) if months else ""
        said = ", ".join(part for part in (when, decisions[0].reason or "") if part)
    else:
        each = [", ".join(part for part in (_month(one), one.reason or "no reason given") if part) for one in told]
        said = "; ".join([*each, *([f"{count - len(told)} before"] if count > len(told) else [])])
    return f"{head}: {said}" if said else head


def _month(one: Decision) -> str:
    return "" if one.on is None else f"{_MONTHS[one.on.month - 1]} {one.on.year}"


def _joined(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"

"""What a sentence says that happens to a company: rounds, job ads, new leaders, audits, visits; each in its window."""

from __future__ import annotations

import re
from collections.abc import Iterator

from idealfit.accounts.funding import funding_stage_of
from idealfit.profile import said_event_patterns as events
from idealfit.profile import said_patterns as words
from idealfit.profile.said_condition import Condition
from idealfit.profile.text import quote_text

RECENT_DAYS = 180
"""The window of 'recently', where no span is said."""
COUNTED_DAYS = 90
"""The window of 'five open roles', where no span is said."""
LONGEST_JOB, MOST_JOBS = 3, 4


def days_in(text: str, otherwise: int) -> int:
    """The span that `text` gives, in days ('in the last 3-12 months' → 360); `otherwise` where it gives none."""
    hit = words.SPAN.search(text)
    if hit is None:
        return otherwise
    said = (hit[1] or "one").lower()
    return (int(said) if said.isdigit() else words.COUNTS.get(said, 1)) * words.UNITS[hit[2].lower()]


def is_event(text: str, event: str) -> bool:
    """Whether `text` speaks of `event` as something that happens."""
    return any(name == event and pattern.search(text) for pattern, name in events.EVENTS)


def events_in(text: str, heading: str) -> Iterator[Condition]:
    """The events that `text` names; two of them with 'or' between are one reason to call."""
    found = list(_each(text, heading))
    if len(found) > 1 and events.EITHER_EVENT.search(text) and len({one.layer for one in found}) == 1:
        about = "-or-".join(dict.fromkeys(one.about for one in found))
        yield Condition(" OR ".join(one.when for one in found), found[0].layer, about)
    else:
        yield from found


def _each(text: str, heading: str) -> Iterator[Condition]:
    ahead = bool(words.NEXT.search(text))
    under = bool(events.EVENTS_HEADING.search(heading))
    patterns = (*events.EVENTS, *(events.EVENTS_IF_SIGNAL if under else ()))
    seen: set[str] = set()
    for pattern, event in patterns:
        if event in seen or not (hit := pattern.search(text)):
            continue
        seen.add(event)
        layer = "behavioral" if event in events.LOOKED else "situational"
        function = "upcoming" if ahead and event in events.PLANNED else "happened"
        if event in events.ONLY_AHEAD:
            function = "upcoming"
        if text[: hit.start()].lower().rstrip().endswith(("no", "not", "without", "no recent", "haven't", "have not")):
            function = "not_happened"
        details = _details(text, event)
        if details is None:
            continue
        days = days_in(text, RECENT_DAYS)
        counts = events.LEAST_JOBS if event == "job_posting" else events.LEAST_TIMES if event in events.LOOKED else None
        least = counts.search(text) if counts is not None and function == "happened" else None
        if event == "funding_round" and len(details) > 1:
            whens = [f"{function}('{event}', detail => {quote_text(one)}, within => '{days} days')" for one in details]
            yield Condition(" OR ".join(whens), layer, "funding-round")
            continue
        for place, detail in enumerate(details):
            described = f", detail => {quote_text(detail)}" if detail else ""
            when = f"{function}('{event}'{described}, within => '{days} days')"
            if least is not None and place == 0:
                within = days_in(text, 30 if re.search(r"month", text, re.IGNORECASE) else COUNTED_DAYS)
                count = next(filter(None, least.groups()))
                when = f"count_of('{event}'{described}, within => '{within} days') >= {count}"
            yield Condition(when, layer, event.replace("_", "-"))


def _details(text: str, event: str) -> list[str] | None:
    """What an event is about, one text each ('' for any of its kind); None where it is said and cannot be told."""
    if event == "job_posting":
        return _jobs(text)
    if event == "funding_round":
        return _rounds(text)
    if event == "leadership_change":
        named = [" ".join(hit[0].split()) for hit in events.LEADER.finditer(text)]
        return list(dict.fromkeys(named))[:MOST_JOBS] or [""]
    return [""]


def _jobs(text: str) -> list[str] | None:
    """The jobs that a sentence about job ads names; one empty text where it speaks of any."""
    hit = events.JOB.search(text)
    if hit is None:
        return [""] if events.ANY_JOB.search(text) else None
    said = re.sub(r"\([^)]*\)?", " ", next(filter(None, hit.groups())))
    named: dict[str, None] = {}
    for one in re.split(r",|/|\s&\s|\b(?:and|or)\b", said):
        job = events.JOB_FILLING.sub(" ", one).strip(" .;:-\N{EN DASH}")
        if not job:
            continue
        if len(job.split()) > LONGEST_JOB or re.search(r"\d", job):
            return None
        named[_one_of_them(job)] = None
    return list(named)[:MOST_JOBS] or ([""] if events.ANY_JOB.search(text) else None)


def _one_of_them(job: str) -> str:
    """'SDRs' → 'SDR'; 'sales' and 'RevOps' stay."""
    if job.lower().endswith(("ops", "sales", "ss", "operations", "logistics", "analytics", "us", "is")):
        return job
    return job.removesuffix("s")


def _rounds(text: str) -> list[str]:
    if hit := words.STAGE_ON.search(text):
        stage = funding_stage_of(hit[1])
        if stage in words.STAGES:
            return list(words.STAGES[words.STAGES.index(stage) :])
    named = {stage for one in words.STAGE.finditer(text) if (stage := funding_stage_of(one[1])) is not None}
    return sorted(named) or [""]

"""What a sentence about good customers says that can be tested: sizes, money, stages, places, tools, events, roles.

Rules only, no model: what they do not recognise stays a question for a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from idealfit.accounts.funding import business_model_of, funding_stage_of
from idealfit.accounts.industry import industry_of
from idealfit.accounts.place import country_of
from idealfit.accounts.quantity import parse_money
from idealfit.accounts.technology import technology_of
from idealfit.profile import said_patterns as words
from idealfit.profile.text import quote_text

FEW_WORDS, SHORTEST_INDUSTRY, SHORTEST_TOOL = 6, 3, 2
RECENT_DAYS = 180
"""The window of 'recently', where no span is said."""


@dataclass(frozen=True)
class Condition:
    """One thing that can be tested: `when` in the language, its layer, and what it is about (for its id)."""

    when: str
    layer: str
    about: str


def conditions_of(sentence: str, heading: str = "") -> tuple[Condition, ...]:
    """All that `sentence` says that records could decide, in the order of the layers, under the heading `heading`.

    Each is a predicate that parses. Words that only people can weigh ('forward-thinking') give nothing.
    """
    found: dict[str, Condition] = {}
    for one in (*_sizes(sentence), *_money(sentence), *_stages(sentence), *_models(sentence, heading),
                *_industries(sentence, heading), *_places(sentence, heading), *_tools(sentence, heading),
                *_events(sentence), *_growth(sentence), *_teams(sentence)):  # fmt: skip
        found.setdefault(one.when, one)
    return tuple(found.values())


def _number(text: str) -> int:
    plain = text.replace(",", "").strip().rstrip(".")
    return round(float(plain[:-1].strip()) * 1000) if plain[-1:] in "kK" else round(float(plain))


def _sizes(text: str) -> Iterator[Condition]:
    if hit := words.RANGE.search(text) or words.SIZE.search(text):
        low, high = sorted((_number(hit[1]), _number(hit[2])))
        yield Condition(f"employees BETWEEN {low} AND {high}", "firmographic", "size")
    elif hit := words.AT_LEAST.search(text):
        yield Condition(f"employees >= {_number(hit[1] or hit[2] or hit[3])}", "firmographic", "size")
    elif hit := words.AT_MOST.search(text):
        below = re.match(r"fewer|less|under|below|<(?!=)", hit[0], re.IGNORECASE)
        yield Condition(f"employees {'<' if below else '<='} {_number(hit[1])}", "firmographic", "size")


def _amount(text: str, like: str = "") -> str | None:
    """'$20M' → 'USD 20M' as the language writes it; the currency and, where it lacks one, the letter are those of
    `like`."""
    plain = text.strip()
    if not re.search(r"[A-Za-z]$", plain) and (letter := re.search(r"([kKmMbB])n?$", like.strip())):
        plain += letter[1]
    value, currency = parse_money(plain)
    sign = currency or parse_money(like)[1] or next((one for one in words.SIGNS if one in plain + like), "")
    currency = words.SIGNS.get(sign, sign) or None
    if value is None or currency is None:
        return None
    for size, letter_of in ((10**9, "B"), (10**6, "M"), (10**3, "K")):
        if value >= size:
            return f"{currency} {value / size:g}{letter_of}"
    return f"{currency} {value:g}"


def _money(text: str) -> Iterator[Condition]:
    column = "arr" if words.ARR.search(text) else "revenue" if words.REVENUE.search(text) else None
    if column is None:
        return
    about = "recurring-revenue" if column == "arr" else "revenue"
    if hit := words.MONEY_RANGE.search(text):
        low, high = _amount(hit[1], hit[2]), _amount(hit[2], hit[1])
        if low and high:
            yield Condition(f"{column} BETWEEN {low} AND {high}", "firmographic", about)
    elif (hit := words.MONEY_LEAST.search(text)) and (amount := _amount(hit[1] or hit[2])):
        yield Condition(f"{column} >= {amount}", "firmographic", about)
    elif (hit := words.MONEY_MOST.search(text)) and (amount := _amount(hit[1])):
        yield Condition(f"{column} <= {amount}", "firmographic", about)


def _stages(text: str) -> Iterator[Condition]:
    named: set[str] = set()
    if hit := words.POST_PRE.search(text):
        named |= set(words.STAGES[1 : words.STAGES.index(f"Series {hit[1].upper()}")])
    elif hit := words.STAGE_SPAN.search(text):
        first, last = funding_stage_of(hit[1]), funding_stage_of(hit[2] if len(hit[2]) > 1 else f"Series {hit[2]}")
        if first in words.STAGES and last in words.STAGES:
            named |= set(words.STAGES[words.STAGES.index(first) : words.STAGES.index(last) + 1])
    else:
        named |= {stage for one in words.STAGE.finditer(text) if (stage := funding_stage_of(one[1])) is not None}
        if re.search(r"\bbootstrapped\b", text, re.IGNORECASE):
            named.add("Bootstrapped")
    if named and not _is_event(text, "funding_round"):
        ordered = sorted(named, key=lambda one: (words.STAGES.index(one) if one in words.STAGES else 99, one))
        yield Condition(_one_of("funding_stage", ordered), "firmographic", "funding-stage")


def _one_of(column: str, values: list[str]) -> str:
    if len(values) == 1:
        return f"{column} = {quote_text(values[0])}"
    return f"{column} IN ({', '.join(map(quote_text, values))})"


def _models(text: str, heading: str) -> Iterator[Condition]:
    said = [hit[0] for hit in words.MODELS.finditer(text)]
    named = [model for word in said if (model := business_model_of(re.sub(r"(?i)places$", "place", word))) is not None]
    if named and (words.INDUSTRY.search(f"{text} {heading}") or len(text.split()) <= FEW_WORDS):
        yield Condition(_one_of("business_model", list(dict.fromkeys(named))), "firmographic", "business-model")


def _phrases(text: str, most: int = 4) -> Iterator[str]:
    """Runs of words between commas and joining words, longest first."""
    for part in words.BETWEEN_PHRASES.split(text):
        run = part.split()
        for size in range(min(most, len(run)), 0, -1):
            for start in range(len(run) - size + 1):
                yield " ".join(run[start : start + size]).strip(".,;:'\"“”")


def _industries(text: str, heading: str) -> Iterator[Condition]:
    if not words.INDUSTRY.search(f"{text} {heading}"):
        return
    named: dict[str, None] = {}
    for phrase in _phrases(text):
        bare = words.INDUSTRY.sub("", phrase).strip() or phrase
        plain = bare.lower()
        if len(bare) <= SHORTEST_INDUSTRY or plain in words.NO_INDUSTRY or "saas" in plain or re.search(r"\d", bare):
            continue
        if (industry := industry_of(bare)) is not None:
            named[industry.label] = None
    if named:
        yield Condition(_one_of("industry", list(named)), "firmographic", "industry")


def _places(text: str, heading: str) -> Iterator[Condition]:
    if not words.PLACE.search(f"{text} {heading}"):
        return
    named: dict[str, None] = {}
    for hit in words.COUNTRY.finditer(text):
        country = country_of(hit[0].removeprefix("the ").strip())
        if country is not None and hit[0] not in words.ALSO_NAMES:
            named[country.name] = None
    if named:
        column = "incorporated_in" if re.search(r"incorporated", text, re.IGNORECASE) else "country"
        yield Condition(_one_of(column, list(named)), "firmographic", "country")
    regions = [label for key, label in words.REGIONS.items() if re.search(rf"\b{key}\b", text, re.IGNORECASE)]
    if regions and not named:
        yield Condition(_one_of("region", regions), "firmographic", "region")


def _tools(text: str, heading: str) -> Iterator[Condition]:
    if not words.TOOLS.search(f"{text} {heading}"):
        return
    named: dict[str, None] = {}
    for hit in re.finditer(r"\b[A-Z][\w.+-]*(?: [A-Z0-9][\w.+-]*){0,3}", text.replace("-like", " ")):
        run = hit[0].rstrip(".").split()
        at = 0
        while at < len(run):
            at += _tool_at(run, at, named)
    if not named:
        return
    tools = ", ".join(map(quote_text, named))
    together = len(named) > 1 and re.search(r"\band\b", text) and not re.search(r"\bor\b|/|e\.g\.|such as|like", text)
    function = "uses" if len(named) == 1 else "uses_all" if together else "uses_any"
    yield Condition(f"{function}({tools})", "technographic", "tools")


def _tool_at(run: list[str], at: int, named: dict[str, None]) -> int:
    """Note the longest product name that begins at `at`; how many words to go on by."""
    for size in range(len(run) - at, 0, -1):
        word = " ".join(run[at : at + size])
        if (size == 1 and len(word) <= SHORTEST_TOOL) or word.lower() in words.ORDINARY:
            continue
        if (tool := technology_of(word)) is not None:
            named[tool.name] = None
            return size
    return 1


def _days(text: str, otherwise: int) -> int:
    hit = words.SPAN.search(text)
    if hit is None:
        return otherwise
    said = (hit[1] or "one").lower()
    return (int(said) if said.isdigit() else words.COUNTS.get(said, 1)) * words.UNITS[hit[2].lower()]


def _is_event(text: str, event: str) -> bool:
    return any(name == event and pattern.search(text) for pattern, name in words.EVENTS)


def _events(text: str) -> Iterator[Condition]:
    found = list(_each_event(text))
    if len(found) > 1 and re.search(r"\bor\b", text) and len({one.layer for one in found}) == 1:
        # 'A disruption or a new regulation' is one reason to call, not two that must both be there.
        about = "-or-".join(dict.fromkeys(one.about for one in found))
        yield Condition(" OR ".join(one.when for one in found), found[0].layer, about)
    else:
        yield from found


def _each_event(text: str) -> Iterator[Condition]:
    ahead = bool(words.NEXT.search(text))
    for pattern, event in words.EVENTS:
        if not (hit := pattern.search(text)):
            continue
        layer = "behavioral" if event in words.LOOKED else "situational"
        function = "upcoming" if ahead and event in words.PLANNED else "happened"
        if text[: hit.start()].lower().rstrip().endswith(("no", "not", "without", "no recent", "haven't", "have not")):
            function = "not_happened"
        details = _jobs(text) if event == "job_posting" else [_round(text)] if event == "funding_round" else [""]
        for detail in details:
            described = f", detail => {quote_text(detail)}" if detail else ""
            when = f"{function}('{event}'{described}, within => '{_days(text, RECENT_DAYS)} days')"
            yield Condition(when, layer, event.replace("_", "-"))


def _jobs(text: str) -> list[str]:
    """The teams that a sentence about jobs names; one empty text where it names none."""
    hit = words.JOB.search(text)
    named = [team for team in hit.groups() if team] if hit else []
    return [team if team.lower() == "sales" else team.removesuffix("s") for team in named] or [""]


def _round(text: str) -> str:
    named = {stage for one in words.STAGE.finditer(text) if (stage := funding_stage_of(one[1])) is not None}
    return named.pop() if len(named) == 1 else ""


def _growth(text: str) -> Iterator[Condition]:
    if (hit := words.GROWING.search(text)) and not words.ARR.search(text):
        column = "revenue" if words.REVENUE.search(text) else "employees"
        share = int(hit[1]) / 100
        yield Condition(f"growth('{column}', over => '{_days(text, 365)} days') >= {share:g}", "situational", "growth")


def _teams(text: str) -> Iterator[Condition]:
    if (hit := words.NONE_YET.search(text)) and hit[1].lower() in words.ROLES:
        role = words.ROLES[hit[1].lower()]
        if hit[0].lower().endswith("hire"):
            days = _days(text, 90) if re.search(r"\bfirst\b", text, re.IGNORECASE) else 0
            before = f", before => '{days} days'" if days else ""
            event = quote_text(f"{role} hire".replace(" ", "_"))
            yield Condition(f"not_happened({event}{before})", "situational", f"no-{role}-hire")
        else:
            yield Condition(f"NOT has_role({quote_text(role)})", "authority", f"no-{role}-team")
    elif (hit := words.HAS_TEAM.search(text)) and hit[1].lower() in words.ROLES:
        role = words.ROLES[hit[1].lower()]
        yield Condition(f"has_role({quote_text(role)})", "authority", f"{role}-team")

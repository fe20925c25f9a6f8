"""What a sentence about good customers says that can be tested: sizes, money, stages, age, owners, growth, teams.

Rules only, no model: what they do not recognise stays a question for a person. A number is read as the company's only
where nothing says that it belongs to a team, a deal or a price.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from idealfit.accounts.funding import business_model_of, funding_stage_of, ownership_of
from idealfit.accounts.quantity import parse_money
from idealfit.profile import said_patterns as words
from idealfit.profile.said_condition import Condition, one_of
from idealfit.profile.said_events import RECENT_DAYS, days_in, events_in, is_event
from idealfit.profile.said_names import industries_in, places_in, tools_in
from idealfit.profile.text import quote_text

__all__ = ["RECENT_DAYS", "Condition", "conditions_of"]

FEW_WORDS = 6
FIRST_YEAR = 1700
LONGEST_SENTENCE = 2_000
"""What is longer is no sentence that a person wrote."""


def conditions_of(sentence: str, heading: str = "") -> tuple[Condition, ...]:
    """All that `sentence` says that records could decide, in the order of the layers, under the heading `heading`.

    Each is a predicate that parses. Words that only people can weigh ('forward-thinking') give nothing, and so does
    what somebody is quoted as saying.
    """
    if len(sentence) > LONGEST_SENTENCE or (
        re.match(r"[\"“'\N{LEFT SINGLE QUOTATION MARK}«]", sentence) and not words.COMPANIES.search(sentence[:60])
    ):
        return ()
    found: dict[str, Condition] = {}
    for one in (*_sizes(sentence, heading), *_money(sentence, heading), *_stages(sentence), *_models(sentence, heading),
                *_ownership(sentence), *_age(sentence), *industries_in(sentence, heading),
                *places_in(sentence, heading), *tools_in(sentence, heading), *events_in(sentence, heading),
                *_growth(sentence, heading), *_teams(sentence)):  # fmt: skip
        found.setdefault(one.when, one)
    return _alternatives(sentence, tuple(found.values()))


def _alternatives(text: str, found: tuple[Condition, ...]) -> tuple[Condition, ...]:
    """'SaaS, fintech or e-commerce' is one statement, though two columns hold it."""
    industry = next((one.when for one in found if one.about == "industry"), "")
    found = tuple(
        one
        for one in found
        if one.about != "ownership" or not any(at in industry for at in ("'Nonprofit'", "'Government'"))
    )
    kinds = [one for one in found if one.about in ("business-model", "industry")]
    if len(kinds) != 2 or not words.LISTED.search(text):
        return found
    joined = Condition(" OR ".join(one.when for one in kinds), "firmographic", "industry")
    return tuple(joined if one is kinds[0] else one for one in found if one is not kinds[1])


def _number(text: str) -> int:
    plain = text.replace(",", "").strip().rstrip(".")
    return round(float(plain[:-1].strip()) * 1000) if plain[-1:] in "kK" else round(float(plain))


def _sizes(text: str, heading: str) -> Iterator[Condition]:
    if words.BARE_NUMBER.match(text) and words.SIZE_HEADING.search(heading) and not words.TEAM.search(heading):
        text = f"{text.rstrip('. ')} employees"
    for pattern in (words.RANGE, words.SIZE, words.AT_LEAST, words.AT_MOST):
        for hit in pattern.finditer(text):
            if _is_a_team(text, hit):
                continue
            when = _size(pattern, hit)
            if when is not None:
                yield Condition(f"employees {when}", "firmographic", "size")
                return


def _size(pattern: re.Pattern[str], hit: re.Match[str]) -> str | None:
    if pattern in (words.RANGE, words.SIZE):
        low, high = sorted((_number(hit[1]), _number(hit[2])))
        if high <= 1:
            return None
        return f">= {low}" if "+" in hit[0][hit.end(2) - hit.start() :] else f"BETWEEN {low} AND {high}"
    said = next(filter(None, hit.groups()))
    if pattern is words.AT_LEAST:
        return f"{'>' if words.MORE_THAN.match(hit[0]) else '>='} {_number(said)}"
    return f"{'<' if words.FEWER_THAN.match(hit[0]) else '<='} {_number(said)}"


def _is_a_team(text: str, hit: re.Match[str]) -> bool:
    """Whether the people counted are a team's ('5-20 person AI teams'), not the company's."""
    after = text[hit.end() :]
    before = re.split(r"[;,.(]", text[: hit.start()])[-1]
    return bool(words.TEAM_AFTER.match(after) or words.TEAM_BEFORE.search(before))


def _amount(text: str, like: str = "") -> str | None:
    """'$20M' → 'USD 20M' as the language writes it; the currency and, where it lacks one, the letter are those of
    `like`."""
    plain = re.sub(r"(?i)^(.*\d)(\s?[a-z]*)\s?(€|£|\$|usd|eur|gbp)$", r"\3\1\2", text.strip())
    like = re.sub(r"(?i)^(.*\d)(\s?[a-z]*)\s?(€|£|\$|usd|eur|gbp)$", r"\3\1\2", like.strip())
    if not re.search(r"[A-Za-z]$", plain) and (letter := re.search(r"\d\s?([kKmMbBtT])[a-z]*$", like)):
        plain += "K" if letter[1] in "tT" else letter[1]
    value, currency = parse_money(plain)
    sign = currency or parse_money(like)[1] or next((one for one in words.SIGNS if one in plain + like), "")
    currency = words.SIGNS.get(sign, sign) or None
    if value is None or currency is None:
        return None
    for size, letter_of in ((10**9, "B"), (10**6, "M"), (10**3, "K")):
        if value >= size:
            return f"{currency} {value / size:g}{letter_of}"
    return f"{currency} {value:g}"


def _money(text: str, heading: str) -> Iterator[Condition]:
    said = text if words.ARR.search(text) or words.REVENUE.search(text) else f"{heading} {text}"
    column = "arr" if words.ARR.search(said) else "revenue" if words.REVENUE.search(said) else None
    if column is None or words.MONTHLY.search(said):
        return
    about = "recurring-revenue" if column == "arr" else "revenue"
    for pattern in (words.MONEY_RANGE, words.MONEY_RANGE_AFTER, words.MONEY_LEAST, words.MONEY_MOST):
        for hit in pattern.finditer(text):
            when = None if _is_a_price(text, hit) else _money_when(pattern, hit)
            if when is not None:
                yield Condition(f"{column} {when}", "firmographic", about)
                return


def _money_when(pattern: re.Pattern[str], hit: re.Match[str]) -> str | None:
    if pattern in (words.MONEY_RANGE, words.MONEY_RANGE_AFTER):
        low, high = _amount(hit[1], hit[2]), _amount(hit[2], hit[1])
        if low is None or high is None:
            return None
        return f">= {low}" if hit[0].rstrip().endswith("+") else f"BETWEEN {low} AND {high}"
    amount = _amount(next(filter(None, hit.groups())))
    if amount is None:
        return None
    if pattern is words.MONEY_LEAST:
        return f"{'>' if words.MORE_THAN.match(hit[0]) else '>='} {amount}"
    return f"{'<' if words.FEWER_THAN.match(hit[0]) else '<='} {amount}"


def _is_a_price(text: str, hit: re.Match[str]) -> bool:
    """Whether the money is a deal's, a budget's or a round's, not what the company earns."""
    start = max((text.rfind(sign, 0, hit.start()) for sign in ";(—"), default=-1) + 1
    ends = [at for at in (text.find(sign, hit.end()) for sign in ";)—") if at >= 0]
    return bool(words.PRICE.search(text[start : min(ends, default=len(text))]))


def _stages(text: str) -> Iterator[Condition]:
    if is_event(text, "funding_round"):
        return
    named = _named_stages(text)
    if re.search(r"\bbootstrapped\b", text, re.IGNORECASE):
        named.add("Bootstrapped")
    if named:
        ordered = sorted(named, key=lambda one: (words.STAGES.index(one) if one in words.STAGES else 99, one))
        yield Condition(one_of("funding_stage", ordered), "firmographic", "funding-stage")


def _named_stages(text: str) -> set[str]:
    if hit := words.POST_PRE.search(text):
        return set(words.STAGES[1 : words.STAGES.index(f"Series {hit[1].upper()}")])
    if hit := words.PRE_SERIES.search(text):
        return set(words.STAGES[: words.STAGES.index(f"Series {hit[1].upper()}")])
    for pattern in (words.STAGE_SPAN, words.STAGE_BETWEEN):
        if hit := pattern.search(text):
            first, last = funding_stage_of(hit[1]), funding_stage_of(hit[2] if len(hit[2]) > 1 else f"Series {hit[2]}")
            if first in words.STAGES and last in words.STAGES:
                return set(words.STAGES[words.STAGES.index(first) : words.STAGES.index(last) + 1])
    named: set[str] = set()
    for hit in words.STAGE_ON.finditer(text):
        stage = funding_stage_of(hit[1])
        if stage in words.STAGES:
            named |= set(words.STAGES[words.STAGES.index(stage) :])
    for hit in words.STAGE_LIST.finditer(text):
        named |= {f"Series {letter}" for letter in re.findall(r"\b([A-G])\b", hit[0])}
    for hit in words.STAGE.finditer(text):
        if (stage := funding_stage_of(hit[1])) is not None:
            named.add(stage)
    return named


def _models(text: str, heading: str) -> Iterator[Condition]:
    named: dict[str, None] = {}
    text = re.sub(r"(?i)\bB2B[- ]SaaS\b", "SaaS", text)
    if text.lower().startswith("any "):
        return
    for hit in words.MODELS.finditer(text):
        if words.NO_MODEL_AFTER.match(text[hit.end() :]) or words.NO_MODEL_BEFORE.search(text[: hit.start()]):
            continue
        if (model := business_model_of(re.sub(r"(?i)places$", "place", hit[0]))) is not None:
            named[model] = None
    wanted = words.COMPANIES.search(text) or words.INDUSTRY_HEADING.search(heading) or words.MODEL_HEADING.search(
        heading
    )  # fmt: skip
    if named and (wanted or len(text.split()) <= FEW_WORDS or words.RANGE.search(text)):
        yield Condition(one_of("business_model", list(named)), "firmographic", "business-model")


def _ownership(text: str) -> Iterator[Condition]:
    named: dict[str, None] = {}
    for hit in words.OWNERSHIP.finditer(text):
        if (owner := ownership_of(hit[0])) is not None:
            named[owner] = None
    if named and not words.NOT_BEFORE.search(text[: words.OWNERSHIP.search(text).start()]):  # type: ignore[union-attr]
        yield Condition(one_of("ownership", list(named)), "firmographic", "ownership")


def _age(text: str) -> Iterator[Condition]:
    if hit := words.FOUNDED_YEARS.search(text):
        sign, years = (">=", hit[1]) if hit[1] else ("<=", hit[2] or hit[3])
        yield Condition(f"founded_year {sign} year_of(as_of) - {int(years)}", "firmographic", "founded")
    elif hit := words.FOUNDED_BETWEEN.search(text):
        low, high = sorted((int(hit[1]), int(hit[2])))
        yield Condition(f"founded_year BETWEEN {low} AND {high}", "firmographic", "founded")
    elif (hit := words.FOUNDED.search(text)) and int(hit[2]) >= FIRST_YEAR:
        sign = {"after": ">", "since": ">=", "from": ">=", "before": "<", "in": "="}[hit[1].lower().split()[-1]]
        sign = ">=" if "or later" in text.lower() else sign
        yield Condition(f"founded_year {sign} {hit[2]}", "firmographic", "founded")


def _growth(text: str, heading: str) -> Iterator[Condition]:
    about = text if words.GROWTH_WORD.search(text) else f"{heading} {text}"
    hit = words.GROWING.search(about) or words.YEARLY.search(about)
    if hit is None or not words.GROWTH_WORD.search(about) or words.ARR.search(about) or words.SMALLER.search(hit[0]):
        return
    share = int(next(filter(None, hit.groups()))) / 100
    column = "revenue" if words.REVENUE.search(about) else "employees"
    said = column == "revenue" or words.HEADS.search(about)
    note = "" if said else "It does not say what grows: read as the number of employees"
    when = f"growth('{column}', over => '{days_in(text, 365)} days') >= {share:g}"
    yield Condition(when, "situational", "growth", note)


def _teams(text: str) -> Iterator[Condition]:
    if (hit := words.NONE_YET.search(text)) and hit[1].lower() in words.ROLES:
        role = words.ROLES[hit[1].lower()]
        if hit[0].lower().endswith("hire"):
            days = days_in(text, 90) if re.search(r"\bfirst\b", text, re.IGNORECASE) else 0
            before = f", before => '{days} days'" if days else ""
            event = quote_text(f"{role} hire".replace(" ", "_"))
            yield Condition(f"not_happened({event}{before})", "situational", f"no-{role}-hire")
        else:
            yield Condition(f"NOT has_role({quote_text(role)})", "authority", f"no-{role}-team")
    elif (hit := words.HAS_TEAM.search(text)) and hit[1].lower() in words.ROLES:
        role = words.ROLES[hit[1].lower()]
        yield Condition(f"has_role({quote_text(role)})", "authority", f"{role}-team")

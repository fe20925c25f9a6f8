"""The parts of the page that speak of the profile: when to walk away, what to check and to ask, why now, why us."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from idealfit.profile.rendering.model import Line, Section
from idealfit.profile.rendering.reading import (
    DID,
    STAYED,
    Facts,
    Item,
    counted,
    entries,
    fits,
    halves,
    mapping,
    number,
    share,
)
from idealfit.profile.rendering.wording import capital, clean, count, ended, listing, money, n_of_m, plain
from idealfit.records.attribute import AttributeInfo, describe

BLANK = "to be filled by sales"
OPENING = frozenset("\"'\N{LEFT SINGLE QUOTATION MARK}“„«»")
"""Marks that open a quotation."""
WALK, CHECK, ASK, NOW = 5, 8, 3, 4
"""How many lines each part may have; the rest is in the file, and the page says so."""


def _limited(section: Section, lines: list[Line], most: int) -> Section:
    """`section` with the `most` worthiest of `lines`, worthiest first, the rest and what is too wide counted as cut."""
    ordered = sorted((line for line in lines if fits(line.text)), key=lambda line: -line.worth)[:most]
    return replace(section, lines=tuple(ordered), cut=section.cut + len(lines) - len(ordered))


def _below(parts: list[str], reason: str) -> tuple[str, int]:
    """The quiet text below a statement: `parts`, and in front of them a person's `reason` if there is room for it.
    The number is 1 where there is not.
    """
    found = [part for part in parts if part and fits(part)]
    whole = " ".join(map(ended, [reason, *found] if reason else found))
    if reason and not fits(whole):
        return " ".join(map(ended, found)), 1
    return whole, 0


def walk_away(exclusions: list[Item], verb: str) -> Section:
    """*Walk away if*: text, reason and price of at most five exclusions."""
    lines, long = [], 0
    for item in exclusions:
        text, cut = _below([counted(item, verb), item.measured, _price(item, verb)], item.because)
        long += cut
        tag = "proposed" if item.state == "proposed" else ""
        lines.append(Line(capital(item.text), text, tag=tag, worth=(10.0 if tag else 15.0) + _decisive(item)))
    if not lines:
        lines = [Line("Nobody is excluded yet. Whom should we never sell to?", blank=True, tag=BLANK, worth=9)]
    section = Section("walk", "Walk away if", noun=("exclusion", "exclusions"), keep=2, long=long)
    return _limited(section, lines, WALK)


_GIVEN_UP = {
    DID["customer"]: (("customer", "customers"), ("of the best", "of the best")),
    DID["account"]: (("company", "companies"), ("customer", "customers")),
    STAYED: (("customer", "customers"), ("customer who stayed", "customers who stayed")),
}


def _price(item: Item, verb: str) -> str:
    """What the exclusion would have cost, and who left: 'Saves 96 deals, gives up 3 wins: …'."""
    rows, good = _GIVEN_UP.get(verb, (("deal", "deals"), ("win", "wins")))
    parts = []
    price = mapping(item.evidence.get("price"))
    if (avoided := number(price.get("deals_avoided"))) is not None:
        names = entries(price.get("wins_given_up"))
        # The evidence names some of them; the counts say how many there are.
        known = number(mapping(item.evidence.get("counts")).get("match_won"))
        wins = max(int(known), len(names)) if known is not None else len(names)
        whom = f": {listing(names, 3, of=wins)}" if names else ""
        gives = (
            f"{count(wins)} {good[wins != 1]}{whom}" if wins else f"{'none' if good[0][:2] == 'of' else 'no'} {good[0]}"
        )
        parts.append(f"Saves {count(avoided)} {rows[avoided != 1]}, gives up {gives}")
    parts += _spared(price)
    churn = mapping(item.evidence.get("churn"))
    left, stayed = mapping(churn.get("match")), mapping(churn.get("rest"))
    often, usual = number(left.get("yearly_rate")), number(stayed.get("yearly_rate"))
    notable = often is None or usual is None or often >= 1.25 * usual
    if number(left.get("customers")) and notable and " leave " not in item.measured:
        parts.append(f"{n_of_m(left.get('ended') or 0, left['customers'])} customers left")
    return "; ".join(parts)


def _spared(price: Facts) -> list[str]:
    """What it would have spared us, and what is left of such a customer: 'spares EUR 410,000 of support; …'."""
    currency, parts = clean(price.get("currency") or ""), []
    if support := number(price.get("support_cost")):
        parts.append(f"spares {money(support, currency)} of support")
    mine, theirs = number(price.get("left_per_customer")), number(price.get("left_elsewhere"))
    months = number(price.get("horizon_months"))
    if mine is not None and theirs is not None and months and mine < theirs:
        within = f"in {count(months)} months"
        kept = f"{money(mine, currency)} is left of a customer" if mine >= 0 else f"each loses {money(-mine, currency)}"
        parts.append(f"{kept} {within}, elsewhere {money(theirs, currency)}{' is left' if mine < 0 else ''}")
    return parts


def _decisive(item: Item) -> float:
    """Deals avoided, squeezed to below 4, so that the dearest exclusion comes first."""
    avoided = number(mapping(item.evidence.get("price")).get("deals_avoided")) or 0.0
    return 4 * avoided / (avoided + 50)


def check(items: list[Item], verb: str, most: int = CHECK, shared: object = None) -> Section:
    """*Check before the call*: what the company is, most decisive first; where nothing is scored, what the customers
    have in common (`shared`), which is assumed to matter until it is tested.
    """
    chosen = [item for item in items if not item.timing and item.seen == "list" and item.points]
    lines, long = _criteria_lines(chosen, verb)
    if not lines and (lines := _shared(shared)):
        best = "best customers" if verb == DID["customer"] else "customers"
        note = f"What your {best} share; not shown to set them apart."
        return _limited(Section("check", "Check before the call", note, noun=("check", "checks"), keep=3), lines, most)
    if not lines:
        lines = [Line("What do your best customers share?", blank=True, tag=BLANK, worth=9)]
    section = Section("check", "Check before the call", noun=("check", "checks"), keep=3, long=long)
    return _limited(section, lines, most)


def _shared(shared: object) -> list[Line]:
    """'Uses HubSpot', at the right '7 of 10, others 1 of 2', each tagged as assumed."""
    lines = []
    for place, entry in enumerate(map(mapping, entries(shared))):
        counts = mapping(entry.get("counts"))
        good, of, others, rest = (number(counts.get(key)) or 0 for key in ("good", "of", "others", "of_others"))
        mark = f"{n_of_m(good, of)}{f', others {n_of_m(others, rest)}' if rest > 1 else ''}" if of else ""
        lines.append(Line(capital(plain(entry.get("sentence") or "")), "", mark, "assumed", worth=9 - place / 10))
    return [line for line in lines if line.text]


def why_now(items: list[Item], answers: Facts, verb: str, most: int = NOW) -> Section:
    """*Why now*: what the company does or lives through now, with how long it stays true."""
    chosen = [item for item in items if item.timing and item.seen == "list" and item.points]
    lines, long = _criteria_lines(chosen, verb)
    lines += [
        Line(capital(text), tag="assumed" if assumed else "", worth=8)
        for text, assumed in statements(answers.get("why_now"))
    ]
    if not lines:
        lines = [Line("What happens at a buyer just before they buy?", blank=True, tag=BLANK, worth=9)]
    section = Section("now", "Why now", noun=("reason to call now", "reasons to call now"), long=long)
    return _limited(section, lines, most)


def _criteria_lines(items: list[Item], verb: str) -> tuple[list[Line], int]:
    lines, long = [], 0
    for item in items:
        counts = counted(item, verb)
        shelf = shelf_life(item) if item.timing else ""
        text, cut = _below([counts, item.measured, shelf], item.because)
        long += cut
        mark = f"{item.points:+d}".replace("-", "−")  # noqa: RUF001 - a minus as wide as the plus
        said = f"A minus: {item.text}" if item.points < 0 else capital(item.text)
        lines.append(Line(said, text if text != ended(counts) else counts, mark, item.tag, worth=abs(item.points)))
    return lines, long


def shelf_life(item: Item) -> str:
    """How long a reason to call now lasts: the window that it names, and within it the time in which it halves."""
    half = int(found[0]) if (found := re.findall(r"\d+", item.half_life)) else 0
    if half and (not item.window or half < item.window):
        gone = f", gone after {count(item.window)}" if item.window else ""
        return f"Half as strong every {item.half_life}{gone}."
    return f"Lasts {count(item.window)} days." if item.window else ""


def ask(items: list[Item], profile: Facts, verb: str, attributes: Mapping[str, AttributeInfo] | None) -> Section:
    """*Ask on the call*: three questions that a list cannot answer, with a good and a bad answer; an empty rule where
    sales knows of none yet.
    """
    lines = []
    for item in items:
        if item.seen != "call":
            continue
        lines.append(_asked(item, verb, attributes))
    for asked in map(mapping, entries(profile.get("questions"))):
        parts = [f"{name.capitalize()}: {ended(clean(asked[name]))}" for name in ("good", "bad") if asked.get(name)]
        lines.append(Line(clean(asked.get("ask") or ""), " ".join(parts), worth=12))
    section = _limited(Section("ask", "Ask on the call", noun=("question", "questions")), lines, ASK)
    if section.cut == 0:
        blanks = tuple(Line(text, blank=True, tag=BLANK, worth=5) for text in OPEN_QUESTIONS[len(section.lines) :])
        section = replace(section, lines=(*section.lines, *blanks))
    return section


OPEN_QUESTIONS = (
    "What tells a buyer from a browser?",
    "Another question, good and bad answer:",
    "And one more:",
)


def _asked(item: Item, verb: str, attributes: Mapping[str, AttributeInfo] | None) -> Line:
    """A question with its good answer first: the one that goes with winning."""
    here, elsewhere = halves(item, verb)
    told, good, bad = spoken_question(item, attributes)
    counts = [here.removesuffix(f" {verb}"), elsewhere]
    answers = [good, bad]
    if here and _lift(item) < 1:
        counts.reverse()
        if not item.good:  # a person who wrote the good answer knows which it is
            answers.reverse()
    (best, worst), (figures, others) = answers, counts
    text = f"Good: {best}{f' ({figures} {verb})' if figures else ''}. Bad: {worst}{f' ({others})' if others else ''}."
    return Line(told, text, tag="" if here else item.tag, worth=6 + _lift(item))


def spoken_question(item: Item, attributes: Mapping[str, AttributeInfo] | None) -> tuple[str, str, str]:
    """The question to ask, the answer that matches and the other: an open question where the criterion names values
    ('What is their reason to change?', 'cost', 'anything else'), else one that is answered by yes or no; what a person
    has written stands.
    """
    ask, good, bad = _derived_question(item, attributes)
    return item.ask or ask, item.good or good, item.bad or bad


def _derived_question(item: Item, attributes: Mapping[str, AttributeInfo] | None) -> tuple[str, str, str]:
    from idealfit.errors import ProfileError
    from idealfit.profile.parsing import parse
    from idealfit.profile.predicate import Attribute, Comparison, OneOf, Text

    closed = (question(item.text), "yes", "no")
    if item.text.endswith(": no") or item.text.startswith(_NOT):
        closed = (question(item.text.replace("does not have ", "has ").replace("does not use ", "uses ")), "no", "yes")
    try:
        predicate = parse(item.when)
    except ProfileError:
        return closed
    values: tuple[str, ...] = ()
    column = None
    if isinstance(predicate, Comparison) and predicate.operator == "=" and isinstance(predicate.right, Text):
        column, values = predicate.left, (predicate.right.value,)
    elif isinstance(predicate, OneOf) and not predicate.negated:
        column = predicate.value
        values = tuple(choice.value for choice in predicate.choices if isinstance(choice, Text))
    if not isinstance(column, Attribute) or not values or item.text.count(" is ") != 1:
        return closed
    label = plain(describe(column.name, attributes).label)
    named = listing(values, 5).replace(" and ", " or ") if len(values) < 6 else "one of those in the profile"
    return f"What is their {label}?", plain(named), "anything else"


_MEASURE = re.compile(
    r"([^\d]{2,40}?)(?<! by)(?<! is) "
    r"(?:of (?=(?:at least|at most|more than|less than) )|(?=(?:from|between) \S*\d))(.+)"
)
_DO = {"uses": "use", "has": "have"}
_NOT = ("does not have ", "does not use ")
_DID = re.compile(
    r"(raised|advertised|changed|hired|made|laid|expanded|opened|launched|had|looked|visited|attended|asked|started|"
    r"filled|answered|met|downloaded|read) "
)


def question(text: str) -> str:
    """A criterion's sentence as a question: 'uses Okta' → 'Do they use Okta?'."""
    first, _, rest = text.partition(" ")
    if first in _DO and not rest.startswith("not "):
        return f"Do they {_DO[first]} {rest}?"
    if first[:1].isdigit() or text.startswith(("at least ", "at most ", "more than ", "fewer than ")):
        return f"Do they have {text}?"
    if text.endswith(" among the contacts") or text.startswith(("a ", "an ")):
        return f"Is there {text}?"
    if text.endswith((": yes", ": no")):
        return f"{capital(text.rpartition(':')[0])}: yes or no?"
    if (measured := _MEASURE.match(text)) or _DID.match(text):
        return f"Is their {measured[1]} {measured[2]}?" if measured else f"Have they {text}?"
    subject, verb, what = text.partition(" is ")
    return f"Is their {subject} {what}?" if verb and len(subject.split()) <= 4 else f"Is this so: {text}?"


def _lift(item: Item) -> float:
    rates = mapping(item.evidence.get("rates"))
    match, rest = number(rates.get("match")), number(rates.get("rest"))
    return min(match / rest, 5.0) if match is not None and rest else 0.0


def statements(answer: object) -> list[tuple[str, bool]]:
    """The texts of an answer with whether each is assumed: without a quote, and not said to be known. The quote follows
    its text. A text alone that opens with a quotation mark is a quote.
    """
    found = []
    for part in entries(answer):
        entry = mapping(part) or {"text": part}
        text = clean(entry.get("text") or "")
        quotes = [quoted for quote in entries(entry.get("quotes")) if (quoted := _quote(quote))]
        told = not (quotes or text[:1] in OPENING) if entry.get("assumed") is None else bool(entry["assumed"])
        if text:
            found.append((" ".join([ended(text) if quotes else text, *quotes]), told))
    return found


def _quote(quote: object) -> str:
    entry = mapping(quote) or {"text": quote}
    text, source = clean(entry.get("text") or ""), clean(entry.get("source") or "")
    if not text:
        return ""
    marked = text if text[:1] in OPENING else f"“{text}”"
    return f"{marked} ({source})" if source else marked


def why_us(profile: Facts, evidence: Facts) -> Section:
    """*Why us, why profitable, who is in the room*: a line each, a quote or 'assumed'; open where only people know."""
    answers = mapping(profile.get("answers"))
    measured = plain(mapping(evidence.get("sections")).get("why_profitable") or "")
    lines = (
        _answer("Why us", statements(answers.get("why_us"))),
        Line("Why profitable", measured, tag="measured", worth=9)
        if measured and fits(measured)
        else _answer("Why profitable", statements(answers.get("why_profitable"))),
        _answer("In the room", _people(profile.get("personas"))),
        *sold(mapping(profile.get("selling")), evidence),
    )
    return Section("why", "Why us, why profitable, who is in the room", lines=lines, keep=3)


def sold(selling: Facts, evidence: Facts) -> list[Line]:
    """How the motion sells, where somebody has said it: its cycle beside the one that was seen, what is sold, and the
    first messages that fit.
    """
    cycle = mapping(selling.get("cycle"))
    planned = number(cycle.get("days"))
    seen = share(mapping(mapping(mapping(evidence.get("backtest")).get("baselines")).get("everyone")).get("cycle_days"))
    parts = [f"{count(planned)} days planned{f', {count(seen)} seen' if seen is not None else ''}"] if planned else []
    steps = [ended(text).rstrip(".") for text, _ in statements(cycle.get("steps"))]
    if steps and fits(told := ": ".join([*parts, " → ".join(steps)])):
        parts = [told]
    said: list[tuple[str, list[tuple[str, bool]]]] = [
        ("Cycle", [(part, False) for part in parts]),
        ("What is sold", statements(selling.get("packaging"))),
        ("What to say", statements(selling.get("messages"))),
    ]
    return [replace(_answer(name, found), worth=8) for name, found in said if found]


def _answer(name: str, said: list[tuple[str, bool]]) -> Line:
    """The statements that fit, first come first; an empty rule where there is none."""
    chosen: list[tuple[str, bool]] = []
    for text, assumed in said:
        if fits(" ".join([*(earlier for earlier, _ in chosen), text])):
            chosen.append((text, assumed))
    if not chosen:
        return Line(name, blank=True, tag="too long for this page" if said else BLANK, worth=9)
    text = " ".join(ended(text) if place < len(chosen) - 1 else text for place, (text, _) in enumerate(chosen))
    return Line(name, text, tag="assumed" if any(assumed for _, assumed in chosen) else "", worth=9)


def _people(personas: object) -> list[tuple[str, bool]]:
    """The roles that take part in a purchase, as the profile names them."""
    names, assumed = [], False
    for persona in map(mapping, entries(personas)):
        title, role = plain(persona.get("title") or ""), plain(persona.get("role") or "")
        if name := f"{title} ({role})" if title and role and title != role else title or role:
            names.append(name)
            known = persona.get("assumed")
            assumed = assumed or (not persona.get("quotes") if known is None else bool(known))
    return [(capital(listing(names, 8)), assumed)] if names else []

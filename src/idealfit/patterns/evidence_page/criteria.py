"""A card for every criterion, exclusion and question: its counts, what a sceptic asks of it, its money, its records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from idealfit.patterns.evidence_page.model import (
    Card,
    Fold,
    Section,
    Table,
    one_in,
    percent,
    ranged,
    records_of,
    shares,
    some,
    table_of,
    times,
    won_of,
)
from idealfit.profile.rendering.reading import did, entries, mapping, number
from idealfit.profile.rendering.wording import capital, clean, count, ended, listing, plain

Facts = Mapping[str, Any]

HOLDS = {True: "holds", False: "does not hold", None: "too few to tell"}
CHANGES = {"holds": "holds there", "reverses": "turns round", "dissolves": "leaves nothing"}
OPEN_SAYS = {
    "open": "as a fact known at the opening would be",
    "won": "as something filled in after winning would be",
    "lost": "as something filled in after losing would be",
}
PLOTS = {
    "loses money": "A customer of these loses money",
    "wins, then leaves": "They win more often, and leave sooner",
    "wins, then costs": "They win more often, and cost more than they bring",
    "is worth less": "A customer of these is worth less",
    "is worth more": "A customer of these is worth more",
}


def criteria_sections(document: Facts) -> list[Section]:
    """What to look for, what counts against, whom to walk away from, what to ask."""
    ones = [mapping(one) for one in entries(document.get("criteria"))]
    asked = [one for one in ones if one.get("seen") == "call"]
    rest = [one for one in ones if one.get("seen") != "call"]
    walk = [one for one in rest if one.get("exclusion") or (one.get("polarity") == "exclude" and not one.get("points"))]
    scored = [one for one in rest if one not in walk]
    verb = did(document)
    parts = (
        ("walk", "Whom to walk away from", "Proposed: each caps the tier at C until a named person accepts it.", walk),
        ("seek", "What to look for", "", [one for one in scored if (number(one.get("points")) or 0) >= 0]),
        (
            "against",
            "What counts against a company",
            "",
            [one for one in scored if (number(one.get("points")) or 0) < 0],
        ),
        ("ask", "What to ask on the call", "Known almost only where somebody worked the company: never scored.", asked),
    )
    made = []
    for key, title, note, these in parts:
        cards = tuple(card_of(one, verb) for one in these)
        made.append(Section(key, title, (note,) if note and cards else (), cards=cards))
    return made


def card_of(one: Facts, verb: str) -> Card:
    """One criterion with everything that evidence.json knows of it."""
    points = number(one.get("points")) or 0
    price, story = mapping(one.get("price")), mapping(one.get("story"))
    facts = [*_facts(one, verb), *_doubts(one)] if one.get("grade") != "assumed" else []
    lines = [] if one.get("grade") != "assumed" else [ended(clean(one.get("because") or ""))]
    if price.get("told"):
        lines.append(ended(capital(clean(price["told"]))))
    if story.get("plot") in PLOTS:
        lines.append(f"{PLOTS[str(story['plot'])]}:")
    folds = [*_records(one, verb), *_wins(one), *_within(one, verb), *_story_records(story)]
    return Card(
        str(one.get("id") or ""),
        capital(plain(one.get("sentence") or one.get("when") or "")),
        clean(one.get("grade") or ""),
        f"{points:+.0f}".replace("-", "\N{MINUS SIGN}") if points else "",
        tuple(lines),
        tuple(facts),
        _arithmetic(story),
        tuple(f"Taken for granted: {ended(clean(text))}" for text in entries(story.get("assumed"))),
        tuple(folds),
    )


def _facts(one: Facts, verb: str) -> list[tuple[str, str]]:
    """Label and text: counts with their interval, luck, resampling, later deals, who leaves."""
    counts, later = mapping(one.get("counts")), mapping(one.get("later"))
    judged = mapping(one.get("judged"))
    shown = mapping(judged.get("shown"))
    found = [
        (capital(str(judged["head"])), f"{shown.get('match') or 'too few'}, elsewhere {shown.get('rest') or 'too few'}")
    ] if shown else []  # fmt: skip
    found.append((capital(verb), f"{won_of(counts, 'match')} of {count(counts.get('accounts') or 0)} companies"))
    found.append(("Elsewhere", won_of(counts, "rest")))
    if odds := ranged(one.get("interval")):
        found.append(("Odds", f"{odds} times those elsewhere, the other criteria alike"))
    if (luck := number(one.get("q_value"))) is not None and one.get("seen") != "call":
        found.append(("Luck", f"of findings as sure as this, over all that was tried, {one_in(luck)} is luck"))
        found.append(("Half samples", f"found again in {percent(one.get('stability'))} of random halves"))
    if later:
        where = "Later deals" if later.get("kind") == "later_deals" else "Companies set aside"
        elsewhere = won_of(later, "rest") or "none"
        found.append((where, f"{won_of(later, 'match') or 'none'}, elsewhere {elsewhere}: {HOLDS[later.get('holds')]}"))
    sides = [mapping(mapping(one.get("became")).get(side)) for side in ("match", "rest")]
    for label, key, form in (("Stay a year", "kept_year", shares), ("Revenue after a year", "nrr", shares)):
        if key == {"retention": "kept_year", "nrr": "nrr"}.get(str(judged.get("of"))):
            continue  # it stands first
        if here := form(sides[0].get(key)):
            found.append((label, f"{here}, elsewhere {form(sides[1].get(key)) or 'not known'}"))
    return [(label, text) for label, text in found if text]


def _doubts(one: Facts) -> list[tuple[str, str]]:
    """What one company carries of it, and whether open deals look as a fact would."""
    found = []
    heavy, still = mapping(one.get("influence")), mapping(one.get("open_deals"))
    if heavy:
        without = won_of(mapping(heavy.get("without")), "match") or "nothing"
        found.append(
            (
                "One company",
                f"without {clean(heavy.get('name') or heavy.get('account_id'))}, which speaks most for it: {without}, "
                f"odds {times(heavy.get('odds_ratio_without'))} times instead of {times(heavy.get('odds_ratio'))}",
            )
        )
    if still:
        says = OPEN_SAYS.get(str(still.get("says")), "too few to tell what it is")
        found.append(("Open deals", f"true of {count(still['match'])} of {count(still['open'])}, {says}"))
    today = mapping(one.get("as_today"))
    if (share := number(today.get("share"))) and today.get("volatile"):
        found.append(("Known since", f"for {percent(share)} of the deals only as it is today, not as it was then"))
    if others := [plain(name) for name in entries(one.get("stand_ins"))]:
        found.append(("May stand for", f"{listing(others, 6)}: these records cannot tell which of them it is"))
    return found


def _records(one: Facts, verb: str) -> tuple[Fold, ...]:
    records, counts = mapping(one.get("records")), mapping(one.get("counts"))
    names = {"won": verb, "lost": "lost" if verb == "won" else "not", "open": "open"}
    found = [(said, entries(records.get(key)), number(counts.get(f"match_{key}"))) for key, said in names.items()]
    return records_of("Records", found)


def _wins(one: Facts) -> list[Fold]:
    """The wins that refusing would have cost, by name."""
    wins = [mapping(each) for each in entries(one.get("wins"))]
    table = table_of(
        ("company", "amount", "deal"),
        [
            (clean(each.get("name") or each["account_id"]), _amount(each.get("amount")), clean(each["deal_id"]))
            for each in wins[:400]
        ],
    )
    if table is None:
        return []
    more = (f"The largest 400 of {count(len(wins))}; evidence.json has all.",) if len(wins) > 400 else ()
    return [Fold(f"Wins that refusing them would have cost: {count(len(wins))}", more, (table,))]


def _within(one: Facts, verb: str) -> list[Fold]:
    """Whether it holds within sources, sellers, motions, products and segments."""
    strata = [mapping(each) for each in entries(one.get("strata"))]
    tables = []
    for each in strata:
        told = f"odds {times(each.get('overall'))} times overall, {ranged(each.get('within'))} within"
        levels = [mapping(level) for level in entries(each.get("levels"))]
        tables.append(
            table_of(
                (plain(each["by"]), f"{verb} where true", "elsewhere"),
                [(clean(level["level"]), won_of(level, "match"), won_of(level, "rest")) for level in levels],
                caption=f"The same {plain(each['by'])}: {told}; it {CHANGES[each['change']]}",
            )
        )
    by = ", ".join(plain(each["by"]) for each in strata)
    worst = next((CHANGES[each["change"]] for each in strata if each["change"] != "holds"), "holds in each")
    return [Fold(f"Among deals of the same {by}: it {worst}", (), some(*tables))] if strata else []


def _arithmetic(story: Facts) -> Table | None:
    """The money of a customer, a line a step, beside the other customers."""
    if not story:
        return None
    counts = mapping(story.get("customers"))
    steps = [mapping(step) for step in entries(story.get("steps"))]
    return table_of(
        ("a customer", f"here ({count(counts['match'])})", f"elsewhere ({count(counts['rest'])})", "how"),
        [(clean(step["what"]), _figure(step, "match"), _figure(step, "rest"), clean(step["how"])) for step in steps],
        wide=(0, 3),
    )


def _figure(step: Facts, side: str) -> str:
    value = number(step.get(side))
    if value is None:
        return ""
    return {"share": percent(value), "months": f"{value:.1f}"}.get(str(step["unit"]), _amount(value))


def _amount(value: Any) -> str:
    found = number(value)
    return "" if found is None else f"{found:,.0f}".replace("-", "\N{MINUS SIGN}")


def _story_records(story: Facts) -> tuple[Fold, ...]:
    """The records behind each line of the arithmetic, on both sides."""
    found, counts = [], mapping(story.get("customers"))
    for side, where in (("match", "here"), ("rest", "elsewhere")):
        records = mapping(mapping(story.get("records")).get(side))
        for key, said in (("deals", "closed deals"), ("customers", "customers"), ("left", "customers who left")):
            total = number(counts.get(side)) if key == "customers" else None
            found.append((f"{said} {where}", entries(records.get(key)), total))
    return records_of("Records behind the arithmetic", found)

"""The appendix: the evidence behind each number of the page, the rulings for edge cases, and the record lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from idealfit.profile.rendering.blocks import Block, Heading, Records, Rows, Sentence
from idealfit.profile.rendering.held import OTHERS, dictionary_of, held
from idealfit.profile.rendering.reading import (
    Facts,
    Item,
    did,
    entries,
    exclusions_of,
    items_of,
    mapping,
    number,
    of_stays,
    share,
)
from idealfit.profile.rendering.voices import voices_of
from idealfit.profile.rendering.wording import (
    DASH,
    WHY_NOT_USED,
    capital,
    clean,
    count,
    day,
    ended,
    in_hundred,
    listing,
    plain,
)
from idealfit.records.attribute import AttributeInfo

LISTED: Final = 60
"""Record ids that are listed behind one figure; all of them, to 5,000, are in evidence.json."""
REFUSED: Final = 60

RULINGS: Final = (
    "A criterion is true, false or unknown. Unknown is never counted as false: it is worth the points of a usual "
    "company, and what it could change is shown as a range.",
    "A range includes both its ends. Text is compared without regard to capitals and outer blanks.",
    "A tool counts as not used only where the list of tools comes from a source that reports that tool.",
    "An event counts from the day after the window opens to the day of the score; a fact of a deal is read as it was "
    "the day before the deal was opened.",
    "A win rate counts new-business deals; a deal of unknown type is new business. Deals without any activity are kept "
    "apart: never worked is not lost.",
    "Amounts of different currencies are never added.",
    "An exclusion that is proposed holds a company at C; one that a person has typed or accepted excludes it. One that "
    "is unknown is a question before the call.",
)
GRADES: Final = {
    "supported": "supported: it survived every test",
    "suggestive": "suggestive: likely, not proven; it counts at a discount",
    "assumed": "assumed: nobody has tested it",
}


def appendix_of(
    profile: Any,
    evidence: Mapping[str, Any] | None,
    attributes: Mapping[str, AttributeInfo] | None = None,
    *,
    records: bool = True,
) -> tuple[Block, ...]:
    """What stands behind the page of `profile` (a `Profile` or its content), in the order of the page: each criterion
    and exclusion with its counts, interval and tests, what people know of their buyers, the backtest, what was refused
    and why, and the rulings.
    `records` lists the ids behind the counts. Without evidence the blocks say so.
    """
    content = mapping(profile)
    known, attributes = held(content, mapping(evidence)), dictionary_of(content, attributes)
    items = sorted(items_of(content, known, attributes), key=lambda item: (item.timing, -abs(item.points)))
    verb = did(known)
    blocks: list[Block] = [Heading("Appendix: what stands behind each number", 0), *_sample(known, verb)]
    if known.get(OTHERS):
        blocks.append(
            Sentence("The records were tested with another profile: only what both state is shown as tested.")
        )
    blocks.append(Heading("Criteria"))
    for item in items:
        blocks += _item(item, verb, records=records)
    if exclusions := exclusions_of(content, known, attributes):
        blocks.append(Heading("Walk away if"))
        for item in exclusions:
            blocks += _item(item, verb, records=records)
    blocks += voices_of(content)
    blocks += _backtest(mapping(known.get("backtest")), stays=of_stays(known))
    blocks += _refused(known)
    blocks.append(Heading("How edge cases are decided"))
    blocks += [Sentence(ruling) for ruling in RULINGS]
    if warnings := entries(known.get("warnings")):
        blocks.append(Heading("What to keep in mind"))
        blocks += [Sentence(ended(clean(warning))) for warning in warnings]
    return tuple(blocks)


def _sample(evidence: Facts, verb: str) -> Iterator[Block]:
    sample = mapping(evidence.get("sample"))
    won, lost = number(sample.get("won")), number(sample.get("lost"))
    if won is None or lost is None:
        yield Sentence("No records stand behind this profile yet: every statement is an assumption to be tested.")
        return
    parts = [f"{count(won)} {verb} and {count(lost)} not"]
    if sample.get("from") and sample.get("to"):
        parts.append(f"from {day(sample['from'])} to {day(sample['to'])}")
    if (tests := number(evidence.get("tests"))) is not None:
        parts.append(f"{count(tests)} candidate traits were tried, and luck is counted over all of them")
    yield Sentence(ended("; ".join(parts)))
    for text in (mapping(evidence.get("window")).get("sentence"), *entries(evidence.get("stories"))):
        if text:
            yield Sentence(ended(clean(text)))


def _item(item: Item, verb: str, *, records: bool) -> Iterator[Block]:
    yield Heading(capital(item.text), 2)
    points = f"{item.points:+d} points · " if item.points else ""
    told = f"{points}{plain(item.layer) or 'exclusion'} · {GRADES.get(item.grade, item.grade)}"
    yield Sentence(f"{told}{f' · {item.state}' if item.state else ''}", quiet=True)
    yield Sentence(f"Rule: {clean(item.when)}", quiet=True)
    if item.because:
        yield Sentence(ended(item.because))
    counts = mapping(item.evidence.get("counts"))
    if counts and item.grade != "assumed":
        yield _counts(counts, verb)
        yield from _tests(item)
    if records:
        for name, ids in mapping(item.evidence.get("records")).items():
            if found := [clean(one) for one in entries(ids)]:
                yield Records(f"Deals {plain(name)}", tuple(found[:LISTED]), len(found))


def _counts(counts: Facts, verb: str) -> Rows:
    rows = []
    for name, side in (("Where it is true", "match"), ("Elsewhere", "rest")):
        won, lost = number(counts.get(f"{side}_won")) or 0, number(counts.get(f"{side}_lost")) or 0
        total = won + lost
        rows.append((name, count(won), count(total), in_hundred(won / total) if total else DASH))
    return Rows(("", capital(verb), "Of", "In 100"), tuple(rows))


def _tests(item: Item) -> Iterator[Block]:
    evidence, said = item.evidence, []
    interval = mapping(evidence.get("interval"))
    value, low, high = (number(interval.get(key)) for key in ("value", "low", "high"))
    if value is not None and low is not None and high is not None:
        said.append(f"The odds are {value:.2g} times those elsewhere (between {low:.2g} and {high:.2g}, 95 in 100)")
    if (luck := number(evidence.get("q_value"))) is not None:
        said.append(f"among such finds {_chance(luck)} would be luck")
    if (stable := number(evidence.get("stability"))) is not None:
        said.append(f"found again on {in_hundred(stable)} of 100 half samples")
    later = mapping(evidence.get("later"))
    if later and (won := number(later.get("match_won"))) is not None:
        of, others = won + (number(later.get("match_lost")) or 0), number(later.get("rest_won")) or 0
        rest = others + (number(later.get("rest_lost")) or 0)
        where = "on later deals" if later.get("kind") == "later_deals" else "on companies set aside"
        said.append(f"{where} {count(won)} of {count(of)}, elsewhere {count(others)} of {count(rest)}")
    if said:
        yield Sentence(ended("; ".join(said)))
    price = mapping(evidence.get("price"))
    if names := entries(price.get("wins_given_up")):
        yield Sentence(f"Wins that refusing them would have given up: {listing(names, 10)}.")


def _chance(share_of: float) -> str:
    return "fewer than 1 in 1,000" if share_of < 0.001 else f"about {1000 * share_of:.0f} in 1,000"


def _backtest(backtest: Facts, *, stays: bool) -> Iterator[Block]:
    tiers = [mapping(tier) for tier in entries(backtest.get("tiers"))]
    if not tiers:
        return
    yield Heading("If we had followed it")
    baselines = mapping(backtest.get("baselines"))
    everyone = mapping(baselines.get("everyone"))
    heads = (
        "Tier",
        "Stayed" if stays else "Won",
        "Of",
        "In 100",
        "Predicted",
        "Days to close",
        "Stay a year",
    )
    yield Rows(heads, tuple(_tier(tier) for tier in (*tiers, *([everyone | {"tier": "Everyone"}] if everyone else []))))
    if (order := _estimate(backtest.get("auc"))) is not None:
        value, low, high = map(in_hundred, order)
        yield Sentence(f"Of two, the better one stands first {value} times in 100 ({low} to {high}); by chance 50.")
    if (lift := _estimate(backtest.get("lift_later") or backtest.get("lift"))) is not None:
        value, low, high = (f"{one:.2f}" for one in lift)
        what = plain(backtest.get("lift_of") or "good deals")
        yield Sentence(f"Worked in this order, the records bring {value} times the {what} ({low} to {high}).")
    for text in entries(backtest.get("sentences")):
        yield Sentence(ended(clean(text)))


def _estimate(value: object) -> tuple[float, float, float] | None:
    found = mapping(value)
    value, low, high = (number(found.get(key)) for key in ("value", "low", "high"))
    return None if value is None or low is None or high is None else (value, low, high)


def _tier(tier: Facts) -> tuple[str, ...]:
    rate, low, high = (number(mapping(tier.get("win_rate")).get(key)) for key in ("value", "low", "high"))
    span = f" ({in_hundred(low)} to {in_hundred(high)})" if low is not None and high is not None else ""
    days, kept = share(tier.get("cycle_days")), share(tier.get("retention"))
    predicted, won, deals = number(tier.get("predicted")), number(tier.get("won")), number(tier.get("deals"))
    return (
        clean(tier.get("tier") or ""),
        count(won) if won is not None else DASH,
        count(deals) if deals is not None else DASH,
        f"{in_hundred(rate)}{span}" if rate is not None else DASH,
        in_hundred(predicted) if predicted is not None else DASH,
        count(days) if days is not None else DASH,
        in_hundred(kept) if kept is not None else DASH,
    )


def _refused(evidence: Facts) -> Iterator[Block]:
    refused = [mapping(one) for one in entries(evidence.get("rejected"))]
    if not refused:
        return
    yield Heading("What was looked at and not used")
    rows = tuple(
        (plain(one.get("attribute") or ""), WHY_NOT_USED.get(str(one.get("reason")), plain(one.get("reason") or "")),
         clean(one.get("proof") or ""))
        for one in refused[:REFUSED]
    )  # fmt: skip
    yield Rows(("Column", "Why", "Proof"), rows)
    if len(refused) > REFUSED:
        yield Sentence(f"And {len(refused) - REFUSED:,} more: all are in evidence.json.", quiet=True)

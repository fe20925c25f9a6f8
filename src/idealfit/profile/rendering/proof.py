"""The parts of the page that speak of the evidence: numbers, backtest, what is not known, whom to interview."""

from __future__ import annotations

import re
from dataclasses import replace

from idealfit.profile.rendering.model import Figure, GridRow, Line, Section, TierRow, TierTable
from idealfit.profile.rendering.parts import BLANK
from idealfit.profile.rendering.reading import Facts, Item, entries, fits, mapping, number, share
from idealfit.profile.rendering.wording import (
    capital,
    clean,
    count,
    day,
    ended,
    in_hundred,
    listing,
    money,
    n_of_m,
    plain,
)
from idealfit.records.attribute import AttributeInfo, describe

DASH = "\N{EN DASH}"
READ_AS = "Wins in 100, with the range that holds 95 times in 100."
UNKNOWN, TRAITS, ROWS, INTERVIEWS, TRIED = 3, 6, 30, 4, 8


def three_numbers(summary: Facts, evidence: Facts, *, scored: bool) -> tuple[Figure, ...]:
    """Matching companies, the open pipeline's share in A or B, the share of last year's wins that were. Where nothing
    is scored there are no tiers: then what was looked at, how often it won, and what would have been noticed.
    """
    if not scored:
        return _looked_at(evidence)
    market, pipeline, wins = (mapping(summary.get(key)) for key in ("market", "pipeline", "wins"))
    return (_market(market), _pipeline(pipeline), _wins(wins))


def _looked_at(evidence: Facts) -> tuple[Figure, ...]:
    sample = mapping(evidence.get("sample"))
    won, lost = number(sample.get("won")), number(sample.get("lost"))
    power = share(mapping(evidence.get("power")).get("value"))
    companies = number(sample.get("accounts"))
    return (
        Figure(count(companies) if companies else DASH, "companies were looked at"),
        Figure(
            n_of_m(won, won + lost) if won is not None and lost is not None and won + lost else DASH, "deals were won"
        ),
        Figure(
            f"{in_hundred(power)} in 100" if power is not None else DASH,
            "is how often a trait that doubles the odds, held by one company in five, would be noticed",
        ),
    )


def _market(market: Facts) -> Figure:
    matching, accounts = number(market.get("matching")), number(market.get("accounts"))
    if matching is None or not accounts:
        return Figure(DASH, "matching companies: add a market list to count them")
    unworked = number(market.get("unworked_matching"))
    fresh = f", {count(unworked)} of them never worked" if unworked is not None else ""
    return Figure(count(matching), f"companies of {count(accounts)} on the list are an A\u00a0or\u00a0B{fresh}")


def _pipeline(pipeline: Facts) -> Figure:
    deals, inside = number(pipeline.get("open_deals")), number(pipeline.get("in_ab"))
    if not deals or inside is None:
        return Figure(DASH, "no open deals to place in the tiers")
    amount, within = number(pipeline.get("amount")), number(pipeline.get("amount_in_ab"))
    currency = clean(pipeline.get("currency") or "")
    worth = f": {money(within, currency)} of {money(amount, currency)}" if amount and within is not None else ""
    lost = number(pipeline.get("without_account"))
    without = f" ({count(lost)} without a company)" if lost else ""
    return Figure(n_of_m(inside, deals), f"open deals are with an A\u00a0or\u00a0B{worth}{without}")


def _wins(wins: Facts) -> Figure:
    total, inside = number(wins.get("total")), number(wins.get("in_ab"))
    if not total or inside is None:
        return Figure(DASH, "no wins of the last year to compare")
    since = f" since {day(wins['since'])}" if wins.get("since") else " so far"
    return Figure(n_of_m(inside, total), f"wins{since} were an A\u00a0or\u00a0B")


def followed(evidence: Facts, currency: str) -> Section:
    """*If we had followed it*: tiers of the backtest with intervals as bars, and one sentence."""
    backtest = mapping(evidence.get("backtest"))
    kind, table = backtest.get("kind"), tier_table(backtest, currency)
    if kind not in {"later_deals", "accounts_set_aside"} or table is None:
        power = share(mapping(evidence.get("power")).get("value"))
        reason = "There is nothing to test this on yet."
        if power is not None:
            reason = (
                "Too few deals to test it: a trait that doubles the odds, held by one company in five, "
                f"would be noticed {in_hundred(power)} times in 100."
            )
        return Section("followed", "If we had followed it", lines=(Line(reason, worth=9),))
    deals = number(backtest.get("deals"))
    judged = f"{count(deals)} deals" if deals else "deals"
    if kind == "later_deals":
        after = f" opened after {day(backtest['at'])}" if backtest.get("at") else ""
        note = f"Judged on {judged}{after}, later than those it was found on. {READ_AS}"
    else:
        note = f"Judged on {judged} of companies set aside; not shown over time. {READ_AS}"
    lines = (Line(sentence, worth=12),) if (sentence := _followed_sentence(backtest)) else ()
    return Section("followed", "If we had followed it", note, lines, table)


def tier_table(backtest: Facts, currency: str) -> TierTable | None:
    """The tiers in order, everyone last; deal size and retention as further columns where known. None without tiers."""
    tiers = [mapping(tier) for tier in entries(backtest.get("tiers"))]
    tiers = [tier for tier in tiers if number(tier.get("deals"))]
    if not tiers:
        return None
    extras = [key for key in ("amount", "retention") if any(share(tier.get(key)) is not None for tier in tiers)]
    rows = [_tier_row(tier, extras) for tier in tiers]
    everyone = mapping(mapping(backtest.get("baselines")).get("everyone"))
    base, deals = share(everyone.get("win_rate")), number(everyone.get("deals"))
    if base is not None:
        won = n_of_m(base * deals, deals) if deals else ""
        rows.append(TierRow("Everyone", won, in_hundred(base), ("",) * len(extras), base))
    words = {"amount": f"Deal, {currency}" if currency else "Deal", "retention": "Stay"}
    heads = ("Tier", "Won", "In 100", *(words[key] for key in extras))
    top = max((row.high or row.value or 0.0) for row in rows)
    return TierTable(heads, tuple(rows), scale=max(top, 0.01), base=base)


def _tier_row(tier: Facts, extras: list[str]) -> TierRow:
    rate = mapping(tier.get("win_rate"))
    value, low, high = share(rate), number(rate.get("low")), number(rate.get("high"))
    won = number(tier.get("won"))
    span = "" if value is None else in_hundred(value)
    if low is not None and high is not None:
        span += f" ({in_hundred(low)} to {in_hundred(high)})"
    further = []
    for key in extras:
        figure = share(tier.get(key))
        if figure is None:
            further.append(DASH)
        else:
            further.append(money(figure) if key == "amount" else in_hundred(figure))
    shown = n_of_m(won, tier["deals"]) if won is not None else count(tier["deals"])
    return TierRow(plain(tier.get("tier", "")), shown, span, tuple(further), value, low, high)


def _followed_sentence(backtest: Facts) -> str:
    """'Worked 120 of 400 deals, kept 61 of 70 wins …; given up: Foo, Bar.'"""
    done = mapping(backtest.get("followed"))
    worked, skipped = number(done.get("worked")), number(done.get("skipped"))
    kept, lost = number(done.get("wins_kept")), number(done.get("wins_given_up"))
    if worked is None or skipped is None:
        return ""
    parts = [f"We would have worked {n_of_m(worked, worked + skipped)} deals"]
    if kept is not None and lost is not None:
        parts.append(f"kept {n_of_m(kept, kept + lost)} wins")
    if (amount := share(done.get("amount_kept_share"))) is not None:
        parts.append(f"{'' if len(parts) > 1 else 'kept '}{in_hundred(amount)} in 100 of the revenue")
    text = " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
    if lost and (names := entries(done.get("given_up_names"))):
        unnamed = [""] * max(int(lost) - len(names), 0)
        return f"{text}. Given up: {listing([*names, *unnamed])}."
    return f"{text}. No win given up." if lost == 0 else f"{text}."


def not_known(evidence: Facts, items: list[Item], exclusions: list[Item]) -> Section:
    """*What we do not know*: at most three, the most consequential first."""
    found = []
    reach, backtest = str(evidence.get("reach") or ""), mapping(evidence.get("backtest"))
    if not evidence:
        found.append("Whether any of this is true: no records have been held against it yet.")
    elif reach == "customers":
        found.append("Who would buy: the records hold customers only, nobody who said no.")
    elif reach and "retention" not in reach:
        money_too = "" if "value" in reach else " or what they are worth"
        found.append(f"Who stays{money_too}: the records end at the signature.")
    if evidence.get("time") == "none" or backtest.get("kind") == "accounts_set_aside":
        found.append("Whether it holds over time: the records carry no dates when deals opened.")
    assumed = sum(item.grade == "assumed" and bool(item.points) for item in items)
    if evidence and assumed:
        found.append(f"Whether {n_of_m(assumed, len(items))} criteria are true: they are assumed, not measured.")
    proposed = sum(item.state == "proposed" for item in exclusions)
    if proposed:
        what = "the proposed exclusion" if proposed == 1 else f"the {count(proposed)} proposed exclusions"
        found.append(f"Whether {what} should bind: a named person decides.")
    found += [text for warning in entries(evidence.get("warnings")) if (text := plain(warning)) and fits(text)]
    lines = [Line(ended(capital(text)), worth=10 - place) for place, text in enumerate(dict.fromkeys(found))]
    note = "" if lines else "Nothing stands out; the review will tell."
    return Section(
        "unknown", "What we do not know", note, tuple(lines[:UNKNOWN]), noun=("open question", "open questions")
    )


def customers(evidence: Facts) -> Section | None:
    """The customers by name in a grid of traits; None where the evidence has none."""
    known = mapping(evidence.get("customers"))
    traits, rows = [capital(plain(trait)) for trait in entries(known.get("traits"))], entries(known.get("rows"))
    if not rows:
        return None
    grid = []
    for row in map(mapping, rows):
        values = [plain(DASH if value is None else value) for value in entries(row.get("values"))]
        values = [*values, *[""] * len(traits)][: len(traits)]
        grid.append(
            GridRow(clean(row.get("name") or row.get("account_id") or ""), plain(row.get("outcome", "")), tuple(values))
        )
    fitting = [row for row in grid if all(len(text) <= 60 for text in (row.name, *row.values[:TRAITS]))]
    note = f"Circle what the best have in common and the others lack; {DASH} is unknown."
    if len(traits) > TRAITS:
        note += f" {count(len(traits) - TRAITS)} further traits are in the evidence file."
    cut_rows = tuple(GridRow(row.name, row.outcome, row.values[:TRAITS]) for row in fitting[:ROWS])
    return Section(
        "customers",
        "Your companies, by name",
        note,
        traits=tuple(traits[:TRAITS]),
        grid=cut_rows,
        cut=len(grid) - len(cut_rows),
        keep=4,
        noun=("company", "companies"),
        wide=True,
    )


def interviews(evidence: Facts) -> list[Section]:
    """Whom to interview and why; and what to ask them."""
    people, questions = [], []
    for place, entry in enumerate(map(mapping, entries(evidence.get("interview")))):
        name, why = clean(entry.get("name") or entry.get("account_id") or ""), plain(entry.get("why") or "")
        questions += [text for ask in entries(entry.get("ask")) if (text := plain(ask)) and fits(text)]
        if name and fits(f"{name} {why}"):
            people.append(Line(name, why, worth=11 - place / 10))
    questions = list(dict.fromkeys(questions))
    asked = [Line(text, worth=10 - place / 10) for place, text in enumerate(questions[:INTERVIEWS])]
    if not people:
        people = [Line("Three who bought, one who left, one who said no:", blank=True, tag=BLANK, worth=9)]
    talk = Section("interview", "Talk to", lines=tuple(people[:INTERVIEWS]), keep=2, noun=("interview", "interviews"))
    talk = replace(talk, cut=max(len(people) - INTERVIEWS, 0))
    if not asked:
        return [talk]
    noun = ("interview question", "interview questions")
    extra = max(len(questions) - INTERVIEWS, 0)
    return [talk, Section("interview-ask", "and ask them", lines=tuple(asked), cut=extra, noun=noun)]


def tried(evidence: Facts, attributes: dict[str, AttributeInfo] | None) -> Section:
    """The best candidates that failed, with their numbers: what `no_signal` rests on."""
    failed = [
        entry
        for entry in map(mapping, entries(evidence.get("rejected")))
        if entry.get("reason") in {"unsupported", "unstable", "proxy_of", "single_account"}
    ]
    failed.sort(key=lambda entry: -abs((number(entry.get("lift")) or 1.0) - 1.0))
    lines = []
    for place, entry in enumerate(failed):
        text = plain(entry.get("sentence") or describe(str(entry.get("attribute", "")), attributes).label)
        proof = _proof(entry)
        if fits(text) and fits(proof):
            tag = {"unstable": "does not hold", "proxy_of": "says nothing new"}.get(str(entry.get("reason")), "")
            lines.append(Line(capital(text), proof, tag=tag, worth=10 - place / 10))
    said = plain(evidence.get("reason") or "")
    note = "The strongest differences seen. Chance alone makes some as strong among so many tried."
    if not lines:
        note = ended(capital(said)) if len(said.split()) > 3 and fits(said) else "No difference was found."
    section = Section(
        "tried", "What we tried", note, tuple(lines[:TRIED]), noun=("failed candidate", "failed candidates")
    )
    return replace(section, cut=max(len(lines) - TRIED, 0))


def _proof(entry: Facts) -> str:
    proof = entry.get("proof")
    counts = mapping(proof) or mapping(entry.get("counts"))
    values = [number(counts.get(key)) for key in ("match_won", "match_lost", "rest_won", "rest_lost")]
    if all(value is not None for value in values):
        won, lost, rest_won, rest_lost = (value or 0.0 for value in values)
        return f"{n_of_m(won, won + lost)} won, elsewhere {n_of_m(rest_won, rest_won + rest_lost)}"
    if proof is None or isinstance(proof, dict | list):
        return ""
    # Tests' own figures belong in the appendix.
    parts = [
        part
        for part in re.split(r"[;,] ", plain(proof))
        if not re.search(r"\b[pq]([- ]?values?\b|\s*[=<>])", part, re.I)
    ]
    return ", ".join(parts)


def collect(evidence: Facts) -> Section | None:
    """What to collect so that the next build can tell; None where nothing is asked for."""
    texts = [text for item in entries(evidence.get("collect")) if (text := plain(item)) and fits(text)]
    if not texts:
        return None
    lines = tuple(Line(ended(capital(text)), worth=9 - place / 10) for place, text in enumerate(texts[:4]))
    return Section(
        "collect",
        "Collect next",
        lines=lines,
        cut=max(len(texts) - 4, 0),
        noun=("thing to collect", "things to collect"),
    )

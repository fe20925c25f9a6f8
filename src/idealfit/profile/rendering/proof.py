"""The parts of the page that speak of the evidence: the three numbers, and what the backtest shows."""

from __future__ import annotations

from idealfit.profile.rendering.held import OTHERS
from idealfit.profile.rendering.model import Figure, Line, Section, TierRow, TierTable
from idealfit.profile.rendering.reading import STAYED, Facts, did, entries, mapping, number, of_stays, share
from idealfit.profile.rendering.wording import DASH, clean, count, day, in_hundred, listing, money, n_of_m, plain

READ_AS = "In brackets: the range that is right 95 times in 100."
UNITS = {
    "customer": ("customers", "customers are among the best"),
    "account": ("companies", "companies are customers"),
    "advance": ("deals", "deals advanced"),
}
"""What a row of evidence is called, and what is said of the good ones; else deals, which are won."""


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
    by_name = number(mapping(evidence.get("customers")).get("total")) or 0
    companies = next(
        (found for key in ("accounts_with_closed_deals", "accounts") if (found := number(sample.get(key)))), 0
    )
    if evidence.get("verdict") == "insufficient":
        companies = max(companies, by_name)
    good = "customers stayed" if of_stays(evidence) else UNITS.get(str(evidence.get("unit")), ("", "deals were won"))[1]
    return (
        Figure(count(companies) if companies else DASH, "companies were looked at"),
        Figure(n_of_m(won, won + lost) if won is not None and lost is not None and won + lost else DASH, good),
        Figure(
            f"{in_hundred(power)} in 100" if power is not None else DASH,
            "is how often we would notice a trait of one company in five that doubles the odds",
        ),
    )


def _market(market: Facts) -> Figure:
    matching, accounts = number(market.get("matching")), number(market.get("accounts"))
    if matching is None or not accounts:
        return Figure(DASH, "matching companies: add a market list to count them")
    unworked = number(market.get("unworked_matching"))
    fresh = f", {count(unworked)} of them never worked" if unworked else ""
    return Figure(
        count(matching), f"companies of {count(accounts)} that could be customers are an A\u00a0or\u00a0B{fresh}"
    )


def _pipeline(pipeline: Facts) -> Figure:
    deals, inside = number(pipeline.get("open_deals")), number(pipeline.get("in_ab"))
    if not deals or inside is None:
        return Figure(DASH, "no open deals to place in the tiers")
    amount, within = number(pipeline.get("amount")), number(pipeline.get("amount_in_ab"))
    currency = clean(pipeline.get("currency") or "")
    worth = f": {money(within, currency)} of {money(amount, currency)}" if amount and within is not None else ""
    lost = number(pipeline.get("without_account"))
    without = f" ({count(lost)} {'has' if lost == 1 else 'have'} no company)" if lost else ""
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
    unit = "customers" if of_stays(evidence) else UNITS.get(str(evidence.get("unit")), ("deals", ""))[0]
    kind, table = backtest.get("kind"), tier_table(backtest, currency, did(evidence))
    if evidence.get(OTHERS):
        told = "This profile was not tested: the records were tested with another one. An audit would tell."
        return Section("followed", "If we had followed it", lines=(Line(told, worth=9),))
    if kind not in {"later_deals", "accounts_set_aside"} or table is None:
        return Section("followed", "If we had followed it", lines=(Line(_untested(evidence, unit), worth=9),))
    deals = number(backtest.get("deals"))
    judged = f"{count(deals)} {unit}" if deals else unit
    if kind == "later_deals":
        after = f" opened after {day(backtest['at'])}" if backtest.get("at") and unit == "deals" else ""
        note = f"Judged on {judged}{after}, later than those it was found on. {READ_AS}"
    elif unit == "deals":
        note = f"Judged on {judged} of companies set aside: not a test of time. {READ_AS}"
    else:
        note = f"Judged on {judged} set aside: not a test of time. {READ_AS}"
    if any(mapping(one).get("exclusion") for one in entries(evidence.get("criteria"))):
        note += " C holds those to walk away from, who may buy and leave."
    if table.heads[-1] == "Stay":
        note += " Stay: still customers after a year."
    lines = (Line(sentence, worth=12),) if (sentence := _followed_sentence(backtest, unit, did(evidence))) else ()
    return Section("followed", "If we had followed it", note, lines, table)


def nothing_to_follow() -> Section:
    """*If we had followed it*, where nothing is scored yet."""
    return Section("followed", "If we had followed it", lines=(Line("There is nothing to follow yet.", worth=6),))


def _untested(evidence: Facts, unit: str) -> str:
    power = share(mapping(evidence.get("power")).get("value"))
    if power is None:
        return "There is nothing to test this on yet."
    return (
        f"Too few {unit} to test it: a trait of one company in five that doubles the odds would be noticed "
        f"{in_hundred(power)} times in 100."
    )


def tier_table(backtest: Facts, currency: str, verb: str) -> TierTable | None:
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
    good = {"won": "Won", "advanced": "Advanced", "are customers": "Customers", STAYED: "Stayed"}.get(verb, "Best")
    heads = ("Tier", good, "In 100", *(words[key] for key in extras))
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


_GOOD_ONES = {"won": ("win", "wins"), "advanced": ("deal that advanced", "deals that advanced")}


def _followed_sentence(backtest: Facts, unit: str, verb: str) -> str:
    """'Worked 120 of 400 deals, kept 61 of 70 wins …; given up: Foo, Bar.'"""
    done = mapping(backtest.get("followed"))
    worked, skipped = number(done.get("worked")), number(done.get("skipped"))
    kept, lost = number(done.get("wins_kept")), number(done.get("wins_given_up"))
    if worked is None or skipped is None:
        return ""
    win, wins = _GOOD_ONES.get(verb, ("good one", "good ones"))
    parts = [f"We would have worked {n_of_m(worked, worked + skipped)} {unit}"]
    if kept is not None and lost is not None:
        parts.append(f"kept {n_of_m(kept, kept + lost)} {wins}")
    if (amount := share(done.get("amount_kept_share"))) is not None:
        parts.append(f"{'' if len(parts) > 1 else 'kept '}{in_hundred(amount)} in 100 of the revenue")
        worth = share(done.get("value_kept_share"))
        if worth is not None and in_hundred(worth) != in_hundred(amount):
            parts[-1] += f" ({in_hundred(worth)} in 100 of what is left after support and leaving)"
    text = " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
    # Rows that stand for themselves have numbers for names: nobody would know them.
    if lost and (names := [name for name in map(clean, entries(done.get("given_up_names"))) if not name.isdecimal()]):
        return f"{text}. Given up: {listing(names, 5, of=int(lost))}."
    return f"{text}. No {win} given up." if lost == 0 else f"{text}."

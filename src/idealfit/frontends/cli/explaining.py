"""A criterion's evidence in lines and tables, as a sceptic asks for it: counts, luck, later deals, strata, money."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from idealfit.frontends.cli.console import Screen
from idealfit.frontends.cli.wording import interval_of, percent, won_of

SAYS = {
    "fact": "as a fact known at the opening would be",
    "leak": "as something filled in afterwards would be",
    "open": "too few to tell a fact from something filled in afterwards",
}
ODDS = {"best": "odds to be best", "stayed": "odds of staying", "advanced": "odds to advance", "customers": "odds"}
CHANGES = {"holds": "holds", "reverses": "the other way round", "dissolves": "hardly anything left"}


JUDGED = {
    "retention": ("stay a year", "kept_year", "{:.0%}"),
    "nrr": ("NRR", "nrr", "{:.0%}"),
    "nps": ("NPS", "nps", "{:+.0f}"),
    "margin": ("margin", "margin", "{:.0%}"),
    "deal_size": ("median contract", "amount", "{:,.0f}"),
    "cycle": ("days to sign", "cycle_days", "{:.0f}"),
}
"""What a tier is judged by where winning is not what counts: its heading, its place in evidence.json, its form."""


def judged_column(evidence: Mapping[str, Any]) -> tuple[str, Callable[[Mapping[str, Any]], str]] | None:
    """The heading of the figure by which the tiers are judged, and how it is taken from one; None where wins are it."""
    if evidence.get("best") not in JUDGED:
        return None
    head, key, form = JUDGED[evidence["best"]]
    return head, lambda tier: interval_of(tier.get(key) or (tier.get("became") or {}).get(key), form=form)


def facts_of(one: Mapping[str, Any], won: str = "won") -> list[tuple[str, str]]:
    """What is known of a criterion of evidence.json, as pairs of a label and a line; `won`: what the good rows are
    called.
    """
    counts, interval, later = one.get("counts") or {}, one.get("interval") or {}, one.get("later") or {}
    facts = [
        ("when", str(one["when"])),
        ("grade", f"{one['grade']} ({one.get('seen', 'list')}; {one.get('points', 0)} points)"),
        ("matching", f"{won_of(counts, 'match')} {won}, {counts.get('accounts', 0):,} accounts"),
        ("elsewhere", f"{won_of(counts, 'rest')} {won}"),
    ]
    if judged := one.get("judged"):
        shown = judged["shown"]
        facts.insert(
            2,
            (judged["head"], f"{shown['match'] or 'too few to tell'}, elsewhere {shown['rest'] or 'too few to tell'}"),
        )
    if interval.get("value") is not None:
        facts.append(
            (
                ODDS.get(won, "odds of winning"),
                f"x {interval_of(interval, percent_scale=False)}, the other criteria equal",
            )
        )
    churn = one.get("churn")
    if churn:
        here, there = churn["match"]["yearly_rate"], churn["rest"]["yearly_rate"]
        facts.append(("leaving a year", f"{percent(here)}, elsewhere {percent(there)}"))
    if one.get("q_value") is not None:
        # a question for the call is not drawn again from halves of the accounts
        sampled = one.get("seen") != "call" and one.get("stability") is not None
        halves = f"; found in {percent(one['stability'])} of half samples" if sampled else ""
        facts.append(("luck", f"{_luck(float(one['q_value']))} of findings as sure as this is luck{halves}"))
    if later:
        where = "later deals" if later.get("kind") == "later_deals" else "set aside"
        holds = {True: "holds", False: "does not hold", None: _unjudged(one)}[later.get("holds")]
        facts.append((where, f"{won_of(later, 'match')}, elsewhere {won_of(later, 'rest')}: {holds}"))
    if one.get("stand_ins"):
        facts.append(("may stand for", f"{', '.join(one['stand_ins'])}: the records cannot tell which of them it is"))
    return [*facts, *_doubts(one, won)]


def _unjudged(one: Mapping[str, Any]) -> str:
    """Why later deals do not judge it: of what it was found for, winning tells nothing, or they are too few."""
    parts = (one.get("value") or {}).get("parts") or {}
    other = max(parts, key=lambda name: abs(parts[name] or 0.0), default="win")
    if other == "win":
        return "too few to judge it by"
    found = {"churn": "who leaves", "amount": "contracts", "margin": "margins", "growth": "growth", "nps": "praise"}
    return f"not judged by wins, it was found by {found.get(other, 'time to sign')}"


def _luck(share: float) -> str:
    """The share of findings that are luck, in words; the file has the number."""
    if share > 2 / 3:
        return "nearly every one"
    return "less than one in a million" if share < 1e-6 else f"about one in {round(1 / share):,}"


def _doubts(one: Mapping[str, Any], won: str) -> list[tuple[str, str]]:
    """One account's weight, and whether open deals look as a fact would."""
    facts = []
    if heavy := one.get("influence"):
        without, its = won_of(heavy["without"], "match"), f"{heavy['won']:,} of {heavy['won'] + heavy['lost']:,} {won}"
        facts.append(
            (
                "one account",
                f"without {heavy['name']} ({its}), which speaks most "
                f"for it: {without}; odds x {heavy['odds_ratio_without']:.2f} instead of {heavy['odds_ratio']:.2f}",
            )
        )
    if still := one.get("open_deals"):
        facts.append(
            (
                "open deals",
                f"true of {still['match']:,} of {still['open']:,}; a fact would be of about {still['expected']:,}: "
                f"{SAYS[still['says']]}",
            )
        )
    return facts


def strata(screen: Screen, one: Mapping[str, Any], won: str = "won") -> None:
    """Whether the pattern holds within sources, sellers and segments, what changes most first."""
    made = one.get("strata") or ()
    if not made:
        return
    what = "customers of the same segment"
    deals = "deals of the same source, seller, motion, product or segment"
    screen.heading(f"Among {deals if won in ('won', 'advanced') else what}")
    screen.table(
        ("the same", "odds x overall", "within", "so it"),
        [
            (each["by"], f"{each['overall']:.2f}", interval_of(each["within"], form="{:.2f}"), CHANGES[each["change"]])
            for each in made
        ],
    )
    worst = made[0]
    if worst["change"] != "holds":
        screen.table(
            (worst["by"], f"{won} where true", "elsewhere"),
            [(level["level"], won_of(level, "match"), won_of(level, "rest")) for level in worst["levels"]],
        )


def money(screen: Screen, one: Mapping[str, Any]) -> None:
    """The price of an exclusion, and the arithmetic of its customers."""
    price, story = one.get("price") or {}, one.get("story")
    if price.get("told"):
        screen.line(f"{price['told']}.")
    if not story:
        return
    plot = str(story.get("told") or story["plot"]).partition(":")[0]
    screen.heading(f"{str(one['sentence'])[:1].upper()}{str(one['sentence'])[1:]}: {plot}")
    counts = story["customers"]
    screen.table(
        ("a customer", f"here ({counts['match']:,})", f"elsewhere ({counts['rest']:,})", "how"),
        [(step["what"], _figure(step, "match"), _figure(step, "rest"), step["how"]) for step in story["steps"]],
    )
    for assumed in story["assumed"]:
        screen.line(f"Assumed: {assumed}.")


def _figure(step: Mapping[str, Any], side: str) -> str:
    value = step[side]
    if value is None:
        return ""
    return {"share": f"{value:.0%}", "months": f"{value:.1f}"}.get(step["unit"], f"{value:,.0f}")


def prices(screen: Screen, evidence: Mapping[str, Any]) -> None:
    """What each exclusion would have cost and saved, the segments that win and are not worth having, and whether the
    customers that the finished profile calls best stay.
    """
    told = [
        (str(one["id"]), str(price["told"]))
        for one in evidence["criteria"]
        if (price := one.get("price") or {}).get("told")
    ]
    if told:
        screen.heading("What walking away would have cost and saved")
        screen.items([f"{name}: {text}." for name, text in told])
    stories = [str(text) for text in evidence.get("stories") or ()]
    if stories:
        screen.heading("Won, and not worth having")
        screen.items([f"{text}." for text in stories])
    check = evidence.get("cross_check")
    if not check:
        return
    best, rest = check["best"], check["rest"]
    screen.line(
        f"Of the customers that were A or B when their deal opened {best['left']:,} of {best['customers']:,} left, of "
        f"the others {rest['left']:,} of {rest['customers']:,}; they leave "
        f"{interval_of(check['leaving'], form='{:.2f}')} times as often."
    )


def records(screen: Screen, label: str, ids: Mapping[str, Sequence[str]]) -> None:
    """The ids behind a figure, a line an outcome."""
    for outcome, found in ids.items():
        if found:
            screen.line(f"{label}, {outcome}: {' '.join(found)}")

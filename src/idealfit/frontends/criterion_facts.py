"""What is known of a criterion, as pairs of a label and a line: counts, luck, later deals, what else it may be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from idealfit.frontends.result_words import interval_of, percent, won_of

SAYS = {
    "fact": "as a fact known at the opening would be",
    "leak": "as something filled in afterwards would be",
    "open": "too few to tell a fact from something filled in afterwards",
}
ODDS = {"best": "odds to be best", "stayed": "odds of staying", "advanced": "odds to advance", "customers": "odds"}


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

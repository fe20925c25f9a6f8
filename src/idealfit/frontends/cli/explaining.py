"""What a sceptic asks of a result, in tables: strata, money, the price of walking away, the ids behind a figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from idealfit.frontends.cli.console import Screen
from idealfit.frontends.result_words import interval_of, won_of

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

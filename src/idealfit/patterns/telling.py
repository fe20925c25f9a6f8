"""What evidence.json tells beyond counts: prices of exclusions, stories of segments, the cross-check of the profile."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from datetime import date
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from idealfit.evidence.economics import Economics
from idealfit.evidence.table import Evidence, Floats
from idealfit.patterns.checks import add_checks
from idealfit.patterns.cohort import rows_then
from idealfit.patterns.cross_check import cross_check
from idealfit.patterns.drafting import Named, spoken_for
from idealfit.patterns.price import number, price_of
from idealfit.patterns.story import Story, story_of
from idealfit.profile.content import Profile
from idealfit.scores.then import score_then

Blocks = MutableMapping[str, dict[str, Any]]


def add_prices(
    blocks: Blocks, named: tuple[Named, ...], evidence: Evidence, economics: Economics
) -> dict[str, dict[str, Any]]:
    """Give every exclusion of `blocks` (by id) its `price`, and answer what evidence.json holds beside: by id the
    `wins` given up with their amounts, and the `story` of exclusions and of what points are taken off for.

    They are apart because the profile file keeps what stands in a block, and a list of wins is no part of a profile.
    """
    beside: dict[str, dict[str, Any]] = {}
    for one in named:
        pattern = one.pattern
        if pattern.polarity != "exclude" or pattern.seen != "list":
            continue
        mask = pattern.candidate.mask()
        story = story_of(mask == 1, mask == 0, evidence, economics)
        more: dict[str, Any] = {}
        if story is not None:
            more["story"] = story.as_dict() | {"told": told(story, economics)}
        if pattern.exclusion:
            price = price_of(mask == 1, evidence, economics)
            more["wins"] = price.pop("wins")
            if story is not None:
                price["left_per_customer"], price["left_elsewhere"] = (number(left) for left in story.left)
                price["horizon_months"] = economics.horizon
            price["told"] = price_told(price)
            blocks[one.id]["price"] = price
        if more:
            beside[one.id] = more
    return beside


def tell_of(
    blocks: Blocks, named: tuple[Named, ...], evidence: Evidence, economics: Economics
) -> dict[str, dict[str, Any]]:
    """Prices into `blocks`, and by id what evidence.json alone holds of a criterion: checks, story, wins given up."""
    checks, money = add_checks(blocks, named, evidence), add_prices(blocks, named, evidence, economics)
    return {name: more | money.get(name, {}) for name, more in checks.items()}


def with_cross_check(
    con: duckdb.DuckDBPyConnection,
    document: dict[str, Any],
    profile: Profile,
    evidence: Evidence,
    economics: Economics,
    as_of: date,
) -> dict[str, Any]:
    """`document` with `cross_check`: whether the customers that the finished profile calls A or B stay, and its warning
    among the others.
    """
    if evidence.reach != "wins+value+retention" or not any(one.points for _layer, one in profile.criteria):
        return document
    made = cross_check(evidence, economics, tiers_then(con, profile, as_of=as_of)[0])
    if made is None:
        return document
    warned = [made.warning] if made.warning else []
    return document | {"cross_check": made.as_dict(), "warnings": [*document["warnings"], *warned]}


def tiers_then(con: duckdb.DuckDBPyConnection, profile: Profile, *, as_of: date) -> tuple[NDArray[np.str_], Floats]:
    """The tier and the order (higher first, NaN unknown) that `profile` gives each row of the evidence, its account as
    it was the day before the deal opened. Needs the tables that `gather_evidence` made.
    """
    profile = spoken_for(con, profile)
    score_then(con, profile, rows=rows_then(con), as_of=as_of, into="scores_then")
    columns = {row[0] for row in con.execute("DESCRIBE scores_then").fetchall()}
    order = "-rank" if "rank" in columns else "score"
    found = con.execute(
        f"SELECT tier, CAST({order} AS DOUBLE) AS place FROM scores_then ORDER BY CAST(account_id AS BIGINT)"
    ).fetchall()
    tiers = np.array([row[0] for row in found], dtype=np.str_)
    return tiers, np.array([np.nan if row[1] is None else row[1] for row in found], dtype=float)


def stories_of(blocks: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The stories of segments that win as often as others and are worth less, as sentences, the plainest first."""
    found = []
    for block in blocks.values():
        story = block.get("story")
        if (
            story
            and block.get("exclusion")
            and story["plot"] in ("loses money", "wins, then leaves", "wins, then costs")
        ):
            found.append((story["plot"] != "loses money", f"{_capital(str(block['sentence']))}: {story['told']}"))
    return [text for _rank, text in sorted(found)]


_PLOTS = {
    "loses money": "loses money",
    "wins, then leaves": "wins more often and leaves sooner",
    "wins, then costs": "wins more often and costs more than it brings",
    "is worth less": "is worth less than the others",
    "is worth more": "is worth more than the others",
}


def told(story: Story, economics: Economics) -> str:
    """The story in one sentence: 'loses money: a customer pays EUR 9,100 a year, …; lost EUR 1,200 on each (31
    customers), elsewhere left EUR 14,800'.
    """
    by_name = {step.what: step for step in story.steps}
    months = by_name[f"months kept of {economics.horizon:g}"]
    parts = [
        f"pays {_money(by_name['revenue a year'].match, economics)} a year",
        f"support takes {_money(-by_name['support a year'].match, economics)} a year" if economics.has_support else "",
        f"stays {months.match:.0f} of {economics.horizon:g} months (elsewhere {months.rest:.0f})",
        f"costs {_money(-by_name['cost to win one'].match, economics)} to win" if economics.cost_to_work else "",
    ]
    left, elsewhere = story.left
    told_left = f"left {_money(left, economics)}" if left >= 0 else f"lost {_money(-left, economics)} on each"
    return (
        f"{_PLOTS[story.plot]}: a customer {', '.join(part for part in parts if part)}; {told_left} "
        f"({story.customers[0]:,} customers), elsewhere left {_money(elsewhere, economics)}"
    )


def price_told(price: Mapping[str, Any]) -> str:
    """'Refusing these 240 accounts would have cost 3 wins (Foo, Bar, Baz) and saved …'."""
    won, names = int(price["won"]), ", ".join(price["wins_given_up"][:3])
    currency, amount = str(price.get("currency") or ""), price.get("won_amount")
    saved = []
    if price.get("support_cost"):
        saved.append(f"{currency} {price['support_cost']:,.0f} of support".strip())
    if price.get("days_worked") is not None:
        saved.append(f"{price['days_worked']:,.0f} days of work")
    elif price.get("days_open") is not None:
        saved.append(f"{price['days_open']:,.0f} days of open deals")
    if price.get("cost_to_win"):
        saved.append(f"{currency} {price['cost_to_win']:,.0f} of cost to win".strip())
    cost = f"{won:,} wins" if won > 1 else "1 win" if won else "no win"
    worth = f" of {currency} {amount:,.0f}" if amount else ""
    named = f" ({names}{f' and {won - 3:,} more' if won > 3 else ''})" if names else ""
    gained = f" and saved {_listed(saved)}" if saved else ""
    return f"Refusing these {price['accounts']:,} accounts would have cost {cost}{worth}{named}{gained}"


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _money(amount: float, economics: Economics) -> str:
    return f"{economics.currency} {amount:,.0f}".strip()


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"

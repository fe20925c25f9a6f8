"""What to collect so that the next build can tell more: at most four things, the most useful first."""

from __future__ import annotations

from idealfit.evidence.table import Evidence
from idealfit.patterns.shortfall import ENOUGH_POWER, Gap, Shortfall, usual_needs

MOST = 4
MANY_TIMES = 5
"""Needing more than five times the rows that there are, numbers are not the next thing to collect."""

AN_EFFECT = "would let us see an effect of twice the win rate"
_EFFECT_OF = {"deals": AN_EFFECT, "customers": "would let us see what makes the best twice as common"}
_EFFECT_OF["accounts"] = "would let us see what makes customers twice as common"
_CLOSED = {"deals": "closed deals", "customers": "customers", "accounts": "customers"}


def what_to_collect(evidence: Evidence, missing: Shortfall, tests: int, rows: str) -> tuple[str, ...]:
    """What would let us see more; `rows` is what a row is called ('deals', 'customers', 'accounts')."""
    won, lost = (int((evidence.outcome == value).sum()) for value in (1, 0))
    share = won / (won + lost) if rows == "accounts" and won + lost else 1.0
    advice = [*_more_rows(missing, won + lost, rows, share), *_losses(missing, tests, won, lost, rows)]
    advice += [_filled(gap) for gap in missing.gaps if gap.label not in "".join(advice)][: 2 if len(advice) < 2 else 1]
    kinds = {fact.kind for fact in evidence.facts}
    if "list" not in kinds:
        advice.append("The tools that these companies use")
    if "event" not in kinds:
        advice.append("Dated events: funding, hiring, a new leader, a visit to the pricing page")
    if evidence.reach in ("wins", "wins+value"):
        advice.append("Subscriptions with start and end: who stays is not visible yet")
    advice.append("What set off each purchase: ask it, and record it with the deal")
    return tuple(advice[:MOST])


def _more_rows(missing: Shortfall, have: int, rows: str, share: float) -> list[str]:
    """'About 60 more closed deals, or headcount on the 70 % of accounts that lack it, would let us see …'. Beside a
    market list it is customers that are missing: `share` of the rows.
    """
    effect, called = _EFFECT_OF[rows], _CLOSED[rows]
    if not missing.more:
        enough = not missing.more_for_weaker or missing.more_for_weaker > MANY_TIMES * have
        weaker = "would let us see an effect of one and a half times"
        return [] if enough else [f"About {missing.more_for_weaker:,} more {called} {weaker}"]
    more = max(10, round(missing.more * share / 10) * 10) if share < 1 else missing.more
    if missing.more > MANY_TIMES * have:
        return [f"Reasons first, from interviews: numbers alone would need about {more:,} more {called}"]
    instead = next((gap for gap in missing.gaps if gap.power_filled >= ENOUGH_POWER > gap.power_now), None)
    if instead is not None:
        return [f"About {more:,} more {called}, or {_column(instead)}, {effect}"]
    return [f"About {more:,} more {called} {effect}"]


def _losses(missing: Shortfall, tests: int, won: int, lost: int, rows: str) -> list[str]:
    if lost or not won:
        return []
    if rows != "deals":
        return ["Deals that were lost, with their dates: without them nobody can say what wins"]
    if missing.lost is not None:
        return [f"Lost deals with their dates: about {missing.lost:,} beside the {won:,} won ones {AN_EFFECT}"]
    wins, losses = usual_needs(tests)
    return [
        f"Lost deals with their dates: without them nobody can say what wins; about {wins:,} won and {losses:,} lost "
        f"ones {AN_EFFECT}"
    ]


def _filled(gap: Gap) -> str:
    column = _column(gap)
    if gap.power_filled >= ENOUGH_POWER > gap.power_now:
        return f"{column[:1].upper()}{column[1:]} {AN_EFFECT} in it"
    return f"{column[:1].upper()}{column[1:]}"


def _column(gap: Gap) -> str:
    return f"{gap.label} on the {100 * (1 - gap.known):.0f}% of accounts that lack it"

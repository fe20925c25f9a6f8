"""From numbers to words: tier, timing band and priority, in plain Python and as SQL.

Order of the tier: a hard exclusion that is true, `excluded`; too little known and the tiers of the lowest and highest
possible value differ, `unknown`; else by the value. A proposed exclusion that is true caps A and B at C.
"""

from __future__ import annotations

from sqlglot import exp

from idealfit.scores import sql
from idealfit.scores.scorecard import Scorecard

EXCLUDED, UNKNOWN = "excluded", "unknown"
NOW_FROM, SOON_FROM = 600, 300
"""Timing from which on the band is `now` or `soon`, in tenths."""


def tier_of(value: int | None, plan: Scorecard, *, capped: bool) -> str:
    """The tier of a value in tenths; `unknown` where no layer gives one."""
    if value is None:
        return UNKNOWN
    if capped or value < plan.tier_b:
        return "C"
    return "A" if value >= plan.tier_a else "B"


def tier_sql(value: exp.Expr, plan: Scorecard, capped: exp.Expr) -> exp.Expr:
    """The same as SQL."""
    return sql.cases(
        (exp.Is(this=value, expression=exp.Null()), sql.string(UNKNOWN)),
        (sql.any_of([capped, exp.LT(this=value.copy(), expression=sql.integer(plan.tier_b))]), sql.string("C")),
        (exp.GTE(this=value.copy(), expression=sql.integer(plan.tier_a)), sql.string("A")),
        default=sql.string("B"),
    )


def final_tier(tiers: tuple[str, str, str], known: int | None, plan: Scorecard, *, excluded: bool) -> str:
    """The tier shown, from those of the value, the lowest and the highest; `known` is completeness in thousandths."""
    nominal, low, high = tiers
    if excluded:
        return EXCLUDED
    if known is not None and known < plan.least_known and low != high:
        return UNKNOWN
    return nominal


def final_tier_sql(excluded: exp.Expr, known: exp.Expr, plan: Scorecard) -> exp.Expr:
    """The same over the columns `nominal_tier`, `low_tier` and `high_tier`."""
    low, high = sql.column("low_tier"), sql.column("high_tier")
    unsure = sql.all_of(
        [exp.LT(this=known, expression=sql.integer(plan.least_known)), exp.NEQ(this=low, expression=high)]
    )
    return sql.cases(
        (excluded, sql.string(EXCLUDED)), (unsure, sql.string(UNKNOWN)), default=sql.column("nominal_tier")
    )


def timing_band(timing: int | None, *, known: bool) -> str:
    """The band of a timing value in tenths; `unknown` where nothing of the timing layers is known."""
    if timing is None or not known:
        return UNKNOWN
    if timing >= NOW_FROM:
        return "now"
    return "soon" if timing >= SOON_FROM else "later"


def timing_band_sql(timing: exp.Expr, known: exp.Expr) -> exp.Expr:
    """The same as SQL."""
    nothing = sql.any_of([exp.Is(this=timing, expression=exp.Null()), exp.Not(this=sql.paren(known))])
    return sql.cases(
        (nothing, sql.string(UNKNOWN)),
        (exp.GTE(this=timing.copy(), expression=sql.integer(NOW_FROM)), sql.string("now")),
        (exp.GTE(this=timing.copy(), expression=sql.integer(SOON_FROM)), sql.string("soon")),
        default=sql.string("later"),
    )


def priority(tier: str, band: str) -> str:
    """`A-now` for a tier, else the word itself."""
    return tier if tier in (EXCLUDED, UNKNOWN) else f"{tier}-{band}"


def priority_sql() -> exp.Expr:
    """The same over the columns `tier` and `timing_band`."""
    tier = sql.column("tier")
    words = exp.In(this=tier, expressions=[sql.string(EXCLUDED), sql.string(UNKNOWN)])
    joined = exp.DPipe(
        this=exp.DPipe(this=tier.copy(), expression=sql.string("-")), expression=sql.column("timing_band")
    )
    return sql.cases((words, tier.copy()), default=joined)

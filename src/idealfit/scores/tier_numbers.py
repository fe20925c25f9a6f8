"""Tier, range, timing band and priority as one small number an account, and their words, looked up."""

from __future__ import annotations

import itertools
import math

from sqlglot import exp

from idealfit.scores import sql
from idealfit.scores.looked_up import looked_up
from idealfit.scores.scorecard import Scorecard
from idealfit.scores.tiers import EXCLUDED, NOW_FROM, SOON_FROM, UNKNOWN, final_tier, priority

_KEY = "words"
_TIERS = ("A", "B", "C", UNKNOWN)
_BANDS = ("now", "soon", "later", UNKNOWN)
_SHOWN = ("tier", "tier_low", "tier_high", "timing_band", "priority")


def words_looked_up(plan: Scorecard, summed: exp.Select) -> exp.Select:
    """`summed` (fit, timing and score in tenths, what the exclusions say) with the words of `tiers.py`."""
    decisive = "fit_tenths" if plan.by == "fit" else "score_tenths"
    tiers = [_tier(column, plan) for column in (decisive, "tier_low_tenths", "tier_high_tenths")]
    few = exp.LT(this=sql.column("known_thousandths"), expression=sql.integer(plan.least_known))
    digits = [*tiers, _if(sql.column("is_excluded")), _if(few), _band()]
    sizes = (len(_TIERS), len(_TIERS), len(_TIERS), 2, 2, len(_BANDS))
    number: exp.Expr = sql.integer(1)
    for at, digit in enumerate(digits):
        worth = sql.integer(math.prod(sizes[at + 1 :]))
        number = exp.Add(this=number, expression=exp.Mul(this=digit, expression=worth))
    numbered = _over(summed, exp.alias_(sql.cast(exp.Paren(this=number), "INTEGER"), _KEY, quoted=True))
    told = [_words(plan, *one) for one in itertools.product(*map(range, sizes))]
    columns = [looked_up(_KEY, "TEXT", (words[at] for words in told)) for at in range(len(_SHOWN))]
    return _over(numbered, *(exp.alias_(one, name, quoted=True) for one, name in zip(columns, _SHOWN, strict=True)))


def _over(step: exp.Select, *columns: exp.Expr) -> exp.Select:
    relation = exp.Subquery(this=step, alias=exp.TableAlias(this=sql.name("step")))
    return exp.select(exp.Star(), *columns).from_(relation)


def _words(plan: Scorecard, nominal: int, low: int, high: int, excluded: int, few: int, band: int) -> tuple[str, ...]:
    tiers = (_TIERS[nominal], _TIERS[low], _TIERS[high])
    known = plan.least_known - 1 if few else None
    tier = final_tier(tiers, known, plan, excluded=bool(excluded))
    ends = (EXCLUDED, EXCLUDED) if excluded else tiers[1:]
    return (tier, *ends, _BANDS[band], priority(tier, _BANDS[band]))


def _tier(column: str, plan: Scorecard) -> exp.Expr:
    """The place of a value's tier among `_TIERS`, as `tiers.tier_of` has it."""
    value = sql.column(column)
    low = exp.LT(this=value.copy(), expression=sql.integer(plan.tier_b))
    return sql.cases(
        (exp.Is(this=value, expression=exp.Null()), sql.integer(3)),
        (sql.any_of([sql.column("is_capped"), low]), sql.integer(2)),
        (exp.GTE(this=value.copy(), expression=sql.integer(plan.tier_a)), sql.integer(0)),
        default=sql.integer(1),
    )


def _band() -> exp.Expr:
    """The place of the timing band among `_BANDS`, as `tiers.timing_band` has it."""
    timing = sql.column("timing_tenths")
    nothing = sql.any_of(
        [exp.Is(this=timing, expression=exp.Null()), exp.Not(this=exp.Paren(this=sql.column("timing_known")))]
    )
    return sql.cases(
        (nothing, sql.integer(3)),
        (exp.GTE(this=timing.copy(), expression=sql.integer(NOW_FROM)), sql.integer(0)),
        (exp.GTE(this=timing.copy(), expression=sql.integer(SOON_FROM)), sql.integer(1)),
        default=sql.integer(2),
    )


def _if(test: exp.Expr) -> exp.Expr:
    return sql.cases((test, sql.integer(1)), default=sql.integer(0))

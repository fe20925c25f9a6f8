"""The best customers by several outcomes at once: who passes every part, against lost deals and all other customers.

'Retention and NRR above 110 % and a short cycle': best is not biggest, and not average. A won deal whose customer
passes every part is good; one that fails a part that is known, and a lost deal, is not; one of which a part is not
known yet counts as open. All that follows (search, test, backtest, verdict) is as it is for won and lost deals.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from idealfit.errors import BestNotKnown
from idealfit.evidence.outcome import DAYS_PER_MONTH
from idealfit.evidence.surveys import PROMOTER
from idealfit.evidence.table import Evidence, Flags, Floats
from idealfit.patterns.best import Best, Choice, Part, is_group

KEPT_MONTHS = 12.0
_FIRST, _LAST = np.datetime64("0001-01-01", "D"), np.datetime64("9999-12-31", "D")
_UNKNOWN = np.datetime64("NaT", "D")
FEW = 10
"""Fewer best customers than this, and the evidence says so before anything else."""


@dataclass(frozen=True)
class Passed:
    """One part: how it reads with its threshold, of how many customers it is known, and how many of them pass."""

    part: Part
    words: str
    known: int
    passing: int


@dataclass(frozen=True)
class BestCustomers:
    """One entry a row. `passes`: 1 for a best customer, 0 for another, NaN where it is not known. `known_on`: the day
    from which that is known (NaT: as soon as the deal is closed); `waiting`: the months that this takes.
    """

    passes: Floats
    known_on: NDArray[np.datetime64]
    waiting: float
    parts: tuple[Passed, ...]
    customers: int

    @property
    def count(self) -> int:
        """How many rows are best customers."""
        return int(np.sum(self.passes == 1))


def best_customers(evidence: Evidence, choice: Choice) -> BestCustomers:
    """Who passes every part of `choice` among won deals (among all customers where rows are customers).

    Without a number a part asks for: retention, still a customer after a year; nrr, at least what it paid at first;
    nps, a promoter; margin and deal size, the larger half; cycle, the quicker half; value, the best third. Raises
    BestNotKnown where nothing is known of a part.
    """
    bought = customers_of(evidence)
    combined = np.where(bought, 1.0, np.nan)
    sure, failed = np.full(evidence.rows, _FIRST), np.full(evidence.rows, _LAST)
    parts = []
    for part in choice.parts:
        measured = _spread(_measure(evidence, part), evidence) if part.name != "win_rate" else np.ones(evidence.rows)
        measured = np.where(bought, measured, np.nan)
        if not np.isfinite(measured).any():
            raise BestNotKnown(_nothing_of(part.name), remedy=_REMEDIES[part.name])
        passes, words, asked = _judged(measured, part, evidence)
        known = np.isfinite(passes)
        parts.append(Passed(asked, words, int(known.sum()), int(np.sum(passes == 1))))
        # what fails one part is no best customer, whatever is not known of the others
        combined = np.where((combined == 0) | (passes == 0), 0.0, combined + passes - 1)
        day = _known_on(evidence, part, passes)
        sure = np.maximum(sure, np.where(np.isnat(day), _FIRST, day))
        failed = np.where(passes == 0, np.minimum(failed, np.where(np.isnat(day), _FIRST, day)), failed)
    days = np.where(combined == 0, failed, sure)
    return BestCustomers(
        combined, np.where(days > _FIRST, days, _UNKNOWN), waiting(choice), tuple(parts), int(bought.sum())
    )


def _known_on(evidence: Evidence, part: Part, passes: Floats) -> NDArray[np.datetime64]:
    """The day from which it is known whether each row passes a part; NaT where that is the day the deal closed."""
    followed, started = evidence.follow_up, evidence.started.astype("datetime64[D]")
    if part.name == "nrr" and followed is not None:
        return followed.revenue_on
    if part.name == "nps" and followed is not None:
        return followed.answered_on
    if part.name not in ("retention", "margin", "value"):
        return np.full(evidence.rows, _UNKNOWN)
    # what support costs, and what a customer earned, is judged a year after it began
    least = part.number if part.name == "retention" and part.sign else KEPT_MONTHS
    lived = np.where(passes == 1, least, np.minimum(np.nan_to_num(evidence.months, nan=least), least))
    after = started + np.round(lived * DAYS_PER_MONTH).astype("timedelta64[D]")
    return np.where(np.isnat(after), _UNKNOWN, np.minimum(after, np.datetime64(evidence.as_of, "D")))


def customers_of(evidence: Evidence) -> Flags:
    """The rows that are customers: won deals; every dated row where rows are customers themselves."""
    bought: Flags = evidence.outcome == 1
    return bought | ~np.isnat(evidence.started) if evidence.reach == "customers" else bought


def as_contrast(evidence: Evidence, found: BestCustomers) -> Evidence:
    """The same evidence with the best customers as its good outcome, all others against them; a deal counts as closed
    on the day from which that is known.
    """
    outcome = np.where(found.passes == 1, 1, np.where(found.passes == 0, 0, -1))
    if evidence.reach != "customers":
        # of the last months no customer can be best yet: the deals lost in them have nobody to stand against
        recent = evidence.opened.astype("datetime64[D]") > _before(evidence, found.waiting)
        lost = np.where((evidence.outcome == 0) & recent & (found.waiting > 0), -1, evidence.outcome)
        outcome = np.where(evidence.outcome == 1, outcome, lost)
    # a backtest may learn from a deal only once it was known what became of its customer
    closed = evidence.closed.astype("datetime64[D]")
    later = np.where(np.isnat(closed), found.known_on, np.maximum(closed, found.known_on))
    closed = np.where(np.isnat(found.known_on) | (outcome == -1), closed, later)
    return replace(evidence, outcome=outcome.astype(np.int64), closed=closed)


def judged_among(evidence: Evidence, best: Best) -> Flags:
    """The rows among which an order by `best` is judged: all; for what only a customer shows, the customers of whom it
    is known.
    """
    if is_group(best) or best not in ("retention", "nrr", "nps", "margin", "cycle", "deal_size"):
        return np.ones(evidence.rows, dtype=bool)
    try:
        return np.isfinite(best_customers(evidence, Choice((Part(best),))).passes)
    except BestNotKnown:
        return np.ones(evidence.rows, dtype=bool)


@dataclass(frozen=True)
class Chosen:
    """The evidence as a choice of best sees it, `best` as it is searched, what a row is, what to tell, and, where the
    best customers are too few to tell anything of, `few`: that sentence.
    """

    evidence: Evidence
    best: Best
    unit: str
    told: tuple[str, ...] = ()
    few: str = ""


def chosen(evidence: Evidence, choice: Choice, unit: str) -> Chosen:
    """The evidence as a choice of best sees it.

    One outcome of deals is searched as it is measured, and nothing changes. Several, and one outcome of customers
    without deals, set the best customers against all others. Raises BestNotKnown where the records do not tell.
    """
    name = choice.parts[0].name
    if choice.single and name in ("value", "win_rate"):
        return Chosen(evidence, choice.text, unit)
    found = best_customers(evidence, choice)
    if choice.single and evidence.reach != "customers":
        return Chosen(evidence, choice.text, unit)
    best = choice.text if not choice.single else Choice((found.parts[0].part,)).text
    seen = as_contrast(evidence, found)
    if found.count and not np.any(seen.outcome == 0):
        raise BestNotKnown(
            f"All {found.count:,} customers of whom it is known are best by {choice.text}: there is nobody to set them "
            "against",
            remedy="Choose another, or a number that fewer of them reach.",
        )
    few = _few(found)
    return Chosen(seen, best, "customer", (told(found, seen), *((few,) if few else ())), few)


def told(found: BestCustomers, seen: Evidence) -> str:
    """Who counts as best, part by part, and against whom; `seen`: the evidence as it is set against them."""
    counted = "; ".join(
        f"{one.words}: {one.passing:,} of {one.known:,}{'' if one.known == found.customers else ' of whom it is known'}"
        for one in found.parts
    )
    others = int(np.sum(found.passes == 0))
    lost = int(np.sum(seen.outcome == 0)) - others if seen.reach != "customers" else 0
    against = f"{others:,} other customers" + (f" and {lost:,} lost deals" if lost else "")
    passing = " that pass every part" if len(found.parts) > 1 else ""
    late = f" (none of the last {found.waiting:.0f} months: nobody can be best of them yet)" if found.waiting else ""
    best = f"Best are the {found.count:,} of {found.customers:,} customers{passing} ({counted})"
    return f"{best}, set against {against}{late}"


def _few(found: BestCustomers) -> str:
    """That the best customers are too few to tell what sets them apart, and which part to loosen; '' where not."""
    if found.count >= FEW:
        return ""
    tightest = min(found.parts, key=lambda one: (one.passing / max(one.known, 1), one.part.name))
    return (
        f"Only {found.count:,} of {found.customers:,} customers are best by all parts: too few to tell what sets them "
        f"apart. Loosen a part, first of all '{tightest.part.text}'"
    )


def _measure(evidence: Evidence, part: Part) -> Floats:
    """The number of each row that a part speaks of; NaN where it is not known."""
    followed = evidence.follow_up
    nothing = np.full(evidence.rows, np.nan)
    measures: dict[str, Callable[[], Floats]] = {
        "retention": lambda: evidence.months,
        "nrr": lambda: followed.nrr if followed else nothing,
        "nps": lambda: followed.nps if followed else nothing,
        "margin": lambda: evidence.margin,
        "cycle": lambda: evidence.cycle_days,
        "deal_size": lambda: contract_value(evidence),
        "value": lambda: _earned(evidence),
    }
    return measures[part.name]()


def contract_value(evidence: Evidence) -> Floats:
    """What each customer pays a year where that is known, else the amount of its deal."""
    return np.where(np.isfinite(evidence.arr) & (evidence.arr > 0), evidence.arr, evidence.amount)


def _earned(evidence: Evidence) -> Floats:
    """Contract value, times the margin left of it where known, times the share of two years kept by those who left."""
    margin = np.clip(np.where(np.isfinite(evidence.margin), evidence.margin, 1.0), 0.0, 1.0)
    kept = np.where(evidence.ended, np.minimum(np.nan_to_num(evidence.months) / 24, 1.0), 1.0)
    earned: Floats = contract_value(evidence) * margin * kept
    return earned


def _spread(measured: Floats, evidence: Evidence) -> Floats:
    """What is known of an account in the row of its first win holds for its other won deals."""
    filled = np.where(np.isfinite(measured), measured, np.nan)
    known = np.flatnonzero(np.isfinite(filled))
    by_account = np.full(int(evidence.account.max(initial=0)) + 1, np.nan)
    by_account[evidence.account[known][::-1]] = filled[known][::-1]
    return np.where(np.isfinite(filled), filled, by_account[evidence.account])


def _before(evidence: Evidence, months: float) -> np.datetime64:
    """The day so many months before the records end."""
    return np.datetime64(evidence.as_of, "D") - np.timedelta64(round(months * DAYS_PER_MONTH), "D")


def waiting(choice: Choice) -> float:
    """How many months must pass before it is known whether a customer is best by `choice`."""
    months = {"retention": KEPT_MONTHS, "nrr": KEPT_MONTHS}
    named = [part.number for part in choice.parts if part.name == "retention" and part.sign]
    return max([*named, *(months.get(part.name, 0.0) for part in choice.parts if not part.sign or part.name == "nrr")])


def _judged(measured: Floats, part: Part, evidence: Evidence) -> tuple[Floats, str, Part]:
    """1, 0, NaN for each row, how the part reads with its threshold, and the part with it."""
    known = np.isfinite(measured)
    if part.name == "win_rate":
        return measured, "won", part
    if part.name == "retention":
        return _kept(measured, part, evidence)
    sign, number, words = part.sign, part.number, ""
    if not sign:
        sign, number, words = _usual(measured[known], part)
    with np.errstate(invalid="ignore"):
        compared = {
            ">": measured > number,
            ">=": measured >= number,
            "<": measured < number,
            "<=": measured <= number,
        }[sign]
    passes = np.where(known, compared.astype(float), np.nan)
    said = words or f"{_LABELS[part.name]} {sign} {_shown(part.name, number)}"
    return passes, said, Part(part.name, sign, float(number))


def _usual(known: Floats, part: Part) -> tuple[str, float, str]:
    """The sign, number and words of a part for which the person named no number."""
    if part.name == "nrr":
        return ">=", 1.0, "pays after a year at least what it paid at first"
    if part.name == "nps":
        return ">=", PROMOTER, "a promoter (9 or 10)"
    if part.name == "value":
        number = float(np.quantile(known, 2 / 3))
        return ">=", number, f"earned us {number:,.0f} or more a year (the best third)"
    number = float(np.median(known))
    if part.name == "cycle":
        return "<=", number, f"signed within {number:,.0f} days (the quicker half)"
    return ">=", number, f"{_LABELS[part.name]} from {_shown(part.name, number)} (the larger half)"


def _kept(months: Floats, part: Part, evidence: Evidence) -> tuple[Floats, str, Part]:
    """Who stayed so long, left before, or has not been here for so long."""
    least = part.number if part.sign else KEPT_MONTHS
    ended = _spread(np.where(np.isfinite(evidence.months), evidence.ended.astype(float), np.nan), evidence) == 1
    left_soon, stayed = ended & (months < least), months >= least
    if part.sign.startswith("<"):
        left_soon, stayed = stayed, left_soon
    passes = np.where(stayed, 1.0, np.where(left_soon, 0.0, np.nan))
    # who is still here and was not seen for so long may yet leave; and of those who began since, only those who left
    # already would be known: none of them counts, whatever became of it
    young = evidence.started.astype("datetime64[D]") > _before(evidence, least)
    passes = np.where(np.isfinite(months) & ~young, passes, np.nan)
    year = "a year" if least == KEPT_MONTHS else f"{least:,.0f} months"
    words = "left before" if part.sign.startswith("<") else "still a customer after"
    return passes, f"{words} {year}", part if part.sign else Part("retention", ">=", KEPT_MONTHS)


_LABELS = {
    "nrr": "NRR",
    "nps": "answer to the survey",
    "margin": "margin",
    "cycle": "days to sign",
    "deal_size": "contract value",
    "value": "earned a year",
}

_REMEDIES = {
    "retention": "Add an export of subscriptions with the day each began and ended.",
    "nrr": "Add subscriptions with arr_start and arr_current, or their changes, or expansion and renewal deals; a "
    "customer counts once it has been followed for twelve months.",
    "nps": "Add an export of survey answers: account, day, 0 to 10.",
    "margin": "Add tickets with their cost (or hours, and cost_per_hour in company.yaml), or a gross margin for each "
    "subscription.",
    "cycle": "Add the day on which each deal was opened and closed.",
    "deal_size": "Add the amount of each deal.",
    "value": "Add the amount of each deal, or what each subscription pays a year.",
    "win_rate": "Add deals with their outcome.",
}  # fmt: skip


def _nothing_of(name: str) -> str:
    wanted = {
        "retention": "how long customers stayed",
        "nrr": "what customers pay a year later",
        "nps": "what customers answered to a survey",
        "margin": "what is left of a customer's revenue",
        "cycle": "how long it took to sign",
    }.get(name, "what a contract is worth")
    return f"Nothing in the records tells {wanted}"


def _shown(name: str, number: float) -> str:
    return f"{100 * number:g}%" if name in ("nrr", "margin") else f"{number:,.0f}"

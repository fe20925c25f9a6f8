"""What must not be learned from: facts filled in after the outcome, known only where we worked, constant, or free text.

Four tests find leakage without being told. Open deals: a fact known at the opening is as common among deals still open
as in the mix of won and lost that they will become; one filled in after winning is as rare there as among the lost.
History: filled in after closing. Age: known the more often the longer somebody is a customer (both in
`filled_later.py`). And: a value that is almost only ever present on deals of one outcome.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr, xlog1py, xlogy

from idealfit.evidence.fact import coded
from idealfit.evidence.table import Evidence, Fact, Flags
from idealfit.patterns.candidate import MIN_ACCOUNTS
from idealfit.patterns.computed import refuse_by_name
from idealfit.patterns.filled_later import filled_after_closing, grows_with_age
from idealfit.patterns.lifecycle import follows_a_sale
from idealfit.patterns.sides import Sides, sides_in
from idealfit.records.attribute import COMPANIONS, KNOWN, AttributeInfo, Level, is_nameless

Seen = Literal["list", "call", "us"]

FAR_COMMONER, COMMONER = 6.0, 3.0
"""How many times as common on one outcome something must be, to be suspected at once, or with more proof."""

ENOUGH_OPEN, ENOUGH_CYCLES = 20, 10
NEARLY_ALL, HARDLY_ANY = 0.8, 0.05

FILLED = "is filled in"

LEAST_PROOF = math.log(3)

LEAK = 4.0
"""The log likelihood ratio at which open deals prove a leak of what is between three and six times as common."""

_LEVEL_REASONS: dict[Level, tuple[str, str]] = {
    "deal": ("deal_level", "it belongs to the deal, not to the company"),
    "after_fact": ("after_outcome", "it exists because of the outcome, or after it"),
    "personal": ("personal", "it is about a person"),
    "identifier": ("identifier", "it names one company"),
}

_OURS = frozenset({"duplicate_of", *(name for name, *_ in COMPANIONS)})
"""Columns that an import adds: nobody asked about them."""

DERIVED = frozenset({"group", "prefix", "tool_count", "growth"})
"""Forms of facts that are made of a column: what is refused in the column is refused in them."""

TOLD_APART = frozenset({"identifier", "constant"})
"""Why a column may be refused and what is made of it not: too many values, or one today, say nothing of it."""


NO_NAME = (
    "It has no name, so nobody could check a criterion made of it: a header line, or a mapping, says what it is "
    "(--keep uses it all the same)"
)


@dataclass(frozen=True)
class Rejected:
    """A column or event that is not a candidate, why (a word of DESIGN §6) and the proof in words and numbers."""

    attribute: str
    reason: str
    proof: str


@dataclass(frozen=True)
class Admitted:
    """The facts to search, by who can see them: `listed` can be scored, `called` are questions for the call; the rest
    refused.
    """

    listed: tuple[Fact, ...]
    called: tuple[Fact, ...]
    rejected: tuple[Rejected, ...]

    @property
    def unnamed(self) -> int:
        """How many columns nobody named."""
        return len({one.attribute for one in self.rejected if one.reason == "unnamed"})


def refuse_columns(attributes: Mapping[str, AttributeInfo], keep: Iterable[str] = ()) -> tuple[Rejected, ...]:
    """The account columns refused for their level or by name, before any number is looked at."""
    kept = {name.lower() for name in keep}
    refused = []
    for name, info in attributes.items():
        if info.source_name is None and _is_ours(name, attributes):
            continue
        if name.lower() in kept or (info.source_name or "").lower() in kept:
            continue
        own = info.source_name or name
        if _unnamed(info):
            refused.append(Rejected(own, "unnamed", NO_NAME))
        elif named := _refused_by_name(name, info):
            reason, why = named
            refused.append(Rejected(own, reason, f"Refused by name: {why}"))
        elif info.level != "account":
            reason, why = _LEVEL_REASONS[info.level]
            refused.append(Rejected(own, reason, f"Refused by its level: {why}"))
    return tuple(refused)


def _unnamed(info: AttributeInfo) -> bool:
    """Whether a file without a header, or a blank in it, gave the column no name, and no mapping a name or a label."""
    if info.name in KNOWN or not is_nameless(info.source_name or info.name):
        return False
    return is_nameless(info.label.replace(" ", "_"))


def _is_ours(name: str, attributes: Mapping[str, AttributeInfo]) -> bool:
    """Whether an import added the column: an original, a companion, or the ends of a column of ranges."""
    ends = name.endswith(("_low", "_high")) and name.removesuffix("_low").removesuffix("_high") in attributes
    return name in _OURS or ends or name.endswith(" (as in file)")


def _refused_by_name(name: str, info: AttributeInfo) -> tuple[str, str] | None:
    """Canonical columns are never refused by name: their meaning is known."""
    return None if name in KNOWN else refuse_by_name(info.source_name or name, info.type)


def admit(evidence: Evidence, attributes: Mapping[str, AttributeInfo], keep: Iterable[str] = ()) -> Admitted:
    """Sort the facts of `evidence` into those to score, those to ask for, and those refused with their proof."""
    kept = {name.lower() for name in keep}
    rejected = list(refuse_columns(attributes, keep))
    refused_names = {
        name
        for name, info in attributes.items()
        if any(one.attribute == (info.source_name or name) for one in rejected)
    }
    pool = pool_of(evidence)
    listed: list[Fact] = []
    called: list[Fact] = []
    fates: dict[str, str] = {}
    for fact in evidence.facts:
        if fact.name in refused_names or (fact.form in DERIVED and fact.column in refused_names):
            continue
        fate = fates.get(fact.column or "") if fact.form in DERIVED else None
        if fate is not None and fate not in TOLD_APART:
            # what is made of a column goes where the column went
            {"listed": listed, "called": called}.get(fate, []).append(fact)
            continue
        if fact.name.lower() in kept or own_name(fact).lower() in kept:
            listed.append(fact)
            fates[fact.name] = "listed"
            continue
        problem = (
            _lifecycle(fact)
            or _identifier(fact, evidence)
            or _unwritable(fact)
            or _own_effort(fact)
            or leak(fact, evidence, pool)
            or _constant(fact, evidence)
        )
        if problem is not None:
            rejected.append(Rejected(own_name(fact), *problem))
            fates[fact.name] = problem[0]
        elif known_only_where_worked(fact):
            called.append(fact)
            fates[fact.name] = "called"
        else:
            listed.append(fact)
            fates[fact.name] = "listed"
    return Admitted(tuple(listed), tuple(called), tuple(rejected))


def own_name(fact: Fact) -> str:
    """The column's own name: its header in the source; of an event or activity, its type."""
    if fact.kind == "event":
        return fact.info.name
    return fact.info.source_name or fact.name


def _lifecycle(fact: Fact) -> tuple[str, str] | None:
    if fact.kind != "event":
        return None
    if follows_a_sale(fact.info.label):
        return "after_outcome", "Events of this kind follow a sale, they do not announce one"
    return None


def _unwritable(fact: Fact) -> tuple[str, str] | None:
    if fact.kind != "list" or (fact.column or fact.name).lower() == "tech":
        return None
    return "unsupported", "A criterion can speak of a list only where it is the list of tools in use (tech)"


def _identifier(fact: Fact, evidence: Evidence) -> tuple[str, str] | None:
    if fact.kind != "category" or not fact.known.any():
        return None
    known = fact.known
    accounts = len(np.unique(evidence.account[known]))
    every, codes = coded(fact)
    counts = np.bincount(codes[known], minlength=len(every))
    levels, counts = [level for level, count in zip(every, counts, strict=True) if count], counts[counts > 0]
    shared = _accounts_by_level(fact, evidence)
    if accounts >= 20 and len(levels) > 0.5 * accounts and not np.any(shared >= MIN_ACCOUNTS):
        return "identifier", f"{len(levels):,} different values on {accounts:,} accounts: it names companies"
    if len(levels) > 20 and float(np.mean([len(level) for level in levels])) > 60:
        return "identifier", f"Free text: {len(levels):,} different values, {int(np.mean(counts))} times each"
    return None


def _accounts_by_level(fact: Fact, evidence: Evidence) -> NDArray[np.int64]:
    known = fact.known
    levels, codes = coded(fact)
    pairs = np.unique(evidence.account[known] * np.int64(len(levels)) + codes[known])
    return np.bincount(pairs % len(levels), minlength=len(levels))


def _constant(fact: Fact, evidence: Evidence) -> tuple[str, str] | None:
    if not fact.known.any():
        return "constant", f"It is empty on all {sides_in(evidence).rows}"
    if fact.kind == "list":
        return None
    if fact.kind == "event":
        return None if np.any(fact.values[fact.known] > 0) else ("constant", "It never happened before a deal opened")
    distinct = np.unique(
        coded(fact)[1][fact.known] if fact.kind == "category" else fact.values[fact.known].astype(float)
    )
    if len(distinct) > 1:
        return None
    return "constant", f"It has one value, on {len(np.unique(evidence.account[fact.known])):,} accounts"


def _own_effort(fact: Fact) -> tuple[str, str] | None:
    """A column that says the same of all accounts that nobody worked, and differs where somebody did, counts our own
    work.
    """
    if fact.varied_worked is None or fact.varied_unworked is None:
        return None
    if fact.varied_unworked > 0.02 or fact.varied_worked < 0.15:
        return None
    return (
        "self_caused",
        f"It differs from its usual value on {fact.varied_worked:.0%} of the accounts that were worked and on "
        f"{fact.varied_unworked:.1%} of those never worked: our own effort moves it",
    )


def known_only_where_worked(fact: Fact) -> bool:
    """Whether today's value is known almost only for accounts that somebody worked: a fifth or less as often
    elsewhere.
    """
    if fact.fill_worked is None or fact.fill_unworked is None:
        return False
    return fact.fill_unworked < 0.2 * fact.fill_worked


@dataclass(frozen=True)
class Pool:
    """The deals that tell a fact from a leak: won, lost, and those open for no longer than deals usually are, with the
    share of these that will be won.
    """

    won: Flags
    lost: Flags
    opened: Flags
    base: float


def pool_of(evidence: Evidence) -> Pool:
    """The pool of the evidence. What is long decided in all but name looks like the lost and is left out; among open
    deals, those that take longer to close are met more often than among closed ones (length bias).
    """
    won, lost, opened = (evidence.outcome == value for value in (1, 0, -1))
    base = float(won.sum()) / max(float((won | lost).sum()), 1.0)
    cycles = [evidence.cycle_days[rows & np.isfinite(evidence.cycle_days)] for rows in (won, lost)]
    if min(len(each) for each in cycles) < ENOUGH_CYCLES:
        return Pool(won, lost, opened, base)
    longest = float(np.quantile(np.concatenate(cycles), 0.95))
    age = (np.datetime64(evidence.as_of, "D") - evidence.opened.astype("datetime64[D]")).astype(float)
    fresh = opened & ~np.isnat(evidence.opened) & (age <= longest)
    open_won, open_lost = base * (float(cycles[0].mean()) + 1), (1 - base) * (float(cycles[1].mean()) + 1)
    enough = int(fresh.sum()) >= ENOUGH_OPEN
    return Pool(won, lost, fresh if enough else opened, open_won / max(open_won + open_lost, 1e-9))


def leak(fact: Fact, evidence: Evidence, pool: Pool | None = None) -> tuple[str, str] | None:
    """Leakage in a fact, as (reason, proof): in its history, in its being filled in, in each of its values. None when
    clean.
    """
    if fact.kind != "event" and (proof := filled_after_closing(evidence.filled.get(fact.name.lower()))):
        return "leakage", proof
    if not fact.known.any() or (fact.dated and fact.kind == "event"):
        return None
    indicators = [*_indicators(fact), *_above(fact, evidence)]
    pool = pool or pool_of(evidence)
    # a fact with many values is looked at many times: luck must be ruled out for all of them together
    strict, sides = LEAK + math.log(len(indicators)), sides_in(evidence)
    for inside, words in indicators:
        proof = _leaking(inside, words, evidence.account, pool, strict, sides)
        if proof:
            return "leakage", proof
    if proof := grows_with_age(fact, evidence):
        return "leakage", proof
    return None


def _indicators(fact: Fact) -> list[tuple[Flags, str]]:
    made: list[tuple[Flags, str]] = []
    if not fact.known.all():
        made.append((fact.known, FILLED))
    if fact.kind == "category":
        levels, codes = coded(fact)
        counts = np.bincount(codes[fact.known], minlength=len(levels))
        made.extend(
            (codes == place, f"is '{fact.spelling.get(levels[place], levels[place])}'")
            for place in np.argsort(-counts, kind="stable")[:40]
            if counts[place]
        )
    elif fact.kind in ("boolean", "role"):
        made.append((fact.known & (fact.values == 1), "is yes"))
        made.append((fact.known & (fact.values == 0), "is no"))
    elif fact.kind == "number":
        values = np.where(fact.known, fact.values.astype(float), np.nan)
        distinct, counts = np.unique(values[fact.known], return_counts=True)
        common = float(distinct[np.argmax(counts)])
        if counts.max() > 0.2 * counts.sum():
            made.append((fact.known & (values != common), f"is another number than {common:g}"))
    elif fact.kind == "list":
        tools: dict[str, int] = {}
        for row in np.flatnonzero(fact.known):
            for tool in fact.values[row]:
                tools[tool] = tools.get(tool, 0) + 1
        for tool in sorted(tools, key=lambda tool: (-tools[tool], tool))[:60]:
            has = np.array([value is not None and tool in value for value in fact.values], dtype=bool)
            made.append((has, f"has '{fact.spelling.get(tool, tool)}'"))
    return made


def _above(fact: Fact, evidence: Evidence) -> list[tuple[Flags, str]]:
    """Of a number, 'is at least' the tenth that tells won deals from lost ones best: what counts up after winning."""
    closed = fact.known & (evidence.outcome >= 0)
    if fact.kind != "number" or not closed.any():
        return []
    values = np.where(fact.known, fact.values.astype(float), np.nan)
    cuts = np.unique(np.quantile(values[closed], np.linspace(0.1, 0.9, 9)))
    won = evidence.outcome == 1
    lost = evidence.outcome == 0
    apart = [
        abs(float(np.mean(values[fact.known & won] >= cut)) - float(np.mean(values[fact.known & lost] >= cut)))
        if (fact.known & won).any() and (fact.known & lost).any()
        else 0.0
        for cut in cuts
    ]
    best = float(cuts[int(np.argmax(apart))])
    return [(fact.known & (values >= best), f"is {best:g} or more")]


def _leaking(
    inside: Flags, words: str, account: NDArray[np.int64], pool: Pool, strict: float, sides: Sides
) -> str | None:
    """The proof that an indicator was set after the outcome, or None.

    It must be far commoner on one outcome than on the other, and then open deals must look like the outcome that lacks
    it (`strict`: how much likelier, as a logarithm, where it is not six times as common); without enough open deals it
    must be almost only ever present on one outcome.
    """
    won, lost, opened = pool.won, pool.lost, pool.opened
    n_won, n_lost, n_open = int(won.sum()), int(lost.sum()), int(opened.sum())
    if n_won < 10 or n_lost < 10:
        return None
    won_in, lost_in, open_in = (int(inside[rows].sum()) for rows in (won, lost, opened))
    share_won, share_lost = won_in / n_won, lost_in / n_lost
    high, low = max(share_won, share_lost), min(share_won, share_lost)
    if high < 0.05 or low > high / COMMONER or max(won_in, lost_in) < 8:
        return None
    needed = _needed(won_in, lost_in, n_won, n_lost) if low <= high / FAR_COMMONER else strict
    if int(np.unique(account[inside & (won | lost)]).size) < MIN_ACCOUNTS:
        return None
    counts = f"It {words} on {won_in:,} of {n_won:,} {sides.good} and {lost_in:,} of {n_lost:,} {sides.bad}"
    counted = (n_won, n_lost, open_in, n_open)
    expected, verdict = among_open(share_won, share_lost, *counted, base=pool.base, surely=needed)
    if verdict == "leak":
        return (
            f"{counts}, and on {open_in:,} of {n_open:,} open ones, where a fact known at the opening would be on "
            f"about {expected:,}"
        )
    alone = low <= 0.02 and max(won_in, lost_in) / (won_in + lost_in) >= 0.97 and high >= 0.2
    # of a trait with which few buy, few wins may hold none by luck
    alone = alone and (words == FILLED or share_won > share_lost or not _rarely_bought(won_in, lost_in, n_won, n_lost))
    # no company's own trait is written down for one outcome alone, whatever open deals hold
    noted = words == FILLED and low <= 0.05 and low <= high / 10 and high >= 0.3
    # nor does one tell nearly every win from nearly every loss: few open deals cannot say so by themselves
    telling = high >= NEARLY_ALL and low <= HARDLY_ANY
    if ((alone or telling) and verdict == "open") or noted:
        return f"{counts}: almost only ever present on one outcome"
    return None


def _rarely_bought(won_in: int, lost_in: int, n_won: int, n_lost: int) -> bool:
    """Whether a trait that lowers the odds of winning to a sixth, as a rival's tool may, is on so few wins as often as
    once in twenty times.
    """
    odds = n_won / n_lost / FAR_COMMONER
    return float(bdtr(won_in, won_in + lost_in, odds / (1 + odds))) > 0.05


def _needed(won_in: int, lost_in: int, n_won: int, n_lost: int) -> float:
    """How much likelier open deals must make a leak (a logarithm): 20 times, and the less the more times as common
    something is on won deals than on lost ones, for the rarer is such a trait; three times at least. What is common on
    lost deals alone may be a rival's, and keeps the full proof.
    """
    times = (won_in / n_won) / ((lost_in + 0.5) / n_lost)
    return max(LEAST_PROOF, 3.0 - math.log(times / FAR_COMMONER)) if times > FAR_COMMONER else 3.0


def among_open(
    share_won: float,
    share_lost: float,
    n_won: int,
    n_lost: int,
    open_in: int,
    n_open: int,
    *,
    base: float | None = None,
    surely: float = 3.0,
) -> tuple[int, Literal["leak", "fact", "open"]]:
    """What open deals say: how many a fact would be on, and whether they look like a leak, a fact, or leave it open.

    `base` is the share of them that will be won (that of the closed where nobody says). The two are told apart when one
    is e³ = 20 times as likely as the other (binomial likelihoods), or `surely` to be called a leak.
    """
    base = n_won / (n_won + n_lost) if base is None else base
    mixed = base * share_won + (1 - base) * share_lost
    # none among 400 lost deals could still be 1 in 800: keep the two likelihoods comparable
    rare = max(min(share_won, share_lost), 0.5 / max(n_lost, n_won))
    expected = round(mixed * n_open)
    if n_open < ENOUGH_OPEN or mixed - rare <= 0.01:
        return expected, "open"
    if_rare, if_mixed = (xlogy(open_in, share) + xlog1py(n_open - open_in, -share) for share in (rare, mixed))
    difference = float(if_rare - if_mixed)
    return expected, "leak" if difference > surely else "fact" if difference < -3.0 else "open"

"""Candidates: the sets of accounts that could be a criterion, for each fact, and how each is written as a predicate.

A fact is cut into bins once. A candidate is a set of bins: for a number every interval, for a category single levels
and (in `search`) every prefix of the levels in order of their effect, for an event every window and some counts.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from idealfit.evidence.fact import WINDOWS, Codes, Fact, Floats, coded
from idealfit.evidence.group_facts import OTHER
from idealfit.patterns.writing import event_predicate, flag_predicate, interval_predicate, levels_predicate
from idealfit.profile.predicate import And, Not, Predicate

MAX_BINS = 16
MAX_LEVELS = 40
MAX_TOOLS = 150
MOST_CELLS = 20_000_000
"""Accounts times bins up to which a table of them is quicker than sorting."""
MIN_ACCOUNTS = 5

Ints: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True)
class Binned:
    """One searchable fact: `bins` gives each row its bin (-1 unknown); `members` is a matrix of candidates by bins (1
    = in).

    `key` is unique: the fact's name, and for a list its tool ('tech:okta'). `shape` says how sets are formed and
    written; `edges` (numbers: the least value of each bin and the greatest of the last), `levels` (categories).
    `gaps`, where candidates differ in what is unknown, is a matrix like `members`: 1 where the candidate is unknown in
    a bin (events: nothing is seen in a window that begins before the first record). `parts`, of a pair, are the two
    sets of which both hold. `numbers`: of a number, each row's value on a scale of its own (NaN unknown), for what the
    cuts do not say.
    """

    key: str
    fact: Fact
    shape: Literal["interval", "levels", "flag", "event", "pair"]
    bins: Ints
    size: int
    members: Floats
    edges: tuple[tuple[float, float], ...] = ()
    levels: tuple[str, ...] = ()
    windows: tuple[tuple[int | None, int], ...] = ()
    gaps: Floats | None = None
    parts: tuple[Candidate, ...] = ()
    numbers: Floats | None = None

    def alone(self, index: int) -> Candidate:
        """The candidate of one row of `members`."""
        gaps = () if self.gaps is None else tuple(int(bin_) for bin_ in np.flatnonzero(self.gaps[index]))
        return Candidate(self, tuple(int(bin_) for bin_ in np.flatnonzero(self.members[index])), gaps)

    def take(self, rows: Ints) -> Binned:
        """The same fact for some of the rows."""
        return replace(self, bins=self.bins[rows], numbers=None if self.numbers is None else self.numbers[rows])


def same_trait(one: Binned, other: Binned) -> bool:
    """Whether two speak of one trait at different levels: a country and its region, growth over two windows, an event
    and one detail of it, a tool and the kind of tools that it is one of.
    """
    first, second = one.fact, other.fact
    if one.shape == "pair" or other.shape == "pair" or first.kind != second.kind:
        return False
    if first.kind == "list":
        return bool(_tools_of(one) & _tools_of(other))
    if first.kind == "event":
        return first.form == second.form and first.info.name.lower() == second.info.name.lower()
    levels = {first.form, second.form} <= {"column", "group", "prefix"} or first.form == second.form
    return levels and (first.column or first.name) == (second.column or second.name)


def _tools_of(binned: Binned) -> frozenset[str]:
    member = binned.key.removeprefix(f"{binned.fact.name}:")
    return frozenset(binned.fact.groups.get(member, (member,)))


@dataclass(frozen=True)
class Candidate:
    """A set of bins of one fact; in the bins of `gaps` it is unknown."""

    binned: Binned
    chosen: tuple[int, ...]
    gaps: tuple[int, ...] = ()

    def mask(self) -> Floats:
        """1 in the set, 0 outside, NaN where unknown; one value an evidence row."""
        of_bin = np.zeros(self.binned.size + 1)
        of_bin[list(self.chosen)] = 1.0
        of_bin[[-1, *self.gaps]] = np.nan  # the last stands for bin -1
        return of_bin[self.binned.bins]

    @property
    def key(self) -> str:
        """The key of its fact."""
        return self.binned.key

    def complement(self) -> Candidate:
        """Everything known that is not in the set."""
        left = tuple(bin_ for bin_ in range(self.binned.size) if bin_ not in (*self.chosen, *self.gaps))
        return Candidate(self.binned, left, self.gaps)

    def over(self, facts: Mapping[str, Binned]) -> Candidate:
        """The same set of other rows: `facts` are the searchable forms there, by their keys."""
        if self.binned.shape == "pair":
            one, other = (part.over(facts) for part in self.binned.parts)
            return replace(both(one, other), chosen=self.chosen)
        return replace(self, binned=facts[self.key])

    def predicate(self) -> Predicate:
        """The candidate in the profile language."""
        return _predicate(self)


def both(one: Candidate, other: Candidate) -> Candidate:
    """The pair: true where both hold, false where either does not, else unknown. It bears the name of the first."""
    first, second = one.mask(), other.mask()
    either_not = (first == 0) | (second == 0)
    bins = np.where(either_not, 0, np.where((first == 1) & (second == 1), 1, -1)).astype(np.int64)
    info = one.binned.fact.info
    label = f"{info.label} together with {other.binned.fact.info.label}"
    fact = replace(
        one.binned.fact,
        name=f"{one.key} & {other.key}",
        kind="boolean",
        values=np.where(bins < 0, np.nan, bins.astype(float)),
        known=bins >= 0,
        info=replace(info, label=label, source_name=info.source_name or info.name),
    )
    pair = Binned(fact.name, fact, "pair", bins, 2, np.array([[0.0, 1.0]]), parts=(one, other))
    return Candidate(pair, (1,))


def bin_fact(fact: Fact, account: Ints) -> tuple[Binned, ...]:
    """The searchable forms of a fact; none where nothing in it is shared by five accounts with five others beside."""
    made: list[Binned | None] | list[Binned]
    match fact.kind:
        case "number":
            made = _bin_number(fact, account)
        case "category":
            made = _bin_category(fact, account)
        case "boolean" | "role":
            made = [_flag(fact.name, fact, fact.values == 1, fact.known)]
        case "list":
            made = _bin_list(fact, account)
        case "event":
            made = [_bin_event(fact)]
    return tuple(binned for binned in made if binned is not None and _has_contrast(binned, account))


def _has_contrast(binned: Binned, account: Ints) -> bool:
    known = binned.bins >= 0
    counts = accounts_by_bin(account[known], binned.bins[known], binned.size)
    if binned.shape == "levels":
        return int(np.sum(counts >= MIN_ACCOUNTS)) >= 2
    inside = binned.members @ counts
    known_counts = counts.sum() if binned.gaps is None else (1 - binned.gaps) @ counts
    return bool(np.any((inside >= MIN_ACCOUNTS) & (known_counts - inside >= MIN_ACCOUNTS)))


def _flag(key: str, fact: Fact, inside: NDArray[np.bool_], known: NDArray[np.bool_]) -> Binned:
    bins = np.where(known, inside.astype(np.int64), -1)
    return Binned(key, fact, "flag", bins, 2, np.array([[0.0, 1.0]]))


def _bin_number(fact: Fact, account: Ints) -> list[Binned]:
    """Quantile bins at round numbers over accounts; the values themselves where there are few; never within a range
    that a value was read from.
    """
    known = fact.known
    if int(known.sum()) < 2 * MIN_ACCOUNTS:
        return []
    first = np.unique(account[known], return_index=True)[1]
    sample = np.asarray(fact.values[known], dtype=float)[first]
    distinct = np.unique(np.asarray(fact.values[known], dtype=float))
    if len(distinct) < 2:
        return []
    if len(distinct) <= MAX_BINS:
        starts = distinct
    else:
        cuts = np.quantile(sample, np.linspace(0, 1, MAX_BINS + 1)[1:-1])
        whole = bool(np.all(distinct == np.round(distinct)))
        starts = np.unique([distinct[0], *[_round_number(float(cut), whole) for cut in cuts]])
        starts = starts[(starts >= distinct[0]) & (starts <= distinct[-1])]
    if fact.bands:
        starts = np.unique([_between_bands(float(start), fact.bands) for start in starts])
        starts = starts[starts <= distinct[-1]]
    values = np.asarray(fact.values, dtype=float)
    bins = np.where(known, np.searchsorted(starts, np.where(known, values, starts[0]), side="right") - 1, -1)
    bins = np.where(known, np.maximum(bins, 0), -1)
    size = len(starts)
    members = np.array(
        [
            [1.0 if low <= index <= high else 0.0 for index in range(size)]
            for low in range(size)
            for high in range(low, size)
            if not (low == 0 and high == size - 1)
        ]
    )
    if not len(members):
        return []
    ends = np.append(starts[1:], distinct[-1])
    edges = tuple((float(start), float(end)) for start, end in zip(starts, ends, strict=True))
    scaled = np.where(known, np.sign(values) * np.log1p(np.abs(values)), np.nan)
    return [Binned(fact.name, fact, "interval", bins.astype(np.int64), size, members, edges=edges, numbers=scaled)]


def _between_bands(cut: float, bands: Sequence[tuple[float, float, float]]) -> float:
    """A cut that no range has on both sides: the beginning of the range that it lies in, or of the next one."""
    for middle, low, high in bands:
        if low < cut <= high:
            return low if cut <= middle else min((first for _m, first, _l in bands if first > middle), default=cut)
    return cut


def _round_number(value: float, whole: bool) -> float:
    """A cut that people say: two significant digits (three for years and the like), whole where all values are."""
    if value == 0:
        return 0.0
    digits = 4 if whole and 1900 <= abs(value) <= 2100 else 2
    step = 10.0 ** (math.floor(math.log10(abs(value))) - digits + 1)
    rounded = round(value / step) * step
    return float(round(rounded)) if whole else float(round(rounded, 6))


def _bin_category(fact: Fact, account: Ints) -> list[Binned]:
    """One bin a level held by five accounts or more, at most forty; the rest are one bin that is never a candidate
    alone.
    """
    levels, codes = coded(fact)
    known = np.flatnonzero(codes >= 0)
    if len(levels) < 2 or not len(known):
        return []
    counts = accounts_by_bin(account[known], codes[known], len(levels))
    order = np.lexsort((np.arange(len(levels)), -counts))
    kept = [int(index) for index in order if counts[index] >= MIN_ACCOUNTS and levels[index] != OTHER][:MAX_LEVELS]
    if not kept:
        return []
    position = np.full(len(levels) + 1, len(kept))
    position[kept] = np.arange(len(kept))
    position[-1] = -1
    rest = bool(np.any(position[codes[known]] == len(kept)))
    size = len(kept) + int(rest)
    members = np.zeros((len(kept), size))
    members[:, : len(kept)] = np.eye(len(kept))
    names = tuple(levels[index] for index in kept)
    return [Binned(fact.name, fact, "levels", position[codes].astype(np.int64), size, members, levels=names)]


def accounts_by_bin(account: Ints, bins: Ints | Codes, size: int) -> Ints:
    """How many accounts each bin (0 and more) holds."""
    pairs = account.astype(np.int64) * size + bins
    cells = (int(account.max(initial=0)) + 1) * size
    if cells > MOST_CELLS:
        counted: Ints = np.bincount(np.unique(pairs) % size, minlength=size)
        return counted
    seen = np.zeros(cells, dtype=bool)
    seen[pairs] = True
    counts: Ints = np.sum(seen.reshape(-1, size), axis=0, dtype=np.int64)
    return counts


def _bin_list(fact: Fact, account: Ints) -> list[Binned]:
    """One flag a tool held by five accounts or more, known wherever the list is not empty.

    Not of a tool whose absence says nothing, since the list's source hardly reports it.
    """
    rows_of: dict[str, list[int]] = {}
    for row in np.flatnonzero(fact.known).tolist():
        for tool in fact.values[row]:
            rows_of.setdefault(tool, []).append(row)
    holders = {
        tool: len(np.unique(account[rows]))
        for tool, rows in rows_of.items()
        if fact.covered is None or tool in fact.covered
    }
    tools = sorted(
        (tool for tool, count in holders.items() if count >= MIN_ACCOUNTS), key=lambda one: (-holders[one], one)
    )
    made = []
    for tool in tools[:MAX_TOOLS]:
        inside = np.zeros(len(fact.values), dtype=bool)
        inside[rows_of[tool]] = True
        made.append(_flag(f"{fact.name}:{tool}", fact, inside, fact.known))
    return made


def _bin_event(fact: Fact) -> Binned | None:
    """Candidates 'at least k in the last n days' (or 'ahead'); rows with the same answers to all share a bin."""
    wanted: list[tuple[int | None, int]] = [(days, 1) for days in WINDOWS]
    if fact.form != "upcoming":
        wanted += [(60, 2), (60, 3), (90, 2), (180, 2), (180, 3)]
        if fact.values.shape[1] > len(WINDOWS):
            wanted.append((None, 1))
    column: dict[int | None, int] = {days: index for index, days in enumerate(WINDOWS)} | {None: len(WINDOWS)}
    rows = np.flatnonzero(fact.known)
    counts = [(fact.values[rows, column[days]], least) for days, least in wanted]
    # 1 yes, 0 no, -1 unknown: nothing is seen in a window of which a part lies before the first record
    answers = np.stack([np.where(np.isnan(seen), -1, seen >= least).astype(np.int8) for seen, least in counts], 1)
    keys = (answers.astype(np.int64) + 1) @ (3 ** np.arange(len(wanted), dtype=np.int64))
    _keys, first, codes = np.unique(keys, return_index=True, return_inverse=True)
    patterns = answers[first]
    used = [index for index in range(len(wanted)) if {0, 1} <= set(patterns[:, index].tolist())]
    if not used:
        return None
    bins = np.full(len(fact.values), -1, dtype=np.int64)
    bins[rows] = codes.reshape(-1)
    said = patterns[:, used].T
    windows = tuple(wanted[index] for index in used)
    gaps = (said < 0).astype(float)
    return Binned(fact.name, fact, "event", bins, len(patterns), (said == 1).astype(float), windows=windows, gaps=gaps)


def _predicate(candidate: Candidate) -> Predicate:
    binned, chosen = candidate.binned, candidate.chosen
    match binned.shape:
        case "interval":
            return interval_predicate(binned.fact, binned.edges, chosen)
        case "levels":
            return levels_predicate(binned.fact, binned.levels, chosen)
        case "event":
            return _event(binned, chosen, candidate.gaps)
        case "pair":
            said: Predicate = And(tuple(part.predicate() for part in binned.parts))
            return said if chosen == (1,) else Not(said)
    return flag_predicate(binned.fact, binned.key, positive=chosen == (1,))


def _event(binned: Binned, chosen: tuple[int, ...], gaps: tuple[int, ...]) -> Predicate:
    for row, (days, least) in enumerate(binned.windows):
        same = binned.alone(row)
        if same.gaps != gaps:
            continue
        if same.chosen == chosen:
            return event_predicate(binned.fact, days, least, positive=True)
        if same.complement().chosen == chosen:
            return event_predicate(binned.fact, days, least, positive=False)
    raise ValueError(f"no window of {binned.fact.name} has these rows")

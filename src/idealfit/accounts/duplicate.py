"""Accounts that are the same company: keys that say so, pairs in four states, and groups that hold no contradiction.

Parents and subsidiaries are not duplicates; neither are two companies of one name with two domains, or the houses of a
franchise. A pair is `same` (merged), `probably same` and `cannot tell` (for a person to say) or `different`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from idealfit.accounts.name_difference import DIFFERENT_MARKS, are_apart, difference

State = Literal["same", "probably same", "cannot tell", "different"]
STATES: tuple[State, ...] = ("same", "probably same", "cannot tell", "different")
MERGE_ABOVE = 0.99
"""The probability above which a pair is merged without asking; a person may set another."""
SURE = 0.9999
"""What two rows that share a key are given: nothing is certain, and a decision may undo it."""
_ALMOST = 0.5
_MANY_ROWS = 5
_MANY_PLACES = 3
"""More rows of one name than this, in at least so many places, are the houses of a franchise until somebody says no."""
_LARGEST_GROUP = 50
EVIDENCE = "likeness"
"""What `by` says of a pair that no key but the sum of its evidence proposes."""
BY_LIST = "the list "
"""How a decision begins to say by whom it is, where a list of merges and no person made it."""
NAMES_ONLY = "nothing but the names is alike"
"""What holds a pair back that shares no domain, phone, number, address or whole name."""
_ONE_WORD = 0.95
"""What two rows of one name are given where that name is a single word and nothing else is known of both."""


@dataclass(frozen=True, slots=True)
class Company:
    """An account, made comparable (see `identity`). `filled` counts its known cells: the fullest row survives."""

    account_id: str
    filled: int
    norm: str | None
    kin: str | None
    digits: str | None
    domain: str | None
    country: str | None
    city: str | None
    number: str | None
    parent_id: str | None
    registrations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """Two accounts that may be one company, `account_a` < `account_b`. `by` is the rule that proposes it, `why` what
    agrees and what does not, `held` why it is not merged although it looks alike."""

    account_a: str
    account_b: str
    state: State
    probability: float
    by: str
    why: str
    held: str | None = None
    decided_by: str | None = None


@dataclass(frozen=True, slots=True)
class Merge:
    """`account_id` is the same company as `survivor`, because of `by`."""

    account_id: str
    survivor: str
    by: str
    probability: float


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person said about two accounts, `account_a` < `account_b`."""

    account_a: str
    account_b: str
    state: State
    by: str


@dataclass(frozen=True)
class Resolution:
    """The merges, sorted by id, and every pair that was looked at, the merged ones too."""

    merges: tuple[Merge, ...]
    pairs: tuple[Pair, ...]
    split: int = 0


def ordered(first: str, second: str) -> tuple[str, str]:
    """Two ids in one order."""
    return (first, second) if first < second else (second, first)


def pairs_by_key(companies: Sequence[Company]) -> Iterator[Pair]:
    """Pairs that a key calls the same: registration number; domain and name; name and country. A group gives a star
    around its fullest row, not every pair. Rows of one name that differ elsewhere cannot be told."""
    for number, group in _groups(companies, lambda each: each.registrations):
        kind, _, digits = str(number).partition(":")
        yield from _star(group, "registration number", f"both have {kind} {digits}")
    for _, group in _groups(companies, lambda each: ((each.domain, each.norm),) if each.domain and each.norm else ()):
        why = f"same domain ({group[0].domain}), same name"
        if _is_franchise(group):
            yield from _houses(group, "domain and name", why)
        else:
            yield from _star(group, "domain and name", why)
    for _, group in _groups(companies, lambda each: (each.domain,) if each.domain else ()):
        named = [each for each in group if each.norm]
        if len(named) < len(group) and len({each.norm for each in named}) <= 1:
            yield from _star(group, "domain", f"same domain ({group[0].domain}), a name on one only")
    for _, group in _groups(companies, lambda each: (each.norm,) if each.norm and len(each.norm) > 1 else ()):
        yield from _of_one_name(group)


def _groups(
    companies: Sequence[Company], keys: Callable[[Company], Iterable[Hashable]]
) -> Iterator[tuple[Hashable, list[Company]]]:
    found: dict[Hashable, list[Company]] = defaultdict(list)
    for each in companies:
        for key in keys(each):
            found[key].append(each)
    return ((key, group) for key, group in found.items() if len(group) > 1)


def _fullest(group: Iterable[Company]) -> Company:
    return min(group, key=lambda each: (-each.filled, each.account_id))


def _star(
    group: Sequence[Company], by: str, why: str, *, state: State = "same", probability: float = SURE, held: str = ""
) -> Iterator[Pair]:
    middle = _fullest(group)
    for each in group:
        if each.account_id != middle.account_id:
            one, other = ordered(each.account_id, middle.account_id)
            yield Pair(one, other, state, probability, by, why, held or None)


def _is_franchise(group: Sequence[Company]) -> bool:
    return len(group) > _MANY_ROWS and len({_place(each) for each in group if _place(each)}) >= _MANY_PLACES


def _place(company: Company) -> tuple[str, str] | None:
    return (company.city or "", company.number or "") if company.city or company.number else None


def _houses(group: Sequence[Company], by: str, why: str) -> Iterator[Pair]:
    """Many rows of one name in many places: one house each, and whether they are one company is for a person."""
    cells: dict[object, list[Company]] = defaultdict(list)
    for each in group:
        cells[_place(each), each.country].append(each)
    for cell in cells.values():
        if _place(cell[0]):
            yield from _star(cell, by, f"{why}, same place")
    told = f"{len(group):,} rows of this name in {len({_place(each) for each in group if _place(each)}):,} places"
    yield from _star([_fullest(cell) for cell in cells.values()], by, why, state="cannot tell", probability=_ALMOST,
                     held=told)  # fmt: skip


def _of_one_name(group: Sequence[Company]) -> Iterator[Pair]:
    domains, countries, cities = (
        {value for each in group if (value := getattr(each, name))} for name in ("domain", "country", "city")
    )
    if len(domains) <= 1 and len(countries) <= 1 and len(cities) <= 1:
        where = f"same country ({next(iter(countries))})" if countries else "no country given"
        beside = countries or cities or any(each.number or each.registrations for each in group)
        alone = not beside and " " not in (group[0].norm or "")
        yield from _star(group, "name and country", f"same name, {where}", probability=_ONE_WORD if alone else SURE)
        return
    if not domains and _is_franchise(group):
        yield from _houses(group, "name and country", "same name")
        return
    cells: dict[object, list[Company]] = defaultdict(list)
    for each in group:
        cells[each.domain, each.country, each.city].append(each)
    for (_, country, _), cell in ((key, cell) for key, cell in cells.items() if isinstance(key, tuple) and any(key)):
        yield from _star(cell, "name and country", "same name" + (f", same country ({country})" if country else ""))
    many = [
        f"two {what}" for what, values in (("domains", domains), ("countries", countries), ("cities", cities))
        if len(values) > 1
    ]  # fmt: skip
    yield from _star(
        [_fullest(cell) for cell in cells.values()],
        "name",
        "same name",
        state="cannot tell",
        probability=_ALMOST,
        held=f"one name, {' and '.join(many)}",
    )


@dataclass(slots=True)
class _Group:
    """Accounts that are one company, and what is known of them together."""

    members: list[str]
    names: set[str] = field(default_factory=set)
    kin: set[str] = field(default_factory=set)
    digits: set[str] = field(default_factory=set)
    domains: set[str] = field(default_factory=set)
    countries: set[str] = field(default_factory=set)
    cities: set[str] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)
    parents: set[str] = field(default_factory=set)
    registrations: dict[str, set[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, one: Company) -> _Group:
        group = cls([one.account_id])
        for known, value in (
            (group.names, one.norm), (group.digits, one.digits), (group.domains, one.domain),
            (group.countries, one.country), (group.cities, one.city), (group.numbers, one.number),
            (group.parents, one.parent_id),
        ):  # fmt: skip
            if value:
                known.add(value)
        if one.norm:
            group.kin.add(one.kin or "")
        for entry in one.registrations:
            group.registrations.setdefault(entry.split(":", 1)[0], set()).add(entry)
        return group

    def take(self, other: _Group) -> None:
        """Everything of `other` becomes this group's."""
        self.members += other.members
        for name in ("names", "kin", "digits", "domains", "countries", "cities", "numbers", "parents"):
            getattr(self, name).update(getattr(other, name))
        for kind, entries in other.registrations.items():
            self.registrations.setdefault(kind, set()).update(entries)


def contradiction(one: _Group, other: _Group) -> tuple[str, State] | None:
    """What speaks against two groups being one company, and what they then are; None where nothing does."""
    return next(_contradictions(one, other), None)


def _contradictions(one: _Group, other: _Group) -> Iterator[tuple[str, State]]:
    if not one.parents.isdisjoint(other.members) or not other.parents.isdisjoint(one.members):
        yield "one is the parent of the other", "different"
    shared = one.registrations.keys() & other.registrations.keys()
    if any(one.registrations[kind].isdisjoint(other.registrations[kind]) for kind in shared):
        yield "different registration numbers", "different"
    if one.digits and other.digits and all(are_apart(mine, theirs) for mine in one.digits for theirs in other.digits):
        one_site = shared or not one.domains.isdisjoint(other.domains)
        yield DIFFERENT_MARKS, "cannot tell" if one_site else "different"
    if _apart(one.kin, other.kin):
        words = set(" ".join(one.kin ^ other.kin).split())
        yield f"companies of one group ({', '.join(sorted(words))})", "cannot tell"
    if shared:  # the same number says more than places and domains
        words_of = [{word for name in side.names for word in name.split()} for side in (one, other)]
        if _apart(*words_of):
            yield "one registration number, two names", "cannot tell"
        return
    if _apart(one.domains, other.domains):
        yield "different domains", "cannot tell"
    if one.domains and other.domains:  # one website in several places
        return
    for what, left, right in (
        ("countries", one.countries, other.countries),
        ("cities", one.cities, other.cities),
        ("street numbers", one.numbers, other.numbers),
    ):
        if _apart(left, right):
            yield f"different {what}", "cannot tell"


def _apart(left: set[str], right: set[str]) -> bool:
    return bool(left) and bool(right) and left.isdisjoint(right)


class _Groups:
    """All accounts in groups, which join until something contradicts."""

    def __init__(self, companies: Mapping[str, Company], apart: Iterable[tuple[str, str]]) -> None:
        self.of: dict[str, _Group] = {name: _Group.of(company) for name, company in companies.items()}
        self.by: dict[str, Pair] = {}
        self._apart: dict[str, set[str]] = defaultdict(set)
        for one, other in apart:
            self._apart[one].add(other)
            self._apart[other].add(one)

    def against(self, pair: Pair) -> str | None:
        """What makes the two groups of a pair different companies, whatever a person says."""
        one, other = self.of[pair.account_a], self.of[pair.account_b]
        found = () if one is other else _contradictions(one, other)
        return next((why for why, state in found if state == "different"), None)

    def join(self, pair: Pair, *, force: bool = False) -> tuple[str, State] | None:
        """Join the groups of a pair; or the reason why not, and the state that the pair is then in."""
        one, other = self.of[pair.account_a], self.of[pair.account_b]
        if one is other:
            return None
        if any(not self._apart[name].isdisjoint(other.members) for name in one.members if name in self._apart):
            return "a person said that accounts of these two groups are not to be merged", "cannot tell"
        if not force:
            if (found := contradiction(one, other)) is not None:
                return found
            if pair.by == EVIDENCE and len(one.members) + len(other.members) > _LARGEST_GROUP:
                return f"together more than {_LARGEST_GROUP} rows, by likeness alone", "cannot tell"
        large, small = (one, other) if len(one.members) >= len(other.members) else (other, one)
        for name in small.members:
            self.of[name] = large
        large.take(small)
        for name in (pair.account_a, pair.account_b):
            self.by.setdefault(name, pair)
        return None


def resolve(
    companies: Mapping[str, Company],
    pairs: Iterable[Pair],
    decisions: Iterable[Decision] = (),
    *,
    merge_above: float = MERGE_ABOVE,
) -> Resolution:
    """Merge what is the same, the surest pairs first, as long as no group comes to hold a contradiction.

    `companies` holds every account that a pair or a decision names. A person's decision stands above every rule.
    """
    said = {(one.account_a, one.account_b): one for one in decisions}
    best: dict[tuple[str, str], Pair] = {}
    for pair in pairs:
        key = (pair.account_a, pair.account_b)
        if key not in best or _rank(pair) > _rank(best[key]):
            best[key] = pair
    for key, decision in said.items():
        found = best.get(key) or Pair(*key, decision.state, 0.0, "a person", "decided by hand")
        sure = {"same": 1.0, "different": 0.0}.get(decision.state, found.probability)
        best[key] = replace(found, state=decision.state, probability=sure, held=None, decided_by=decision.by)
    best = {key: _by_names(pair, companies) for key, pair in best.items()}
    groups = _Groups(companies, (key for key, one in said.items() if one.state != "same"))
    looked: list[Pair] = []
    split = 0
    for pair in sorted(
        best.values(), key=lambda each: (each.decided_by is None, -each.probability, each.account_a, each.account_b)
    ):
        if pair.decided_by is not None and pair.state != "same":
            looked.append(pair)
        elif pair.decided_by is not None or (pair.state == "same" and pair.probability >= merge_above):
            against = groups.against(pair) if pair.decided_by is not None else None
            held, state = groups.join(pair, force=pair.decided_by is not None) or (against, "same")
            split += state != "same"
            looked.append(replace(pair, state=state, held=held))
        else:
            looked.append(replace(pair, state="probably same") if pair.state == "same" else pair)
    told = [_settled(pair, groups) for pair in looked]
    return Resolution(
        _merges(companies, groups), tuple(sorted(told, key=lambda each: (each.account_a, each.account_b))), split
    )


def _by_names(pair: Pair, companies: Mapping[str, Company]) -> Pair:
    """A pair that only its names propose, judged by how they differ."""
    one, other = companies[pair.account_a].norm, companies[pair.account_b].norm
    if pair.held != NAMES_ONLY or not one or not other:
        return pair
    found = difference(one, other)
    states: dict[str, State] = {"different": "different", "doubtful": "cannot tell"}
    return replace(pair, state=states[found.kind], held=found.why) if found.kind in states else pair


def _rank(pair: Pair) -> tuple[bool, bool, float]:
    """Of two findings about one pair the one that merges stands, and a sure key before mere likeness."""
    return pair.state == "same", pair.by != EVIDENCE and pair.probability == SURE, pair.probability


def _settled(pair: Pair, groups: _Groups) -> Pair:
    """A pair that other pairs have merged is no question any more; one that its group contradicts is no proposal."""
    if pair.decided_by is not None or pair.state == "same":
        return pair
    one, other = groups.of[pair.account_a], groups.of[pair.account_b]
    if one is other:
        return replace(pair, state="same", held=None)
    if pair.held in (None, NAMES_ONLY) and (found := contradiction(one, other)) is not None:
        return replace(pair, state=found[1], held=found[0])
    return pair


def _merges(companies: Mapping[str, Company], groups: _Groups) -> tuple[Merge, ...]:
    found = []
    for group in {id(each): each for each in groups.of.values() if len(each.members) > 1}.values():
        survivor = _fullest(companies[name] for name in group.members).account_id
        for name in group.members:
            if name != survivor:
                pair = groups.by.get(name) or groups.by[survivor]
                found.append(Merge(name, survivor, _merged_by(pair), pair.probability))
    return tuple(sorted(found, key=lambda each: each.account_id))


def _merged_by(pair: Pair) -> str:
    if pair.decided_by is None:
        return pair.by
    return pair.decided_by if pair.decided_by.startswith(BY_LIST) else "a person"

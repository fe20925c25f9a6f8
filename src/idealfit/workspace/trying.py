"""What a changed profile would do, worked out in a fraction of a second: each criterion is asked of the records once,
and what was answered is kept for the next change.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import duckdb
import numpy as np
from numpy.typing import NDArray

from idealfit.evidence.estimate import Estimate, Flags, Floats, rate
from idealfit.evidence.table import Evidence
from idealfit.patterns.cohort import rows_then
from idealfit.patterns.consequence import TIERS, WORKED, Consequence, Judge
from idealfit.patterns.drafting import spoken_for
from idealfit.patterns.measures import worth_of
from idealfit.profile.content import Profile
from idealfit.profile.coverage import Coverage
from idealfit.profile.parsing import parse
from idealfit.profile.predicate import Predicate
from idealfit.profile.text import to_text
from idealfit.records.company import Company
from idealfit.records.imported import company_of, load_attributes, load_report
from idealfit.scores import sql
from idealfit.scores.currency import conversions, converted_accounts, with_currency
from idealfit.scores.many_accounts import FALSE, NOT_KNOWN, TRUE, States, Tiered, Whole, tiered
from idealfit.scores.scorecard import Item, decayed, scorecard
from idealfit.scores.states import states_query
from idealfit.store.engine import quote
from idealfit.store.place import Place
from idealfit.workspace.asking import tables_of
from idealfit.workspace.differing import outcomes_of

MOST_KEPT: Final = 400
"""So many answers are kept: a column of one byte an account each."""
_NOW: Final = "idealfit accounts to try"
_ASKED: Final = "idealfit asked to try"


@dataclass(frozen=True)
class TierTried:
    """One tier before and after: its accounts, and of the deals that it would have had: how many were closed, the share
    that was won, and what a closed deal brought on average (None where nobody tells).
    """

    tier: str
    accounts: tuple[int, int]
    closed: tuple[int, int]
    won: tuple[Estimate | None, Estimate | None]
    worth: tuple[float | None, float | None]


@dataclass(frozen=True)
class Matching:
    """For how many accounts a criterion is true, false and unknown today, and of the closed deals of accounts for which
    it was true when they opened, how many were won.
    """

    true: int
    false: int
    unknown: int
    won: int
    closed: int


@dataclass(frozen=True)
class Trial:
    """What `after` in the place of `before` does. `lift`: how many times the win rate of all closed deals those of A
    and B were won, before and after. `matching`: by key of an entry of the form. `why_none`: of no outcomes.
    """

    before: Profile
    after: Profile
    total: Consequence
    tiers: tuple[TierTried, ...]
    lift: tuple[float | None, float | None]
    matching: Mapping[str, Matching]
    names: Mapping[str, str]
    accounts: int
    as_of: date
    currency: str
    why_none: str
    deals_of: str


class Workbench(Judge):
    """The records of a workspace, and what was asked of them. One thread at a time."""

    def __init__(self, place: Place, *, motion: str, con: duckdb.DuckDBPyConnection | None = None) -> None:
        """Gathers the evidence once; on `con`, where the tables of the workspace are open already."""
        con = con or tables_of(place)
        self.accounts = _count(con)
        attributes, company = load_attributes(place), company_of(place)
        evidence, day, why, of = outcomes_of(con, place, motion) if self.accounts else _nothing(place)
        super().__init__(con, day, attributes, evidence, company)
        self.why_none, self.deals_of = why, of
        told = (load_report(place) or {}).get("company") or {}
        self.currency = Company.model_validate(told).currency or ""
        self._answers: OrderedDict[tuple[str, str, str], NDArray[np.int64]] = OrderedDict()
        self._ids: list[str] = []
        self._names: dict[str, str] = {}

    def close(self) -> None:
        """Let go of the tables."""
        self.con.close()

    def trial(self, before: Profile, after: Profile) -> Trial:
        """What follows from `after` in the place of `before`; of the same profile twice: how it stands."""
        self._forget()
        if not self.accounts:
            nothing = Consequence((), (), (), dict.fromkeys(TIERS, (0, 0)), None)
            empty: dict[str, Matching] = {}
            return Trial(
                before, after, nothing, (), (None, None), empty, {}, 0, self.as_of, self.currency, self.why_none, ""
            )
        total = self.consequence(before, after)
        past = None if self.evidence is None else (self._past(before), self._past(after))
        moved = {account for move in total.moves for account in move.accounts}
        return Trial(
            before,
            after,
            total,
            tuple(self._tier_tried(tier, total, past) for tier in TIERS),
            (None, None) if past is None else (self._lift(past[0]), self._lift(past[1])),
            self._matching(after),
            {account: self._names.get(account, account) for account in sorted(moved)},
            self.accounts,
            self.as_of,
            self.currency,
            self.why_none,
            self.deals_of,
        )

    def measured(self, profile: Profile, names: Collection[str]) -> Profile:
        """`profile`, those of its criteria with the share of accounts for which they are true among those where that is
        known: what an unknown one counts.
        """
        asked = {one.id: one.predicate for _layer, one in profile.criteria if one.id in names}
        if not asked or not self.accounts:
            return profile
        now = self._states(profile, asked, (), then=False)[0]
        known = {name: (int((one == TRUE).sum()), int((one != NOT_KNOWN).sum())) for name, one in now.items()}
        rates = {name: round(true / count, 3) for name, (true, count) in known.items() if count}
        layers = {
            name: layer.model_copy(
                update={
                    "criteria": tuple(
                        one.model_copy(update={"known_true_rate": rates[one.id]}) if one.id in rates else one
                        for one in layer.criteria
                    )
                }
            )
            for name, layer in profile.layers.items()
        }
        return profile.model_copy(update={"layers": layers})

    # What stands behind a trial

    def _forget(self) -> None:
        """What was worked out for other profiles; the answers of their criteria stay."""
        self._today, self._then, self._bands = {}, {}, {}

    def _tiers(self, profile: Profile) -> tuple[dict[str, str], list[str]]:
        """As the table of scores would say it (duplicates left out)."""
        if id(profile) not in self._today:
            found = self._scored(profile, then=False)
            order = np.lexsort((np.arange(len(self._ids)), -found.timing, -found.fit))
            tiers = dict(zip(self._ids, found.tier.tolist(), strict=True))
            self._bands[id(profile)] = dict(zip(self._ids, found.band.tolist(), strict=True))
            self._today[id(profile)] = (profile, tiers, [self._ids[place] for place in order])
        return self._today[id(profile)][1:]

    def _past(self, profile: Profile) -> NDArray[np.str_]:
        """The tier of each deal's account the day before the deal opened."""
        if id(profile) not in self._then:
            self._then[id(profile)] = (profile, self._scored(profile, then=True).tier)
        return self._then[id(profile)][1]

    def _scored(self, profile: Profile, *, then: bool) -> Tiered:
        plan = scorecard(profile)
        states, full, rows = self._states(profile, dict(plan.scored), plan.items, then=then)
        return tiered(plan, states, full, rows=rows)

    def _states(
        self, profile: Profile, asked: Mapping[str, Predicate], items: Sequence[Item], *, then: bool
    ) -> tuple[States, dict[str, Whole], int]:
        """The states of `asked` by id, what faded criteria count, and how many rows there are."""
        profile, relation, stamp = self._then_rows(profile) if then else self._now_rows(profile)
        coverage = profile.coverage
        fading = {item.id: item for item in items if item.last_events}
        wanted = {name: ("s", stamp, to_text(one)) for name, one in asked.items()}
        days = {name: ("d", stamp, to_text(item.predicate)) for name, item in fading.items()}
        missing = {name: asked[name] for name, key in wanted.items() if key not in self._answers}
        faded = {name: fading[name] for name, key in days.items() if key not in self._answers}
        if missing or faded or ("n", stamp, "") not in self._answers:
            self._ask(relation, stamp, coverage, missing, faded, then=then)
        states = {name: self._kept(key).astype(np.int8) for name, key in wanted.items()}
        full = {name: _left(fading[name], self._kept(key)) for name, key in days.items()}
        return states, full, int(self._kept(("n", stamp, ""))[0])

    def _now_rows(self, profile: Profile) -> tuple[Profile, str, str]:
        factors, _told = conversions(profile, self.attributes, self.company, self.as_of)
        units = None if profile.coverage.currency else self.attributes
        own = with_currency(profile, self.company, self.as_of, units)
        source = converted_accounts(self.con, factors)
        return own, source, f"now {factors!r} {own.coverage!r}"

    def _then_rows(self, profile: Profile) -> tuple[Profile, str, str]:
        own = with_currency(spoken_for(self.con, profile), self.company, self.as_of, self.attributes)
        return own, rows_then(self.con), f"then {own.coverage!r}"

    def _ask(
        self,
        relation: str,
        stamp: str,
        coverage: Coverage,
        missing: Mapping[str, Predicate],
        faded: Mapping[str, Item],
        *,
        then: bool,
    ) -> None:
        """Ask the records, and keep what they answer."""
        key = "row_number" if then else "account_id"
        if not then:
            rows = f"SELECT * FROM {quote(relation)} WHERE duplicate_of IS NULL"
            if "duplicate_of" not in {str(row[0]).lower() for row in self.con.execute("DESCRIBE accounts").fetchall()}:
                rows = f"SELECT * FROM {quote(relation)}"
            self.con.execute(f"CREATE OR REPLACE TEMP VIEW {quote(_NOW)} AS {rows}")
            relation = _NOW
        numbered = {f"s{place}": one for place, one in enumerate(missing.values())}
        facts = tuple(dict.fromkeys(fact for item in faded.values() for fact in item.last_events))
        keep = (key, "as_of") if then else (key,)
        query = states_query(
            self.con,
            numbered,
            rows=relation,
            as_of="row" if then else self.as_of,
            coverage=coverage,
            keep=keep,
            facts=facts,
        )
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE {quote(_ASKED)} AS {sql.text_of(query)}")
        day = "CAST(as_of AS DATE)" if then else f"DATE '{self.as_of.isoformat()}'"
        columns = [
            f"CASE WHEN {name} THEN {TRUE} WHEN NOT {name} THEN {FALSE} ELSE {NOT_KNOWN} END" for name in numbered
        ]
        for item in faded.values():
            dates = ", ".join(f"CAST({quote(fact.column)} AS DATE)" for fact in item.last_events)
            columns.append(f"COALESCE({day} - GREATEST({dates}), -1)")
        listed = "".join(f", {one} AS v{place}" for place, one in enumerate(columns))
        found = self.con.execute(f"SELECT {key} AS k{listed} FROM {quote(_ASKED)} ORDER BY {key}").fetchnumpy()
        self.con.execute(f"DROP TABLE {quote(_ASKED)}")
        if not then and not self._ids:
            self._ids = [str(one) for one in found["k"]]
            told = self.con.execute("SELECT account_id, COALESCE(name, account_id) FROM accounts").fetchall()
            self._names = {str(one): str(name) for one, name in told}
        kept = [("s", stamp, to_text(one)) for one in missing.values()]
        kept += [("d", stamp, to_text(item.predicate)) for item in faded.values()]
        for place, one in enumerate(kept):
            self._answers[one] = np.ma.filled(found[f"v{place}"], NOT_KNOWN).astype(np.int64)
        self._answers[("n", stamp, "")] = np.array([len(found["k"])])
        while len(self._answers) > MOST_KEPT:
            self._answers.popitem(last=False)

    def _kept(self, key: tuple[str, str, str]) -> NDArray[np.int64]:
        self._answers.move_to_end(key)
        return self._answers[key]

    def _matching(self, profile: Profile) -> dict[str, Matching]:
        asked = {one.id: one.predicate for _layer, one in profile.criteria}
        asked |= {one.id: one.predicate for one in profile.exclusions}
        asked |= {f"segment:{one.id}": one.predicate for one in profile.segments}
        if profile.sold_to is not None:
            asked["sold_to:sold_to"] = parse(profile.sold_to)
        now, _full, _rows = self._states(profile, asked, (), then=False)
        then = None if self.evidence is None else self._states(profile, asked, (), then=True)[0]
        found = {}
        for name, state in now.items():
            true, false, unknown = (int((state == value).sum()) for value in (TRUE, FALSE, NOT_KNOWN))
            won = closed = 0
            if then is not None and self.evidence is not None:
                here = _closed(self.evidence) & (then[name] == TRUE)
                won, closed = int((here & (self.evidence.outcome == 1)).sum()), int(here.sum())
            found[name] = Matching(true, false, unknown, won, closed)
        return found

    def _tier_tried(
        self, tier: str, total: Consequence, past: tuple[NDArray[np.str_], NDArray[np.str_]] | None
    ) -> TierTried:
        if past is None or self.evidence is None:
            return TierTried(tier, total.tiers[tier], (0, 0), (None, None), (None, None))
        masks = [_closed(self.evidence) & (one == tier) for one in past]
        worth = worth_of(self.evidence)
        return TierTried(
            tier,
            total.tiers[tier],
            (int(masks[0].sum()), int(masks[1].sum())),
            (self._share(masks[0]), self._share(masks[1])),
            (_mean(worth, masks[0]), _mean(worth, masks[1])),
        )

    def _share(self, mask: Flags) -> Estimate | None:
        assert self.evidence is not None  # noqa: S101 - asked by the caller
        won, account = self.evidence.outcome[mask] == 1, self.evidence.account[mask]
        return rate(won, np.unique(account, return_inverse=True)[1]) if len(won) else None

    def _lift(self, past: NDArray[np.str_]) -> float | None:
        assert self.evidence is not None  # noqa: S101 - asked by the caller
        closed = _closed(self.evidence)
        worked, won = closed & np.isin(past, WORKED), self.evidence.outcome == 1
        if not worked.any() or not (closed & won).any():
            return None
        return float(won[worked].mean() / won[closed].mean())


def _closed(evidence: Evidence) -> Flags:
    closed: Flags = evidence.outcome >= 0
    return closed


def _mean(worth: Floats | None, mask: Flags) -> float | None:
    return None if worth is None or not mask.any() else float(worth[mask].mean())


def _left(item: Item, days: NDArray[np.int64]) -> Whole:
    """The thousandths of a point left after whole half-lives since the last event; -1 day: there is no date."""
    halvings = np.where(days < 0, 0, days // (item.half_life or 1))
    left = np.array([decayed(item.points, number) for number in range(int(halvings.max(initial=0)) + 1)])
    return np.asarray(left[halvings], dtype=np.int64)


def _count(con: duckdb.DuckDBPyConnection) -> int:
    try:
        row = con.execute("SELECT COUNT(*) FROM accounts").fetchone()
    except duckdb.CatalogException:
        return 0
    return int(row[0]) if row else 0


def _nothing(place: Place) -> tuple[Evidence | None, date, str, str]:
    said = (load_report(place) or {}).get("as_of")
    return None, date.fromisoformat(said) if said else date.today(), "The workspace holds no accounts to score.", ""

"""What is unknown of each account, and what learning it is expected to change: for all accounts of a connection.

Accounts of which the same is known, and unknown for the same reason, have the same answers: these are worked out once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from idealfit.profile.content import Profile
from idealfit.records.attribute import AttributeInfo
from idealfit.records.company import Company
from idealfit.scores.currency import with_currency
from idealfit.scores.learning import Gain, Held, Learner
from idealfit.scores.likelihood import Likelihood
from idealfit.scores.missing import Thing, probes_of
from idealfit.scores.score import Hits
from idealfit.scores.states import criterion_states
from idealfit.scores.table import state_column
from idealfit.store.engine import quote

_PROBES, _PATTERNS = "idealfit probes", "idealfit patterns"


@dataclass(frozen=True)
class Answer:
    """Something to be learned (several things only where none of them says anything alone), the criteria that it
    decides, and what it is expected to change, by itself.
    """

    things: tuple[Thing, ...]
    criteria: tuple[str, ...]
    gain: Gain


@dataclass(frozen=True)
class Unknowns:
    """What is unknown of accounts that are alike: `missing`, criterion → what would have to be learned for it;
    `answers`, those that change most first; `everything`: what learning all of it is expected to change.
    """

    held: Held
    missing: Mapping[str, frozenset[Thing]]
    answers: tuple[Answer, ...]
    everything: Gain


class Ground:
    """The accounts of a connection with their states: made over the table `scores` (with its `c_` columns)."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        profile: Profile,
        hits: Mapping[str, Hits],
        *,
        as_of: date,
        attributes: Mapping[str, AttributeInfo] | None = None,
        company: Company | None = None,
        only: frozenset[str] | None = None,
        rows: str = "accounts",
    ) -> None:
        """`only`: the names of what can be learned at all (columns, 'tech', kinds of events), in small letters; `rows`:
        the accounts that `of` may be asked about.
        """
        self._con, self.profile, self._only = con, profile, only
        self.learner = Learner(profile, place=_place(con))
        self._likelihood = Likelihood(con, profile, hits, states="scores")
        self._ids = tuple(self.learner.plan.scored)
        self._fading = tuple(item.id for item in self.learner.plan.items if item.half_life is not None)
        self._probes = probes_of(self.learner.plan.scored)
        told = with_currency(profile, company, as_of, attributes)
        criterion_states(
            con, self._probes.asked, rows=rows, as_of=as_of, coverage=told.coverage, into=_PROBES
        )  # fmt: skip

    def of(self, accounts: Sequence[str] | None = None) -> list[tuple[str, Unknowns]]:
        """Every account with something unknown (of `accounts`, else all but duplicates), sorted by id, and what that
        is.
        """
        rows = self._patterns(accounts)
        alike: dict[object, tuple[dict[str, frozenset[Thing]], list[tuple[int, Held]]]] = {}
        for number, row in self._read().items():
            held = held_of(row, self._ids, self._fading)
            missing = self._missing(held, row)
            unknown = tuple(name for name, state in held.states.items() if state is None)
            alike.setdefault((unknown, *missing.items()), (missing, []))[1].append((number, held))
        found: dict[int, Unknowns] = {}
        for missing, members in alike.values():
            each = self._unknowns(missing, [held for _number, held in members])
            found |= dict(zip((number for number, _held in members), each, strict=True))
        return [(account, found[number]) for account, number in rows]

    def _patterns(self, accounts: Sequence[str] | None) -> list[tuple[str, int]]:
        states = [quote(state_column(name)) for name in self._ids]
        columns = [*(f"s.{name}" for name in states), *(f"p.{quote(name)}" for name in self._probes.asked)]
        faded = [
            f"list_filter(s.reasons, lambda one: one.id = '{name}')[1].points AS {quote(f'faded {name}')}"
            for name in self._fading
        ]
        some = " OR ".join(f"s.{name} IS NULL" for name in states) or "FALSE"
        chosen = "" if accounts is None else " AND list_contains($accounts, s.account_id)"
        every = ", ".join([*columns, *(column.split(" AS ")[0] for column in faded)]) or "1"
        listed = ", ".join(["s.account_id", *columns, *faded])
        self._con.execute(
            f"CREATE OR REPLACE TEMP TABLE {quote(_PATTERNS)} AS SELECT {listed}, dense_rank() OVER (ORDER BY {every}) "
            f"AS pattern FROM scores s JOIN {quote(_PROBES)} p USING (account_id) "
            f"WHERE s.duplicate_of IS NULL AND ({some}){chosen}",
            {} if accounts is None else {"accounts": list(accounts)},
        )
        query = f"SELECT account_id, pattern FROM {quote(_PATTERNS)} ORDER BY account_id"
        return self._con.execute(query).fetchall()

    def _read(self) -> dict[int, dict[str, Any]]:
        query = f"SELECT * EXCLUDE (account_id) FROM {quote(_PATTERNS)} "
        query += "QUALIFY row_number() OVER (PARTITION BY pattern ORDER BY account_id) = 1"
        found = self._con.execute(query)
        names = [str(column[0]) for column in found.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        return {int(row["pattern"]): row for row in rows}

    def _missing(self, held: Held, row: Mapping[str, Any]) -> dict[str, frozenset[Thing]]:
        """What has to be learned for every unknown criterion, as far as it can be."""
        found = {name: self._probes.missing(name, row) for name, state in held.states.items() if state is None}
        only = self._only
        return {
            name: things for name, things in found.items() if only is None or all(one.name in only for one in things)
        }

    def _unknowns(self, missing: Mapping[str, frozenset[Thing]], accounts: Sequence[Held]) -> list[Unknowns]:
        """Of accounts for which the same has to be learned."""
        many = self.learner.many(accounts)
        everything = self.learner.gains(many, self._likelihood.chances(missing))
        told: list[list[Answer]] = [[] for _ in accounts]
        bundles = set(missing.values())
        for bundle in bundles:
            inside = {name: things for name, things in missing.items() if things <= bundle}
            gains = everything
            if len(inside) < len(missing):
                gains = self.learner.gains(many, self._likelihood.chances(inside))
            for answers, gain in zip(told, gains, strict=True):
                answers.append(Answer(tuple(sorted(bundle)), tuple(inside), gain))
        for answers in told:
            answers.sort(key=lambda one: (-one.gain.tier, -(one.gain.value or 0.0), -one.gain.fit, one.things))
        return [
            Unknowns(held, missing, tuple(answers), gain)
            for held, answers, gain in zip(accounts, told, everything, strict=True)
        ]

    def more(self, unknowns: Unknowns, things: frozenset[Thing]) -> Gain:
        """What learning all of `things` is expected to change."""
        inside = {name: each for name, each in unknowns.missing.items() if each <= things}
        return self.learner.gain(unknowns.held, self._likelihood.chances(inside))


def held_of(row: Mapping[str, Any], ids: Iterable[str], fading: Iterable[str] = ()) -> Held:
    """What holds of an account, from a row with a column `c_<id>` a criterion and `faded <id>` where points fade."""
    states = {name: row[state_column(name)] for name in ids}
    full = {name: round(1000 * row[f"faded {name}"]) for name in fading if states[name]}
    return Held(states, full)


def _place(con: duckdb.DuckDBPyConnection) -> float | None:
    """What a place in the queue is worth: the expected value of the last account that is worked where as many are as
    there are in A and B, the best first. None where no value is known.
    """
    columns = {row[0] for row in con.execute("DESCRIBE scores").fetchall()}
    if "expected_value" not in columns:
        return None
    found = con.execute(
        "SELECT expected_value FROM scores WHERE duplicate_of IS NULL AND tier <> 'excluded' AND expected_value IS NOT "
        "NULL ORDER BY expected_value DESC LIMIT 1 OFFSET (SELECT greatest(count(*) - 1, 0) FROM scores WHERE "
        "duplicate_of IS NULL AND tier IN ('A', 'B'))"
    ).fetchall()
    return max(0.0, float(found[0][0])) if found else None

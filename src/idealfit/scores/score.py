"""Scores of all accounts, by one query over the canonical tables."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
from sqlglot import exp

from idealfit.errors import NoAccountsToScore
from idealfit.profile.document import Profile, substance_hash
from idealfit.profile.predicate import Predicate
from idealfit.records.attribute import AttributeInfo
from idealfit.records.company import Company
from idealfit.scores import sql
from idealfit.scores.card import raised_hands, with_card
from idealfit.scores.coded import Code, codes_of, hits_in_codes, valued_lines
from idealfit.scores.currency import conversions, converted_accounts, with_currency
from idealfit.scores.facts import EventFact
from idealfit.scores.near_values import near_values
from idealfit.scores.one_account import Score, score_account
from idealfit.scores.reasons import wordings
from idealfit.scores.scorecard import Item, Scorecard, scorecard
from idealfit.scores.states import column_types, drop_counts, states_query
from idealfit.scores.table import score_steps, state_column
from idealfit.scores.warnings import warnings_of

__all__ = ["Hits", "Score", "ScoreReport", "score_account", "score_tables"]

_SURVIVORS = "idealfit accounts to judge"
_STATES = "idealfit states"
_LINES = "idealfit lines"


@dataclass(frozen=True)
class Hits:
    """For how many accounts (duplicates not counted) a criterion or exclusion is true, false, unknown."""

    true: int
    false: int
    unknown: int


@dataclass(frozen=True)
class ScoreReport:
    """What scoring did: rows written, accounts a tier, hits a criterion, and what a person should know; `jumps`: whose
    hits are others than in the run before (`hits.Jump`), where there was one.
    """

    rows: int
    tiers: Mapping[str, int]
    hits: Mapping[str, Hits]
    warnings: tuple[str, ...]
    profile_version: str
    as_of: date
    jumps: tuple[Any, ...] = ()


def score_tables(
    con: duckdb.DuckDBPyConnection,
    profile: Profile,
    *,
    as_of: date,
    attributes: Mapping[str, AttributeInfo] | None = None,
    company: Company | None = None,
    criteria: bool = False,
    card: bool = False,
    into: str = "scores",
    version: str | None = None,
    top: int | None = None,
    stored: Callable[[str], str] | None = None,
    warned: bool = True,
) -> ScoreReport:
    """Score every account of the connection's table `accounts` as of a day, into the table `into`, sorted by id.

    Events, inbound activities, history and contacts are used as far as these tables exist. A merged duplicate keeps its
    own line and has its survivor's score. `criteria` adds a column `c_<id>` a criterion and exclusion, `card` the
    columns `card_points`, `route`, `card_most` and `card_reasons`; a profile without a card gets one of its own points.
    `company` says in which currency amounts are, where the profile does not. `version` names the profile's version; by
    default the beginning of the content's hash. `top`: that many columns `reason_1`, … instead of `reasons`: the ids of
    the criteria that are true and can add most. `stored` keeps the rows of a SELECT somewhere else than in memory and
    answers from which relation they are read; `into` is then a view of it. `warned`: whether the report warns of what
    looks wrong in these accounts, which costs another look at them. Raises NoAccountsToScore without a table `accounts`
    that has `account_id`.
    """
    said = _Said(attributes or {}, company, as_of, card=card, top=top, warned=warned)
    return _together(con, [_asked(profile, said, version, criteria=criteria)], said, (into,), stored)[0]


def score_profiles(
    con: duckdb.DuckDBPyConnection,
    profiles: Sequence[Profile],
    *,
    as_of: date,
    into: Sequence[str],
    attributes: Mapping[str, AttributeInfo] | None = None,
    company: Company | None = None,
    criteria: Sequence[bool],
    card: bool = False,
    views: Sequence[bool] = (),
) -> list[ScoreReport]:
    """`score_tables` by each of `profiles`, into the tables `into`: all that they ask is answered in one pass over the
    data, unless they understand its silence or its money differently. `criteria` says it of each profile. Where `views`
    says so, `into` is a view that works the scores out of the answers whenever it is read (the reasons of several
    profiles are more than memory should hold): `drop_lines` takes the answers away when all is read.
    """
    said = _Said(attributes or {}, company, as_of, card=card)
    pairs = enumerate(zip(profiles, criteria, strict=True))
    asked = [_asked(one, said, None, criteria=own, number=number) for number, (one, own) in pairs]
    alike: dict[str, list[int]] = {}
    for number, one in enumerate(asked):
        alike.setdefault(repr((one.profile.coverage, one.factors)), []).append(number)
    found: dict[int, ScoreReport] = {}
    for group, numbers in enumerate(alike.values()):
        viewed = {into[at] for at in numbers if views and views[at]}
        lines = f"{_LINES} {group}" if viewed else _LINES
        mine, names = [asked[at] for at in numbers], [into[at] for at in numbers]
        reports = _together(con, mine, said, names, None, lines=lines, viewed=viewed)
        found |= dict(zip(numbers, reports, strict=True))
    return [found[number] for number in range(len(profiles))]


def drop_lines(con: duckdb.DuckDBPyConnection) -> None:
    """Take away the answers that the views of `score_profiles` are worked out of."""
    told = con.execute("SELECT table_name FROM duckdb_tables() WHERE table_name LIKE $1", [f"{_LINES} %"]).fetchall()
    for (name,) in told:
        con.execute(f"DROP TABLE {sql.text_of(sql.name(name))}")


@dataclass(frozen=True)
class _Said:
    """What is said of a scoring, whatever the profile."""

    attributes: Mapping[str, AttributeInfo]
    company: Company | None
    as_of: date
    card: bool
    top: int | None = None
    warned: bool = True


@dataclass(frozen=True)
class _Asked:
    """A profile as it is asked of these accounts: `factors` bring their amounts to its currency, `told` says so;
    `shown` are the ids whose states become columns, `codes` the numbers that hold the answers."""

    profile: Profile
    plan: Scorecard
    predicates: Mapping[str, Predicate]
    version: str
    factors: Mapping[str, float | None]
    told: tuple[str, ...]
    shown: tuple[str, ...]
    codes: tuple[Code, ...] = ()

    @property
    def facts(self) -> tuple[EventFact, ...]:
        """The dates of last events that its points decay from."""
        return tuple(dict.fromkeys(fact for item in self.plan.items for fact in item.last_events))


def _asked(profile: Profile, said: _Said, version: str | None, *, criteria: bool, number: int = 0) -> _Asked:
    plan = scorecard(with_card(profile) if said.card else profile)
    version = version or substance_hash(profile)[:12]
    factors, told = conversions(profile, said.attributes, said.company, said.as_of)
    # amounts that were converted are in the profile's own currency now, whatever the file says
    units = None if profile.coverage.currency else said.attributes
    profile = with_currency(profile, said.company, said.as_of, units)
    predicates = _predicates(plan, everything=criteria or said.card)
    codes = codes_of(plan, predicates, f"code {number} ")
    return _Asked(profile, plan, predicates, version, factors, told, _ids(profile) if criteria else (), codes)


def _together(
    con: duckdb.DuckDBPyConnection,
    asked: Sequence[_Asked],
    said: _Said,
    into: Sequence[str],
    stored: Callable[[str], str] | None,
    *,
    lines: str = _LINES,
    viewed: Collection[str] = (),
) -> list[ScoreReport]:
    """The scores by profiles that take the same accounts the same way: their criteria are answered together, in the
    table `lines`, which stays for what is `viewed`."""
    columns = _account_columns(con)
    merged = "duplicate_of" in columns and _any_merged(con)
    source = converted_accounts(con, asked[0].factors)
    _make_states(con, asked, said.as_of, merged=merged, source=source, lines=lines)
    judged = _STATES if merged else lines
    hits = [{name: Hits(*found) for name, found in hits_in_codes(con, one.codes, judged).items()} for one in asked]
    if merged:
        con.execute(f"DROP TABLE {sql.text_of(sql.name(_STATES))}")
    reports = []
    for number, (one, name) in enumerate(zip(asked, into, strict=True)):
        steps = score_steps(
            one.plan,
            wordings(one.profile, said.attributes),
            states=lines,
            as_of=said.as_of,
            version=one.version,
            shown_states=one.shown,
            card=_raised(con, said.as_of) if said.card else None,
            top=said.top,
            valued=valued_lines(one.plan, one.codes, lines, merged=merged),
        )
        made = f"{sql.text_of(sql.name(name))} AS"
        if name in viewed:
            con.execute(f"CREATE OR REPLACE TEMP VIEW {made} {sql.text_of(steps)}")
        elif stored is None:
            con.execute(f"CREATE OR REPLACE TABLE {made} {sql.text_of(steps)}")
        else:
            con.execute(f"CREATE OR REPLACE VIEW {made} FROM {stored(sql.text_of(steps))}")
        reports.append(_report(con, one, columns, hits[number], said, name))
    if not viewed:
        con.execute(f"DROP TABLE {sql.text_of(sql.name(lines))}")
    return reports


def _report(
    con: duckdb.DuckDBPyConnection,
    asked: _Asked,
    columns: frozenset[str],
    hits: Mapping[str, Hits],
    said: _Said,
    into: str,
) -> ScoreReport:
    tiers = _tiers(con, into)
    if not said.warned:
        return ScoreReport(sum(tiers.values()), tiers, hits, (), asked.version, said.as_of)
    near = near_values(con, asked.plan.scored, column_types(con, "accounts"))
    counted = {name: (one.true, one.false) for name, one in hits.items()}
    warned = warnings_of(asked.profile, asked.plan, columns, counted, near)
    return ScoreReport(sum(tiers.values()), tiers, hits, (*asked.told, *warned), asked.version, said.as_of)


def _raised(con: duckdb.DuckDBPyConnection, as_of: date) -> exp.Expr:
    """Whether the account of a row, or the one that it was merged into, asked for somebody."""
    try:
        known = {"account_id", "hand_raised", "created_at", "disqualified_at"} <= set(column_types(con, "leads"))
    except duckdb.CatalogException:
        known = False
    if not known:
        return sql.truth(False)
    whose = (sql.column("account_id"), sql.column("duplicate_of"))
    return sql.any_of(
        exp.Coalesce(
            this=exp.In(this=name, query=exp.Subquery(this=raised_hands(as_of))), expressions=[sql.truth(False)]
        )
        for name in whose
    )


def _account_columns(con: duckdb.DuckDBPyConnection) -> frozenset[str]:
    try:
        columns = frozenset(column_types(con, "accounts"))
    except duckdb.CatalogException:
        columns = frozenset()
    if "account_id" not in columns:
        raise NoAccountsToScore(
            "There are no accounts to score",
            remedy="Give a table of companies: one row a company, with an id or a name.",
        )
    return columns


def _ids(profile: Profile) -> tuple[str, ...]:
    return (*(one.id for _, one in profile.criteria), *(one.id for one in profile.exclusions))


def _predicates(plan: Scorecard, *, everything: bool) -> dict[str, Predicate]:
    """What must be evaluated, by id; criteria that are not scored only where somebody wants to see them."""
    return plan.scored | (dict(plan.unscored) if everything else {})


def _make_states(
    con: duckdb.DuckDBPyConnection, asked: Sequence[_Asked], as_of: date, *, merged: bool, source: str, lines: str
) -> None:
    """`lines`: the states of every account, sorted, a duplicate with its survivor's; with duplicates also `_STATES`,
    those of every survivor.
    """
    rows = source
    if merged:
        rows = _SURVIVORS
        con.execute(f"CREATE OR REPLACE TEMP VIEW {sql.text_of(sql.name(rows))} AS {sql.text_of(_survivors(source))}")
    query = states_query(
        con,
        {_mine(at, name): one for at, each in enumerate(asked) for name, one in each.predicates.items()},
        rows=rows,
        as_of=as_of,
        coverage=asked[0].profile.coverage,
        facts=tuple(dict.fromkeys(fact for each in asked for fact in each.facts)),
        counted_first=True,
        stretches=_stretches(item for each in asked for item in each.plan.items),
    )
    answered = exp.Subquery(this=query, alias=exp.TableAlias(this=sql.name("answered")))
    codes = [
        code.written(as_of, lambda name, at=at: sql.column(_mine(at, name)))  # type: ignore[misc]
        for at, each in enumerate(asked)
        for code in each.codes
    ]
    query = exp.select(sql.column("account_id"), *codes).from_(answered)
    if not merged:
        query = query.order_by(sql.column("account_id"))
        con.execute(f"CREATE OR REPLACE TEMP TABLE {sql.text_of(sql.name(lines))} AS {sql.text_of(query)}")
        drop_counts(con)
        return
    con.execute(f"CREATE OR REPLACE TEMP TABLE {sql.text_of(sql.name(_STATES))} AS {sql.text_of(query)}")
    drop_counts(con)
    told = sql.text_of(_merged_lines())
    con.execute(f"CREATE OR REPLACE TEMP TABLE {sql.text_of(sql.name(lines))} AS {told}")
    con.execute(f"DROP VIEW IF EXISTS {sql.text_of(sql.name(_SURVIVORS))}")


def _stretches(items: Iterable[Item]) -> dict[EventFact, set[int]]:
    """Of the last events that points fade from: after how many days before T they halve."""
    found: dict[EventFact, set[int]] = {}
    for item in items:
        days = {halvings * (item.half_life or 1) for halvings in range(1, len(item.faded))} if item.last_events else ()
        for fact in item.last_events:
            found.setdefault(fact, set()).update(days)
    return found


def _mine(number: int, name: str) -> str:
    """The answers to a criterion of one of the profiles."""
    return f"{number} {state_column(name)}"


def _any_merged(con: duckdb.DuckDBPyConnection) -> bool:
    return con.execute("SELECT 1 FROM accounts WHERE duplicate_of IS NOT NULL LIMIT 1").fetchone() is not None


def _survivors(source: str) -> exp.Select:
    """Accounts that are nobody's duplicate, and duplicates whose survivor is not among them."""
    others = exp.select(sql.column("account_id")).from_(sql.table("accounts"))
    others = others.where(exp.Is(this=sql.column("duplicate_of"), expression=exp.Null()))
    own = exp.Is(this=sql.column("duplicate_of"), expression=exp.Null())
    lost = exp.Not(this=exp.In(this=sql.column("duplicate_of"), query=exp.Subquery(this=others)))
    return exp.select(exp.Star()).from_(sql.table(source)).where(sql.any_of([own, lost]))


def _merged_lines() -> exp.Select:
    states = exp.Column(this=exp.Star(except_=[sql.name("account_id")]), table=sql.name("s"))
    same = sql.column("account_id", "s")
    whose = sql.cases(
        (exp.Is(this=sql.column("account_id", "o"), expression=exp.Null()), sql.column("duplicate_of", "a")),
        default=sql.column("account_id", "a"),
    )
    select = exp.select(sql.column("account_id", "a"), sql.column("duplicate_of", "a"), states)
    select = select.from_(sql.table("accounts", "a"))
    own = exp.EQ(this=sql.column("account_id", "a"), expression=sql.column("account_id", "o"))
    select = select.join(sql.table(_STATES, "o"), on=own, join_type="left")
    select = select.join(sql.table(_STATES, "s"), on=exp.EQ(this=whose, expression=same), join_type="left")
    return select.order_by(sql.column("account_id", "a"))


def _tiers(con: duckdb.DuckDBPyConnection, into: str) -> dict[str, int]:
    query = exp.select(sql.column("tier"), exp.Count(this=exp.Star())).from_(sql.table(into))
    query = query.group_by(sql.column("tier")).order_by(sql.column("tier"))
    return {str(tier): int(count) for tier, count in con.execute(sql.text_of(query)).fetchall()}

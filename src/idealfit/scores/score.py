"""Scores of all accounts, by one query over the canonical tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
from idealfit.scores.currency import conversions, converted_accounts, with_currency
from idealfit.scores.near_values import near_values
from idealfit.scores.one_account import Score, score_account
from idealfit.scores.reasons import wordings
from idealfit.scores.scorecard import Scorecard, scorecard
from idealfit.scores.states import column_types, states_query
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
) -> ScoreReport:
    """Score every account of the connection's table `accounts` as of a day, into the table `into`, sorted by id.

    Events, inbound activities, history and contacts are used as far as these tables exist. A merged duplicate keeps its
    own line and has its survivor's score. `criteria` adds a column `c_<id>` a criterion and exclusion, `card` the
    columns `card_points`, `route`, `card_most` and `card_reasons`; a profile without a card gets one of its own points.
    `company` says in which currency amounts are, where the profile does not. `version` names the profile's version; by
    default the beginning of the content's hash. `top`: that many columns `reason_1`, … instead of `reasons`: the ids of
    the criteria that are true and can add most. `stored` keeps the rows of a SELECT somewhere else than in memory and
    answers from which relation they are read; `into` is then a view of it. Raises NoAccountsToScore without a table
    `accounts` that has `account_id`.
    """
    columns = _account_columns(con)
    plan = scorecard(with_card(profile) if card else profile)
    version = version or substance_hash(profile)[:12]
    factors, told = conversions(profile, attributes or {}, company, as_of)
    # amounts that were converted are in the profile's own currency now, whatever the file says
    profile = with_currency(profile, company, as_of, None if profile.coverage.currency else attributes)
    predicates = _predicates(plan, everything=criteria or card)
    source = converted_accounts(con, factors)
    merged = "duplicate_of" in columns and _any_merged(con)
    _make_states(con, plan, predicates, profile, as_of, merged=merged, source=source)
    shown = _ids(profile) if criteria else ()
    steps = score_steps(
        plan,
        wordings(profile, attributes),
        states=_LINES,
        as_of=as_of,
        version=version,
        shown_states=shown,
        card=_raised(con, as_of) if card else None,
        top=top,
    )
    hits = _hits(con, list(predicates), _STATES if merged else _LINES)
    if merged:
        con.execute(f"DROP TABLE {sql.text_of(sql.name(_STATES))}")
    made = f"{sql.text_of(sql.name(into))} AS"
    if stored is None:
        con.execute(f"CREATE OR REPLACE TABLE {made} {sql.text_of(steps)}")
    else:
        con.execute(f"CREATE OR REPLACE VIEW {made} FROM {stored(sql.text_of(steps))}")
    tiers = _tiers(con, into)
    con.execute(f"DROP TABLE {sql.text_of(sql.name(_LINES))}")
    return ScoreReport(
        rows=sum(tiers.values()),
        tiers=tiers,
        hits=hits,
        warnings=(
            *told,
            *warnings_of(
                profile,
                plan,
                columns,
                {name: (one.true, one.false) for name, one in hits.items()},
                near_values(con, plan.scored, column_types(con, "accounts")),
            ),
        ),
        profile_version=version,
        as_of=as_of,
    )


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
    con: duckdb.DuckDBPyConnection,
    plan: Scorecard,
    predicates: Mapping[str, Predicate],
    profile: Profile,
    as_of: date,
    *,
    merged: bool,
    source: str,
) -> None:
    """`_STATES`: the states of every survivor. `_LINES`: of every account, sorted, a duplicate with its survivor's."""
    rows = source
    if merged:
        rows = _SURVIVORS
        con.execute(f"CREATE OR REPLACE TEMP VIEW {sql.text_of(sql.name(rows))} AS {sql.text_of(_survivors(source))}")
    facts = tuple(dict.fromkeys(fact for item in plan.items for fact in item.last_events))
    query = states_query(
        con,
        {state_column(name): predicate for name, predicate in predicates.items()},
        rows=rows,
        as_of=as_of,
        coverage=profile.coverage,
        facts=facts,
    )
    if not merged:
        query = query.select(exp.alias_(sql.nothing("TEXT"), "duplicate_of", quoted=True))
        con.execute(f"CREATE OR REPLACE TEMP TABLE {sql.text_of(sql.name(_LINES))} AS {sql.text_of(query)}")
        _sort_lines(con)
        return
    con.execute(f"CREATE OR REPLACE TEMP TABLE {sql.text_of(sql.name(_STATES))} AS {sql.text_of(query)}")
    lines = sql.text_of(_merged_lines())
    con.execute(f"CREATE OR REPLACE TEMP TABLE {sql.text_of(sql.name(_LINES))} AS {lines}")
    con.execute(f"DROP VIEW IF EXISTS {sql.text_of(sql.name(_SURVIVORS))}")


def _any_merged(con: duckdb.DuckDBPyConnection) -> bool:
    return con.execute("SELECT 1 FROM accounts WHERE duplicate_of IS NOT NULL LIMIT 1").fetchone() is not None


def _sort_lines(con: duckdb.DuckDBPyConnection) -> None:
    """`_LINES` by account, unless it is so already: snapshots mostly are, and to look costs a third of sorting."""
    lines = sql.text_of(sql.name(_LINES))
    before = f"SELECT account_id, lag(account_id) OVER () AS before FROM {lines}"
    wrong = f"SELECT 1 FROM ({before}) WHERE account_id IS NULL OR account_id < before LIMIT 1"
    if con.execute(wrong).fetchone() is not None:
        con.execute(f"CREATE OR REPLACE TEMP TABLE {lines} AS SELECT * FROM {lines} ORDER BY account_id")


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


def _hits(con: duckdb.DuckDBPyConnection, names: list[str], table: str) -> dict[str, Hits]:
    if not names:
        return {}
    counts: list[exp.Expr] = []
    for name in names:
        state = sql.column(state_column(name))
        counts += [_count_if(state), _count_if(exp.Not(this=state.copy()))]
    query = exp.select(exp.Count(this=exp.Star()), *counts).from_(sql.table(table))
    row = con.execute(sql.text_of(query)).fetchone() or ()
    found = {}
    for number, name in enumerate(names):
        true, false = row[1 + 2 * number], row[2 + 2 * number]
        found[name] = Hits(true, false, row[0] - true - false)
    return found


def _count_if(test: exp.Expr) -> exp.Expr:
    return exp.Filter(this=exp.Count(this=exp.Star()), expression=exp.Where(this=test))


def _tiers(con: duckdb.DuckDBPyConnection, into: str) -> dict[str, int]:
    query = exp.select(sql.column("tier"), exp.Count(this=exp.Star())).from_(sql.table(into))
    query = query.group_by(sql.column("tier")).order_by(sql.column("tier"))
    return {str(tier): int(count) for tier, count in con.execute(sql.text_of(query)).fetchall()}

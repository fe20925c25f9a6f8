"""Criteria over rows of accounts: one column of true, false or unknown for each predicate."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, Literal

import duckdb
from sqlglot import exp

from idealfit.profile.coverage import Coverage
from idealfit.profile.parsing import fold
from idealfit.profile.predicate import Predicate, Uses, walk
from idealfit.records.tables import ColumnType
from idealfit.scores import sql
from idealfit.scores.coverage import Covered
from idealfit.scores.event_marks import FactTable, counted_in, event_counts, needed
from idealfit.scores.facts import ACCOUNT, MOMENT, EventFact, Sources, fact_tables, facts_of
from idealfit.scores.query import TOOLS, predicate_sql


def criterion_states(
    con: duckdb.DuckDBPyConnection,
    predicates: Mapping[str, Predicate],
    *,
    rows: str,
    as_of: date | Literal["row"],
    coverage: Coverage | Mapping[str, Any] | None = None,
    keep: Sequence[str] = ("account_id",),
    into: str = "criterion_states",
) -> None:
    """Make the temporary table `into`: the columns `keep` of every row of `rows`, and one BOOLEAN column a predicate.

    `rows` names a table or view with `account_id`, attribute columns and, for `as_of="row"`, a DATE column `as_of`:
    the last day that is known for that row. Events, history and contacts are read from the connection's canonical
    tables, as far as they exist. NULL is unknown; a row without `as_of` knows no events. `coverage` is the profile's.
    The order of the rows is not kept: let `keep` name a key.
    """
    query = states_query(con, predicates, rows=rows, as_of=as_of, coverage=coverage, keep=keep)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {sql.text_of(sql.name(into))} AS {sql.text_of(query)}")


def states_query(
    con: duckdb.DuckDBPyConnection,
    predicates: Mapping[str, Predicate],
    *,
    rows: str,
    as_of: date | Literal["row"],
    coverage: Coverage | Mapping[str, Any] | None = None,
    keep: Sequence[str] = ("account_id",),
    facts: Sequence[EventFact] = (),
    counted_first: bool = False,
    stretches: Mapping[EventFact, Collection[int]] | None = None,
) -> exp.Select:
    """The query behind `criterion_states`; `facts` asks for dates of last events beside the answers, as exact as
    `stretches` (see `event_marks.event_counts`) asks for.

    `counted_first`: what is counted of events, history and contacts is kept in temporary tables before it is joined
    (`drop_counts` removes them). Their sizes are known then, so that the accounts, which are wide, stream past them and
    are never the side that is kept in memory.
    """
    columns = column_types(con, rows)
    moment = None if as_of == "row" else as_of
    covered = Covered.read(coverage)
    asked = needed(tuple(dict.fromkeys((*facts_of(predicates.values()), *facts))), covered)
    sources = sources_of(con, rows)
    events = [fact for fact in asked if isinstance(fact, EventFact)]
    counted = None
    if moment is not None:
        sized = counted_in(predicates.values())
        counted = event_counts(events, sources, moment, covered, counted=sized, stretches=stretches or {})
    others = tuple(fact for fact in asked if counted is None or not isinstance(fact, EventFact))
    tables = [FactTable(one) for one in fact_tables(others, sources, moment, covered)]
    tables = [*([] if counted is None else [counted]), *tables]
    known = frozenset(name for table in tables for name in table.columns(""))
    spelled = _spelled(con, rows, columns, predicates.values())
    answers = [
        exp.alias_(predicate_sql(one, columns, moment, coverage, facts=known, spelled=spelled), name, quoted=True)
        for name, one in predicates.items()
    ]
    kept = [sql.column(column) for column in keep]
    extra = [
        sql.column(fact.column) if fact.column in known else exp.alias_(sql.nothing("DATE"), fact.column, quoted=True)
        for fact in facts
    ]
    if counted_first:
        for number, table in enumerate(tables):
            con.execute(f"CREATE OR REPLACE TEMP TABLE {sql.text_of(_counts(number))} AS {sql.text_of(table.query)}")
    rows_read = account_rows(rows, columns, tables, moment, counted_first=counted_first)
    return exp.select(*kept, *extra, *answers).from_(rows_read)


def _spelled(
    con: duckdb.DuckDBPyConnection, rows: str, columns: Mapping[str, ColumnType], predicates: Collection[Predicate]
) -> dict[str, tuple[str, ...]]:
    """How the tools that are asked for are written in the rows' lists, by folded tool; nothing where a list has gaps.

    To fold every list of every row costs more than the rest of the answers together.
    """
    parts = (part for one in predicates for part in walk(one))
    asked = {fold(tool) for part in parts if isinstance(part, Uses) for tool in part.tools}
    tech = next((column for column in columns if column.lower() == "tech"), None)
    if not asked or tech is None or columns[tech] != "list":
        return {}
    each = exp.select(exp.alias_(sql.call("unnest", sql.column(tech)), "tool", quoted=True)).from_(sql.table(rows))
    tool, other = sql.column("tool"), exp.Subquery(this=each.distinct())
    written = exp.select(tool, sql.plain(tool.copy())).from_(other)
    found: list[tuple[str | None, str | None]] = con.execute(sql.text_of(written)).fetchall()
    if any(name is None for name, _ in found):
        return {}
    wanted = exp.select(*(sql.plain(sql.string(one)) for one in sorted(asked)))
    folded = con.execute(sql.text_of(wanted)).fetchall()[0]
    return {
        one: tuple(sorted(name for name, plain in found if name is not None and plain == mine))
        for one, mine in zip(sorted(asked), folded, strict=True)
    }


def drop_counts(con: duckdb.DuckDBPyConnection) -> None:
    """Remove what `states_query` counted first."""
    for number in range(_MOST_COUNTS):
        con.execute(f"DROP TABLE IF EXISTS {sql.text_of(_counts(number))}")


_MOST_COUNTS = 4
"""Events, history and contacts are counted, each in one table; one more where events are counted in two ways."""


def _counts(number: int, alias: str | None = None) -> exp.Table:
    return sql.table(f"idealfit counts {number}", alias)


def account_rows(
    rows: str,
    columns: Mapping[str, ColumnType],
    tables: Sequence[FactTable],
    moment: date | None,
    *,
    counted_first: bool = False,
) -> exp.Subquery:
    """`rows` with the fact columns beside its own, and with the tools as they are compared."""
    chosen: list[exp.Expr] = [exp.Column(this=exp.Star(), table=sql.name("r"))]
    tech = next((column for column in columns if column.lower() == "tech"), None)
    if tech is not None and columns[tech] == "list":
        chosen.append(exp.alias_(sql.folded_list(sql.column(tech, "r")), TOOLS, quoted=True))
    select = exp.select().from_(sql.table(rows, "r"))
    for number, facts in enumerate(tables):
        alias = f"f{number}"
        chosen += [exp.alias_(node, name, quoted=True) for name, node in facts.columns(alias).items()]
        same = [exp.EQ(this=sql.column("account_id", "r"), expression=sql.column(ACCOUNT, alias))]
        if moment is None:
            own = sql.cast(sql.column("as_of", "r"), "DATE")
            same.append(exp.EQ(this=own, expression=sql.column(MOMENT, alias)))
        joined: exp.Expr = exp.Subquery(this=facts.query, alias=exp.TableAlias(this=sql.name(alias)))
        if counted_first:
            joined = _counts(number, alias)
        select = select.join(joined, on=sql.all_of(same), join_type="left")
    select = select.select(*chosen)
    return exp.Subquery(this=select, alias=exp.TableAlias(this=sql.name("rows")))


_CANONICAL = {"events": "events", "activities": "activities", "history": "account_history", "contacts": "contacts"}


def sources_of(con: duckdb.DuckDBPyConnection, rows: str) -> Sources:
    """The canonical tables that exist in the connection and hold anything."""
    found = {row[0] for row in con.execute("SELECT DISTINCT table_name FROM duckdb_columns()").fetchall()}
    present = {field: name for field, name in _CANONICAL.items() if name in found and _any_row(con, name)}
    return Sources(keys=rows, **present)


def _any_row(con: duckdb.DuckDBPyConnection, name: str) -> bool:
    query = exp.select(sql.integer(1)).from_(sql.table(name)).limit(1)
    return con.execute(sql.text_of(query)).fetchone() is not None


def column_types(con: duckdb.DuckDBPyConnection, relation: str) -> dict[str, ColumnType]:
    """The columns of a table or view and what they hold, in our words."""
    described = con.execute(f"DESCRIBE {sql.text_of(sql.table(relation))}").fetchall()
    return {str(name): _our_type(str(kind)) for name, kind, *_ in described}


def _our_type(kind: str) -> ColumnType:
    if kind.endswith("[]"):
        return "list"
    if kind == "BOOLEAN":
        return "boolean"
    if kind == "DATE":
        return "date"
    if kind.startswith("TIMESTAMP"):
        return "timestamp"
    whole = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
    return "number" if kind in whole or kind.startswith(("DECIMAL", "DOUBLE", "FLOAT")) else "text"

"""A statement as text: with names, line breaks and comments as a data team would write it, and as a model for dbt."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from sqlglot import Dialect as Words
from sqlglot import exp

from idealfit.profile.content import Profile
from idealfit.scores.answered import safe
from idealfit.scores.dialects import WRITTEN, Dialect, in_words
from idealfit.scores.lying import Tables
from idealfit.scores.merged_elsewhere import LINES, ONE_READING, in_one_reading
from idealfit.scores.reserved_words import RESERVED
from idealfit.scores.sql import AS_OF_MARK
from idealfit.scores.statement import Statement

_PLAIN_NAME = re.compile(r"[a-z_][a-z0-9_]*")
_READ = re.compile(r"_read$")
_UTC: dict[Dialect, str] = {
    "duckdb": "SET TimeZone = 'UTC'",
    "postgres": "SET TIME ZONE 'UTC'",
    "spark": "SET spark.sql.session.timeZone = UTC",
    "databricks": "SET TIME ZONE 'UTC'",
    "snowflake": "ALTER SESSION SET TIMEZONE = 'UTC'",
}


def statement_text(statement: Statement, dialect: Dialect, *, heading: str = "", nested: bool = False) -> str:
    """The statement as `dialect` reads it, on several lines and with comments, `heading` above it; `nested`: each step
    within the next one, for an engine that takes long to plan named steps."""
    arranged = _arranged(statement.query, dialect)
    tree = in_words(_nested(arranged) if nested else arranged, dialect)
    for cte in tree.find_all(exp.CTE):
        # else PostgreSQL writes each step out wherever the next one names it: ten times the time
        cte.set("materialized", True if dialect == "postgres" and not _only_read(cte.alias) else None)
    for identifier in tree.find_all(exp.Identifier):
        _unquoted(identifier, dialect)
    text = tree.sql(dialect=WRITTEN[dialect], pretty=True, max_text_width=110, comments=True)
    return f"{heading}{text}\n"


def _arranged(query: exp.Select, dialect: Dialect) -> exp.Select:
    """The statement with the step of merged duplicates as this engine does it best."""
    if dialect not in ONE_READING:
        return query
    query = query.copy()
    for cte in query.find_all(exp.CTE):
        if cte.alias == LINES and isinstance(cte.this, exp.Select):
            cte.set("this", in_one_reading(cte.this))
    return query


def _nested(query: exp.Select) -> exp.Expr:
    """The statement without WITH: where a step is named stands the step."""
    query = query.copy()
    found = query.args.pop("with_")
    steps: dict[str, exp.Expr] = {}

    def put_in(tree: exp.Expr) -> exp.Expr:
        for table in list(tree.find_all(exp.Table)):
            if not table.db and table.name in steps:
                alias = exp.TableAlias(this=exp.to_identifier(table.alias or table.name, quoted=True))
                table.replace(exp.Subquery(this=steps[table.name].copy(), alias=alias))
        return tree

    for cte in found.expressions:
        steps[cte.alias] = put_in(cte.this)
    return put_in(query)


def _only_read(name: str) -> bool:
    return bool(_READ.search(name)) and name != "account_read"


def _unquoted(identifier: exp.Identifier, dialect: Dialect) -> None:
    """Without quotes where every engine takes the name as it stands."""
    name = identifier.name
    if _PLAIN_NAME.fullmatch(name) is None:
        return
    keywords = Words.get_or_raise(WRITTEN[dialect]).tokenizer_class.KEYWORDS
    if name.upper() not in RESERVED and name.upper() not in keywords:
        identifier.set("quoted", False)
    elif dialect == "snowflake":  # what is not quoted anywhere has capital letters there
        identifier.set("this", name.upper())


def heading_of(
    profiles: Mapping[str, Profile],
    statement: Statement,
    tables: Tables,
    *,
    dialect: Dialect,
    versions: Mapping[str, str],
    as_of: date | None,
) -> str:
    """What stands above a statement: whose it is (motion → profile), of which day (None: of the variable), and what it
    reads."""
    day = as_of or "the variable as_of"
    whose = [
        f"Scores by the profile '{one.profile}', motion '{motion}', version {versions[motion]}, as of {day}."
        for motion, one in profiles.items()
    ]
    kinds = {name: held.kind for name, held in tables.accounts.columns.items()}
    reads = ", ".join(f"{name} ({kinds[name]})" for name in statement.reads)
    lines = [
        *whose,
        "Made by idealfit from the profile file: change that, and make this again.",
        f"One row an account{', by its best motion' if len(profiles) > 1 else ''}. "
        "Unknown is NULL and never false; numbers are whole until the last step.",
        f"Reads of accounts: account_id{', ' if reads else ''}{reads}.",
    ]
    named = {table.name for table in statement.query.find_all(exp.Table)}
    others = ", ".join(".".join(table.parts) for table in tables.others.values() if table.parts[-1] in named)
    if others:
        lines.append(f"Reads besides: {others}.")
    if dialect in _UTC:
        lines.append(f"Days are those of UTC: {_UTC[dialect]} where columns have a time zone.")
    return "".join(f"-- {safe(line)}\n" for line in lines)


def as_dbt_model(text: str, refs: dict[str, str], *, as_of: date) -> str:
    """The statement as a model: `refs` gives for each table's name in the text what dbt puts there, and the days are
    reckoned from the variable `as_of` when dbt compiles it (by default from that of today's statement)."""
    model = re.sub(r"\{[{%#]", lambda mark: "{{ '" + mark[0] + "' }}", text)
    for name, ref in refs.items():
        model = re.sub(rf'["`]?\b{re.escape(name)}\b["`]?', "{{ " + ref + " }}", model)
    span = "modules.datetime.timedelta(days={0})"

    def moved(mark: re.Match[str]) -> str:
        offset = int(mark[1])
        moment = "as_of" if offset == 0 else f"as_of {'+' if offset > 0 else '-'} {span.format(abs(offset))}"
        return "'{{ " + moment + " }}'"

    model = re.sub(rf"'{AS_OF_MARK}([+-]\d+)@'", moved, model)
    head = "{{ config(materialized='table') }}\n"
    day = (
        "{% set as_of = modules.datetime.date.fromisoformat(var('as_of', '" + as_of.isoformat() + "') | string) %}\n\n"
    )
    return head + day + model

"""A merged duplicate's answers, for engines that work a step out anew wherever it is named.

`statement.py` joins the step `criteria` to itself. Spark would read every table twice for that, and send all accounts
that are no duplicates, whose key is NULL, to one machine. Here the rows of a merger meet by its key instead, in one
window: the same answers, one reading, and the rows stay as evenly spread as the ids are.
"""

from __future__ import annotations

from sqlglot import exp

from idealfit.scores import sql

ONE_READING = ("spark", "databricks")
"""The dialects whose statement is written so."""
LINES = "lines"
"""The step that is exchanged."""


def in_one_reading(lines: exp.Select) -> exp.Select:
    """The step `lines` of a statement as `max(answer of the survivor) over (rows of one merger)`.

    A row's key is the id that it was merged into, else its own; the survivor is the row whose own id that is and that
    was merged into none. Where there is no survivor the row keeps its own answers, as in the join.
    """
    own = lines.args["from_"].this.this
    names = [column.alias_or_name for column in lines.expressions]
    answers = [name for name in names if name not in ("account_id", "duplicate_of")]
    account, merged = sql.column("account_id"), sql.column("duplicate_of")
    key = exp.Coalesce(this=merged, expressions=[account])
    survives = sql.all_of(
        [exp.Is(this=merged.copy(), expression=exp.Null()), exp.Not(this=exp.Is(this=account, expression=exp.Null()))]
    )
    inner = exp.select(exp.Star(), exp.alias_(key, "merger", quoted=True)).from_(exp.Table(this=own.copy()))

    def over(node: exp.Expr) -> exp.Expr:
        return exp.Window(this=exp.Max(this=node), partition_by=[sql.column("merger")])

    found = over(sql.cases((survives.copy(), sql.truth(True))))
    chosen = [
        exp.alias_(
            sql.cases((found.copy(), over(sql.cases((survives.copy(), sql.column(name))))), default=sql.column(name)),
            name,
            quoted=True,
        )
        for name in answers
    ]
    relation = exp.Subquery(this=inner, alias=exp.TableAlias(this=sql.name("rows")))
    return exp.select(account.copy(), merged.copy(), *chosen).from_(relation)

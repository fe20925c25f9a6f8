"""Several profiles as one SQL statement: every account answered once for all of them, scored by each, and shown by the
motion that is its best.

Which is the best is decided as `motions.score_motions` decides it: whom a motion is sold to, the tier, fit, timing, the
order of the profiles. The statement of each motion stands within, over the answers to all (`answered.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import reduce

from sqlglot import exp

from idealfit.profile.content import Profile
from idealfit.profile.parsing import parse
from idealfit.scores import sql
from idealfit.scores.answered import RAISED, Answered, Asked, Step, answered, safe
from idealfit.scores.lying import TableAt, TableName, Tables
from idealfit.scores.motions import criterion_column
from idealfit.scores.statement import Statement, asked_of, put_together, score_statement

_SOLD = "sold to such accounts"
_TIERS = ("A", "B", "C", "unknown", "excluded")
"""The best first."""
_WHOLE = ("rank", "card_points", "card_most")


def motions_statement(
    profiles: Mapping[str, Profile],
    tables: Tables,
    *,
    as_of: date,
    versions: Mapping[str, str],
    criteria: bool = False,
    texts: bool = False,
    top: int = 0,
    card: bool = False,
) -> Statement:
    """The scores of every account of `tables` by its best motion of `profiles` (motion → profile): the columns of
    `score_statement`, `motion`, and with `criteria` a column of each motion's criteria (`criterion_column`)."""
    beside = {motion: {} if one.sold_to is None else {_SOLD: parse(one.sold_to)} for motion, one in profiles.items()}
    asked = [
        asked_of(one, criteria=True, card=card, values=True, beside=beside[motion], before=f"m{number}_")
        for number, (motion, one) in enumerate(profiles.items())
    ]
    found = answered(asked, tables, as_of, hands=card)
    steps, said = list(found.steps), dict[str, str]()
    made: list[Statement] = []
    for number, (one, (motion, profile)) in enumerate(zip(asked, profiles.items(), strict=True)):
        own = f"answers_{number + 1}"
        steps.append(Step(own, _own_answers(one, found)))
        made.append(
            score_statement(
                profile,
                tables,
                as_of=as_of,
                version=versions[motion],
                texts=texts,
                top=top,
                card=card,
                values=True,
                beside=beside[motion],
                answers=Answered(own, hands=found.hands),
            )
        )
        steps.append(Step(f"scores_{number + 1}", made[-1].query))
        said |= {own: f"What the motion '{motion}' asks.", f"scores_{number + 1}": f"Scores by '{motion}'."}
    shown = list(dict.fromkeys(name for one in made for name in one.shown if not name.startswith("c_")))
    steps += [Step("every", _every(made, list(profiles), shown)), Step("placed", _placed())]
    said |= {"every": "What each motion says of every account.", "placed": "The best motion of an account is number 1."}
    columns = [sql.column(name, "placed") for name in (*shown, "motion")]
    query = exp.select(*columns).from_(sql.table("placed"))
    if criteria:
        query = query.select(*_criteria(asked, list(profiles), found.relation))
        same = exp.EQ(this=sql.column("account_id", found.relation), expression=sql.column("account_id", "placed"))
        query = query.join(sql.table(found.relation), on=same)
    first = exp.EQ(this=sql.column("place", "placed"), expression=sql.integer(1))
    return put_together(steps, query.where(first), found, {name: safe(text) for name, text in said.items()})


def tables_of_all(found: Sequence[Tables]) -> Tables:
    """The tables that several profiles read, each with the columns that any of them reads; the first one's kinds."""
    columns = dict(found[0].accounts.columns)
    others: dict[TableName, TableAt] = {}
    for one in found:
        known = {name.lower() for name in columns}
        columns |= {name: held for name, held in one.accounts.columns.items() if name.lower() not in known}
        others |= one.others
    return Tables(TableAt(found[0].accounts.parts, columns), others)


def _own_answers(one: Asked, found: Answered) -> exp.Select:
    """The answers of a motion by the names that its statement has for them."""
    names = ["account_id", "duplicate_of", *(fact.column for fact in one.last), *([RAISED] if found.hands else [])]
    own = [exp.alias_(sql.column(one.column(name)), f"c_{name}", quoted=True) for name in one.predicates]
    return exp.select(*(sql.column(name) for name in names), *own).from_(sql.table(found.relation))


def _every(made: Sequence[Statement], motions: Sequence[str], shown: Sequence[str]) -> exp.Expr:
    """The rows of all motions one after the other; what a profile does not tell is NULL."""
    parts: list[exp.Expr] = []
    for number, (one, motion) in enumerate(zip(made, motions, strict=True)):
        columns = [
            sql.column(name)
            if name in one.shown
            else exp.alias_(sql.nothing("BIGINT" if name in _WHOLE else "DOUBLE"), name, quoted=True)
            for name in shown
        ]
        sold = sql.column(f"c_{_SOLD}")
        whom: exp.Expr = sql.integer(1)
        if sold.name in one.shown:
            unknown = exp.Is(this=sold, expression=exp.Null())
            whom = sql.cases((unknown, sql.integer(1)), (sold.copy(), sql.integer(0)), default=sql.integer(2))
        more = (("motion", sql.string(motion)), ("motion_number", sql.integer(number)), ("whom", whom))
        told = [exp.alias_(node, name, quoted=True) for name, node in more]
        parts.append(exp.select(*columns, *told).from_(sql.table(f"scores_{number + 1}")))
    return reduce(lambda left, right: exp.Union(this=left, expression=right, distinct=False), parts)


def _placed() -> exp.Select:
    tiers = [
        (exp.EQ(this=sql.column("tier"), expression=sql.string(tier)), sql.integer(at))
        for at, tier in enumerate(_TIERS)
    ]
    order = [exp.Ordered(this=sql.column("whom"), desc=False, nulls_first=False)]
    order.append(exp.Ordered(this=sql.cases(*tiers), desc=False, nulls_first=False))
    order += [exp.Ordered(this=sql.column(name), desc=True, nulls_first=False) for name in ("fit", "timing")]
    order.append(exp.Ordered(this=sql.column("motion_number"), desc=False, nulls_first=False))
    whose = [sql.column("account_id")]
    place = exp.Window(this=exp.RowNumber(), partition_by=whose, order=exp.Order(expressions=order))
    return exp.select(exp.Star(), exp.alias_(place, "place", quoted=True)).from_(sql.table("every"))


def _criteria(asked: Sequence[Asked], motions: Sequence[str], relation: str) -> list[exp.Expr]:
    taken, made = set[str](), list[exp.Expr]()
    for number, (one, motion) in enumerate(zip(asked, motions, strict=True)):
        for name in one.predicates:
            if name == _SOLD:
                continue
            called = criterion_column(motion, name)
            called = called if called not in taken else f"{called}__{number}"
            taken.add(called)
            made.append(exp.alias_(sql.column(one.column(name), relation), called, quoted=True))
    return made

"""What criteria read of an account, prepared once a row: each column in the form in which it is compared.

The answers of `query.py` fold a text, round a number and cut a day wherever they read a column. Here each such reading
becomes a column of one first step, so that a statement stays short and no engine does the work twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from sqlglot import exp

from idealfit.accounts.folding import fold
from idealfit.scores import sql
from idealfit.scores.lying import TableAt, as_text, key_of
from idealfit.scores.query import TOOLS

ACCOUNTS = "account_read"
"""The name of the step."""
Form: TypeAlias = Literal["text", "number", "date", "list", "given"]
_OWN: tuple[str, ...] = ("account_id", "duplicate_of")
_MAIN: dict[str, Form] = {
    "text": "text",
    "number": "number",
    "date": "date",
    "timestamp": "date",
    "list": "list",
    "boolean": "given",
}


class Prepared:
    """The first step of a statement, as it grows with what is read: `used` are the fact columns among it."""

    def __init__(self, accounts: TableAt, facts: Mapping[str, str]) -> None:
        self.accounts = accounts
        self.facts = facts
        self.used: set[str] = set()
        self._columns: dict[tuple[str, Form], str] = {}

    @property
    def reads(self) -> list[str]:
        """The columns of `accounts` that are read, by their own names."""
        return list(dict.fromkeys(name for name, _ in self._columns))

    @property
    def names(self) -> frozenset[str]:
        """The columns of the step, in small letters."""
        return frozenset((*_OWN, *(name.lower() for name in self._columns.values())))

    def read(self, node: exp.Expr) -> exp.Expr:
        """`node` with every column of an account or of a fact named by the step that has it, and literals folded."""
        tree = exp.Paren(this=node.copy())
        made: exp.Expr = tree.transform(self._exchanged, copy=False).this
        return simplified(made)

    def select(self, *, merged: bool) -> exp.Select:
        """The step."""
        columns = [exp.alias_(key_of(self.accounts, "account_id"), "account_id", quoted=True)]
        if merged:
            columns.append(exp.alias_(key_of(self.accounts, "duplicate_of"), "duplicate_of", quoted=True))
        for (name, form), alias in self._columns.items():
            columns.append(exp.alias_(self._form(name, form), alias, quoted=True))
        return exp.select(*columns).from_(self.accounts.relation)

    def _form(self, name: str, form: Form) -> exp.Expr:
        column = sql.column(name)
        match form:
            case "text":
                return sql.plain(as_text(column, self.accounts.columns[name]))
            case "number":
                return sql.call("IDEALFIT_NUMBER", column, sql.truth(self.accounts.columns[name].exact))
            case "date":
                return sql.cast(column, "DATE")
            case "list":
                return sql.folded_list(column)
            case "given":
                return column

    def _alias(self, name: str, form: Form) -> exp.Column:
        if (name, form) not in self._columns:
            kind = self.accounts.columns[name].kind
            main = _MAIN[kind] == form and name.lower() not in _OWN
            alias = name if main else f"{name}_as_{form}"
            taken = {*(one.lower() for one in self._columns.values()), *_OWN}
            if not main:
                taken |= {one.lower() for one in self.accounts.columns}
            while alias.lower() in taken:
                alias += "_"
            self._columns[name, form] = alias
        return sql.column(self._columns[name, form], ACCOUNTS)

    def _exchanged(self, node: exp.Expr) -> exp.Expr:  # noqa: PLR0911 - one way of reading after the other
        match node:
            case exp.Lower(this=exp.Trim(this=exp.Literal() as literal)):
                return sql.string(fold(literal.name))
            case exp.Lower(this=exp.Literal() as literal):
                return sql.string("".join(fold(sign) or sign for sign in literal.name))
            case exp.Lower(this=exp.Trim(this=exp.Column() as column)) if column.name not in self.facts:
                return self._alias(column.name, "text")
            case exp.TryCast(this=exp.Column() as column) if column.name not in self.facts:
                return self._alias(column.name, "number")
            case exp.Cast(this=exp.Column() as column, to=exp.DataType(this=exp.DataType.Type.DATE)):
                return self._alias(column.name, "date")
            case exp.Anonymous() if (listed := _listed(node)) is not None:
                return self._alias(listed, "list")
            case exp.Column() if node.name == TOOLS:
                return self._alias(next(name for name in self.accounts.columns if name.lower() == "tech"), "list")
            case exp.Column() if node.name in self.facts:
                self.used.add(node.name)
                return sql.column(node.name, self.facts[node.name])
            case exp.Column() if not node.table and node.name in self.accounts.columns:
                kind = self.accounts.columns[node.name].kind
                return self._alias(node.name, "given" if kind in ("number", "list") else _MAIN[kind])
        return node


def _listed(node: exp.Anonymous) -> str | None:
    """The column of a `sql.folded_list`."""
    if str(node.this).lower() != "list_filter":
        return None
    inner = node.expressions[0]
    if not isinstance(inner, exp.Anonymous) or str(inner.this).lower() != "list_transform":
        return None
    column = inner.expressions[0]
    return column.name if isinstance(column, exp.Column) else None


def simplified(node: exp.Expr) -> exp.Expr:
    """The same answer as a person would write it: whole numbers bare, BETWEEN and IN instead of their parts, texts in
    the form in which they are compared."""
    tree = exp.Paren(this=node)
    for one in reversed(list(tree.walk())):
        other = _shorter(one)
        if other is not one:
            one.replace(other)
    made: exp.Expr = tree.this
    made.pop()
    return made


_COMPARED = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)


_PLAIN = (*_COMPARED, exp.Is, exp.In, exp.Between, exp.Column, exp.Paren)
"""What AND, OR and THEN bind less than: no parentheses are needed around it."""


def _shorter(node: exp.Expr) -> exp.Expr:  # noqa: PLR0911 - one abbreviation after the other
    if isinstance(node, _COMPARED):
        for side in ("this", "expression"):
            node.set(side, _bare(node.args[side]))
        return node
    match node:
        case exp.And():
            return _between(node) or node
        case exp.Or():
            return _among(node) or node
        case exp.Paren() if isinstance(node.this, exp.Paren):
            return node.this
        case exp.Paren() if isinstance(node.this, _PLAIN) and isinstance(node.parent, exp.And | exp.Or):
            return node.this
        case exp.Lower(this=exp.Trim(this=exp.Literal() as literal)):
            return sql.string(fold(literal.name))
        case exp.Alias(this=exp.Column() as column) if column.name == node.alias:
            return column
    return node


def _bare(node: exp.Expr) -> exp.Expr:
    """A number literal without its cast where it is whole and small: every engine compares it exactly."""
    if not isinstance(node, exp.Cast) or node.to.this != exp.DataType.Type.DECIMAL:
        return node
    inner = node.this
    literal = inner.this if isinstance(inner, exp.Neg) else inner
    if not isinstance(literal, exp.Literal) or literal.is_string:
        return node
    whole, _, rest = str(literal.this).partition(".")
    if len(whole) > 9 or rest.strip("0"):
        return node
    return sql.integer(-int(whole) if isinstance(inner, exp.Neg) else int(whole))


def _inside(node: exp.Expr) -> exp.Expr:
    return _inside(node.this) if isinstance(node, exp.Paren) else node


def _between(node: exp.And) -> exp.Expr | None:
    low, high = _inside(node.this), _inside(node.expression)
    if isinstance(low, exp.GTE) and isinstance(high, exp.LTE) and low.this == high.this:
        return exp.Between(this=low.this, low=low.expression, high=high.expression)
    return None


def _among(node: exp.Or) -> exp.Expr | None:
    """`x = 'a' OR x = 'b'` as `x IN ('a', 'b')`, for literals, which are never NULL."""
    first, second = _inside(node.this), _inside(node.expression)
    if not _is_choice(second):
        return None
    if isinstance(first, exp.In) and first.this == second.this:
        return exp.In(this=first.this, expressions=[*first.expressions, second.expression])
    if _is_choice(first) and first.this == second.this:
        return exp.In(this=first.this, expressions=[first.expression, second.expression])
    return None


def _is_choice(node: exp.Expr) -> bool:
    return isinstance(node, exp.EQ) and isinstance(node.this, exp.Column) and isinstance(node.expression, exp.Literal)

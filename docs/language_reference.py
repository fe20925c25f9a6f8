"""Writes docs/reference/predicate.md: the language of `when`, from the parser's own tables and the program's answers.

Grammar, examples, sentences, truth tables and refusals are asked of the program; only explanations are written here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from idealfit.accounts.currency import CODES
from idealfit.errors import PredicateError
from idealfit.profile.coverage import Coverage
from idealfit.profile.evaluating import AccountFacts, evaluate
from idealfit.profile.functions import MAX_DAYS, SIGNATURES
from idealfit.profile.parsing import MAX_DEPTH, MAX_DIVISIONS, parse
from idealfit.profile.predicate import And, Attribute, Not, Or, Predicate
from idealfit.profile.sentence import sentence
from idealfit.profile.tokens import MAX_LENGTH

EXAMPLES = (
    "employees BETWEEN 100 AND 500",
    "revenue > 20000000",
    "revenue BETWEEN USD 20M AND USD 100M",
    "ownership NOT IN ('government', 'nonprofit')",
    "founded_year >= 2015 AND country = 'Germany'",
    "founded_year >= year_of(as_of) - 5",
    "founded_on >= as_of - '2 years'",
    "last_activity_at < '2026-01-01'",
    "renewal_on BETWEEN as_of AND as_of + '90 days'",
    '"Client Size" IS NOT NULL',
    "name LIKE '%bank%'",
    "revenue / employees >= 200000",
    "NOT (country = 'Russia' OR status = 'competitor')",
    "soc2 = TRUE",
    "not_happened('layoff', within => '1 day')",
    "happened('hiring', detail => 'security')",
    "happened('funding_round', within => '180 days', before => '90 days')",
)
"""What is shown beside an example of every function."""

REFUSED = (
    "employes > 5",
    "employees >",
    "employees > 20M",
    "revenue > $20M",
    "happend('audit')",
    "happened('audit', within => '6 months')",
    "upcoming('audit')",
    "founded_on > as_of - 5",
    "founded_on + '2 years' > as_of",
    "founded_on > as_of - '2 decades'",
    "as_of > 5",
    "soc2 > TRUE",
    "industry = NULL",
    "CASE WHEN soc2 THEN employees END",
    "employees = 1; DROP TABLE accounts",
)
"""What people try, and what they are told."""
_COLUMNS = ("employees", "revenue", "industry", "soc2", "founded_on")

INTRODUCTION = """\
A `when` in the profile file is one statement about an account: true, false, or unknown where the data is missing. It is
a closed subset of SQL with a few functions. It is parsed once; the score's SQL, the Python evaluation and the English
sentence on the page are translations of what was parsed. Anything else is refused, with its position and with what
would be allowed there."""

GRAMMAR = """\
predicate  = conjunction , { "OR" , conjunction } ;
conjunction = negation , { "AND" , negation } ;
negation   = "NOT" , negation | test ;
test       = condition | column | "(" , predicate , ")"
           | value , comparison , value
           | value , [ "NOT" ] , "BETWEEN" , value , "AND" , value
           | value , [ "NOT" ] , "IN" , "(" , literal , { "," , literal } , ")"
           | value , [ "NOT" ] , "LIKE" , text
           | value , "IS" , [ "NOT" ] , "NULL" ;
comparison = "=" | "<>" | "!=" | "<" | "<=" | ">" | ">=" ;

value      = product , { ( "+" | "-" ) , product } ;
product    = part , { ( "*" | "/" ) , part } ;
part       = literal | amount | day | column | quantity | "(" , value , ")" ;
literal    = [ "+" | "-" ] , number | text | "TRUE" | "FALSE" ;
amount     = currency , size | size , currency ;
size       = number , [ "K" | "M" | "B" ] ;
day        = "as_of" , [ ( "+" | "-" ) , span ] ;
"""
TERMINALS = """\
detail     = "," , "detail" , "=>" , text ;
within     = "," , "within" , "=>" , window ;
before     = "," , "before" , "=>" , window ;
window     = "'" , whole , ( "day" | "days" ) , "'" ;
span       = "'" , whole , ( "day" | "week" | "month" | "quarter" | "year" ) , [ "s" ] , "'" ;

column     = letter , { letter | digit | "_" } | '"' , character , { character } , '"' ;
text       = "'" , { character } , "'" ;
number     = whole , [ "." , whole ] | "." , whole ;
whole      = digit , { digit } ;
currency   = ? a code of ISO 4217, in capitals ? ;"""
QUANTITIES = ("count_of", "count_of_tools", "count_in", "growth", "year_of")

RULES = f"""\
- Keywords, functions and columns are written in any case. `detail`, `within` and `before` stand in any order.
- A column that has blanks or signs in its name, or the name of a keyword (or `as_of`), stands in double quotes. A quote
  inside quotes is doubled: `'it''s'`.
- A column alone is a test if it is a yes/no column.
- Numbers have at most 12 digits before the point and 6 after it; no exponent, no currency sign, no thousands mark.
  Thousands, millions and billions (`K`, `M`, `B`) stand in amounts only: `USD 20M`, `1.5M EUR`.
- Only values of one kind are compared: numbers, texts, days, or TRUE and FALSE, which know only `=` and `<>`. Only
  numbers are calculated with; a day is moved by a span: `as_of - '2 years'`.
- In a `LIKE` pattern `%` is any text and `_` one character; `\\%`, `\\_` and `\\\\` are the signs themselves.
- A window is 1 to {MAX_DAYS:,} whole days. For weeks and months the message says how many days they are.
- At most {MAX_LENGTH:,} characters, {MAX_DEPTH} levels of nesting, and {MAX_DIVISIONS} divisions within each other.
- Not part of the language: comments, casts, `CASE`, `SELECT`, regular expressions, other functions."""

MEANING = f"""\
**Three values.** A comparison with something unknown is unknown; `NOT` unknown is unknown; `AND` is false if any part
is false, `OR` true if any part is true. Only `IS NULL` makes something known of a gap. A column that the data does
not have is unknown, even to `IS NULL`, and a warning says so.

**Texts** are compared without case and without outer blanks. A text column compared with a number is unknown, for
nothing is cast.

**Days**: a text `'2026-09-30'` beside a date column is that day; a time counts as its day, in UTC. `as_of` is T: the
as-of date when scoring, and the day before the deal opened in evidence. A month or a year before a day is the same
day of that month, or its last one; a quarter is three months. `year_of(…)` is the calendar year of a day, as a
number.

**Numbers** are decimal, with six digits after the point; every operation is rounded to the sixth digit, half away
from zero. A division by zero is unknown, and so is a result of 10¹² or more.

**Amounts** with a currency (one of {len(CODES)} codes) are converted to the currency that the accounts' amounts are
in: `coverage.currency` and `coverage.rates` of the profile, else `currency` and `rates` of company.yaml, at the rate
of the as-of day. Where no rate leads there, or nobody says which currency the amounts are in, they are unknown, and a
warning says what to give.

**Tools** (`uses`, `uses_any`, `uses_all`) are looked up in the list `tech`. An empty list is unknown. A tool that is
not in the list is a 'no' only if the profile's `coverage.tech.tools` names it: the list's source would have seen it.
`count_of_tools()` is how many different tools the list names.

**Other lists** (`includes`, `includes_any`, `includes_all`, `count_in`) are taken as complete: what is not in a list
that holds anything is a 'no'.

**Events** are the rows of `events` and the inbound `activities`. `within => '180 days'` is (T - 180 days, T]; for
`upcoming` it is (T, T + n]; `before => '90 days'` ends the window at T - 90 days, so that
`not_happened('marketing_hire', before => '90 days')` is 'not yet, or for the first time within the last 90 days'. An
event counts only if it was known by T. Where no event matches, the answer is 'no' (or 0) if the records cover the
account from the window's first day on (without `within`: at its end), else unknown. `coverage.events` says for each
type what they cover, `default_events` for the others:

| | covers |
|---|---|
| `all` | every account, for windows that begin on or after the type's `first_record`: our own systems |
| `listed` | accounts with any event on file of a type that is not `all`: somebody else's file |

`not_happened(…)` is `NOT happened(…)`. **`growth`** is the value at T over the value n days earlier, minus 1, read
from `account_history`. **`has_role`** looks for the words among the roles, functions, seniorities and titles of the
contacts. How many contacts an account has says how much we worked it, so there is no function that counts them."""


def language() -> str:
    """docs/reference/predicate.md, without the note that it is made."""
    heard = "What is written, and the sentence that a person reads:"
    across = ("", *(f"`{kind}`" for kind in _KINDS))
    parts = (
        INTRODUCTION,
        f"## By example\n\n{heard}\n\n{_table(('`when`', 'reads'), _examples())}",
        f"## Functions\n\n{_table(('function', 'true', 'false', 'unknown'), _functions())}",
        f"## Three values\n\n{_truths()}",
        f"## What is compared with what\n\n{_table(across, _comparisons())}\n\n{_KINDS_TOLD}",
        f"## Grammar\n\n```ebnf\n{_grammar()}\n```\n\n{RULES}",
        f"## Meaning\n\n{MEANING}",
        f"## What is refused, and what is said\n\n{_table(('`when`', 'column', 'said'), _refusals())}",
    )
    return "\n\n".join(parts) + "\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def _examples() -> Iterable[Sequence[str]]:
    whens = (*EXAMPLES, *(signature.example for signature in SIGNATURES.values()))
    return ((f"`{when}`", sentence(parse(when))) for when in whens)


def _functions() -> Iterable[Sequence[str]]:
    for signature in SIGNATURES.values():
        yield f"`{signature.usage}`", signature.true or "", signature.false or "", signature.unknown
    yield "`year_of(as_of) - 5`", "", "", "the column holds no day"


_VALUES: dict[str, bool | None] = {"true": True, "false": False, "unknown": None}


def _truths() -> str:
    """AND, OR and NOT, as the program answers."""

    def answer(predicate: Predicate, **columns: bool | None) -> str:
        found = evaluate(predicate, AccountFacts(columns), date(2026, 9, 30))
        return next(word for word, value in _VALUES.items() if value is found)

    a, b = Attribute("a"), Attribute("b")
    rows = [
        (
            one,
            other,
            answer(And((a, b)), a=first, b=second),
            answer(Or((a, b)), a=first, b=second),
            answer(Not(a), a=first),
        )
        for one, first in _VALUES.items()
        for other, second in _VALUES.items()
    ]
    return _table(("a", "b", "a AND b", "a OR b", "NOT a"), rows)


_KINDS: dict[str, object] = {
    "120": 120,
    "'SaaS'": "SaaS",
    "TRUE": True,
    "'2026-09-30'": "2026-09-30",
    "as_of": None,
    "USD 5": None,
}
_KINDS_TOLD = "Whether a column that holds what stands on the left is compared with what stands above."
_COLUMN_KINDS: dict[str, object] = {
    "a number": 120,
    "a text": "x",
    "yes or no": True,
    "a day": date(2026, 9, 30),
    "a list": ["x"],
    "no value": None,
}


def _comparisons() -> Iterable[Sequence[str]]:
    coverage = Coverage(currency="USD")
    for name, held in _COLUMN_KINDS.items():
        cells = []
        for written in _KINDS:
            found = evaluate(
                parse(f"held = {written}"), AccountFacts({"held": held}, coverage=coverage), date(2026, 9, 30)
            )
            cells.append("unknown" if found is None else "true or false")
        yield name, *cells


def _grammar() -> str:
    forms = {name: signature.form for name, signature in SIGNATURES.items()}
    forms["year_of"] = '"year_of" , "(" , ( day | column ) , ")"'
    conditions = [form for name, form in forms.items() if name not in QUANTITIES]
    quantities = [forms[name] for name in QUANTITIES]
    made = [
        f"{title.ljust(10)} = " + "\n           | ".join(lines) + " ;"
        for title, lines in (("condition", conditions), ("quantity", quantities))
    ]
    return "\n".join([GRAMMAR, *made, TERMINALS])


def _refusals() -> Iterable[Sequence[str]]:
    for when in REFUSED:
        try:
            parse(when, known=_COLUMNS)
        except PredicateError as error:
            yield f"`{when}`", str(error.position), f"{error.what}. {error.remedy}".replace("|", "\\|")
        else:
            raise AssertionError(f"not refused: {when}")

"""Names for a page that numbers cannot fill yet: the customers in a grid of traits, and whom to interview."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from idealfit.evidence.table import Evidence, Fact
from idealfit.profile.parsing import fold
from idealfit.profile.predicate import Attribute, Between, Comparison, Number, Predicate, Text, Truth, Uses
from idealfit.profile.sentence import sentence
from idealfit.profile.text import to_text
from idealfit.records.attribute import AttributeInfo
from idealfit.store.engine import insert_texts, quote

MOST_ROWS, MOST_GOOD, MOST_TRAITS = 45, 30, 6
MOST_SHARED, LEAST_SHARING, ENOUGH_OTHERS = 6, 3, 10
LEAST_KNOWN = 0.5
"""A trait of the grid is known for at least this share of the companies in it."""

BEST_ASK = (
    "What had happened just before you began to look?",
    "What had you tried before, and what did it cost you?",
    "Who had to agree, and what nearly stopped it?",
)
LEFT_ASK = ("What did you hope for that did not come?", "What do you use now?")
LOST_ASK = ("What did you do instead?", "When did you know that it would not be us?")


@dataclass(frozen=True)
class Company:
    """An account by name; `outcome`: customer, former, lost (fast) or not yet; among customers alone best or other;
    by stages advanced or stopped.
    `value`: the largest amount or yearly revenue known of it, 0 where none is; it orders the names.
    """

    account_id: str
    name: str
    outcome: str
    value: float


FAST = "lost fast"
GOOD = ("best", "customer")
_TELLING = ("former", "customer", "best", "advanced", "other", FAST, "lost", "stopped", "not yet")
"""Of an account with several rows the first of these counts: who left was a customer, who bought was never lost."""

_ORDER = {
    **dict.fromkeys(GOOD, 0), "former": 1, "advanced": 2, "other": 2, FAST: 2, "lost": 3, "stopped": 3, "not yet": 4
}  # fmt: skip


def companies_of(con: duckdb.DuckDBPyConnection, evidence: Evidence, unit: str) -> list[Company]:
    """Every account that bought, left or said no: by its deals, and by its status where it has no deal. Customers
    first, then former ones, then those who decided against us fast (they had the urgency), then the rest; within each
    the most valuable first.
    """
    found: dict[str, Company] = {}
    value = np.nan_to_num(np.where(np.isfinite(evidence.arr), evidence.arr, evidence.amount))
    fast = _fast(evidence) if unit == "deal" else np.zeros(evidence.rows, dtype=bool)
    for row in np.flatnonzero(evidence.outcome >= 0):
        account, worth = str(evidence.account_id[row]), float(value[row])
        good = bool(evidence.outcome[row] == 1)
        outcome = FAST if fast[row] else _outcome(unit, good=good, ended=bool(evidence.ended[row]))
        known = found.get(account)
        if known is not None and _TELLING.index(known.outcome) <= _TELLING.index(outcome):
            worth = max(worth, known.value) if outcome == known.outcome else known.value
            outcome = known.outcome
        found[account] = Company(account, str(evidence.name[row]), outcome, worth)
    if unit == "advance":
        _add_buyers(con, found)
    statuses = con.execute(
        """
        SELECT account_id, COALESCE(name, account_id), status FROM accounts
        WHERE duplicate_of IS NULL AND status IN ('customer', 'former') ORDER BY account_id
        """
    ).fetchall()
    for account, name, status in statuses:
        known = found.get(account)
        if known is None:
            found[account] = Company(account, name, status, 0.0)
        elif status == "former" and known.outcome not in ("best", "other"):
            found[account] = Company(account, name, status, known.value)
    return sorted(found.values(), key=lambda one: (_ORDER[one.outcome], -one.value, one.name, one.account_id))


def _fast(evidence: Evidence) -> NDArray[np.bool_]:
    """Lost deals that were decided as fast as the fastest third of them, and no slower than half of the won ones."""
    known = np.isfinite(evidence.cycle_days)
    lost, won = known & (evidence.outcome == 0), known & (evidence.outcome == 1)
    if int(lost.sum()) < LEAST_SHARING:
        return np.zeros(evidence.rows, dtype=bool)
    limit = float(np.quantile(evidence.cycle_days[lost], 1 / 3))
    if int(won.sum()) >= LEAST_SHARING:
        limit = min(limit, float(np.median(evidence.cycle_days[won])))
    usual = float(np.median(evidence.cycle_days[lost]))
    fast: NDArray[np.bool_] = lost & (evidence.cycle_days <= limit) & (evidence.cycle_days < usual)
    return fast


def _add_buyers(con: duckdb.DuckDBPyConnection, found: dict[str, Company]) -> None:
    """Where rows say who advanced: who bought is known from the deals themselves."""
    rows = con.execute(
        "SELECT DISTINCT account_id FROM deals WHERE outcome = 'won' AND account_id IS NOT NULL ORDER BY 1"
    ).fetchall()
    for (account,) in rows:
        if account in found:
            found[account] = replace(found[account], outcome="customer")


def _outcome(unit: str, *, good: bool, ended: bool) -> str:
    if unit == "customer":
        return "best" if good else "other"
    if unit == "account":
        return "customer" if good else "not yet"
    if unit == "advance":
        return "advanced" if good else "stopped"
    return ("former" if ended else "customer") if good else "lost"


def grid_of(con: duckdb.DuckDBPyConnection, companies: list[Company], facts: tuple[Fact, ...]) -> dict[str, Any]:
    """The grid: at most 45 companies (of the good ones at most thirty, where there are others) with up to six
    of the `facts` that are mostly known; `total` says how many companies there are.
    """
    good = [one for one in companies if one.outcome in GOOD]
    others = [one for one in companies if one.outcome not in GOOD]
    most = max(MOST_GOOD, MOST_ROWS - len(others))
    shown = [*good[:most], *others[: MOST_ROWS - min(len(good), most)]]
    traits = [fact for fact in facts if fact.kind in ("category", "number", "boolean", "list")]
    values = _values(con, shown, [fact.name for fact in traits]) if shown else {}
    filled = {name: sum(cell is not None for cell in column) / len(shown) for name, column in values.items()}
    traits = [fact for fact in traits if fact.name in values]
    kept = [fact for fact in traits if filled[fact.name] >= LEAST_KNOWN and len(set(values[fact.name])) > 1]
    kept = sorted(kept, key=lambda fact: -round(filled[fact.name], 1))[:MOST_TRAITS]
    rows = [
        {
            "account_id": one.account_id,
            "name": one.name,
            "outcome": one.outcome,
            "values": [values[fact.name][place] for fact in kept],
        }
        for place, one in enumerate(shown)
    ]
    return {"traits": [fact.info.label for fact in kept], "rows": rows, "total": len(companies)}


def shared_by(
    con: duckdb.DuckDBPyConnection,
    companies: list[Company],
    facts: tuple[Fact, ...],
    attributes: Mapping[str, AttributeInfo],
) -> list[dict[str, Any]]:
    """What at least half of the customers have in common, for a hypothesis: `attribute`, `when`, `sentence`, and how
    many customers and others have it among those where it is known. What is rarer among the others comes first.
    """
    good, others = [one.outcome in GOOD for one in companies], [one.outcome not in GOOD for one in companies]
    fast = [one.outcome == FAST for one in companies]
    if sum(good) < LEAST_SHARING:
        return []
    columns = [fact for fact in facts if fact.kind in ("category", "boolean", "number", "list")]
    found = []
    for name, cells in raw_values(con, companies, [fact.name for fact in columns]).items():
        for predicate, holds in _in_common(name, cells, good):
            known = [cell is not None and cell != [] for cell in cells]
            inside = sum(one and there for one, there in zip(holds, good, strict=True))
            outside = sum(one and there for one, there in zip(holds, others, strict=True))
            of = sum(one and there for one, there in zip(known, good, strict=True))
            of_others = sum(one and there for one, there in zip(known, others, strict=True))
            fast_ones = {
                "fast": sum(one and there for one, there in zip(holds, fast, strict=True)),
                "of_fast": sum(one and there for one, there in zip(known, fast, strict=True)),
            }
            if of < LEAST_SHARING or inside < 0.5 * of or inside < LEAST_SHARING:
                continue
            gain = inside / of - (outside / of_others if of_others else 0.5)
            if gain <= 0 and of_others >= ENOUGH_OTHERS:
                continue
            entry = {
                "attribute": name,
                "when": to_text(predicate),
                "sentence": sentence(predicate, attributes),
                "counts": {"good": inside, "of": of, "others": outside, "of_others": of_others, **fast_ones},
            }
            found.append((gain, entry))
    found.sort(key=lambda one: (-one[0], str(one[1]["attribute"])))
    return [entry for _gain, entry in found[:MOST_SHARED]]


def _in_common(name: str, cells: list[Any], good: list[bool]) -> Iterator[tuple[Predicate, list[bool]]]:
    """The commonest value among the good ones (of a list: the commonest member); of numbers, the middle four fifths."""
    here = [cell for cell, one in zip(cells, good, strict=True) if one and cell is not None and cell != []]
    if not here:
        return
    if isinstance(here[0], bool):
        usual = Counter(here).most_common(1)[0][0]
        yield Comparison("=", Attribute(name), Truth(usual)), [cell is usual for cell in cells]
    elif isinstance(here[0], list):
        tools = Counter(sorted(tool for cell in here for tool in {fold(str(one)) for one in cell}))
        for tool, _count in tools.most_common(1):
            spelled = written(str(one) for cell in here for one in cell if fold(str(one)) == tool)
            yield Uses((spelled,), "any"), [tool in {fold(str(one)) for one in cell or ()} for cell in cells]
    elif isinstance(here[0], str):
        text = written(fold(cell) for cell in here)
        spelled = written(cell.strip() for cell in here if fold(cell) == text)
        yield (
            Comparison("=", Attribute(name), Text(spelled)),
            [cell is not None and fold(cell) == text for cell in cells],
        )
    else:
        low, high = (_rounded(float(np.quantile([float(cell) for cell in here], at))) for at in (0.1, 0.9))
        if low < high:
            inside = [cell is not None and low <= Decimal(str(cell)) <= high for cell in cells]
            yield Between(Attribute(name), Number(low), Number(high)), inside


def written(texts: Iterable[str]) -> str:
    """How a text is written most often; the first in order among equals."""
    return Counter(sorted(texts)).most_common(1)[0][0]


def _rounded(value: float) -> Decimal:
    """`value` with two digits that count, years and the like in full."""
    if 1800 <= value <= 2100:
        return Decimal(round(value))
    return Decimal(str(float(f"{value:.2g}"))).normalize() + 0


def raw_values(con: duckdb.DuckDBPyConnection, companies: list[Company], names: list[str]) -> dict[str, list[Any]]:
    """Today's value of each column for each company, as it is stored; what is no column of the accounts is left out."""
    there = {row[0] for row in con.execute("DESCRIBE accounts").fetchall()}
    names = [name for name in names if name in there]
    if not companies or not names:
        return {}
    con.execute("CREATE OR REPLACE TEMP TABLE roster (place BIGINT, account_id VARCHAR)")
    insert_texts(con, "roster", [[one.account_id for one in companies]], numbers=range(len(companies)))
    columns = ", ".join(f"a.{quote(name)}" for name in names)
    rows = con.execute(f"SELECT {columns} FROM roster r JOIN accounts a USING (account_id) ORDER BY place").fetchall()
    con.execute("DROP TABLE roster")
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


def _values(con: duckdb.DuckDBPyConnection, companies: list[Company], names: list[str]) -> dict[str, list[str | None]]:
    """Today's value of each column for each company, in words."""
    return {name: [_cell(cell, name) for cell in cells] for name, cells in raw_values(con, companies, names).items()}


def _cell(value: Any, name: str) -> str | None:
    if value is None or value in ([], ""):
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(one) for one in value[:2]) + (f" and {len(value) - 2} more" if len(value) > 2 else "")
    if isinstance(value, int | float) or hasattr(value, "as_integer_ratio"):
        return _number(float(value), name)
    return str(value)


def _number(value: float, name: str) -> str:
    if "year" in name.lower() and value.is_integer():
        return f"{value:.0f}"
    return f"{value:,.0f}" if value.is_integer() or abs(value) >= 1000 else f"{value:,.2f}"


def interviews_of(companies: list[Company]) -> list[dict[str, Any]]:
    """Whom to ask: up to five customers, the most valuable first; two that left; two that said no."""
    valued = len({one.value for one in companies if one.outcome in GOOD}) > 1
    people = []
    for outcomes, most, why, ask in (
        (GOOD, 5, "Among your best customers" if valued else "Your customers", BEST_ASK),
        (("former",), 2, "They left", LEFT_ASK),
        ((FAST,), 1, "They decided fast, against us: what made it urgent?", LOST_ASK),
        (("lost", "stopped"), 2, "They said no", LOST_ASK),
    ):
        chosen = [one for one in companies if one.outcome in outcomes][:most]
        people += [{"account_id": one.account_id, "name": one.name, "why": why, "ask": list(ask)} for one in chosen]
    return people

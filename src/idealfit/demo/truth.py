"""What was planted in a made-up company, and what would have come of every account that nobody worked.

The truth is written outside the data folder, so that nothing that reads the data can see it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias

Kind: TypeAlias = Literal[
    "seek", "avoid", "churn", "support", "call", "proxy", "leak", "computed", "self_caused", "deal", "noise"
]
"""`seek` and `avoid` change the odds to win; `churn` wins often and leaves soon; `support` wins and is eaten by
support; `call` matters and is known only where somebody asked. The others are traps: `proxy` only goes along with a
real trait, `leak` was filled in after winning, `computed` by the CRM, `self_caused` counts our own effort, `deal`
belongs to the deal (who sold it), `noise` is chance."""
REAL_KINDS: tuple[Kind, ...] = ("seek", "avoid", "churn", "support")
Measure: TypeAlias = Literal["number", "category", "flag", "tool", "event", "activity", "column"]


@dataclass(frozen=True)
class PlantedTrait:
    """One planted thing.

    `attribute` is the column (a tool's is `tech`, an event's its type), `header` its name in the files where that is
    another one, `when` the predicate in the profile language, `effect` the odds ratio of winning; `values` are levels,
    tools or event types, `low` and `high` the ends of a range (None: open), `main` whether 900 deals should suffice to
    see it, `stands_for` the attribute behind a proxy.
    """

    kind: Kind
    attribute: str
    measure: Measure
    when: str
    effect: float = 1.0
    values: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    within_days: int | None = None
    main: bool = False
    stands_for: str | None = None
    header: str = ""
    note: str = ""


class HiddenOutcome(NamedTuple):
    """A never-worked account: its true probability to win, its true expected value (money over the horizon, cost to
    work it taken off), and whether it lies in the segment that wins and leaves.
    """

    account_id: str
    win_probability: float
    expected_value: float
    decoy: bool


@dataclass(frozen=True)
class Truth:
    """Everything planted under one seed."""

    seed: int
    recipe: str
    signal: bool
    company: str
    sells: str
    as_of: str
    currency: str
    horizon_months: int
    traits: tuple[PlantedTrait, ...]
    market: tuple[HiddenOutcome, ...]


def write_truth(path: Path, truth: Truth) -> None:
    """Write `truth` as JSON (one line an account of the market, so that it can be read and compared)."""
    content = asdict(truth)
    market = content.pop("market")
    head = json.dumps(content, indent=1, ensure_ascii=False)
    rows = ",\n".join(json.dumps(list(row), ensure_ascii=False) for row in market)
    path.write_text(f'{head[:-2]},\n "market": [\n{rows}\n ]\n}}\n', encoding="utf-8")


def read_truth(path: Path) -> Truth:
    """The truth that `write_truth` wrote."""
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    traits = tuple(PlantedTrait(**{**each, "values": tuple(each["values"])}) for each in content.pop("traits"))
    market = tuple(HiddenOutcome(*row) for row in content.pop("market"))
    return Truth(traits=traits, market=market, **content)

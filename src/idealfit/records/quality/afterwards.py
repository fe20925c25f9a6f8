"""Columns that know the end: filled in after the outcome, or explaining too much of it. Suspicions, with figures.

Whether a suspicion is right is judged where patterns are searched; here a person is told early which columns to ask
about, in words that need no statistics.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from idealfit.records.quality.effect import Harm, share_of
from idealfit.records.quality.problem import Problem, in_words, listed
from idealfit.records.quality.scene import Scene
from idealfit.records.tables import TABLES
from idealfit.store.engine import quote

_LEAST = 20
_FILLED = 0.3
_FAR = 0.25
_TELLING = 0.85
_LEVELS = 60
_CHUNK = 60
_OUTCOMES = ("won", "lost", "open", "none")


_ENDING = re.compile(
    r"\b(lost|loss|won|win|close[ds]?|closing|reason|competitor|churn\w*|outcome|result|as in file|id|owner)\b"
)
"""Columns about the end of a deal, or who of us sold it: that only an ended one has them is no finding."""


@dataclass(frozen=True)
class Fill:
    """How many accounts of each outcome have a value: outcome → (accounts, filled)."""

    column: str
    by: dict[str, tuple[int, int]]

    def rate(self, outcome: str) -> float | None:
        """The share filled; None where the outcome has too few accounts to tell."""
        accounts, filled = self.by.get(outcome, (0, 0))
        return filled / accounts if accounts >= _LEAST else None

    def as_dict(self) -> dict[str, float | None]:
        """Shares as quality.json holds them."""
        rates = {outcome: self.rate(outcome) for outcome in _OUTCOMES}
        return {outcome: None if rate is None else round(rate, 4) for outcome, rate in rates.items()}


def prepare(scene: Scene) -> bool:
    """Make `quality_standing`: account_id, outcome (won before lost before open) and its closed and won deals."""
    if not (scene.has("deals", "account_id", "outcome") and scene.has("accounts", "account_id")):
        return False
    scene.con.execute(
        "CREATE OR REPLACE TEMP TABLE quality_standing AS SELECT account_id, CASE WHEN bool_or(outcome = 'won') "
        "THEN 'won' WHEN bool_or(outcome = 'lost') THEN 'lost' ELSE 'open' END AS standing, count(*) FILTER "
        f"(outcome <> 'open') AS closed, count(*) FILTER (outcome = 'won') AS won FROM {scene.relation('deals')} "
        "WHERE account_id IS NOT NULL GROUP BY 1"
    )
    return True


def fills(scene: Scene) -> dict[str, Fill]:
    """Every column of `accounts` with its fill by outcome (after `prepare`)."""
    merged = "WHERE a.duplicate_of IS NULL" if "duplicate_of" in scene.columns["accounts"] else ""
    standing = f"{scene.relation('accounts')} a LEFT JOIN quality_standing s USING (account_id) {merged}"
    return _fills(scene, "accounts", standing, "coalesce(s.standing, 'none')")


def deal_fills(scene: Scene) -> dict[str, Fill]:
    """Every column of `deals` with its fill by outcome."""
    return _fills(scene, "deals", f"{scene.relation('deals')} a", "a.outcome")


def _fills(scene: Scene, table: str, source: str, outcome: str) -> dict[str, Fill]:
    found: dict[str, Fill] = {}
    names = [name for name in scene.columns[table] if name not in ("account_id", "deal_id", "duplicate_of", "outcome")]
    for start in range(0, len(names), _CHUNK):
        chunk = names[start : start + _CHUNK]
        counts = ", ".join(f"count({_known(name, scene.columns[table][name])})" for name in chunk)
        rows = scene.all(f"SELECT {outcome}, count(*), {counts} FROM {source} GROUP BY 1")
        for at, name in enumerate(chunk):
            found[name] = Fill(name, {row[0]: (int(row[1]), int(row[2 + at])) for row in rows})
    return found


def _known(name: str, kind: str) -> str:
    return f"CASE WHEN len(a.{quote(name)}) > 0 THEN 1 END" if kind.endswith("[]") else f"a.{quote(name)}"


def afterwards_problems(scene: Scene, filled: dict[str, Fill], of_deals: dict[str, Fill]) -> list[Problem]:
    """Columns that are filled by the outcome, and candidates whose values tell it."""
    known_after = _filled_after(scene, "accounts", [filled[name] for name in scene.candidates if name in filled])
    own = [
        fill
        for name, fill in of_deals.items()
        if name not in TABLES["deals"].columns and not _ENDING.search(name.lower().replace("_", " "))
    ]
    known_after += _filled_after(scene, "deals", own)
    named = {column for problem in known_after for column in problem.columns}
    return known_after + _telling(scene, [name for name in scene.candidates if name not in named])


def _filled_after(scene: Scene, table: str, fills_of: Sequence[Fill]) -> list[Problem]:
    """Columns that one outcome fills and another leaves empty; told together, since one habit fills them together."""
    groups: dict[str, list[Fill]] = {"won": [], "lost": [], "closed": []}
    for fill in fills_of:
        won, lost, opened = fill.rate("won"), fill.rate("lost"), fill.rate("open")
        if won is not None and lost is not None and won >= _FILLED and lost <= _FAR * won:
            groups["won"].append(fill)
        elif won is not None and lost is not None and lost >= _FILLED and won <= _FAR * lost:
            groups["lost"].append(fill)
        elif (
            won is not None
            and opened is not None
            and lost is not None
            and min(won, lost) >= _FILLED
            and opened <= 0.1 * won
        ):
            groups["closed"].append(fill)
    return [_after_problem(scene, table, kind, found) for kind, found in groups.items() if found]


def _after_problem(scene: Scene, table: str, kind: str, found: list[Fill]) -> Problem:
    names = tuple(fill.column for fill in found)
    one = max(found, key=lambda fill: (abs((fill.rate("won") or 0) - (fill.rate("lost") or 0)), fill.column))
    rates = {outcome: one.rate(outcome) for outcome in ("won", "lost", "open")}
    words = (
        {"won": "accounts that bought", "lost": "accounts lost", "open": "accounts with open deals"}
        if table == "accounts"
        else {"won": "won deals", "lost": "lost ones", "open": "open ones"}
    )
    told = ", ".join(f"{rate:.0%} of {words[outcome]}" for outcome, rate in rates.items() if rate is not None)
    what = {
        "won": "filled in after winning, or by whoever serves the customer",
        "lost": "filled in after losing",
        "closed": "filled in when a deal is closed",
    }[kind]
    if rates["open"] == 0:
        told += ": never for open deals"
    gap = abs((rates["won"] or 0) - (rates["lost"] or 0)) if kind != "closed" else (rates["won"] or 0)
    several = len(names) > 1
    if table == "accounts":
        effect = (
            f"a pattern in {'them' if several else 'it'} would be the shadow of the outcome: {len(names)} of "
            f"{len(scene.candidates)} columns about the company cannot be used"
        )
        harm = Harm(leak=gap, untestable=share_of(len(names), len(scene.candidates)))
    else:
        effect = f"what {'they say' if several else 'it says'} about the buyer is not known when it would help: before"
        harm = Harm(side=gap)
    return Problem(
        f"filled_after_{kind}",
        table,
        f"{'Columns' if several else 'The column'} {listed(in_words(name) for name in names)} "
        f"{'look' if several else 'looks'} {what}: {in_words(one.column)} is known for {told}",
        effect,
        f"Ask who fills {listed((in_words(name) for name in names), 2)}, and when. What can be known before a deal "
        "should be filled for new leads (form, enrichment); else mark it as known after the fact, in the mapping",
        harm,
        column=names[0] if not several else None,
        columns=names,
        rows=sum(one.by.get(each, (0, 0))[1] for each in ("won", "lost")),
        of=scene.rows[table],
    )


def _telling(scene: Scene, candidates: list[str]) -> list[Problem]:
    """Candidates that tell a won deal from a lost one nearly alone."""
    if min(scene.evidence.won, scene.evidence.lost) < _LEAST:
        return []
    found = []
    for name in candidates:
        kind = scene.columns["accounts"][name]
        told = (
            _of_number(scene, name)
            if kind == "DOUBLE"
            else _of_levels(scene, name)
            if kind in ("VARCHAR", "BOOLEAN")
            else None
        )
        if told is None or told["auc"] < _TELLING:
            continue
        value = ""
        if told.get("level") is not None:
            value = (
                f"; {told['level_won']:,} of {told['level_deals']:,} deals with {told['level']!r} were won, "
                f"elsewhere {told['rest']:.0%}"
            )
        found.append(
            Problem(
                "explains_too_much",
                "accounts",
                f"{in_words(name)} alone tells a won deal from a lost one in {told['auc']:.0%} of pairs (a coin: "
                f"50%){value}",
                "real traits are seldom so strong: suspect that it was filled in, or computed, because of the "
                "outcome; a profile made of it would find again what was written down",
                f"Ask where {in_words(name)} comes from. If it follows the sale mark it as known "
                "after the fact, in the mapping",
                Harm(leak=2 * told["auc"] - 1),
                column=name,
                columns=(name,),
                rows=told["deals"],
                of=scene.rows["deals"],
            )
        )
    return found


def _pairs(scene: Scene) -> str:
    return f"{scene.relation('accounts')} a JOIN quality_standing s USING (account_id)"


def _of_levels(scene: Scene, name: str) -> dict[str, Any] | None:
    """How well the levels of a column, each by its own win rate, tell won from lost; levels of ten deals and more, the
    rest as one. None where there are too many levels or too few deals."""
    levels = scene.all(
        f"WITH each AS (SELECT CAST(a.{quote(name)} AS VARCHAR) AS level, sum(closed) AS n, sum(won) AS won FROM "
        f"{_pairs(scene)} WHERE closed > 0 AND a.{quote(name)} IS NOT NULL GROUP BY 1) SELECT CASE WHEN n >= 10 THEN "
        "level END AS level, sum(n), sum(won), count(*) FROM each GROUP BY 1 ORDER BY sum(won) / sum(n) DESC, 1 "
        f"LIMIT {_LEVELS + 2}"
    )
    if not levels or len(levels) > _LEVELS:
        return None
    won, deals = sum(int(row[2]) for row in levels), sum(int(row[1]) for row in levels)
    lost = deals - won
    rare = next((int(row[1]) for row in levels if row[0] is None), 0)
    if min(won, lost) < _LEAST or rare > deals / 2:
        return None
    better, pairs = 0, 0.0
    for _level, n, wins, _ in levels:  # from the best level down: won here, lost further down, or in the same level
        fails = int(n) - int(wins)
        pairs += int(wins) * (lost - better - fails) + int(wins) * fails / 2
        better += fails
    top = max(
        (row for row in levels if row[0] is not None), key=lambda row: abs(int(row[2]) - int(row[1]) * won / deals)
    )
    rest = share_of(won - int(top[2]), deals - int(top[1]))
    return {
        "auc": pairs / (won * lost),
        "deals": deals,
        "level": str(top[0]),
        "level_deals": int(top[1]),
        "level_won": int(top[2]),
        "rest": rest,
    }


def _of_number(scene: Scene, name: str) -> dict[str, Any] | None:
    """How often a won deal's number is larger than a lost one's (or smaller, whichever is more)."""
    rows = scene.row(
        f"WITH each AS (SELECT a.{quote(name)} AS x, sum(closed) AS n, sum(won) AS won FROM {_pairs(scene)} WHERE "
        f"closed > 0 AND a.{quote(name)} IS NOT NULL GROUP BY 1), ordered AS (SELECT n - won AS lost, won, "
        "coalesce(sum(n - won) OVER (ORDER BY x ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS below FROM "
        "each) SELECT sum(won), sum(lost), sum(won * (below + lost / 2.0)) FROM ordered"
    )
    won, lost, pairs = (float(each or 0) for each in rows)
    if min(won, lost) < _LEAST:
        return None
    auc = pairs / (won * lost)
    return {"auc": max(auc, 1 - auc), "deals": int(won + lost)}

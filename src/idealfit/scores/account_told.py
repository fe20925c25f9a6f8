"""Everything that a rep may ask of one account's score: its parts, what to find out, what would change the tier, who is
like it, and why it stands before the one and behind the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from idealfit.profile.content import Criterion, Exclusion, Profile
from idealfit.records.attribute import AttributeInfo
from idealfit.records.company import Company
from idealfit.scores.alike import Alike, Likeness
from idealfit.scores.learning import Gain, Held
from idealfit.scores.missing import Thing
from idealfit.scores.neighbours import Compared, compared
from idealfit.scores.own_values import own_values
from idealfit.scores.parts import AXES, Parts, parts_of
from idealfit.scores.reasons import Wording, is_negative, wordings
from idealfit.scores.score import Hits
from idealfit.scores.scorecard import Scorecard, scorecard
from idealfit.scores.scored_before import hits_in
from idealfit.scores.table import state_column
from idealfit.scores.turning import Turn, turns_of
from idealfit.scores.unknowns import Ground, held_of
from idealfit.store.engine import quote

_ONE = "idealfit one account"
_FOUND_OUT = "find out"
"""How a change comes about that is none to the company: it is only not known yet whether a criterion holds."""


@dataclass(frozen=True)
class Said:
    """One reason: `adds` is what it adds to each axis, in points of 100 (they add up with `start` of the axis);
    `value` what the account has, in words; `because` the evidence, of so many `accounts`; `grade` how sure;
    `instead`: of alternatives, the one (its id) that counts where this one holds and adds nothing.
    """

    id: str
    layer: str
    state: str
    text: str
    value: str | None
    adds: Mapping[str, float]
    because: str
    accounts: int | None
    grade: str | None
    instead: str | None = None


@dataclass(frozen=True)
class Axis:
    """`total` = `start` + what the reasons add, in points of 100."""

    total: float
    start: float


@dataclass(frozen=True)
class ToFindOut:
    """Something unknown, in words and by the columns' own names; what it decides, what is expected of knowing it."""

    what: str
    attributes: tuple[str, ...]
    criteria: tuple[str, ...]
    gain: Gain


@dataclass(frozen=True)
class Otherwise:
    """One change: the thing, how it comes about (find out, can happen, only time), and what then holds or does not."""

    what: str
    how: str
    criteria: Mapping[str, bool]
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Turning:
    """The fewest changes that put the account into `tier`; `fit` is what it then has."""

    tier: str
    changes: tuple[Otherwise, ...]
    fit: float | None


@dataclass(frozen=True)
class AccountTold:
    """See the module. `everything`: what finding out all that is unknown is expected to change; `ahead_of` and `behind`
    are the next in rank; `texts`: every criterion and exclusion in words, by id.
    """

    axes: Mapping[str, Axis]
    reasons: tuple[Said, ...]
    find_out: tuple[ToFindOut, ...]
    everything: Gain | None
    turns: tuple[Turning, ...]
    won_like_it: tuple[Alike, ...]
    lost_like_it: tuple[Alike, ...]
    ahead_of: Compared | None
    behind: Compared | None
    texts: Mapping[str, str]


@dataclass(frozen=True)
class Around:
    """What is the same for every account of the table `scores`: who is like whom, how often each criterion is true."""

    likeness: Likeness
    hits: Mapping[str, Hits]


def around(con: duckdb.DuckDBPyConnection, profile: Profile) -> Around:
    """Gathered once for many accounts, over the table `scores` as `read_scores` makes it."""
    plan = scorecard(profile)
    return Around(Likeness(con, plan), hits_in(con, plan))


def tell_account(
    con: duckdb.DuckDBPyConnection,
    profile: Profile,
    account_id: str,
    *,
    as_of: date,
    attributes: Mapping[str, AttributeInfo],
    company: Company | None,
    beside: Around | None = None,
) -> AccountTold:
    """What is to be said of an account of the table `scores` (as `read_scores` makes it), by the profile behind it;
    `beside`: what `around` has gathered, where several accounts are told of.
    """
    beside = beside or around(con, profile)
    words = {**profile.dictionary, **attributes}
    plan = scorecard(profile)
    held, row = _held(con, plan, account_id)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {quote(_ONE)} AS SELECT * FROM accounts WHERE account_id = $id",
        {"id": account_id},
    )
    ground = Ground(con, profile, beside.hits, as_of=as_of, attributes=attributes, company=company, rows=_ONE)
    found = ground.of([account_id])
    unknowns = found[0][1] if found else None
    parts = {axis: one for axis in AXES if (one := parts_of(plan, held.states, held.full, axis)) is not None}
    wording = wordings(profile, attributes)
    texts = plain_texts(wording)
    missing = unknowns.missing if unknowns else {}

    def ways(ids: tuple[str, ...]) -> Iterable[tuple[bool, ...]]:
        columns = ", ".join(quote(state_column(name)) for name in ids)
        known = " AND ".join(f"{quote(state_column(name))} IS NOT NULL" for name in ids)
        query = f"SELECT DISTINCT {columns} FROM scores WHERE {known} ORDER BY ALL"
        return [tuple(map(bool, way)) for way in con.execute(query).fetchall()]

    turns = turns_of(plan, held, missing, words, ways)
    won, lost = beside.likeness.of(account_id)
    return AccountTold(
        {axis: Axis(one.total / 10, one.start / 10) for axis, one in parts.items()},
        _reasons(con, plan, profile, account_id, row["reasons"], parts, words, texts, as_of),
        tuple(
            ToFindOut(_joined(one.things, words), tuple(thing.name for thing in one.things), one.criteria, one.gain)
            for one in (unknowns.answers if unknowns else ())
        ),
        unknowns.everything if unknowns else None,
        turns_in_words(turns, words, wording),
        won,
        lost,
        *_neighbours(con, profile, plan, held, row),
        texts,
    )


def turns_in_words(
    turns: Iterable[Turn], words: Mapping[str, AttributeInfo], wording: Mapping[str, Wording]
) -> tuple[Turning, ...]:
    """The changes with what they are called: `words` are those of attributes, `wording` those of criteria by id."""
    texts = plain_texts(wording)

    def then(name: str, state: bool, how: str) -> str:
        if state:
            return texts[name]
        ends = how != _FOUND_OUT and not is_negative(texts[name])
        return f"no longer: {texts[name]}" if ends else wording[name].false

    return tuple(
        Turning(
            turn.tier,
            tuple(
                Otherwise(
                    _joined(change.things, words),
                    change.how,
                    change.criteria,
                    tuple(then(name, state, change.how) for name, state in change.criteria.items()),
                )
                for change in turn.changes
            ),
            turn.fit,
        )
        for turn in turns
    )


def _held(con: duckdb.DuckDBPyConnection, plan: Scorecard, account_id: str) -> tuple[Held, dict[str, Any]]:
    found = con.execute("SELECT * FROM scores WHERE account_id = $id", {"id": account_id})
    names = [str(column[0]) for column in found.description or ()]
    row = dict(zip(names, found.fetchall()[0], strict=True))
    return _of_row(plan, row), row


def _of_row(plan: Scorecard, row: dict[str, Any]) -> Held:
    fading = [item.id for item in plan.items if item.half_life is not None]
    faded = {f"faded {one['id']}": one["points"] for one in row["reasons"] if one["id"] in fading}
    return held_of({**row, **faded}, plan.scored, fading)


def _statements(profile: Profile) -> dict[str, Criterion | Exclusion]:
    statements: dict[str, Criterion | Exclusion] = {one.id: one for _layer, one in profile.criteria}
    return statements | {one.id: one for one in profile.exclusions}


def _reasons(
    con: duckdb.DuckDBPyConnection,
    plan: Scorecard,
    profile: Profile,
    account_id: str,
    reasons: Iterable[Mapping[str, Any]],
    parts: Mapping[str, Parts],
    words: Mapping[str, AttributeInfo],
    texts: Mapping[str, str],
    as_of: date,
) -> tuple[Said, ...]:
    statements = _statements(profile)
    instead = _alternatives(plan, parts)
    values = own_values(con, account_id, plan.scored, words, as_of)
    told = []
    for one in reasons:
        name = str(one["id"])
        counts = (statements[name].evidence or {}).get("counts") or {}
        told.append(
            Said(
                name,
                str(one["layer"]),
                str(one["state"]),
                texts[name],
                values.get(name),
                {axis: part.adds[name] / 10 for axis, part in parts.items() if name in part.adds},
                statements[name].because,
                counts.get("accounts"),
                statements[name].grade,
                instead.get(name) if one["state"] == "true" else None,
            )
        )
    return tuple(told)


def _alternatives(plan: Scorecard, parts: Mapping[str, Parts]) -> dict[str, str]:
    """Criterion → the alternative of its group that adds to an axis, where it adds to none itself."""
    adding = {name for part in parts.values() for name, added in part.adds.items() if added}
    return {
        item.id: best.id
        for layer in plan.layers
        for group in layer.groups
        for item in group
        for best in group
        if item.id not in adding and best.id in adding
    }


def plain_texts(wording: Mapping[str, Wording]) -> dict[str, str]:
    """What every criterion and exclusion asks, by id, without its state, which is told beside it."""
    return {
        name: one.true.removeprefix("excluded: ").removeprefix("proposed exclusion: ") for name, one in wording.items()
    }


def _joined(things: tuple[Thing, ...], words: Mapping[str, AttributeInfo]) -> str:
    return " and ".join(thing.words(words) for thing in things)


def _neighbours(
    con: duckdb.DuckDBPyConnection, profile: Profile, plan: Scorecard, held: Held, row: Mapping[str, Any]
) -> tuple[Compared | None, Compared | None]:
    """The account next in rank that this one is ahead of, and the one that it is behind, each with what sets them
    apart. Without a rank (no model) accounts stand by tier and fit.
    """
    columns = {str(one[0]) for one in con.execute("DESCRIBE scores").fetchall()}
    assumed = any(criterion.grade == "assumed" for _layer, criterion in profile.criteria)
    unit = "fit"
    if "rank" in columns and not assumed:
        unit = "value" if row.get("expected_value") is not None else "chance"
    if "rank" in columns:
        if row.get("rank") is None:
            return None, None
        # Two rows by their rank are found at once; over all rows it takes as long as all else together.
        placed = (
            "SELECT *, rank AS place FROM scores WHERE duplicate_of IS NULL AND rank BETWEEN $rank - 1 AND $rank + 1"
        )
        bound = {"id": row["account_id"], "rank": row["rank"]}
    else:
        place = "list_position(['A', 'B', 'unknown', 'C', 'excluded'], tier)"
        bound = {"id": row["account_id"]}
        order = f"row_number() OVER (ORDER BY {place}, fit DESC NULLS LAST, timing DESC NULLS LAST, account_id)"
        placed = f"SELECT *, {order} AS place FROM scores WHERE duplicate_of IS NULL"
    found = con.execute(
        f"WITH placed AS ({placed}), "
        "own AS (SELECT place FROM placed WHERE account_id = $id) "
        "SELECT p.*, p.place - own.place AS step, a.name AS called FROM placed p "
        "JOIN accounts a USING (account_id), own WHERE p.place IN (own.place - 1, own.place + 1)",
        bound,
    )
    names = [str(column[0]) for column in found.description or ()]
    others = [dict(zip(names, one, strict=True)) for one in found.fetchall()]
    told = {
        one["step"]: compared(profile, plan, held, _of_row(plan, one), one["account_id"], one["called"], unit)
        for one in others
    }
    return told.get(1), told.get(-1)

"""What one statement adds to another on the accounts of a workspace, and which statements say the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from idealfit.errors import NoSuchCriterion, Position, UsageError
from idealfit.patterns.drafting import spoken_for
from idealfit.profile.document import Profile, load_profile
from idealfit.profile.meaning import same_meaning
from idealfit.profile.motion import by_motion, profile_files
from idealfit.profile.parsing import parse, suggest
from idealfit.profile.predicate import Predicate
from idealfit.records.imported import company_of, load_attributes, load_report
from idealfit.scores.currency import unknown_amounts, with_currency
from idealfit.scores.motions import score_motions
from idealfit.scores.overlap import Overlap, overlaps
from idealfit.scores.states import criterion_states
from idealfit.store.engine import connect, load_tables, quote
from idealfit.store.place import Place, open_place

_ROWS, _STATES, _JUDGED = "idealfit live accounts", "idealfit asked", "idealfit asked and won"


@dataclass(frozen=True)
class Overlapping:
    """Every pair of statements of a profile, or the two that were asked for, on so many accounts as of a day.

    `same`: pairs that say the same whatever the data. `of_motions`: the statements are 'tier A or B by the profile of
    this motion'.
    """

    profile: str
    as_of: date
    accounts: int
    pairs: tuple[Overlap, ...]
    same: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...] = ()
    of_motions: bool = False


def overlap(
    profile: Path, workspace: Path, statements: Sequence[str] = (), *, as_of: date | None = None
) -> Overlapping:
    """How far the criteria and exclusions of `profile` speak of the same accounts of `workspace`, pair by pair; with
    `statements` (ids of the profile, or predicates) only those.

    A pair counts accounts, and of those with a closed deal how many won one. `profile` may be a folder with a profile a
    motion, or a workspace: then the pairs are those of motions, whom each would have the team work. Raises
    ProfileFileError, NoSuchCriterion for what is neither an id nor a predicate, and PredicateError.
    """
    files = profile_files(profile) if profile.is_dir() else (profile,)
    profiles = {file: load_profile(file) for file in files}
    document = next(iter(profiles.values()))
    place = open_place(workspace)
    last = (load_report(place) or {}).get("as_of")
    day = as_of or document.as_of or (date.fromisoformat(last) if last else date.today())
    if len(profiles) > 1:
        if statements:
            raise UsageError("Statements are of one profile", remedy="Name one profile file, or leave them away.")
        return _of_motions(place, profile.name, by_motion(profiles), day)
    con = connect(place.root)
    try:
        load_tables(con, place)
        document = with_currency(spoken_for(con, document), company_of(place), day, load_attributes(place))
        asked = _asked(document, statements)
        con.execute(f"CREATE TEMP VIEW {quote(_ROWS)} AS SELECT * FROM accounts {_without_duplicates(con)}")
        pairs, accounts = _pairs(con, document, asked, day)
    finally:
        con.close()
    names = list(asked)
    same = tuple(
        (one, other)
        for number, one in enumerate(names)
        for other in names[number + 1 :]
        if same_meaning(asked[one], asked[other])
    )
    warnings = unknown_amounts({f"'{name}'": one for name, one in asked.items()}, document.coverage)
    return Overlapping(document.profile, day, accounts, pairs, same, warnings)


def _of_motions(place: Place, name: str, profiles: Mapping[str, Profile], day: date) -> Overlapping:
    """Whom the profiles of two motions would both have the team work, pair by pair."""
    con = connect(place.root)
    try:
        load_tables(con, place)
        found = score_motions(con, profiles, as_of=day, attributes=load_attributes(place), company=company_of(place))
        query = f"SELECT count(*) FROM accounts {_without_duplicates(con)}"
        accounts = int(con.execute(query).fetchall()[0][0])
    finally:
        con.close()
    return Overlapping(name, day, accounts, found.overlaps, (), of_motions=True)


def _asked(profile: Profile, statements: Sequence[str]) -> dict[str, Predicate]:
    """The statements by what they are called."""
    own = {one.id: one.predicate for _, one in profile.criteria} | {one.id: one.predicate for one in profile.exclusions}
    return {text: own[text] if text in own else _written(text, own) for text in statements} if statements else own


def _written(text: str, own: Mapping[str, Predicate]) -> Predicate:
    if text.replace("-", "").replace("_", "").isalnum():
        near = suggest(text, own)
        raise NoSuchCriterion(
            f"The profile has no criterion '{text}'",
            where=Position(value=text),
            remedy=f"Did you mean '{near}'?" if near else f"Criteria are: {', '.join(own) or 'none'}.",
        )
    return parse(text)


def _without_duplicates(con: duckdb.DuckDBPyConnection) -> str:
    columns = {row[0] for row in con.execute("DESCRIBE accounts").fetchall()}
    return "WHERE duplicate_of IS NULL" if "duplicate_of" in columns else ""


def _pairs(
    con: duckdb.DuckDBPyConnection, profile: Profile, asked: Mapping[str, Predicate], day: date
) -> tuple[tuple[Overlap, ...], int]:
    columns = {f"p{number}": predicate for number, predicate in enumerate(asked.values())}
    criterion_states(con, columns, rows=_ROWS, as_of=day, coverage=profile.coverage, into=_STATES)
    con.execute(
        f"CREATE TEMP TABLE {quote(_JUDGED)} AS SELECT s.*, d.won, d.closed FROM {quote(_STATES)} s LEFT JOIN ("
        "SELECT account_id, bool_or(outcome = 'won') AS won, bool_or(outcome IN ('won', 'lost')) AS closed FROM deals "
        "WHERE COALESCE(deal_type, 'new_business') = 'new_business' GROUP BY account_id) d USING (account_id)"
    )
    count = con.execute(f"SELECT count(*) FROM {quote(_JUDGED)}").fetchall()[0][0]
    return overlaps(con, _JUDGED, list(columns), names=list(asked)), int(count)

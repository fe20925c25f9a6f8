"""What would change a lead's tier: the same smallest sets of changes as `idealfit account` tells of an account."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from idealfit.profile.content import Profile
from idealfit.records.attribute import AttributeInfo
from idealfit.scores.account_told import Turning, turns_in_words
from idealfit.scores.learning import Held
from idealfit.scores.missing import Thing
from idealfit.scores.one_account import Score
from idealfit.scores.reasons import wordings
from idealfit.scores.scorecard import Scorecard
from idealfit.scores.scored_before import read_scores
from idealfit.scores.table import state_column
from idealfit.scores.turning import turns_of
from idealfit.store.engine import connect, quote
from idealfit.store.place import Place

MOST_FAMILIES = 100
"""So many sets of criteria that turn out together are remembered."""


class LeadTurns:
    """Tells it of one profile's leads; `version`: the profile's, whose scores of the last build say which criteria turn
    out together. Several threads may ask at once.
    """

    def __init__(
        self,
        place: Place,
        profile: Profile,
        version: str,
        plan: Scorecard,
        things: Mapping[str, frozenset[Thing]],
        attributes: Mapping[str, AttributeInfo],
    ) -> None:
        self._place, self._version, self._plan, self._things = place, version, plan, things
        self._words = {**profile.dictionary, **attributes}
        self._wording = wordings(profile, attributes)
        self._ways: Callable[[tuple[str, ...]], Iterable[tuple[bool, ...]]] = lru_cache(MOST_FAMILIES)(self._seen)

    def turns(self, score: Score) -> tuple[Turning, ...]:
        """The fewest changes to every other tier, the nearest first."""
        counted = {one.id: round(1000 * one.points) for one in score.reasons if one.state == "true"}
        held = Held(dict(score.states), counted)
        # what is not scored is known or not as well, and turns nothing
        missing = {name: things for name, things in self._things.items() if things and score.states[name] is None}
        return turns_in_words(turns_of(self._plan, held, missing, self._words, self._ways), self._words, self._wording)

    def _seen(self, ids: tuple[str, ...]) -> tuple[tuple[bool, ...], ...]:
        """The ways in which these turned out together among the accounts; none where the last build had another
        profile."""
        path = self._place.root / "scores.parquet"
        if not path.is_file():
            return ()
        con = connect(self._place.root)
        try:
            query = "SELECT DISTINCT profile_version FROM read_parquet($path)"
            versions = [str(row[0]) for row in con.execute(query, {"path": str(path)}).fetchall()]
            if versions != [self._version]:
                return ()
            read_scores(con, path, self._plan)
            columns = ", ".join(quote(state_column(name)) for name in ids)
            known = " AND ".join(f"{quote(state_column(name))} IS NOT NULL" for name in ids)
            found = con.execute(f"SELECT DISTINCT {columns} FROM scores WHERE {known} ORDER BY ALL").fetchall()
        finally:
            con.close()
        return tuple(tuple(map(bool, way)) for way in found)

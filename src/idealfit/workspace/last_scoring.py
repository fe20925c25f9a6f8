"""What the last run that scored every account left in a workspace: which records, which profile, which corrections."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import duckdb

from idealfit.errors import ProfileFileMissing
from idealfit.profile.document import load_profile, substance_hash
from idealfit.profile.motion import motion_name
from idealfit.store.ledger import open_ledger
from idealfit.store.place import Place, open_place
from idealfit.workspace.versioning import profile_path

HISTORY: Final = "score_history.parquet"
"""The file that holds every account's score as it was after each such run."""
SCORED: Final = "scored"
"""The key under which the ledger keeps, with the run, what it was made from."""


def last_scored(place: Place) -> Mapping[str, Any] | None:
    """What the last run that scored every account into the workspace left: `tables` (table → snapshot), `as_of`,
    `version` and `motion` of the profile; None before the first that kept it.
    """
    ledger = open_ledger(place)
    runs = sorted((*ledger.runs_of_kind("build"), *ledger.runs_of_kind("score")), key=lambda run: -run.run_id)
    return next((run.summary[SCORED] for run in runs if SCORED in run.summary), None)


def made_by_another(workspace: Path, motion: str | None = None) -> bool:
    """Whether the scores in a workspace were made by another version of the profile of `motion` (default: that of the
    last scoring) than the one that is there now; False where nothing was scored by it yet, or there is no such file.
    """
    place = open_place(workspace)
    last = last_scored(place)
    if last is None:
        return False
    try:
        profile = load_profile(profile_path(place, motion or last.get("motion")))
    except ProfileFileMissing:
        return False
    version = last["version"] if profile.motion == motion_name(last.get("motion")) else _beside(place, profile.motion)
    return version is not None and not substance_hash(profile).startswith(str(version))


def _beside(place: Place, motion: str) -> str | None:
    """The version by which a motion beside the one in force was scored; None where it was not."""
    path = place.root / "scores.parquet"
    if not path.is_file():
        return None
    with closing(duckdb.connect()) as con:
        scores = con.read_parquet(str(path)).limit(1)
        if "motions" not in scores.columns:
            return None
        found = scores.select("motions").fetchone()
    return next((str(one["profile_version"]) for one in (found or ((),))[0] or () if one["motion"] == motion), None)


def counted_until(place: Place) -> int | None:
    """The number of the newest correction that the scores of the workspace know of; None before the first scores."""
    last = last_scored(place)
    return None if last is None else int(last.get("corrections") or 0)

"""The profile that a person wrote, changed or approved, as a rival of what is found: its order of past deals."""

from __future__ import annotations

import hashlib
from datetime import date

import duckdb
import numpy as np

from idealfit.evidence.table import Floats
from idealfit.patterns.drafting import spoken_for
from idealfit.patterns.telling import tiers_then
from idealfit.profile.document import load_profile
from idealfit.profile.motion import profile_file
from idealfit.records.imported import company_of, load_attributes
from idealfit.scores.currency import with_currency
from idealfit.store.ledger import open_ledger
from idealfit.store.place import Place


def own_order(con: duckdb.DuckDBPyConnection, place: Place, motion: str, day: date) -> tuple[Floats | None, str]:
    """The order (higher first) that the workspace's own profile gives each row of the evidence, accounts as they were,
    and its name; (None, '') where there is none but what the last build wrote.

    Needs the tables that `gather_evidence` made.
    """
    path = place.root / profile_file(motion)
    if not path.exists():
        return None, ""
    written = open_ledger(place).last_written_profile(motion)
    if hashlib.sha256(path.read_bytes()).hexdigest() == written:
        return None, ""
    profile = load_profile(path)
    if not any(one.seen == "list" for _layer, one in profile.criteria):
        return None, ""
    profile = with_currency(spoken_for(con, profile), company_of(place), day, load_attributes(place))
    tiers, order = tiers_then(con, profile, as_of=day)
    known = np.isfinite(order)
    least = float(order[known].min()) - 1 if known.any() else 0.0
    # what the profile excludes, or cannot place, it would work last
    return np.where(known & (tiers != "excluded"), np.where(known, order, 0.0), least), profile.profile

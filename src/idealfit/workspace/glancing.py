"""What every page says of a workspace at a glance: by which profile, as of when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from idealfit.errors import IdealfitError
from idealfit.profile.document import load_profile
from idealfit.profile.motion import profile_files
from idealfit.records.imported import load_report
from idealfit.store.place import Place


@dataclass(frozen=True)
class Glance:
    """`profile` and `status` of the (first) profile, `tiers`: the least fit of A and of B; each None where unknown.
    `asks`: whether it has anything to tell companies apart by; one that asks for nothing gives no company a tier.
    `stale`: whether the scores were made by another version of it.
    """

    profile: str | None
    status: str | None
    by: str
    tiers: tuple[float, float] | None
    as_of: date | None
    asks: bool = True
    stale: bool = False


def glance(place: Place) -> Glance:
    """The workspace at a glance. A profile that cannot be read is left out: its own page tells why."""
    from idealfit.workspace.last_scoring import made_by_another

    report = load_report(place) or {}
    told = report.get("as_of")
    as_of = date.fromisoformat(str(told)[:10]) if told else None
    for path in _files(place.root):
        try:
            profile = load_profile(path)
        except IdealfitError:
            continue
        tiers = profile.tiers
        asks = bool(profile.criteria or profile.exclusions)
        stale = made_by_another(place.root)
        day = as_of or profile.as_of
        return Glance(profile.profile, profile.status, tiers.by, (tiers.A, tiers.B), day, asks, stale)
    return Glance(None, None, "fit", None, as_of)


def _files(root: Path) -> tuple[Path, ...]:
    try:
        return tuple(profile_files(root))
    except IdealfitError:
        return ()

"""The figures of the page (market, pipeline, wins, tiers, lists), kept beside the workspace: to count them again every
account would have to be scored again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

import idealfit
from idealfit.profile.content import Profile
from idealfit.profile.document import substance_hash
from idealfit.records.attribute import AttributeInfo
from idealfit.records.company import Company
from idealfit.store.corrections import newest
from idealfit.store.derived import derived
from idealfit.store.ledger import open_ledger
from idealfit.store.place import Place

FORMAT: Final = "1"
KIND: Final = "figures"


def figures(
    place: Place,
    profile: Profile,
    day: date,
    attributes: Mapping[str, AttributeInfo],
    company: Company,
    count: Callable[[], dict[str, Any]],
) -> dict[str, Any]:
    """What `count` answers (see `performance.summary`), counted once for the same profile, records, corrections, day,
    company and version of the program.
    """
    said = repr((sorted(attributes.items()), company.model_dump_json()))
    made_from = [
        FORMAT,
        idealfit.__version__,
        substance_hash(profile),
        day.isoformat(),
        newest(place.ledger),
        sorted(open_ledger(place).current_snapshots().items()),
        hashlib.sha256(said.encode()).hexdigest(),
    ]

    def made(path: Path) -> None:
        path.write_text(json.dumps(count(), ensure_ascii=False), encoding="utf-8")

    motion = hashlib.sha256(profile.motion.encode()).hexdigest()[:8]  # those of each motion stay
    path = derived(place, f"{KIND}-{motion}", made_from, made, ending=".json")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found

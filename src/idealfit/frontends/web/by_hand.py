"""What the page of an account shows of values corrected by hand: the form of one value, and what they change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from idealfit.errors import IdealfitError
from idealfit.frontends.web.rooms import Rooms
from idealfit.inbound.answer import Lead
from idealfit.workspace.correcting import KINDS, Correctable
from idealfit.workspace.dossier import Dossier
from idealfit.workspace.placing import Standing


@dataclass(frozen=True)
class Typed:
    """What somebody has typed into the form, and why it was refused."""

    value: str = ""
    missing: bool = False
    by: str = ""
    because: str = ""
    fault: IdealfitError | None = None


@dataclass(frozen=True)
class Preview:
    """What the account would be with what is by hand now: by the profile as it is, before everything is scored anew."""

    tier: str
    fit: float | None
    timing: float | None


def by_hand(
    rooms: Rooms, standing: Standing, found: Dossier, column: str = "", typed: Typed | None = None
) -> dict[str, Any]:
    """For the template: `editing`, the value whose form is open (None: none), what is `typed` into it, and `preview`,
    where the scores do not know yet what was corrected.
    """
    columns = {one.column.name: one.column for one in found.holdings if one.column is not None}
    editing = columns.get(column)
    if typed is None:
        typed = Typed(_shown(editing) if editing is not None else "")
    return {
        "editing": editing,
        "typed": typed,
        "kinds": KINDS,
        "preview": _preview(rooms, standing) if found.waiting else None,
    }


def _shown(column: Correctable) -> str:
    """A value as a person would type it."""
    value = column.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float | int):
        return str(int(value)) if float(value).is_integer() else str(value)
    return ", ".join(value) if isinstance(value, list) else value


def _preview(rooms: Rooms, standing: Standing) -> Preview | None:
    """None where it cannot be said: the profile cannot be read now."""
    try:
        answer = rooms.inbox.now().answer(Lead(account_id=standing.account_id))
    except IdealfitError:
        return None
    return Preview(answer.score.tier, answer.score.fit, answer.score.timing)

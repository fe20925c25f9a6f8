"""Views of a list that people have named: what was searched, filtered, sorted and shown, as an address holds it.

A `place` is one that `open_place` has opened: a page asks for its views each time.
"""

from __future__ import annotations

from typing import Final

from idealfit.errors import Position, RequestNotUnderstood
from idealfit.store.ledger import open_ledger
from idealfit.store.place import Place

LONGEST_NAME: Final = 80
LONGEST_VIEW: Final = 4_000
MOST_VIEWS: Final = 100


def views(place: Place, of: str) -> dict[str, str]:
    """The named views of the list `of`, by name in the order of the alphabet."""
    found = open_ledger(place).get_value(_key(of))
    return dict(sorted(found.items())) if isinstance(found, dict) else {}


def keep_view(place: Place, of: str, name: str, view: str) -> None:
    """Keep `view` under `name`; one that has the name already is replaced. Raises RequestNotUnderstood for a name that
    is empty or too long, and where there are too many.
    """
    named = " ".join(name.split())
    if not 0 < len(named) <= LONGEST_NAME or len(view) > LONGEST_VIEW:
        raise RequestNotUnderstood(
            "A view needs a name",
            where=Position("name", value=named[:LONGEST_NAME]),
            remedy=f"Give it one of at most {LONGEST_NAME} letters.",
        )
    ledger = open_ledger(place)
    with ledger.transaction() as connection:
        kept = ledger.get(connection, _key(of)) or {}
        if named not in kept and len(kept) >= MOST_VIEWS:
            raise RequestNotUnderstood(f"There are {MOST_VIEWS} views already", remedy="Remove one first.")
        ledger.put(connection, _key(of), {**kept, named: view})


def drop_view(place: Place, of: str, name: str) -> str | None:
    """Remove the view `name`; what it was, so that it can be kept again. None where there is none."""
    ledger = open_ledger(place)
    with ledger.transaction() as connection:
        kept = ledger.get(connection, _key(of)) or {}
        view = kept.pop(name, None)
        if view is not None:
            ledger.put(connection, _key(of), kept)
    return None if view is None else str(view)


def _key(of: str) -> str:
    return f"views of {of}"

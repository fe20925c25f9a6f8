"""Reading what was typed on the command line."""

from __future__ import annotations

from datetime import date

from idealfit.errors import UsageError


def as_date(text: str | None) -> date | None:
    """`text` as a day; raises `UsageError` for anything but YYYY-MM-DD."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"'{text}' is not a day", remedy="Write it as year-month-day, for example 2026-09-30."
        ) from None

"""How a motion sells: how long it takes, what is sold, and what is said. None of it is scored."""

from __future__ import annotations

import re
from typing import Annotated, TypeAlias

from pydantic import BeforeValidator, Field

from idealfit.profile.part import Identifier, Part, Words
from idealfit.profile.said import Heard, ManySaid

_DAYS = re.compile(r"\s*(?:about\s+)?(\d{1,4})\s*days?\s*", re.IGNORECASE)


class Cycle(Part):
    """From the first talk to the signature: how many days it should take, and the steps on the way."""

    days: Annotated[int, Field(ge=1, le=3650)] | None = None
    steps: ManySaid = ()


def _cycle(value: object) -> object:
    """A number is the days, '45 days' too; any other text or list is the steps."""
    if isinstance(value, int) and not isinstance(value, bool):
        return {"days": value}
    if isinstance(value, str):
        found = _DAYS.fullmatch(value)
        return {"days": int(found.group(1))} if found else {"steps": [value]}
    return {"steps": value} if isinstance(value, list) else value


class Message(Heard):
    """What is said, `to` whom in the purchase (a persona's role), and of which `segment`."""

    text: Words
    to: Words | None = None
    segment: Identifier | None = None


def _message(value: object) -> object:
    return {"text": value} if isinstance(value, str) else value


def _messages(value: object) -> object:
    if value is None:
        return ()
    return value if isinstance(value, list | tuple) else (value,)


Messages: TypeAlias = Annotated[
    tuple[Annotated[Message, BeforeValidator(_message, json_schema_input_type=str | Message)], ...],
    BeforeValidator(_messages, json_schema_input_type=str | Message | list[str | Message] | None),
]


class Selling(Part):
    """How the motion of a profile sells: `cycle`, `packaging` (what is bought, how it is priced), `messages`."""

    cycle: Annotated[Cycle, BeforeValidator(_cycle, json_schema_input_type=int | str | list[str] | Cycle)] = Cycle()
    packaging: ManySaid = ()
    messages: Messages = ()

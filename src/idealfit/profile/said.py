"""What only people can say of their buyers: the sections beside the criteria, each entry with the voices behind it.

None of it is ever scored. An entry without a quote counts as assumed until somebody was heard saying it.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, TypeAlias

from pydantic import BeforeValidator

from idealfit.profile.part import Identifier, Part, Words

PERSONA_KINDS: Final = (
    *("economic buyer", "champion", "technical evaluator", "blocker", "user", "external influencer"),
)
"""The parts that people play in a purchase."""


class Quote(Part):
    """What somebody said, where (a conversation's id, a survey, a name with consent), and when."""

    text: Words
    source: str | None = None
    on: date | None = None


def _entry(value: object) -> object:
    return {"text": value} if isinstance(value, str) else value


def _entries(value: object) -> object:
    if value is None:
        return ()
    return value if isinstance(value, list | tuple) else (value,)


Quotes: TypeAlias = tuple[Annotated[Quote, BeforeValidator(_entry, json_schema_input_type=str | Quote)], ...]


class Heard(Part):
    """An entry with the quotes behind it; `assumed` says otherwise than they do."""

    quotes: Quotes = ()
    assumed: bool | None = None

    @property
    def is_assumed(self) -> bool:
        """Whether the entry still waits for a voice of a customer."""
        return not self.quotes if self.assumed is None else self.assumed


class Statement(Heard):
    """A sentence that only people can write."""

    text: Words


Said: TypeAlias = Annotated[Statement, BeforeValidator(_entry, json_schema_input_type=str | Statement)]
ManySaid: TypeAlias = Annotated[
    tuple[Said, ...],
    BeforeValidator(_entries, json_schema_input_type=str | Statement | list[str | Statement] | None),
]


class Answers(Part):
    """The four questions that a profile answers: what, why now, why us, why profitable."""

    what: ManySaid = ()
    why_now: ManySaid = ()
    why_us: ManySaid = ()
    why_profitable: ManySaid = ()


class Trigger(Heard):
    """What happens at a buyer just before they buy; `seen_by` names the criteria that notice it in the records."""

    text: Words
    seen_by: tuple[Identifier, ...] = ()


class Objection(Heard):
    """What buyers say against it, in which context (when, from whom), and what helps."""

    text: Words
    context: str | None = None
    answer: str | None = None


class Channel(Heard):
    """Where buyers of this kind are found, or find us; `who` is the persona that is there."""

    text: Words
    who: str | None = None


class DiscoveryStep(Heard):
    """One step from the problem to us: what they do, where they look, what they ask there."""

    step: Words
    where: str | None = None
    asks: str | None = None


class Phrase(Heard):
    """Words that buyers use themselves; `means` is what we call it, `instead_of` the words that they do not use."""

    text: Words
    means: str | None = None
    instead_of: str | None = None


Triggers: TypeAlias = Annotated[
    tuple[Annotated[Trigger, BeforeValidator(_entry, json_schema_input_type=str | Trigger)], ...],
    BeforeValidator(_entries, json_schema_input_type=str | Trigger | list[str | Trigger] | None),
]
Objections: TypeAlias = Annotated[
    tuple[Annotated[Objection, BeforeValidator(_entry, json_schema_input_type=str | Objection)], ...],
    BeforeValidator(_entries, json_schema_input_type=str | Objection | list[str | Objection] | None),
]
Channels: TypeAlias = Annotated[
    tuple[Annotated[Channel, BeforeValidator(_entry, json_schema_input_type=str | Channel)], ...],
    BeforeValidator(_entries, json_schema_input_type=str | Channel | list[str | Channel] | None),
]
Phrases: TypeAlias = Annotated[
    tuple[Annotated[Phrase, BeforeValidator(_entry, json_schema_input_type=str | Phrase)], ...],
    BeforeValidator(_entries, json_schema_input_type=str | Phrase | list[str | Phrase] | None),
]


def _step(value: object) -> object:
    return {"step": value} if isinstance(value, str) else value


DiscoveryMap: TypeAlias = Annotated[
    tuple[Annotated[DiscoveryStep, BeforeValidator(_step, json_schema_input_type=str | DiscoveryStep)], ...],
    BeforeValidator(_entries, json_schema_input_type=str | DiscoveryStep | list[str | DiscoveryStep] | None),
]


class Persona(Heard):
    """Somebody's part in the purchase: what they are measured on, care about and fear. Never a criterion."""

    role: Words
    title: str | None = None
    measured_on: ManySaid = ()
    cares_about: ManySaid = ()
    fears: ManySaid = ()

    @property
    def kind(self) -> str | None:
        """Which of `PERSONA_KINDS` the role is, however it is spelled; None for another word."""
        return kind_of_persona(self.role)


def kind_of_persona(role: str) -> str | None:
    """The one of `PERSONA_KINDS` that is written as `role` ('Economic_Buyer'); None where it is none of them."""
    plain = " ".join(role.replace("_", " ").replace("-", " ").casefold().split())
    return plain if plain in PERSONA_KINDS else None


class Value(Part):
    """What is promised to a customer, and what customers say or show that was delivered."""

    promised: ManySaid = ()
    delivered: ManySaid = ()


class Question(Heard):
    """A question for the call, with a good and a bad answer."""

    ask: Words
    good: str | None = None
    bad: str | None = None
    because: str | None = None

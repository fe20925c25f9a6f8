"""What a profile file holds: one pydantic model a part, and the checks that a part can make of itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    model_validator,
)
from pydantic_core import PydanticCustomError

from idealfit.errors import PredicateError
from idealfit.profile.consistency import inconsistencies
from idealfit.profile.coverage import Coverage
from idealfit.profile.parsing import parse
from idealfit.profile.predicate import Predicate
from idealfit.records.attribute import KNOWN, LAYERS, AttributeInfo
from idealfit.records.attribute import Layer as LayerName
from idealfit.records.tables import ColumnType

DEFAULT_WEIGHTS: dict[str, float] = {
    **dict.fromkeys(LAYERS, 0.0),
    "firmographic": 35.0,
    "technographic": 25.0,
    "situational": 25.0,
    "behavioral": 15.0,
}
"""Weights without evidence; the other layers are questions for the call until a person or the evidence weighs them."""

Status: TypeAlias = Literal["hypothesis", "draft", "approved", "retired"]
Seen: TypeAlias = Literal["list", "call", "us"]
Grade: TypeAlias = Literal["supported", "suggestive", "assumed"]
ExclusionState: TypeAlias = Literal["typed", "proposed", "accepted"]

_HALF_LIFE = re.compile(r"\s*(\d{1,5})\s*days?\s*", re.ASCII | re.IGNORECASE)


@lru_cache(maxsize=4096)
def _parsed(when: str) -> Predicate:
    return parse(when)


def _checked_when(when: str) -> str:
    try:
        _parsed(when)
    except PredicateError as error:
        context = {
            "what": error.what,
            "remedy": error.remedy,
            "position": error.position,
            "value": when[error.position - 1 : error.position + 19],
        }
        raise PydanticCustomError("predicate", "{what}", context) from None
    return when


def _checked_half_life(text: str) -> str:
    found = _HALF_LIFE.fullmatch(text)
    if found is None or int(found.group(1)) < 1:
        raise PydanticCustomError("half_life", "A half-life is a number of whole days, such as '30 days'")
    return text


def _thousandths(weight: float) -> float:
    if round(weight, 3) != weight:
        raise PydanticCustomError("thousandths", "At most three digits after the point")
    return weight


def _not_blank(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("blank", "A text is missing here")
    return text


def _plain(value: object) -> object:
    """What discovery found, in types that YAML and JSON have: numpy's numbers as Python's, tuples as lists."""
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    item = getattr(value, "item", None)
    return item() if callable(item) else value


Findings: TypeAlias = Annotated[dict[str, Any], BeforeValidator(_plain)]
Identifier: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*$", max_length=64)]
When: TypeAlias = Annotated[str, AfterValidator(_checked_when)]
Words: TypeAlias = Annotated[str, AfterValidator(_not_blank)]
Share: TypeAlias = Annotated[float, Field(ge=0, le=1)]
Whole: TypeAlias = Annotated[int, Field(strict=True)]


class Part(BaseModel):
    """Any part of the file: unknown keys are mistakes, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Quote(Part):
    """What somebody said, and where: a conversation's id, a survey, a name with consent."""

    text: Words
    source: str | None = None


def _statement(value: object) -> object:
    return {"text": value} if isinstance(value, str) else value


Quotes: TypeAlias = tuple[Annotated[Quote, BeforeValidator(_statement, json_schema_input_type=str | Quote)], ...]


class Statement(Part):
    """A sentence that only people can write; without a quote it counts as assumed."""

    text: Words
    quotes: Quotes = ()
    assumed: bool | None = None

    @property
    def is_assumed(self) -> bool:
        """Whether the statement still waits for a voice of a customer."""
        return not self.quotes if self.assumed is None else self.assumed


def _statements(value: object) -> object:
    if value is None:
        return ()
    return value if isinstance(value, list | tuple) else (value,)


Said: TypeAlias = Annotated[Statement, BeforeValidator(_statement, json_schema_input_type=str | Statement)]
ManySaid: TypeAlias = Annotated[
    tuple[Said, ...],
    BeforeValidator(_statements, json_schema_input_type=str | Statement | list[str | Statement] | None),
]


class Answers(Part):
    """The four questions that a profile answers: what, why now, why us, why profitable."""

    what: ManySaid = ()
    why_now: ManySaid = ()
    why_us: ManySaid = ()
    why_profitable: ManySaid = ()


class Criterion(Part):
    """One testable statement about an account. `seen: call` makes it a question for the call, never scored."""

    id: Identifier
    when: When
    points: Annotated[Whole, Field(ge=-20, le=20)] = 0
    because: str = ""
    label: str | None = None
    group: Identifier | None = None
    half_life: Annotated[str, AfterValidator(_checked_half_life)] | None = None
    known_true_rate: Share | None = None
    seen: Seen = "list"
    grade: Grade = "assumed"
    evidence: Findings | None = None

    @model_validator(mode="after")
    def _worth_something(self) -> Criterion:
        if self.points == 0 and self.seen == "list":
            raise PydanticCustomError("no_points", "A scored criterion has points from -20 to 20, not 0")
        return self

    @property
    def predicate(self) -> Predicate:
        """`when`, parsed."""
        return _parsed(self.when)

    @property
    def half_life_days(self) -> int | None:
        """`half_life` as a number of days."""
        found = _HALF_LIFE.fullmatch(self.half_life) if self.half_life else None
        return int(found.group(1)) if found else None


class Layer(Part):
    """A group of criteria with a weight; `active: false` where the workspace has no data for it."""

    weight: Annotated[float, Field(ge=0, le=1_000_000), AfterValidator(_thousandths)]
    active: bool = True
    criteria: tuple[Criterion, ...] = ()


class Exclusion(Part):
    """What disqualifies, whatever the score; `proposed` ones only cap the tier until a person accepts them."""

    id: Identifier
    when: When
    because: Words
    label: str | None = None
    state: ExclusionState = "typed"
    since: date | None = None
    review_by: date | None = None
    by: str | None = None
    hard_block: bool = False
    grade: Grade = "assumed"
    evidence: Findings | None = None

    @property
    def predicate(self) -> Predicate:
        """`when`, parsed."""
        return _parsed(self.when)


class Tiers(Part):
    """Where A and B begin, on `fit` or on `score`, and what is done with each tier or priority ('A', 'A-now').

    `least_completeness`: below it an account whose tier depends on what is unknown is `unknown`.
    """

    by: Literal["fit", "score"] = "fit"
    A: Annotated[float, Field(ge=0, le=100)] = 80.0
    B: Annotated[float, Field(ge=0, le=100)] = 50.0
    least_completeness: Share = 0.4
    actions: dict[str, str] = Field(default_factory=dict)


class CardEntry(Part):
    """The points of one criterion on the card."""

    id: Identifier
    points: Annotated[Whole, Field(ge=-100, le=100)]


class Card(Part):
    """A simpler card for inbound forms: points summed, and the route from each number of points on."""

    criteria: tuple[CardEntry, ...] = ()
    routes: dict[int, str] = Field(default_factory=dict)


class Segment(Part):
    """A part of one profile that needs its own message."""

    id: Identifier
    when: When
    label: str | None = None
    lead_with: str | None = None
    say: str | None = None
    because: str | None = None

    @property
    def predicate(self) -> Predicate:
        """`when`, parsed."""
        return _parsed(self.when)


class AttributeWords(Part):
    """What a column that is not canonical is called in a sentence."""

    label: str | None = None
    unit: str = ""
    type: ColumnType = "text"
    layer: LayerName = "firmographic"


class Persona(Part):
    """Somebody's part in the purchase. Never a criterion."""

    role: Words
    title: str | None = None
    cares_about: ManySaid = ()
    quotes: Quotes = ()
    assumed: bool | None = None


class Objection(Part):
    """What buyers say against it, and what helps."""

    text: Words
    answer: str | None = None
    quotes: Quotes = ()
    assumed: bool | None = None


class Question(Part):
    """A question for the call, with a good and a bad answer."""

    ask: Words
    good: str | None = None
    bad: str | None = None
    because: str | None = None


class Signature(Part):
    """Who agreed, for which team, when."""

    team: Words
    by: Words
    on: date | None = None


class Review(Part):
    """When the profile is looked at again, and by whom."""

    every: Literal["month", "quarter", "half-year", "year"] = "quarter"
    after_closed_deals: Annotated[Whole, Field(ge=1)] | None = 50
    after_conversations: Annotated[Whole, Field(ge=1)] | None = 15
    owners: tuple[str, ...] = ("sales", "marketing", "customer_success")
    next: date | None = None


def _with_weights(layers: object) -> object:
    """The layers, each with its default weight where the file gives none."""
    if not isinstance(layers, Mapping):
        return layers
    return {
        name: {"weight": DEFAULT_WEIGHTS.get(name, 0.0), **layer} if isinstance(layer, Mapping) else layer
        for name, layer in layers.items()
    }


class Profile(Part):
    """The one definition of fit of a motion."""

    profile: Words
    motion: Words = "main"
    status: Status = "hypothesis"
    as_of: date | None = None
    answers: Answers = Answers()
    layers: Annotated[dict[LayerName, Layer], BeforeValidator(_with_weights)] = Field(default_factory=dict)
    exclusions: tuple[Exclusion, ...] = ()
    tiers: Tiers = Tiers()
    card: Card | None = None
    segments: tuple[Segment, ...] = ()
    coverage: Coverage = Coverage()
    attributes: dict[str, AttributeWords] = Field(default_factory=dict)
    model: Findings | None = None
    personas: tuple[Persona, ...] = ()
    evaluation_criteria: ManySaid = ()
    objections: tuple[
        Annotated[Objection, BeforeValidator(_statement, json_schema_input_type=str | Objection)], ...
    ] = ()
    channels: ManySaid = ()
    language: ManySaid = ()
    questions: tuple[Question, ...] = ()
    review: Review = Review()
    signatures: tuple[Signature, ...] = ()

    @model_validator(mode="after")
    def _agrees_with_itself(self, info: ValidationInfo) -> Profile:
        """One made in Python is checked here; for a file, `load_profile` tells all of it with lines."""
        if info.context is None and (found := inconsistencies(self.model_dump())):
            raise PydanticCustomError("inconsistent", "{what}", {"what": found[0].what, "remedy": found[0].remedy})
        return self

    @property
    def criteria(self) -> tuple[tuple[LayerName, Criterion], ...]:
        """Every criterion with its layer, in the order of the layers; questions for the call included."""
        return tuple((name, one) for name in LAYERS if name in self.layers for one in self.layers[name].criteria)

    @property
    def dictionary(self) -> dict[str, AttributeInfo]:
        """The attribute dictionary that sentences need: the canonical columns, and `attributes:` of the file."""
        own = {
            name: AttributeInfo(name, words.label or name.replace("_", " "), words.type, words.unit, words.layer)
            for name, words in self.attributes.items()
        }
        return KNOWN | own

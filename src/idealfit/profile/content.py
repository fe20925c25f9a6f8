"""What a profile file holds: one pydantic model a part, and the checks that a part can make of itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from idealfit.errors import PredicateError
from idealfit.profile.consistency import inconsistencies
from idealfit.profile.coverage import Coverage
from idealfit.profile.parsing import parse
from idealfit.profile.part import Identifier, Part, Share, Whole, Words
from idealfit.profile.predicate import Predicate
from idealfit.profile.said import (
    Answers,
    Channels,
    DiscoveryMap,
    Heard,
    ManySaid,
    Objections,
    Persona,
    Phrases,
    Question,
    Quotes,
    Triggers,
    Value,
)
from idealfit.profile.selling import Selling
from idealfit.records.attribute import KNOWN, LAYERS, AttributeInfo
from idealfit.records.attribute import Layer as LayerName
from idealfit.records.check_settings import CheckSettings
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


def _plain(value: object) -> object:
    """What discovery found, in types that YAML and JSON have: numpy's numbers as Python's, tuples as lists."""
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    item = getattr(value, "item", None)
    return item() if callable(item) else value


Findings: TypeAlias = Annotated[dict[str, Any], BeforeValidator(_plain)]
When: TypeAlias = Annotated[str, AfterValidator(_checked_when)]


class Criterion(Part):
    """One testable statement about an account. `seen: call` makes it a question for the call, never scored: `ask` in a
    rep's words, with a `good` and a `bad` answer. `half_life_from`: where the half-life comes from.
    """

    id: Identifier
    when: When
    points: Annotated[Whole, Field(ge=-20, le=20)] = 0
    because: str = ""
    label: str | None = None
    group: Identifier | None = None
    half_life: Annotated[str, AfterValidator(_checked_half_life)] | None = None
    half_life_from: str | None = None
    known_true_rate: Share | None = None
    seen: Seen = "list"
    ask: str | None = None
    good: str | None = None
    bad: str | None = None
    grade: Grade = "assumed"
    evidence: Findings | None = None
    quotes: Quotes = ()

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


class Segment(Heard):
    """A part of one profile that needs its own message: what to lead with, and what to say."""

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


class Signature(Part):
    """Who agreed, for which team, when; `content` begins the hash of what was signed (`standing`)."""

    team: Words
    by: Words
    on: date | None = None
    content: Annotated[str, Field(pattern=r"^[0-9a-f]{12,64}$")] | None = None


class Review(Part):
    """When the profile is looked at again, and by whom; `last` is the day on which it last was."""

    every: Literal["month", "quarter", "half-year", "year"] = "quarter"
    after_closed_deals: Annotated[Whole, Field(ge=1)] | None = 50
    after_conversations: Annotated[Whole, Field(ge=1)] | None = 15
    owners: tuple[str, ...] = ("sales", "marketing", "customer_success")
    last: date | None = None
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
    """The one definition of fit of a motion. `sold_to`: which accounts the motion is for, as a `when`; it changes no
    score, but an account that it leaves out has another motion as its best where there is one.
    """

    profile: Words
    motion: Words = "main"
    sold_to: When | None = None
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
    selling: Selling = Selling()
    use_case: ManySaid = ()
    value: Value = Value()
    triggers: Triggers = ()
    personas: tuple[Persona, ...] = ()
    evaluation_criteria: ManySaid = ()
    objections: Objections = ()
    channels: Channels = ()
    discovery_map: DiscoveryMap = ()
    language: Phrases = ()
    questions: tuple[Question, ...] = ()
    review: Review = Review()
    signatures: tuple[Signature, ...] = ()
    check: CheckSettings = CheckSettings()

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

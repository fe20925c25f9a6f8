"""What the calls take and answer: the models that OpenAPI describes, and how an answer becomes one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StringConstraints

from idealfit.frontends.account_words import turn_words
from idealfit.inbound.before import before_words

if TYPE_CHECKING:
    from idealfit.inbound.answer import Answer
    from idealfit.scores.account_told import Turning

MOST_LEADS = 1_000
MOST_DECISIONS = 20
"""So many earlier decisions are listed, the newest; how many there were of each kind is told in words."""
_Name: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=200)]
_Word: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=500)]
_Cell: TypeAlias = Annotated[str, StringConstraints(max_length=4_000)]
_Number: TypeAlias = (
    Annotated[StrictFloat, Field(ge=-1e15, le=1e15)] | Annotated[StrictInt, Field(ge=-(10**15), le=10**15)]
)
_Given: TypeAlias = StrictBool | _Number | _Cell | Annotated[list[_Word], Field(max_length=500)] | None
Tier: TypeAlias = Literal["A", "B", "C", "unknown", "excluded"]


class _Taken(BaseModel):
    """A part of a request: what is not named here is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class GivenEvent(_Taken):
    """Something that happened at the company."""

    event_type: _Word
    occurred_on: date
    detail: _Word | None = None


class GivenLead(_Taken):
    """A lead: its company (by account_id, domain or e-mail address, or name) and what is said of it. All optional, but
    something must be said.
    """

    account_id: _Name | None = None
    domain: _Word | None = Field(None, description="A domain, an address of a site, or an e-mail address.")
    name: _Word | None = None
    attributes: Annotated[dict[_Name, _Given], Field(max_length=500)] = Field(
        default_factory=dict,
        description="Attributes of the company by name: numbers, texts ('51-200' is a range), true or false, lists.",
        examples=[{"employees": 120, "industry": "Software", "tech": ["HubSpot"]}],
    )
    events: Annotated[list[GivenEvent], Field(max_length=500)] = Field(default_factory=list)
    roles: Annotated[list[_Word], Field(max_length=100)] = Field(
        default_factory=list, description="Roles that exist at the company, such as 'Head of Security'."
    )
    hand_raised: bool = Field(False, description="It asked for somebody: a demo, prices, a call.")
    motion: _Name | None = Field(None, description="Judge by this motion's profile; without it the best is taken.")
    as_of: date | None = Field(None, description="The day that counts as today; without it the day of the records.")
    explain: bool = Field(False, description="Tell also what would change the tier.")


class GivenLeads(_Taken):
    """Several leads in one call."""

    leads: Annotated[list[GivenLead], Field(min_length=1, max_length=MOST_LEADS)]


class ToldCompany(BaseModel):
    """The company in the records."""

    account_id: str
    name: str | None
    domain: str | None
    matched_by: Literal["account_id", "domain", "name"]


class ToldReason(BaseModel):
    """One criterion or exclusion: whether it holds, the points that it counted, and the words."""

    id: str
    layer: str
    state: Literal["true", "false", "unknown"]
    points: float
    text: str


class ToldMissing(BaseModel):
    """Something unknown that could change the answer, and how likely another tier is once it is known."""

    what: str
    criteria: list[str]
    chance_of_another_tier: float
    expected_change_of_fit: float


class ToldDecision(BaseModel):
    """Something decided about the company before."""

    on: date | None
    what: Literal["won", "lost", "disqualified"]
    reason: str | None
    record: str


class ToldDifference(BaseModel):
    """What the lead says and the records say otherwise; the lead's word was used."""

    attribute: str
    given: Any
    on_record: Any


class ToldMotion(BaseModel):
    """What one motion's profile says."""

    tier: Tier
    fit: float | None


class ToldProfile(BaseModel):
    """The profile that judged: its name and the beginning of the hash of its content."""

    name: str
    motion: str
    version: str
    status: str


class ToldCard(BaseModel):
    """The inbound card: its points, the most that they can be once all is known, and who answers."""

    points: int
    most: int
    route: str | None


class ToldTurn(BaseModel):
    """The fewest changes that put a company into a tier, in a sentence."""

    tier: Tier
    fit: float | None
    text: str

    @classmethod
    def of(cls, turn: Turning, tier: str) -> ToldTurn:
        """The changes that lead from `tier` to another."""
        return cls.model_validate({"tier": turn.tier, "fit": turn.fit, "text": turn_words(turn, tier)})


class ScoreAnswer(BaseModel):
    """The answer to one lead. Scores are 0 to 100, layers 1 to 5, completeness and chances 0 to 1."""

    schema_version: Literal[1] = 1
    company: ToldCompany | None
    profile: ToldProfile
    as_of: date
    tier: Tier
    tier_low: Tier
    tier_high: Tier
    fit: float | None
    timing: float | None
    timing_band: Literal["now", "soon", "later", "unknown"]
    priority: str
    action: str | None
    score: float | None
    low: float | None
    high: float | None
    completeness: float | None
    layers: dict[str, float | None]
    chance: float | None = Field(description="The chance of winning, where the profile was found in deals.")
    expected_value: float | None
    card: ToldCard | None
    excluded_by: list[str]
    reasons: list[ToldReason]
    missing: list[ToldMissing] = Field(description="What to find out, the most decisive first.")
    decided_before: list[ToldDecision] = Field(description="The newest first, the last 20; `before` counts all.")
    before: str | None = Field(None, description="The same in a sentence: 'lost twice: May 2025, no budget owner'.")
    differs: list[ToldDifference]
    motions: dict[str, ToldMotion]
    would_change: list[ToldTurn] | None = Field(
        None, description="With `explain`: the fewest changes to each other tier, in sentences."
    )
    warnings: list[str]


class Fault(BaseModel):
    """What was wrong, where, and what to do now."""

    code: str
    what: str
    remedy: str
    file: str | None = None
    line: int | None = None
    column: int | None = None
    value: str | None = None


class FaultAnswer(BaseModel):
    """The form of every error."""

    error: Fault


class OneOfMany(BaseModel):
    """The answer to one lead of several, or its error."""

    answer: ScoreAnswer | None = None
    error: Fault | None = None


class ScoreAnswers(BaseModel):
    """The answers in the order of the leads."""

    answers: list[OneOfMany]


class ServedProfile(ToldProfile):
    """A profile that leads are judged by."""


class Health(BaseModel):
    """That the server answers, and by which profiles."""

    status: Literal["ok"]
    as_of: date
    accounts: int
    profiles: list[ServedProfile]


def told(answer: Answer) -> ScoreAnswer:
    """An answer in the words of the API."""
    score, company, profile = answer.score, answer.company, answer.profile
    return ScoreAnswer(
        company=None
        if company is None
        else ToldCompany(
            account_id=company.account_id,
            name=_text(company.columns.get("name")),
            domain=_text(company.columns.get("domain")),
            matched_by=company.matched_by,
        ),
        profile=ToldProfile(name=profile.profile, motion=answer.motion, version=answer.version, status=profile.status),
        as_of=answer.as_of,
        tier=score.tier,
        tier_low=score.tier_low,
        tier_high=score.tier_high,
        fit=score.fit,
        timing=score.timing,
        timing_band=score.timing_band,
        priority=score.priority,
        action=answer.action,
        score=score.score,
        low=score.low,
        high=score.high,
        completeness=score.completeness,
        layers=dict(score.layers),
        chance=None if answer.worth is None else round(answer.worth.chance, 6),
        expected_value=None if answer.worth is None or answer.worth.value is None else round(answer.worth.value, 2),
        card=None
        if score.card is None
        else ToldCard(points=score.card.points, most=score.card.most, route=score.card.route),
        excluded_by=list(score.excluded_by),
        reasons=[ToldReason.model_validate(one, from_attributes=True) for one in score.reasons],
        missing=[
            ToldMissing(
                what=one.what,
                criteria=list(one.criteria),
                chance_of_another_tier=one.another_tier,
                expected_change_of_fit=one.fit,
            )
            for one in answer.missing
        ],
        decided_before=[
            ToldDecision.model_validate(one, from_attributes=True) for one in answer.decided_before[:MOST_DECISIONS]
        ],
        before=before_words(answer.decided_before),
        differs=[
            ToldDifference(attribute=name, given=given, on_record=on_record)
            for name, (given, on_record) in answer.differs.items()
        ],
        motions={name: ToldMotion(tier=tier, fit=fit) for name, (tier, fit) in answer.motions.items()},
        would_change=None if answer.turns is None else [ToldTurn.of(one, score.tier) for one in answer.turns],
        warnings=list(answer.warnings),
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)

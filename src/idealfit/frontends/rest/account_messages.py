"""What the call about one account answers: the model that OpenAPI describes, in the sentences of `idealfit account`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, Field

from idealfit.frontends.account_words import common_words, compared_words
from idealfit.frontends.rest.messages import Tier, ToldTurn

if TYPE_CHECKING:
    from idealfit.scores.account_told import AccountTold
    from idealfit.scores.alike import Alike
    from idealfit.workspace.placing import Standing


class ToldAxis(BaseModel):
    """`total` is `start` and what the reasons add, in points of 100."""

    total: float
    start: float


class ToldPart(BaseModel):
    """One criterion or exclusion: what the account has, whether it holds, what it adds to each axis, the evidence."""

    id: str
    layer: str
    state: Literal["true", "false", "unknown"]
    text: str
    here: str | None
    adds: dict[str, float]
    because: str
    accounts: int | None
    grade: str | None


class ToldAlike(BaseModel):
    """An account like it that was worked to an end; `likeness` 0 to 1."""

    account_id: str
    name: str | None
    closed_on: str | None
    likeness: float
    in_common: str


class ToldChange(BaseModel):
    """What the score was from a day on, and why it changed."""

    as_of: date
    tier: Tier
    priority: str
    fit: float | None
    timing: float | None
    score: float | None
    because: list[str]


class ToldAccount(BaseModel):
    """One account as the last build scored it."""

    schema_version: Literal[1] = 1
    account_id: str
    name: str
    merged_into: str | None
    as_of: date
    profile_version: str
    tier: Tier
    tier_low: Tier
    tier_high: Tier
    priority: str
    action: str | None
    rank: int | None
    of_ranked: int
    axes: dict[str, ToldAxis] = Field(description="fit, timing and score: what the reasons add, adds up to it.")
    reasons: list[ToldPart]
    would_change: list[ToldTurn] = Field(description="What would change the tier, with the fewest changes.")
    won_like_it: list[ToldAlike]
    lost_like_it: list[ToldAlike]
    why_this_rank: list[str] = Field(description="Ahead of the one, behind the other, and by what.")
    history: list[ToldChange] = Field(description="The newest first.")


def told_account(standing: Standing) -> ToldAccount:
    """An account in the words of the API."""
    scores, told = standing.scores, standing.told
    return ToldAccount(
        account_id=standing.account_id,
        name=standing.name,
        merged_into=standing.survivor,
        as_of=scores["as_of"],
        profile_version=scores["profile_version"],
        **{name: scores[name] for name in ("tier", "tier_low", "tier_high", "priority")},
        action=standing.action,
        rank=scores.get("rank"),
        of_ranked=standing.accounts_ranked,
        axes={} if told is None else _axes(told),
        reasons=[] if told is None else _parts(told),
        would_change=[] if told is None else [ToldTurn.of(one, str(scores["tier"])) for one in told.turns],
        won_like_it=[] if told is None else [_alike(one, told) for one in told.won_like_it],
        lost_like_it=[] if told is None else [_alike(one, told) for one in told.lost_like_it],
        why_this_rank=[] if told is None else _rank(told, standing.currency),
        history=[ToldChange.model_validate(one, from_attributes=True) for one in standing.history],
    )


def _axes(told: AccountTold) -> dict[str, ToldAxis]:
    return {name: ToldAxis(total=one.total, start=one.start) for name, one in told.axes.items()}


def _parts(told: AccountTold) -> list[ToldPart]:
    return [ToldPart.model_validate({**asdict(one), "here": one.value}) for one in told.reasons]


def _alike(one: Alike, told: AccountTold) -> ToldAlike:
    return ToldAlike(
        account_id=one.account_id,
        name=one.name,
        closed_on=one.on,
        likeness=one.likeness,
        in_common=common_words(one, told.texts),
    )


def _rank(told: AccountTold, currency: str) -> list[str]:
    pairs = (("Ahead of", told.ahead_of), ("Behind", told.behind))
    return [compared_words(how, other, told.texts, currency) for how, other in pairs if other is not None]

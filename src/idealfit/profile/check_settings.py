"""`check:` in the profile: which of the linter's rules hold for it, with which bounds, and what is allowed."""

from __future__ import annotations

from datetime import date
from typing import Annotated, TypeAlias

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from idealfit.profile.part import Part, Share, Whole, Words

Code: TypeAlias = Annotated[str, StringConstraints(pattern=r"^ICP[0-9]{3}$")]
Count: TypeAlias = Annotated[Whole, Field(ge=0)]


class Allowed(Part):
    """A finding that people have decided to live with: which rule, at which entry (its id, role or section; all of them
    without one), why, and until when.
    """

    code: Code
    at: str | None = None
    because: Words
    until: date | None = None


class Bounds(Part):
    """The least and the most accounts that a motion can use; at least 50 where neither is said."""

    least: Count | None = None
    most: Count | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Bounds:
        if self.least is not None and self.most is not None and self.least > self.most:
            raise PydanticCustomError("out_of_order", "The least is above the most")
        return self


class InboundMatch(Part):
    """Between which shares of the inbound leads are expected to be an A."""

    least: Share = 0.05
    most: Share = 0.30


class CheckSettings(Part):
    """What `idealfit check` goes by: `strict` turns every rule on, `select` single ones, `allow` names exceptions."""

    strict: bool = False
    select: tuple[Code, ...] = ()
    allow: tuple[Allowed, ...] = ()
    addressable: Bounds = Bounds()
    inbound: InboundMatch = InboundMatch()
    least_accounts: Annotated[Whole, Field(ge=1)] = 5

"""`check:` in company.yaml and in a profile: which of the linter's rules hold, with which bounds, and what is allowed.

A profile is one motion and says what holds for it; what it leaves out is as the company says.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError


def _not_blank(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("blank", "A text is missing here")
    return text


Code: TypeAlias = Annotated[str, StringConstraints(pattern=r"^ICP[0-9]{3}$")]
Count: TypeAlias = Annotated[int, Field(strict=True, ge=0)]
Reason: TypeAlias = Annotated[str, AfterValidator(_not_blank)]
Share: TypeAlias = Annotated[float, Field(ge=0, le=1)]


class _Part(BaseModel):
    """Unknown keys are mistakes, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Allowed(_Part):
    """A finding that people have decided to live with: which rule, at which entry (its id, role or section; all of them
    without one), why, and until when.
    """

    code: Code
    at: str | None = None
    because: Reason
    until: date | None = None


class Bounds(_Part):
    """The least and the most accounts that a motion can use; at least 50 where neither is said."""

    least: Count | None = None
    most: Count | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Bounds:
        if self.least is not None and self.most is not None and self.least > self.most:
            raise PydanticCustomError("out_of_order", "The least is above the most")
        return self


class InboundMatch(_Part):
    """Between which shares of the inbound leads are expected to be an A."""

    least: Share = 0.05
    most: Share = 0.30


class CheckSettings(_Part):
    """What `idealfit check` goes by: `strict` turns every rule on, `select` single ones, `allow` names exceptions."""

    strict: bool = False
    select: tuple[Code, ...] = ()
    allow: tuple[Allowed, ...] = ()
    addressable: Bounds = Bounds()
    inbound: InboundMatch = InboundMatch()
    least_accounts: Annotated[int, Field(strict=True, ge=1)] = 5

    def above(self, company: CheckSettings) -> CheckSettings:
        """These settings of a profile, with the company's where they say nothing; the company's exceptions are left
        out: they are no entries of the profile.
        """
        own, theirs = self.model_dump(exclude_unset=True), company.model_dump(exclude={"allow"})
        for name in ("addressable", "inbound"):
            mine = own.pop(name, {})
            both = {**theirs[name], **mine}
            least, most = both.get("least"), both.get("most")
            # bounds of the company that contradict those of the profile do not hold for it
            theirs[name] = mine if least is not None and most is not None and least > most else both
        theirs["select"] = (*own.pop("select", ()), *theirs["select"])
        return CheckSettings.model_validate({**theirs, **own})

"""company.yaml: what a company says of itself that no table holds. Every key is optional; every default is told."""

from __future__ import annotations

import difflib
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from idealfit.accounts.duplicate import MERGE_ABOVE
from idealfit.errors import CompanyFileUnreadable, Position, UsageError
from idealfit.records.check_settings import CheckSettings

LEAST_MERGE_ABOVE = 0.9
FILE_NAMES = ("company.yaml", "company.yml", "company.json")


class Rate(BaseModel):
    """One exchange rate, in force from a day on until the next one; without a day always."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    since: date | None = Field(None, alias="from")
    rate: float = Field(gt=0)


class Assistant(BaseModel):
    """A command on this machine that may propose criteria for the sentences of a document; it runs only where somebody
    names this file (`idealfit new --from DOCUMENT --company FILE`).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    command: list[str] = Field(min_length=1, description="The program and its arguments; no shell reads them.")
    seconds: int = Field(60, ge=1, le=600, description="After so long it is ended, and nothing of it is used.")


class Company(BaseModel):
    """The settings of one company (DESIGN §3). Money is in `currency`; shares are between 0 and 1."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str | None = None
    domain: str | None = Field(None, description="The company's own domain: an account of it is nobody to sell to.")
    as_of: date | None = Field(None, description="The day up to which the records speak.")
    currency: str | None = Field(None, description="ISO code of the currency of amounts, where the files do not say.")
    rates: dict[str, list[Rate]] = Field(
        default_factory=dict,
        description="Units of `currency` for one unit of another: a number, or a list of {from: day, rate: number}.",
    )
    since: date | None = Field(None, description="Learn from deals opened from this day on; else the data decide.")
    stage: Literal["early", "growth"] = "growth"
    best: str | None = Field(
        None, description="Who counts as best, as `--best` takes it: 'value', or 'retention & nrr > 110% & cycle'."
    )
    value_horizon_months: int = Field(24, ge=1, le=120)
    gross_margin: float = Field(0.8, gt=0, le=1)
    cost_per_worked_account: float = Field(0.0, ge=0)
    cost_per_ticket: float = Field(0.0, ge=0)
    cost_per_hour: float = Field(
        0.0, ge=0, description="What an hour of support or of service costs, where a ticket or invoice has hours."
    )
    merge_above: float = Field(
        MERGE_ABOVE,
        ge=LEAST_MERGE_ABOVE,
        le=1,
        description="Two accounts are merged unasked from this probability on that they are one.",
    )
    competitors: list[str] = Field(default_factory=list)
    half_lives: dict[str, Annotated[int, Field(ge=1, le=3650)]] = Field(
        default_factory=dict, description="Days after which half of a kind of event is left: {funding_round: 60}."
    )
    capacity: int | dict[str, float] | None = Field(None, description="Accounts that the team can work in a quarter.")
    coverage: dict[str, Any] = Field(default_factory=dict)
    motions: dict[str, Any] | list[Any] = Field(default_factory=dict)
    assistant: Assistant | None = Field(None, description="What may propose criteria; nothing does by default.")
    check: CheckSettings = Field(
        CheckSettings(), description="What `idealfit check` goes by in every profile, where the profile says nothing."
    )

    @field_validator("rates", mode="before")
    @classmethod
    def _one_rate_or_several(cls, given: Any) -> Any:
        """A plain number is the rate of every day."""
        if not isinstance(given, dict):
            return given
        return {code: [{"rate": each}] if isinstance(each, int | float) else each for code, each in given.items()}

    @property
    def undated_rates(self) -> dict[str, float]:
        """The rates that hold on every day. Dated ones were applied to each row when it was imported."""
        return {code: each[0].rate for code, each in self.rates.items() if len(each) == 1 and each[0].since is None}

    def assumed(self) -> tuple[str, ...]:
        """One line for each default that stands because nobody said otherwise: 'gross_margin = 0.8'."""
        defaults = (
            "stage", "value_horizon_months", "gross_margin", "cost_per_worked_account", "cost_per_ticket",
            "cost_per_hour", "merge_above",
        )  # fmt: skip
        return tuple(f"{key} = {getattr(self, key)}" for key in defaults if key not in self.model_fields_set)


def merging_above(company: Company, probability: float | None) -> Company:
    """`company` with the probability that somebody named on the command line, which stands above the file's.

    Raises UsageError outside 0.9 to 1.
    """
    if probability is None:
        return company
    if not LEAST_MERGE_ABOVE <= probability <= 1:
        raise UsageError(
            f"Accounts cannot be merged above a probability of {probability:g}",
            remedy=f"Give one from {LEAST_MERGE_ABOVE} to 1; with 1 nothing is merged unasked.",
        )
    return company.model_copy(update={"merge_above": probability})


def company_schema() -> dict[str, Any]:
    """The JSON Schema of company.yaml."""
    return Company.model_json_schema()


def read_company(folder: Path) -> Company:
    """The company file of `folder`, else all defaults.

    Raises CompanyFileUnreadable with the line, or with the key that is not known or has a wrong value.
    """
    if not folder.is_dir():
        return Company()
    for name in FILE_NAMES:
        path = folder / name
        if path.is_file():
            return _parse(path)
    return Company()


def read_company_file(path: Path) -> Company:
    """The company file at `path`, named by a person. Raises CompanyFileUnreadable, also where there is none."""
    if not path.is_file():
        raise CompanyFileUnreadable(
            "There is no such company file", where=Position(path.name), remedy="Check the path."
        )
    return _parse(path)


def _parse(path: Path) -> Company:
    try:
        content = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8-sig"))
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark is not None else None
        raise CompanyFileUnreadable(
            "The company file is not YAML",
            where=Position(path.name, line),
            remedy="Mend that line, or take the file away.",
        ) from error
    except (YAMLError, UnicodeDecodeError, ValueError) as error:
        raise CompanyFileUnreadable(
            "The company file is not YAML in UTF-8", where=Position(path.name), remedy="Save it as plain UTF-8 text."
        ) from error
    if content is None:
        return Company()
    if not isinstance(content, dict):
        raise CompanyFileUnreadable(
            "The company file holds no keys", where=Position(path.name), remedy="Write it as 'key: value' lines."
        )
    try:
        return Company.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        value = None if isinstance(first.get("input"), dict | list) else str(first.get("input"))
        where = Position(path.name, value=value)
        if first["type"] == "extra_forbidden":
            near = difflib.get_close_matches(key, Company.model_fields, 1)
            raise CompanyFileUnreadable(
                f"The company file has a key {key!r} that means nothing here",
                where=where,
                remedy=(f"Did you mean {near[0]!r}? " if near else "")
                + f"Keys are: {', '.join(Company.model_fields)}.",
            ) from error
        raise CompanyFileUnreadable(
            f"The company file's key {key!r} is not right: {first['msg'][:1].lower()}{first['msg'][1:]}",
            where=where,
            remedy=f"Change it, or take the key away.{' A day is written 2026-09-30.' if key == 'as_of' else ''}",
        ) from error

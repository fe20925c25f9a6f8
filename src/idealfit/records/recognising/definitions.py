"""Files that say what the ids in other files mean: stages and pipelines with their labels, owners with their names."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal, TypeAlias

from idealfit.accounts.name import squash
from idealfit.accounts.quantity import parse_boolean
from idealfit.records.recognising.deal_outcome import outcome_of

Kind: TypeAlias = Literal["stage", "pipeline", "owner"]

_LABELS: Mapping[Kind, tuple[str, ...]] = {
    "stage": ("label", "stagelabel", "masterlabel", "stagename", "name", "stage"),
    "pipeline": ("label", "pipelinelabel", "pipelinename", "name"),
    "owner": ("name", "fullname", "ownername", "username"),
}
_KEYS: Mapping[Kind, tuple[str, ...]] = {
    "stage": ("stageid", "dealstageid", "apiname", "masterlabel", "internalname", "id"),
    "pipeline": ("pipelineid", "recordtypeid", "id"),
    "owner": ("ownerid", "userid", "id"),
}
_NAMED: Mapping[Kind, tuple[str, ...]] = {
    "stage": ("stage",),
    "pipeline": ("pipeline", "recordtype"),
    "owner": ("owner", "user", "salesrep", "salesteam"),
}
_OF_STAGES = frozenset(
    {"displayorder", "sortorder", "ordernr", "probability", "dealprobability", "defaultprobability", "closedwon"}
    | {"isclosed", "iswon", "rottenflag", "rottendays", "forecastcategory", "activeflag", "active", "isactive"}
)
_OF_RECORDS = frozenset(
    ["dealid", "opportunityid", "amount", "closedate", "closedat", "dealname", "companyid", "value", "enteredat"]
)
"""Columns of deals and their histories, which name stages too and define none."""
_POINTING: Mapping[Kind, frozenset[str]] = {
    "stage": frozenset(
        {"dealpipelinestageid", "dealstage", "dealstageid", "stage", "stageid", "stagename", "pipelinestageid"}
        | {"propertydealstage", "tostage", "fromstage", "newstage", "oldstage", "tostageid", "fromstageid"}
    ),
    "pipeline": frozenset(["dealpipelineid", "pipeline", "pipelineid", "propertypipeline", "recordtypeid"]),
    "owner": frozenset(
        ["ownerid", "hubspotownerid", "propertyhubspotownerid", "dealowner", "companyowner", "accountowner", "owner"]
    ),
}
_FIELDS = frozenset(["name", "field", "property", "propertyname", "fieldname"])
_VALUES = frozenset(["value", "newvalue", "oldvalue", "propertyvalue"])
STAGE_FIELDS = ("dealstage", "stagename", "stage", "stageid", "dealstageid")
"""How histories of properties name the stage, squashed."""


@dataclass(frozen=True)
class Definition:
    """A file that defines: the columns by whose values others refer to its rows (`keys`), what to show (`labels`, put
    together with blanks), and of stages which columns say that one is `won`, `closed`, or how `likely` a deal is."""

    kind: Kind
    keys: tuple[str, ...]
    labels: tuple[str, ...]
    won: str | None = None
    closed: str | None = None
    likely: str | None = None


def definitions_of(file: str, columns: Sequence[str]) -> tuple[Definition, ...]:
    """What a file defines, by its name and headers: nothing, one kind, or stages together with their pipelines."""
    stem = squash(PurePosixPath(file.replace("#", "/")).stem)
    named = {squash(column): column for column in reversed(columns)}
    if _OF_RECORDS & set(named):
        return ()
    stages = "stage" in stem or {"stageid", "stagelabel"} & set(named)
    if stages and _OF_STAGES & set(named) and (stage := _definition("stage", named)) is not None:
        together = {"pipelineid", "pipelinename"} <= set(named)
        pipelines = Definition("pipeline", (named["pipelineid"],), (named["pipelinename"],)) if together else None
        return (stage,) if pipelines is None else (stage, pipelines)
    for kind in ("pipeline", "owner"):
        if any(word in stem for word in _NAMED[kind]) and (found := _definition(kind, named)) is not None:
            return (found,)
    return ()


def _definition(kind: Kind, named: Mapping[str, str]) -> Definition | None:
    keys = tuple(named[key] for key in _KEYS[kind] if key in named)
    label = next((named[each] for each in _LABELS[kind] if each in named), None)
    labels: tuple[str, ...] = () if label is None else (label,)
    if kind == "owner" and not labels and {"firstname", "lastname"} <= set(named):
        labels = (named["firstname"], named["lastname"])
    if not keys or not labels:
        return None
    if kind != "stage":
        return Definition(kind, keys, labels)
    won, closed = (next((named[each] for each in each_of if each in named), None) for each_of in _FLAGS)
    likely = next((named[each] for each in _LIKELY if each in named), None)
    return Definition(kind, keys, labels, won, closed, likely)


_FLAGS = (("closedwon", "iswon", "isclosedwon"), ("isclosed", "closed"))
_LIKELY = ("probability", "dealprobability", "defaultprobability")


def points(kind: Kind, header: str, beside: Collection[str]) -> bool:
    """Whether a column of another file refers to stages, pipelines or owners, by its header; `beside` are all headers
    of that file, squashed. A 'user_id' is an owner's only beside a deal's stage: elsewhere it is a customer's person.
    """
    word = squash(header)
    return word in _POINTING[kind] or (kind == "owner" and word == "userid" and "stageid" in beside)


def property_columns(columns: Sequence[str]) -> tuple[str, tuple[str, ...]] | None:
    """Of a history of properties the column that names the property and those with its values; None for other files."""
    field = next((each for each in columns if squash(each) in _FIELDS), None)
    values = tuple(each for each in columns if squash(each) in _VALUES)
    return None if field is None or not values else (field, values)


def ending_of(label: str, won: str | None, closed: str | None, likely: float | None, top: float) -> str:
    """How deals of a stage stand: 'won', 'lost' or 'open', from its flags, its likelihood (of `top` at most) and, where
    they leave it open, its label."""
    is_won, is_closed = (None if each is None else parse_boolean(each, digits=True) for each in (won, closed))
    if is_won or (is_won is None and is_closed is not False and likely is not None and likely >= top > 0):
        return "won"
    nothing_left = likely == 0 and (outcome_of(label) == "lost" or (is_won is False and is_closed is None))
    return "lost" if is_closed or nothing_left or (is_closed is None and outcome_of(label) == "lost") else "open"

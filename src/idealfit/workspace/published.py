"""The published schemas of the answers that commands print as JSON, made from the values themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from idealfit.profile.rendering.callcard import CallCard
from idealfit.profile.rendering.model import Page
from idealfit.store.corrections import Correction
from idealfit.workspace.agreeing import AgreeAnswer, Sheets
from idealfit.workspace.checking import CheckReport
from idealfit.workspace.correcting import Corrected
from idealfit.workspace.filtering import Filtered
from idealfit.workspace.finding_out import FindOut
from idealfit.workspace.interviewing import Interviews
from idealfit.workspace.placing import Standing
from idealfit.workspace.printing import Printed
from idealfit.workspace.tiering import TierReport

SCHEMA_VERSION: Final = 1
_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True)
class PrintedPage:
    """The page in a file: the page itself, its paragraph, and the blocks of the appendix (none where not asked for)."""

    page: Page
    paragraph: str
    appendix: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class PrintedCard:
    """The call card in a file."""

    card: CallCard


@dataclass(frozen=True)
class Corrections:
    """What was corrected by hand, the newest first."""

    corrections: tuple[Correction, ...]


class _Closed(GenerateJsonSchema):
    """Objects hold what is named and nothing else, and all of it: a key that is missing is noticed."""

    def dataclass_schema(self, schema: Any) -> JsonSchemaValue:
        made = super().dataclass_schema(schema)
        fields = list(made.get("properties", {}))
        return {**made, "additionalProperties": False, **({"required": fields} if fields else {})}


def _schema(name: str, of: type[Any] | Any, title: str) -> dict[str, Any]:
    made = TypeAdapter(of).json_schema(mode="serialization", schema_generator=_Closed)
    definitions = made.pop("$defs", {})
    whole = definitions.pop(made["$ref"].rpartition("/")[2]) if "$ref" in made else made
    properties = {"schema_version": {"const": SCHEMA_VERSION}, **whole.get("properties", {})}
    return {
        "$schema": _DIALECT,
        "$id": f"{name}.schema.json",
        "title": title,
        **{key: value for key, value in whole.items() if key not in ("properties", "required", "title")},
        "properties": properties,
        "required": ["schema_version", *whole.get("required", [])],
        **({"$defs": definitions} if definitions else {}),
    }


PUBLISHED: Final[Mapping[str, Callable[[], dict[str, Any]]]] = {
    "account": lambda: _schema("account", Standing, "idealfit account --json"),
    "filter": lambda: _schema("filter", Filtered, "idealfit filter --json"),
    "correct": lambda: _schema("correct", Corrected, "idealfit correct --json"),
    "corrections": lambda: _schema("corrections", Corrections, "idealfit correct --list --json"),
    "find_out": lambda: _schema("find_out", FindOut, "idealfit find-out --json"),
    "tiers": lambda: _schema("tiers", TierReport, "idealfit tiers --json"),
    "check": lambda: _schema("check", CheckReport, "idealfit check --json"),
    "agree": lambda: _schema("agree", AgreeAnswer, "idealfit agree --json"),
    "agree-sheets": lambda: _schema("agree-sheets", Sheets, "idealfit agree --rep NAME --rep NAME --json"),
    "interview": lambda: _schema("interview", Interviews, "idealfit interview --json"),
    "page": lambda: _schema("page", Printed, "idealfit page --json"),
    "page-file": lambda: _schema("page-file", PrintedPage, "idealfit page --to FILE.json"),
    "card-file": lambda: _schema("card-file", PrintedCard, "idealfit page --card --to FILE.json"),
}
"""The name of each → what makes its schema."""


def answer_schema(name: str) -> dict[str, Any]:
    """The JSON Schema of an answer, by a name of `PUBLISHED`."""
    return PUBLISHED[name]()

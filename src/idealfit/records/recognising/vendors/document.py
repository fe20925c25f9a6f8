"""The form of a ready mapping: which headers a tool's exports have, generation by generation, and what they become."""

from __future__ import annotations

from functools import cache, cached_property
from importlib.resources import files
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema
from ruamel.yaml import YAML

from idealfit.accounts.name import squash
from idealfit.records.attribute import Layer, Level
from idealfit.records.recognising.guess_words import WORDS
from idealfit.records.tables import ColumnType

Tested = Literal["real export", "published sample", "published headers", "none"]
"""What a mapping was tried on: an export that a tool wrote, rows under these headers that somebody published, the
headers alone as a document or public code names them, or nothing."""


class VendorColumn(BaseModel):
    """What one header becomes; a bare word in the document is its `to`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    to: str | None = None
    level: Level | None = None
    layer: Layer | None = None
    type: ColumnType | None = None
    format: Literal["ymd", "dmy", "mdy"] | None = None
    missing: tuple[str, ...] = ()
    unit: Literal["minor"] | None = Field(None, description="Amounts are in cents or the currency's smallest unit.")

    @model_validator(mode="before")
    @classmethod
    def _from_word(cls, value: Any) -> Any:
        return {"to": value} if isinstance(value, str) else value

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:  # a bare word is allowed, and the schema says so
        return {"anyOf": [{"type": "string"}, handler(schema)]}


class Generation(BaseModel):
    """One way in which a tool writes an object: as labels, as internal names, as columns of a connector.

    An export is of this generation if it has every header of `signature` and at least `at_least` of `any_of`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    signature: tuple[str, ...] = Field(min_length=1)
    any_of: tuple[str, ...] = ()
    at_least: int = Field(1, ge=1)
    never: tuple[str, ...] = Field((), description="Headers that such an export cannot have.")
    tested_on: Tested = "none"
    columns: dict[str, VendorColumn]
    computed: tuple[str, ...] = Field((), description="Filled in by the tool, or after the outcome.")
    deal: tuple[str, ...] = Field((), description="How a deal came, who works it, what was offered.")
    account: tuple[str, ...] = Field((), description="What a company is, under the header's own name.")
    personal: tuple[str, ...] = ()
    identifier: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _signature_is_known(self) -> Generation:
        known = self.known
        strange = [header for header in (*self.signature, *self.any_of) if squash(header) not in known]
        if strange:
            raise ValueError(f"{self.name}: in the signature and not among the columns: {', '.join(strange)}")
        return self

    @cached_property
    def known(self) -> frozenset[str]:
        """Every header that this generation names, squashed."""
        lists = (self.computed, self.deal, self.account, self.personal, self.identifier)
        return frozenset(squash(header) for each in (self.columns, *lists) for header in each)


class VendorObject(BaseModel):
    """One kind of record of a tool and the table that it becomes; `outcomes` are the words of its default stages."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    object: str
    table: str
    outcomes: dict[str, Literal["won", "lost", "open"]] = Field(default_factory=dict)
    generations: tuple[Generation, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _columns_exist(self) -> VendorObject:
        if self.table not in WORDS:
            raise ValueError(f"{self.object}: there is no table {self.table!r}")
        allowed = set(WORDS[self.table]) | set(WORDS["accounts"])
        for generation in self.generations:
            strange = {column.to for column in generation.columns.values() if column.to} - allowed
            if strange:
                raise ValueError(f"{self.object}: {self.table} has no column {', '.join(sorted(strange))}")
        return self


class Vendor(BaseModel):
    """A tool: where its headers are documented, and the objects of its exports."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tool: str
    source: str = Field(description="The documents that the headers were taken from, by title.")
    gaps: str = Field("", description="What was looked for and not found.")
    objects: tuple[VendorObject, ...] = Field(min_length=1)


@cache
def vendors() -> tuple[Vendor, ...]:
    """Every ready mapping, by the name of its document; read when first asked for."""
    folder = files("idealfit.records.recognising.vendors") / "tools"
    documents = sorted((each for each in folder.iterdir() if each.name.endswith(".yaml")), key=lambda each: each.name)
    yaml = YAML(typ="safe", pure=True)
    return tuple(Vendor.model_validate(yaml.load(each.read_text(encoding="utf-8"))) for each in documents)


def vendor_schema() -> dict[str, Any]:
    """The JSON Schema of a ready mapping."""
    return {"$id": "vendor.schema.json", **Vendor.model_json_schema()}

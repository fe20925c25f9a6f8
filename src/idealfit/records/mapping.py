"""The mapping: how a source's own files and headers become the canonical tables. One YAML file per source.

It is guessed, shown, saved in the workspace and used again; a person's edit is never guessed over.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from idealfit.accounts.name import squash
from idealfit.records.attribute import Layer, Level
from idealfit.records.tables import ColumnType

LOOKUP = "lookup"
UNUSED = "unused"
FLAT = "flat"


class ColumnMapping(BaseModel):
    """One column: what it becomes (`to`, or null to leave it out), and what may be done with it."""

    model_config = ConfigDict(extra="forbid")

    to: str | None
    level: Level = "account"
    layer: Layer = "firmographic"
    type: ColumnType | None = None
    format: Literal["ymd", "dmy", "mdy", "ydm"] | None = Field(None, description="The order of dates.")
    missing: list[str] | None = Field(
        None, description="The words that mean 'no value' in this column; left out, they are judged from its values."
    )
    normalise: bool = Field(True, description="False keeps the column's values exactly as they are in the file.")
    unit: Literal["minor", "one", "thousands", "millions", "billions"] | None = Field(
        None,
        description="What the numbers are counted in ('Umsatz (Mio. €)': millions; 'minor': cents or the currency's "
        "smallest unit; 'one': as they are). Left out, an amount's header says it.",
    )
    label: str | None = None
    reason: str = ""
    confidence: float = Field(1.0, ge=0, le=1)

    def missing_or(self, judged: tuple[str, ...]) -> tuple[str, ...]:
        """The words that mean no value as somebody said, else as they were `judged`."""
        return judged if self.missing is None else tuple(self.missing)


PipelinePurpose: TypeAlias = Annotated[
    str, Field(pattern=r"^(?:new_business|sales|expansion|renewal|not_sales|motion: [a-z][a-z0-9-]*)$")
]


class FileMapping(BaseModel):
    """One file: the table that it is, and its columns by their headers as written.

    `table` is a canonical table, `flat` (each row its own account and deal), `lookup` (joined to another file's column,
    see `joins`) or `unused`. `outcomes` says which stage or result words mean won, lost or open.
    """

    model_config = ConfigDict(extra="forbid")

    file: str
    table: str
    reason: str = ""
    confidence: float = Field(1.0, ge=0, le=1)
    columns: dict[str, ColumnMapping] = Field(default_factory=dict)
    joins: dict[str, str] = Field(default_factory=dict, description="lookup column → 'file: column' that it explains")
    outcomes: dict[str, Literal["won", "lost", "open"]] = Field(default_factory=dict)
    pipelines: dict[str, PipelinePurpose] = Field(
        default_factory=dict, description="pipeline → what it is for; 'sales' leaves open to whom"
    )
    exported: str | None = Field(
        None,
        pattern=r"^(part|\d{4}-\d\d-\d\d)$",
        description="The day of an older export of this table (2026-01-31), or 'part': no older one, but a part of it.",
    )

    def target(self, to: str) -> str | None:
        """The header that becomes `to`, if any."""
        return next((header for header, column in self.columns.items() if column.to == to), None)


class MappingFile(BaseModel):
    """Everything known of one source."""

    model_config = ConfigDict(extra="forbid")

    source: str = ""
    files: list[FileMapping] = Field(default_factory=list)

    def for_file(self, file: str) -> FileMapping | None:
        """The entry for a file of this name: as written, else by its last part without case and extension."""
        for entry in self.files:
            if entry.file == file:
                return entry
        return next((entry for entry in self.files if file_key(entry.file) == file_key(file)), None)


def file_key(file: str) -> str:
    """A file's name to compare by: 'export.zip/Deals.CSV' and 'deals.csv' are one."""
    return squash(PurePosixPath(file.replace("#", "/")).stem)


def mapping_schema() -> dict[str, Any]:
    """The JSON Schema of a mapping file."""
    return {"$id": "mapping.schema.json", **MappingFile.model_json_schema()}

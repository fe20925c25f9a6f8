"""The mapping: how a source's own files and headers become the canonical tables. One YAML file per source.

It is guessed, shown, saved in the workspace and used again; a person's edit is never guessed over.
"""

from __future__ import annotations

from io import StringIO
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from idealfit.accounts.name import squash
from idealfit.errors import MappingUnreadable, Position
from idealfit.records.attribute import Layer, Level
from idealfit.records.tables import TABLES, ColumnType

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
    unit: Literal["minor"] | None = Field(None, description="Amounts are in cents or the currency's smallest unit.")
    label: str | None = None
    reason: str = ""
    confidence: float = Field(1.0, ge=0, le=1)


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


def load_mapping(path: Path) -> MappingFile:
    """The mapping file at `path`. Raises MappingUnreadable with the key that is wrong."""
    try:
        content = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise MappingUnreadable(
            "There is no such mapping file", where=Position(str(path)), remedy="Check the path."
        ) from error
    except (OSError, YAMLError, UnicodeDecodeError) as error:
        raise MappingUnreadable(
            "The mapping is not YAML in UTF-8", where=Position(path.name), remedy="Mend it, or delete it to guess anew."
        ) from error
    try:
        mapping = MappingFile.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise MappingUnreadable(
            f"The mapping's key {key!r} is not right: {first['msg']}",
            where=Position(path.name),
            remedy="See the mappings folder of a workspace for the form.",
        ) from error
    for entry in mapping.files:
        if entry.table not in TABLES and entry.table not in (LOOKUP, UNUSED, FLAT):
            raise MappingUnreadable(
                f"The mapping names a table {entry.table!r} that does not exist",
                where=Position(path.name, value=entry.file),
                remedy=f"Tables are: {', '.join(TABLES)}; or flat, lookup, unused.",
            )
    return mapping


def dump_mapping(mapping: MappingFile) -> str:
    """The mapping as YAML, keys in a fixed order, defaults left out."""
    yaml = YAML()
    yaml.default_flow_style = False
    yaml.width = 120
    buffer = StringIO()
    yaml.dump(_plain(mapping), buffer)
    return buffer.getvalue()


def _plain(mapping: MappingFile) -> dict[str, Any]:
    files = []
    for entry in mapping.files:
        columns = {
            header: {"to": column.to, **column.model_dump(exclude={"to"}, exclude_defaults=True)}
            for header, column in entry.columns.items()
        }
        files.append(
            {"file": entry.file, "table": entry.table}
            | entry.model_dump(include={"reason", "confidence"}, exclude_defaults=True)
            | ({"joins": dict(entry.joins)} if entry.joins else {})
            | ({"outcomes": dict(entry.outcomes)} if entry.outcomes else {})
            | ({"pipelines": dict(entry.pipelines)} if entry.pipelines else {})
            | ({"exported": entry.exported} if entry.exported else {})
            | {"columns": columns}
        )
    return {"source": mapping.source, "files": files}


def mapping_schema() -> dict[str, Any]:
    """The JSON Schema of a mapping file."""
    return MappingFile.model_json_schema()

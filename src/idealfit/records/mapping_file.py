"""Mapping files on disk: read with the line and the nearest name of whatever is wrong, written for people to review."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from io import StringIO
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from idealfit.errors import MappingUnreadable, Position
from idealfit.records.mapping import FLAT, LOOKUP, UNUSED, ColumnMapping, FileMapping, MappingFile
from idealfit.records.tables import TABLES
from idealfit.store.place import Place

FORM = "`idealfit mapping DIR` prints a mapping of the right form."
_TABLE_WORDS = (*TABLES, FLAT, LOOKUP, UNUSED)
_ACCOUNT = TABLES["accounts"].columns


def load_mapping(path: Path) -> MappingFile:
    """The mapping file at `path`. Raises MappingUnreadable: what is wrong, its line, the nearest name that exists."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise MappingUnreadable(
            "There is no such mapping file", where=Position(str(path)), remedy="Check the path."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise _no_yaml(path.name, error) from error
    # Every page asks for the words of the columns: a text is read once, and everybody gets a copy of their own.
    return _mapping_in(text, path.name).model_copy(deep=True)


def saved_mappings(place: Place) -> list[MappingFile]:
    """Every mapping of the workspace, by name."""
    folder = place.root / "mappings"
    return [load_mapping(path) for path in sorted(folder.glob("*.yaml"))] if folder.is_dir() else []


@lru_cache(maxsize=32)
def _mapping_in(text: str, file: str) -> MappingFile:
    try:
        tree = YAML().load(text)
    except YAMLError as error:
        raise _no_yaml(file, error) from error
    try:
        mapping = MappingFile.model_validate(_bare(tree))
    except ValidationError as error:
        raise _unreadable(file, tree, error.errors()[0]) from error
    for at, entry in enumerate(mapping.files):
        _check_words(file, tree, at, entry)
    return mapping


def _no_yaml(file: str, error: Exception) -> MappingUnreadable:
    mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
    where = Position(file, mark.line + 1, mark.column + 1) if mark is not None else Position(file)
    remedy = "Mend it, or delete it to guess anew."
    said = f": {error.problem}" if isinstance(error, MarkedYAMLError) and error.problem else ""
    return MappingUnreadable(f"The mapping is not YAML in UTF-8{said}", where=where, remedy=remedy)


def _bare(value: Any) -> Any:
    """Plain dictionaries and lists, keys as text: a header may look like a number."""
    if isinstance(value, dict):
        return {str(key): _bare(each) for key, each in value.items()}
    return [_bare(each) for each in value] if isinstance(value, list) else value


def _line(tree: Any, path: Sequence[str | int]) -> int | None:
    """The line of a key or item in the file, from 1; of the nearest one above it that is there."""
    line = None
    for part in path:
        if isinstance(tree, CommentedMap):
            key = next((each for each in tree if str(each) == str(part)), None)
            if key is None:
                break
            line, tree = tree.lc.key(key)[0] + 1, tree[key]
        elif isinstance(tree, CommentedSeq) and isinstance(part, int) and part < len(tree):
            line, tree = tree.lc.item(part)[0] + 1, tree[part]
        else:
            break
    return line


def _near(word: str, words: Collection[str]) -> str:
    """' Did you mean …?', where something is near; else nothing."""
    found = difflib.get_close_matches(word, [str(each) for each in words], n=1, cutoff=0.6)
    return f"Did you mean {found[0]!r}? " if found else ""


def _model_at(path: Sequence[str | int]) -> type[BaseModel]:
    """The model whose key the last part of `path` is."""
    if len(path) <= 1:
        return MappingFile
    return ColumnMapping if "columns" in path[:-1] and len(path) >= 5 else FileMapping


def _unreadable(name: str, tree: Any, problem: ErrorDetails) -> MappingUnreadable:
    path = problem["loc"]
    key, where = str(path[-1]) if path else "", _line(tree, path)
    if problem["type"] == "extra_forbidden":
        model = _model_at(path)
        allowed = list(model.model_fields)
        what = f"There is no key {key!r} in {_kind(model)}"
        remedy = f"{_near(key, allowed)}Keys are: {', '.join(allowed)}."
    elif problem["type"] == "literal_error":
        expected = str(problem.get("ctx", {}).get("expected", ""))
        given = str(problem["input"])
        near = _near(given, [each.strip(" '") for each in expected.replace(" or ", ",").split(",")])
        what, remedy = f"{given!r} is no {key}", f"{near}It can be {expected}."
    else:
        whole = ".".join(str(part) for part in path)
        what = f"The mapping's key {whole!r} is not right: {problem['msg']}" if path else "The mapping has no files"
        remedy = FORM
    return MappingUnreadable(what, where=Position(name, where), remedy=remedy)


def _kind(model: type[BaseModel]) -> str:
    return {MappingFile: "a mapping", FileMapping: "a file of a mapping"}.get(model, "a column of a mapping")


def _check_words(name: str, tree: Any, at: int, entry: FileMapping) -> None:
    """Raise MappingUnreadable for a table that does not exist, or a `to` that is one letter off a column that does."""
    if entry.table not in _TABLE_WORDS:
        raise MappingUnreadable(
            f"{entry.file}: there is no table {entry.table!r}",
            where=Position(name, _line(tree, ("files", at, "table"))),
            remedy=f"{_near(entry.table, _TABLE_WORDS)}Tables are: {', '.join(TABLES)}; or flat, lookup, unused.",
        )
    table = TABLES.get("deals" if entry.table == FLAT else entry.table)
    if table is None:
        return
    known = {*table.columns, *_ACCOUNT}
    for header, column in entry.columns.items():
        if column.to is None or column.to in known or column.to in (header, header.strip()):
            continue
        near = difflib.get_close_matches(column.to, known, n=1, cutoff=0.85)
        if near and abs(len(near[0]) - len(column.to)) <= 2:
            raise MappingUnreadable(
                f"{entry.file}, {header!r}: {table.name} has no column {column.to!r}",
                where=Position(name, _line(tree, ("files", at, "columns", header, "to"))),
                remedy=f"Did you mean {near[0]!r}? A name of your own must not be so near to one of ours.",
            )


def dump_mapping(mapping: MappingFile, comment: Callable[[str, str], str] | None = None) -> str:
    """The mapping as YAML, keys in a fixed order, defaults left out. `comment` answers what stands above a column,
    given its file and header ('' for nothing)."""
    yaml = YAML()
    yaml.default_flow_style = False
    yaml.width = 120
    tree: Any = _plain(mapping)
    if comment is not None:
        tree = CommentedMap(tree)
        tree["files"] = [_commented(entry, comment) for entry in tree["files"]]
    buffer = StringIO()
    yaml.dump(tree, buffer)
    return buffer.getvalue()


def _commented(entry: dict[str, Any], comment: Callable[[str, str], str]) -> CommentedMap:
    columns = CommentedMap(entry["columns"])
    for header in entry["columns"]:
        if text := comment(entry["file"], header):
            columns.yaml_set_comment_before_after_key(header, before=text, indent=4)
    return CommentedMap({**entry, "columns": columns})


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

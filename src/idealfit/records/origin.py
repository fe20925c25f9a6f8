"""Where records come from: a folder, one file, or a database; how each is read, named and told of."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

import duckdb

from idealfit.errors import FolderMissing, Position, UsageError
from idealfit.records.company import Company, read_company, read_company_file
from idealfit.records.reading.database import read_sqlite
from idealfit.records.reading.database_url import Database, is_address, parse_database
from idealfit.records.reading.source import FolderReading, each_once, read_folder

Origin: TypeAlias = Path | Database


def origin_of(
    text: str, *, tables: Sequence[str] = (), queries: Sequence[str] = (), company: Path | None = None
) -> Origin:
    """The folder, file or database that a person names: postgresql://user@host/db and sqlite:///file.db are databases,
    of which `tables` and `queries` choose what is read; `company` is the company.yaml to use with one.

    Raises UsageError subclasses.
    """
    if is_address(text):
        database = parse_database(text, tables=tables, queries=queries, company=company)
        plain = database.path is not None and not (tables or queries or company)
        return database.path if plain and database.path is not None else database
    if tables or queries or company:
        raise UsageError(
            "--table, --query and --company go with the address of a database",
            remedy="Give postgresql://user@host/database in place of the folder; a folder holds its own company.yaml.",
        )
    return Path(text)


def must_be_there(origin: Origin) -> None:
    """Raises UsageError where `origin` is a folder or file that is not there."""
    if isinstance(origin, Path) and not origin.exists():
        raise UsageError(f"There is no folder {origin.name}", remedy="Give the folder that holds the exports.")


def read_origin(
    con: duckdb.DuckDBPyConnection,
    origin: Origin,
    *,
    progress: Callable[[str, float], None] = lambda _name, _share: None,
) -> FolderReading:
    """Every table of `origin`, loaded into `con` as text. Raises what reading a folder or a database raises."""
    if isinstance(origin, Path):
        return read_folder(con, origin, progress=progress)
    if origin.path is not None:
        if not origin.path.is_file():
            raise FolderMissing(
                "There is no such database file", where=Position(file=str(origin.path)), remedy="Check the path."
            )
        tables, unused = read_sqlite(con, origin.path, origin.path.name, tables=origin.tables, queries=origin.queries)
    else:
        from idealfit.records.reading.postgres import read_postgres

        tables, unused = read_postgres(con, origin, progress=progress)
    return each_once(con, tables, unused)


def company_of_origin(origin: Origin) -> Company:
    """What the company says of itself beside its records. Raises CompanyFileUnreadable."""
    if isinstance(origin, Path):
        return read_company(origin)
    return Company() if origin.company is None else read_company_file(origin.company)


def says_company(origin: Origin, names: tuple[str, ...]) -> bool:
    """Whether a company file (one of `names`) came with the records."""
    if isinstance(origin, Path):
        return any((origin / name).is_file() for name in names)
    return origin.company is not None


def folders_of(origin: Origin) -> tuple[Path, ...]:
    """The folders that the engine must be able to read."""
    if isinstance(origin, Path):
        return (origin if origin.is_dir() else origin.parent,)
    return ()


def source_name(origin: Origin) -> str:
    """The name under which the origin's mapping is saved: its own, as a file name."""
    name = origin.name
    if isinstance(origin, Path):
        name = origin.resolve().name if origin.is_dir() else origin.stem
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "source"


def told_as(origin: Origin) -> str:
    """The origin in a log or a ledger: a database with user and host, and never its password."""
    return source_name(origin) if isinstance(origin, Path) else origin.address

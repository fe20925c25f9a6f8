"""The address of a database as a person types it, what to read from it, and how to say it without the password."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote

from idealfit.errors import DatabaseAddressWrong, Position

_SCHEME = re.compile(r"^(?P<scheme>[a-z][a-z0-9+]*)://(?P<rest>.*)$", re.IGNORECASE | re.DOTALL)
_POSTGRES = frozenset({"postgresql", "postgres", "postgresql+psycopg", "postgresql+psycopg2"})
_NO_LOGIN = re.compile(r"^(?:[^@?]*/[^@?]*)?\?")
_NAME = re.compile(r"^[^\W\d][\w -]*$")
_EXAMPLE = "Write it as postgresql://user@host:5432/database or sqlite:///path/to/file.db."


@dataclass(frozen=True)
class Database:
    """A database to read: `kind` (postgresql or sqlite), its name, and the address without its password.

    `tables` are (name here or None, table as written), `queries` (name here, SELECT); both empty: all that fits.
    `arguments` are what the driver is given: secret, and left out of every text about this value. `company` is the
    file of settings to use (a database has none lying beside it).
    """

    kind: str
    name: str
    address: str
    path: Path | None = None
    tables: tuple[tuple[str | None, str], ...] = ()
    queries: tuple[tuple[str, str], ...] = ()
    company: Path | None = None
    arguments: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never be shown."""
        return tuple(value for key, value in self.arguments.items() if "pass" in key and value)


def is_address(text: str) -> bool:
    """Whether `text` is meant as the address of a database and not as a folder."""
    return _SCHEME.match(text) is not None


def parse_database(
    text: str, *, tables: Sequence[str] = (), queries: Sequence[str] = (), company: Path | None = None
) -> Database:
    """The database at the address `text`; `tables` as 'TABLE', 'SCHEMA.TABLE' or 'name=SCHEMA.TABLE', `queries` as
    'name=SELECT …'. Raises DatabaseAddressWrong, whose text never repeats the address."""
    match = _SCHEME.match(text)
    scheme = match["scheme"].lower() if match is not None else ""
    if match is None or scheme not in _POSTGRES | {"sqlite"}:
        raise DatabaseAddressWrong(f"Databases of the kind {scheme or '(none)'!r} are not read", remedy=_EXAMPLE)
    wanted, asked = tuple(_table(each) for each in tables), tuple(_query(each) for each in queries)
    if scheme == "sqlite":
        path = Path(match["rest"].removeprefix("/"))
        if not match["rest"].startswith("/") or str(path) in ("", ".", ":memory:"):
            raise DatabaseAddressWrong("The address names no database file", remedy=_EXAMPLE)
        return Database("sqlite", path.stem, f"sqlite:///{path}", path, wanted, asked, company)
    arguments = _arguments(match["rest"])
    name = arguments.get("dbname") or arguments.get("service") or arguments.get("user") or "postgres"
    user = f"{arguments['user']}@" if "user" in arguments else ""
    port = f":{arguments['port']}" if "port" in arguments else ""
    address = f"postgresql://{user}{arguments.get('host', '')}{port}/{arguments.get('dbname', '')}"
    return Database("postgresql", name, address, None, wanted, asked, company, arguments)


def _arguments(rest: str) -> dict[str, str]:
    """What stands behind 'postgresql://' by the names that the driver has for it. A password may hold any character."""
    # An '@' behind 'host/database?' belongs to an option; any other ends user and password, whatever is in them.
    at = -1 if _NO_LOGIN.match(rest) else rest.rfind("@")
    login, (places, _, query) = rest[: max(at, 0)], rest[at + 1 :].partition("?")
    places, _, path = places.partition("/")
    user, colon, password = login.partition(":")
    hosts, ports = [], []
    for place in places.split(","):
        found = re.match(r"^(\[[^\]]*\]|[^:]*)(?::(\d*))?$", place)
        if found is None:
            raise DatabaseAddressWrong("The address has no host that can be understood", remedy=_EXAMPLE)
        hosts.append(unquote(found[1].strip("[]")))
        ports.append(found[2] or "")
    named = {
        "user": unquote(user),
        "password": unquote(password) if colon else "",
        "host": ",".join(hosts),
        "port": ",".join(ports) if any(ports) else "",
        "dbname": unquote(path),
    }
    return {key: value for key, value in named.items() if value} | dict(parse_qsl(query))


def _table(text: str) -> tuple[str | None, str]:
    own, equals, table = text.partition("=")
    if not equals:
        own, table = "", text
    if not table.strip() or (equals and not _NAME.match(own.strip())):
        raise DatabaseAddressWrong(
            "The table is not named in a way that can be understood",
            where=Position(file="--table", value=text[:60]),
            remedy="Write --table accounts, --table crm.accounts or --table accounts=crm.tbl_company.",
        )
    return own.strip() or None, table.strip()


def _query(text: str) -> tuple[str, str]:
    name, equals, sql = text.partition("=")
    if not equals or not _NAME.match(name.strip()) or not sql.strip():
        raise DatabaseAddressWrong(
            "The query has no name",
            where=Position(file="--query", value=text[:60]),
            remedy="Write --query 'deals=SELECT id, company, amount FROM …': the name says what it is a table of.",
        )
    return name.strip(), sql.strip()

"""A real PostgreSQL server of the tests' own: on a free port, in a folder of its own, ended with them."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

PASSWORD = "canary-p@ss/w:rd?%41"  # noqa: S105 - what no file and no output may hold


@dataclass(frozen=True)
class Server:
    """Where the server listens; `owner` may do everything, with `PASSWORD`."""

    port: int
    owner: str = "owner"

    def url(self, database: str, *, user: str | None = None, password: str | None = PASSWORD) -> str:
        """The address of one of its databases; without `password` none stands in it."""
        login = f"{user or self.owner}:{quote(password, safe='')}" if password is not None else user or self.owner
        return f"postgresql://{login}@127.0.0.1:{self.port}/{database}"


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is not None:
        return str(Path(found).resolve())
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in folders:
        if (folder / name).exists():
            return str(folder / name)
    raise AssertionError(f"no {name}: 'sh house/postgres.sh' installs PostgreSQL")


def _as_server(folder: Path) -> list[str]:
    """What stands before a command so that it does not run as root, which the server refuses; `folder` is theirs."""
    if os.geteuid() != 0:
        return []
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            user = pwd.getpwnam(name)
            os.chown(folder, user.pw_uid, user.pw_gid)
            return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    raise AssertionError("no user to run PostgreSQL as")


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, cwd="/")


def _started(control: list[str]) -> int:
    """The port that the server listens on. A free one may be taken by another program before the server has it."""
    for left in reversed(range(5)):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = int(free.getsockname()[1])
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
        try:
            _run([*control, "-o", options, "start"])
        except subprocess.CalledProcessError:
            if not left:
                raise
        else:
            return port
    raise AssertionError("not reached")


@contextmanager
def running_server() -> Iterator[Server]:
    """The server, for as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="idealfit-postgres-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        secret = folder / "password"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        before, data = _as_server(folder), folder / "data"
        made = [
            "-D",
            str(data),
            "-U",
            "owner",
            "-A",
            "scram-sha-256",
            "--pwfile",
            str(secret),
            "-E",
            "UTF8",
            "--no-sync",
        ]
        _run([*before, _program("initdb"), *made, "--locale=C"])
        control = [*before, _program("pg_ctl"), "-D", str(data), "-l", str(folder / "log"), "-w", "-t", "600"]
        port = _started(control)
        try:
            yield Server(port)
        finally:
            _run([*control, "-m", "immediate", "stop"])

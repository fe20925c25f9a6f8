from __future__ import annotations

import errno
import json
import os
import signal
import socket
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import duckdb
import pytest

from idealfit.errors import ReaderUnavailable, WriteFailed
from idealfit.records.reading import sandbox
from idealfit.records.reading.confinement import Limits
from idealfit.records.reading.raw_table import RawTable
from idealfit.records.reading.sandbox import InputFile, read_apart
from idealfit.records.reading.source import read_folder
from idealfit.store.engine import connect, quote
from idealfit.store.scratch import scratch_root
from ready_made import as_users_have_it

NO_TABLE = "what its reader made of it is no table. Export it again."
TABLE = "id,name\n1,Acme\n2,Beta\n"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")

# A child whose reader of delimited files does what a hostile file would make it do; `text` is what the file holds.
HOSTILE = """
import os, signal, socket, subprocess, sys, time
from pathlib import Path
from idealfit.records.reading import confined, delimited
plain = delimited.read_delimited
def read_delimited(con, path, file):
    text = path.read_text()
    if text.startswith("do:"):
        exec(text[3:])
    return plain(con, path, file)
delimited.read_delimited = read_delimited
code = confined.main()
os._exit(code)
"""


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine, a file that takes too much processor time is ended for that, and not by the clock."""
    monkeypatch.setattr(sandbox, "_WAITS_PER_SECOND", 600)
    as_users_have_it(monkeypatch)


def read(
    folder: Path, *, limits: Limits | None = None, code: str = HOSTILE
) -> tuple[duckdb.DuckDBPyConnection, list[RawTable], dict[str, str]]:
    con = connect(folder, threads=1)
    files = [InputFile(path, path.name, path.stat().st_size) for path in sorted(folder.iterdir())]
    tables, unused = read_apart(con, files, limits=limits, command=(sys.executable, "-P", "-c", code))
    return con, tables, dict(unused)


@pytest.mark.parametrize(
    ("deed", "reason"),
    [
        ("os.kill = None; __import__('ctypes').string_at(0)", "crashed"),
        ("x = [bytearray(50 << 20) for _ in range(20)]", "MB of memory"),
        ("con.execute('SELECT list(range) FROM range(50000000)')", "MB of memory"),
        ("while True: pass", "seconds of processor time"),
        ("signal.raise_signal(signal.SIGKILL)", "ended from outside"),
        ("os._exit(3)", "exit code 3"),
        ("raise KeyError('x')", "the reader failed on it (KeyError"),
        ("raise BaseException('a panic of a library')", "exit code 1"),
    ],
)
def test_a_file_that_ends_its_reader_is_listed_and_the_others_are_read(tmp_path: Path, deed: str, reason: str) -> None:
    (tmp_path / "a.csv").write_text(TABLE)
    (tmp_path / "b.csv").write_text(f"do:{deed}")
    (tmp_path / "c.csv").write_text(TABLE.replace("Acme", "Core"))
    limits = Limits(seconds=1) if "while" in deed else Limits(memory=700 << 20, engine="100MB", seconds=10)
    con, tables, unused = read(tmp_path, limits=limits)
    assert [table.file for table in tables] == ["a.csv", "c.csv"]
    assert con.execute(f"SELECT name FROM {quote(tables[1].relation)} ORDER BY 1").fetchall() == [("Beta",), ("Core",)]
    assert reason in unused["b.csv"]
    assert [path.name for path in scratch_root().iterdir()] == []


@pytest.mark.parametrize(
    "deed",
    [
        "socket.create_connection(('127.0.0.1', PORT))",
        "subprocess.run(['true'])",
        "os.system('true')",
        "open(path.parent / 'other.txt').read()",
        "open(path.parent / 'written.csv', 'w')",
        "open('/etc/passwd').read()",
        "os.remove(path)",
        "os.rename(path, 'elsewhere')",
        "con.execute(f\"COPY (SELECT 1) TO '{path.parent}/written.csv'\")",
        "con.execute(f\"SELECT * FROM read_text('{path.parent}/other.txt')\")",
    ],
)
def test_the_reader_may_open_nothing_but_its_files(tmp_path: Path, deed: str) -> None:
    (tmp_path / "other.txt").write_text("secret")
    bad = tmp_path / "bad.csv"
    with socket.create_server(("127.0.0.1", 0)) as server:
        bad.write_text("do:" + deed.replace("PORT", str(server.getsockname()[1])))
        files = [InputFile(bad, "bad.csv", 9)]
        tables, unused = read_apart(connect(tmp_path), files, command=(sys.executable, "-P", "-c", HOSTILE))
    assert tables == []
    assert any(word in unused[0][1] for word in ("may not", "Permission", "not permitted", "cannot be opened")), unused
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.csv", "other.txt"]


def test_a_member_that_ends_its_reader_costs_no_other_member(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("crm/2024/a.csv", TABLE)
        archive.writestr("crm/2024/b.csv", "do:os._exit(5)")
        archive.writestr("c.csv", TABLE.replace("Acme", "Core"))
    _, tables, unused = read(tmp_path)
    assert [table.file for table in tables] == ["all.zip/crm/2024/a.csv", "all.zip/c.csv"]
    assert "exit code 5" in unused["all.zip/crm/2024/b.csv"]


@pytest.mark.parametrize("deed", ["print('{}', file=sys.__stdout__, flush=True)", "os.write(1, b'no event')"])
def test_what_a_reader_prints_does_not_disturb(tmp_path: Path, deed: str) -> None:
    (tmp_path / "a.csv").write_text(f"do:{deed}")
    (tmp_path / "b.csv").write_text(TABLE)
    _, tables, _ = read(tmp_path)
    assert tables[-1].file == "b.csv"


@pytest.mark.parametrize(
    "lie",
    [
        "table['rows_read'] += 1",
        "table['columns'] = ('other', 'name')",
        "table.pop('notes')",
    ],
)
def test_what_a_reader_hands_over_is_looked_at_before_use(tmp_path: Path, lie: str) -> None:
    (tmp_path / "a.csv").write_text(TABLE)
    code = f"""
import json, os
from pathlib import Path
from idealfit.records.reading import confined
hand_over = confined._hand_over
def lying(con, folder, name, raw):
    hand_over(con, folder, name, raw)
    path = folder / (name + ".json")
    table = json.loads(path.read_text())
    {lie}
    path.write_text(json.dumps(table))
confined._hand_over = lying
os._exit(confined.main())
"""
    _, tables, unused = read(tmp_path, code=code)
    assert tables == []
    assert unused == {"a.csv": NO_TABLE}


def test_a_reader_cannot_name_a_file_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(TABLE)
    events = [{"begin": 0}, {"table": "../t1"}, {"end": 0, "seen": {}}]
    code = "".join(f"print({json.dumps(event)!r}, flush=True)\n" for event in events)
    assert read(tmp_path, code=code)[1:] == ([], {"a.csv": NO_TABLE})


def test_a_child_that_cannot_start_is_said_and_not_tried_for_ever(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(TABLE)
    with pytest.raises(ReaderUnavailable, match="exit code 4") as caught:
        read(tmp_path, code="raise SystemExit(4)")
    assert caught.value.exit_code == 4
    with pytest.raises(ReaderUnavailable):
        read_apart(connect(), [InputFile(tmp_path / "a.csv", "a.csv", 9)], command=(str(tmp_path / "nowhere"),))


def test_a_full_disk_is_the_disk_s_fault(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"do:raise OSError({errno.ENOSPC}, 'full')")
    with pytest.raises(WriteFailed, match="no space"):
        read(tmp_path)


def test_an_interrupt_ends_the_child(tmp_path: Path) -> None:
    marker = tmp_path / "pid"
    files = tmp_path / "files"
    files.mkdir()
    (files / "a.csv").write_text(TABLE)

    def interrupt(_index: int) -> None:
        raise KeyboardInterrupt

    code = f"import os, time; open({str(marker)!r}, 'w').write(str(os.getpid()))\n"
    code += "print('{\"begin\": 0}', flush=True); time.sleep(3600)"
    with pytest.raises(KeyboardInterrupt):
        read_apart(
            connect(files),
            [InputFile(files / "a.csv", "a.csv", 9)],
            progress=interrupt,
            command=(sys.executable, "-c", code),
        )
    with pytest.raises(ProcessLookupError):
        os.kill(int(marker.read_text()), 0)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent at once")
def test_the_child_does_not_outlive_a_killed_parent(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("do:open('pid', 'w').write(str(os.getpid())); time.sleep(3600)")
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from idealfit.records.reading.sandbox import InputFile, read_apart\n"
        "from idealfit.store.engine import connect\n"
        f"path = Path({str(tmp_path / 'a.csv')!r})\n"
        f"read_apart(connect(), [InputFile(path, 'a.csv', 9)], command=(sys.executable, '-P', '-c', {HOSTILE!r}))\n"
    )
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    parent = subprocess.Popen([sys.executable, "-c", code], env={**os.environ, "TMPDIR": str(scratch)})
    try:
        found: list[Path] = []
        while not (found and found[0].read_text()):
            assert parent.poll() is None
            time.sleep(0.02)
            found = list(scratch.glob("*/*/pid"))
        child = int(found[0].read_text())
    finally:
        parent.kill()
        parent.wait()
    for _ in range(6000):
        state = Path(f"/proc/{child}/stat")
        if not state.exists() or state.read_text().split()[2] == "Z":
            return
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    raise AssertionError("the child lives on")


def test_links_pipes_and_devices_are_told_apart(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "elsewhere.csv").write_text(TABLE)
    (folder / "link.csv").symlink_to(tmp_path / "elsewhere.csv")
    (folder / "gone.csv").symlink_to(tmp_path / "nowhere.csv")
    (folder / "zero.csv").symlink_to("/dev/zero")
    os.mkfifo(folder / "pipe.csv")
    (folder / ("n" * 250 + ".csv")).write_text(TABLE.replace("Acme", "long"))
    (folder / "\u202evsc.csv").write_text(TABLE.replace("Acme", "reversed"))
    (folder / "CON.csv").write_text(TABLE.replace("Acme", "con"))
    (folder / "line\nbreak.csv").write_text(TABLE.replace("Acme", "break"))
    Path(os.fsdecode(os.fsencode(folder) + b"/no-utf8-\xff.csv")).write_text(TABLE.replace("Acme", "bytes"))
    reading = read_folder(connect(folder), folder)
    assert len(reading.tables) == 6
    assert all(name.isprintable() for name in [table.file for table in reading.tables])
    assert set(dict(reading.unused)) == {"gone.csv", "zero.csv", "pipe.csv"}


@pytest.mark.parametrize("data", [b'a,"', b'"', b'a"b', b"\x00", b"\xff\xfe", b"PK", b'a,b\n"'])
def test_a_few_bytes_harm_nobody(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.csv").write_bytes(data)
    reading = read_folder(connect(tmp_path), tmp_path)
    assert len(reading.tables) + len(reading.unused) == 1

from __future__ import annotations

import contextlib
import io
import struct
import zipfile
from pathlib import Path

import pytest

from idealfit.errors import ArchiveRefused
from idealfit.records.reading.archive import Member, check_zip, unpack_gzip, unpack_zip

HOSTILE_NAMES = [
    "../../escaped.csv",
    "/idealfit-escaped.csv",
    "C:\\escaped.csv",
    "\\\\host\\share\\escaped.csv",
    "CON.csv",
    "a/" * 40 + "deep.csv",
    "n" * 300 + ".csv",
    "\u202evsc.exe.csv",
    "line\nbreak.csv",
]


def make(path: Path, members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def unpack(path: Path, into: Path) -> list[tuple[str, bytes]]:
    into.mkdir()
    return [
        (member.name, member.path.read_bytes())
        for member in unpack_zip(path, path.name, into)
        if isinstance(member, Member)
    ]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_hostile_names_never_become_paths(tmp_path: Path, name: str) -> None:
    path = make(tmp_path / "a.zip", {name: b"id\n1\n"})
    into = tmp_path / "deep" / "er" / "into"
    into.parent.mkdir(parents=True)
    ((shown, data),) = unpack(path, into)
    assert data == b"id\n1\n"
    assert shown.isprintable()
    assert len(shown) < 200
    assert sorted(found.name for found in tmp_path.rglob("*") if found.is_file()) == ["a.zip"]


def test_a_bomb_is_refused_by_its_directory(tmp_path: Path) -> None:
    path = make(tmp_path / "bomb.zip", {"a.csv": b"0" * (50 << 20)})
    with pytest.raises(ArchiveRefused, match="100 : 1") as caught:
        check_zip(path, "bomb.zip")
    assert caught.value.code == "IF203"


def test_a_directory_that_lies_about_sizes_is_caught_while_inflating(tmp_path: Path) -> None:
    path = make(tmp_path / "liar.zip", {"a.csv": b"0" * (50 << 20)})
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 1000)
    path.write_bytes(bytes(data))
    into = tmp_path / "into"
    into.mkdir()
    found = []
    with contextlib.suppress(ArchiveRefused):
        found = [member for member in unpack_zip(path, "liar.zip", into) if isinstance(member, Member)]
    assert found == []
    assert sum(file.stat().st_size for file in into.iterdir()) <= 2 << 20


def test_too_many_files_are_refused(tmp_path: Path) -> None:
    path = make(tmp_path / "many.zip", {f"{number}.csv": b"" for number in range(2001)}, zipfile.ZIP_STORED)
    with pytest.raises(ArchiveRefused, match="2001 files"):
        check_zip(path, "many.zip")


def test_overlapping_files_are_refused(tmp_path: Path) -> None:
    path = make(tmp_path / "overlap.zip", {"a.csv": b"id\n1\n" * 9, "b.csv": b"id\n2\n" * 9}, zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x01\x02")
    data[at + 42 : at + 46] = struct.pack("<I", 0)
    path.write_bytes(bytes(data))
    with pytest.raises(ArchiveRefused, match="overlap"):
        check_zip(path, "overlap.zip")


def test_an_encrypted_file_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    path = make(tmp_path / "a.zip", {"open.csv": b"id\n1\n", "secret.csv": b"id\n2\n"})
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x01\x02")
    data[at + 8] |= 1
    path.write_bytes(bytes(data))
    into = tmp_path / "into"
    into.mkdir()
    found = [member.name if isinstance(member, Member) else member for member in unpack_zip(path, "a.zip", into)]
    assert found[0] == "a.zip/open.csv"
    assert "encrypted" in found[1][1]


def test_a_damaged_file_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    path = make(tmp_path / "a.zip", {"a.csv": b"id\n1\n" * 50, "b.csv": b"id\n2\n"}, zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    data[60] ^= 0xFF
    path.write_bytes(bytes(data))
    into = tmp_path / "into"
    into.mkdir()
    found = [member.name if isinstance(member, Member) else member for member in unpack_zip(path, "a.zip", into)]
    assert found[0][0] == "a.zip/a.csv"
    assert "damaged" in found[0][1]
    assert found[1] == "a.zip/b.csv"


def test_a_gzip_bomb_is_refused_while_inflating(tmp_path: Path) -> None:
    import gzip

    path = tmp_path / "bomb.csv.gz"
    with gzip.GzipFile(fileobj=(raw := io.BytesIO()), mode="wb") as stream:
        stream.write(b"0" * (50 << 20))
    path.write_bytes(raw.getvalue())
    into = tmp_path / "into"
    into.mkdir()
    with pytest.raises(ArchiveRefused, match="100 : 1"):
        unpack_gzip(path, "bomb.csv.gz", into)
    assert sum(file.stat().st_size for file in into.iterdir()) <= 6 << 20

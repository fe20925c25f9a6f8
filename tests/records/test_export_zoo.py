"""A zoo of exports: each is read right, or refused with the file, the reason and the remedy; never wrong in silence."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from pathlib import Path

import pytest

from export_zoo import ZOO
from idealfit.errors import InputError
from idealfit.records.intake import ImportReport, import_folder
from idealfit.store.engine import connect, load_tables
from idealfit.store.place import open_place


@pytest.mark.parametrize("name", ZOO)
def test_an_export_is_read_right_or_refused_in_words(tmp_path: Path, name: str) -> None:
    export = ZOO[name]
    folder = tmp_path / "in"
    folder.mkdir()
    for file, data in export.files.items():
        (folder / file).write_bytes(data)
    place = open_place(tmp_path / "workspace", create=True)
    if export.refused:
        with pytest.raises(InputError) as refusal:
            import_folder(folder, place)
        said = str(refusal.value)
        assert refusal.value.remedy
        assert not [words for words in export.refused if not re.search(words, said)], said
        return
    report = import_folder(folder, place)
    con = connect(place.root)
    load_tables(con, place)
    assert all(count.read == count.kept + count.merged + count.rejected for count in report.tables.values())
    for query, wanted in export.tables.items():
        table, _, columns = query.partition(": ")
        found = [tuple(map(_plain, row)) for row in con.execute(f"SELECT {columns} FROM {table}").fetchall()]
        assert sorted(found, key=str) == sorted(wanted, key=str), query
    assert not [words for words in export.told if not re.search(words, told(report))], told(report)


def _plain(value: object) -> object:
    """A day as '2025-01-02', a moment with its clock."""
    if isinstance(value, datetime):
        return str(value.date()) if value.time() == time() else str(value)
    return str(value) if isinstance(value, date) else value


def told(report: ImportReport) -> str:
    """Everything that the report says in words."""
    problems = [f"{each.file} line {each.line}: {each.value!r} {each.reason}" for each in report.problems]
    unused = [f"{file}: {reason}" for file, reason in report.unused]
    links = [f"{link.table}: {link.unknown} of unknown, {link.ambiguous} of several accounts" for link in report.links]
    asked = [question.text for question in report.questions]
    asked += [guess.reason for guess in report.guesses if guess.confidence < 0.7]
    return "\n".join([*report.notes, *unused, *problems, *links, *asked])

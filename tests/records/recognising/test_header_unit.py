"""What a header counts its numbers in: believed where the values allow it, applied once, changed by a person's word."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from idealfit.records.intake import import_folder
from idealfit.records.mapping_file import dump_mapping, load_mapping
from idealfit.records.proposing import propose_mapping
from idealfit.records.recognising.header_unit import unit_in, without_unit
from idealfit.store.place import open_place
from small_company import NAMES


@pytest.mark.parametrize(
    ("header", "unit", "bare"),
    [
        ("Umsatz (Mio. €)", "millions", "Umsatz"),
        ("Umsatz in Mio. EUR", "millions", "Umsatz"),
        ("Umsatz [TEUR]", "thousands", "Umsatz"),
        ("Umsatz T€", "thousands", "Umsatz"),
        ("Umsatz (Mrd. €)", "billions", "Umsatz"),
        ("CA (k€)", "thousands", "CA"),
        ("CA (milliers d\u2019euros)", "thousands", "CA"),
        ("CA en M€", "millions", "CA"),
        ("Facturación (miles de €)", "thousands", "Facturación"),
        ("Receita (R$ mil)", "thousands", "Receita"),
        ("Receita (milhões)", "millions", "Receita"),
        ("Revenue ($M)", "millions", "Revenue"),
        ("Revenue, $M", "millions", "Revenue"),
        ("Revenue ($ mil)", "millions", "Revenue"),
        ("Revenue ($'000)", "thousands", "Revenue"),
        ("revenue_musd", "millions", "revenue"),
        ("Amount (in thousands)", "thousands", "Amount"),
        ("Employees (thousands)", "thousands", "Employees"),
        ("Omzet (x 1.000 €)", "thousands", "Omzet"),
        ("Revenue", None, "Revenue"),
        ("Amount (EUR)", None, "Amount (EUR)"),
        ("Term (months)", None, "Term (months)"),
        ("Revenue in Mexico", None, "Revenue in Mexico"),
        ("Gender (m/f)", None, "Gender (m/f)"),
        ("Team", None, "Team"),
    ],
)
def test_a_header_says_what_it_counts_in(header: str, unit: str | None, bare: str) -> None:
    assert (unit_in(header), without_unit(header)) == (unit, bare)


def _read(folder: Path, workspace: Path, header: str, cells: list[str], **more: Path) -> tuple[list[float], str]:
    folder.mkdir(exist_ok=True)
    rows = "".join(f"{i};{NAMES[i]};{cell}\n" for i, cell in enumerate(cells))
    (folder / "Firmen.csv").write_text(f"Kundennummer;Firma;{header}\n{rows}", encoding="utf-8")
    report = import_folder(folder, open_place(workspace, create=True), **more)
    column = "employees" if "mploy" in header else "revenue"
    found = duckdb.sql(
        f"SELECT {column} FROM '{workspace}/tables/accounts.parquet' ORDER BY try_cast(account_id AS INT)"
    )
    return [row[0] for row in found.fetchall()], " ".join(report.notes)


@pytest.mark.parametrize(
    ("header", "cells", "values", "told"),
    [
        ("Umsatz (Mio. €)", ["12,4", "3,0", "150,25"], [12_400_000, 3_000_000, 150_250_000], "taken times 1,000,000"),
        ("Umsatz in Mio. €", ["12,4", "3,0", "150,25"], [12_400_000, 3_000_000, 150_250_000], "counted in millions"),
        ("CA (k€)", ["10 163,5", "900,0", "1 000,0"], [10_163_500, 900_000, 1_000_000], "taken times 1,000"),
        ("Employees (thousands)", ["0.12", "3.4", "1"], [120, 3400, 1000], "taken times 1,000"),
        # each cell says its unit already: the header's is not applied to it again
        ("Umsatz (Mio. €)", ["12,4 Mio. €", "3,0 Mio", "150,25"], [12_400_000, 3_000_000, 150_250_000], "counted in"),
    ],
)
def test_numbers_become_whole_ones_once(
    header: str, cells: list[str], values: list[float], told: str, tmp_path: Path
) -> None:
    found, notes = _read(tmp_path / "e", tmp_path / "w", header, cells)
    assert found == pytest.approx(values)
    assert told in notes
    again, _ = _read(tmp_path / "e", tmp_path / "w", header, cells)  # with the mapping that was kept
    assert again == pytest.approx(values)


def test_values_too_large_for_what_the_header_says_are_taken_as_they_are(tmp_path: Path) -> None:
    cells = ["12400000", "3000000", "150250000"]
    found, notes = _read(tmp_path / "e", tmp_path / "w", "Umsatz (Mio. €)", cells)
    assert found == [12_400_000, 3_000_000, 150_250_000]
    assert "taken times" not in notes
    column = propose_mapping(tmp_path / "e").files[0].mapping.columns["Umsatz (Mio. €)"]
    assert column.unit == "one" and column.confidence < 0.7 and "too large" in column.reason


def test_a_mapping_says_otherwise_than_the_header(tmp_path: Path) -> None:
    _read(tmp_path / "e", tmp_path / "v", "Umsatz (Mio. €)", ["12,4", "3,0", "150,25"])
    file = tmp_path / "mapping.yaml"
    file.write_text(propose_mapping(tmp_path / "e").text(), encoding="utf-8")
    mapping = load_mapping(file)
    column = mapping.files[0].columns["Umsatz (Mio. €)"]
    assert column.unit == "millions"
    for unit, factor in (("one", 1), ("thousands", 1000)):
        mapping.files[0].columns["Umsatz (Mio. €)"] = column.model_copy(update={"unit": unit})
        file.write_text(dump_mapping(mapping), encoding="utf-8")
        found, _ = _read(tmp_path / "e", tmp_path / unit, "Umsatz (Mio. €)", ["12,4", "3,0", "150,25"], mapping=file)
        assert found == pytest.approx([12.4 * factor, 3 * factor, 150.25 * factor])

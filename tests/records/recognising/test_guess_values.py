from __future__ import annotations

from pathlib import Path

import pytest

from idealfit.records.intake import import_folder
from idealfit.records.recognising.deal_outcome import outcome_of
from idealfit.records.recognising.guess_values import Look, looks_of
from idealfit.store.place import open_place


@pytest.mark.parametrize(
    ("texts", "look"),
    [
        (["pat@acme.com", "kim@blue.de"], "e-mail"),
        (["acme.com", "https://www.blue.co.uk/about", "red.io"], "domain"),
        (["Germany", "France", "U.S.A.", "Nederland"], "country"),
        (["Acme GmbH", "Blue Motors Inc", "Red", "Green Foods", "Oak Ltd."], "company"),
        (["Software", "Retail", "Insurance", "Banking"], "industry"),
        (["1998", "2004", "2011"], "year"),
        (["1-10", "11-50", "51-200"], "headcount"),
        (["Series A", "Seed", "Series B"], "funding"),
        (["AB-001", "AB-002", "AB-003"], "code"),
    ],
)
def test_values_are_recognised_without_a_header(texts: list[str], look: Look) -> None:
    assert look in looks_of(dict.fromkeys(texts, 1))


@pytest.mark.parametrize(
    "texts",
    [
        ["27 Oak Street", "12 Elm Avenue", "9 Pine Road", "4 Lake Road", "7 Hill Street"],
        ["Berlin", "Paris", "Lyon", "Bonn", "Turin"],
        ["Kim Doe", "Pat Roe", "Sam Poe", "Ann Loe", "Max Noe"],
    ],
    ids=["addresses", "cities", "persons"],
)
def test_other_texts_are_no_company_names(texts: list[str]) -> None:
    assert "company" not in looks_of(dict.fromkeys(texts, 1))


@pytest.mark.parametrize(
    ("word", "outcome"),
    [
        ("Gewonnen", "won"),
        ("Abgeschlossen und verloren", "lost"),
        ("Fermée/Gagnée", "won"),
        ("Perdu", "lost"),
        ("Cerrada ganada", "won"),
        ("Fechado perdido", "lost"),
        ("Chiusa vinta", "won"),
        ("受注", "won"),
        ("失注", "lost"),
        ("Förlorad", "lost"),
        ("Not won", "open"),
        ("Verhandlung", "open"),
    ],
)
def test_the_end_of_a_deal_is_understood_in_several_languages(word: str, outcome: str) -> None:
    assert outcome_of(word) == outcome


LISTS = {
    "german": (
        "kunden.csv",
        "Kundennr;Firma;Branche;Mitarbeiterzahl;Land",
        "1;Acme GmbH;Software;100;Deutschland",
        "2;Blau AG;Handel;20;Österreich",
    ),
    "french": (
        "entreprises.csv",
        "Raison sociale;Secteur;Effectif;Pays",
        "Acme SARL;Logiciel;100;France",
        "Bleu SA;Commerce;20;Belgique",
    ),
    "spanish": (
        "empresas.csv",
        "Razón social;Sector;Número de empleados;País",
        "Acme SL;Software;100;España",
        "Azul SA;Comercio;20;México",
    ),
    "portuguese": (
        "contas.csv",
        "Razão social;Setor;Funcionários;País",
        "Acme Ltda;Software;100;Brasil",
        "Azul SA;Varejo;20;Portugal",
    ),
    "italian": (
        "aziende.csv",
        "Ragione sociale;Settore;Numero dipendenti;Paese",
        "Acme Srl;Software;100;Italia",
        "Blu SpA;Commercio;20;Svizzera",
    ),
    "dutch": (
        "klanten.csv",
        "Bedrijfsnaam;Branche;Aantal medewerkers;Land",
        "Acme BV;Software;100;Nederland",
        "Blauw NV;Handel;20;België",
    ),
}


@pytest.mark.parametrize("language", LISTS)
def test_headers_of_other_languages_are_understood(language: str, tmp_path: Path) -> None:
    name, *lines = LISTS[language]
    (tmp_path / name).write_text("\n".join(lines) + "\n")
    report = import_folder(tmp_path, open_place(tmp_path / "w", create=True))
    assert {guess.to for guess in report.guesses} >= {"accounts", "name", "industry", "employees", "country"}


def test_a_list_of_companies_without_a_header_line_becomes_accounts(real_data: Path, tmp_path: Path) -> None:
    report = import_folder(real_data / "adventureworks_reseller", open_place(tmp_path / "w", create=True))
    assert report.tables["accounts"].read == 701
    reasons = {guess.column: guess.reason for guess in report.guesses if guess.file == "DimReseller.csv"}
    assert reasons["column_6"] == "column_6 looks like company names"
    assert reasons["column_20"] == "column_20 looks like years"


@pytest.mark.parametrize(("name", "rows"), [("sp500", 503), ("layoffs", 2865)])
def test_a_bare_list_of_companies_becomes_accounts(real_data: Path, tmp_path: Path, name: str, rows: int) -> None:
    report = import_folder(real_data / name, open_place(tmp_path / "w", create=True))
    assert report.tables["accounts"].read == rows
    assert report.attributes["industry"].level == "account"


def test_whether_a_family_founded_it_is_no_year(tmp_path: Path) -> None:
    rows = "".join(f"{n},Firm {n} Ltd,firm{n}.com,{n % 2},{1950 + n}\n" for n in range(1, 13))
    exported = tmp_path / "export"
    exported.mkdir()
    (exported / "accounts.csv").write_text("account_id,name,domain,Family Founded,Founded In\n" + rows)
    report = import_folder(exported, open_place(tmp_path / "w", create=True))
    assert report.attributes["founded_year"].source_name == "Founded In"
    assert "Family Founded" in report.attributes

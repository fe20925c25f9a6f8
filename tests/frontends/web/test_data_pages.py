"""Handing files over, correcting how they are read, importing them: what is taken, what is refused, what is shown."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from idealfit.frontends.web.app import create_app
from idealfit.store.turn import ASKED_BY, taking_turns
from idealfit.work import doing
from idealfit.workspace import uploading
from idealfit.workspace.importing import past_imports
from small_company import NAMES
from web_client import words

HOST = "127.0.0.1:8787"
ACCOUNTS = "Company ID,Company name,Employees,Colour\n" + "".join(
    f"{i},{NAMES[i]},{10 + i},{('red', 'blue')[i % 2]}\n" for i in range(30)
)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return tmp_path / "w"


@pytest.fixture
def client(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setattr(doing, "start", lambda _workspace: None)  # the tests do the work themselves
    app, door, _warm = create_app(workspace, frozenset({HOST}))
    with TestClient(app, base_url=f"http://{HOST}", headers={"host": HOST}, follow_redirects=False) as client:
        client.get("/enter", params={"key": door.link()})
        yield client


def hand_over(client: TestClient, *files: tuple[str, bytes]) -> str:
    answer = client.post("/data/uploads", files=[("files", (name, content)) for name, content in files])
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def left(workspace: Path) -> list[str]:
    return [path.name for path in (workspace / "uploads").glob("*")] if (workspace / "uploads").exists() else []


def test_files_are_read_corrected_and_imported(client: TestClient, workspace: Path) -> None:
    job = hand_over(client, ("companies.csv", ACCOUNTS.encode()))
    assert "Reading files" in client.get(job).text
    doing.work(workspace)
    proposed = client.get(job)
    assert proposed.status_code == 303
    page = client.get(proposed.headers["location"]).text
    assert "Company name" in page and NAMES[0] in page
    colour = re.search(r'id="(c-0-\d+)">Colour<', page)
    assert colour is not None
    answer = client.post(proposed.headers["location"], data={f"to-{colour[1][2:]}": "(left out)", "act": "import"})
    doing.work(workspace)
    done = client.get(answer.headers["location"]).text
    assert "Done in" in done and ">30<" in done
    data = client.get("/data").text
    assert "in use" in data and "How far it can be trusted" in data
    import duckdb

    names = [row[0] for row in duckdb.sql(f"DESCRIBE FROM '{workspace}/tables/accounts.parquet'").fetchall()]
    assert "employees" in names and "Colour" not in names and "colour" not in [name.lower() for name in names]


def test_a_word_that_is_none_leaves_what_was_said_before(client: TestClient, workspace: Path) -> None:
    job = hand_over(client, ("companies.csv", ACCOUNTS.encode()))
    number = next(one for one in left(workspace))
    early = client.post(f"/data/uploads/{number}", data={"act": "import"})
    assert early.status_code == 400 and "not been read yet" in early.text
    doing.work(workspace)
    mapping = workspace / "uploads" / number / "mapping.yaml"
    before = mapping.read_bytes()
    assert client.post(f"/data/uploads/{number}", data={"table-0": "no such table"}).status_code == 400
    assert mapping.read_bytes() == before
    assert client.get(job).headers["location"] == f"/data/uploads/{number}"


def test_another_table_reads_the_file_anew(client: TestClient, workspace: Path) -> None:
    hand_over(client, ("companies.csv", ACCOUNTS.encode()))
    doing.work(workspace)
    upload = next(one for one in left(workspace))
    answer = client.post(f"/data/uploads/{upload}", data={"table-0": "deals", "act": "build"})
    doing.work(workspace)
    page = client.get(client.get(answer.headers["location"]).headers["location"]).text
    assert '<option value="deals" selected>' in page


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\deals.csv", "deals.csv"),
        ("con.csv", "_con.csv"),
        ("a\u202egpj.csv", "agpj.csv"),
        ("x" * 300 + ".csv", "x" * 116 + ".csv"),
        ("...", "file"),
        ("Straße & Söhne.csv", "Straße & Söhne.csv"),
    ],
)
def test_a_name_leads_nowhere(name: str, kept: str) -> None:
    assert uploading.safe_name(name, set()) == kept
    assert uploading.safe_name(name, {kept.casefold()}) != kept


def test_what_breaks_a_bound_is_refused_and_leaves_nothing(
    client: TestClient, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploading.Receiving.__init__, "__kwdefaults__", {"largest": 100, "most": 2})
    hand_over(client, ("a.csv", b"x" * 100))
    before = left(workspace)
    for files in ([("a.csv", b"x" * 101)], [("a.csv", b"1"), ("b.csv", b"2"), ("c.csv", b"3")]):
        answer = client.post("/data/uploads", files=[("files", one) for one in files])
        assert answer.status_code == 413, answer.status_code
        assert left(workspace) == before
    for fields in ({"note": "x" * 100_001}, {str(place): "" for place in range(1_001)}):
        answer = client.post("/data/uploads", data=fields, files={"files": ("a.csv", b"1")})
        assert answer.status_code == 413, answer.status_code
        assert left(workspace) == before
    shutil.rmtree(workspace / "uploads")
    monkeypatch.setattr(uploading.shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(10, 10, 0))
    monkeypatch.setattr(uploading, "KEPT_FREE", 50)
    assert client.post("/data/uploads", files={"files": ("a.csv", b"x" * 90)}).status_code == 503
    assert left(workspace) == []


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "multipart/form-data; boundary=b"),
        (b"--b\r\nContent-Dis", "multipart/form-data; boundary=b"),
        (
            b"--b\r\nContent-Disposition: form-data; name=files\r\n\r\nno file\r\n--b--\r\n",
            "multipart/form-data; boundary=b",
        ),
        (b"a=1", "application/x-www-form-urlencoded"),
        (b"{}", "multipart/form-data"),
        (b"\xff" * 1000, "multipart/form-data; boundary=" + "x" * 200),
    ],
)
def test_what_is_no_form_of_files_is_refused_and_leaves_nothing(
    body: bytes, kind: str, client: TestClient, workspace: Path
) -> None:
    answer = client.post("/data/uploads", content=body, headers={"content-type": kind})
    assert answer.status_code == 400
    assert left(workspace) == []


def test_hostile_words_in_files_are_shown_as_text(client: TestClient, workspace: Path) -> None:
    evil = "<script>alert(1)</script>"
    content = ACCOUNTS.replace("Colour", f'"{evil}"').replace("red", f'"{evil}1"')
    job = hand_over(client, (f"{evil}.csv", content.encode()))
    doing.work(workspace)
    page = client.get(client.get(job).headers["location"]).text
    assert "&lt;script&gt;" in page
    assert evil not in page


def test_a_mistake_in_a_file_is_told_with_its_remedy_and_can_be_tried_again(
    client: TestClient, workspace: Path
) -> None:
    job = hand_over(client, ("deals.csv", b""))
    doing.work(workspace)
    page = client.get(job)
    text = page.text if page.status_code == 200 else client.get(page.headers["location"]).text
    assert "Traceback" not in text
    if page.status_code == 200:
        assert "Try again" in text and re.search(r"IF\d{3}", text)


def test_work_that_waits_says_for_what_and_can_be_stopped(client: TestClient, workspace: Path) -> None:
    first = hand_over(client, ("a.csv", ACCOUNTS.encode()))
    second = hand_over(client, ("a.csv", ACCOUNTS.encode()))
    assert "It waits: reading files is under way" in client.get(second).text
    client.post(f"{second}/stop")
    assert "Everything is as it was before" in client.get(second).text
    with client.stream("GET", f"{second}/events") as events:
        assert "event: ended" in "".join(events.iter_text())
    assert client.get(f"{first}0/events").status_code == 404


def test_a_run_in_a_terminal_is_told_and_a_job_of_these_pages_only_once(client: TestClient, workspace: Path) -> None:
    number = doing.ask_for(workspace, "score", {}, begin=False)
    with taking_turns(workspace, "a build"):
        page = words(client.get("/data").text)
        assert re.search(r"A build is under way since \d\d:\d\d UTC \(process \d+\)", page)
        assert "begins when that has ended" in page
    asked = ASKED_BY.set(f"job {number}")
    with taking_turns(workspace, "a scoring"):
        assert "begins when that has ended" not in words(client.get("/data").text)
    ASKED_BY.reset(asked)
    assert "begins when that has ended" not in words(client.get("/data").text)


def test_a_demo_can_be_asked_for_and_an_upload_that_is_not_there_is_said(client: TestClient) -> None:
    assert client.post("/data/demo").headers["location"].startswith("/jobs/")
    for address in ("/data/uploads/0123456789ab", "/data/uploads/..%2f..", "/jobs/77"):
        answer = client.get(address)
        assert answer.status_code == 404, address
        assert "<h1" in answer.text


def test_files_add_to_the_records_and_what_was_before_can_be_gone_back_to(client: TestClient, workspace: Path) -> None:
    deals = "Deal ID,Company ID,Stage,Amount\n" + "".join(f"d{i},{i},Closed Won,{i}00\n" for i in range(12))
    for name, text, how in (("companies.csv", ACCOUNTS, ""), ("deals.csv", deals, "add")):
        job = hand_over(client, (name, text.encode()))
        doing.work(workspace)
        upload = client.get(job).headers["location"]
        told = client.get(upload).text
        assert ("nothing would be left of 30 accounts" in told) == (how == "add")
        answer = client.post(upload, data={"act": "import", "how": how})
        doing.work(workspace)
        assert "Find the profile now" in client.get(answer.headers["location"]).text
    page = client.get("/data").text
    assert "30 accounts, 12 deals" in page and "duplicate pairs" not in page.lower()
    assert "What values were turned into" in page
    assert client.get("/data/files/changes.csv").status_code == 200
    assert client.get("/data/files/ledger.sqlite").status_code == 400
    before = re.search(r"/data\?back=(\d+)#back", page)
    assert before is not None
    assert "Go back to the records of" in client.get(f"/data?back={before[1]}").text
    assert client.post(f"/data/imports/{before[1]}", data={"by": "Ann"}).status_code == 400
    assert client.post(f"/data/imports/{before[1]}", data={"by": "Ann", "because": "the wrong file"}).status_code == 303
    assert "says Ann: the wrong file" in client.get("/data").text
    now = past_imports(workspace)[0]
    assert now.current and "deals" not in now.tables
    again = re.search(r'action="(/data/uploads/\w+)"><span>The records in use', client.get("/data").text)
    assert again is not None  # the files of that import are kept: nobody has to hand them over again
    answer = client.post(again[1], data={"act": "build"})
    job = doing.found(workspace, int(answer.headers["location"].rsplit("/", 1)[1]))
    assert job.kind == "build" and job.arguments["upload"] == again[1].rsplit("/", 1)[1]


GERMAN = "Kundennummer;Firma;Branche;Mitarbeiterzahl;Umsatz (Mio. €)\n" + "".join(
    f"{i};{NAMES[i]};{('Software', 'Handel', 'k.A.')[i % 3]};{'keine Angabe' if i % 5 == 0 else 10 + i};"
    f"{'fehlt' if i % 7 == 0 else f'{i},4'}\n"
    for i in range(30)
)


def test_units_and_words_for_no_value_are_shown_and_corrected(client: TestClient, workspace: Path) -> None:
    import duckdb

    def values(column: str) -> list[float | None]:
        rows = duckdb.sql(f"SELECT {column} FROM '{workspace}/tables/accounts.parquet' ORDER BY account_id::INT")
        return [row[0] for row in rows.fetchall()]

    job = hand_over(client, ("Firmen.csv", GERMAN.encode("cp1252")))
    doing.work(workspace)
    address = client.get(job).headers["location"]
    page = client.get(address).text
    assert re.search(r"\d+,4 is read as \d+,400,000", page)
    assert '<option value="millions" selected>' in page
    assert "k.A. in Branche" in page and "keine Angabe in Mitarbeiterzahl" in page
    assert "Cannot be read, and is left empty: fehlt" in page
    money = re.search(r'name="unit-0-(\d+)" aria-label="Numbers of Umsatz', page)
    assert money is not None
    place = money[1]
    answer = client.post(address, data={"act": "import"})
    doing.work(workspace)
    assert values("revenue")[1] == 1_400_000 and values("employees")[:2] == [None, 11]
    assert "left empty" in client.get("/data").text
    answer = client.post(
        address, data={f"unit-0-{place}": "thousands", f"missing-0-{place}": "fehlt; fehlt;;-", "act": "import"}
    )
    doing.work(workspace)
    assert answer.status_code == 303
    assert values("revenue")[:2] == [None, 1400]
    client.post(address, data={"act": "read again"})
    doing.work(workspace)
    again = client.get(address).text
    assert '<option value="thousands" selected>' in again and 'value="fehlt; -"' in again
    assert "Cannot be read" not in again
    assert re.search(r"\d+,4 is read as \d+,400<", again)


def test_a_list_of_deals_shows_what_its_columns_say_of_the_company(client: TestClient, workspace: Path) -> None:
    rows = "".join(
        f"D{i};{NAMES[i]};firma{i}.pt;{('Saúde', 'Comércio')[i % 2]};{10 + i};{('Ganho', 'Perdido')[i % 3 > 0]};{i}00\n"
        for i in range(30)
    )
    header = "ID do negócio;Empresa;Site;Setor;Nº de funcionários;Etapa;Valor\n"
    job = hand_over(client, ("Negócios.csv", (header + rows).encode("cp1252")))
    doing.work(workspace)
    page = client.get(client.get(job).headers["location"]).text
    for name in ("deal_id", "account_domain", "industry", "employees", "stage", "amount"):
        assert f'<option value="{name}" selected>' in page, name


def test_corrections_not_yet_sent_outlast_the_form_of_what_the_records_do_not_say(
    client: TestClient, workspace: Path
) -> None:
    job = hand_over(client, ("Firmen.csv", GERMAN.encode("cp1252")))
    doing.work(workspace)
    upload = client.get(job).headers["location"]
    column = re.search(r'id="c-0-(\d+)">Branche<', client.get(upload).text)
    assert column is not None
    asked = client.post(upload, data={f"to-0-{column[1]}": "(left out)", "act": "settings"})
    assert (asked.status_code, asked.headers["location"]) == (303, f"{upload}/company")
    assert "/jobs/" in client.post(f"{upload}/company", data={"name": ""}).headers["location"]
    doing.work(workspace)
    assert re.search(rf'name="to-0-{column[1]}".*?value="\(left out\)" selected', client.get(upload).text)


def test_what_the_records_do_not_say_is_said_in_a_form_and_holds(client: TestClient, workspace: Path) -> None:
    from idealfit.records.company import read_company

    job = hand_over(client, ("Firmen.csv", GERMAN.encode("cp1252")))
    doing.work(workspace)
    upload = client.get(job).headers["location"]
    form = client.get(f"{upload}/company").text
    assert form.count(">assumed<") == form.count('class="hint"') > 10
    folder = workspace / upload.replace("/data/", "") / "files"
    wrong = client.post(
        f"{upload}/company",
        data={"as_of": "soon", "gross_margin": "180", "rates": "USD much", "best": "luck", "currency": "eur"},
    )
    assert wrong.status_code == 400 and "Nothing was kept: 4 fields are not right" in wrong.text
    for name in ("as_of", "gross_margin", "rates", "best"):
        assert f'id="wrong-{name}"' in wrong.text, name
    assert 'value="soon"' in wrong.text and not (folder / "company.yaml").exists()
    said = {
        "as_of": "2025-12-31", "currency": "eur", "gross_margin": "72,5 %", "rates": "USD 0,92\nGBP 2025-01-01 1.2",
        "competitors": "Rival\nOther", "capacity": "300", "merge_above": "95", "name": "",
    }  # fmt: skip
    assert client.post(f"{upload}/company", data=said).headers["location"] == upload
    company = read_company(folder)
    assert (str(company.as_of), company.currency, company.gross_margin) == ("2025-12-31", "EUR", 0.725)
    assert company.capacity == 300 and company.competitors == ["Rival", "Other"] and company.merge_above == 0.95
    assert company.rates["USD"][0].rate == 0.92 and str(company.rates["GBP"][0].since) == "2025-01-01"
    again = client.get(f"{upload}/company").text
    assert 'value="72.5"' in again and "GBP 2025-01-01 1.2" in again
    client.post(upload, data={"act": "import"})
    doing.work(workspace)
    assert str(past_imports(workspace)[0].as_of) == "2025-12-31"
    # what is handed over later is read with it too, unless it brings its own
    job = hand_over(client, ("Firmen.csv", GERMAN.encode("cp1252")))
    number = doing.found(workspace, int(job.rsplit("/", 1)[1])).arguments["upload"]
    assert read_company(workspace / "uploads" / number / "files").capacity == 300
    job = hand_over(client, ("Firmen.csv", GERMAN.encode("cp1252")), ("company.yaml", b"motions: {}\ncapacity: 5\n"))
    number = doing.found(workspace, int(job.rsplit("/", 1)[1])).arguments["upload"]
    own = workspace / "uploads" / number / "files"
    assert read_company(own).capacity == 5 and read_company(own).currency is None
    client.post(f"/data/uploads/{number}/company", data={"capacity": "7"})
    assert read_company(own).capacity == 7 and "motions" in read_company(own).model_fields_set

"""Bad input from end to end: a clear message, the right exit code, no trace-back, the previous workspace intact."""

from __future__ import annotations

import json
import os
import random
import re
import resource
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from idealfit.frontends.cli.app import run
from small_company import ACCOUNTS, DEALS, fingerprint, small_company, write


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a finished build in it, to be copied."""
    folder = tmp_path_factory.mktemp("built")
    assert run(["build", str(small_company(folder / "data")), "--workspace", str(folder / "w"), "--quiet"]) == 0
    return folder / "w"


@pytest.fixture
def workspace(built: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(built, tmp_path / "w"))


def nothing(folder: Path) -> Path:
    return write(folder)


def empty_file(folder: Path) -> Path:
    return write(folder, accounts_csv="")


def header_only(folder: Path) -> Path:
    return write(folder, accounts_csv="account_id,name\n", deals_csv="deal_id,account_id,outcome\n")


def random_bytes(ending: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        noise = random.Random(3).randbytes(5000)  # noqa: S311 noise, no secret
        return write(folder, **{f"accounts_{ending}": noise})

    make.__name__ = f"random_bytes_in_{ending}"
    return make


def only_notes(folder: Path) -> Path:
    return write(folder, readme_md="# Notes", picture_pdf=b"%PDF-1.7")


def zip_bomb(folder: Path) -> Path:
    write(folder)
    with (
        zipfile.ZipFile(folder / "accounts.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("accounts.csv", "w", force_zip64=True) as member,
    ):
        for _ in range(200):
            member.write(b"0" * 1_000_000)
    return folder


def all_open(folder: Path) -> Path:
    return write(folder, accounts_csv=ACCOUNTS, deals_csv=re.sub(r"[^,]*,(won|lost)", ",open", DEALS))


def linked_to_nothing(folder: Path) -> Path:
    return write(folder, accounts_csv=ACCOUNTS, deals_csv=re.sub(r"(D\d+),", r"\1,nobody-", DEALS))


def company_file(text: str, name: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        return write(folder, accounts_csv=ACCOUNTS, deals_csv=DEALS, company_yaml=text)

    make.__name__ = f"company_file_{name}"
    return make


REFUSED = [
    (nothing, "found no file at all"),
    (empty_file, "accounts.csv (The file is empty"),
    (header_only, "accounts.csv ("),
    (random_bytes("csv"), "accounts.csv ("),
    (random_bytes("xlsx"), "accounts.xlsx ("),
    (random_bytes("zip"), "accounts.zip ("),
    (only_notes, "not a table"),
    (zip_bomb, "accounts.zip"),
    (all_open, "Of 36 deals 36 are still open"),
    (linked_to_nothing, "36 belong to no account"),
    (company_file("gross_margin: lots\n", "of_words"), "'gross_margin' is not right"),
    (company_file("gros_margin: 0.5\n", "with_a_slip"), "Did you mean 'gross_margin'?"),
    (company_file("as_of: soon\n", "without_a_day"), "2026-09-30"),
    (company_file("{{{: [", "broken"), "not YAML"),
    (company_file("- a\n", "of_a_list"), "holds no keys"),
]


@pytest.mark.parametrize(("make", "said"), REFUSED, ids=[make.__name__ for make, _ in REFUSED])
def test_a_folder_that_cannot_be_used_is_refused_with_the_reason_and_changes_nothing(
    make: Callable[[Path], Path], said: str, workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = fingerprint(workspace)
    assert run(["build", str(make(tmp_path / "data")), "--workspace", str(workspace)]) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert re.match(r"error IF[26]\d\d: ", err)
    assert "what to do:" in err
    assert said in err
    assert "Traceback" not in err
    assert fingerprint(workspace) == before


WRONG_USE = [
    (["--as-of", "31/12/2026"], 2, "year-month-day"),
    (["--as-of", "1999-01-01"], 3, "lie after the day that counts as today (1999-01-01)"),
    (["--best", "biggest"], 2, "Choose of value"),
    (["--motion", "../x"], 2, "the name of a file"),
    (["--motion", "a/b"], 2, "the name of a file"),
    (["--motion", ""], 2, "the name of a file"),
    (["--map", "nowhere.yaml"], 3, "no such mapping"),
]


@pytest.mark.parametrize(("options", "code", "said"), WRONG_USE, ids=["=".join(each[0]) for each in WRONG_USE])
def test_wrong_use_is_told_and_changes_nothing(
    options: list[str], code: int, said: str, workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = fingerprint(workspace)
    good = small_company(tmp_path / "data")
    assert run(["build", str(good), "--workspace", str(workspace), *options]) == code
    assert said in capsys.readouterr().err
    assert fingerprint(workspace) == before


@pytest.mark.parametrize("text", ["hello: [1,2", "files: 3\n", "files:\n- {file: accounts.csv, table: nonsense}\n"])
def test_a_mapping_of_nonsense_is_refused(
    text: str, workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = fingerprint(workspace)
    good = small_company(tmp_path / "data")
    (tmp_path / "m.yaml").write_text(text)
    assert run(["build", str(good), "--workspace", str(workspace), "--map", str(tmp_path / "m.yaml")]) == 3
    assert "error IF212: " in capsys.readouterr().err
    assert fingerprint(workspace) == before


def test_a_list_of_companies_alone_ends_in_a_verdict_with_what_to_add(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write(tmp_path / "data", accounts_csv=ACCOUNTS)
    assert run(["build", str(folder), "--workspace", str(tmp_path / "w")]) == 0
    out = capsys.readouterr().out
    assert "Verdict: insufficient" in out
    assert "no_outcome" in out
    assert "name the file customers.csv" in out


def test_a_folder_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["build", str(tmp_path / "nowhere"), "--workspace", str(tmp_path / "w")]) in {2, 3}
    assert "nowhere" in capsys.readouterr().err
    assert not (tmp_path / "w").exists()


def one_deal(folder: Path) -> Path:
    return write(folder, accounts_csv=ACCOUNTS, deals_csv="".join(DEALS.splitlines(keepends=True)[:2]))


def two_accounts(folder: Path) -> Path:
    few = ("".join(text.splitlines(keepends=True)[:3]) for text in (ACCOUNTS, DEALS))
    return write(folder, **dict(zip(("accounts_csv", "deals_csv"), few, strict=True)))


def won_only(folder: Path) -> Path:
    return write(folder, accounts_csv=ACCOUNTS, deals_csv=DEALS.replace("lost", "won"))


def lost_only(folder: Path) -> Path:
    return write(folder, accounts_csv=ACCOUNTS, deals_csv=DEALS.replace("won,1000", "lost,0"))


def duplicate_ids(folder: Path) -> Path:
    return write(folder, accounts_csv=ACCOUNTS + ACCOUNTS.split("\n", 1)[1], deals_csv=DEALS)


def ragged(folder: Path) -> Path:
    return write(folder, accounts_csv=ACCOUNTS + "900,Short\n901,Long,a,5,x,y,z\n", deals_csv=DEALS)


def other_encodings(folder: Path) -> Path:
    text = ACCOUNTS.replace("Basalt,", "Café Größe,").encode("cp1252")
    return write(folder, accounts_csv=text, deals_csv=DEALS.encode("utf-16"))


def dates_that_are_none(folder: Path) -> Path:
    return write(folder, accounts_csv=ACCOUNTS, deals_csv=DEALS.replace("2025-", "soon-").replace("2026-", "later-"))


def amounts_beyond_sense(folder: Path) -> Path:
    return write(folder, accounts_csv=ACCOUNTS, deals_csv=DEALS.replace(",1000\n", ",1e300\n"))


ANSWERED = [
    one_deal,
    two_accounts,
    won_only,
    lost_only,
    duplicate_ids,
    ragged,
    other_encodings,
    dates_that_are_none,
    amounts_beyond_sense,
]


@pytest.mark.parametrize("make", ANSWERED, ids=lambda make: make.__name__)
def test_poor_input_gets_an_honest_answer_in_which_every_row_is_accounted_for(
    make: Callable[[Path], Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make(tmp_path / "data")
    assert run(["build", str(folder), "--workspace", str(tmp_path / "w"), "--json"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    answer = json.loads(out)
    assert answer["evidence"]["verdict"] in {"insufficient", "no_signal"}
    for table in answer["import"]["tables"].values():
        assert table["read"] == table["kept"] + table["merged"] + table["rejected"]


def test_one_outcome_only_is_said_as_such(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["build", str(won_only(tmp_path / "data")), "--workspace", str(tmp_path / "w")]) == 0
    assert "There are 36 won deals and none that were lost" in capsys.readouterr().out


def test_a_founder_with_twelve_customers_gets_a_page_to_work_with(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = "".join(f"Maker {i},{('software', 'retail')[i % 2]},{20 + 30 * i},Germany\n" for i in range(12))
    folder = write(tmp_path / "data", customers_csv="Company,Industry,Employees,Country\n" + names)
    assert run(["build", str(folder), "--workspace", str(tmp_path / "w")]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Verdict: insufficient.")
    assert "12 companies of customers.csv are taken for customers" in out
    assert "Talk to Maker" in out
    page = (tmp_path / "w" / "profile.md").read_text()
    assert all(f"Maker {i}" in page for i in range(12))
    assert "What had happened just before you began to look?" in page
    assert (tmp_path / "w" / "profile.pdf").read_bytes().startswith(b"%PDF")


def test_a_folder_that_is_no_workspace_is_not_written_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = small_company(tmp_path / "good")
    theirs = write(tmp_path / "theirs", letter_txt="Dear all")
    assert run(["build", str(good), "--workspace", str(theirs)]) == 4
    assert "error IF302" in capsys.readouterr().err
    assert [path.name for path in theirs.iterdir()] == ["letter.txt"]
    assert run(["build", str(good), "--workspace", str(theirs / "letter.txt")]) == 4
    assert "This is a file" in capsys.readouterr().err
    assert run(["build", str(good), "--workspace", str(theirs / "letter.txt" / "w")]) == 4
    assert "cannot be made" in capsys.readouterr().err


def test_a_workspace_of_a_newer_version_is_left_alone(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with sqlite3.connect(workspace / "ledger.sqlite") as ledger:
        ledger.execute("UPDATE alembic_version SET version_num = 'z999'")
    before = fingerprint(workspace)
    assert run(["build", str(small_company(tmp_path / "data")), "--workspace", str(workspace)]) == 4
    err = capsys.readouterr().err
    assert "error IF303" in err
    assert "Install that version or a newer one" in err
    assert fingerprint(workspace) == before


def test_a_damaged_ledger_is_told_and_not_written_over(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    noise = random.Random(5).randbytes(5000)  # noqa: S311 noise, no secret
    (workspace / "ledger.sqlite").write_bytes(noise)
    assert run(["build", str(small_company(tmp_path / "data")), "--workspace", str(workspace)]) == 4
    assert "error IF305" in capsys.readouterr().err
    assert (workspace / "ledger.sqlite").read_bytes() == noise


@pytest.mark.parametrize("content", [b"profile: [\n", b"\xff\xfe\x00", b"name,points\n"])
def test_a_profile_that_cannot_be_read_is_told_and_kept(
    content: bytes, workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (workspace / "profile.yaml").write_bytes(content)
    before = fingerprint(workspace)
    assert run(["build", str(small_company(tmp_path / "data")), "--workspace", str(workspace)]) == 3
    err = capsys.readouterr().err
    assert "error IF4" in err
    assert "profile.yaml" in err
    assert fingerprint(workspace) == before


def test_accounts_that_the_profile_excludes_one_and_all_are_told(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = workspace / "profile.yaml"
    path.write_text(path.read_text() + "exclusions:\n  - {id: everyone, when: employees > 0, because: No more}\n")
    assert run(["build", str(small_company(tmp_path / "data")), "--workspace", str(workspace)]) == 0
    out = capsys.readouterr().out
    assert "Exclusion 'everyone' is true for every account" in out
    assert "excluded by the profile" in out


def limited(data: Path, workspace: Path, size: int) -> subprocess.CompletedProcess[str]:
    """A build that may write no file larger than `size`, as on a disk that fills up."""
    return subprocess.run(
        [sys.executable, "-m", "idealfit", "build", str(data), "--workspace", str(workspace)],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
    )


@pytest.mark.parametrize("size", [3_000, 100_000])
def test_a_disk_that_fills_up_leaves_the_old_build(size: int, workspace: Path, tmp_path: Path) -> None:
    before = fingerprint(workspace)
    folder = write(tmp_path / "data", accounts_csv=ACCOUNTS.replace("Hazel", "Witch hazel"), deals_csv=DEALS)
    done = limited(folder, workspace, size)
    assert done.returncode == 4, done.stderr
    assert done.stderr.startswith("error IF3")
    assert "Traceback" not in done.stderr
    assert fingerprint(workspace) == before


def test_a_folder_that_may_not_be_written_to_is_told(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("to the superuser no folder is closed")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o555)
    assert run(["build", str(small_company(tmp_path / "data")), "--workspace", str(closed / "w")]) == 4

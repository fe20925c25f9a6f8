"""Bad input from end to end: a clear message, the right exit code, no trace-back, the previous workspace intact."""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from idealfit.frontends.cli.app import run

ACCOUNTS = "account_id,name,industry,employees\n" + "".join(
    f"{i:03},Company {i},{('software', 'retail', 'logistics')[i % 3]},{20 + 7 * i}\n" for i in range(40)
)
DEALS = "deal_id,account_id,created_at,closed_at,outcome,amount\n" + "".join(
    f"D{i},{i:03},2025-{1 + i % 12:02}-03,2026-01-{1 + i % 28:02},{outcome},{amount}\n"
    for i in range(36)
    for outcome, amount in [("won", 1000) if i % 3 == 0 else ("lost", 0)]
)


def write(folder: Path, **files: str | bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        stem, _, ending = name.rpartition("_")
        data = content.encode() if isinstance(content, str) else content
        (folder / f"{stem}.{ending}").write_bytes(data)
    return folder


def fingerprint(workspace: Path) -> dict[str, str]:
    """What a person would look at: every output, the tables and the snapshots (the ledger may note a failed run)."""
    paths = [path for path in workspace.rglob("*") if path.is_file() and not path.name.startswith("ledger.sqlite")]
    return {str(path.relative_to(workspace)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


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


REFUSED = [nothing, empty_file, header_only, random_bytes("csv"), random_bytes("xlsx"), random_bytes("zip"), only_notes]


@pytest.mark.parametrize("make", REFUSED, ids=lambda make: make.__name__)
def test_a_folder_that_cannot_be_used_is_refused(
    make: Callable[[Path], Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make(tmp_path / "data")
    assert run(["build", str(folder), "--workspace", str(tmp_path / "w")]) == 3
    err = capsys.readouterr().err
    assert err.startswith("error IF2")
    assert "what to do:" in err
    assert "Traceback" not in err


def test_a_folder_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["build", str(tmp_path / "nowhere"), "--workspace", str(tmp_path / "w")]) in {2, 3}
    assert "nowhere" in capsys.readouterr().err


def one_deal(folder: Path) -> Path:
    return write(folder, accounts_csv=ACCOUNTS, deals_csv="".join(DEALS.splitlines(keepends=True)[:2]))


def won_only(folder: Path) -> Path:
    return write(folder, accounts_csv=ACCOUNTS, deals_csv=DEALS.replace("lost", "won"))


def duplicate_ids(folder: Path) -> Path:
    return write(folder, accounts_csv=ACCOUNTS + ACCOUNTS.split("\n", 1)[1], deals_csv=DEALS)


def ragged(folder: Path) -> Path:
    return write(folder, accounts_csv=ACCOUNTS + "900,Short\n901,Long,a,5,x,y,z\n", deals_csv=DEALS)


def western_europe(folder: Path) -> Path:
    text = ACCOUNTS.replace("Company 1,", "Café Größe,").encode("cp1252")
    return write(folder, accounts_csv=text, deals_csv=DEALS)


def dates_that_are_none(folder: Path) -> Path:
    return write(folder, accounts_csv=ACCOUNTS, deals_csv=DEALS.replace("2025-", "soon-").replace("2026-", "later-"))


ANSWERED = [one_deal, won_only, duplicate_ids, ragged, western_europe, dates_that_are_none]


@pytest.mark.parametrize("make", ANSWERED, ids=lambda make: make.__name__)
def test_poor_input_gets_an_answer_in_which_every_row_is_accounted_for(
    make: Callable[[Path], Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make(tmp_path / "data")
    code = run(["build", str(folder), "--workspace", str(tmp_path / "w"), "--json"])
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    answer = json.loads(out)
    if code != 0:
        assert (code, answer["error"]["code"][:3]) == (3, "IF2")
        assert answer["error"]["remedy"]
        return
    assert answer["evidence"]["verdict"] in {"insufficient", "no_signal"}
    for table in answer["import"]["tables"].values():
        assert table["read"] == table["kept"] + table["merged"] + table["rejected"]


def test_a_failed_build_leaves_the_workspace_as_it_was(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workspace = tmp_path / "w"
    good = write(tmp_path / "good", accounts_csv=ACCOUNTS, deals_csv=DEALS)
    assert run(["build", str(good), "--workspace", str(workspace)]) == 0
    before = fingerprint(workspace)
    assert any(name.endswith("profile.yaml") for name in before)
    for number, make in enumerate(REFUSED):
        assert run(["build", str(make(tmp_path / f"bad{number}")), "--workspace", str(workspace)]) == 3
    assert fingerprint(workspace) == before


def test_a_folder_that_is_no_workspace_is_not_written_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = write(tmp_path / "good", accounts_csv=ACCOUNTS, deals_csv=DEALS)
    theirs = write(tmp_path / "theirs", letter_txt="Dear all")
    assert run(["build", str(good), "--workspace", str(theirs)]) == 4
    assert "error IF302" in capsys.readouterr().err
    assert [path.name for path in theirs.iterdir()] == ["letter.txt"]


def test_a_profile_that_a_person_changed_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workspace = tmp_path / "w"
    good = write(tmp_path / "good", accounts_csv=ACCOUNTS, deals_csv=DEALS)
    assert run(["build", str(good), "--workspace", str(workspace)]) == 0
    profile = workspace / "profile.yaml"
    changed = re.sub(r"^profile: .*$", "profile: Agreed with sales on Monday", profile.read_text(), flags=re.MULTILINE)
    profile.write_text(changed)
    assert run(["build", str(good), "--workspace", str(workspace)]) == 0
    assert profile.read_text() == changed
    assert (workspace / "profile.proposed.yaml").is_file()
    assert "profile.proposed.yaml" in capsys.readouterr().out


def test_the_same_build_twice_writes_the_same_bytes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = write(tmp_path / "good", accounts_csv=ACCOUNTS, deals_csv=DEALS)
    for name in ("a", "b"):
        assert run(["build", str(good), "--workspace", str(tmp_path / name)]) == 0
    one, other = fingerprint(tmp_path / "a"), fingerprint(tmp_path / "b")
    assert {name for name in one if one[name] != other.get(name)} == set()
    assert one.keys() == other.keys()

"""The profile edited as a text: its effect is shown before it is saved, and what is saved is scored."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import duckdb
import pytest
from starlette.testclient import TestClient

from idealfit.frontends.web.app import create_app
from idealfit.profile.document import load_profile, substance_hash
from idealfit.work import doing
from idealfit.workspace.versioning import history

HOST = "127.0.0.1:8787"
ADDRESS = "/profile/edit"
NAMED = {"act": "save", "by": "Ines", "because": "Fewer, better accounts."}


@pytest.fixture(scope="module")
def workspace(made_up: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(made_up, tmp_path_factory.mktemp("editing") / "w"))


@pytest.fixture(scope="module")
def client(workspace: Path) -> Iterator[TestClient]:
    app, door, _warm = create_app(workspace, frozenset({HOST}))
    with pytest.MonkeyPatch.context() as patch, TestClient(app, base_url=f"http://{HOST}") as client:
        patch.setattr(doing, "start", lambda _workspace: None)  # what is asked for is done by the test
        client.get("/enter", params={"key": door.link()})
        yield client


@pytest.fixture
def file(workspace: Path) -> Path:
    return workspace / "profile.yaml"


def words(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def box(page: str) -> str:
    """The text in the box, as a browser would read it."""
    return unescape(page.split("<textarea")[1].split(">\n", 1)[1].split("</textarea>", maxsplit=1)[0])


def mark(client: TestClient) -> str:
    found = re.search(r'name="instead_of" value="(\w+)"', client.get(ADDRESS).text)
    assert found
    return found[1]


def stricter(text: str) -> str:
    """The profile with A beginning five points higher."""
    return re.sub(r"^(\s+A: )([\d.]+)", lambda one: f"{one[1]}{float(one[2]) + 5:.1f}", text, count=1, flags=re.M)


def test_the_box_holds_the_file_letter_by_letter(client: TestClient, file: Path) -> None:
    assert box(client.get(ADDRESS).text) == file.read_text(encoding="utf-8")


def test_a_text_that_cannot_be_used_is_told_by_line_and_column_and_kept(client: TestClient, file: Path) -> None:
    before = file.read_text(encoding="utf-8")
    broken = before.replace("when:", "wen:", 1)
    line = next(n for n, text in enumerate(broken.splitlines(), 1) if "wen:" in text)
    for act in ("look", "save"):
        page = client.post(ADDRESS, data={**NAMED, "text": broken, "instead_of": mark(client), "act": act})
        assert f"Line {line}, column" in words(page.text) and "Did you mean 'when'?" in words(page.text)
        assert box(page.text) == broken
    assert file.read_text(encoding="utf-8") == before


def test_the_effect_is_shown_and_nothing_is_written(client: TestClient, workspace: Path, file: Path) -> None:
    before, versions = file.read_bytes(), history(workspace).versions
    text = stricter(before.decode())
    page = client.post(ADDRESS, data={"text": text.replace("\n", "\r\n"), "instead_of": mark(client)})
    said = words(page.text)
    assert "Tiers: A from" in said and "0 accounts become A or B" in said
    moved = re.search(r"A → B (\d+)", said)
    assert moved and int(moved[1]) > 0 and 'href="/accounts/' in page.text.split('id="effect"')[1]
    assert "Closed deals of accounts that were A or B then" in said
    assert box(page.text) == text
    assert file.read_bytes() == before and history(workspace).versions == versions


def test_what_is_saved_is_a_version_and_is_scored_and_nobody_is_overwritten(
    client: TestClient, workspace: Path, file: Path
) -> None:
    began, text = mark(client), stricter(file.read_text(encoding="utf-8"))
    nameless = client.post(ADDRESS, data={"text": text, "instead_of": began, "act": "save"})
    assert nameless.status_code == 400 and box(nameless.text) == text
    page = client.post(ADDRESS, data={**NAMED, "text": text, "instead_of": began})
    assert file.read_text(encoding="utf-8") == text
    assert history(workspace).versions[-1].because == NAMED["because"]
    assert "The accounts are being scored anew" in words(page.text)

    late = client.post(ADDRESS, data={**NAMED, "text": "profile: mine\n", "instead_of": began})
    assert late.status_code == 409 and "Somebody else has changed the profile" in words(late.text)
    assert box(late.text) == "profile: mine\n" and file.read_text(encoding="utf-8") == text

    assert doing.work(workspace) == 1
    path = workspace / "scores.parquet"
    found = duckdb.sql(f"SELECT DISTINCT profile_version FROM read_parquet('{path}')").fetchall()
    assert found == [(substance_hash(load_profile(file))[:12],)]
    assert "scored anew" not in words(client.get("/profile").text)


def test_scores_of_another_version_are_told_and_can_be_made_anew(client: TestClient, file: Path) -> None:
    file.write_text(stricter(file.read_text(encoding="utf-8")), encoding="utf-8")
    page = client.get("/profile").text
    assert "scored with another version" in words(page) and 'action="/profile/score"' in page
    assert "being scored anew" in words(client.post("/profile/score").text)


def test_a_file_that_is_broken_can_still_be_mended(client: TestClient, file: Path) -> None:
    file.write_text("profile: [", encoding="utf-8")
    assert f'href="{ADDRESS}"' in client.get("/profile").text
    assert box(client.get(ADDRESS).text) == "profile: ["

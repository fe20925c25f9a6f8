"""The one page in the browser: what it says is what is printed; decisions and signatures go into the file."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from idealfit.frontends.web.app import create_app
from idealfit.profile.document import load_profile
from idealfit.profile.rendering.model import facts
from idealfit.work import doing
from idealfit.workspace.printing import page_in
from idealfit.workspace.versioning import history

HOST = "127.0.0.1:8787"


@pytest.fixture(scope="module")
def workspace(made_up: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(made_up, tmp_path_factory.mktemp("profile") / "w"))


@pytest.fixture(scope="module")
def client(workspace: Path) -> Iterator[TestClient]:
    app, door, _warm = create_app(workspace, frozenset({HOST}))
    with (
        pytest.MonkeyPatch.context() as patch,
        TestClient(app, base_url=f"http://{HOST}", headers={"host": HOST}) as client,
    ):
        patch.setattr(doing, "start", lambda _workspace: None)  # the scoring that is asked for is not done here
        client.get("/enter", params={"key": door.link()})
        yield client


def words(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_every_fact_of_the_printed_page_is_on_the_screen(client: TestClient, workspace: Path) -> None:
    page = words(client.get("/profile").text)
    for fact in facts(page_in(workspace)[0]):
        assert " ".join(fact.split()) in page, fact


def test_a_proposed_exclusion_waits_and_is_decided_with_a_name_and_a_reason(
    client: TestClient, workspace: Path
) -> None:
    names = [one.id for one in load_profile(workspace / "profile.yaml").exclusions if one.state == "proposed"]
    assert names, "the made-up company has something to walk away from"
    address = f"/profile/exclusions/{names[0]}"
    assert "Who decides, and why, is missing" in client.post(address, data={"act": "accept"}).text
    page = client.post(address, data={"act": "accept", "by": "Ines", "because": "They cannot leave it."})
    assert page.status_code == 200 and address not in page.text
    found = {one.id: one for one in load_profile(workspace / "profile.yaml").exclusions}[names[0]]
    assert (found.state, found.by) == ("accepted", "Ines")
    assert client.post(address, data={"act": "x", "by": "I", "because": "y"}).status_code == 400


def test_signing_with_something_undecided_is_refused_and_with_nothing_left_it_stands(
    client: TestClient, workspace: Path
) -> None:
    signed = {"team": "sales", "by": "Ines", "because": "It is how we sell."}
    if any(one.state == "proposed" for one in load_profile(workspace / "profile.yaml").exclusions):
        refused = client.post("/profile/sign", data=signed)
        assert refused.status_code == 400 and "under 'Waits for your decision'" in words(refused.text)
    for one in load_profile(workspace / "profile.yaml").exclusions:
        if one.state == "proposed":
            client.post(
                f"/profile/exclusions/{one.id}",
                data={"act": "decline", "by": "I", "because": "No."},
                follow_redirects=False,
            )
    page = client.post("/profile/sign", data=signed)
    assert page.status_code == 200
    assert [one.team for one in load_profile(workspace / "profile.yaml").signatures] == ["sales"]
    assert "Ines" in words(page.text)


def test_a_signature_is_taken_back_and_one_that_lapsed_says_what_changed(client: TestClient, workspace: Path) -> None:
    file = workspace / "profile.yaml"
    before = file.read_text(encoding="utf-8")
    nobody = client.post("/profile/signatures/marketing/back", data={"by": "Ines", "because": "Too early."})
    assert nobody.status_code == 400 and "has not signed" in words(nobody.text)
    assert client.post("/profile/signatures/sales/back", data={"by": "", "because": "No."}).status_code == 400
    file.write_text(re.sub(r"^(\s+B: )[\d.]+", r"\g<1>11", before, count=1, flags=re.MULTILINE), encoding="utf-8")
    lapsed = words(client.get("/profile").text)
    assert re.search(r"Ines signed version \d+ on .*Since then: Tiers: .*All that changed since", lapsed)
    file.write_text(before, encoding="utf-8")
    page = client.post("/profile/signatures/sales/back", data={"by": "Ines", "because": "Too early."})
    assert load_profile(file).signatures == () and "The signature is taken back" in words(page.text)
    again = client.post("/profile/sign", data={"team": "sales", "by": "Ines", "because": "It is how we sell."})
    assert "Still to sign: marketing and customer success." in words(again.text)


def test_versions_tell_what_changed(client: TestClient) -> None:
    page = client.get("/profile").text
    numbers = re.findall(r"/profile/versions/(\d+)", page)
    assert numbers
    assert "It is the first" in client.get("/profile/versions/1").text
    assert client.get("/profile/versions/999").status_code == 404


@pytest.mark.parametrize(("form", "begins"), [("pdf", b"%PDF"), ("md", b"#")])
def test_the_page_is_handed_out_in_each_form(form: str, begins: bytes, client: TestClient) -> None:
    answer = client.get(f"/profile/page.{form}")
    assert answer.content.lstrip()[: len(begins)] == begins
    assert "attachment" in answer.headers["content-disposition"]
    assert client.get("/profile/page.exe").status_code == 400


def test_a_refused_signature_keeps_what_was_typed(client: TestClient) -> None:
    page = client.post("/profile/sign", data={"team": "marketing", "by": "Ines <b>", "because": ""})
    assert page.status_code == 400 and 'value="Ines &lt;b&gt;"' in page.text


def test_every_motion_has_its_page_its_versions_and_its_editor(client: TestClient, workspace: Path) -> None:
    folder = workspace / "profiles"
    folder.mkdir()
    text = (workspace / "profile.yaml").read_text(encoding="utf-8")
    own = re.sub(r"^motion: .*$", "motion: outbound", text, flags=re.MULTILINE)
    (folder / "outbound.yaml").write_text(own, encoding="utf-8")
    try:
        page = client.get("/profile", params={"motion": "outbound"}).text
        assert 'href="/profile/edit?motion=outbound"' in page
        assert re.search(r'href="/profile\?motion=outbound" aria-current="page"', page)
        higher = re.sub(r"^(\s+A: )[\d.]+", r"\g<1>97", own, count=1, flags=re.MULTILINE)
        said = {"by": "Ines", "because": "Colder.", "act": "save", "how": "text", "text": higher}
        client.post("/profile/edit", params={"motion": "outbound"}, data=said)
        assert "Colder." in words(client.get("/profile/versions", params={"motion": "outbound"}).text)
        assert "Colder." not in words(client.get("/profile/versions").text)
        assert (workspace / "profile.yaml").read_text(encoding="utf-8") == text
        assert client.get("/profile", params={"motion": "nobody's"}).status_code in (400, 404)
    finally:
        shutil.rmtree(folder)


def test_versions_are_held_against_each_other_and_one_is_brought_back(client: TestClient, workspace: Path) -> None:
    first = load_profile(workspace / "profile.yaml")
    assert "Who decides, and why" in client.post("/profile/versions/1/back", data={"by": "Ines"}).text
    page = client.post("/profile/versions/1/back", data={"by": "Ines", "because": "It was better."})
    assert page.status_code == 200 and load_profile(workspace / "profile.yaml") != first
    past = words(client.get("/profile/versions").text)
    assert "It was better." in past and "brought back" in past
    number = history(workspace).versions[-1].number
    both = words(client.get("/profile/versions", params={"a": str(number - 1), "b": str(number)}).text)
    assert f"What version {number} says that version {number - 1} does not" in both
    assert client.get("/profile/versions", params={"a": "9999", "b": "1"}).status_code == 400


def test_a_file_that_cannot_be_used_is_told_by_line_with_the_ways_out(client: TestClient, workspace: Path) -> None:
    path = workspace / "profile.yaml"
    before = path.read_text(encoding="utf-8")
    path.write_text(before.replace("when:", "wen:", 1), encoding="utf-8")
    try:
        page = client.get("/profile")
        assert page.status_code == 400 and "Line" in words(page.text) and "Go back to a version" in words(page.text)
        assert "/profile/versions/1" in client.get("/profile/versions").text
    finally:
        path.write_text(before, encoding="utf-8")

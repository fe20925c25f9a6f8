"""The profile edited as a form and as a text: the effect is shown before it is saved, what is saved is scored."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

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
    assert "Tiers: A from" in said and "The same accounts are A or B as before." in said
    moved = re.search(r"A → B (\d+)", said)
    assert moved and int(moved[1]) > 0 and 'href="/accounts/' in page.text.split('id="effect"')[1]
    assert "Deals that are closed, by the tier that their account would have had" in said
    assert box(page.text) == text
    assert file.read_bytes() == before and history(workspace).versions == versions


class Fields(HTMLParser):
    """The fields of the form as a browser would send them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self._select = self._area = ""
        self._first = False
        self.feed(page.split('id="editor"')[1].split("</form>", maxsplit=1)[0])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        one = {name: value or "" for name, value in attrs}
        if tag == "select":
            self._select, self._first = one["name"], True
        elif tag == "option" and self._select and (self._first or "selected" in one):
            self.sent[self._select], self._first = [one["value"]], False
        elif tag == "textarea":
            self._area = one["name"]
            self.sent[self._area] = [""]
        elif tag == "input" and (one.get("type") != "checkbox" or "checked" in one):
            self.sent.setdefault(one["name"], []).append(one.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        if tag == "textarea":
            self.sent[self._area] = [self.sent[self._area][0].removeprefix("\n")]
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.sent[self._area][0] += data


def posted(client: TestClient, sent: dict[str, list[str]], **typed: str) -> Any:
    return client.post(ADDRESS, data={**sent, **{name: [value] for name, value in typed.items()}})


def test_an_untouched_form_is_the_file_letter_by_letter(client: TestClient, file: Path) -> None:
    page = posted(client, Fields(client.get(ADDRESS).text).sent, act="as-text")
    assert box(page.text) == file.read_text(encoding="utf-8")


def test_a_number_that_is_typed_changes_its_line_and_shows_who_enters(client: TestClient, file: Path) -> None:
    sent = Fields(client.get(ADDRESS).text).sent
    number = next(name.removesuffix(".when.low") for name, value in sent.items() if name.endswith(".low") and value[0])
    typed = {f"{number}.when.low": "7", f"{number}.points": "11", "by": "Ines", "because": "Why not."}
    said = words(posted(client, sent, act="look", **typed).text)
    assert "accounts become A or B" in said and "What changes" in said and "If we had followed it" in said
    text = box(posted(client, sent, act="as-text", **typed).text)
    changed = [one.strip() for one in set(text.splitlines()) - set(file.read_text(encoding="utf-8").splitlines())]
    assert any(one.startswith("when: ") and " 7" in one for one in changed) and "points: 11" in changed

    wrong = posted(client, sent, act="save", **{**typed, f"{number}.when.low": "seven"})
    assert wrong.status_code == 400 and "'seven' is no number" in words(wrong.text)
    assert Fields(wrong.text).sent[f"{number}.when.low"] == ["seven"] and Fields(wrong.text).sent["by"] == ["Ines"]


def test_criteria_and_conditions_are_added_and_removed_without_a_script(client: TestClient, file: Path) -> None:
    sent = Fields(client.get(ADDRESS).text).sent
    count = int(sent["entries"][0])
    more = Fields(posted(client, sent, act="add", new="column:industry").text).sent
    assert int(more["entries"][0]) == count + 1
    key = next(name for name, value in more.items() if name.endswith(".was") and value == [""]).removesuffix(".was")
    place = key.removeprefix("e")
    filled = {f"{key}.when.more": "Software; Fintech", f"{key}.because": "They asked for it."}
    both = Fields(posted(client, more, act=f"join-{place}", **filled, **{f"{key}.when.new": "event"}).text).sent
    assert both[f"{key}.when.parts"] == ["2"] and both[f"{key}.when.0.values"] == ["Software", "Fintech"]
    one = Fields(posted(client, both, act=f"part-{place}.1").text).sent
    text = box(posted(client, one, act="as-text").text)
    assert "industry IN ('Software', 'Fintech')" in text
    gone = Fields(posted(client, one, act=f"remove-{place}").text).sent
    assert box(posted(client, gone, act="as-text").text) == file.read_text(encoding="utf-8")


def test_whom_to_walk_away_from_is_added_in_one_act_and_asks_for_a_reason(client: TestClient) -> None:
    sent = Fields(client.get(ADDRESS).text).sent
    page = posted(client, sent, act="add-exclusion", new="column:industry")
    more = Fields(page.text).sent
    key = next(name for name, value in more.items() if name.endswith(".was") and value == [""]).removesuffix(".was")
    assert more[f"{key}.place"] == ["exclusion"]
    assert "Who is walked away from is told why. Write a reason." in words(page.text)


def test_what_people_say_is_typed_and_an_entry_is_put_back(client: TestClient, file: Path) -> None:
    page = client.get(ADDRESS, params={"at": "objections"}).text
    assert 'id="said-objections" open' in page
    sent = Fields(page).sent
    typed = {
        "said.objections.0.text": "Too dear.",
        "said.objections.0.quote": "We pay less.",
        "said.why_us.0.text": "Us",
    }
    more = posted(client, sent, act="say-objections", **typed)
    again = Fields(more.text).sent
    assert again["said.objections"] == ["2"] and "Objections: now also 'Too dear.'" in words(more.text)
    profile = load_profile(box(posted(client, again, act="as-text").text))
    assert profile.objections[0].quotes[0].text == "We pay less." and profile.answers.why_us[0].text == "Us"
    less = posted(client, sent, act="remove-0")
    assert "is removed when you save" in words(less.text) and "No longer a criterion" in words(less.text)
    back = posted(client, Fields(less.text).sent, act="back-0")
    assert box(posted(client, Fields(back.text).sent, act="as-text").text) == file.read_text(encoding="utf-8")


def test_what_a_build_has_found_is_added_by_its_link(client: TestClient, workspace: Path) -> None:
    found = json.loads((workspace / "evidence.json").read_text(encoding="utf-8"))["criteria"][0]["id"]
    page = client.get(ADDRESS, params={"add": found})
    assert page.status_code == 200 and f'value="{found}-2"' in page.text


def test_what_changes_while_somebody_types_is_a_part_of_the_page(client: TestClient) -> None:
    sent = Fields(client.get(ADDRESS).text).sent
    part = client.post(ADDRESS, data=sent, headers={"hx-request": "true"}).text
    assert "<html" not in part and 'id="tried"' in part and "Nothing is changed yet" in part
    rules = client.post(ADDRESS, data={**sent, "act": ["findings"]}, headers={"hx-request": "true"}).text
    assert "<html" not in rules and ("object to" in rules or "to look at" in rules)


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
    number = history(workspace).versions[-1].number
    assert f"Saved as version {number} Tiers: A from" in words(page.text)

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

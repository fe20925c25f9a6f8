from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from idealfit.frontends.web.app import create_app
from idealfit.frontends.web.rooms import Rooms

HOST = "127.0.0.1:8000"
NOT_FOR_THE_FIRST = {"fastapi", "numpy", "scipy", "sqlglot", "tldextract", "requests", "alembic", "typst"}


def test_the_first_page_loads_no_framework_of_forms_no_numbers_and_no_engine_of_scores(
    made_up: Path, tmp_path: Path
) -> None:
    workspace = shutil.copytree(made_up, tmp_path / "w")
    code = (
        "import sys\nfrom pathlib import Path\nfrom idealfit.frontends.web import rooms\n"
        "from idealfit.frontends.web.app import create_app\nfrom idealfit.frontends.web.pages import overview\n"
        f"_app, door, _warm = create_app(Path({str(workspace)!r}), frozenset())\n"
        "made = rooms.Rooms(door)\nmade.warm_the_first(), made.undecided()\n"
        "print(*{name.split('.')[0] for name in sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) & NOT_FOR_THE_FIRST == set()


def test_what_comes_next_is_left_alone_until_a_page_was_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, called = threading.Event(), []
    monkeypatch.setattr(Rooms, "warm_the_first", lambda _self: first.set())
    monkeypatch.setattr(Rooms, "warm", lambda _self: called.append("the pages beside it"))
    monkeypatch.setattr(Rooms, "warm_what_comes_next", lambda _self: called.append("what comes next"))
    app, door, warm = create_app(tmp_path / "w", frozenset({HOST}))
    warming = threading.Thread(target=warm, daemon=True)
    with TestClient(app, base_url=f"http://{HOST}") as browser:
        warming.start()
        assert first.wait(60)
        browser.get("/enter", params={"key": door.link()})  # ends on the page of an empty workspace
        assert called == []
        browser.get("/help")
        warming.join(60)
    assert called == ["the pages beside it", "what comes next"]

"""The documentation says what the program does: commands and figures are run, links lead somewhere."""

from __future__ import annotations

import difflib
import re
from pathlib import Path

import pytest

import idealfit
from conftest import Once
from doc_pages import TUTORIAL, run_tutorial, script

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"\[[^\]]*\]\(([^)#]+?)(?:#[^)]*)?\)")


examples, reference = script("examples"), script("make_reference")


def difference(written: str, now: str) -> str:
    return "\n".join(difflib.unified_diff(written.splitlines(), now.splitlines(), "written", "now", lineterm=""))


@pytest.mark.parametrize("name", examples.PAGES)
def test_a_pages_commands_print_what_it_says(name: str, tmp_path: Path, once: Once) -> None:
    page = (ROOT / name).read_text(encoding="utf-8")
    assert examples.BLOCK.search(page), f"{name} shows no command"
    if name == TUTORIAL:  # the companies that it makes up are looked at by other tests too
        now = (run_tutorial(once) / "page.md").read_text(encoding="utf-8")
    else:
        now = examples.as_it_is_now(page, tmp_path)
    assert difference(page, now) == ""


def test_every_public_name_is_at_work_in_an_example() -> None:
    page = (ROOT / "docs" / "guide" / "python.md").read_text(encoding="utf-8")
    shown = "".join(match["text"] for match in examples.BLOCK.finditer(page) if match[1] == "python")
    at_work = set(re.findall(r"\bidealfit\.(\w+)", shown))
    # What a function hands back or raises is at work where the function is.
    returned = {"BuildResult", "IdealfitError", "ImportReport", "Profile", "Score", "__version__"}
    assert set(idealfit.__all__) - at_work - returned == set()


def test_a_figure_that_has_changed_is_noticed(tmp_path: Path) -> None:
    page = (
        "```csv file=a.csv\n12 of 31\n```\n\n```console\n$ cat a.csv\n12 of 30\n```\n\n```python\n>>> 6 * 7\n41\n```\n"
    )
    now = examples.as_it_is_now(page, tmp_path)
    assert now == page.replace("12 of 30", "12 of 31").replace("41", "42")


@pytest.mark.parametrize("name", reference.PAGES)
def test_the_reference_is_what_the_program_says(name: str) -> None:
    written = (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8")
    assert difference(written, reference.PAGES[name]()) == "", "run `make docs`"


@pytest.mark.parametrize("page", sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]), ids=lambda p: p.stem)
def test_links_lead_somewhere(page: Path) -> None:
    targets = [target for target in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in target]
    assert [target for target in targets if not (page.parent / target).exists()] == []

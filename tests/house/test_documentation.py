"""The documentation says what the program does: commands and figures are run, links lead somewhere."""

from __future__ import annotations

import difflib
import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

import idealfit

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"\[[^\]]*\]\(([^)#]+?)(?:#[^)]*)?\)")


def script(name: str) -> ModuleType:
    """docs/NAME.py as a module; docs is no package."""
    spec = importlib.util.spec_from_file_location(f"docs_{name}", ROOT / "docs" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


examples, reference = script("examples"), script("make_reference")


def difference(written: str, now: str) -> str:
    return "\n".join(difflib.unified_diff(written.splitlines(), now.splitlines(), "written", "now", lineterm=""))


@pytest.mark.parametrize("name", examples.PAGES)
def test_a_pages_commands_print_what_it_says(name: str, tmp_path: Path) -> None:
    page = (ROOT / name).read_text(encoding="utf-8")
    assert examples.BLOCK.search(page), f"{name} shows no command"
    assert difference(page, examples.as_it_is_now(page, tmp_path)) == ""


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

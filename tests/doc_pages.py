"""docs/*.py as modules (docs is no package), and the tutorial with what its commands made, run once a test run."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
TUTORIAL = "docs/start/tutorial.md"


def script(name: str) -> ModuleType:
    """docs/NAME.py as a module."""
    spec = importlib.util.spec_from_file_location(f"docs_{name}", ROOT / "docs" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def run_tutorial(once: Callable[[str, Callable[[Path], None]], Path]) -> Path:
    """A folder: `page.md` is the tutorial with its outputs as they are now, `here` is where its commands ran.

    They make two companies of 2,400 deals: `here/demo` with a planted truth, `here/nothing` where nothing is planted.
    """

    def make(folder: Path) -> None:
        here = folder / "here"
        here.mkdir(parents=True)
        page = script("examples").as_it_is_now((ROOT / TUTORIAL).read_text(encoding="utf-8"), here)
        (folder / "page.md").write_text(page, encoding="utf-8")

    return once("tutorial", make)

"""Rules of the house that a script can hold."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import idealfit
import idealfit.errors

DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "base", "core", "stuff"}
TEXT = {
    ".py",
    ".md",
    ".toml",
    ".yaml",
    ".yml",
    ".json",
    ".sh",
    ".lock",
    ".html",
    ".css",
    ".typ",
    ".j2",
    ".mako",
    ".txt",
}
# Written in pieces, so that this file does not hold what it forbids.
MACHINE = re.compile("|".join(["/wo" + "rk/", "/ro" + "ot/", "/ho" + r"me/\w+", "/tm" + "p/", "C:" + r"\\Users"]))
PACKAGE_HOST = re.compile(r"https?://|--(?:extra-)?index-url|--find-links|--trusted-host|file:", re.IGNORECASE)


def files_of_the_repository(root: Path) -> list[Path]:
    """Every text file that git knows, or would know, except the licence."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=root,
        capture_output=True,
        check=True,
    )
    paths = [root / name for name in listed.stdout.decode().split("\0") if name]
    return [path for path in paths if path.suffix in TEXT or path.name in {"Makefile", "run"} if path.is_file()]


def modules(root: Path) -> list[Path]:
    return sorted((root / "src" / "idealfit").rglob("*.py"))


def test_a_module_is_named_after_what_it_holds(root: Path) -> None:
    assert [path for path in modules(root) if path.stem in DRAWERS or path.parent.name in DRAWERS] == []


def test_every_module_says_what_it_is_for(root: Path) -> None:
    silent = [
        p for p in modules(root) if "migrations" not in p.parts and not ast.get_docstring(ast.parse(p.read_text()))
    ]
    assert silent == []


def test_no_file_is_longer_than_500_lines_and_no_function_than_80(root: Path) -> None:
    long_files = [path for path in modules(root) if len(path.read_text().splitlines()) > 500]
    long_functions = [
        f"{path.name}: {node.name} ({(node.end_lineno or 0) - node.lineno + 1} lines)"
        for path in modules(root)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (node.end_lineno or 0) - node.lineno >= 80
    ]
    assert (long_files, long_functions) == ([], [])


def test_no_two_test_files_outside_packages_have_one_name(root: Path) -> None:
    # pytest imports such files by their bare name: the second would not be collected
    bare = [path.name for path in (root / "tests").rglob("*.py") if not (path.parent / "__init__.py").exists()]
    assert sorted({name for name in bare if bare.count(name) > 1}) == []


def test_no_file_names_a_place_on_the_machine_it_was_written_on(root: Path) -> None:
    found = [
        f"{path.relative_to(root)}:{number}"
        for path in files_of_the_repository(root)
        if path.name != "requirements.lock"
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        if MACHINE.search(line)
    ]
    assert found == []


def test_the_lock_file_holds_hashes_and_no_package_host(root: Path) -> None:
    lines = (root / "requirements.lock").read_text().splitlines()
    assert [line for line in lines if PACKAGE_HOST.search(line)] == []
    pinned = [line for line in lines if "==" in line and not line.lstrip().startswith("#")]
    assert len(pinned) > 40
    assert all(line.endswith("\\") for line in pinned), "every pin must be followed by its hashes"


def test_no_note_to_self_is_left_behind(root: Path) -> None:
    notes = re.compile(r"\b(" + "TO" + "DO|FIX" + "ME|X" + "XX)" + r"\b")
    folders = [root / "src", root / "tests", root / "docs", root / "house", root / "benchmarks"]
    paths = [path for path in files_of_the_repository(root) if any(folder in path.parents for folder in folders)]
    assert [path.name for path in paths if notes.search(path.read_text(errors="replace"))] == []


def test_the_continuous_integration_runs_make_test_and_nothing_else(root: Path) -> None:
    script = root / ".ci" / "run"
    commands = [line for line in script.read_text().splitlines() if line and not line.startswith("#")]
    assert commands == ["set -eu", 'cd "$(dirname "$0")/.."', "exec make test"]
    assert script.stat().st_mode & 0o111


def test_imports_go_one_way(root: Path) -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports"], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", idealfit.__all__)
def test_every_public_name_can_be_had_and_says_what_it_is(name: str) -> None:
    value = getattr(idealfit, name)
    assert name == "__version__" or value.__doc__


def test_a_name_that_is_not_public_is_refused() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        idealfit.nonsense  # noqa: B018


def test_every_error_has_a_code_of_its_own(root: Path) -> None:
    errors = [kind for kind in vars(idealfit.errors).values() if isinstance(kind, type) and kind.__doc__]
    codes = [kind.code for kind in errors if issubclass(kind, idealfit.IdealfitError) and "code" in vars(kind)]
    assert sorted({code for code in codes if codes.count(code) > 1}) == []
    assert all(re.fullmatch(r"IF\d{3}", code) for code in codes)

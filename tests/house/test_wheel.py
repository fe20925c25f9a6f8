"""The wheel runs by itself: it holds every file that the program reads, and works without the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=root, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_every_file_of_the_package(wheel: Path, root: Path) -> None:
    package = root / "src"
    # What `python -m compileall` and an editor leave behind is no part of the package.
    wanted = {
        str(path.relative_to(package))
        for path in (package / "idealfit").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"
    }
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    assert wanted - held == set()
    assert any(name.endswith("py.typed") for name in held)
    assert any("migrations" in name for name in held)
    assert not any("tests" in name.split("/") for name in held)


def test_the_wheel_works_without_the_checkout(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(site)]
    subprocess.run([*install, str(wheel)], check=True, capture_output=True)
    environment = {**os.environ, "PYTHONPATH": str(site)}
    where = [sys.executable, "-c", "import idealfit; print(idealfit.__file__)"]
    found = subprocess.run(where, cwd=tmp_path, env=environment, check=True, capture_output=True, text=True)
    assert Path(found.stdout.strip()).is_relative_to(site)
    company = "import pathlib, idealfit.demo; idealfit.demo.make_company(pathlib.Path('data'), 7, deals=60)"
    made = subprocess.run([sys.executable, "-c", company], cwd=tmp_path, env=environment, check=True)
    assert made.returncode == 0
    build = [sys.executable, "-m", "idealfit", "build", "data", "--workspace", "w", "--quiet"]
    done = subprocess.run(build, cwd=tmp_path, env=environment, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Verdict: insufficient")
    assert (tmp_path / "w" / "profile.pdf").read_bytes().startswith(b"%PDF")

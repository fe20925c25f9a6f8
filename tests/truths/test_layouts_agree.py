"""A whole build of one company in the layouts of three tools: the criteria found are the same, to the last figure."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from crm_layouts import LAYOUTS, write_layout
from idealfit.frontends.cli.app import run


def criteria(folder: Path, name: str) -> tuple[Any, ...]:
    write_layout(folder / "in", LAYOUTS[name], deals_wanted=900)
    assert run(["build", str(folder / "in"), "--workspace", str(folder / "w"), "--as-of", "2026-09-09", "--quiet"]) == 0
    evidence = json.loads((folder / "w" / "evidence.json").read_text(encoding="utf-8"))
    told = [
        {key: one[key] for key in ("layer", "polarity", "when", "points", "grade", "counts", "rates")}
        for one in evidence["criteria"]
    ]
    return evidence["verdict"], evidence["reason"], told


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, ...]:
    return criteria(tmp_path_factory.mktemp("salesforce"), "salesforce")


@pytest.mark.parametrize("name", ["hubspot", "zoho"])
def test_three_tools_layouts_of_one_company_give_one_answer(name: str, wanted: tuple[Any, ...], tmp_path: Path) -> None:
    assert len(wanted[2]) >= 3
    assert criteria(tmp_path, name) == wanted

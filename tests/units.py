"""Which tests stay in one process: those that look at one thing, which is made once and nobody waits for."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).resolve().parent.parent
SHARED = {
    "a made-up company": re.compile(r"\b(?:made_up: Path|site: Site|browser: Browser)\b"),
    "real builds": re.compile(r"\breal_build: "),
    "the tutorial": re.compile(r"\brun_tutorial\("),
    "planted runs": re.compile(r"\b(?:planted|empty|small)_run: "),
}
"""What tests of several files look at, by how they name it."""
OWN = re.compile(r'scope="(?:module|session)"')
"""What tests of one file look at."""


@cache
def _shared_in(file: str) -> str | None:
    text = (ROOT / file).read_text(encoding="utf-8")
    shared = next((what for what, named in SHARED.items() if named.search(text)), None)
    return shared or (file if OWN.search(text) else None)


def unit_of(nodeid: str) -> str:
    """The unit that a test belongs to: what it shares with other files, its own file, or itself alone."""
    return _shared_in(nodeid.split("::", maxsplit=1)[0]) or nodeid


class UnitScheduling(LoadScopeScheduling):
    """Units in the order in which the tests stand, each to the process that is free first."""

    def __init__(self, config: pytest.Config, log: object = None) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid)

"""The figures of the page are counted once for the same profile and records, and anew when either is another."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from idealfit.profile.document import load_profile
from idealfit.records.company import Company
from idealfit.store.place import open_place
from idealfit.workspace.page_figures import figures

PROFILE = """\
profile: made up
motion: a/b
layers:
  firmographic:
    criteria:
      - id: size
        when: employees >= 50
        points: 10
"""


def test_figures_are_counted_anew_for_another_profile_or_another_day_only(tmp_path: Path) -> None:
    place = open_place(tmp_path / "workspace", create=True)
    counted: list[int] = []

    def count() -> dict[str, Any]:
        counted.append(len(counted))
        return {"market": {"A": len(counted)}}

    def asked(text: str, day: int = 1) -> dict[str, Any]:
        return figures(place, load_profile(text), date(2026, 1, day), {}, Company(), count)

    assert asked(PROFILE) == asked(PROFILE) == {"market": {"A": 1}}
    assert asked(f"# signed\nstatus: approved\n{PROFILE}") == {"market": {"A": 1}}, "what is agreed moves no account"
    assert asked(PROFILE.replace("50", "51")) == {"market": {"A": 2}}
    assert asked(PROFILE, day=2) == {"market": {"A": 3}}
    assert asked(PROFILE.replace("a/b", "other")) == {"market": {"A": 4}}

"""The linter over files that nobody would write: whatever loads is judged, and every place is in the file."""

from __future__ import annotations

import random
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from idealfit.errors import ProfileFileError
from idealfit.lint.mending import mended
from idealfit.profile.document import load_profile
from lint.sound import SOUND, found, records

EXAMPLE = Path(__file__).parents[1] / "profile" / "example_profile.yaml"
WHENS = (
    *(
        "a > 1",
        "NOT (a IS NULL)",
        "x LIKE '%_\\\\%'",
        "job_title LIKE 'Head%'",
        "1 = 1",
        "a / 0 > 1",
        "uses_all('', 'ß')",
    ),
    *("name = ''", "a BETWEEN 5 AND 1", "TRUE = TRUE", "growth('a', over => '9 days') > 1", "has_role('ceo')"),
)
SEEDS = 10
TEXTS = ("", " ", "# noqa: ICP301", "tech", "{{", "😀" * 50, "a\nb", "ICP301", "null", "we, and so on")

NEEDED = frozenset(("id", "when", "points", "because", "text", "role", "ask", "profile", "team", "by"))
KEPT = frozenset(
    ("id", "status", "by", "on", "as_of", "grade", "seen", "every", "half_life", "evidence", "card", "coverage")
)


def _mutated(node: Any, chance: random.Random) -> Any:
    """`node` with a few of its parts taken out, doubled or replaced."""
    if isinstance(node, dict):
        kept = {key: value for key, value in node.items() if key in NEEDED or chance.random() > 0.04}
        return {key: _mutated(value, chance) if key not in KEPT else value for key, value in kept.items()}
    if isinstance(node, list):
        items = [_mutated(one, chance) for one in node]
        return [one for one in items if chance.random() > 0.05]
    if isinstance(node, str) and chance.random() < 0.1:
        return chance.choice(WHENS if " " in node else TEXTS)
    return node


def test_whatever_loads_is_judged_and_every_finding_has_a_place_in_the_file() -> None:
    yaml = YAML(typ="safe")
    sources = [yaml.load(SOUND), yaml.load(EXAMPLE.read_text(encoding="utf-8"))]
    judged = 0
    for seed in range(SEEDS):
        chance = random.Random(seed)  # noqa: S311 - the same files on every run
        out = StringIO()
        yaml.dump(_mutated(chance.choice(sources), chance), out)
        text = out.getvalue()
        try:
            load_profile(text)
            findings = found(text, records() if seed % 2 else None)
        except ProfileFileError:
            continue
        judged += 1
        lines = text.splitlines()
        for one in findings.found:
            assert 1 <= one.line <= len(lines) and 1 <= one.column <= len(lines[one.line - 1]) + 1
            assert "\n" not in str(one)
        assert (findings.first in findings.found) if findings.found else findings.first is None
        if any(one.fixable for one in findings.found):
            assert not [one for one in found(mended(text, findings.found)).found if one.fixable]
    assert judged > SEEDS // 3

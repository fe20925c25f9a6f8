"""Where a finding stands, what silences it, and what is mended."""

from __future__ import annotations

import pytest

from idealfit.lint.finding import Findings
from idealfit.lint.mending import mended
from idealfit.profile.document import load_profile
from lint.sound import SOUND, found, laid_over

VAGUE = "      - {id: size, label: mid-market, when: employees > 99, points: 9}"
FILE = f"""\
profile: x
layers:
  firmographic:
    criteria:
{VAGUE}
      - id: titled
        when: >-
          job_title = 'CFO'
        points: 3
"""
ONLY = frozenset({"ICP202", "ICP201", "ICP604"})


def said(text: str) -> list[str]:
    return [f"{one.line}:{one.column} {one.code} {one.entry}" for one in found(text, codes=ONLY).found]


def silenced(findings: Findings) -> list[tuple[str, str]]:
    return [(one.finding.code, one.because) for one in findings.silenced]


def test_a_finding_stands_at_the_line_and_column_of_what_is_wrong() -> None:
    assert said(FILE) == ["5:27 ICP202 size", "7:15 ICP201 titled"]
    first = found(FILE, codes=ONLY).first
    assert first is not None
    assert str(first).startswith(
        "profile.yaml:7:15 ICP201 Criterion 'titled' speaks of a person (the column 'job_title')."
    )


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa: ICP202 because the whole team says it so",
        "# noqa: ICP202, ICP301: the whole team says it so",
        "# check: ICP202 - the whole team says it so",
        "# NOQA ICP202 (the whole team says it so)",
    ],
)
def test_a_comment_with_a_reason_silences_a_finding(comment: str) -> None:
    beside = FILE.replace(VAGUE, f"{VAGUE}  {comment}")
    above = FILE.replace(VAGUE, f"      {comment}\n{VAGUE}")
    for text in (beside, above):
        assert [one.code for one in found(text, codes=ONLY).found] == ["ICP201"]
        assert silenced(found(text, codes=ONLY)) == [("ICP202", "the whole team says it so")]


def test_a_comment_at_the_first_line_of_an_entry_speaks_of_all_of_it() -> None:
    text = FILE.replace("- id: titled", "- id: titled  # noqa: ICP201 because it is the title of the company's role")
    assert [one.code for one in found(text, codes=ONLY).found] == ["ICP202"]


def test_an_exception_without_a_reason_silences_nothing_and_is_told() -> None:
    text = FILE.replace(VAGUE, f"{VAGUE}  # noqa: ICP202")
    told = found(text, codes=frozenset({"ICP202"})).found
    assert [one.code for one in told] == ["ICP604", "ICP202"]
    assert "gives no reason" in told[0].message and told[0].line == 5


@pytest.mark.parametrize("at", ["size", "layers", None])
def test_the_file_itself_may_allow_a_finding(at: str | None) -> None:
    where = f"at: {at}, " if at else ""
    text = f"{FILE}check: {{allow: [{{code: ICP202, {where}because: It is our word.}}]}}\n"
    assert said(text) == ["7:15 ICP201 titled"]
    assert silenced(found(text, codes=ONLY)) == [("ICP202", "It is our word.")]
    other = text.replace("at: size", "at: titled")
    assert (at != "size") or "5:27 ICP202 size" in said(other)


def test_an_exception_ends_with_its_day_and_one_that_silences_nothing_is_told() -> None:
    over = f"{FILE}check: {{allow: [{{code: ICP202, because: For now., until: 2026-09-29}}]}}\n"
    assert [one.split()[1] for one in said(over)] == ["ICP202", "ICP201", "ICP604"]
    idle = laid_over("check: {allow: [{code: ICP202, because: x}, {code: ICP998, because: y}]}")
    assert {one.message for one in found(idle).found} == {
        "There is no rule ICP998",
        "The exception from ICP202 silences nothing",
    }


def test_what_is_mended_changes_nothing_else() -> None:
    text = SOUND.replace("{role: economic buyer, title: CFO}", "{role: Economic_Buyer, title: CFO}")
    text = text.replace("channels:", "# where they are\nchannels:")
    text = text.replace("layers:\n", "layers:\n  need: {weight: 5, criteria: []}\n")
    text += "check:\n  allow:\n    - {code: ICP202, because: It is gone.}\n    - {code: ICP501, because: Later.}\n"
    findings = found(text).found
    assert sorted(one.code for one in findings if one.fixable) == ["ICP109", "ICP503", "ICP604", "ICP604"]
    after = mended(text, findings)
    assert found(after).found == ()
    assert "# where they are" in after and "role: economic buyer" in after and "need:" not in after
    assert load_profile(after).check.allow == ()
    unchanged = set(SOUND.splitlines()) - set(after.splitlines())
    assert len(unchanged) <= 1, unchanged

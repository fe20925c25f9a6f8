"""The published grammar names what the parser knows, and its examples are read as they say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from idealfit.profile.parsing import FUNCTIONS, MAX_DAYS, parse
from idealfit.profile.sentence import sentence
from idealfit.profile.tokens import KEYWORDS, MAX_LENGTH

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "predicate.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^\| `(.+?)` \| (?!reads)(.+?) \|$", PAGE.split("## Functions")[0], re.MULTILINE)


@pytest.mark.parametrize(("when", "reads"), EXAMPLES)
def test_an_example_reads_as_the_page_says(when, reads):
    assert sentence(parse(when)) == reads


def test_the_page_shows_every_function_and_keyword():
    quoted = set(re.findall(r'"(\w+)"', PAGE.split("```ebnf")[1].split("```")[0]))
    words = {"detail", "within", "before", "over", "as_of", "day", "days", "week", "month", "quarter", "year", "s", "_"}
    assert quoted - words - {"K", "M", "B"} == set(FUNCTIONS) | KEYWORDS
    assert all(any(name in when for when, _ in EXAMPLES) for name in FUNCTIONS)


def test_the_page_tells_the_limits():
    assert f"{MAX_LENGTH:,} characters" in PAGE
    assert f"{MAX_DAYS:,} whole days" in PAGE

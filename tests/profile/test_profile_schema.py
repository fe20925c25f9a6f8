"""The published schema: the one that the program has, and true of the files that it reads."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from idealfit.profile.document import load_profile, profile_schema
from idealfit.profile.marked import read_marked

EXAMPLE = Path(__file__).parent / "example_profile.yaml"


def published() -> dict:
    import idealfit.profile

    path = Path(idealfit.profile.__file__).parent / "schema" / "profile.schema.json"
    return json.loads(path.read_text(encoding="utf-8"))


def as_json(text: str) -> object:
    return json.loads(json.dumps(read_marked(text).content, default=str))


def test_the_published_schema_is_the_program_s_own():
    assert published() == profile_schema()


def test_the_schema_is_itself_valid_and_takes_the_example():
    jsonschema.Draft202012Validator.check_schema(published())
    jsonschema.validate(as_json(EXAMPLE.read_text()), published(), jsonschema.Draft202012Validator)


@pytest.mark.parametrize(
    "text",
    [
        "profile: x\nunknown: y",
        "motion: x",
        "profile: x\nlayers: {other: {}}",
        "profile: x\nlayers: {firmographic: {criteria: [{id: A, when: b, points: 1}]}}",
        "profile: x\nlayers: {firmographic: {criteria: [{id: a, when: b, points: 21}]}}",
        "profile: x\nexclusions: [{id: a, when: b}]",
    ],
)
def test_what_the_schema_refuses_the_program_refuses_too(text):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(as_json(text), published(), jsonschema.Draft202012Validator)
    with pytest.raises(Exception, match="line"):
        load_profile(text)

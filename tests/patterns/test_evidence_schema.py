"""A made-up company's evidence.json, with criteria and a backtest in it, is what the published schema says."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator


def schema_of(stage: str, name: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((files("idealfit") / stage / "schema" / f"{name}.schema.json").read_text())
    return schema


@pytest.mark.parametrize(("stage", "name"), [("patterns", "evidence"), ("records/quality", "quality")])
def test_a_made_up_companys_documents_are_as_published(made_up: Path, stage: str, name: str) -> None:
    schema = schema_of(stage, name)
    Draft202012Validator.check_schema(schema)
    document = json.loads((made_up / f"{name}.json").read_text(encoding="utf-8"))
    problems = [
        f"{error.json_path}: {error.message[:120]}" for error in Draft202012Validator(schema).iter_errors(document)
    ]
    assert problems == []
    assert document["schema_version"] == schema["properties"]["schema_version"]["const"]


def test_the_schema_knows_every_key_that_is_written(made_up: Path) -> None:
    document = json.loads((made_up / "evidence.json").read_text(encoding="utf-8"))
    assert set(document) == set(schema_of("patterns", "evidence")["properties"])

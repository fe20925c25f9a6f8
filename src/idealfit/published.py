"""The JSON Schema of an answer that a command prints with `--json`, made from the dataclass that it is."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from idealfit.finding_out import FindOut
from idealfit.placing import Standing

SCHEMA_VERSION = 1
ANSWERS: dict[str, tuple[type, str]] = {
    "account": (Standing, "idealfit account --json"),
    "find_out": (FindOut, "idealfit find-out --json"),
}


def answer_schema(name: str) -> dict[str, Any]:
    """The schema of the answer `name` (a key of `ANSWERS`), with its `schema_version`."""
    kind, title = ANSWERS[name]
    schema = TypeAdapter(kind).json_schema(mode="serialization")
    schema["properties"] = {"schema_version": {"const": SCHEMA_VERSION}, **schema["properties"]}
    schema["required"] = ["schema_version", *schema["properties"].keys() - {"schema_version"}]
    schema["required"][1:] = sorted(schema["required"][1:])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{name}.schema.json",
        **schema,
        "title": title,
        "additionalProperties": False,
    }

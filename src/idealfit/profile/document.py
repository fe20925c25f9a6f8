"""The profile file: YAML in, a checked `Profile` out, and back.

`load_profile` tells every problem of a file at once, with line, column and what to do. `dump_profile` writes the same
bytes for the same profile and, over an existing file, keeps its comments and its order.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from hashlib import sha256
from io import StringIO
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml.comments import CommentedMap

from idealfit.errors import Position, ProfileFileError, ProfileProblem
from idealfit.profile.consistency import MAX_CRITERIA, inconsistencies
from idealfit.profile.content import (
    DEFAULT_WEIGHTS,
    AttributeWords,
    Card,
    CardEntry,
    Criterion,
    Exclusion,
    Layer,
    Profile,
    Review,
    Segment,
    Signature,
    Tiers,
)
from idealfit.profile.coverage import Coverage, TechCoverage
from idealfit.profile.marked import Marked, merged, read_marked, round_trip
from idealfit.profile.parsing import suggest
from idealfit.profile.revising import revised
from idealfit.profile.said import Answers, Objection, Persona, Question, Quote, Statement
from idealfit.records.attribute import LAYERS

__all__ = [
    "DEFAULT_WEIGHTS",
    "MAX_CRITERIA",
    "Answers",
    "AttributeWords",
    "Card",
    "CardEntry",
    "Coverage",
    "Criterion",
    "Exclusion",
    "Layer",
    "Objection",
    "Persona",
    "Profile",
    "Question",
    "Quote",
    "Review",
    "Segment",
    "Signature",
    "Statement",
    "TechCoverage",
    "Tiers",
    "content_hash",
    "dump_profile",
    "load_profile",
    "profile_schema",
    "substance_hash",
]

SCHEMA_VERSION = 1
_HEADER = """\
The ideal customer profile: the one definition of fit that the page, the scores and the filters are made from.
Edit it freely: idealfit never overwrites what a person has changed. `when` is the predicate language
(comparisons, BETWEEN, IN, LIKE, IS NULL, AND/OR/NOT, uses, happened, count_of, growth, has_role, upcoming).
`idealfit check` tells what is wrong with it, line by line."""
LAYER_WORDS = {
    "firmographic": "what the company is",
    "technographic": "what it works with",
    "situational": "what happens to it now",
    "behavioral": "what its people do with us",
    "authority": "who decides",
    "need": "what it does and needs, what hurts",
    "value": "what it is worth",
}


def load_profile(source: Path | str, *, file: str | None = None) -> Profile:
    """The profile in `source`: a path, or the text of a file (a str; `file` names it in messages).

    Raises ProfileFileError with every problem: broken YAML, unknown keys (with the near miss), wrong types, predicates
    (line of the `when`, column within it), ids used twice, too many criteria.
    """
    if isinstance(source, Path):
        file = file or source.name
        text = _text_of(source, file)
    else:
        text = source
    # One page asks for the same file several times: it is read once, and everybody gets a copy of their own.
    return _profile_in(text, file).model_copy(deep=True)


@lru_cache(maxsize=2)
def marked_profile(text: str, file: str | None) -> Marked:
    """The text of a profile file with the place of everything in it, to be looked at only: whoever asks next gets the
    same one. Raises ProfileFileError where it is no YAML.
    """
    return read_marked(text.removeprefix("\ufeff"), file)


@lru_cache(maxsize=8)
def _profile_in(text: str, file: str | None) -> Profile:
    marked = marked_profile(text, file)
    if not isinstance(marked.content, Mapping):
        raise ProfileFileError(
            (ProfileProblem("The file holds no profile", "It begins with 'profile: <its name>'", Position(file, 1, 1)),)
        )
    problems: list[ProfileProblem] = []
    profile = None
    try:
        profile = Profile.model_validate(marked.content, context={"file": file})
    except ValidationError as error:
        problems += [_problem(marked, detail) for detail in error.errors(include_url=False)]
    for found in inconsistencies(marked.content):
        remedy = found.remedy if found.remedy.endswith("?") else f"{found.remedy}."
        problems.append(ProfileProblem(found.what, remedy, marked.position(found.path)))
    if profile is None or problems:
        raise ProfileFileError(tuple(sorted(dict.fromkeys(problems), key=_by_place)))
    return profile


def _text_of(path: Path, file: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        problem = ProfileProblem(
            f"The file is not UTF-8 text (byte {error.start + 1})", "Save it as UTF-8.", Position(file)
        )
    except OSError as error:
        reason = error.strerror or type(error).__name__
        problem = ProfileProblem(
            f"The profile cannot be read ({reason.lower()})", "Give the path of a profile file.", Position(file)
        )
    raise ProfileFileError((problem,))


def _by_place(problem: ProfileProblem) -> tuple[int, int]:
    return (problem.where.line or 0, problem.where.column or 0)


# What pydantic found, in our words


def _problem(marked: Marked, detail: ErrorDetails) -> ProfileProblem:
    path = _existing(marked.content, detail["loc"])
    context: Mapping[str, Any] = detail.get("ctx") or {}
    here = " → ".join(str(part) for part in path) or "the file"
    match detail["type"]:
        case "predicate":
            where = marked.inside(path, int(context["position"]))
            value = str(context["value"]) or None
            where = Position(where.file, where.line, where.column, value)
            return ProfileProblem(f"{context['what']} (character {context['position']})", str(context["remedy"]), where)
        case "extra_forbidden":
            model = _model_at(path[:-1])
            near = suggest(str(path[-1]), model.model_fields)
            allowed = f"Allowed here: {', '.join(model.model_fields)}."
            remedy = f"Did you mean {near!r}? {allowed}" if near else allowed
            return ProfileProblem(f"The key {path[-1]!r} is unknown", remedy, marked.position(path, of_key=True))
        case "missing":
            parent = marked.position(path[:-1] if path and path[-1] == detail["loc"][-1] else path)
            return ProfileProblem(f"The key {detail['loc'][-1]!r} is missing in {here}", "Add it.", parent)
        case "literal_error":
            return _choice(marked, path, detail, context)
        case "string_pattern_mismatch":
            what = f"{detail['input']!r} is no id"
            near = re.sub(r"[^a-z0-9_-]+", "-", str(detail["input"]).lower()).strip("-0123456789_")
            hint = f"Did you mean {near!r}? " if near else ""
            remedy = f"{hint}An id begins with a small letter and holds small letters, digits, - and _."
        case "invalid_key":
            what, remedy = f"The key {path[-1]!r} is no text", "Remove it, or put it in quotes."
        case "string_type" if path and path[-1] == "half_life":
            what, remedy = "A number of days is expected", "Write it with its unit, such as '30 days'."
        case "date_type" | "date_parsing" | "date_from_datetime_parsing":
            what, remedy = "A date such as 2026-09-30 is expected", "Write it as year-month-day."
        case "no_points" | "half_life" | "thousandths" | "blank" as kind:
            what, remedy = detail["msg"], f"Change {here}." if kind != "blank" else f"Write {here}, or remove the key."
        case _:
            what, remedy = _wrong_type(detail, context), f"Change {here}."
    where = marked.position(path)
    shown = detail["input"] if isinstance(detail["input"], str | int | float) else None
    value = None if shown is None else str(shown)[:60]
    return ProfileProblem(what, remedy, Position(where.file, where.line, where.column, value))


_KINDS = {
    "string_type": "A text is expected",
    "int_type": "A whole number is expected",
    "int_parsing": "A whole number is expected",
    "int_from_float": "A whole number is expected",
    "float_type": "A number is expected",
    "float_parsing": "A number is expected",
    "bool_parsing": "true or false is expected",
    "bool_type": "true or false is expected",
    "tuple_type": "A list is expected",
    "list_type": "A list is expected",
    "dict_type": "Keys with values are expected",
    "model_type": "Keys with values are expected",
    "model_attributes_type": "Keys with values are expected",
    "date_type": "A date such as 2026-09-30 is expected",
    "date_parsing": "A date such as 2026-09-30 is expected",
    "date_from_datetime_parsing": "A date such as 2026-09-30 is expected",
    "finite_number": "A number is expected",
    "string_too_long": "The text is too long",
}


def _wrong_type(detail: ErrorDetails, context: Mapping[str, Any]) -> str:
    kind = detail["type"]
    limits = {"greater_than_equal": ("ge", "at least"), "less_than_equal": ("le", "at most")}
    if kind in limits:
        key, words = limits[kind]
        return f"A number of {words} {context[key]:g} is expected"
    return _KINDS.get(kind, detail["msg"])


def _choice(
    marked: Marked, path: tuple[str | int, ...], detail: ErrorDetails, context: Mapping[str, Any]
) -> ProfileProblem:
    of_key = detail["loc"][-1] == "[key]"
    choices = [part.strip("' ") for part in str(context.get("expected", "")).replace(" or ", ", ").split(",")]
    near = suggest(str(detail["input"]), choices)
    hint = f"Did you mean {near!r}? " if near else ""
    what = f"There is no layer {detail['input']!r}" if of_key else f"{detail['input']!r} is none of the words allowed"
    return ProfileProblem(what, f"{hint}Allowed here: {', '.join(choices)}.", marked.position(path, of_key=of_key))


def _existing(content: Any, loc: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The part of pydantic's location that is a path in the file (it also names branches of unions, and '[key]')."""
    path: list[str | int] = []
    for part in loc:
        inside = (isinstance(content, Mapping) and part in content) or (
            isinstance(content, list) and isinstance(part, int) and part < len(content)
        )
        if inside:
            content = content[part]
            path.append(part)
    return tuple(path)


def _model_at(path: tuple[str | int, ...]) -> type[BaseModel]:
    model: type[BaseModel] = Profile
    for part in path:
        field = model.model_fields.get(str(part))
        if field is not None:
            model = _inner_model(field.annotation) or model
    return model


def _inner_model(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    parts = get_args(annotation) if get_origin(annotation) is not None or isinstance(annotation, UnionType) else ()
    return next((found for part in parts if (found := _inner_model(part)) is not None), None)


# Writing


def dump_profile(profile: Profile, *, over: str | None = None) -> str:
    """`profile` as YAML: the same profile gives the same bytes, keys in the order in which a person reads.

    With `over`, the text of an existing profile file: only the lines of what has changed are other ones.
    """
    content = plain_content(profile)
    if over is not None and (text := _in_place(profile, content, over)) is not None:
        return text
    yaml = round_trip()
    node = _commented(content) if over is None else merged(read_marked(over.removeprefix("\ufeff")).node, content)
    out = StringIO()
    yaml.dump(node, out)
    return out.getvalue()


def _in_place(profile: Profile, content: dict[str, Any], over: str) -> str | None:
    """`over` with only the lines changed in which it says something else; None where that cannot be done."""
    try:
        text = revised(over, plain_content(load_profile(over)), content)
        return text if text is not None and load_profile(text) == profile else None
    except ProfileFileError:
        return None


def plain_content(profile: Profile) -> dict[str, Any]:
    """What the file says, as plain dictionaries and lists: defaults left out, short forms for plain texts."""
    data = profile.model_dump(exclude_none=True, exclude_defaults=True)
    content: dict[str, Any] = {"profile": profile.profile, "motion": profile.motion, "status": profile.status}
    content |= _short({name: value for name, value in data.items() if name not in {"layers", *content}})
    if "answers" in content:
        content["answers"] = {
            name: said[0] if len(said) == 1 and isinstance(said[0], str) else said
            for name, said in content["answers"].items()
        }
    layers = {name: _layer(profile.layers[name]) for name in LAYERS if name in profile.layers}
    if layers:
        content["layers"] = layers
    content["tiers"] = {"by": profile.tiers.by, "A": _short(profile.tiers.A), "B": _short(profile.tiers.B)} | {
        name: _short(value) for name, value in data.get("tiers", {}).items() if name not in {"by", "A", "B"}
    }
    content["review"] = _short(profile.review.model_dump(exclude_none=True))
    return {name: content[name] for name in Profile.model_fields if name in content}


def _layer(layer: Layer) -> dict[str, Any]:
    content: dict[str, Any] = {"weight": _short(layer.weight)}
    if not layer.active:
        content["active"] = False
    content["criteria"] = [_short(one.model_dump(exclude_none=True, exclude_defaults=True)) for one in layer.criteria]
    return content


_FOUND = frozenset({"evidence", "model"})
"""What discovery wrote stays as it wrote it."""


def _short(value: Any) -> Any:
    """Whole floats as whole numbers, tuples as lists, a statement without more than its text as that text."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        if set(value) == {"text"}:
            return value["text"]
        return {key: part if key in _FOUND else _short(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_short(part) for part in value]
    if type(value) is date:
        return date.fromordinal(value.toordinal())  # of a day that stands twice, YAML would write a reference
    return value


def _commented(content: dict[str, Any]) -> CommentedMap:
    node = CommentedMap(content)
    node.yaml_set_start_comment(_HEADER + "\n")
    if "layers" in content:
        layers = CommentedMap(content["layers"])
        for name in layers:
            layers.yaml_add_eol_comment(LAYER_WORDS[name], name)
        node["layers"] = layers
    return node


def content_hash(profile: Profile) -> str:
    """A SHA-256 over what the profile says: comments, order of keys, quotes and line ends do not change it."""
    return _hash_of(profile.model_dump(mode="json", exclude_none=True, exclude_defaults=True))


def substance_hash(profile: Profile) -> str:
    """The same over all but its status, its signatures and the settings of `check`: what people sign, and what makes a
    version another one.
    """
    data = profile.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    return _hash_of({name: value for name, value in data.items() if name not in ("status", "signatures", "check")})


def _hash_of(data: Mapping[str, Any]) -> str:
    content = _short(data)
    return sha256(json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def profile_schema() -> dict[str, Any]:
    """The JSON Schema of the profile file, for editors and other programs."""
    schema = Profile.model_json_schema(mode="validation")
    layer = schema["$defs"]["Layer"]
    layer["required"] = [name for name in layer.get("required", []) if name != "weight"]
    if not layer["required"]:
        del layer["required"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "profile.schema.json",
        "$comment": f"schema_version {SCHEMA_VERSION}",
        **schema,
        "title": "idealfit profile",
    }

"""What a company says of itself, as a form: every setting with what is assumed where nobody says it.

Kept in the company file beside the records that were handed over, and laid beside those that are handed over next.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError
from ruamel.yaml import YAML

from idealfit.accounts.quantity import decimal_mark, parse_number
from idealfit.errors import BestUnreadable
from idealfit.records.company import FILE_NAMES, Company, read_company
from idealfit.store.place import Place, write_text
from idealfit.workspace.uploading import Upload, uploads


@dataclass(frozen=True)
class Setting:
    """One setting: its `words`, what it does, and `assumed`, what holds where it is left empty.

    `kind`: text, day, code (of a currency), number, percent, list, rates, best; or one of `choices`. `value` is what
    was said, as it is typed; `fault` what is wrong with it. `fits` tells what can be typed.
    """

    name: str
    words: str
    does: str
    assumed: str
    kind: str = "text"
    fits: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    value: str = ""
    fault: str = ""


_MONTHS: Final = "a number of months from 1 to 120"
_MONEY: Final = "a number from 0 on"
SETTINGS: Final[tuple[Setting, ...]] = (
    Setting("name", "Name of your company", "Said on the profile", "none"),
    Setting("domain", "Your own web domain", "An account of it is nobody to sell to", "none"),
    Setting("as_of", "The records speak up to", "The day that counts as today", "the latest past day in the records",
            "day", "a day such as 2026-09-30"),
    Setting("since", "Learn from deals opened from", "Older ones are left aside", "the records decide",
            "day", "a day such as 2024-01-01"),
    Setting("currency", "Currency of amounts", "Where the files do not say it", "as the files say",
            "code", "three letters such as EUR"),
    Setting("rates", "Rates of other currencies", "What one of another is worth in yours; with a day, from then on",
            "none: amounts of different currencies are never added", "rates",
            "a line each: USD 0.92, or USD 2025-01-01 0.92"),
    Setting("gross_margin", "Gross margin, in percent", "What is left of a sale", "80", "percent",
            "a number above 0, up to 100"),
    Setting("value_horizon_months", "Months that a customer's worth is counted for", "From the first sale on", "24",
            "number", _MONTHS),
    Setting("cost_per_worked_account", "Cost of working one account", "In your currency", "0", "number", _MONEY),
    Setting("cost_per_ticket", "Cost of one support ticket", "In your currency", "0", "number", _MONEY),
    Setting("cost_per_hour", "Cost of an hour of support or service", "In your currency", "0", "number", _MONEY),
    Setting("capacity", "Accounts your team can work in a quarter", "Says where tier A ends", "not known", "number",
            "a whole number"),
    Setting("competitors", "Competitors", "Their names, as they stand in the records", "none", "list",
            "a line each"),
    Setting("stage", "Stage of your company", "An early one learns from fewer deals", "growth",
            choices=(("growth", "growing"), ("early", "early"))),
    Setting("best", "Who counts as best", "value, retention, margin, cycle, joined by &", "value",
            "best", "such as value, or retention & cycle"),
    Setting("merge_above", "Two accounts are merged unasked from, in percent", "How sure it must be that they are one",
            "99", "percent", "a number from 90 to 100"),
)  # fmt: skip


def settings_of(folder: Path) -> tuple[Setting, ...]:
    """Every setting, as the company file of `folder` says it. Raises CompanyFileUnreadable."""
    company = read_company(folder)
    said = {name for name in company.model_fields_set if getattr(company, name) is not None}
    return tuple(
        replace(one, value=_typed(one, getattr(company, one.name))) if one.name in said else one
        for one in SETTINGS
        if not (one.name == "capacity" and isinstance(company.capacity, dict))  # by owner or team: only in the file
    )


def keep_settings(place: Place, upload: Upload, sent: Mapping[str, str]) -> tuple[Setting, ...]:
    """Keep what was typed in the company file of an upload; what the form does not show stays as it is.

    The settings as they were typed, where something is wrong with a fault: then nothing is kept.
    """
    shown = settings_of(upload.files)
    typed = tuple(replace(one, value=sent.get(one.name, one.value).strip()) for one in shown)
    found = {one.name: _read(one) for one in typed if one.value}
    kept = {**_others(upload.files), **{name: value for name, value in found.items() if value is not None}}
    faults = {name: "" for name, value in found.items() if value is None}
    try:
        Company.model_validate(kept)
    except ValidationError as error:
        faults |= {str(one["loc"][0]): "" for one in error.errors()}
    if faults:
        return tuple(replace(one, fault=_fault(one)) if one.name in faults else one for one in typed)
    _write(upload.files, kept)
    _write(uploads(place), kept)
    return typed


def carry_settings(place: Place, upload: Upload) -> None:
    """Lay what was said last beside the files of a new upload, unless it came with a company file of its own."""
    last = uploads(place) / FILE_NAMES[0]
    if last.is_file() and not any((upload.files / name).is_file() for name in FILE_NAMES):
        write_text(upload.files / FILE_NAMES[0], last.read_text(encoding="utf-8"))


def _others(folder: Path) -> dict[str, Any]:
    """What the company file says that the form does not show."""
    path = next((folder / name for name in FILE_NAMES if (folder / name).is_file()), None)
    content = None if path is None else YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8-sig"))
    shown = {one.name for one in settings_of(folder)}
    return {key: value for key, value in (content or {}).items() if key not in shown}


def _write(folder: Path, content: Mapping[str, Any]) -> None:
    yaml, buffer = YAML(), StringIO()
    yaml.default_flow_style = False
    yaml.dump(dict(content), buffer)
    for name in FILE_NAMES[1:]:
        (folder / name).unlink(missing_ok=True)
    write_text(folder / FILE_NAMES[0], buffer.getvalue() if content else "")


def _typed(one: Setting, value: Any) -> str:
    """A value of the company file as it is typed into the form."""
    match one.kind:
        case "percent":
            return f"{value * 100:g}"
        case "number":
            return f"{value:.12g}"
        case "list":
            return "\n".join(value)
        case "rates":
            return "\n".join(
                " ".join(str(part) for part in (code, each.since, f"{each.rate:g}") if part is not None)
                for code, several in value.items()
                for each in several
            )
    return str(value)


def _read(one: Setting) -> Any:  # noqa: PLR0911 - one answer a kind
    """What was typed as the company file holds it; None where it cannot be understood."""
    match one.kind:
        case "percent":
            number = _number(one.value.removesuffix("%").strip())
            return None if number is None else number / 100
        case "number":
            number = _number(one.value)
            return int(number) if number is not None and number.is_integer() else number
        case "list":
            return [bare for line in re.split(r"[\n;]", one.value) if (bare := line.strip())]
        case "rates":
            return _rates(one.value)
        case "code":
            return one.value.upper() if re.fullmatch(r"[A-Za-z]{3}", one.value) else None
        case "best":
            return one.value if _is_best(one.value) else None
    return one.value


def _is_best(text: str) -> bool:
    from idealfit.patterns.best import parse_best

    try:
        parse_best(text)
    except BestUnreadable:
        return False
    return True


def _number(text: str) -> float | None:
    return parse_number(text, decimal_mark([text]))


def _rates(text: str) -> dict[str, list[dict[str, Any]]] | None:
    found: dict[str, list[dict[str, Any]]] = {}
    for line in filter(None, (each.strip(" ;") for each in text.splitlines())):
        match = re.fullmatch(r"([A-Za-z]{3})[\s:=]+(?:(\d{4}-\d\d-\d\d)[\s:=]+)?(\d+(?:[.,]\d+)?)", line)
        if match is None:
            return None
        rate: dict[str, Any] = {"rate": float(match[3].replace(",", "."))}
        found.setdefault(match[1].upper(), []).append({"from": match[2], **rate} if match[2] else rate)
    return found


def _fault(one: Setting) -> str:
    """What is wrong with a value, and what can stand there."""
    return f"'{one.value.splitlines()[0][:60]}' is none. It can be {one.fits or 'left empty'}."

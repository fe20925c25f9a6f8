"""Columns of text on their way into a file."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from idealfit.demo.market import NEVER, Bools, Ints

Texts: TypeAlias = npt.NDArray[np.object_]
Columns: TypeAlias = dict[str, Texts]


def texts(values: npt.NDArray[Any] | Sequence[Any]) -> Texts:
    """The values as an array of Python texts."""
    found = np.empty(len(values), dtype=object)
    found[:] = [str(value) for value in (values.tolist() if isinstance(values, np.ndarray) else values)]
    return found


def dates(days: Ints, pattern: str = "iso") -> Texts:
    """Days since 1970 as `2026-09-30` (or `09/30/2026` with pattern 'us'); empty for `NEVER`."""
    missing = days >= NEVER
    known = np.datetime64("1970-01-01") + np.where(missing, 0, days).astype("timedelta64[D]")
    found = texts(np.datetime_as_string(known, unit="D"))
    if pattern == "us":
        found = texts([f"{text[5:7]}/{text[8:10]}/{text[:4]}" for text in found])
    found[missing] = ""
    return found


def emptied(values: Texts, where: Bools) -> Texts:
    """A copy of `values` that is empty where asked."""
    found = values.copy()
    found[where] = ""
    return found


def numbered(prefix: str, count: int) -> Texts:
    """`count` ids: prefix and a running number."""
    return texts([f"{prefix}{number:06d}" for number in range(1, count + 1)])


def taken(columns: Columns, order: Ints) -> Columns:
    """The rows of `columns` in `order`."""
    return {name: values[order] for name, values in columns.items()}


def write_rows(path: Path, columns: Mapping[str, Texts]) -> None:
    """Write a comma-separated file, UTF-8, one header line."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))

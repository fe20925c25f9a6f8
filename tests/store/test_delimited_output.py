"""CSV that stays text: the guard against formulas, and the way back."""

from __future__ import annotations

import csv
import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idealfit.store.delimited_output import TRIGGERS, cell, guarded, unguarded, write_csv

OWN_TEXTS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1+1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1+1",
    "\u00a0=1",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20A1",
    "'=1",
    "''=1",
    '=HYPERLINK("http://x","y")',
]


def read_back(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def check_round_trip(path: Path, texts: list[str]) -> None:
    write_csv(path, ["=text", "again"], [[text, f"x{text}"] for text in texts])
    header, *rows = read_back(path)
    assert header[0] == "'=text"
    assert [unguarded(row[0]) for row in rows] == texts
    assert all(row[0].lstrip()[:1] not in TRIGGERS for row in rows)
    assert [row[1] for row in rows] == [f"x{text}" for text in texts]


def test_no_text_can_start_a_formula_and_each_is_read_back_unchanged(tmp_path: Path) -> None:
    check_round_trip(tmp_path / "out.csv", OWN_TEXTS)


def test_the_naughty_strings_and_known_payloads_stay_text(tmp_path: Path, real_data: Path) -> None:
    texts = json.loads((real_data / "messy_blns" / "blns.json").read_text("utf-8"))
    texts += (real_data / "csv_injection" / "csv-payload.txt").read_text("utf-8").splitlines()
    assert len(texts) > 500
    check_round_trip(tmp_path / "out.csv", texts)


@given(st.text(alphabet=st.one_of(st.sampled_from("'=+-@\t\r\n \uff1da"), st.characters(codec="utf-8"))))
def test_taking_the_guard_off_gives_the_text_back(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert guarded(text).lstrip()[:1] not in TRIGGERS


def test_numbers_keep_their_sign_and_texts_that_look_like_them_do_not_calculate() -> None:
    assert cell(-5) == "-5"
    assert cell(-5.25) == "-5.25"
    assert cell(Decimal("-0.5")) == "-0.5"
    assert cell("-5") == "'-5"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (3.0, "3"),
        (float("nan"), ""),
        (date(2026, 1, 2), "2026-01-02"),
        (datetime(2026, 1, 2, 3, 4), "2026-01-02T03:04:00"),
        (["a", "ü"], '["a","ü"]'),
        ([{"id": "x", "points": 1.5}], '[{"id":"x","points":1.5}]'),
        ("0012", "0012"),
    ],
)
def test_each_kind_of_value_has_one_form(value: object, text: str) -> None:
    assert cell(value) == text


def test_every_field_is_quoted_and_quotes_are_doubled(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    assert write_csv(path, ["a", "b"], [['say "hi"', 1], ["x,y\nz", None]]) == 2
    assert path.read_bytes() == b'"a","b"\n"say ""hi""","1"\n"x,y\nz",""\n'

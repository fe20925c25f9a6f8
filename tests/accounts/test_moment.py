from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idealfit.accounts.moment import decide_order, parse_moment


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-03-09", datetime(2024, 3, 9)),
        ("2024-03-09T10:11:12.500+0200", datetime(2024, 3, 9, 8, 11, 12, 500000)),
        ("2023-06-20 22:32:28.368000 UTC", datetime(2023, 6, 20, 22, 32, 28, 368000)),
        ("15 Apr, 2021 23:01:19", datetime(2021, 4, 15, 23, 1, 19)),
        ("Apr 15, 2021", datetime(2021, 4, 15)),
        ("15-Mär-24", datetime(2024, 3, 15)),
        ("11/9/2023 1:05 PM", datetime(2023, 11, 9, 13, 5)),
        ("20240131", datetime(2024, 1, 31)),
        ("1704067200000", datetime(2024, 1, 1)),
    ],
)
def test_it_reads_dates_as_people_write_them(text: str, expected: datetime) -> None:
    assert parse_moment(text, "mdy", loose=True) == expected


@pytest.mark.parametrize("text", ["", "not a date", "2024-13-01", "31/31/2024", "2024-02-30", "12", "1.5", "25:00"])
def test_it_refuses_what_is_no_date(text: str) -> None:
    assert parse_moment(text, "dmy", loose=True) is None


def test_one_value_decides_the_order_of_the_whole_column() -> None:
    assert decide_order(["01/02/2024", "03/04/2024", "25/12/2024"]).order == "dmy"
    assert decide_order(["01/02/2024", "12/25/2024"]).order == "mdy"


def test_a_column_that_does_not_tell_is_undecided_and_takes_its_neighbours_order() -> None:
    alone = decide_order(["01/02/2024", "03/04/2024"])
    assert not alone.decided
    assert decide_order(["01/02/2024"], fallback="dmy").order == "dmy"


def test_values_that_read_only_the_other_way_are_counted() -> None:
    assert decide_order(["25/12/2024", "26/12/2024", "12/27/2024"]).against == 1


@given(
    st.dates(min_value=date(1971, 1, 1), max_value=date(2068, 12, 31)),
    st.sampled_from(["%d/%m/%Y", "%d.%m.%Y", "%d-%m-%y"]),
)
def test_a_date_written_day_first_is_read_back(day: date, form: str) -> None:
    read = parse_moment(day.strftime(form), "dmy")
    assert read is not None
    assert read.date() == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-W05-1", (2024, 1, 29)),
        ("5. März 2024", (2024, 3, 5)),
        ("5 de marzo de 2024", (2024, 3, 5)),
        ("5 de março de 2024", (2024, 3, 5)),
        ("1er mars 2024", (2024, 3, 1)),
        ("5 maart 2024", (2024, 3, 5)),
        ("5 maggio 2024", (2024, 5, 5)),
        ("2024年3月5日", (2024, 3, 5)),
        ("March 5th, 2024", (2024, 3, 5)),
        ("Q3 2023", (2023, 7, 1)),
        ("2023-Q1", (2023, 1, 1)),
        ("Jan-24", (2024, 1, 1)),
        ("01/2024", (2024, 1, 1)),
        ("20240131", (2024, 1, 31)),
        ("45321", (2024, 1, 30)),
        ("1704067200", (2024, 1, 1)),
        ("1704067200000", (2024, 1, 1)),
        ("24-01-31", (2024, 1, 31)),
        ("98-05-01", (1998, 5, 1)),
    ],
)
def test_a_day_is_read_in_many_tongues_and_forms(text: str, day: tuple[int, int, int]) -> None:
    moment = parse_moment(text, "ymd", loose=True, serials=True)
    assert moment == datetime(*day)


@pytest.mark.parametrize(
    ("text", "hour", "minute"),
    [
        ("Tue, 05 Mar 2024 14:00:00 +0000", 14, 0),
        ("Tue Mar  5 14:00:00 2024", 14, 0),
        ("Tue Mar 05 2024 10:00:00 GMT+0100 (CET)", 9, 0),
        ("2024-03-05 2 PM", 14, 0),
        ("5.3.2024 14.30 Uhr", 14, 30),
        ("2024-03-05 10:00 CET", 9, 0),
        ("05-MAR-24 10.00.00", 10, 0),
    ],
)
def test_a_time_is_read_in_its_zone(text: str, hour: int, minute: int) -> None:
    assert parse_moment(text, "dmy") == datetime(2024, 3, 5, hour, minute)


@given(
    st.lists(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2060, 1, 1)), min_size=1, max_size=20),
    st.sampled_from(
        ["%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d %b %Y", "%b %d, %Y", "%Y-%m-%d %H:%M:%S"]
    ),
)
def test_a_column_that_decides_its_order_has_the_same_days_in_every_order(days: list[datetime], form: str) -> None:
    days = [*days, datetime(2024, 1, 31)]
    texts = [day.strftime(form) for day in days]
    order = decide_order(texts)
    assert order.decided
    assert [parse_moment(text, order.order).date() for text in texts] == [day.date() for day in days]  # type: ignore[union-attr]

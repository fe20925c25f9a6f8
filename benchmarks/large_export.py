"""A made-up export of any size: accounts and deals as CRMs write them, the same bytes for the same size and seed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

CHUNK = 50_000


def _words(text: str, mark: str | None = None) -> list[str]:
    return text.split(mark)


_FIRST = _words("nor sil bri blu ced del eve fai gran har ir jun kes lum mar nim oak pin quan rid sol tor ul ves wol")
_SECOND = _words("wi be fie ga ha ri la li mo no po sto va wo ya bru ca da fo gle hi ki lo mi ne pa ro sa ta ve")
_THIRD = _words("nd rg ld te ven dge ke ne rk or rt ne le od ks st ll mm nn pp rr ss tt lin dor mar tek lux nix vor")
_KIND = _words("Systems Labs Logistics Foods Health Media Energy Software Partners Consulting Retail Materials")
_FORM = ["Inc.", "LLC", "GmbH", "Ltd", "S.A.", "AG", "B.V.", "", "", ""]
_INDUSTRY = _words(
    "Computer Software|Retail|Logistics|Health Care|Financial Services|Manufacturing|Media|Energy|Education|"
    "Construction|Telecommunications|Hospitality|Insurance|Food Production|Chemicals",
    "|",
)
_BANDS = ["1 - 10", "11 - 50", "51 - 200", "201 - 500", "501 - 1,000", "1,001 - 5,000", "5,001 - 10,000", "10,000+"]
_COUNTRY = _words(
    "United States|USA|Germany|United Kingdom|UK|France|Spain|Netherlands|Canada|Australia|Brazil|India", "|"
)
_CITY = _words("Springfield|Berlin|London|Paris|Madrid|Utrecht|Toronto|Sydney|Recife|Pune|Boston|Leeds", "|")
_STAGE = ["Qualified", "Demo", "Proposal", "Negotiation", "Closed Won", "Closed Lost"]
_PIPELINE = ["New Business", "Expansion", "Renewal"]
_EPOCH = np.datetime64("2019-01-01")
_DAYS = 2_500
"""From 2019 on, until about the end of 2025."""


def write_export(folder: Path, accounts: int, deals: int, *, seed: int = 1) -> None:
    """accounts.csv and deals.csv in `folder`: 2 % of the accounts repeat another one's name, half of them its domain;
    2 % of the deals name no account, 1 % one that is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(
        folder / "accounts.csv",
        "Company ID,Company name,Company Domain Name,Industry,Number of Employees,Annual Revenue,Country/Region,City,"
        "Year Founded,Create Date,Lifecycle Stage",
        _accounts(accounts, seed),
    )
    _write(
        folder / "deals.csv",
        "Deal ID,Associated Company ID,Deal Name,Deal Stage,Amount,Currency,Create Date,Close Date,Pipeline,Deal owner",
        _deals(deals, accounts, seed + 1),
    )


def _write(path: Path, header: str, chunks: Iterator[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(header + "\n")
        for rows in chunks:
            file.write("\n".join(rows) + "\n")


def _spans(rows: int) -> Iterator[range]:
    for start in range(0, rows, CHUNK):
        yield range(start, min(start + CHUNK, rows))


def _company(number: int) -> tuple[str, str]:
    """The name and the domain of the company that account `number` is: one of fifty is an earlier one again."""
    own = number - 7 if number % 50 == 49 else number
    mixed = own * 2_654_435_761 % 2**32
    stem = (_FIRST[mixed % 25] + _SECOND[mixed // 25 % 30] + _THIRD[mixed // 750 % 30]).capitalize()
    family = _FIRST[mixed // 22_500 % 25] + _THIRD[mixed // 562_500 % 30]
    name = f"{stem} {family.capitalize()} {_KIND[own % 12]} {_FORM[own // 12 % 10]}".rstrip()
    return name, f"{stem.lower()}{own:x}.com"


def _accounts(rows: int, seed: int) -> Iterator[list[str]]:
    rng = np.random.default_rng(seed)
    for span in _spans(rows):
        drawn = rng.integers(0, 2**31, size=(9, len(span)))
        made = _days(drawn[6] % _DAYS)
        lines = []
        for at, number in enumerate(span):
            name, domain = _company(number)
            one = drawn[:, at]
            site = "" if one[8] % 8 == 0 else domain if one[8] % 8 < 5 else f"https://www.{domain}/en"
            revenue = "" if one[3] % 10 < 3 else f'"${one[3] % 90_000_000 + 10_000:,}.00"'
            band = "" if one[2] % 10 < 2 else f'"{_BANDS[one[2] % 8]}"'
            lines.append(
                f"{10_000_000 + number},{name},{site},{_INDUSTRY[one[1] % 15]},{band},{revenue},"
                f"{_COUNTRY[one[4] % 12]},{_CITY[one[5] % 12]},{1950 + one[7] % 70},{made[at]},"
                f"{'Customer' if one[0] % 5 == 0 else 'Lead'}"
            )
        yield lines


def _deals(rows: int, accounts: int, seed: int) -> Iterator[list[str]]:
    rng = np.random.default_rng(seed)
    for span in _spans(rows):
        drawn = rng.integers(0, 2**31, size=(8, len(span)))
        begun = drawn[3] % _DAYS
        made, closed = _days(begun), _days(begun + drawn[4] % 180 + 1)
        lines = []
        for at, number in enumerate(span):
            one = drawn[:, at]
            account = "" if one[0] % 50 == 0 else 10_000_000 + int(one[1]) % accounts
            if one[0] % 100 == 1:
                account = f"9{account}"
            stage = _STAGE[one[2] % 6]
            ended = closed[at] if one[2] % 6 > 3 else ""
            lines.append(
                f'D-{number:08},{account},Deal {number},{stage},"${one[5] % 250_000 + 500:,}.{one[6] % 100:02}",USD,'
                f"{made[at]},{ended},{_PIPELINE[one[7] % 10 // 4]},Rep {one[6] % 400}"
            )
        yield lines


def _days(numbers: np.ndarray) -> list[str]:
    """Days since 2019 as month/day/year."""
    texts = (_EPOCH + numbers).astype(str)
    return [f"{text[5:7]}/{text[8:10]}/{text[:4]}" for text in texts]

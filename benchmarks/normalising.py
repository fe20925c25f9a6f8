"""How much of real columns is recognised when values are made one: a line a column, with what is not recognised.

`python benchmarks/normalising.py [FOLDER]`; FOLDER is $IDEALFIT_REAL_DATA, else ../shared/data. Beside the shares stand
the microseconds of processor time that a distinct value takes.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from idealfit.accounts.domain import registrable_domain
from idealfit.accounts.industry import industry_of, industry_of_code
from idealfit.accounts.made_up import made_up_reason
from idealfit.accounts.name import normalised_name
from idealfit.accounts.place import country_of, state_of
from idealfit.accounts.technology import technology_of

Known = Callable[[str], object]
COLUMNS: tuple[tuple[str, str, str, Known], ...] = (
    ("industry", "sp500/constituents.csv", "GICS Sector", industry_of),
    ("industry", "sp500/constituents.csv", "GICS Sub-Industry", industry_of),
    ("industry", "inc5000/inc5000.csv", "INDUSTRY", industry_of),
    ("industry", "yc_companies/yc_companies.csv", "industry", industry_of),
    ("industry", "yc_companies/yc_companies.csv", "subindustry", industry_of),
    ("industry", "maven_crm/accounts.csv", "sector", industry_of),
    ("industry", "zoho_crm/Accounts.csv", "Industry", industry_of),
    ("industry", "layoffs/layoffs_2026.csv", "industry", industry_of),
    ("NAICS code", "naics/naics_2022.csv", "column0", lambda text: industry_of_code(text, "naics")),
    ("country", "maven_crm/accounts.csv", "office_location", country_of),
    ("country", "layoffs/layoffs_2023_dirty.csv", "country", country_of),
    ("country", "ravenstack/ravenstack_accounts.csv", "country", country_of),
    ("state", "inc5000/inc5000.csv", "STATE", state_of),
    ("technology", "technographics_theirstack/technographics.csv", "keyword_slug", technology_of),
    ("domain", "yc_companies/yc_companies.csv", "website", registrable_domain),
    ("domain", "zoho_crm/Accounts.csv", "Website", registrable_domain),
    ("name", "yc_companies/yc_companies.csv", "name", normalised_name),
    ("name", "inc5000/inc5000.csv", "COMPANY NAME", normalised_name),
    ("no test record", "yc_companies/yc_companies.csv", "name", lambda text: made_up_reason(text, None) is None),
    ("no test record", "inc5000/inc5000.csv", "COMPANY NAME", lambda text: made_up_reason(text, None) is None),
    ("no test record", "sp500/constituents.csv", "Security", lambda text: made_up_reason(text, None) is None),
)


def texts_of(path: Path, column: str) -> dict[str, int]:
    """The distinct texts of a column and their rows."""
    quoted = '"' + column + '"'
    rows = duckdb.execute(
        f"SELECT {quoted}, count(*) FROM read_csv(?, all_varchar = true, encoding = ?) WHERE {quoted} IS NOT NULL "
        f"GROUP BY 1 ORDER BY 2 DESC, 1",
        [str(path), "utf-8"],
    ).fetchall()
    return dict(rows)


def line_of(kind: str, name: str, column: str, counts: dict[str, int], known: Known) -> str:
    """One line of the table."""
    known(next(iter(counts)))  # tables are read once
    began = time.process_time()
    missed = [text for text in counts if not known(text)]
    spent = (time.process_time() - began) / len(counts) * 1e6
    rows = sum(counts.values())
    share = 1 - sum(counts[text] for text in missed) / rows
    distinct = 1 - len(missed) / len(counts)
    shown = ", ".join(text[:28] for text in missed[:4])
    where = f"{Path(name).parent}: {column}"
    return f"{kind:<15} {where:<44} {rows:>6,} {share:>6.1%} {len(counts):>6,} {distinct:>6.1%} {spent:>6.1f}  {shown}"


def main(argv: list[str]) -> int:
    folder = Path(argv[0] if argv else os.environ.get("IDEALFIT_REAL_DATA", "../shared/data"))
    if not folder.is_dir():
        print("the real data is absent")
        return 0
    print(f"{'kind':<15} {'column':<44} {'rows':>6} {'known':>6} {'texts':>6} {'known':>6} {'µs':>6}  not known")
    for kind, name, column, known in COLUMNS:
        path = folder / name
        if not path.is_file():
            print(f"{kind:<15} {name}: absent")
            continue
        try:
            counts = texts_of(path, column)
        except duckdb.Error as problem:
            print(f"{kind:<15} {name}: {str(problem).splitlines()[0][:90]}")
            continue
        print(line_of(kind, name, column, counts, known))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

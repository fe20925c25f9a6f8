"""One made-up company's accounts and deals, written as five CRMs would export them."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from idealfit.demo import make_company

Row = Mapping[str, str]
OWN = (
    "fiscal_year_end",
    "planning_method",
    "payroll_cycle",
    "compliance_regime",
    "locations",
    "franchise",
    "runs_own_fleet",
    "remote_first",
)
"""Columns that the company added to its CRM by itself: their headers are its own in every layout."""
KINDS = {"new_business": "New Business", "expansion": "Existing Business - Upsell", "renewal": "Renewal"}


class Layout(NamedTuple):
    """A tool's file names, its headers for our columns, and how it writes how a deal stands."""

    accounts: str
    deals: str
    account_headers: Mapping[str, str]
    deal_headers: Mapping[str, str]
    standing: Callable[[Row], Mapping[str, str]]


def _stage(won: str, lost: str, header: str) -> Callable[[Row], Mapping[str, str]]:
    return lambda row: {header: {"won": won, "lost": lost}.get(row["outcome"], "Proposal")}


def _salesforce(row: Row) -> Mapping[str, str]:
    stage = {"won": "Closed Won", "lost": "Closed Lost"}.get(row["outcome"], "Proposal")
    return {
        "StageName": stage,
        "IsWon": str(row["outcome"] == "won").lower(),
        "IsClosed": str(row["outcome"] != "open").lower(),
    }


def _pipedrive(row: Row) -> Mapping[str, str]:
    return {
        "Deal - Stage": "Proposal Made",
        "Deal - Status": row["outcome"].capitalize(),
        "Deal - Won time": row["closed_at"] if row["outcome"] == "won" else "",
        "Deal - Lost time": row["closed_at"] if row["outcome"] == "lost" else "",
    }


def _dynamics(row: Row) -> Mapping[str, str]:
    return {"Status": row["outcome"].capitalize(), "Status Reason": {"lost": "Canceled"}.get(row["outcome"], "Won")}


LAYOUTS: dict[str, Layout] = {
    "hubspot": Layout(
        "hubspot-crm-exports-all-companies.csv",
        "hubspot-crm-exports-all-deals.csv",
        {
            "account_id": "Record ID",
            "name": "Company name",
            "domain": "Company Domain Name",
            "industry": "Industry",
            "employees": "Number of Employees",
            "revenue": "Annual Revenue",
            "country": "Country/Region",
            "founded_year": "Year Founded",
        },
        {
            "deal_id": "Record ID",
            "name": "Deal Name",
            "account_id": "Associated Company IDs (Primary)",
            "created_at": "Create Date",
            "closed_at": "Close Date",
            "amount": "Amount",
            "deal_type": "Deal Type",
            "owner_id": "Deal owner",
        },
        _stage("Closed Won", "Closed Lost", "Deal Stage"),
    ),
    "salesforce": Layout(
        "Account.csv",
        "Opportunity.csv",
        {
            "account_id": "Id",
            "name": "Name",
            "domain": "Website",
            "industry": "Industry",
            "employees": "NumberOfEmployees",
            "revenue": "AnnualRevenue",
            "country": "BillingCountry",
            "founded_year": "YearStarted",
        },
        {
            "deal_id": "Id",
            "name": "Name",
            "account_id": "AccountId",
            "created_at": "CreatedDate",
            "closed_at": "CloseDate",
            "amount": "Amount",
            "deal_type": "Type",
            "owner_id": "OwnerId",
        },
        _salesforce,
    ),
    "pipedrive": Layout(
        "organizations.csv",
        "deals-1.csv",
        {
            "account_id": "Organization - ID",
            "name": "Organization - Name",
            "domain": "Organization - Website",
            "industry": "Organization - Industry",
            "employees": "Organization - Number of employees",
            "revenue": "Organization - Annual revenue",
            "country": "Organization - Country",
            "founded_year": "Organization - Founded year",
        },
        {
            "deal_id": "Deal - ID",
            "name": "Deal - Title",
            "account_id": "Organization - ID",
            "created_at": "Deal - Deal created",
            "amount": "Deal - Value",
            "deal_type": "Deal - Type",
            "owner_id": "Deal - Owner",
        },
        _pipedrive,
    ),
    "zoho": Layout(
        "Accounts_001.csv",
        "Deals_001.csv",
        {
            "account_id": "Record Id",
            "name": "Account Name",
            "domain": "Website",
            "industry": "Industry",
            "employees": "Employees",
            "revenue": "Annual Revenue",
            "country": "Billing Country",
            "founded_year": "Founded Year",
        },
        {
            "deal_id": "Record Id",
            "name": "Deal Name",
            "account_id": "Account Name.id",
            "created_at": "Created Time",
            "closed_at": "Closing Date",
            "amount": "Amount",
            "deal_type": "Type",
            "owner_id": "Deal Owner",
        },
        _stage("Closed Won", "Closed Lost", "Stage"),
    ),
    "dynamics": Layout(
        "All Accounts.csv",
        "All Opportunities.csv",
        {
            "account_id": "(Do Not Modify) Account",
            "name": "Account Name",
            "domain": "Website",
            "industry": "Industry",
            "employees": "Number of Employees",
            "revenue": "Annual Revenue",
            "country": "Address 1: Country/Region",
            "founded_year": "Founded year",
        },
        {
            "deal_id": "(Do Not Modify) Opportunity",
            "name": "Topic",
            "account_name": "Potential Customer",
            "created_at": "Created On",
            "closed_at": "Actual Close Date",
            "amount": "Est. Revenue",
            "deal_type": "Type",
            "owner_id": "Owner",
        },
        _dynamics,
    ),
}


@cache
def plain_tables(deals_wanted: int = 60) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """Accounts and deals of a small made-up company; accounts of one name are left out, so that a name is a link."""
    with TemporaryDirectory() as folder:
        make_company(Path(folder), 3, deals=deals_wanted)
        accounts, deals = (_read(Path(folder) / f"{name}.csv") for name in ("accounts", "deals"))
    wanted = {row["account_id"] for row in deals}
    names = Counter(row["name"].strip().lower() for row in accounts)
    kept = [
        {**row, "status": ""}
        for row in accounts
        if names[row["name"].strip().lower()] == 1 and (row["account_id"] in wanted or row["domain"])
    ]
    name_of = {row["account_id"]: row["name"] for row in kept}
    told = [
        {**row, "account_name": name_of[row["account_id"]], "deal_type": KINDS[row["deal_type"]]}
        for row in deals
        if row["account_id"] in name_of and row["deal_type"] in KINDS
    ]
    return tuple(kept), tuple(told)


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_layout(
    folder: Path,
    layout: Layout,
    *,
    header: Callable[[str], str] = str,
    cell: Callable[[str, str], str] = lambda _column, text: text,
    turned: bool = False,
    delimiter: str = ",",
    newline: str = "\n",
    encoding: str = "utf-8",
    deals_wanted: int = 60,
) -> Path:
    """Write the company as `layout`; `cell` is given our column's name and its text, `turned` turns columns round."""
    folder.mkdir(parents=True)
    accounts, deals = plain_tables(deals_wanted)
    told = {**layout.account_headers, **{name: name.replace("_", " ") for name in OWN}}
    rows = [{header(to): cell(name, row[name]) for name, to in told.items()} for row in accounts]
    _write(folder / layout.accounts, rows, turned, delimiter, newline, encoding)
    rows = []
    for row in deals:
        plain = {header(to): cell(name, row[name]) for name, to in layout.deal_headers.items()}
        standing = layout.standing({**row, "closed_at": cell("closed_at", row["closed_at"])})
        rows.append(plain | {header(to): text for to, text in standing.items()})
    _write(folder / layout.deals, rows, turned, delimiter, newline, encoding)
    return folder


def _write(path: Path, rows: Sequence[Row], turned: bool, delimiter: str, newline: str, encoding: str) -> None:
    headers = list(rows[0])
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, headers[::-1] if turned else headers, delimiter=delimiter, lineterminator=newline)
        writer.writeheader()
        writer.writerows(rows)

"""The same kind of company as three exports with a CRM's own headers: joined by name, US dates, money with $."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from idealfit.demo import vocabulary as words
from idealfit.demo.duplicate_rows import add_duplicates
from idealfit.demo.market import Ints
from idealfit.demo.plan import Plan
from idealfit.demo.rows import Columns, Texts, dates, emptied, taken, texts, write_rows
from idealfit.demo.selling import LOST, OPEN, WON, History
from idealfit.demo.standing import Standing
from idealfit.demo.truth import PlantedTrait, Truth

HEADERS = {
    "account_id": "Record ID",
    "name": "Company name",
    "source": "Original Traffic Source",
    "domain": "Company Domain Name",
    "employees": "Number of Employees",
    "revenue": "Annual Revenue",
    "industry": "Industry",
    "country": "Country/Region",
    "tech": "Web Technologies",
    "founded_year": "Year Founded",
    "owner_id": "Company owner",
    "last_activity_at": "Last Activity Date",
    "lifecycle_stage": "Lifecycle Stage",
    "lead_score": "HubSpot Score",
}
CANONICAL = (
    "industry", "country", "business_model", "ownership", "funding_stage", "employees", "revenue", "founded_year",
    "tech", "region",
)  # fmt: skip
ACCOUNT_TYPES = {
    "prospect": "Prospect",
    "customer": "Customer",
    "former": "Former Customer",
    "partner": "Partner",
    "competitor": "Competitor",
    "own": "Other",
}
LEFT_OUT = ("status", "parent_id", "do_not_contact")
OPEN_STAGES = ("Appointment Scheduled", "Qualified To Buy", "Presentation Scheduled", "Contract Sent")


def header(name: str) -> str:
    """The header of a column in the export: `payroll_cycle` is `Payroll Cycle`."""
    return HEADERS.get(name, name.replace("_", " ").title())


def renamed_truth(truth: Truth) -> Truth:
    """The truth in the words of the export: columns that are not canonical under their own headers."""

    def renamed(trait: PlantedTrait) -> PlantedTrait:
        name, shown = trait.attribute, header(trait.attribute)
        if name in CANONICAL:
            return replace(trait, header=shown)
        quoted = f'"{shown}"' if " " in shown else shown
        return replace(trait, attribute=shown, when=trait.when.replace(name, quoted, 1))

    return replace(truth, traits=tuple(renamed(trait) for trait in truth.traits))


def write_hubspot_export(
    folder: Path, plan: Plan, history: History, columns: Columns, *, standing: Standing, rng: np.random.Generator
) -> None:
    """Write companies, deals and contacts."""
    doubled = add_duplicates(plan, columns, standing, history, rng)
    names = dict(zip(doubled.columns["account_id"], doubled.columns["name"], strict=True))
    deals = _deals(plan, history, texts([names[each] for each in doubled.deal_account]), rng)
    order = rng.permutation(len(doubled.columns["account_id"]))
    write_rows(folder / "hubspot-companies.csv", taken(_companies(doubled.columns, standing), order))
    write_rows(folder / "hubspot-deals.csv", taken(deals, rng.permutation(len(history.deals))))
    write_rows(folder / "hubspot-contacts.csv", _contacts(history, columns, rng))


def _companies(columns: Columns, standing: Standing) -> Columns:
    found = {header(name): values for name, values in columns.items() if name not in LEFT_OUT}
    found["Number of Employees"] = texts([f"{int(text):,}" if text else "" for text in columns["employees"]])
    found["Annual Revenue"] = texts([f"${int(text):,}" if text else "" for text in columns["revenue"]])
    found["Last Activity Date"] = texts([_us(text) for text in columns["last_activity_at"]])
    found["Type"] = texts([ACCOUNT_TYPES[status] for status in columns["status"]])
    return found


def _us(text: str) -> str:
    return f"{text[5:7]}/{text[8:10]}/{text[:4]}" if text else ""


def _deals(plan: Plan, history: History, company: Texts, rng: np.random.Generator) -> Columns:
    deals, size = history.deals, len(history.deals)
    stage = np.array(OPEN_STAGES, dtype=object)[rng.integers(len(OPEN_STAGES), size=size)]
    stage[deals.outcome == WON] = "Closed Won"
    stage[deals.outcome == LOST] = "Closed Lost"
    # an open deal carries the date on which the seller hopes to close it
    hoped: Ints = plan.last_day + rng.integers(5, 90, size)
    closing: Ints = np.where(deals.outcome == OPEN, hoped, deals.closed)
    amount = texts([f"${value:,.2f}" for value in deals.amount.tolist()])
    lost = deals.outcome == LOST
    reasons = np.array([reason.capitalize() for reason in words.LOSS_REASONS], dtype=object)
    kind = np.where(deals.kind == 0, "New Business", np.where(deals.kind == 3, "Other", "Existing Business"))
    return {
        "Record ID": texts([str(9_000_000_000 + 37 * number) for number in range(size)]),
        "Deal Name": texts([f"{name.strip()} - {text}" for name, text in zip(company, kind, strict=True)]),
        "Deal Stage": stage,
        "Pipeline": np.full(size, "Sales Pipeline", dtype=object),
        "Deal Type": kind.astype(object),
        "Amount": emptied(amount, lost & (rng.random(size) < 0.3)),
        "Create Date": dates(deals.opened, "us"),
        "Close Date": dates(closing, "us"),
        "Deal owner": texts([f"Seller {number + 1}" for number in deals.owner]),
        "Associated Company": company,
        "Original Traffic Source": np.array(words.SOURCES, dtype=object)[deals.source],
        "Closed Lost Reason": emptied(reasons[rng.integers(len(reasons), size=size)], ~lost),
        "Number of times contacted": texts(rng.poisson(np.where(deals.outcome == WON, 9.0, 5.0))),
    }


def _contacts(history: History, columns: Columns, rng: np.random.Generator) -> Columns:
    worked = np.unique(history.deals.account)
    account = np.repeat(worked, rng.integers(1, 4, len(worked)))
    title = rng.integers(len(words.TITLES), size=len(account))
    people = words.made_up_words(rng, 300, 2)
    who = rng.integers(300, size=(len(account), 2))
    mail = columns["domain"][account]
    return {
        "Record ID": texts([str(5_000_000 + 11 * number) for number in range(len(account))]),
        "First Name": texts([people[a] for a in who[:, 0]]),
        "Last Name": texts([people[b] for b in who[:, 1]]),
        "Email": texts([f"{people[a]}.{people[b]}@{m}".lower() for (a, b), m in zip(who, mail, strict=True)]),
        "Job Title": texts([each[0] for each in words.TITLES])[title],
        "Associated Company": columns["name"][account],
    }

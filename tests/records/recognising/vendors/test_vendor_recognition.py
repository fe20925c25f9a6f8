from __future__ import annotations

import csv
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

import idealfit.records.recognising.vendors as package
from idealfit.records.intake import import_folder
from idealfit.records.recognising.vendors.document import Vendor, vendor_schema, vendors
from idealfit.records.recognising.vendors.recognition import recognise
from idealfit.store.engine import connect, load_tables
from idealfit.store.place import open_place

WANTED = {
    "HubSpot", "Salesforce", "Pipedrive", "Zoho CRM", "Dynamics 365", "Stripe", "Chargebee", "Zendesk", "Intercom",
    "Apollo", "Clay", "ZoomInfo", "Attio", "Crunchbase", "Invoice list",
}  # fmt: skip


def test_every_tool_has_a_ready_mapping_that_names_its_source() -> None:
    assert {vendor.tool for vendor in vendors()} == WANTED
    assert all(len(vendor.source) > 40 for vendor in vendors())


@pytest.mark.parametrize("vendor", vendors(), ids=lambda vendor: vendor.tool)
def test_what_was_not_read_anywhere_is_said_to_be_general_knowledge(vendor: Vendor) -> None:
    assert vendor.source.startswith("Read: ")
    unread = [g.name for each in vendor.objects for g in each.generations if g.tested_on == "none"]
    assert not unread or "from general knowledge of the tool, not checked" in vendor.source


def test_no_generation_claims_a_real_export() -> None:
    generations = [g for vendor in vendors() for each in vendor.objects for g in each.generations]
    assert not [g.name for g in generations if g.tested_on == "real export"]


def test_the_documents_follow_the_published_schema() -> None:
    validator = Draft202012Validator(vendor_schema())
    for path in sorted((Path(package.__file__).parent / "tools").glob("*.yaml")):
        problems = list(validator.iter_errors(YAML(typ="safe", pure=True).load(path.read_text())))
        assert problems == [], path.name


@pytest.mark.parametrize("vendor", vendors(), ids=lambda vendor: vendor.tool)
def test_a_full_export_of_every_generation_is_recognised_as_itself(vendor: Vendor) -> None:
    for each in vendor.objects:
        for generation in each.generations:
            lists = (
                generation.computed,
                generation.deal,
                generation.account,
                generation.personal,
                generation.identifier,
            )
            headers = [header for one in (generation.columns, *lists) for header in one]
            headers = [header for header in headers if header not in generation.never]
            found = recognise([header.upper() for header in reversed(headers)])
            assert found is not None
            assert (found.tool, found.object) == (vendor.tool, each.object), generation.name


def test_the_reason_says_how_many_headers_are_known_and_that_no_export_was_seen() -> None:
    found = recognise(["Record ID", "Deal Name", "Deal Stage", "Amount", "Our field"])
    assert found is not None
    assert found.reason == "HubSpot deals (labels), 4 of 5 headers; untested on a real export"


@pytest.mark.parametrize(
    "headers",
    [
        ["id", "name", "amount", "date"],
        ["Name", "Country", "Industry", "Employees"],
        ["Customer", "Invoice", "Total"],
        ["Deal", "Company", "Stage", "Value", "Owner"],
    ],
)
def test_headers_that_any_file_may_have_are_no_tool_s(headers: list[str]) -> None:
    assert recognise(headers) is None


@pytest.mark.parametrize(
    ("headers", "tool", "object_"),
    [
        ("subscriptions.id,subscriptions.plan_id,subscriptions.status,subscriptions.started_at,customers.id",
         "Chargebee", "subscriptions"),
        ("Customer Id,First Name,Last Name,Email,Company,Billing Address Line1,Billing Address Country,Card Status",
         "Chargebee", "customers"),
        ("ID de registro,Nombre de la empresa,Nombre de dominio de la empresa,Ciudad,País/región,Sector", "HubSpot",
         "companies"),
        ("Name,Email,Company name,Company ID,Company last seen (PST),People,Company web sessions,Plan,Monthly Spend",
         "Intercom", "users"),
        ("id,Customer Name,Customer,Amount Due,Amount Paid,Paid,Billing,Date (UTC),Finalized At (UTC),Status", "Stripe",
         "invoices"),
        ("Deal - Title,Deal - Value,Organization,Deal - Owner,Deal - Stage (pipeline),Deal - Status,Deal - Won time",
         "Pipedrive", "deals"),
    ],
)  # fmt: skip
def test_headers_of_exports_that_public_code_reads_are_recognised(headers: str, tool: str, object_: str) -> None:
    found = recognise(headers.split(","))
    assert found is not None
    assert (found.tool, found.object) == (tool, object_)


@pytest.mark.parametrize(
    ("path", "tool", "object_"),
    [
        ("crm_schemas/fivetran_hubspot_seeds/company_data.csv", "HubSpot", "companies"),
        ("crm_schemas/fivetran_hubspot_seeds/deal_data.csv", "HubSpot", "deals"),
        ("crm_schemas/fivetran_hubspot_seeds/contact_data.csv", "HubSpot", "contacts"),
        ("crm_schemas/fivetran_hubspot_seeds/company_property_history_data.csv", "HubSpot", "company property history"),
        ("crm_schemas/fivetran_hubspot_seeds/deal_property_history_data.csv", "HubSpot", "deal property history"),
        ("crm_schemas/fivetran_salesforce_seeds/sf_account_data.csv", "Salesforce", "accounts"),
        ("crm_schemas/fivetran_salesforce_seeds/sf_opportunity_data.csv", "Salesforce", "opportunities"),
        ("crm_schemas/fivetran_salesforce_seeds/sf_contact_data.csv", "Salesforce", "contacts"),
        ("crm_schemas/fivetran_salesforce_seeds/sf_lead_data.csv", "Salesforce", "leads"),
        ("crm_schemas/fivetran_salesforce_seeds/sf_task_data.csv", "Salesforce", "tasks"),
        ("crm_schemas/fivetran_salesforce_seeds/sf_event_data.csv", "Salesforce", "events"),
        ("zoho_crm/Accounts.csv", "Zoho CRM", "accounts"),
        ("zoho_crm/Potentials.csv", "Zoho CRM", "deals"),
        ("zoho_crm/Leads.csv", "Zoho CRM", "leads"),
        ("zoho_crm/Contacts.csv", "Zoho CRM", "contacts"),
        ("zoho_crm/Calls.csv", "Zoho CRM", "calls"),
    ],
)
def test_published_tables_are_recognised(real_data: Path, path: str, tool: str, object_: str) -> None:
    with (real_data / path).open(encoding="utf-8-sig", newline="") as file:
        found = recognise(next(csv.reader(file)))
    assert found is not None
    assert (found.tool, found.object) == (tool, object_)


def test_no_other_real_set_is_mistaken_for_a_tool_s_export(real_data: Path) -> None:
    for path in sorted(real_data.glob("*/*.csv")):
        if path.parent.name in ("zoho_crm", "crm_schemas"):
            continue
        with path.open(encoding="latin-1", newline="") as file:
            assert recognise(next(csv.reader(file), [])) is None, path


STRIPE = {
    "customers.csv": "id,Name,Email,Created (UTC),Delinquent,Total Spend,Payment Count\n"
    "cus_1,Acme,pat@acme.com,2024-01-01 10:00,false,300.00,3\ncus_2,Blue,kim@blue.com,2024-01-02 10:00,false,90.00,1\n",
    "invoices.csv": "id,customer,amount_due,amount_paid,total,currency,created,status\n"
    "in_1,cus_1,10000,10000,10000,usd,2024-02-01,paid\nin_2,cus_2,5000,5000,5000,jpy,2024-02-02,paid\n",
}


def test_amounts_of_the_api_are_cents_and_of_the_dashboard_whole_units(tmp_path: Path) -> None:
    for name, text in STRIPE.items():
        (tmp_path / name).write_text(text)
    place = open_place(tmp_path / "w", create=True)
    report = import_folder(tmp_path, place)
    con = connect(place.root)
    load_tables(con, place)
    rows = con.execute(
        "SELECT a.name, a.domain, i.amount FROM invoices i JOIN accounts a USING (account_id) ORDER BY 1"
    )
    assert rows.fetchall() == [("Acme", "acme.com", 100.0), ("Blue", "blue.com", 5000.0)]
    assert report.attributes["Total Spend"].level == "after_fact"
    assert any("smallest unit" in note for note in report.notes)

"""What stands in the files for HubSpot and Salesforce: names, quotes, dates, limits."""

from __future__ import annotations

import json
from datetime import date
from xml.etree.ElementTree import fromstring

import pytest

from idealfit.activation.filters import hubspot, list_view, salesforce
from idealfit.activation.filters.adapting import Column, Setting, adapted
from idealfit.activation.filters.naming import columns_in
from idealfit.activation.filters.wanted import Reader, wanted
from idealfit.activation.filters.ways import TOOLS, Order
from idealfit.errors import UsageError
from idealfit.profile.parsing import parse
from idealfit.records.mapping import ColumnMapping, FileMapping

T = date(2026, 9, 30)
TYPES = {"employees": "number", "industry": "text", "tech": "list", "won_on": "date", "soc2": "boolean"}
SALESFORCE = {
    "employees": Column("NumberOfEmployees"),
    "industry": Column("Industry"),
    "tech": Column("Tech__c"),
    "won_on": Column("Won_On__c"),
    "soc2": Column("SOC2__c"),
}
READER = Reader(T, columns=TYPES)


def query_of(when, *, rolling=False, **asked):
    setting = Setting(SALESFORCE, TYPES, rolling=rolling)
    said = adapted(wanted(parse(when), READER, **asked), lambda test: salesforce.say(test, setting))
    return salesforce.condition(said.form, setting), said.losses


@pytest.mark.parametrize(
    ("when", "where"),
    [
        ("employees >= 100", "NumberOfEmployees >= 100"),
        ("employees < 50", "(NumberOfEmployees < 50 AND NumberOfEmployees != null)"),
        ("industry IN ('SaaS', 'O''Reilly')", "Industry IN ('SaaS', 'O\\'Reilly')"),
        ("industry <> 'Retail'", "(Industry != 'Retail' AND Industry != null)"),
        ("industry LIKE '50\\%\\_%'", "Industry LIKE '50\\%\\_%'"),
        ("industry = 'a\\b'", "Industry = 'a\\\\b'"),
        ("uses_all('Okta', 'Jira')", "Tech__c INCLUDES ('Okta;Jira')"),
        ("won_on > as_of - '90 days'", "Won_On__c >= 2026-07-03"),
        ("soc2 AND employees IS NOT NULL", "SOC2__c = TRUE AND NumberOfEmployees != null"),
        (
            "industry = 'x' OR (soc2 AND employees = 1.5)",
            "Industry = 'x' OR (SOC2__c = TRUE AND NumberOfEmployees = 1.5)",
        ),
    ],
)
def test_a_condition_in_the_words_of_soql(when, where):
    assert query_of(when) == (where, ())


def test_days_move_on_with_salesforces_own_words():
    assert query_of("won_on > as_of - '90 days'", rolling=True)[0] == "Won_On__c >= LAST_N_DAYS:89"
    assert query_of("won_on <= as_of + '1 week'", rolling=True)[0] == (
        "(Won_On__c <= NEXT_N_DAYS:7 AND Won_On__c != null)"
    )


def test_an_exclusion_keeps_out_only_what_is_known():
    assert query_of("industry = 'Retail'", holds=False, unknown=True)[0] == "(Industry != 'Retail' OR Industry = null)"
    where, losses = query_of("soc2", holds=False)
    assert where == "SOC2__c = FALSE"
    assert [loss.direction for loss in losses] == ["looser"]  # a checkbox is never empty


def test_hostile_values_stay_within_their_quotes():
    where, _ = query_of("industry = 'x'') OR Id != null --'")
    assert where == "Industry = 'x\\') OR Id != null --'"


def test_combinations_are_left_out_until_the_query_is_short_enough():
    form = wanted(parse("industry = '" + "x" * 3000 + "'"), READER)
    order = Order("long", tuple((form,) for _ in range(3)), (), Setting(SALESFORCE, TYPES))
    (query, _) = TOOLS["salesforce"]
    assert query.write(order).lost == ()
    many = wanted(parse(" OR ".join(f"industry LIKE '{at}{'y' * 60}%'" for at in range(45))), READER)
    groups = tuple((many, wanted(parse(f"employees > {at}"), READER)) for at in range(40))
    made = query.write(Order("long", groups, (), Setting(SALESFORCE, TYPES)))
    assert len(made.text) <= salesforce.MOST_CHARACTERS
    assert 0 < made.groups < 40
    assert "100,000 characters" in made.lost[0]


def test_a_list_view_has_at_most_ten_lines_and_says_what_is_left_out():
    groups = tuple((wanted(parse(f"employees < {at}"), READER),) for at in range(1, 15))
    made = TOOLS["salesforce"][1].write(Order("Best <fit> & more", groups, (), Setting(SALESFORCE, TYPES)))
    view = fromstring(made.text)  # noqa: S314 - our own file
    lines = view.findall(f"{{{list_view.NAMESPACE}}}filters")
    assert len(lines) <= 10
    assert view.findtext(f"{{{list_view.NAMESPACE}}}label") == "Best <fit> & more"
    assert "5 of 14" in made.lost[0]


def test_a_hubspot_list_is_alternatives_of_filters_and_keeps_to_its_limit():
    setting = Setting({name: Column(name) for name in TYPES}, TYPES)
    form = wanted(parse("(employees >= 5 OR soc2) AND NOT industry = 'Computer Software'"), READER)
    said = adapted(form, lambda test: hubspot.say(test, setting))
    (kind,) = TOOLS["hubspot"]
    made = kind.write(Order("n", ((said.form,),), (), setting))
    root = json.loads(made.text)["filterBranch"]
    assert (root["filterBranchType"], root["filters"]) == ("OR", [])
    assert [len(one["filters"]) for one in root["filterBranches"]] == [2, 2]
    assert all(one["filterBranches"] == [] for one in root["filterBranches"])
    operation = root["filterBranches"][0]["filters"][1]["operation"]
    assert operation == {
        "operationType": "ENUMERATION",
        "operator": "IS_NONE_OF",
        "values": ["COMPUTER_SOFTWARE"],
        "includeObjectsWithNoValueSet": False,
    }
    wide = tuple(tuple(wanted(parse(f"employees <> {at + 90 * row}"), READER) for at in range(90)) for row in range(4))
    made = kind.write(Order("n", wide, (), setting))
    assert made.groups == 2
    assert "250 filters" in made.lost[0]


def test_names_of_fields_come_from_the_customers_own_export_of_that_tool():
    headers = {"Id": "account_id", "Name": "name", "NumberOfEmployees": "employees", "OwnerId": "owner_id",
               "BillingCountry": "country", "Fiscal_End__c": "fiscal_end__c", "SystemModstamp": None}  # fmt: skip
    columns = {header: ColumnMapping(to=to) for header, to in headers.items()}
    file = FileMapping(file="Account.csv", table="accounts", columns=columns)
    found = columns_in("Salesforce", ["employees", "fiscal_end__c", "revenue", "buying style"], [file])
    assert found == {
        "employees": Column("NumberOfEmployees", own=True),
        "fiscal_end__c": Column("Fiscal_End__c", own=True),
        "revenue": Column("AnnualRevenue"),
        "buying style": Column("Buying_Style__c", assumed=True),
    }
    assert columns_in("HubSpot", ["employees", "Buying Style"], [file]) == {
        "employees": Column("numberofemployees"),
        "Buying Style": Column("buying_style", assumed=True),
    }
    assert columns_in("Salesforce", ["employees"], [], {"Employees": "Staff__c"})["employees"].name == "Staff__c"


@pytest.mark.parametrize("given", [{"employees": "a b"}, {"employees": "x; DROP"}, {"no_such": "Fine__c"}])
def test_a_field_that_cannot_be_is_refused(given):
    with pytest.raises(UsageError):
        columns_in("Salesforce", ["employees"], [], given)

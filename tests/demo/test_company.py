"""The made-up company: what its files hold, and what they must not tell."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from idealfit.demo import Truth, make_company, read_truth, write_truth

Rows = list[dict[str, str]]


def rows(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def digest(folder: Path) -> str:
    content = b"".join(path.name.encode() + path.read_bytes() for path in sorted(folder.iterdir()))
    return hashlib.sha256(content).hexdigest()


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    folder = tmp_path_factory.mktemp("company")
    return folder, make_company(folder, 11)


@pytest.mark.parametrize("recipe", ["plain", "messy"])
def test_the_same_seed_gives_the_same_bytes(tmp_path: Path, recipe: str) -> None:
    first = make_company(tmp_path / "a", 5, deals=300, recipe=recipe)  # type: ignore[arg-type]
    second = make_company(tmp_path / "b", 5, deals=300, recipe=recipe)  # type: ignore[arg-type]
    assert digest(tmp_path / "a") == digest(tmp_path / "b")
    assert first == second
    make_company(tmp_path / "c", 6, deals=300, recipe=recipe)  # type: ignore[arg-type]
    assert digest(tmp_path / "a") != digest(tmp_path / "c")


def test_ids_are_unique_and_every_link_leads_somewhere(company: tuple[Path, Truth]) -> None:
    folder, _ = company
    accounts = {row["account_id"] for row in rows(folder / "accounts.csv")}
    assert len(accounts) == len(rows(folder / "accounts.csv"))
    deals = rows(folder / "deals.csv")
    deal_ids = {row["deal_id"] for row in deals}
    contacts = {row["contact_id"] for row in rows(folder / "contacts.csv")}
    assert len(deal_ids) == len(deals) == 2400
    for name in ("account_history", "deals", "subscriptions", "tickets", "contacts", "events", "activities"):
        linked = {row["account_id"] for row in rows(folder / f"{name}.csv")} - {""}
        assert linked and linked <= accounts, name
    assert {row["deal_id"] for row in rows(folder / "subscriptions.csv")} <= deal_ids
    met = rows(folder / "deal_contacts.csv")
    assert {row["deal_id"] for row in met} <= deal_ids
    assert {row["contact_id"] for row in met} <= contacts
    assert {row["parent_id"] for row in rows(folder / "accounts.csv")} - {""} <= accounts


def test_nothing_but_deadlines_lies_after_the_as_of(company: tuple[Path, Truth]) -> None:
    folder, truth = company
    last = date.fromisoformat(truth.as_of)
    for table, columns in {
        "deals": ("created_at", "closed_at"),
        "account_history": ("changed_at",),
        "subscriptions": ("started_at", "ended_at"),
        "tickets": ("opened_at",),
        "contacts": ("created_at",),
        "activities": ("occurred_at",),
        "deal_stages": ("entered_at",),
        "events": ("known_at",),
    }.items():
        for column in columns:
            latest = max(row[column] for row in rows(folder / f"{table}.csv"))
            assert date.fromisoformat(latest) <= last, (table, column)
    ahead = [row for row in rows(folder / "events.csv") if row["occurred_at"] > truth.as_of]
    assert ahead and {row["event_type"] for row in ahead} == {"permit_deadline"}


def test_deals_close_after_they_open_and_open_ones_are_not_closed(company: tuple[Path, Truth]) -> None:
    deals = rows(company[0] / "deals.csv")
    assert all(row["closed_at"] > row["created_at"] for row in deals if row["outcome"] != "open")
    assert all(row["closed_at"] == "" for row in deals if row["outcome"] == "open")
    new = [row["outcome"] for row in deals if row["deal_type"] == "new_business" and row["outcome"] != "open"]
    assert 0.13 < new.count("won") / len(new) < 0.28
    assert {"expansion", "renewal", "not_sales"} < {row["deal_type"] for row in deals}
    assert any(count > 1 for count in Counter(row["account_id"] for row in deals).values())


def test_the_leak_is_filled_in_after_a_win_and_empty_on_open_deals(company: tuple[Path, Truth]) -> None:
    folder, truth = company
    leak = next(trait.attribute for trait in truth.traits if trait.kind == "leak")
    filled = {row["account_id"] for row in rows(folder / "accounts.csv") if row[leak]}
    of = {"won": [0, 0], "open": [0, 0], "lost": [0, 0]}
    for row in rows(folder / "deals.csv"):
        if row["deal_type"] == "new_business":
            of[row["outcome"]][0] += row["account_id"] in filled
            of[row["outcome"]][1] += 1
    assert of["won"][0] / of["won"][1] > 0.8
    assert of["open"][0] / of["open"][1] < 0.1
    assert of["lost"][0] / of["lost"][1] < 0.1


def test_customers_head_count_today_is_not_what_it_was_when_they_bought(company: tuple[Path, Truth]) -> None:
    folder, _ = company
    today = {row["account_id"]: row["employees"] for row in rows(folder / "accounts.csv")}
    last: dict[str, tuple[str, str]] = {}
    for row in rows(folder / "account_history.csv"):
        if row["field"] == "employees" and row["changed_at"] >= last.get(row["account_id"], ("", ""))[0]:
            last[row["account_id"]] = row["changed_at"], row["new_value"]
    assert len(last) > 3000
    assert all(today[account] == value for account, (_, value) in last.items())


def test_segments_churn_and_are_eaten_by_support_as_planted(company: tuple[Path, Truth]) -> None:
    folder, truth = company
    accounts = {row["account_id"]: row for row in rows(folder / "accounts.csv")}
    held = rows(folder / "subscriptions.csv")
    churn = next(trait for trait in truth.traits if trait.kind == "churn")

    def ended(inside: bool) -> float:
        chosen = [row for row in held if (accounts[row["account_id"]][churn.attribute] in churn.values) == inside]
        return sum(bool(row["ended_at"]) for row in chosen) / len(chosen)

    assert ended(inside=True) > 0.5
    assert ended(inside=False) < 0.35
    support = next(trait for trait in truth.traits if trait.kind == "support")
    levels = support.values or ("true",)
    cost: Counter[bool] = Counter()
    for row in rows(folder / "tickets.csv"):
        cost[accounts[row["account_id"]][support.attribute] in levels] += int(row["cost"])
    customers = Counter(accounts[row["account_id"]][support.attribute] in levels for row in held)
    assert cost[True] / customers[True] > 4 * cost[False] / customers[False]


def test_duplicates_share_a_domain_under_another_spelling_and_hold_deals(company: tuple[Path, Truth]) -> None:
    folder, _ = company
    accounts = rows(folder / "accounts.csv")
    bare = [row["domain"].lower().removeprefix("https://").removeprefix("www.").rstrip("/") for row in accounts]
    twice = {domain for domain, count in Counter(bare).items() if count == 2}
    assert len(twice) > 100
    assert all(domain.endswith(".example") for domain in bare)
    pairs: dict[str, Rows] = {}
    for row, domain in zip(accounts, bare, strict=True):
        if domain in twice:
            pairs.setdefault(domain, []).append(row)
    assert all(first["name"] != second["name"] for first, second in pairs.values())
    booked = Counter(row["account_id"] for row in rows(folder / "deals.csv"))
    assert sum(all(booked[row["account_id"]] for row in pair) for pair in pairs.values()) > 5


def test_there_are_records_that_must_not_be_targeted(company: tuple[Path, Truth]) -> None:
    accounts = rows(company[0] / "accounts.csv")
    assert {"prospect", "customer", "former", "partner", "competitor", "own"} == {row["status"] for row in accounts}
    assert sum(row["do_not_contact"] == "true" for row in accounts) > 50
    customers = {row["account_id"] for row in accounts if row["status"] == "customer"}
    assert any(row["parent_id"] in customers and row["account_id"] not in customers for row in accounts)


def test_the_hidden_market_was_never_worked_and_is_most_of_it(company: tuple[Path, Truth]) -> None:
    folder, truth = company
    worked = {row["account_id"] for row in rows(folder / "deals.csv")}
    accounts = {row["account_id"] for row in rows(folder / "accounts.csv")}
    hidden = {each.account_id for each in truth.market}
    assert hidden <= accounts and not hidden & worked
    assert len(hidden) > 0.7 * len(accounts)
    assert 0.1 < sum(each.win_probability for each in truth.market) / len(hidden) < 0.3


def test_without_signal_the_truth_plants_nothing_but_traps(tmp_path: Path) -> None:
    truth = make_company(tmp_path, 4, deals=300, signal=False)
    assert {trait.kind for trait in truth.traits} == {"leak", "computed", "self_caused", "deal", "noise"}
    assert len({each.win_probability for each in truth.market}) == 1
    assert len({each.expected_value for each in truth.market}) == 1


def test_the_files_of_both_companies_have_the_same_columns(tmp_path: Path) -> None:
    make_company(tmp_path / "with", 4, deals=300)
    make_company(tmp_path / "without", 4, deals=300, signal=False)
    for path in (tmp_path / "with").glob("*.csv"):
        other = tmp_path / "without" / path.name
        assert path.read_text().splitlines()[0] == other.read_text().splitlines()[0]


def test_names_effects_and_traps_differ_between_seeds(tmp_path: Path) -> None:
    truths = [make_company(tmp_path / str(seed), seed, deals=300) for seed in range(8)]
    for kind in ("seek", "avoid", "churn", "support", "leak", "self_caused", "call"):
        planted = {tuple(trait.when for trait in truth.traits if trait.kind == kind) for truth in truths}
        assert len(planted) >= 3, kind


def test_the_messy_recipe_looks_like_a_crm_export(tmp_path: Path) -> None:
    truth = make_company(tmp_path, 9, deals=400, recipe="messy")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "hubspot-companies.csv",
        "hubspot-contacts.csv",
        "hubspot-deals.csv",
    ]
    companies, deals = rows(tmp_path / "hubspot-companies.csv"), rows(tmp_path / "hubspot-deals.csv")
    names = {row["Company name"] for row in companies}
    assert {row["Associated Company"] for row in deals} <= names
    assert {"Closed Won", "Closed Lost"} < {row["Deal Stage"] for row in deals}
    assert all(row["Create Date"][2] == row["Create Date"][5] == "/" for row in deals)
    planted = {trait.attribute for trait in truth.traits if trait.measure in ("category", "flag")}
    canonical = {"industry", "country", "business_model", "ownership", "funding_stage"}
    assert planted - canonical - {"region"} <= set(companies[0])


def test_a_truth_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    truth = make_company(tmp_path / "data", 2, deals=200)
    write_truth(tmp_path / "truth.json", truth)
    assert read_truth(tmp_path / "truth.json") == truth

"""The overview: it shows the figures of the files, what waits for a decision, and what moved since the build before."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from starlette.testclient import TestClient

from idealfit.frontends.web.app import create_app
from idealfit.frontends.web.whiskers import against
from idealfit.frontends.web.wording import percent
from idealfit.profile.document import load_profile
from idealfit.workspace.chart_findings import no_oftener, worth_together
from web_client import HOST, signed_in, words


@pytest.fixture(scope="module")
def workspace(made_up: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy whose history has a second run in which three accounts went from B to A."""
    workspace = Path(shutil.copytree(made_up, tmp_path_factory.mktemp("overview") / "w"))
    con = duckdb.connect()
    con.execute(
        f"CREATE TABLE moved AS SELECT account_id, 1 AS run, DATE '2026-06-01' AS as_of, tier FROM "
        f"read_parquet('{workspace}/scores.parquet') WHERE duplicate_of IS NULL"
    )
    con.execute(
        "INSERT INTO moved SELECT account_id, 2, DATE '2026-06-08', 'A' FROM moved WHERE tier = 'B' "
        "ORDER BY account_id LIMIT 3"
    )
    (workspace / "score_history.parquet").unlink(missing_ok=True)
    con.execute(f"COPY moved TO '{workspace}/score_history.parquet' (FORMAT parquet)")
    con.close()
    return workspace


@pytest.fixture(scope="module")
def client(workspace: Path) -> Iterator[TestClient]:
    with signed_in(workspace) as client:
        yield client


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_it_is_the_first_page_and_shows_the_figures_of_the_evidence(client: TestClient, workspace: Path) -> None:
    answer = client.get("/")
    assert answer.url.path == "/overview"
    page = words(answer.text)
    tiers = (json.loads((workspace / "evidence.json").read_text())["backtest"] or {}).get("tiers", [])
    assert tiers, "the made-up company has a backtest"
    for one in tiers:
        rate = one["win_rate"]
        assert f"{percent(rate['value'])} ({percent(rate['low'])} to {percent(rate['high'])})" in page


def test_a_and_b_stand_large_with_the_rest_beneath_and_what_they_hold_now(client: TestClient, workspace: Path) -> None:
    page = words(client.get("/overview").text)
    sides = json.loads((workspace / "evidence.json").read_text())["backtest"]["sides"]
    good, rest = ([percent(one["win_rate"][end]) for end in ("value", "low", "high")] for one in sides)
    told = "Share won {} {} to {} the rest {} ({} to {})".format(*good, *rest)
    assert told in page
    sales = [one for one in lines(workspace / "pipeline.csv") if one["deal_type"] != "not_sales"]
    assert f"{sum(one['tier'] in 'AB' for one in sales):,} of {len(sales):,} of the accounts" in page


def test_the_end_of_the_longer_interval_is_the_end_of_the_scale_that_both_are_drawn_on() -> None:
    drawn = against({"value": 20, "low": 10, "high": 40}, {"value": 10, "low": -4, "high": 20})
    assert (drawn.one, drawn.other) == ((50.0, 25.0, 100.0), (25.0, 0.0, 50.0))
    nothing = {"value": 0, "low": 0, "high": 0}
    assert against(nothing, nothing).one == (0.0, 0.0, 0.0)


def test_a_lead_is_asked_about_from_the_first_page(client: TestClient) -> None:
    page = client.get("/overview").text
    assert re.search(r'<form method="post" action="/thirty-seconds"[^>]*>.*?name="lead"', page, re.S)


def test_the_open_pipeline_is_counted_as_its_list_has_it(client: TestClient, workspace: Path) -> None:
    page = words(client.get("/overview").text)
    deals, quiet = lines(workspace / "pipeline.csv"), lines(workspace / "neglected.csv")
    sales = [one for one in deals if one["deal_type"] != "not_sales"]
    assert f"{sum(one['tier'] in 'AB' for one in sales):,} of {len(sales):,} open deals" in page
    poor = sum(one["tier"] in ("C", "excluded") for one in deals)
    assert f"To close out {poor:,} open deal" in page
    assert f"A accounts nobody touched {len(quiet):,}" in page
    for owner in {one["owner"] for one in deals if one["owner"]}:
        assert owner in page
    assert client.get("/overview/pipeline.csv").content == (workspace / "pipeline.csv").read_bytes()
    assert client.get("/overview/profile.yaml").status_code == 400


def test_what_moved_is_named_and_what_waits_leads_to_where_it_is_decided(client: TestClient, workspace: Path) -> None:
    page = client.get("/overview").text
    assert "3 accounts from B" in words(page) and "against 1 Jun 2026" in words(page)
    proposed = [one for one in load_profile(workspace / "profile.yaml").exclusions if one.state == "proposed"]
    assert page.count("Walk away?") == len(proposed) > 0
    assert "/profile#waits" in page and "Not signed yet by" in page
    assert "scored by another version" not in page


def test_a_profile_that_was_changed_says_that_the_scores_are_of_another_version(
    client: TestClient, workspace: Path
) -> None:
    path = workspace / "profile.yaml"
    before = path.read_text()
    changed = re.sub(r"(?m)^(\s+A: )[\d.]+", r"\g<1>99", before, count=1)
    assert changed != before
    path.write_text(changed)
    overview, listed = client.get("/overview").text, client.get("/accounts").text
    path.write_text(before)
    assert "scored by another version of the profile" in overview and "Score them anew" in overview
    assert "The profile was changed since these scores were made" in listed and "Score all accounts anew" in listed
    assert "The profile was changed since" not in client.get("/accounts").text


def test_tiers_that_nothing_was_judged_of_are_said_to_be_so_first(client: TestClient, workspace: Path) -> None:
    path = workspace / "evidence.json"
    before = path.read_text()
    assert "Nobody can tell yet" not in client.get("/overview").text
    path.write_text(json.dumps(json.loads(before) | {"backtest": {"kind": "none", "tiers": []}}))
    page = words(client.get("/overview").text)
    path.write_text(before)
    assert page.index("Nobody can tell yet") < page.index("Open deals in A and B")
    assert "How it was judged" not in page


def test_the_same_list_asked_for_twice_is_one_step_back(client: TestClient) -> None:
    asked = {"hx-request": "true", "hx-current-url": "http://127.0.0.1/accounts?is.tier=A"}
    assert client.get("/accounts?is.tier=A", headers=asked).headers["hx-push-url"] == "false"
    assert client.get("/accounts?is.tier=B", headers=asked).headers["hx-push-url"] == "/accounts?is.tier=B"


def test_an_empty_workspace_leads_to_the_start(tmp_path: Path) -> None:
    app, door, _warm = create_app(tmp_path / "w", frozenset({HOST}))
    with TestClient(app, base_url=f"http://{HOST}", headers={"host": HOST}) as client:
        client.get("/enter", params={"key": door.link()})
        answer = client.get("/overview")
        assert answer.url.path == "/" and "Which companies should you sell to?" in answer.text
        assert "No pair of accounts waits" in client.get("/data/duplicates").text


def test_the_last_week_of_the_records_and_how_old_they_are_stand_beside(client: TestClient, workspace: Path) -> None:
    page = words(client.get("/overview").text)
    con = duckdb.connect()
    won, lost = con.execute(
        "SELECT count(*) FILTER (outcome = 'won'), count(*) FILTER (outcome = 'lost') FROM read_parquet($path) WHERE "
        "CAST(closed_at AS DATE) > (SELECT max(CAST(closed_at AS DATE)) FROM read_parquet($path)) - 7",
        {"path": str(workspace / "tables" / "deals.parquet")},
    ).fetchone() or (0, 0)
    con.close()
    found = re.search(r"A and B (\d+) (\d+) (\d+) Elsewhere (\d+) (\d+) (\d+)", page)
    assert found is not None
    assert (int(found[2]) + int(found[5]), int(found[3]) + int(found[6])) == (won, lost)
    assert re.search(r"The records end [\d,]+ days ago", page)


def test_what_a_deal_of_each_tier_was_worth_stands_beside_and_who_can_be_no_customer_is_told(
    client: TestClient, workspace: Path
) -> None:
    page = words(client.get("/overview").text)
    for one in json.loads((workspace / "evidence.json").read_text())["backtest"]["tiers"]:
        worth = one["value"]
        assert f"{worth['value']:,.0f} ({worth['low']:,.0f} to {worth['high']:,.0f})" in page
    kinds = ("partner", "competitor", "vendor", "own", "test")
    outside = [one for one in lines(workspace / "not_targeted.csv") if one["reason"] in kinds]
    told = re.search(r"with ([\d,]+) that can be no customers", page)
    assert (int(told[1].replace(",", "")) if told else 0) == len(outside)


def tier(name: str, rate: tuple[float, ...], worth: tuple[float, ...], deals: int) -> dict[str, Any]:
    share, value = (dict(zip(("value", "low", "high"), one, strict=True)) for one in (rate, worth))
    return {"tier": name, "deals": deals, "win_rate": share, "value": value}


def test_a_lower_tier_that_won_as_often_is_told_with_what_sets_it_apart_and_two_tiers_are_worth_their_mean() -> None:
    a = tier("A", (0.32, 0.25, 0.40), (2500, 1900, 3100), 100)
    b = tier("B", (0.18, 0.13, 0.25), (1300, 1200, 1400), 300)
    c = tier("C", (0.22, 0.19, 0.25), (800, 600, 1000), 600)
    told = no_oftener({"tiers": [a, b, c]}, "won", "deal", "EUR ")
    assert told is not None and told.endswith(
        "no larger in B than in C (18% against 22%). Tiers go by worth: a deal of B worked was worth EUR 1,300 "
        "against 800."
    )
    narrow = {**b, "value": {"value": 1300, "low": 700, "high": 1900}}
    assert "which could be luck" in (no_oftener({"tiers": [a, narrow, c]}, "won", "deal", "EUR ") or "")
    assert no_oftener({"tiers": [a, c]}, "won", "deal", "EUR ") is None
    both = worth_together([a, b, c], ("A", "B"))
    assert both is not None and both["value"] == pytest.approx(1600)
    assert both["high"] - both["value"] == pytest.approx((150**2 + 75**2) ** 0.5)
    assert worth_together([a, {**b, "value": None}], ("A", "B")) is None

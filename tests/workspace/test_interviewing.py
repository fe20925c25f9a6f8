"""Whom to interview, chosen from records that a reader can count."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from idealfit.frontends.cli.app import run
from idealfit.workspace.importing import import_records
from idealfit.workspace.interviewing import interview
from small_company import write

ACCOUNTS = "account_id,name,employees\n" + "".join(
    f"{n:02},{name},{100 + n}\n" for n, name in enumerate("abcdefghijkl")
)
DEALS = "deal_id,account_id,created_at,closed_at,outcome,amount,owner_id\n" + "".join(
    f"D{n},{n:02},2025-0{1 + n % 6}-03,2025-0{2 + n % 6}-{10 + n},{'won' if n < 7 else 'lost'},{1000 * (n + 1)},"
    f"{'ada' if n % 4 else 'bo'}\n"
    for n in range(12)
)
LEFT = "subscription_id,account_id,started_at,ended_at,arr_start\nS6,06,2025-03-10,2025-09-01,7000\n" + "".join(
    f"S{n},{n:02},2025-03-{10 + n},,{1000 * (n + 1)}\n" for n in range(6)
)


def test_the_best_who_stayed_the_largest_losses_and_who_handled_most(tmp_path: Path) -> None:
    write(tmp_path / "data", accounts_csv=ACCOUNTS, deals_csv=DEALS, subscriptions_csv=LEFT)
    import_records(tmp_path / "data", tmp_path / "w", as_of=None)
    sheet = tmp_path / "interviews.md"
    found = interview(tmp_path / "w", to=sheet)
    by_kind = {
        kind: [one.name for one in found.people if one.kind == kind] for kind in ("customer", "loss", "colleague")
    }
    # g pays most and has left; f pays most of those who stayed
    assert by_kind["customer"] == ["f", "e", "d", "c", "b"]
    assert by_kind["loss"] == ["l", "k"]
    assert by_kind["colleague"] == ["ada"]
    assert all(one.why and one.records for one in found.people)
    text = sheet.read_text()
    assert text.count("\n### ") == len(found.people)
    assert "handled 9 closed deals and won 5" in text
    assert "would you" not in text.casefold().replace("would you win again", "")


def test_what_the_records_cannot_name_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    always_won = "".join(f"W{n},{n:02},2025-11-03,2025-12-03,won,500,\n" for n in range(12))
    deals = DEALS.replace(",ada", ",").replace(",bo", ",") + always_won
    write(tmp_path / "data", accounts_csv=ACCOUNTS, deals_csv=deals)
    import_records(tmp_path / "data", tmp_path / "w")
    assert run(["interview", str(tmp_path / "w"), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["missing"] == ["the records do not say who handled the deals"]
    # a deal that was lost is one, though its company was won another time
    assert [one["name"] for one in document["people"] if one["kind"] == "loss"] == ["l", "k"]

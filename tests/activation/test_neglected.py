"""A accounts that nobody touched for too long."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from activation.company import AS_OF, company_with, lists_of


def test_a_accounts_untouched_for_sixty_days_are_listed_and_what_the_buyer_did_is_no_touch(tmp_path: Path) -> None:
    def ago(days: int) -> object:
        return AS_OF - timedelta(days=days)

    keys = ("fresh", "edge", "old", "visited", "never", "b", "deal", "partner", "lost")
    con = company_with(
        accounts=[
            {"account_id": key, "status": "partner" if key == "partner" else None, "last_activity_at": day}
            for key, day in zip(keys, (ago(59), ago(60), None, None, None, ago(99), None, ago(99), None), strict=True)
        ],
        activities=[
            {"activity_id": "1", "account_id": "old", "occurred_at": ago(70)},
            {"activity_id": "2", "account_id": "old", "occurred_at": ago(-5)},
            {"activity_id": "3", "account_id": "visited", "occurred_at": ago(80), "direction": "outbound"},
            {"activity_id": "4", "account_id": "visited", "occurred_at": ago(2), "direction": "inbound"},
        ],
        deals=[
            {"deal_id": "1", "account_id": "deal", "outcome": "open", "created_at": ago(100), "owner_id": "Dora"},
            {"deal_id": "2", "account_id": "lost", "outcome": "lost", "created_at": ago(150), "closed_at": ago(100)},
        ],
        scores=[{"account_id": key, "tier": "B" if key == "b" else "A"} for key in keys],
    )
    answer, files = lists_of(con, tmp_path)
    assert [(row["account_id"], row["situation"], row["days_untouched"]) for row in files["neglected"]] == [
        ("deal", "an open deal gone quiet", "100"),
        ("visited", "opened once, then left", "80"),
        ("old", "opened once, then left", "70"),
        ("edge", "opened once, then left", "60"),
        ("never", "never opened", ""),
    ]
    assert files["neglected"][0]["owner"] == "Dora"
    assert files["neglected"][1]["last_heard_from"] == ago(2).isoformat()
    assert answer["neglected"] == 5
    assert lists_of(con, tmp_path, neglected_after_days=90)[0]["neglected"] == 2


def test_where_no_touch_is_on_record_nobody_is_called_untouched(tmp_path: Path) -> None:
    con = company_with(accounts=[{"account_id": "a"}], scores=[{"account_id": "a"}])
    answer, _ = lists_of(con, tmp_path)
    assert answer["neglected"] == 0
    assert any("No activity of yours is on record" in message for message in answer["messages"])

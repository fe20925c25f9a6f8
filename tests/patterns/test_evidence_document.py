"""`evidence.json`: every key that other programs rely on, in plain JSON, totals that reconcile."""

from __future__ import annotations

import json
from datetime import date

import pytest

from idealfit.patterns.evidence_document import document_without_accounts
from patterns.planted import Run

TOP = {
    "schema_version", "verdict", "reason", "reach", "as_of", "best", "seed", "time", "criteria", "rejected", "backtest",
    "warnings", "sample", "power", "customers", "interview", "collect", "sections",
}  # fmt: skip
CRITERION = {
    "id", "layer", "polarity", "attribute", "when", "points", "grade", "seen", "counts", "rates", "interval", "q_value",
    "stability", "later", "records", "sentence", "because",
}  # fmt: skip
COUNTS = {"match_won", "match_lost", "match_open", "rest_won", "rest_lost", "accounts"}
REASONS = {
    "leakage", "computed", "after_outcome", "self_caused", "deal_level", "identifier", "personal", "single_account",
    "constant", "proxy_of", "churns", "costly", "unstable", "unsupported",
}  # fmt: skip


@pytest.fixture(params=["planted_run", "empty_run", "small_run"])
def made(request: pytest.FixtureRequest) -> Run:
    found: Run = request.getfixturevalue(request.param)
    return found


def test_it_has_every_key_that_is_promised(made: Run) -> None:
    document = made.document
    assert set(document) >= TOP
    assert document["schema_version"] == 1
    assert document["verdict"] in ("profile", "insufficient", "no_signal")
    assert document["reach"] in ("wins", "wins+value", "wins+value+retention", "customers")
    assert document["time"] in ("in_time", "none")
    for one in document["criteria"]:
        assert set(one) >= CRITERION
        assert set(one["counts"]) == COUNTS
        assert set(one["rates"]) == {"match", "rest", "known_true_rate"}
        assert set(one["interval"]) >= {"of", "low", "high", "level"}
        assert one["polarity"] in ("seek", "exclude")
        assert one["grade"] in ("supported", "suggestive", "assumed")
        assert one["seen"] in ("list", "call", "us")
        assert set(one["records"]) >= {"won", "lost"}
    for one in document["rejected"]:
        assert set(one) >= {"attribute", "reason", "proof"}
        assert one["reason"] in REASONS
    assert set(document["backtest"]) >= {"kind", "at", "tiers"}
    assert document["backtest"]["kind"] in ("later_deals", "accounts_set_aside", "none")
    if document["backtest"]["kind"] != "none":
        assert set(document["backtest"]) >= {"baselines", "auc", "lift", "calibration", "followed", "deals"}
        assert set(document["backtest"]["baselines"]) == {"everyone", "size", "own_profile", "black_box"}
        assert set(document["backtest"]["calibration"]) >= {"brier", "brier_everyone", "bins"}


def test_it_is_plain_json_without_nan(made: Run) -> None:
    text = json.dumps(made.document, allow_nan=False)
    assert json.loads(text) == made.document


def test_its_totals_reconcile(made: Run) -> None:
    sample = made.document["sample"]
    assert sample["won"] + sample["lost"] + sample["open"] == sample["deals"] == made.evidence.rows
    for one in made.document["criteria"]:
        counts = one["counts"]
        assert counts["match_won"] + counts["rest_won"] <= sample["won"]
        assert counts["match_lost"] + counts["rest_lost"] <= sample["lost"]
        assert len(one["records"]["won"]) == counts["match_won"]
        assert len(one["records"]["lost"]) == counts["match_lost"]
        matching = counts["match_won"] + counts["match_lost"]
        assert one["rates"]["match"] == pytest.approx(counts["match_won"] / matching, abs=1e-4)
        low, value, high = (one["interval"][name] for name in ("low", "value", "high"))
        assert low <= value <= high
    tiers = made.document["backtest"]["tiers"]
    assert sum(tier["deals"] for tier in tiers) == made.document["backtest"].get("deals", 0)


def test_a_column_is_refused_once_and_what_is_used_is_not_called_unsupported(made: Run) -> None:
    pairs = [(one["attribute"], one["reason"]) for one in made.document["rejected"]]
    assert len(pairs) == len(set(pairs))
    used = {one["attribute"] for one in made.document["criteria"] if one["seen"] == "list"}
    assert not {name for name, reason in pairs if reason in ("unsupported", "unstable")} & used


def test_every_column_that_was_given_is_accounted_for(planted_run: Run) -> None:
    spoken = {one["attribute"] for key in ("criteria", "rejected") for one in planted_run.document[key]}
    given = set(planted_run.attributes) - {"account_id", "duplicate_of", "test_record"}
    assert given <= spoken, given - spoken


def test_an_interval_of_what_was_searched_for_is_given_with_its_luck(empty_run: Run) -> None:
    for one in empty_run.document["failed"]:
        assert set(one) >= {"attribute", "sentence", "when", "counts", "by_luck"}
        assert 0 <= one["by_luck"] <= 1


def test_records_of_persons_give_an_honest_document() -> None:
    document = document_without_accounts("value", date(2026, 6, 30), 1234, ("a note",))
    assert set(document) >= TOP
    assert document["verdict"] == "insufficient"
    assert document["reason"].startswith("no_accounts") and "1,234" in document["reason"]
    assert document["criteria"] == [] and document["warnings"] == ["a note"]
    json.dumps(document, allow_nan=False)

"""One run of discovery over tables with a planted truth: what is found, what is refused, and what is said of it."""

from __future__ import annotations

import json
from collections import Counter

import numpy as np
import pytest

from evidence.tables import AS_OF
from idealfit.patterns.discovery import MOST_HYPOTHESES, discover
from idealfit.patterns.shortlist import MOST_A_LAYER, MOST_CRITERIA, MOST_EXCLUSIONS
from idealfit.profile.parsing import parse, to_text
from idealfit.scores.states import criterion_states
from patterns.made import drawn, evidence, flag
from patterns.planted import Run, run, tables


def test_the_planted_traits_are_found_with_their_layer_and_direction(planted_run: Run) -> None:
    assert planted_run.document["verdict"] == "profile"
    assert planted_run.document["reach"] == "wins+value+retention"
    for attribute, layer, said in (
        ("industry", "firmographic", "Health"),
        ("tech", "technographic", "Okta"),
        ("funding", "situational", "happened"),
    ):
        found = planted_run.criterion(attribute)
        assert found is not None, attribute
        assert (found["polarity"], found["layer"], found["grade"]) == ("seek", layer, "supported"), attribute
        assert said in found["when"]
        assert found["points"] > 0
        assert found["interval"]["low"] > 1


def test_what_wins_and_leaves_is_proposed_as_an_exclusion_with_its_price(planted_run: Run) -> None:
    found = planted_run.criterion("ownership")
    assert found is not None and found["exclusion"] and found["polarity"] == "exclude"
    assert found["points"] == 0
    counts, churn = found["counts"], found["churn"]
    assert counts["match_won"] / (counts["match_won"] + counts["match_lost"]) > 0.4  # it wins often
    assert churn["match"]["yearly_rate"] > 3 * churn["rest"]["yearly_rate"]
    assert found["price"]["deals_avoided"] == counts["match_won"] + counts["match_lost"]
    assert 0 < len(found["price"]["wins_given_up"]) <= 10
    (proposed,) = planted_run.profile.exclusions
    assert (proposed.state, proposed.when) == ("proposed", found["when"])


def test_the_traps_are_refused_each_with_its_reason_and_proof(planted_run: Run) -> None:
    refused = planted_run.refused()
    assert refused["health_score_band"] == "leakage"
    assert refused["touches"] == "self_caused"
    assert refused["lifecycle_stage"] == "computed"
    assert refused["name"] == "identifier"
    assert all(one["proof"] for one in planted_run.document["rejected"])
    used = {one["attribute"] for one in planted_run.document["criteria"]}
    assert not used & {"health_score_band", "touches", "lifecycle_stage"}


def test_what_is_known_only_where_we_worked_is_asked_and_not_scored(planted_run: Run) -> None:
    found = planted_run.criterion("pain")
    assert found is not None
    assert (found["seen"], found["points"]) == ("call", 0)
    assert found["rates"]["match"] > found["rates"]["rest"]


def test_where_nothing_is_planted_nothing_is_said(empty_run: Run) -> None:
    document = empty_run.document
    assert document["verdict"] == "no_signal"
    assert [one for one in document["criteria"] if one["seen"] == "list"] == []
    assert empty_run.profile.exclusions == ()
    assert empty_run.profile.status == "hypothesis"
    assert 0 < len(document["failed"]) <= 5
    assert document["power"]["value"] >= 0.8


def test_ten_deals_are_insufficient_and_still_say_whom_to_ask(small_run: Run) -> None:
    document = small_run.document
    assert document["verdict"] == "insufficient"
    assert len(document["criteria"]) <= MOST_HYPOTHESES
    assert all(one["grade"] != "supported" for one in document["criteria"])
    assert document["customers"]["rows"] and document["interview"] and document["collect"]
    assert document["backtest"]["kind"] == "none"
    assert small_run.profile.model is None or small_run.document["sample"]["won"] >= 10


@pytest.mark.parametrize("outcome", ["won", "lost"])
def test_one_outcome_only_supports_nothing(outcome: str) -> None:
    records = tables(4, deals=60, market=40)
    records["deals"] = [one | {"outcome": outcome, "closed_at": one["created_at"]} for one in records["deals"]]
    made = run(records)
    assert made.document["verdict"] == "insufficient"
    assert made.document["criteria"] == []
    assert made.document["tests"] == 0


def test_every_count_is_that_of_the_written_criterion(planted_run: Run) -> None:
    evidence, con = planted_run.evidence, planted_run.con
    con.execute(
        "CREATE OR REPLACE TEMP VIEW judged AS SELECT r.row_number, r.account_id, r.t AS as_of, k.* "
        "EXCLUDE (row_number) FROM evidence_rows r JOIN as_known k USING (row_number)"
    )
    predicates = {one["id"]: parse(one["when"]) for one in planted_run.document["criteria"]}
    coverage = planted_run.profile.coverage
    criterion_states(con, predicates, rows="judged", as_of="row", coverage=coverage, keep=("row_number",))
    for one in planted_run.document["criteria"]:
        (state,) = con.execute(f'SELECT "{one["id"]}" FROM criterion_states ORDER BY row_number').fetchnumpy().values()
        known = ~np.ma.getmaskarray(np.ma.asarray(state))
        true = known & np.ma.asarray(state).filled(False).astype(bool)
        counted = {
            "match_won": true & (evidence.outcome == 1),
            "match_lost": true & (evidence.outcome == 0),
            "match_open": true & (evidence.outcome == -1),
            "rest_won": known & ~true & (evidence.outcome == 1),
            "rest_lost": known & ~true & (evidence.outcome == 0),
        }
        assert {name: int(rows.sum()) for name, rows in counted.items()} == {
            name: one["counts"][name] for name in counted
        }
        for outcome in ("won", "lost", "open"):
            assert one["records"][outcome] == evidence.deal_id[counted[f"match_{outcome}"]].tolist()


def test_no_more_is_written_than_people_read(planted_run: Run, empty_run: Run, small_run: Run) -> None:
    for made in (planted_run, empty_run, small_run):
        scored = [one for one in made.document["criteria"] if one["seen"] == "list" and not one["exclusion"]]
        assert len(scored) <= MOST_CRITERIA
        assert all(count <= MOST_A_LAYER for count in Counter(one["layer"] for one in scored).values())
        assert sum(one["exclusion"] for one in made.document["criteria"]) <= MOST_EXCLUSIONS
        assert all(one["points"] == int(one["points"]) and 1 <= abs(one["points"]) <= 20 for one in scored)
        assert all((one["points"] > 0) == (one["polarity"] == "seek") for one in scored)


def test_of_many_traits_of_one_layer_the_five_best_are_written_and_the_next_five_under_need() -> None:
    generator = np.random.default_rng(8)
    has = (generator.random((12, 2500)) < 0.3).astype(float)
    won = drawn(generator, has.T @ np.linspace(1.1, 0.6, 12) - 4)
    traits = [flag(f"trait {one}", has[one]) for one in range(12)]
    made = evidence(won, *traits)
    found = discover(made, attributes={fact.name: fact.info for fact in traits}, unit="deal", best="win_rate")
    assert found.judgement.verdict == "profile"
    assert Counter(one.layer for one in found.patterns) == {"firmographic": MOST_A_LAYER, "need": MOST_A_LAYER}
    assert MOST_A_LAYER == 5 and MOST_CRITERIA == 20
    first = {one.candidate.key for one in found.patterns if one.layer == "firmographic"}
    assert {"trait 0", "trait 1"} <= first and not {"trait 10", "trait 11"} & first


def test_a_column_can_be_kept_against_the_refusal_of_its_name() -> None:
    records = tables(5, deals=150, market=50)
    assert run(records).refused()["lifecycle_stage"] == "computed"
    kept = run(records, keep=("Lifecycle_Stage",))
    assert kept.refused().get("lifecycle_stage") != "computed"


def test_who_counts_as_best_changes_what_is_sought(planted_run: Run) -> None:
    by_wins = run(tables(1), best="win_rate")
    assert by_wins.document["best"] == "win_rate"
    agencies = by_wins.criterion("ownership")
    assert agencies is not None and agencies["polarity"] == "seek"
    assert planted_run.document["best"] == "value"


def test_the_answer_depends_on_neither_the_order_of_the_rows_nor_the_threads(planted_run: Run) -> None:
    draw = np.random.default_rng(6)
    records = {name: [rows[place] for place in draw.permutation(len(rows))] for name, rows in tables(1).items()}
    again = run(records, threads=4)
    assert again.document == planted_run.document
    assert again.profile == planted_run.profile


def test_renaming_every_company_changes_no_criterion(planted_run: Run) -> None:
    records = tables(1)
    records["accounts"] = [row | {"name": f"Firm {row['account_id']}"} for row in records["accounts"]]
    again = run(records).document["criteria"]
    assert [(one["when"], one["points"], one["counts"]) for one in again] == [
        (one["when"], one["points"], one["counts"]) for one in planted_run.document["criteria"]
    ]


def test_customers_without_deals_are_compared_with_each_other() -> None:
    records = tables(7, deals=400, market=0)
    made = run({"accounts": records["accounts"], "subscriptions": records["subscriptions"]})
    assert (made.document["unit"], made.document["reach"]) == ("customer", "customers")
    assert made.document["verdict"] in ("insufficient", "no_signal", "profile")
    assert made.document["sample"]["won"] + made.document["sample"]["lost"] == len(records["subscriptions"])
    json.dumps(made.document, allow_nan=False)


def test_the_predicates_are_in_the_language(planted_run: Run) -> None:
    for one in planted_run.document["criteria"]:
        assert to_text(parse(one["when"])) == one["when"]
        assert "_" not in one["sentence"]
    assert planted_run.document["as_of"] == AS_OF.isoformat()

"""The drafted profile: it loads, it says what was found, and its model gives back the numbers that were seen."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from evidence.tables import AS_OF, engine
from idealfit.patterns.drafting import LEAST_SLOPE, coverage_of, model_of, shrinkage
from idealfit.patterns.wording import identifier
from idealfit.profile.document import dump_profile, load_profile
from idealfit.records.company import Company
from idealfit.scores.expected_value import add_expected_value
from idealfit.scores.score import score_tables
from patterns.planted import Run


def test_it_loads_from_its_own_text(planted_run: Run, empty_run: Run, small_run: Run, tmp_path: Path) -> None:
    for number, made in enumerate((planted_run, empty_run, small_run)):
        path = tmp_path / f"{number}.yaml"
        path.write_text(dump_profile(made.profile), encoding="utf-8")
        assert load_profile(path) == made.profile


def test_ids_are_names_that_programs_can_use_and_none_comes_twice(planted_run: Run) -> None:
    ids = [one.id for one in planted_run.named]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[a-z][a-z0-9_-]*", one) for one in ids)


@pytest.mark.parametrize(
    ("label", "taken", "name"),
    [
        ("Uses Okta", (), "uses-okta"),
        ("uses Okta", ("uses-okta",), "uses-okta-2"),
        ("uses Okta", ("uses-okta", "uses-okta-2"), "uses-okta-3"),
        ("2nd office?", (), "x-2nd-office"),
        ("Größe", (), "gr-e"),
        ("日本", (), "trait"),
        ("a" * 99, (), "a" * 40),
    ],
)
def test_an_id_is_made_from_the_label(label: str, taken: tuple[str, ...], name: str) -> None:
    assert identifier(label, taken) == name
    assert re.fullmatch(r"[a-z][a-z0-9_-]*", name)


def test_criteria_stand_in_their_layers_with_the_points_of_the_evidence(planted_run: Run) -> None:
    written = {one.id: (layer, one) for layer, one in planted_run.profile.criteria}
    for block in planted_run.document["criteria"]:
        if block["exclusion"]:
            assert block["id"] in {one.id for one in planted_run.profile.exclusions}
            continue
        layer, criterion = written[block["id"]]
        assert (layer, criterion.when, criterion.points) == (block["layer"], block["when"], block["points"])
        assert (criterion.seen, criterion.grade) == (block["seen"], block["grade"])
        assert criterion.known_true_rate == block["rates"]["known_true_rate"]
    assert len(written) + len(planted_run.profile.exclusions) == len(planted_run.document["criteria"])


def test_a_layer_weighs_what_its_points_do_and_one_of_questions_alone_is_off(planted_run: Run) -> None:
    for layer in planted_run.profile.layers.values():
        weight = sum(abs(one.points) for one in layer.criteria if one.seen == "list")
        assert layer.weight == weight
        assert layer.active == (weight > 0)


def test_the_profile_file_keeps_no_list_of_records(planted_run: Run) -> None:
    text = dump_profile(planted_run.profile)
    assert "records" not in text
    assert not re.search(r"d0\d{4}", text)


def test_a_draft_is_proven_and_a_hypothesis_is_not(planted_run: Run, small_run: Run, empty_run: Run) -> None:
    assert planted_run.profile.status == "draft"
    assert small_run.profile.status == empty_run.profile.status == "hypothesis"


def scored(made: Run) -> dict[str, tuple[float | None, float | None, int | None]]:
    score_tables(made.con, made.profile, as_of=AS_OF, attributes=made.attributes, criteria=True, into="all_scores")
    add_expected_value(made.con, made.profile, table="all_scores", into="scores")
    rows = made.con.execute("SELECT account_id, p_win, expected_value, rank FROM scores").fetchall()
    return {row[0]: row[1:] for row in rows}


def test_the_chances_average_to_the_rate_that_was_seen(planted_run: Run) -> None:
    model = planted_run.profile.model
    assert model is not None
    evidence = planted_run.evidence
    closed = evidence.outcome >= 0
    linear = np.full(int(closed.sum()), model["win"]["intercept"])
    for one in planted_run.named:
        if one.id in model["win"]["effects"]:
            mask = one.pattern.candidate.mask()[closed]
            linear += model["win"]["effects"][one.id] * np.where(np.isnan(mask), one.pattern.known_true_rate, mask)
    chance = 1 / (1 + np.exp(-linear))
    assert np.mean(chance) == pytest.approx(np.mean(evidence.outcome[closed] == 1), abs=0.002)


def test_the_traits_that_win_have_positive_effects_and_the_leavers_a_higher_hazard(planted_run: Run) -> None:
    model = planted_run.profile.model
    ids = {one.pattern.attribute: one.id for one in planted_run.named}
    for attribute in ("industry", "tech", "funding"):
        assert model["win"]["effects"][ids[attribute]] > 0.2
    assert model["win"]["effects"][ids["ownership"]] > 0.2
    assert model["months"]["effects"][ids["ownership"]] > 0.7


def test_expected_value_puts_what_wins_and_leaves_below_what_wins_and_stays(planted_run: Run) -> None:
    ranks = scored(planted_run)
    kind = dict(planted_run.con.execute("SELECT account_id, ownership FROM accounts").fetchall())
    market = [key for key in ranks if int(key[1:]) >= 1000]
    for place, worse in (
        (1, lambda decoys, others: decoys < 0.9 * others),
        (2, lambda decoys, others: decoys > others),
    ):
        decoys = [ranks[key][place] or np.nan for key in market if kind[key] == "agency"]
        others = [ranks[key][place] or np.nan for key in market if kind[key] != "agency"]
        assert worse(np.nanmedian(decoys), np.nanmedian(others))
    values = sorted(((rank, value) for _chance, value, rank in ranks.values() if rank is not None))
    assert all(one[1] >= other[1] for one, other in pairwise(values) if one[1] and other[1])


def test_effects_are_shrunken_by_what_they_were_worth_on_deals_they_had_not_seen(planted_run: Run) -> None:
    def effects(slope: float) -> dict[str, float]:
        found = replace(planted_run.discovery, backtest=replace(planted_run.discovery.backtest, slope=slope))
        model = model_of(found, planted_run.named, planted_run.evidence, Company())
        assert model is not None
        shrunken: dict[str, float] = model["win"]["effects"]
        return shrunken

    whole, half, none = effects(1.0), effects(0.5), effects(-2.0)
    assert effects(3.0) == whole
    closed = int(np.sum(planted_run.evidence.outcome >= 0))
    kept = shrinkage(replace(planted_run.discovery.backtest, slope=0.5), closed)
    assert shrinkage(replace(planted_run.discovery.backtest, slope=None), closed) == LEAST_SLOPE, "nothing was judged"
    # the profiles that were judged were made of fewer deals than this one, so it is less too bold than they were
    assert 0.5 < kept < 0.75
    for name, beta in whole.items():
        assert half[name] == pytest.approx(kept * beta, abs=1e-3)
        assert none[name] == pytest.approx(LEAST_SLOPE * beta, abs=1e-3)


def test_below_ten_wins_no_chance_is_printed(small_run: Run) -> None:
    assert small_run.document["sample"]["won"] < 10
    assert small_run.profile.model is None


def test_coverage_says_what_silence_means() -> None:
    happened = [("a1", "Funding", "2025-03-01", "2025-02-01"), ("a2", "funding", "2025-05-01", None)]
    did = [("demo", "Inbound"), ("call", "outbound")]
    con = engine(
        accounts=[{"account_id": f"a{one}", "tech": ["Okta "] if one else ["rare", "okta"]} for one in range(150)],
        events=[
            {"event_id": key, "account_id": key, "event_type": kind, "occurred_at": on, "known_at": known}
            for key, kind, on, known in happened
        ],
        activities=[
            {
                "activity_id": kind,
                "account_id": "a1",
                "activity_type": kind,
                "occurred_at": "2025-04-01",
                "direction": way,
            }
            for kind, way in did
        ],
    )
    found = coverage_of(con)
    assert found.tech is not None and found.tech.tools == ("okta",)  # one account in 150 is less than 1 %
    assert dict(found.first_record) == {"Funding": date(2025, 2, 1), "demo": date(2025, 4, 1)}
    assert set(found.events.values()) == {"all"}
    assert found.roles is None
    con.execute("INSERT INTO contacts (contact_id, account_id, role) VALUES ('1', 'a1', 'champion')")
    assert coverage_of(con).roles == "listed"

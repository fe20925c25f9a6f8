"""What must not be learned from, each with its proof; and what must not be taken for it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from idealfit.evidence.table import Evidence, Fact
from idealfit.patterns.leakage import Admitted, admit, refuse_columns
from idealfit.records.attribute import AttributeInfo, describe
from patterns.made import category, drawn, event, evidence, flag, number, tools


def sorted_out(made: Evidence, *, keep: tuple[str, ...] = (), **more: AttributeInfo) -> Admitted:
    attributes = {fact.name: fact.info for fact in made.facts if fact.kind != "event"} | more
    return admit(made, attributes, keep)


def reason(admitted: Admitted, name: str) -> str | None:
    return next((one.reason for one in admitted.rejected if one.attribute == name), None)


def deals(open_: int = 120, closed: int = 600, seed: int = 1) -> tuple[np.random.Generator, np.ndarray]:
    """Outcomes, a third won, the last ones still open."""
    generator = np.random.default_rng(seed)
    return generator, np.concatenate([(generator.random(closed) < 1 / 3).astype(np.int64), np.full(open_, -1)])


@pytest.mark.parametrize("share", [0.4, 0.95])
@pytest.mark.parametrize("open_", [0, 120])
def test_a_column_filled_in_after_a_win_is_leakage(share: float, open_: int) -> None:
    generator, y = deals(open_)
    filled = (y == 1) & (generator.random(len(y)) < share)
    fact = category("health", ["green" if one else None for one in filled])
    admitted = sorted_out(evidence(y, fact))
    assert reason(admitted, "health") == "leakage"
    (proof,) = [one.proof for one in admitted.rejected]
    assert f"on {filled.sum():,} of {(y == 1).sum():,} won deals and 0 of {(y == 0).sum():,} lost ones" in proof


def test_open_deals_give_away_what_is_filled_in_on_some_lost_deals_too() -> None:
    generator, y = deals(200)
    share = np.where(y == 1, 0.6, np.where(y == 0, 0.05, 0.04))
    filled = generator.random(len(y)) < share
    fact = category("health", [("green", "amber")[place % 2] if one else None for place, one in enumerate(filled)])
    admitted = sorted_out(evidence(y, fact))
    assert reason(admitted, "health") == "leakage"
    assert "of 200 open ones" in admitted.rejected[0].proof
    assert sorted_out(evidence(y[:600], replace(fact, values=fact.values[:600], known=fact.known[:600]))).rejected == ()


def test_a_value_set_after_a_loss_is_leakage() -> None:
    generator, y = deals()
    said = np.where(y == 0, np.where(generator.random(len(y)) < 0.9, "closed", "x"), "x")
    assert reason(sorted_out(evidence(y, category("state", said))), "state") == "leakage"


@pytest.mark.parametrize(("times", "refused"), [(1, False), (4, True)])
def test_an_industry_that_none_of_few_wins_has_is_no_leakage(times: int, refused: bool) -> None:
    y = np.repeat([1, 0], [31 * times, 79 * times])
    said = np.where(np.arange(len(y)) % 2 == 0, "retail", "banking")
    said[31 * times : 48 * times] = "logistics"  # of 31 wins none, of 79 losses 17
    assert (reason(sorted_out(evidence(y, category("industry", said))), "industry") == "leakage") == refused


def test_a_number_other_than_the_usual_one_after_a_win_is_leakage() -> None:
    generator, y = deals()
    fact = number("invoiced", np.where(y == 1, np.round(generator.normal(1000, 200, len(y))), 0))
    assert reason(sorted_out(evidence(y, fact)), "invoiced") == "leakage"


def test_a_tool_of_ours_that_customers_then_have_is_leakage() -> None:
    _generator, y = deals()
    fact = tools("tech", [["ours", "jira"] if one == 1 else ["jira"] for one in y])
    admitted = sorted_out(evidence(y, fact))
    assert reason(admitted, "tech") == "leakage"


def test_a_strong_true_trait_is_no_leakage() -> None:
    for seed in range(5):
        generator = np.random.default_rng(seed)
        has = (generator.random(900) < 0.3).astype(float)
        y = drawn(generator, np.log(8) * has - 1.5)
        y[780:] = -1  # open deals are a mix of what will be won and lost
        assert sorted_out(evidence(y, flag("strong", has))).rejected == ()


def test_a_trait_that_nobody_lacks_among_winners_is_no_leakage_where_open_deals_have_it_as_often() -> None:
    generator = np.random.default_rng(3)
    has = (generator.random(900) < 0.35).astype(float)
    y = np.where(has == 1, drawn(generator, np.full(900, 6.0)), drawn(generator, np.full(900, -3.0)))
    assert sorted_out(evidence(y[:700], flag("strong", has[:700]))).rejected != ()
    y[700:] = -1
    assert sorted_out(evidence(y, flag("strong", has))).rejected == ()


def test_few_open_deals_are_proof_enough_where_hardly_any_loss_has_what_half_of_the_wins_have() -> None:
    y = np.repeat([1, 0, -1], [135, 721, 62])
    late, trait = (np.zeros(len(y)) for _ in range(2))
    late[:74] = late[135:152] = late[856] = 1  # 55 % of the wins, 2.4 % of the losses, one open deal
    trait[:74] = trait[135:185] = trait[856:863] = 1  # 55 % and 7 %, and open deals are between the two
    admitted = sorted_out(evidence(y, flag("late", late), flag("trait", trait), cycle=100.0))
    assert [one.attribute for one in admitted.rejected] == ["late"]


def test_something_rare_proves_nothing() -> None:
    _generator, y = deals(0)
    few = np.zeros(len(y))
    few[np.flatnonzero(y == 1)[:6]] = 1
    assert sorted_out(evidence(y, flag("rare", few))).rejected == ()


def test_gaps_that_have_nothing_to_do_with_the_outcome_are_no_leakage() -> None:
    generator, y = deals()
    values = [None if generator.random() < 0.5 else "x" if generator.random() < 0.5 else "y" for _ in y]
    assert sorted_out(evidence(y, category("industry", values))).rejected == ()


def known(fact: Fact, worked: float | None, unworked: float | None) -> Fact:
    return replace(fact, fill_worked=worked, fill_unworked=unworked)


@pytest.mark.parametrize(
    ("worked", "unworked", "called"),
    [(0.6, 0.05, True), (0.6, 0.5, False), (0.9, 0.0, True), (None, 0.0, False), (0.6, None, False), (0.3, 0.2, False)],
)
def test_what_is_known_only_where_somebody_worked_becomes_a_question(
    worked: float | None, unworked: float | None, called: bool
) -> None:
    generator, y = deals()
    fact = known(flag("pain", generator.integers(0, 2, len(y)).astype(float)), worked, unworked)
    admitted = sorted_out(evidence(y, fact))
    assert [one.name for one in admitted.called] == (["pain"] if called else [])
    assert [one.name for one in admitted.listed] == ([] if called else ["pain"])
    assert admitted.rejected == ()


def test_what_our_own_effort_moves_is_refused() -> None:
    generator, y = deals()
    touched = number("touches", generator.integers(0, 9, len(y)).astype(float))
    ours = replace(touched, varied_worked=0.8, varied_unworked=0.001)
    assert reason(sorted_out(evidence(y, ours)), "touches") == "self_caused"
    theirs = replace(touched, varied_worked=0.8, varied_unworked=0.6)
    assert reason(sorted_out(evidence(y, theirs)), "touches") is None


@pytest.mark.parametrize(
    ("column", "why"),
    [
        ("hs_lifecycle_stage", "computed"),
        ("Lifecycle Stage", "computed"),
        ("Lead Score", "computed"),
        ("Number of Associated Deals", "computed"),
        ("Number of Meetings", "self_caused"),
        ("Account Owner", "self_caused"),
        ("Renewal Date", "after_outcome"),
        ("Record ID", "identifier"),
        ("Original Source", "deal_level"),
        ("First Name", "personal"),
    ],
)
def test_what_crms_fill_in_is_refused_by_name_and_can_be_kept(column: str, why: str) -> None:
    generator, y = deals()
    made = evidence(y, category(column, generator.choice(["x", "y"], len(y))))
    admitted = sorted_out(made)
    assert reason(admitted, column) == why
    assert admitted.listed == ()
    kept = sorted_out(made, keep=(column.upper(),))
    assert kept.rejected == () and [one.name for one in kept.listed] == [column]


@pytest.mark.parametrize("column", ["employees", "Pain Score of Audit", "Company Type", "Plan Sponsor Count"])
def test_names_that_only_resemble_are_not_refused(column: str) -> None:
    generator, y = deals()
    made = evidence(y, category(column, generator.choice(["x", "y"], len(y))))
    assert sorted_out(made).rejected == ()


@pytest.mark.parametrize(
    ("level", "why"),
    [("deal", "deal_level"), ("after_fact", "after_outcome"), ("personal", "personal"), ("identifier", "identifier")],
)
def test_a_column_of_another_level_is_refused_without_looking(level: str, why: str) -> None:
    info = AttributeInfo("harbour_x", "harbour", "text", level=level, source_name="Harbour")  # type: ignore[arg-type]
    admitted = sorted_out(evidence([1, 0] * 20), harbour_x=info)
    assert reason(admitted, "Harbour") == why


def test_it_can_be_kept_by_the_name_that_it_has_in_the_source() -> None:
    generator, y = deals()
    fact = category("stage_x", generator.choice(["x", "y"], len(y)))
    fact = replace(fact, info=replace(fact.info, source_name="Lifecycle Stage"))
    assert reason(sorted_out(evidence(y, fact)), "Lifecycle Stage") == "computed"
    assert sorted_out(evidence(y, fact), keep=("lifecycle stage",)).rejected == ()


def counts(y: np.ndarray, share: float = 0.3, seed: int = 5) -> np.ndarray:
    seen = (np.random.default_rng(seed).random(len(y)) < share).astype(float)
    return np.repeat(seen[:, None], 6, 1)


@pytest.mark.parametrize("kind", ["contract_renewal", "Churn notice", "onboarding call", "deal won", "invoice"])
def test_what_follows_a_sale_does_not_announce_one(kind: str) -> None:
    _generator, y = deals()
    fact = event(f"events.{kind}", counts(y))
    assert reason(sorted_out(evidence(y, fact)), kind) == "after_outcome"


@pytest.mark.parametrize("kind", ["Won an award", "renewable_energy_plan", "Contractor hired", "Lost its CFO"])
def test_news_that_only_sounds_like_a_sale_may_announce_one(kind: str) -> None:
    _generator, y = deals()
    assert reason(sorted_out(evidence(y, event(f"events.{kind}", counts(y)))), kind) is None


def test_dated_events_are_no_leakage_however_they_go_with_winning() -> None:
    _generator, y = deals()
    fact = event("events.funding", np.repeat((y == 1).astype(float)[:, None], 6, 1))
    assert sorted_out(evidence(y, fact)).rejected == ()


def test_what_never_happened_before_a_deal_is_constant() -> None:
    _generator, y = deals()
    assert reason(sorted_out(evidence(y, event("events.audit", counts(y, 0.0)))), "audit") == "constant"


def test_one_value_and_none_are_constant() -> None:
    _generator, y = deals()
    facts = [category("one", ["x"] * len(y)), number("none", np.full(len(y), np.nan)), flag("yes", np.ones(len(y)))]
    admitted = sorted_out(evidence(y, *facts))
    assert {one.attribute: one.reason for one in admitted.rejected} == dict.fromkeys(("one", "none", "yes"), "constant")


def test_a_name_and_free_text_are_no_traits() -> None:
    _generator, y = deals()
    names = category("trading as", [f"company {number}" for number in range(len(y))])
    words = category(
        "story", [f"{number} " + "they told us of a long and winding road " * 3 for number in range(len(y))]
    )
    admitted = sorted_out(evidence(y, names, words))
    assert {one.attribute: one.reason for one in admitted.rejected} == {
        "trading as": "identifier",
        "story": "identifier",
    }


@pytest.mark.parametrize(("leaked", "where"), [(True, None), (False, "listed")])
def test_what_is_made_of_a_column_goes_where_the_column_goes(leaked: bool, where: str | None) -> None:
    generator, y = deals()
    filled = (y == 1) if leaked else np.ones(len(y), dtype=bool)
    places = [("france", "japan", "spain")[int(generator.integers(3))] if one else None for one in filled]
    country = category("country", places)
    regions = category(
        "country by region", [None if one is None else ("apac", "emea")[one != "japan"] for one in places]
    )
    region = replace(regions, form="group", column="country", groups={"apac": ("japan",), "emea": ("france", "spain")})
    admitted = sorted_out(evidence(y, country, replace(region, info=country.info)))
    assert [fact.name for fact in admitted.listed] == (["country", "country by region"] if where else [])
    assert [one.attribute for one in admitted.rejected] == (["country"] if leaked else [])


def test_a_column_of_nothing_but_yes_is_tested_as_a_yes_and_a_no() -> None:
    generator, y = deals()
    after = replace(flag("sealed", (y == 1).astype(float)), form="filled")
    before = replace(flag("exports", (generator.random(len(y)) < 0.3).astype(float)), form="filled")
    admitted = sorted_out(evidence(y, after, before))
    assert reason(admitted, "sealed") == "leakage"
    assert [fact.name for fact in admitted.listed] == ["exports"]


def test_a_column_without_a_name_makes_no_criterion_unless_it_is_asked_for() -> None:
    unnamed = {"c2": AttributeInfo("c2", "column 2", "number", source_name="column_2")}
    assert [(one.attribute, one.reason) for one in refuse_columns(unnamed)] == [("column_2", "unnamed")]
    assert refuse_columns(unnamed, keep=["column_2"]) == ()
    known = {"industry": AttributeInfo("industry", "industry", "text", source_name="column_2")}
    assert refuse_columns(known) == ()
    for mapped in (describe("pages_printed"), replace(describe("column_2"), label="pages printed a month")):
        assert refuse_columns({mapped.name: replace(mapped, source_name="column_2")}) == ()
    assert refuse_columns({"column_2": describe("column_2")}) != ()

"""Two columns against each other: every account once, every deal once, and rates that few deals move little."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pytest

from idealfit.patterns.bands import bands_of, crossable
from idealfit.patterns.crossing import prior_strength, shrunken
from idealfit.profile.parsing import parse
from idealfit.records.attribute import AttributeInfo
from idealfit.scores.states import criterion_states
from idealfit.store.place import open_place
from idealfit.workspace.asking import AtHand, CohortDesk
from idealfit.workspace.charting import beside, crossing, tier_curves

AS_OF = date(2026, 1, 1)


@pytest.fixture(scope="module")
def desk(made_up: Path) -> Iterator[CohortDesk]:
    made = CohortDesk(open_place(made_up))
    yield made
    made.close()


@pytest.fixture(scope="module")
def at_hand(desk: CohortDesk) -> AtHand:
    return desk.at_hand()


def test_every_account_and_every_closed_deal_is_in_one_cell(at_hand: AtHand) -> None:
    found = crossing(at_hand)
    assert found is not None and (found.row.name, found.column.name) == ("industry", "employees")
    cells = [cell for line in found.crossing.cells for cell in line]
    live = at_hand.con.execute("SELECT COUNT(*) FROM accounts WHERE duplicate_of IS NULL").fetchall()[0][0]
    assert sum(cell.market for cell in cells) == live
    assert sum(cell.won for cell in cells) == int((at_hand.evidence.outcome == 1).sum())
    assert sum(cell.lost for cell in cells) == int((at_hand.evidence.outcome == 0).sum())
    for cell in cells:
        if cell.rate is not None and cell.raw is not None:
            between = sorted((cell.raw, found.crossing.rate))
            assert between[0] - 1e-9 <= cell.rate.value <= between[1] + 1e-9
            assert cell.rate.low <= cell.rate.value <= cell.rate.high


def test_a_cell_counts_what_its_statement_counts(desk: CohortDesk, at_hand: AtHand) -> None:
    found = crossing(at_hand, "country", "employees")
    assert found is not None
    row, column = found.crossing.rows[0], found.crossing.columns[2]
    side = desk.answer(f"({row.when}) AND ({column.when})").cohort
    cell = found.crossing.cells[0][2]
    assert (side.matching.won, side.matching.lost, side.market[0]) == (cell.won, cell.lost, cell.market)


def test_criteria_beside_a_group_are_counted_on_the_accounts_of_today(desk: CohortDesk, at_hand: AtHand) -> None:
    answer = desk.answer("employees >= 200")
    for one in beside(at_hand):
        assert one.both + one.group_only + one.unknown == answer.cohort.market[0]
        assert 0 <= one.alike <= 1


def test_curves_by_tier_hold_the_customers_whose_time_is_known(at_hand: AtHand) -> None:
    curves = tier_curves(at_hand)
    known = int((np.isfinite(at_hand.evidence.months) & (at_hand.evidence.outcome == 1)).sum())
    assert curves and sum(curve.customers for curve in curves.values()) <= known


def test_hostile_values_fall_into_bands_that_hold_every_account_once(real_data: Path) -> None:
    texts = json.loads((real_data / "messy_blns" / "blns.json").read_text(encoding="utf-8"))
    con = duckdb.connect()
    con.execute(
        "CREATE TABLE accounts AS SELECT CAST(row_number() OVER () AS VARCHAR) AS account_id, NULL AS duplicate_of, "
        'text AS "a ""name""", CAST(length(text) AS DOUBLE) AS size FROM '
        "(SELECT unnest($texts || $texts || $texts) AS text)",
        {"texts": texts},
    )
    infos = {
        'a "name"': AttributeInfo('a "name"', "a name", "text"),
        "size": AttributeInfo("size", "size", "number"),
    }
    assert set(crossable(con, infos)) == set(infos)
    for info in infos.values():
        bands = bands_of(con, info)
        assert all(parse(one.when) == one.predicate for one in bands)
        states = {f"b{at}": one.predicate for at, one in enumerate(bands)}
        criterion_states(con, states, rows="accounts", as_of=AS_OF)
        sums = " + ".join(f"COALESCE({name}::INT, 0)" for name in states)
        assert con.execute(f"SELECT DISTINCT {sums} FROM criterion_states").fetchall() == [(1,)]
    con.close()


def test_groups_that_differ_by_chance_alone_are_drawn_together() -> None:
    draw = np.random.default_rng(1)
    closed = draw.integers(5, 60, 80).astype(float)
    assert prior_strength(draw.binomial(closed.astype(int), 0.25).astype(float), closed) > 60
    true = draw.beta(5, 15, 400)
    many = np.full(400, 50.0)
    assert 12 < prior_strength(draw.binomial(50, true).astype(float), many) < 32  # planted: 20
    assert math.isinf(prior_strength(np.array([3.0]), np.array([9.0])))


def test_the_fewer_the_deals_the_nearer_to_the_usual() -> None:
    few, many = (shrunken(n * 0.8, float(n), 0.2, 20.0, n=n, accounts=n) for n in (2, 200))
    assert 0.2 < few.value < 0.3 and 0.7 < many.value < 0.8
    assert few.high - few.low > many.high - many.low

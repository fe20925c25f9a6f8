"""Segments whose deals never close are found; deals that are merely young, and a few stragglers, are not."""

from __future__ import annotations

import numpy as np

from idealfit.evidence.table import Evidence
from idealfit.patterns.stalled import never_closing, usual_days
from patterns.made import binned_of, category, evidence, noise


def deals(seed: int = 1, *, rows: int = 1200, stuck: float = 0.45) -> Evidence:
    """Public bodies neither sign nor say no; all others close within 60 days."""
    generator = np.random.default_rng(seed)
    kind = generator.choice(np.array(["public body", "private", "family"], dtype=object), rows)
    y = (generator.random(rows) < 0.3).astype(np.int64)
    never = generator.random(rows) < np.where(kind == "public body", stuck, 0.04)
    day = np.linspace(0, 700, rows)
    return evidence(
        np.where(never, -1, y),
        category("kind", kind),
        *noise(generator, np.arange(rows)),
        day=day,
        cycle=generator.integers(5, 60, rows).astype(float),
    )


def test_a_segment_that_never_closes_is_found_with_its_counts() -> None:
    made = deals()
    (one,) = never_closing(made, binned_of(made), seed=1)
    assert one.candidate.key == "kind"
    inside = one.candidate.mask() == 1
    assert set(made.facts[0].values[inside]) == {"public body"}
    assert one.stalled == int(np.sum(inside & (made.outcome == -1)))
    assert one.stability > 0.9
    assert f"{one.stalled} of {one.deals} deals are open for more than {usual_days(made)} days" in one.told


def test_where_every_kind_stalls_alike_nothing_is_found() -> None:
    assert all(never_closing(made, binned_of(made), seed=1) == () for made in (deals(stuck=0.04), deals(2, stuck=0.04)))


def test_young_open_deals_do_not_count_as_stalled() -> None:
    generator = np.random.default_rng(1)
    rows = 900
    kind = generator.choice(np.array(["new", "old"], dtype=object), rows)
    y = (generator.random(rows) < 0.3).astype(np.int64)
    young = (np.arange(rows) > 800) & (kind == "new")
    made = evidence(np.where(young, -1, y), category("kind", kind), day=np.linspace(10, 905, rows), cycle=200.0)
    assert never_closing(made, binned_of(made), seed=1) == ()

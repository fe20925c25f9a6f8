"""What can be asked of a parsed predicate."""

from __future__ import annotations

from idealfit.profile.parsing import depth, parse
from idealfit.profile.predicate import Attribute, Number, attributes, walk


def test_it_names_the_columns_it_reads_once_each_in_order():
    text = "a > 1 AND (uses('x') OR NOT b LIKE 'c') AND growth('d', over => '5 days') > a AND e IS NULL AND f IN (1, 2)"
    assert attributes(parse(text)) == ("a", "tech", "b", "d", "e", "f")
    assert attributes(parse("happened('x') OR has_role('y')")) == ()


def test_walking_goes_through_every_part_parents_first():
    parts = list(walk(parse("a + 1 BETWEEN b AND 2")))
    assert [type(part).__name__ for part in parts] == [
        "Between",
        "Arithmetic",
        "Attribute",
        "Number",
        "Attribute",
        "Number",
    ]
    assert parts[2] == Attribute("a")
    assert isinstance(parts[-1], Number)


def test_depth_counts_levels():
    assert depth(parse("a")) == 1
    assert depth(parse("NOT a = b + 1")) == 4

"""Layers have room for five; the least of a company's own columns stand elsewhere rather than nowhere."""

from __future__ import annotations

from idealfit.patterns.layering import layers_within
from idealfit.records.attribute import KNOWN, AttributeInfo


def own(name: str) -> AttributeInfo:
    return AttributeInfo(name, name, "boolean")


def test_what_a_layer_has_no_room_for_stands_under_need_until_that_is_full() -> None:
    layers = layers_within([own(f"trait_{number}") for number in range(11)], 5)
    assert layers == ["firmographic"] * 5 + ["need"] * 5 + [None]


def test_what_every_list_says_takes_the_place_of_the_least_of_ones_own_columns() -> None:
    infos = [*(own(f"trait_{number}") for number in range(5)), KNOWN["employees"], KNOWN["industry"]]
    layers = layers_within(infos, 5)
    assert layers == ["firmographic"] * 3 + ["need"] * 2 + ["firmographic"] * 2


def test_other_layers_and_a_full_need_move_nothing() -> None:
    tools = [AttributeInfo(f"tool_{number}", "a tool", "boolean", layer="technographic") for number in range(6)]
    assert layers_within(tools, 5) == ["technographic"] * 5 + [None]
    needs = [AttributeInfo(f"pain_{number}", "a pain", "boolean", layer="need") for number in range(5)]
    infos = [*needs, *(own(f"trait_{number}") for number in range(5)), KNOWN["employees"]]
    assert layers_within(infos, 5)[-1] is None

"""What a criterion asks of decides what is told of it, not the layer that had room for it."""

from __future__ import annotations

from idealfit.profile.content import AttributeWords, Criterion, Layer, Profile
from idealfit.profile.own_layer import own_layer


def test_a_found_criterion_of_firmographic_columns_is_firmographic_wherever_it_stands() -> None:
    found = {
        "warehouse": "warehouse = 'north'",
        "both": "warehouse = 'north' AND employees > 99",
        "pain": "pain = 'audits'",
        "size": "employees > 99",
    }
    criteria = [Criterion(id=name, when=when, points=2, grade="suggestive") for name, when in found.items()]
    typed = Criterion(id="typed", when="warehouse = 'north'", points=2)
    words = {"warehouse": AttributeWords(), "pain": AttributeWords(layer="need")}
    profile = Profile(profile="P", layers={"need": Layer(weight=10, criteria=(*criteria, typed))}, attributes=words)
    said = {one.id: own_layer(profile, layer, one) for layer, one in profile.criteria}
    assert said == {
        "warehouse": "firmographic",
        "both": "firmographic",
        "pain": "need",
        "size": "need",
        "typed": "need",
    }
    assert own_layer(profile, "technographic", criteria[0]) == "technographic"

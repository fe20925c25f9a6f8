"""What kind of thing a criterion asks of, where it does not stand in the layer of that kind.

Discovery puts what the firmographic layer has no room for under `need` (`patterns.layering`). It scores there; but a
company's warehouse is no pain of it, and what is told to people goes by what it is.
"""

from __future__ import annotations

from idealfit.profile.content import Criterion, Profile
from idealfit.profile.predicate import attributes
from idealfit.records.attribute import Layer


def own_layer(profile: Profile, layer: Layer, criterion: Criterion) -> Layer:
    """`layer`, in which the criterion stands; firmographic for one that was found and stands under `need` though all
    columns of one's own that it asks of are firmographic in the profile's dictionary. Where a person puts one it stays.
    """
    if layer != "need" or criterion.grade == "assumed":
        return layer
    kinds = {profile.attributes[name].layer for name in attributes(criterion.predicate) if name in profile.attributes}
    return "firmographic" if kinds == {"firmographic"} else layer

"""Which layer a criterion stands in, where a layer has no room: at most five stand in each.

Most columns of a company's own have names that tell no layer and are firmographic for want of a better word. Where more
than five of what was found are so, the least of those columns stand under `need` as long as that has room: what a
company does is the nearest thing to a use case that a list of companies knows. What every list of companies says (head
count, industry, country) stays where it is and goes first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from idealfit.patterns.candidate import Candidate
from idealfit.records.attribute import KNOWN, AttributeInfo, Layer

FULL: Layer = "firmographic"
INSTEAD: Layer = "need"


def layers_within(infos: Sequence[AttributeInfo], most: int) -> list[Layer | None]:
    """The layer of each, with at most `most` in any; None for what finds no room. `infos`: the best first."""
    taken: Counter[Layer] = Counter()
    layers: list[Layer | None] = []
    for info in infos:
        layer: Layer | None = info.layer
        if taken[info.layer] >= most:
            moved = _last_own(infos, layers) if info.name in KNOWN else len(layers)
            may_move = info.layer == FULL and taken[INSTEAD] < most and moved is not None
            if may_move and moved == len(layers):
                layer = INSTEAD
            elif may_move and moved is not None:
                layers[moved] = INSTEAD
                taken[INSTEAD] += 1
                taken[FULL] -= 1
            else:
                layer = None
        if layer is not None:
            taken[layer] += 1
        layers.append(layer)
    return layers


def _last_own(infos: Sequence[AttributeInfo], layers: Sequence[Layer | None]) -> int | None:
    """The last of the company's own columns that stands in the full layer."""
    own = [place for place, layer in enumerate(layers) if layer == FULL and infos[place].name not in KNOWN]
    return own[-1] if own else None


def in_layer(candidate: Candidate, layer: Layer) -> Candidate:
    """The same set, its fact standing in `layer`."""
    fact = candidate.binned.fact
    if fact.info.layer == layer:
        return candidate
    moved = replace(fact, info=replace(fact.info, layer=layer))
    return replace(candidate, binned=replace(candidate.binned, fact=moved))

"""What a person should know of a profile over this data: columns that are not there, criteria that tell nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from idealfit.profile.document import Profile
from idealfit.profile.parsing import suggest
from idealfit.profile.predicate import attributes
from idealfit.scores.currency import no_rate, without_rate
from idealfit.scores.near_values import NearValue, told
from idealfit.scores.scorecard import Scorecard

ENOUGH = 5
"""From so many known accounts on it is worth a line that a criterion is true for all or for none."""


def warnings_of(
    profile: Profile,
    plan: Scorecard,
    columns: Collection[str],
    hits: Mapping[str, tuple[int, int]],
    near: Sequence[NearValue] = (),
) -> tuple[str, ...]:
    """One line each, in the order of the file. `hits`: for how many accounts each id is true and false; `near`: words
    that no record has, where another is near.
    """
    found: list[str] = []
    known = {column.lower() for column in columns}
    criteria = [(f"Criterion '{one.id}'", one.id, one.predicate) for one in plan.items]
    barriers = [(f"Exclusion '{one.id}'", one.id, one.predicate) for one in plan.barriers]
    for title, name, predicate in (*criteria, *barriers):
        absent = [word for word in attributes(predicate) if word.lower() not in known]
        found += [
            f"{title}: the data have no column '{word}', so it is unknown{_near(word, columns) or '.'}"
            for word in absent
        ]
        found += [f"{title}: {told(one)}" for one in near if one.id == name]
        lacking = without_rate(predicate, profile.coverage)
        found += [f"{title} is unknown: {no_rate(code, profile.coverage)}." for code in lacking]
        true, false = hits.get(name, (0, 0))
        if not absent and not lacking and true + false == 0:
            found.append(f"{title} is unknown for every account.")
        elif not absent and false == 0 and true >= ENOUGH:
            found.append(f"{title} is true for every account where it is known ({true:,}): it tells nobody apart.")
        elif not absent and true == 0 and false >= ENOUGH and title.startswith("Criterion"):
            found.append(f"{title} is true for no account ({false:,} false).")
    found += [
        f"Layer '{name}' is switched off in the file: its criteria take no part."
        for name, layer in profile.layers.items()
        if not layer.active and layer.criteria
    ]
    if not plan.axis("fit"):
        found.append("No fit layer has a scored criterion and a weight: fit is empty and every tier is unknown.")
    return tuple(found)


def _near(word: str, columns: Collection[str]) -> str:
    near = suggest(word, columns)
    return f"; did you mean '{near}'?" if near else ""

"""What a form says beside its conditions: what is done with each tier, the card for inbound leads, and what the profile
is called, when it is looked at again and by whom.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from idealfit.profile.standing import team_of, team_words

if TYPE_CHECKING:
    from idealfit.profile.content import Profile

TIERS: Final = ("A", "A-now", "A-soon", "A-later", "B", "B-now", "B-soon", "B-later", "C")
"""The tiers and priorities for which the form asks what is done."""
MOST_ROUTES: Final = 12


EVERY: Final = ("month", "quarter", "half-year", "year")
"""How often a profile can be looked at again."""


@dataclass(frozen=True)
class CardLine:
    """The points of a criterion on the card, as typed: `number` of its entry, the id that it had and has."""

    number: int
    was: str
    id: str
    points: str


@dataclass(frozen=True)
class Objection:
    """What cannot be used: of which entry (None: of the whole), in which field, what and what to do."""

    entry: int | None
    field: str
    what: str
    remedy: str


def actions_of(typed: Mapping[str, str], before: Mapping[str, str]) -> dict[str, str]:
    """What is done with each tier; what was not touched stays letter by letter, what was emptied goes."""
    made = {}
    for name in (*before, *(name for name in typed if name not in before)):
        was = before.get(name, "")
        now = typed.get(name, was)
        same = now.split() == was.split()
        if (name in before and same) or now.strip():
            made[name] = was if same else now.strip()
    return made


def card_of(
    lines: Sequence[CardLine],
    routes: Sequence[tuple[str, str]],
    before: Mapping[str, Any] | None,
    known: frozenset[str],
) -> tuple[dict[str, Any] | None, list[Objection]]:
    """The card that is typed, over that of `before`, None where there is none; and what cannot be used. Entries of it
    that name no criterion (`known` before) are left to be objected to.
    """
    old = before or {}
    kept = {str(one["id"]): dict(one) for one in old.get("criteria", ())}
    order = {name: place for place, name in enumerate(kept)}
    found: list[Objection] = []
    made = [(order[name], one) for name, one in kept.items() if name not in known]
    for line in lines:
        typed = _whole(line.points)
        if not typed:
            continue
        if not re.fullmatch(r"-?\d{1,3}", typed, re.ASCII) or not -100 <= int(typed) <= 100:
            found.append(Objection(line.number, "card", "Points on the card are a whole number", "Write -100 to 100."))
            continue
        place = order.get(line.was, len(order) + line.number)
        made.append((place, {**kept.get(line.was, {}), "id": line.id, "points": int(typed)}))
    criteria = [one for _place, one in sorted(made, key=lambda pair: pair[0])]
    answered = dict(_answered(routes, found))
    if answered == old.get("routes", {}):
        answered = dict(old.get("routes", {}))  # in the order of the file
    card = {**old, "criteria": criteria, "routes": answered}
    card = {name: value for name, value in card.items() if value}
    return card or None, found


def _answered(routes: Sequence[tuple[str, str]], found: list[Objection]) -> Iterator[tuple[int, str]]:
    """From so many points on, who answers."""
    seen: set[int] = set()
    for number, (least, who) in enumerate(routes):
        typed = _whole(least)
        if not typed and not who.strip():
            continue
        if not re.fullmatch(r"-?\d{1,4}", typed, re.ASCII):
            found.append(Objection(None, f"route.{number}", "From how many points on is missing", "Write a number."))
        elif not who.strip():
            found.append(Objection(None, f"route.{number}", "Who answers is missing", "Write it, or empty the line."))
        elif int(typed) in seen:
            found.append(Objection(None, f"route.{number}", "Two lines begin at the same points", "Remove one."))
        else:
            seen.add(int(typed))
            yield int(typed), who.strip()


def _whole(typed: str) -> str:
    return typed.strip().replace("−", "-").removeprefix("+")  # noqa: RUF001 - as people copy it


def about_of(profile: Profile) -> dict[str, str]:
    """What the profile is called, and its review: how often, after how many closed deals, who owns it."""
    review = profile.review
    after = "" if review.after_closed_deals is None else str(review.after_closed_deals)
    owners = "; ".join(team_words(one) for one in review.owners)
    return {"name": profile.profile, "every": review.every, "deals": after, "owners": owners}


def set_about(content: dict[str, Any], typed: Mapping[str, str]) -> Iterator[Objection]:
    """Write them into `content` where they were typed and are other ones; yields what cannot be used."""
    review = dict(content.get("review", {}))
    name, deals = typed.get("name"), typed.get("deals")
    if name is not None and name.split() != str(content.get("profile", "")).split():
        content["profile"] = name.strip()
        if not name.strip():
            yield Objection(None, "about.name", "The profile has no name", "Write one.")
    if typed.get("every") in EVERY:
        review["every"] = typed["every"]
    if deals is not None and deals.strip() != str(review.get("after_closed_deals", "")):
        review.pop("after_closed_deals", None)
        if re.fullmatch(r"\d{1,6}", deals.strip(), re.ASCII) and int(deals):
            review["after_closed_deals"] = int(deals)
        else:
            yield Objection(None, "about.deals", "This is no number of deals", "Write one, such as 50.")
    if typed.get("owners") is not None:
        owners = list(dict.fromkeys(team_of(one) for one in typed["owners"].split(";") if one.strip()))
        if owners != [team_of(one) for one in review.get("owners", ())]:
            review["owners"] = owners
        if not owners:
            yield Objection(None, "about.owners", "Nobody would sign it", "Name at least one team, such as sales.")
    if review:
        content["review"] = review

"""The inbound card: points a criterion that holds, added up, and who answers a lead of so many points.

It is made from the criteria of the layers, so that the card and the weighted score cannot contradict each other on what
is true of an account. A profile without a card gets one from its own points.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from sqlglot import exp

from idealfit.profile.content import Card, CardEntry, Profile
from idealfit.scores import sql
from idealfit.scores.reasons import Wording, word_of
from idealfit.scores.scorecard import Card as CardPlan
from idealfit.scores.scorecard import scorecard
from idealfit.scores.tiers import EXCLUDED

WHOLE = 100
"""What the points of a card add up to that is made of a profile's own points."""
ROUTES = {70: "ae-same-day", 40: "sdr-two-days", 0: "nurture"}
"""The field's routes: an account executive the same day, a sales development rep within two days, or nurture."""
RAISED_WITHIN = 30
"""So many days a lead that asked for somebody is answered first."""

Signed: TypeAlias = "tuple[tuple[str, int], ...]"


@dataclass(frozen=True)
class CardReason:
    """One line of a card: the criterion, whether it holds (true, false, unknown), the points that it brings (or would
    bring, where it is unknown), and the words.
    """

    id: str
    state: str
    points: int
    text: str


@dataclass(frozen=True)
class CardScore:
    """What the card says of one account: `points`, the `most` that they can be once all is known, who answers."""

    points: int
    most: int
    route: str | None
    reasons: tuple[CardReason, ...]


def with_card(profile: Profile) -> Profile:
    """`profile`, with a card made of the points of its scored criteria where it has none; routes of the field where
    the card names none. Nothing changes where there is nothing to count.
    """
    card = profile.card or Card(criteria=_shares(profile))
    if not card.criteria:
        return profile
    return profile.model_copy(update={"card": card.model_copy(update={"routes": card.routes or ROUTES})})


def _shares(profile: Profile) -> tuple[CardEntry, ...]:
    """Each criterion's share of all points above 0, as whole numbers that add up to 100 (largest remainders)."""
    worth = {
        item.id: layer.weight * item.points
        for layer in scorecard(profile).layers
        for item in layer.items
        if layer.weight
    }
    most = sum(value for value in worth.values() if value > 0)
    if most == 0:
        return ()
    shares = {name: divmod(WHOLE * abs(value), most) for name, value in worth.items()}
    up = sorted((name for name, value in worth.items() if value > 0), key=lambda name: -shares[name][1])
    missing = WHOLE - sum(shares[name][0] for name in up)
    points = {name: share + (name in up[:missing]) for name, (share, _) in shares.items()}
    signed = {name: max(-WHOLE, -points[name]) if worth[name] < 0 else points[name] for name in worth}
    return tuple(CardEntry(id=name, points=value) for name, value in signed.items() if value)


def card_score(
    card: CardPlan,
    states: Mapping[str, bool | None],
    texts: Mapping[str, Wording],
    *,
    excluded: bool,
    hand_raised: bool = False,
) -> CardScore:
    """The card of one account. Somebody who raised a hand gets the first route, whatever is unknown; only a known
    exclusion declines.
    """
    points = sum(worth for name, worth in card.points if states[name])
    most = points + sum(worth for name, worth in card.points if states[name] is None and worth > 0)
    reached = [route for least, route in card.routes if points >= least]
    route = card.routes[0][1] if hand_raised and card.routes else reached[0] if reached else None
    return CardScore(
        points,
        most,
        EXCLUDED if excluded else route,
        tuple(
            CardReason(
                name, word_of(states[name]), worth if states[name] is not False else 0, texts[name].of(states[name])
            )
            for name, worth in ordered(card)
        ),
    )


def ordered(card: CardPlan) -> Signed:
    """The lines of a card, those that weigh most first."""
    return tuple(sorted(card.points, key=lambda entry: -abs(entry[1])))


def card_columns(
    card: CardPlan, texts: Mapping[str, Wording], hand_raised: exp.Expr, reasons: exp.Expr | None = None
) -> list[exp.Expr]:
    """`card_points`, `route`, `card_most` and `card_reasons` over a row with `c_<id>` columns and `is_excluded`.

    `hand_raised` is a boolean expression over that row, `reasons` what stands for the reasons where another engine
    reads it. The same as `card_score`.
    """
    points = _points(card, known=True)
    branches = [
        (exp.GTE(this=points.copy(), expression=sql.integer(least)), sql.string(route)) for least, route in card.routes
    ]
    raised = [(hand_raised, sql.string(card.routes[0][1]))] if card.routes else []
    declined = (sql.column("is_excluded"), sql.string(EXCLUDED))
    made = {
        "card_points": points,
        "route": sql.cases(declined, *raised, *branches, default=sql.nothing("TEXT")),
        "card_most": exp.Add(this=points.copy(), expression=_points(card, known=False)),
        "card_reasons": _reasons(card, texts) if reasons is None else reasons,
    }
    return [exp.alias_(node, name, quoted=True) for name, node in made.items()]


def _state(name: str) -> exp.Expr:
    return sql.column(f"c_{name}")


def _points(card: CardPlan, *, known: bool) -> exp.Expr:
    """The points of what holds, or those above 0 of what is unknown."""
    total: exp.Expr = sql.integer(0)
    for name, worth in card.points:
        test = _state(name) if known else exp.Is(this=_state(name), expression=exp.Null())
        if known or worth > 0:
            each = sql.cases((test, sql.integer(worth)), default=sql.integer(0))
            total = exp.Add(this=total, expression=each)
    return sql.cast(exp.Paren(this=total), "BIGINT")


NO_LINES = "STRUCT(id TEXT, state TEXT, points BIGINT, text TEXT)[]"
"""The type of a card's reasons."""


def _reasons(card: CardPlan, texts: Mapping[str, Wording]) -> exp.Expr:
    if not card.points:
        return sql.cast(exp.Array(expressions=[]), NO_LINES)
    return exp.Array(expressions=[_reason(name, worth, texts[name]) for name, worth in ordered(card)])


def _reason(name: str, worth: int, text: Wording) -> exp.Expr:
    def by_state(true: exp.Expr, unknown: exp.Expr, false: exp.Expr) -> exp.Expr:
        missing = exp.Is(this=_state(name), expression=exp.Null())
        return sql.cases((_state(name), true), (missing, unknown), default=false)

    fields = {
        "id": sql.string(name),
        "state": by_state(*(sql.string(word_of(state)) for state in (True, None, False))),
        "points": sql.cast(by_state(sql.integer(worth), sql.integer(worth), sql.integer(0)), "BIGINT"),
        "text": by_state(*(sql.string(text.of(state)) for state in (True, None, False))),
    }
    pairs = [exp.PropertyEQ(this=exp.to_identifier(key), expression=value) for key, value in fields.items()]
    return exp.Struct(expressions=pairs)


def raised_hands(as_of: date, leads: str = "leads") -> exp.Select:
    """The accounts of which one of the `leads` of the last 30 days, not turned down since, asked for somebody:
    `account_id`.
    """
    day = sql.cast(sql.column("created_at"), "DATE")
    recent = [
        exp.LTE(this=day, expression=sql.day(as_of)),
        exp.GT(this=day.copy(), expression=sql.day(sql.shifted(as_of, -RAISED_WITHIN))),
    ]
    undated = exp.Is(this=sql.column("created_at"), expression=exp.Null())
    tests = [
        sql.column("hand_raised"),
        exp.Not(this=exp.Is(this=sql.column("account_id"), expression=exp.Null())),
        exp.Is(this=sql.column("disqualified_at"), expression=exp.Null()),
        sql.any_of([undated, sql.all_of(recent)]),
    ]
    return exp.select(sql.column("account_id")).from_(sql.table(leads)).where(sql.all_of(tests))


def card_words(card: CardScore) -> str:
    """A card as one line: '35 points (up to 45): industry +20, size +15; unknown: stack +10'."""
    true = [f"{one.text} {one.points:+d}" for one in card.reasons if one.state == "true"]
    unknown = [
        f"{one.text.removeprefix('unknown: ')} {one.points:+d}" for one in card.reasons if one.state == "unknown"
    ]
    upto = f" (up to {card.most})" if card.most != card.points else ""
    said = [", ".join(true) or "nothing of it is known to hold"]
    if unknown:
        said.append(f"not known: {', '.join(unknown)}")
    return f"{card.points} points{upto}: {'; '.join(said)}"

"""Rules on the shape of a profile: its layers, its exclusions, its length, what follows from its score."""

from __future__ import annotations

from collections.abc import Iterator

from idealfit.lint.conditions import conditions
from idealfit.lint.rule import Fault, rule
from idealfit.lint.subject import Subject
from idealfit.lint.wording import listed, number
from idealfit.profile.own_layer import own_layer

CLASSICAL = {
    "firmographic": "what the company is",
    "technographic": "what it works with",
    "situational": "what happens to it now",
    "behavioral": "what its people do with us",
}
"""The layers that every profile is expected to have."""
OF_A_LAYER, OF_A_PAGE, EXCLUSIONS_OF_A_PAGE = 5, 12, 6
OF_A_HYPOTHESIS, CONDITIONS_OF_A_HYPOTHESIS, FEW_CUSTOMERS = 6, 3, 25
TELLING_NOTHING = frozenset(["?", "-", ".", "tbd", "todo", "n/a", "none", "na", "xxx", "because", "reason", "unknown"])
LEAST_REASON = 2


@rule(
    "ICP101",
    "few-layers",
    default=True,
    fails="""
    layers:
      firmographic: {criteria: [{id: size, when: employees > 99, points: 9}]}
      technographic: {criteria: [{id: crm, when: uses('hubspot'), points: 9}]}
    """,
    passes="""
    layers:
      firmographic: {criteria: [{id: size, when: employees > 99, points: 9}]}
      technographic: {criteria: [{id: crm, when: uses('hubspot'), points: 9}]}
      situational: {criteria: [{id: money, when: "happened('funding_round', within => '90 days')", points: 9}]}
      behavioral: {criteria: [{id: pricing, when: "count_of('pricing_page', within => '30 days') > 1", points: 9}]}
    """,
)
def few_layers(subject: Subject) -> Iterator[Fault]:
    """Fewer than four layers hold a criterion.

    A list that says what a company is cannot say when to call it, nor what it works with. A layer of questions for the
    call (`seen: call`) counts. Add the layer that the message names, or allow this with the reason why it cannot be
    seen.
    """
    held = [str(name) for name, layer in subject.profile.layers.items() if layer.criteria]
    if len(held) >= len(CLASSICAL):
        return
    if not held:
        remedy = "Begin with what your five best customers share and the others do not"
        yield Fault(("layers",), "No criterion is written: nobody can be scored", remedy, of_key=True, urgent=True)
        return
    lacking = [f"{name} ({words})" for name, words in CLASSICAL.items() if name not in held]
    what = (
        f"Only {number(len(held), 'layer')} of at least four {'holds' if len(held) == 1 else 'hold'} a criterion"
        f": {listed(held)}"
    )
    yield Fault(("layers",), what, f"Add {listed(lacking, 'or')}", of_key=True)


@rule(
    "ICP102",
    "firmographics-only",
    default=True,
    fails="""
    layers:
      firmographic: {criteria: [{id: size, when: employees > 99, points: 9}, {id: us, when: country = 'US', points: 4}]}
    """,
    passes="""
    layers:
      firmographic: {criteria: [{id: size, when: employees > 99, points: 9}]}
      situational: {criteria: [{id: money, when: "happened('funding_round', within => '90 days')", points: 9}]}
    """,
)
def firmographics_only(subject: Subject) -> Iterator[Fault]:
    """Everything that is scored is firmographic.

    Industry, size and country describe a market, not who in it buys: two companies of one size and industry differ in
    what they use, what happens to them, and what hurts. Add one criterion of another kind that your records can tell.
    """
    layers = {own_layer(subject.profile, name, one) for _, name, one in subject.scored}
    if layers == {"firmographic"}:
        yield Fault(
            ("layers", "firmographic"),
            "Only firmographics are scored: they say who could buy, not who will",
            "Add a criterion on tools in use, on an event (funding, hiring, an audit), or on what buyers do with you",
            of_key=True,
        )


@rule(
    "ICP103",
    "no-exclusions",
    default=True,
    fails="exclusions: []",
    passes="exclusions: [{id: public-sector, when: ownership = 'government', because: Tenders outlast our runway.}]",
)
def no_exclusions(subject: Subject) -> Iterator[Fault]:
    """Nobody is excluded, or an exclusion does not say why.

    Whom not to sell to saves more of a rep's week than any point does, and an exclusion without a reason is the first
    that somebody overrides. Name those who were lost again and again, or who bought and left.
    """
    if not subject.profile.exclusions:
        remedy = "Think of the last five deals that you should not have worked: what did you know on day one?"
        yield Fault(("exclusions",), "Nobody is excluded", remedy, of_key=True)
    for path, one in subject.exclusions:
        words = one.because.casefold().split()
        said = [word for word in words if word.strip(".!,;") not in TELLING_NOTHING]
        if len(said) < LEAST_REASON:
            what = f"Exclusion '{one.id}' gives no reason ('{one.because.strip()}')"
            yield Fault((*path, "because"), what, "Say what it cost: deals lost, customers who left, work not paid")


@rule(
    "ICP105",
    "too-long",
    fails="""
    layers:
      firmographic:
        criteria:
          - {id: a, when: employees > 1, points: 9}
          - {id: b, when: revenue > 1, points: 9}
          - {id: c, when: country = 'US', points: 9}
          - {id: d, when: founded_year > 2000, points: 9}
          - {id: e, when: ownership = 'private', points: 9}
          - {id: f, when: business_model = 'B2B', points: 9}
    """,
    passes="layers: {firmographic: {criteria: [{id: size, when: employees > 99, points: 9}]}}",
)
def too_long(subject: Subject) -> Iterator[Fault]:
    """More than five criteria in a layer, or more than a page holds: twelve criteria, six exclusions.

    What a rep cannot keep in mind during a call is not a profile but a spreadsheet. Take out what changes few tiers
    (rule ICP405 counts it), or what is only believed.
    """
    sizes: dict[str, int] = {}
    for _, name, _one in subject.scored:
        sizes[name] = sizes.get(name, 0) + 1
    for layer, size in sizes.items():
        if size > OF_A_LAYER:
            what = f"The layer {layer} scores {size} criteria, more than {OF_A_LAYER}"
            yield Fault(("layers", layer), what, "Keep those that tell most apart", of_key=True)
    if (total := sum(sizes.values())) > OF_A_PAGE:
        what = f"{total} criteria are scored; a page holds {OF_A_PAGE}"
        yield Fault(("layers",), what, "The page cuts the rest: take out those with the fewest points", of_key=True)
    if (total := len(subject.profile.exclusions)) > EXCLUSIONS_OF_A_PAGE:
        what = f"There are {total} exclusions; a page holds {EXCLUSIONS_OF_A_PAGE}"
        yield Fault(("exclusions",), what, "Join those that share a reason", of_key=True)


@rule(
    "ICP106",
    "too-strict-for-a-hypothesis",
    fails="""
    status: hypothesis
    layers:
      firmographic:
        criteria:
          - id: narrow
            when: employees BETWEEN 100 AND 120 AND country = 'US' AND industry = 'Fintech' AND founded_year > 2015
            points: 9
    """,
    passes="""
    status: hypothesis
    layers: {firmographic: {criteria: [{id: size, when: employees BETWEEN 50 AND 500, points: 9}]}}
    """,
)
def too_strict(subject: Subject) -> Iterator[Fault]:
    """A hypothesis, or a profile of few customers, that is stricter than they can bear out.

    From a handful of customers nobody can tell which of many traits matters: more than six criteria, or one that
    demands more than three things at once, turns away companies on a hunch. Start wide, and tighten when deals say so.
    """
    few = subject.records is not None and 0 < subject.records.customers < FEW_CUSTOMERS
    if subject.profile.status != "hypothesis" and not few:
        return
    why = (
        f"with {number(subject.records.customers, 'customer')}"
        if few and subject.records
        else "while it is a hypothesis"
    )
    scored = list(subject.scored)
    if len(scored) > OF_A_HYPOTHESIS:
        what = f"{len(scored)} criteria are scored {why}, more than {OF_A_HYPOTHESIS}"
        yield Fault(("layers",), what, "Keep the few that you would bet on", of_key=True)
    for path, _layer, one in scored:
        if (demands := conditions(one.predicate)) > CONDITIONS_OF_A_HYPOTHESIS:
            what = f"'{one.id}' demands {demands} things at once {why}"
            yield Fault((*path, "when"), what, "Make each a criterion of its own, or leave out what you only believe")


@rule(
    "ICP107",
    "no-action",
    fails="tiers: {by: fit, A: 80, B: 50}",
    passes="tiers: {by: fit, A: 80, B: 50, actions: {A: call this week, B: add to the sequence, C: leave alone}}",
)
def no_action(subject: Subject) -> Iterator[Fault]:
    """A score to which no action is attached: a tier that nobody knows what to do with, or a card without routes.

    A number changes nothing by itself. Say in `tiers: actions:` what is done with A, B and C (or with each priority,
    such as A-now), and in the card's `routes:` who answers.
    """
    if not list(subject.scored):
        return
    actions = {name.strip().casefold() for name, text in subject.profile.tiers.actions.items() if text.strip()}
    lacking = [tier for tier in ("A", "B", "C") if not any(name.split("-")[0] == tier.casefold() for name in actions)]
    if lacking:
        what = f"No action is attached to tier {listed(lacking)}"
        yield Fault(("tiers", "actions"), what, "Write under tiers: actions: who does what, and by when", of_key=True)
    card = subject.profile.card
    if card is not None and card.criteria and not card.routes:
        remedy = "Write routes, such as 70: ae-same-day, 40: sdr-two-days, 0: nurture"
        yield Fault(("card",), "The card sums points but routes nobody", remedy, of_key=True)

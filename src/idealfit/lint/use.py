"""Rules on what a profile does on the records of a workspace: what can be decided, whom it finds, who then leaves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from idealfit.lint.rule import Fault, rule
from idealfit.lint.subject import Counted, Records, Subject
from idealfit.lint.wording import listed, percent
from idealfit.profile.content import Criterion, Exclusion
from idealfit.profile.parsing import suggest
from idealfit.profile.predicate import (
    And,
    Attribute,
    Comparison,
    CountOf,
    Happened,
    Like,
    OneOf,
    Text,
    Uses,
    attributes,
    walk,
)

UNKNOWN_FOR = 0.8
"""From this share of accounts on for which it is unknown, a criterion decides nothing."""
ENOUGH = 5
"""From so many known accounts on it is worth a line that a criterion is true for all or for none."""
ENOUGH_LEADS = 20
LEAST_ADDRESSABLE = 50
COSTS, LEAST_LOST = 0.2, 10
"""A criterion costs much from this share of the A and B accounts on, and from this number."""
ENOUGH_LEFT, MORE_OFTEN = 5, 1.25


@rule(
    "ICP401",
    "undecidable",
    needs="workspace",
    default=True,
    fails="`employes > 5`, where the accounts have a column 'employees'; or a column filled for 3 accounts in 100",
    passes="`employees > 5`, known for nine accounts in ten",
)
def undecidable(subject: Subject) -> Iterator[Fault]:
    """No data can decide a criterion: its column is not there, or it is unknown for four accounts in five.

    An unknown criterion gives every account the same points, so that it looks like a score and is none. Fill the
    column, buy it, or make the criterion a question for the call (`seen: call`).
    """
    if subject.records is None:
        return
    seen = subject.records
    known = {column.casefold() for column in seen.columns}
    for path, one in subject.testable:
        absent = [name for name in attributes(one.predicate) if name.casefold() not in known]
        for name in absent:
            near = suggest(name, seen.columns)
            remedy = f"Did you mean '{near}'?" if near else "Import it, or make this a question: seen: call"
            yield Fault((*path, "when"), f"The accounts have no column '{name}', so '{one.id}' is unknown", remedy)
        counted = seen.counted.get(one.id)
        if absent or counted is None or not counted.accounts:
            continue
        share = counted.unknown / counted.accounts
        if share == 1 or (share > UNKNOWN_FOR and counted.accounts >= ENOUGH):
            whom = "every account" if share == 1 else f"{counted.unknown:,} of {counted.accounts:,} accounts"
            what = f"'{one.id}' is unknown for {whom}: no data decides it"
            yield Fault((*path, "when"), what, _held(seen, one) or "Fill it, or make it a question: seen: call")


@rule(
    "ICP402",
    "tells-nobody-apart",
    needs="workspace",
    default=True,
    fails="`employees > 0`, true of all 5,000 accounts; or `employees > 900000`, true of none",
    passes="`employees BETWEEN 100 AND 500`, true of 1,200 of 5,000 accounts",
)
def tells_nobody_apart(subject: Subject) -> Iterator[Fault]:
    """A criterion or an exclusion is true of every account, or of none.

    What holds for all or for nobody sets nobody apart: it costs a line and lifts or lowers every score alike. An
    exclusion that holds for all leaves nobody to sell to.
    """
    if subject.records is None:
        return
    for path, one in subject.testable:
        counted = subject.records.counted.get(one.id)
        if counted is None or counted.known < ENOUGH:
            continue
        if counted.false == 0:
            yield Fault((*path, "when"), _of_all(one, counted), "Narrow it, or take it out")
        elif counted.true == 0 and isinstance(one, Criterion):
            what = f"'{one.id}' is true of no account ({counted.false:,} known)"
            yield Fault((*path, "when"), what, _held(subject.records, one) or "Widen it, or take it out")
        elif counted.true == 0 and not (isinstance(one, Exclusion) and one.hard_block):
            what = f"Exclusion '{one.id}' excludes none of {counted.false:,} accounts for which it is known"
            remedy = _held(subject.records, one) or "Take it out, unless it keeps somebody from being added"
            yield Fault((*path, "when"), what, remedy, severity="note")


def _held(seen: Records, one: Criterion | Exclusion) -> str:
    """What the records hold where `one` looks, so that its words can be compared with theirs; '' where none is told."""
    if isinstance(one.predicate, And):
        return ""  # which of its parts is the one that nothing satisfies is not known
    for node in walk(one.predicate):
        match node:
            case Comparison(_, Attribute(name), Text()) | OneOf(Attribute(name)) | Like(Attribute(name)):
                words, held = f"Under {name} your records hold", seen.held.get(name.casefold())
            case Uses():
                words, held = "The tools in your records are", seen.held.get("tech")
            case Happened() | CountOf():
                words, held = "The events in your records are", seen.held.get("events")
            case _:
                continue
        if held:
            return f"{words} {listed([repr(text) for text in held])}, say: use their words, or take it out"
    return ""


def _of_all(one: Criterion | Exclusion, counted: Counted) -> str:
    if isinstance(one, Exclusion):
        return f"Exclusion '{one.id}' excludes every account for which it is known ({counted.true:,})"
    return f"'{one.id}' is true of every account for which it is known ({counted.true:,}): it tells nobody apart"


@rule(
    "ICP403",
    "inbound-match-rate",
    needs="workspace",
    default=True,
    fails="of 200 inbound leads with enough known, 90 are an A",
    passes="of 200 inbound leads with enough known, 30 are an A",
)
def inbound_match_rate(subject: Subject) -> Iterator[Fault]:
    """More than 30 % of the inbound leads of which enough is known are an A, or fewer than 5 %.

    Where nearly everybody who comes in is an A, the profile does not choose; where hardly anybody is, either it is too
    narrow, or marketing brings the wrong companies. `check: inbound: {least: …, most: …}` sets other bounds.
    """
    seen = subject.records
    if seen is None or seen.inbound_known < ENOUGH_LEADS:
        return
    share, bounds = seen.inbound_a / seen.inbound_known, subject.profile.check.inbound
    said = f"{seen.inbound_a:,} of {seen.inbound_known:,} inbound leads with enough known are an A ({percent(share)})"
    if share > bounds.most:
        what = f"{said}, more than {percent(bounds.most)}: it hardly chooses"
        yield Fault(("tiers", "A"), what, "Raise where A begins, or ask more of an A")
    elif share < bounds.least:
        what = f"{said}, fewer than {percent(bounds.least)}"
        yield Fault(("tiers", "A"), what, "Lower where A begins, or ask marketing where these companies come from")


@rule(
    "ICP404",
    "addressable",
    needs="workspace",
    fails="12 accounts are an A or B, where the motion needs at least 50",
    passes="640 accounts are an A or B, between the bounds of 50 and 2,000",
)
def addressable(subject: Subject) -> Iterator[Fault]:
    """Fewer accounts are an A or B than the motion needs, or more than it can work.

    A profile that leaves a dozen companies feeds nobody; one that leaves fifty thousand is no choice. Set the bounds of
    the motion: `check: addressable: {least: 200, most: 5000}`; without them at least 50 are expected.
    """
    seen = subject.records
    if seen is None or not sum(seen.tiers.values()) or not list(subject.scored):
        return
    bounds = subject.profile.check.addressable
    least = LEAST_ADDRESSABLE if bounds.least is None and bounds.most is None else bounds.least
    if least is not None and seen.in_ab < least:
        what = f"{_accounts(seen.in_ab)} an A or B, fewer than {least:,}"
        yield Fault(
            ("tiers",), what, "Widen the criteria that cost most (ICP405 counts them), or add to the list", True
        )
    if bounds.most is not None and seen.in_ab > bounds.most:
        what = f"{_accounts(seen.in_ab)} an A or B, more than {bounds.most:,}"
        yield Fault(("tiers",), what, "Raise where A and B begin, or demand more", True)


@rule(
    "ICP405",
    "over-specified",
    needs="workspace",
    fails="without 'hiring' (3 points, assumed) 200 more accounts would be an A or B, of 640",
    passes="without 'hiring' (9 points, supported by 131 accounts) 200 more accounts would be an A or B",
)
def over_specified(subject: Subject) -> Iterator[Fault]:
    """A secondary criterion that nothing supports keeps many accounts out of A and B.

    Each criterion has a price in accounts. The primary ones, the dearer half by points, are the profile; one below them
    that is only assumed and costs a fifth of the A and B accounts should earn its place or go.
    """
    seen = subject.records
    if seen is None or not seen.in_ab:
        return
    worth = sorted((abs(one.points) for _, _, one in subject.scored), reverse=True)
    primary = worth[(len(worth) - 1) // 2] if worth else 0
    for path, _, one in subject.scored:
        more = seen.without.get(one.id, seen.in_ab) - seen.in_ab
        if one.grade == "supported" or one.points <= 0 or one.points > primary or len(worth) < 2:
            continue
        if more >= LEAST_LOST and more >= COSTS * seen.in_ab:
            what = (
                f"'{one.id}' ({one.points} points, {one.grade}) keeps {more:,} accounts out of A and B, where "
                f"{seen.in_ab:,} are{_adds(seen.counted.get(one.id))}"
            )
            yield Fault((*path, "when"), what, "Prove it on your deals, give it fewer points, or ask it on the call")


def _adds(counted: Counted | None) -> str:
    """What it adds, by the deals: '; where it holds 12 of 31 were won, elsewhere 40 of 380'."""
    if counted is None or not counted.closed or not counted.closed_elsewhere:
        return ""
    return (
        f"; where it holds {counted.won:,} of {counted.closed:,} deals were won, elsewhere "
        f"{counted.won_elsewhere:,} of {counted.closed_elsewhere:,}"
    )


@rule(
    "ICP406",
    "matches-churn",
    needs="workspace",
    severity="error",
    fails="of the customers that are an A or B 30 in 100 leave within a year, of the others 12",
    passes="of the customers that are an A or B 12 in 100 leave within a year, of the others 14",
)
def matches_churn(subject: Subject) -> Iterator[Fault]:
    """Customers that match the profile leave more often than the rest.

    A profile that wins whom it then loses fills a leaking bucket: find which criterion brings them (the evidence page
    counts who left for each), and take points from it or exclude it.
    """
    seen = subject.records
    if seen is None or seen.left is None or seen.left_elsewhere is None:
        return
    mine, others = seen.left, seen.left_elsewhere
    if mine.left < ENOUGH_LEFT or mine.yearly < MORE_OFTEN * others.yearly or mine.low <= others.yearly:
        return
    what = (
        f"Customers that are an A or B leave more often: {mine.left:,} of {mine.customers:,} left "
        f"({_rate(mine.yearly)} a year), of the others {others.left:,} of {others.customers:,} ({_rate(others.yearly)})"
    )
    yield Fault(("layers",), what, "Find the criterion that brings them, and take its points or exclude it", True)


@rule(
    "ICP407",
    "two-profiles",
    needs="workspace",
    fails="profile.yaml and profiles/enterprise.yaml both say motion: main; or two parts of the deals go opposite ways",
    passes="profiles/smb.yaml says motion: smb, profiles/enterprise.yaml motion: enterprise",
)
def two_profiles(subject: Subject) -> Iterator[Fault]:
    """Two profiles stand in one motion: two files of one motion, or deals that divide into two kinds of buyers.

    A rep follows one page. Where two kinds of company buy for different reasons, each needs its own motion, with its
    own messages, or at least a segment.
    """
    seen = subject.records
    if seen is None:
        return
    if seen.same_motion:
        named = ", ".join(seen.same_motion)
        what = f"The motion '{subject.profile.motion}' has another profile: {named}"
        yield Fault(("motion",), what, "Give each its own motion, or keep one of them")
    if seen.evidence.get("profiles"):  # each part has a profile of its own already
        return
    divisions = seen.evidence.get("divisions")
    for one in divisions if isinstance(divisions, list) else []:
        sentence = one.get("sentence") if isinstance(one, Mapping) else None
        if sentence and not subject.profile.segments:
            remedy = "Make a motion of each part, or a segment with its own message"
            yield Fault(("motion",), str(sentence), remedy)


def _rate(yearly: float) -> str:
    return f"{100 * yearly:.0f} in 100"


def _accounts(count: int) -> str:
    return f"{count:,} account{'s are' if count != 1 else ' is'}"

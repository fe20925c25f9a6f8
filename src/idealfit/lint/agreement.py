"""Rules on who stands behind a profile: when it was last looked at, who owns it, who agreed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from idealfit.lint.rule import Edit, Fault, rule
from idealfit.lint.subject import Subject
from idealfit.lint.wording import listed
from idealfit.profile.standing import standing

TEAMS: Final = {"sales": "sales", "marketing": "marketing", "customer_success": "customer success"}
DAYS_OF: Final = {"month": 31, "quarter": 92, "half-year": 184, "year": 366}
EVERY: Final = {"month": "a month", "quarter": "a quarter", "half-year": "half a year", "year": "a year"}


@rule(
    "ICP601",
    "review-overdue",
    fails="review: {every: quarter, next: 2020-01-15}",
    passes="review: {every: quarter, next: 2999-01-15}",
)
def review_overdue(subject: Subject) -> Iterator[Fault]:
    """It was not reviewed within its period, or not since as many closed deals or conversations as it says.

    Markets move, and a profile nobody looks at is followed long after it stopped being true. Look at it, write the day
    as `review: last:`, and save a version.
    """
    review, last = subject.profile.review, last_review(subject)
    if review.next is not None and review.next < subject.today:
        yield Fault(("review", "next"), f"The review of {review.next} is overdue", "Look at it, and set the next day")
        return
    if last is None:
        yield Fault(("review",), "Nobody has written when it was last reviewed", "Add review: last: <day>", of_key=True)
        return
    days = (subject.today - last).days
    path = ("review", "last") if review.last else ("review",)
    if days > DAYS_OF[review.every]:
        what = f"It was last looked at on {last}, {days} days ago: more than {EVERY[review.every]}"
        yield Fault(path, what, "Hold it against the deals since then, and write the day as review: last:", of_key=True)
    if subject.records is None:
        return
    since = (
        (review.after_closed_deals, subject.records.closed_on, "deals were closed"),
        (review.after_conversations, subject.records.held_on, "conversations were held"),
    )
    for most, found, words in since:
        count = sum(last < day <= subject.today for day in found)
        if most is not None and count >= most:
            what = f"{count:,} {words} since it was last looked at on {last}; the review is due after {most:,}"
            yield Fault(path, what, "Build again and read what changed", of_key=True)


def last_review(subject: Subject) -> date | None:
    """The day on which people last looked at it: as the file says, as they signed, as a version was saved, else the day
    on which it was made.
    """
    profile = subject.profile
    signed = [one.on for one in profile.signatures if one.on is not None]
    saved = [one.on for one in subject.records.versions if one.by_person] if subject.records else []
    found = [day for day in (profile.review.last, *signed, *saved) if day is not None]
    return max(found) if found else profile.as_of


@rule(
    "ICP602",
    "owners-missing",
    fails="review: {owners: [sales]}",
    passes="review: {owners: [sales, marketing, customer_success]}",
)
def owners_missing(subject: Subject) -> Iterator[Fault]:
    """No owners from sales, marketing and customer success.

    Sales knows who buys, marketing who listens, customer success who stays; a profile of one of them is overruled by
    the others. Name one of each under `review: owners:`.
    """
    owners = subject.profile.review.owners
    lacking = [words for team, words in TEAMS.items() if not any(_is_of(owner, team) for owner in owners)]
    if lacking:
        what = f"Nobody from {listed(lacking)} owns it"
        yield Fault(("review", "owners"), what, "Name one of each under review: owners:", of_key=True)


@rule(
    "ICP603",
    "approved-by-one-team",
    severity="error",
    fails="{status: approved, signatures: [{team: sales, by: head of sales, on: 2026-09-01}]}",
    passes="""
    status: approved
    signatures:
      - {team: sales, by: head of sales, on: 2026-09-01}
      - {team: marketing, by: head of marketing, on: 2026-09-02}
      - {team: customer success, by: head of customer success, on: 2026-09-02}
    """,
)
def approved_by_one_team(subject: Subject) -> Iterator[Fault]:
    """It is approved, and only one team signed it, or none; or it was changed since; or an exclusion is undecided.

    What one team approves the others do not follow: leads are passed on that nobody calls, and customers are won whom
    nobody can keep. Let sales, marketing and customer success sign before the status says approved.
    """
    if subject.profile.status != "approved":
        return
    found = standing(subject.profile)
    if found.changed:
        yield Fault(("status",), found.told, "Let them sign again (idealfit approve), or set the status back to draft")
        return
    if found.undecided:
        what = f"It is approved, and nobody has decided on {listed(found.undecided)}"
        yield Fault(("exclusions",), what, "Accept or decline it: idealfit accept, idealfit decline", of_key=True)
    # a signature typed by hand tells of what it was given for as little as it tells against it
    teams = {team for team in TEAMS for one in subject.profile.signatures if _is_of(one.team, team)}
    if len(teams) >= len(TEAMS):
        return
    lacking = [words for team, words in TEAMS.items() if team not in teams]
    who = "nobody" if not teams else f"only {listed([TEAMS[team] for team in TEAMS if team in teams])}"
    remedy = f"Ask {listed(lacking)} to sign (idealfit approve), or set the status back to draft"
    yield Fault(("status",), f"It is approved, and {who} signed it", remedy)


@rule(
    "ICP604",
    "exception-over",
    severity="note",
    fails="check: {allow: [{code: ICP999, because: It was decided so.}]}",
    passes="check: {allow: []}",
)
def exception_over(subject: Subject) -> Iterator[Fault]:
    """An exception names no rule, or its day is past. One without a reason, or that silences nothing, is told too.

    Exceptions are decisions: each has a reason, and those that are over should be taken out (`--fix` does), so that
    the list stays true.
    """
    for number, one in enumerate(subject.profile.check.allow):
        path = ("check", "allow", number)
        if one.code not in subject.codes:
            yield Fault((*path, "code"), f"There is no rule {one.code}", "`idealfit check --explain all` lists them")
        elif one.until is not None and one.until < subject.today:
            what = f"The exception from {one.code} was until {one.until}"
            yield Fault(path, what, "Decide again, or take it out", edits=(Edit(path, None),))


def _is_of(name: str, team: str) -> bool:
    """Whether `name` ('Customer success', 'CS', 'Anna (sales)') is of the team."""
    plain = name.replace("_", " ").replace("-", " ").casefold()
    if team == "customer_success":
        words = plain.replace("(", " ").replace(")", " ").split()
        return "customer success" in plain or bool({"cs", "csm"} & set(words))
    return team in plain
